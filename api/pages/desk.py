"""The pages put over the service: their routes, their files, and refusals as pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from api.pages import archive, comparison, panorama, report, signing
from api.pages.guard import SignInFirst
from api.pages.render import STATIC, compile_all, page

Handler = Callable[[Request, Exception], Awaitable[Response]]


class _Static(StaticFiles):
    """Our own files, asked for again each time: a new version of the program is seen at once."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers.update({"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})
        return response


def install(app: FastAPI) -> FastAPI:
    """Puts the pages over a service's application."""
    compile_all()
    for module in (archive, report, comparison, panorama, signing):
        app.include_router(module.router, include_in_schema=False)
    app.mount("/static", _Static(directory=STATIC), name="static")
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _as_page(handler))  # type: ignore[arg-type]
    app.add_exception_handler(SignInFirst, _to_sign_in)
    return app


def _as_page(handler: Handler) -> Handler:
    """What the API tells as a problem document is a page here; scripts of ours ask for the document."""

    async def told(request: Request, error: Exception) -> Response:
        response = await handler(request, error)
        wants = request.headers.get("accept", "")
        if request.url.path.startswith(("/api/", "/static/")) or "text/html" not in wants:
            return response
        problem = json.loads(bytes(response.body))
        return page(request, "problem.html", response.status_code, title=problem["title"], detail=problem["detail"])

    return told


async def _to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    return RedirectResponse(error.place, 303)
