"""table.column: which column others give, and which rows break the formula."""

from __future__ import annotations

from extractor.result import Finding
from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "table.column"


def verdicts(text: str, unit: str | None = None) -> dict[str, str]:
    """Verdict by what is stated; one that is wrong in any check is wrong."""
    checks, _ = check(table(text, unit))
    out: dict[str, str] = {}
    for c in of_rule(checks, RULE):
        if c.stated and out.get(c.stated.text) != "inconsistent":
            out[c.stated.text] = c.verdict
    return out


def found(text: str, unit: str | None = None) -> list[Finding]:
    return alarms(check(table(text, unit))[1])


def test_rates_of_rows_and_of_their_total_are_ratios() -> None:
    text = (
        "乡镇|任务数（人）|完成数（人）|完成率\n东乡|200|150|75.00%\n西乡|300|240|80.00%\n南乡|500|500|100.00%\n"
        "合计|1000|890|{}"
    )
    assert set(verdicts(text.format("89.00%")).values()) == {"consistent"}
    [finding] = found(text.format("98.00%"))
    assert finding.explanation.startswith("“合计”行“完成率”列为98.00%，按890 ÷ 1000 × 100%计算应为89%")


def test_a_wrong_rate_is_named_with_its_operands() -> None:
    rows = (
        "用途|预算（万元）|支出（万元）|执行率|备注\n设备|200.00|150.00|75.00%|\n材料|300.00|276.00|92.00%|\n"
        "人工|100.00|60.00|60.00%|\n其他|400.00|318.00|{}|监理等\n合计|1,000.00|804.00|80.40%|"
    )
    assert check(table(rows.format("79.50%")))[1] == []
    [finding] = found(rows.format("75.90%"))
    assert finding.explanation.startswith("“其他”行“执行率”列为75.90%，按318.00 ÷ 400.00 × 100%计算应为79.5%")


def test_a_difference_is_found_though_no_word_tells_it() -> None:
    rows = "村|甲数|乙数|丙数\n一村|812.35|455.12|357.23\n二村|640.18|122.40|517.78\n三村|955.07|601.33|353.74\n四村|733.96|208.11|{}"
    assert set(verdicts(rows.format("525.85")).values()) == {"consistent"}
    [finding] = found(rows.format("525.58"))
    assert "733.96" in finding.explanation and "733.69" in finding.explanation


def test_balance_of_carried_over_received_and_spent() -> None:
    text = (
        "单位|上年结转（万元）|本年到位（万元）|本年使用（万元）|年末数（万元）\n甲所|12.50|100.00|95.20|17.30\n"
        "乙所|8.31|64.40|60.15|12.56\n丙所|20.77|91.05|88.60|{}\n丁所|3.04|45.90|41.71|7.23"
    )
    assert verdicts(text.format("23.22"))["23.22"] == "consistent"
    [finding] = found(text.format("32.22"))
    assert "20.77 + 91.05 - 88.60" in finding.explanation


def test_growth_over_the_year_before() -> None:
    text = "指标|上年|本年|增长率\n游客（万人）|120.5|150.2|24.65%\n收入（万元）|880.4|1002.6|13.88%\n客房（间）|1520|1786|{}\n商户（户）|310|295|-4.84%"
    assert verdicts(text.format("17.50%"))["17.50"] == "consistent"
    [finding] = found(text.format("15.70%"))
    assert "(1786 - 1520) ÷ 1520 × 100%" in finding.explanation


def test_shares_of_a_total() -> None:
    text = "类别|金额（万元）|占比\n道路|512.40|{}\n桥梁|230.10|24.40%\n绿化|120.75|12.80%\n照明|79.85|8.47%\n合计|943.10|100.00%"
    assert verdicts(text.format("54.33%"))["54.33"] == "consistent"
    [finding] = found(text.format("45.33%"))
    assert "512.40 ÷ 943.10" in finding.explanation


def test_price_by_quantity_with_units_of_the_headers() -> None:
    text = "品种|单价（元）|数量（株）|金额（万元）\n香樟|850|1200|102.00\n银杏|1260|450|56.70\n红枫|320|2100|{}\n桂花|545|780|42.51"
    assert verdicts(text.format("67.20"))["67.20"] == "consistent"
    [finding] = found(text.format("76.20"))
    assert "67.2" in finding.explanation


def test_mean_of_the_experts() -> None:
    text = (
        "指标|专家一|专家二|专家三|平均分\n决策|17.50|18.20|16.90|17.53\n过程|21.00|22.40|20.30|21.23\n"
        "产出|33.10|30.90|32.60|{}\n效益|18.80|17.70|19.30|18.60"
    )
    assert verdicts(text.format("32.20"))["32.20"] == "consistent"
    [finding] = found(text.format("33.20"))
    assert "÷ 3" in finding.explanation


