"""The sheet as data, which the checks stand on: what it proves, sums that it states, places of its numbers."""

from extractor.document import Cell, Document, Paragraph, Table
from extractor.facts import extract
from extractor.sheet import ScoreSheet

SHEET = """
一级指标|二级指标|三级指标|分值|得分
决策（20分）|项目立项（10分）|立项依据充分性|5|5
||立项程序规范性|5|4
|绩效目标（10分）|绩效目标合理性|10|8
过程（80分）|资金管理（80分）|资金到位率|30|30
||预算执行率|50|45.5
合计|||100|92.5"""


def table(text: str) -> Table:
    lines = text.strip("\n").split("\n")
    return Table([[Cell(t, r, c) for c, t in enumerate(line.split("|"))] for r, line in enumerate(lines)])


def only(text: str) -> ScoreSheet:
    (sheet,) = extract(Document("txt", [Paragraph("附件1 评分表"), table(text)])).sheets
    return sheet


def test_a_sheet_whose_weights_add_up_is_proven() -> None:
    sheet = only(SHEET)
    assert (sheet.kind, sheet.proven, sheet.with_scores) == ("sheet", True, True)
    assert [(n.level, n.name) for n in sheet.nodes()][:4] == [
        (1, "决策"), (2, "项目立项"), (3, "立项依据充分性"), (3, "立项程序规范性")
    ]  # fmt: skip


def test_a_sheet_whose_weights_miss_the_total_is_not_proven() -> None:
    sheet = only(SHEET.replace("预算执行率|50", "预算执行率|48"))
    assert not sheet.proven
    assert len(sheet.leaves()) == 5


def test_a_score_above_its_weight_stays_as_stated() -> None:
    sheet = only(SHEET.replace("立项程序规范性|5|4", "立项程序规范性|5|7"))
    leaf = sheet.leaves()[1]
    assert leaf.weight and leaf.score
    assert (leaf.weight.text, leaf.score.text) == ("5", "7")
    assert sheet.proven


def test_columns_taken_for_each_other_would_prove_nothing() -> None:
    swapped = only(SHEET.replace("分值|得分", "得分|分值"))
    assert [leaf.weight.text for leaf in swapped.leaves() if leaf.weight] == ["5", "5", "10", "30", "50"]
    assert swapped.proven


def test_a_wrong_total_of_scores_stays_as_stated() -> None:
    sheet = only(SHEET.replace("92.5", "93.5"))
    assert sheet.total is not None and sheet.total.weight is not None and sheet.total.score is not None
    assert (sheet.total.weight.text, sheet.total.score.text) == ("100", "93.5")
    assert sheet.proven


def test_a_total_that_left_its_column_is_told_by_what_it_sums() -> None:
    sheet = only(SHEET.replace("合计|||100|92.5", "合计|100||92.5|"))
    assert sheet.total is not None and sheet.total.weight is not None and sheet.total.score is not None
    assert (sheet.total.weight.text, sheet.total.score.text) == ("100", "92.5")


def test_points_in_a_label_are_the_groups_weight_in_brackets() -> None:
    group = only(SHEET).nodes()[1]
    assert group.weight is not None
    assert (group.weight.text, group.weight.bracketed) == ("10", True)
    leaf = group.children[0]
    assert leaf.weight is not None and not leaf.weight.bracketed


def test_a_number_stands_where_its_cell_stands() -> None:
    leaf = only(SHEET).leaves()[1]
    assert leaf.score is not None
    place = leaf.score.evidence
    assert (place.block, place.table, place.row, place.column) == (1, 0, 2, 4)
    assert place.quote == "立项程序规范性 | 5 | 4"


def test_subtotals_tell_how_many_leaves_stand_above() -> None:
    rows = SHEET.split("\n")
    rows.insert(5, "小计|||20|17")
    ((count, subtotal),) = only("\n".join(rows)).subtotals
    assert count == 3
    assert subtotal.score is not None and subtotal.score.text == "17"


def test_a_table_of_one_dimension_is_a_section() -> None:
    sheet = only("二级指标|三级指标|分值|得分\n项目立项|立项依据充分性|5|5\n|立项程序规范性|5|4\n合计||10|9")
    assert sheet.kind == "section"
    assert [root.level for root in sheet.roots] == [2]
    assert sheet.proven


def test_a_table_of_dimensions_alone_is_a_summary() -> None:
    sheet = only("指标|决策|过程|合计\n分值|20|80|100\n得分|17|75.5|92.5\n得分率|85%|94.38%|92.5%")
    assert (sheet.kind, sheet.proven) == ("summary", True)
    first = sheet.roots[0]
    assert first.weight and first.score and first.rate
    assert (first.name, first.weight.text, first.score.text, first.rate.text) == ("决策", "20", "17", "85")


def test_a_table_of_target_values_is_no_score_sheet() -> None:
    text = (
        "一级指标|二级指标|三级指标|年初目标|年末数\n产出指标|数量指标|培训人数|300|320\n效益指标|社会效益|就业率|80|78"
    )
    assert extract(Document("txt", [table(text)])).sheets == []


def test_levels_and_scores_named_by_single_words() -> None:
    sheet = only("""
一级|二级|三级|分值|自评|复核
决策|项目立项|立项依据|20|20|18
决策|绩效目标|目标明确|20|18|17
产出|产出数量|管网长度|30|30|28
效益|社会效益|供水保障|30|30|30
总计|||100|98|93""")
    assert sheet.proven
    assert [(leaf.name, leaf.score and leaf.score.text) for leaf in sheet.leaves()] == [
        ("立项依据", "18"), ("目标明确", "17"), ("管网长度", "28"), ("供水保障", "30")
    ]  # fmt: skip


def test_names_may_stand_before_those_above_them() -> None:
    """三级指标 in front of 一级指标: levels are read by their headers, numbers keep the places of their own cells."""
    sheet = only("""
三级指标|一级指标|二级指标|得分|分值
立项依据充分性|决策|项目立项|5|5
立项程序规范性|决策|项目立项|4|5
绩效目标合理性|决策|绩效目标|8|10
资金到位率|过程|资金管理|30|30
预算执行率|过程|资金管理|45.5|50
合计|||92.5|100""")
    assert [(n.level, n.name) for n in sheet.nodes()] == [
        (1, "决策"), (2, "项目立项"), (3, "立项依据充分性"), (3, "立项程序规范性"), (2, "绩效目标"), (3, "绩效目标合理性"),
        (1, "过程"), (2, "资金管理"), (3, "资金到位率"), (3, "预算执行率"),
    ]  # fmt: skip
    assert sheet.proven
    first = sheet.leaves()[0]
    assert first.weight and (first.evidence.column, first.weight.evidence.column) == (0, 4)
