"""Equations as a person reads them."""

from __future__ import annotations

from decimal import Decimal

from extractor.checks.engine.proposal import Proposal, Term
from extractor.quantity import MONEY

_MOST = 40
_SIGNS = {"sum": " + ", "difference": " - ", "product": " × ", "ratio": " ÷ "}


def expression(p: Proposal) -> str:
    assert p.stated is not None
    return f"{left_side(p)} = {written(p.stated, p.stated.unit if _is_mixed(p) or p.stated.is_rate else None)}"


def _is_mixed(p: Proposal) -> bool:
    """Whether amounts of several units take part."""
    terms = [p.stated, *p.operands] if p.stated else p.operands
    return len({t.unit for t in terms if t.unit in MONEY}) > 1


def left_side(p: Proposal) -> str:
    """The computing side of the equation; long sums name their first term, their last and how many there are."""
    texts = [written(t, t.unit if _is_mixed(p) or t.is_rate else None) for t in p.operands]
    if p.kind == "weighted":
        half = len(texts) // 2
        pairs = " + ".join(f"{v} × {w}" for v, w in zip(texts[:half], texts[half:], strict=True))
        return f"({pairs}) ÷ ({' + '.join(texts[half:])})"
    if p.kind == "count":
        return f"{len(texts)}项"
    if len(texts) > _MOST:
        texts = [texts[0], f"…（共{len(texts)}项）", texts[-1]]
    if p.kind == "mean":
        return f"({' + '.join(texts)}) ÷ {len(p.operands)}"
    percent = " × 100%" if p.kind == "ratio" and p.stated is not None and p.stated.is_rate else ""
    return _SIGNS.get(p.kind, "、").join(texts) + percent


def written(t: Term, unit: str | None) -> str:
    """The number as it stands, with a unit where it is a rate or units are mixed."""
    text = f"({t.text})" if t.value < 0 else t.text
    return text + (unit if unit is not None and (unit in MONEY or t.is_rate) else "")


def tidy(value: Decimal) -> Decimal:
    """The value to ten decimals without trailing zeros: what division leaves behind is no information."""
    return round(value, 10).normalize() + 0
