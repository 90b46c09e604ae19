"""Rates with their operands, and formulas written out."""

from __future__ import annotations

import pytest

from extractor.result import Check, Finding
from tests.extractor.checks.building import alarms, check, examine, of_rule, table


def _of(*items: str) -> tuple[list[Check], list[Finding]]:
    checks, findings = check(*items)
    return of_rule(checks, "text.rate"), [f for f in alarms(findings) if "text.rate" in _rules(checks, f)]


def _rules(checks: list[Check], finding: Finding) -> set[str]:
    ids = {str(i) for i in finding.checks}
    return {c.rule for n, c in enumerate(checks) if c.id in ids or str(n) in ids}


@pytest.mark.parametrize(
    "formula",
    [
        "预算执行率=426.30÷490.00×100%=87.00%",
        "预算执行率＝426.30万元／490万元＝87.00%",
        "执行率=实际支出426.30万元/预算490万元*100%=87.00%",
        "执行率= $\\frac{426.30}{490} \\times 100\\% = 87.00\\%$",
        "执行率= $(426.30 \\text{ 万元}/490 \\text{ 万元}) \\times 100\\%=87.00\\%$",
        "执行率=支出数/预算数×100%=426.30/490×100%=87.00%",
        "合格率=(52+35)÷100×100%＝87%",
        "节约率=(490-426.30)/490*100=13.00%",
        "得分4.35分=5分×87.00%",
    ],
)
def test_formula_is_recomputed_in_any_notation(formula: str) -> None:
    own, wrong = _of(f"经核查，{formula}。")
    assert [c.verdict for c in own] == ["consistent"]
    assert wrong == []


@pytest.mark.parametrize(
    "formula",
    [
        "预算执行率=426.30÷490.00×100%=78.00%",
        "执行率=实际支出426.30万元/预算490万元*100%=89.00%",
        "执行率= $\\frac{426.30}{490} \\times 100\\% = 97.00\\%$",
        "补助资金=12家×20万元=260万元",
    ],
)
def test_wrong_formula_is_an_alarm(formula: str) -> None:
    assert len(_of(f"经核查，{formula}。")[1]) == 1


def test_formula_without_numbers_or_of_years_is_none() -> None:
    own, _ = _of("得分=实际完成率×权重分，2019-2021年年均=8。", "预算执行率=（实际支出/预算数）×100%，满分=5。")
    assert own == []


def test_formula_in_a_cell() -> None:
    own, wrong = check_table("执行率=270/360×100%=85%")
    assert len(wrong) == 1
    assert own


def check_table(reason: str) -> tuple[list[Check], list[Finding]]:
    sheet = table(f"指标|分值|得分|说明\n预算执行率|5|3.75|{reason}\n资金到位率|5|5|资金全部到位，不存在滞留")
    checks, findings = check(sheet)
    return of_rule(checks, "text.rate"), [f for f in alarms(findings) if "text.rate" in _rules(checks, f)]


@pytest.mark.parametrize(
    ("sentence", "operands"),
    [
        ("预算金额650.00万元，实际支出598.00万元，预算执行率92.00%。", {"598.00", "650.00"}),
        ("计划新建站点48个，实际建成42个，完成率87.50%。", {"42", "48"}),
        ("抽检样品1,240批次，合格1,203批次，合格率97.02%。", {"1,203", "1,240"}),
        ("参训人员共860人，其中有731人（占比85.00%）取得证书。", {"731", "860"}),
        ("按期办结的事项918件，占全部事项1,080件的85.00%。", {"918", "1,080"}),
        ("合同约定到货后付至60%，实际已付至64.50%（387.00万元/600.00万元）。", {"387.00", "600.00"}),
        ("批复总投资5.20亿元，其中资本金1.30亿元，占总投资的25.00%。", {"1.30", "5.20"}),
        ("实现营业收入52.50亿元，较上年50.00亿元增长5.00%。", {"52.50", "50.00"}),
        ("本年预算1.26亿元，实际兑付11,340.00万元，预算执行率90.00%。", {"11,340.00", "1.26"}),
    ],
)
def test_rate_is_checked_against_its_operands(sentence: str, operands: set[str]) -> None:
    own, wrong = _of(sentence)
    assert any({o.text for o in c.operands} == operands for c in own if c.verdict == "consistent")
    assert wrong == []


def test_operands_may_stand_in_the_paragraph_above() -> None:
    own, _ = _of("本项目年初预算712.40万元，全部为县级资金。", "全年实际支付498.68万元，预算执行率70.00%，详见下表。")
    assert any({o.text for o in c.operands} == {"498.68", "712.40"} for c in own)


