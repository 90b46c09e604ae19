"""date.order: reports, periods, delays and payments in the order of their dates."""

from __future__ import annotations

import pytest

from extractor.document import Table
from extractor.result import Finding
from tests.extractor.checks.building import alarms, check, examine, table

COVER = (
    "2021年度青禾县企业技改奖补资金项目绩效评价报告",
    "项目名称：企业技改奖补资金项目",
    "主管部门：青禾县工业局",
    "2022年7月",
)


def of_dates(*items: str | Table) -> list[Finding]:
    checks, findings = examine(*items)
    mine = {i for i, c in enumerate(checks) if c.rule == "date.order"}
    return [f for f in alarms(findings) if mine & set(f.checks)]


def test_report_dated_before_its_own_work() -> None:
    [finding] = of_dates(*COVER, "一、评价工作情况", "评价组于2022年8月15日至9月2日开展现场核查。")
    assert "2022年7月" in finding.explanation and "2022年9月2日" in finding.explanation
    assert "现场核查" in finding.evidence[0].quote


@pytest.mark.parametrize(
    "sentence",
    [
        "评价组于2022年5月15日至6月2日开展现场核查。",
        "要求项目单位于2022年12月底前完成整改。",
        "设备计划于2022年10月投入使用。",
        "二标段经批准延期至2022年11月，已签订补充协议。",
        "该办法自2021年1月1日起施行，有效期至2025年12月31日。",
    ],
)
def test_earlier_work_and_plans_are_in_order(sentence: str) -> None:
    assert of_dates(*COVER, "一、评价工作情况", sentence) == []


def test_period_that_ends_before_it_begins() -> None:
    [finding] = alarms(check("项目实施期为2022年5月至2021年12月。")[1])
    assert "早于" in finding.explanation
    checks, findings = check("项目实施期为2021年5月至2022年12月。", "调研安排在11月20日至1月5日。")
    assert findings == [] and [c.verdict for c in checks] == ["consistent"]


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        ("合同约定2023年4月30日前完工，实际于2023年6月10日交工，延期41天。", True),
        ("合同约定2023年4月30日前完工，实际于2023年6月10日交工，延期21天。", False),
        ("原定2022年10月底通水，实际2023年2月才通水，滞后4个月。", True),
        ("原定2022年10月底通水，实际2023年2月才通水，滞后7个月。", False),
    ],
)
def test_delays(sentence: str, right: bool) -> None:
    checks, findings = check(sentence)
    assert [c.verdict for c in checks if c.rule == "date.order"] == ["consistent" if right else "inconsistent"]
    assert (findings == []) == right


def test_delay_among_more_dates_is_not_judged() -> None:
    assert check("甲标段2023年4月1日、乙标段2023年5月1日应完工，实际于2023年6月10日完工，延期21天。")[0] == []


def test_length_of_a_period() -> None:
    assert alarms(check("建设期为2021年3月至2022年8月，共计18个月。")[1]) == []
    assert len(alarms(check("建设期为2021年3月至2022年8月，共计28个月。")[1])) == 1


BOOKED = "预算资金300万元，2021年实际支付资金300万元，预算执行率为100%。"


def test_payment_in_the_year_after_the_one_it_is_booked_to() -> None:
    late = "经查阅支付凭证，技改补贴资金于2022年2月18日拨付至企业。"
    [finding] = of_dates(*COVER, "一、资金情况", BOOKED, "二、存在的问题", late)
    assert finding.severity == "high"
    assert {late, BOOKED} <= {e.quote for e in finding.evidence}


@pytest.mark.parametrize(
    "late",
    [
        "技改补贴资金于2021年12月18日拨付至企业。",
        "剩余资金于2022年2月18日拨付至企业。",
        "计划于2022年3月拨付第二批资金。",
        "2022年度奖补资金于2022年3月拨付。",
    ],
)
def test_payments_that_contradict_nothing(late: str) -> None:
    assert of_dates(*COVER, "一、资金情况", BOOKED, "二、存在的问题", late) == []


def test_late_payment_of_what_was_not_all_spent() -> None:
    part = "预算资金300万元，2021年实际支付资金150万元，预算执行率为50%。"
    late = "技改补贴资金于2022年2月18日拨付至企业。"
    assert of_dates(*COVER, "一、资金情况", part, "二、存在的问题", late) == []


def sheet(reason: str, score: str = "10") -> Table:
    return table(
        f"""一级指标|二级指标|三级指标|分值|评分标准|得分|得分说明
        决策|项目立项|立项依据充分性|30|依据充分得满分|30|立项依据充分
        产出|产出数量|改造户数完成率|60|按比例得分|60|完成率100%
        产出|产出时效|改造完成及时性|10|按期完成得满分|{score}|{reason}
        合计|||100||100|"""
    )


def test_completed_after_the_plan_and_judged_on_time() -> None:
    late = "计划2021年6月底前完成改造，实际于2021年9月完工"
    [finding] = of_dates("附件：绩效评价评分表", sheet(late))
    assert "改造完成及时性" in finding.explanation and "2021年9月" in finding.explanation
    assert of_dates("附件：绩效评价评分表", sheet("计划2021年6月底前完成改造，实际于2021年5月完工")) == []
    assert of_dates("附件：绩效评价评分表", sheet(late + "，系疫情影响，经批准顺延")) == []


