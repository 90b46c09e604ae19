"""Results of files: kept for every version of the extractor, the last one saved being the current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from api.store import corrections, decisions, index, log, originals, rows, tables, versions
from api.store.connection import Store
from api.store.errors import StoreError
from api.store.filters import ReportFilter, of_reports
from api.store.layouts import layout_of, packed
from api.store.likeness import sketch
from extractor.document import Document
from extractor.result import Result

_T = tables.results.c
_VERSIONS = select(_T.version).where(_T.report_id == bindparam("report")).order_by(_T.id)
# What describes only the current result.
_DERIVED = (tables.problems, tables.suggestions, tables.findings, tables.checks, tables.paragraphs)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a report's text, for full-text search; `position` is its block."""

    position: int
    text: str
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Outdated:
    """An original that one version of the extractor has not read; `version` made its current results (None: it has none)."""

    sha256: str
    name: str
    version: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A result as it is going to be stored. Plain data: made where the report is read, sent to where the store is written.
    `layout` is the text that it was read from, deflated."""

    sha256: str
    part: int
    version: str
    format: str
    columns: rows.Row
    body: bytes
    sketch: bytes
    details: dict[str, list[rows.Row]]  # rows by table, of those that describe the current result
    searched: index.Searched
    layout: bytes | None = None


def prepare(result: Result, text: Sequence[Paragraph], document: Document | None = None) -> Prepared:
    """The long part of saving, which needs no store. `document` is what the result was read from, to be shown beside it."""
    source = result.source
    found = {
        tables.problems.name: rows.problem_rows(result),
        tables.suggestions.name: rows.suggestion_rows(result),
        tables.findings.name: rows.finding_rows(result),
        tables.checks.name: rows.check_rows(result),
        tables.paragraphs.name: [asdict(paragraph) for paragraph in text],
    }
    details = {name: [rows.storable(row) for row in listed] for name, listed in found.items()}
    return Prepared(
        sha256=source.sha256,
        part=source.part.index,
        version=result.extractor_version,
        format=source.format,
        columns=rows.storable(rows.report_columns(result)),
        body=rows.body(result),
        sketch=sketch(paragraph.text for paragraph in text),
        details=details,
        searched=index.searched(details),
        layout=packed(layout_of(document)) if document else None,
    )


def save_results(
    store: Store, results: Sequence[Result], texts: Mapping[int, Sequence[Paragraph]], by: str | None = None
) -> bool:
    """`save_prepared` of results whose parts' paragraphs are in `texts`."""
    return save_prepared(store, [prepare(result, texts[result.source.part.index]) for result in results], by)


def save_prepared(store: Store, parts: Sequence[Prepared], by: str | None = None) -> bool:
    """Keeps what one version of the extractor read in one file, all its parts.

    They become the current results; decisions move over to the findings that they are about. Where this version's
    results are there already nothing changes, and False is returned. Raises StoreError where the file is not in the
    store, or the results are not one file's.
    """
    with store.writing() as connection:
        return save_in(connection, parts, by)


def save_in(connection: Connection, parts: Sequence[Prepared], by: str | None = None) -> bool:
    """`save_prepared` as the last thing that a transaction does."""
    sha256, version = _one_file(parts)
    originals.lock_original(connection, sha256)
    if _is_saved(connection, sha256, version):
        return False
    moment = log.now()
    o = tables.originals
    connection.execute(update(o).where(o.c.sha256 == sha256).values(format=parts[0].format))
    _withdraw(connection, sha256, {part.part for part in parts})
    saved = [(_save(connection, part, moment), part) for part in parts]
    log.write(connection, "results", sha256, by, {"version": version, "parts": len(parts)})
    # Last, since from here on other writers wait.
    for report, part in saved:
        versions.place(connection, report, part.columns["title"], part.columns["year"], part.sketch)
    return True


def report_ids(store: Store, sha256: str) -> list[int]:
    """The numbers of a file's reports, in their order; of those that the current version finds."""
    r = tables.reports
    query = select(r.c.id).where(r.c.sha256 == sha256, r.c.version.is_not(None)).order_by(r.c.part)
    with store.reading() as connection:
        return list(connection.execute(query).scalars())


