"""Every reading of a score sheet is tried, the one that adds up best is taken."""

from __future__ import annotations

from decimal import Decimal

from extractor.facts.score_cells import slot_mark
from extractor.facts.score_events import read_events
from extractor.facts.score_grid import Grid
from extractor.facts.score_names import points
from extractor.facts.score_proof import HUNDRED, closes, is_proven, leaf_sum, whole_weights
from extractor.facts.score_reading import POINTS, Reading, readings
from extractor.facts.score_sums import subtotal_rows, total_row
from extractor.facts.score_tree import Dimensions, tree_by_columns, tree_by_weights
from extractor.sheet import ScoreSheet, SheetNode

_LATER = 0.01  # of two columns of scores the later one is the one settled on


def best_tree(grid: Grid, known: Dimensions) -> ScoreSheet | None:
    """The sheet in the reading that proves itself best; None where nothing in the grid can be points."""
    sheets = [_sheet(grid, reading, known) for reading in readings(grid)]
    return max(sheets, key=lambda s: s[1])[0] if sheets else None


def _sheet(grid: Grid, reading: Reading, known: Dimensions) -> tuple[ScoreSheet, float]:
    events = read_events(grid, reading)
    roots = tree_by_columns(events)
    total = total_row(grid, reading, events)
    roots = tree_by_weights(roots, events, known, total)
    sheet = ScoreSheet(
        kind="sheet",
        roots=roots,
        places=sorted({(row.block, row.table) for row in grid.rows}),
        total=total,
        subtotals=subtotal_rows(grid, reading, events),
        self_scored=reading.score not in (None, POINTS) and grid.columns[reading.score].role == "self_score",
        with_scores=any(e.leaf and e.node.score is not None for e in events),
    )
    sheet.proven = is_proven(sheet)
    return sheet, _worth(sheet, grid, reading, known)


def _worth(sheet: ScoreSheet, grid: Grid, reading: Reading, known: Dimensions) -> float:
    leaves = sheet.leaves()
    if not leaves:
        return -10.0
    weights, scores = leaf_sum(sheet.roots, "weight"), leaf_sum(sheet.roots, "score")
    both = [(leaf.weight.value, leaf.score.value) for leaf in leaves if leaf.weight and leaf.score]
    groups = [n for n in sheet.nodes() if n.children and n.weight]
    worth = 2.0 * sum(leaf.weight is not None for leaf in leaves) / len(leaves)
    worth += 2.0 * sum(leaf.score is not None for leaf in leaves) / len(leaves)
    worth += 3.0 * (sum(closes(n) for n in groups) / len(groups)) if groups else 0.0
    worth += 4.0 * (weights == HUNDRED) + 2.0 * (weights in whole_weights(sheet))
    worth -= 8.0 * sum(s > w for w, s in both) / len(both) if both else 0.0
    stated = {sheet.total.score.value} if sheet.total and sheet.total.score else set()
    if known.scores and all(s is not None for s in known.scores):
        stated.add(sum((s for s in known.scores if s is not None), Decimal(0)))
    worth += 3.0 * (scores in stated)
    roles = {"weight": reading.weight, "score": reading.score}
    for wanted, column in roles.items():
        if column is not None and column != POINTS:
            role = grid.columns[column].role
            worth += {wanted: 1.5, "self_score": -1.0, "number": 0.0}.get(role, -1.5)
    worth += 3.0 * _pointed_agreement(leaves)
    worth += _total_agreement(grid, reading)
    if reading.score is not None and grid.columns[reading.score].role == "score":
        worth += _LATER * reading.score
    unused = [c for i, c in enumerate(grid.columns) if i not in (reading.weight, reading.score)]
    unused = [
        c for c in unused if c.role in ("weight", "score", "number") and c.owner in (0, grid.depth) and c.fill > 0
    ]
    return worth - 1.5 * len(unused) - 2.0 * sum(c.role == "score" for c in unused)


def _pointed_agreement(leaves: list[SheetNode]) -> float:
    """The share of leaves with points in their names whose weight is just that, 0 where few names carry points."""
    stated = [(own.value, leaf.weight.value) for leaf in leaves if leaf.weight and (own := points(leaf.label))]
    return sum(a == b for a, b in stated) / len(stated) if len(stated) * 2 >= len(leaves) else 0.0


def _total_agreement(grid: Grid, reading: Reading) -> float:
    """What the row of sums says of the columns: 100 stands under the weights, less under the scores."""
    worth = 0.0
    for row in grid.totals:
        for slot in row.cells:
            figure = slot_mark(slot, grid.evidence[slot]) if slot.kind == "number" else None
            if figure is None or "%" in slot.text:
                continue
            if slot.column == reading.weight:
                worth += 2.0 if figure.value == HUNDRED else -1.0
            elif slot.column == reading.score and figure.value == HUNDRED:
                worth -= 0.5
    return worth
