"""Findings as notes at their places: what the annotated PDF and the Word comments say alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.document import Evidence
from extractor.output import wording
from extractor.output.wording import clean
from extractor.result import Finding, Result, Severity

AUTHOR = "核数"
MOST_PLACES = 12  # of one finding: a total of a hundred rows need not mark every one
MOST_EQUATIONS = 3
EXCERPT = 60  # characters of a quote


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside one place of a finding. `leading` marks the place at fault, the others take part."""

    evidence: Evidence
    text: str
    leading: bool
    severity: Severity


def notes(results: Sequence[Result]) -> Iterator[Note]:
    """The notes of all alarms of one file's reports, in the order in which the terminal numbers them."""
    for result in results:
        part = result.source.part
        prefix = f"第{part.index}份报告 " if part.of > 1 else ""
        for number, finding in enumerate(wording.alarms(result), 1):
            name = f"{prefix}差错 {number}"
            places = _places(finding)
            for index, evidence in enumerate(places):
                text = _full(result, finding, name) if index == 0 else _related(finding, name, places[0])
                yield Note(evidence, text, index == 0, finding.severity)


def _places(finding: Finding) -> list[Evidence]:
    """The places, the one at fault first, each once."""
    once: dict[object, Evidence] = {}
    for e in finding.evidence:
        once.setdefault((e.page, e.bbox, e.block, e.row, e.column, e.quote), e)
    return list(once.values())[:MOST_PLACES]


def _full(result: Result, finding: Finding, name: str) -> str:
    checks = wording.checks_of(result, finding)
    wrong = [c for c in checks if c.verdict == "inconsistent"] or checks
    equations = list(dict.fromkeys(filter(None, map(wording.equation, wrong))))[:MOST_EQUATIONS]
    lines = [
        f"{name}（{wording.SEVERITIES[finding.severity]}，可信度 {finding.confidence:.0%}）：{clean(finding.title)}",
        clean(finding.explanation),
        *(f"算式：{equation}" for equation in equations),
    ]
    if finding.diagnosis:
        lines.append("诊断：" + "；".join(map(clean, finding.diagnosis)))
    if finding.consequences:
        lines.append("影响：" + "、".join(map(clean, finding.consequences)))
    return "\n".join(lines)


def _related(finding: Finding, name: str, first: Evidence) -> str:
    quote = wording.shorten(clean(first.quote), EXCERPT)
    where = wording.place(first)
    return f"{name}相关：{clean(finding.title)}\n对照{where}“{quote}”"
