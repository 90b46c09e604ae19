"""Rows put under the columns of their sheet.

Rows that lost a cell at a page break, or have one twice, are aligned to the columns as sequences are: the assignment of
cells to columns in their order that fits best wins, so a shift is undone whatever its width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from extractor.facts.score_cells import Kind, Slot, is_measure
from extractor.facts.score_columns import NUMERIC_ROLES, TEXT_ROLES, Column
from extractor.facts.score_names import bare_dimension, is_certain_dimension

_FITS: dict[Kind, dict[str, float]] = {
    "number": {"number": 2.0, "label": -3.0, "text": -1.5, "target": 1.0, "serial": 2.0},
    "code": {"number": -4.0, "label": -2.0, "text": -1.0, "target": -1.0, "serial": 2.0},
    "label": {"number": -4.0, "label": 2.0, "text": 0.3, "target": 1.8, "serial": -3.0},
    "pointed": {"number": -4.0, "label": 3.0, "text": -0.5, "target": -1.0, "serial": -4.0},
    "text": {"number": -4.0, "label": -1.5, "text": 2.0, "target": 0.5, "serial": -4.0},
    "dash": {"number": 0.3, "label": 0.3, "text": 0.3, "target": 0.3, "serial": 0.0},
}
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
_POINTS = frozenset({"weight", "score"})
_FARTHEST = 3  # columns that a row may have lost in front
_MOSTLY = 0.5  # share of short explanations
_UNKNOWN_DIMENSION = -1.5
_KNOWN_DIMENSION = 2.0


def align(
    cells: Sequence[Slot], columns: Sequence[Column], merged: frozenset[int], depth: int, dimensions: frozenset[str]
) -> dict[int, Slot]:
    """The cells of a row by the columns they fit, their order kept. `merged` are columns that the format itself covers from
    above, `depth` is the number of levels of names, `dimensions` bare names of dimensions known from elsewhere."""
    missing = [_missing(column, i in merged, depth) for i, column in enumerate(columns)]
    fits = [[_fit(cell, column, dimensions) for column in columns] for cell in cells]
    if _in_order(cells, fits, missing) or _goes_on(cells, columns):
        return {cell.column: cell for cell in cells}
    if (whole := _as_a_whole(cells, columns, fits, depth)) is not None:
        return whole
    steps = _steps(cells, columns, fits, missing, depth)
    rest = _running_sums(missing)
    ends = [
        (step.value - (rest[-1] - rest[c + 1]) + (len(cells) - 1 - i) * _DROP, i, c)
        for i, options in enumerate(steps)
        for c, step in enumerate(options)
    ]
    at = {}
    place: tuple[int, int] | None = max(ends, key=lambda end: end[0])[1:]
    while place is not None:
        i, c = place
        at[c] = cells[i]
        place = steps[i][c].origin
    return at


def _in_order(cells: Sequence[Slot], fits: list[list[float]], missing: list[float]) -> bool:
    """Whether all cells fit where they stand, and little is missing."""
    width = len(missing)
    if any(cell.column >= width or fits[i][cell.column] < _FITTING for i, cell in enumerate(cells)):
        return False
    return sum(missing) - sum(missing[cell.column] for cell in cells) <= _IN_ORDER


def _as_a_whole(
    cells: Sequence[Slot], columns: Sequence[Column], fits: list[list[float]], depth: int
) -> dict[int, Slot] | None:
    """The row moved right as a whole by the cells it lost in front, None where that explains nothing.

    Its numbers tell it: as they stand some are under names or explanations, moved they fill all weights and scores. The
    first cell is then the leaf's name, and none is missing up to the numbers; kinds alone cannot tell a short explanation
    (制度健全) from a name.
    """
    numbers = [i for i, cell in enumerate(cells) if cell.kind == "number"]
    needed = {i for i, column in enumerate(columns) if column.role in _POINTS}
    if all(cells[i].column < len(columns) and columns[cells[i].column].role in NUMERIC_ROLES for i in numbers):
        return None
    for shift in range(1, _FARTHEST + 1):
        places = [cell.column + shift for cell in cells]
        if places[-1] >= len(columns) or columns[places[0]].level != depth:
            continue
        if places[: numbers[-1] + 1] != list(range(places[0], places[numbers[-1]] + 1)):
            continue
        if not needed or not needed <= {places[i] for i in numbers}:
            continue
        front = zip(cells[: numbers[-1]], places, fits, strict=False)
        behind = zip(places[numbers[-1] :], fits[numbers[-1] :], strict=True)
        if all(_explains(cell, columns[c]) or fit[c] >= _FITTING for cell, c, fit in front) and all(
            fit[c] > 0 for c, fit in behind
        ):
            return dict(zip(places, cells, strict=True))
    return None


def _explains(cell: Slot, column: Column) -> bool:
    """Whether a cell is a short explanation in a column where most are short."""
    return cell.kind == "label" and _class(column) == "text" and column.short >= _MOSTLY


def _goes_on(cells: Sequence[Slot], columns: Sequence[Column]) -> bool:
    """Whether a row only goes on with the explanations of the leaf above: a text in its column, numbers at most in columns
    that are neither weights nor scores."""
    if any(cell.column >= len(columns) for cell in cells):
        return False
    roles = [(cell.kind, columns[cell.column]) for cell in cells]
    return any(kind != "number" for kind, _ in roles) and all(
        column.role == "number" if kind == "number" else column.role in TEXT_ROLES for kind, column in roles
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """The best value of the cells up to one that stands under one column; `origin` is the cell and column before it."""

    value: float
    origin: tuple[int, int] | None


def _steps(
    cells: Sequence[Slot], columns: Sequence[Column], fits: list[list[float]], missing: list[float], depth: int
) -> list[list[_Step]]:
    """The best step for each cell under each column: the cells before it may be dropped, columns between left empty."""
    before = _running_sums(missing)
    steps: list[list[_Step]] = []
    for i, cell in enumerate(cells):
        here = []
        for c, column in enumerate(columns):
            own = fits[i][c] + (_IN_PLACE if cell.column == c else 0.0)
            orphan = _NO_OWNER if 0 < column.owner < depth and cell.kind == "number" else 0.0
            start = own - before[c] + i * _DROP - _shift(c - cell.column) + orphan
            best = _Step(start, None)
            for j in range(max(0, i - 1 - _MOST_DROPS), i):
                drops = (i - j - 1) * _DROP
                for d in range(c):
                    value = steps[j][d].value + own - (before[c] - before[d + 1]) + drops
                    value -= _shift((c - d) - (cell.column - cells[j].column))
                    if orphan and columns[d].level != column.owner:
                        value += orphan
                    if value > best.value:
                        best = _Step(value, (j, d))
            here.append(best)
        steps.append(here)
    return steps


def _running_sums(costs: list[float]) -> list[float]:
    return [0.0, *accumulate(costs)]


def _shift(columns: int) -> float:
    """What it costs to stand so many columns off."""
    return min(_MOST_SHIFT, _SHIFT * abs(columns))


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
    if _class(column) == "text" and is_measure(cell):
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
