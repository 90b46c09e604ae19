"""The log, as it is written by requests and read by people."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api.store import Entry, Journal, Store, Wanted, add_original, keys_of, make_key, open_store, read_log
from api.store.log import write_many
from tests.api.store.loaded import file


def noted(at: int, by: str, action: str, subject: str) -> Entry:
    return Entry(f"2026-11-21T08:00:{at:02d}.000000Z", by, action, subject, {})


def read(store: Store, last: int | None = None, **wanted: str) -> list[tuple[str, str | None]]:
    return [(entry.subject, entry.by) for entry in read_log(store, Wanted(**wanted), last)]


def test_entries_are_found_by_what_is_known_of_them(store: Store) -> None:
    sha256 = "ab" * 32
    write_many(
        store,
        [
            noted(3, "甲", "view", sha256),
            noted(1, "乙", "view", "12"),
            noted(2, "甲", "delete", sha256),
            noted(4, "乙", "view", "1"),
        ],
    )
    assert read(store) == [("12", "乙"), (sha256, "甲"), (sha256, "甲"), ("1", "乙")], "by time, not by writing"
    assert read(store, 2) == [(sha256, "甲"), ("1", "乙")]
    assert read(store, subject="1") == [("1", "乙")]
    assert read(store, subject="abababab") == [(sha256, "甲")] * 2
    assert read(store, subject=sha256, action="delete") == [(sha256, "甲")]
    assert read(store, by="乙", since="2026-11-21T08:00:02.000000Z") == [("1", "乙")]
    assert read(store, by="丙") == []


def test_notes_of_many_threads_are_all_written(store: Store) -> None:
    number, _ = make_key(store, "甲", ["read"], None)
    journal = Journal(store, seconds=0.01)

    def work(at: int) -> None:
        for step in range(50):
            journal.note("view", f"{at}.{step}", "甲", {"page": step})
            journal.used(number)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert sorted(read(store, action="view")) == sorted((f"{at}.{step}", "甲") for at in range(4) for step in range(50))
    assert keys_of(store)[0].used_at is not None


def test_many_notes_are_one_transaction(store: Store) -> None:
    commits: list[object] = []
    journal = Journal(store, seconds=3600)
    event.listen(store.engine, "commit", commits.append)
    for at in range(100):
        journal.note("view", str(at))
    assert commits == []
    journal.write()
    assert len(commits) == 1
    journal.close()


def test_what_cannot_be_written_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(str(tmp_path / "archive.db"))
    journal = Journal(store, seconds=3600)
    journal.note("view", "1")
    with store.engine.connect() as other:
        monkeypatch.setattr("api.store.connection.BUSY_SECONDS", 0)
        store.engine.dispose()
        other.exec_driver_sql("COMMIT")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            journal.write()
        other.exec_driver_sql("ROLLBACK")
    journal.note("view", "2")
    journal.close()
    assert read(store) == [("1", None), ("2", None)]
    store.close()


def test_reading_the_log_leaves_the_store_free(store: Store, tmp_path: Path) -> None:
    write_many(store, [noted(at, "甲", "view", "1") for at in range(60)])
    reader = read_log(store, Wanted())
    next(reader)
    add_original(store, file(tmp_path, "报告.txt"))
    assert len(list(reader)) == 59
