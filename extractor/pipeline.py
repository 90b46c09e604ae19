"""The road: read, lay out, extract, check, assemble."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from extractor import checks, facts
from extractor.document import Document, Warning, reread
from extractor.layout import lay_out
from extractor.readers import read
from extractor.result import Facts, Part, Result, Source
from extractor.version import VERSION
from models import Classifier, load

__all__ = ["Report", "analyse", "read_reports"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a file: its result and the text that it was read from."""

    result: Result
    document: Document


def analyse(
    path: Path,
    password: str | None = None,
    least: float | None = None,
    model: Path | None = None,
    jobs: int = 1,
) -> list[Result]:
    """The results of a file, one per report that it holds, in their order.

    Findings less sure than `least` (0 to 1; by default the calibrated threshold) are hints. `model` is the folder of a
    classifier, by default that of `models.load`. `jobs` scanned pages are recognised at a time. Raises ModelError (models) where it holds none, ReadError
    (extractor.readers) where the file cannot be read at all; what could not be read inside it is a warning of the
    result.
    """
    return [report.result for report in read_reports(path, password, least, model, jobs)]


def read_reports(
    path: Path,
    password: str | None = None,
    least: float | None = None,
    model: Path | None = None,
    jobs: int = 1,
) -> list[Report]:
    """As `analyse`, with the text of each report."""
    classifier = load(model)
    parts = lay_out(read(path, password, jobs))
    digest = _sha256(path)
    places = [Part(index=index, of=len(parts), pages=_page_range(part)) for index, part in enumerate(parts, 1)]
    return [
        Report(_result(path, digest, part, place, least, classifier), part)
        for part, place in zip(parts, places, strict=True)
    ]


def _result(
    path: Path, digest: str, document: Document, part: Part, least: float | None, classifier: Classifier
) -> Result:
    stated = facts.extract(document)
    if misread := checks.misreadings(document, stated):
        reread(document, misread)
        stated = facts.extract(document)
    found = facts.classify(document, stated, classifier)
    made, findings = checks.run(document, found, least)
    return Result(
        extractor_version=VERSION,
        source=Source(
            name=path.name,
            sha256=digest,
            format=document.format,
            pages=len(document.pages) or None,
            ocr_pages=document.ocr_pages,
            part=part,
        ),
        meta=found.meta,
        headline=found.headline,
        dimensions=found.dimensions,
        indicators=found.indicators,
        problems=found.problems,
        problem_list=found.problem_list,
        defects=found.defects,
        suggestions=found.suggestions,
        checks=made,
        findings=findings,
        warnings=document.warnings + _missing(found),
    )


def _page_range(document: Document) -> tuple[int, int] | None:
    if document.page_range:
        return document.page_range
    return (1, len(document.pages)) if document.pages else None


def _missing(found: Facts) -> list[Warning]:
    """What a reader of the result would look for in vain, said."""
    if not found.indicators and not found.dimensions:
        return [Warning("scores.missing", "报告中没有找到评分表，指标和得分为空")]
    return []


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
