"""Look-ups in processes of their own, readers: one of them computes while others do, and while the service's process talks
to clients. What is asked and answered goes back and forth as the plain data of ASGI.

Who may ask is decided in the service's process, and what readers want in the log is noted there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from sqlalchemy import URL
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from api.ingest import Limits, Pool, PoolError, Reply
from api.service import problems
from api.service.access import admit, caller
from api.service.problems import Refused
from api.service.routes import findings, reports, search, statistics
from api.service.service import ROOT, Lookups
from api.service.threads import AtOnce
from api.store import Store, open_beside
from api.store.blobs import Blobs

LIMITS = Limits(seconds=60, memory=6 * 2**30)  # of one look-up; SQLite's file is mapped into memory and counted
_ROUTERS = tuple(module.router for module in (reports, findings, search, statistics))  # all of scope read
_TOLD = (
    "type",
    "http_version",
    "method",
    "scheme",
    "server",
    "path",
    "raw_path",
    "root_path",
    "query_string",
    "headers",
)
_opened: list[tuple[FastAPI, asyncio.AbstractEventLoop]] = []  # in a reader, its application

Note = tuple[str, str, str | None, Mapping[str, Any] | None]  # what `Journal.note` takes


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response, and what is to be noted for the log."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    notes: list[Note]


@dataclass(slots=True)
class Notes:
    """A reader's journal, which the service's process writes."""

    waiting: list[Note] = field(default_factory=list)

    def note(self, action: str, subject: str, by: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        self.waiting.append((action, subject, by, details))

    def taken(self) -> list[Note]:
        notes, self.waiting = self.waiting, []
        return notes


class Readers:
    """So many processes that answer look-ups. They start when they are first asked for: who only uses the pages needs none."""

    def __init__(self, store: Store, number: int) -> None:
        self._pool = Pool(number, LIMITS, partial(_open, store.engine.url, store.blobs))
        self._number = number
        self._starts: list[Future[Reply[int]]] = []

    def are_ready(self) -> bool:
        """Whether they have started, which this begins."""
        if not self._starts:
            self._starts = [self._pool.submit(int) for _ in range(self._number)]
        return all(start.done() for start in self._starts)

    async def answer(self, scope: Mapping[str, Any]) -> _Answer:
        """Raises Refused (503) where there is none."""
        try:
            reply = await asyncio.wrap_future(self._pool.submit(_answer, scope))
        except PoolError as error:
            raise Refused(503, error.message) from None
        if reply.value is None:
            raise Refused(503, f"查询没有完成：{reply.reason}")
        return reply.value

    def close(self) -> None:
        self._pool.close()


class Elsewhere(BaseRoute):
    """Stands before the routes of look-ups, and has readers answer instead once there are some."""

    def __init__(self) -> None:
        routes = [route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute)]
        self._patterns = [route.path_regex for route in routes]

    def takes(self, method: str, path: str) -> bool:
        below = path.removeprefix(ROOT)
        return method == "GET" and below != path and any(pattern.match(below) for pattern in self._patterns)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        taken = scope["type"] == "http" and self.takes(scope["method"], scope["path"])
        return (Match.FULL if taken and scope["app"].state.readers.are_ready() else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        admit(request, "read")
        told = {name: scope[name] for name in _TOLD} | {"state": {"caller": caller(request)}}
        answer = await request.app.state.readers.answer(told)
        for note in answer.notes:
            request.app.state.service.journal.note(*note)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


def _open(address: URL, blobs: Blobs) -> None:
    """Makes this process a reader."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix=ROOT)
    app.state.service = Lookups(open_beside(address, blobs), AtOnce(), Notes())
    _opened.append((app, asyncio.new_event_loop()))


def _answer(scope: Scope) -> _Answer:
    app, loop = _opened[0]
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        loop.run_until_complete(app(scope, receive, send))
    except Exception:
        if not sent:
            raise
        # A defect of this program, which the application has logged and answered.
    start, *parts = sent
    body = b"".join(part.get("body", b"") for part in parts)
    return _Answer(start["status"], start["headers"], body, app.state.service.journal.taken())
