"""Files into the store. Workers read; this process alone writes, a file at a time, so that a kill at any moment leaves every
file either read and recorded or still to be read."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from api.ingest import intake
from api.ingest.intake import Arrival, Entry
from api.ingest.pool import Pool, Reply
from api.ingest.reading import read_kept, read_one
from api.ingest.sources import Item, Tally, find, trouble
from api.store import Prepared, Store, StoreError, adding_original, save_in
from api.store.errors import FileChanged
from extractor.archives.names import suffix_of

T = TypeVar("T")

# Errors of writing; others that name no file are those of reading it, as from a share that went away.
STORE_IS_TO_BLAME = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
CHANGED = "读取时文件被改动，请再导入一次"
PATIENCE = (
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
    60.0,
    60.0,
    60.0,
)  # seconds between tries at a database that does not answer


def receive(store: Store, item: Item, by: str | None = None, retry: bool = False) -> Entry:
    """Keeps a file's original and records that it came; `waiting` if it is to be read, as what failed before is only with
    `retry`. Safe to be called again. Raises StoreError where the store fails, OSError where its disk does."""
    arrival = item.arrival
    if item.reason is not None:
        return intake.refuse(store, arrival, by, item.reason, retry)
    if item.path is not None:
        if known := intake.known(store, arrival, retry):
            return known
        try:
            with item.path.open("rb"):
                pass
            with adding_original(store, item.path, arrival.name, by) as (connection, added):
                arrival = replace(arrival, sha256=added.sha256, size=added.size)
                return intake.claim_in(connection, arrival, by, retry)
        except FileChanged:
            return intake.refuse(store, arrival, by, CHANGED, retry)
        except OSError as error:
            if error.errno in STORE_IS_TO_BLAME or error.filename not in (None, str(item.path)):
                raise
            return intake.refuse(store, arrival, by, trouble(error), retry)
    return intake.claim(store, arrival, by, retry)


def keep(store: Store, entry: Entry, reply: Reply[list[Prepared]], by: str | None = None) -> Entry:
    """Saves what was read in a waiting file, and records what became of it. Safe to be called again. Raises StoreError
    where the store fails."""
    reason = reply.reason
    if reply.value:
        try:
            with store.writing() as connection:
                settled = intake.settle_in(connection, entry, None, reply.attempts)
                _save(connection, entry.sha256, reply.value, by)
            return settled
        except (StoreError, DBAPIError) as error:
            reason = _reason_of(error)
    return intake.settle(store, entry, reason, reply.attempts)


def saved(store: Store, sha256: str, parts: list[Prepared], by: str | None) -> str | None:
    """Saves what was read in a file; why that could not be, None where it could."""
    try:
        with store.writing() as connection:
            _save(connection, sha256, parts, by)
    except (StoreError, DBAPIError) as error:
        return _reason_of(error)
    return None


def _save(connection: Connection, sha256: str, parts: list[Prepared], by: str | None) -> None:
    if parts[0].sha256 != sha256:
        raise StoreError(CHANGED)
    save_in(connection, parts, by)


def _reason_of(error: StoreError | DBAPIError) -> str:
    """Why what was read in a file could not be saved. Raises the error where it is the database's and no file's."""
    if isinstance(error, StoreError):  # the file was changed, or the original deleted meanwhile
        return error.message
    if isinstance(error, (InterfaceError, OperationalError)):
        raise error
    return f"程序内部错误（结果存不进数据库：{error.orig}）"  # a value that the database does not take


@dataclass(frozen=True, slots=True)
class _Job:
    """A file under way; its other sources wait for what becomes of it."""

    entry: Entry
    passing: Path | None
    followers: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Loader:
    """Loads items into a store. `on_entry` is told what became of each, in the order in which they finish; `folder` is for
    what is on its way; the password opens encrypted files and is kept nowhere."""

    store: Store
    pool: Pool
    folder: Path
    on_entry: Callable[[Entry], object]
    password: str | None = None
    by: str | None = None
    retry: bool = False
    least: float | None = None
    model: Path | None = None
    _jobs: dict[Future[Reply[list[Prepared]]], _Job] = field(default_factory=dict)

    def load(self, items: Iterable[Item]) -> None:
        """Raises StoreError where the store fails, PoolError where no worker starts. Started again, it goes on."""
        for item in items:
            self._take_in(item)
            while len(self._jobs) >= 2 * self.pool.jobs:  # one in hand and one at hand for every worker
                self._finish_some()
        while self._jobs:
            self._finish_some()

    def _take_in(self, item: Item) -> None:
        if item.is_opened_archive:
            patiently(partial(intake.forget, self.store, item.arrival))
            return
        entry = patiently(partial(receive, self.store, item, self.by, self.retry))
        passing = item.path if item.passing else None
        leader = next((job for job in self._jobs.values() if _is_alike(job.entry, entry)), None)
        if entry.state != "waiting" or leader:
            if passing:
                passing.unlink(missing_ok=True)
            if leader and entry.state == "waiting":
                leader.followers.append(entry)
            else:
                self.on_entry(entry)
            return
        reading = (self.password, self.least, self.model)
        future = (
            self.pool.submit(read_one, item.path, item.arrival.name, *reading)
            if item.path is not None
            else self.pool.submit(read_kept, self.store.blobs, entry.sha256, entry.name, self.folder, *reading)
        )
        self._jobs[future] = _Job(entry, passing)

    def _finish_some(self) -> None:
        for future in wait(self._jobs, return_when=FIRST_COMPLETED).done:
            job, reply = self._jobs[future], future.result()
            settled = patiently(partial(keep, self.store, job.entry, reply, self.by))
            del self._jobs[future]
            if job.passing:
                job.passing.unlink(missing_ok=True)
            self.on_entry(settled)
            for follower in job.followers:
                self.on_entry(patiently(partial(intake.settle, self.store, follower, settled.reason, 0)))


def _is_alike(one: Entry, other: Entry) -> bool:
    """Whether what becomes of one becomes of the other: of one content, told by its suffix to be of one kind."""
    return one.sha256 == other.sha256 and suffix_of(one.name) == suffix_of(other.name)


def left_waiting(store: Store, tally: Tally) -> list[Item]:
    """What runs that were killed left unread, to be read from the store; of what came from files, since what came over
    a service may be on its way there, with a password that only the service knows."""
    return _kept([entry for entry in intake.waiting(store) if _is_outside(entry.source)], tally)


def failed_before(store: Store, tally: Tally) -> list[Item]:
    """What failed: read from the store where it keeps it, else from where it came from, if that is still there."""
    entries = intake.failures(store)
    outside = {entry.source.partition("!/")[0] for entry in entries if not entry.sha256}
    there = [Path(path) for path in sorted(outside) if os.path.lexists(path)]
    return _kept([entry for entry in entries if entry.sha256], tally) + find(there, tally)


def _is_outside(source: str) -> bool:
    return os.path.isabs(source) or "://" in source


def _kept(entries: Sequence[Entry], tally: Tally) -> list[Item]:
    tally.found += len(entries)
    return [Item(Arrival(entry.source, entry.name, entry.sha256)) for entry in entries]


def patiently(write: Callable[[], T]) -> T:
    """Does what can be done again, over and over while the database does not answer. Raises StoreError in the end."""
    for seconds in (*PATIENCE, None):
        try:
            return write()
        except OSError as error:
            raise StoreError(
                f"原件存不进去（{error.strerror or error}），腾出空间或恢复权限后再次运行，会接着导入"
            ) from error
        except (InterfaceError, OperationalError) as error:
            if seconds is None:
                raise StoreError(f"数据库没有响应：{error.orig}；恢复后再次运行，会接着导入") from error
            logging.getLogger(__name__).warning("数据库没有响应，%g 秒后再试：%s", seconds, error.orig)
            time.sleep(seconds)
    raise AssertionError("unreachable")
