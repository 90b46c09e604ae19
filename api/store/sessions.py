"""Browsers that are signed in with a key, known by the digest of their cookie: a restart signs nobody out."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from api.store import log, tables
from api.store.connection import Store


def open_session(store: Store, digest: str, key: int, until: str) -> None:
    """Keeps that the holder of a key is signed in until a moment (ISO 8601, UTC); forgets those whose moment is past."""
    s = tables.sessions
    with store.writing() as connection:
        connection.execute(delete(s).where(s.c.until <= log.now()))
        connection.execute(insert(s).values(digest=digest, key_id=key, until=until))


def key_of_session(store: Store, digest: str) -> tuple[int, str] | None:
    """The key that a browser is signed in with and until when; None where it is not."""
    s = tables.sessions.c
    with store.reading() as connection:
        row = connection.execute(select(s.key_id, s.until).where(s.digest == digest, s.until > log.now())).first()
    return (int(row.key_id), row.until) if row else None


def end_session(store: Store, digest: str) -> None:
    s = tables.sessions
    with store.writing() as connection:
        connection.execute(delete(s).where(s.c.digest == digest))