def test_one_row_needs_words_for_all_it_compares() -> None:
    text = "项目|{}|{}|{}\n河道整治|480.00|431.52|{}\n备注||按合同支付|"
    assert verdicts(text.format("全年预算数", "全年执行数", "执行率", "89.90%"))["89.90"] == "consistent"
    [finding] = found(text.format("全年预算数", "全年执行数", "执行率", "98.90%"))
    assert "431.52 ÷ 480.00" in finding.explanation
    assert not found(text.format("甲", "乙", "比率", "98.90%"))


def test_a_capped_rate_is_no_error() -> None:
    text = "工程|计划（公里）|完成（公里）|完成率\n一标|20.5|18.3|89.27%\n二标|14.0|15.2|100%\n三标|32.0|27.4|85.63%\n四标|11.8|10.1|85.59%"
    assert not found(text)


def test_a_column_that_only_some_rows_obey_breaks_nothing() -> None:
    """What is spent is what was left and what came in, for some units only: interest came on top elsewhere."""
    text = (
        "区|结余（万元）|到位（万元）|支出（万元）\n东区|18.03|500.00|518.03\n西区|255.64|1,683.00|1,938.64\n"
        "南区|680.13|1,205.00|1,884.49\n北区|32.58|5,033.00|5,123.22\n中区|61.20|870.00|955.10"
    )
    assert "inconsistent" not in verdicts(text).values()


def test_small_whole_numbers_prove_nothing() -> None:
    assert not found("村|甲|乙|丙\n一村|2|1|3\n二村|4|2|6\n三村|3|1|4\n四村|5|3|9\n五村|1|1|2")


def test_scores_below_a_header_in_the_middle_of_a_table() -> None:
    text = """
        项目名称|沟渠清淤项目||||||
        项目资金|全年预算数|全年执行数|分值|执行率|得分||
        年度资金总额|210.00|{}|10|90.00%|9.00||
        绩效指标|一级指标|二级指标|目标值|完成值|分值|得分|备注
        |产出|维修渠道|≥30公里|29公里|50|48.50|
        |效益|受益村庄|≥18个|18个|40|40.00|
    """
    assert verdicts(text.format("189.00"))["90.00"] == "consistent"
    [finding] = found(text.format("198.00"))
    assert "执行率" in finding.explanation


def test_a_row_of_rates_below_its_operands() -> None:
    text = "指标|决策|过程|产出|效益|合计\n分值|15|25|35|25|100\n得分|13|22.5|33|21|89.5\n得分率|86.67%|90.00%|{}|84.00%|89.50%"
    assert verdicts(text.format("94.29%"))["94.29"] == "consistent"
    [finding] = found(text.format("92.49%"))
    assert "33 ÷ 35" in finding.explanation


def test_ranks_follow_the_scores() -> None:
    text = "镇|得分|排名\n东镇|91.48|1\n西镇|87.34|{}\n南镇|90.05|{}\n北镇|86.40|4\n中镇|85.10|5"
    assert not found(text.format(3, 2))
    assert {f.title for f in found(text.format(2, 3))} == {"排名与数值不符"}


def test_a_rate_reckoned_from_the_numbers_as_shown_is_held_to_its_last_digit() -> None:
    rows = (
        "镇|计划（万亩）|完成（万亩）|完成率\n甲镇|3.6|3.1|86.11%\n乙镇|2.9|2.4|82.76%\n丙镇|1.8|1.7|94.44%\n"
        "丁镇|4.2|4.0|95.24%\n戊镇|2.7|2.6|{}"
    )
    assert check(table(rows.format("96.30%")))[1] == []
    [finding] = found(rows.format("97.30%"))
    assert "2.6 ÷ 2.7 × 100%计算应为96.3" in finding.explanation


def test_a_rate_of_another_base_than_all_others_is_wrong() -> None:
    rows = (
        "事项|年初预算|调整后预算|支出|执行率（%）\n宣传|60.00|52.00|38.64|{}\n培训|320.00|345.00|341.26|98.92\n"
        "调研|120.00|100.00|80.00|80.00\n出版|75.00|82.00|81.37|99.23\n展览|45.00|45.00|43.80|97.33"
    )
    assert check(table(rows.format("74.31"), "万元"))[1] == []
    [finding] = found(rows.format("64.40"), "万元")
    assert "38.64 ÷ 52.00" in finding.explanation


def test_units_that_differ_by_a_power_of_ten() -> None:
    rows = (
        "线路|里程（万公里）|客运量（万人次）|百公里客运量（人次）\n东线|153.1|198.6|129.7\n西线|117.0|142.3|121.6\n"
        "南线|130.2|176.9|135.9\n北线|99.6|96.4|{}\n环线|113.8|112.8|99.1"
    )
    assert set(verdicts(rows.format("96.8")).values()) == {"consistent"}
    [finding] = found(rows.format("69.8"))
    assert "96.4 ÷ 99.6 × 100计算" in finding.explanation


