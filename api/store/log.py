"""The append-only log: who did what to which report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from api.store import tables
from api.store.connection import Store

_BATCH = 500  # rows


@dataclass(frozen=True, slots=True)
class Entry:
    """`subject` is a file's hash, or what else `action` was done to; `at` ISO 8601 in UTC."""

    at: str
    by: str | None
    action: str
    subject: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; None leaves it open. `subject` may be the beginning of a hash, `since` is a moment."""

    subject: str | None = None
    action: str | None = None
    by: str | None = None
    since: str | None = None


def now() -> str:
    return moment(datetime.now(UTC))


def moment(at: datetime) -> str:
    """As moments are kept: ISO 8601 in UTC, which sorts by time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write(
    connection: Connection, action: str, subject: str, by: str | None = None, details: Mapping[str, Any] | None = None
) -> None:
    """Adds an entry in the caller's transaction, so that deed and entry stand or fall together."""
    row = {"at": now(), "by": by, "action": action, "subject": subject, "details": dict(details or {})}
    connection.execute(insert(tables.log), row)


def write_many(store: Store, noted: Sequence[Entry]) -> None:
    """Adds entries of what changed nothing, as views, in one transaction."""
    if noted:
        with store.writing() as connection:
            connection.execute(insert(tables.log), [asdict(entry) for entry in noted])


def entries(connection: Connection, subject: str | None = None) -> Sequence[Entry]:
    """What was done, oldest first; to one subject where it is given."""
    return list(_read(connection, Wanted(subject=subject)))


def read_log(store: Store, wanted: Wanted, last: int | None = None) -> Iterator[Entry]:
    """The entries that are wanted, oldest first; only so many of the last ones where `last` is given."""
    with store.reading() as connection:
        yield from _read(connection, wanted, last)


def _read(connection: Connection, wanted: Wanted, last: int | None = None) -> Iterator[Entry]:
    t = tables.log
    query = select(t.c.at, t.c.by, t.c.action, t.c.subject, t.c.details)
    if wanted.subject is not None:
        query = query.where(_is_about(wanted.subject))
    if wanted.action is not None:
        query = query.where(t.c.action == wanted.action)
    if wanted.by is not None:
        query = query.where(t.c.by == wanted.by)
    if wanted.since is not None:
        query = query.where(t.c.at >= wanted.since)
    if last is not None:
        newest = connection.execute(query.order_by(t.c.at.desc(), t.c.id.desc()).limit(last)).all()
        return (Entry(*row) for row in reversed(newest))
    rows = connection.execute(query.order_by(t.c.at, t.c.id).execution_options(yield_per=_BATCH))
    return (Entry(*row) for row in rows)


def _is_about(subject: str) -> ColumnElement[bool]:
    """A file's hash may be given by its beginning, as elsewhere."""
    t = tables.log
    if re.fullmatch(r"[0-9a-f]{8,63}", subject):
        return or_(t.c.subject == subject, t.c.subject.startswith(subject))
    return t.c.subject == subject
