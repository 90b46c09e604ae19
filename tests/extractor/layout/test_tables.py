"""Tables made whole: parts over pages joined, merges carried down, captions and units found."""

from extractor.document import Block, Cell, Line, Paragraph, Table
from extractor.layout.tables import make_whole


def table(*rows: str, after_break: bool = False) -> Table:
    """Rows written with | between the cells."""
    cells = [row.split("|") for row in rows]
    grid = [[Cell(text=text.strip(), row=r, column=c) for c, text in enumerate(row)] for r, row in enumerate(cells)]
    return Table(rows=grid, after_break=after_break)


def whole(*blocks: Block) -> list[Block]:
    return make_whole(list(blocks))


def grid(block: Block) -> list[str]:
    assert isinstance(block, Table)
    return ["|".join(block.texts(r)) for r in range(len(block.rows))]


HEADER = "一级指标|二级指标|分值|得分"


def test_a_repeated_header_joins_the_parts_and_goes() -> None:
    (joined,) = whole(table(HEADER, "决策|立项|5|5"), table(HEADER, "过程|管理|6|4", after_break=True))
    assert grid(joined) == [HEADER, "决策|立项|5|5", "过程|管理|6|4"]
    assert isinstance(joined, Table)
    assert [row[0].row for row in joined.rows] == [0, 1, 2]


def recognised(made: Table) -> Table:
    for row in made.rows:
        for cell in row:
            cell.lines = (Line(0, len(cell.text), 1, (0.0, 0.0, 9.0, 9.0), (), (0.9,) * len(cell.text)),)
    return made


def test_a_header_whose_repetition_was_misread_joins_the_parts() -> None:
    again = table("一级指际|二级指标|分值|得分", "过程|管理|6|4", after_break=True)
    assert len(whole(table(HEADER, "决策|立项|5|5"), recognised(again))) == 1
    assert len(whole(table(HEADER, "决策|立项|5|5"), table("一级指际|二级指标|分值|得分", "过程|管理|6|4"))) == 2
    other = table("二级指标|二级指标|分值|得分", "过程|管理|6|4", after_break=True)
    assert len(whole(table(HEADER, "决策|立项|5|5"), recognised(other))) == 2


def test_a_part_without_header_joins_only_what_stands_right_before_it() -> None:
    first, second = table(HEADER, "决策|立项|5|5"), table("过程|管理|6|4", "产出|数量|9|9")
    assert len(whole(first, Paragraph("以上为决策部分的得分。"), second)) == 3
    assert len(whole(first, second)) == 1


def test_continuation_marks_between_the_parts_go() -> None:
    (joined,) = whole(table(HEADER, "决策|立项|5|5"), Paragraph("（续表）"), table("过程|管理|6|4"))
    assert grid(joined)[-1] == "过程|管理|6|4"


def test_a_table_that_ended_with_its_total_does_not_go_on() -> None:
    ended = table("区市|计划|实际", "甲区|5|5", "合计|5|5")
    assert len(whole(ended, table("乙区|7|7", "丙区|8|8", after_break=True))) == 2


def test_another_header_begins_another_table() -> None:
    other = table("选项|小计|比例|备注", "满意|8|80%|", after_break=True)
    assert len(whole(table(HEADER, "决策|立项|5|5"), other)) == 2


def test_a_part_with_one_column_fewer_is_filled() -> None:
    (joined,) = whole(table(HEADER, "决策|立项|5|5"), table("管理|6|4", after_break=True))
    assert grid(joined)[-1].count("|") == 3


def test_a_cell_cut_by_the_page_is_one_again() -> None:
    first = table("指标|说明|得分", "立项|项目申请和设立的过程是否符合相关要求并|5")
    (joined,) = whole(first, table("|经过集体决策。|", after_break=True))
    assert grid(joined)[-1] == "立项|项目申请和设立的过程是否符合相关要求并经过集体决策。|5"


