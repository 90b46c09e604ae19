"""The engine: what a family proposes, recomputed on rounding-aware intervals.

A family only says which stated number should follow from which others (`Proposal`); the engine converts units,
computes what the operands allow and gives the verdict. The rules are those of XBRL Calculations 1.1: a stated number
stands for every value that rounds to it, and an equation fails where the interval of what is stated and the interval
that its operands allow do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from extractor.document import Evidence
from extractor.quantity import MONEY, Figure, Interval, cut_interval, exact, rounding_interval
from extractor.result import Bounds, Check, CheckKind, Operand, Verdict

HUNDRED = Decimal(100)
EXACT_UNITS = frozenset({"分", "年", "月", "日"})
"""Units whose numbers are exact however they are shown. Whole numbers in units of neither money nor rate are counts and
exact too."""
ROUNDED: frozenset[CheckKind] = frozenset({"product", "ratio", "mean", "weighted"})
"""Kinds whose result is rounded to what it shows, whatever it is."""
_MOST_IN_EXPRESSION = 40


@dataclass(frozen=True, slots=True)
class Term:
    """A number that takes part in a check. `label` says in Chinese what and where it is; `place` tells two terms apart:
    block, then row and column or offset. `is_exact` overrides what the unit tells about rounding."""

    text: str
    value: Decimal
    unit: str | None
    places: int
    evidence: Evidence
    place: tuple[int, ...]
    label: str = ""
    is_exact: bool | None = None

    @property
    def exact(self) -> bool:
        if self.is_exact is not None:
            return self.is_exact
        return self.unit in EXACT_UNITS or (self.places == 0 and self.unit not in MONEY and not self.is_rate)

    @property
    def is_rate(self) -> bool:
        return self.unit in ("%", "％", "个百分点", "百分点")

    @property
    def interval(self) -> Interval:
        """The true values that the number allows, in its own unit."""
        return exact(self.value) if self.exact else rounding_interval(self.value, self.places)


def term(figure: Figure, evidence: Evidence, place: tuple[int, ...], label: str = "", unit: str | None = None) -> Term:
    """A term of a figure; `unit` is the one that its column or table states, where the figure has none."""
    return Term(figure.text, figure.value, figure.unit or unit, figure.places, evidence, place, label)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One equation that a report should satisfy.

    For the kinds sum, difference (the first minus the rest), product, ratio (the first by the second), mean, weighted
    (values, then as many weights), equal and count, the engine computes what the operands allow. For all others, and
    where a rule computes by itself, the family gives `expected` (numbers) or `holds` (words). `subject` is a key of
    data/checks.toml that tells title and severity; `confidence` the chance that a miss is a real error.
    `expression` is made from the operands where empty. `reason` is what stands in the explanation of a miss instead of
    the computed equation.
    """

    rule: str
    kind: CheckKind
    subject: str
    operands: tuple[Term, ...]
    stated: Term | None = None
    confidence: float = 0.9
    expected: Interval | None = None
    holds: bool | None = None
    expression: str = ""
    reason: str = ""


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


def _identity(p: Proposal) -> object:
    places = frozenset(t.place for t in p.operands)
    return p.kind if p.stated else p.rule, p.stated.place if p.stated else p.expression, places


def _evaluate(p: Proposal) -> Evaluated:
    if p.holds is not None or p.stated is None:
        verdict: Verdict = "unverifiable" if p.holds is None else "consistent" if p.holds else "inconsistent"
        return Evaluated(p, _check(p, verdict, p.expression))
    try:
        allowed = p.expected or _allowed(p, p.stated.unit)
        computed = _middle(allowed) if p.expected else _allowed(p, p.stated.unit, shown=True).low
    except ZeroDivisionError:
        return Evaluated(p, _check(p, "unverifiable", p.expression or _expression(p)))
    stated = _stated_interval(p, p.stated)
    cut = not stated.meets(allowed) and _may_be_cut(p) and cut_interval(p.stated.value, p.stated.places).meets(allowed)
    check = _check(p, "consistent" if cut or stated.meets(allowed) else "inconsistent", p.expression or _expression(p))
    check.expected = Bounds(low=tidy(allowed.low), high=tidy(allowed.high))
    check.difference = tidy(p.stated.value - computed)
    return Evaluated(p, check, computed, cut)


def _stated_interval(p: Proposal, stated: Term) -> Interval:
    """A score is exact, but one that a rate or a product gave was rounded to what it shows."""
    if p.kind in ROUNDED:
        return rounding_interval(stated.value, stated.places)
    return stated.interval


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
    "equal": lambda values: values[0],
    "count": lambda values: exact(Decimal(len(values))),
}


def _middle(interval: Interval) -> Decimal:
    return (interval.low + interval.high) / 2


# --- equations as a person reads them -----------------------------------------------------------------------------

_SIGNS = {"sum": " + ", "difference": " - ", "product": " × ", "ratio": " ÷ "}


def _expression(p: Proposal) -> str:
    assert p.stated is not None
    return f"{left_side(p)} = {written(p.stated, p.stated.unit if _is_mixed(p) or p.stated.is_rate else None)}"


def _is_mixed(p: Proposal) -> bool:
    """Whether amounts of several units take part."""
    terms = [p.stated, *p.operands] if p.stated else p.operands
    return len({t.unit for t in terms if t.unit in MONEY}) > 1


def left_side(p: Proposal, most: int = _MOST_IN_EXPRESSION) -> str:
    """The computing side of the equation; sums of more than `most` terms name their first, last and number."""
    texts = [written(t, t.unit if _is_mixed(p) or t.is_rate else None) for t in p.operands]
    if p.kind == "weighted":
        half = len(texts) // 2
        pairs = " + ".join(f"{v} × {w}" for v, w in zip(texts[:half], texts[half:], strict=True))
        return f"({pairs}) ÷ ({' + '.join(texts[half:])})"
    if p.kind == "count":
        return f"{len(texts)}项"
    if len(texts) > most:
        texts = [texts[0], f"…（共{len(texts)}项）", texts[-1]]
    if p.kind == "mean":
        return f"({' + '.join(texts)}) ÷ {len(p.operands)}"
    percent = " × 100%" if p.kind == "ratio" and p.stated is not None and p.stated.is_rate else ""
    return _SIGNS.get(p.kind, "、").join(texts) + percent


def written(t: Term, unit: str | None) -> str:
    """The number as it stands, with a unit where it is a rate or units are mixed."""
    return t.text + (unit if unit is not None and (unit in MONEY or t.is_rate) else "")


def tidy(value: Decimal) -> Decimal:
    """The value to ten decimals without trailing zeros: what division leaves behind is no information."""
    return round(value, 10).normalize() + 0
