"""What of a result is searched, as rows of the tables. Pure: a result in, plain values out."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Any

from api.store.region import region_of
from extractor.document import Evidence
from extractor.output.jsonfile import to_json
from extractor.result import Finding, Result, Value

Row = dict[str, Any]
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_LEVEL = 6  # of deflation: beyond it results hardly get smaller


def body(result: Result) -> bytes:
    """The result's JSON, deflated."""
    return zlib.compress(to_json(result, indent=None).encode("utf-8"), _LEVEL)


def result_of(stored: bytes) -> Result:
    return Result.model_validate_json(zlib.decompress(stored))


def storable(row: Mapping[str, Any]) -> Row:
    """The row without what texts of damaged files hold and databases refuse: NUL, and halves of surrogate pairs."""
    return {name: storable_text(value) if isinstance(value, str) else value for name, value in row.items()}


def storable_text(text: str) -> str:
    return _REFUSED.sub("\ufffd", text)


def report_columns(result: Result) -> Row:
    """The columns by which reports are filtered and listed."""
    meta, headline = result.meta, result.headline
    hints = sum(finding.severity == "info" for finding in result.findings)
    return {
        "title": _text(meta.title),
        "kind": _text(meta.kind),
        "project_name": _text(meta.project_name),
        "year": meta.evaluated_year.value if meta.evaluated_year else None,
        "region": region_of(result),
        "department": _text(meta.competent_department),
        "unit": _text(meta.implementing_unit),
        "agency": _text(meta.evaluator),
        "report_date": _text(meta.report_date),
        "grade": headline.grade.value if headline.grade else None,
        "score": float(headline.total_score.value) if headline.total_score else None,
        "alarms": len(result.findings) - hints,
        "hints": hints,
        "problems": len(result.problems),
        "checks": len(result.checks),
    }


def problem_rows(result: Result) -> list[Row]:
    """Problems wherever the report admits them; `origin` is the list of the result that holds them."""
    listed = [
        _problem("problems", at, item.evidence, item.text, item.category, heading=item.heading)
        for at, item in enumerate(result.problems)
    ]
    tabled = [
        _problem("problem_list", at, item.evidence, item.text, item.category, unit=item.unit)
        for at, item in enumerate(result.problem_list)
    ]
    scattered = [
        _problem("defects", at, item.evidence, item.text, item.category) for at, item in enumerate(result.defects)
    ]
    return listed + tabled + scattered


def _problem(
    origin: str,
    position: int,
    evidence: Evidence,
    text: str,
    category: str | None,
    heading: str | None = None,
    unit: str | None = None,
) -> Row:
    return {
        "origin": origin,
        "position": position,
        "heading": heading,
        "text": text,
        "category": category,
        "unit": unit,
        "page": evidence.page,
    }


def suggestion_rows(result: Result) -> list[Row]:
    return [
        {"position": at, "heading": item.heading, "text": item.text, "page": item.evidence.page}
        for at, item in enumerate(result.suggestions)
    ]


def finding_rows(result: Result) -> list[Row]:
    return [
        {
            "position": at,
            "fingerprint": finding.fingerprint,
            "rule": rule_of(finding, result),
            "severity": finding.severity,
            "confidence": finding.confidence,
            "title": finding.title,
            "explanation": finding.explanation,
            "evidence": [_place(evidence) for evidence in finding.evidence],
        }
        for at, finding in enumerate(result.findings)
    ]


def rule_of(finding: Finding, result: Result) -> str | None:
    """The family whose check shows the finding; None for one without checks."""
    return result.checks[finding.checks[0]].rule if finding.checks else None


def check_rows(result: Result) -> list[Row]:
    return [
        {
            "position": at,
            "kind": check.kind,
            "rule": check.rule,
            "verdict": check.verdict,
            "severity": check.severity,
            "confidence": check.confidence,
            "expression": check.expression,
            "page": check.stated.evidence.page if check.stated else None,
        }
        for at, check in enumerate(result.checks)
    ]


def _text(value: Value | None) -> str | None:
    return value.value if value else None


def _place(evidence: Evidence) -> Row:
    return {"quote": evidence.quote, "page": evidence.page, "bbox": evidence.bbox, "section": evidence.section}
