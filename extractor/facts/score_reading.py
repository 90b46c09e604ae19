"""The readings of a score sheet: which column may hold the weights and which the scores."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.facts.score_cells import fraction, slot_mark
from extractor.facts.score_columns import NUMERIC_ROLES
from extractor.facts.score_grid import Grid, GridRow
from extractor.sheet import Mark

_FEWEST_UNITS = 3
POINTS = -1  # stands for "the points in the leaf's label" where a column is meant


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a sheet: the columns of the leaves' weights and scores, None for none."""

    weight: int | None
    score: int | None


def readings(grid: Grid) -> list[Reading]:
    """Every reading of the columns of numbers that belong to the leaves; rates and deductions are neither weight nor score."""
    pool = [
        i
        for i, c in enumerate(grid.columns)
        if c.role in NUMERIC_ROLES and c.role not in ("rate", "deduction") and c.owner in (0, grid.depth)
    ]
    deepest = [max((i for i in row.at if i in grid.labels), default=None) for row in grid.rows]
    labelled = [row.at[i] for row, i in zip(grid.rows, deepest, strict=True) if i is not None]
    pointed = sum(slot.kind == "pointed" for slot in labelled) * 2 >= len(labelled) > 0
    weights: list[int | None] = [*pool, *([POINTS] if pointed else [])]
    if not weights or any(fraction(slot.text) for row in grid.rows for slot in row.cells):
        weights.append(None)
    scores: list[int | None] = [*pool, None]
    if units := _columns_of_units(grid, pool, pointed):
        weights, scores = [w for w in weights if w not in units], [None]
    return [Reading(w, s) for w in weights for s in scores if w != s]


def _columns_of_units(grid: Grid, pool: list[int], pointed: bool) -> list[int]:
    """The columns of a table that scores several units side by side, each under a name that says nothing of points: none
    of them is the score of the whole. Empty where another column says what was scored."""
    named = [i for i in pool if grid.columns[i].role == "number" and (pointed or grid.columns[i].header)]
    scored = any(c.role in ("score", "self_score") for c in grid.columns)
    return named if len(named) >= _FEWEST_UNITS and not scored else []


def number_at(grid: Grid, row: GridRow, column: int | None) -> Mark | None:
    if column is None or column == POINTS or column not in row.at:
        return None
    return slot_mark(row.at[column], grid.evidence[row.at[column]])
