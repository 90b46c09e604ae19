"""score.reason: scores against the reasons given for them and against what the report says elsewhere."""

from __future__ import annotations

import pytest

from extractor.document import Table
from extractor.result import Finding
from tests.extractor.checks.building import alarms, examine, table


def found(*items: str | Table) -> list[Finding]:
    checks, findings = examine(*items)
    mine = {i for i, c in enumerate(checks) if c.rule == "score.reason"}
    return [f for f in alarms(findings) if mine & set(f.checks)]


def sheet(reason: str = "制度齐备", clear: str = "4", why: str = "指标清楚", compliant: str = "16") -> Table:
    return table(
        f"""一级指标|二级指标|三级指标|分值|评分标准|得分|得分说明
        决策|绩效目标|绩效目标合理性|6|目标合理得满分|6|目标与任务一致
        决策|绩效目标|绩效指标明确性|4|指标清晰可衡量得满分|{clear}|{why}
        过程|组织实施|管理制度健全性|20|制度健全得满分|20|{reason}
        过程|资金管理|资金使用合规性|20|使用合规得满分|{compliant}|一处凭证不全
        产出|产出数量|管网建设长度|50|按比例得分|50|全部建成
        合计|||100||96|"""
    )


@pytest.mark.parametrize(
    "reason",
    [
        "财务制度齐备，未制定管网养护管理办法",
        "有业务管理制度，但内容不够完善",
        "制度存在缺少考核条款的问题",
        "养护制度尚未建立",
    ],
)
def test_full_marks_beside_an_admitted_defect(reason: str) -> None:
    [finding] = found("附件：评分表", sheet(reason))
    assert "管理制度健全性" in finding.explanation
    assert reason in finding.evidence[0].quote


@pytest.mark.parametrize(
    "reason",
    [
        "制度齐备，未发现违规情形",
        "制度齐备，不存在缺项",
        "解决了以往制度不健全的问题",
        "未制定养护细则，因上级尚在修订，不扣分",
        "制度健全得满分，每缺少一项扣2分",
        "对未按规定报送的单位予以通报",
        "本年度未进行预算调整",
        "施工未对周边居民造成影响",
        "填补了老城区管网缺失的空白",
        "全年无因管网失修导致的停水事故",
    ],
)
def test_what_denies_or_excuses_is_no_admission(reason: str) -> None:
    assert found("附件：评分表", sheet(reason)) == []


PROBLEMS = (
    "三、存在的问题",
    "（一）绩效指标不够细化，难以考核",
    "申报表中的效益指标只有定性描述。",
    "四、有关建议",
    "（一）细化指标",
)


def test_full_marks_for_what_the_problems_name() -> None:
    [finding] = found("一、绩效评价结论", *PROBLEMS, "附件：评分表", sheet())
    assert "绩效指标明确性" in finding.explanation and "不够细化" in finding.explanation
    assert any("绩效指标不够细化" in e.quote for e in finding.evidence)


def test_a_problem_for_which_points_were_lost_is_accounted_for() -> None:
    assert found("一、绩效评价结论", *PROBLEMS, "附件：评分表", sheet(clear="2", why="指标不够细化，扣2分")) == []


def test_half_the_points_lost_by_a_related_indicator_account_for_a_problem() -> None:
    marks = table(
        """一级指标|二级指标|三级指标|分值|评分标准|得分|得分说明
        决策|绩效指标明确性|绩效指标细化程度|1.5|目标分解为指标，得1.5分|1.5|指标体系层次清楚
        决策|绩效指标明确性|绩效指标可衡量性|1.5|指标值可衡量，得1.5分|0.75|效益类绩效指标未细化量化
        过程|组织实施|管理制度健全性|37|制度健全得满分|37|制度齐备
        产出|产出数量|管网建设长度|60|按比例得分|60|全部建成
        合计|||100||99.25|"""
    )
    assert found("一、绩效评价结论", *PROBLEMS, "附件：评分表", marks) == []


def test_what_could_be_better_still_is_no_contradiction() -> None:
    better = ("三、存在的问题", "（一）管理制度需进一步完善", "四、有关建议", "（一）完善制度")
    assert found("一、绩效评价结论", *better, "附件：评分表", sheet()) == []


def test_deduction_without_a_reason() -> None:
    def lost(reason: str) -> Table:
        return table(
            f"""一级指标|二级指标|三级指标|分值|评分标准|得分|扣分依据
            决策|项目立项|立项程序规范性|20|程序规范得满分|18|缺少会议纪要
            决策|绩效目标|绩效目标合理性|20|目标合理得满分|17|目标笼统
            过程|组织实施|管理制度健全性|20|制度健全得满分|15|无养护细则
            过程|资金管理|资金使用合规性|20|使用合规得满分|20|——
            产出|产出质量|管网建设质量|20|质量达标得满分|16|{reason}
            合计|||100||86|"""
        )

    [finding] = found("附件：评分表", lost("——"))
    assert "管网建设质量" in finding.explanation and "16" in finding.explanation
    assert found("附件：评分表", lost("两处接口渗漏")) == []


