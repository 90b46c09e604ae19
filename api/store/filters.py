"""Which reports, findings, problems and checks are wanted, and the conditions of a query that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Exists,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    or_,
    select,
    true,
    tuple_,
)

from api.store import decisions, folding, index, lists, tables
from api.store.rows import storable_text


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Reports that fulfil all that is given; of several values one is enough. `…_has` are parts of a name, the other names
    are whole. `newest_only` leaves out files of which a newer version is there. `text` stands in the report's paragraphs,
    problems or findings, each of its parts between blanks in one of them; `categories` are those of its problems; `reports`
    are numbers of reports. Bounds are included."""

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


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of a statement, and the values that are bound in them by name. Two of one form differ in these values alone
    and are equal: a statement is made for the first and kept, since making it takes longer than a small look-up."""

    form: tuple[Any, ...]
    conditions: Callable[[], list[ColumnElement[bool]]] = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)


FEW = 200  # reports whose rows are looked up by their numbers
FORMS = 1000  # statements of one kind that are kept
_TOLD = tables.problems.alias()  # problems of reports, others than those that may be listed
EVERY, ALL_FINDINGS, ALL_PROBLEMS, ALL_CHECKS = ReportFilter(), FindingFilter(), ProblemFilter(), CheckFilter()
NOTHING = Asked((), list, {})
MOST = bindparam("most", type_=Integer)  # rows of a page


def of_reports(where: ReportFilter, dialect: str) -> Asked:
    """Which rows of the table of reports; those that are withdrawn are never among them. Raises StoreError for a text that
    cannot be searched."""
    given = _given(where)
    values = _bound("where", given)
    form: list[Any] = ["reports", dialect, *_form(given)]
    if "text" in given:
        terms = folding.terms(given["text"])
        values |= {"where_grams": index.wanted(dialect, terms)}
        values |= {f"where_term{at}": term for at, term in enumerate(terms)}
        form.append(_are_long(terms))
        del values["where_text"]
    return Asked(tuple(form), lambda: _of_reports(given, values, dialect), values)


def is_every(where: ReportFilter) -> bool:
    """Whether a filter leaves out no report."""
    return not _given(where)


def _of_reports(given: Mapping[str, Any], values: Mapping[str, Any], dialect: str) -> list[ColumnElement[bool]]:
    r, p = tables.reports.c, _TOLD.c
    conditions: list[ColumnElement[bool]] = [r.version.is_not(None)]
    for column, name in (
        (r.id, "reports"),
        (r.year, "years"),
        (r.region, "regions"),
        (r.department, "departments"),
        (r.agency, "agencies"),
        (r.grade, "grades"),
        (r.kind, "kinds"),
    ):
        conditions += _one_of(column, f"where_{name}", values)
    for column, name in (
        (r.region, "region_has"),
        (r.department, "department_has"),
        (r.agency, "agency_has"),
        (r.title, "title_has"),
    ):
        if name in given:
            conditions.append(index.stands(dialect, column, _bind(f"where_{name}", values, Text())))
    for column, name in ((r.year, "year"), (r.score, "score")):
        if f"{name}_from" in given:
            conditions.append(column >= _bind(f"where_{name}_from", values, column.type))
        if f"{name}_to" in given:
            conditions.append(column <= _bind(f"where_{name}_to", values, column.type))
    if "has_alarms" in given:
        conditions.append(r.alarms > 0 if given["has_alarms"] else r.alarms == 0)
    if "newest_only" in given:
        conditions.append(~_newer(r.id))
    if "categories" in given:
        told = select(p.id).where(p.report_id == r.id, *_one_of(p.category, "where_categories", values))
        conditions.append(told.exists())
    if "text" in given:
        conditions += _holding(dialect, values)
    return conditions


def _newer(report: Column[Any]) -> Exists:
    """Whether another file of the same report came in later."""
    own, later = tables.versions.alias().c, tables.versions.alias().c
    return (
        select(later.report_id)
        .where(own.report_id == report, later.document_id == own.document_id, later.report_id > report)
        .exists()
    )


def _holding(dialect: str, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    r, t = tables.reports.c, tables.report_texts.c
    # IS TRUE, so that no plan begins with all these reports: a list shows few of them.
    can = r.id.in_(index.holding(dialect, bindparam("where_grams", values["where_grams"]))).is_(true())
    terms = [name for name in values if name.startswith("where_term")]
    if not _are_long([values[name] for name in terms]):
        return [can]
    holds = [index.stands(dialect, t.folded, _bind(name, values, Text())) for name in terms]
    return [can, select(and_(*holds)).where(t.report_id == r.id).correlate(tables.reports).scalar_subquery()]


def _are_long(terms: Sequence[str]) -> tuple[int, ...]:
    """How many there are, where the grams alone do not tell whether they stand in a text; else nothing."""
    return () if all(len(term) <= 2 for term in terms) else (len(terms),)


def of_rows(connection: Connection, where: ReportFilter, report: Column[Any], last: Any = None) -> Asked | None:
    """Which rows that belong to reports, listed newest report first, from report `last` on; None for none. Few reports are
    named, so that the rows are looked up by them; of many it is asked row by row whether they fulfil the filter, until the
    page is full. A database that planned it by itself would at times gather and sort all rows of all these reports."""
    if is_every(where):
        return NOTHING
    dialect = connection.dialect.name
    reports = of_reports(where, dialect)
    beyond = {"most": FEW + 1} if last is None else {"most": FEW + 1, "last": last}
    numbers = connection.execute(_newest(reports, last is not None), {**reports.values, **beyond}).scalars().all()
    if not numbers:
        return None
    if len(numbers) > FEW:
        r = tables.reports.c
        return Asked(
            ("fulfil", report.table.name, *reports.form),
            lambda: [select(r.id).where(r.id == report, *reports.conditions()).exists()],
            reports.values,
        )
    value = lists.value(dialect, numbers)
    return Asked(
        ("among", report.table.name, dialect),
        lambda: [lists.among(dialect, report, "numbers", value)],
        {"numbers": value},
    )


@lru_cache(FORMS)
def _newest(where: Asked, is_further: bool) -> Select[Any]:
    r = tables.reports.c
    query = select(r.id).where(*where.conditions()).order_by(r.id.desc()).limit(MOST)
    return query.where(r.id <= bindparam("last", type_=r.id.type)) if is_further else query


def together(asked: Iterable[Asked]) -> list[ColumnElement[bool]]:
    return [condition for one in asked for condition in one.conditions()]


def rows_of(
    connection: Connection, statement: Callable[..., Select[Any]], asked: Sequence[Asked | None], most: int
) -> Sequence[Any]:
    """The rows that a statement with these conditions and `MOST` gives; none where one of them lets nothing through."""
    given = [one for one in asked if one is not None]
    if len(given) < len(asked):
        return ()
    values = {name: value for one in given for name, value in one.values.items()}
    return connection.execute(statement(*given), {**values, "most": most}).all()


def of_findings(which: FindingFilter) -> Asked:
    return _asked(which, _of_findings)


def _of_findings(given: Mapping[str, Any], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    f = tables.findings.c
    conditions = [*_one_of(f.rule, "which_rules", values), *_one_of(f.severity, "which_severities", values)]
    if "min_confidence" in given:
        conditions.append(f.confidence >= _bind("which_min_confidence", values, f.confidence.type))
    if "decided" in given:
        conditions.append(_is_decided() if given["decided"] else decisions.last_verdict().is_(None))
    if "verdicts" in given:
        conditions += [_is_decided(), *_one_of(decisions.last_verdict(), "which_verdicts", values)]
    return conditions


def _is_decided() -> ColumnElement[bool]:
    f, d = tables.findings.c, tables.decisions.c
    return tuple_(f.report_id, f.fingerprint).in_(select(d.report_id, d.attached))


def of_problems(which: ProblemFilter) -> Asked:
    return _asked(which, _of_problems)


def _of_problems(_given: Mapping[str, Any], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    p = tables.problems.c
    return [*_one_of(p.category, "which_categories", values), *_one_of(p.origin, "which_origins", values)]


def of_checks(which: CheckFilter) -> Asked:
    return _asked(which, _of_checks)


def _of_checks(given: Mapping[str, Any], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    c = tables.checks.c
    conditions = [
        *_one_of(c.kind, "which_kinds", values),
        *_one_of(c.rule, "which_rules", values),
        *_one_of(c.verdict, "which_verdicts", values),
        *_one_of(c.severity, "which_severities", values),
    ]
    if "min_confidence" in given:
        conditions.append(c.confidence >= _bind("which_min_confidence", values, c.confidence.type))
    return conditions


def newest_first(report: Column[Any], position: Column[Any], after: Sequence[Any] | None) -> Asked:
    """What follows (report, position) where newer reports come first, and inside a report what stands first."""
    if after is None:
        return NOTHING
    values = {"after_report": after[0], "after_position": after[1]}

    def following() -> list[ColumnElement[bool]]:
        last, at = _bind("after_report", values, report.type), _bind("after_position", values, position.type)
        # The first condition alone is what an index can serve.
        return [report <= last, or_(report < last, and_(report == last, position > at))]

    return Asked(("after",), following, values)


def _asked(which: Any, make: Callable[[Mapping[str, Any], Mapping[str, Any]], list[ColumnElement[bool]]]) -> Asked:
    given = _given(which)
    values = _bound("which", given)
    return Asked((type(which).__name__, *_form(given)), lambda: make(given, values), values)


def _given(which: Any) -> dict[str, Any]:
    """What of a filter is given, by name, fit for the database."""
    given = ((name, getattr(which, name), one.default) for name, one in which.__dataclass_fields__.items())
    return {name: _storable(value) for name, value, left in given if value != left and value not in ("", (), [])}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    return [_storable(one) for one in value] if isinstance(value, Sequence) else value


def _form(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of it makes the statement: of a list whether it has several values, of a yes or no which."""
    for name, value in given.items():
        yield name, len(value) > 1 if isinstance(value, list) else value if isinstance(value, bool) else None


def _bound(prefix: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the names under which they are bound; a list of one is that one."""
    return {
        f"{prefix}_{name}": value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in given.items()
        if not isinstance(value, bool)
    }


def _bind(name: str, values: Mapping[str, Any], of: Any) -> BindParameter[Any]:
    return bindparam(name, values[name], of)


def _one_of(column: ColumnElement[Any], name: str, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The condition that a column has the value of that name, or one of them; none where there is none."""
    if name not in values:
        return []
    if isinstance(values[name], list):
        return [column.in_(bindparam(name, values[name], column.type, expanding=True))]
    return [column == _bind(name, values, column.type)]
