"""score.rule: the criteria of a score sheet recomputed."""

from __future__ import annotations

import pytest

from extractor.document import Table
from extractor.result import Finding
from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "score.rule"

ROWS = [
    ("决策", "立项", "立项依据", "4", "①符合政策得2分；②符合规划得2分", "4", "均符合，本项指标得4分"),
    ("决策", "立项", "立项程序", "6", "①程序规范得3分；②材料齐全得3分", "6", "程序规范、材料齐全，本项指标得6分"),
    ("决策", "目标", "目标合理", "5", "①有目标得2分；②目标与内容相关得3分", "4", "指标与内容关联不紧，扣1分，本项指标得4分"),
    ("决策", "目标", "目标明确", "5", "①已细化得2.5分；②可衡量得2.5分", "5", "已细化，本项指标得5分"),
    ("过程", "资金", "资金到位率", "5", "得分=资金到位率×权重", "4.82", "资金到位率96.40%，扣0.18分"),
    ("过程", "资金", "预算执行率", "5", "达到100%得满分，每低于1个百分点扣0.2分，扣完为止", "4.40", "预算执行率为97.00%，扣0.60分"),
    ("过程", "管理", "制度健全", "10", "该项满分10分。每发现一处缺失扣0.5分，扣完为止", "9", "缺两项制度，扣1分"),
    ("产出", "数量", "管网完成率", "20", "完成率≥90%得20分，80%-90%得15分，80%以下不得分", "20", "管网完成率94.30%"),
    ("产出", "质量", "验收合格率", "20", "合格率达到100%得20分，每低1个百分点扣2分", "20", "验收合格率100%"),
    ("效益", "满意度", "群众满意度", "20", "满意度≥85%得20分，每降低1个百分点扣1分，扣完为止", "16", "群众满意度81.00%，扣4分"),
]  # fmt: skip
HEAD = "一级指标|二级指标|三级指标|分值|评分标准|得分|评分说明"


def sheet(*changes: tuple[str, int, str]) -> Table:
    """The sheet with cells changed: the indicator, the column, the new text. The total follows the scores."""
    rows = [list(row) for row in ROWS]
    for name, column, text in changes:
        [row] = [row for row in rows if row[2] == name]
        row[column] = text
    total = sum(float(row[5]) for row in rows)
    lines = [HEAD, *("|".join(row) for row in rows), f"合计|合计|合计|100||{total:g}|"]
    return table("\n".join(lines))


def found(*changes: tuple[str, int, str]) -> list[Finding]:
    _, findings = check("附件 评分表", sheet(*changes))
    return findings


def test_a_sheet_that_obeys_its_criteria() -> None:
    checks, findings = check("附件 评分表", sheet())
    assert alarms(findings) == []
    assert findings == []
    expressions = {c.expression for c in of_rule(checks, RULE)}
    assert {"2 + 3 = 5", "2.5 + 2.5 = 5", "5 - 4 = 1"} <= expressions
    scored = [c for c in of_rule(checks, RULE, "rule") if "→" in c.expression]
    assert len(scored) >= 5
    assert all(c.verdict == "consistent" for c in scored)


