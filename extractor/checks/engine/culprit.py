"""The number at fault among those of wrong checks: the one whose single change makes them all hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.checks.engine.equation import tidy
from extractor.checks.engine.evaluate import Evaluated, agree, holds, in_unit
from extractor.checks.engine.proposal import Place, Proposal, Quote, Term

_FEWEST_FOR_MOST = 3  # copies of a number: of two neither is in the minority


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


def suspects_of(e: Evaluated) -> list[Term | Quote]:
    """The parts of a wrong check that may be at fault: of copies of one number those that the most do not agree with."""
    p = e.proposal
    if p.kind != "equal" or p.stated is None or len(p.operands) < _FEWEST_FOR_MOST - 1:
        return parts_of(e)
    copies = terms_of(e)
    fellows = [[agree(a, b) for b in copies] for a in copies]
    most = max(map(sum, fellows))
    common = [members for members in fellows if sum(members) == most]
    if any(members != common[0] for members in common) or most == 1:
        return list(copies)
    return [t for t, is_common in zip(copies, common[0], strict=True) if not is_common]


def culprit(group: Sequence[Evaluated], suspects: Iterable[Place], right: Sequence[Evaluated]) -> Culprit | None:
    """The suspect (or its copies, where all read the same) that one new value puts right in every check of the group,
    breaking no more of the `right` ones than it mends; None where no value does."""
    places = frozenset(suspects)
    named = [t for e in group for t in terms_of(e) if t.place in places]
    if not named or len({t.value for t in named}) > 1 or not all(_concerns(e, places) for e in group):
        return None
    for value in dict.fromkeys(value for e in group for value in _values(e, places)):
        if all(holds_with(e.proposal, places, value) for e in group):
            broken = [e for e in right if _concerns(e, places) and not holds_with(e.proposal, places, value)]
            if len(broken) <= len(group):
                return Culprit(named[0], value, cures=not broken)
    return None


def _concerns(e: Evaluated, places: frozenset[Place]) -> bool:
    return any(t.place in places for t in terms_of(e))


def _values(e: Evaluated, places: frozenset[Place]) -> Iterator[Decimal]:
    """What a number at these places has to be for a check to hold, where the others tell it to the last digit."""
    p, stated = e.proposal, e.proposal.stated
    if stated is None or e.computed is None or p.expected:
        return
    if p.kind == "equal":
        [unit, *_] = [t.unit for t in terms_of(e) if t.place in places]
        others = [in_unit(t, unit) for t in terms_of(e) if t.place not in places]
        yield from (value for value, _ in Counter(others).most_common(1))
        return
    if stated.place in places:
        yield tidy(e.computed)
    if len({t.unit for t in terms_of(e)}) > 1 or p.kind not in ("sum", "difference"):
        return
    miss = stated.value - e.computed
    for index, t in enumerate(p.operands):
        if t.place in places:
            yield tidy(t.value - miss if p.kind == "difference" and index else t.value + miss)


def holds_with(p: Proposal, places: frozenset[Place], value: Decimal) -> bool:
    """Whether an equation holds with another value at these places."""

    def changed(t: Term) -> Term:
        return replace(t, value=value) if t.place in places else t

    if p.holds is not None:
        return True  # what words say is not recomputed
    new = replace(p, operands=tuple(map(changed, p.operands)), stated=changed(p.stated) if p.stated else None)
    return holds(new)
