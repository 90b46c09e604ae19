"""Rule text.residue: names left over from another report, one document under two numbers."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "text.residue"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
