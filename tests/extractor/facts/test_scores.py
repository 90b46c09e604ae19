"""Indicators read from score sheets in the forms that agencies print them in."""

from decimal import Decimal

import pytest

from extractor.document import Block, Cell, Document, Paragraph, Table
from extractor.facts import extract
from extractor.layout import lay_out
from extractor.result import Indicator

Leaf = tuple[str, str | None, str | None]

LEAVES: list[Leaf] = [
    ("决策/项目立项/立项依据充分性", "5", "5"),
    ("决策/项目立项/立项程序规范性", "5", "4"),
    ("决策/绩效目标/绩效目标合理性", "10", "8"),
    ("过程/资金管理/资金到位率", "10", "10"),
    ("过程/资金管理/预算执行率", "20", "15.5"),
    ("效益/社会效益/受益群众覆盖率", "50", "50"),
]


def table(text: str, after_break: bool = False) -> Table:
    """Rows with | between the cells; ^ stands for the cell above, < for the cell to the left, merged."""
    rows: list[list[Cell]] = []
    for r, line in enumerate(text.strip("\n").split("\n")):
        row: list[Cell] = []
        for c, word in enumerate(part.strip() for part in line.split("|")):
            if word == "^":
                rows[-1][c].row_span += 1
                row.append(rows[-1][c])
            elif word == "<":
                row[-1].column_span += 1
                row.append(row[-1])
            else:
                row.append(Cell(text=word, row=r, column=c))
        rows.append(row)
    return Table(rows=rows, after_break=after_break)


def document(*blocks: Block | str) -> Document:
    return lay_out(Document("txt", [Paragraph(b) if isinstance(b, str) else b for b in blocks]))[0]


def number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def leaves(*blocks: Block | str) -> list[Leaf]:
    return [("/".join(i.path), number(i.weight), number(i.score)) for i in indicators(*blocks)]


def indicators(*blocks: Block | str) -> list[Indicator]:
    return extract(document(*blocks)).indicators


def dimensions(*blocks: Block | str) -> list[tuple[str, str | None, str | None, str | None]]:
    found = extract(document(*blocks)).dimensions
    return [(d.name, number(d.weight), number(d.score), number(d.rate)) for d in found]


