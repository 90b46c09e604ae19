"""score.rollup: from leaf to total, in sheet, outline and sentences."""

from __future__ import annotations

import pytest

from extractor.document import Table
from tests.extractor.checks.building import alarms, check, of_rule, table

RULE = "score.rollup"

SHEET = """
一级指标|二级指标|三级指标|分值|评分标准|得分
决策（20分）|项目立项（12分）|立项依据充分性|6|依据充分得满分，每缺一项依据扣2分，扣完为止|6
||立项程序规范性|6|程序规范得满分，每有一处不规范扣1分，扣完为止|5
|绩效目标（8分）|绩效目标合理性|8|目标合理得满分，每有一处不合理扣1分，扣完为止|6
过程（30分）|资金管理（16分）|预算执行率|10|得分按预算执行率乘以分值计算，最多得满分|9.5
||资金使用合规性|6|合规得满分，每发现一处不合规扣2分，扣完为止|6
|组织实施（14分）|制度执行有效性|14|执行有效得满分，每发现一处未执行扣2分，扣完为止|12
产出（50分）|产出数量（25分）|任务完成率|25|按完成率得分，完成率达到百分之百得满分|25
|产出质量（25分）|验收合格率|25|按合格率得分，合格率达到百分之百得满分|22
合计|||100||91.5
"""


def test_sheet_that_adds_up() -> None:
    checks, findings = check(table(SHEET))
    assert findings == []
    assert {"100", "91.5"} <= {c.stated.text for c in checks if c.stated and c.kind == "sum"}
    assert {c.stated.text for c in of_rule(checks, RULE, "sum") if c.stated} >= {"20", "12", "30"}


def test_wrong_total_of_the_sheet() -> None:
    _, findings = check(table(SHEET.replace("91.5", "95.1")))
    [finding] = alarms(findings)
    assert "91.5" in finding.explanation
    assert any("换位" in cause for cause in finding.diagnosis)


def test_wrong_weight_of_a_group_is_named() -> None:
    _, findings = check(table(SHEET.replace("项目立项（12分）", "项目立项（13分）")))
    [finding] = alarms(findings)
    assert "项目立项" in finding.evidence[0].quote
    assert len(finding.checks) == 2  # its leaves, and the dimension above


def test_points_of_headings() -> None:
    def outline(third: str) -> tuple[object, list[object]]:
        checks, findings = check(
            "一、指标分析",
            "（一）产出情况",
            "1.产出数量（满分9分，实得8分）",
            "（1）课程开设数量（满分4分，实得4分）",
            "课程全部开设。",
            "（2）参训人数（满分3分，实得3分）",
            "人数达标。",
            third,
            "尚有部分未完成。",
        )
        return [c.verdict for c in of_rule(checks, RULE, "sum")], alarms(findings)  # type: ignore[return-value]

    assert outline("（3）教材编写数量（满分2分，实得1分）") == (["consistent", "consistent"], [])
    verdicts, found = outline("（3）教材编写数量（满分2分，实得2分）")
    assert verdicts == ["consistent", "inconsistent"]
    assert len(found) == 1


def test_heading_without_points_stops_the_sum() -> None:
    checks, _ = check(
        "一、指标分析",
        "（一）产出数量（满分9分，实得8分）",
        "1.课程开设数量（满分4分，实得4分）",
        "课程全部开设。",
        "2.参训人数",
        "人数达标。",
    )
    assert of_rule(checks, RULE, "sum") == []


def test_indicator_in_sheet_and_text() -> None:
    text = [
        "一、指标分析",
        "（一）验收合格率（满分25分，实得{}分）",
        "合格率未达到目标。",
        "附件：评分表",
        table(SHEET),
    ]
    checks, findings = check(*[t.format(22) if isinstance(t, str) else t for t in text])
    assert findings == []
    assert {c.expression for c in of_rule(checks, RULE, "equal")} == {"25 = 25", "22 = 22"}
    _, findings = check(*[t.format(24) if isinstance(t, str) else t for t in text])
    [finding] = alarms(findings)
    assert finding.title == "指标得分前后不一致"
    assert finding.consequences == []  # the sheet is right, and nothing is computed from the heading


