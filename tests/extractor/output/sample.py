"""A result built by hand, as a report with one wrong total would give it. All names and figures are invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from extractor.document import Evidence, Warning
from extractor.result import (
    Bounds,
    Check,
    Defect,
    Dimension,
    Finding,
    Grade,
    Headline,
    Indicator,
    Meta,
    Operand,
    Part,
    Problem,
    ProblemRow,
    Quantity,
    Result,
    Source,
    Suggestion,
    Value,
    Year,
)

TOTAL_ROW = "合计 | 100.00 | 88.07"


def row(number: int, quote: str, column: int | None = None) -> Evidence:
    """A row of the score sheet on page 12."""
    return Evidence(quote, page=12, section="四、评价结论", block=118, table=5, row=number, column=column)


def sentence(quote: str, page: int = 3, block: int = 20) -> Evidence:
    return Evidence(quote, page=page, bbox=(90.0, 100.0, 400.0, 112.0), section="一、基本情况", block=block)


def quantity(text: str, unit: str, quote: str) -> Quantity:
    return Quantity(value=Decimal(text), unit=unit, text=text, evidence=sentence(quote))


def operand(text: str, evidence: Evidence, unit: str = "分") -> Operand:
    return Operand(text=text, value=Decimal(text), unit=unit, evidence=evidence)


def sample(name: str = "report.pdf", **changes: Any) -> Result:
    """The result; `changes` replace its fields."""
    total = row(5, TOTAL_ROW, 2)
    scores = [("决策", "14", "12"), ("过程", "20", "18.50"), ("产出", "36", "32"), ("效益", "30", "24.58")]
    dimensions = [
        Dimension(
            name=dimension,
            weight=Decimal(weight),
            score=Decimal(score),
            rate=round(Decimal(score) / Decimal(weight) * 100, 2),
            evidence=row(index, f"{dimension} | {weight} | {score}"),
        )
        for index, (dimension, weight, score) in enumerate(scores, 1)
    ]
    operands = [operand(score, d.evidence) for (_, _, score), d in zip(scores, dimensions, strict=True)]
    checks = [
        Check(
            id="c1",
            kind="sum",
            rule="table.total",
            verdict="inconsistent",
            severity="high",
            confidence=0.98,
            stated=operand("88.07", total),
            operands=operands,
            expression="12 + 18.50 + 32 + 24.58 = 88.07",
            expected=Bounds(low=Decimal("87.08"), high=Decimal("87.08")),
            difference=Decimal("0.99"),
        ),
        Check(
            id="c2",
            kind="ratio",
            rule="text.rate",
            verdict="consistent",
            stated=operand("91.66", sentence("支出882.64万元，执行率91.66%。"), "%"),
            operands=[operand("882.64", sentence("支出882.64万元，执行率91.66%。"), "万元")],
            expression="882.64 ÷ 963 × 100 = 91.66",
        ),
        Check(id="c3", kind="date", rule="date.order", verdict="unverifiable"),
    ]
    findings = [
        Finding(
            id="f1",
            fingerprint="b1",
            severity="info",
            confidence=0.4,
            title="措辞前后不一",
            explanation="项目名称在两处写法不同。",
            evidence=[sentence("绿道维护项目")],
        ),
        Finding(
            id="f2",
            fingerprint="a1",
            severity="high",
            confidence=0.97,
            title="得分合计不符",
            explanation="四个一级指标得分之和是 87.08 分，合计写作 88.07 分。",
            diagnosis=["数字换位"],
            consequences=["总分", "等级"],
            checks=[0],
            evidence=[total, *(d.evidence for d in dimensions)],
        ),
    ]
    fields: dict[str, Any] = {
        "extractor_version": "0.1.0",
        "source": Source(name=name, sha256="0" * 64, format="pdf", pages=31, part=Part(pages=(1, 31))),
        "meta": Meta(
            title=Value(value="2021年度云川市城区绿道维护项目绩效评价报告", evidence=sentence("绩效评价报告", page=1)),
            kind=Value(value="项目支出"),
            project_name=Value(value="云川市城区绿道维护项目"),
            evaluated_year=Year(value=2021),
            entrusting_party=Value(value="云川市财政局"),
            competent_department=Value(value="云川市园林中心"),
            evaluator=Value(value="明衡评估咨询有限公司"),
            report_date=Value(value="2022-07"),
        ),
        "headline": Headline(
            budget=quantity("963", "万元", "预算963万元。"),
            funds_arrived=quantity("963", "万元", "到位963万元。"),
            expenditure=quantity("882.64", "万元", "支出882.64万元，执行率91.66%。"),
            arrival_rate=quantity("100", "%", "到位率100%。"),
            execution_rate=quantity("91.66", "%", "支出882.64万元，执行率91.66%。"),
            total_score=Quantity(value=Decimal("88.07"), unit="分", text="88.07", evidence=total),
            grade=Grade(value="良", text="良", evidence=sentence("等级为“良”。")),
        ),
        "dimensions": dimensions,
        "indicators": [
            Indicator(
                path=["决策", "项目立项", "立项依据充分性"],
                weight=Decimal(4),
                score=Decimal(4),
                criteria="依据充分得满分，每缺一项扣1分。",
                reason="依据充分。",
                evidence=row(7, "立项依据充分性 | 4 | 4"),
            ),
            Indicator(
                path=["决策", "绩效目标", "绩效指标明确性"],
                weight=Decimal(10),
                score=Decimal(8),
                reason="两项指标没有量化，扣2分。",
                evidence=row(8, "绩效指标明确性 | 10 | 8"),
            ),
            Indicator(
                path=["过程", "资金管理", "预算执行率"],
                weight=Decimal(20),
                score=Decimal("18.5"),
                evidence=row(9, "预算执行率 | 20 | 18.50"),
            ),
        ],
        "problems": [
            Problem(
                heading="绩效目标没有量化",
                text="两项产出指标只有定性描述。",
                category="绩效目标",
                amounts=["12.50万元"],
                evidence=sentence("绩效目标没有量化。", page=20, block=200),
            )
        ],
        "problem_list": [
            ProblemRow(
                unit="园林中心",
                text="巡查记录缺少签字",
                category="档案资料",
                evidence=sentence("巡查记录缺少签字", page=28, block=260),
            )
        ],
        "defects": [
            Defect(
                text="两项指标没有量化，扣2分",
                category="绩效目标",
                confidence=0.93,
                restates=[0],
                evidence=row(8, "绩效指标明确性 | 10 | 8 | 两项指标没有量化，扣2分。"),
            ),
            Defect(
                text="护栏有三处锈蚀",
                category="产出数量质量",
                confidence=0.71,
                evidence=sentence("但护栏有三处锈蚀。", page=15, block=150),
            ),
        ],
        "suggestions": [
            Suggestion(
                heading="把产出指标写成数",
                text="……",
                addresses=[0],
                evidence=sentence("把产出指标写成数。", page=22, block=220),
            )
        ],
        "checks": checks,
        "findings": findings,
        "warnings": [Warning("table.unreadable", "有一张表没有读出来", Evidence("附表 3", page=30, block=290))],
    }
    return Result(**{**fields, **changes})
