"""Which reports, findings, problems and checks are wanted, and the conditions of a query that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Exists, and_, or_, select, true, tuple_

from api.store import decisions, folding, index, tables
from api.store.connection import Store
from api.store.rows import storable_text


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Reports that fulfil all that is given; of several values one is enough. `…_has` are parts of a name, the other names
    are whole. `newest_only` leaves out files of which a newer version is there. `text` stands in the report's paragraphs, problems or findings, each of its parts between blanks in one of
    them; `categories` are those of its problems; `reports` are numbers of reports. Bounds are included."""

    years: Sequence[int] = ()
    year_from: int | None = None
    year_to: int | None = None
    regions: Sequence[str] = ()
    departments: Sequence[str] = ()
    agencies: Sequence[str] = ()
    grades: Sequence[str] = ()
    score_from: float | None = None
    score_to: float | None = None
    has_alarms: bool | None = None
    categories: Sequence[str] = ()
    text: str | None = None
    region_has: str | None = None
    department_has: str | None = None
    agency_has: str | None = None
    title_has: str | None = None
    kinds: Sequence[str] = ()
    reports: Sequence[int] = ()
    newest_only: bool = False


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """`decided`: whether a reviewer has said anything; `verdicts`: what the last one said (confirmed, dismissed)."""

    rules: Sequence[str] = ()
    severities: Sequence[str] = ()
    min_confidence: float | None = None
    decided: bool | None = None
    verdicts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """`origins` are the lists of a result: problems, problem_list, defects."""

    categories: Sequence[str] = ()
    origins: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CheckFilter:
    kinds: Sequence[str] = ()
    rules: Sequence[str] = ()
    verdicts: Sequence[str] = ()
    severities: Sequence[str] = ()
    min_confidence: float | None = None


FEW = 200  # reports whose rows are looked up by their numbers
_TOLD = tables.problems.alias()  # problems of reports, others than those that may be listed
EVERY, ALL_FINDINGS, ALL_PROBLEMS, ALL_CHECKS = ReportFilter(), FindingFilter(), ProblemFilter(), CheckFilter()


@contextmanager
def reading(store: Store, where: ReportFilter) -> Iterator[Connection]:
    """One view of the database, to be asked for the reports that fulfil a filter."""
    with store.reading() as connection:
        if where.text:
            index.prefer(connection)
        yield connection


def of_reports(where: ReportFilter, dialect: str) -> list[ColumnElement[bool]]:
    """Conditions on the table of reports; those that are withdrawn never fulfil them. Raises StoreError for a text that
    cannot be searched."""
    r, p = tables.reports.c, _TOLD.c
    conditions: list[ColumnElement[bool]] = [r.version.is_not(None)]
    for column, values in (
        (r.id, where.reports),
        (r.year, where.years),
        (r.region, where.regions),
        (r.department, where.departments),
        (r.agency, where.agencies),
        (r.grade, where.grades),
        (r.kind, where.kinds),
    ):
        conditions += one_of(column, values)
    for column, part in (
        (r.region, where.region_has),
        (r.department, where.department_has),
        (r.agency, where.agency_has),
        (r.title, where.title_has),
    ):
        if part:
            conditions.append(index.stands(dialect, column, storable_text(part)))
    if where.year_from is not None:
        conditions.append(r.year >= where.year_from)
    if where.year_to is not None:
        conditions.append(r.year <= where.year_to)
    if where.score_from is not None:
        conditions.append(r.score >= where.score_from)
    if where.score_to is not None:
        conditions.append(r.score <= where.score_to)
    if where.has_alarms is not None:
        conditions.append(r.alarms > 0 if where.has_alarms else r.alarms == 0)
    if where.newest_only:
        conditions.append(~_newer(r.id))
    if where.categories:
        conditions.append(select(p.id).where(p.report_id == r.id, *one_of(p.category, where.categories)).exists())
    if where.text:
        conditions += _holding(dialect, folding.terms(where.text))
    return conditions


