"""A table as numbers: each cell's figure with its unit, the names of lines and columns, and the same table turned over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from extractor.checks.proposal import Term, term
from extractor.data import load
from extractor.document import Cell, Document, Table, cell_evidence
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, parse_cell

_SETTINGS = load("checks")
_TOTAL = re.compile(_SETTINGS["total"])
_RATE = re.compile(_SETTINGS["rate"])
_SHARE = re.compile(_SETTINGS["share"])
_ORDINAL = re.compile(_SETTINGS["ordinal"])
_SCORE = re.compile(_SETTINGS["score"])
_MONEY = re.compile(_SETTINGS["money"])
_ZERO = re.compile(_SETTINGS["zero"])
_STATED_UNIT = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,4})[)）]|(?:单位[:：])(\S{1,4})$")
_LONGEST_LABEL = 24
_YEARS = range(1980, 2050)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the grid: its figure, or `blank` (nothing, or a dash for nothing), or text that is neither.

    A cell merged over several places counts at the first and is blank at the others."""

    row: int
    column: int
    figure: Figure | None = None
    blank: bool = False


class Grid:
    """Lines of slots with a label each, and a name for each column. Turned over, the table's columns are the lines."""

    def __init__(self, document: Document, block: int, index: int, table: Table, turned: bool = False) -> None:
        self.document, self.block, self.index, self.table, self.turned = document, block, index, table, turned
        self._header = _header(table)
        slots = [[_slot(cell, r, c) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
        rows = [_row_labels(table, r) for r in range(len(table.rows))]
        columns = [_column_name(table, c, self._header) for c in range(table.width)]
        self._row_names = [_row_name(table, r, labels) for r, labels in enumerate(rows)]
        self._column_names = columns
        if turned:
            self.lines = [list(line) for line in zip(*slots, strict=True)]
            self.labels: list[list[str]] = [[name] if name else [] for name in columns]
            self.names = self._row_names
            self.first, self.from_column = 0, self._header
        else:
            self.lines, self.labels, self.names, self.first, self.from_column = slots, rows, columns, self._header, 0

    def turn(self) -> Grid:
        return Grid(self.document, self.block, self.index, self.table, not self.turned)

    def label(self, line: int) -> str:
        return self._column_names[line] if self.turned else self._row_names[line]

    def figures(self, line: int) -> dict[int, Figure]:
        """The figures of a line by their column."""
        return {c: s.figure for c, s in enumerate(self.lines[line]) if s.figure is not None and c >= self.from_column}

    @cached_property
    def width(self) -> int:
        return len(self.names)

    def term(self, line: int, column: int) -> Term:
        """The figure there as a term, with the unit that its column, line or table states."""
        slot = self.lines[line][column]
        assert slot.figure is not None
        evidence = cell_evidence(self.document, self.block, self.index, slot.row, slot.column)
        unit = slot.figure.unit or self._unit(slot)
        return term(slot.figure, evidence, (self.block, slot.row, slot.column), self._where(line, column), unit)

    def _where(self, line: int, column: int) -> str:
        kinds = ("列", "行") if self.turned else ("行", "列")
        names = zip((self.label(line), self.names[column]), kinds, strict=True)
        return "".join(f"“{name}”{kind}" for name, kind in names if name)

    def _unit(self, slot: Slot) -> str | None:
        """A unit named in brackets, or by the kind of number, by the column before the row before the table."""
        names = (self._column_names[slot.column], self._row_names[slot.row])
        for name in names:
            if (m := _STATED_UNIT.search(name)) and _is_unit(unit := m[1] or m[2]):
                return unit
            if _RATE.search(name):
                return "%"
            if _SCORE.search(name) and not _MONEY.search(name):
                return "分"
        if self.table.unit in MONEY and not any(map(_MONEY.search, names)) and any(map(_COUNTED.search, names)):
            return None
        return self.table.unit

    def is_score(self, line: int, column: int) -> bool:
        """Whether the number there is in 分, which is exact."""
        slot = self.lines[line][column]
        return slot.figure is not None and (slot.figure.unit or self._unit(slot)) == "分"

    def is_rate(self, column: int) -> bool:
        """Whether a column holds rates, averages or prices, which do not add up."""
        shown = [f for line in range(self.first, len(self.lines)) if (f := self.figures(line).get(column))]
        by_unit = sum(f.unit == "%" for f in shown) * 2 > len(shown)
        return (
            by_unit
            or bool(_RATE.search(self.names[column]))
            and not _SCORE.search(self.names[column].replace("得分率", ""))
        )

    def is_share(self, column: int) -> bool:
        return bool(_SHARE.search(self.names[column]))

    def is_ordinal(self, column: int, lines: list[int]) -> bool:
        """Whether a column only numbers the lines: ranks, years, running numbers."""
        if _ORDINAL.search(self.names[column]):
            return True
        values = [f.value for line in lines if (f := self.figures(line).get(column)) and f.unit is None]
        return len(values) >= 3 and (values == list(range(1, len(values) + 1)) or all(v in _YEARS for v in values))

    def totals(self) -> list[int]:
        """The lines that state a total."""
        return [
            i for i in range(self.first, len(self.lines)) if any(map(_TOTAL.match, self.labels[i])) and self.figures(i)
        ]


_COUNTED = re.compile(_SETTINGS["counted"])


def grids(document: Document) -> Iterator[Grid]:
    """Every table of the document, as it stands."""
    for block, index, table in document.tables():
        if len(table.rows) >= 2 and table.width >= 2:
            yield Grid(document, block, index, table)


def _is_unit(text: str) -> bool:
    return text in MONEY or parse_cell("1" + text) is not None


def _slot(cell: Cell, row: int, column: int) -> Slot:
    if (cell.row, cell.column) != (row, column) or not cell.text.strip():
        return Slot(row, column, blank=True)
    figure = parse_cell(cell.text)
    if figure and figure.text.startswith("0") and not figure.places and len(figure.text) > 1:
        figure = None  # 01, 06: codes
    return Slot(row, column, figure, blank=figure is None and bool(_ZERO.match(squeeze(cell.text))))


def _header(table: Table) -> int:
    """The leading rows that name the columns; layout may have found none where the names are its own: then a first
    row without numbers other than years."""
    if table.header:
        return table.header
    figures = [f for cell in table.rows[0] if (f := parse_cell(cell.text))]
    texts = [cell for cell in table.rows[0] if cell.text.strip() and not parse_cell(cell.text)]
    years = all(f.places == 0 and f.value in _YEARS for f in figures)
    short = all(len(squeeze(cell.text)) <= _LONGEST_LABEL for cell in texts)
    return int(years and short and len(texts) + len(figures) >= 2 and bool(texts))


def _row_labels(table: Table, row: int) -> list[str]:
    return [
        text
        for cell in table.own(row)
        if (text := squeeze(cell.text))
        and len(text) <= _LONGEST_LABEL
        and parse_cell(text) is None
        and not _ZERO.match(text)
    ][:4]


def _row_name(table: Table, row: int, labels: list[str]) -> str:
    """The label next to the numbers: a remark may follow them, a group stand before it."""
    cells = [text for cell in table.own(row) if (text := squeeze(cell.text))]
    beside = [a for a, b in zip(cells, cells[1:], strict=False) if a in labels and parse_cell(b)]
    return next(iter(beside), labels[-1] if labels else "")


def _column_name(table: Table, column: int, header: int) -> str:
    parts: list[str] = []
    for row in range(header):
        text = squeeze(table.rows[row][column].text)
        if text and text not in parts:
            parts.append(text)
    return "".join(parts)
