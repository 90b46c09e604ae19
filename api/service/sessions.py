"""Who is signed in with a browser: the holder of a key, known by a cookie. Kept in memory: a restart signs everybody out."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from math import inf

from fastapi import Request

COOKIE = "heshu_session"
SECONDS = 12 * 3600  # a working day
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """`secret` is the key's, None for everyone local; `token` is what forms and scripts of our own pages send along, and
    no other site's can know."""

    secret: str | None
    token: str
    until: float

    def is_told(self, token: str | None) -> bool:
        return token is not None and secrets.compare_digest(token.encode(), self.token.encode())


class Sessions:
    def __init__(self) -> None:
        self._kept: dict[bytes, Session] = {}
        self.local = Session(None, secrets.token_urlsafe(32), inf)

    def open(self, secret: str) -> str:
        """Signs in the holder of a key; the cookie's value."""
        now = time.time()
        self._kept = {name: session for name, session in self._kept.items() if session.until > now}
        while len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)))
        cookie = secrets.token_urlsafe(32)
        self._kept[_name(cookie)] = Session(secret, secrets.token_urlsafe(32), now + SECONDS)
        return cookie

    def of(self, request: Request) -> Session | None:
        """The session that a request belongs to."""
        cookie = request.cookies.get(COOKIE)
        session = self._kept.get(_name(cookie)) if cookie else None
        return session if session and session.until > time.time() else None

    def close(self, request: Request) -> None:
        self._kept.pop(_name(request.cookies.get(COOKIE, "")), None)


def _name(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()
