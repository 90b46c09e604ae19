"""Findings and checks across reports: newer reports first, inside a report in its own order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from api.store import cursors, decisions, filters, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.filters import ALL_CHECKS, ALL_FINDINGS, EVERY, CheckFilter, FindingFilter, ReportFilter

_KEY = (int, int)  # report, position


@dataclass(frozen=True, slots=True)
class FindingRow:
    """`verdict` is what a reviewer said last of it: confirmed, dismissed or None."""

    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    position: int
    fingerprint: str
    rule: str | None
    severity: str
    confidence: float
    title: str
    explanation: str
    evidence: list[dict[str, Any]]
    verdict: str | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    report: int
    position: int
    kind: str
    rule: str
    verdict: str
    severity: str
    confidence: float
    expression: str
    page: int | None


def find_findings(
    store: Store,
    which: FindingFilter = ALL_FINDINGS,
    where: ReportFilter = EVERY,
    after: str | None = None,
    limit: int = 50,
) -> Page[FindingRow]:
    """A page of the findings that fulfil a filter, of the reports that fulfil another. Raises StoreError for a cursor of
    another listing."""
    f, r = tables.findings.c, tables.reports.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "findings", _KEY)
    query: Select[Any] = (
        select(
            r.id,
            r.title,
            r.year,
            r.agency,
            f.position,
            f.fingerprint,
            f.rule,
            f.severity,
            f.confidence,
            f.title,
            f.explanation,
            f.evidence,
            decisions.last_verdict(),
        )
        .join_from(tables.findings, tables.reports)
        .where(*filters.of_findings(which), *filters.of_reports(where, store.dialect))
        .where(*filters.newest_first(f.report_id, f.position, key))
        .order_by(f.report_id.desc(), f.position)
        .limit(limit + 1)
    )
    with filters.reading(store, where) as connection:
        rows = [FindingRow(*row) for row in connection.execute(query)]
    return cursors.page(rows, limit, "findings", lambda row: [row.report, row.position])


def find_checks(
    store: Store,
    which: CheckFilter = ALL_CHECKS,
    where: ReportFilter = EVERY,
    after: str | None = None,
    limit: int = 50,
) -> Page[CheckRow]:
    """As `find_findings`, of checks."""
    c = tables.checks.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "checks", _KEY)
    query: Select[Any] = (
        select(c.report_id, c.position, c.kind, c.rule, c.verdict, c.severity, c.confidence, c.expression, c.page)
        .join_from(tables.checks, tables.reports)
        .where(*filters.of_checks(which), *filters.of_reports(where, store.dialect))
        .where(*filters.newest_first(c.report_id, c.position, key))
        .order_by(c.report_id.desc(), c.position)
        .limit(limit + 1)
    )
    with filters.reading(store, where) as connection:
        rows = [CheckRow(*row) for row in connection.execute(query)]
    return cursors.page(rows, limit, "checks", lambda row: [row.report, row.position])
