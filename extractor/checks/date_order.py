"""Rule date.order: periods, payments and reports in their order."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "date.order"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
