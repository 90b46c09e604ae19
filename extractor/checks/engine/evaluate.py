"""The engine: what a family proposes, recomputed on rounding-aware intervals.

A family only says which stated number should follow from which others (`Proposal`); the engine converts units,
computes what the operands allow and gives the verdict. The rules are those of XBRL Calculations 1.1: a stated number
stands for every value that rounds to it, and an equation fails where the interval of what is stated and the interval
that its operands allow do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from operator import mul
from typing import TypeVar

from extractor.checks.engine.equation import expression, tidy
from extractor.checks.engine.proposal import EXACT_UNITS, Place, Proposal, Term
from extractor.data import load
from extractor.quantity import MONEY, Interval, cut_interval, exact, rounding_interval
from extractor.record import record
from extractor.result import Bounds, Check, CheckKind, Operand, Verdict

HUNDRED = Decimal(100)
_LEAST = float(load("confidence")["least"])  # of what is no hint
_ZERO = Decimal(0)
_ONE = Decimal(1)
ROUNDED: frozenset[CheckKind] = frozenset({"product", "ratio", "mean", "weighted"})
"""Kinds whose result is rounded to what it shows, whatever it is."""


@record(frozen=True, slots=True)
class Evaluated:
    """A proposal with its check. `computed` is the value by the operands as shown, None where there is none; `cut`
    tells that the equation holds only if its result was cut off instead of rounded."""

    proposal: Proposal
    check: Check
    computed: Decimal | None = None
    cut: bool = False


@record(frozen=True, slots=True)
class Verdicts:
    """What the numbers of a proposal say of it: besides what `Evaluated` has, what its operands allow."""

    verdict: Verdict
    allowed: Interval | None = None
    computed: Decimal | None = None
    cut: bool = False


def evaluate(proposals: Sequence[Proposal]) -> list[Evaluated]:
    """The checks of the proposals in their order; the same equation proposed twice is checked once. What is proposed as
    a hint gives way to who is surer of it."""
    surest: dict[object, Proposal] = {}
    for p in proposals:
        known = surest.setdefault(_identity(p), p)
        if known.confidence < _LEAST <= p.confidence:
            surest[_identity(p)] = p
    operands: Operands = {}
    out = []
    for number, p in enumerate(surest.values(), 1):
        judged = _judged(p)
        out.append(Evaluated(p, _check(f"c{number}", p, judged, operands), judged.computed, judged.cut))
    return out


def holds(proposal: Proposal) -> bool:
    """Whether a single proposal is right."""
    return _judged(proposal).verdict == "consistent"


def compute(proposal: Proposal) -> Decimal | None:
    """The value by the operands as shown, None where there is none."""
    return _judged(proposal).computed


def _identity(p: Proposal) -> object:
    places = [t.place for t in p.operands]
    if p.kind == "equal" and p.stated:
        places.append(p.stated.place)
        return "equal", frozenset(places)
    places += [q.place for q in p.quotes]
    return p.kind if p.stated else p.rule, p.stated.place if p.stated else p.expression, frozenset(places)


def _judged(p: Proposal) -> Verdicts:
    if p.holds is not None or p.stated is None:
        return Verdicts("unverifiable" if p.holds is None else "consistent" if p.holds else "inconsistent")
    if p.kind == "equal" and p.expected is None:
        return _compared(p, p.stated)
    try:
        allowed = p.expected or _allowed(p, p.stated)
        computed = _middle(allowed) if p.expected else _shown(p, p.stated)
    except ZeroDivisionError:
        return Verdicts("unverifiable")
    met = _stated_interval(p, p.stated).meets(allowed)
    cut = not met and _may_be_cut(p) and cut_interval(p.stated.value, p.stated.places).meets(allowed)
    return Verdicts("consistent" if cut or met else "inconsistent", allowed, computed, cut)


def _compared(p: Proposal, stated: Term) -> Verdicts:
    """Copies of one number: wrong where any of them disagrees with the one stated. Where several do, what most of those
    say is what is computed."""
    off = [t for t in p.operands if not agree(stated, t)]
    copies = off or p.operands
    values = [in_unit(t, stated.unit) for t in copies]
    computed = max(values, key=values.count)
    other = copies[values.index(computed)]
    allowed = _scaled(other.interval, other, stated.unit)
    return Verdicts("inconsistent" if off else "consistent", allowed, computed)


def agree(a: Term, b: Term) -> bool:
    """Whether two copies of one number agree at the coarser precision of the two; none may have been cut off, and
    copies of one precision have to be equal."""
    if a.value == b.value and a.unit == b.unit:
        return True
    first, second = (
        rounding_interval(t.value, t.places) if _is_rounded(t, [other]) else t.interval for t, other in ((a, b), (b, a))
    )
    return first.meets(_scaled(second, b, a.unit))


def in_unit(t: Term, unit: str | None) -> Decimal:
    """The value in another unit of money; all other units are left as they are."""
    if t.unit == unit or t.unit not in MONEY or unit not in MONEY:
        return t.value
    return t.value * MONEY[t.unit] / MONEY[unit]


def _scaled(value: Interval, t: Term, unit: str | None) -> Interval:
    """What a term allows, in another unit of money."""
    if t.unit == unit or t.unit not in MONEY or unit not in MONEY:
        return value
    return value.scaled(MONEY[t.unit] / MONEY[unit])


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


Operands = dict[tuple[Place, str | None, str], Operand]
"""Made once however many checks they take part in, by place, unit and text."""


def _check(name: str, p: Proposal, judged: Verdicts, operands: Operands) -> Check:
    allowed, stated, has_result = judged.allowed, p.stated, p.stated is not None and p.holds is None
    return Check(
        id=name,
        kind=p.kind,
        rule=p.rule,
        verdict=judged.verdict,
        confidence=p.confidence,
        stated=_operand(stated, operands) if stated else None,
        operands=[_operand(t, operands) for t in p.operands],
        expression=p.expression or (expression(p) if has_result else ""),
        expected=Bounds(low=tidy(allowed.low), high=tidy(allowed.high)) if allowed else None,
        difference=tidy(stated.value - judged.computed) if stated and judged.computed is not None else None,
    )


def _operand(t: Term, made: Operands) -> Operand:
    key = t.place, t.unit, t.text
    known = made.get(key)
    if known is None or known.value != t.value or (known.evidence is not t.evidence and known.evidence != t.evidence):
        known = made[key] = Operand(text=t.text, value=t.value, unit=t.unit, evidence=t.evidence)
    return known


# --- what the operands allow --------------------------------------------------------------------------------------


_Amount = TypeVar("_Amount", Decimal, Interval)


def _allowed(p: Proposal, stated: Term) -> Interval:
    """The values that the operands allow, in the unit of what is stated. Raises ZeroDivisionError."""
    unit, rounded = _unit_of_operands(p, stated), p.kind in ROUNDED
    return _result(p, stated, [_scaled(_interval(t, rounded), t, unit) for t in p.operands], exact)


def _shown(p: Proposal, stated: Term) -> Decimal:
    """The one value that the operands give as they are shown. Raises ZeroDivisionError."""
    unit = _unit_of_operands(p, stated)
    return _result(p, stated, [in_unit(t, unit) for t in p.operands], Decimal)


def _unit_of_operands(p: Proposal, stated: Term) -> str | None:
    return p.operands[1].unit if p.kind == "ratio" else stated.unit


def _interval(t: Term, rounded: bool) -> Interval:
    """What an operand allows. With `rounded`, a score to the hundredth (2.34) stands for what a rate gave before it was
    rounded; a plain score (2.5) stays exact."""
    if rounded and t.unit == "分" and t.places >= 2 and not t.text.endswith("0"):
        return rounding_interval(t.value, t.places)
    return t.interval


def _result(p: Proposal, stated: Term, values: list[_Amount], of: Callable[[Decimal], _Amount]) -> _Amount:
    """What the equation gives; `of` makes an amount of a number. Raises ZeroDivisionError."""
    if p.kind == "sum":
        return sum(values, of(_ZERO))
    if p.kind == "difference":
        return values[0] - sum(values[1:], of(_ZERO))
    if p.kind == "ratio":
        rate = values[0] / values[1]
        return rate * of(HUNDRED) if stated.is_rate else rate
    if p.kind == "product":
        rates = [v * of(1 / HUNDRED) if t.is_rate else v for v, t in zip(values, p.operands, strict=True)]
        return reduce(mul, rates, of(_ONE))
    if p.kind == "mean":
        return sum(values, of(_ZERO)) / of(Decimal(len(values)))
    if p.kind == "weighted":
        half = len(values) // 2
        weighed = [v * w for v, w in zip(values[:half], values[half:], strict=True)]
        return sum(weighed, of(_ZERO)) / sum(values[half:], of(_ZERO))
    assert p.kind == "count", p.kind
    return of(Decimal(len(values)))


def _middle(interval: Interval) -> Decimal:
    return (interval.low + interval.high) / 2
