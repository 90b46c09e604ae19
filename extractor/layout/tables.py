"""Tables made whole: cells one a line put into rows, parts joined over pages, merges carried down, captions and units found."""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.data import load
from extractor.document import Block, Cell, Line, Paragraph, Table
from extractor.language import cuts_word, squeeze
from extractor.layout.cuts import cut_by_page

_OUTLINE = load("outline")
_CONTINUATION = re.compile(_OUTLINE["continuation"])
_CONTENTS_LINE = re.compile(_OUTLINE["contents_line"])
_CAPTION = re.compile(_OUTLINE["table_caption"])
_UNIT = re.compile(_OUTLINE["table_unit"])
_UNIT_BEHIND = re.compile(_OUTLINE["table_unit_behind"])
_TOTAL = re.compile(_OUTLINE["total_row"])
_HEADER_WORD = re.compile(_OUTLINE["header_word"])
_NUMERIC = re.compile(r"[-+]?[\d,.]+\s*[%％]?|[—\-–/]+")
RowKey = tuple[str, ...]

_LONGEST_CAPTION = 60
_LONGEST_LABEL = 30
_LONG_TEXT = 12  # characters from which a cell is an explanation rather than a label
_LONG_PAIR = 20  # characters of an explanation cut in two
_LONG_ROW = 40  # characters from which a row is not the same as another by chance
_MISTAKEN = 0.1  # characters of a header that a recogniser may take for others, as a share
_NUMERALS = frozenset("0123456789一二三四五六七八九十甲乙丙丁上下")  # what alone tells one header from another
_SCORED = 2  # numbers of a row of a score sheet: weight and score
_ITEM = re.compile(r"[^一-鿿，、]")  # what begins a text of its own: a number, a mark
_CLOSED = ("。", "；", ";", "！", "？", "）", ")")


def make_whole(blocks: list[Block]) -> list[Block]:
    """The blocks with every table in one piece, its header counted, its caption and unit set."""
    blocks = join_parts(gather_cells(unfold_contents(blocks)))
    for index, block in enumerate(blocks):
        if isinstance(block, Table):
            mend_words(block)
            block.header = block.header or header_rows(block)
            carry_down(block)
            _name(block, blocks, index)
    return blocks


# --- contents pages set as tables -----------------------------------------------------------------------------------