def test_other_weight_means_another_indicator() -> None:
    """Scores are compared only where the weights agree: the difference in weight is what is wrong."""
    _, findings = check(
        "一、指标分析", "（一）验收合格率（满分20分，实得18分）", "未达到目标。", "附件：评分表", table(SHEET)
    )
    assert {f.title for f in alarms(findings)} == {"指标分值前后不一致"}


def test_total_in_words_against_the_sheet() -> None:
    checks, findings = check("经综合评价，该项目综合得分91.5分，评价等级为“优”。", table(SHEET))
    assert findings == []
    assert any(c.expression == "91.5 = 91.5" for c in of_rule(checks, RULE, "equal"))
    _, findings = check("经综合评价，该项目综合得分92.5分，评价等级为“优”。", table(SHEET))
    assert [f.title for f in alarms(findings)] == ["总分前后不一致"]


def test_dimensions_listed_in_a_sentence() -> None:
    sentence = (
        "本项目综合得分为{}分。其中，决策类指标满分20分，得分17分；过程类指标满分30分，得分27.5分；"
        "产出类指标满分50分，得分47分。"
    )
    checks, findings = check(sentence.format("91.5"), table(SHEET))
    assert findings == []
    assert "17 + 27.5 + 47 = 91.5" in [c.expression for c in of_rule(checks, RULE, "sum")]


def test_closing_score_without_points_in_the_heading_is_that_of_the_table() -> None:
    rows = "产出质量|达标率|10|10\n产出时效|及时率|10|8\n产出数量|开班率|12|12\n产出成本|节约率|6|5"
    sections = ["（一）达标率", "未发现质量问题。该项指标得{}分。", "（二）及时率", "有延误。该项指标得8分。", "（三）开班率",
                "全部开班。该项指标得12分。", "（四）节约率", "略有超支。该项指标得5分。"]  # fmt: skip
    start = ["一、产出情况", table(f"二级指标|三级指标|分值|得分\n{rows}")]
    _, findings = check(*start, *[s.format(10) for s in sections])
    assert findings == []
    _, findings = check(*start, *[s.format(70) for s in sections])
    [finding] = alarms(findings)
    assert "70" in finding.explanation and "达标率" in finding.explanation


DIMENSIONS = "维度|权重|得分\n政策制定|20|15\n政策实施|30|24.2\n政策效果|50|42.8\n合计|100|82"


@pytest.mark.parametrize(
    "listed",
    [
        "政策制定得15分，政策实施得24.2分，政策效果得{}分。",
        "其中：政策制定15分、政策实施24.2分、政策效果{}分。",
        "其中政策制定得分15分，政策实施得分为24.2分，政策效果得分{}分。",
    ],
)
def test_dimensions_listed_by_score_alone(listed: str) -> None:
    opening = "经综合评价，该项目综合得分82分，评价等级为“良”。"
    checks, findings = check("一、评价结论", opening + listed.format("42.8"), table(DIMENSIONS))
    assert findings == []
    assert any(
        c.kind == "sum" and len(c.operands) == 3 and c.stated and "综合得分" in c.stated.evidence.quote for c in checks
    )
    _, findings = check("一、评价结论", opening + listed.format("42.6"), table(DIMENSIONS))
    [finding] = alarms(findings)
    assert "“政策效果”正文得分为42.6分" in finding.explanation


def test_weights_listed_in_a_sentence_are_no_scores() -> None:
    for listed in (
        "政策制定20分、政策实施30分、政策效果50分，满分100分。",
        "评价总分为100分，其中政策制定20分，政策实施30分，政策效果50分。",
    ):
        _, findings = check("一、指标体系", listed, table(DIMENSIONS))
        assert findings == []


