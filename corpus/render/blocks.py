"""The text form of a report taken apart for setting: paragraphs with their roles, tables with the merges their blanks mean.

Tables are runs of tab-separated lines, or rows between blank lines whose cells stand on a line each, behind a tab. In a
body row the leading blank cells belong to the label above them; a blank right of a header label that has 名称 and 分值
under it belongs to that label; a total's blank cells to its label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractor.readers.text import clean

TITLES = {"目录", "摘要", "正文", "正文部分"}
HEADING_FORMS = (
    (re.compile(r"第[一二三四五六七八九十]+(部分|章)"), 1),
    (re.compile(r"[一二三四五六七八九十]+、"), 1),
    (re.compile(r"[（(][一二三四五六七八九十]+[)）]"), 2),
    (re.compile(r"\d+\.\d+\.\d+\s"), 3),
    (re.compile(r"\d+\.\d+\s"), 2),
    (re.compile(r"\d+[.．、](?!\d)"), 3),
    (re.compile(r"[（(]\d+[)）]"), 4),
)
APPENDIX = re.compile(r"附[件表]\s*[一二三四五六七八九十\d]+([-－]\d+)?[：:、.\s]")
CAPTION = re.compile(r"表\s*[\d一二三四五六七八九十]+([-.－]\d+)*[，：:.、\s]|单位[：:]|.{2,20}得分(情况)?表$")
CONTENTS_LINE = re.compile(r"(\t|[.…]{3,}|\s{2,})\s*-?\s*[\dIVX]+\s*-?$")
COVER_LABEL = re.compile(r"^(委托|评价|项目|主管|实施|预算|受托|编制|第三方|报告|出具)\S{0,10}[：:]")
SENTENCE_END = "。！？；：:;!?…）)”》"
TOTAL = re.compile(r"^(<b>)?(合\s*计|总\s*计|总\s*分|小\s*计|累\s*计)")
RULING = re.compile(r"-{3,}")
CELL_ALONE = re.compile(r"\t[^\t]*")
LONGEST_SECOND_LINE = 12
LONGEST_HEADING = {1: 40, 2: 70, 3: 60, 4: 60}
WIDE_COLUMNS, WIDE_TEXT = 7, 70
"""A table of so many columns, whose longest texts have so many characters together, is set on a landscape page."""


@dataclass(slots=True)
class Paragraph:
    """`role`: cover, title, heading (with `level`), contents, caption, text. `new_page` asks for a page break before it;
    `continues` tells that it is the second half of a sentence that a page broke."""

    text: str
    role: str = "text"
    level: int = 0
    new_page: bool = False
    continues: bool = False


@dataclass(slots=True)
class Table:
    """`merges` are (top, left, bottom, right), inclusive; `header` rows name the columns; `new_page`: cut from the one before."""

    rows: list[list[str]]
    header: int = 1
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    new_page: bool = False

    @property
    def wide(self) -> bool:
        longest = [max(len(row[column]) for row in self.rows) for column in range(len(self.rows[0]))]
        return len(longest) >= WIDE_COLUMNS and sum(longest) >= WIDE_TEXT


Block = Paragraph | Table


def read_blocks(text: str) -> list[Block]:
    """The blocks of a text report in order; every character of its text but markup is in one of them."""
    blocks: list[Block] = []
    rows: list[list[str]] = []
    in_contents = False
    lines = [clean(line) if line.strip() else line for line in text.split("\n")]
    for line in _rows_of_cells([*lines, ""]):
        in_contents = _in_contents(line, in_contents)
        cells = line.split("\t")
        filled = sum(bool(cell.strip()) for cell in cells)
        if len(cells) > 1 and not in_contents and filled > (0 if rows or len(cells) > 2 else 1):
            rows.append([cell.strip() for cell in cells])
            continue
        if rows:
            blocks.append(_table(rows))
            rows = []
        if line.strip():
            blocks.append(_paragraph(line, in_contents))
    _covers(blocks)
    _breaks(blocks)
    return blocks


def _rows_of_cells(lines: list[str]) -> list[str]:
    """The lines, with cells that stand on a line each put into their rows; a short line between two cells is the second
    line of the first."""
    out: list[str] = []
    row: list[str] = []
    for line, following, later in zip(lines, [*lines[1:], ""], [*lines[2:], "", ""], strict=True):
        bare = line.strip()
        goes_on = CELL_ALONE.fullmatch(following) is not None
        ends_row = not following.strip() and CELL_ALONE.fullmatch(later) is not None
        if CELL_ALONE.fullmatch(line):
            row.append(bare)
        elif row and (goes_on or ends_row) and bare and len(bare) <= LONGEST_SECOND_LINE and "\t" not in line:
            row[-1] += bare
        else:
            between_rows = row and goes_on and not bare
            if row:
                out.append("\t".join(row if len(row) > 1 else ["", *row]))
                row = []
            if not between_rows:
                out.append(line)
    return out


def _in_contents(line: str, before: bool) -> bool:
    bare = re.sub(r"[#\s*]", "", line)
    if bare == "目录":
        return True
    return before and (not bare or bool(CONTENTS_LINE.search(line.rstrip())))


def _paragraph(line: str, in_contents: bool) -> Paragraph:
    text = line.strip()
    marked = re.match(r"(#+)\s+", text)
    bare = text[marked.end() :] if marked else text
    bare = re.sub(r"^\*\*(.*)\*\*$", r"\1", bare)
    compact = re.sub(r"\s", "", bare)
    if compact in TITLES:
        return Paragraph(bare, "title", 1, new_page=True)
    if in_contents:
        return Paragraph(bare, "contents")
    if APPENDIX.match(bare) and len(bare) < 60:
        return Paragraph(bare, "title", 1, new_page=True)
    level = _heading_level(bare)
    if level:
        return Paragraph(bare, "heading", level)
    if marked:
        return Paragraph(bare, "heading", min(len(marked.group(1)), 4))
    if CAPTION.match(bare) and len(bare) < 60:
        return Paragraph(bare, "caption")
    return Paragraph(text)


def _heading_level(text: str) -> int:
    for form, level in HEADING_FORMS:
        if form.match(text) and len(text) <= LONGEST_HEADING[level]:
            closed = level > 2 and bool(re.search("[。；;：:]", text))
            return 0 if closed else level
    return 0


def _cover_label(paragraph: Paragraph) -> bool:
    return bool(COVER_LABEL.match(re.sub(r"\s", "", paragraph.text)))


def _covers(blocks: list[Block]) -> None:
    """The paragraphs from a report's name to its contents, summary or first heading are its cover."""
    index = 0
    while index < len(blocks):
        block = blocks[index]
        following = [b for b in blocks[index + 1 : index + 5] if isinstance(b, Paragraph)]
        named = isinstance(block, Paragraph) and re.search(r"报告\s*$", block.text) and len(block.text) < 60
        if named and isinstance(block, Paragraph) and (index == 0 or any(_cover_label(b) for b in following[:2])):
            block.role, block.level, block.new_page = "cover", 0, index > 0
            index += 1
            while index < len(blocks):
                part = blocks[index]
                if not isinstance(part, Paragraph) or part.role in ("title", "heading"):
                    break
                part.role = "cover"
                index += 1
            if index < len(blocks) and isinstance(part := blocks[index], Paragraph):
                part.new_page = part.new_page or any(_cover_label(b) for b in following[:2])
        else:
            index += 1


