"""Running headers, footers and page numbers leave the body; what merely repeats stays."""

from __future__ import annotations

import pytest

from extractor.document import Block, Cell, Document, Line, Paragraph, Place, Style, Table
from extractor.layout.running import page_number, remove_running

WIDTH, HEIGHT = 595.0, 842.0
BODY = "本页叙述项目实施情况，内容各不相同"


def line(text: str, page: int, top: float, size: float = 14) -> Paragraph:
    return Paragraph(text, (Line(0, len(text), page, (72, top, 72 + size * len(text), top + size)),), Style(size=size))


def pages(count: int, header: str = "", footer: str = "", first: int = 1) -> Document:
    """`count` pages of two body lines each; {page} and {number} are filled in the header and the footer."""
    document = Document("pdf", pages=[(WIDTH, HEIGHT)] * count)
    for page in range(1, count + 1):
        found: list[Block] = []
        if header:
            found.append(line(header.format(page=page, number=page + first - 1), page, 42, 9))
        long = f"{BODY}，此处为第{'一二三四五六七八九十'[page - 1]}部分的说明"
        top = Line(0, len(long), page, (72, 80, 500, 94)), Line(0, len(long), page, (72, 100, 500, 114))
        found += [Paragraph(long, top, Style(size=14)), line(f"{BODY}之{page}", page, 300)]
        if footer:
            found.append(line(footer.format(page=page, number=page + first - 1), page, 800, 9))
        found[0].after_break = page > 1
        document.blocks += found
    return document


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def left(document: Document) -> int:
    return sum(not text.startswith(BODY) for text in texts(remove_running(document)))


@pytest.mark.parametrize(
    "footer",
    [
        "{number}",
        "- {number} -",
        "— {number} —",
        "第{number}页",
        "第 {number} 页 共 30 页",
        "{number}/30",
        "Page {number}",
    ],
)
@pytest.mark.parametrize("first", [1, 5])
def test_page_numbers_go_wherever_they_start(footer: str, first: int) -> None:
    document = remove_running(pages(6, footer=footer, first=first))
    assert all(text.startswith(BODY) for text in texts(document))
    assert len(document.furniture) == 6


def test_roman_page_numbers_go() -> None:
    document = pages(4)
    for page, number in enumerate(("ii", "iii", "iv", "v"), 1):
        document.blocks.insert(3 * page - 1, line(number, page, 800))
    assert left(document) == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("- 12 -", 12),
        ("第3页 共30页", 3),
        ("xiv", 14),
        ("Ⅳ", 4),
        ("3.5", None),
        ("2023年", None),
        ("合计", None),
    ],
)
def test_only_a_page_number_is_one(text: str, number: int | None) -> None:
    assert page_number(text) == number


def test_a_repeated_header_goes_and_the_page_break_stays() -> None:
    document = remove_running(pages(5, header="某区河道整治项目绩效评价报告"))
    assert len(document.furniture) == 5 and len(document.blocks) == 10
    assert [b.after_break for b in document.blocks] == [False, False] + [True, False] * 4


def test_a_header_with_the_page_number_in_it_goes() -> None:
    assert left(pages(5, header="绩效评价报告 第{number}页")) == 0


def test_header_and_footer_of_two_lines_go() -> None:
    document = pages(6, header="明衡会计师事务所", footer="{number}")
    for page in range(6, 0, -1):
        place = next(i for i, b in enumerate(document.blocks) if b.page == page)
        document.blocks.insert(place + 1, line("绩效评价报告", page, 56, 9))
    assert left(document) == 0
    assert len(document.furniture) == 18


def test_a_known_header_goes_from_a_page_where_it_stands_elsewhere() -> None:
    document = pages(6, header="某区河道整治项目绩效评价报告")
    header = next(b for b in document.blocks if b.page == 4)
    assert isinstance(header, Paragraph)
    header.lines = (Line(0, len(header.text), 4, (72, 62, 200, 71)),)
    assert left(document) == 0