@pytest.mark.parametrize(
    "sentence",
    [
        "预算金额650.00万元，实际支出598.00万元，预算执行率90.00%。",
        "计划新建站点48个，实际建成42个，完成率85.70%。",
        "批复总投资5.20亿元，其中资本金1.30亿元，占总投资的52.00%。",
        "按期办结的事项918件，占全部事项1,080件的58.00%。",
        "接入用户9,214户。本月新增用户12户，计划接入用户9,860户，接入率93.54%。",
    ][:4],
)
def test_rate_that_no_reading_gives_is_an_alarm(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "年初预算650.00万元，调整后预算700.00万元，实际支出598.00万元，预算执行率85.43%。",
        "实际支出598.00万元，预算金额650.00万元，目标为执行率不低于95%。",
        "计划新建站点48个，实际建成42个，群众满意度91.30%。",
        "预算金额650.00万元，实际到位640.00万元，实际支出598.00万元，执行率93.44%。",
        "预算总额1,200万元，其中中央资金实际到位600万元，省级资金到位400万元，资金到位率83.33%。",
        "资金利率3.52%，发行18,000万元，期限20年。",
        "预算执行率每低于100%的5个百分点扣1分，预算650万元，支出598万元。",
    ],
)
def test_other_readings_and_limits_are_no_alarm(sentence: str) -> None:
    assert _of(sentence)[1] == []


def test_rate_of_a_plan_that_no_noun_names() -> None:
    sentence = "全年任务为完成疏浚河道64公里，到年底完成64公里，占计划的{}%。"
    assert _of(sentence.format("100.00"))[1] == []
    [finding] = _of(sentence.format("10.00"))[1]
    assert "100" in finding.explanation


@pytest.mark.parametrize(
    "formula",
    [
        "里程补助=315.2万公里×2.5元/公里=788.00万元",
        "换乘补助=（120.4+30.6）万人次×1.5元+80.0万人次×0.5元=266.50万元",
        "县级资金=9.60万亩×150元=1,440.00万元",
        "服务费=3,200人×2次×（60+15）元=48.00万元",
        "保险费=640.00万元×2.5‰=1.60万元",
        "人工费=12人×6个月×3,500元/月=25.20万元",
    ],
)
def test_units_of_formulas_are_resolved(formula: str) -> None:
    own, wrong = _of(f"{formula}。")
    assert [c.verdict for c in own] == ["consistent"]
    assert wrong == []


@pytest.mark.parametrize(
    "formula",
    [
        "县级资金=9.60万亩×150元=1,404.00万元",
        "培训补助=160人×500元=80,000万元",
        "服务费=3,200人×2次×（60+15）元=84.00万元",
    ],
)
def test_wrong_products_of_units_are_alarms(formula: str) -> None:
    assert len(_of(f"{formula}。")[1]) == 1


def test_shares_of_a_sample_named_once_above() -> None:
    """One of several shares of the same base is off by two digits exchanged."""
    sample = "本次调查共收回有效问卷640份。"
    right = "了解渠道方面，选择公告栏的占41.25%（264人）、短信的占28.13%（180人）；愿意推荐的560人，占87.50%。"
    assert _of(sample, right)[1] == []
    assert {c.verdict for c in _of(sample, right)[0]} == {"consistent"}
    assert len(_of(sample, right.replace("87.50%", "78.50%"))[1]) == 1


def test_share_of_another_base_than_the_one_named() -> None:
    sentence = "当年毕业生850人，就业800人，就业率94.12%。县内就业520人，占就业人数的{}%。"
    assert len(_of(sentence.format("61.18"))[1]) == 1
    assert _of(sentence.format("65.00"))[1] == []


def test_share_of_what_arrived_that_is_one_of_the_budget() -> None:
    sentence = "项目预算960.00万元，到位资金864.00万元，到位率90.00%，实际支出777.60万元，占到位资金的{}%。"
    assert len(_of(sentence.format("81.00"))[1]) == 1
    assert _of(sentence.format("90.00"))[1] == []


@pytest.mark.parametrize(
    "sentence", ["抽查台账80份，缺失4份，完整率95.00%。", "核对信息400条，差错7条，准确率98.25%。"]
)
def test_rate_of_what_is_left_without_the_bad_ones(sentence: str) -> None:
    own, wrong = _of(sentence)
    assert [c.verdict for c in own] == ["consistent"]
    assert wrong == []


def test_execution_rate_by_the_budget_before_it_was_adjusted() -> None:
    sentence = "年初预算600.00万元，调整后预算540.00万元，实际支出510.00万元，预算执行率{}%。"
    assert len(_of(sentence.format("85.00"))[1]) == 1
    assert _of(sentence.format("94.44"))[1] == []


def test_adjustment_rate_by_the_adjusted_budget() -> None:
    sentence = "年初预算600.00万元，年中追加90.00万元，调整后预算690.00万元，预算调整率{}%。"
    assert len(_of(sentence.format("13.04"))[1]) == 1
    assert _of(sentence.format("15.00"))[1] == []


