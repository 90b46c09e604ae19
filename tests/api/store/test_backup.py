"""Backup and restore, into the same database and into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from api.store import (
    Store,
    StoreError,
    backup,
    blobs,
    decide,
    decisions_of,
    delete_original,
    names_of,
    open_as_is,
    open_store,
    original_file,
    report_ids,
    restore,
    result_of,
    stats,
    tables,
)
from api.store.connection import open_at
from api.store.log import entries
from tests.api.store.loaded import file, load, sha256_of


@pytest.fixture
def full(store: Store, tmp_path: Path) -> Store:
    """Two reports, one in two versions and decided on; a third was deleted."""
    first, second, third = (file(tmp_path, f"{name}.txt") for name in "甲乙丙")
    report = load(store, first)
    load(store, second)
    load(store, third)
    decide(store, report, result_of(store, report).findings[0].fingerprint, "confirmed", "属实", "甲")
    load(store, first, version="2")
    delete_original(store, sha256_of(third))
    return store


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    kept = [table for table in tables.metadata.sorted_tables if table is not tables.settings]
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in kept
        }


def test_a_restored_store_is_the_same(full: Store, new_url: Callable[[], str], tmp_path: Path) -> None:
    kept = backup(full, tmp_path / "备份")
    assert (kept.originals, kept.reports) == (2, 2)
    url = new_url()
    assert restore(tmp_path / "备份", url, str(tmp_path / "restored")) == kept
    restored = open_store(url)
    assert stats(restored) == stats(full)
    assert everything(restored) == everything(full)
    with original_file(restored, sha256_of(tmp_path / "甲.txt")) as copy:
        assert copy.read_text(encoding="utf-8") == "甲.txt"
    report = report_ids(restored, sha256_of(tmp_path / "甲.txt"))[0]
    assert decisions_of(restored, report) == decisions_of(full, report)
    with restored.reading() as connection:
        assert [entry.action for entry in entries(connection)].count("delete") == 1
    assert load(restored, file(tmp_path, "丁.txt")) > report, "it goes on numbering where it was"
    restored.close()


def test_a_backup_is_restored_into_either_database(full: Store, tmp_path: Path) -> None:
    backup(full, tmp_path / "备份")
    restore(tmp_path / "备份", str(tmp_path / "sqlite" / "archive.db"))
    restored = open_store(str(tmp_path / "sqlite" / "archive.db"))
    assert everything(restored) == everything(full)
    restored.close()


def test_a_deleted_reports_number_is_given_to_no_other_after_restoring(
    store: Store, new_url: Callable[[], str], tmp_path: Path
) -> None:
    """Into either database; the log still speaks of the deleted one by its number."""
    load(store, file(tmp_path, "甲.txt"))
    last = load(store, file(tmp_path, "乙.txt"))
    decide(store, last, result_of(store, last).findings[0].fingerprint, "confirmed")
    delete_original(store, sha256_of(tmp_path / "乙.txt"))
    delete_original(store, sha256_of(tmp_path / "甲.txt"))
    backup(store, tmp_path / "备份")
    for number, url in enumerate([new_url(), str(tmp_path / "sqlite" / "archive.db")]):
        restore(tmp_path / "备份", url, str(tmp_path / f"restored{number}"))
        restored = open_store(url)
        assert load(restored, file(tmp_path, "丙.txt")) == last + 1
        backup(restored, tmp_path / f"again{number}")
        restored.close()


@pytest.mark.parametrize("copied", [False, True])
def test_what_is_deleted_during_a_backup_is_held_or_left_out_whole(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    """When the second file is about to be copied it is deleted, or the first is, which was copied by then."""
    read, (first, second) = blobs.read, sorted(sha256_of(tmp_path / name) for name in ("甲.txt", "乙.txt"))
    before = everything(full)

    def read_and_delete(kept: blobs.Blobs, sha256: str) -> Iterator[bytes]:
        if sha256 == second:
            delete_original(full, first if copied else second)
        return read(kept, sha256)

    monkeypatch.setattr(blobs, "read", read_and_delete)
    backup(full, tmp_path / "备份")
    originals = [path.name for path in (tmp_path / "备份" / "originals").rglob("*") if path.is_file()]
    assert sorted(originals) == ([first, second] if copied else [first])
    url = str(tmp_path / "sqlite" / "archive.db")
    restore(tmp_path / "备份", url)
    restored = open_store(url)
    assert everything(restored) == (before if copied else everything(full))
    restored.close()


@pytest.mark.parametrize("damaged", [False, True])
def test_an_original_that_the_store_has_lost_keeps_nobody_from_a_backup_of_the_rest(
    full: Store, tmp_path: Path, damaged: bool
) -> None:
    lost, kept = (sha256_of(tmp_path / name) for name in ("甲.txt", "乙.txt"))
    path = next((tmp_path / "originals").rglob(lost))
    path.write_bytes(b"x") if damaged else path.unlink()
    made = backup(full, tmp_path / "备份")
    assert (made.originals, made.reports, made.lost) == (1, 2, (lost,))
    url = str(tmp_path / "sqlite" / "archive.db")
    assert restore(tmp_path / "备份", url) == made
    restored = open_store(url)
    assert everything(restored) == everything(full)
    with original_file(restored, kept) as copy:
        assert copy.name == "乙.txt"
    with pytest.raises(StoreError, match="不见了"), original_file(restored, lost):
        pass
    restored.close()


def test_a_backup_that_cannot_be_written_is_told(full: Store, tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x")
    with pytest.raises(StoreError, match="备份没有完成"):
        backup(full, tmp_path / "文件" / "备份")


def test_only_an_empty_store_is_restored_into(full: Store, url: str, tmp_path: Path) -> None:
    backup(full, tmp_path / "备份")
    before = stats(full)
    with pytest.raises(StoreError, match="空的"):
        restore(tmp_path / "备份", url)
    assert stats(full) == before


def test_a_backup_never_covers_another(full: Store, tmp_path: Path) -> None:
    backup(full, tmp_path / "备份")
    with pytest.raises(StoreError, match="已存在"):
        backup(full, tmp_path / "备份")


@pytest.mark.parametrize("damaged", ["manifest.json", "tables/reports.jsonl.gz", "originals"])
def test_a_damaged_backup_leaves_the_store_empty(
    full: Store, new_url: Callable[[], str], tmp_path: Path, damaged: str
) -> None:
    backup(full, tmp_path / "备份")
    path = tmp_path / "备份" / damaged
    if path.is_dir():
        path = next(path.rglob(sha256_of(tmp_path / "乙.txt")))
    path.write_bytes(b"x")
    url = new_url()
    with pytest.raises(StoreError):
        restore(tmp_path / "备份", url, str(tmp_path / "restored"))
    restored = open_store(url)
    assert (stats(restored).originals, stats(restored).reports) == (0, 0)
    restored.close()


def test_a_store_of_an_older_program_is_backed_up_as_it_is_and_restored_as_a_new_one(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    """Before an upgrade, by the program that will upgrade it."""
    url, originals = new_url(), str(tmp_path / "originals")
    path = file(tmp_path, "甲.txt")
    old = open_at(url, originals, "0001")
    blobs.put(old.blobs, path, sha256_of(path))
    with old.writing() as connection:
        row = {"sha256": sha256_of(path), "size": 7, "place": "x", "added_at": "2026-11-21T08:00:00.000000Z"}
        connection.execute(insert(tables.originals), row)
        named = {"sha256": row["sha256"], "name": "甲.txt", "added_at": row["added_at"]}
        connection.execute(insert(tables.original_names), named)
    old.close()
    with pytest.raises(StoreError, match="heshu store upgrade"):
        open_store(url)
    as_it_is = open_as_is(url)
    assert backup(as_it_is, tmp_path / "备份").revision == "0001"
    as_it_is.close()
    restored_url = new_url()
    restore(tmp_path / "备份", restored_url, str(tmp_path / "restored"))
    restored = open_store(restored_url)
    assert names_of(restored, sha256_of(path)) == ["甲.txt"]
    assert load(restored, path) == 1
    restored.close()
