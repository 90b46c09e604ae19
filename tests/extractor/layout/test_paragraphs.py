"""A sentence cut by a page is one sentence."""

import pytest

from extractor.document import Line, Paragraph, Style
from extractor.layout.paragraphs import join_broken

LONG = "为深入实施产业振兴战略，加快建设现代化产业体系，市委、市政"


def joined(*texts: str) -> list[str]:
    return [b.text for b in join_broken([Paragraph(text) for text in texts]) if isinstance(b, Paragraph)]


def test_a_sentence_cut_in_the_middle_is_joined() -> None:
    assert joined(LONG, "府决定设立专项资金。", "资金共三类。") == [LONG + "府决定设立专项资金。", "资金共三类。"]


@pytest.mark.parametrize(
    "following",
    [
        "（二）项目预算",
        "1. 评价目的",
        "表 3.1：评价工作组",
        "附件一：得分表",
        "主管部门：某局",
        "评价范围：全部资金",
        "二〇二二年九月",
    ],
)
def test_what_begins_something_is_not_joined(following: str) -> None:
    assert joined(LONG, following) == [LONG, following]


def test_a_numbered_heading_takes_no_text() -> None:
    heading = "（一）部分项目未编制绩效目标申报表，部分项目没有开展绩效自评工作"
    assert joined(heading, "经现场调研，情况如下。") == [heading, "经现场调研，情况如下。"]


def test_a_heading_cut_after_a_comma_is_joined() -> None:
    assert joined("（二）产出指标与资金内容不符；时效指标为年度内完成，", "未细化到具体时间。") == [
        "（二）产出指标与资金内容不符；时效指标为年度内完成，未细化到具体时间。"
    ]


def test_short_lines_stay_apart() -> None:
    assert joined("某市财政局", "某会计师事务所") == ["某市财政局", "某会计师事务所"]


def test_a_styled_heading_is_not_joined() -> None:
    blocks = [
        Paragraph("关于加强专项资金使用管理工作的若干情况和下一步的工作打算", style=Style(outline=2)),
        Paragraph("正文从此开始。"),
    ]
    assert len(join_broken(list(blocks))) == 2


def test_a_title_in_bold_takes_no_text() -> None:
    bold = Style(bold=True)
    assert len(join_broken([Paragraph(LONG, style=bold), Paragraph("府决定设立专项资金。")])) == 2
    assert len(join_broken([Paragraph(LONG, style=bold), Paragraph("府决定设立专项资金", style=bold)])) == 1


def test_the_title_and_the_word_that_opens_a_zone_stay_apart() -> None:
    lines = ("2022年度海棠市职业技能竞赛经费项目支出绩效评价报告", "摘 要", "海棠市职业技能竞赛经费项目预算150万元。")
    assert joined(*lines) == list(lines)
    assert joined(LONG, "摘要") == [LONG, "摘要"]


def test_both_places_are_kept() -> None:
    first = Paragraph(LONG, (Line(0, len(LONG), 3, (80, 700, 500, 715)),))
    second = Paragraph("府决定。", (Line(0, 4, 4, (80, 60, 130, 75)),))
    (block,) = join_broken([first, second])
    assert [(line.start, line.end, line.page) for line in block.lines] == [
        (0, len(LONG), 3),
        (len(LONG), len(LONG) + 4, 4),
    ]
