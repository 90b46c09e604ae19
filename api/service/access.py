"""Who may do what: keys in `Authorization: Bearer …` or `X-API-Key`, browsers that are signed in with one, and on loopback
without any key everyone local.

Without keys a browser is the danger: a page of another site may send requests to this machine. So it is asked for by which
name it was reached (a foreign name that resolves to loopback is DNS rebinding) and from which page.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.service.problems import Refused
from api.service.sessions import Sessions
from api.store import SCOPES, Key, Scope, Store, check_key, key_in_force, keys_of

LAG = 2.0  # seconds for which a key once found in force is trusted: a revoked one ends that much later
TOKEN = "X-CSRF-Token"  # header that our own pages send along with what changes something
_MOST_KNOWN = 1000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the name of the key, and its number; both None for everyone local."""

    name: str | None
    number: int | None
    scopes: tuple[str, ...]


LOCAL = Caller(None, None, ("read", "upload", "review", "admin"))


class Access:
    """Decides about requests. `local` tells that only this machine is listened to."""

    def __init__(self, store: Store, local: bool) -> None:
        self._store, self._local = store, local
        self.sessions = Sessions(store)
        self._known: dict[str | int, tuple[Key, float]] = {}
        self._keyless: tuple[bool, float] = (False, 0.0)

    def caller(self, request: Request, scope: Scope, token: str | None = None) -> Caller:
        """Who sent the request. `token` is a session's where a form holds it instead of a header. Raises Refused where it may
        not have what `scope` stands for."""
        secret = _secret(request)
        session = self.sessions.of(request) if secret is None else None
        told: str | int | None = secret
        if session is not None:
            if request.method not in _SAFE and not session.is_told(token or request.headers.get(TOKEN)):
                raise Refused(403, "这个页面已经失效，请刷新后再试")
            told = session.key
        if told is None:
            if not self.is_open():
                raise Refused(401, "请在请求头 Authorization: Bearer 中给出密钥", {"WWW-Authenticate": "Bearer"})
            _refuse_foreign(request)
            return LOCAL
        key = self._key(told)
        if key is None:
            invalid = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Refused(401, "密钥不对，或者已过期、已吊销", invalid)
        if not key.may(scope):
            raise Refused(403, f"这个密钥没有 {scope} 权限")
        return Caller(key.name, key.id, tuple(one for one in SCOPES if key.may(one)))

    def sign_in(self, secret: str) -> tuple[Key, str] | None:
        """The key with that secret and the cookie of a new session; None where there is none in force."""
        key = self._key(secret)
        return (key, self.sessions.open(key.id)) if key else None

    def is_open(self) -> bool:
        """Whether no key is asked for. A key that was ever made closes the door, even when it has ended since."""
        if not self._local:
            return False
        keyless, until = self._keyless
        if until < time.monotonic():
            keyless = not keys_of(self._store)
            self._keyless = keyless, time.monotonic() + LAG
        return keyless

    def _key(self, told: str | int) -> Key | None:
        """The key with this secret or number."""
        known = self._known.get(told)
        if known and known[1] > time.monotonic() and known[0].is_valid():
            return known[0]
        self._known.pop(told, None)
        key = check_key(self._store, told) if isinstance(told, str) else key_in_force(self._store, told)
        if key is not None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[told] = key, time.monotonic() + LAG
        return key


def may(scope: Scope) -> Any:
    """A dependency of routes: refuses who may not, and notes who it is for `caller`."""

    async def check(request: Request) -> None:
        admit(request, scope)

    check.scope = scope  # type: ignore[attr-defined]  # told in the OpenAPI document
    return Depends(check)


def admit(request: Request, scope: Scope) -> None:
    """Notes who sent a request, for `caller`. Raises Refused where it may not have what `scope` stands for."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None and scope in known.scopes:
        return  # by the process that this reader works for
    service = request.app.state.service
    found = service.access.caller(request, scope)
    request.state.caller = found
    if found.number is not None:
        service.journal.used(found.number)


def caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


def is_loopback(host: str) -> bool:
    """Whether an address or name to listen at is this machine's own."""
    host = host.strip("[]")
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(100)
def _leads_here(host: str) -> bool:
    """Whether the header Host names this machine itself."""
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


def _secret(request: Request) -> str | None:
    """The key that came with the request; an empty text for a header that holds none."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        return request.headers.get("x-api-key")
    kind, _, secret = authorization.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _refuse_foreign(request: Request) -> None:
    host = request.headers.get("host", "")
    if not _leads_here(host):
        raise Refused(403, "没有密钥时只接受以 localhost 或 127.0.0.1 访问")
    origin = request.headers.get("origin")
    if (origin is not None and origin != f"http://{host}") or request.headers.get("sec-fetch-site") == "cross-site":
        raise Refused(403, "没有密钥时不接受来自其他网页的请求")
