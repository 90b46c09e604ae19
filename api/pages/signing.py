"""Signing in with a key, and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.pages.guard import fields_of, inside
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
    fields = await fields_of(request)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "请在本站的登录页登录")
    state = service(request)
    found = await state.threads.run(state.access.sign_in, fields.get("key", "").strip())
    place = inside(fields.get("next"))
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
    fields, sessions = await fields_of(request), service(request).access.sessions
    session = sessions.of(request)
    if session is not None and not session.is_told(fields.get("token")):
        raise Refused(403, "这个页面已经失效，请刷新后再试")
    sessions.close(request)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response
