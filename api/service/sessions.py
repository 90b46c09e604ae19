"""Who is signed in with a browser: the holder of a key, known by a cookie whose digest the store keeps."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from api.store import Store, end_session, key_of_session, log, open_session

COOKIE = "heshu_session"
SECONDS = 12 * 3600  # a working day
_MOST = 10_000  # kept at hand


@dataclass(frozen=True, slots=True)
class Session:
    """`key` is the number of the key, None for everyone local; `token` is what forms and scripts of our own pages send
    along, and no other site's can know; `until` is ISO 8601 in UTC, None for ever."""

    key: int | None
    token: str
    until: str | None

    def is_told(self, token: str | None) -> bool:
        return token is not None and secrets.compare_digest(token.encode(), self.token.encode())


class Sessions:
    """`passwords` of documents are given by people who are signed in, and kept in memory as long as that."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Session] = {}
        self._passwords: dict[tuple[str, str], str] = {}
        self.local = Session(None, secrets.token_urlsafe(32), None)

    def open(self, key: int) -> str:
        """Signs in the holder of a key; the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        until = log.moment(datetime.now(UTC) + timedelta(seconds=SECONDS))
        open_session(self._store, _digest(cookie), key, until)
        return cookie

    def of(self, request: Request) -> Session | None:
        """The session that a request belongs to."""
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return None
        digest = _digest(cookie)
        session = self._known.get(digest)
        if session is None and (found := key_of_session(self._store, digest)):
            if len(self._known) >= _MOST:
                self._known.clear()
            session = self._known[digest] = Session(found[0], _token(cookie), found[1])
        return session if session and (session.until or "") > log.now() else None

    def close(self, request: Request) -> None:
        """Signs out."""
        digest = _digest(request.cookies.get(COOKIE, ""))
        session = self._known.pop(digest, None)
        end_session(self._store, digest)
        if session is not None:
            self._passwords = {place: told for place, told in self._passwords.items() if place[0] != session.token}

    def password(self, request: Request, sha256: str) -> str | None:
        """What was given in this session to open an original with."""
        return self._passwords.get(((self.of(request) or self.local).token, sha256))

    def keep_password(self, request: Request, sha256: str, password: str) -> None:
        if len(self._passwords) >= _MOST:
            self._passwords.clear()
        self._passwords[(self.of(request) or self.local).token, sha256] = password


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _token(cookie: str) -> str:
    """Nobody can tell the cookie by it."""
    return hmac.new(cookie.encode("utf-8", "replace"), b"token", "sha256").hexdigest()
