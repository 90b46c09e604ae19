"""Originals on their way to being reports: each that is to be read is a job under its hash.

An upload lies in the store before its job is told of, so a restart loses none: what has no outcome is taken up again. What is
only read again is not: its earlier results are still there.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from api.ingest import Arrival, Entry, Item, Pool, PoolError, Reply, intake, keep, read_kept, receive, saved
from api.service.problems import Refused
from api.service.threads import Threads
from api.store import Prepared, Store, StoreError, log, original, report_ids

State = Literal["queued", "reading", "saving", "done", "failed", "cancelled"]
SOURCE = "upload"  # of the record of what came in
ENDED: frozenset[State] = frozenset({"done", "failed", "cancelled"})
_MOST_ENDED = 1000  # jobs that have ended and are still told of from memory
_MOST_EVENTS = 5000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`id` is the original's hash. `duplicate` tells that the same content was there and read before; `reports` are the
    reports that were read in it, `error` says in Chinese why there are none; moments are ISO 8601 in UTC."""

    id: str
    name: str
    size: int
    state: State
    duplicate: bool
    reports: tuple[int, ...]
    error: str | None
    by: str | None
    created_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a job. Numbers grow, over restarts too, so that a client can say which it saw last."""

    number: int
    job: Job


@dataclass(slots=True)
class _Events:
    """The last changes, and whoever waits for the next."""

    kept: deque[Event] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))
    last: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, job: Job) -> None:
        self.last += 1
        self.kept.append(Event(self.last, job))
        self.wake()

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Jobs:
    """The jobs of this process. All but reading and saving happens on the loop, so nothing here needs a lock. `folder` is
    for copies of files that are being read."""

    def __init__(self, store: Store, threads: Threads, pool: Pool, folder: Path, most_waiting: int) -> None:
        self._store, self._threads, self._pool = store, threads, pool
        self._folder = folder
        self._slots = asyncio.Semaphore(pool.jobs)
        self._most_waiting = most_waiting
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._events = _Events()
        self._closed = False

    def all(self) -> list[Job]:
        """Newest first."""
        return list(reversed(self._jobs.values()))

    def refuse_when_full(self) -> None:
        if len(self._tasks) >= self._most_waiting:
            raise Refused(429, f"已有 {len(self._tasks)} 个文件等待读取，请稍后再试", {"Retry-After": "30"})

    async def add(self, path: Path, name: str, by: str | None, password: str | None) -> Job:
        """Keeps a file's original and has it read, unless it was or is being read already. Raises StoreError."""
        item = Item(Arrival(SOURCE, name), path)
        entry = await self._threads.run(receive, self._store, item, by, True)
        kept = await self._threads.run(original, self._store, entry.sha256)
        if kept is None:
            raise StoreError(entry.reason or "原件刚刚被删除")
        now = log.now()
        state: State = "queued" if entry.state == "waiting" else "done"
        job = Job(kept.sha256, name, kept.size, state, state == "done", kept.reports, None, by, now, now)
        return self._begin(job, entry, password)

    async def reread(self, sha256: str, by: str | None, password: str | None) -> Job:
        """Has a kept original read again by this version; until that is done, and where it fails, its results stay as they
        are. Raises Refused where it is being read already, StoreError where it is not there."""
        kept = await self._threads.run(original, self._store, sha256)
        if kept is None:
            raise StoreError("原件已被删除")
        if sha256 in self._tasks:
            raise Refused(409, "这个文件正在读取，请等它结束")
        now = log.now()
        job = Job(sha256, kept.names[0], kept.size, "queued", False, kept.reports, None, by, now, now)
        return self._begin(job, None, password)

    def current(self, number: str) -> Job | None:
        """A job of this run."""
        return self._jobs.get(number)

    async def resume(self) -> None:
        """Takes up the uploads that the service did not get to before it was stopped, one at a time."""
        for entry in await self._threads.run(intake.waiting, self._store):
            if entry.source != SOURCE or entry.sha256 in self._tasks:
                continue
            job = await self._threads.run(_recorded, self._store, entry.sha256)
            if job is None:
                await self._threads.run(intake.settle, self._store, entry, "原件已被删除", 0)
                continue
            self._begin(job, entry)
            await self.finished(entry.sha256)

    async def look_up(self, number: str) -> Job | None:
        """A job of this run, or what is recorded of an earlier one's."""
        return self._jobs.get(number) or await self._threads.run(_recorded, self._store, number)

    def _begin(self, job: Job, entry: Entry | None, password: str | None = None) -> Job:
        if job.id in self._tasks:
            return self._jobs[job.id]
        self._jobs.pop(job.id, None)
        self._set(job)
        if job.state not in ENDED:
            task = asyncio.create_task(self._work(job.id, entry, password))
            self._tasks[job.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(job.id, None))
        return job

    async def finished(self, number: str) -> None:
        """Waits until a job has ended."""
        if task := self._tasks.get(number):
            await asyncio.wait([task])

    async def cancel(self, number: str) -> Job:
        """Ends a job before it is done; its original stays. Raises Refused where it has ended already."""
        task = self._tasks.get(number)
        if task is None or self._jobs[number].state == "saving":
            raise Refused(409, "这项任务已经结束，不能取消")
        task.cancel()
        await asyncio.wait([task])
        return self._jobs[number]

    async def close(self) -> None:
        """Stops; what was not read is taken up again at the next start."""
        self._closed = True
        self._events.wake()
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def stop_following(self) -> None:
        """Ends the streams of events, which would otherwise hold the server back from stopping."""
        self._closed = True
        self._events.wake()

    async def follow(self, job: Job | None, last: int | None, heartbeat: float) -> AsyncIterator[Event | None]:
        """The changes of one job (until it ends) or of all; None where nothing happened for `heartbeat` seconds.

        First what came after the event `last`; where that is not known (any more), how the jobs are now.
        """
        events = self._events
        if last is None or not any(event.number == last for event in events.kept):
            last = events.last
            for now in [self._jobs.get(job.id, job)] if job else list(self._jobs.values()):
                yield Event(last, now)
        while not self._closed:
            changed = events.changed
            news = [event for event in events.kept if event.number > last and (not job or event.job.id == job.id)]
            for event in news:
                last = event.number
                yield event
            if job and self._jobs.get(job.id, job).state in ENDED and not changed.is_set():
                return
            if not news:
                try:
                    await asyncio.wait_for(changed.wait(), heartbeat)
                except TimeoutError:
                    yield None

    def _set(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._events.add(job)
        ended = [old.id for old in self._jobs.values() if old.state in ENDED]
        for old in ended[: max(0, len(ended) - _MOST_ENDED)]:
            del self._jobs[old]

    def _move(self, number: str, state: State, reports: Sequence[int] = (), error: str | None = None) -> None:
        job = self._jobs[number]
        self._set(replace(job, state=state, reports=tuple(reports), error=error, changed_at=log.now()))

    async def _work(self, number: str, entry: Entry | None, password: str | None) -> None:
        run, store, job = self._threads.run, self._store, self._jobs[number]
        try:
            async with self._slots:
                self._move(number, "reading")
                reading = (store.blobs, number, job.name, self._folder, password)
                reply = await asyncio.wrap_future(self._pool.submit(read_kept, *reading))
                self._move(number, "saving")
                reply = replace(reply, reason=_told(reply.reason))
                reason = await run(_kept, store, number, entry, reply, job.by)
                reports = await run(report_ids, store, number)
            self._move(number, "failed" if reason else "done", reports, reason)
        except asyncio.CancelledError:
            if self._closed:
                return  # it waits in the store for the next start
            await self._give_up(number, entry, "cancelled", "已取消")
        except (StoreError, PoolError) as error:
            await self._give_up(number, entry, "failed", error.message)
        except Exception:
            # A defect of this program in one file is no reason to leave the others unread.
            _log.exception("%s could not be read", number)
            await self._give_up(number, entry, "failed", "程序内部错误")

    async def _give_up(self, number: str, entry: Entry | None, state: State, reason: str) -> None:
        try:
            if entry is not None:
                await self._threads.run(intake.settle, self._store, entry, reason, 0)
        except SQLAlchemyError:
            _log.exception("what became of %s could not be recorded", number)
        self._move(number, state, error=reason)


def _kept(store: Store, sha256: str, entry: Entry | None, reply: Reply[list[Prepared]], by: str | None) -> str | None:
    """Saves what was read, of an upload with what became of it; why there is nothing to save, None where there is."""
    if entry is None:
        return saved(store, sha256, reply.value, by) if reply.value else reply.reason
    kept = keep(store, entry, reply, by)
    return kept.reason if kept.state == "failed" else None


def _told(reason: str | None) -> str | None:
    """Readers speak to whoever uses the program; here the password comes with the file."""
    return reason and re.sub("请用 --password 给出(打开)?密码", "请连同密码重新上传", reason)


def _recorded(store: Store, sha256: str) -> Job | None:
    entry, kept = intake.found(store, SOURCE, sha256), original(store, sha256)
    if entry is None or kept is None:
        return None
    state: State = "queued" if entry.state == "waiting" else "failed" if entry.state == "failed" else "done"
    duplicate = entry.state == "duplicate"
    at = kept.added_at
    return Job(sha256, entry.name, kept.size, state, duplicate, kept.reports, entry.reason, kept.added_by, at, at)
