"""table.total: which lines a total adds up, and which misses count."""

from __future__ import annotations

from decimal import Decimal

from extractor.result import Finding
from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "table.total"


def verdicts(text: str, unit: str | None = None) -> dict[str, str]:
    """Verdict by what is stated, for the sums of one table."""
    checks, _ = check(table(text, unit))
    return {c.stated.text: c.verdict for c in of_rule(checks, RULE) if c.stated}


def alarms_of(text: str) -> list[Finding]:
    return alarms(check(table(text))[1])


def test_columns_of_a_total_row() -> None:
    found = verdicts("""
        单位|预算金额（万元）|实际支出（万元）
        甲中心|120.50|118.20
        乙中心|80.00|79.95
        丙中心|45.25|-
        合计|245.75|198.15
    """)
    assert found == {"245.75": "consistent", "198.15": "consistent"}


def test_wrong_total_beside_a_right_one_is_an_alarm() -> None:
    checks, findings = check(
        table("""
        单位|预算金额（万元）|实际支出（万元）
        甲中心|120.50|118.20
        乙中心|80.00|79.95
        合计|200.50|189.15
    """)
    )
    [finding] = alarms(findings)
    assert finding.severity == "high"
    assert "198.15" in finding.explanation and "189.15" in finding.explanation
    assert any("换位" in cause for cause in finding.diagnosis)
    [wrong] = [c for c in checks if c.verdict == "inconsistent"]
    assert wrong.expression == "118.20 + 79.95 = 189.15"
    assert finding.evidence[0].quote == "合计 | 200.50 | 189.15"


def test_omitted_row_is_diagnosed() -> None:
    _, findings = check(
        table("""
        项目|计划数（个）|完成数（个）
        培训班|312|310
        讲座|145|150
        展览|27|26
        合计|484|460
    """)
    )
    [finding] = alarms(findings)
    assert any("漏加" in cause and "26" in cause for cause in finding.diagnosis)


def test_subtotals_are_not_added_twice() -> None:
    found = verdicts("""
        类别|明细|金额（元）
        一类|甲|100.00
        |乙|250.00
        |小计|350.00
        二类|丙|75.50
        |丁|24.50
        |小计|100.00
        合计||450.00
    """)
    assert found == {"350.00": "consistent", "100.00": "consistent", "450.00": "consistent"}


def test_total_before_its_lines_and_parts_of_a_line() -> None:
    found = verdicts("""
        科目|预算数（万元）|决算数（万元）
        总计|900|870
        基本支出|600|590
        其中：人员经费|420|415
        项目支出|300|280
    """)
    assert found == {"900": "consistent", "870": "consistent"}


def test_total_column_of_a_turned_table() -> None:
    checks, findings = check(
        table("""
        指标|投入|过程|产出|效益|合计
        分值|15|25|35|25|100
        得分|13|22.5|33|21|90.5
    """)
    )
    sums = [c for c in of_rule(checks, RULE) if c.kind == "sum" and c.stated]
    assert {c.stated.text: c.verdict for c in sums if c.stated} == {"100": "consistent", "90.5": "inconsistent"}
    assert len(alarms(findings)) == 1


def test_years_ranks_and_running_numbers_are_not_summed() -> None:
    found = verdicts("""
        序号|年份|收入（万元）|排名
        1|2020|310.5|3
        2|2021|289.5|1
        3|2022|400.0|2
        合计|6063|1000.0|6
    """)
    assert found == {"1000.0": "consistent"}


def test_total_that_left_its_columns() -> None:
    """Word keeps 合计 in a merged cell: in an export its numbers stand one column to the right."""
    found = verdicts("""
        一级指标|二级指标|分值|得分|
        产出|数量|12|11|
        |质量|14|14|
        |时效|10|7|
        合计|||36|32
    """)
    assert found == {"36": "consistent", "32": "consistent"}