def test_indicators_listed_below_a_heading_add_up_to_its_points() -> None:
    items = ["⑴目标设定情况，满分20分，得15分。目标不明确。", "⑵组织管理水平，满分40分，得{}分。制度不健全。"]
    heading = "（一）业务指标得分情况（满分60分，得分45分）"
    assert check("一、绩效分析", heading, items[0], items[1].format(30))[1] == []
    _, findings = check("一、绩效分析", heading, items[0], items[1].format(33))
    [finding] = alarms(findings)
    assert "按15 + 33计算应为48分" in finding.explanation


def test_score_of_the_self_evaluation_in_text_and_table() -> None:
    sheet = "一级指标|分值|自评得分|复核得分\n决策|20|20|15.5\n过程|20|19|15.4\n产出|60|58|47.9\n合计|100|97|78.8"
    assert check("主管部门自行评价，自评得分97分。", table(sheet))[1] == []
    [finding] = alarms(check("主管部门自行评价，自评得分98分。", table(sheet))[1])
    assert "自评得分为98分" in finding.explanation and "97分" in finding.explanation
    assert alarms(check("其中甲县自评得分98分，乙县自评得分95分。", table(sheet))[1]) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "政策制定指标权重{}%。政策实施指标权重设置为30%。政策效果指标权重50%。",
        "指标体系共设置政策制定（{}分）、政策实施（30分）和政策效果（50分）3个一级指标。",
        "体系由政策制定、政策实施和政策效果三个一级指标构成，权重分别为{}%、30%、50%。",
    ],
)
def test_weights_in_a_sentence(sentence: str) -> None:
    assert check("一、指标体系", sentence.format(20), table(DIMENSIONS))[1] == []
    [finding] = alarms(check("一、指标体系", sentence.format(25), table(DIMENSIONS))[1])
    assert "“政策制定”正文权重为25" in finding.explanation


@pytest.mark.parametrize(("total", "wrong"), [("95.37", 0), ("95.73", 1)])
def test_parts_listed_behind_the_score_of_a_self_evaluation(total: str, wrong: int) -> None:
    _, findings = check(
        "一、评价结论",
        f"经自评，项目自评得分为{total}分，评价等级为“优”。其中：预算执行率指标10分，得9.12分；产出指标50分，得47.75分；"
        "效益指标30分，得28.50分；满意度指标10分，得10分。",
        table("""
        一级指标|三级指标|分值|得分
        产出|维修渠道|50|47.75
        效益|受益村庄|30|28.50
        满意度|农户满意度|10|10
        """),
    )
    assert [f.explanation.count("95.37") for f in alarms(findings)] == [1] * wrong


@pytest.mark.parametrize(("score", "wrong"), [("7.10", 0), ("7.30", 1), ("71.00", 0)])
def test_weight_in_per_cent_in_a_heading(score: str, wrong: int) -> None:
    """A score beyond its weight is out of 100: nothing is said of it."""
    _, findings = check(
        "一、评价结论",
        table("""
        指标|投入|过程|产出|效益|合计
        权重|10|30|35|25|100
        得分|7.10|24.00|30.00|20.00|81.10
        """),
        "二、绩效分析",
        f"（一）投入（权重10%，得分{score}分）",
        "投入基本合理，但有一处库存超出标准，该项扣1分。",
    )
    assert len(alarms(findings)) == wrong


@pytest.mark.parametrize(("others", "wrong"), [(8, 1), (2, 0)])
def test_deductions_in_the_reasons_of_a_sheet(others: int, wrong: int) -> None:
    """One reason that does not explain its score is wrong only in a sheet whose other reasons do."""
    names = "设备安装 管线铺设 人员培训 档案整理 验收组织 宣传活动 巡查次数 维修及时".split()
    rows = [f"产出|{name}|10|9|资料不全，扣{1 if n < others else 2}分" for n, name in enumerate(names)]
    sheet = "\n".join(
        ["一级指标|三级指标|分值|得分|扣分原因", *rows, "效益|群众知晓|20|16.5|宣传不足，扣2分", "合计||100|88.5|"]
    )
    _, findings = check(table(sheet))
    assert len(alarms(findings)) == wrong