FORMS = {
    "weights and scores in columns, blanks for merged labels": """
一级指标|二级指标|三级指标|分值|得分
决策|项目立项|立项依据充分性|5|5
||立项程序规范性|5|4
|绩效目标|绩效目标合理性|10|8
过程|资金管理|资金到位率|10|10
||预算执行率|20|15.5
效益|社会效益|受益群众覆盖率|50|50
合计|||100|92.5""",
    "merged labels, points in the names": """
一级指标|二级指标|三级指标|评分标准|得分
决策（20分）|项目立项（10分）|立项依据充分性（5分）|符合政策和规划的得满分，否则不得分。|5
^|^|立项程序规范性（5分）|程序完整得满分，每缺一项材料扣1分。|4
^|绩效目标（10分）|绩效目标合理性（10分）|目标与任务相符得满分，否则酌情扣分。|8
过程（30分）|资金管理（30分）|资金到位率（10分）|按到位率乘以分值计算本项得分。|10
^|^|预算执行率（20分）|按执行率乘以分值计算本项得分。|15.5
效益（50分）|社会效益（50分）|受益群众覆盖率（50分）|按覆盖率乘以分值计算本项得分。|50
总分||||92.5""",
    "codes before names": """
一级指标|二级指标|三级指标|分值|得分
A决策（20分）|A1项目立项|A11立项依据充分性|5|5
||A12 立项程序规范性|5|4
|A2绩效目标|A21绩效目标合理性|10|8
B过程（30分）|B1资金管理|B11资金到位率|10|10
||B12预算执行率|20|15.5
C效益（50分）|C1社会效益|C11受益群众覆盖率|50|50
总计|||100|92.5""",
    "pairs of name and weight, weights in percent": """
一级指标|权重|二级指标|权重|三级指标|权重|得分
决策|20%|项目立项|10%|立项依据充分性|5%|5
||||立项程序规范性|5%|4
||绩效目标|10%|绩效目标合理性|10%|8
过程|30%|资金管理|30%|资金到位率|10%|10
||||预算执行率|20%|15.5
效益|50%|社会效益|50%|受益群众覆盖率|50%|50
合计|100%||100%||100%|92.5""",
    "score and weight as a fraction": """
一级指标|二级指标|三级指标|得分/满分
决策|项目立项|立项依据充分性|5/5
||立项程序规范性|4/5
|绩效目标|绩效目标合理性|8/10
过程|资金管理|资金到位率|10/10
||预算执行率|15.5/20
效益|社会效益|受益群众覆盖率|50/50""",
    "self-evaluation beside the evaluation": """
一级指标|二级指标|三级指标|分值|自评得分|评价得分
决策|项目立项|立项依据充分性|5|5|5
||立项程序规范性|5|5|4
|绩效目标|绩效目标合理性|10|10|8
过程|资金管理|资金到位率|10|10|10
||预算执行率|20|19|15.5
效益|社会效益|受益群众覆盖率|50|50|50
合计|||100|99|92.5""",
    "a column headed score that holds the weight": """
一级指标|二级指标|三级指标|指标得分|评价分数
决策|项目立项|立项依据充分性|5|5
||立项程序规范性|5|4
|绩效目标|绩效目标合理性|10|8
过程|资金管理|资金到位率|10|10
||预算执行率|20|15.5
效益|社会效益|受益群众覆盖率|50|50
合计|||100|92.5""",
    "deductions between weight and score": """
一级指标|二级指标|三级指标|分值|扣分|得分|扣分原因
决策|项目立项|立项依据充分性|5||5|
||立项程序规范性|5|1|4|缺少评审材料
|绩效目标|绩效目标合理性|10|2|8|目标未细化
过程|资金管理|资金到位率|10||10|
||预算执行率|20|4.5|15.5|支出进度慢
效益|社会效益|受益群众覆盖率|50||50|
合计|||100|7.5|92.5|""",
    "dimensions as rows across the table": """
二级指标|三级指标|分值|得分
决策（20分）|<|<|<
项目立项|立项依据充分性|5|5
|立项程序规范性|5|4
绩效目标|绩效目标合理性|10|8
过程（30分）|<|<|<
资金管理|资金到位率|10|10
|预算执行率|20|15.5
效益（50分）|<|<|<
社会效益|受益群众覆盖率|50|50
合计||100|92.5""",
    "one column of numbered names": """
评价指标|分值|得分|得分率
一、决策|20|17|85%
（一）项目立项|10|9|90%
1.立项依据充分性|5|5|100%
2.立项程序规范性|5|4|80%
（二）绩效目标|10|8|80%
1.绩效目标合理性|10|8|80%
二、过程|30|25.5|85%
（一）资金管理|30|25.5|85%
1.资金到位率|10|10|100%
2.预算执行率|20|15.5|77.5%
三、效益|50|50|100%
（一）社会效益|50|50|100%
1.受益群众覆盖率|50|50|100%
合计|100|92.5|92.5%""",
    "labels written again in every row": """
一级指标|二级指标|三级指标|分值|得分
决策|项目立项|立项依据充分性|5|5
决策|项目立项|立项程序规范性|5|4
决策|绩效目标|绩效目标合理性|10|8
过程|资金管理|资金到位率|10|10
过程|资金管理|预算执行率|20|15.5
效益|社会效益|受益群众覆盖率|50|50
合计|||100|92.5""",
    "a label that slipped rows down at a page break": """
一级指标|二级指标|三级指标|分值|得分
决策（20分）|项目立项（10分）|立项依据充分性|5|5
||立项程序规范性|5|4
|绩效目标（10分）|绩效目标合理性|10|8
|资金管理（30分）|资金到位率|10|10
过程（30分）||预算执行率|20|15.5
效益（50分）|社会效益（50分）|受益群众覆盖率|50|50
合计|||100|92.5""",
    "rows shifted left where the merged labels were lost": """
一级指标|二级指标|三级指标|分值|评分标准|得分|扣分原因
决策（20分）|项目立项|立项依据充分性|5|符合政策、职责和发展规划的，得满分；否则不得分。|5|立项依据充分，与职责和规划都相符，不扣分。
立项程序规范性|5|程序完整、材料齐全的，得满分；每缺一项材料扣1分。|4|缺少事前评审材料，按标准扣1分，得4分。||
绩效目标|绩效目标合理性|10|目标明确并与任务相符的，得满分；否则酌情扣分。|8|目标与年度任务不完全相符，酌情扣2分。||
过程（30分）|资金管理|资金到位率|10|按照到位率乘以本项分值计算得分，不超过满分。|10|资金于年初全部到位，到位率百分之百。
||预算执行率|20|按照执行率乘以本项分值计算得分，不超过满分。|15.5|年末仍有部分资金没有支付，执行率较低。
效益（50分）|社会效益|受益群众覆盖率|50|按照覆盖率乘以本项分值计算得分，不超过满分。|50|计划内的群众全部受益，覆盖率百分之百。
合计|||100||92.5|""",
    "codes in columns of their own under two rows of header": """
一级指标|<|<|二级指标|<|三级指标|<|<|复核得分|扣分说明
代码|名称|权重|代码|名称|代码|名称|权重|^|^
A|决策|20|A1|项目立项|A11|立项依据充分性|5|5|
|||||A12|立项程序规范性|5|4|缺评审
|||A2|绩效目标|A21|绩效目标合理性|10|8|未细化
B|过程|30|B1|资金管理|B11|资金到位率|10|10|
|||||B12|预算执行率|20|15.5|77.5%
C|效益|50|C1|社会效益|C11|受益群众覆盖率|50|50|100%
合计||100|||||100|92.5|""",
    "bands with sums below each": """
指标名称|<|分值|得分
一、决策|<|<|<
项目立项|立项依据充分性|5|5
|立项程序规范性|5|4
绩效目标|绩效目标合理性|10|8
小计||20|17
二、过程|<|<|<
资金管理|资金到位率|10|10
|预算执行率|20|15.5
小计||30|25.5
三、效益|<|<|<
社会效益|受益群众覆盖率|50|50
小计||50|50
合计||100|92.5""",
    "bands with their sums in the row": """
二级指标|三级指标|分值|得分|得分率
决策指标||20|17|85%
项目立项|立项依据充分性|5|5|100%
|立项程序规范性|5|4|80%
绩效目标|绩效目标合理性|10|8|80%
过程指标||30|25.5|85%
资金管理|资金到位率|10|10|100%
|预算执行率|20|15.5|77.5%
效益指标||50|50|100%
社会效益|受益群众覆盖率|50|50|100%
合计||100|92.5|92.5%""",
    "a panel's marks and their mean": """
一级指标|二级指标|三级指标|满分|专家1|专家2|专家3|平均得分
决策|项目立项|立项依据充分性|5|5|5|5|5
||立项程序规范性|5|3|4|5|4
|绩效目标|绩效目标合理性|10|8|7|9|8
过程|资金管理|资金到位率|10|10|10|10|10
||预算执行率|20|15|16|15.5|15.5
效益|社会效益|受益群众覆盖率|50|50|50|50|50
合计|||100|91|92|94.5|92.5""",
    "targets and what was reached as bare numbers": """
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因
决策|项目立项|立项依据充分性|3|3|5|5|
||立项程序规范性|4|3|5|4|缺评审
|绩效目标|绩效目标合理性|100|90|10|8|
过程|资金管理|资金到位率|100|100|10|10|
||预算执行率|95|77.5|20|15.5|支出慢
效益|社会效益|受益群众覆盖率|1200|1260|50|50|
总分||||||92.5|""",
    "marks out of a hundred, then weighted": """
一级指标|二级指标|三级指标|权重|百分制得分|加权得分
决策|项目立项|立项依据充分性|5%|100|5
||立项程序规范性|5%|80|4
|绩效目标|绩效目标合理性|10%|80|8
过程|资金管理|资金到位率|10%|100|10
||预算执行率|20%|77.5|15.5
效益|社会效益|受益群众覆盖率|50%|100|50
合计|||100%||92.5""",
    "points with their unit, names of other words": """
考评维度|考评内容|考评要点|基准分|核定分
决策|项目立项|立项依据充分性|5分|5分
||立项程序规范性|5分|4分
|绩效目标|绩效目标合理性|10分|8分
过程|资金管理|资金到位率|10分|10分
||预算执行率|20分|15.5分
效益|社会效益|受益群众覆盖率|50分|50分
合计|||100分|92.5分""",
    "numbers of an outline before the names": """
指标|满分|实得分
1 决策|20|17
1.1 项目立项|10|9
1.1.1 立项依据充分性|5|5
1.1.2 立项程序规范性|5|4
1.2 绩效目标|10|8
1.2.1 绩效目标合理性|10|8
2 过程|30|25.5
2.1 资金管理|30|25.5
2.1.1 资金到位率|10|10
2.1.2 预算执行率|20|15.5
3 效益|50|50
3.1 社会效益|50|50
3.1.1 受益群众覆盖率|50|50
合计|100|92.5""",
    "a grade beside the score, serial numbers in Chinese": """
序号|一级指标|二级指标|三级指标|标准分|等级|评审得分
一|决策|项目立项|立项依据充分性|5|A|5
|||立项程序规范性|5|B|4
||绩效目标|绩效目标合理性|10|B|8
二|过程|资金管理|资金到位率|10|A|10
|||预算执行率|20|C|15.5
三|效益|社会效益|受益群众覆盖率|50|A|50
合计||||100||92.5""",
    "names in letters apart, score first": """
一级 指标|二级 指标|三级 指标|得 分|权 重|评 分 说 明
决 策|项目立项|立项依据充分性|5|5|符合规划
||立项程序规范性|4|5|缺评审意见
|绩效目标|绩效目标合理性|8|10|目标未细化
过 程|资金管理|资金到位率|10|10|全部到位
||预算执行率|15.5|20|执行率77.5%
效 益|社会效益|受益群众覆盖率|50|50|覆盖全部
合 计|||92.5|100|""",
    "self-evaluation, review and final score": """
一级指标|二级指标|三级指标|分值|自评分|复核分|最终得分
决策|项目立项|立项依据充分性|5|5|5|5
||立项程序规范性|5|5|3|4
|绩效目标|绩效目标合理性|10|10|8|8
过程|资金管理|资金到位率|10|10|10|10
||预算执行率|20|19|16|15.5
效益|社会效益|受益群众覆盖率|50|50|50|50
合计|||100|99|92|92.5""",
    "serial numbers for each leaf, weights of groups in brackets": """
序号|一级指标|二级指标|三级指标|权重|评分办法|得分
1|决策（20%）|项目立项（10%）|立项依据充分性|5%|有依据得满分|5
2|||立项程序规范性|5%|每缺一项扣1分|4
3||绩效目标（10%）|绩效目标合理性|10%|酌情扣分|8
4|过程（30%）|资金管理（30%）|资金到位率|10%|到位率×权重|10
5|||预算执行率|20%|执行率×权重|15.5
6|效益（50%）|社会效益（50%）|受益群众覆盖率|50%|覆盖率×权重|50
|合计|||100%||92.5""",
    "leaf names with their explanation in the cell": """
一级指标|二级指标|三级指标及解释|分值|得分
决策|项目立项|立项依据充分性：项目立项是否符合法律法规、发展规划和部门职责。|5|5
||立项程序规范性：项目是否按照规定的程序申请设立，资料是否齐全。|5|4
|绩效目标|绩效目标合理性：绩效目标是否依据充分、与客观实际相符。|10|8
过程|资金管理|资金到位率：实际到位资金与计划投入资金的比率。|10|10
||预算执行率：实际支出资金与实际到位资金的比率，用以反映执行。|20|15.5
效益|社会效益|受益群众覆盖率：实际受益群众占应当受益群众的比例，反映公平。|50|50
合计|||100|92.5""",
    "the explanation before the third level's points": """
一级指标|二级指标|三级指标|指标说明|评分标准|权重|得分|得分依据
决策|项目立项|立项依据充分性|依据|1项不符扣1分|5|5|3份文件
||立项程序规范性|程序|1项不符扣1分|5|4|缺1份
|绩效目标|绩效目标合理性|合理|1项不符扣2分|10|8|1项不符
过程|资金管理|资金到位率|到位|100%|10|10|100%
||预算执行率|执行|≥90%|20|15.5|77.5%
效益|社会效益|受益群众覆盖率|覆盖|≥95%|50|50|96%
合计|||||100|92.5|""",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_sheet_gives_the_same_leaves(form: str) -> None:
    assert leaves(table(FORMS[form])) == LEAVES


def test_a_blank_last_level_makes_the_level_above_the_leaf() -> None:
    sheet = """
一级指标|二级指标|三级指标|四级指标|分值|得分
决策|项目立项|立项依据|政策相符性|20|20
|||职责相符性|10|8
过程|资金管理|预算执行率|—|30|25
效益|满意度|群众满意度||40|40
合计||||100|93"""
    assert leaves(table(sheet)) == [
        ("决策/项目立项/立项依据/政策相符性", "20", "20"),
        ("决策/项目立项/立项依据/职责相符性", "10", "8"),
        ("过程/资金管理/预算执行率", "30", "25"),
        ("效益/满意度/群众满意度", "40", "40"),
    ]


def test_a_level_beyond_the_explanation_is_told_by_its_points() -> None:
    sheet = """
一级指标|二级指标|指标解释|评价要点|分值|得分
决策（40分）|绩效目标（40分）|考核绩效目标是否明确并与工作任务相符的程度|①目标是否明确（25分）|25|25
||考核绩效目标是否明确并与工作任务相符的程度|②目标是否细化（15分）|15|10
产出（60分）|产出数量（60分）|考核计划任务的完成程度和完成质量的达标程度|①任务完成率（60分）|60|60
合计||||100|95"""
    assert leaves(table(sheet)) == [
        ("决策/绩效目标/目标是否明确", "25", "25"),
        ("决策/绩效目标/目标是否细化", "15", "10"),
        ("产出/产出数量/任务完成率", "60", "60"),
    ]


def test_criteria_and_reason_come_from_their_columns() -> None:
    sheet = """
一级指标|二级指标|分值|指标解释|评分标准|得分|得失分原因
决策|绩效目标|40|考核绩效目标的明确程度，是否与任务相符。|①目标明确，得20分；|30|目标未细化，扣10分。
^|^|^|^|②目标细化，得20分。|^|^
产出|产出数量|60|考核计划任务的完成程度，是否达到要求。|按完成率计分。|60|任务全部完成。
合计||100|||90|"""
    first, second = indicators(table(sheet))
    assert first.criteria == "①目标明确，得20分；②目标细化，得20分。"
    assert first.reason == "目标未细化，扣10分。"
    assert (second.criteria, second.reason) == ("按完成率计分。", "任务全部完成。")


def test_parts_on_the_next_pages_belong_to_the_sheet() -> None:
    head = "一级指标|二级指标|三级指标|分值|得分\n"
    first = table(head + "决策|项目立项|立项依据充分性|5|5\n||立项程序规范性|5|4\n|绩效目标|绩效目标合理性|10|8")
    second = table(head + "过程|资金管理|资金到位率|10|10\n||预算执行率|20|15.5", after_break=True)
    third = table(head + "接上页|||||\n效益|社会效益|受益群众覆盖率|50|50\n合计|||100|92.5".replace("|||||", "||||"), after_break=True)
    title = "某市道路养护项目绩效评价报告"
    assert leaves("附件1 评分表", first, title, second, title, third) == LEAVES


def test_the_sheet_with_scores_wins_over_the_one_of_weights() -> None:
    weights = "\n".join(line.rpartition("|")[0] for line in FORMS["labels written again in every row"].split("\n"))
    scored = table(FORMS["labels written again in every row"])
    assert leaves("附件1 指标体系", table(weights), "附件2 打分表", scored) == LEAVES


def test_scores_missing_in_the_sheet_come_from_headings_of_the_same_name_and_weight() -> None:
    weights = "\n".join(line.rpartition("|")[0] for line in FORMS["labels written again in every row"].split("\n"))
    headings = [
        f"（{n}）{path.rpartition('/')[2]}（指标分值{weight}分，得分{score}分）"
        for n, (path, weight, score) in zip("一二三四五六", LEAVES, strict=True)
    ]
    assert leaves("一、项目概况", "二、指标分析", *headings, "三、附件", table(weights)) == LEAVES


def test_without_a_sheet_the_tables_of_the_dimensions_give_the_leaves() -> None:
    head = "二级指标|三级指标|分值|得分\n"
    found = leaves(
        "一、项目概况",
        "二、指标分析",
        "（一）决策情况",
        table(head + "项目立项|立项依据充分性|5|5\n|立项程序规范性|5|4\n绩效目标|绩效目标合理性|10|8"),
        "（二）过程情况",
        table(head + "资金管理|资金到位率|10|10\n|预算执行率|20|15.5"),
        "（三）效益情况",
        table(head + "社会效益|受益群众覆盖率|50|50"),
    )
    assert found == LEAVES


def test_a_report_without_scores_has_no_indicators_and_no_dimensions() -> None:
    blocks = ("一、项目概况", "项目按照决策程序实施，预算100万元。", table("序号|项目|金额\n1|维修费|60\n2|材料费|40\n合计||100"))
    assert leaves(*blocks) == []
    assert dimensions(*blocks) == []


def test_tables_of_the_dimensions_win_over_a_summary_of_the_second_level() -> None:
    head = "二级指标|三级指标|分值|得分\n"
    found = leaves(
        "一、评价结论",
        table("""
一级指标|二级指标|分值|得分
决策|项目立项|10|9
|绩效目标|10|8
过程|资金管理|30|25.5
效益|社会效益|50|50
合计||100|92.5"""),
        "二、指标分析",
        "（一）决策情况",
        table(head + "项目立项|立项依据充分性|5|5\n|立项程序规范性|5|4\n绩效目标|绩效目标合理性|10|8"),
        "（二）过程情况",
        table(head + "资金管理|资金到位率|10|10\n|预算执行率|20|15.5"),
        "（三）效益情况",
        table(head + "社会效益|受益群众覆盖率|50|50"),
    )
    assert found == LEAVES


def test_without_any_table_the_headings_give_the_leaves() -> None:
    found = leaves(
        "一、项目概况",
        "二、绩效评价指标分析",
        "（一）项目决策情况（40分，得35分）",
        "1.绩效目标合理性（40分，得35分）",
        "目标与任务基本相符。",
        "（二）项目产出情况",
        "该指标满分60分，评价得分57.5分，得分率95.83%。",
        "1.任务完成率",
        "该指标满分60分，评价得分57.5分。",
    )
    assert found == [("决策/绩效目标合理性", "40", "35"), ("产出/任务完成率", "60", "57.5")]


def test_names_that_begin_like_a_preposition_stay_whole() -> None:
    found = leaves("一、概况", "二、指标分析", "（一）效益", "效益指标满分60分，得分55分。", "1.就业率", "就业率满分60分，得分55分。")
    assert found == [("效益/就业率", "60", "55")]


def test_a_sheet_that_lost_its_header_is_told_by_its_names() -> None:
    assert leaves(table(FORMS["merged labels, points in the names"].split("\n", 2)[2])) == LEAVES


def test_a_group_can_state_its_sums_in_a_row_of_its_own() -> None:
    sheet = """
一级指标|二级指标|分值|得分
决策||40|35
|项目立项|20|20
|绩效目标|20|15
产出||60|60
|产出数量|60|60
合计||100|95"""
    assert leaves(table(sheet)) == [
        ("决策/项目立项", "20", "20"), ("决策/绩效目标", "20", "15"), ("产出/产出数量", "60", "60")
    ]  # fmt: skip
    assert dimensions(table(sheet)) == [("决策", "40", "35", None), ("产出", "60", "60", None)]


def test_a_label_lost_at_a_page_break_is_named_by_the_text() -> None:
    sheet = """
一级指标|二级指标|三级指标|分值|评分标准|得分
决策（20分）|绩效目标（20分）|绩效目标合理性|20|目标明确合理的得满分，否则酌情扣分。|20
产出（80分）|产出时效（30分）||10|按期开工的得满分，逾期不得分。|10
||完工及时性|20|按期完工的得满分，逾期不得分。|15
|产出数量（50分）|任务完成率|50|按照完成率乘以分值计算得分。|50
合计|||100||95"""
    headings = ["（一）绩效目标合理性（满分20分，实得20分）", "（二）产出时效（满分30分，实得25分）", "1.开工及时性（满分10分，实得10分）"]
    headings += ["2.完工及时性（满分20分，实得15分）"]
    found = leaves("一、项目概况", "二、指标分析", *headings, "三、附件", table(sheet))
    assert ("产出/产出时效/开工及时性", "10", "10") in found
    assert len(found) == 4


def test_letters_years_and_targets_in_a_name_stay() -> None:
    sheet = """
一级指标|二级指标|三级指标|应得分|实得分
产出|产出数量|D级危房改造户数（2021）|50|50
|产出质量|验收合格率（95%）|50|45
合计|||100|95"""
    assert leaves(table(sheet)) == [
        ("产出/产出数量/D级危房改造户数（2021）", "50", "50"),
        ("产出/产出质量/验收合格率（95%）", "50", "45"),
    ]


# --- dimensions ---------------------------------------------------------------------------------------------------

SUMMARIES = {
    "a row for each": """
一级指标|分值|得分|得分率
决策|20|18|90%
过程|30|27|90%
产出|50|45|90%
合计|100|90|90%""",
    "a column for each": """
项目|决策指标|过程指标|产出指标|得分合计
标准分值|20|30|50|100
评价得分|18|27|45|90
得分率|90%|90%|90%|90%""",
    "with weights in the names and grades": """
序号|一级指标|得分|得分率|等级
1|A决策（20分）|18|90%|优
2|B过程（30分）|27|90%|优
3|C产出（50分）|45|90%|优
|合计（100分）|90|90%|优""",
    "with serial numbers": """
序号|指标类别|标准分值|指标得分|得分率（%）
1|项目决策|20.00|18.00|90.00
2|项目过程|30.00|27.00|90.00
3|项目产出|50.00|45.00|90.00
合计||100.00|90.00|90.00""",
    "two columns of points, neither called score": """
指标|A项目决策|B项目过程|C项目产出|合计
权重|20|30|50|100
分值|18|27|45|90
得分率|90%|90%|90%|90%""",
    "full marks and final marks": """
考评维度|基准分|核定分|得分率
决策|20|18|90%
过程|30|27|90%
产出|50|45|90%
总计|100|90|90%""",
    "fraction": """
一级指标|得分/满分|得分率
决策|18/20|90%
过程|27/30|90%
产出|45/50|90%
合计|90/100|90%""",
}


@pytest.mark.parametrize("form", SUMMARIES)
def test_dimensions_from_the_table_of_the_conclusion(form: str) -> None:
    assert dimensions("一、评价结论", table(SUMMARIES[form])) == [
        ("决策", "20", "18", "90"),
        ("过程", "30", "27", "90"),
        ("产出", "50", "45", "90"),
    ]


def test_scores_alone_stand_under_names_with_weights() -> None:
    found = dimensions("一、评价结论", table("决策（20分）|过程（30分）|产出（50分）|总分（100分）\n18|27|45|90"))
    assert [d[:3] for d in found] == STATED


STATED = [
    ("决策", "20", "18"),
    ("过程", "30", "27"),
    ("产出", "50", "45"),
]
PROSE = [
    "决策类指标权重20分，得分18分；过程类指标权重30分，得分27分；产出类指标权重50分，得分45分。",
    "决策（满分20分）得分18分；过程（满分30分）得分27分；产出（满分50分）得分45分。",
    "一级指标得分情况：决策18分（满分20分），过程27分（满分30分），产出45分（满分50分）。",
    "项目决策指标共20分，得18分。项目过程指标共30分，得27分。项目产出指标共50分，得45分。",
    "在决策方面，分值为20分，评价得分为18分；在过程方面，分值为30分，评价得分为27分；在产出方面，分值为50分，评价得分为45分。",
    "决策、过程和产出的权重分别为20%、30%和50%，得分分别为18分、27分和45分。",
    "经评价，总得分90分。其中：项目决策得分18分（满分20分）、项目过程得分27分（满分30分）、项目产出得分45分（满分50分）。",
    "总分100分，其中决策20分、过程30分、产出50分。评价得分90分，其中决策18分、过程27分、产出45分。",
    "决策（18/20分）、过程（27/30分）、产出（45/50分）。",
    "决策指标（20分）：18分；过程指标（30分）：27分；产出指标（50分）：45分。",
    "项目综合评分为90分，决策、过程、产出三个一级指标分别得18分、27分、45分，满分分别为20分、30分、50分。",
    "其中“决策”指标18分（满分20分），“过程”指标27分（满分30分），“产出”指标45分（满分50分）。",
    "A类决策指标标准分20分，评价得18分；B类过程指标标准分30分，评价得27分；C类产出指标标准分50分，评价得45分。",
    "项目决策满分20分，扣2分，得18分；项目过程满分30分，扣3分，得27分；项目产出满分50分，扣5分，得45分。",
]


@pytest.mark.parametrize("sentence", PROSE)
def test_dimensions_from_sentences(sentence: str) -> None:
    found = dimensions("一、项目概况", "项目实施顺利。", "二、评价结论", sentence)
    assert [d[:3] for d in found] == STATED


def test_what_no_place_states_of_a_dimension_stays_null() -> None:
    found = dimensions("一、评价结论", "项目决策、项目过程的得分率分别为90%、75.5%。", "一级指标决策、过程权重分别为40%、60%。")
    assert found == [("决策", "40", None, "90"), ("过程", "60", None, "75.5")]


def test_subtotals_of_the_sheet_are_the_dimensions_scores() -> None:
    sheet = """
一级指标|二级指标|分值|得分
决策|项目立项|20|20
|绩效目标|20|15
小计||40|35
产出|产出数量|60|60
小计||60|60
合计||100|95"""
    assert dimensions(table(sheet)) == [("决策", "40", "35", None), ("产出", "60", "60", None)]


def test_dimensions_of_other_names_are_told_by_sheet_and_text_together() -> None:
    sheet = """
一级指标|二级指标|分值|得分
业务运转（40分）|任务完成率|40|36
服务成效及公众评价（60分）|覆盖率|60|54
合计||100|90"""
    told = "评价得分90分，其中业务运转36分、服务成效及公众评价54分。"
    found = dimensions("一、评价结论", told, "附件1 评分表", table(sheet))
    assert found == [("业务运转", "40", "36", None), ("服务成效及公众评价", "60", "54", None)]


def test_a_table_for_each_dimension_states_it_in_its_row_of_sums() -> None:
    head = "二级指标|三级指标|标准分|评价得分|评价说明\n"
    found = dimensions(
        "一、评价结论",
        "二、指标分析",
        "表1 决策指标评分表",
        table(head + "项目立项|立项程序规范性|10|10|手续齐备\n绩效目标|绩效目标合理性|30|26|未细化\n小计||40|36|"),
        "表2 产出指标评分表",
        table(head + "产出数量|任务完成率|60|54|90%\n小计||60|54|"),
    )
    assert found == [("决策", "40", "36", None), ("产出", "60", "54", None)]


def test_bands_and_first_level_columns_state_the_dimensions_scores() -> None:
    bands = dimensions(table(FORMS["bands with sums below each"]))
    assert bands == dimensions(table(FORMS["bands with their sums in the row"]))
    assert bands == [("决策", "20", "17", None), ("过程", "30", "25.5", None), ("效益", "50", "50", None)]
    sheet = """
一级指标|分值|二级指标|分值|得分|一级得分
决策|40|项目立项|20|18|36
||绩效目标|20|18|
产出|60|产出数量|60|54|54
合计|100||100|90|90"""
    assert dimensions(table(sheet)) == [("决策", "40", "36", None), ("产出", "60", "54", None)]


def test_deductions_are_no_scores() -> None:
    sheet = """
一级指标|二级指标|分值|扣分|扣分原因
决策|绩效目标|40|4|未细化
产出|产出数量|60|6|完成90%
合计||100|10|"""
    assert leaves(table(sheet)) == [("决策/绩效目标", "40", None), ("产出/产出数量", "60", None)]