def result_of(store: Store, report: int, version: str | None = None) -> Result:
    """A report's current result, or that of an earlier version. Raises StoreError where there is none."""
    r, t = tables.reports, tables.results
    wanted = t.c.version == (r.c.version if version is None else version)
    with store.reading() as connection:
        body = connection.execute(select(t.c.body).join_from(t, r).where(r.c.id == report, wanted)).scalar()
    if body is None:
        raise StoreError(f"没有报告 {report} 的结果")
    return rows.result_of(body)


def result_versions(store: Store, report: int) -> list[str]:
    """The versions of the extractor that read a report, in the order in which they did."""
    with store.reading() as connection:
        return list(connection.execute(_VERSIONS, {"report": report}).scalars())


def is_read_by(store: Store, sha256: str, version: str) -> bool:
    """Whether a version of the extractor has read an original."""
    with store.reading() as connection:
        return _is_saved(connection, sha256, version)


def outdated(store: Store, version: str, where: ReportFilter | None = None) -> list[Outdated]:
    """The originals that this version of the extractor has not read, in the order of their hashes; with `where` those with
    a report that fulfils it. Raises StoreError for a text that cannot be searched."""
    o, r, t, n = tables.originals, tables.reports, tables.results, tables.original_names
    name = select(n.c.name).where(n.c.sha256 == o.c.sha256).order_by(n.c.id).limit(1).scalar_subquery()
    current = select(r.c.version).where(r.c.sha256 == o.c.sha256, r.c.version.is_not(None)).limit(1).scalar_subquery()
    is_read = select(t.c.id).join_from(t, r).where(r.c.sha256 == o.c.sha256, t.c.version == version).exists()
    query = select(o.c.sha256, name, current).where(~is_read).order_by(o.c.sha256)
    if where is not None:
        query = query.where(o.c.sha256.in_(select(r.c.sha256).where(*of_reports(where, store.dialect).conditions())))
    with store.reading() as connection:
        return [Outdated(*row) for row in connection.execute(query)]


def _one_file(parts: Sequence[Prepared]) -> tuple[str, str]:
    keys = {(part.sha256, part.version) for part in parts}
    if len(keys) != 1:
        raise StoreError("要存入的结果不属于同一个文件和同一个版本")
    return keys.pop()


def _is_saved(connection: Connection, sha256: str, version: str) -> bool:
    """Whether this version's results are there; all parts of a file are saved at once."""
    r, t = tables.reports, tables.results
    query = select(t.c.id).join_from(t, r).where(r.c.sha256 == sha256, t.c.version == version)
    return connection.execute(query.limit(1)).first() is not None


def _withdraw(connection: Connection, sha256: str, parts: set[int]) -> None:
    """Parts that are no longer found are reports no more; their old results and decisions are kept."""
    r = tables.reports
    lost = list(
        connection.execute(
            select(r.c.id).where(r.c.sha256 == sha256, r.c.version.is_not(None), r.c.part.not_in(parts))
        ).scalars()
    )
    if not lost:
        return
    _clear(connection, lost)
    connection.execute(update(r).where(r.c.id.in_(lost)).values(version=None))
    for report in lost:
        decisions.reattach(connection, report)
    versions.take_out(connection, lost)


def _save(connection: Connection, part: Prepared, moment: str) -> int:
    r = tables.reports
    key = {"sha256": part.sha256, "part": part.part}
    columns = {**part.columns, "version": part.version, "saved_at": moment}
    known = report = connection.execute(select(r.c.id).filter_by(**key)).scalar()
    if report is None:
        report = connection.execute(insert(r).values(**key, **columns).returning(r.c.id)).scalar_one()
    else:
        _clear(connection, [report])
        connection.execute(update(r).where(r.c.id == report).values(**columns))
    kept = {"report_id": report, "version": part.version, "saved_at": moment, "body": part.body, "layout": part.layout}
    connection.execute(insert(tables.results).values(**kept))
    for table in _DERIVED:
        if found := part.details[table.name]:
            connection.execute(insert(table), [{"report_id": report, **row} for row in found])
    index.add(connection, report, part.searched)
    if known is not None:  # of a new one nobody has said anything
        decisions.reattach(connection, report)
        corrections.relist_current(connection, report)
    return int(report)


def _clear(connection: Connection, reports: Sequence[int]) -> None:
    index.remove(connection, reports)
    for table in _DERIVED:
        connection.execute(delete(table).where(table.c.report_id.in_(reports)))