def test_more_spent_than_there_was() -> None:
    [finding] = found("项目预算资金120万元，实际支出131.5万元，全部为县级财政拨款。")
    assert "131.5万元" in finding.explanation and "120万元" in finding.explanation
    assert found("项目预算资金120万元，实际支出118.5万元，全部为县级财政拨款。") == []
    assert found("项目预算资金120万元，实际支出131.5万元，超支部分由单位自筹，其余均为县级财政拨款。") == []


COVER = ("2022年度青禾县管网建设项目绩效评价报告", "项目名称：管网建设项目", "主管部门：青禾县水务局", "2023年7月")


def test_statements_in_words_that_the_figures_deny() -> None:
    rate = "2022年本项目财政预算安排500万元，实际到位400万元，到位率为80.00%。资金支出390万元，资金使用率97.50%。"
    [finding] = found(*COVER, "一、资金情况", rate, "二、评价结论", "项目资金已全部到位，保障了工程建设。")
    assert "80.00%" in finding.explanation and "全部到位" in finding.explanation
    assert found(*COVER, "一、资金情况", rate, "二、评价结论", "省级资金已全部到位，保障了工程建设。") == []


def test_opposite_statements_of_one_thing() -> None:
    low = "截至2022年底，全县生活垃圾分类覆盖率已接近60%。"
    high = "目前全县生活垃圾分类覆盖率提升到60%以上，环境明显改善。"
    [finding] = found(low, high)
    assert {low, high} <= {e.quote for e in finding.evidence}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("截至2022年底，全县生活垃圾分类覆盖率已接近60%。", "全县农村厕所改造普及率提升到60%以上。"),
        ("2020年全县生活垃圾分类覆盖率不足60%。", "2022年全县生活垃圾分类覆盖率提升到60%以上。"),
        ("全县生活垃圾分类覆盖率不足60%。", "年度目标为全县生活垃圾分类覆盖率提升到60%以上。"),
    ],
)
def test_other_things_years_and_targets_are_no_opposites(one: str, other: str) -> None:
    assert found(one, other) == []


def test_indicator_that_the_design_names_and_the_sheet_lacks() -> None:
    design = (
        "决策方面，绩效目标合理性考察目标是否合理。绩效指标明确性考察指标是否可衡量。",
        "过程方面，管理制度健全性考察制度是否完备。资金使用合规性考察资金是否合规使用。",
    )
    strange = "产出方面，管网建设长度考察建设任务是否完成。泵站自控水平考察泵站能否无人值守。"
    [finding] = found("二、指标体系设计", *design, strange, "附件：评分表", sheet())
    assert "泵站自控水平" in finding.explanation
    plain = "产出方面，管网建设长度考察建设任务是否完成。"
    assert found("二、指标体系设计", *design, plain, "附件：评分表", sheet()) == []


def scored(name: str) -> Table:
    return table(
        f"""一级指标|二级指标|三级指标|分值|评分标准|得分
        决策|绩效目标|绩效目标合理性|10|目标合理得满分|10
        过程|组织实施|{name}|20|按要求得满分|20
        产出|产出数量|管网建设长度|70|按比例得分|70
        合计|||100||100"""
    )


ANALYSIS = "四、指标分析"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("安全生产情况", "全年未发生责任事故，但7月发生1起工人坠落受伤事故"),
        ("档案管理规范性", "档案齐全，然而抽查20份中有3份缺少签字"),
        ("合同管理规范性", "合同签订规范，但软件开发合同在合同签订前已付款"),
        ("资金使用合规性", "未发现违规，但列支与项目无关的招待费1.2万元"),
        ("信息公开及时性", "决算按要求公开，只是推迟了12天"),
        ("设备管理规范性", "台账健全，但盘点发现4台设备账实不符"),
        ("工程质量达标情况", "全部达标，但现场抽查2处路面开裂"),
        ("验收合格率", "合格率100%，但抽查发现3台设备不合格"),
        ("火情24小时扑灭率", "扑灭率100%，其中1起历时31小时"),
    ],
)
def test_full_marks_in_a_paragraph_that_goes_on_with_a_defect(name: str, words: str) -> None:
    [finding] = found(ANALYSIS, f"1.{name}，20分，得20分。{words}。", "附件：评分表", scored(name))
    assert name in finding.explanation


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("安全行车情况", "全年未发生责任死亡事故，一般事故18起，低于20起的控制数"),
        ("应急处置及时性", "全年发生3起突发事件，均在30分钟内处置"),
        ("资产盘活情况", "盘活闲置房屋12处"),
        ("工程维护情况", "修复损坏路面120平方米，更换失效路灯35盏"),
        ("完成及时性", "较计划提前12天完工"),
        ("完成及时性", "受汛情影响延期20天，经批准不扣分"),
        ("验收合格率", "合格率98.5%，3台设备不合格，达到95%的目标"),
        ("24小时响应率", "响应率100%，平均用时2小时"),
    ],
)
def test_full_marks_that_the_words_allow(name: str, words: str) -> None:
    assert found(ANALYSIS, f"1.{name}，20分，得20分。{words}。", "附件：评分表", scored(name)) == []


