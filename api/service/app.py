"""The application: routes over a store, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

from api.ingest import Limits, Pool, spool, warm
from api.service import openapi, problems
from api.service.access import Access
from api.service.jobs import Jobs
from api.service.readers import Elsewhere, Readers
from api.service.routes import (
    additions,
    comparison,
    corrections,
    decisions,
    downloads,
    findings,
    jobs,
    originals,
    reports,
    search,
    statistics,
    system,
)
from api.service.service import ROOT, Service, Settings
from api.service.threads import Threads
from api.store import Journal, Store

_EXPORT = Limits(seconds=120, memory=2**30)
_PICTURE = Limits(seconds=30, memory=2**30)


def make_app(store: Store, settings: Settings | None = None) -> FastAPI:
    """The application; its store is to be closed after it has stopped."""
    settings = settings or Settings()
    app = FastAPI(
        title="核数 heshu",
        openapi_url=f"{ROOT}/openapi.json",
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_running(store, settings),
    )
    problems.install(app)
    if settings.readers:
        app.router.routes.append(Elsewhere())
    modules = (
        *(reports, decisions, corrections, additions, downloads, findings, search),
        *(statistics, comparison, originals, jobs, system),
    )
    for module in modules:
        app.include_router(module.router, prefix=ROOT)
    if settings.mcp:
        from api.service import mcp  # an extra

        app.router.routes.append(Route(mcp.PATH, mcp.Endpoint()))
    routes = [route for module in modules for route in module.router.routes if isinstance(route, APIRoute)]
    app.state.methods_at = partial(_methods_at, routes)
    openapi.install(app, ROOT, routes)
    return app


def _methods_at(routes: Sequence[APIRoute], path: str) -> set[str]:
    """The methods that the routes below the root have for a path."""
    below = path.removeprefix(ROOT)
    return {method for route in routes if route.path_regex.match(below) for method in route.methods or ()}


@asynccontextmanager
async def _models(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """Answers language models meanwhile, where that is wanted."""
    if not settings.mcp:
        yield
        return
    from api.service import mcp

    app.state.mcp = mcp.make_manager(app.state.service)
    async with app.state.mcp.run():
        yield


@asynccontextmanager
async def _readers(app: FastAPI, store: Store, settings: Settings) -> AsyncIterator[None]:
    """Has look-ups answered by processes of their own meanwhile, where that is wanted."""
    if not settings.readers:
        yield
        return
    app.state.readers = Readers(store, settings.readers)
    try:
        yield
    finally:
        await asyncio.to_thread(app.state.readers.close)


def _running(store: Store, settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        threads, journal = Threads(settings.threads), Journal(store)
        pool, exports = Pool(settings.jobs, settings.limits, warm), Pool(1, _EXPORT)
        pictures = Pool(1, _PICTURE)
        access = Access(store, settings.local)
        with spool() as folder:
            queue = Jobs(store, threads, pool, folder, settings.waiting)
            app.state.service = Service(store, threads, journal, settings, access, queue, exports, pictures)
            resuming = asyncio.create_task(queue.resume())
            try:
                async with _models(app, settings), _readers(app, store, settings):
                    yield
            finally:
                resuming.cancel()
                with suppress(asyncio.CancelledError):
                    await resuming
                await queue.close()
                for workers in (pool, exports, pictures):
                    await asyncio.to_thread(workers.close)
                threads.close()
                await asyncio.to_thread(journal.close)

    return running
