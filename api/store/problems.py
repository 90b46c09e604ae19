"""Problems that reports admit, across reports: newer reports first, inside a report in its own order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from api.store import cursors, filters, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.filters import ALL_PROBLEMS, EVERY, ProblemFilter, ReportFilter


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """`position` counts inside the result's list `origin`."""

    id: int
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    origin: str
    position: int
    heading: str | None
    text: str
    category: str | None
    unit: str | None
    page: int | None


def find_problems(
    store: Store,
    which: ProblemFilter = ALL_PROBLEMS,
    where: ReportFilter = EVERY,
    after: str | None = None,
    limit: int = 50,
) -> Page[ProblemRow]:
    """A page of the problems that fulfil a filter, of the reports that fulfil another. Raises StoreError for a cursor of
    another listing."""
    p, r = tables.problems.c, tables.reports.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "problems", (int, int))
    query: Select[Any] = (
        select(
            p.id,
            r.id,
            r.title,
            r.year,
            r.agency,
            p.origin,
            p.position,
            p.heading,
            p.text,
            p.category,
            p.unit,
            p.page,
        )
        .join_from(tables.problems, tables.reports)
        .where(*filters.of_problems(which), *filters.of_reports(where, store.dialect))
        .where(*filters.newest_first(p.report_id, p.id, key))
        .order_by(p.report_id.desc(), p.id)
        .limit(limit + 1)
    )
    with filters.reading(store, where) as connection:
        rows = [ProblemRow(*row) for row in connection.execute(query)]
    return cursors.page(rows, limit, "problems", lambda row: [row.report, row.id])