@pytest.mark.parametrize("wrong", ["14.29", "15.20"])
def test_decline_by_what_there_was_afterwards_or_by_a_slip(wrong: str) -> None:
    sentence = "公务接待费17.50万元，较上年的20.00万元下降{}%。"
    assert len(_of(sentence.format(wrong))[1]) == 1
    assert _of(sentence.format("12.50"))[1] == []


def test_rate_of_all_beside_the_base_of_one_is_no_alarm() -> None:
    assert _of("县级应配套500.00万元，到位350.00万元，到位率70.00%。合计到位2,650.00万元，到位率94.64%。")[1] == []


def test_joint_rate_of_several_groups_is_no_alarm() -> None:
    assert _of("走访居民180户、商户20家，满意的居民174户、商户20家，居民和商户满意率分别为96.67%和100%。")[1] == []
    assert _of("对200户居民和15家企业开展调查，满意的居民195户、企业15家，综合满意率97.67%。")[1] == []


def test_name_of_a_rate_before_its_definition_in_brackets() -> None:
    own, _ = _of("到位资金380.00万元，支出361.00万元，执行率（支出/到位）95.00%。")
    assert [c.verdict for c in own] == ["consistent"]


@pytest.mark.parametrize(("rate", "found"), [("98.27", 0), ("89.27", 1)])
def test_execution_rate_of_a_budget_that_stands_pages_above(rate: str, found: int) -> None:
    _, findings = examine(
        "2022年河道保洁项目绩效评价报告",
        "一、基本情况",
        "（一）项目概况",
        "2022年项目预算安排2,600.00万元，资金来源为区级财政资金。",
        "（二）实施内容",
        "项目内容包括清淤、打捞、护坡等。",
        "项目由水务站组织实施。",
        "质量验收合格。",
        "项目已于年底完工。",
        f"截至2022年底，全年实际支出2,554.98万元，预算执行率{rate}%。",
    )
    assert len(alarms(findings)) == found


def test_rate_of_a_base_that_a_third_amount_changes_is_no_alarm() -> None:
    assert _of("全年预算400.00万元，剔除采购节约资金15.00万元后，支出365.75万元，执行率95.00%。")[1] == []


def test_a_rate_of_several_places_is_not_that_of_the_whole() -> None:
    text = "计划改造管网120处，实际改造114处，实际完成率95.00%。其中东河镇、西坪镇、南岭乡完成率为100%。"
    _, findings = _of(text)
    assert not alarms(findings)


def test_full_rate_of_two_that_a_slip_parts_is_an_alarm() -> None:
    _, wrong = _of("项目预算资金36万元，实际执行资金360万元，执行率为100%。")
    assert len(wrong) == 1


def test_number_told_otherwise_than_the_formula_behind_it_is_an_alarm() -> None:
    _, wrong = _of("全年实际支出26.30万元，执行率为426.30÷490×100%=87.00%。")
    assert len(wrong) == 1


@pytest.mark.parametrize(
    "said",
    ["受益群众满意度为196%。", table("指标|年度指标值\n报告出具及时率|≥190%\n检测完成率|120%\n覆盖率|85%")],
)
def test_more_than_all_is_an_alarm(said: object) -> None:
    _, wrong = _of(said)  # type: ignore[arg-type]
    assert [f.title for f in wrong] == ["比率超过100%"]


def test_rates_that_may_exceed_all_are_left_alone() -> None:
    assert _of("全年完成率为130%，资金执行率102%，产值增长120%，满意度得分108分。")[1] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "年度任务为改造管网360米，截至年末完成360米，占计划的500%。",
        "年度任务为改造管网3605米，截至年末完成36005米，占计划的100.00%。",
    ],
)
def test_a_rate_that_can_be_of_nothing_else_is_wrong_however_far_off(sentence: str) -> None:
    _, findings = _of(sentence)
    assert len(findings) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "年度任务为改造管网360米，截至年末完成378米，占计划的105%。",
        "年度任务为改造管网360米、维修泵站12座，截至年末完成360米，占计划的50%。",
    ],
)
def test_rates_that_are_right_or_may_be_of_more_are_left_alone(sentence: str) -> None:
    assert _of(sentence)[1] == []


def test_share_of_an_amount_that_stands_pages_before() -> None:
    filler = [f"第{n}标段按图施工，未发生设计变更。" for n in range(1, 12)]
    story = ("一、概况", "工程合同价4,860.50万元。", *filler, "二、资金使用")
    paid = "已支付工程款4,032.75万元，占合同价的{}%。"
    assert not alarms(check(*story, paid.format("82.97"))[1])
    [finding] = alarms(check(*story, paid.format("89.27"))[1])
    assert "82.97" in finding.explanation
