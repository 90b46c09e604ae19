"""What the routes work with, and how they get it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from fastapi import Request

from api.ingest import Limits, Pool
from api.service.access import Access
from api.service.jobs import Jobs
from api.service.problems import Refused
from api.service.threads import AtOnce, Threads
from api.store import Journal, Store, StoreError, find_report

ROOT = "/api/v1"
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the service: bytes of an upload, uploads that wait to be read, processes that read, seconds between two
    signs of life in a stream of events, threads for look-ups, processes that answer look-ups of the API (0: the threads
    do); `limits` are those of reading one file. `local` tells that only this machine is listened to, `mcp` that language
    models are answered too, which needs the package of that name."""

    upload_bytes: int = 200 * 2**20
    waiting: int = 1000
    jobs: int = 1
    heartbeat: float = 15.0
    threads: int = 4
    readers: int = 0
    limits: Limits = field(default_factory=Limits)
    local: bool = True
    mcp: bool = False


class Noting(Protocol):
    """What notes for the log that somebody looked at something."""

    def note(
        self, action: str, subject: str, by: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Lookups:
    """What look-ups need, in the service's process or in a reader."""

    store: Store
    threads: Threads | AtOnce
    journal: Noting


@dataclass(frozen=True, slots=True)
class Service(Lookups):
    """One running service. `exports` is the process that makes workbooks and annotated copies, `pictures` the one that
    draws pages; `deciding` is held by who adds a decision."""

    threads: Threads
    journal: Journal
    settings: Settings
    access: Access
    jobs: Jobs
    exports: Pool
    pictures: Pool
    deciding: asyncio.Lock = field(default_factory=asyncio.Lock)


def service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def lookups(request: Request) -> Lookups:
    found: Lookups = request.app.state.service
    return found


def note_view(request: Request, by: str | None, report: int, what: str) -> None:
    """For the log: who looked at what of a report."""
    lookups(request).journal.note("view", str(report), by, {"what": what})


def known(found: T | None, what: str) -> T:
    """What was looked up. Raises Refused (404) where there is none."""
    if found is None:
        raise Refused(404, f"没有{what}")
    return found


async def looked_up(request: Request, find: Callable[Concatenate[Store, P], T], *args: P.args, **named: P.kwargs) -> T:
    """What the store finds. Raises Refused (422) for what the store cannot look up, as a text that is too long."""
    state = lookups(request)
    try:
        return await state.threads.run(find, state.store, *args, **named)
    except StoreError as error:
        raise Refused(422, error.message) from None


async def said_of(request: Request, report: int, of: Callable[[Store, int], list[T]]) -> list[T]:
    """What reviewers said of a report, as `of` finds it. Raises Refused (404) where there is no such report."""

    def find(store: Store) -> list[T]:
        find_report(store, report)
        return of(store, report)

    state = lookups(request)
    try:
        return await state.threads.run(find, state.store)
    except StoreError as error:
        raise Refused(404, error.message) from None
