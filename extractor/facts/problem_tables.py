"""Tables of problems (问题清单): which tables they are, where their columns stand, and the problems in their rows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from extractor.data import load
from extractor.document import Block, Cell, Document, Heading, Paragraph, Table
from extractor.facts.passages import states
from extractor.language import squeeze

_DATA = load("problems")["list"]
_PARTS = {name: re.compile(_DATA[name]) for name in ("number", "unit", "kind", "aside")}
_DESCRIPTIONS = [re.compile(pattern) for pattern in _DATA["description"]]
_CAPTION, _OTHER = re.compile(_DATA["caption"]), re.compile(_DATA["other"])
_NOTE, _NONE = re.compile(_DATA["note"]), re.compile(_DATA["none"])

_LONGEST_HEADER = 14
_SHORTEST_DESCRIPTION = 4
_PARTS_APART = 3  # short lines between two parts of one table
_ENDS = tuple("。；;！!）)”")
_WITHOUT_MERGES = ("txt", "md")


@dataclass(frozen=True, slots=True)
class Row:
    """A problem of a table: its place (all 0-based), its description, the unit responsible."""

    block: int
    table: int
    row: int
    column: int
    text: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a table of problems has what; `header` counts its leading rows that name the columns."""

    description: int
    unit: int | None
    number: int | None
    width: int
    header: int

    def moved(self, by: int, width: int) -> _Columns:
        """The columns of a part `width` wide, each `by` places further right; what lies outside is not there."""

        def at(column: int | None) -> int | None:
            return column + by if column is not None and 0 <= column + by < width else None

        return _Columns(self.description + by, at(self.unit), at(self.number), width, 0)


def problem_rows(document: Document, blocks: Collection[int] | None = None) -> list[Row]:
    """The problems of the tables that list problems, parts of a table one after the other; of the tables `blocks`,
    whatever stands above them, where they are given."""
    out: list[Row] = []
    columns: _Columns | None = None
    last = -_PARTS_APART - 2
    for block, number, table in document.tables():
        if blocks is not None:
            columns = _columns(table) if block in blocks else None
        elif _is_list(document, block, table):
            columns = _columns(table)
        elif columns and _is_part(document.blocks[last + 1 : block], table, columns):
            columns = _shifted(table, columns)
        else:
            continue
        last = block
        if columns:
            _add_rows(out, table, columns, (block, number), carry=document.format in _WITHOUT_MERGES)
    return out


def _is_list(document: Document, block: int, table: Table) -> bool:
    """Whether a table lists problems: the lines above it say so, or in the appendix its columns do."""
    header = [squeeze(cell.text) for row in table.rows[:2] for cell in row]
    if any(_OTHER.search(text) and len(text) <= _LONGEST_HEADER for text in header):
        return False
    columns = _columns(table)
    if columns is None:
        return False
    section = document.section_of(block)
    above = [document.blocks[i] for i in range(max(0, block - 3), block)]
    lines = [table.caption, section.title if section else "", *(b.text for b in above if isinstance(b, Paragraph))]
    lines += [row[0].text for row in table.rows[: columns.header - 1]]
    if any(_CAPTION.search(squeeze(line)) for line in lines if len(line) <= 80):
        return True
    told = squeeze(table.rows[columns.header - 1][columns.description].text)
    return document.zone_of(block) == "appendix" and bool(_DESCRIPTIONS[0].search(told)) and "问题" in "".join(header)


def _columns(table: Table) -> _Columns | None:
    """The columns by the words of the header, None where no header names a problem."""
    for r, row in enumerate(table.rows[:3]):
        roles = [_role(cell.text) for cell in row]
        if len({id(cell) for cell in row}) < 2 or not any(role.startswith("description") for role in roles):
            continue
        if any(len(squeeze(cell.text)) > 2 * _LONGEST_HEADER for cell in row):
            continue
        header = r + 1
        while header < len(table.rows) and _repeats(row, table.rows[header]):
            header += 1
        description = _description_column(table, roles, header)
        number = roles.index("number") if "number" in roles else None
        unit = roles.index("unit") if "unit" in roles else None
        return _Columns(description, unit, number, table.width, header)
    return None


def _repeats(header: list[Cell], row: list[Cell]) -> bool:
    """Whether a row is the header's lower half: its cells go on or are blank."""
    return all(a is b or not b.text.strip() for a, b in zip(header, row, strict=True))


def _role(header: str) -> str:
    """What a column holds by its header: number, unit, description0 (the most telling) …, kind, aside, or nothing."""
    text = re.sub(r"[（(][^（()）]*[)）]", "", squeeze(header))
    if len(text) > _LONGEST_HEADER:
        return ""
    for name in ("number", "unit"):
        if _PARTS[name].search(text):
            return name
    if _DESCRIPTIONS[0].search(text):
        return "description0"
    for name in ("aside", "kind"):
        if _PARTS[name].search(text):
            return name
    return next((f"description{i}" for i, pattern in enumerate(_DESCRIPTIONS) if pattern.search(text)), "")


