"""Where a page of a listing ends, as an opaque text that a client hands back for the next.

A cursor holds the key of the last row shown, never a count of rows: what is stored meanwhile shifts no page. A row whose
key changes between two pages (a report read again, with another score) can be met twice, or not at all.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.store.errors import StoreError

MOST = 1000  # rows of a page
_LONGEST = 400
_FAR = 1 << 63
T = TypeVar("T")
Key = list[int | float | str | None]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of a listing and the cursor of those that follow, None after the last. A page can be short, even empty, and
    still have a cursor: the search for more was broken off to answer in time."""

    items: tuple[T, ...]
    next: str | None = None


def write(listing: str, key: Key) -> str:
    text = json.dumps([listing, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str | None, listing: str, form: tuple[type, ...]) -> Key | None:
    """The key that `write` was given for the same listing, None for no cursor; `form` are the key's types, each may be
    missing (None) but the last. Raises StoreError for anything else."""
    if cursor is None:
        return None
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(told, list) or told[:1] != [listing] or not _fits(told[1:], form):
            raise ValueError
    except (ValueError, RecursionError, binascii.Error):
        raise StoreError("翻页标记无效，请从第一页重新开始") from None
    key: Key = told[1:]
    return key


def _fits(key: Key, form: tuple[type, ...]) -> bool:
    if len(key) != len(form) or key[-1] is None:
        return False
    return all(
        value is None or (type(value) is int and wanted is float) or type(value) is wanted
        for value, wanted in zip(key, form, strict=True)
    ) and all(abs(value) < _FAR for value in key if isinstance(value, (int, float)))


def checked_limit(limit: int) -> int:
    """Raises StoreError where a page cannot have so many rows."""
    if not 1 <= limit <= MOST:
        raise StoreError(f"每页的条数要在 1 到 {MOST} 之间")
    return limit


def page(rows: Sequence[T], limit: int, listing: str, key: Callable[[T], Key]) -> Page[T]:
    """The page of rows of which one more than `limit` was asked for."""
    shown = tuple(rows[:limit])
    return Page(shown, write(listing, key(shown[-1])) if len(rows) > limit else None)
