"""Rule table.column: columns that are functions of other columns: the formula is told by the header or found in the rows that obey it."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "table.column"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
