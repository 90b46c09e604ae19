"""The document as read: blocks in reading order, each number traceable to its place. Plain data, no I/O.

A reader fills `Document.blocks` with `Paragraph` and `Table` in reading order; `extractor.layout` joins what pages
broke, turns paragraphs into `Heading`s and fills `Document.sections`. Everything after that only reads.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Literal

from extractor.record import record

BBox = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points (1/72 inch) from the page's top left corner."""

Place = Literal["body", "header", "footer", "footnote", "textbox"]
Zone = Literal["cover", "contents", "summary", "body", "appendix"]


@record(frozen=True, slots=True)
class Evidence:
    """Where something stands. `quote` is the sentence, or the table row with its cells joined by ` | `; never empty.

    `page` is 1-based; `block`, `table`, `row`, `column` are 0-based; all are None where they do not apply. `read_as` is
    what a recogniser read where arithmetic shows that something else stands.
    """

    quote: str
    page: int | None = None
    bbox: BBox | None = None
    section: str | None = None
    block: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    read_as: str | None = None


@record(frozen=True, slots=True)
class Line:
    """The characters `start:end` of a text, printed on one line of one page (`page` is 1-based).

    `edges`, when known, holds the x coordinates of the characters' boundaries: `end - start + 1` numbers. `sure` tells,
    of what was recognised from a picture, how sure each character is (0 to 1): `end - start` numbers, none of what the
    file itself told. `slope` is by how much the line falls for each point to the right, within its `bbox`.
    """

    start: int
    end: int
    page: int
    bbox: BBox
    edges: tuple[float, ...] = ()
    sure: tuple[float, ...] = ()
    slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """What print tells of a paragraph. `outline` is the level given by Word or Markdown (1 is the highest), if any;
    `size` is the font size in points; `indent` the first line's left edge in points."""

    size: float | None = None
    bold: bool = False
    align: Literal["left", "center", "right"] | None = None
    outline: int | None = None
    indent: float | None = None


@dataclass(slots=True)
class Paragraph:
    """A paragraph of running text. `text` includes the numbering that Word draws but does not store.

    `after_break` tells that a page break (or, in text exports, what may have been one) precedes the paragraph.
    """

    text: str
    lines: tuple[Line, ...] = ()
    style: Style = Style()
    place: Place = "body"
    after_break: bool = False

    @property
    def page(self) -> int | None:
        """1-based page on which the paragraph begins, None where the format has no pages."""
        return self.lines[0].page if self.lines else None


@dataclass(slots=True)
class Heading(Paragraph):
    """A paragraph that opens a section. `number` is its numbering as written (`（一）`, `3.`), `title` the rest,
    `level` its depth in the outline, 1 for the highest."""

    number: str = ""
    title: str = ""
    level: int = 1


@dataclass(slots=True)
class Cell:
    """One cell, at its top left grid place. A merged cell is one object that stands in every grid place it covers.

    `carried` marks a span that layout inferred from blanks (exports lose merges) rather than one the format states.
    `bbox` is its outline where pages show one; of a cell cut by pages, the outline of its last part.
    """

    text: str
    row: int = 0
    column: int = 0
    row_span: int = 1
    column_span: int = 1
    lines: tuple[Line, ...] = ()
    carried: bool = False
    nested: tuple[Table, ...] = ()
    bbox: BBox | None = None

    @property
    def page(self) -> int | None:
        return self.lines[0].page if self.lines else None


@dataclass(slots=True)
class Table:
    """A rectangular grid: `rows[r][c]` is the cell that covers that place, so every row has the same length.

    `caption` is the line above it that names it, `unit` the unit stated for the whole table (单位：万元), `header`
    the number of leading rows that name the columns, `bbox` the outline on the first page (None without pages).
    """

    rows: list[list[Cell]]
    caption: str = ""
    unit: str | None = None
    header: int = 0
    bbox: BBox | None = None
    first_page: int | None = None
    after_break: bool = False

    @property
    def page(self) -> int | None:
        if self.first_page is not None:
            return self.first_page
        return next((c.page for row in self.rows for c in row if c.page is not None), None)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def texts(self, row: int) -> list[str]:
        """The row's texts, one per grid place; a merged cell's text appears in each place it covers."""
        return [cell.text for cell in self.rows[row]]

    def own(self, row: int) -> Iterator[Cell]:
        """The row's cells that begin in it, so that a cell merged over several rows or columns is met once."""
        return iter({id(cell): cell for cell in self.rows[row] if cell.row == row}.values())


