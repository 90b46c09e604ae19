"""Rule text.product: unit price by quantity by months, amounts per head."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "text.product"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