def timed(reason: str) -> Table:
    return table(
        f"""一级指标|二级指标|三级指标|分值|评分标准|得分|得分说明
        决策|项目立项|立项依据充分性|30|依据充分得满分|30|立项依据充分
        产出|产出数量|改造户数完成率|60|按比例得分|60|完成率100%
        产出|产出时效|补助发放及时性|10|上半年补助6月底前、下半年补助11月底前发放得满分，每逾期1批扣4分|10|{reason}
        合计|||100||100|"""
    )


def test_done_after_every_deadline_of_the_criterion() -> None:
    [finding] = of_dates(*COVER, "附件：绩效评价评分表", timed("下半年补助于2022年2月3日发放到户"))
    assert "2022年2月3日" in finding.explanation and "至少应扣4分" in finding.explanation
    assert of_dates(*COVER, "附件：绩效评价评分表", timed("下半年补助于2021年11月3日发放到户")) == []
    assert of_dates(*COVER, "附件：绩效评价评分表", timed("下半年补助计划于2022年2月3日发放到户")) == []


MONEY_OF_YEAR = "2021年预算资金300万元，到位资金300万元，实际支出288万元。"


@pytest.mark.parametrize(
    "late",
    [
        "2022年1月18日支付设备尾款12.6万元，已计入2021年支出。",
        "设备尾款12.6万元于2022年1月18日支付。该笔款项已列入2021年度决算支出。",
        "其中检测费8.4万元于次年1月支付，列入当年支出。",
        "2021年支出数中包含2022年1月25日拨付的奖补资金20万元。",
        "实际支出288万元，其中12.6万元为2022年1月支付的工程款。",
        "全年支付奖补资金288万元，其中第四批奖补资金60万元于2022年2月拨付到企业。",
        "第四季度奖补资金70万元于2022年2月10日拨付至企业。",
    ],
)
def test_late_payment_counted_as_spent_in_the_year(late: str) -> None:
    [finding] = of_dates(*COVER, "一、资金情况", MONEY_OF_YEAR, late)
    assert "2022年" in finding.explanation and "2021年" in finding.explanation


@pytest.mark.parametrize(
    "late",
    [
        "2022年1月18日支付设备尾款12.6万元，未计入2021年支出。",
        "2022年1月18日支付设备尾款12.6万元，列入2022年支出。",
        "2022年1月支付的工程款20万元，应计入2022年支出。",
        "截至2022年5月31日，累计支付295万元，其中2021年支付288万元、2022年支付7万元。",
        "2021年支出288万元，其中设备费200万元；质保金7万元将于2022年12月支付。",
        "第四季度奖补资金70万元由2022年预算安排，于2022年2月10日拨付。",
        "奖补资金5万元于2022年2月10日拨付至企业。",
    ],
)
def test_late_payment_that_the_year_does_not_count(late: str) -> None:
    assert of_dates(*COVER, "一、资金情况", MONEY_OF_YEAR, late) == []


def test_report_dated_before_what_its_tables_and_notes_tell() -> None:
    visits = table(
        """序号|核查企业|核查日期
        1|甲公司|2022年6月9日
        2|乙公司|2022年8月10日"""
    )
    assert len(of_dates(*COVER, "附表：现场核查清单", visits)) == 1
    assert len(of_dates(*COVER, "一、其他说明", "2022年9月9日，县工业局对征求意见稿书面反馈无意见。")) == 1
    deadlines = table(
        """序号|问题|整改日期
        1|资料不全|2022年9月9日
        2|公示不全|2022年8月10日"""
    )
    assert of_dates(*COVER, "附表：问题清单", deadlines) == []


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        ("2023年3月10日开工，应于2023年4月30日完工，实际2023年6月10日完工，延期41天。", True),
        ("2023年3月10日开工，应于2023年4月30日完工，实际2023年6月10日完工，延期31天。", False),
        ("合同约定2022年6月底交付，实际2022年9月底交付，延迟三个月。", True),
        ("合同约定2022年6月底交付，实际2022年9月底交付，延迟五个月。", False),
    ],
)
def test_delays_with_a_beginning_or_in_words(sentence: str, right: bool) -> None:
    assert (alarms(check(sentence)[1]) == []) == right


def test_report_dated_before_a_survey_and_before_what_a_cell_tells() -> None:
    assert of_dates(*COVER, "附件2 问卷统计", "调查时间：2022年8月3日至8月9日。发放问卷200份。")
    tabled = table(
        "指标|分值|得分|评价说明\n建成及时性|10|8|平台于2022年9月20日通过初验，扣2分\n验收合格率|10|10|合格率100%"
    )
    assert of_dates(*COVER, "附件1 评价表", tabled)
    assert not of_dates(*COVER, "附件2 问卷统计", "调查时间：2022年5月3日至5月9日。发放问卷200份。")


WORKS = "序号|路段|实际完工日期\n1|东街|2021-10-20\n2|西街|{}\n3|北街|2021-11-02"


def test_all_done_by_a_day_and_one_done_later() -> None:
    claim = "三条路段改造工程均于2021年12月31日前完工。"
    [finding] = of_dates(*COVER, "一、实施情况", claim, "表1 路段改造工程情况", table(WORKS.format("2022-03-16")))
    assert "12月31日前完工" in finding.explanation
    assert of_dates(*COVER, "一、实施情况", claim, "五、问题", "西街路段因管线迁改，至2022年3月16日才完工。")
    assert not of_dates(*COVER, "一、实施情况", claim, "表1 路段改造工程情况", table(WORKS.format("2021-12-16")))
    planned = claim.replace("均于", "应均于")
    assert not of_dates(*COVER, "一、实施情况", planned, "表1 路段改造工程情况", table(WORKS.format("2022-03-16")))
