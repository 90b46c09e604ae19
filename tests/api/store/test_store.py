"""Opening, keeping and deleting."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from api.store import (
    Store,
    StoreError,
    add_original,
    connection,
    decide,
    delete_original,
    find_original,
    index,
    names_of,
    open_store,
    original_file,
    report_ids,
    result_of,
    stats,
    upgrade,
)
from api.store.connection import newest_revision
from api.store.log import entries
from api.store.tables import metadata
from tests.api.store.loaded import file, load, paragraphs, result_for, sha256_of

# Adds a file to a store, then its results, and dies the moment before the database would keep the one or the other.
KILLED = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from api.store import add_original, open_store
from tests.api.store.loaded import load
url, originals, path, commits = sys.argv[1:]
store = open_store(url, originals)
left = [None] * int(commits)
event.listen(store.engine, "commit", lambda connection: left.pop() if left else os._exit(9))
load(store, Path(path))
"""


def kept_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_migrations_make_the_tables_that_the_program_uses(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not (name or "").startswith(index.NAME)

    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        assert compare_metadata(context, metadata) == []


def test_upgrade_makes_tables_once(url: str) -> None:
    newest = newest_revision()
    assert upgrade(url) == (None, newest)
    assert upgrade(url) == (newest, newest)


def test_opened_by_many_at_once_it_is_made_once(url: str, tmp_path: Path) -> None:
    def open_and_count() -> int:
        store = open_store(url, str(tmp_path / "originals"))
        try:
            return stats(store).originals
        finally:
            store.close()

    with ThreadPoolExecutor(6) as pool:
        opened = [pool.submit(open_and_count) for _ in range(6)]
    assert [future.result() for future in opened] == [0] * 6


def test_a_store_of_a_newer_program_is_refused(store: Store, url: str) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="更新版本"):
        open_store(url)
    with pytest.raises(StoreError, match="更新版本"):
        upgrade(url)


