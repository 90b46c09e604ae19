"""Rule text.enumeration: a total and its parts in a sentence or across the items of a list."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "text.enumeration"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
