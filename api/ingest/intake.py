"""The record of what came in: where a file stands, so that a run that was killed goes on, and what became of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, exists, func, select, update

from api.store import Store, log, originals, tables
from api.store.connection import insert_missing
from api.store.rows import storable
from extractor.archives.names import suffix_of

State = Literal["waiting", "loaded", "duplicate", "failed"]

_T = tables.intake


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one content of one source stands. `sha256` is empty where no content could be had; `reason`, in Chinese,
    tells why it failed; `known` that this was so before it was asked for."""

    id: int
    source: str
    name: str
    sha256: str
    state: State
    reason: str | None
    attempts: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it came in. `modified` as `st_mtime_ns`, None where it is no file that lies there from run to run."""

    source: str
    name: str
    sha256: str = ""
    size: int | None = None
    modified: int | None = None


def known(store: Store, arrival: Arrival, retry: bool) -> Entry | None:
    """What became of the same file before, told by size and date alone; None where it must be looked at."""
    if arrival.modified is None:
        return None
    same = _T.c.size == arrival.size, _T.c.modified == arrival.modified
    query = select(_T).where(_T.c.source_key == _key(arrival.source), *same).order_by(_T.c.id.desc()).limit(1)
    with store.reading() as connection:
        row = connection.execute(query).first()
        if row is None or row.state == "waiting" or (row.state == "failed" and retry):
            return None
        if row.state != "failed" and not _is_read(connection, row.sha256):
            return None  # deleted since
        return _entry(row, known=True)


def claim(store: Store, arrival: Arrival, by: str | None, retry: bool) -> Entry:
    """Records that a file, whose original the store keeps, is to be read: `waiting`, unless nothing is left to do.

    A content is read once, whatever sources it has; where it failed before, it is read again only if `retry` says so.
    """
    with store.writing() as connection:
        return claim_in(connection, arrival, by, retry)


def claim_in(connection: Connection, arrival: Arrival, by: str | None, retry: bool) -> Entry:
    """`claim` in a transaction."""
    _take_turns(connection, arrival.sha256)
    row = _own(connection, arrival)
    is_read = _is_read(connection, arrival.sha256)
    failed = None if retry else _failure(connection, arrival)
    state, reason = next_state(row.state if row else None, is_read, failed)
    if row is None:
        return _inserted(connection, arrival, by, state, reason)
    if state == "loaded" and _is_loaded_elsewhere(connection, row.id, row.sha256):
        state = "duplicate"
    told = row.state == state and state != "waiting"
    values: dict[str, Any] = {"sha256": arrival.sha256}
    if arrival.size is not None:
        values |= {"size": arrival.size, "modified": arrival.modified}
    return _updated(connection, row, {**values, "state": state, "reason": reason}, known=told)


def next_state(state: State | None, is_read: bool, failed: str | None) -> tuple[State, str | None]:
    """Where a file goes from `state` (None: it is new), with the reason if it has failed. `is_read` tells that the store
    has results of its content, `failed` why that could not be read before, None where that is to be forgotten."""
    if is_read:
        # Waiting, it was this file that was read, and a run was killed before it said so.
        return ("loaded" if state == "waiting" else "duplicate" if state in (None, "failed") else state), None
    return ("failed", failed) if failed is not None else ("waiting", None)


def found(store: Store, source: str, sha256: str) -> Entry | None:
    """Where a content of a source stands, None where it never came."""
    with store.reading() as connection:
        row = connection.execute(_of(source, sha256)).first()
    return None if row is None else _entry(row)


def refuse(store: Store, arrival: Arrival, by: str | None, reason: str, retry: bool = False) -> Entry:
    """Records a file whose content could not be had."""
    with store.writing() as connection:
        row = connection.execute(_of(arrival.source, "")).first()
        if row is None:
            return _inserted(connection, arrival, by, "failed", reason, attempts=1)
        if row.reason == reason and not retry:
            return _entry(row, known=True)
        return _updated(connection, row, {"state": "failed", "reason": reason, "attempts": row.attempts + 1})


def forget(store: Store, arrival: Arrival) -> None:
    """Removes the failure of an archive that could be opened now."""
    failed = _T.c.source_key == _key(arrival.source), _T.c.sha256 == "", _T.c.state == "failed"
    with store.reading() as connection:
        if connection.execute(select(_T.c.id).where(*failed)).first() is None:
            return
    with store.writing() as connection:
        connection.execute(delete(_T).where(*failed))


def settle(store: Store, entry: Entry, reason: str | None, attempts: int) -> Entry:
    """Records what became of a file that was waiting: failed for the reason, else read."""
    with store.writing() as connection:
        return settle_in(connection, entry, reason, attempts)


def settle_in(connection: Connection, entry: Entry, reason: str | None, attempts: int) -> Entry:
    """`settle` in a transaction."""
    _take_turns(connection, entry.sha256)
    row = connection.execute(select(_T).where(_T.c.id == entry.id)).one()
    state: State = "failed"
    if reason is None:
        state = "duplicate" if _is_loaded_elsewhere(connection, entry.id, entry.sha256) else "loaded"
    return _updated(connection, row, {"state": state, "reason": reason, "attempts": row.attempts + attempts})


def waiting(store: Store) -> list[Entry]:
    """What runs that were killed left unread, oldest first."""
    return _entries(store, "waiting")


def failures(store: Store) -> list[Entry]:
    """What failed, oldest first."""
    return _entries(store, "failed")


def _entries(store: Store, state: State) -> list[Entry]:
    with store.reading() as connection:
        rows = connection.execute(select(_T).where(_T.c.state == state).order_by(_T.c.id))
        return [_entry(row) for row in rows]


def _take_turns(connection: Connection, sha256: str) -> None:
    """Lets others record what became of the same content before or after, not meanwhile: one of them is the first."""
    originals.is_kept(connection, sha256)


def _own(connection: Connection, arrival: Arrival) -> Row[Any] | None:
    """The row of this content of the source, else of the source when its content could not be had."""
    query = _of(arrival.source, arrival.sha256, "").order_by(_T.c.sha256.desc())
    return connection.execute(query).first()


def _of(source: str, *hashes: str) -> Any:
    return select(_T).where(_T.c.source_key == _key(source), _T.c.sha256.in_(hashes))


def _is_read(connection: Connection, sha256: str) -> bool:
    r = tables.reports
    return bool(connection.execute(select(exists().where(r.c.sha256 == sha256, r.c.version.is_not(None)))).scalar())


def _failure(connection: Connection, arrival: Arrival) -> str | None:
    """Why a content could not be read when it last was, under the same suffix: a few lines are no Word file, but a text."""
    is_alike = func.lower(_T.c.name).endswith(suffix_of(arrival.name), autoescape=True)
    query = select(_T.c.reason).where(_T.c.sha256 == arrival.sha256, _T.c.state == "failed", is_alike)
    return connection.execute(query.order_by(_T.c.done_at.desc()).limit(1)).scalar()


def _is_loaded_elsewhere(connection: Connection, number: int, sha256: str) -> bool:
    other = _T.c.id != number, _T.c.sha256 == sha256, _T.c.state == "loaded"
    return bool(connection.execute(select(exists().where(*other))).scalar())


def _inserted(
    connection: Connection, arrival: Arrival, by: str | None, state: State, reason: str | None, attempts: int = 0
) -> Entry:
    now = log.now()
    row = {
        "source": arrival.source,
        "source_key": _key(arrival.source),
        "name": arrival.name,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "modified": arrival.modified,
        "state": state,
        "reason": reason,
        "attempts": attempts,
        "came_at": now,
        "done_at": None if state == "waiting" else now,
        "by": by,
    }
    insert_missing(connection, _T, storable(row))  # another run that loads the same may have been quicker
    return _entry(connection.execute(_of(arrival.source, arrival.sha256)).one())


def _updated(connection: Connection, row: Row[Any], values: dict[str, Any], known: bool = False) -> Entry:
    if not known:
        values = {**values, "done_at": None if values["state"] == "waiting" else log.now()}
    changed = update(_T).where(_T.c.id == row.id).values(**storable(values)).returning(_T)
    return _entry(connection.execute(changed).one(), known)


def _entry(row: Row[Any], known: bool = False) -> Entry:
    return Entry(row.id, row.source, row.name, row.sha256, row.state, row.reason, row.attempts, known)


def _key(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
