"""Who may see and do what: as over the API, with the session's token in forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData

from api.service.access import TOKEN, Caller
from api.service.problems import Refused
from api.service.service import service
from api.store import Scope

MOST_FIELDS = 20
MOST_BYTES = 128 * 1024  # of a form; a note of 4000 characters takes 36 KB percent-encoded


class SignInFirst(Exception):
    """Nobody is signed in; `place` is where to go."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def sees(scope: Scope) -> Any:
    """A dependency of pages that only show something."""

    async def check(request: Request) -> None:
        _note(request, _caller(request, scope, None))

    return Depends(check)


async def form_of(request: Request, scope: Scope) -> Mapping[str, str]:
    """The fields of a form that changes something. Raises Refused (403) where it does not come from a page of ours, or
    who sent it may not do this."""
    fields = await fields_of(request)
    token = fields.pop("token", None) or request.headers.get(TOKEN)
    _note(request, _caller(request, scope, token or ""))
    access = service(request).access
    session = access.sessions.of(request) or access.sessions.local
    if not session.is_told(token):
        raise Refused(403, "这个页面已经失效，请刷新后再试")
    return fields


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form. Raises Refused (413) for one larger than any of ours can be."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > MOST_BYTES:
        raise Refused(413, "表单太大", {"Connection": "close"})
    form: FormData = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _caller(request: Request, scope: Scope, token: str | None) -> Caller:
    access = service(request).access
    try:
        return access.caller(request, scope, token)
    except Refused as error:
        if error.status != 401:
            raise
        if request.method != "GET":
            raise Refused(401, "请先登录") from None
        raise SignInFirst(sign_in(request)) from None


def _note(request: Request, caller: Caller) -> None:
    state = service(request)
    request.state.caller = caller
    request.state.token = (state.access.sessions.of(request) or state.access.sessions.local).token
    if caller.number is not None:
        state.journal.used(caller.number)


def sign_in(request: Request) -> str:
    """Where to sign in, and come back from."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='')}"


def inside(place: str | None) -> str:
    """A path of this site, whatever a link asks to be led to."""
    if place and place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable():
        return place
    return "/"