def test_originals_stay_where_they_were_put(store: Store, url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    load(store, path)
    again = open_store(url)
    with original_file(again, sha256_of(path)) as copy:
        assert (copy.name, copy.read_text(encoding="utf-8")) == ("报告.txt", "报告.txt")
    again.close()
    with pytest.raises(StoreError, match="不能改用"):
        open_store(url, str(tmp_path / "elsewhere"))


def test_the_same_content_is_kept_once_under_all_its_names(store: Store, tmp_path: Path) -> None:
    first = add_original(store, file(tmp_path, "终稿.txt", "内容"), by="甲")
    second = add_original(store, file(tmp_path, "终稿（1）.txt", "内容"), by="乙")
    third = add_original(store, tmp_path / "终稿.txt", by="丙")
    assert (first.new, second.new, third.new) == (True, False, False)
    assert names_of(store, first.sha256) == ["终稿.txt", "终稿（1）.txt"]
    assert kept_files(tmp_path / "originals") == [first.sha256]
    with store.reading() as connection:
        assert [(entry.by, entry.action) for entry in entries(connection)] == [("甲", "add"), ("乙", "name")]


def load_and_die(url: str, originals: Path, path: Path, commits: int) -> None:
    """In another process, killed instead of making the commit after the given number of them."""
    words = [sys.executable, "-c", KILLED, url, str(originals), str(path), str(commits)]
    assert subprocess.run(words, check=False).returncode == 9


def test_killed_before_the_database_keeps_a_file_nothing_is_lost_or_doubled(
    store: Store, url: str, tmp_path: Path
) -> None:
    path, originals = file(tmp_path, "报告.txt"), tmp_path / "originals"
    load_and_die(url, originals, path, 0)
    assert (stats(store).originals, kept_files(originals)) == (0, [sha256_of(path)])
    assert add_original(store, path).new
    assert (stats(store).originals, kept_files(originals)) == (1, [sha256_of(path)])
    with original_file(store, sha256_of(path)) as copy:
        assert copy.read_bytes() == path.read_bytes()


def test_killed_while_results_are_saved_none_of_them_is_there(store: Store, url: str, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    load_and_die(url, tmp_path / "originals", path, 1)
    counted = stats(store)
    assert (counted.originals, counted.unread) == (1, 1)
    assert (counted.reports, counted.results, counted.checks, counted.paragraphs, counted.documents) == (0, 0, 0, 0, 0)
    load(store, path)
    assert (stats(store).reports, stats(store).results, stats(store).unread) == (1, 1, 0)


def test_a_damaged_or_missing_original_is_told(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    added = add_original(store, path)
    kept = next((tmp_path / "originals").rglob(added.sha256))
    kept.write_bytes(b"x")
    with pytest.raises(StoreError, match="已损坏"), original_file(store, added.sha256):
        pass
    assert not add_original(store, path).new
    with original_file(store, added.sha256) as copy:
        assert sha256_of(copy) == added.sha256, "added again, it is whole again"
    kept.unlink()
    with pytest.raises(StoreError, match="不见了"), original_file(store, added.sha256):
        pass
    add_original(store, path)
    assert kept.exists()


def test_originals_in_any_file_system(url: str, tmp_path: Path) -> None:
    import fsspec

    place = f"memory://{tmp_path.name}"
    store = open_store(url, place)
    added = add_original(store, file(tmp_path, "报告.txt"))
    assert fsspec.filesystem("memory").find(tmp_path.name) == [f"/{tmp_path.name}/{added.sha256[:2]}/{added.sha256}"]
    with original_file(store, added.sha256) as copy:
        assert sha256_of(copy) == added.sha256
    store.close()


@pytest.mark.parametrize("name", ["../../etc/坏.txt", "..\\坏.txt", "坏\x00\udc80.txt"])
def test_hostile_names_stay_in_their_folder(store: Store, tmp_path: Path, name: str) -> None:
    added = add_original(store, file(tmp_path, "a.txt"), name=name)
    try:
        with original_file(store, added.sha256) as copy:
            assert copy.name.startswith("坏")
            assert copy.parent.name.startswith("heshu-")
    finally:
        assert not (tmp_path.parent / "坏.txt").exists()


def test_deleting_removes_all_but_the_log_entry(store: Store, tmp_path: Path) -> None:
    path, other = file(tmp_path, "报告.txt"), file(tmp_path, "另一份.txt")
    report, kept = load(store, path), load(store, other, texts=["完全不同的内容，讲的是另外一个项目的实施情况和效果。"])
    before = stats(store)
    decide(store, report, result_of(store, report).findings[0].fingerprint, "dismissed", by="乙")
    sha256 = sha256_of(path)
    gone = delete_original(store, find_original(store, sha256[:8]), by="甲")
    assert (gone.names, gone.reports, gone.decisions) == (("报告.txt",), 1, 1)
    after = stats(store)
    assert (after.originals, after.reports, after.results, after.decisions, after.documents) == (1, 1, 1, 0, 1)
    assert (after.findings * 2, after.checks * 2, after.problems * 2) == (
        before.findings,
        before.checks,
        before.problems,
    )
    assert kept_files(tmp_path / "originals") == [sha256_of(other)]
    with store.reading() as connection:
        last = entries(connection, sha256)[-1]
    assert (last.by, last.action, last.details) == (
        "甲",
        "delete",
        {"names": ["报告.txt"], "reports": 1, "decisions": 1},
    )
    assert result_of(store, kept).findings
    with pytest.raises(StoreError, match="没有原件"):
        delete_original(store, sha256)
    assert load(store, path) > kept, "the number of a deleted report is given to no other"


@pytest.mark.parametrize("deed", ["UPDATE log SET action = 'x'", "DELETE FROM log"])
def test_the_log_cannot_be_changed(store: Store, tmp_path: Path, deed: str) -> None:
    add_original(store, file(tmp_path, "报告.txt"))
    with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
        connection.execute(text(deed))


def test_a_view_stays_as_it_was(store: Store, tmp_path: Path) -> None:
    count = text("SELECT count(*) FROM originals")
    with store.reading() as reader:
        before = reader.execute(count).scalar()
        add_original(store, file(tmp_path, "报告.txt"))
        assert (before, reader.execute(count).scalar()) == (0, 0)
    assert stats(store).originals == 1


def test_sqlite_is_read_while_it_is_written(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "archive.db"))
    with sqlite3.connect(tmp_path / "archive.db") as direct:
        assert direct.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store.writing() as writer, store.reading() as reader:
        writer.execute(text("INSERT INTO settings VALUES ('x', 'y')"))
        assert reader.execute(text("SELECT count(*) FROM settings WHERE name = 'x'")).scalar() == 0
    store.close()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mysql://x/y", "不支持"),
        ("sqlite://", "放在文件里"),
        ("postgresql://127.0.0.1:1/none", "打不开"),
        ("://", "不是"),
    ],
)
def test_addresses_that_are_none(address: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        open_store(address)


def test_every_reference_is_followed_by_an_index(new_url: Callable[[], str], tmp_path: Path) -> None:
    """Deleting a report would read whole tables otherwise."""
    store = open_store(new_url(), str(tmp_path / "o"))
    seen = inspect(store.engine)
    for table in metadata.tables:
        first = {index["column_names"][0] for index in seen.get_indexes(table)}
        first |= {unique["column_names"][0] for unique in seen.get_unique_constraints(table)}
        first |= set(seen.get_pk_constraint(table)["constrained_columns"][:1])
        assert {key["constrained_columns"][0] for key in seen.get_foreign_keys(table)} <= first, table
    store.close()


def test_two_parts_of_a_file_are_two_reports(store: Store, tmp_path: Path) -> None:
    from api.store import save_results

    added = add_original(store, file(tmp_path, "合订本.pdf"))
    results = [result_for(added.sha256, part=part, of=2) for part in (1, 2)]
    save_results(store, results, {1: paragraphs(["甲"]), 2: paragraphs(["乙"])})
    assert [result_of(store, report).source.part.index for report in report_ids(store, added.sha256)] == [1, 2]


@pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)  # SQLite has no server
def test_a_connection_that_the_server_ended_is_replaced(
    store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0)
    with store.reading() as used:
        number = used.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = open_store(url, str(tmp_path / "originals"))
    with other.writing() as ending:
        assert ending.execute(text(f"SELECT pg_terminate_backend({number}, 5000)")).scalar_one()
    other.close()
    assert stats(store).reports == 0
