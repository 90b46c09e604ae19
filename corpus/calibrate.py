"""Calibrating the confidence of findings: a logistic model fitted on planted errors and on reports as published.

Planted errors are more than real ones: theirs are weighted so that a report holds as many as real ones do. Each finding
is one sample; what it is worth is told by the annotation, as in `corpus.evaluate`.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.evaluate import read_gold, score_report
from corpus.logistic import fit, record
from corpus.plant import plant
from extractor.checks.engine.confidence import features, is_hint
from extractor.checks.engine.logistic import chance
from extractor.output.jsonfile import to_json
from extractor.pipeline import analyse

REAL_ERRORS = 10.0
"""Errors that a published report holds, about (DESIGN.md)."""
MISREADINGS = 0.8
"""False alarms that a report raises which nobody had looked at before: measured on six, as written in docs/calibration.md."""
PLANTED = 12
BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001)
REGULARISATION = 0.1


@dataclass(frozen=True, slots=True)
class Sample:
    """A finding: the report it comes from, what tells about it, whether it is an error, and what it weighs."""

    report: str
    told: dict[str, float]
    right: bool
    weight: float


def samples(reports: Sequence[Path], seeds: Sequence[int], jobs: int = 1) -> list[Sample]:
    """The findings in every NAME/report.txt of the folders, as published and with planted errors, once a seed."""
    with tempfile.TemporaryDirectory() as temporary:
        folders: list[tuple[Path, bool]] = []
        for index, root in enumerate(reports):
            folders += [(gold.parent, False) for gold in sorted(root.glob("*/gold.json"))]
            for seed in seeds:
                out = Path(temporary) / f"{index}-{seed}"
                list(plant(root, out, PLANTED, seed))
                folders += [(gold.parent, True) for gold in sorted(out.glob("*/gold.json"))]
        with ProcessPoolExecutor(jobs) as pool:
            found = list(pool.map(_findings, [folder for folder, _ in folders]))
    return list(_weighted(folders, found))


def _findings(folder: Path) -> list[tuple[dict[str, float], bool]]:
    """The findings of one report with whether the annotation knows them; what families mean as hints is left out."""
    [result] = analyse(folder / "report.txt")
    for finding in result.findings:
        finding.severity = "low"
    unknown = {alarm["id"] for alarm in score_report(read_gold(folder), json.loads(to_json(result))).unexplained}
    out = []
    for finding in result.findings:
        checks = [result.checks[index] for index in finding.checks]
        if not is_hint(max(check.confidence for check in checks)):
            out.append((features(checks, finding.diagnosis), finding.id not in unknown))
    return out


def _weighted(
    folders: Sequence[tuple[Path, bool]], found: Sequence[list[tuple[dict[str, float], bool]]]
) -> Iterator[Sample]:
    """Right findings of planted copies make up what real reports hold beyond those found in the originals; misreadings,
    rare in reports that rules were written on, weigh what unseen ones show."""
    counts: dict[tuple[bool, bool], float] = defaultdict(float)
    for (_, planted), here in zip(folders, found, strict=True):
        for _, known in here:
            counts[planted, known] += 1
    originals = sum(not planted for _, planted in folders)
    missing = max(REAL_ERRORS * originals - counts[False, True], 0.0) / max(counts[True, True], 1.0)
    misread = MISREADINGS * originals / max(counts[False, False] + counts[True, False], 1.0)
    for (folder, planted), here in zip(folders, found, strict=True):
        for told, known in here:
            yield Sample(folder.name, told, known, misread if not known else missing if planted else 1.0)


def held_out(found: Sequence[Sample]) -> list[tuple[float, Sample]]:
    """Each sample's probability by a model that has not seen its report."""
    out = []
    for name in sorted({s.report for s in found}):
        model = fit([s for s in found if s.report != name], REGULARISATION)
        out += [(chance(model.odds(s.told)), s) for s in found if s.report == name]
    return out


def reliability(told: Sequence[tuple[float, Sample]]) -> Iterator[tuple[str, float, float, float]]:
    """By range of probability: what was told on average, how much was right, and how many findings a report."""
    reports = len({s.report for _, s in told})
    for low, high in zip(BINS, BINS[1:], strict=False):
        here = [(p, s) for p, s in told if low <= p < high]
        total = sum(s.weight for _, s in here)
        if total:
            mean = sum(p * s.weight for p, s in here) / total
            right = sum(s.weight for _, s in here if s.right) / total
            yield f"{low:.2f}–{min(high, 1.0):.2f}", mean, right, total / reports


def calibrate(
    reports: Sequence[Path], seeds: Sequence[int], threshold: float, jobs: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Fits the model and tells its reliability, leaving one report out, as lines of a Markdown table."""
    found = samples(reports, seeds, jobs)
    tell("| confidence told | mean | right | findings a report |")
    tell("| --- | --- | --- | --- |")
    for name, mean, right, share in reliability(held_out(found)):
        tell(f"| {name} | {mean:.2f} | {right:.2f} | {share:.2f} |")
    return {"threshold": threshold, **record(fit(found, REGULARISATION))}
