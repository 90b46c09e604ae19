"""Points in sentences as several checks read them."""

from __future__ import annotations

from extractor.checks.sources.points import Prose
from tests.extractor.checks.building import report


def test_a_weight_in_per_cent_needs_no_score() -> None:
    prose = Prose(report("该部分权重为10 %，侧重考察制度建设。", "制度健全性权重10%，得分8分。"))
    assert [[(p.weight.text, p.score.text) for p in points if p.weight and p.score] for points in prose.points] == [
        [],
        [("10", "8")],
    ]
