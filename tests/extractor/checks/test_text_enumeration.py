"""Totals, parts and differences in sentences and lists."""

from __future__ import annotations

import pytest

from extractor.result import Check, Finding
from tests.extractor.checks.building import alarms, check, of_rule


def _of(*items: str) -> tuple[list[Check], list[Finding]]:
    checks, findings = check(*items)
    own = of_rule(checks, "text.enumeration")
    ids = {c.id for c in own}
    return own, [f for f in alarms(findings) if ids & {checks[i].id for i in _indexes(f)}]


def _indexes(finding: Finding) -> list[int]:
    return [int(str(i).lstrip("c")) - (1 if str(i).startswith("c") else 0) for i in finding.checks]


def _texts(c: Check) -> list[str]:
    return [o.text for o in c.operands]


@pytest.mark.parametrize(
    ("sentence", "total", "parts"),
    [
        ("项目总投入820万元，其中省级补助500万元、县级配套320万元。", "820", ["500", "320"]),
        ("安排设备购置260万元，人员培训45.5万元，共计305.5万元。", "305.5", ["260", "45.5"]),
        ("项目支出1,980,000元，包括材料费120万元、人工费78万元。", "1,980,000", ["120", "78"]),
        ("全年受理案件312件，其中：一季度80件、二季度75件、三季度92件、四季度65件。", "312", ["80", "75", "92", "65"]),
        ("工资支出640万元（在编人员412万元、聘用人员228万元）、差旅费30万元。", "640", ["412", "228"]),
        ("补助对象共96家。专精特新企业奖励60万元，涉及31家；技改企业奖励90万元，涉及65家。", "96", ["31", "65"]),
        ("下达指标900万元，资金分别为市本级300万元、东区350万元和西区250万元。", "900", ["300", "350", "250"]),
    ],
)
def test_total_with_its_parts_holds(sentence: str, total: str, parts: list[str]) -> None:
    own, wrong = _of(sentence)
    assert any(c.stated and c.stated.text == total and _texts(c) == parts for c in own if c.verdict == "consistent")
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "项目总投入8,250.60万元，其中省级补助5,000.00万元、县级配套3,220.60万元。",
        "全年受理案件302件，其中：一季度80件、二季度75件、三季度92件、四季度65件。",
        "新建泵站18座，其中大型泵站7座，中小型泵站12座。",
        "两个标段的监理费分别为128.40万元和96.35万元，合计242.75万元。",
        "工程结算价3,120.45万元（其中土建工程1,866.20万元，安装、调试及配套工程1,245.25万元）。",
    ],
)
def test_closed_list_that_does_not_add_up_is_an_alarm(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "全县共有教师1,250人，其中高级职称210人、骨干教师86人。",  # not all
        "共培训学员560人次，其中女性320人次、脱贫人口210人次、残疾人35人次。",  # overlapping, a part of them only
        "本年度召开会议24次，其中全体会议4次、专题会议12次、培训会议6次。",
        "项目预算320万元，实际支出288万元，结余12万元结转下年，20万元由财政收回。",
        "项目预算500万元，其中每个乡镇20万元，比上年增加35万元。",
        "发放补贴430万元，其中县城占180万元以上，乡镇不足120万元。",
    ],
)
def test_open_list_is_no_alarm(sentence: str) -> None:
    assert _of(sentence)[1] == []


def test_changes_are_summed_apart_from_amounts() -> None:
    own, wrong = _of(
        "三公经费支出210万元，比预算减少46万元。其中，公务接待费30万元，比预算减少16万元；"
        "公务用车运行维护费180万元，比预算减少30万元。"
    )
    right = {
        c.stated.text: sorted(_texts(c)) for c in own if c.stated and c.verdict == "consistent" and c.kind == "sum"
    }
    assert right["210"] == ["180", "30"]
    assert right["46"] == ["16", "30"]
    assert wrong == []


def test_items_of_a_list_add_up_to_the_sentence_above() -> None:
    lines = (
        "转移支付资金安排6,480万元，具体如下：",
        "（一）教育方面2,150万元，用于校舍维修。",
        "（二）卫生方面1,830万元，用于设备更新。",
        "（三）农业方面2,500万元，用于良种推广。",
    )
    own, wrong = _of(*lines)
    assert [_texts(c) for c in own if c.stated and c.stated.text == "6,480"] == [["2,150", "1,830", "2,500"]]
    assert wrong == []
    assert len(_of(lines[0].replace("6,480", "6,840"), *lines[1:])[1]) == 1


