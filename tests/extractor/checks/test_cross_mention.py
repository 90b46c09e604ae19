"""One fact in several places."""

from __future__ import annotations

import pytest

from extractor.document import Table
from extractor.result import Check, Finding
from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "cross.mention"
SUMMARY = "项目年初预算1260.50万元，实际支出1187.36万元，惠及农户{}户。"


def pairs(checks: list[Check]) -> set[tuple[str, str]]:
    """The numbers that a check of the rule holds together and finds equal."""
    return {
        (a.text, b.text)
        for c in of_rule(checks, RULE)
        if c.verdict == "consistent" and c.stated
        for a in [c.stated, *c.operands]
        for b in c.operands
        if a is not b
    }


def reported(findings: list[Finding]) -> list[str]:
    return [f.explanation for f in alarms(findings) if "而" in f.explanation]


def test_the_same_sentence_with_another_number_is_an_error() -> None:
    _, findings = check(
        "一、项目概况", SUMMARY.format(6780), "二、实施情况", "截至年末，" + SUMMARY.format(6870) + "群众反映良好。"
    )
    [explanation] = reported(findings)
    assert "6780户" in explanation and "6870户" in explanation


def test_the_same_sentence_twice_is_confirmed() -> None:
    checks, findings = check("一、项目概况", SUMMARY.format(6780), "二、实施情况", SUMMARY.format(6780))
    assert {("1260.50", "1260.50"), ("1187.36", "1187.36"), ("6780", "6780")} <= pairs(checks)
    assert not alarms(findings)


def test_amounts_are_compared_across_units_and_at_the_coarser_precision() -> None:
    checks, findings = check(
        "一、资金情况", "全年实际支出1187.36万元。", "二、执行情况", "全年实际支出11873562.40元，约合0.12亿元。"
    )
    assert ("1187.36", "11873562.40") in pairs(checks)
    assert not alarms(findings)


def test_what_was_cut_off_instead_of_rounded_is_not_confirmed() -> None:
    checks, _ = check("一、资金情况", "全年实际支出1187.35万元。", "二、执行情况", "全年实际支出11873562.40元。")
    assert ("1187.35", "11873562.40") not in pairs(checks)


def test_sub_projects_told_in_the_same_words_are_not_compared() -> None:
    _, findings = check(
        "一、实施情况",
        "东河镇补助标准1200元，实际发放补助资金36.48万元，惠及304户。",
        "西山镇补助标准1200元，实际发放补助资金34.68万元，惠及289户。",
        "南岭镇补助标准1200元，实际发放补助资金40.92万元，惠及341户。",
    )
    assert not reported(findings)


def test_adjusted_budgets_targets_and_plans_are_other_facts() -> None:
    _, findings = check(
        "一、资金情况",
        "年初预算1260.50万元，调整后预算1206.50万元，实际到位1206.50万元。",
        "二、目标完成情况",
        "计划培训3450人次，满意度不低于95.5%。",
        "实际培训3540人次，满意度为99.5%。",
    )
    assert not reported(findings)


def test_a_sentence_is_compared_with_the_total_row_that_it_tells_of() -> None:
    _, findings = check(
        "一、采购情况",
        "全年共采购设备83台，合同金额3683.00万元，已支付3295.48万元。",
        table(
            """
            批次 | 设备数量（台） | 合同金额（万元） | 已支付（万元）
            第一批 | 40 | 1638.00 | 1500.20
            第二批 | 43 | 2000.00 | 1795.28
            合计 | 83 | 3638.00 | 3295.48
            """
        ),
    )
    assert any("3683.00万元" in text and "3638.00万元" in text for text in reported(findings))


def test_a_sentence_that_goes_through_a_column_is_compared_by_the_names_of_the_rows() -> None:
    rows = table(
        """
        乡镇 | 实际受益人口（人）
        东河镇 | 5261
        西山镇 | 4187
        南岭镇 | 3925
        北原镇 | 2764
        """
    )
    _, findings = check("一、受益情况", "受益人口东河镇5261人、西山镇4187人、南岭镇3952人、北原镇2764人。", rows)
    [explanation] = reported(findings)
    assert "3952人" in explanation and "3925人" in explanation