def unfold_contents(blocks: list[Block]) -> list[Block]:
    """Contents pages set with tabs or as a table (title, page) are lines of text."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and block.width == 2 and all(_contents_entry(row) for row in block.rows):
            out.extend(_contents_paragraph(row, block.after_break and r == 0) for r, row in enumerate(block.rows))
        else:
            out.append(block)
    return out


def _contents_entry(row: list[Cell]) -> bool:
    title, page = (cell.text.strip() for cell in row)
    return bool(title) and row[0] is not row[1] and bool(_CONTENTS_LINE.match(f"{title}\t{page}"))


def _contents_paragraph(row: list[Cell], after_break: bool) -> Paragraph:
    title, page = row
    lines = title.lines + _shifted(page.lines, len(title.text) + 1)
    return Paragraph(text=f"{title.text}\t{page.text}", lines=lines, after_break=after_break)


# --- tables written one cell a line -------------------------------------------------------------------------------


def gather_cells(blocks: list[Block]) -> list[Block]:
    """Some exports write each table row as a table of its own, one cell a line behind an empty first column. Runs of
    those become one table; a short paragraph between them is the second line of the cell before it."""
    out: list[Block] = []
    index = 0
    while index < len(blocks):
        run, stop = _cell_run(blocks, index)
        if len(run) > 1:
            out.append(_table_of(run, getattr(blocks[index], "after_break", False)))
            index = stop
        else:
            out.append(blocks[index])
            index += 1
    return out


def _is_cell_list(block: Block) -> bool:
    return (
        isinstance(block, Table)
        and block.width == 2
        and all(not row[0].text.strip() and row[0] is not row[1] for row in block.rows)
        and any(row[1].text.strip() for row in block.rows)
    )


def _cell_run(blocks: list[Block], index: int) -> tuple[list[list[Cell]], int]:
    """The rows that begin at a block, and the index after them."""
    rows: list[list[Cell]] = []
    open_cell = False  # the last row goes on: a cell's second line has just been read
    while index < len(blocks):
        block = blocks[index]
        if isinstance(block, Table) and _is_cell_list(block):
            cells = [row[1] for row in block.rows]
            if open_cell and len(rows[-1]) + len(cells) <= _usual_length(blocks, index):
                rows[-1].extend(cells)
            else:
                rows.append(cells)
            open_cell = False
        elif (
            rows
            and isinstance(block, Paragraph)
            and not block.after_break
            and len(block.text) <= 12
            and not block.text.endswith(("。", "：", "；"))
            and index + 1 < len(blocks)
            and _is_cell_list(blocks[index + 1])
        ):
            last = rows[-1][-1]
            rows[-1][-1] = replace(
                last, text=last.text + block.text, lines=last.lines + _shifted(block.lines, len(last.text))
            )
            open_cell = len(rows) == 1
        else:
            break
        index += 1
    return rows, index


def _usual_length(blocks: list[Block], index: int) -> int:
    """How many cells the rows that follow have, written one cell a line: as many as the longest of the next."""
    following = [block for block in blocks[index + 1 : index + 20] if isinstance(block, Table) and _is_cell_list(block)]
    return max((len(block.rows) for block in following), default=0)


def _table_of(rows: list[list[Cell]], after_break: bool) -> Table:
    """A grid of the rows; a short row that states a total keeps its numbers at the right."""
    width = max(map(len, rows))
    grid = []
    for r, cells in enumerate(rows):
        lacking = width - len(cells)
        texts = [c.text.strip() for c in cells]
        total = next((i for i, t in enumerate(texts) if _TOTAL.match(t)), None)
        at = total + 1 if total is not None else len(cells)
        blank = [Cell(text="") for _ in range(lacking)]
        row = cells[:at] + blank + cells[at:]
        grid.append([replace(cell, text=cell.text.strip(), row=r, column=c) for c, cell in enumerate(row)])
    return Table(rows=grid, after_break=after_break)


# --- tables that go on over pages ---------------------------------------------------------------------------------


def join_parts(blocks: list[Block]) -> list[Block]:
    """Tables cut by page breaks in one piece; 接上页 and the like between the parts goes."""
    out: list[Block] = []
    heads: list[list[Cell]] = []  # what the parts of the last table began with
    for block in blocks:
        if isinstance(block, Table) and block.rows:
            marks = 0
            while marks < len(out) and _is_continuation(out[-1 - marks]):
                marks += 1
            before = out[-1 - marks] if marks < len(out) else None
            if isinstance(before, Table):
                repeated = _repeated_header(before, block, heads)
                if repeated or continues(before, block, marked=marks > 0):
                    del out[len(out) - marks :]
                    heads.append(block.rows[0])
                    _append(before, block, repeated)
                    continue
            heads = [block.rows[0]]
        out.append(block)
    return out


def _is_continuation(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_CONTINUATION.match(squeeze(block.text)))


def continues(first: Table, second: Table, marked: bool = False) -> bool:
    """Whether a table that stands right behind another, without the other's header, is its next part: it has no header of
    its own, a grid that fits, and the other did not end with a total. `marked`: a line between them says so (续表)."""
    if header_rows(second) or abs(first.width - second.width) > 1:
        return False
    return marked or (first.width >= 3 and not _ends_with_total(first))


def _repeated_header(first: Table, second: Table, heads: list[list[Cell]]) -> int:
    """How many leading rows of the second table repeat rows of the first: its header, or a data row that Word draws again
    because it is marked as header (`heads`); such a row is long enough not to be the same by chance."""
    key = _row_key(second.rows[0])
    if sum(map(len, key)) >= _LONG_ROW and any(_same_row(head, second.rows[0]) for head in heads):
        return max(1, _same_rows(first, second))
    return min(_same_rows(first, second), max(1, header_rows(first)))


def _same_rows(first: Table, second: Table) -> int:
    """How many leading rows of both are the same and hold no numbers."""
    count = 0
    for a, b in zip(first.rows[:4], second.rows[:4], strict=False):
        key = _row_key(a)
        if not key or not _same_row(a, b) or _has_numbers(key):
            break
        count += 1
    return count


def _same_row(a: list[Cell], b: list[Cell]) -> bool:
    """Whether two rows say the same. A recogniser may have taken a few characters for others, but no numerals."""
    ours, theirs = _row_key(a), _row_key(b)
    if ours == theirs:
        return True
    if not any(line.sure for cell in b for line in cell.lines) or list(map(len, ours)) != list(map(len, theirs)):
        return False
    pairs = list(zip("".join(ours), "".join(theirs), strict=True))
    mistaken = [pair for pair in pairs if pair[0] != pair[1]]
    return len(mistaken) <= _MISTAKEN * len(pairs) and not any(mark in _NUMERALS for pair in mistaken for mark in pair)


def _has_numbers(key: RowKey) -> bool:
    return any(_NUMERIC.fullmatch(text) for text in key)


def _row_key(row: list[Cell]) -> RowKey:
    """What a header row says: its cells' texts without blanks, each merged cell once."""
    texts: list[str] = []
    for i, cell in enumerate(row):
        if (i == 0 or cell is not row[i - 1]) and cell.text.strip():
            texts.append(squeeze(cell.text))
    return tuple(texts)


