"""The outline: levels by numbering, zones by their marks, headings told from items."""

import pytest

from extractor.document import Document, Heading, Paragraph, Style
from extractor.layout import lay_out

TEXT = "评价组查阅了项目资料并走访了有关单位，对资金的安排、拨付和使用情况进行了核实，情况总体良好。"


def laid_out(*texts: str) -> Document:
    (document,) = lay_out(Document(format="txt", blocks=[Paragraph(text) for text in texts]))
    return document


def headings(document: Document) -> list[tuple[int, str]]:
    return [(b.level, b.text) for b in document.blocks if isinstance(b, Heading)]


def test_levels_follow_the_numbering_even_where_a_level_is_left_out() -> None:
    document = laid_out("一、概况", "（一）立项", "1.背景", TEXT, "（1）依据", TEXT, "二、问题", "1、成本偏高", TEXT)
    assert headings(document) == [
        (1, "一、概况"), (2, "（一）立项"), (3, "1.背景"), (4, "（1）依据"), (1, "二、问题"), (2, "1、成本偏高"),
    ]  # fmt: skip


def test_full_and_half_width_brackets_are_one_numbering() -> None:
    document = laid_out("一、概况", "（一）立项", TEXT, "(二) 预算", TEXT)
    assert [level for level, _ in headings(document)] == [1, 2, 2]


def test_list_items_and_sentences_are_no_headings() -> None:
    document = laid_out("一、概况", "（1）负担协管员补贴支出；", "1.客观公正原则。评价应当依据事实，独立进行。", TEXT)
    assert headings(document) == [(1, "一、概况")]


def test_a_heading_may_be_a_sentence_and_may_hold_points() -> None:
    document = laid_out(
        "五、问题",
        "（一）制度执行不到位，未进行跟踪，未核实执行情况。",
        TEXT,
        "1.项目立项，满分3分，实际得分3分。",
        TEXT,
    )
    assert [text for _, text in headings(document)][1:] == [
        "（一）制度执行不到位，未进行跟踪，未核实执行情况。",
        "1.项目立项，满分3分，实际得分3分。",
    ]


def test_zones_of_a_report_with_everything() -> None:
    document = laid_out(
        "某市某项目绩效评价报告", "委托单位：某市财政局", "评价机构：某咨询公司",
        "目 录", "摘 要……3", "一、概况……5", "附件……9",
        "摘 要", "一、概况", TEXT, "二、结论", TEXT,
        "正 文", "一、概况", TEXT, "二、结论", TEXT,
        "附件一：得分表", "某表",
    )  # fmt: skip
    zones = [document.zone_of(i) for i in range(len(document.blocks))]
    assert zones == ["cover"] * 3 + ["contents"] * 4 + ["summary"] * 5 + ["body"] * 5 + ["appendix"] * 2


def test_a_summary_ends_where_the_numbering_begins_anew() -> None:
    document = laid_out("摘要", "一、概况", TEXT, "二、结论", TEXT, "一、概况", TEXT, "二、结论", TEXT)
    assert [document.zone_of(i) for i in (1, 3, 5, 7)] == ["summary", "summary", "body", "body"]


def zones(document: Document) -> list[str]:
    return [document.zone_of(i) for i in range(len(document.blocks))]


def test_what_introduces_the_report_is_no_part_of_the_cover() -> None:
    cover = ["某市某项目绩效评价报告", "二〇二三年八月"]
    introduction = (
        "为强化支出责任，评价组受托对该项目开展了绩效评价，评价期间为2022年1月至12月，现将有关情况与评价结果一并报告如下。"
        * 2
    )
    assert zones(laid_out(*cover, introduction, "一、概况", TEXT)) == ["cover"] * 2 + ["body"] * 3


def test_a_foreword_after_the_summary_opens_the_body() -> None:
    document = laid_out("摘 要", TEXT, "前 言", TEXT, "一、概况", TEXT, "二、结论", TEXT)
    assert zones(document) == ["summary"] * 2 + ["body"] * 6
    assert headings(document)[1] == (1, "前 言")


def test_numbers_in_the_appendix_begin_no_body() -> None:
    document = laid_out(
        "摘要", TEXT, "一、概况", TEXT, "二、结论", TEXT, "附件1：问卷", "一、患者问卷", TEXT, "二、职工问卷", TEXT
    )
    assert zones(document) == ["summary"] * 2 + ["body"] * 4 + ["appendix"] * 5


def test_decimal_reports_keep_their_appendix_though_it_counts_otherwise() -> None:
    body = ["1 概况", "1.1 立项", TEXT, "1.2 资金", TEXT, "2 结论", "2.1 得分", TEXT]
    document = laid_out(*body, "附件1", "一、患者问卷", TEXT, "二、职工问卷", TEXT)
    assert zones(document) == ["body"] * 8 + ["appendix"] * 5


def test_a_report_without_any_marks_is_all_body() -> None:
    document = laid_out("一、概况", TEXT, "二、结论", TEXT)
    assert {document.zone_of(i) for i in range(4)} == {"body"}


def test_appendix_word_on_the_first_line_opens_no_appendix() -> None:
    document = laid_out("附件2", "某年转移支付情况说明", "一、概况", TEXT, "二、结论", TEXT)
    assert document.zone_of(2) == "body"


