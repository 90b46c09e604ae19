"""A table as numbers: each cell's figure with its unit, the names of lines and columns, and the same table turned over."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from extractor.checks.engine.proposal import Term, term
from extractor.data import load
from extractor.document import Cell, Document, Evidence, Table, cell_evidence
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, parse_cell
from extractor.record import record

_SETTINGS = load("checks")
_TOTAL = re.compile(_SETTINGS["total"])
_RATE = re.compile(_SETTINGS["rate"])
_PERCENT = re.compile(_SETTINGS["percent"])
_NOT_PERCENT = re.compile(_SETTINGS["not_percent"])
_SHARE = re.compile(_SETTINGS["share"])
_ORDINAL = re.compile(_SETTINGS["ordinal"])
_SCORE = re.compile(_SETTINGS["score"])
_MONEY = re.compile(_SETTINGS["money"])
_ZERO = re.compile(_SETTINGS["zero"])
_HEADING = re.compile(_SETTINGS["inner_header"])
_STATED_UNIT = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,4})[)）]|(?:单位[:：])(\S{1,4})$")
_LOOSE_COMMAS = re.compile(r"\d{1,4}(?:,\d{2,4})+\.\d{1,2}")
_LONGEST_LABEL = 24
_YEARS = range(1980, 2050)


@record(frozen=True, slots=True)
class Slot:
    """A place of the grid: its figure, or `blank` (nothing, or a dash for nothing), or text that is neither.

    A cell merged over several places counts at the first and is blank at the others."""

    row: int
    column: int
    figure: Figure | None = None
    blank: bool = False


class Source:
    """What the views of one table share: its slots, the names of its rows and columns, each read once."""

    def __init__(self, document: Document, block: int, index: int, table: Table) -> None:
        self.document, self.block, self.index, self.table = document, block, index, table
        self.header = _header(table)
        self.slots = [[_slot(cell, r, c) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]
        words = [[text for cell in table.own(r) if (text := squeeze(cell.text))] for r in range(len(table.rows))]
        self.row_labels = [_row_labels(texts) for texts in words]
        self.row_names = [_row_name(*row) for row in zip(words, self.row_labels, strict=True)]
        self.column_names = [_column_name(table, c, range(self.header)) for c in range(table.width)]
        self.inner_headers = _inner_headers(words, self.header, self.slots)
        self.inner_names = [[squeeze(cell.text) for cell in table.rows[row]] for row in self.inner_headers]
        self.header_of = [bisect_left(self.inner_headers, row) for row in range(len(table.rows))]
        self._quotes: dict[int, str] = {}
        self._evidence: dict[tuple[int, int], Evidence] = {}

    def is_running(self, column: int) -> bool:
        """Whether a column of the table numbers its rows, by its name."""
        return bool(_ORDINAL.search(self.column_names[column]))

    def evidence(self, row: int, column: int) -> Evidence:
        """The evidence of a cell, made once however many checks it takes part in."""
        if (row, column) not in self._evidence:
            quote = self._quotes.get(row)
            made = cell_evidence(self.document, self.block, self.index, row, column, quote)
            self._evidence[row, column] = made
            self._quotes[row] = made.quote
        return self._evidence[row, column]


class Grid:
    """Lines of slots with a label each, and a name for each column. Turned over, the table's columns are the lines.

    A grid can be a band of its table: the rows below a header that stands in the middle of it, named by that header;
    what is outside the band is blank."""

    def __init__(self, source: Source, turned: bool = False, band: tuple[int, int] | None = None) -> None:
        self.source, self.turned, self.band = source, turned, band
        self.document, self.block, self.index, self.table = source.document, source.block, source.index, source.table
        start, stop = band or (source.header, len(source.slots))
        slots, rows, columns = source.slots, source.row_labels, source.column_names
        self._row_names, self._column_names = source.row_names, columns
        if band:
            if start > source.header:
                columns = self._column_names = [
                    _column_name(self.table, c, range(start - 1, start)) for c in range(self.table.width)
                ]
            inside = range(start, stop)
            slots = [
                line if r in inside else [Slot(r, c, blank=True) for c in range(len(line))]
                for r, line in enumerate(slots)
            ]
            rows = [labels if r in inside else [] for r, labels in enumerate(rows)]
        if turned:
            self.lines = [list(line) for line in zip(*slots, strict=True)]
            self.labels: list[list[str]] = [[name] if name else [] for name in columns]
            self.names = self._row_names
            self.first, self.from_column = 0, start
        else:
            self.lines, self.labels, self.names, self.first, self.from_column = slots, rows, columns, start, 0

    def turn(self) -> Grid:
        return Grid(self.source, not self.turned, self.band)

    def bands(self) -> list[Grid]:
        """The parts of the table below each of its headers; the grid itself where it has no header in the middle."""
        inner = self.source.inner_headers
        if not inner:
            return [self]
        starts = [self.source.header, *(row + 1 for row in inner)]
        stops = [*inner, len(self.source.slots)]
        return [
            Grid(self.source, self.turned, (start, stop))
            for start, stop in zip(starts, stops, strict=True)
            if start < stop
        ]

    def label(self, line: int) -> str:
        return self._column_names[line] if self.turned else self._row_names[line]

    def figures(self, line: int) -> dict[int, Figure]:
        """The figures of a line by their column."""
        return self._figures[line]

    @cached_property
    def _figures(self) -> list[dict[int, Figure]]:
        return [
            {c: s.figure for c, s in enumerate(line) if s.figure is not None and c >= self.from_column}
            for line in self.lines
        ]

    @cached_property
    def width(self) -> int:
        return len(self.names)

    def term(self, line: int, column: int) -> Term:
        """The figure there as a term, with the unit that its column, line or table states; made once however many checks
        it takes part in."""
        if (line, column) not in self._terms:
            self._terms[line, column] = self._term(line, column)
        return self._terms[line, column]

    @cached_property
    def _terms(self) -> dict[tuple[int, int], Term]:
        return {}

    def _term(self, line: int, column: int) -> Term:
        slot = self.lines[line][column]
        assert slot.figure is not None
        evidence = self.source.evidence(slot.row, slot.column)
        unit = self.unit(line, column)
        return term(slot.figure, evidence, (self.block, slot.row, slot.column), self._where(line, column), unit)

    def unit(self, line: int, column: int) -> str | None:
        """The unit of the figure there: its own, or the one that its column, line or table states."""
        slot = self.lines[line][column]
        return (slot.figure.unit if slot.figure else None) or self._unit(slot)

    def _where(self, line: int, column: int) -> str:
        of_line, of_column = ("列", "行") if self.turned else ("行", "列")
        label, name = self.label(line), self.names[column]
        return (f"“{label}”{of_line}" if label else "") + (f"“{name}”{of_column}" if name else "")

    def _unit(self, slot: Slot) -> str | None:
        """A unit named in brackets, or by the kind of number, by the column before the row before the table."""
        names = (self._column_names[slot.column], self._row_names[slot.row])
        for name in names:
            if unit := _named_unit(name):
                return unit
        if self.table.unit in MONEY and not any(map(_is_money, names)) and any(map(_is_counted, names)):
            return None
        return self.table.unit

    def is_score(self, line: int, column: int) -> bool:
        """Whether the number there is in 分, which is exact."""
        slot = self.lines[line][column]
        return slot.figure is not None and (slot.figure.unit or self._unit(slot)) == "分"

    def is_rate(self, column: int) -> bool:
        """Whether a column holds rates, averages or prices, which do not add up."""
        if column not in self._rates:
            self._rates[column] = self._holds_rates(column)
        return self._rates[column]

    @cached_property
    def _rates(self) -> dict[int, bool]:
        return {}

    def _holds_rates(self, column: int) -> bool:
        shown = [f for line in range(self.first, len(self.lines)) if (f := self.figures(line).get(column))]
        by_unit = sum(f.unit == "%" for f in shown) * 2 > len(shown)
        return by_unit or is_average(self.names[column])

    def adds_up(self, line: int, column: int) -> bool:
        """Whether the number there can be a sum: no rate, average or price, unless it is a share."""
        name = self._name_at(line, column) if self.source.inner_headers and not self.turned else self.names[column]
        if name == self.names[column]:
            return not self.is_rate(column) or self.is_share(column)
        return not _RATE.search(name) or bool(_SHARE.search(name))

    def is_share(self, column: int) -> bool:
        return bool(_SHARE.search(self.names[column]))

    def is_ordinal(self, column: int, lines: list[int]) -> bool:
        """Whether a column only numbers the lines: ranks, years, running numbers."""
        if _ORDINAL.search(self.names[column]):
            return True
        values = [f.value for line in lines if (f := self.figures(line).get(column)) and f.unit is None]
        return len(values) >= 3 and (values == list(range(1, len(values) + 1)) or all(v in _YEARS for v in values))

    def aligned(self, line: int, column: int, total: int) -> int:
        """The column of a line that has the name which the column has in the total's line: below another header a
        column can stand elsewhere."""
        if self.turned or self.source.header_of[line] == self.source.header_of[total]:
            return column
        name = self._name_at(total, column)
        if not name or self._name_at(line, column) == name:
            return column
        return next((c for c in range(self.width) if self._name_at(line, c) == name), column)

    def _name_at(self, line: int, column: int) -> str:
        above = self.source.header_of[line]
        return self.source.inner_names[above - 1][column] if above else self.source.column_names[column]

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
            yield Grid(Source(document, block, index, table))


def is_average(name: str) -> bool:
    """Whether a line or column of this name holds rates, averages or prices, which do not add up."""
    return bool(_RATE.search(name)) and not _SCORE.search(name.replace("得分率", ""))


def is_percent(name: str, figures: Collection[Figure] = ()) -> bool:
    """Whether a line or column of this name holds rates in per cent: most of them with a sign, or named so."""
    by_unit = sum(f.unit == "%" for f in figures) * 2 > len(figures)
    return by_unit or bool(_PERCENT.search(name)) and not _NOT_PERCENT.search(name)


@lru_cache(maxsize=1 << 12)
def _named_unit(name: str) -> str | None:
    """The unit that the name of a line or column states, in brackets or by the kind of number."""
    if (m := _STATED_UNIT.search(name)) and _is_unit(unit := m[1] or m[2]):
        return unit
    if is_percent(name):
        return "%"
    return "分" if _SCORE.search(name) and not _MONEY.search(name) else None


@lru_cache(maxsize=1 << 12)
def _is_money(name: str) -> bool:
    return bool(_MONEY.search(name))


@lru_cache(maxsize=1 << 12)
def _is_counted(name: str) -> bool:
    return bool(_COUNTED.search(name))


def _is_unit(text: str) -> bool:
    return text in MONEY or parse_cell("1" + text) is not None


def _slot(cell: Cell, row: int, column: int) -> Slot:
    if (cell.row, cell.column) != (row, column) or not cell.text.strip():
        return Slot(row, column, blank=True)
    figure = parse_cell(cell.text) or _with_loose_commas(cell.text)
    if figure and figure.text.startswith("0") and not figure.places and len(figure.text) > 1:
        figure = None  # 01, 06: codes
    return Slot(row, column, figure, blank=figure is None and bool(_ZERO.match(squeeze(cell.text))))


def _with_loose_commas(text: str) -> Figure | None:
    """A number whose commas part other than three digits (668,50.00), read without them: so it was typed by a slip that
    its sums will show. A comma without decimals behind may stand between two numbers."""
    squeezed = squeeze(text) if "," in text else ""
    if not _LOOSE_COMMAS.fullmatch(squeezed):
        return None
    figure = parse_cell(squeezed.replace(",", ""))
    return figure and replace(figure, text=squeezed, start=0, end=len(text), stop=len(text))


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


def _row_labels(texts: list[str]) -> list[str]:
    return [
        text for text in texts if len(text) <= _LONGEST_LABEL and parse_cell(text) is None and not _ZERO.match(text)
    ][:4]


def _row_name(texts: list[str], labels: list[str]) -> str:
    """The label next to the numbers: a remark may follow them, a group stand before it."""
    beside = (a for a, b in zip(texts, texts[1:], strict=False) if a in labels and parse_cell(b))
    return next(beside, labels[-1] if labels else "")


def _column_name(table: Table, column: int, header: range) -> str:
    parts: list[str] = []
    for row in header:
        text = squeeze(table.rows[row][column].text)
        if text and text not in parts:
            parts.append(text)
    return "".join(parts)


def _inner_headers(words: list[list[str]], header: int, slots: list[list[Slot]]) -> tuple[int, ...]:
    """The rows below the first that name columns anew, as the usual form of a self-evaluation does: several short texts
    and no number, two of them words of a header, and a number in the next row."""
    found = []
    for row in range(max(header, 1), len(words) - 1):
        texts = words[row]
        if len(texts) < 3 or any(s.figure for s in slots[row]) or not any(s.figure for s in slots[row + 1]):
            continue
        short = all(len(text) <= _LONGEST_LABEL for text in texts)
        if short and not _TOTAL.match(texts[0]) and sum(bool(_HEADING.search(text)) for text in texts[1:]) >= 2:
            found.append(row)
    return tuple(found)
