"""The archive seen as a whole: how scores, alarms and problems lie over years, agencies and kinds, and what recurs.

A report counts once, whatever versions of it are there: the one that came in last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Column, ColumnElement, Connection, ScalarSelect, func, select

from api.store import filters, tables
from api.store.connection import Store
from api.store.errors import StoreError
from api.store.filters import EVERY, ReportFilter
from api.store.likeness import quotes_alike
from api.store.versions import title_key

Over = Literal["department", "agency", "region"]
OVERS: tuple[Over, ...] = get_args(Over)
ALIKE = 0.5  # share of common character pairs from which two suggestions are the same
_YEARS = re.compile(r"\d{4}(?:[-—至]\d{4})?年?度?")
_R, _F, _P, _S, _V = (
    table.c for table in (tables.reports, tables.findings, tables.problems, tables.suggestions, tables.versions)
)


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean scores of the reports on one name, by year: (year, mean, reports with a score), earliest first."""

    name: str
    years: tuple[tuple[int, float, int], ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms in the reports on one name, by kind (None: told by none), most frequent first."""

    name: str
    reports: int
    kinds: tuple[tuple[str | None, int], ...]

    @property
    def per_report(self) -> float:
        return sum(count for _, count in self.kinds) / self.reports


@dataclass(frozen=True, slots=True)
class Category:
    """In how many reports of each year problems of a category are told: (year, reports with one, reports), earliest first."""

    name: str
    years: tuple[tuple[int, int, int], ...]

    @property
    def reports(self) -> int:
        return sum(having for _, having, _ in self.years)


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion as one report gave it."""

    report: int
    year: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A suggestion that reports on one project gave in several years, earliest first."""

    project: str
    given: tuple[Advice, ...]


def score_trends(store: Store, over: Over, where: ReportFilter = EVERY, most: int = 8) -> list[Trend]:
    """Scores by year of the names with most scored reports. Raises StoreError for a column that is none of `OVERS`."""
    name = _column(over)
    mean, count = func.avg(_R.score), func.count(_R.score)
    with store.reading() as connection:
        rows = connection.execute(
            select(name, _R.year, mean, count)
            .where(*_counted(store, where), name.is_not(None), _R.year.is_not(None), _R.score.is_not(None))
            .group_by(name, _R.year)
            .order_by(_R.year)
        ).all()
    found: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for value, year, average, reports in rows:
        found[value].append((year, round(float(average), 2), reports))
    ranked = sorted(found.items(), key=lambda pair: (-sum(reports for _, _, reports in pair[1]), pair[0]))
    return [Trend(value, tuple(years)) for value, years in ranked[:most]]


def alarms_by(store: Store, over: Over, where: ReportFilter = EVERY, most: int = 12) -> list[Alarms]:
    """Alarms of the names with most reports, by the family of checks that raised them. Raises StoreError as
    `score_trends`."""
    name = _column(over)
    with store.reading() as connection:
        counted = (*_counted(store, where), name.is_not(None))
        reports = connection.execute(
            select(name, func.count()).where(*counted).group_by(name).order_by(func.count().desc(), name).limit(most)
        ).all()
        kinds = connection.execute(
            select(name, _F.rule, func.count())
            .join_from(tables.findings, tables.reports)
            .where(*counted, name.in_([value for value, _ in reports]), _F.severity != "info")
            .group_by(name, _F.rule)
            .order_by(func.count().desc(), _F.rule)
        ).all()
    found: dict[str, list[tuple[str | None, int]]] = defaultdict(list)
    for value, rule, count in kinds:
        found[value].append((rule, count))
    return [Alarms(value, count, tuple(found[value])) for value, count in reports]


def category_trends(store: Store, where: ReportFilter = EVERY) -> list[Category]:
    """How often each category is told by year among the problems that reports list, the most frequent first. Defects found
    elsewhere are left out: nearly every report has some of most categories."""
    with store.reading() as connection:
        counted = (*_counted(store, where), _R.year.is_not(None))
        reports = connection.execute(
            select(_R.year, func.count()).where(*counted).group_by(_R.year).order_by(_R.year)
        ).all()
        rows = connection.execute(
            select(_P.category, _R.year, func.count(_R.id.distinct()))
            .join_from(tables.problems, tables.reports)
            .where(*counted, _P.category.is_not(None), _P.origin != "defects")
            .group_by(_P.category, _R.year)
        ).all()
    having = {(category, year): count for category, year, count in rows}
    found = [
        Category(category, tuple((year, having.get((category, year), 0), count) for year, count in reports))
        for category in {category for category, _ in having}
    ]
    return sorted(found, key=lambda category: (-category.reports, category.name))


def unanswered(store: Store, where: ReportFilter = EVERY, most: int = 50) -> list[Unanswered]:
    """Suggestions that reports on the same project repeat in later years, those given in most years first.

    A project is known by its name without years.
    """
    with store.reading() as connection:
        counted = (*_counted(store, where), _R.year.is_not(None), _R.project_name.is_not(None))
        reports = connection.execute(select(_R.id, _R.year, _R.project_name).where(*counted)).all()
        projects: dict[str, list[Any]] = defaultdict(list)
        for row in reports:
            projects[_project(row.project_name)].append(row)
        told = {
            key: sorted(rows, key=lambda row: (row.year, row.id))
            for key, rows in projects.items()
            if len({row.year for row in rows}) > 1
        }
        advice = _advice(connection, [row for rows in told.values() for row in rows])
    found = [
        Unanswered(rows[-1].project_name, chain)
        for rows in told.values()
        for chain in _chains([given for row in rows for given in advice[row.id]])
    ]
    return sorted(found, key=lambda item: (-len(item.given), -item.given[-1].year, item.project))[:most]


def same_project(store: Store, report: int, most: int = 8) -> list[int]:
    """The reports on the same project, its name or else its title taken without years, latest year first; without the
    report itself and its other files."""
    named = func.coalesce(_R.project_name, _R.title)
    with store.reading() as connection:
        own = connection.execute(select(named).where(_R.id == report)).scalar()
        if not (wanted := _project(own)):
            return []
        rows = connection.execute(
            select(_R.id, named)
            .where(*_counted(store, EVERY), _V.document_id.is_distinct_from(_document(report)))
            .join_from(tables.reports, tables.versions)
            .order_by(_R.year.desc().nulls_last(), _R.id.desc())
        ).all()
    return [number for number, name in rows if _project(name) == wanted][:most]


def _project(name: str | None) -> str:
    """A project's name, or a report's title, without what years, drafts and typesetting change."""
    return _YEARS.sub("", title_key(name) or "")


def _document(report: int) -> ScalarSelect[Any]:
    own = tables.versions.alias().c
    return select(own.document_id).where(own.report_id == report).scalar_subquery()


_BATCH = 500


def _advice(connection: Connection, reports: Sequence[Any]) -> dict[int, list[Advice]]:
    years = {row.id: row.year for row in reports}
    found: dict[int, list[Advice]] = defaultdict(list)
    numbers = sorted(years)
    for at in range(0, len(numbers), _BATCH):
        wanted = numbers[at : at + _BATCH]
        query = select(_S.report_id, _S.heading, _S.text).where(_S.report_id.in_(wanted))
        for report, heading, text in connection.execute(query.order_by(_S.report_id, _S.position)):
            found[report].append(Advice(report, years[report], heading, text))
    return found


def _chains(given: Sequence[Advice]) -> Iterator[tuple[Advice, ...]]:
    """Suggestions of different years that are alike, each in one chain."""
    chains: list[list[Advice]] = []
    for advice in given:
        chain = next(
            (chain for chain in chains if chain[-1].year < advice.year and _is_same(chain[-1], advice)),
            None,
        )
        if chain is None:
            chains.append([advice])
        else:
            chain.append(advice)
    return (tuple(chain) for chain in chains if len(chain) > 1)


def _is_same(one: Advice, other: Advice) -> bool:
    headings = bool(one.heading and other.heading) and quotes_alike([one.heading], [other.heading]) >= ALIKE
    return headings or quotes_alike([one.text], [other.text]) >= ALIKE


def _column(over: Over) -> Column[Any]:
    if over not in OVERS:
        raise StoreError(f"不能按 {over} 汇总，可用 {'、'.join(OVERS)}")
    return tables.reports.c[over]


def _counted(store: Store, where: ReportFilter) -> list[ColumnElement[bool]]:
    last = select(func.max(_V.report_id)).group_by(_V.document_id)
    return [*filters.of_reports(where, store.dialect).conditions(), _R.id.in_(last)]
