"""The checks: each family proposes, one engine evaluates. Two doors: `run`, and for
scans before it `misreadings`."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from extractor.checks import (
    count_claim,
    cross_mention,
    date_order,
    document_number,
    duties,
    event_date,
    grade_band,
    score_reason,
    score_rollup,
    score_rule,
    score_text,
    survey,
    table_column,
    table_total,
    text_enumeration,
    text_product,
    text_rate,
    text_residue,
)
from extractor.checks.engine.evaluate import Evaluated, evaluate
from extractor.checks.engine.findings import gather
from extractor.checks.engine.misreading import misread, told
from extractor.checks.sources.reading import read
from extractor.document import Document, Misreading
from extractor.result import Check, Facts, Finding

__all__ = ["misreadings", "run"]

FAMILIES = (
    table_total.propose,
    table_column.propose,
    score_rollup.propose,
    score_text.propose,
    score_rule.propose,
    score_reason.propose,
    text_enumeration.propose,
    text_rate.propose,
    text_product.propose,
    cross_mention.propose,
    grade_band.propose,
    survey.propose,
    count_claim.propose,
    date_order.propose,
    text_residue.propose,
    document_number.propose,
    duties.propose,
    event_date.propose,
)


def run(document: Document, facts: Facts, least: float | None = None) -> tuple[list[Check], list[Finding]]:
    """Every check of one report, right or wrong, and the findings that gather the wrong ones. Findings less sure than
    `least` (0 to 1; by default the calibrated threshold) are hints."""
    with _no_search_for_cycles():
        return _run(document, facts, least)


def misreadings(document: Document, facts: Facts) -> list[Misreading]:
    """The numbers of recognised pages that were misread, as the checks tell."""
    if not document.ocr_pages:
        return []
    with _no_search_for_cycles():
        return misread(document, _evaluated(document, facts))


def _evaluated(document: Document, facts: Facts) -> list[Evaluated]:
    reading = read(document, facts)
    return evaluate([proposal for propose in FAMILIES for proposal in propose(reading)])


def _run(document: Document, facts: Facts, least: float | None) -> tuple[list[Check], list[Finding]]:
    evaluated = _evaluated(document, facts)
    findings = gather(evaluated, least)
    for hint in told(document, evaluated):
        findings.append(hint)
        hint.id = f"f{len(findings)}"
    return [e.check for e in evaluated], findings


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Checks make many small objects, none of which refer to each other in a circle: Python's search for such circles
    frees nothing here and would take a fifth of the time. What is left at the end is counted as old, so that the search
    does not begin by going through all of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()
