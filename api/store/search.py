"""Full-text search over paragraphs, problems and findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Select, select

from api.store import cursors, filters, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.filters import EVERY, ReportFilter
from api.store.rows import storable_text

Kind = Literal["finding", "problem", "paragraph"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Hit:
    """A text in which what was asked for stands. `position` is the paragraph's block, the finding's or the problem's
    place in its list; `snippet` is a part of the text, `marks` the stretches (start, stop) of it that were asked for."""

    kind: Kind
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    position: int
    title: str | None  # of the finding or problem
    page: int | None
    section: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


def search(
    store: Store,
    text: str,
    kinds: Sequence[Kind] = KINDS,
    where: ReportFilter = EVERY,
    after: str | None = None,
    limit: int = 20,
) -> Page[Hit]:
    """A page of the texts in which `text` stands, width, case and blanks aside; of several parts divided by blanks each
    must. Raises StoreError for a text without any character, a cursor of another listing."""
    # For now: paragraphs, as they are written.
    q, r = tables.paragraphs.c, tables.reports.c
    limit, key = cursors.checked_limit(limit), cursors.read(after, "search", (int, int))
    query: Select[Any] = (
        select(q.id, r.id.label("report"), r.title, r.year, r.agency, q.position, q.page, q.section, q.text)
        .join_from(tables.paragraphs, tables.reports)
        .where(*(q.text.contains(part, autoescape=True) for part in storable_text(text).split()))
        .where(*filters.of_reports(where), *filters.newest_first(q.report_id, q.id, key))
        .order_by(q.report_id.desc(), q.id)
        .limit(limit + 1)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    shown = [
        Hit(
            kind="paragraph",
            report=row.report,
            report_title=row.title,
            year=row.year,
            agency=row.agency,
            position=row.position,
            title=None,
            page=row.page,
            section=row.section,
            snippet=row.text,
            marks=tuple((at, at + len(part)) for part in text.split() if (at := row.text.find(part)) >= 0),
        )
        for row in rows[:limit]
    ]
    following = cursors.write("search", [rows[limit - 1].report, rows[limit - 1].id]) if len(rows) > limit else None
    return Page(tuple(shown), following)