def test_points_for_all_being_well_without_a_deduction_and_then_a_defect() -> None:
    text = "4.2.3 资金合规性。抽查凭证30笔，未发现违规，得5分。"
    [finding] = found(ANALYSIS, text + "但列支的慰问费2万元与项目无关。")
    assert "资金合规性" in finding.explanation and "慰问费" in finding.explanation
    assert found(ANALYSIS, text) == []
    assert found(ANALYSIS, text.replace("得5分", "扣1分，得5分") + "但列支的慰问费2万元与项目无关。") == []


def purchases(criterion: str) -> Table:
    return table(
        f"""一级指标|二级指标|三级指标|分值|评分标准|得分|得分说明
        过程|组织实施|政府采购规范性|10|{criterion}|10|采购程序齐备
        过程|组织实施|管理制度健全性|30|制度健全得满分|30|制度齐备
        产出|产出数量|管网建设长度|60|按比例得分|60|全部建成
        合计|||100||100|"""
    )


SPLIT = (
    "五、存在的问题",
    "（一）采购管理有短板",
    "两批阀门由同一家供货、间隔两天签约，存在化整为零规避公开招标的情形。",
)


def test_split_purchase_below_a_heading_costs_what_the_criterion_says() -> None:
    items = ("附件：评分表", purchases("程序规范得满分，每发现1项不规范扣3分"), *SPLIT)
    [finding] = found(*items)
    assert "化整为零" in finding.explanation and "至少应扣3分" in finding.explanation
    checks, _ = examine(*items)
    [check] = [c for c in checks if c.rule == "score.reason" and c.verdict == "inconsistent"]
    assert [o.text for o in check.operands] == ["10", "3"] and check.stated and check.stated.text == "10"


def test_a_criterion_by_shares_does_not_tell_what_one_case_costs() -> None:
    [finding] = found("附件：评分表", purchases("规范率100%得满分，每低1个百分点扣0.5分"), *SPLIT)
    assert "至少应扣" not in finding.explanation


def test_points_for_what_the_criterion_gives_nothing() -> None:
    text = "工程验收合格率（满分5分，得4.50分）。评分要点：未组织竣工验收的不得分。截至评价日，三个标段{}组织竣工验收。"
    [finding] = found("四、指标分析", text.format("均未"))
    assert "未组织竣工验收" in finding.explanation and "4.50" in finding.explanation
    assert not found("四、指标分析", text.format("均已"))


def test_what_was_found_elsewhere_contradicts_full_marks() -> None:
    scored = table(
        """一级指标|二级指标|三级指标|分值|得分|评价说明
        决策|立项|立项依据充分性|20|20|依据充分
        过程|资金|资金使用合规性|20|20|支付手续完备，未发现挪用
        产出|质量|补助发放准确率|30|30|标准执行准确，未发现错发
        效益|效益|农户增收|30|27.5|增收约一成
        合计|||100|97.5|"""
    )
    opinion = "评价意见：补助足额发放，但核查发现3名受助人已于上年去世仍领取补助0.90万元。"
    [finding] = found("一、评分", scored, opinion)
    assert "补助发放准确率" in finding.explanation and "去世仍领取" in finding.explanation
    assert not found("一、评分", scored, "评价意见：补助足额发放，核查未发现去世仍领取补助的情况。")


def test_an_indicator_scored_in_proportion_is_no_full_mark() -> None:
    scored = table(
        """一级指标|二级指标|三级指标|分值|得分|评价说明
        过程|资金|预算执行率|50|46.35|执行率92.70%
        产出|数量|完成数量|50|50|全部完成
        合计|||100|96.35|"""
    )
    assert not found("一、评分", scored, "二、存在的问题", "（一）预算执行率偏低。", "年底仍有尾款未付。")
