"""Rule survey: counts against the sample, percentages against counts, weighted satisfaction."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "survey"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
