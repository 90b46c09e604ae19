"""Which numbers state one fact, told by the words around them."""

from __future__ import annotations

from extractor.checks.sources.linking import links
from extractor.checks.sources.occurrence import occurrences
from extractor.checks.sources.reading import read
from extractor.result import Facts, Finding
from tests.extractor.checks.building import alarms, check, of_rule, report

RULE = "cross.mention"


def told(findings: list[Finding]) -> list[str]:
    return [f.explanation for f in alarms(findings) if "而" in f.explanation]


def test_swapped_digits_are_found_in_sentences_of_other_words() -> None:
    _, findings = check(
        "一、项目实施情况",
        "全年采购消杀药剂14,250瓶，投放使用13,870瓶，报废376瓶，报废率2.64%，高于控制标准。",
        "五、存在的问题",
        "（二）药剂报废率偏高。报废367瓶，报废率2.64%，造成一定浪费。",
    )
    [explanation] = told(findings)
    assert "376" in explanation and "367" in explanation


def test_a_small_count_of_the_same_rare_thing_is_found() -> None:
    _, findings = check(
        "三、资产管理情况",
        "经现场盘点，丢失手持执法终端7台，尚未办理核销。",
        "五、存在的问题",
        "（三）资产管理不严。丢失手持执法终端5台，责任未落实。",
    )
    [explanation] = told(findings)
    assert "7台" in explanation and "5台" in explanation


def test_counts_of_a_thing_that_many_have_are_not_compared() -> None:
    _, findings = check(
        "三、资产管理情况",
        "北湖中队丢失手持执法终端7台，尚未办理核销。",
        "南桥中队丢失手持执法终端5台，尚未办理核销。",
        "西苑中队丢失手持执法终端6台，尚未办理核销。",
        "五、存在的问题",
        "（三）资产管理不严。个别中队丢失手持执法终端4台，责任未落实。",
    )
    assert not told(findings)


def test_what_was_planned_is_not_what_was_done() -> None:
    _, findings = check(
        "二、绩效目标",
        "计划新建公共充电桩86个，改造配电设施12处。",
        "三、完成情况",
        "实际新建公共充电桩68个，改造配电设施11处。",
    )
    assert not told(findings)


def test_what_a_number_is_compared_with_is_another_fact() -> None:
    _, findings = check(
        "一、项目实施情况",
        "全乡脱贫户人均可支配收入14258元，增长7.60%。",
        "五、项目效益",
        "根据监测，2022年脱贫户人均可支配收入14258元，增长7.60%；相当于全县农村居民人均可支配收入15824元的90.10%。",
    )
    assert not told(findings)


def test_a_count_of_each_is_not_the_count_of_all() -> None:
    _, findings = check(
        "一、摘要",
        "2笔水泵维修款未附验收单。",
        "二、过程情况",
        "抽查凭证38笔，2笔水泵维修款未附验收单，每笔扣0.5分。",
        "三、存在的问题",
        "柳沟乡各1笔水泵维修款未附验收单，涉及金额2.75万元。",
    )
    assert not told(findings)


def test_two_amounts_that_both_stand_again_and_again_are_two_facts() -> None:
    _, findings = check(
        "一、项目概况",
        "2022年度渠道养护补助资金年初预算1460万元，追加180万元，实际安排1640万元。",
        "二、资金情况",
        "2022年初安排预算1460万元，后安排至1640万元。",
        "县财政局年初预算1460万元，现有预算1640万元。",
        "三、评价范围",
        "评价对象为2022年度渠道养护补助资金1640万元。",
    )
    assert not told(findings)


def test_small_counts_told_in_other_words_are_confirmed() -> None:
    checks, _ = check(
        "一、项目概况",
        "全区共设立社区食堂28家，其中自营社区食堂19家。",
        "四、项目效益",
        "28个社区食堂均已正常运营，服务老年居民。",
    )
    assert any({c.stated.text, *(o.text for o in c.operands)} == {"28"} for c in of_rule(checks, RULE) if c.stated)


def test_the_work_grows_with_the_report_and_not_faster() -> None:
    """Words that all places share link nothing, so that candidates stay few."""

    def candidates(places: int) -> int:
        lines = [f"第{i}站点全年巡检设备{i * 37 % 911}台，发现故障{i * 13 % 97}处。" for i in range(places)]
        return len(links(occurrences(read(report("一、巡检情况", *lines), Facts()))))

    assert candidates(400) <= 2 * 400 * 6
