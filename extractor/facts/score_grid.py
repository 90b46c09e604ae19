"""The grid of a score sheet: which column holds what, and every row put under the right columns.

Columns are told by their header and, where the data contradict it, by the data. Rows that lost a cell at a page break,
or have one twice, are aligned to the columns as sequences are: the assignment of cells to columns in their order that
fits best wins, so a shift is undone whatever its width.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from extractor.data import load
from extractor.document import Document, Evidence, Table, cell_evidence
from extractor.facts.score_model import Mark
from extractor.facts.score_names import (
    bare_dimension,
    is_blank,
    is_certain_dimension,
    is_code,
    is_continued,
    is_subtotal,
    is_total,
    points,
)
from extractor.language import squeeze
from extractor.quantity import FOLD, parse_cell

Kind = Literal["number", "code", "label", "pointed", "text", "dash"]
Role = Literal[
    "serial", "label", "weight", "score", "self_score", "deduction", "rate", "number", "target", "criteria", "reason", "text"
]

NUMERIC_ROLES = frozenset({"weight", "score", "self_score", "deduction", "rate", "number"})
TEXT_ROLES = frozenset({"criteria", "reason", "text", "target"})
LONGEST_LABEL = 26
LONGEST_POINTED_LABEL = 70
_HEADER = [(entry["role"], re.compile(entry["header"])) for entry in load("scores")["column"]]
_TITLE_ROWS, _HEADER_ROWS = 4, 20  # rows in which a header may stand: behind titles, behind the upper half of a form
_LEVEL_HEADER = re.compile(r"[一二三四五]级指标")
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)分?[/／](\d+(?:\.\d+)?)分?")
_SENTENCE = re.compile(r"[。；;]|得\s*[\d.]+\s*分|扣\s*[\d.]+\s*分|是否|[=＝].*[/／×]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell with text: its place in the document and its column in its own table."""

    text: str
    kind: Kind
    block: int
    table: int
    row: int
    column: int


@dataclass(slots=True)
class GridRow:
    """The cells that begin in one row, in order, and where each was put: `at` maps a column of the sheet to its cell.
    `merged` holds the columns covered by a cell that the format itself merges from above; a `band` is a row that holds
    nothing but a dimension's name across the table."""

    block: int
    table: int
    row: int
    cells: list[Slot]
    merged: frozenset[int] = frozenset()
    band: bool = False
    at: dict[int, Slot] = field(default_factory=dict)


@dataclass(slots=True)
class Column:
    """What a column holds. `level` of a label column counts from 1; `owner` of a numeric column is the level of the label
    that it stands right behind, 0 where texts stand between. `fill` is the share of rows that have a cell in it, `pointed` and
    `short` the shares of its cells that are labels with points and short words."""

    header: str
    role: Role
    level: int = 0
    owner: int = 0
    fill: float = 0.0
    pointed: float = 0.0
    short: float = 0.0


