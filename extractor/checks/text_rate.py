"""Rule text.rate: a rate with its operands nearby, and inline formulas."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading

RULE = "text.rate"


def propose(reading: Reading) -> Iterator[Proposal]:
    yield from ()