@pytest.mark.parametrize(
    ("changes", "title", "words"),
    [
        ([("目标明确", 4, "①已细化得2分；②可衡量得2.5分")], "评分标准分项与分值不符", "4.5"),
        ([("目标合理", 4, "①与上级政策一致得2分；②支出在预算以内得4分")], "评分标准分项与分值不符", "6"),
        ([("制度健全", 4, "该项满分8分。每发现一处缺失扣0.5分，扣完为止")], "评分标准满分与分值不符", "8分"),
        ([("资金到位率", 4, "得分=资金到位率×4分")], "评分标准满分与分值不符", "4分"),
        ([("资金到位率", 4, "4分×资金到位率")], "评分标准满分与分值不符", "4分"),
        ([("群众满意度", 5, "17.5"), ("群众满意度", 6, "满意度81.20%")], "得分与评分标准不符", "16.2"),
        ([("资金到位率", 5, "4.52"), ("资金到位率", 6, "资金到位率96.40%")], "得分与评分标准不符", "4.82"),
        ([("预算执行率", 6, "预算执行率为79.00%")], "得分与评分标准不符", "0.8"),
        ([("管网完成率", 6, "管网完成率84.30%")], "得分与评分标准不符", "15"),
        ([("管网完成率", 6, "管网完成率76.50%")], "得分与评分标准不符", "0分"),
        ([("验收合格率", 6, "验收合格率98.50%")], "得分与评分标准不符", "17"),
        ([("群众满意度", 6, "群众满意度92.00%")], "得分与评分标准不符", "20"),
        ([("制度健全", 6, "缺两项制度，扣2分")], "扣分与得分不符", "2"),
        ([("立项依据", 6, "均符合，本项指标得3分")], "指标得分前后不一致", "3"),
    ],
)
def test_what_breaks_the_criteria_is_found(changes: list[tuple[str, int, str]], title: str, words: str) -> None:
    [finding] = alarms(found(*changes))
    assert finding.title == title
    assert words in finding.explanation


def test_a_deduction_that_no_number_of_places_gives() -> None:
    findings = found(
        ("制度健全", 5, "9.2"), ("制度健全", 6, "部分制度缺失"),
        ("目标合理", 4, "目标合理得5分，每发现一处不合理扣0.5分"), ("目标合理", 6, "有两处不合理"),
    )  # fmt: skip
    [finding] = alarms(findings)
    assert "扣分单位" in finding.explanation


@pytest.mark.parametrize(
    "changes",
    [
        # Alternatives are no parts.
        [("目标明确", 4, "目标明确得5分，较明确得3分，不明确得1分")],
        # Parts that speak of limits, not alternatives.
        [("目标明确", 4, "①支出在预算以内，得2.5分；②单价不高于规定标准，得2.5分")],
        # Judgement.
        [("验收合格率", 4, "合格率达到100%得20分，否则酌情扣分"), ("验收合格率", 6, "验收合格率98.50%")],
        # Another rate than the rule's.
        [("验收合格率", 6, "问卷回收率88.50%")],
        # A target, the year before, and what a rule says.
        [("验收合格率", 6, "目标值为合格率98%，实际均合格")],
        [("验收合格率", 6, "上年合格率为97.00%，本年均合格")],
        [("验收合格率", 6, "根据评分标准“合格率达到95%得满分”，得满分")],
        # Two values: which is meant cannot be known.
        [("验收合格率", 6, "一标段验收合格率98.50%，二标段验收合格率100%")],
        # In proportion, as the author reads it.
        [("验收合格率", 4, "合格率达到100%得20分，否则按比例扣分"), ("验收合格率", 5, "18"), ("验收合格率", 6, "验收合格率98.50%")],
        # Points that the grammar does not read.
        [("验收合格率", 4, "合格率达到100%得20分，每低1个百分点扣2分，有投诉的加倍扣分"), ("验收合格率", 5, "15"),
         ("验收合格率", 6, "验收合格率98.50%")],
        # The base of the steps is a target that stands elsewhere.
        [("验收合格率", 4, "每低于目标值1个百分点扣2分"), ("验收合格率", 6, "验收合格率98.50%")],
        # The rest of the criteria was lost with a page.
        [("目标明确", 4, "①已细化得2.5分；②可衡量得1分；③"), ("目标合理", 4, "②有目标得1分；③目标与内容相关得3分")],
        # Rounded to what the sheet shows.
        [("资金到位率", 5, "4.82"), ("资金到位率", 6, "资金到位率96.37%，扣0.18分")],
        # Cells that a page broke.
        [("预算执行率", 4, "达到100%得满分，每低 于1个百分 点 扣0.2 分，扣完为止")],
    ],
)  # fmt: skip
def test_what_proves_nothing_is_no_alarm(changes: list[tuple[str, int, str]]) -> None:
    assert alarms(found(*changes)) == []


