"""Problems of the body and rows of the lists of problems, in the forms in which agencies write them."""

import pytest

from extractor.document import Cell, Document, Paragraph, Style, Table
from extractor.facts.problems import read_problem_list, read_problems
from extractor.layout import lay_out
from extractor.result import ProblemRow

WHY = "经查阅资料并走访三个村，评价组核对了台账与现场，上述情况属实，需要引起主管单位重视。"


def grid(*rows: str, **options: object) -> Table:
    """A table of rows written with | between the cells."""
    texts = [row.split("|") for row in rows]
    cells = [[Cell(text.strip(), r, c) for c, text in enumerate(row)] for r, row in enumerate(texts)]
    return Table(cells, **options)  # type: ignore[arg-type]


def report(*blocks: str | Table, form: str = "txt") -> Document:
    parts = [Paragraph(block) if isinstance(block, str) else block for block in blocks]
    (document,) = lay_out(Document(format=form, blocks=list(parts)))
    return document


def body(
    *section: str | Table, after: tuple[str, ...] = ("七、其他需要说明的问题", "无其他需要说明的事项。")
) -> Document:
    """A report whose sections 一、 and 二、 are the same in all; `section` follows."""
    return report(
        "一、项目概况",
        "本项目为水毁堤防修复工程。",
        "二、评价结论",
        "项目综合得分88分，评价等级为良。",
        *section,
        *after,
    )


def headings(document: Document) -> list[str]:
    return [problem.heading for problem in read_problems(document)]


TWO = ["堤防修复进度滞后", "竣工资料归档不完整"]


@pytest.mark.parametrize(
    "title",
    [
        "六、存在的问题", "六、发现的主要问题", "六、存在的主要问题和原因", "六、存在问题及原因分析", "六、问题与不足", "六、主要问题",
        "六、项目存在的不足", "六、需要改进的方面", "六、存在的困难和问题", "六、评价发现的问题（共2个）", "第六部分 存在问题",
        "六、项目管理中存在的突出问题", "六、存在的薄弱环节", "六、问题分析", "六、值得关注的问题", "六、评价反映的主要问题",
        "六、亟待解决的问题", "六、存在的问题及整改情况", "六、主要绩效及存在的问题", "六、问题", "第六章　存在的问题与不足",
    ],
)  # fmt: skip
def test_the_section_is_known_by_many_names(title: str) -> None:
    assert headings(body(title, "（一）堤防修复进度滞后", WHY, "（二）竣工资料归档不完整", WHY)) == TWO


@pytest.mark.parametrize(
    "title",
    [
        "六、其他需要说明的问题",
        "六、以前年度问题整改情况",
        "六、调查问卷中的问题",
        "六、应当解决的主要问题",
        "六、主要经验及做法",
    ],
)
def test_other_sections_with_such_words_hold_no_problems(title: str) -> None:
    assert headings(body(title, "（一）堤防修复进度滞后", WHY, after=())) == []


@pytest.mark.parametrize(
    "items",
    [
        ["（一）堤防修复进度滞后", WHY, "（二）竣工资料归档不完整", WHY],
        ["1、堤防修复进度滞后。", WHY, "2、竣工资料归档不完整。", WHY],
        ["（一）堤防修复进度滞后。" + WHY, "（二）竣工资料归档不完整。" + WHY],
        ["1.堤防修复进度滞后；", "2.竣工资料归档不完整。"],
        ["（1）堤防修复进度滞后：" + WHY, "（2）竣工资料归档不完整：" + WHY],
        ["①堤防修复进度滞后。" + WHY, "②竣工资料归档不完整。" + WHY],
        ["问题一：堤防修复进度滞后。" + WHY, "问题二：竣工资料归档不完整。" + WHY],
        ["【问题1】堤防修复进度滞后。" + WHY, "【问题2】竣工资料归档不完整。" + WHY],
        ["1.问题：堤防修复进度滞后。" + WHY, "2.问题：竣工资料归档不完整。" + WHY],
        [
            "（一）堤防修复进度滞后",
            "主要表现：" + WHY,
            "原因分析：" + WHY,
            "（二）竣工资料归档不完整",
            "主要表现：" + WHY,
        ],
        ["经评价，存在以下问题：（一）堤防修复进度滞后；（二）竣工资料归档不完整。"],
        ["１．堤防修复进度滞后", WHY, "２．竣工资料归档不完整", WHY],
        ["第一，堤防修复进度滞后。" + WHY, "第二，竣工资料归档不完整。" + WHY],
        ["评价发现以下问题：", "一是堤防修复进度滞后。" + WHY, "二是竣工资料归档不完整。" + WHY],
        ["评价组发现，一是堤防修复进度滞后；二是竣工资料归档不完整。"],
        ["现场评价发现：首先，堤防修复进度滞后。其次，竣工资料归档不完整。"],
        ["评价发现：1.堤防修复进度滞后；2.竣工资料归档不完整。"],
        ["●堤防修复进度滞后。" + WHY, "●竣工资料归档不完整。" + WHY],
        ["——堤防修复进度滞后。" + WHY, "——竣工资料归档不完整。" + WHY],
        ["堤防修复进度滞后", WHY, "竣工资料归档不完整", WHY],
        ["堤防修复进度滞后", "竣工资料归档不完整"],
    ],
)
def test_items_stand_in_many_forms(items: list[str]) -> None:
    assert headings(body("六、存在的问题", *items)) == TWO