def test_dash_and_blank_are_zero_but_words_stop_the_sum() -> None:
    good = "项目|一季度（万元）|二季度（万元）\n甲|—|3.5\n乙|2.5|\n丙|4.0|1.0\n合计|6.5|4.5"
    assert set(verdicts(good).values()) == {"consistent"}
    _, findings = check(table(good.replace("丙|4.0", "丙|约4.0").replace("合计|6.5", "合计|9.5")))
    assert alarms(findings) == []


def test_total_over_unknown_lines_is_no_alarm() -> None:
    """The last page of a longer table: nothing proves that its total is of these rows."""
    _, findings = check(
        table("""
        名称|数量|单价（元）
        桌|17|350
        椅|34|120
        合计|912|
    """)
    )
    assert alarms(findings) == []


def test_rounding_in_the_parts_is_no_alarm() -> None:
    _, findings = check(
        table(
            """
        单位|金额|占比
        甲|33.33|33.33%
        乙|33.33|33.33%
        丙|33.33|33.33%
        合计|100.00|100%
    """,
            unit="万元",
        )
    )
    assert alarms(findings) == []


def test_same_wrong_table_twice_is_one_finding() -> None:
    text = "指标|决策|过程|产出|效益|合计\n分值|20|20|30|30|100\n得分|18|17|26|27|89"
    _, findings = check("一、评价结论", table(text), "二、指标分析", "以下逐项分析。", table(text))
    assert len(alarms(findings)) == 1
    assert len(findings[0].checks) == 2


def test_parts_that_nothing_announces_are_not_added() -> None:
    found = verdicts("""
        收入|金额（万元）|支出|金额（万元）
        本年收入|940.50|基本支出|600.00
        年初结转|21.63|项目支出|340.50
        一般公共预算结转|21.63|年末结转|21.63
        总计|962.13|总计|962.13
    """)
    assert found == {"962.13": "consistent"}


def test_a_miss_too_large_for_rounding_where_other_columns_add_up_exactly() -> None:
    """Twenty rounded numbers could miss by a whole unit, but not where three columns beside them miss by nothing."""
    rows = [f"村{n}|1.{n % 10}|2.{n % 7}|3.{n % 5}|4.{n % 9}" for n in range(20)]
    sums = [sum(Decimal(row.split("|")[c]) for row in rows) for c in (1, 2, 3, 4)]
    total = [*sums[:3], sums[3] + Decimal("0.9")]
    text = "\n".join(["村|一季度|二季度|三季度|四季度", *rows, "合计|" + "|".join(map(str, total))])
    _, findings = check(table(text, unit="万元"))
    [finding] = alarms(findings)
    assert str(total[3]) in finding.explanation


def test_single_amount_against_its_total() -> None:
    text = "项目|预算金额（万元）|实际支出（万元）\n设计费|1000|12.15\n施工费||573.84\n合计|{}|585.99"
    assert set(verdicts(text.format(1000)).values()) == {"consistent"}
    _, findings = check(table(text.format(100)))
    assert len(alarms(findings)) == 1


def test_amounts_of_a_year_are_no_years() -> None:
    found = verdicts("单位|年度预算（万元）|年末余额（万元）\n甲院|12.5|3.0\n乙院|7.5|2.5\n合计|20.0|5.5")
    assert found == {"20.0": "consistent", "5.5": "consistent"}


def test_rates_among_weights_are_no_operands() -> None:
    """The usual table of a self-evaluation: below another header the column of rates becomes one of weights."""
    _, findings = check(
        table("""
        项目名称|沟渠清淤项目||||||
        主管部门|区水务局|||实施单位|区水利站||
        项目资金||年初预算|全年预算|执行数|分值|执行率|得分
        |年度资金总额|200.00|210.00|189.00|10|90.00%|9.00
        绩效指标|一级指标|二级指标|三级指标|目标值|完成值|分值|得分
        |产出|数量|维修渠道|≥30公里|29公里|40|38.50
        ||数量|清淤泵站|≥6座|6座|20|20.00
        |效益|社会效益|受益村庄|≥18个|18个|30|30.00
        总分||||||100|97.50
        """)
    )
    assert not alarms(findings)


