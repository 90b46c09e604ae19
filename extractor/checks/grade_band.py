"""Rule grade.band: the grade word against the overall score, by the bands that the report states, else 90/80/60."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.checks.conclusion import bands, conclusions, grade_name
from extractor.checks.proposal import Proposal
from extractor.checks.reading import Reading
from extractor.data import load

RULE = "grade.band"
_CONFIDENCE = load("confidence")["grade_band"]


def propose(reading: Reading) -> Iterator[Proposal]:
    """One check for each place that states score and grade together."""
    found = [c for c in conclusions(reading.document) if c.grade]
    if not found:
        return
    table = bands(reading.document)
    for c in found:
        right = table.grade(c.score.value)
        if c.grade is None or right is None or not table.knows(c.grade):
            continue
        source = "报告所列分档" if table.stated else "通用分档"
        yield Proposal(
            RULE,
            "grade",
            "grade",
            (c.score,),
            confidence=_CONFIDENCE["stated" if table.stated else "default"],
            holds=grade_name(right) == c.grade.name,
            grades=table.lows,
            expression=f"{c.score.text}分 → {right}（{source}：{table.limits(right)}）",
            reason=f"总分{c.score.text}分按{source}（{table.limits(right)}）应为“{right}”，报告写作“{c.grade.text}”",
        )