def _breaks(blocks: list[Block]) -> None:
    """Page breaks that the text shows: sentences in two paragraphs, tables in two."""
    for before, block in zip(blocks, blocks[1:], strict=False):
        if isinstance(block, Paragraph) and isinstance(before, Paragraph):
            open_end = (
                before.role in ("text", "heading") and before.text[-1] not in SENTENCE_END and len(before.text) > 10
            )
            block.continues = block.role == "text" and open_end and before.role == "text"
        elif isinstance(block, Table) and isinstance(before, Table):
            block.new_page = True
    for first, middle, block in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if isinstance(first, Table) and isinstance(block, Table) and isinstance(middle, Paragraph):
            middle.new_page = middle.new_page or (
                middle.role == "text" and len(first.rows[0]) - len(block.rows[0]) in (0, 1)
            )


def _table(lines: list[list[str]]) -> Table:
    rows = [row for row in lines if not all(RULING.fullmatch(cell) for cell in row if cell) or not any(row)]
    rows = rows or lines
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    table = Table(rows, _header_rows(rows))
    table.merges = [*_header_merges(table), *_label_merges(table), *_total_merges(table)]
    return table


def _header_rows(rows: list[list[str]]) -> int:
    """1, or 2 where the second row holds only 名称 and 分值; 0 where the first is a row of a table begun before."""
    if not rows[0][0] or any(re.fullmatch(r"[\d.,%\s]+", cell) for cell in rows[0]):
        return 0
    if (
        len(rows) > 1
        and "" in rows[0]
        and {cell for cell in rows[1] if cell} <= {"名称", "分值", "得分"}
        and any(rows[1])
    ):
        return 2
    return 1


def _header_merges(table: Table) -> list[tuple[int, int, int, int]]:
    if table.header != 2:
        return []
    first, second = table.rows[:2]
    merges, column = [], 0
    while column < len(first):
        end = column
        while end + 1 < len(first) and not first[end + 1] and second[end + 1]:
            end += 1
        if end > column:
            merges.append((0, column, 0, end))
        elif not second[column]:
            merges.append((0, column, 1, column))
        column = end + 1
    return merges


def _leading_blanks(row: list[str]) -> int:
    """How many cells of labels above a body row continues; 0 for totals and for rows that hold one cell alone."""
    count = next((index for index, cell in enumerate(row) if cell), len(row))
    filled = sum(bool(cell) for cell in row)
    if count == len(row) or filled < 2 or TOTAL.match(row[count]) or re.fullmatch(r"[\d.,%]+", row[count]):
        return 0
    return count


def _label_merges(table: Table) -> list[tuple[int, int, int, int]]:
    merges = []
    blanks = [0] * table.header + [_leading_blanks(row) for row in table.rows[table.header :]]
    for column in range(max(blanks, default=0)):
        top = table.header
        for row in range(table.header, len(table.rows) + 1):
            if row == len(table.rows) or blanks[row] <= column:
                if row - 1 > top and (blanks[top] > column or not TOTAL.match(table.rows[top][column])):
                    merges.append((top, column, row - 1, column))
                top = row
    return merges


def _total_merges(table: Table) -> list[tuple[int, int, int, int]]:
    labels = max((_leading_blanks(row) for row in table.rows[table.header :]), default=0)
    merges = []
    for index, row in enumerate(table.rows[table.header :], table.header):
        if row and TOTAL.match(row[0]):
            end = 0
            while end < labels and end + 1 < len(row) and not row[end + 1]:
                end += 1
            if end:
                merges.append((index, 0, index, end))
    return merges
