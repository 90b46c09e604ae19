"""Pages → the blocks of a document, whatever the format of the file: rulings make tables (`page_tables`), geometry the
paragraphs between them (`page_text`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from extractor.document import Document, Line, Paragraph, Table, Warning
from extractor.readers import ocr
from extractor.readers.errors import ReadError
from extractor.readers.page import Glyph, Page, turned_back
from extractor.readers.page_tables import Grid, grids, open_grids, table
from extractor.readers.page_text import (
    INDENT,
    LONG,
    Margins,
    TextLine,
    margins,
    paragraph,
    paragraphs,
    text_lines,
)

INDENTED = 0.1
"""A document in which over this share of the lines is set in like a first line marks its paragraphs that way."""
NOTE_MARK = re.compile(r"[\[［〔]?(?:\d{1,3}|[①-⑳*＊†])")
NEAR = 12.0
"""Margins that differ by less than this (points) are the same."""
TOUCHING = 0.15
"""Characters nearer to one another than this (ems) belong to one figure or Latin word."""
NOTE_RULE = (0.08, 0.45)
"""The ruling above footnotes is this share of the page's width."""
NOTE_SIZE = 0.95
"""Footnotes are set smaller than the running text, by this factor at least."""
DOUBTFUL_SHARE = 0.08
"""A page on which over this share of the characters may be others was badly recognised."""
RUNNING = 3
"""What the outermost lines of so many upright pages say is a running line on a turned one too."""
ENOUGH = 8
"""Lines a page needs to tell its own margins; with fewer, the whole document's pages of its width tell."""


@dataclass(slots=True)
class _Read:
    """A page's free lines and its tables, ready for paragraphs. `rules`: the levels of rulings that may stand above
    footnotes."""

    page: Page
    lines: list[TextLine]
    tables: list[tuple[float, Table]]
    rules: list[float] = field(default_factory=list)
    aside: list[Paragraph] = field(default_factory=list)


def document(form: str, pages: Iterable[Page | None]) -> Document:
    """The document of format `form` that the pages make, not laid out; None stands for a page that cannot be read.

    Warnings: `page.ocr` (pages that were recognised), `page.picture` (pages of whose pictures that is true), `page.doubt`
    (badly recognised ones), `page.scan` (pages without a text layer), `page.unread` (large pictures on pages with text),
    `page.garbled` (text layer without meaning), `page.unreadable`.
    Raises ReadError where there is nothing to read: file.truncated, file.scan, file.empty.
    """
    made = Document(form)
    reads: list[_Read] = []
    scans: list[int] = []
    garbled: list[int] = []
    broken: list[int] = []
    doubtful: list[int] = []
    scanned: list[int] = []
    inset: list[int] = []
    unread: list[int] = []
    for number, page in enumerate(pages, 1):
        if page is None:
            broken.append(number)
            made.pages.append((0.0, 0.0))
            continue
        made.pages.append((round(page.size[0], 1), round(page.size[1], 1)))
        if page.scan:
            scans.append(number)
            continue
        if page.recognised or page.insets:
            made.ocr_pages.append(number)
            (scanned if page.recognised else inset).append(number)
            if max(part.doubtful for part in (page, *page.insets)) > DOUBTFUL_SHARE:
                doubtful.append(number)
        elif page.bare and not ocr.available():
            unread.append(number)
        if page.garbled:
            garbled.append(number)
        if page.stamps:
            made.furniture.append(Paragraph(page.stamps, (Line(0, len(page.stamps), number, (0, 0, *page.size)),)))
        reads.extend(
            _read(part) for whole in (page, *page.insets) for part in whole.halves or (whole,) if part.characters
        )
    needed = "" if ocr.available() else f"；需要文字识别（OCR）：请安装 {ocr.INSTALL}"
    if not any(read.lines or read.tables or read.aside for read in reads):
        if broken and not scans:
            raise ReadError("file.truncated", "文件已损坏，没有一页能够读出")
        if scans:
            raise ReadError("file.scan", f"这是扫描件，没有文字层（{page_list(scans)}）{needed}")
        raise ReadError("file.empty", "文件里没有任何文字")
    for code, numbers, what in (
        ("page.ocr", scanned, "没有可用的文字层，文字由 OCR 识别，数字请与原件核对"),
        ("page.picture", inset, "的图片中的文字由 OCR 识别，数字请与原件核对"),
        ("page.doubt", doubtful, "的图像不清楚，识别的文字多处没有把握"),
        ("page.scan", scans, f"没有文字层（扫描图像），未能读取{needed}"),
        ("page.unread", unread, f"有大幅图片，图片中的文字未读取{needed}"),
        ("page.garbled", garbled, f"的文字层无法辨认，读出的内容不可靠{needed}"),
        ("page.unreadable", broken, "已损坏，未能读取"),
    ):
        if numbers:
            made.warnings.append(Warning(code, page_list(numbers) + what))
    _assemble(reads, made)
    return made


