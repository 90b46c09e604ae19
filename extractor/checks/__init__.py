"""The checks: each family proposes, one engine evaluates. One door: `run`."""

from __future__ import annotations

from extractor.document import Document
from extractor.result import Check, Facts, Finding

__all__ = ["run"]


def run(document: Document, facts: Facts) -> tuple[list[Check], list[Finding]]:
    """Every check of one report, right or wrong, and the findings that gather the wrong ones."""
    return [], []
