"""Columns (or rows) that two tables have in common: the same names with nearly always the same numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.occurrence import agree, kind_of, likeness, measure_of, pairs
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import MONEY

_SETTINGS = load("cross_mention")["words"]
_YEAR = re.compile(_SETTINGS["year"])
_PLANNED = re.compile(_SETTINGS["planned_column"])
_NUMBERING = re.compile(_SETTINGS["numbering"])
_BRACKETS = re.compile(r"\([^()]*\)")
_TOTAL = re.compile(load("checks")["total"])
_WHOLE = "合计"
_PLACES = "省市区县镇乡"
_POSTINGS = 40
_MOSTLY = 0.75
_HALF = 0.5
_FEWEST = 3
_FEW, _TELLING = 3, 10  # so few counts below ten are alike by chance
_MOST_WRONG = 3  # of so many values one may differ


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A column's (or row's) numbers by the names of their rows (or columns)."""

    block: int
    name: str
    years: frozenset[str]
    terms: dict[str, Term]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two series of different tables that state the same: the pairs that agree and those that do not; `swapped` are
    pairs of names whose values the tables exchange."""

    agreeing: tuple[tuple[Term, Term], ...]
    differing: tuple[tuple[Term, Term], ...]
    swapped: bool


def series(grid: Grid) -> Iterator[Series]:
    """The columns by the names of the rows, then the rows by the names of the columns; running numbers are no values."""
    numbering = {c for c in range(grid.width) if _NUMBERING.search(grid.names[c])}
    for g in (grid, grid.turn()):
        plain = [_plain(name) for name in g.names]
        for line in range(g.first, len(g.lines)):
            figures = [c for c in g.figures(line) if g.lines[line][c].column not in numbering]
            names = {c: plain[c] for c in figures}
            shared = Counter(names.values())
            terms = {names[c]: g.term(line, c) for c in figures if names[c] and shared[names[c]] == 1}
            if len(terms) >= _FEWEST:
                name = _plain(g.label(line))
                years = frozenset(_YEAR.findall(grid.table.caption + name))
                yield Series(grid.block, _BRACKETS.sub("", name), years, terms)


def _plain(name: str) -> str:
    """The name as other tables write it: 薛城区 is 薛城, 累计 is 合计."""
    plain = squeeze(name).strip("：:").replace("（", "(").replace("）", ")")
    if _TOTAL.match(plain):
        return _WHOLE
    return plain[:-1] if len(plain) > 2 and plain[-1] in _PLACES else plain


def twins(grids: tuple[Grid, ...]) -> Iterator[Twins]:
    """Series of two tables that agree by name and number in most of what they share."""
    found = [s for grid in grids for s in series(grid)]
    met: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
    for i, s in enumerate(found):
        for name, t in s.terms.items():
            met[name, _base(t)].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for places in met.values():
        if len(places) <= _POSTINGS:
            shared.update((a, b) for n, a in enumerate(places) for b in places[n + 1 :])
    best: dict[tuple[int, int], int] = defaultdict(int)
    for (i, j), number in shared.items():
        for own, other in ((i, j), (j, i)):
            best[own, found[other].block] = max(best[own, found[other].block], number)
    for (i, j), number in shared.items():
        a, b = found[i], found[j]
        if number >= 2 and a.block != b.block and _may_be_one(a.name, b.name):
            is_best = number == best[i, b.block] == best[j, a.block]
            yield from _compared(a, b, is_best)


def _compared(a: Series, b: Series, is_best: bool) -> Iterator[Twins]:
    names = [n for n in a.terms if n in b.terms and kind_of(a.terms[n].unit) == kind_of(b.terms[n].unit)]
    fewer, more = sorted((len(a.terms), len(b.terms)))
    if fewer < _MOSTLY * more:  # a total is of the rows that its own table has
        names = [n for n in names if n != _WHOLE or _equal(a.terms[n], b.terms[n])]
    agreeing = [n for n in names if _equal(a.terms[n], b.terms[n])]
    differing = [n for n in names if n not in agreeing]
    values = {_base(a.terms[n]) for n in agreeing}
    if len(agreeing) < 2 or len(values) < 2:
        return
    swapped = {n: m for n in differing for m in differing if n != m and _equal(a.terms[n], b.terms[m])}
    exchanged = len(swapped) == len(differing) == 2
    of_one = a.name == b.name or len(names) >= _MOSTLY * max(len(a.terms), len(b.terms))
    of_one = of_one and (not a.years or not b.years or a.years == b.years)
    telling = len(values) > _FEW or any(abs(value) >= _TELLING or value % 1 for value in values)
    certain = telling and is_best and of_one and len(differing) * _MOST_WRONG <= len(names) and len(values) >= _FEWEST
    yield Twins(
        tuple((a.terms[n], b.terms[n]) for n in agreeing),
        tuple((a.terms[n], b.terms[n]) for n in differing) if certain else (),
        exchanged,
    )


def _may_be_one(a: str, b: str) -> bool:
    """Whether two headings may name one thing: budget and spending, plan and result may not, even where they agree
    nearly everywhere."""
    if a == b or not a or not b:
        return True
    if measure_of(a) != measure_of(b) or bool(_PLANNED.search(a)) != bool(_PLANNED.search(b)):
        return False
    return likeness(pairs(a), pairs(b)) >= _HALF


def _equal(a: Term, b: Term) -> bool:
    return agree(_base(a), _step(a), _base(b), _step(b), kind_of(a.unit))


def _base(t: Term) -> Decimal:
    return t.value * MONEY.get(t.unit or "", Decimal(1))


def _step(t: Term) -> Decimal:
    return Decimal(1).scaleb(-t.places) * MONEY.get(t.unit or "", Decimal(1))
