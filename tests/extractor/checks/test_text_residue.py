"""text.residue: names left over from another report."""

from __future__ import annotations

import pytest

from extractor.document import Table
from extractor.result import Finding
from tests.extractor.checks.building import alarms, examine, table

COVER = (
    "2022年度青禾县沼气池建设项目绩效评价报告",
    "项目名称：沼气池建设项目",
    "主管部门：青禾县农业农村局",
    "2023年5月",
)
BODY = ("一、基本情况", "青禾县农业农村局实施沼气池建设项目，新建沼气池320座。")


def found(*items: str | Table) -> list[Finding]:
    checks, findings = examine(*items)
    mine = {i for i, c in enumerate(checks) if c.rule == "text.residue"}
    return [f for f in alarms(findings) if mine & set(f.checks)]


def test_form_that_names_another_project() -> None:
    [finding] = found(*COVER, *BODY, "附件2：2022年青禾县博物馆布展经费项目问题清单")
    assert "博物馆" in finding.explanation
    assert found(*COVER, *BODY, "附件2：2022年青禾县沼气池建设项目问题清单") == []


def test_form_of_an_earlier_year() -> None:
    [finding] = found(*COVER, *BODY, "附件2：2020年度沼气池建设项目问题清单")
    assert "2020" in finding.explanation and "2022" in finding.explanation


def test_heading_that_names_a_project_never_spoken_of() -> None:
    advice = ("六、有关建议", "（一）加快滨河湿地观鸟栈道项目收尾", "倒排工期，完成剩余工程。")
    [finding] = found(*COVER, *BODY, *advice)
    assert "观鸟栈道" in finding.explanation
    told = "同期实施的滨河湿地观鸟栈道与沼气池共用取土场。"
    assert found(*COVER, *BODY, told, *advice) == []


def test_heading_that_plans_a_new_project() -> None:
    assert found(*COVER, *BODY, "六、有关建议", "（一）谋划储备滨河湿地观鸟栈道项目", "结合实际，做好前期工作。") == []


def problems(unit: str, other: str = "青禾县农业农村局") -> Table:
    return table(
        f"""序号|责任单位|存在的问题
        1|青禾县农业农村局|沼气池后续管护责任不明确
        2|{other}|验收资料归档不及时
        3|{unit}|绩效目标没有细化"""
    )


def test_department_that_the_report_does_not_speak_of() -> None:
    [finding] = found(*COVER, *BODY, "附件3：问题清单", problems("县体育局", "县体育局"))
    assert "县体育局" in finding.explanation


def test_department_that_answers_for_one_problem_alone() -> None:
    assert found(*COVER, *BODY, "附件3：问题清单", problems("县体育局")) == []


@pytest.mark.parametrize("unit", ["县农业农村局", "县财政局", "各乡镇人民政府"])
def test_departments_that_belong_to_the_report(unit: str) -> None:
    assert found(*COVER, *BODY, "附件3：问题清单", problems(unit)) == []


def test_own_department_of_another_county() -> None:
    slip = "项目资料由昌黎县农业农村局负责归集。"
    [finding] = found(*COVER, *BODY, slip)
    assert "昌黎县农业农村局" in finding.explanation and finding.evidence[0].quote == slip
    assert found(*COVER, *BODY, "借鉴昌黎县农业农村局的做法，建立管护台账。") == []
    assert found(*COVER, *BODY, "昌黎县与本县相邻。", slip) == []
    assert found(*COVER, *BODY, "项目资料由县农业农村局负责归集。") == []


def rows(third: str) -> Table:
    return table(
        f"""序号|责任单位|存在的问题
        1|东岭镇人民政府|东岭镇的沼气池使用率为61.5%，使用率偏低
        2|西河镇人民政府|西河镇的沼气池使用率为58.2%，使用率偏低
        3|南桥镇人民政府|{third}的沼气池使用率为44.0%，使用率偏低
        4|北关镇人民政府|北关镇的沼气池使用率为70.3%，使用率偏低"""
    )


def test_row_that_speaks_of_another_row_s_place() -> None:
    [finding] = found(*COVER, *BODY, rows("西河镇"))
    assert "南桥镇" in finding.explanation and "西河镇" in finding.explanation
    assert finding.evidence[0].quote.startswith("3 | 南桥镇人民政府")
    assert found(*COVER, *BODY, rows("南桥镇")) == []


