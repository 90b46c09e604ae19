"""Learning from annotated reports which numbers state one fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.link import Judged, Sample, annotated, link_samples, table
from corpus.logistic import fit

HANDWRITTEN = Path(__file__).parents[2] / "corpus" / "handwritten"


def test_precision_and_recall_count_what_was_no_candidate() -> None:
    judged = [Judged("a", 0.95, True), Judged("a", 0.55, False), Judged("b", 0.35, True)]
    lines = list(table(judged, missed=1))
    assert "| 0.5 | 0.50 | 0.33 | 0.50 |" in lines
    assert "| 0.9 | 1.00 | 0.33 | 0.00 |" in lines


def test_a_model_learns_what_tells() -> None:
    pytest.importorskip("sklearn")
    model = fit([Sample({"own": x / 10}, x > 5) for x in range(11)] * 5, 1.0)
    assert model.odds({"own": 0.9}) > 0 > model.odds({"own": 0.1})


def test_annotated_relations_become_links() -> None:
    report = annotated(HANDWRITTEN / "yuexi-rencai")
    wrong = {
        frozenset((link.a.term.text, link.b.term.text))
        for link, linked in zip(report.found, report.linked, strict=True)
        if linked and not link.agree
    }
    assert frozenset(("421", "412")) in wrong
    assert {sample.right for sample in link_samples(report)} == {True, False}
