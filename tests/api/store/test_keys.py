"""Keys of the service's clients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from api.store import Store, StoreError, check_key, find_key, keys_of, make_key, note_used, revoke_key, tables
from api.store.keys import SECRET, expiry
from api.store.log import entries, moment

NOW = datetime.now(UTC)
TOMORROW = NOW + timedelta(days=1)


def test_only_the_secret_opens_and_it_is_not_kept(store: Store, tmp_path: Path) -> None:
    number, secret = make_key(store, "分析程序", ["upload", "read"], TOMORROW, by="甲")
    assert SECRET.fullmatch(secret)
    key = check_key(store, secret)
    assert key is not None
    assert (key.id, key.name, key.scopes, key.made_by) == (number, "分析程序", {"read", "upload"}, "甲")
    changed = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert [check_key(store, other) for other in (changed, secret + "0", secret.upper(), "", "heshu_")] == [None] * 5
    with store.reading() as connection:
        row = connection.execute(select(tables.keys)).one()
        assert secret not in [str(value) for value in row]
        [entry] = entries(connection, f"key:{number}")
    assert (entry.by, entry.action, entry.details["scopes"]) == ("甲", "key", ["read", "upload"])
    assert secret not in str(entry.details)


def test_a_revoked_key_opens_nothing_more(store: Store) -> None:
    number, secret = make_key(store, "甲", ["read"], None)
    other = make_key(store, "乙", ["read"], None)[1]
    assert revoke_key(store, number, by="管理员").revoked_at
    assert check_key(store, secret) is None
    assert check_key(store, other) is not None
    with pytest.raises(StoreError, match="已被吊销"):
        revoke_key(store, number)
    assert [(key.name, key.is_valid()) for key in keys_of(store)] == [("甲", False), ("乙", True)]
    with store.reading() as connection:
        assert [(entry.by, entry.action) for entry in entries(connection, f"key:{number}")] == [
            (None, "key"),
            ("管理员", "revoke"),
        ]


def test_a_key_ends_when_it_expires(store: Store) -> None:
    _, secret = make_key(store, "甲", ["read"], TOMORROW)
    with store.writing() as connection:
        connection.execute(tables.keys.update().values(expires_at=moment(NOW)))
    assert check_key(store, secret) is None
    with pytest.raises(StoreError, match="已过"):
        make_key(store, "乙", ["read"], NOW)


def test_admin_may_everything(store: Store) -> None:
    secrets = {scope: make_key(store, scope, [scope], None)[1] for scope in ("read", "admin")}
    reader, admin = (check_key(store, secret) for secret in secrets.values())
    assert reader is not None and admin is not None
    assert [(reader.may(scope), admin.may(scope)) for scope in ("read", "upload", "review", "admin")] == [
        (True, True),
        (False, True),
        (False, True),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("name", "scopes", "reason"),
    [("", ["read"], "名称"), ("a\nb", ["read"], "名称"), ("甲", [], "权限"), ("甲", ["write"], "权限")],
)
def test_keys_that_cannot_be_made(store: Store, name: str, scopes: list[str], reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        make_key(store, name, scopes, None)
    assert not keys_of(store)


def test_a_name_in_force_is_one_keys(store: Store) -> None:
    """The log tells who by name."""
    number, secret = make_key(store, "甲", ["read"], None)
    with pytest.raises(StoreError, match="已有名为“甲”"):
        make_key(store, "甲", ["read"], None)
    assert find_key(store, "甲") == find_key(store, secret) == find_key(store, str(number)) == number
    revoke_key(store, number)
    assert make_key(store, "甲", ["read"], None)[0] != number
    with pytest.raises(StoreError, match="没有"):
        find_key(store, "乙")


def test_last_use_only_moves_on(store: Store) -> None:
    number, _ = make_key(store, "甲", ["read"], None)
    assert keys_of(store)[0].used_at is None
    later, earlier = moment(TOMORROW), moment(NOW)
    note_used(store, {number: later})
    note_used(store, {number: earlier, 999: later})
    note_used(store, {})
    assert keys_of(store)[0].used_at == later


def test_expiry() -> None:
    now = datetime(2026, 11, 21, 15, 30, tzinfo=timezone(timedelta(hours=8)))
    assert expiry("90d", now) == datetime(2027, 2, 19, 7, 30, tzinfo=UTC)
    assert expiry("2027-01-31", now) == datetime(2027, 1, 31, 16, tzinfo=UTC), "to the end of that day in China"
    assert expiry("never", now) is None
    for told in ("", "90", "明年", "2027-02-30", "9999-12-31"):
        with pytest.raises(StoreError, match="看不懂"):
            expiry(told, now)
