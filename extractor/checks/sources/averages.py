"""Lines that state the mean of the lines above: plain, or weighted by a column of the same table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from extractor.checks.engine.digits import slip
from extractor.checks.engine.proposal import Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.quantity import Figure

_SETTINGS = load("checks")
_AVERAGE = re.compile(_SETTINGS["average"])
_PLAIN = re.compile(_SETTINGS["plain_average"])
_WEIGHTING = re.compile(_SETTINGS["weighting"])
_SAID = re.compile(_SETTINGS["average_said"])
_AVERAGED = re.compile(_SETTINGS["averaged_column"])
_POINTING = re.compile(_SETTINGS["pointing_at_table"])
_FEWEST, _FEWEST_SAID = 2, 3
_BEFORE = 3
"""How many blocks before its table a sentence states the mean of a column."""

Certainty = Literal["outside", "beside", "alone"]


@dataclass(frozen=True, slots=True)
class Average:
    """A number that should be the mean of a column's numbers in some lines, weighted by another column where `weights`
    names one; of kind sum, the weights that add up. A miss is certain where it lies outside the numbers it is the mean
    of or a slip of the pen makes it of their mean, likely where a column beside it is a mean, little more than a hint where nothing else speaks."""

    line: int
    column: int
    lines: tuple[int, ...]
    kind: Literal["mean", "sum"] = "mean"
    weights: int | None = None
    certainty: Certainty = "alone"


@dataclass(frozen=True, slots=True)
class Said:
    """A mean stated in the words before a table, with the numbers of the column it is of. It is `certain` where the
    sentence points at the table and no other column could be meant."""

    stated: Term
    operands: tuple[Term, ...]
    weights: tuple[Term, ...]
    certain: bool


def averages_said(reading: Reading) -> Iterator[Said]:
    """The means that sentences right before a table state of one of its columns."""
    before: list[Passage] = []
    ahead = {grid.block: grid for grid in reading.grids}
    for passage in reading.passages:
        if passage.cell is None and "均" in passage.text:
            before.append(passage)
    for passage in before:
        grid = next((g for b in range(1, _BEFORE + 1) if (g := ahead.get(passage.block + b))), None)
        if grid is not None:
            for figure in passage.figures:
                if _SAID.search(passage.text[: figure.start]):
                    yield from _said(grid, passage, figure)


def _said(grid: Grid, passage: Passage, figure: Figure) -> Iterator[Said]:
    others = {*grid.totals(), *(i for i, labels in enumerate(grid.labels) if any(map(_AVERAGE.match, labels)))}
    lines = [i for i in range(grid.first, len(grid.lines)) if i not in others and grid.figures(i)]
    columns = [c for c in range(grid.width) if _AVERAGED.search(grid.names[c])]
    columns = [c for c in columns if len([i for i in lines if c in grid.figures(i)]) >= _FEWEST_SAID]
    stated = passage.term(figure, "平均数")
    for column in columns:
        over = tuple(i for i in lines if column in grid.figures(i))
        figures = [grid.figures(i)[column] for i in over]
        found = _weighing(grid, over, column, figure)
        certain = len(columns) == 1 and len(over) == len(lines) and bool(_POINTING.search(passage.text))
        if found is None and not certain:
            continue
        operands = tuple(replace(grid.term(i, column), unit=stated.unit) for i in over)
        weights = tuple(grid.term(i, found) for i in over) if found is not None and found >= 0 else ()
        if len({f.value for f in figures}) >= _FEWEST:
            yield Said(stated, operands, weights, certain)
            return


def _weighing(grid: Grid, over: tuple[int, ...], column: int, stated: Figure) -> int | None:
    """The column by which a mean is weighted, -1 where it is plain, None where it is none."""
    figures = [grid.figures(i)[column] for i in over]
    if _is_mean(stated, figures, [Decimal(1)] * len(over)):
        return -1
    for other in range(grid.width):
        if other != column and all(other in grid.figures(i) for i in over):
            weights = [grid.figures(i)[other].value for i in over]
            if min(weights) >= 0 and sum(weights, Decimal(0)) and _is_mean(stated, figures, weights):
                return other
    return None


def averages(grid: Grid) -> Iterator[Average]:
    """The means that hold, and those that do not where nothing else explains the number."""
    named = [i for i in range(grid.first, len(grid.lines)) if any(map(_AVERAGE.match, grid.labels[i]))]
    totals = set(grid.totals())  # 合计/平均: a sum of some columns, a mean of others
    others = {*named, *totals}
    start = grid.first
    for line in named:
        lines = [i for i in range(start, line) if i not in others]
        start = line + 1
        found = [a for c in grid.figures(line) if (a := _of_column(grid, line, c, lines))]
        proven = any(right for _, right in found)
        for average, right in found:
            if right:
                yield average
            elif line in totals:
                continue
            elif proven and average.certainty == "alone":
                yield Average(line, average.column, average.lines, certainty="beside")
            else:
                yield average


def _of_column(grid: Grid, line: int, column: int, lines: list[int]) -> tuple[Average, bool] | None:
    figures = {i: f for i in lines if (f := grid.figures(i).get(column))}
    if len(figures) < _FEWEST or len({f.value for f in figures.values()}) < _FEWEST or _has_words(grid, lines, column):
        return None
    stated = grid.figures(line)[column]
    over = tuple(figures)
    values = [f.value for f in figures.values()]
    if _WEIGHTING.search(grid.names[column]) and sum(values, Decimal(0)) == stated.value:
        return Average(line, column, over, "sum"), True
    weights = _weighing(grid, over, column, stated)
    if weights is not None:
        return Average(line, column, over, weights=weights if weights >= 0 else None), True
    beside = [c for c in range(grid.width) if c != column and all(c in grid.figures(i) for i in over)]
    if not min(values) <= stated.value <= max(values):
        return Average(line, column, over, certainty="outside"), False
    mean = round(sum(values, Decimal(0)) / len(values), stated.places)
    if stated.places and slip(stated.value, mean, stated.places):
        return Average(line, column, over, certainty="outside"), False
    plain = any(map(_PLAIN.match, grid.labels[line])) and len(over) == len(lines)
    return (Average(line, column, over), False) if plain and not beside else None


def _has_words(grid: Grid, lines: list[int], column: int) -> bool:
    return any(s.figure is None and not s.blank for i in lines for s in [grid.lines[i][column]])


def _is_mean(stated: Figure, figures: list[Figure], weights: list[Decimal]) -> bool:
    mean = sum((f.value * w for f, w in zip(figures, weights, strict=True)), Decimal(0)) / sum(weights)
    digit = Decimal(1).scaleb(-stated.places)
    rounded = max((Decimal(1).scaleb(-f.places) for f in figures if f.places), default=Decimal(0))
    return abs(stated.value - mean) <= (digit + rounded) / 2
