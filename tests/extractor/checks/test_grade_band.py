"""grade.band: the grade word against the score."""

from __future__ import annotations

import pytest

from tests.extractor.checks.building import alarms, check, of_rule, table

USUAL = "等次标准：90（含）-100分为优秀，80（含）-90分为良好，60（含）-80分为中等，60分以下为较差。"


def grades(*items: object) -> list[str]:
    checks, _ = check(*items)  # type: ignore[arg-type]
    return [c.verdict for c in of_rule(checks, "grade.band")]


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("经综合评价，该项目得分为86.50分，评价等级为“良”。".replace("该项目得分", "该项目综合得分"), "consistent"),
        ("本项目最终得分 91 分，评价结果为“良”。", "inconsistent"),
        ("项目绩效评价总分79.99分，绩效等级属于良好。", "inconsistent"),
        ("综合评分结果为80分，评定等级：良。", "consistent"),
        ("综合得分95.2分，评为优秀等次。", "consistent"),
        ("绩效评价得分59分，评价结论为“差”。", "consistent"),
    ],
)
def test_usual_bands(sentence: str, verdict: str) -> None:
    assert grades(sentence) == [verdict]
    assert grades(USUAL, sentence) == [verdict]


@pytest.mark.parametrize(
    "bands",
    [
        "等级划分：95分（含）以上为优，85分（含）至95分为良，70分（含）至85分为中，70分以下为差。",
        "四个级别分别为：优秀（95分-100分）、良好（85分-94分）、中（70分-84分）、差（0分-69分）。",
        table("序号|分数段|级别\n1|95分（含）-100分|优\n2|85分（含）-95分|良\n3|70分（含）-85分|中\n4|70分以下|差"),
    ],
)
def test_the_report_s_own_bands_come_first(bands: object) -> None:
    sentence = "本项目综合得分83分，评价等级为“良”。"
    assert grades(sentence) == ["consistent"]
    assert grades(bands, sentence) == ["inconsistent"]


def test_finding_names_the_band() -> None:
    _, findings = check(USUAL, "经评价，项目综合得分88分，评价等级为“优”。")
    [finding] = alarms(findings)
    assert finding.severity == "high"
    assert "“良好”" in finding.explanation and "“优”" in finding.explanation


def test_grade_in_the_next_line() -> None:
    assert grades("1.评分结果：90分", "2.主要结论：优秀") == ["consistent"]


def test_bands_themselves_and_parts_are_no_conclusion() -> None:
    assert grades(USUAL) == []
    assert grades("决策指标满分20分，得分12分，完成情况良好。") == []
    assert grades("得分在80分-90分之间的，评价等级为“良”。") == []


def test_grades_by_the_words_of_the_report() -> None:
    """合格 is the name of a grade only where the bands say so."""
    bands = "90分以上（含90分）为优秀，75—89分为良好，60—74分为合格，60分以下为不合格。"
    assert alarms(check(bands, "经评价，项目综合得分72.5分，评价等次为合格。")[1]) == []
    [finding] = alarms(check(bands, "经评价，项目综合得分76.5分，评价等次为合格。")[1])
    assert "应为“良好”，报告写作“合格”" in finding.explanation
    assert check("经评价，项目综合得分92.5分，工程质量等级为合格。")[1] == []


def test_grade_of_a_self_evaluation() -> None:
    checks, findings = check("我局开展了自评，自评得分88分，等级为“良”。")
    assert [c.verdict for c in checks if c.kind == "grade"] == ["consistent"]
    assert findings == []
    assert len(alarms(check("我局开展了自评，自评得分88分，等级为“优”。")[1])) == 1


UNITS = """单位|综合得分|评价等级
东湖街道|93.5|优
西湖街道|86.2|良
南湖街道|78.0|中
北湖街道|81.4|良
中湖街道|90.3|{}"""


def test_grade_of_each_unit_in_a_table() -> None:
    checks, findings = check(table(UNITS.format("优")))
    assert [c.verdict for c in of_rule(checks, "grade.band")] == ["consistent"] * 5
    assert alarms(findings) == []
    _, findings = check(table(UNITS.format("良")))
    [finding] = alarms(findings)
    assert "中湖街道" in finding.explanation
    assert "应为“优”" in finding.explanation


def test_grades_that_follow_other_bands_are_no_errors() -> None:
    """Where most lines disagree with the bands, the table grades by others."""
    _, findings = check(table("单位|综合得分|评价等级\n东镇|93|良\n西镇|86|中\n南镇|78|中\n北镇|96|优"))
    assert alarms(findings) == []


def test_grade_is_that_of_the_score_that_counts() -> None:
    _, findings = check("单位自评得分96.20分，评价组复核得分84.50分，相差11.70分。复核等级为“良”。")
    assert findings == []
