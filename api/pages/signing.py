"""Signing in with a key, and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.pages.guard import inside
from api.pages.render import page
from api.service.problems import Refused
from api.service.service import service
from api.service.sessions import COOKIE, SECONDS

router = APIRouter()


@router.get("/sign-in")
async def show(request: Request, next: str = "/") -> Response:
    return page(request, "sign_in.html", next=inside(next), wrong=False)


@router.post("/sign-in")
async def enter(request: Request) -> Response:
    form = await request.form(max_files=0, max_fields=5)
    secret, place = form.get("key"), form.get("next")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "请在本站的登录页登录")
    state = service(request)
    secret = secret.strip() if isinstance(secret, str) else ""
    found = await state.threads.run(state.access.sign_in, secret)
    place = inside(place if isinstance(place, str) else None)
    if found is None:
        return page(request, "sign_in.html", 401, next=place, wrong=True)
    key, cookie = found
    state.journal.note("sign-in", f"key:{key.id}", key.name)
    response = RedirectResponse(place, 303)
    is_secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    response.set_cookie(COOKIE, cookie, SECONDS, httponly=True, samesite="strict", secure=is_secure)
    return response


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    form = await request.form(max_files=0, max_fields=5)
    sessions = service(request).access.sessions
    session, token = sessions.of(request), form.get("token")
    if session is not None and not session.is_told(token if isinstance(token, str) else None):
        raise Refused(403, "这个页面已经失效，请刷新后再试")
    sessions.close(request)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response