def test_a_title_that_names_a_field_only_groups_its_sub_items() -> None:
    document = body(
        "五、存在的问题",
        "（一）决策方面",
        "1.绩效指标未量化。" + WHY,
        "2.立项论证不充分。" + WHY,
        "（二）过程方面存在的问题",
        "1.监理日志缺失",
        WHY,
        "（三）产出方面。一是部分堤段未完工；二是护坡厚度不达标。",
    )
    assert headings(document) == [
        "绩效指标未量化",
        "立项论证不充分",
        "监理日志缺失",
        "部分堤段未完工",
        "护坡厚度不达标",
    ]


def test_titles_in_bold_or_in_word_s_styles_need_no_number() -> None:
    title = "部分镇街未按规定的时间和程序将补助资金发放到户，群众多次反映，有关材料没有及时归档"
    for style in (Style(bold=True), Style(outline=2)):
        (document,) = lay_out(Document(format="docx", blocks=[
            Paragraph("概况", style=Style(outline=1)), Paragraph(WHY), Paragraph("存在的问题", style=Style(outline=1)),
            Paragraph(title, style=style), Paragraph(WHY), Paragraph("成本偏高", style=style), Paragraph(WHY),
            Paragraph("建议", style=Style(outline=1)), Paragraph("加快发放", style=style), Paragraph(WHY),
        ]))  # fmt: skip
        assert headings(document) == [title, "成本偏高"]


def test_what_was_done_against_a_risk_is_no_problem() -> None:
    assert headings(body("五、经验做法与存在问题", "（一）防范资金挪用风险", WHY, "（二）拨款滞后", WHY)) == [
        "拨款滞后"
    ]


def test_a_field_named_before_the_problem_stays_with_it() -> None:
    document = body(
        "五、存在的问题",
        "（一）过程方面。监理日志缺失，无法核对。",
        "（二）产出方面：护坡厚度不达标。" + WHY,
        "（三）成本偏高：" + WHY,
    )
    assert headings(document) == ["过程方面。监理日志缺失，无法核对", "产出方面：护坡厚度不达标", "成本偏高"]


def test_units_group_problems_too() -> None:
    document = body("五、存在的问题", "（一）市水务局", "1.拨款不及时。" + WHY, "（二）河口镇", "1.台账混乱。" + WHY)
    assert headings(document) == ["拨款不及时", "台账混乱"]


def test_sub_items_of_a_stated_problem_belong_to_it() -> None:
    document = body(
        "五、存在的问题", "（一）组织实施不够有力", "1.巡查次数不足", WHY, "2.记录缺失", WHY, "（二）成本偏高", WHY
    )
    first, second = read_problems(document)
    assert (first.heading, second.heading) == ("组织实施不够有力", "成本偏高")
    assert "巡查次数不足" in first.text and "记录缺失" in first.text and "巡查" not in second.text