FIRST = table(
    """
    地区 | 实际支出（万元）
    东河镇 | 152.61
    西山镇 | 241.87
    南岭镇 | 139.25
    北原镇 | 176.40
    """
)


def second(south: str, north: str, heading: str = "实际支出（万元）") -> object:
    return table(
        f"""
        地区 | {heading} | 项目数
        西山镇 | 241.87 | 4
        东河镇 | 152.61 | 2
        南岭镇 | {south} | 5
        北原镇 | {north} | 3
        """
    )


def test_tables_that_share_a_column_are_compared_row_by_row() -> None:
    _, findings = check("一、资金情况", FIRST, "二、分地区情况", second("193.25", "176.40"))  # type: ignore[arg-type]
    [explanation] = reported(findings)
    assert "139.25万元" in explanation and "193.25万元" in explanation and "南岭镇" in explanation


def test_the_results_of_a_plan_are_another_column() -> None:
    _, findings = check("一、资金情况", FIRST, "二、计划", second("193.25", "176.40", "计划支出（万元）"))  # type: ignore[arg-type]
    assert not reported(findings)


def test_an_amount_in_the_wrong_unit_is_an_error() -> None:
    _, findings = check(
        "一、资金情况",
        "省级资金累计支出3812.85万元，支出率79.43%。",
        "二、存在的问题",
        "省级资金仅支出3812.85元，进度缓慢。",
    )
    [finding] = alarms(findings)
    assert any("单位" in cause for cause in finding.diagnosis)


def test_a_name_with_two_values_that_a_slip_explains_is_an_error() -> None:
    _, findings = check(
        "一、受益情况",
        "全年受益人才2636人，其中享受购房补贴421人。",
        "二、效果分析",
        "经分析，享受购房补贴的412人中有近半在重点产业工作。",
    )
    [explanation] = reported(findings)
    assert "412人" in explanation and "421人" in explanation


def test_numbers_that_only_look_alike_are_other_facts() -> None:
    _, findings = check(
        "一、实施情况", "新建道路421公里，总投资5236万元。", "二、效果分析", "走访商户412家，发放宣传册5263份。"
    )
    assert not reported(findings)