def test_a_styled_line_without_number_is_a_heading() -> None:
    blocks = [Paragraph("一、概况"), Paragraph("主要做法", style=Style(outline=2)), Paragraph(TEXT)]
    (document,) = lay_out(Document(format="docx", blocks=list(blocks)))
    assert headings(document) == [(1, "一、概况"), (2, "主要做法")]


def test_a_block_knows_its_section() -> None:
    document = laid_out("一、概况", "（一）立项", TEXT, "二、结论", TEXT)
    section = document.section_of(2)
    assert section is not None and (section.number, section.title) == ("（一）", "立项")


def report(title: str) -> list[str]:
    return [title, "委托单位：某市财政局", "评价机构：某咨询公司", "一、概况", TEXT, "二、问题", TEXT, "三、建议", TEXT]


def test_a_file_of_two_reports_is_split_at_the_second_cover() -> None:
    texts = report("甲项目绩效评价报告") + report("乙项目绩效评价报告")
    parts = lay_out(Document(format="txt", blocks=[Paragraph(t) for t in texts]))
    assert [part.blocks[0].text for part in parts if isinstance(part.blocks[0], Paragraph)] == [
        "甲项目绩效评价报告",
        "乙项目绩效评价报告",
    ]


@pytest.mark.parametrize("extra", [["甲项目绩效评价报告"], ["附件：", "甲项目绩效评价报告", TEXT]])
def test_the_title_standing_again_is_no_second_report(extra: list[str]) -> None:
    texts = report("甲项目绩效评价报告") + extra
    assert len(lay_out(Document(format="txt", blocks=[Paragraph(t) for t in texts]))) == 1


def test_a_title_page_that_repeats_the_cover_is_no_second_report() -> None:
    texts = ["甲项目绩效评价报告", "委托单位：某市财政局", "评价机构：某咨询公司", *report("甲项目绩效评价报告")]
    assert len(lay_out(Document(format="txt", blocks=[Paragraph(t) for t in texts]))) == 1


def test_reports_that_count_1_and_1_1_have_an_outline_zones_and_lists() -> None:
    document = laid_out(
        "目录", "1 项目概况\t1", "1.1 立项背景\t1", "2 存在的问题\t2", "2.1 年度目标笼统\t2", "3 建议\t3",
        "1 项目概况", "1.1 立项背景", TEXT, "1.2 资金安排", TEXT, "1.2.1 分析方法", "1.到位资金", TEXT,
        "2 存在的问题", "2.1 年度目标笼统", TEXT, "3 个镇街没有台账，资料由村干部自行保管，无法核对。", "附件1 评分表",
    )  # fmt: skip
    assert headings(document) == [
        (1, "1 项目概况"), (2, "1.1 立项背景"), (2, "1.2 资金安排"), (3, "1.2.1 分析方法"), (4, "1.到位资金"),
        (1, "2 存在的问题"), (2, "2.1 年度目标笼统"), (1, "附件1 评分表"),
    ]  # fmt: skip
    assert [document.zone_of(i) for i in (0, 5, 6, 14, len(document.blocks) - 1)] == [
        "contents", "contents", "body", "body", "appendix",
    ]  # fmt: skip


def test_bare_numbers_are_no_headings_in_reports_that_count_otherwise() -> None:
    document = laid_out("一、概况", TEXT, "2 第二小组", TEXT, "二、问题", TEXT)
    assert headings(document) == [(1, "一、概况"), (1, "二、问题")]


def test_decimals_stand_under_numbers_with_a_point_too() -> None:
    document = laid_out(
        "摘要", "1.项目概况", TEXT, "2.评价结论", TEXT, "1.项目概况", "1.1 立项背景", TEXT, "1.2项目内容", TEXT, "2.评价结论",
        "2.1 综合结论", TEXT, "附件1 评分表",
    )  # fmt: skip
    assert headings(document)[3:] == [
        (1, "1.项目概况"), (2, "1.1 立项背景"), (2, "1.2项目内容"), (1, "2.评价结论"), (2, "2.1 综合结论"), (1, "附件1 评分表"),
    ]  # fmt: skip
    assert [document.zone_of(i) for i in (1, 5, 13)] == ["summary", "body", "appendix"]


def test_word_s_heading_styles_nest_without_numbers() -> None:
    def styled(text: str, depth: int) -> Paragraph:
        return Paragraph(text, style=Style(outline=depth))

    blocks = [styled("概况", 1), styled("立项", 2), styled("依据", 3), styled("资金", 2), styled("问题", 1)]
    (document,) = lay_out(Document(format="docx", blocks=list(blocks)))
    assert headings(document) == [(1, "概况"), (2, "立项"), (3, "依据"), (2, "资金"), (1, "问题")]


def test_a_coded_indicator_with_its_points_is_a_heading_and_a_coded_answer_none() -> None:
    document = laid_out(
        "一、指标分析",
        "1.资金管理，分值3分，得分2.5分。",
        "D11. 资金到位率，分值1分，得分0.5分。",
        TEXT,
        "A1. 非常满意",
        TEXT,
    )
    assert [text for _, text in headings(document)][1:] == [
        "1.资金管理，分值3分，得分2.5分。",
        "D11. 资金到位率，分值1分，得分0.5分。",
    ]


def test_a_summary_titled_in_brackets() -> None:
    document = laid_out("【摘 要】", TEXT, "一、概况", TEXT, "二、结论", TEXT)
    assert (document.zone_of(0), document.zone_of(1), document.zone_of(2)) == ("summary", "summary", "body")
