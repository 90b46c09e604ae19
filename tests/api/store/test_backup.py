"""Backup and restore, into the same database and into the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from api.store import (
    Store,
    StoreError,
    backup,
    decide,
    decisions_of,
    delete_original,
    open_store,
    original_file,
    report_ids,
    restore,
    result_of,
    stats,
    tables,
)
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