def test_the_value_can_stand_in_the_text_under_the_indicators_heading() -> None:
    criteria = sheet(("群众满意度", 6, ""))
    text = ["1.群众满意度（满分20分，得16分）", "问卷调查结果显示，群众满意度为81.00%。"]
    checks, findings = check(*text, "附件 评分表", criteria)
    assert {c.verdict for c in of_rule(checks, RULE, "rule") if "满意度" in c.expression} == {"consistent"}
    assert alarms(findings) == []
    _, findings = check(text[0], text[1].replace("81.00", "89.00"), "附件 评分表", criteria)
    [finding] = alarms(findings)
    assert "89.00%" in finding.explanation


def test_the_text_below_an_indicators_item_may_contradict_the_sheet() -> None:
    item = "▶C3群众满意度（满分20分，得16分）"
    text = "据街道汇总的回收问卷，全年满意度为{}%。按评分标准得16分。"
    _, findings = check("一、评价分析", item, text.format("81.00"), "附件 评分表", sheet())
    assert alarms(findings) == []
    _, findings = check("一、评价分析", item, text.format("86.00"), "附件 评分表", sheet())
    assert any("86.00%应得20分" in f.explanation for f in alarms(findings))


def test_criteria_that_nothing_else_proves_are_no_alarm() -> None:
    alone = table(
        """
        一级指标|二级指标|三级指标|分值|评分标准|得分
        决策|立项|立项依据|40|①符合政策得10分；②符合规划得20分|40
        产出|数量|完成数量|60|按计划完成|60
        合计|||100||100
        """
    )
    _, findings = check("附件 评分表", alone)
    assert alarms(findings) == []


@pytest.mark.parametrize("reason", ["实际逾期3天完工", "完工时间晚于合同约定，滞后3天"])
def test_days_late(reason: str) -> None:
    rule = ("验收合格率", 4, "按期完工得20分，每逾期1天扣2分，扣完为止")
    late = ("管网完成率", 4, "按期完工得20分，每延期1天扣1分，扣完为止")
    right = [rule, ("验收合格率", 5, "14"), ("验收合格率", 6, reason)]
    other = [late, ("管网完成率", 6, "延期2天")]
    checks, findings = check("附件 评分表", sheet(*right, late, ("管网完成率", 5, "18"), ("管网完成率", 6, "延期2天")))
    assert alarms(findings) == []
    assert [c.verdict for c in of_rule(checks, RULE) if "天" in c.expression] == ["consistent", "consistent"]
    [finding] = alarms(found(*right, *other))
    assert "18分" in finding.explanation


def test_a_count_that_need_not_be_the_rules_is_no_alarm() -> None:
    assert (
        alarms(
            found(("制度健全", 6, "5项制度由3项汇编，共有8项，扣1分"), ("制度健全", 4, "该项满分10分。每缺1项扣0.5分"))
        )
        == []
    )


def test_criteria_in_the_text_under_a_heading() -> None:
    def body(rate: str) -> list[str]:
        first = [
            "1.水质达标率（满分8分，得8分）",
            "水质达标率为96.00%。评分标准：达标率≥95%得8分，每低1个百分点扣1分，扣完为止。",
        ]
        second = [
            "2.养护完成率（满分6分，得4.5分）",
            f"养护完成率为{rate}%。根据评分细则“得分=完成率×权重”，本项指标得4.5分。",
        ]
        return [*first, *second]

    checks, findings = check(*body("75.00"))
    assert [c.verdict for c in of_rule(checks, RULE, "rule")] == ["consistent", "consistent"]
    assert alarms(findings) == []
    [finding] = alarms(check(*body("85.00"))[1])
    assert "5.1" in finding.explanation


