"""text.residue: duties and departments left over from another report."""

from __future__ import annotations

import pytest

from extractor.result import Finding
from tests.extractor.checks.building import alarms, examine

COVER = (
    "2022年度青禾县沼气池建设项目绩效评价报告",
    "项目名称：沼气池建设项目",
    "主管部门：青禾县农业农村局",
    "2023年5月",
)
BODY = ("一、基本情况", "青禾县农业农村局实施沼气池建设项目，在12个乡镇新建沼气池320座，农户参与选址。")
OWN = "县农业农村局负责沼气池建设项目的组织实施；县财政局负责资金监管"


def found(*items: str) -> list[Finding]:
    checks, findings = examine(*COVER, *BODY, *items)
    mine = {i for i, c in enumerate(checks) if c.rule == "text.residue"}
    return [f for f in alarms(findings) if mine & set(f.checks)]


@pytest.mark.parametrize(
    ("duty", "word"),
    [
        ("县融媒体中心负责广播电视塔的巡检和信号传输", "广播"),
        ("校车营运企业对驾驶员资质负责", "驾驶员"),
        ("县体育局负责健身路径维护", "健身"),
    ],
)
def test_duty_that_is_none_of_the_project_s(duty: str, word: str) -> None:
    [finding] = found("（三）组织管理", f"{OWN}；{duty}。")
    assert word in finding.explanation


@pytest.mark.parametrize(
    "duty",
    ["乡镇政府负责农户选址和纠纷调处", "县审计局负责决算审计和监督检查", "县自然资源局负责用地审批"],
)
def test_duties_that_any_project_may_share_out(duty: str) -> None:
    assert found("（三）组织管理", f"{OWN}；{duty}。") == []


def test_department_in_the_place_of_the_report_s_own() -> None:
    shared = "县财政局负责资金监管；县体育局负责资金分配方案制定和业务指导；乡镇政府负责农户选址。"
    [finding] = found("（三）组织管理", shared)
    assert "县体育局" in finding.explanation


def test_object_of_the_evaluation_is_another_department_s() -> None:
    [finding] = found("（三）评价对象", "评价对象为县体育局2022年度实施的沼气池建设项目资金。")
    assert "农业农村局" in finding.explanation
    assert found("（三）评价对象", "评价对象为县农业农村局2022年度实施的沼气池建设项目资金。") == []
