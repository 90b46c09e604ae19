"""What is kept of one report, and of one original."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from api.store import tables
from api.store.connection import Store


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """A paragraph of a report's text, or a row of its tables; `position` is its block, `id` grows along the text."""

    id: int
    position: int
    page: int | None
    section: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came in; `reports` are those that the current version of the extractor finds in it."""

    sha256: str
    format: str | None
    size: int
    added_at: str
    added_by: str | None
    names: tuple[str, ...]
    reports: tuple[int, ...]


_R, _O, _N, _T, _G = tables.reports, tables.originals, tables.original_names, tables.results, tables.paragraphs
_IS_THERE = select(_R.c.id).where(_R.c.id == bindparam("report"), _R.c.version.is_not(None))
_WANTED = func.coalesce(bindparam("version", type_=_R.c.version.type), _R.c.version)
_BODY = select(_T.c.version, _T.c.body).join_from(_T, _R).where(_R.c.id == bindparam("report"), _T.c.version == _WANTED)


def is_report(store: Store, report: int) -> bool:
    """Whether there is such a report, which the current version of the extractor still finds."""
    with store.reading() as connection:
        return connection.execute(_IS_THERE, {"report": report}).first() is not None


def body_of(store: Store, report: int, version: str | None = None) -> tuple[str, bytes] | None:
    """The version and the deflated JSON (zlib) of a report's current result, or of an earlier one's; None where there is
    none."""
    with store.reading() as connection:
        row = connection.execute(_BODY, {"report": report, "version": version}).first()
    return None if row is None else (row.version, row.body)


def paragraphs_in(store: Store, report: int, after: int = 0, limit: int = 200) -> list[ParagraphRow]:
    """In the order of the document, those behind the one with the number `after`."""
    query = select(_G.c.id, _G.c.position, _G.c.page, _G.c.section, _G.c.text)
    query = query.where(_G.c.report_id == report, _G.c.id > after).order_by(_G.c.id).limit(limit)
    with store.reading() as connection:
        return [ParagraphRow(*row) for row in connection.execute(query)]


def original(store: Store, sha256: str) -> Original | None:
    """None where there is no such file."""
    query = select(_O.c.sha256, _O.c.format, _O.c.size, _O.c.added_at, _O.c.added_by).where(_O.c.sha256 == sha256)
    names = select(_N.c.name).where(_N.c.sha256 == sha256).order_by(_N.c.id)
    reports = select(_R.c.id).where(_R.c.sha256 == sha256, _R.c.version.is_not(None)).order_by(_R.c.part)
    with store.reading() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        found = [tuple(connection.execute(part).scalars()) for part in (names, reports)]
        return Original(*row, *found)