def test_lines_that_no_word_calls_a_total() -> None:
    """A group's line stands above its parts, numbered below a line that is not."""
    text = """
        类别|年初预算（万元）|全年支出（万元）|上年支出（万元）
        公用经费|46.00|37.22|41.05
        1、车辆运行费|30.00|{}|29.60
        2、公务接待费|16.00|9.87|11.45
        项目经费|980.00|772.37|1340.18
    """
    assert verdicts(text.format("27.35")) == {"46.00": "consistent", "37.22": "consistent", "41.05": "consistent"}
    assert not alarms(check(table(text.format("26.35")))[1])  # two columns alone do not prove what no word says


def test_a_wrong_part_of_a_line_that_three_columns_prove() -> None:
    text = """
        区域|一季度（万元）|二季度（万元）|三季度（万元）|四季度（万元）
        东部|512.31|498.77|530.12|{}
        东一县|212.10|188.45|230.05|241.36
        东二县|300.21|310.32|300.07|284.27
        西部|118.40|127.93|109.58|131.02
    """
    assert not alarms(check(table(text.format("525.63")))[1])
    [finding] = alarms(check(table(text.format("522.63")))[1])
    assert "525.63" in finding.explanation


def test_parts_after_of_which() -> None:
    found = verdicts("""
        支出类别|预算（万元）|决算（万元）
        基本支出|905.27|912.41
        其中：人员经费|592.40|605.72
        公用经费|312.87|306.69
        项目支出|738.00|713.64
        合计|1643.27|1626.05
    """)
    assert found == dict.fromkeys(("905.27", "912.41", "1643.27", "1626.05"), "consistent")


def test_grand_total_against_subtotals_that_disagree_with_their_lines() -> None:
    text = """
        类别|内容|计划（人）|完成（人）
        一类|甲|150|120
        |乙|210|195
        |小计|360|315
        二类|丙|250|310
        |丁|350|280
        |小计|600|{}
        合计||960|905
    """
    assert not alarms(check(table(text.format(590)))[1])
    [finding] = alarms(check(table(text.format(950)))[1])
    assert finding.evidence[0].quote == "小计 | 600 | 950"


def test_weights_that_stand_in_other_columns_below_another_header() -> None:
    found = verdicts("""
        项目资金|预算数|执行数|分值|执行率|得分|
        年度资金总额|210.00|189.00|10|90.00%|9.00|
        绩效指标|一级指标|目标值|完成值|分值|得分|偏差原因
        |产出|≥30公里|29公里|50|48.50|
        |效益|≥18个|18个|40|40.00|
        总分||||100|97.50|
    """)
    assert found["100"] == "consistent"


def test_a_small_miss_over_many_lines_is_an_error_without_other_columns() -> None:
    rows = "项目|金额（万元）\n一标|120.50\n二标|98.20\n三标|143.75\n四标|88.10\n五标|131.40\n合计|{}"
    assert verdicts(rows.format("581.95")) == {"581.95": "consistent"}
    assert len(alarms(check(table(rows.format("588.35")))[1])) == 1
    assert not alarms(check(table(rows.format("3106.20")))[1])  # the last page of a longer table


def test_what_something_costs_each_is_not_added_up() -> None:
    text = (
        "县|面积（万亩）|支出（万元）|亩均支出（元/亩）|单方造价（元/平方米）\n东县|3.6|6012.40|1670.11|196.22\n"
        "西县|3.0|5268.35|1756.12|198.79\n南县|1.7|2846.20|1674.24|194.99\n合计|8.3|14126.95|1702.04|196.92"
    )
    assert alarms_of(text) == []


