"""The append-only log: who did what to which report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from api.store import tables


@dataclass(frozen=True, slots=True)
class Entry:
    """`subject` is a file's hash, or what else `action` was done to; `at` ISO 8601 in UTC."""

    at: str
    by: str | None
    action: str
    subject: str
    details: dict[str, Any]


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


def entries(connection: Connection, subject: str | None = None) -> Sequence[Entry]:
    """What was done, oldest first; to one subject where it is given."""
    table = tables.log
    query = select(table.c.at, table.c.by, table.c.action, table.c.subject, table.c.details).order_by(table.c.id)
    if subject is not None:
        query = query.where(table.c.subject == subject)
    return [Entry(*row) for row in connection.execute(query)]
