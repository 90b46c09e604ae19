"""Keys of the service's clients: a random secret that is shown once, and what its holder may do.

Only a digest is kept. SHA-256 is enough, since a secret has 192 random bits; slow hashes are for what people choose.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hmac import compare_digest
from typing import Any, Literal, get_args

from sqlalchemy import bindparam, or_, select, update

from api.store import log, tables
from api.store.connection import Store, insert_missing
from api.store.errors import StoreError

Scope = Literal["read", "upload", "review", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
# Tells a leaked secret from any other string: what scans texts for secrets looks for such a beginning.
PREFIX = "heshu_"
SECRET = re.compile(rf"{PREFIX}[0-9a-f]{{48}}")
_SHOWN = len(PREFIX) + 4  # characters by which a holder knows the key again
_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class Key:
    """`start` is how its secret begins; moments are ISO 8601 in UTC. `used_at` is kept now and then, not at every use."""

    id: int
    name: str
    scopes: frozenset[Scope]
    start: str
    made_at: str
    made_by: str | None
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None

    def is_valid(self, moment: str | None = None) -> bool:
        """Whether it opens anything, now or at a moment."""
        return self.revoked_at is None and (self.expires_at is None or (moment or log.now()) < self.expires_at)

    def may(self, scope: Scope) -> bool:
        """`admin` may everything."""
        return scope in self.scopes or "admin" in self.scopes


def make_key(
    store: Store, name: str, scopes: Iterable[str], expires: datetime | None, by: str | None = None
) -> tuple[int, str]:
    """A new key's number and its secret, which is nowhere to be had again; `expires` has a time zone, None is never.

    Raises StoreError where the name is empty or that of a key in force, a scope unknown, or the expiry past.
    """
    name, wanted, moment = name.strip(), set(scopes), log.now()
    if not name or len(name) > _NAME or not name.isprintable():
        raise StoreError(f"密钥要有名称，不超过 {_NAME} 个字")
    if not wanted or not wanted <= set(SCOPES):
        raise StoreError(f"权限只能是 {'、'.join(SCOPES)} 中的一项或几项")
    expires_at = None if expires is None else log.moment(expires)
    if expires_at is not None and expires_at <= moment:
        raise StoreError("到期时间已过")
    secret = PREFIX + secrets.token_hex(24)
    row = {
        "name": name,
        "digest": _digest(secret),
        "start": secret[:_SHOWN],
        "scopes": [scope for scope in SCOPES if scope in wanted],
        "made_at": moment,
        "made_by": by,
        "expires_at": expires_at,
    }
    with store.writing() as connection:
        if not insert_missing(connection, tables.keys, row):
            raise StoreError(f"已有名为“{name}”的密钥，请换一个名称，或者先吊销它")
        number = int(connection.execute(_BY_DIGEST, {"wanted": row["digest"]}).mappings().one()["id"])
        details = {"name": name, "scopes": row["scopes"], "expires_at": expires_at}
        log.write(connection, "key", _subject(number), by, details)
    return number, secret


def check_key(store: Store, secret: str) -> Key | None:
    """The key with this secret, None where there is none in force. One look-up by index; writes nothing."""
    if not SECRET.fullmatch(secret):
        return None
    digest = _digest(secret)
    with store.engine.connect() as connection:
        row = connection.execute(_BY_DIGEST, {"wanted": digest}).mappings().first()
    if row is None or not compare_digest(row["digest"], digest):
        return None
    key = _key(row)
    return key if key.is_valid() else None


def key_in_force(store: Store, number: int) -> Key | None:
    """The key with this number, None where it is not in force (any more)."""
    k = tables.keys
    with store.engine.connect() as connection:
        row = connection.execute(select(k).where(k.c.id == number)).mappings().first()
    key = _key(row) if row else None
    return key if key and key.is_valid() else None


def note_used(store: Store, used: Mapping[int, str]) -> None:
    """Keeps the moments at which keys were last used, by number. To be called with many at once, seldom: it writes."""
    k = tables.keys
    older = or_(k.c.used_at.is_(None), k.c.used_at < bindparam("moment"))
    statement = update(k).where(k.c.id == bindparam("number"), older).values(used_at=bindparam("moment"))
    if used:
        with store.writing() as connection:
            connection.execute(statement, [{"number": number, "moment": moment} for number, moment in used.items()])


def revoke_key(store: Store, number: int, by: str | None = None) -> Key:
    """Ends a key at once; it stays listed. Raises StoreError where there is none with that number in force."""
    k = tables.keys
    with store.writing() as connection:
        ended = update(k).where(k.c.id == number, k.c.revoked_at.is_(None)).values(revoked_at=log.now())
        row = connection.execute(ended.returning(k)).mappings().first()
        if row is None:
            raise StoreError(f"没有编号为 {number} 的密钥，或者它已被吊销")
        log.write(connection, "revoke", _subject(number), by, {"name": row["name"]})
    return _key(row)


def find_key(store: Store, told: str) -> int:
    """The number of the key that a person names by its number, its name or, where it leaked, its secret. Raises StoreError."""
    k = tables.keys
    if told.isascii() and told.isdigit() and len(told) < 19:
        return int(told)
    is_meant = k.c.digest == _digest(told) if SECRET.fullmatch(told) else k.c.name == told
    with store.reading() as connection:
        number = connection.execute(select(k.c.id).where(is_meant, k.c.revoked_at.is_(None))).scalar()
    if number is None:
        raise StoreError("没有这个密钥，或者它已被吊销" if SECRET.fullmatch(told) else f"没有名为“{told}”的密钥")
    return int(number)


def keys_of(store: Store) -> Sequence[Key]:
    """All keys, revoked ones too, oldest first."""
    with store.reading() as connection:
        return [_key(row) for row in connection.execute(select(tables.keys).order_by(tables.keys.c.id)).mappings()]


def expiry(told: str, now: datetime) -> datetime | None:
    """What `90d`, `2027-01-31` (to the end of that day in the zone of `now`) and `never` mean. Raises StoreError."""
    if told == "never":
        return None
    if days := re.fullmatch(r"(\d{1,5})d", told):
        return now + timedelta(days=int(days[1]))
    try:
        day = datetime.strptime(told, "%Y-%m-%d").date()
        return datetime.combine(day + timedelta(days=1), time(), now.tzinfo).astimezone(UTC)
    except (ValueError, OverflowError):
        raise StoreError(f"看不懂到期时间“{told}”：写成 90d（天数）、2027-01-31（日期）或 never（不过期）") from None


_BY_DIGEST = select(tables.keys).where(tables.keys.c.digest == bindparam("wanted"))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _subject(number: int) -> str:
    """Of log entries."""
    return f"key:{number}"


def _key(row: Mapping[Any, Any]) -> Key:
    kept = {name: value for name, value in row.items() if name != "digest"}
    return Key(**{**kept, "scopes": frozenset(row["scopes"])})
