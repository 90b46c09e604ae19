"""Scores, alarms and counts by agency, department, region, year, grade or category of problem."""

from __future__ import annotations

import statistics as figures
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import func, select

from api.store import filters, tables
from api.store.connection import Store
from api.store.errors import StoreError
from api.store.filters import EVERY, ReportFilter

By = Literal["agency", "department", "region", "year", "grade", "kind", "category"]
BYS: tuple[By, ...] = get_args(By)
_Row = Sequence[Any]  # score, alarms, hints, problems of a report


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that have one value in common, None those without any. `scored` of them have a score, which mean and quartiles
    (inclusive) are of; `with_alarms` have an alarm. `problems` counts those of the reports, or by category only those of
    it."""

    value: str | int | None
    reports: int
    scored: int
    mean: float | None
    lowest: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    highest: float | None
    with_alarms: int
    alarms: int
    hints: int
    problems: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many reports have a value."""

    value: str | int
    reports: int


def statistics(store: Store, by: By, where: ReportFilter = EVERY) -> list[Group]:
    """The reports that fulfil a filter, grouped: years latest first, all else by number of reports, most first."""
    if by not in BYS:
        raise StoreError(f"不能按 {by} 统计，可用 {'、'.join(BYS)}")
    r, p = tables.reports.c, tables.problems.c
    rows: dict[Any, list[_Row]] = defaultdict(list)
    conditions = filters.of_reports(where, store.dialect).conditions()
    with store.reading() as connection:
        if by != "category":
            query = select(r[by], r.score, r.alarms, r.hints, r.problems).where(*conditions)
            for value, *row in connection.execute(query):
                rows[value].append(row)
        else:
            # Counted by the index alone, and joined here: sooner done than carrying reports' columns through a sort.
            reports = {
                row.id: row for row in connection.execute(select(r.id, r.score, r.alarms, r.hints).where(*conditions))
            }
            counts = select(p.category, p.report_id, func.count()).group_by(p.category, p.report_id)
            among = filters.of_rows(connection, where, p.report_id)
            for value, report, count in connection.execute(counts.where(*among.conditions())) if among else ():
                if found := reports.get(report):
                    rows[value].append([found.score, found.alarms, found.hints, count])
    groups = [_group(value, found) for value, found in rows.items()]
    if by == "year":
        return sorted(groups, key=lambda group: -(group.value or 0))  # type: ignore[operator]
    return sorted(groups, key=lambda group: (-group.reports, str(group.value)))


def facets(store: Store, where: ReportFilter = EVERY, most: int = 20) -> dict[str, list[Share]]:
    """For every kind of group its commonest values among the reports that fulfil a filter."""
    r, p = tables.reports.c, tables.problems.c
    conditions = filters.of_reports(where, store.dialect).conditions()
    names = [by for by in BYS if by != "category"]
    counted: dict[str, Counter[Any]] = {by: Counter() for by in BYS}
    with store.reading() as connection:
        columns = zip(*connection.execute(select(*(r[by] for by in names)).where(*conditions)), strict=True)
        for by, values in zip(names, columns, strict=False):
            counted[by].update(values)
        found = select(p.category, func.count(p.report_id.distinct())).group_by(p.category)
        if not filters.is_every(where):
            found = found.where(p.report_id.in_(select(r.id).where(*conditions)))
        for category, count in connection.execute(found):
            counted["category"][category] = count
    return {by: _shares(values, most) for by, values in counted.items()}


def _shares(counted: Counter[Any], most: int) -> list[Share]:
    told = [(value, count) for value, count in counted.items() if value is not None]
    return [Share(*pair) for pair in sorted(told, key=lambda pair: (-pair[1], str(pair[0])))[:most]]


def _group(value: Any, rows: Sequence[_Row]) -> Group:
    scores = sorted(row[0] for row in rows if row[0] is not None)
    lower, median, upper = (
        figures.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3 or [None] * 3
    )
    return Group(
        value=value,
        reports=len(rows),
        scored=len(scores),
        mean=figures.fmean(scores) if scores else None,
        lowest=scores[0] if scores else None,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        highest=scores[-1] if scores else None,
        with_alarms=sum(row[1] > 0 for row in rows),
        alarms=sum(row[1] for row in rows),
        hints=sum(row[2] for row in rows),
        problems=sum(row[3] for row in rows),
    )
