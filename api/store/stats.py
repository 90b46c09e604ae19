"""How much a store holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select

from api.store import tables
from api.store.connection import Store


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of rows; `reports` and what follows from them are those of current results, `results` all that are kept.
    `waiting` are decisions that no finding is known for (待重新确认) and nobody settled, `bytes` the size of the originals."""

    originals: int
    bytes: int
    documents: int
    reports: int
    results: int
    findings: int
    alarms: int
    problems: int
    checks: int
    paragraphs: int
    decisions: int
    waiting: int
    unread: int


def stats(store: Store) -> Stats:
    """Counted in one view of the database."""
    o, r, d = tables.originals, tables.reports, tables.decisions
    is_read = select(r.c.id).where(r.c.sha256 == o.c.sha256).exists()
    queries: dict[str, Select[Any]] = {
        "originals": _count(o),
        "bytes": select(func.coalesce(func.sum(o.c.size), 0)),
        "documents": _count(tables.documents),
        "reports": _count(r, r.c.version.is_not(None)),
        "results": _count(tables.results),
        "findings": _count(tables.findings),
        "alarms": _count(tables.findings, tables.findings.c.severity != "info"),
        "problems": _count(tables.problems),
        "checks": _count(tables.checks),
        "paragraphs": _count(tables.paragraphs),
        "decisions": _count(d),
        "waiting": _count(d, d.c.attached.is_(None), d.c.settled_at.is_(None)),
        "unread": _count(o, ~is_read),
    }
    with store.reading() as connection:
        return Stats(**{name: int(connection.execute(query).scalar_one()) for name, query in queries.items()})


def _count(table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*conditions)