def test_subtotals_above_their_lines() -> None:
    text = (
        "单位|人数|面积（公顷）|补助（万元）\n一、林场小计|72|110230|131.04\n青山林场|28|42600|50.96\n白水林场|24|38150|43.68\n"
        "长岭林场|20|29480|36.40\n二、乡镇小计|76|56670|{}\n东乡|30|21500|54.60\n西乡|26|19850|47.32\n南乡|20|15320|36.40\n"
        "合计|148|166900|269.36"
    )
    assert alarms_of(text.format("138.32")) == []
    [finding] = alarms_of(text.format("183.32"))
    assert "54.60 + 47.32 + 36.40" in finding.explanation


def test_means_of_the_lines_above() -> None:
    text = "题目|满意|一般|满意率\n设备|268|52|83.75%\n课时|302|18|94.38%\n师资|251|69|78.44%\n服务|243|77|75.94%\n平均|||{}"
    checks, findings = check(table(text.format("83.13%")))
    assert [c.kind for c in of_rule(checks, RULE)] == ["mean"] and findings == []
    [finding] = alarms_of(text.format("38.13%"))
    assert "38.13%" in finding.explanation and "83.13%" in finding.explanation


def test_means_weighted_by_a_column() -> None:
    text = "项目|权重|满意率\n候车|25%|83.33%\n整洁|15%|89.00%\n驾驶|20%|89.83%\n线路|25%|78.00%\n票价|15%|93.00%\n加权|100%|85.60%"
    checks, findings = check(table(text))
    assert {c.kind for c in of_rule(checks, RULE)} == {"sum", "weighted"} and findings == []


def test_a_mean_in_the_words_above_a_table() -> None:
    said = "各站评分情况见下表，平均得分为{}分。"
    text = table("站点|得分\n东站|95.62\n西站|93.23\n南站|93.11\n北站|92.58\n中站|89.70")
    assert alarms(check(said.format("92.85"), text)[1]) == []
    [finding] = alarms(check(said.format("82.95"), text)[1])
    assert "82.95" in finding.explanation


def test_commas_in_the_wrong_place_are_read_over() -> None:
    text = "方向|计划（元）|支出（元）\n设备|668,500.00|668,50.00\n检验|258,000.00|258,000.00\n信息|673,000.00|673,000.00\n合计|1,599,500.00|1,599,500.00"
    [finding] = alarms_of(text)
    assert "668,50.00" in finding.explanation


MIXED = """
    片区|公立馆数|公立馆读者|民办馆数|民办馆读者|流动点读者|读者合计
    东片|9|4260|12|3680|1480|9420
    西片|9|3985|11|3415|1262|8662
    南片|10|2870|8|2120|420|5410
    北片|8|1960|5|1390|150|{north}
    河东|7|1720|3|1060|0|2780
    合计|43|14795|39|11665|3312|{all}
"""


def test_total_of_one_kind_of_columns_leaves_the_others_out() -> None:
    assert not alarms_of(MIXED.format(north=3500, all=29772))
    [finding] = alarms_of(MIXED.format(north=3530, all=29772))
    assert "3530" in finding.explanation and "3500" in finding.explanation


def test_total_that_misses_in_every_row_is_misread() -> None:
    assert not alarms_of("""
        片区|上门人次|助餐人次|助浴人次|服务对象合计
        甲片|820|640|210|1605
        乙片|760|590|180|1480
        丙片|655|520|160|1290
        丁片|540|410|150|1050
    """)


def test_row_of_sums_and_means() -> None:
    assert not alarms_of("""
        片区|人口（人）|保洁员（人）|垃圾桶（个）|考核评价
        甲片|38600|77|1260|92.4
        乙片|30100|61|1040|90.3
        丙片|22400|52|935|87.1
        合计/平均|91100|190|3235|89.9
    """)