@dataclass(slots=True)
class Grid:
    columns: list[Column]
    rows: list[GridRow]
    totals: list[GridRow] = field(default_factory=list)
    subtotals: list[tuple[int, GridRow]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    top: int = 1  # the level that the header gives to the first label column
    evidence: dict[Slot, Evidence] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        return len(self.labels)


def header_role(text: str) -> Role | None:
    """What the header of a column says it holds, None where it says nothing."""
    word = squeeze(text)
    if not word or len(word) > 30:
        return None
    return next((role for role, pattern in _HEADER if pattern.search(word)), None)


def kind_of(text: str) -> Kind:
    """Number, code (A11), label, label with points (立项依据充分性（3分）), running text, or a dash for nothing."""
    if is_blank(text):
        return "dash"
    if parse_cell(text) is not None or fraction(text) is not None:
        return "number"
    if is_code(text):
        return "code"
    length = len(squeeze(text))
    own = points(text)
    if own is not None and length <= (LONGEST_POINTED_LABEL if own.bracketed else LONGEST_LABEL):
        return "pointed"
    if length > LONGEST_LABEL or (length > 8 and _SENTENCE.search(text)):
        return "text"
    return "label"


def fraction(text: str) -> tuple[Decimal, Decimal] | None:
    """Score and weight of a cell that states both: 3/4."""
    m = _FRACTION.fullmatch(squeeze(text.translate(FOLD)))
    return (Decimal(m[1]), Decimal(m[2])) if m else None


def slot_evidence(document: Document, slot: Slot) -> Evidence:
    return cell_evidence(document, slot.block, slot.table, slot.row, slot.column)


def slot_mark(slot: Slot, evidence: Evidence) -> Mark | None:
    """The number of a cell, None where it holds none. Of a fraction (3/4) the score."""
    pair = fraction(slot.text)
    if pair:
        return Mark(slot.text.strip(), pair[0], evidence)
    figure = parse_cell(slot.text)
    return Mark(figure.text, figure.value, evidence) if figure else None


def header_count(table: Table) -> int:
    """How many leading rows of a table name the columns of a score sheet, 0 where none does. Title rows above count, and so
    does the upper half of a form: self-evaluations state funds and goals above their indicators."""
    best = 0
    for r in range(min(_HEADER_ROWS, len(table.rows))):
        if is_header(table, r) and (r < _TITLE_ROWS or _names_levels(table, r)):
            best = r + 1
        elif best:
            break
    if best and best < len(table.rows) and is_subheader(table, best):
        best += 1
    return best


def is_header(table: Table, row: int) -> bool:
    """A row of headers: a column of names and one of points or texts, short, without numbers."""
    texts = [slot.text for slot in own_slots(table, row, 0, 0)]
    if len(texts) < 2 or any(len(squeeze(t)) > 40 or parse_cell(t) for t in texts):
        return False
    roles = [header_role(t) for t in texts]
    known = sum(role is not None for role in roles)
    if "label" not in roles or not {r for r in roles if r} - {"label", "serial"}:
        return False
    return known * 3 >= len(texts) * 2 or (_names_levels(table, row) and bool({"weight", "score"} & set(roles)))


def _names_levels(table: Table, row: int) -> bool:
    return sum(bool(_LEVEL_HEADER.match(squeeze(s.text))) for s in own_slots(table, row, 0, 0)) >= 2


def is_subheader(table: Table, row: int) -> bool:
    """The second row of a header, or one repeated at a page break: 名称, 分值 and nothing else."""
    texts = [squeeze(slot.text) for slot in own_slots(table, row, 0, 0)]
    texts = [t for t in texts if not is_continued(t)]
    return len(texts) >= 2 and all(len(t) <= 10 and header_role(t) and not parse_cell(t) for t in texts)


def own_slots(table: Table, row: int, block: int, number: int) -> list[Slot]:
    """The cells that begin in a row and hold text, in order; what layout carried down is left to the sheet's own rules."""
    out = []
    above = {id(cell) for cell in table.rows[row - 1]} if row else set()
    for column, cell in enumerate(table.rows[row]):
        if id(cell) not in above and cell.text.strip():
            above.add(id(cell))
            out.append(Slot(cell.text, kind_of(cell.text), block, number, row, column))
    return out


def read_grid(
    document: Document, parts: list[tuple[int, int, Table, int]], dimensions: frozenset[str]
) -> Grid | None:
    """The grid of one sheet from its tables `(block, table number, table, header rows)`, in order; None where the tables
    have no column of labels or none of points. `dimensions` are bare names of dimensions known from elsewhere."""
    head = next((p for p in parts if p[3]), parts[0])
    width = max(table.width for _, _, table, _ in parts)
    headers = [_header_text(head[2], head[3], c) for c in range(width)]
    header_key = {squeeze(h) for h in headers if h}
    rows: list[GridRow] = []
    for block, number, table, skip in parts:
        for r in range(skip, len(table.rows)):
            row = _grid_row(table, r, block, number)
            if row.cells and not _repeats_header(table, r, row, header_key):
                rows.append(row)
    grid = Grid(_columns(headers, [row for row in rows if not _is_sum(row)]), [])
    _levels(grid)
    if not grid.labels or not any(c.role in NUMERIC_ROLES for c in grid.columns):
        return None
    grid.evidence = {slot: slot_evidence(document, slot) for row in rows for slot in row.cells}
    for row in rows:
        label = _sum_label(row)
        row.band = len(row.cells) == 1 and _is_dimension(row.cells[0], dimensions)
        if label and is_total(label):
            grid.totals.append(row)
        elif label:
            grid.subtotals.append((len(grid.rows), row))
        else:
            grid.rows.append(row)
    whole = [row for row in grid.rows if not row.band]
    for _ in range(_PASSES):
        for row in whole:
            align(row, grid, dimensions)
        _learn(grid, whole)
    return grid


def _is_dimension(slot: Slot, dimensions: frozenset[str]) -> bool:
    return slot.kind in ("label", "pointed") and (
        bare_dimension(slot.text) in dimensions or is_certain_dimension(slot.text)
    )


def _learn(grid: Grid, rows: list[GridRow]) -> None:
    """How full the columns are, and how many of their labels carry points, as the aligned rows show it: on a sheet with
    many shifted rows the bare positions tell little."""
    for i, column in enumerate(grid.columns):
        kinds = [row.at[i].kind for row in rows if i in row.at]
        filled = len(kinds) - kinds.count("dash")
        column.fill = len(kinds) / len(rows) if rows else 0.0
        column.pointed = kinds.count("pointed") / filled if filled else 0.0
        column.short = kinds.count("label") / filled if filled else 0.0


def _header_text(table: Table, count: int, column: int) -> str:
    """The header of a column: the last of its rows that says something decides, the one above in front of it."""
    if column >= table.width:
        return ""
    texts: list[str] = []
    for r in range(count):
        text = squeeze(table.rows[r][column].text)
        if text and text not in texts and header_role(text):
            texts.append(text)
    return texts[-1] if texts else ""


def _grid_row(table: Table, row: int, block: int, number: int) -> GridRow:
    slots = [s for s in own_slots(table, row, block, number) if not is_continued(s.text)]
    above = {id(cell) for cell in table.rows[row - 1]} if row else set()
    merged = frozenset(c for c, cell in enumerate(table.rows[row]) if id(cell) in above and not cell.carried)
    return GridRow(block, number, row, slots, merged)


def _repeats_header(table: Table, row: int, read: GridRow, header: set[str]) -> bool:
    if is_header(table, row) or is_subheader(table, row):
        return True
    texts = [squeeze(s.text) for s in read.cells]
    return len(texts) >= 2 and sum(t in header for t in texts) * 3 >= len(texts) * 2


def _sum_label(row: GridRow) -> str | None:
    """The label of a row that states sums, None for others."""
    return next((s.text for s in row.cells[:4] if is_total(s.text) or is_subtotal(s.text)), None)


def _is_sum(row: GridRow) -> bool:
    return _sum_label(row) is not None


# --- columns ------------------------------------------------------------------------------------------------------


def _columns(headers: list[str], rows: list[GridRow]) -> list[Column]:
    counts = [Counter[Kind]() for _ in headers]
    fractions = Counter[int]()
    for row in rows:
        for slot in row.cells:
            if slot.column < len(headers):
                counts[slot.column][slot.kind] += 1
                fractions[slot.column] += fraction(slot.text) is not None
    columns = [_column(header, count, len(rows)) for header, count in zip(headers, counts, strict=True)]
    _mark_serials(columns, counts)
    leveled = sum(bool(_LEVEL_HEADER.match(c.header)) for c in columns) >= 2
    first_text = next((i for i, c in enumerate(columns) if c.role in TEXT_ROLES), len(columns))
    for i, column in enumerate(columns):
        filled = sum(counts[i].values()) - counts[i]["dash"]
        column.pointed = counts[i]["pointed"] / filled if filled else 0.0
        column.short = counts[i]["label"] / filled if filled else 0.0
        if column.role in NUMERIC_ROLES and fractions[i] * 2 > filled:
            column.role = "score"  # 得分/满分 in one cell
        if column.role in TEXT_ROLES and column.pointed >= 0.5:
            column.role = "label"
        elif column.role == "label" and i > first_text and column.pointed < 0.5 and header_role(column.header) != "label":
            column.role = "text"
        elif column.role == "label" and leveled and column.header and not _LEVEL_HEADER.match(column.header):
            # 评价内容 beside 三级指标 explains, it does not name
            column.role = "text" if column.pointed < 0.5 and column.header != "名称" else "label"
    return columns


def _mark_serials(columns: list[Column], counts: list[Counter[Kind]]) -> None:
    """Columns of codes, and numbers without a header that says points in front of the first names, only number the rows."""
    first = next((i for i, column in enumerate(columns) if column.role == "label" and not counts[i]["code"]), len(columns))
    for i, column in enumerate(columns):
        filled = sum(counts[i].values()) - counts[i]["dash"]
        coded = counts[i]["code"] * 2 > filled
        if coded or (i < first < len(columns) and column.role == "number"):
            column.role = "serial"


def _column(header: str, counts: Counter[Kind], rows: int) -> Column:
    """The role of a column: what its header says if the data can be that, else what the data look like."""
    filled = sum(counts.values()) - counts["dash"]
    said = header_role(header)
    fill = sum(counts.values()) / rows if rows else 0.0
    if not filled:
        return Column(header, said if said and said != "label" else "text", fill=fill)
    numeric = counts["number"] / filled
    role: Role
    if numeric >= 0.6:
        role = said if said in NUMERIC_ROLES or said in ("serial", "target") else "number"
    elif said in NUMERIC_ROLES and numeric >= 0.3:
        role = said
    elif said in NUMERIC_ROLES:
        role = "text" if counts["text"] * 2 >= filled else "label"
    elif said is not None and (said != "label" or _LEVEL_HEADER.match(header) or counts["text"] * 2 < filled):
        role = said
    else:
        role = "text" if counts["text"] * 2 >= filled else "label"
    return Column(header, role, fill=fill)


def _levels(grid: Grid) -> None:
    """Numbers the label columns and tells which label each numeric column belongs to."""
    first = next((c.header for c in grid.columns if c.role == "label"), "")
    grid.top = next((n for n, word in enumerate("一二三四", 1) if word + "级" in first), 1)
    owner = 0
    for i, column in enumerate(grid.columns):
        if column.role == "label":
            grid.labels.append(i)
            column.level = owner = len(grid.labels)
        elif column.role in NUMERIC_ROLES:
            column.owner = owner
        elif column.role in TEXT_ROLES and column.fill > 0:
            owner = 0


# --- rows ---------------------------------------------------------------------------------------------------------

_FITS: dict[Kind, dict[str, float]] = {
    "number": {"number": 2.0, "label": -3.0, "text": -1.5, "target": 1.0, "serial": 2.0},
    "code": {"number": -4.0, "label": -2.0, "text": -1.0, "target": -1.0, "serial": 2.0},
    "label": {"number": -4.0, "label": 2.0, "text": 0.3, "target": 1.8, "serial": -3.0},
    "pointed": {"number": -4.0, "label": 3.0, "text": -0.5, "target": -1.0, "serial": -4.0},
    "text": {"number": -4.0, "label": -1.5, "text": 2.0, "target": 0.5, "serial": -4.0},
    "dash": {"number": 0.3, "label": 0.3, "text": 0.3, "target": 0.3, "serial": 0.0},
}
_PASSES = 3
_MOST_DROPS = 2  # successive cells that may be dropped
_DROP = -3.0  # a cell that fits nowhere: one printed twice
_SHIFT = 0.35  # per column by which the distance to the cell before changes
_MOST_SHIFT = 1.4
_IN_PLACE = 0.05
_FITTING, _IN_ORDER = 1.5, 0.5  # a row whose cells all fit where they stand, with little missing, is left as it is
_NO_OWNER = -1.5  # a group's weight without the group's label in front of it
_UNPOINTED = -2.5  # a bare label in a column whose labels carry their points
_MEASURE_IN_TEXT = 1.0  # what was found, 79.00% or 12公里, in the place of an explanation
_MISSING = {"number": 2.5, "label": 3.0, "text": 0.4, "target": 0.2, "serial": 0.2}
_UNKNOWN_DIMENSION = -1.5
_KNOWN_DIMENSION = 2.0


def align(row: GridRow, grid: Grid, dimensions: frozenset[str]) -> None:
    """Puts the cells of a row under the columns they fit, keeping their order (`row.at`)."""
    columns, cells = grid.columns, row.cells
    width = len(columns)
    missing = [_missing(column, i in row.merged, grid.depth) for i, column in enumerate(columns)]
    fits = [[_fit(cell, column, dimensions) for column in columns] for cell in cells]
    stray = sum(missing) - sum(missing[cell.column] for cell in cells if cell.column < width)
    if stray <= _IN_ORDER and all(cell.column < width and fits[i][cell.column] >= _FITTING for i, cell in enumerate(cells)):
        row.at = {cell.column: cell for cell in cells}
        return
    before = [0.0]
    for cost in missing:
        before.append(before[-1] + cost)
    # best[i][c]: the best value with cell i under column c, and the cell and column before it.
    best: list[dict[int, tuple[float, tuple[int, int] | None]]] = []
    for i, cell in enumerate(cells):
        here: dict[int, tuple[float, tuple[int, int] | None]] = {}
        for c in range(width):
            fit = fits[i][c] + (_IN_PLACE if cell.column == c else 0.0)
            value = fit - before[c] + i * _DROP - min(_MOST_SHIFT, _SHIFT * abs(c - cell.column))
            if 0 < columns[c].owner < grid.depth and cell.kind == "number":
                value += _NO_OWNER
            origin: tuple[int, int] | None = None
            for j in range(max(0, i - 1 - _MOST_DROPS), i):
                for d, (so_far, _) in best[j].items():
                    if d >= c:
                        continue
                    bend = abs((c - d) - (cell.column - cells[j].column))
                    candidate = so_far + fit - (before[c] - before[d + 1]) - min(_MOST_SHIFT, _SHIFT * bend)
                    candidate += (i - j - 1) * _DROP
                    if 0 < columns[c].owner < grid.depth and cell.kind == "number" and columns[d].level != columns[c].owner:
                        candidate += _NO_OWNER
                    if candidate > value:
                        value, origin = candidate, (j, d)
            here[c] = (value, origin)
        best.append(here)
    ends = [
        (value - (before[width] - before[c + 1]) + (len(cells) - 1 - i) * _DROP, i, c)
        for i, options in enumerate(best)
        for c, (value, _) in options.items()
    ]
    step: tuple[int, int] | None = max(ends, key=lambda e: e[0])[1:]
    row.at = {}
    while step is not None:
        i, c = step
        row.at[c] = cells[i]
        step = best[i][c][1]


def _class(column: Column) -> str:
    if column.role in NUMERIC_ROLES:
        return "number"
    return column.role if column.role in ("label", "target", "serial") else "text"


def _missing(column: Column, merged: bool, depth: int) -> float:
    """What it costs to leave a column empty: much where nearly every row has a cell in it. A group's label and weight
    stand in its first row only."""
    if merged or column.fill < 0.5 or 0 < (column.level or column.owner) < depth:
        return 0.0
    share = 2 * column.fill - 1 if column.role == "label" else column.fill
    return _MISSING[_class(column)] * share


def _fit(cell: Slot, column: Column, dimensions: frozenset[str]) -> float:
    fit = _FITS[cell.kind][_class(column)]
    if _class(column) == "text" and _is_measure(cell):
        fit = _MEASURE_IN_TEXT
    if column.role == "label" and cell.kind == "label":
        fit += _UNPOINTED * column.pointed
    if _class(column) == "text" and cell.kind == "label":
        fit += column.short
    if column.level == 1 and cell.kind in ("label", "pointed"):
        name = bare_dimension(cell.text)
        if dimensions:
            fit += _KNOWN_DIMENSION if name in dimensions else _UNKNOWN_DIMENSION
        elif is_certain_dimension(cell.text):
            fit += _KNOWN_DIMENSION
    elif column.level > 1 and cell.kind in ("label", "pointed") and bare_dimension(cell.text) in dimensions:
        fit -= _KNOWN_DIMENSION / 2
    return fit


def _is_measure(cell: Slot) -> bool:
    """Whether a cell is a number with a unit other than points."""
    figure = parse_cell(cell.text) if cell.kind == "number" else None
    return figure is not None and figure.unit not in (None, "分")
