"""What two reports say of themselves, fact by fact, and by how much it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractor.document import Evidence
from extractor.output.wording import HEADLINE, META, clean, figure, number
from extractor.result import Grade, Quantity, Result

_YUAN = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact on both sides, empty where it is not stated. `change` tells in words how the right differs from the left,
    where both are numbers of one kind."""

    name: str
    label: str
    left: str
    right: str
    is_same: bool
    change: str | None = None
    left_evidence: Evidence | None = None
    right_evidence: Evidence | None = None


def facts(left: Result, right: Result) -> list[Fact]:
    """The facts that at least one of the two states, as both outputs name them."""
    return [fact for fact in (*_meta(left, right), *_headline(left, right)) if fact.left or fact.right]


def _meta(left: Result, right: Result) -> Iterator[Fact]:
    for name, label in META.items():
        ours, theirs = getattr(left.meta, name), getattr(right.meta, name)
        left_text, right_text = (clean(str(value.value)) if value else "" for value in (ours, theirs))
        yield Fact(
            name, label, left_text, right_text, is_same=left_text == right_text,
            left_evidence=ours.evidence if ours else None, right_evidence=theirs.evidence if theirs else None,
        )  # fmt: skip


def _headline(left: Result, right: Result) -> Iterator[Fact]:
    for name, label in HEADLINE.items():
        ours, theirs = getattr(left.headline, name), getattr(right.headline, name)
        change = _change(ours, theirs)
        yield Fact(
            name, label, figure(ours), figure(theirs),
            is_same=figure(ours) == figure(theirs) or change == _UNCHANGED,
            change=None if change == _UNCHANGED else change,
            left_evidence=ours.evidence if ours else None, right_evidence=theirs.evidence if theirs else None,
        )  # fmt: skip


_UNCHANGED = ""


def _change(left: Quantity | Grade | None, right: Quantity | Grade | None) -> str | None:
    """How much more the right is: amounts in per cent, rates in points of them, scores in points; None where that
    cannot be said, empty where nothing changed."""
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return None
    if left.unit in _YUAN and right.unit in _YUAN:
        before, after = left.value * _YUAN[left.unit], right.value * _YUAN[right.unit]
        if before == after:
            return _UNCHANGED
        return f"{_signed(round((after - before) / before * 100, 2))}%" if before else None
    if left.unit != right.unit:
        return None
    if left.value == right.value:
        return _UNCHANGED
    unit = "个百分点" if left.unit == "%" else f" {left.unit or ''}".rstrip()
    return f"{_signed(right.value - left.value)}{unit}"


def _signed(value: Decimal) -> str:
    return ("+" if value > 0 else "") + number(value)
