"""count.claim: how many there are said to be against what is listed."""

from __future__ import annotations

import pytest

from extractor.checks import count_claim
from extractor.checks.engine.evaluate import evaluate
from extractor.checks.sources.reading import read
from extractor.facts import extract
from extractor.result import Facts
from tests.extractor.checks.building import alarms, check, report, table


def verdicts(*items: object) -> list[str]:
    document = report(*items)  # type: ignore[arg-type]
    proposals = count_claim.propose(read(document, Facts(sheets=extract(document).sheets)))
    return [e.check.verdict for e in evaluate(list(proposals))]


def found(*items: object) -> list[str]:
    _, findings = check(*items)  # type: ignore[arg-type]
    return [f.explanation for f in alarms(findings)]


@pytest.mark.parametrize(
    "sentence",
    [
        "评价从制度建设、资金使用、项目实效三个方面展开。",
        "我局内设办公室、财务股、项目股等3个股室。",
        "评价工作分为准备、实施、报告3个阶段。",
        "抽查了青山镇、白河镇和红岩乡3个乡镇。",
        "设置经济效益、社会效益和生态效益以及满意度4个二级指标。",
        "评价工作分四个阶段：准备、调研、分析、报告。",
        "资金由两家单位管理，分别为市农业农村局和市林业局。",
        "委托东方会计师事务所、中天检测公司2家机构开展核查。",
    ],
)
def test_lists_that_have_as_many(sentence: str) -> None:
    assert verdicts(sentence) == ["consistent"]
    assert found(sentence) == []


def test_names_of_the_list_are_the_operands() -> None:
    checks, _ = check("本次委托东方会计师事务所、中天检测有限公司2家机构开展核查。")
    [listed] = [c for c in checks if c.kind == "count"]
    assert [o.text for o in listed.operands] == ["东方会计师事务所", "中天检测有限公司"]


def test_a_complete_list_that_has_another_number() -> None:
    [text] = found("效益指标包括经济效益、社会效益、生态效益、满意度3个二级指标。")
    assert "为3" in text and "4项" in text


@pytest.mark.parametrize(
    "sentence",
    [
        "效益指标包括经济效益、社会效益、满意度等5个二级指标。",
        "涉及青山镇、白河镇、红岩乡的12个村。",
        "项目覆盖全县5个乡镇，惠及农户320户。",
        "完成渠道、道路、桥涵共86处。",
        "第三方面是完善制度、强化监管、压实责任。",
        "每低于1个百分点扣0.5分，每有3个以上问题扣2分。",
        "一是制度不健全；二是监管不到位。",
    ],
)
def test_what_is_no_complete_list_says_nothing(sentence: str) -> None:
    assert found(sentence) == []


def test_numbered_items_behind_the_claim() -> None:
    right = "项目主要存在以下三个问题：一是预算编制较粗；二是进度滞后；三是管护缺位。"
    assert verdicts(right) == ["consistent"]
    [text] = found(right.replace("三个", "四个"))
    assert "3项" in text
    assert verdicts("项目存在两方面问题：①台账不全；②公示不及时。") == ["consistent"]


def test_numbered_items_over_paragraphs() -> None:
    items = (
        "四、存在的问题",
        "主要存在以下{}个方面的问题。",
        "（一）预算编制较粗",
        "未细化到子项。",
        "（二）进度滞后",
        "晚了两个月。",
        "五、建议",
        "加强管理。",
    )
    assert verdicts(*(i.format("两") for i in items)) == ["consistent"]
    assert len(found(*(i.format("三") for i in items))) == 1


def test_parts_add_up_to_the_number_of_the_whole() -> None:
    text = (
        "产出指标下设2个二级指标，{}个三级指标。产出数量下设渠道完成率、道路完成率2个三级指标；"
        "产出质量下设验收合格率、材料合格率、检测达标率3个三级指标。"
    )
    assert found(text.format(5)) == []
    [finding] = found(text.format(4))
    assert "2 + 3 = 5个" in finding


def system(third: int, dimensions: int = 2) -> list[str]:
    return [
        f"指标体系由{dimensions}个一级指标、4个二级指标、{third}个三级指标组成。",
        "决策指标包括项目立项、资金投入2个二级指标。项目立项包括立项依据、立项程序2个三级指标。资金投入包括预算编制、资金分配2个三级指标。",
        "产出指标下设2个二级指标，3个三级指标。产出数量下设完成率、覆盖率2个三级指标；产出质量包括合格率1个三级指标。",
    ]


def test_the_whole_is_the_sum_of_its_dimensions() -> None:
    assert found(*system(7)) == []
    [text] = found(*system(8))
    assert "为8" in text and "7个" in text


