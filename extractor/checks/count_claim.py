"""Rule count.claim: how many there are said to be against what is listed."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "count.claim"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