def page_list(numbers: list[int]) -> str:
    """Page numbers as a person writes them: 第3、5-9页."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "第" + "、".join(str(a) if a == b else f"{a}-{b}" for a, b in spans) + "页"


def _read(page: Page) -> _Read:
    found = grids(page.rulings) if page.rulings else []
    found += open_grids(page.rulings, found, page.glyphs, page.width)
    free = _assign(page.glyphs, found) if found else page.glyphs
    read = _Read(page, [], [])
    for turn, glyphs in page.aside.items():
        for line in _aside(glyphs, turn, page):
            x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
            place = _cell_at(found, x, y)
            if place is None:
                read.aside.append(paragraph([line], page, margins([], page.width)))
            else:
                found[place[0]].lines[place[1]].append(line)
    read.lines = text_lines(free)
    for grid in found:
        made = table(grid, page)
        if made is not None:
            read.tables.append((grid.ys[0], made))
    short, long = NOTE_RULE[0] * page.width, NOTE_RULE[1] * page.width
    read.rules = [r.top for r in page.rulings if short < r.x1 - r.x0 < long and _cell_at(found, r.x0, r.top) is None]
    page.glyphs, page.rulings, page.aside = [], [], {}
    return read


def _aside(glyphs: list[Glyph], turn: int, page: Page) -> list[TextLine]:
    """The lines of text that stands across the page's, with their boxes in the page's coordinates."""
    width, height = (page.height, page.width) if turn % 180 else (page.width, page.height)
    lines = text_lines(glyphs)
    for line in lines:
        line.box = turned_back(line.box, turn, width, height)
        line.edges = ()
    return lines


def _assign(glyphs: list[Glyph], found: list[Grid]) -> list[Glyph]:
    """Give each glyph to the cell that holds its middle, those of one figure or Latin word to the cell that holds most
    of it (a figure too wide for its cell runs over the ruling); those outside all tables are returned."""
    free: list[Glyph] = []
    word: list[tuple[Glyph, tuple[int, int] | None]] = []
    for glyph in glyphs:
        if word and not _same_word(word[-1][0], glyph):
            _place_word(word, found, free)
            word = []
        word.append((glyph, _cell_at(found, (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2)))
    _place_word(word, found, free)
    return free


def _same_word(last: Glyph, glyph: Glyph) -> bool:
    return (
        glyph.text.isascii()
        and last.text.isascii()
        and " " not in (glyph.text, last.text)
        and abs(glyph.bottom - last.bottom) < 0.1 * glyph.font.size
        and abs(glyph.x0 - last.x1) < TOUCHING * glyph.font.size
    )


def _cell_at(found: list[Grid], x: float, y: float) -> tuple[int, int] | None:
    """(grid, cell) that holds the point."""
    for number, grid in enumerate(found):
        cell = grid.at(x, y)
        if cell is not None:
            return number, cell
    return None


def _place_word(word: list[tuple[Glyph, tuple[int, int] | None]], found: list[Grid], free: list[Glyph]) -> None:
    if not word:
        return
    places = [place for _, place in word]
    place = places[0] if places.count(places[0]) == len(places) else Counter(places).most_common(1)[0][0]
    glyphs = free if place is None else found[place[0]].glyphs[place[1]]
    glyphs.extend(glyph for glyph, _ in word)


def _assemble(pages: list[_Read], document: Document) -> None:
    by_width: dict[int, list[TextLine]] = {}
    for read in pages:
        by_width.setdefault(round(read.page.width), []).extend(read.lines)
    common = {width: margins(lines, width) for width, lines in by_width.items()}
    set_in: Counter[bool] = Counter()
    for width, lines in by_width.items():
        for line in lines:
            set_in[INDENT * line.size < line.box[0] - common[width].left < 3 * line.size] += 1
    indented = set_in[True] > INDENTED * sum(set_in.values())
    by_width.clear()  # a page's lines go as soon as its paragraphs are made
    notes: list[Paragraph] = []
    firsts: list[tuple[bool, Paragraph | Table]] = []
    lasts: list[tuple[bool, Paragraph | Table]] = []
    for read in pages:
        area = _area(read, common[round(read.page.width)])
        read.lines, below = _notes_apart(read, area)
        blocks: list[tuple[float, Paragraph | Table]] = [*read.tables]
        for lines in _between_tables(read):
            for group in paragraphs(lines, area, indented):
                blocks.append((group[0].box[1], paragraph(group, read.page, area)))
        blocks.sort(key=lambda block: block[0])
        ordered = [block for _, block in blocks] + list(read.aside)
        read.lines, read.tables, read.aside = [], [], []
        if read.page.origin is not None:
            _put_in(document.blocks, ordered)
            continue
        if ordered:
            firsts.append((read.page.turn != 0, ordered[0]))
            lasts.append((read.page.turn != 0, ordered[-1]))
            ordered[0].after_break = bool(document.blocks)
        # Notes follow the paragraph that goes on over the page, so that they do not stand in the middle of its sentence.
        first = next((i for i, block in enumerate(ordered, 1) if _is_text(block, area)), len(ordered))
        document.blocks.extend([*ordered[:first], *notes, *ordered[first:]])
        notes = [paragraph(group, read.page, area) for group in paragraphs(below, area, indented)]
        for note in notes:
            note.place = "footnote"
    document.blocks.extend(notes)
    _name_running(firsts, "header")
    _name_running(lasts, "footer")


def _put_in(blocks: list[Paragraph | Table], inset: list[Paragraph | Table]) -> None:
    """Put what a picture says before the text of its page that stands below it."""
    at = len(blocks)
    while inset and at and blocks[at - 1].page == inset[0].page and _top(blocks[at - 1]) > _top(inset[0]):
        at -= 1
    blocks[at:at] = inset


def _top(block: Paragraph | Table) -> float:
    """The upper side on the page as displayed."""
    box = block.lines[0].bbox if isinstance(block, Paragraph) else block.bbox
    return box[1] if box is not None else 0.0


def _name_running(outermost: list[tuple[bool, Paragraph | Table]], place: Literal["header", "footer"]) -> None:
    """Name the running lines of pages that lie on their side or head, whose place on the page as displayed tells
    nothing: they say what those of upright pages say. `outermost`: whether a page is turned, its first or last block."""
    said = Counter(_masked(block) for is_turned, block in outermost if not is_turned)
    for is_turned, block in outermost:
        if is_turned and isinstance(block, Paragraph) and said[_masked(block)] >= RUNNING:
            block.place = place


def _masked(block: Paragraph | Table) -> str:
    """The text of a line without blanks, its figures made equal; nothing of a table."""
    return re.sub(r"\d+", "#", re.sub(r"\s", "", block.text)) if isinstance(block, Paragraph) else ""


def _is_text(block: Paragraph | Table, area: Margins) -> bool:
    """Whether it is part of the text, not the header of a page."""
    return isinstance(block, Table) or (block.style.size or 0.0) > NOTE_SIZE * area.body


def _notes_apart(read: _Read, area: Margins) -> tuple[list[TextLine], list[TextLine]]:
    """The lines of the text, and those of the footnotes: below a short ruling, in smaller type, the first one marked."""
    for rule in sorted(read.rules):
        below = [line for line in read.lines if line.box[1] > rule - 1]
        if below and NOTE_MARK.match(below[0].text) and len(below[0].text) > 4:
            notes = [line for line in below if line.size <= NOTE_SIZE * area.body and not _is_foot(line, below)]
            if all(line.size <= NOTE_SIZE * area.body or _is_foot(line, below) for line in below):
                return [line for line in read.lines if line not in notes], notes
    return read.lines, []


def _is_foot(line: TextLine, below: list[TextLine]) -> bool:
    """Whether it is the page's footer: the last line, well below the others."""
    return line is below[-1] and len(below) > 1 and line.base - below[-2].base > 2 * below[-2].size


def _area(read: _Read, usual: Margins) -> Margins:
    """The text area of a page: its own where its lines tell, else that of the pages of its width; a page that holds
    little but tables is as wide as they are."""
    if len(read.lines) < ENOUGH:
        boxes = [made.bbox for _, made in read.tables if made.bbox] if not read.page.turn else []
        left = min([usual.left, *(box[0] - read.page.offset for box in boxes)])
        right = max([usual.right, *(box[2] - read.page.offset for box in boxes)])
        return replace(usual, left=left, right=right)
    own = margins(read.lines, read.page.width)
    if abs(own.left - usual.left) < NEAR:
        right = max(own.right, usual.right) if own.right - usual.right < NEAR else own.right
        return replace(usual, right=right)
    if own.right - own.left < LONG * (usual.right - usual.left):
        return usual
    return replace(own, body=usual.body, pitch=usual.pitch | own.pitch)


def _between_tables(read: _Read) -> list[list[TextLine]]:
    """The free lines in stretches that no table interrupts."""
    tops = sorted(top for top, _ in read.tables)
    stretches: dict[int, list[TextLine]] = {}
    for line in read.lines:
        stretches.setdefault(sum(top < line.box[1] for top in tops), []).append(line)
    return list(stretches.values())