def test_blank_labels_belong_to_the_label_above_as_one_cell() -> None:
    (block,) = whole(table(HEADER, "决策|立项|5|5", "|目标|5|4", "||2|1", "合计||12|10"))
    assert isinstance(block, Table)
    assert grid(block)[2:4] == ["决策|目标|5|4", "决策|目标|2|1"]
    assert block.rows[3][0] is block.rows[1][0]
    assert block.rows[1][0].row_span == 3
    assert grid(block)[4] == "合计||12|10"


def test_blank_numbers_are_never_carried() -> None:
    (block,) = whole(table("序号|项目|金额", "1|甲|5", "|乙|6", "2||7"))
    assert grid(block)[2:] == ["|乙|6", "2||7"]


def test_cells_one_a_line_become_rows_and_a_short_total_stays_right() -> None:
    def cells(*texts: str) -> Table:
        return table(*("|" + t for t in texts))

    (block,) = whole(cells("序号", "项目", "计划", "实际"), cells("1", "抽检", "20", "19"), cells("合计", "20", "19"))
    assert grid(block) == ["序号|项目|计划|实际", "1|抽检|20|19", "合计||20|19"]


def test_a_header_cell_of_two_lines_does_not_swallow_the_first_row() -> None:
    def cells(*texts: str) -> Table:
        return table(*("|" + t for t in texts))

    (block,) = whole(
        *(cells("序号", "计划"), Paragraph("数量（批）"), cells("实际"), Paragraph("数量（批）")),
        *(cells("1", "20", "19"), cells("2", "30", "28"), cells("合计", "50", "47")),
    )
    assert grid(block) == ["序号|计划数量（批）|实际数量（批）", "1|20|19", "2|30|28", "合计|50|47"]


def test_caption_and_unit_come_from_the_lines_above() -> None:
    *_, block = whole(
        Paragraph("表2-1 资金支出情况"), Paragraph("单位：万元"), table("月份|预算|支出", "1|2|3", "2|3|4")
    )
    assert isinstance(block, Table)
    assert (block.caption, block.unit, block.header) == ("表2-1 资金支出情况", "万元", 1)


def test_running_text_above_is_no_caption() -> None:
    *_, block = whole(Paragraph("以上资金已于年底全部拨付。"), table("月份|预算|支出", "1|2|3", "2|3|4"))
    assert isinstance(block, Table)
    assert block.caption == ""


def test_contents_set_as_a_table_are_lines_of_text() -> None:
    blocks = whole(table("一、项目概况|3", "二、评价结论|- 12 -", "三、附件|错误！未定义书签。"))
    assert [type(block) for block in blocks] == [Paragraph] * 3


def test_a_table_of_names_and_numbers_is_no_contents_page() -> None:
    (block,) = whole(table("区市|人数", "甲区|3", "乙区|12"))
    assert isinstance(block, Table)


def test_a_row_cut_through_all_its_cells_is_one_again() -> None:
    header = "序号|指标|说明|分值|得分"
    first = table(header, "1|立项|程序是否合规。|5|5", "2|绩效目标合|所设定的目标是否符合客观实际并且|4|3")
    (joined,) = whole(first, table(header, "|理性|与资金量匹配。||", "3|管理|制度是否健全。|6|4", after_break=True))
    assert grid(joined)[2:] == [
        "2|绩效目标合理性|所设定的目标是否符合客观实际并且与资金量匹配。|4|3",
        "3|管理|制度是否健全。|6|4",
    ]


def test_a_word_cut_in_two_is_one_again() -> None:
    header = "一级指标|二级指标|三级指标|分值|得分"
    first = table(header, "过程|资金管理|预算执行率|4|4", "||资金到|3|3")
    (joined,) = whole(first, table(header, "||位率||", "产出|产出数量|完成率|5|5", after_break=True))
    assert grid(joined)[2:] == ["过程|资金管理|资金到位率|3|3", "产出|产出数量|完成率|5|5"]
    (mended,) = whole(table(header, "过程|资金管理|资金到|3|3", "||位率||", "产出|产出数量|完成率|5|5"))
    assert grid(mended)[1:] == ["过程|资金管理|资金到位率|3|3", "产出|产出数量|完成率|5|5"]


