"""Rule cross.mention: one fact in several places: the same value everywhere, up to rounding and unit."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "cross.mention"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