SHEET = (
    "一级指标|二级指标|三级指标|分值|得分\n决策|立项|依据|10|9\n决策|立项|程序|10|10\n决策|目标|合理性|20|18\n"
    "产出|数量|完成率|20|20\n产出|数量|覆盖率|20|19\n产出|质量|合格率|20|20\n合计|||100|96"
)


def test_levels_of_the_score_sheet() -> None:
    claim = "评价指标体系包括一级指标2个、二级指标4个、三级指标{}个。"
    assert set(verdicts(claim.format(6), table(SHEET))) == {"consistent"}
    [text] = found(claim.format(7), table(SHEET))
    assert "评分表中三级指标有6个" in text


def test_a_sheet_that_does_not_add_up_says_nothing() -> None:
    broken = SHEET.replace("产出|质量|合格率|20|20\n", "")
    assert verdicts("评价指标体系包括一级指标2个、二级指标4个、三级指标6个。", table(broken)) == []


def test_a_list_inside_an_item_of_another() -> None:
    text = (
        "存在以下三方面问题：一是预算较粗；二是管理不严，体现在两个方面：一是超范围列支，二是手续不全；三是绩效弱化。"
    )
    assert found(text) == []
    assert "consistent" in verdicts(text)


def test_both_levels_may_be_wrong() -> None:
    claim = "评价指标体系包括一级指标2个、二级指标{}个、三级指标{}个。"
    [text] = found(claim.format(5, 7), table(SHEET))
    assert "评分表中二级指标有4个" in text or "评分表中三级指标有6个" in text


def test_a_level_may_be_left_out() -> None:
    claim = "评价指标体系包括一级指标2个、三级指标{}个。"
    assert found(claim.format(6), table(SHEET)) == []
    [text] = found(claim.format(7), table(SHEET))
    assert "三级指标有6个" in text


@pytest.mark.parametrize(
    "sentence, alarm",
    [
        ("单位制定了3项制度，即考勤管理办法、票据管理办法、车辆管理办法、档案管理办法，得4分。", True),
        ("单位制定了4项制度，即考勤管理办法、票据管理办法、车辆管理办法、档案管理办法，得4分。", False),
        ("单位制定了5项制度，即考勤管理办法、票据管理办法、车辆管理办法、档案管理办法，以及应急预案。", False),
        ("单位制定了5项制度，即考勤管理办法、票据管理办法，车辆管理办法、档案管理办法、应急预案。", False),
        ("单位制定了5项制度，分别为考勤办法、票据办法、车辆办法、档案和应急办法等。", False),
    ],
)
def test_a_list_that_is_what_the_number_counts(sentence: str, alarm: bool) -> None:
    assert bool(found(sentence)) is alarm


GRADED = "序号|站点|得分|等级\n1|东站|92.5|优\n2|西站|84.1|良\n3|南站|88.0|良\n4|北站|71.3|中\n合计|||"
ACROSS = (
    "项目|东站|西站|南站|北站\n管理|40|36|38|31\n服务|52.5|48.1|50|40.3\n总得分|92.5|84.1|88|71.3\n等级|优|良|良|中"
)


@pytest.mark.parametrize("graded", [GRADED, ACROSS])
def test_how_many_got_which_grade(graded: str) -> None:
    assert found("四个站点中，优1个、良2个、中1个。", table(graded)) == []
    assert found("其中1个站点被评为优，2个站点为良，1个站点为中。", table(graded)) == []
    [text] = found("四个站点中，优2个、良1个、中1个。", table(graded))
    assert "等级为优的有1个" in text
    assert found("上年四个站点中，优3个、良2个、中1个。", table(graded)) == []


def test_a_grade_that_nobody_got() -> None:
    [text] = found("四个站点中，优1个、良2个、差1个。", table(GRADED))
    assert "等级为差的有0个" in text


SCORED = """一级指标|三级指标|分值|得分
决策|立项依据充分性|20|20
过程|资金使用合规性|20|18
产出|任务完成率|30|30
产出|验收合格率|15|15
效益|群众满意度|15|13
合计||100|96"""


@pytest.mark.parametrize(("claim", "right"), [("5", True), ("7", False)])
def test_indicators_in_all_against_the_sheet(claim: str, right: bool) -> None:
    _, findings = check("二、评价方法", f"从四个维度共设{claim}项指标，满分100分。", "附件 评分表", table(SCORED))
    assert (alarms(findings) == []) == right
    _, findings = check("一、绩效目标", "年度目标共设9项指标，完成6项。", "附件 评分表", table(SCORED))
    assert not alarms(findings)