ITEMS = [
    "一、指标分析",
    "（一）制度建设",
    "该指标分值6分，得分{}分，得分率75%。",
    "①管理办法的制定得分2分，得分率100%。办法已经印发。",
    "②执行记录的留存得分{}分，得分率50%。部分记录缺失，此项指标按比例扣分，得1分。",
    "③台账的登记得分1.5分，得分率75%。登记不够及时。",
]
ITEM_SHEET = """一级指标|二级指标|三级指标|分值|评分标准|得分
过程|制度建设|是否制定管理办法|2|已制定得满分，未制定不得分，内容不全酌情扣分|2
||记录是否按要求留存|2|留存完整得满分，每缺少一份记录扣减一定分数|1
||是否建立并登记台账|2|登记及时得满分，每有一笔登记不及时酌情扣分|1.5
产出|完成情况|设备购置数量|54|按完成率计算得分，完成率达到百分之百得满分|54
效益|社会效益|群众知晓程度|40|按知晓率计算得分，知晓率达到百分之九十得满分|40
合计|||100||98.5"""


def test_items_of_a_text_and_leaves_of_a_sheet_by_their_order() -> None:
    """Text and sheet call the indicators by other names, but list them in one order."""
    right = [t.format("4.5") if "该指标" in t else t.format("1") for t in ITEMS]
    checks, findings = check(table(ITEM_SHEET), *right)
    assert alarms(findings) == []
    assert "1.5 ÷ 2 × 100% = 75%" in {c.expression for c in of_rule(checks, RULE, "ratio")}
    assert "2 + 1 + 1.5 = 4.5" in {c.expression for c in of_rule(checks, RULE, "sum")}
    wrong = [t.format("4.5") if "该指标" in t else t.format("1.6") for t in ITEMS]
    _, findings = check(table(ITEM_SHEET), *wrong)
    [finding] = alarms(findings)
    assert "1.6" in finding.evidence[0].quote
    assert "改为1分后均相符" in finding.explanation


def test_weights_in_turn_without_the_word() -> None:
    sentence = "本项目指标体系设决策、过程、产出、效益四个一级指标，分别占比20%、30%、{}%、20%。"
    summary = "一级指标|分值|得分\n决策|20|18\n过程|30|27\n产出|30|26\n效益|20|19\n合计|100|90"
    _, findings = check(sentence.format(30), table(summary))
    assert findings == []
    _, findings = check(sentence.format(35), table(summary))
    assert len(alarms(findings)) == 1


def test_total_from_rates_and_weights_of_the_dimensions() -> None:
    items = [
        "指标体系中决策、过程、产出、效益权重分别为20%、20%、30%、30%。",
        "经评价，本项目绩效评价综合得分为{}分，评价等级为“良”。其中决策、过程、产出、效益的得分率分别为80%、75%、85%、95%。",
        table("一级指标|分值\n决策|20\n过程|20\n产出|30\n效益|30\n合计|100"),
    ]
    checks, findings = check(*[i.format("85") if isinstance(i, str) else i for i in items])
    assert [c.verdict for c in of_rule(checks, RULE, "weighted")] == ["consistent"]
    assert alarms(findings) == []
    _, findings = check(*[i.format("88") if isinstance(i, str) else i for i in items])
    assert len(alarms(findings)) == 1


def test_total_of_the_deductions() -> None:
    sheet = """一级指标|二级指标|三级指标|分值|评分标准|得分|扣分
决策|项目立项|立项依据充分性|20|依据充分得满分，每缺少一项依据扣一定分数|20|
过程|资金管理|预算执行率|30|按预算执行率计算得分，最多得满分不再增加|27|3
产出|产出数量|任务完成率|50|按任务完成率计算得分，完成率百分之百得满分|45|5
合计|||100||92|{}"""
    checks, findings = check(table(sheet.format(8)))
    assert alarms(findings) == []
    assert "100 - 92 = 8" in {c.expression for c in checks}
    _, findings = check(table(sheet.format(9)))
    assert len(alarms(findings)) == 1


