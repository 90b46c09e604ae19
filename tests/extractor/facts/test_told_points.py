import pytest

from extractor.document import Document, Heading, Paragraph
from extractor.facts.told_points import told_mark, told_marks
from extractor.layout.outline import outline


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("该指标满分 4.00 分，得 3.5 分。", "less"),
        ("产出成本，分值4分，实际得分0分。", "less"),
        ("分值3分，评价得分3分，得分率100%。", "full"),
        ("得分率85.71%。", "less"),
        ("资料不全，扣0.5分。", "less"),
        ("属不可抗力，扣0分，得满分。", "full"),
        ("本项指标不得分。", "less"),
        ("制度健全，不扣分。", "full"),
        ("项目总投资400万元。", ""),
    ],
)
def test_points_are_told_in_many_words(text: str, mark: str) -> None:
    assert told_mark(text) == mark


def test_a_short_section_tells_for_all_its_paragraphs() -> None:
    lines = ["一、绩效分析", "（一）到位率", "资金只到了八成。", "满分4分，得3分。", "（二）及时性", "资金按时到位。"]
    blocks, sections = outline([Paragraph(line) for line in lines])
    document = Document("txt", blocks=blocks, sections=sections)
    assert isinstance(blocks[1], Heading)
    marks = told_marks(document)
    assert marks[2] == marks[3] == "less"
    assert 5 not in marks
