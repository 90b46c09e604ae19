"""Rule cross.mention: one fact in several places: the same value everywhere, up to rounding and unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from extractor.checks.engine.evaluate import agree
from extractor.checks.engine.proposal import Place, Proposal, Term
from extractor.checks.sources.copies import linked
from extractor.checks.sources.counterparts import (
    Counterparts,
    Groups,
    copied,
    groups_of,
    is_of_parts,
    listed,
    miscopied,
    misnamed,
    misplaced,
    misquoted,
    recounted,
)
from extractor.checks.sources.headline_copies import restated
from extractor.checks.sources.linking import Error, Link, agreeing, errors, links
from extractor.checks.sources.occurrence import Occurrence, occurrences
from extractor.checks.sources.reading import Reading
from extractor.checks.sources.same_series import Twins, twins
from extractor.checks.sources.slips import slipped
from extractor.checks.sources.tallies import miscounted
from extractor.data import load
from extractor.quantity import MONEY
from extractor.result import Headline

RULE = "cross.mention"
_CONFIDENCE = load("confidence")["cross_mention"]
_MOST_PLACES = 6


def propose(reading: Reading) -> Iterator[Proposal]:
    amounts = _adjusted(reading.facts.headline)
    yield from (p for p in _proposed(reading) if len(amounts) < 2 or not _is_adjustment(p, amounts))


def _adjusted(headline: Headline) -> frozenset[Decimal]:
    """The budget before and after it was adjusted, in 元: two facts, however alike they are told."""
    stated = [value for value in (headline.budget, headline.adjusted_budget) if value]
    return frozenset(value.value * MONEY.get(value.unit or "", Decimal(1)) for value in stated)


def _is_adjustment(proposal: Proposal, amounts: frozenset[Decimal]) -> bool:
    terms = (*proposal.operands, proposal.stated) if proposal.stated else proposal.operands
    values = {term.value * MONEY.get(term.unit or "", Decimal(1)) for term in terms}
    return values == amounts


def _proposed(reading: Reading) -> Iterator[Proposal]:
    found = occurrences(reading)
    groups = groups_of(found)
    shared = list(twins(reading.grids))
    candidates = links(found)
    runs = list(listed(found))
    yield from _agreeing(found, groups, shared, runs, candidates)
    for a, b, evidence in (
        *misquoted(found),
        *miscopied(groups),
        *misplaced(runs),
        *misnamed(found),
        *slipped(found),
        *recounted(found, groups),
    ):
        yield _miss(a.term, b.term, evidence)
    for error in errors(candidates):
        if not any(is_of_parts(error.stated, other, groups) for other in error.others):
            yield _linked_miss(error)
    for tally, others in miscounted(reading):
        terms = tuple(other.term for other in others[:_MOST_PLACES])
        yield Proposal(RULE, "equal", "mention", terms, tally.term, _CONFIDENCE["tally"])
    yield from _differing(reading, shared)
    yield from restated(RULE, reading)


def _agreeing(
    found: list[Occurrence], groups: Groups, shared: list[Twins], runs: list[Counterparts], candidates: list[Link]
) -> Iterator[Proposal]:
    """What agrees, each pair of places once: copies by value and words, then those that their row or column tells, then
    what the model links."""
    known: dict[Place, set[Place]] = defaultdict(set)
    for first, copies in linked(found):
        terms = tuple(o.term for o in copies)
        places = {first.term.place, *(t.place for t in terms)}
        for place in places:
            known[place] |= places
        yield Proposal(RULE, "equal", "mention", terms, first.term)
    matched = [(a.term, b.term) for a, b in copied(found, groups, runs)] + [
        pair for twin in shared for pair in twin.agreeing
    ]
    matched += [(a.term, b.term) for a, b in agreeing(candidates)]
    for stated, other in matched:
        if other.place not in known[stated.place] and agree(stated, other):
            known[stated.place].add(other.place)
            known[other.place].add(stated.place)
            yield Proposal(RULE, "equal", "mention", (other,), stated)


def _differing(reading: Reading, shared: list[Twins]) -> Iterator[Proposal]:
    """Where two tables differ in what they have in common. Score sheets have their own family: theirs are not held
    against the report here."""
    sheets = {
        mark.evidence.block
        for sheet in reading.facts.sheets
        for node in sheet.nodes()
        for mark in (node.weight, node.score)
        if mark
    }
    for twin in shared:
        for a, b in twin.differing:
            if a.evidence.block not in sheets and b.evidence.block not in sheets:
                yield _miss(a, b, "table", ("两处数值对调：两行的数在两张表中互换",) if twin.swapped else ())


def _linked_miss(error: Error) -> Proposal:
    stated, others = error.stated.term, tuple(o.term for o in error.others)
    subject = "mention_money" if stated.unit in MONEY else "mention"
    return Proposal(RULE, "equal", subject, others, stated, min(error.chance, _CONFIDENCE["linked"]))


def _miss(stated: Term, other: Term, evidence: str, causes: tuple[str, ...] = ()) -> Proposal:
    subject = "mention_money" if stated.unit in MONEY else "mention"
    return Proposal(RULE, "equal", subject, (other,), stated, _CONFIDENCE[evidence], causes=causes)
