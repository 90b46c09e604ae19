"""Problems that reports admit, across reports: newer reports first, inside a report in its own order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, select

from api.store import cursors, filters, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.filters import ALL_PROBLEMS, EVERY, Asked, ProblemFilter, ReportFilter


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
    p = tables.problems.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "problems", (int, int))
    asked = [filters.of_problems(which), filters.newest_first(p.report_id, p.id, key)]
    with store.looking() as connection:
        among = filters.of_rows(connection, where, p.report_id, key and key[0])
        found = filters.rows_of(connection, _listed, [*asked, among], limit + 1)
    rows = [ProblemRow(*row) for row in found]
    return cursors.page(rows, limit, "problems", lambda row: [row.report, row.id])


@lru_cache(filters.FORMS)
def _listed(*asked: Asked) -> Select[Any]:
    p = tables.problems.c
    by = (p.report_id.desc(), p.id)
    # First which, then what they are: sorting them would carry all columns along.
    shown = select(p.id).where(*filters.together(asked)).order_by(*by).limit(filters.MOST)
    return _problems().where(p.id.in_(shown.correlate(None).scalar_subquery())).order_by(*by)


@cache
def _problems() -> Select[Any]:
    p, r = tables.problems.c, tables.reports.c
    columns = (
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
    return select(*columns).join_from(tables.problems, tables.reports)