def test_weights_of_all_dimensions_make_a_hundred() -> None:
    sentence = "本项目指标体系中决策、过程、产出、效益权重分别为20%、30%、30%、{}%。"
    summary = "一级指标|分值|得分\n决策|20|18\n过程|30|27\n产出|30|26\n效益|20|19\n合计|100|90"
    _, findings = check(sentence.format(20), table(summary))
    assert findings == []
    _, findings = check(sentence.format(25), table(summary))
    assert any("应为100" in f.explanation or "25" in f.explanation for f in alarms(findings))
    assert len(alarms(findings)) == 1


@pytest.mark.parametrize(
    "closing", ["产出部分得分{}分，得分率94%。", "本项得分{}分，得分率94%。", "4.3.9 小结：项目产出得分{}分。"]
)
def test_what_closes_a_section(closing: str) -> None:
    text = [
        "一、指标分析",
        "（一）产出（满分50分，得47分）",
        "任务全部完成，验收有个别返工。",
        closing,
        "附件：评分表",
        table(SHEET),
    ]
    _, findings = check(*[t.format("47") if isinstance(t, str) else t for t in text])
    assert findings == []
    _, findings = check(*[t.format("45") if isinstance(t, str) else t for t in text])
    [finding] = alarms(findings)
    assert "45" in finding.explanation


@pytest.mark.parametrize(
    "item",
    [
        "3.制度执行有效性：抽查台账8份，其中2份未签字，扣2分，得{}分。",
        "（3）制度执行有效性（14分）：抽查发现两处未执行，每处扣1分。该指标得{}分。",
        "B3 制度执行有效性（14分）：达到要求得14分，两处未执行，扣2分，得{}分。",
    ],
)
def test_indicator_that_opens_a_paragraph(item: str) -> None:
    text = ["一、指标分析", "2.资金使用合规性：未发现挪用，6分全得。", item, "附件：评分表", table(SHEET)]
    _, findings = check(*[t.format("12") if isinstance(t, str) else t for t in text])
    assert findings == []
    _, findings = check(*[t.format("12.5") if isinstance(t, str) else t for t in text])
    assert any("12.5" in f.explanation for f in alarms(findings))


def test_score_of_an_item_is_not_that_of_its_section() -> None:
    _, findings = check(
        "一、指标分析",
        "4.2 过程（分值30分，得分27.5分）",
        "4.2.1 预算执行率。执行率95%，本项得分=10×95%=9.5分。",
        "附件：评分表",
        table(SHEET),
    )
    assert findings == []


def test_weights_in_turn() -> None:
    sentence = "决策、过程、产出三部分分值依次为20分、{}分、{}分。"
    assert check(sentence.format(30, 50), table(SHEET))[1] == []
    _, findings = check(sentence.format(50, 30), table(SHEET))
    assert {f.title for f in alarms(findings)} == {"指标分值前后不一致"}


def test_total_brought_to_a_hundred() -> None:
    """A sheet of 95 points: the overall score is that of the sheet by 95, not a copy of it."""
    sheet = (
        SHEET.replace("产出（50分）", "产出（45分）")
        .replace(
            "|产出质量（25分）|验收合格率|25|按合格率得分，合格率达到百分之百得满分|22",
            "|产出质量（20分）|验收合格率|20|按合格率得分，合格率达到百分之百得满分|17",
        )
        .replace("合计|||100||91.5", "合计|||95||86.5")
    )
    sentence = "项目原始得分86.5分，折算后最终得分{}分，绩效等级为“优”。"
    assert alarms(check(sentence.format("91.05"), table(sheet))[1]) == []
    [finding] = alarms(check(sentence.format("91.50"), table(sheet))[1])
    assert "91.05" in finding.explanation


def test_leaf_above_its_weight() -> None:
    rows = "\n".join(f"||指标{n}甲乙|5|按情况打分，有一处不符扣1分|4" for n in "一二三四五六七八九")
    sheet = f"一级指标|二级指标|三级指标|分值|评分标准|得分\n{rows}\n||指标十甲乙|5|按情况打分，有一处不符扣1分|6"
    _, findings = check(table(sheet))
    assert any("超过其满分5分" in f.explanation for f in alarms(findings))


