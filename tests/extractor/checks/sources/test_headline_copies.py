from __future__ import annotations

import pytest

from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal
from extractor.checks.sources.headline_copies import restated
from extractor.checks.sources.reading import read
from extractor.facts import extract
from tests.extractor.checks.building import alarms, examine, of_rule, report

OPENING = (
    "2022年度山泉镇灌渠改造项目绩效评价报告",
    "一、项目概况",
    "2022年，该项目年初预算安排{budget}万元，实际到位资金655.20万元，实际支出601.35万元，预算执行率91.78%。",
    "二、资金情况",
    "2022年项目预算安排655.20万元，资金全部到位，全年实际支出601.35万元，预算执行率91.78%。",
    "三、评价范围",
)


def told(*items: str, budget: str = "655.20") -> list[str]:
    _, findings = examine(*(i.format(budget=budget) if "{budget}" in i else i for i in (*OPENING, *items)))
    return [f.explanation for f in alarms(findings)]


def missed(*items: str) -> list[Proposal]:
    """What this module alone says: another may compare the same amounts."""
    document = report(*(i.format(budget="655.20") for i in (*OPENING, *items)))
    return [p for p in restated("cross.mention", read(document, extract(document))) if not holds(p)]


def test_the_amount_evaluated_is_the_budget() -> None:
    assert told("本次评价对象为灌渠改造项目，涉及资金655.20万元，覆盖项目全过程。") == []
    [text] = told("本次评价对象为灌渠改造项目，涉及资金625.50万元，覆盖项目全过程。")
    assert "625.50" in text and "655.20" in text


@pytest.mark.parametrize("wrong", ["656.20", "665.20", "65.52", "6552.0", "65.20"])
def test_slips_of_the_pen_in_the_budget(wrong: str) -> None:
    [text] = told(f"灌渠改造项目预算总额{wrong}万元，由财政统一拨付。")
    assert wrong in text


@pytest.mark.parametrize(
    "sentence",
    [
        "其中渠道工程预算625.20万元。",
        "2021年项目预算总额655.02万元。",
        "省级补助资金预算655.02万元。",
        "预算执行率未达到91.87%的目标。",
        "涉及资金65.52亿元的其他项目不在评价之列，其中预算65.52亿元。",
    ],
)
def test_parts_and_other_years_are_no_copies(sentence: str) -> None:
    assert missed(sentence) == []


def test_a_changed_budget_has_two_amounts() -> None:
    assert missed("年中追加预算20万元。", "2022年度预算675.20万元。") == []
    assert missed("2022年度预算675.20万元。") != []
    changed = "2022年6月预算调整为690.50万元，调整后预算690.50万元。"
    assert missed(changed, "本次评价涉及资金690.50万元。") == []
    assert missed(changed, "本次评价涉及资金718.44万元。") != []


@pytest.mark.parametrize("count, alarm", [("36", False), ("63", True)])
def test_planned_numbers_of_things(count: str, alarm: bool) -> None:
    texts = told(
        "年度任务为整修斗门36座，截至年末完成36座。",
        f"2022年度计划改造支渠18公里，整修斗门{count}座。",
        "2022年计划整修斗门36座，实际完成36座。",
        "其中东片计划整修斗门12座。",
    )
    assert bool(texts) is alarm


def test_the_rate_that_points_are_computed_from() -> None:
    sentence = "支渠实际改造17.2公里，完成率95.56%。得分={}%×6=5.73分。"
    assert told(sentence.format("95.56")) == []
    [text] = told(sentence.format("59.56"))
    assert "59.56" in text and "95.56" in text
    checks, _ = examine(sentence.format("95.56"))
    assert [c.verdict for c in of_rule(checks, "cross.mention")] == ["consistent"]


@pytest.mark.parametrize("left, alarm", [("53.85", False), ("58.35", True)])
def test_money_left_of_the_whole(left: str, alarm: bool) -> None:
    texts = missed("全年尚有53.85万元未支付。", f"截至2022年末，项目结余资金{left}万元，均为质保金。")
    assert bool(texts) is alarm


