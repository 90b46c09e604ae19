"""The engine: what a family proposes, recomputed on rounding-aware intervals.

A family only says which stated number should follow from which others (`Proposal`); the engine converts units,
computes what the operands allow and gives the verdict. The rules are those of XBRL Calculations 1.1: a stated number
stands for every value that rounds to it, and an equation fails where the interval of what is stated and the interval
that its operands allow do not meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from extractor.checks.engine.equation import expression, tidy
from extractor.checks.engine.proposal import EXACT_UNITS, Proposal, Term
from extractor.quantity import MONEY, Interval, cut_interval, exact, rounding_interval
from extractor.result import Bounds, Check, CheckKind, Operand, Verdict

HUNDRED = Decimal(100)
ROUNDED: frozenset[CheckKind] = frozenset({"product", "ratio", "mean", "weighted"})
"""Kinds whose result is rounded to what it shows, whatever it is."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A proposal with its check. `computed` is the value by the operands as shown, None where there is none; `cut`
    tells that the equation holds only if its result was cut off instead of rounded."""

    proposal: Proposal
    check: Check
    computed: Decimal | None = None
    cut: bool = False


def evaluate(proposals: Sequence[Proposal]) -> list[Evaluated]:
    """The checks of the proposals in their order; the same equation proposed twice is checked once."""
    seen: set[object] = set()
    out = []
    for proposal in proposals:
        key = _identity(proposal)
        if key not in seen:
            seen.add(key)
            out.append(_evaluate(proposal))
    return out


def holds(proposal: Proposal) -> bool:
    """Whether a single proposal is right."""
    return _evaluate(proposal).check.verdict == "consistent"


def compute(proposal: Proposal) -> Decimal | None:
    """The value by the operands as shown, None where there is none."""
    return _evaluate(proposal).computed


def _identity(p: Proposal) -> object:
    places = frozenset([*(t.place for t in p.operands), *(q.place for q in p.quotes)])
    if p.kind == "equal" and p.stated:
        return "equal", places | {p.stated.place}
    return p.kind if p.stated else p.rule, p.stated.place if p.stated else p.expression, places


def _evaluate(p: Proposal) -> Evaluated:
    if p.holds is not None or p.stated is None:
        verdict: Verdict = "unverifiable" if p.holds is None else "consistent" if p.holds else "inconsistent"
        return Evaluated(p, _check(p, verdict, p.expression))
    if p.kind == "equal" and p.expected is None:
        return _compared(p, p.stated)
    try:
        allowed = p.expected or _allowed(p, p.stated.unit)
        computed = _middle(allowed) if p.expected else _allowed(p, p.stated.unit, shown=True).low
    except ZeroDivisionError:
        return Evaluated(p, _check(p, "unverifiable", p.expression or expression(p)))
    stated = _stated_interval(p, p.stated)
    cut = not stated.meets(allowed) and _may_be_cut(p) and cut_interval(p.stated.value, p.stated.places).meets(allowed)
    check = _check(p, "consistent" if cut or stated.meets(allowed) else "inconsistent", p.expression or expression(p))
    check.expected = Bounds(low=tidy(allowed.low), high=tidy(allowed.high))
    check.difference = tidy(p.stated.value - computed)
    return Evaluated(p, check, computed, cut)


def _compared(p: Proposal, stated: Term) -> Evaluated:
    """Copies of one number: wrong where any of them disagrees with the one stated. Where several do, what most of those
    say is what is computed."""
    off = [t for t in p.operands if not agree(stated, t)]
    values = [in_unit(t, stated.unit) for t in off or p.operands]
    computed = Counter(values).most_common(1)[0][0]
    other = (off or p.operands)[values.index(computed)]
    allowed = _scaled(other.interval, other, stated.unit)
    check = _check(p, "inconsistent" if off else "consistent", p.expression or expression(p))
    check.expected = Bounds(low=tidy(allowed.low), high=tidy(allowed.high))
    check.difference = tidy(stated.value - computed)
    return Evaluated(p, check, computed)


def agree(a: Term, b: Term) -> bool:
    """Whether two copies of one number agree at the coarser precision of the two; none may have been cut off, and
    copies of one precision have to be equal."""
    first, second = (
        rounding_interval(t.value, t.places) if _is_rounded(t, [other]) else t.interval for t, other in ((a, b), (b, a))
    )
    return first.meets(_scaled(second, b, a.unit))


def in_unit(t: Term, unit: str | None) -> Decimal:
    """The value in another unit of money; all other units are left as they are."""
    return t.value * MONEY[t.unit] / MONEY[unit] if t.unit in MONEY and unit in MONEY else t.value


def _stated_interval(p: Proposal, stated: Term) -> Interval:
    """A score is exact, but one that a rate or a product gave was rounded to what it shows; so was a whole number that
    was made of more precise ones."""
    if p.kind in ROUNDED or _is_rounded(stated, p.operands):
        return rounding_interval(stated.value, stated.places)
    return stated.interval


def _is_rounded(t: Term, others: Sequence[Term]) -> bool:
    """Whether a whole number stands for more precise ones."""
    return not t.places and t.unit not in EXACT_UNITS and not t.is_exact and any(o.places for o in others)


def _may_be_cut(p: Proposal) -> bool:
    """Copies and exact sums have nothing that could have been cut off."""
    if p.kind in ("equal", "count") or p.stated is None:
        return False
    interval = _stated_interval(p, p.stated)
    return interval.low < interval.high


def _check(p: Proposal, verdict: Verdict, expression: str) -> Check:
    return Check(
        kind=p.kind,
        rule=p.rule,
        verdict=verdict,
        confidence=p.confidence,
        stated=_operand(p.stated) if p.stated else None,
        operands=[_operand(t) for t in p.operands],
        expression=expression,
    )


def _operand(t: Term) -> Operand:
    return Operand(text=t.text, value=t.value, unit=t.unit, evidence=t.evidence)


# --- what the operands allow --------------------------------------------------------------------------------------


def _allowed(p: Proposal, unit: str | None, shown: bool = False) -> Interval:
    """The values that the operands allow, in the unit of what is stated; with `shown`, the one value that the operands
    give as they are shown. Raises ZeroDivisionError."""
    target = p.operands[1].unit if p.kind == "ratio" else unit
    values = [_converted(t, target, shown, p.kind in ROUNDED) for t in p.operands]
    if p.kind == "product":
        values = [v.scaled(1 / HUNDRED) if t.is_rate else v for v, t in zip(values, p.operands, strict=True)]
    result = _FORMULAS[p.kind](values)
    return result.scaled(HUNDRED) if p.kind == "ratio" and p.stated is not None and p.stated.is_rate else result


def _converted(t: Term, unit: str | None, shown: bool, rounded: bool) -> Interval:
    """The operand in a unit. With `rounded`, a score to the hundredth (2.34) stands for what a rate gave before it was
    rounded; a plain score (2.5) stays exact."""
    value = exact(t.value) if shown else t.interval
    if rounded and not shown and t.unit == "分" and t.places >= 2 and not t.text.endswith("0"):
        value = rounding_interval(t.value, t.places)
    return _scaled(value, t, unit)


def _scaled(value: Interval, t: Term, unit: str | None) -> Interval:
    """What a term allows, in another unit of money."""
    if unit in MONEY and t.unit in MONEY and unit != t.unit:
        return value.scaled(MONEY[t.unit] / MONEY[unit])
    return value


def _sum(values: list[Interval]) -> Interval:
    return reduce(Interval.__add__, values, exact(Decimal(0)))


def _product(values: list[Interval]) -> Interval:
    return reduce(Interval.__mul__, values, exact(Decimal(1)))


def _weighted(values: list[Interval]) -> Interval:
    half = len(values) // 2
    return _sum([v * w for v, w in zip(values[:half], values[half:], strict=True)]) / _sum(values[half:])


_FORMULAS: dict[CheckKind, Callable[[list[Interval]], Interval]] = {
    "sum": _sum,
    "difference": lambda values: values[0] - _sum(values[1:]),
    "product": _product,
    "ratio": lambda values: values[0] / values[1],
    "mean": lambda values: _sum(values) / exact(Decimal(len(values))),
    "weighted": _weighted,
    "count": lambda values: exact(Decimal(len(values))),
}


def _middle(interval: Interval) -> Decimal:
    return (interval.low + interval.high) / 2