def _newer(report: Column[Any]) -> Exists:
    """Whether another file of the same report came in later."""
    own, later = tables.versions.alias().c, tables.versions.alias().c
    return (
        select(later.report_id)
        .where(own.report_id == report, later.document_id == own.document_id, later.report_id > report)
        .exists()
    )


def _holding(dialect: str, terms: Sequence[str]) -> list[ColumnElement[bool]]:
    r, t = tables.reports.c, tables.report_texts.c
    # IS TRUE, so that no plan begins with all these reports: a list shows few of them.
    can = r.id.in_(index.holding(dialect, index.wanted(dialect, terms))).is_(true())
    if all(len(term) <= 2 for term in terms):
        return [can]
    holds = [index.stands(dialect, t.folded, term) for term in terms]
    return [can, select(and_(*holds)).where(t.report_id == r.id).correlate(tables.reports).scalar_subquery()]


def of_rows(
    connection: Connection, where: ReportFilter, report: Column[Any], last: Any = None
) -> list[ColumnElement[bool]]:
    """Conditions on rows that belong to reports, listed newest report first, from report `last` on. Few reports are named,
    so that the rows are looked up by them; of many it is asked row by row whether they fulfil the filter, until the page
    is full. A database that planned it by itself would at times gather and sort all rows of all these reports."""
    if where == EVERY:
        return []
    r = tables.reports.c
    conditions = of_reports(where, connection.dialect.name)
    query = select(r.id).where(*conditions).order_by(r.id.desc()).limit(FEW + 1)
    numbers = connection.execute(query if last is None else query.where(r.id <= last)).scalars().all()
    if len(numbers) <= FEW:
        return [report.in_(numbers)]
    return [select(r.id).where(r.id == report, *conditions).exists()]


def of_findings(which: FindingFilter) -> list[ColumnElement[bool]]:
    f = tables.findings.c
    conditions: list[ColumnElement[bool]] = [*one_of(f.rule, which.rules), *one_of(f.severity, which.severities)]
    if which.min_confidence is not None:
        conditions.append(f.confidence >= which.min_confidence)
    if which.decided is not None:
        conditions.append(_is_decided() if which.decided else decisions.last_verdict().is_(None))
    if which.verdicts:
        conditions += [_is_decided(), decisions.last_verdict().in_(list(which.verdicts))]
    return conditions


def _is_decided() -> ColumnElement[bool]:
    f, d = tables.findings.c, tables.decisions.c
    return tuple_(f.report_id, f.fingerprint).in_(select(d.report_id, d.attached))


def of_problems(which: ProblemFilter) -> list[ColumnElement[bool]]:
    p = tables.problems.c
    return [*one_of(p.category, which.categories), *one_of(p.origin, which.origins)]


def of_checks(which: CheckFilter) -> list[ColumnElement[bool]]:
    c = tables.checks.c
    conditions: list[ColumnElement[bool]] = [
        *one_of(c.kind, which.kinds),
        *one_of(c.rule, which.rules),
        *one_of(c.verdict, which.verdicts),
        *one_of(c.severity, which.severities),
    ]
    if which.min_confidence is not None:
        conditions.append(c.confidence >= which.min_confidence)
    return conditions


def one_of(column: Column[Any], values: Sequence[Any]) -> list[ColumnElement[bool]]:
    """The condition that a column has one of the values, none where no value is given."""
    wanted = [storable_text(value) if isinstance(value, str) else value for value in values]
    if not wanted:
        return []
    return [column == wanted[0] if len(wanted) == 1 else column.in_(wanted)]


def newest_first(report: Column[Any], position: Column[Any], after: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    """What follows (report, position) where newer reports come first, and inside a report what stands first."""
    if after is None:
        return []
    last, at = after
    # The first condition alone is what an index can serve.
    return [report <= last, or_(report < last, and_(report == last, position > at))]