def test_chapter_names_that_change_go() -> None:
    document = pages(9)
    for page in range(9, 0, -1):
        chapter = ("项目概况", "评价结论", "问题与建议")[(page - 1) // 3]
        place = next(i for i, b in enumerate(document.blocks) if b.page == page)
        document.blocks.insert(place, line(chapter, page, 42, 9))
    assert left(document) == 0


def test_odd_and_even_headers_go() -> None:
    document = pages(8)
    for page in range(8, 0, -1):
        place = next(i for i, b in enumerate(document.blocks) if b.page == page)
        document.blocks.insert(place, line(("项目名称甲", "评价机构乙")[page % 2], page, 42, 9))
    assert left(document) == 0


def test_a_body_line_that_repeats_stays() -> None:
    """The same answer in the middle of many pages, and a first line that happens to recur on a few of them."""
    document = pages(10)
    for page in range(10, 0, -1):
        place = next(i for i, b in enumerate(document.blocks) if b.page == page)
        document.blocks.insert(place + 1, line("C. 一般", page, 200))
        if page in (2, 9):
            document.blocks.insert(place, line("特此说明", page, 76))
    assert left(document) == 12


def test_captions_and_units_at_the_top_of_pages_stay() -> None:
    document = pages(8)
    for page in (6, 5, 4, 3):
        place = next(i for i, b in enumerate(document.blocks) if b.page == page)
        document.blocks.insert(place, line("单位：万元", page, 76))
    assert left(document) == 4


def test_a_figure_alone_at_the_foot_of_one_page_stays() -> None:
    document = pages(3)
    document.blocks.append(line("652", 3, 760))
    assert left(document) == 1


@pytest.mark.parametrize("place", ["header", "footer"])
def test_what_the_format_calls_header_or_footer_goes(place: Place) -> None:
    document = Document("docx", [Paragraph("绩效评价报告", place=place), Paragraph("正文。")])
    assert texts(remove_running(document)) == ["正文。"]


def table(*cells: str) -> Table:
    return Table([[Cell(text, 0, column) for column, text in enumerate(cells)]])


def parts(between: str, count: int) -> Document:
    blocks: list[Block] = [Paragraph("某区河道整治项目绩效评价报告")]
    for number in range(count):
        blocks += [table(f"指标{number}", "10"), Paragraph(between)]
    return Document("txt", [*blocks, table("合计", "100")])


def test_a_title_between_the_parts_of_a_table_goes_where_there_are_no_pages() -> None:
    document = remove_running(parts("某区河道整治项目 绩效评价报告", 4))
    assert texts(document) == ["某区河道整治项目绩效评价报告"]
    assert len(document.furniture) == 4


@pytest.mark.parametrize(
    ("between", "count"),
    [("某区河道整治项目绩效评价报告", 2), ("单位：万元", 5), ("表3 资金情况", 5), ("（二）资金情况", 5)],
)
def test_what_belongs_to_the_tables_stays(between: str, count: int) -> None:
    assert len(texts(remove_running(parts(between, count)))) == count + 1


def test_page_numbers_that_an_export_kept_go_and_tell_of_page_breaks() -> None:
    blocks = [Paragraph(text) for text in ("甲段。", "— 19 —", "乙段。", "— 20 —", "丙段。", "— 22 —", "丁段。")]
    document = remove_running(Document("txt", blocks=list(blocks)))
    assert texts(document) == ["甲段。", "乙段。", "丙段。", "丁段。"]
    assert [b.after_break for b in document.blocks] == [False, True, True, True]


@pytest.mark.parametrize("numbers", [("3", "5"), ("12", "7", "30"), ("85", "200", "310")])
def test_numbers_alone_that_do_not_count_up_stay(numbers: tuple[str, ...]) -> None:
    document = remove_running(Document("txt", blocks=[Paragraph(text) for text in numbers]))
    assert len(document.blocks) == len(numbers)
