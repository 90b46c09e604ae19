"""Equations as a person reads them."""

from __future__ import annotations

from decimal import Decimal

from extractor.checks.engine.proposal import Proposal, Term
from extractor.quantity import MONEY

_MOST = 40
_SIGNS = {"sum": " + ", "difference": " - ", "product": " × ", "ratio": " ÷ "}


def expression(p: Proposal) -> str:
    assert p.stated is not None
    mixed = _is_mixed(p)
    return f"{_left(p, mixed)} = {_side(p.stated, mixed)}"


def left_side(p: Proposal) -> str:
    """The computing side of the equation; long sums name their first term, their last and how many there are."""
    return _left(p, _is_mixed(p))


def _is_mixed(p: Proposal) -> bool:
    """Whether amounts of several units take part."""
    units = {t.unit for t in p.operands}
    if p.stated:
        units.add(p.stated.unit)
    return len(units) > 1 and len(units & MONEY.keys()) > 1


def _left(p: Proposal, mixed: bool) -> str:
    if p.kind == "count":
        return f"{len(p.operands)}项"
    if len(p.operands) > _MOST and p.kind != "weighted":
        texts = [_side(p.operands[0], mixed), f"…（共{len(p.operands)}项）", _side(p.operands[-1], mixed)]
    else:
        texts = [_side(t, mixed) for t in p.operands]
    if p.kind == "weighted":
        half = len(texts) // 2
        pairs = " + ".join(f"{v} × {w}" for v, w in zip(texts[:half], texts[half:], strict=True))
        return f"({pairs}) ÷ ({' + '.join(texts[half:])})"
    if p.kind == "mean":
        return f"({' + '.join(texts)}) ÷ {len(p.operands)}"
    percent = " × 100%" if p.kind == "ratio" and p.stated is not None and p.stated.is_rate else ""
    return _SIGNS.get(p.kind, "、").join(texts) + percent


def _side(t: Term, mixed: bool) -> str:
    """A number of an equation: units are written where they are mixed, and of rates."""
    return written(t, t.unit if mixed or t.is_rate else None)


def written(t: Term, unit: str | None) -> str:
    """The number as it stands, with a unit where it is a rate or units are mixed."""
    text = f"({t.text})" if t.value < 0 else t.text
    return text + (unit if unit is not None and (unit in MONEY or t.is_rate) else "")


def tidy(value: Decimal) -> Decimal:
    """The value to ten decimals without trailing zeros: what division leaves behind is no information."""
    return round(value, 10).normalize() + 0