def test_sheets_that_score_an_object_each_are_not_compared() -> None:
    def sheet(*scores: str) -> Table:
        names = ("立项依据充分性", "绩效目标明确性", "预算执行率", "任务完成率", "群众满意度")
        weights = (10, 10, 20, 30, 30)
        kinds = ("决策", "决策", "过程", "产出", "效益")
        rows = [f"{k}|{n}|{w}|{s}" for k, n, w, s in zip(kinds, names, weights, scores, strict=True)]
        return table("\n".join(["一级指标|三级指标|分值|得分", *rows, f"合计||100|{sum(map(float, scores)):g}"]))

    first, second = sheet("10", "8", "18.6", "30", "27"), sheet("10", "10", "19.4", "26", "27")
    assert not alarms(check("子项目一评价表", first, "子项目二评价表", second)[1])
    copied = sheet("10", "8", "18.6", "30", "26")
    assert alarms(check("表1 评分表", first, "附件 评分表", copied)[1])


def test_tables_without_a_total_that_score_an_object_each_are_not_compared() -> None:
    def section(*scores: str) -> Table:
        names = ("立项依据充分性", "绩效目标明确性", "预算执行率", "任务完成率", "群众满意度")
        rows = [f"决策|{n}|20|{s}" for n, s in zip(names, scores, strict=True)]
        return table("\n".join(["一级指标|三级指标|分值|得分", *rows]))

    first, second = section("20", "18", "18.6", "20", "17"), section("16", "18", "19.4", "15", "20")
    told = "立项依据充分，任务完成率得15分。"
    assert not alarms(check("附表1 渠道项目", first, "附表2 泵站项目", second, "二、泵站项目", told)[1])


def test_scores_of_a_hundred_each_are_no_parts_of_the_overall_score() -> None:
    sheet = table(
        "子项目|得分|权重|加权得分\n渠道项目|90.00|40%|36.00\n泵站项目|80.00|40%|32.00\n水闸项目|85.00|20%|17.00\n合计|||85.00"
    )
    told = "项目综合得分85.00分。其中渠道项目90.00分、泵站项目80.00分、水闸项目85.00分。"
    assert not alarms(check("一、评价结论", told, sheet)[1])


SECTION = """
一级指标|二级指标|三级指标|分值|得分|得分率（%）
过程|资金管理|资金到位率|4|4.0|100.00%
||预算执行率|5|3.5|70.00%
|组织实施|制度执行有效性|6|4.0|66.67%
||档案管理规范性|3|3.0|100.00%
||小计|{}
"""


@pytest.mark.parametrize(("row", "wrong"), [("|78|14.5", "78"), ("78|14.5|", "78"), ("18|19.5|", "19.5")])
def test_row_of_sums_is_proven_by_its_other_number(row: str, wrong: str) -> None:
    """Wherever its numbers stand: rows of sums are often shifted to the right."""
    _, findings = check("一、指标分析", "（二）过程情况", table(SECTION.format(row)))
    [finding] = alarms(findings)
    assert wrong in finding.explanation and "小计" in finding.evidence[0].quote


@pytest.mark.parametrize("row", ["|18|14.5", "18|14.5|80.56%", "|78|19.5"])
def test_row_of_sums_that_holds_or_proves_nothing(row: str) -> None:
    _, findings = check("一、指标分析", "（二）过程情况", table(SECTION.format(row)))
    assert alarms(findings) == []


def test_group_below_a_dimension_whose_name_was_lost() -> None:
    def examined(points: str) -> list[str]:
        lost = SHEET.replace("产出（50分）|产出数量（25分）", f"|产出数量（{points}分）")
        summary = "一级指标|分值|得分\n决策|20|17\n过程|30|27.5\n产出|50|47\n合计|100|91.5"
        return [f.explanation for f in alarms(check(table(summary), table(lost))[1])]

    assert examined("25") == []
    [explanation] = examined("52")
    assert "产出数量" in explanation
