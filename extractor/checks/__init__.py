"""The checks: each family proposes, one engine evaluates. One door: `run`."""

from __future__ import annotations

from extractor.checks import grade_band, score_rollup, score_text, table_total
from extractor.checks.engine import evaluate
from extractor.checks.findings import gather
from extractor.document import Document
from extractor.result import Check, Facts, Finding

__all__ = ["run"]

FAMILIES = (table_total.propose, score_rollup.propose, score_text.propose, grade_band.propose)


def run(document: Document, facts: Facts) -> tuple[list[Check], list[Finding]]:
    """Every check of one report, right or wrong, and the findings that gather the wrong ones."""
    evaluated = evaluate([proposal for propose in FAMILIES for proposal in propose(document, facts)])
    findings = gather(evaluated)
    checks = [e.check for e in evaluated]
    for number, check in enumerate(checks, 1):
        check.id = f"c{number}"
    return checks, findings
