"""Reports as they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, select, tuple_

from api.store import cursors, filters, lists, tables, versions
from api.store.connection import Store
from api.store.cursors import Page
from api.store.errors import StoreError
from api.store.filters import EVERY, Asked, ReportFilter

# newest loaded, highest score, lowest score, most alarms, latest year first; what has no score or year comes last.
Order = Literal["newest", "score", "score_low", "alarms", "year"]
_Stretch = tuple[Sequence[ColumnElement[bool]], Sequence[ColumnElement[Any]]]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report of a file: part `part` of the file `sha256`, first stored as `name`, read by `version` of the extractor.
    `document` is the same for the versions of one report. The facts are as reviewers put them right, `corrected` is how many
    of the report's they did."""

    id: int
    sha256: str
    part: int
    name: str | None
    format: str | None
    version: str
    saved_at: str
    document: int | None
    title: str | None
    kind: str | None
    project_name: str | None
    year: int | None
    region: str | None
    department: str | None
    unit: str | None
    agency: str | None
    report_date: str | None
    grade: str | None
    score: float | None
    alarms: int
    hints: int
    problems: int
    checks: int
    corrected: int


def find_reports(
    store: Store, where: ReportFilter = EVERY, after: str | None = None, limit: int = 50, order: Order = "newest"
) -> Page[ReportRow]:
    """A page of the reports that fulfil a filter. Raises StoreError for a cursor of another listing."""
    limit, listing = cursors.checked_limit(limit), f"reports.{order}"
    key = cursors.read(after, listing, (float, int))
    asked = filters.of_reports(where, store.dialect)
    values = {**asked.values, "most": limit + 1}
    if key is not None:
        values |= {"after_value": key[0], "after_id": key[1]}
    rows: list[Any] = []
    with store.looking() as connection:
        for statement in _listings(order, None if key is None else key[0] is not None, asked):
            if len(rows) <= limit:
                rows += connection.execute(statement, values).all()
    listed = [ReportRow(*row) for row in rows]
    column = None if order == "newest" else _column(order).name
    return cursors.page(listed, limit, listing, lambda row: [getattr(row, column) if column else None, row.id])


def count_reports(store: Store, where: ReportFilter = EVERY) -> int:
    """How many reports fulfil a filter."""
    with store.reading() as connection:
        asked = filters.of_reports(where, connection.dialect.name)
        query = select(func.count()).select_from(tables.reports).where(*asked.conditions())
        return int(connection.execute(query).scalar_one())


def find_report(store: Store, report: int) -> ReportRow:
    """Raises StoreError where there is no such report, or its file holds it no more."""
    with store.looking() as connection:
        row = connection.execute(_row(), {"report": report}).one_or_none()
    if row is None:
        raise StoreError(f"档案库中没有报告 {report}")
    return ReportRow(*row)


def report_versions(store: Store, report: int) -> list[ReportRow]:
    """The files that are this report, itself among them, in the order in which they were stored."""
    with store.reading() as connection:
        alike = lists.value(store.dialect, versions.versions_of(connection, report))
        return [ReportRow(*row) for row in connection.execute(_files(store.dialect), {"numbers": alike})]


def other_versions(store: Store, reports: Sequence[int]) -> dict[int, list[ReportRow]]:
    """For each of these reports that has any, its other files, those that came in last first."""
    own, other, r = tables.versions.alias().c, tables.versions.alias().c, tables.reports.c
    pairs = select(own.report_id, other.report_id).where(
        own.report_id.in_(reports), other.document_id == own.document_id, other.report_id != own.report_id
    )
    with store.reading() as connection:
        found = connection.execute(pairs.order_by(other.report_id.desc())).all()
        wanted = {number for _, number in found}
        known = {row.id: ReportRow(*row) for row in connection.execute(_rows().where(r.id.in_(wanted)))}
    return {report: [known[number] for own, number in found if own == report] for report, _ in found}


@cache
def _rows() -> Select[Any]:
    r, o, n, v = tables.reports, tables.originals, tables.original_names.c, tables.versions
    name = select(n.name).where(n.sha256 == r.c.sha256).order_by(n.id).limit(1).scalar_subquery()
    elsewhere: dict[str, ColumnElement[Any]] = {"name": name, "format": o.c.format, "document": v.c.document_id}
    columns = [elsewhere[own] if (own := field.name) in elsewhere else r.c[own] for field in fields(ReportRow)]
    return select(*columns).select_from(r.join(o).outerjoin(v))


@cache
def _row() -> Select[Any]:
    r = tables.reports.c
    return _rows().where(r.id == bindparam("report", type_=r.id.type), r.version.is_not(None))


@cache
def _files(dialect: str) -> Select[Any]:
    r = tables.reports.c
    return _rows().where(lists.among(dialect, r.id, "numbers")).order_by(r.id)


def _column(order: Order) -> Column[Any]:
    r = tables.reports.c
    columns = {"newest": r.id, "score": r.score, "score_low": r.score, "alarms": r.alarms, "year": r.year}
    if order not in columns:
        raise StoreError(f"不能按 {order} 排序，可用 {'、'.join(ORDERS)}")
    return columns[order]


@lru_cache(filters.FORMS)
def _listings(order: Order, is_valued: bool | None, asked: Asked) -> tuple[Select[Any], ...]:
    """The statements that list the reports asked for one after the other, from a key on that has a value or not, or None
    from the first."""
    r = tables.reports.c
    chosen = select(r.id).where(*asked.conditions()).limit(filters.MOST)
    # First which, then what they are: sorting them would carry all columns along.
    return tuple(
        _rows().where(r.id.in_(chosen.where(*conditions).order_by(*by).correlate(None).scalar_subquery())).order_by(*by)
        for conditions, by in _stretches(order, is_valued)
    )


def _stretches(order: Order, is_valued: bool | None) -> list[_Stretch]:
    """The conditions and the order of what follows a key: first the rows with a value, then those without."""
    r, column, low = tables.reports.c, _column(order), order == "score_low"
    by = [column.asc(), r.id.asc()] if low else [column.desc(), r.id.desc()]
    without: _Stretch = ([column.is_(None)], by[1:])
    if is_valued is None:
        return [([], by[1:])] if column is r.id else [([column.is_not(None)], by), without]
    value, last = bindparam("after_value", type_=column.type), bindparam("after_id", type_=r.id.type)
    beyond = r.id > last if low else r.id < last
    if column is r.id:
        return [([beyond], by[1:])]
    if not is_valued:
        return [([column.is_(None), beyond], by[1:])]
    here, there = tuple_(column, r.id), tuple_(value, last)
    return [([here > there if low else here < there], by), without]
