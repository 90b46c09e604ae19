"""Findings and checks across reports: newer reports first, inside a report in its own order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, select

from api.store import cursors, decisions, filters, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.filters import ALL_CHECKS, ALL_FINDINGS, EVERY, Asked, CheckFilter, FindingFilter, ReportFilter

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
    f = tables.findings.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "findings", _KEY)
    asked = [filters.of_findings(which), filters.newest_first(f.report_id, f.position, key)]
    with store.looking() as connection:
        among = filters.of_rows(connection, where, f.report_id, key and key[0])
        found = filters.rows_of(connection, _listed_findings, [*asked, among], limit + 1)
    rows = [FindingRow(*row) for row in found]
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
    asked = [filters.of_checks(which), filters.newest_first(c.report_id, c.position, key)]
    with store.looking() as connection:
        among = filters.of_rows(connection, where, c.report_id, key and key[0])
        found = filters.rows_of(connection, _listed_checks, [*asked, among], limit + 1)
    rows = [CheckRow(*row) for row in found]
    return cursors.page(rows, limit, "checks", lambda row: [row.report, row.position])


@lru_cache(filters.FORMS)
def _listed_findings(*asked: Asked) -> Select[Any]:
    f = tables.findings.c
    by = (f.report_id.desc(), f.position)
    # First which, then what they are: sorting them would carry all columns along.
    shown = select(f.id).where(*filters.together(asked)).order_by(*by).limit(filters.MOST)
    return _findings().where(f.id.in_(shown.correlate(None).scalar_subquery())).order_by(*by)


@lru_cache(filters.FORMS)
def _listed_checks(*asked: Asked) -> Select[Any]:
    c = tables.checks.c
    query = _checks().where(*filters.together(asked))
    return query.order_by(c.report_id.desc(), c.position).limit(filters.MOST)


@cache
def _findings() -> Select[Any]:
    f, r = tables.findings.c, tables.reports.c
    return select(
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
    ).join_from(tables.findings, tables.reports)


@cache
def _checks() -> Select[Any]:
    c = tables.checks.c
    return select(c.report_id, c.position, c.kind, c.rule, c.verdict, c.severity, c.confidence, c.expression, c.page)
