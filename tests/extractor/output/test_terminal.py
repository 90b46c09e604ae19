"""The terminal view: what an auditor must find in it, at the widths people have, and piped."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console

from extractor.document import Evidence
from extractor.output import terminal
from extractor.result import Finding, Result
from tests.extractor.output.sample import quantity, sample, sentence


def shown(result: Result, width: int = 100, everything: bool = False, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, markup=False, emoji=False, highlight=False
    )
    terminal.show(result, console, everything=everything)
    return out.getvalue()


def test_facts_scores_problems_and_suggestions_are_there() -> None:
    text = shown(sample())
    for wanted in (
        "2021年度云川市城区绿道维护项目绩效评价报告",
        "明衡评估咨询有限公司",
        "963 万元",
        "91.66%",
        "88.07 分",
        "立项依据充分性",
        "85.71%",
        "绩效目标没有量化",
        "把产出指标写成数（针对问题 1）",
    ):
        assert wanted in text


def test_a_finding_shows_equation_place_quote_and_diagnosis() -> None:
    text = shown(sample())
    finding = text[text.index("1. 严重 得分合计不符") :]
    for wanted in (
        "四个一级指标得分之和是 87.08 分",
        "12 + 18.50 + 32 + 24.58 ≠ 88.07（应为 87.08，相差 0.99）",
        "第 12 页 · 四、评价结论 · 表 6 第 6 行第 3 列",
        "“合计 | 100.00 | 【88.07】”",
        "数字换位",
        "总分、等级",
    ):
        assert wanted in finding


def test_the_most_serious_finding_comes_first() -> None:
    def finding(severity: str, block: int) -> Finding:
        evidence = [sentence("乙", block=block)]
        return Finding(
            fingerprint=severity,
            severity=severity,
            confidence=1,
            title=f"甲{severity}",
            explanation="",
            evidence=evidence,
        )

    findings = [finding("low", 1), finding("high", 9), finding("medium", 2), finding("high", 3)]
    text = shown(sample(findings=findings))
    titles = [line.split()[2] for line in text.splitlines() if "可信度" in line]
    assert titles == ["甲high", "甲high", "甲medium", "甲low"]


def test_the_wrong_number_is_marked_among_the_facts_and_right_ones_are_not() -> None:
    text = shown(sample())
    assert "88.07 分 ✗" in text
    assert text.count(" ✗") == 1


def test_a_wrong_score_is_marked_in_the_tree() -> None:
    result = sample()
    result.checks[0].stated = result.checks[0].operands[1].model_copy()
    lines = [line for line in shown(result).splitlines() if "% ✗" in line]
    assert [line.split()[0] for line in lines] == ["过程"]


def test_hints_and_checks_that_hold_only_when_asked_for() -> None:
    brief, full = shown(sample()), shown(sample(), everything=True)
    assert "措辞前后不一" not in brief and "--all" in brief
    assert "措辞前后不一" in full
    assert "882.64 ÷ 963 × 100 = 91.66" not in brief
    assert "882.64 ÷ 963 × 100 = 91.66" in full


def test_what_is_told_of_a_problem_elsewhere_is_counted_and_shown_when_asked_for() -> None:
    brief, full = shown(sample()), shown(sample(), everything=True)
    assert "绩效目标没有量化  绩效目标  第 20 页  另有 1 处提到" in brief
    assert "两项指标没有量化" not in brief
    assert "另见 两项指标没有量化，扣2分  第 12 页" in full
    assert "护栏有三处锈蚀  产出数量质量  第 15 页" in brief


def test_of_many_scattered_statements_the_first_are_shown_and_all_when_asked_for() -> None:
    result = sample()
    result.defects = [result.defects[1].model_copy(update={"text": f"缺陷{number}"}) for number in range(1, 31)]
    brief, full = shown(result), shown(result, everything=True)
    assert "缺陷10" in brief and "缺陷11" not in brief and "30 条" in brief
    assert "缺陷30" in full


def test_nothing_wrong_and_nothing_checked_are_told_apart() -> None:
    assert "没有发现差错" in shown(sample(findings=[]))
    assert "没有发现差错" not in shown(sample(findings=[], checks=[]))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    result = sample()
    result.findings[1].explanation = "这一句很长，" * 40
    result.findings[1].evidence[0] = Evidence(
        "很长的一行 | " * 100 + "88.07", section="一个长得像句子的标题，" * 6, block=1
    )
    assert max(map(cell_len, shown(result, width, everything=True).splitlines())) <= width


def test_the_number_of_a_long_quote_stays_in_sight() -> None:
    result = sample()
    result.findings[1].evidence[0] = Evidence("前文" * 300 + "合计88.07分" + "后文" * 300, block=1)
    assert "【88.07】" in shown(result)


def test_part_of_a_longer_number_is_not_emphasised() -> None:
    result = sample()
    result.findings[1].evidence[0] = Evidence("总额 188.07、88.075、88.07", block=1)
    assert "总额 188.07、88.075、【88.07】" in shown(result)


def test_colour_on_a_terminal_none_without() -> None:
    assert "\x1b[" in shown(sample(), colour=True)
    assert "\x1b[" not in shown(sample())


def test_text_of_the_report_cannot_steer_the_terminal() -> None:
    result = sample()
    result.findings[1].explanation = "甲\x1b[2J乙\x1b]0;x\x07 [bold]丙[/bold]\u202e"
    text = shown(result)
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "[bold]丙[/bold]" in text


def test_a_report_with_nothing_is_shown_with_its_warning() -> None:
    bare = Result(extractor_version="0", source=sample().source, warnings=sample().warnings)
    text = shown(bare)
    assert "没有找到总分和等级" in text and "有一张表没有读出来" in text


def test_amounts_are_written_as_people_read_them() -> None:
    result = sample()
    result.headline.budget = quantity("11841908.00", "元", "预算11841908.00元")
    assert "11,841,908 元" in shown(result)
    result.headline.budget.value = Decimal("1E+3")
    assert "1,000 元" in shown(result)