def test_a_row_of_its_own_is_not_merged_for_having_no_number() -> None:
    first = table(HEADER, "决策|立项|5|5", "决策|项目申请符合规定。|4|3")
    (joined,) = whole(first, table(HEADER, "过程|制度执行||", after_break=True))
    assert grid(joined)[-1] == "过程|制度执行||"


def test_a_data_row_repeated_as_header_by_word_goes() -> None:
    row = "产出时效|举办及时性|2|考察活动举办是否及时，是否在计划规定的时间以内全部完成并通过验收"
    (joined,) = whole(table(row, "产出成本|成本控制|2|略"), table(row, "满意度|满意度|4|略", after_break=True))
    assert [line.split("|")[0] for line in grid(joined)] == ["产出时效", "产出成本", "满意度"]


def test_a_cut_row_drawn_again_as_header_goes_even_after_it_was_joined() -> None:
    rest = "|||装修材料合格证明、进场复验报告和隐蔽工程验收记录等材料均齐全，符合设计以及相关规范的要求。"
    (joined,) = whole(
        table("指标|说明|得分|依据", "材料|是否合格|5|主要材料共三类：砂石、钢筋以及"),
        table(rest, "地基|是否达标|4|符合标准。", after_break=True),
        table(rest, "工期|是否及时|5|按期完成。", after_break=True),
    )
    assert [line.split("|")[0] for line in grid(joined)] == ["指标", "材料", "地基", "工期"]


def test_a_row_with_numbers_of_its_own_stays_though_its_columns_slipped() -> None:
    long = "考核立项程序是否完整合规，材料是否齐备，论证是否充分，决策是否经过集体研究"
    first = table(
        "一级指标|二级指标|指标解释|扣分|得分|得分依据",
        f"决策|立项规范（4分）|{long}||4|材料齐备",
        f"决策|依据充分（4分）|{long}||4|{long}",
    )
    second = table(f"|评估充分（5分）|{long}|5|{long}|未开展", after_break=True)
    (joined,) = whole(first, second)
    assert isinstance(joined, Table)
    assert len(joined.rows) == 4


def test_a_cell_that_reaches_down_over_the_cut_keeps_its_row() -> None:
    long = "项目按照规定的程序提出申请，材料齐全，论证充分，符合"
    first = table(HEADER + "|评分说明", "决策|立项|5|5|立项符合规定", f"决策|编制|5|5|{long}")
    tail = Cell(text="有关办法的全部要求，经过集体研究，得满分", row=0, column=4)
    lead = [Cell(text="", row=0, column=0), Cell(text="", row=0, column=1, row_span=2)]
    rows = [[*lead, *(Cell(text="", row=0, column=c) for c in (2, 3)), tail]]
    rows.append(
        [Cell(text="过程", row=1), lead[1], *(Cell(text=t, row=1, column=c) for c, t in ((2, "4"), (3, "3"), (4, "")))]
    )
    (joined,) = whole(first, Table(rows=rows, after_break=True))
    assert isinstance(joined, Table)
    assert len(joined.rows) == 4
    assert all(cell.row <= r for r, row in enumerate(joined.rows) for cell in row)


MARKED = "指标|解释|标准|分值|得分"


def test_the_end_of_an_open_sentence_in_a_row_of_its_own_goes_into_the_row_above() -> None:
    (mended,) = whole(
        table(MARKED, "执行率|支出与到位资金之|按比例得分。|5|4", "|比，反映预算执行的进度和均衡程度。|||")
    )
    assert grid(mended) == [MARKED, "执行率|支出与到位资金之比，反映预算执行的进度和均衡程度。|按比例得分。|5|4"]


def test_an_item_in_a_row_of_its_own_stays_there() -> None:
    rows = ["管理制度|制度是否健全完整|①制定业务管理的制度|5|4", "||②制定财务管理制度的，得两分半。||"]
    (mended,) = whole(table(MARKED, *rows))
    assert isinstance(mended, Table) and len(mended.rows) == 3
