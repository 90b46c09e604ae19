"""The number at fault among those of wrong checks: the one whose single change makes them all hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.checks.engine import Evaluated, holds
from extractor.checks.equation import tidy
from extractor.checks.proposal import Proposal, Quote, Term

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Culprit:
    """The number at fault and what it should have been; `cures` tells that this breaks no check that was right."""

    term: Term
    right: Decimal
    cures: bool


def terms_of(e: Evaluated) -> list[Term]:
    """The terms of a check, the stated one first."""
    return [*([e.proposal.stated] if e.proposal.stated else []), *e.proposal.operands]


def parts_of(e: Evaluated) -> list[Term | Quote]:
    """The terms of a check and the words that take part in it."""
    return [*terms_of(e), *e.proposal.quotes]


def culprit(group: Sequence[Evaluated], suspects: Iterable[Place], right: Sequence[Evaluated]) -> Culprit | None:
    """The suspect (or its copies, where all read the same) that one new value puts right in every check of the group,
    breaking fewer of the `right` ones than it mends; None where no value does."""
    places = frozenset(suspects)
    named = [t for e in group for t in terms_of(e) if t.place in places]
    if not named or len({t.value for t in named}) > 1 or not all(_concerns(e, places) for e in group):
        return None
    for value in dict.fromkeys(value for e in group for value in _values(e, places)):
        if all(_holds_with(e.proposal, places, value) for e in group):
            broken = [e for e in right if _concerns(e, places) and not _holds_with(e.proposal, places, value)]
            if len(broken) < len(group):
                return Culprit(named[0], value, cures=not broken)
    return None


def _concerns(e: Evaluated, places: frozenset[Place]) -> bool:
    return any(t.place in places for t in terms_of(e))


def _values(e: Evaluated, places: frozenset[Place]) -> Iterator[Decimal]:
    """What a number at these places has to be for a check to hold, where the others tell it to the last digit."""
    p, stated = e.proposal, e.proposal.stated
    if stated is None or e.computed is None or p.expected or len({t.unit for t in terms_of(e)}) > 1:
        if stated is not None and e.computed is not None and not p.expected and stated.place in places:
            yield tidy(e.computed)
        return
    miss = stated.value - e.computed
    if stated.place in places:
        yield tidy(e.computed)
    for index, t in enumerate(p.operands):
        if t.place in places and p.kind in ("sum", "equal", "difference"):
            yield tidy(t.value - miss if p.kind == "difference" and index else t.value + miss)


def _holds_with(p: Proposal, places: frozenset[Place], value: Decimal) -> bool:
    def changed(t: Term) -> Term:
        return replace(t, value=value) if t.place in places else t

    new = replace(p, operands=tuple(map(changed, p.operands)), stated=changed(p.stated) if p.stated else None)
    return holds(new)