def test_a_total_of_the_amounts_among_counts() -> None:
    rows = (
        "街道|人数|购买（万元）|餐次|助餐（万元）|户数|改造（万元）|补助小计（万元）\n"
        "一街|1836|99.14|152400|45.72|64|19.20|164.06\n二街|1524|82.30|120350|36.11|52|15.60|134.01\n"
        "三街|1290|69.66|98600|29.58|45|13.50|{}\n四街|1415|76.41|110280|33.08|48|14.40|123.89"
    )
    assert verdicts(rows.format("112.74"))["112.74"] == "consistent"
    assert any("112.47" in f.explanation for f in found(rows.format("112.47")))


def test_persons_counted_once_and_twice() -> None:
    rows = (
        "医院|甲类人数|乙类人数|总针次\n东院|2941|3684|9566\n西院|1628|2204|5460\n南院|1012|1468|3492\n北院|596|862|{}\n"
        "中院|421|633|1475"
    )
    assert verdicts(rows.format("2054"))["2054"] == "consistent"
    [finding] = found(rows.format("2045"))
    assert "2 × 596 + 862" in finding.explanation


def test_one_rate_of_pay_for_all_lines() -> None:
    rows = "村|人数|补助（万元）\n一村|1836|99.14\n二村|1524|82.30\n三村|1290|69.66\n四村|986|{}\n五村|872|47.09\n六村|643|34.72"
    assert verdicts(rows.format("53.24"))["53.24"] == "consistent"
    [finding] = found(rows.format("53.42"))
    assert "986 × 540元计算应为53.24万元" in finding.explanation
    assert found(rows.format("71.05")) == []  # another rate of pay


def test_what_is_left_of_a_hundred() -> None:
    rows = "事项|东县|西县|南县|北县|中县\n扣分|9.00|10.70|23.50|16.40|6.65\n最终得分|91.00|89.30|76.50|{}|93.35"
    assert verdicts(rows.format("83.60"))["83.60"] == "consistent"
    [finding] = found(rows.format("86.30"))
    assert "100 - 16.40" in finding.explanation


def test_rates_wrong_in_two_of_four_rows_by_a_slip_each() -> None:
    rows = "用途|预算金额|支出金额|执行率\n管网|9.96|9.17|97.07%\n站点|9.50|9.44|97.37%\n水表|7|6.71|95.86%\n水质|13.50|12.42|92%"
    assert {"97.07", "97.37"} == {f.explanation.split("为")[1].split("%")[0] for f in found(rows, "万元")}


def test_running_numbers_are_no_rates() -> None:
    text = "序号|问题|得分\n1|资金到账慢|2\n2|预算执行率低|4\n3|手续不全|3\n4|档案缺失|1"
    assert found(text) == []


def test_a_line_where_a_slip_parts_two_columns_that_are_the_same() -> None:
    rows = [("甲镇", "86,540.00"), ("乙镇", "45,478.00"), ("丙镇", "13,200.00"), ("丁镇", "118,800.00")]
    rows += [("戊镇", "617,635.00"), ("己镇", "870,512.50"), ("庚镇", "154,100.00")]
    same = "".join(f"{name}|{amount}|{amount}\n" for name, amount in rows)
    head = "单位|专项资金（元）|计划支出（元）\n"
    [finding] = alarms(check(table(head + same + "辛镇|98,750.00|8,750.00"))[1])
    assert "8,750.00" in finding.explanation
    assert not alarms(check(table(head + same + "辛镇|98,750.00|64,312.00"))[1])


def test_rates_where_all_is_spent_in_every_row() -> None:
    """Rows that all read 100 % tell little, but two numbers that are the same are of each other nothing else."""
    rows = "用途|预算金额（万元）|支出金额（万元）|执行率\n管网|19.96|19.96|{}\n站点|9.50|9.50|100%\n水表|7.26|7.26|{}\n合计|36.72|36.72|——"
    assert found(rows.format("100%", "100%")) == []
    assert ["10%" in f.explanation for f in found(rows.format("10%", "100%"))] == [True]
    assert len(found(rows.format("200%", "130%"))) == 2
    assert found(rows.format("87%", "64%")) == []


def test_rates_wrong_in_two_of_three_rows_by_a_slip_each() -> None:
    rows = "用途|预算（万元）|支出（万元）|执行率\n场租|902.79|828.76|{}%\n讲师|701.90|653.47|{}%\n教材|992.50|929.97|93.7%"
    assert {f.explanation.split("为")[1].split("%")[0] for f in found(rows.format("96.8", "96.1"))} == {"96.8", "96.1"}
    assert found(rows.format("66.2", "71.4")) == []