def test_deductions_in_the_text_under_a_heading() -> None:
    text = ["1.资料齐全性（满分4分，得2.5分）", "部分资料未归档，扣1分；台账记录不全，扣0.5分。"]
    checks, findings = check(*text)
    assert [c.verdict for c in of_rule(checks, RULE, "difference")] == ["consistent"]
    assert alarms(findings) == []
    # A text need not name every deduction.
    _, findings = check(text[0], "部分资料未归档，扣1分。")
    assert alarms(findings) == []


@pytest.mark.parametrize(
    "reason",
    [
        "扣2分，一是缺少台账，扣1.5分；二是记录不全，扣0.5分。",
        "一是缺少台账，扣1.5分；二是记录不全，扣0.5分，共扣2分。",
    ],
)
def test_a_deduction_that_gathers_others(reason: str) -> None:
    right = [("制度健全", 5, "8"), ("制度健全", 6, reason)]
    checks, findings = check("附件 评分表", sheet(*right))
    assert alarms(findings) == []
    assert "1.5 + 0.5 = 2" in {c.expression for c in of_rule(checks, RULE, "sum")}
    [finding] = alarms(found(("制度健全", 5, "8"), ("制度健全", 6, reason.replace("1.5", "1.0"))))
    assert finding.title == "扣分与得分不符"


def test_one_text_of_criteria_for_several_indicators() -> None:
    shared = "该项满分10分，每缺一项扣1分"
    assert alarms(found(("目标合理", 4, shared), ("目标明确", 4, ""))) == []


FORM = """
一级指标|二级指标|三级指标|权重|计分办法|目标值|实际完成值|得分
决策|立项|立项依据|10|①符合政策得5分；②符合规划得5分|符合|符合|10
决策|目标|目标合理|10|①有目标得4分；②目标可考核得6分|合理|合理|10
过程|资金|预算执行率|20|执行率×20分|100%|96.50%|19.3
产出|数量|苗木栽植|20|按完成比例得分|100%|计划800株，实际720株|18
产出|质量|苗木成活率|20|每低于目标值1个百分点扣0.5分|≥95%|92.00%|18.5
效益|满意度|居民满意度|20|达到目标值得满分，每低1个百分点扣1分|90%|满意比例87.00%|17
合计|||100||||92.8
"""


def form(old: str = "", new: str = "") -> list[Finding]:
    text = FORM.replace(old, new, 1) if old else FORM
    lines = text.strip().splitlines()
    total = sum(float(line.rsplit("|", 1)[1]) for line in lines[1:-1])
    return check("附件 评分表", table("\n".join([*lines[:-1], f"合计|||100||||{total:g}"])))[1]


def test_values_and_targets_in_columns_of_their_own() -> None:
    assert alarms(form()) == []


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ("96.50%|19.3", "96.50%|19.8", "19.3"),
        ("720株|18", "720株|19", "18"),
        ("92.00%|18.5", "92.00%|19.5", "18.5"),
        ("满意比例87.00%|17", "满意比例87.00%|18", "17"),
        ("满意比例87.00%|17", "满意比例81.00%|17", "11"),
    ],
)
def test_a_score_that_columns_contradict(old: str, new: str, right: str) -> None:
    [finding] = alarms(form(old, new))
    assert finding.title == "得分与评分标准不符"
    assert f"应得{right}分" in finding.explanation


NAMES = """
一级|二级|三级|分值|得分
投入|资金|资金到位|30|30
产出|质量|证书取得率|40|{score}
效益|满意度|学员满意度|30|29
合计|||100|{total}
"""


def told(text: str, score: str = "38.5") -> list[Finding]:
    sheet = table(NAMES.format(score=score, total=f"{59 + float(score):g}"))
    paragraphs = ["四、指标分析", "（一）资金到位：资金足额到位，得30分。", text, "附件 评分表"]
    return check(*paragraphs, sheet)[1]


