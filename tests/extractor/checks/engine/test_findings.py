"""Findings: one error, one finding, with its cause."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import pytest

from extractor.checks.engine.diagnosis import diagnose
from extractor.checks.engine.evaluate import evaluate
from extractor.checks.engine.findings import gather
from extractor.checks.engine.proposal import Proposal, Term
from extractor.document import Evidence
from tests.extractor.checks.building import alarms, check, table

SUMMARY = "一级指标|分值|得分\n决策|20|18\n过程|30|{}\n产出|50|46\n合计|100|91"


def causes(stated: str, *operands: str, unit: str = "万元") -> str:
    terms = []
    for at, text in enumerate([stated, *operands]):
        digits = text.replace(",", "")
        places = len(digits.partition(".")[2])
        terms.append(Term(text, Decimal(digits), unit, places, _evidence(text), (at,), f"第{at}行"))
    [evaluated] = evaluate([Proposal("test.rule", "sum", "table_total", tuple(terms[1:]), terms[0])])
    assert evaluated.check.verdict == "inconsistent"
    return "；".join(diagnose(evaluated))


def _evidence(text: str) -> Evidence:
    return Evidence(quote=text)


@pytest.mark.parametrize(
    ("numbers", "cause"),
    [
        (("1,345.20", "845.20", "590.00"), "换位"),  # 1,435.20
        (("845.20", "845.20", "590.00"), "漏加：差额等于第2行"),
        (("143.52", "845.20", "590.00"), "小数点"),
        (("1,735.20", "845.20", "590.00"), "误写"),
        (("135.20", "845.20", "590.00"), "漏写"),
        (("14,352,000.00", "845.20", "590.00"), "单位"),
        (("1,345.20", "854.20", "500.00"), "换位"),  # the first operand: 845.20
    ],
)
def test_likely_cause(numbers: tuple[str, ...], cause: str) -> None:
    assert cause in causes(*numbers)


def test_no_cause_is_made_up() -> None:
    assert causes("9,999.99", "845.20", "590.00") == ""


def test_a_slip_that_several_operands_could_have_made_is_no_cause() -> None:
    assert causes("38", "2", "2", "2", "50", unit="分") == ""  # any 2 could be 0.2 times ten


def test_one_wrong_number_is_one_finding() -> None:
    """The score of 过程 is wrong in the table: its total, its rate and the text all disagree with it."""
    items = [
        "经综合评价，该项目综合得分91分，评价等级为“优”。",
        table(SUMMARY.format(72)),
        "一、指标分析",
        "（一）过程情况（满分30分，实得27分）",
        "过程管理较好。",
    ]
    _, findings = check(*items)
    [finding] = alarms(findings)
    assert "72" in finding.evidence[0].quote
    assert len(finding.checks) >= 2


def test_two_errors_are_two_findings() -> None:
    _, findings = check(
        "一、指标分析",
        "（一）立项依据（满分3分，实得3分）",
        "依据充分，本项指标得2分。",
        "（二）立项程序（满分4分，实得4分）",
        "程序规范，本项指标得1分。",
    )
    assert len(alarms(findings)) == 2


def test_most_serious_first_and_numbered() -> None:
    _, findings = check(
        "预算执行率，满分5分，得分4分，得分率90%。",
        "经综合评价，该项目综合得分92分，评价等级为“良”。",
    )
    assert [f.severity for f in findings] == ["high", "medium"]
    assert [f.id for f in findings] == ["f1", "f2"]


def test_fingerprint_outlives_a_shift_of_blocks() -> None:
    sentence = "预算执行率，满分5分，得分4分，得分率90%。"
    _, [before] = check(sentence)
    _, [after] = check("前言。", "另有一段说明。", sentence)
    _, [other] = check(sentence.replace("90%", "95%"))
    assert before.fingerprint == after.fingerprint != other.fingerprint


def test_result_cut_off_is_a_hint() -> None:
    checks, findings = check("产出指标满分30分，得分20分，得分率66.66%。")
    assert {c.verdict for c in checks} == {"consistent"}
    [finding] = findings
    assert finding.severity == "info"
    assert any("截断" in cause for cause in finding.diagnosis)


def test_rounding_of_scores_is_a_hint() -> None:
    """Scores are exact, but a miss that rounding its parts explains is no alarm."""
    text = "镇街|分值|得分\n东镇|30|26.67\n西镇|30|26.67\n南镇|40|33.33\n合计|100|86.66"
    _, findings = check(table(text))
    assert alarms(findings) == []
    assert [f.severity for f in findings] == ["info"]


SHEET = """一级指标|二级指标|三级指标|分值|得分
决策|立项|依据充分性|10|10
决策|立项|程序规范性|10|8
过程|管理|制度健全性|10|9
过程|管理|档案完整性|20|{}
产出|数量|任务完成率|30|28
效益|社会效益|带动程度|20|20
合计|||100|90"""


def test_the_number_that_one_change_puts_right_is_named() -> None:
    """A row of the sheet is wrong, not the total that it breaks."""
    items = [
        table(SHEET.format("51")),
        "一、指标分析",
        "（一）档案完整性（满分20分，得15分）",
        "资料不全，本项指标扣5分，得15分。",
    ]
    _, findings = check(*items)
    [finding] = alarms(findings)
    assert finding.explanation.startswith("评分表“档案完整性”得分为51分")
    assert "改为15分后均相符" in finding.explanation
    assert finding.diagnosis == ["数字换位：“51”疑为“15”，差额可被9整除"]
    assert "51" in finding.evidence[0].quote


def test_deduction_above_its_weight_is_named_not_the_score() -> None:
    _, findings = check(
        "一、指标分析", "（一）档案管理（满分4分，得3.5分）", "资料缺失，因此扣8.5分，得分率87.5%，得3.5分。"
    )
    [finding] = alarms(findings)
    assert "扣分为8.5分，按4 - 3.5计算应为0.5分" in finding.explanation


def test_difference_is_not_rounded() -> None:
    _, [finding] = check("预算执行率得分=80.31%×10=16分。")
    assert "应为8.03分，相差7.97分" in finding.explanation


def test_the_copy_that_most_disagree_with_is_at_fault() -> None:
    """Of five copies of a number one is wrong, whichever is the one that is stated."""
    terms = [_term(text, at, "户") for at, text in enumerate(["1250", "1250", "1520", "1250", "1250"])]
    for stated in terms:
        others = tuple(t for t in terms if t is not stated)
        [finding] = gather(evaluate([Proposal("test.rule", "equal", "table_total", others, stated, 0.9)]))
        assert finding.explanation.startswith("第2行为1520户，而第")
        assert "1520" in finding.evidence[0].quote
        assert finding.diagnosis == ["数字换位：“1520”疑为“1250”，差额可被9整除"]


def test_a_number_wrong_in_a_sum_a_rate_and_its_copies_is_one_finding() -> None:
    total, first, second = (_term(text, at, "户") for at, text in enumerate(["1250", "800", "450"]))
    wrong = _term("1520", 3, "户")
    copies = [_term("1250", at, "户") for at in (4, 5)]
    rate = _term("64.00", 6, "%")
    checks = evaluate(
        [
            Proposal("a.rule", "sum", "table_total", (first, second), total),
            Proposal("b.rule", "sum", "table_total", (first, second), wrong),
            Proposal("c.rule", "equal", "table_total", (wrong, *copies), total),
            Proposal("d.rule", "ratio", "rate", (first, wrong), rate),
        ]
    )
    [finding] = gather(checks)
    assert len(finding.checks) == 3
    assert finding.evidence[0].quote == "第3处1520"
    assert "改为1250户后均相符" in finding.explanation


def test_thousands_of_wrong_checks_are_gathered_in_time() -> None:
    proposals = []
    for at in range(0, 9000, 3):
        a, b, c = (_term(text, at + n, "户") for n, text in enumerate(["10", "4", str(7 + at % 1000)]))
        proposals.append(Proposal("a.rule", "sum", "table_total", (b, c), a))
    begun = process_time()
    findings = gather(evaluate(proposals))
    assert len(findings) > 300
    assert process_time() - begun < 3


def _term(text: str, at: int, unit: str) -> Term:
    places = len(text.partition(".")[2])
    return Term(text, Decimal(text), unit, places, Evidence(quote=f"第{at}处{text}"), (at, 0), f"第{at}行")


def _ratio(stated: str, first: str, second: str, at: int = 0) -> Proposal:
    rate, *operands = (_term(text, at + n, unit) for n, (text, unit) in enumerate([(stated, "%"), (first, "人")]))
    return Proposal("test.rule", "ratio", "rate", (*operands, _term(second, 90, "人")), rate)


def test_rates_taken_of_another_base_are_one_finding() -> None:
    findings = gather(
        evaluate([_ratio("2.87", "5", "175"), _ratio("4.02", "7", "175", 10), _ratio("8.57", "15", "175", 20)])
    )
    [finding] = findings
    assert "基数：按所列比率反推，分母为174，而非175" in finding.diagnosis


def test_rate_that_is_right_by_another_number_of_the_report() -> None:
    other = Proposal("test.rule", "equal", "rate", (_term("640", 30, "人"),), _term("640", 31, "人"))
    [finding] = gather(evaluate([_ratio("78.13", "500", "600"), other]))
    assert finding.diagnosis[0].endswith("640人时恰为78.13%")


def test_scores_in_each_others_place_are_one_finding() -> None:
    def cell(text: str, block: int, row: int) -> Term:
        evidence = Evidence(quote=f"第{row}行 | {text}", block=block, table=block, row=row, column=1)
        return Term(text, Decimal(text), "分", 2, evidence, (block, row, 1), f"第{block}表第{row}行")

    rows = [("86.40", "86.44"), ("86.44", "86.40"), ("91.20", "91.20")]
    proposals = [
        Proposal("test.rule", "equal", "twice_score", (cell(first, 1, row),), cell(second, 2, row + 3))
        for row, (first, second) in enumerate(rows)
    ]
    [finding] = gather(evaluate(proposals))
    assert len(finding.checks) == 2
    assert any(cause.startswith("数值互换") for cause in finding.diagnosis)


def test_digits_that_look_alike_are_told_from_a_slip() -> None:
    assert causes("1,435.26", "845.20", "590.00").startswith("形近数字误认")
    assert causes("1,435.27", "845.20", "590.00").startswith("数字误写")