def test_a_list_inside_an_item_does_not_cut_it_though_it_is_numbered_alike() -> None:
    document = body(
        "五、存在的问题",
        "1、验收不规范",
        "1.未组织初验",
        WHY,
        "2.签字不全",
        WHY,
        "2、台账缺失",
        WHY,
        "3、宣传不足",
        WHY,
    )
    assert headings(document) == ["验收不规范", "台账缺失", "宣传不足"]


def test_points_of_one_problem_in_prose_stay_one_problem() -> None:
    document = body(
        "五、存在的问题", "（一）绩效管理方面存在不足", "一是目标笼统；二是指标值缺失。", "（二）成本偏高", WHY
    )
    assert headings(document) == ["绩效管理方面存在不足", "成本偏高"]


def test_the_first_clause_of_a_long_sentence_in_a_list_is_its_heading() -> None:
    text = "评价发现，一是归档不全，因经办人更换频繁，施工日志缺少三册。二是堤顶老化，护坡偏陡，汛期多处渗水。三是养护人员不足，培训滞后。"
    assert headings(body("六、存在的问题", text)) == ["归档不全", "堤顶老化，护坡偏陡", "养护人员不足，培训滞后"]


def test_causes_beside_the_problems_are_none() -> None:
    document = body(
        "五、存在的问题及原因分析", "（一）存在的问题", "1.拨款滞后", WHY, "2.成本偏高", WHY,
        "（二）原因分析", "1.对绩效管理认识不到位", WHY,
    )  # fmt: skip
    assert headings(document) == ["拨款滞后", "成本偏高"]


@pytest.mark.parametrize(
    "lines",
    [
        ["五、主要经验及做法、存在的问题和建议", "（一）主要经验及做法", "专班推进，按月调度。", "（二）存在的问题", "1.拨款滞后", WHY,
         "2.成本偏高", WHY, "（三）建议", "1.加快拨款进度", WHY],
        ["五、经验做法与存在问题", "（一）实行专班推进", WHY, "（二）拨款滞后", "原因待查。", "（三）成本偏高", WHY],
        ["五、评价结论", "项目总体较好。", "（一）综合结论", WHY, "（二）存在的问题：", "1.拨款滞后；", "2.成本偏高。", "（三）建议", "1.加快拨款。"],
        ["五、评价结论", "（一）综合结论", WHY, "（二）存在的问题。1.拨款滞后；2.成本偏高。"],
    ],
)  # fmt: skip
def test_problems_inside_a_section_about_more(lines: list[str]) -> None:
    assert headings(body(*lines)) == ["拨款滞后", "成本偏高"]


def test_a_sentence_of_the_conclusion_may_announce_them_where_no_title_does() -> None:
    document = report(
        "一、项目概况", WHY, "二、评价结论", "项目综合得分88分。评价发现，项目还存在以下问题：", "1.拨款滞后", WHY, "2.成本偏高", WHY,
        "三、指标分析", "（一）决策情况", "该指标得满分。", "四、意见建议", "（一）加快拨款", WHY,
    )  # fmt: skip
    assert headings(document) == ["拨款滞后", "成本偏高"]


def test_prose_gives_the_sentences_that_state_a_problem() -> None:
    document = body(
        "五、存在的问题",
        "项目总体推进有序，取得了良好成效。但目前堤防管护经费缺口较大，后续维修难以保障，影响工程长期运行。"
        "近年来，乡镇水利员人数不断减少，巡查力量薄弱。主管部门已经制定了计划。",
    )
    assert headings(document) == [
        "目前堤防管护经费缺口较大，后续维修难以保障",
        "近年来，乡镇水利员人数不断减少，巡查力量薄弱",
    ]


def test_a_table_in_the_body_lists_problems() -> None:
    document = body(
        "五、存在的问题",
        "具体见下表：",
        grid("序号|问题描述|涉及单位", "1|拨款滞后。资金晚到两个月。|甲镇", "2|成本偏高|乙镇"),
    )
    first, second = read_problems(document)
    assert (first.heading, second.heading) == ("拨款滞后", "成本偏高")
    assert first.evidence.row == 1 and "甲镇" in first.evidence.quote