def test_a_verb_of_a_list_is_no_part_of_what_is_planned() -> None:
    items = ("年度任务为完成水表更换360户，截至年末完成360户。", "年度任务为完成水表更换360户，进度正常。")
    assert missed(*items, "2022年度计划整修斗门36座，完成水表更换360户。") == []
    assert missed(*items, "2022年度计划整修斗门36座，完成水表更换630户。") != []


def test_the_budget_before_and_after_its_adjustment_are_two_facts() -> None:
    changed = "年中经批准，预算调整为652.50万元。2022年调整后预算为652.50万元，实际到位652.50万元。"
    assert told(changed, "本次评价涉及资金655.20万元，覆盖项目全过程。") == []


def test_what_was_asked_for_a_digit_short_of_the_budget_beside_it() -> None:
    [miss] = missed("该项目年初预算655.20万元，实际申请预算65.20万元，二者相符。")
    assert miss.stated and miss.stated.text == "65.20"
    assert missed("该项目年初预算655.20万元，实际申请预算700.00万元。") == []


def test_the_budget_of_a_department_whose_name_holds_a_village() -> None:
    told_by = "经人大批准，山泉镇农业农村局2022年部门预算中安排该项目资金{}万元。"
    assert missed(told_by.format("655.20")) == []
    [miss] = missed(told_by.format("656.20"))
    assert miss.stated and miss.stated.text == "656.20"


def test_two_places_show_that_the_first_budget_of_an_adjusted_one_is_a_slip() -> None:
    document = report(
        "2022年度山泉镇灌渠改造项目绩效评价报告",
        "一、项目概况",
        "2022年度项目预算812.40万元，实际到位655.20万元。",
        "二、资金情况",
        "该项目2022年年初预算788.03万元，列入部门预算。年中经批准，预算调整为655.20万元。",
        "2022年调整后预算为655.20万元，全年实际支出601.35万元。",
        "三、评价范围",
        "评价对象为2022年度灌渠改造项目，涉及资金812.40万元。",
    )
    wrong = [p for p in restated("cross.mention", read(document, extract(document))) if not holds(p)]
    assert [p.stated.text for p in wrong if p.stated] == ["788.03"]


def test_spending_whose_rate_is_that_of_the_amount_told_elsewhere() -> None:
    assert not missed("全年执行601.35万元，执行率91.78%。")
    [miss] = missed("全年执行588.20万元，执行率91.78%。")
    assert miss.stated and miss.stated.text == "588.20"
    assert not missed("全年执行588.20万元，执行率89.77%。")


@pytest.mark.parametrize(
    "sentence",
    [
        "山泉镇灌渠改造（一期、二期）项目预算投资为{}万元，全部为财政资金。",
        "该项目2022年预算资金为{}万元，由财政统一安排。",
        "2022年东川市财政局批复该项目预算{}万元。",
    ],
)
def test_the_projects_own_budget_is_one_amount_however_far_another_is_from_it(sentence: str) -> None:
    assert not missed(sentence.format("655.20"))
    [miss] = missed(sentence.format("912.00"))
    assert miss.stated and miss.stated.text == "912.00"


def test_what_the_project_paid_is_one_amount() -> None:
    assert not missed("本项目2022年支付资金共601.35万元，全部为财政资金。")
    [miss] = missed("本项目2022年支付资金共901.00万元，全部为财政资金。")
    assert miss.stated and miss.stated.text == "901.00"
    assert not missed("截至2022年6月底，本项目支付资金共301.00万元。")


def test_budgets_of_several_projects_are_told_of_each() -> None:
    assert not missed("泵站改造（一期）项目预算为320.00万元。", "水库清淤（二期）项目预算为410.00万元。")


def test_things_added_are_no_change_of_the_budget() -> None:
    batch = "2022年东川市财政局批复该项目预算912.00万元。"
    assert len(missed(batch, "施工中按程序追加闸门2座，方案调整后重新报备。")) == 1
    assert not missed(batch, "年中按程序追加项目预算256.80万元。")
