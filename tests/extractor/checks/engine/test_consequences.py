"""What would change if a wrong number were put right."""

from __future__ import annotations

from tests.extractor.checks.building import alarms, check, table

SHEET = """一级指标|二级指标|三级指标|分值|评分标准|得分
决策（20分）|项目立项（20分）|立项依据充分性|10|依据充分得满分，每缺一项依据扣2分，扣完为止|10
||立项程序规范性|10|程序规范得满分，每有一处不规范扣1分，扣完为止|9
过程（30分）|资金管理（30分）|资金使用合规性|10|合规得满分，每发现一处不合规扣2分，扣完为止|{}
||制度执行有效性|20|执行有效得满分，每发现一处未执行扣2分，扣完为止|18
产出（50分）|产出数量（50分）|任务完成率|25|按完成率得分，完成率达到百分之百得满分|25
||验收合格率|25|按合格率得分，合格率达到百分之百得满分|{}
合计|||100||91"""

CONCLUSION = "经综合评价，该项目综合得分91分，评价等级为“优”。"


def test_total_and_grade_that_a_wrong_score_would_change() -> None:
    """The heading and the closing sentence agree on 6 points where the sheet has 8, and the total uses the 8."""
    text = [
        "一、指标分析",
        "（一）资金使用合规性（满分10分，得6分）",
        "资金使用不够合规，本项指标扣4分，得6分，得分率60%。",
    ]
    _, findings = check(CONCLUSION, table(SHEET.format(8, 21)), *text)
    [finding] = alarms(findings)
    assert "8分" in finding.explanation
    assert any("由91分变为89分" in c for c in finding.consequences)
    assert finding.consequences[-1] == "评价等级由“优”变为“良”"


def test_nothing_changes_where_the_total_is_right_already() -> None:
    text = [
        "一、指标分析",
        "（一）资金使用合规性（满分10分，得6分）",
        "资金使用不够合规，本项指标扣4分，得6分，得分率60%。",
    ]
    _, findings = check(CONCLUSION, table(SHEET.format(8, 23)), *text)
    [finding] = alarms(findings)
    assert finding.consequences == []