def test_the_body_counts_before_the_summary_and_the_summary_where_the_body_has_none() -> None:
    summary = ("摘要", "一、项目概况", WHY, "二、存在的问题", "（一）拨款慢。" + WHY)
    text = ("正文", "一、项目概况", WHY, "二、评价结论", WHY)
    assert headings(report(*summary, *text)) == ["拨款慢"]
    assert headings(report(*summary, *text, "三、存在的问题", "（一）资金拨付迟缓", WHY)) == ["资金拨付迟缓"]


def test_a_heading_that_a_page_broke_is_whole_again() -> None:
    document = body(
        "五、存在的问题",
        "（一）部分乡镇未按照批复的实施方案组织施工，擅自调整了",
        "堤防护坡的结构形式",
        WHY,
        "（二）成本偏高",
        WHY,
    )
    assert headings(document) == ["部分乡镇未按照批复的实施方案组织施工，擅自调整了堤防护坡的结构形式", "成本偏高"]
    document = body("五、存在的问题", "（一）资金安排与任", "务量脱节", WHY, "（二）拨款滞后", "资金晚到", WHY)
    assert headings(document) == ["资金安排与任务量脱节", "拨款滞后"]


def test_a_problem_has_its_text_its_amounts_and_its_place() -> None:
    document = body(
        "五、存在的问题", "（一）超范围列支。该镇用项目资金支付办公费3.20万元，另有 450 元无票据。", "涉及1个镇。"
    )
    (problem,) = read_problems(document)
    assert problem.amounts == ["3.20万元", "450元"]
    assert problem.text.startswith("超范围列支。该镇") and problem.text.endswith("涉及1个镇。")
    assert problem.evidence.quote.startswith("（一）超范围列支") and problem.evidence.section == "五、存在的问题"


# --- lists of problems ----------------------------------------------------------------------------------------------


def listed(*blocks: str | Table, form: str = "txt") -> list[ProblemRow]:
    return read_problem_list(body("三、存在的问题", "（一）拨款滞后", WHY, after=("附件1：问题清单", *blocks)) if form == "txt" else report(
        "一、概况", WHY, "二、结论", WHY, "附件1：问题清单", *blocks, form=form
    ))  # fmt: skip


def told(rows: list[ProblemRow]) -> list[tuple[str | None, str]]:
    return [(row.unit, row.text) for row in rows]


@pytest.mark.parametrize(
    "header",
    [
        "问题分类|序号|问题描述|责任单位",
        "类别|序号|存在的问题|项目责任单位",
        "问题类型|编号|具体问题表现|整改责任单位",
        "一级指标|序号|发现问题|单位名称",
    ],
)
def test_columns_of_a_list_have_many_names(header: str) -> None:
    rows = listed(grid(header, "决策|1|指标未量化，难以考核。|甲局", "|2|论证不充分。|乙局"))
    assert told(rows) == [("甲局", "指标未量化，难以考核。"), ("乙局", "论证不充分。")]


def test_the_title_may_stand_in_the_table() -> None:
    title = Cell("项目问题清单", 0, 0, column_span=3)
    table = grid("||", "序号|存在问题|责任部门", "1|指标未量化。|甲局")
    table.rows[0] = [title] * 3
    assert told(read_problem_list(report("一、概况", WHY, "二、结论", WHY, "附件1：资料", table))) == [
        ("甲局", "指标未量化。")
    ]


def test_columns_stand_in_any_order() -> None:
    rows = listed(
        grid("责任单位|序号|整改建议|问题描述", "甲局|1|补充指标|指标未量化。", "乙局|2|补充论证|论证不充分。")
    )
    assert told(rows) == [("甲局", "指标未量化。"), ("乙局", "论证不充分。")]


def test_rows_without_a_problem_are_left_out() -> None:
    rows = listed(
        grid(
            "问题分类|序号|问题描述|责任单位",
            "决策|1|指标未量化。|甲局",
            "过程|1||",
            "产出|1|无|乙局",
            "合计|1个||",
            "备注：|资料截至年末|资料截至年末|",
        )
    )
    assert told(rows) == [("甲局", "指标未量化。")]