def test_no_check_holds_more_than_twelve_numbers() -> None:
    checks, _ = check(*(f"第{n}组核查后认定全年实际支出1187.36万元。" for n in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"))
    sizes = [1 + len(c.operands) for c in of_rule(checks, RULE)]
    assert sizes and max(sizes) <= 12


def test_things_counted_twice_in_the_same_words_are_compared() -> None:
    _, findings = check(
        "一、资产管理",
        "资产卡片齐全，但有6台已报废执法车辆没有核销。",
        "二、存在的问题",
        "资产清查不及时，8台已报废执法车辆长期挂账。",
    )
    [explanation] = reported(findings)
    assert "6台" in explanation and "8台" in explanation


def test_numbers_of_headings_and_tables_are_no_facts() -> None:
    _, findings = check(
        "4.2 绩效指标未细化量化到各镇",
        "详见后文。",
        "7.2 绩效指标未细化量化到各镇",
        "表6 镇街工作人员问卷统计情况",
        "表7 镇街工作人员问卷统计情况",
    )
    assert not reported(findings)


def test_a_part_of_the_table_is_not_the_whole_of_the_sentence() -> None:
    _, findings = check(
        "一、满意度",
        "回收有效问卷197份，群众综合满意度为95.72%。",
        table(
            """
            调查内容 | 回收份数 | 满意度
            项目质量 | 197 | 94.72%
            服务态度 | 197 | 96.72%
            """
        ),
    )
    assert not reported(findings)


def test_a_rate_in_general_is_not_a_rate_of_some() -> None:
    _, findings = check(
        "一、补助发放",
        "全区公办园和民办园共31+22=53所均已纳入，补助在园幼儿9860+7240=17100人，覆盖率100%。",
        table(
            """
            镇街 | 公办园数 | 公办在园幼儿 | 民办园数 | 民办在园幼儿 | 普惠覆盖率（%）
            东桥镇 | 20 | 6860 | 12 | 4240 | 88.10
            西桥镇 | 11 | 3000 | 10 | 3000 | 94.35
            合计 | 31 | 9860 | 22 | 7240 | 91.26
            """
        ),
    )
    assert not [e for e in reported(findings) if "91.26" in e]


def test_values_exchanged_between_two_rows_of_the_table_are_found() -> None:
    places = table(
        """
        乡镇 | 列养里程（公里） | 待清理塌方（处）
        东桥镇 | 88.2 | 57
        西桥镇 | 91.5 | 38
        南桥镇 | 60.4 | 21
        """
    )
    _, findings = check("一、管护情况", "待清理的塌方主要在两镇，其中东桥镇38处、西桥镇57处。", places)
    assert len(reported(findings)) >= 1
    _, findings = check("一、管护情况", "待清理的塌方主要在两镇，其中东桥镇57处、西桥镇38处。", places)
    assert not reported(findings)


def test_numbers_of_sections_are_no_facts_whatever_word_follows() -> None:
    _, findings = check(
        "二、主要问题",
        "2.3 项目资料归档不及时",
        "2.4 个别农户档案缺少签字。",
        "六、存在的问题",
        "6.3 项目资料归档不及时",
        "6.4 个别农户档案缺少签字。",
    )
    assert not reported(findings)


QUESTIONS = "序号 | 调查内容 | 非常满意 | 满意 | 一般 | 不满意 | 合计 | 满意度\n"


def test_running_numbers_of_two_tables_are_not_compared() -> None:
    first = "1|供水水质|30|8|0|2|40|91.00%\n2|维修速度|29|9|0|2|40|90.50%\n3|收费公示|33|6|0|1|40|94.50%"
    second = "1|收费公示|33|6|0|1|40|94.50%\n2|供水水质|30|8|0|2|40|91.00%\n3|维修速度|29|9|0|2|40|90.50%"
    _, findings = check("一、群众问卷", table(QUESTIONS + first), "二、干部问卷", table(QUESTIONS + second))
    assert not reported(findings)


def test_few_answers_of_two_groups_are_alike_by_chance() -> None:
    first = "1|供水水质|28|8|2|0|38|93.68%\n2|维修速度|30|7|1|0|38|95.26%\n3|收费公示|35|2|0|1|38|96.32%\n4|服务态度|32|6|0|0|38|96.84%"
    second = "1|供水水质|18|6|2|1|27|88.89%\n2|维修速度|21|4|1|1|27|91.85%\n3|收费公示|27|0|0|0|27|100%\n4|服务态度|25|0|2|0|27|97.04%"
    _, findings = check("一、群众问卷", table(QUESTIONS + first), "二、干部问卷", table(QUESTIONS + second))
    assert not reported(findings)


def test_a_form_filled_in_for_another_group_is_no_copy_of_what_is_told_of_the_first() -> None:
    first = "1|供水水质|85|23|4|2|114|92.81%\n2|维修速度|91|20|3|0|114|95.44%\n|综合满意度||||||94.13%"
    second = "1|收费公示|45|8|4|1|58|92.76%\n2|维修速度|50|6|1|1|58|95.52%\n|综合满意度||||||94.31%"
    told = "本次共回收有效问卷114份，经统计，用水家庭综合满意度为94.13%。"
    _, findings = check(
        *("三、满意度", told, "五、结论", told),
        *("附件 问卷统计", "表5 用水家庭问卷统计表", table(QUESTIONS + first)),
        *("表6 镇村工作人员问卷统计表", table(QUESTIONS + second)),
    )
    assert not reported(findings)


def pumps() -> Table:
    names = enumerate(("东河", "西河", "柳林", "新桥", "石坝"), 1)
    return table("序号|泵站名称|装机（千瓦）\n" + "\n".join(f"{n}|{name}泵站|{n * 15 + 40}" for n, name in names))


def listed(*items: str) -> list[str]:
    """What is reported of a text above a table of five pumping stations."""
    return reported(check(*items, pumps())[1])


def test_things_told_in_all_are_counted_alike_everywhere() -> None:
    def told(number: int) -> list[str]:
        summary = f"本期工程涉及全县灌溉泵站{number}座。"
        return listed("一、摘要", summary, "二、实施情况", "灌溉泵站5座均已改造完毕。", "表1 灌溉泵站名单")

    [explanation] = told(6)
    assert "灌溉泵站" in explanation and "6" in explanation
    assert not told(5)


@pytest.mark.parametrize("some", ["现场抽取灌溉泵站4座。", "其中灌溉泵站6座需要大修。", "计划改造灌溉泵站6座。"])
def test_some_of_the_things_are_not_all_of_them(some: str) -> None:
    assert not listed("一、摘要", some, "二、实施情况", "全县灌溉泵站5座。", "表1 灌溉泵站名单")


@pytest.mark.parametrize(("number", "right"), [(6, False), (5, True)])
def test_a_number_of_things_against_the_table_that_it_refers_to(number: int, right: bool) -> None:
    found = listed("一、支出", f"全年安排{number}个项目，支出情况见表2。", "表2 项目支出情况")
    assert (found == []) == right


def test_the_total_of_a_sample_is_not_that_of_the_whole_list() -> None:
    names = ["东镇", "西镇", "南镇", "北镇", "柳镇", "桥镇", "坝镇", "岭镇"]
    whole = table(
        "序号|单位|设备（台）\n" + "\n".join(f"{i}|{n}|{i + 6}" for i, n in enumerate(names, 1)) + "\n合计||84"
    )
    some = table("序号|单位|设备（台）\n1|东镇|7\n2|西镇|8\n3|南镇|9\n合计||24")
    assert not reported(check("表1 设备分配", whole, "附件 抽查名单", some)[1])


def test_a_rate_of_one_row_is_not_that_of_the_whole_table() -> None:
    rows = table(
        """项目|预算（万元）|支出（万元）|执行率
        防火道路养护|300.00|288.00|96.00%
        草场围栏修复|200.00|180.60|90.30%
        苗木繁育|100.00|99.00|99.00%
        合计|600.00|567.60|94.60%"""
    )
    sentence = "两个项目执行率偏低，其中草场围栏修复执行率90.30%。"
    assert not reported(check("表1 项目支出表", rows, "三、问题", sentence)[1])


SPENDING = """项目|预算（万元）|支出（万元）
乡村电影公益放映|320.00|311.36
基层文化骨干培训|240.00|226.90
传统剧目复排演出|288.00|287.10
社区书屋图书更新|120.00|118.45
合计|968.00|943.81"""


@pytest.mark.parametrize(("training", "right"), [("226.90", True), ("219.60", False)])
def test_amounts_told_under_shortened_names_of_the_rows(training: str, right: bool) -> None:
    sentence = f"其中：电影公益放映支出311.36万元，文化骨干培训支出{training}万元，剧目复排演出支出287.10万元，书屋图书更新支出118.45万元。"
    _, findings = check("一、支出", sentence, "总表1 资金使用情况", table(SPENDING))
    assert (reported(findings) == []) == right


def test_what_a_section_of_targets_states_is_no_result() -> None:
    _, findings = check(
        "一、绩效目标", "新增就业420人；培训农户16期。", "二、指标分析", "目标420人，实际新增就业388人，完成92.38%。"
    )
    assert reported(findings) == []


PLANTED = "2022年计划种植苗木125万株，实际完成{}万株，完成率{}%。"
FENCED = "2022年计划架设围栏36公里，实际完成36公里，完成率100%。"


def test_rates_of_completion_of_two_things_are_not_compared() -> None:
    planted = PLANTED.format(135, 108)
    _, findings = check("二、完成情况", FENCED, planted, "四、绩效分析", f"{FENCED}得7分。", f"{planted}得7分。")
    assert not reported(findings)


def test_a_rate_of_completion_told_twice_of_one_thing_is() -> None:
    _, findings = check(
        "二、完成情况", FENCED, PLANTED.format(135, 108), "四、绩效分析", PLANTED.format(135, 180) + "得7分。"
    )
    assert any("108%" in text and "180%" in text for text in reported(findings))


def test_what_a_part_received_is_not_what_the_whole_did() -> None:
    part = "镇级资金应到位318.40万元，实际到位288.40万元，到位率94.75%。"
    whole = "实际到位541.60万元，其中县级补助253.20万元、镇级资金288.40万元，到位率94.75%。"
    _, findings = check("一、资金情况", whole, "二、绩效分析", part)
    assert not any("541.60" in explanation for explanation in reported(findings))


def test_what_the_parts_add_up_to_is_no_other_number_of_the_same() -> None:
    parts = "管网改造有2座泵站延期投入正常运行、水源工程有3座泵站延期投入正常运行。"
    _, findings = check("一、进度", parts, "二、问题", "仪表少装6套，5座泵站延期投入正常运行。")
    assert reported(findings) == []


HELPERS = "（1）负担山区护林巡查员{}人岗位补贴（每人每年6000元），平原巡查员2148人岗位补贴；"
AIM = "经费主要用于山区护林巡查员735人，平原护林巡查员2148人。"


@pytest.mark.parametrize("number", ["115", "75", "777"])
def test_a_count_of_the_projects_content_and_its_aim_are_one_however_far_apart(number: str) -> None:
    told = ("二、绩效目标", AIM)
    _, findings = check("一、项目内容", HELPERS.format("735"), *told)
    assert not reported(findings)
    _, findings = check("一、项目内容", HELPERS.format(number), *told)
    [explanation] = reported(findings)
    assert f"{number}人" in explanation and "735人" in explanation


def test_what_was_reached_may_differ_from_the_aim() -> None:
    _, findings = check("一、完成情况", HELPERS.format("777"), "二、绩效目标", AIM)
    assert not reported(findings)


def test_what_falls_short_is_no_copy_of_what_was_to_be_reached() -> None:
    aim, reached = "效益良好，与9个乡镇实现水费联网收缴。", "{}与7个乡镇实现水费联网收缴，扣2分。"
    assert not reported(check("一、项目概况", aim, "二、指标分析", reached.format("仅"))[1])
    assert reported(check("一、项目概况", aim, "二、指标分析", reached.format(""))[1])


def test_a_long_sentence_repeated_with_an_amount_that_no_other_place_states() -> None:
    sentence = "截至2022年末，项目结余资金{}万元，主要原因是尾款和质保金未到支付条件，部分标段尚未结算。"
    spent = "二、资金使用情况", "项目全年实际支付136.30万元，年末结余464.75万元。"
    summary = "摘要", sentence.format("464.75"), "正文", "一、项目概况", "项目由市教育局实施。"
    _, findings = check(*summary, *spent, "三、存在的问题", sentence.format("450.81"))
    assert any("450.81万元" in explanation for explanation in reported(findings))
    _, findings = check(*summary, *spent, "三、存在的问题", sentence.replace("2022", "2021").format("450.81"))
    assert not reported(findings)


def test_an_amount_before_the_year_before_is_no_bound() -> None:
    budget = "项目年初预算165.96万元，列入部门预算。"
    told = "2022年度预算{}万元以上年支出为基数确定。"
    checks, _ = check("一、预算", budget, "二、预算编制", told.format("165.96"))
    assert ("165.96", "165.96") in pairs(checks)


def test_thousands_marks_that_a_lost_digit_has_left_wrong() -> None:
    items = "一、预算", "部门预算中安排该项目资金9,002.50万元。", "二、到位", "资金分批拨付，全年共到位{}万元。"
    [explanation] = reported(check(*(item.format("9,02.50") for item in items))[1])
    assert "9,02.50万元" in explanation and "9,002.50万元" in explanation
    assert not reported(check(*(item.format("902.50") for item in items))[1])
