"""The rows of sums of a score sheet: 合计 and 小计."""

from __future__ import annotations

from decimal import Decimal

from extractor.facts.score_cells import slot_mark
from extractor.facts.score_columns import NUMERIC_ROLES
from extractor.facts.score_events import Event
from extractor.facts.score_grid import Grid, GridRow
from extractor.facts.score_names import bare, points
from extractor.facts.score_proof import HUNDRED, leaf_sum
from extractor.facts.score_reading import Reading
from extractor.sheet import Mark, SheetNode


def total_row(grid: Grid, reading: Reading, events: list[Event]) -> SheetNode | None:
    leaves = [e.node for e in events if e.leaf]
    rows = [row for row in grid.totals if any(s.kind == "number" for s in row.cells)]
    return _sum_node(grid, reading, rows[-1], leaves) if rows else None


def subtotal_rows(grid: Grid, reading: Reading, events: list[Event]) -> list[tuple[int, SheetNode]]:
    """The rows 小计 with the number of leaves above each."""
    leaves = [e.node for e in events if e.leaf]
    places = [(leaf.evidence.block or 0, leaf.evidence.row or 0) for leaf in leaves]
    out: list[tuple[int, SheetNode]] = []
    start = 0
    for row in grid.subtotals:
        count = sum(place < (row.block, row.row) for place in places)
        out.append((count, _sum_node(grid, reading, row, leaves[start:count])))
        start = count
    return out


def _sum_node(grid: Grid, reading: Reading, row: GridRow, leaves: list[SheetNode]) -> SheetNode:
    """A row of sums. Its numbers often leave their columns: one that is the sum of the weights or the scores is that sum,
    others belong to the column they stand in or next to on the left."""
    label = row.cells[0]
    node = SheetNode(0, bare(label.text), label.text, grid.evidence[label])
    own = points(label.text)
    if own is not None:
        node.weight = Mark(own.text, own.value, node.evidence, bracketed=True)
    weight, score = leaf_sum(leaves, "weight"), leaf_sum(leaves, "score")
    if weight is not None and score is not None and (pair := _moved(grid, reading, row, (weight, score))):
        node.weight, node.score = node.weight or pair[0], pair[1]
        return node
    for slot in [s for s in row.cells if s.kind == "number"]:
        mark = slot_mark(slot, grid.evidence[slot])
        if mark is None:
            continue
        role = _sum_role(grid, reading, slot.column)
        if mark.value in (weight, HUNDRED) and not (role == "score" and mark.value == score):
            node.weight = node.weight or mark
        elif "%" in slot.text or role == "rate":
            node.rate = node.rate or mark
        elif mark.value == score or role == "score":
            node.score = node.score or mark
        elif role == "weight":
            node.weight = node.weight or mark
        elif role == "deduction":
            node.deduction = node.deduction or mark
    return node


def _moved(grid: Grid, reading: Reading, row: GridRow, sums: tuple[Decimal, Decimal]) -> tuple[Mark, Mark] | None:
    """Weight and score of a row that holds two points and nothing else, to the right of their columns, where one of them
    is the sum there and so tells which is which. The sum of the weights alone may stand before a rate."""
    numbers = [s for s in row.cells if s.kind == "number"]
    ordered = isinstance(reading.weight, int) and isinstance(reading.score, int) and reading.weight < reading.score
    if len(numbers) != 2 or not ordered or any("%" in s.text for s in numbers):
        return None
    first, second = (slot_mark(s, grid.evidence[s]) for s in numbers)
    roles = [_sum_role(grid, reading, s.column) for s in numbers]
    if first is None or second is None or roles[0] != "score" or sums[0] == sums[1]:
        return None
    if first.value == sums[1]:
        return None
    known = second.value == sums[1] or (first.value == sums[0] and roles[1] == "score")
    return (first, second) if known else None


def _sum_role(grid: Grid, reading: Reading, column: int) -> str:
    for c in range(min(column, len(grid.columns) - 1), -1, -1):
        if c == reading.score:
            return "score"
        if c == reading.weight:
            return "weight"
        role = grid.columns[c].role
        if role in NUMERIC_ROLES:
            other = (role == "score" and reading.score is not None) or (role == "weight" and reading.weight is not None)
            return "" if other else role
    return ""