def _ends_with_total(table: Table) -> bool:
    return any(_TOTAL.match(squeeze(cell.text)) for cell in table.rows[-1][:4])


def _append(first: Table, second: Table, skip: int) -> None:
    """The second table's rows but the first `skip` onto the first's; a cell cut by the page is one again."""
    rows = second.rows[skip:]
    width = max(first.width, second.width)
    for table_rows in (first.rows, rows):
        for row in table_rows:
            row.extend(Cell(text="", row=row[0].row, column=c) for c in range(len(row), width))
    if rows and len(first.rows) > 1 and _is_cut_row(first.rows, rows[0]):
        _merge_rows(first.rows[-1], rows)
        rows = rows[1:]
        skip += 1
    offset = len(first.rows) - skip
    moved = {id(cell) for cell in first.rows[-1]}  # a cell above may reach down into the rows
    for row in rows:
        for cell in row:
            if id(cell) not in moved:
                moved.add(id(cell))
                cell.row = max(cell.row + offset, len(first.rows))
    first.rows.extend(rows)


def _is_cut_row(rows: list[list[Cell]], row: list[Cell]) -> bool:
    """Whether a row is the rest of the last of `rows`, cut by the page: its label is blank, it brings no number if that has
    one, and its texts go on with texts that had not ended. Either it lacks the number that rows of this table have or
    the part above does, or it only goes on with long texts, or with a single word."""
    last = rows[-1]
    told = cut_by_page(last, row)
    if told is not None:
        return told
    filled = [c for c, cell in enumerate(row) if cell.text.strip()]
    if not filled or filled[0] == 0 or any(_TOTAL.match(squeeze(row[c].text)) for c in filled):
        return False
    if any(map(_is_number, last)) and any(map(_is_number, row)):
        return False
    if _is_rest_of_word(last, row):
        return True
    pairs = [(last[c].text.strip(), row[c].text.strip()) for c in filled if not _is_number(row[c])]
    if not any(a and not a.endswith(_CLOSED) and len(a) + len(b) >= _LONG_PAIR for a, b in pairs):
        return False
    numbers = [c for c in range(len(row)) if sum(_is_number(r[c]) for r in rows) * 2 > len(rows)]
    if any(_is_number(last[c]) != _is_number(row[c]) for c in numbers):
        return True
    return len(filled) <= max(1, len(row) // 2) and all(len(last[c].text.strip()) >= _LONG_TEXT for c in filled)


def _is_number(cell: Cell) -> bool:
    return bool(_NUMERIC.fullmatch(squeeze(cell.text)))


def _merge_rows(last: list[Cell], rows: list[list[Cell]]) -> None:
    """The first of `rows` into the row above it; where its cell reaches down, the cell above reaches down instead."""
    done: set[int] = set()
    for c, cell in enumerate(rows[0]):
        target = last[c]
        for below in rows[1 : cell.row_span]:
            if below[c] is cell:
                below[c] = target
                target.row_span += 1
        if cell.text.strip() and id(cell) not in done:
            done.add(id(cell))
            target.lines += _shifted(cell.lines, len(target.text))
            target.text += cell.text
            target.bbox = cell.bbox


def _shifted(lines: tuple[Line, ...], by: int) -> tuple[Line, ...]:
    return tuple(replace(line, start=line.start + by, end=line.end + by) for line in lines)


def mend_words(table: Table) -> None:
    """Rows that hold nothing but the rest of a word or sentence of the row above, as an export leaves them, go into it."""
    kept: list[list[Cell]] = []
    for row in table.rows:
        if kept and all(cell.row_span == 1 for cell in row) and _is_rest(kept[-1], row):
            _merge_rows(kept[-1], [row])
            continue
        for cell in row:
            cell.row = min(cell.row, len(kept))
        kept.append(row)
    table.rows = kept


def _is_rest(last: list[Cell], row: list[Cell]) -> bool:
    """Whether a row only goes on with a word, or ends the open sentence of one cell of a row of numbers."""
    if _is_rest_of_word(last, row):
        return True
    filled = [c for c, cell in enumerate(row) if cell.text.strip()]
    if len(filled) != 1 or filled[0] == 0 or sum(map(_is_number, last)) < _SCORED:
        return False
    above, below = last[filled[0]].text.strip(), row[filled[0]].text.strip()
    if not above or not above[-1].isalpha() or _ITEM.match(below) or len(above) + len(below) < _LONG_PAIR:
        return False
    return below.endswith(_CLOSED)


def _is_rest_of_word(last: list[Cell], row: list[Cell]) -> bool:
    filled = [c for c, cell in enumerate(row) if cell.text.strip()]
    return len(filled) == 1 and filled[0] > 0 and cuts_word(last[filled[0]].text.strip(), row[filled[0]].text.strip())


# --- merges, header, caption --------------------------------------------------------------------------------------


def carry_down(table: Table) -> None:
    """Blanks that lead a row belong to the label above, as where a vertical merge was lost by an export. Only labels are
    carried, only while every column to the left is carried too, and never into a total."""
    for r in range(table.header + 1, len(table.rows)):
        row, above = table.rows[r], table.rows[r - 1]
        lead = 0
        while lead < len(row) and not row[lead].text.strip():
            lead += 1
        if lead == 0 or lead >= len(row) or _TOTAL.match(squeeze(row[lead].text)):
            continue
        if any(_TOTAL.match(squeeze(cell.text)) for cell in above[: lead + 1]):
            continue
        for c in range(lead):
            label = above[c]
            if not label.text.strip() or _NUMERIC.fullmatch(label.text.strip()) or label.column != c:
                continue
            label.row_span = r - label.row + 1
            label.carried = True
            row[c] = label


def header_rows(table: Table) -> int:
    """How many leading rows name the columns: words of a header, no numbers; a second row where the first has merged or
    blank places that it fills."""
    if len(table.rows) < 2 or not _is_header(table.rows[0]):
        return 0
    first = table.rows[0]
    has_gaps = any(not cell.text.strip() or cell.column_span > 1 for cell in first)
    if len(table.rows) > 2 and has_gaps and _is_header(table.rows[1]):
        return 2
    return 1


def _is_header(row: list[Cell]) -> bool:
    texts = [
        squeeze(cell.text) for i, cell in enumerate(row) if (i == 0 or cell is not row[i - 1]) and cell.text.strip()
    ]
    if len(texts) < 2 or any(_NUMERIC.fullmatch(t) for t in texts) or any(len(t) > _LONGEST_LABEL * 2 for t in texts):
        return False
    return sum(bool(_HEADER_WORD.search(t)) and len(t) <= _LONGEST_LABEL for t in texts) * 2 >= len(texts)


def _name(table: Table, blocks: list[Block], index: int) -> None:
    """Caption and unit from the lines above: 表 4.1 …, （单位：万元）."""
    for above in reversed(blocks[max(0, index - 3) : index]):
        if not isinstance(above, Paragraph) or len(above.text) > _LONGEST_CAPTION:
            break
        text = above.text.strip()
        unit = _UNIT.search(text) or (_CAPTION.match(text) and _UNIT_BEHIND.search(text))
        if unit and not table.unit:
            table.unit = unit["unit"].replace("％", "%")
            text = (text[: unit.start()] + text[unit.end() :]).strip("（）() ")
        if not text:
            continue
        if _CAPTION.match(text) or (not text.endswith(("。", "；", "，")) and len(text) <= 40):
            table.caption = table.caption or text
        if _CAPTION.match(text) or table.caption:
            break
