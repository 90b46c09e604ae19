"""Rule score.rule: the criteria recomputed: what they give against the score awarded, their points against the weight."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "score.rule"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
