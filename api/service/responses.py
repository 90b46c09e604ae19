"""Responses: JSON that is rendered once, ETags, downloads that a browser cannot be made to run."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import Request, Response
from starlette.responses import StreamingResponse

JSON = "application/json"
_FIXED = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
_DEFAULTS = orjson.OPT_NON_STR_KEYS


def strong(*parts: object) -> str:
    """An ETag of what identifies a representation."""
    told = "\x1f".join(map(str, parts)).encode("utf-8", "replace")
    return f'"{hashlib.blake2b(told, digest_size=16).hexdigest()}"'


def render(value: Any) -> bytes:
    """As JSON; dataclasses are objects, floats that JSON does not know are null."""
    return orjson.dumps(value, option=_DEFAULTS)


def reply(request: Request, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The value as JSON; its ETag is the hash of what is sent."""
    body = render(value)
    if status != 200:
        return Response(body, status, {**_FIXED, **(headers or {})}, JSON)
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return unchanged(request, tag) or Response(body, 200, {**_FIXED, "ETag": tag, **(headers or {})}, JSON)


def tagged(body: bytes, tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that is rendered already, under an ETag that is known."""
    return Response(body, 200, {**_FIXED, "ETag": tag, **(headers or {})}, JSON)


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where the client has this representation already."""
    wanted = request.headers.get("if-none-match")
    if wanted is None or not matches(wanted, tag):
        return None
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _FIXED["Cache-Control"]})


def matches(condition: str, tag: str) -> bool:
    """Whether a tag is among those of If-None-Match or If-Match. Proxies may have weakened it."""
    return condition.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in condition.split(","))


def download(
    body: bytes | Iterable[bytes] | AsyncIterable[bytes],
    name: str,
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A file to be kept, whatever it holds: never shown, sniffed or run by a browser."""
    told = {**_FIXED, **disposition(name), "Content-Security-Policy": "sandbox; default-src 'none'", **(headers or {})}
    if isinstance(body, bytes):
        return Response(body, 200, told, media_type)
    return StreamingResponse(body, 200, told, media_type)


def disposition(name: str) -> dict[str, str]:
    """The header that names a download: its ASCII part for old clients, the whole as RFC 8187 has it."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char if char.isprintable() else "_" for char in base).strip(". ") or "report"
    kept = kept.encode("utf-8", "replace").decode("utf-8")[-150:]
    plain = "".join(char if char.isascii() and char not in '"\\%;' else "_" for char in kept)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept, safe='')}"}