Block = Paragraph | Table


@dataclass(slots=True)
class Section:
    """A stretch of the outline: blocks `start:end` (its heading is `start`), 0-based. `parent` indexes
    `Document.sections`, None at the top. The stretch before the first heading has `level` 0 and no heading."""

    title: str
    number: str
    level: int
    start: int
    end: int
    zone: Zone
    parent: int | None = None


_START = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that could not be read or was read with doubt; `code` is stable (`table.unreadable`), `message` Chinese."""

    code: str
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Misreading:
    """A number of a recognised page that was read as `read`, and is `meant` by all that it has to agree with. It begins
    at `start` in the text of the block, of a table in that of the cell at `row` and `column` (else -1). `sure` is how
    sure the recogniser was."""

    block: int
    row: int
    column: int
    start: int
    read: str
    meant: str
    sure: float


@dataclass(slots=True)
class Document:
    """One file, or after splitting one report of a file.

    `format` is pdf, docx, txt …; `pages` holds each page's (width, height) in points, empty where the format has no
    pages; `furniture` the running headers, footers and page numbers that were taken out of `blocks`.
    `page_range` is the 1-based first and last page of this report in the file; `misread` the numbers that were put
    right in the blocks (`reread`).
    """

    format: str
    blocks: list[Block] = field(default_factory=list)
    pages: list[tuple[float, float]] = field(default_factory=list)
    furniture: list[Paragraph] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    page_range: tuple[int, int] | None = None
    ocr_pages: list[int] = field(default_factory=list)
    misread: list[Misreading] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[int, int, Table]]:
        """(block index, table index, table) in reading order."""
        number = 0
        for index, block in enumerate(self.blocks):
            if isinstance(block, Table):
                yield index, number, block
                number += 1

    def paragraphs(self) -> Iterator[tuple[int, Paragraph]]:
        """(block index, paragraph), headings included."""
        for index, block in enumerate(self.blocks):
            if isinstance(block, Paragraph):
                yield index, block

    def section_of(self, block: int) -> Section | None:
        """The innermost section that holds the block: the last one opened before it that is still open."""
        for at in range(bisect_right(self.sections, block, key=_START) - 1, -1, -1):
            if block < self.sections[at].end:
                return self.sections[at]
        return None

    def titles_of(self, block: int, own: bool = True) -> str:
        """The titles of the sections that hold the block, outermost first, joined by `/`; without `own`, that of the
        section which the block itself opens is left out."""
        titles: list[str] = []
        section = self.section_of(block)
        while section is not None:
            if section.title and (own or section.start != block):
                titles.append(section.title)
            section = None if section.parent is None else self.sections[section.parent]
        return "/".join(reversed(titles))

    def zone_of(self, block: int) -> Zone:
        section = self.section_of(block)
        return section.zone if section else "body"


def row_quote(table: Table, row: int) -> str:
    """The whole row as an auditor reads it: every distinct cell once, joined by ` | `, white space collapsed."""
    cells: list[str] = []
    previous: Cell | None = None
    for cell in table.rows[row]:
        if cell is not previous and cell.text.strip():
            cells.append(" ".join(cell.text.split()))
        previous = cell
    return " | ".join(cells)


def region(lines: tuple[Line, ...], start: int, end: int) -> tuple[int | None, BBox | None]:
    """Page and box of the characters `start:end`; a stretch over several lines is boxed on its first page."""
    hit = [line for line in lines if line.start < end and start < line.end]
    if not hit:
        return (lines[0].page, lines[0].bbox) if lines else (None, None)
    page = hit[0].page
    boxes = [_cut(line, start, end) for line in hit if line.page == page]
    left, top, right, bottom = boxes[0] if len(boxes) == 1 else _around(boxes)
    return page, (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))


def _around(boxes: list[BBox]) -> BBox:
    """The smallest box that holds them all."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _cut(line: Line, start: int, end: int) -> BBox:
    if len(line.edges) != line.end - line.start + 1:
        return line.bbox
    first, last = max(start, line.start) - line.start, min(end, line.end) - line.start
    x0, top, x1, bottom = line.bbox
    left, right = line.edges[first], line.edges[last]
    if line.slope:
        # What the line falls before and after the stretch is no part of its box.
        before, after = line.slope * (left - x0), line.slope * (x1 - right)
        top, bottom = top + max(0.0, before) - min(0.0, after), bottom - max(0.0, after) + min(0.0, before)
    return left, top, right, bottom