def _description_column(table: Table, roles: list[str], header: int) -> int:
    """The column that describes the problem. Where one headed 问题 states it (管理制度不健全), the 问题描述 beside it
    only adds to it; where 主要问题 or 问题名称 gives it a name (成本问题), the description is what tells."""
    named = sorted((role, c) for c, role in enumerate(roles) if role.startswith("description"))
    for role, column in named[1:]:
        cells = [text for row in table.rows[header:] if (text := row[column].text.strip())]
        if role == "description1" and sum(states("problems", text) for text in cells) * 2 > len(cells):
            return column
    equals = [column for role, column in named if role == named[0][0]]
    return max(equals, key=lambda column: sum(len(row[column].text) for row in table.rows[header:]))


def _is_part(between: list[Block], table: Table, columns: _Columns) -> bool:
    """Whether a table without header goes on with the list that stood `between` blocks before it."""
    if len(between) > _PARTS_APART or any(isinstance(b, Heading | Table) or len(b.text) > 30 for b in between):
        return False
    if abs(table.width - columns.width) > 2 or table.width < 2:
        return False
    return _fit(table, _shifted(table, columns)) > 0.5


def _shifted(table: Table, columns: _Columns) -> _Columns:
    """The columns of a part that has more or fewer of them: moved to where numbers and descriptions fit best."""
    spare = table.width - columns.width
    moves = [m for by in {0, spare} if 0 <= (m := columns.moved(by, table.width)).description < table.width]
    return max(moves, key=lambda move: _fit(table, move))


def _fit(table: Table, columns: _Columns) -> float:
    """Share of the rows whose description reads like one and whose number is one."""

    def at(row: list[Cell], column: int | None) -> str:
        return row[column].text.strip() if column is not None and column < len(row) else ""

    def fits(row: list[Cell]) -> bool:
        number = at(row, columns.number)
        described = len(at(row, columns.description)) >= 2 * _SHORTEST_DESCRIPTION
        return described and (not number or number.isdigit()) and not at(row, columns.unit).isdigit()

    filled = [row for row in table.rows if any(cell.text.strip() for cell in row)]
    return sum(map(fits, filled)) / max(1, len(filled))


def _add_rows(out: list[Row], table: Table, columns: _Columns, place: tuple[int, int], carry: bool) -> None:
    """Adds the rows that state a problem; the rest of one that a page cut goes to the problem before it. `carry` tells
    that a blank unit is that of the row above, as where an export lost the merges."""
    seen: set[int] = set()
    unit: str | None = None
    top = [squeeze(cell.text) for cell in table.rows[0]]
    for r, row in enumerate(table.rows):
        cell = row[columns.description]
        text = " ".join(cell.text.split())
        again = r > 0 and [squeeze(cell.text) for cell in row] == top  # a printed page repeats the table's first row
        if r < columns.header or again or id(cell) in seen or not _states_row(row, cell, text):
            continue
        seen.add(id(cell))
        first = 0 < columns.header == r  # below a header nothing goes on
        if out and not first and _is_rest(row, r, columns, out[-1].text):
            own = _own_text(row, r, columns.unit)
            out[-1] = replace(out[-1], text=out[-1].text + text, unit=(out[-1].unit or "") + own or None)
            continue
        if len(text) < _SHORTEST_DESCRIPTION:
            continue
        unit = (squeeze(row[columns.unit].text) if columns.unit is not None else "") or (unit if carry else None)
        out.append(Row(*place, r, columns.description, text, unit))


def _own_text(row: list[Cell], r: int, column: int | None) -> str:
    """The text of a cell that begins in this row, blank for one that only reaches into it."""
    if column is None or row[column].row != r or row[column].column != column:
        return ""
    return squeeze(row[column].text)


def _is_rest(row: list[Cell], r: int, columns: _Columns, above: str) -> bool:
    """Whether a row is the rest of the one above that a page cut: no number or label of its own, and the text above has
    not come to an end."""
    if above.endswith(_ENDS) or len(above) < _SHORTEST_DESCRIPTION:
        return False
    if columns.number is not None:
        return not _own_text(row, r, columns.number)
    return not any(_own_text(row, r, c) for c in range(len(row)) if c != columns.description)


def _states_row(row: list[Cell], cell: Cell, text: str) -> bool:
    """Whether a row is a problem: not empty, no header again, no line over the whole width, no note or total."""
    if not text or _NONE.match(text) or all(other is cell for other in row):
        return False
    lead = next((squeeze(other.text) for other in row if other.text.strip()), "")
    return not _NOTE.match(lead) and not (len(text) <= _LONGEST_HEADER and _role(text).startswith("description"))
