"""score.text: weight, score, rate and deduction of one indicator in words."""

from __future__ import annotations

import pytest

from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "score.text"


@pytest.mark.parametrize(
    "sentence",
    [
        "决策指标满分14分，得分12分，得分率85.71%。",
        "该指标分值 14 分，评价得分 12.00 分，得分率为 85.71%。",
        "项目过程，标准分14分，实际得分12分，得分率85.71％",
        "产出类指标权重14分，实得12分（得分率85.71%）。",
        "效益指标总分14分，综合得分为12分，得分率为85.71%。",
        "决策得分12分（满分14分），得分率85.71%。",
        "决策类指标（14分）得分12分，得分率85.71%。",
        "投入维度共14分，实得12分，得分率为85.71%。",
        "产出14分，得12分，得分率85.71%。",
    ],
)
def test_rate_of_one_sentence(sentence: str) -> None:
    checks, findings = check(sentence)
    [rate] = of_rule(checks, RULE, "ratio")
    assert (rate.verdict, rate.expression) == ("consistent", rate.expression)
    assert alarms(findings) == []
    _, findings = check(sentence.replace("85.71", "87.51"))
    [finding] = alarms(findings)
    assert finding.title == "得分率不符"
    assert "85.71" in finding.explanation


def test_score_above_its_weight() -> None:
    _, findings = check("预算执行率，满分5分，得分6分。")
    [finding] = alarms(findings)
    assert finding.title == "得分超过满分"


@pytest.mark.parametrize(
    ("heading", "closing"),
    [
        ("（一）资金到位率（满分4分，实得4分）", "资金已全部到位，本项指标得3分，得分率100%。"),
        ("（一）资金到位率（4分，得分4分）".replace("（4分，", "（分值4分，"), "据此，该指标得分3分。"),
        ("（一）资金到位率，满分4分，得4分", "综上，本指标得分为3分。"),
        ("（一）资金到位率[4分，得4分]", "资金未全部到位，得分率100%，得3分。"),
        ("（一）资金到位率（4分/4分）", "资金未全部到位。评价得分3分，得分率100%。"),
    ],
)
def test_closing_sentence_against_heading(heading: str, closing: str) -> None:
    checks, findings = check("一、指标分析", heading, closing)
    assert len(alarms(findings)) == 1
    assert findings[0].severity == "high"
    assert "资金到位率" in findings[0].explanation
    wrong = [c for c in checks if c.kind == "equal" and c.verdict == "inconsistent"]
    assert [c.expression for c in wrong] == ["4 = 3"]


def test_closing_sentence_of_another_section_is_not_compared() -> None:
    _, findings = check(
        "一、指标分析",
        "（一）资金到位率（满分4分，实得4分）",
        "资金全部到位，本项指标得4分。",
        "（二）预算执行率（满分5分，实得3分）",
        "预算未执行完，本项指标扣2分，得3分，得分率60%。",
    )
    assert findings == []


def test_deduction_against_weight_and_score() -> None:
    heading = "（一）档案管理（满分6分，实得4分）"
    checks, _ = check("一、指标分析", heading, "档案不全，本项指标扣2分，得4分。")
    assert {c.verdict for c in of_rule(checks, RULE, "difference")} == {"consistent"}
    _, findings = check("一、指标分析", heading, "档案不全，本项指标扣3分，得4分。")
    [finding] = alarms(findings)
    assert finding.title == "扣分与得分不符"


@pytest.mark.parametrize(
    "closing",
    ["据此扣2分，最终得4分，得分率66.67%。", "根据评分标准，扣2分，本项指标得4分。", "综上，该指标失2分，得4分。"],
)
def test_forms_of_a_deduction(closing: str) -> None:
    text = ["一、指标分析", "（一）档案管理（满分6分，实得4分）"]
    checks, findings = check(*text, f"部分档案缺失。{closing}")
    assert "6 - 2 = 4" in [c.expression for c in of_rule(checks, RULE, "difference")]
    assert findings == []
    _, findings = check(*text, f"部分档案缺失。{closing.replace('2分', '3分')}")
    assert [f.title for f in alarms(findings)] == ["扣分与得分不符"]


def test_rules_of_deduction_are_no_deductions() -> None:
    checks, _ = check("管理制度健全性满分6分，得分4分，每发现一处不健全扣1分，扣完为止。")
    assert of_rule(checks, RULE, "difference") == []


def test_score_by_formula() -> None:
    checks, _ = check("预算执行率为58.60%，得分=58.60%×4=2.34分。")
    [product] = of_rule(checks, RULE, "product")
    assert product.verdict == "consistent"
    _, findings = check("预算执行率为58.60%，得分=58.6 0%×4=2.34分。")
    assert findings == []  # a number that an export broke
    _, findings = check("预算执行率为58.60%，得分=58.60%×4=2.43分。")
    [finding] = alarms(findings)
    assert finding.title == "得分计算不符"


def test_rate_column_of_a_score_table() -> None:
    text = "一级指标|分值|得分|得分率\n决策|20|18|90.00%\n过程|20|15|75.00%\n产出|60|45|57.00%"
    checks, findings = check(table(text))
    rates = [c for c in checks if c.kind == "ratio"]
    assert [c.verdict for c in rates] == ["consistent", "consistent", "inconsistent"]
    [finding] = alarms(findings)
    assert any("换位" in cause for cause in finding.diagnosis)


def test_rate_row_of_a_turned_score_table() -> None:
    checks, _ = check(table("指标|决策|过程|产出\n分值|20|20|60\n得分|18|15|45\n得分率（%）|90|75|75"))
    assert [c.verdict for c in checks if c.kind == "ratio"] == ["consistent"] * 3