@pytest.mark.parametrize(
    "text",
    [
        "（二）证书取得率：取得率91.30%，目标95%，每低1个百分点扣0.5分，不足1个百分点不扣，扣1.5分，得38.5分。",
        "（二）证书取得率（40分）。取得率为92.10%，较目标低2.9个百分点，每低1个百分点扣0.5分（不足1个按1个计算），得38.5分。",
        "（二）证书取得率：实际92%，低于计划值3个百分点，按每低1个百分点扣0.5分的标准扣1.5分，得38.5分。",
    ],
)
def test_steps_that_a_paragraph_tells_whole(text: str) -> None:
    assert alarms(told(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "（二）证书取得率：取得率91.30%，目标95%，每低1个百分点扣0.5分，不足1个百分点不扣，扣2分，得38分。",
        "（二）证书取得率（40分）：取得率89.10%，目标值为95%，每低1个百分点扣0.5分，得38分。",
        "（二）证书取得率：实际90.00%，达到95%得满分，每低1个百分点扣0.5分，得38分。",
    ],
)
def test_a_paragraph_that_breaks_its_own_steps(text: str) -> None:
    [finding] = alarms(told(text, "38"))
    assert finding.title == "得分与评分标准不符"


def test_a_value_that_stands_elsewhere_in_the_report() -> None:
    rows = [
        ("群众满意度", 6, ""),
        ("管网完成率", 6, ""),
        ("管网完成率", 2, "供水管网完成率"),
    ]
    text = "全年供水管网完成率94.30%，问卷调查显示，群众满意度为{}%。"
    _, findings = check("一、实施情况", text.format("81.00"), "附件 评分表", sheet(*rows))
    assert alarms(findings) == []
    _, findings = check("一、实施情况", text.format("83.00"), "附件 评分表", sheet(*rows))
    [finding] = alarms(findings)
    assert "应得18分" in finding.explanation


PLAIN = table(
    """一级指标|三级指标|分值|得分
    决策|立项依据充分性|20|20
    过程|管理制度健全性|4|4
    过程|制度执行有效性|6|4.5
    产出|任务完成率|40|40
    效益|群众满意度|30|30
    合计||100|98.5"""
)


@pytest.mark.parametrize(
    ("paragraph", "right"),
    [
        (
            "管理制度健全性。评分标准：有资金办法得1分，有内控制度得1分，制度合规得1分。制度完备。本指标4分，得4分。",
            False,
        ),
        (
            "管理制度健全性。评分标准：有资金办法得1分，有内控制度得1分，制度合规得2分。制度完备。本指标4分，得4分。",
            True,
        ),
        (
            "制度执行有效性。评分标准为执行不到位的，每发现一处扣1分，扣完为止。经查两处未执行。该指标满分6分，得4.5分。",
            False,
        ),
        (
            "制度执行有效性。评分标准为执行不到位的，每发现一处扣0.5分，扣完为止。经查三处。该指标满分6分，得4.5分。",
            True,
        ),
    ],
)
def test_criteria_told_in_the_paragraph_on_an_indicator(paragraph: str, right: bool) -> None:
    _, findings = check("一、评分", PLAIN, "二、指标分析", paragraph)
    assert (alarms(findings) == []) == right


def test_execution_of_a_self_evaluation_form() -> None:
    form = """项目名称|道路照明||||主管部门|城管局|
        项目资金（万元）|年初预算数|全年预算数|全年执行数|分值|执行率|得分|
        年度资金总额|400.00|500.00|480.00|10|96.00%|{}|
        其中：上级补助|200.00|260.00|260.00|—|100.00%|—|
        本级资金|200.00|240.00|220.00|—|91.67%|—|
        一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因
        产出指标|数量指标|新装路灯数|300盏|300盏|30|30|无
        产出指标|质量指标|验收合格率|100%|100%|20|20|无
        效益指标|社会效益|夜间照明改善|明显|明显|30|28|宣传不足
        满意度指标|服务对象满意度|居民满意度|≥90%|92%|10|10|无
        总分|||||100|{}|"""
    assert not alarms(check("自评表", table(form.format("9.60", "97.60")))[1])
    [finding] = alarms(check("自评表", table(form.format("9.80", "97.80")))[1])
    assert "9.80" in finding.explanation and "96.00%" in finding.explanation
