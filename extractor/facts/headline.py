"""The project's overall figures: of all that the report states, the one statement a fact is taken from.

Statements are weighed one by one (`extractor.facts.statements`), gathered by value, and then chosen together: among the
best values of each fact, the set wins whose points are most and whose equations hold (execution rate = expenditure /
budget or funds, arrival rate = funds / budget, score within its grade's band are not assumed, only rewarded).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.data import load
from extractor.document import Document
from extractor.facts.statements import FACTS, MONEY_FACTS, RATE_FACTS, Statement, statements
from extractor.quantity import MONEY, Interval, rounding_interval
from extractor.result import Grade, Headline, Quantity

_CONTENDERS = 3  # values of one fact that enter the joint choice
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Value:
    """All statements of one value of a fact, best first, and what they weigh together."""

    statements: tuple[Statement, ...]
    points: float

    @property
    def best(self) -> Statement:
        return self.statements[0]


def read_headline(document: Document, year: int | None = None) -> Headline:
    """The headline figures; `year` is the evaluated year, if known. A figure that is not stated is None."""
    found = _with_units(statements(document, year))
    values = {fact: _values([s for s in found if s.fact == fact]) for fact in FACTS}
    chosen = _choose(values)
    fields: dict[str, Quantity | Grade] = {}
    for fact, value in chosen.items():
        best = _as_said(value)
        mentions = [s.evidence for s in value.statements]
        if best.figure is None or fact == "grade":
            fields[fact] = Grade(value=best.word, text=best.word, evidence=best.evidence, mentions=mentions)
        else:
            fields[fact] = Quantity(
                value=best.figure.value, unit=best.unit, text=best.word, evidence=best.evidence, mentions=mentions
            )
    return Headline.model_validate(fields)


def _as_said(value: _Value) -> Statement:
    """The statement of a value that a reader would quote: what prose says, unless only a table is to be believed."""
    prose = [s for s in value.statements if s.place[2] < 0 and s.points >= load("headline")["quoted"]]
    return prose[0] if prose else value.best


def _with_units(found: list[Statement]) -> list[Statement]:
    """Amounts without a unit take that of an amount stated elsewhere with the same number; others are left out."""
    units: dict[Decimal, str] = {}
    for s in found:
        if s.fact in MONEY_FACTS and s.unit and s.figure:
            units.setdefault(s.figure.value, s.unit)
    out = []
    for s in found:
        if s.fact in MONEY_FACTS and s.unit is None and s.figure is not None:
            unit = units.get(s.figure.value)
            if unit is None:
                continue
            s = replace(s, unit=unit)
        out.append(s)
    return out


def interval(statement: Statement) -> Interval:
    """The true values that a statement allows, amounts in 元."""
    assert statement.figure is not None
    shown = rounding_interval(statement.figure.value, statement.figure.places)
    return shown.scaled(MONEY.get(statement.unit or "", Decimal(1)))


def _values(found: list[Statement]) -> list[_Value]:
    """Statements gathered by value, the weightiest value first. Only places that are believed at all count."""
    rules = load("headline")
    best_at: dict[tuple[int, int, int, int], Statement] = {}
    for s in found:
        if s.points > 0 and (s.place not in best_at or best_at[s.place].points < s.points):
            best_at[s.place] = s
    groups: list[list[Statement]] = []
    for s in sorted(best_at.values(), key=lambda s: (-s.points, s.place)):
        home = next((g for g in groups if _same(g[0], s)), None)
        if home is None:
            groups.append([s])
        else:
            home.append(s)
    if any(g[0].firm and g[0].points >= rules["settled"] for g in groups):
        groups = [g for g in groups if any(s.firm for s in g)]
    made = [
        _Value(tuple(g), g[0].points + rules["repeat"] * min(_sayings(g) - 1, rules["most_repeats"]))
        for g in groups
        if g[0].points >= rules["least"]
    ]
    return sorted(made, key=lambda v: -v.points)


def _sayings(group: list[Statement]) -> int:
    """How many different sentences and cells state a value: what summary, body and score sheet copy counts once."""
    return len({s.said or str(s.place) for s in group})


def _same(one: Statement, other: Statement) -> bool:
    if one.figure is None or other.figure is None or one.fact == "grade":
        return one.word == other.word
    return interval(one).meets(interval(other))


def _choose(values: dict[str, list[_Value]]) -> dict[str, _Value]:
    """One value a fact: the money and rate facts together, score and grade each by itself."""
    chosen = {fact: values[fact][0] for fact in ("total_score", "grade") if values[fact]}
    linked = [fact for fact in (*MONEY_FACTS, *RATE_FACTS) if values[fact]]
    best: tuple[float, tuple[_Value, ...]] | None = None
    for combination in itertools.product(*(values[fact][:_CONTENDERS] for fact in linked)):
        points = sum(v.points for v in combination) + _agreement(dict(zip(linked, combination, strict=True)))
        if best is None or points > best[0]:
            best = points, combination
    if best is not None:
        chosen.update(zip(linked, best[1], strict=True))
    return chosen


def _agreement(chosen: dict[str, _Value]) -> float:
    """Points for the equations between rates and amounts that hold."""
    points = 0.0
    for rate, amount, bases in (
        ("execution_rate", "expenditure", ("adjusted_budget", "budget", "funds_arrived")),
        ("arrival_rate", "funds_arrived", ("adjusted_budget", "budget")),
    ):
        if rate in chosen and amount in chosen:
            for base in bases:
                if base in chosen and _is_ratio(chosen[rate].best, chosen[amount].best, chosen[base].best):
                    points += load("headline")["agreement"]
                    break
    return points


def _is_ratio(rate: Statement, amount: Statement, base: Statement) -> bool:
    below = interval(base)
    if below.low <= 0:
        return False
    return (interval(amount) / below).scaled(_HUNDRED).meets(interval(rate))