def text_evidence(
    document: Document, block: int, start: int, end: int, quote: tuple[int, int] | None = None
) -> Evidence:
    """Evidence for the characters `start:end` of a paragraph; the quote is the stretch `quote` around them, by default
    the sentence that holds them."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    a, b = quote or sentence_around(paragraph.text, start, end)
    page, bbox = region(paragraph.lines, start, end)
    section = document.section_of(block)
    return Evidence(
        quote=paragraph.text[a:b].strip() or paragraph.text.strip(),
        page=page,
        bbox=bbox,
        section=section.number + section.title if section else None,
        block=block,
        read_as=_read_as(document, block, -1, -1, start, end),
    )


def cell_evidence(
    document: Document, block: int, table_index: int, row: int, column: int, quote: str | None = None
) -> Evidence:
    """Evidence for a table cell; the quote is its whole row, `quote` where that is known already."""
    table = document.blocks[block]
    assert isinstance(table, Table)
    cell = table.rows[row][column]
    whole = (table.page, table.bbox) if table.bbox else (None, None)
    page, bbox = region(cell.lines, 0, len(cell.text)) if cell.lines else whole
    section = document.section_of(block)
    return Evidence(
        quote=quote or row_quote(table, row) or cell.text.strip() or table.caption or "（空行）",
        page=page,
        bbox=bbox,
        section=section.number + section.title if section else None,
        block=block,
        table=table_index,
        row=row,
        column=column,
        read_as=_read_as(document, block, cell.row, cell.column, 0, len(cell.text)),
    )


def _read_as(document: Document, block: int, row: int, column: int, start: int, end: int) -> str | None:
    """What was read in the characters `start:end` in place of what is meant."""
    for m in document.misread:
        if (m.block, m.row, m.column) == (block, row, column) and start < m.start + len(m.meant) and m.start < end:
            return m.read
    return None


def reread(document: Document, misread: Sequence[Misreading]) -> None:
    """Put numbers right in the blocks, in place."""
    document.misread.extend(misread)
    for m in sorted(misread, key=lambda m: -m.start):
        block = document.blocks[m.block]
        place = block.rows[m.row][m.column] if isinstance(block, Table) else block
        end = m.start + len(m.read)
        place.text = place.text[: m.start] + m.meant + place.text[end:]
        place.lines = tuple(_relined(line, m.start, end, len(m.meant) - len(m.read)) for line in place.lines)
        if isinstance(place, Heading):
            place.title = place.title.replace(m.read, m.meant, 1)
            for section in document.sections:
                if section.start == m.block:
                    section.title = place.title


def _relined(line: Line, start: int, end: int, longer: int) -> Line:
    """The line after the characters `start:end` of its text became so many more; what was known of each of its
    characters is lost where their number changed."""
    if not longer or line.end <= start:
        return line
    if line.start >= end:
        return replace(line, start=line.start + longer, end=line.end + longer)
    return replace(line, end=line.end + longer, edges=(), sure=())


_SENTENCE_ENDS = "。！？；!?;\n"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]")


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of `text` from the sentence end before `start` to the one at or after `end`."""
    first = start
    while first > 0 and text[first - 1] not in _SENTENCE_ENDS:
        first -= 1
    last = max(end, start + 1)
    closing = _SENTENCE_END.search(text, last - 1)
    return first, closing.end() if closing else max(last, len(text))
