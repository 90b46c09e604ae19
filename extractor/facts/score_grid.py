"""The grid of a score sheet: its columns, and every row put under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractor.document import Document, Evidence, Table
from extractor.facts.score_align import align
from extractor.facts.score_cells import Slot, own_slots, slot_evidence
from extractor.facts.score_columns import NUMERIC_ROLES, TEXT_ROLES, Column, read_columns
from extractor.facts.score_header import header_level, header_text, is_header, is_subheader
from extractor.facts.score_names import bare_dimension, is_certain_dimension, is_continued, is_subtotal, is_total
from extractor.language import squeeze

_PASSES = 3


@dataclass(slots=True)
class GridRow:
    """The cells that begin in one row, in order, and where each was put: `at` maps a column of the sheet to its cell.
    `merged` holds the columns covered by a cell that the format itself merges from above; a `band` is a row that names
    nothing but a dimension, whose indicators stand below it in columns of their own."""

    block: int
    table: int
    row: int
    cells: list[Slot]
    merged: frozenset[int] = frozenset()
    band: bool = False
    at: dict[int, Slot] = field(default_factory=dict)


@dataclass(slots=True)
class Grid:
    columns: list[Column]
    rows: list[GridRow]
    totals: list[GridRow] = field(default_factory=list)
    subtotals: list[GridRow] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    top: int = 1  # the level that the header gives to the first label column
    evidence: dict[Slot, Evidence] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        return len(self.labels)


def read_grid(document: Document, parts: list[tuple[int, int, Table, int]], dimensions: frozenset[str]) -> Grid | None:
    """The grid of one sheet from its tables `(block, table number, table, header rows)`, in order; None where the tables
    have no column of labels or none of points. `dimensions` are bare names of dimensions known from elsewhere."""
    head = next((p for p in parts if p[3]), parts[0])
    width = max(table.width for _, _, table, _ in parts)
    told = [header_text(head[2], head[3], c) for c in range(width)]
    order = _by_level(told)
    headers = [told[c] for c in order]
    header_key = {squeeze(h) for h in headers if h}
    rows: list[GridRow] = []
    for block, number, table, skip in parts:
        for r in range(skip, len(table.rows)):
            row = _grid_row(table, r, block, number, order)
            if row.cells and not _repeats_header(table, r, row, header_key):
                rows.append(row)
    grid = Grid(read_columns(headers, [row.cells for row in rows if not _is_sum(row)]), [])
    _levels(grid)
    if not grid.labels or not any(c.role in NUMERIC_ROLES for c in grid.columns):
        return None
    grid.evidence = {
        slot: slot_evidence(document, replace(slot, column=order[slot.column])) for row in rows for slot in row.cells
    }
    for row in rows:
        label = _sum_label(row)
        if label and is_total(label):
            grid.totals.append(row)
        elif label:
            grid.subtotals.append(row)
        else:
            grid.rows.append(row)
    _mark_bands(grid, dimensions)
    whole = [row for row in grid.rows if not row.band]
    for _ in range(_PASSES):
        for row in whole:
            row.at = align(row.cells, grid.columns, row.merged, grid.depth, dimensions)
        _learn(grid, whole)
    return grid


def _by_level(headers: Sequence[str]) -> list[int]:
    """The columns of a table in the order in which they are read: where 三级指标 stands before 一级指标, the names come
    first, the higher level before the lower."""
    levels = {c: level for c, header in enumerate(headers) if (level := header_level(header))}
    columns = list(range(len(headers)))
    if list(levels.values()) == sorted(levels.values()):
        return columns
    first = min(levels)
    return columns[:first] + sorted(levels, key=levels.__getitem__) + [c for c in columns[first:] if c not in levels]


def _is_dimension(slot: Slot, dimensions: frozenset[str]) -> bool:
    return slot.kind in ("label", "pointed") and (
        bare_dimension(slot.text) in dimensions or is_certain_dimension(slot.text)
    )


def _mark_bands(grid: Grid, dimensions: frozenset[str]) -> None:
    """A dimension alone in its row is a band; with numbers beside it too, where no dimension has an indicator beside it
    and other names stand in its column."""
    first = grid.labels[0]
    named = [row for row in grid.rows if row.cells[0].column <= first and _is_dimension(row.cells[0], dimensions)]
    others = [row for row in grid.rows if row.cells[0].column == first and row not in named]
    below = any(slot.column in grid.labels[1:] and slot.kind != "number" for row in others for slot in row.cells)
    apart = below and all(slot.kind in ("number", "dash") for row in named for slot in row.cells[1:])
    for row in named:
        row.band = apart or len(row.cells) == 1
        row.at = {slot.column: slot for slot in row.cells}


def _learn(grid: Grid, rows: list[GridRow]) -> None:
    """How full the columns are, and how many of their labels carry points, as the aligned rows show it: on a sheet with
    many shifted rows the bare positions tell little."""
    for i, column in enumerate(grid.columns):
        kinds = [row.at[i].kind for row in rows if i in row.at]
        filled = len(kinds) - kinds.count("dash")
        column.fill = len(kinds) / len(rows) if rows else 0.0
        column.pointed = kinds.count("pointed") / filled if filled else 0.0
        column.short = kinds.count("label") / filled if filled else 0.0


def _grid_row(table: Table, row: int, block: int, number: int, order: Sequence[int]) -> GridRow:
    position = {column: i for i, column in enumerate(order)}
    slots = [
        replace(s, column=position[s.column]) for s in own_slots(table, row, block, number) if not is_continued(s.text)
    ]
    above = {id(cell) for cell in table.rows[row - 1]} if row else set()
    merged = frozenset(position[c] for c, cell in enumerate(table.rows[row]) if id(cell) in above and not cell.carried)
    return GridRow(block, number, row, sorted(slots, key=lambda s: s.column), merged)


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
            column.owner = _said_owner(column.header, len(grid.labels)) or owner
        elif column.role in TEXT_ROLES and column.fill > 0:
            owner = 0


def _said_owner(header: str, depth: int) -> int:
    """The level above the lowest that a header names: 一级指标得分 → 1; 0 where it names none."""
    level = next((n for n, word in enumerate("一二三四", 1) if header.startswith(word + "级")), 0)
    return level if level < depth else 0