def test_units_that_several_rows_share_count_once() -> None:
    assert not alarms_of("""
        来源|投诉件数|涉及单位数|整改件数
        电话|56|12|50
        来信|23|9|20
        网络|88|21|80
        合计|167|30|150
    """)


def test_balance_that_stands_in_one_column_only() -> None:
    assert not alarms_of("""
        科目|本年预算|调整后预算|支出
        基本支出|300|320|310
        项目支出|700|750|720
        年初结转||70|
        合计|1000|1070|1030
    """)


def test_highest_and_lowest_rows_are_no_addends() -> None:
    [finding] = alarms_of("""
        学校|参考人数|合格人数
        一校|120|110
        二校|98|91
        三校|140|125
        最高|140|125
        最低|98|91
        合计|458|326
    """)
    assert "458" in finding.explanation and "358" in finding.explanation


def test_grand_total_over_subtotals_that_hold() -> None:
    text = """
        类别|内容|金额（万元）
        一、基本|人员|312
        |公用|101
        小计||413
        二、项目|甲|57
        |乙|66
        小计||123
        合计||{total}
    """
    assert not alarms_of(text.format(total=536))
    [finding] = alarms_of(text.format(total=546))
    assert "546" in finding.explanation


def test_total_of_two_amounts_beside_a_column_with_one_is_an_alarm() -> None:
    [finding] = alarms_of("""
        序号|项目|预算金额（万元）|实际支出（万元）
        1|监理费|900|36.40
        2|工程款||212.75
        3|合计|900|512.80
    """)
    assert "249.15" in finding.explanation


def test_total_of_two_amounts_and_what_no_line_shows_is_left_alone() -> None:
    assert not alarms_of("""
        项目|预算金额（万元）|实际支出（万元）
        监理费|900|36.40
        工程款||212.75
        其中：土建||100.00
        合计|900|512.80
    """)


def test_a_mean_that_a_slip_of_the_pen_spoilt() -> None:
    rows = "调查内容|满意|不满意|满意度\n水质|17|3|88.00%\n水压|20|0|99.20%\n收费|18|2|94.00%\n综合满意度|||{}"
    _, findings = check("附件 满意度调查", table(rows.format("93.73%")))
    assert alarms(findings) == []
    _, findings = check("附件 满意度调查", table(rows.format("97.33%")))
    assert any("97.33" in f.explanation for f in alarms(findings))


def test_total_of_a_single_line() -> None:
    """One amount and its total can differ only by a slip; a line that is not the first was left by a page break."""
    text = """
        序号|文件名称|文号|金额（万元）
        {}|资金预算通知|甲财指〔2022〕8号|{}
        合计|||846.20
    """
    assert alarms_of(text.format(1, "846.20")) == []
    [finding] = alarms_of(text.format(1, "346.20"))
    assert "846.20" in finding.explanation and "346.20" in finding.explanation
    assert alarms_of(text.format(3, "346.20")) == []
    assert alarms_of(text.format(1, "215.07")) == []


def test_running_numbers_are_never_added_up() -> None:
    text = "序号|题目|满意|一般|不满意|合计\n1|服务态度|40|4|3|47\n2|办事态度|41|3|5|{}\n3|环境|38|6|3|47"
    assert alarms_of(text.format(49)) == []
    [finding] = alarms_of(text.format(94))
    assert "41 + 3 + 5" in finding.explanation


def test_a_total_that_stands_a_column_too_far_to_the_left() -> None:
    text = """
        二级指标|三级指标|分值|得分|得分率
        产出数量|布设点位完成率|7|7|100.00%
        产出质量|质量达标率|9|8|88.89%
        产出成本|成本控制情况|6|6|100.00%
        合计|{}|{}||
    """
    assert alarms_of(text.format(22, 21)) == []
    [finding] = alarms_of(text.format(28, 21))
    assert "28" in finding.explanation and "7 + 9 + 6" in finding.explanation