def test_a_list_goes_on_in_parts_without_header_and_with_a_column_fewer() -> None:
    rows = listed(
        grid("问题分类|序号|责任单位|问题描述", "决策|1|甲局|绩效指标未量化，难以考核。"),
        "效益存在的问题",
        grid("2|乙局|管护责任未落实，设施损坏较多。", "3|丙局|群众知晓程度不高，宣传不到位。"),
        "备注：",
    )
    assert told(rows) == [
        ("甲局", "绩效指标未量化，难以考核。"), ("乙局", "管护责任未落实，设施损坏较多。"), ("丙局", "群众知晓程度不高，宣传不到位。"),
    ]  # fmt: skip


def test_a_row_cut_by_a_page_and_a_repeated_first_row_are_mended() -> None:
    rows = listed(
        grid(
            "序号|责任单位|问题描述", "1|甲局|指标未量化。", "2|乙镇人民|部分护坡厚度不达标，现场抽查的六处点位中有两"
        ),
        grid("序号|责任单位|问题描述", "|政府|处。", "3|丙局|资料缺失。"),
        form="pdf",
    )
    assert told(rows) == [
        ("甲局", "指标未量化。"), ("乙镇人民政府", "部分护坡厚度不达标，现场抽查的六处点位中有两处。"), ("丙局", "资料缺失。"),
    ]  # fmt: skip


def test_a_unit_is_carried_down_where_the_export_lost_the_merge() -> None:
    table = ("序号|问题描述|责任单位", "1|指标未量化。|甲局", "2|资料缺失。|")
    assert [row.unit for row in listed(grid(*table))] == ["甲局", "甲局"]
    assert [row.unit for row in listed(grid(*table), form="docx")] == ["甲局", None]


def test_where_a_column_states_the_problem_the_description_beside_it_is_not_taken() -> None:
    rows = listed(
        grid("责任单位|问题|问题描述", "甲局|指标未量化。|三项指标只有文字。", "乙局|管理制度不健全。|没有验收办法。")
    )
    assert [row.text for row in rows] == ["指标未量化。", "管理制度不健全。"]


def test_where_a_column_only_names_the_problem_its_description_is_taken() -> None:
    rows = listed(
        grid("问题分类|主要问题|问题描述", "产出|成本问题|实际支出超出预算二成。", "过程|制度问题|没有验收办法。")
    )
    assert [row.text for row in rows] == ["实际支出超出预算二成。", "没有验收办法。"]


def test_several_points_in_a_cell_are_one_row() -> None:
    rows = listed(grid("序号|问题描述|责任单位", "1|审核不严。1.发票缺失；\n2.签字不全。|甲局"))
    assert [row.text for row in rows] == ["审核不严。1.发票缺失； 2.签字不全。"]


@pytest.mark.parametrize(
    "table",
    [
        grid("项目名称|预算金额（万元）|发现问题|结果应用建议", "堤防修复|120.00|拨款滞后。|优化预算"),
        grid("选项|小计|比例", "存在问题|12|3.50%", "没有问题|88|96.50%"),
        grid("序号|姓名|职务", "1|李工|组长", "2|王工|成员"),
    ],
)
def test_other_tables_are_no_lists_of_problems(table: Table) -> None:
    document = report("一、概况", WHY, "二、结论", WHY, "附件1：评价资料", table)
    assert read_problem_list(document) == []


def test_a_row_knows_its_place() -> None:
    (row,) = listed(grid("序号|问题描述|责任单位", "1|资料缺失。|甲局"))
    assert (row.evidence.row, row.evidence.column, row.evidence.quote) == (1, 1, "1 | 资料缺失。 | 甲局")


@pytest.mark.parametrize(
    "title", ["附件2：存在问题及整改建议清单", "附件2 问题整改台账", "附表3：发现问题和责任落实一览表"]
)
def test_the_table_of_problems_has_many_names(title: str) -> None:
    table = grid(
        *(
            "序号|存在问题|责任部门|涉及金额（万元）",
            "1|日志记录不完整，缺少三个月的内容|水利站|—",
            "2|堤顶路面出现裂缝|工程处|3.60",
        ),
    )
    rows = read_problem_list(
        body("六、存在的问题", "（一）日志记录缺失", WHY, after=("七、附件", "附件1 无", title, table))
    )
    assert [row.text for row in rows] == ["日志记录不完整，缺少三个月的内容", "堤顶路面出现裂缝"]