def test_list_names_the_total_of_another_paragraph() -> None:
    own, _ = _of(
        "本年发行新增债券61.20亿元，已全部到账。",
        "在新增债券资金使用上，主要投向在建项目，其中水利建设22.40亿元、道路工程18.30亿元、其他20.50亿元。",
    )
    assert any(c.stated and c.stated.text == "61.20" and len(c.operands) == 3 for c in own)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("年初预算360万元，年中追加预算55万元，调整后预算415万元。", "sum"),
        ("年初预算360万元，9月调减预算55万元，调整后预算305万元。", "difference"),
        ("实际到位资金980.50万元，累计支出912.30万元，结余68.20万元。", "difference"),
        ("预算金额80万元，实际支出86.40万元，超出预算6.40万元。", "difference"),
    ],
)
def test_what_moved_and_what_is_left(sentence: str, kind: str) -> None:
    own, wrong = _of(sentence)
    assert any(c.kind == kind and c.verdict == "consistent" for c in own)
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "年初预算360万元，年中追加预算55万元，全年预算425万元。",
        "实际到位资金980.50万元，累计支出912.30万元，结余86.20万元。",
        "预算金额80万元，实际支出86.40万元，超出预算4.60万元。",
        "全年到位资金215.80万元，实际支出215.80万元，尚有6.00万元未支付。",
    ],
)
def test_balance_that_is_off_is_an_alarm(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


def test_balance_of_earlier_years_beside_what_was_all_spent() -> None:
    assert _of("全年到位资金215.80万元，实际支出215.80万元，历年累计结余6.00万元。")[1] == []


@pytest.mark.parametrize(
    ("sentence", "right", "wrong"),
    [
        (
            "一季度支出82.40万元，二季度支出96.50万元，三季度支出101.20万元，四季度支出60.30万元，全年累计支出{}万元。",
            "340.40",
            "350.40",
        ),
        ("四个季度分别支出80.00、90.00、100.00和70.00万元，全年支出{}万元。", "340.00", "304.00"),
        ("植被覆盖率由62.4%提高到65.9%，提高{}个百分点。", "3.5", "4.5"),
        ("群众好评率93.15%，较上年的90.40%提升{}个百分点。", "2.75", "2.57"),
        ("自评得分95.60分，评价组复核得分88.25分，二者相差{}分。", "7.35", "7.53"),
        ("送审金额760.00万元，审定金额728.40万元，核减{}万元。", "31.60", "36.10"),
        (
            "改造工程预算1,260.00万元，分三个标段实施，其中一标段420.00万元、二标段510.00万元、三标段{}万元。",
            "330.00",
            "333.00",
        ),
    ],
)
def test_totals_and_differences_in_words(sentence: str, right: str, wrong: str) -> None:
    assert _of(sentence.format(right))[1] == []
    assert len(_of(sentence.format(wrong))[1]) == 1


def test_balance_of_amounts_that_stand_paragraphs_above() -> None:
    above = ("本年预算安排460.00万元。", "截至年底共支出412.80万元。支付方式为直接支付。")
    assert _of(*above, "结余资金47.20万元由财政收回。")[1] == []
    assert len(_of(*above, "结余资金42.70万元由财政收回。")[1]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "甲项目预算100.00万元，支出80.00万元。乙项目预算50.00万元，支出41.50万元。两个项目结余28.50万元。",
        "到位资金320.00万元，利息收入1.15万元，支出310.00万元，账面结余11.15万元。",
    ],
)
def test_balances_of_more_than_one_amount_are_no_alarm(sentence: str) -> None:
    assert _of(sentence)[1] == []


def test_what_arrived_by_the_parts_of_the_plan() -> None:
    """One part of the plan arrived in part only."""
    checks, _ = _of(
        "计划投入资金900.00万元，其中：中央补助400.00万元、省级补助300.00万元、县级配套200.00万元。"
        "实际到位资金840.00万元（县级实际到位140.00万元）。"
    )
    assert any(
        c.verdict == "consistent" and len(c.operands) == 3 and c.stated and c.stated.text == "840.00" for c in checks
    )


def test_sentence_that_lists_the_parts_of_an_amount_above() -> None:
    checks, wrong = _of("年末资产原值860.00万元，使用情况良好。房屋420.00万元、设备310.00万元、车辆130.00万元。")
    assert "consistent" in {c.verdict for c in checks}
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "评价总分为130分，其中决策15分、过程25分、产出35分、效益25分。",
        "会议费60万元（其中线上会议费85万元），比上年持平。",
        "本级批复预算480万元，其中300万元用于管网改造，150万元用于泵站维护。",
        "三项经费共计640万元，比上年减少90万元。其中，差旅费210万元，比上年减少20万元；会议费380万元，比上年减少40万元；"
        "培训费120万元，比上年减少30万元。",
    ],
)
def test_a_list_that_its_structure_closes_is_an_alarm(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "综合得分88分，其中决策15分、过程25分、产出35分、效益25分。",
        "会议费60万元（其中线上会议费45万元）。",
        "培训260人（其中累计培训骨干900人）。",
    ],
)
def test_numbers_that_are_no_parts_are_left_alone(sentence: str) -> None:
    assert _of(sentence)[1] == []


def test_excess_over_a_budget_that_a_slip_makes_the_larger_is_an_alarm() -> None:
    assert len(_of("当年预算324.50万元，实际支出251.80万元，超出预算17.30万元。")[1]) == 1


def test_an_excess_is_that_of_the_two_amounts_before_it_whatever_others_differ_by_it() -> None:
    others = "甲项支出46.20万元，乙项支出42.10万元。"
    assert len(_of(others + "全年预算80万元，实际支出86.40万元，超出预算4.10万元。")[1]) == 1
    assert _of(others + "全年预算80万元，实际支出86.40万元，超出预算6.40万元。")[1] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "应付款项包括2023年3月至5月保洁费41.25万元，2023年度设备费（含税）118.60万元，共计15.985万元。",
        "置换债券48.30亿元（28.1亿元用于偿还本金，不增加余额；30.20亿元用于置换贷款）。",
    ],
)
def test_slip_in_a_part_or_its_whole_is_an_alarm(sentence: str) -> None:
    assert _of(sentence)[1]
