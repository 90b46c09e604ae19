"""Lines that are totals though no word says so: the lines right below or above add up to them in every column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.checks.sources.grid import Grid
from extractor.data import load

_SETTINGS = load("checks")
_PART = re.compile(_SETTINGS["part"])
_NUMBERED = re.compile(_SETTINGS["numbered_part"])
_MOST_LINES = 40
_DIGITS, _DIGITS_SAID = 7, 3
"""How many digits must agree by chance or by design; fewer where the labels say that the lines are parts."""
_SEVERAL = 3
_LEADS = 2


@dataclass(frozen=True, slots=True)
class Addends:
    """A line and those that it adds up. `columns` are those in which it does, `missing` those in which it should."""

    total: int
    lines: tuple[int, ...]
    columns: tuple[int, ...]
    missing: tuple[int, ...]


def unsaid(grid: Grid, totals: Sequence[int]) -> Iterator[Addends]:
    """The lines that are sums of their neighbours, the lines that state a total left out."""
    named = set(totals)
    data = [i for i in range(grid.first, len(grid.lines)) if i not in named and grid.figures(i)]
    columns = [c for c in range(grid.width) if not grid.is_rate(c) and not grid.is_ordinal(c, data)]
    for at, line in enumerate(data):
        own = [c for c in columns if (f := grid.figures(line).get(c)) and f.value and not grid.is_score(line, c)]
        for run in (data[at + 1 : at + 1 + _MOST_LINES], data[max(0, at - _MOST_LINES) : at][::-1]):
            found = next((a for lead in own[:_LEADS] if (a := _along(grid, line, run, own, lead))), None)
            if found:
                yield found
                break


def _along(grid: Grid, line: int, run: list[int], own: list[int], lead: int) -> Addends | None:
    """The shortest run of lines, from the next one on, that adds up in the leading column and proves itself in all."""
    stated = grid.figures(line)[lead]
    left = stated.value
    used = 0
    for count, other in enumerate(run, 1):
        if grid.lines[other][lead].figure is None and not grid.lines[other][lead].blank:
            return None
        figure = grid.figures(other).get(lead)
        left -= figure.value if figure else 0
        used += bool(figure and figure.value)
        slack = Decimal(1).scaleb(-stated.places) * (used + 1) / 2 if stated.places else Decimal(0)
        if used >= 2 and abs(left) <= slack:
            return _proven(grid, line, sorted(run[:count]), own)
        if stated.value > 0 and left < -slack and not any(f.value < 0 for f in grid.figures(other).values()):
            return None
    return None


def _proven(grid: Grid, line: int, lines: list[int], own: list[int]) -> Addends | None:
    right, wrong, digits = [], [], 0
    for column in own:
        stated = grid.figures(line)[column]
        figures = [f for i in lines if (f := grid.figures(i).get(column))]
        miss = abs(stated.value - sum((f.value for f in figures), Decimal(0)))
        if miss <= sum((Decimal(1).scaleb(-f.places) / 2 for f in (stated, *figures) if f.places), Decimal(0)):
            right.append(column)
            if sum(bool(f.value) for f in figures) > 1:
                digits += len(stated.value.normalize().as_tuple().digits) - 1
        elif figures:
            wrong.append(column)
    needed = _DIGITS_SAID if _are_parts(grid, line, lines) else _DIGITS
    if digits < needed or len(wrong) > 1 or wrong and len(right) < _SEVERAL:
        return None
    return Addends(line, tuple(lines), tuple(right), tuple(wrong))


def _are_parts(grid: Grid, line: int, lines: list[int]) -> bool:
    """Whether the labels tell that the lines are parts of the one before: 其中, or numbers below a line without."""
    if any(map(_PART.match, grid.labels[lines[0]])):
        return True
    return all(any(map(_NUMBERED.match, grid.labels[i])) for i in lines) and not any(
        map(_NUMBERED.match, grid.labels[line])
    )