def test_heading_twice_where_the_sheet_has_another_name() -> None:
    scored = table(
        """一级指标|二级指标|三级指标|分值|得分
        决策|立项|立项依据充分性|40|40
        决策|目标|目标明确性|35|30
        决策|论证|前期论证充分性|25|20
        合计|||100|90"""
    )

    def outline(third: str) -> tuple[str, ...]:
        return (
            "四、指标分析", "1.立项依据充分性（满分40分，得40分）", "依据充分。",
            "2.目标明确性（满分35分，得30分）", "目标较为笼统。", f"3.{third}（满分25分，得20分）", "论证较为简单。",
        )  # fmt: skip

    [finding] = found(*outline("目标明确性"), "附件：评分表", scored)
    assert "前期论证充分性" in finding.explanation
    assert found(*outline("前期论证充分性"), "附件：评分表", scored) == []


@pytest.mark.parametrize(
    ("heading", "sentence", "name"),
    [
        ("三、存在的问题", "（一）管护不到位。沼气池无人维护，中小学校舍加固工程验收资料缺失。", "中小学校舍加固工程"),
        ("三、存在的问题", "1.资料不全。退役军人就业培训项目的学员台账未归集。", "退役军人就业培训项目"),
        ("四、有关建议", "（一）严格验收，避免文化馆数字化项目超概算的情况再次发生。", "文化馆数字化项目"),
        ("四、有关建议", "（一）县交通局应加强对农村公路养护项目的资金监管。", "农村公路养护项目"),
    ],
)
def test_another_project_in_a_problem_or_suggestion(heading: str, sentence: str, name: str) -> None:
    [finding] = found(*COVER, *BODY, heading, sentence)
    assert f"“{name}”" in finding.explanation and name in finding.evidence[0].quote


@pytest.mark.parametrize(
    "sentence",
    [
        "（一）沼气池建设项目档案不全。",
        "（一）借鉴邻县生物质能源项目经验，完善管护。",
        "（一）谋划实施秸秆综合利用项目，提高收益。",
        "（一）建立项目储备库，做好下一年度项目申报。",
        "（一）东岭镇桃花路改造工程未完成。",
        "（一）项目单位应在季度末上报项目进度。",
        "（一）建议主管部门统筹实施高标准农田项目，发挥合力。",
        "（一）落实《青禾县校舍加固项目管理办法》。",
        "（一）施工单位未按工程技术规范施工。",
    ],
)
def test_projects_that_a_report_may_name(sentence: str) -> None:
    assert found(*COVER, *BODY, "四、问题和建议", sentence) == []


def scored(told: str, name: str = "建设任务完成率") -> Table:
    return table(
        f"""一级指标|三级指标|分值|得分|评价说明
        决策|立项依据充分性|20|20|符合沼气建设规划
        过程|资金使用合规性|30|30|{told}
        产出|{name}|30|30|沼气池320座全部建成
        效益|农户满意度|20|18|满意度90%
        合计||100|98|"""
    )


@pytest.mark.parametrize(
    ("told", "name", "thing"),
    [
        ("公交站线路亭建设资金按合同支付", "建设任务完成率", "公交站"),
        ("沼气池建设资金按合同支付", "敬老院床位数", "敬老院"),
        ("沼气池建设资金按合同支付", "建设任务完成率", ""),
        ("参照老旧小区改造项目的做法支付", "建设任务完成率", ""),
    ],
)
def test_things_of_another_field_where_an_indicator_is_judged(told: str, name: str, thing: str) -> None:
    findings = found(*COVER, *BODY, "附件 评分表", scored(told, name))
    assert [thing in f.explanation for f in findings] == ([True] if thing else [])


def test_a_thing_that_the_report_speaks_of_is_its_own() -> None:
    told = scored("公交站线路亭建设资金按合同支付")
    assert not found(*COVER, *BODY, "项目另建公交站线路亭4座。", "附件 评分表", told)


@pytest.mark.parametrize(
    "title", ["第五部分 子项目绩效分析", "第三章 分项目完成工程情况", "附件1 子项目绩效评价得分表"]
)
def test_heading_of_the_parts_of_the_project(title: str) -> None:
    assert found(*COVER, *BODY, title, "沼气池建设项目按期完成。") == []
