"""Rule cross.mention: one fact in several places: the same value everywhere, up to rounding and unit."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.copies import linked
from extractor.checks.counterparts import copied, miscopied, misplaced, misquoted
from extractor.checks.occurrence import occurrences
from extractor.checks.proposal import Proposal, Term
from extractor.checks.reading import Reading
from extractor.checks.same_series import twins
from extractor.checks.slips import slipped
from extractor.data import load
from extractor.quantity import MONEY

RULE = "cross.mention"
_CONFIDENCE = load("confidence")["cross_mention"]


def propose(reading: Reading) -> Iterator[Proposal]:
    found = occurrences(reading)
    for first, copies in linked(found):
        yield Proposal(RULE, "equal", "mention", tuple(o.term for o in copies), first.term)
    for a, b in copied(found):
        yield Proposal(RULE, "equal", "mention", (b.term,), a.term)
    yield from _tables(reading)
    for a, b, evidence in (*misquoted(found), *miscopied(found), *misplaced(found), *slipped(found)):
        yield _miss(a.term, b.term, evidence)


def _tables(reading: Reading) -> Iterator[Proposal]:
    """The numbers that two tables have in common. Score sheets have their own family: theirs are not held against the
    report here."""
    sheets = {
        mark.evidence.block
        for sheet in reading.facts.sheets
        for node in sheet.nodes()
        for mark in (node.weight, node.score)
        if mark
    }
    for pair in twins(reading.grids):
        for a, b in pair.agreeing:
            yield Proposal(RULE, "equal", "mention", (b,), a)
        for a, b in pair.differing:
            if a.evidence.block not in sheets and b.evidence.block not in sheets:
                yield _miss(a, b, "table", ("两处数值对调：两行的数在两张表中互换",) if pair.swapped else ())


def _miss(stated: Term, other: Term, evidence: str, causes: tuple[str, ...] = ()) -> Proposal:
    subject = "mention_money" if stated.unit in MONEY else "mention"
    return Proposal(RULE, "equal", subject, (other,), stated, _CONFIDENCE[evidence], causes=causes)