def test_rate_belongs_to_the_score_column_that_explains_the_other_rows() -> None:
    rows = "一级指标|分值|自评得分|复核得分|得分率\n决策|20|20|15.5|77.50%\n过程|20|19|15.4|77.00%\n产出|60|58|47.9|{}"
    _, findings = check(table(rows.format("79.83%")))
    assert findings == []
    _, findings = check(table(rows.format("78.93%")))
    [finding] = alarms(findings)
    assert "按47.9 ÷ 60 × 100%计算应为79.83%" in finding.explanation


def test_points_of_listed_indicators_are_not_those_of_their_heading() -> None:
    _, findings = check(
        "一、绩效分析",
        "（一）业务指标情况（满分60分，得分45分）",
        "⑴目标设定，满分20分，得15分。目标不明确。",
        "⑵组织管理，满分40分，得30分。制度不健全，得分率75%。",
        "（二）项目效果类指标",
        "（1）D11照明效果。色温不一致，扣1分。",
        "（2）D12安全事故。全年未发生事故，得6分。",
    )
    assert alarms(findings) == []


@pytest.mark.parametrize(
    "sentence", ["产出指标满分30分，复核得23.9分，扣{}分。", "产出类指标满分30分，得23.9分，共扣{}分；"]
)
def test_deduction_beside_weight_and_score(sentence: str) -> None:
    assert check(sentence.format("6.1"))[1] == []
    _, findings = check(sentence.format("5.1"))
    [finding] = alarms(findings)
    assert "扣分为5.1分，按30 - 23.9计算应为6.1分" in finding.explanation


def test_score_in_proportion_to_the_rate_before_it() -> None:
    sentence = "预算执行率82.00%，按比例得{}分（满分4分）。"
    assert check(sentence.format("3.28"))[1] == []
    _, findings = check(sentence.format("3.82"))
    assert [f.title for f in alarms(findings)] == ["得分计算不符"]


def test_formula_in_a_cell() -> None:
    rows = "指标|分值|得分|说明\n预算执行率|4|3.16|执行率79.05%，得分=79.05%×4={}分。\n制度健全性|3|3|制度健全"
    assert check(table(rows.format("3.16")))[1] == []
    assert [f.title for f in alarms(check(table(rows.format("3.61")))[1])] == ["得分计算不符"]


def test_item_that_opens_another_indicator_ends_the_section() -> None:
    """The second item runs on into its text, so that it is no heading."""
    _, findings = check(
        "一、指标分析",
        "（1）渠道通畅率，分值8.00分，得7.00分。",
        "有一处淤塞，扣1分。",
        "本项指标得7.00分，得分率87.50%。",
        "（2) 农户参与(指标分值 4.00 分,得分 4.00 分)聘用管护员16人，均为附近农户，带动作用明显。",
        "本项指标得4.00分，得分率100.00%。",
    )
    assert not alarms(findings)


def test_score_after_the_words_that_say_why() -> None:
    text = ["一、指标分析", "（一）台账登记（满分2分，得{}分）", "部分台账没有登记，此项指标按比例相应扣分，得1.4分。"]
    _, findings = check(*[t.format("1.4") for t in text])
    assert findings == []
    _, findings = check(*[t.format("1.6") for t in text])
    assert len(alarms(findings)) == 1


@pytest.mark.parametrize(
    "opening", ["渠道巡护（{}分，得{}分）", "◆渠道巡护（{}分），得{}分", "【指标3】渠道巡护（权重{}分，得分{}分）"]
)
def test_closings_of_leaves_without_headings_are_not_their_groups(opening: str) -> None:
    """Only the leaf's own line is held against what closes it."""
    text = [
        "一、指标分析",
        "1、管护指标，满分12分，得10分",
        "渠道巡护有台账。",
        opening.format(7, 6),
        "漏巡一段，扣1分。本项得{}分。",
    ]
    assert not alarms(check(*[t.format(6) for t in text])[1])
    assert len(alarms(check(*[t.format(6.5) for t in text])[1])) == 1


def test_several_closings_that_differ_from_the_heading_are_not_its_own() -> None:
    _, findings = check(
        "一、指标分析",
        "（一）管护指标（权重12，得分10）",
        "巡护有台账。本项得4分。",
        "漏报两次，扣2分。本项得4分。",
        "本项得2分。",
    )
    assert not alarms(findings)


def test_points_told_again_in_the_same_paragraph_are_compared() -> None:
    told = "该项指标满分4分，实际得分{}分。制度基本健全。经核查，缺少采购办法，扣1.5分。本项指标满分4分，得2.5分，得分率62.5%。"
    checks, findings = check("三、过程", "（一）制度健全性", told.format("2.5"))
    assert ("2.5 = 2.5") in {c.expression for c in of_rule(checks, "score.text")} and alarms(findings) == []
    _, findings = check("三、过程", "（一）制度健全性", told.format("5.2"))
    assert any("5.2" in f.explanation and "2.5分" in f.explanation for f in alarms(findings))


def test_numbered_items_below_a_dimension_speak_of_their_own_points() -> None:
    _, findings = check(
        "（一）管理类指标（10分）",
        "1.制度建设。各项制度健全。本指标4分，得4分。",
        "2.档案管理。台账缺页。本指标6分，得5分。",
    )
    assert alarms(findings) == []


def test_a_remark_in_brackets_is_not_the_end_of_the_name() -> None:
    _, findings = check(
        "（四）效益指标（标准分30分，得分26分）",
        "1.灌溉条件改善。平均轮灌周期由15天缩短至9天，受益4.26万亩（42,600亩），标准分8分，得8分。",
        "2.带动产业发展。新增种植大户6个，标准分22分，得18分。",
    )
    assert not alarms(findings)
