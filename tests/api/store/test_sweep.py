"""Files that no row knows of."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from api.store import Store, Swept, add_original, open_store, stats, sweep
from api.store.blobs import Kept
from api.store.log import entries
from api.store.originals import delete_original
from tests.api.store.loaded import file, sha256_of

DAY = 86_400


def lay(path: Path, content: str, days: float) -> Path:
    """A file that was written so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return aged(path, days)


def aged(path: Path, days: float) -> Path:
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


def lay_orphan(folder: Path, original: Path, days: float) -> Path:
    sha256 = sha256_of(original)
    return lay(folder / sha256[:2] / sha256, original.read_text(encoding="utf-8"), days)


def test_only_old_files_that_nobody_knows_are_removed(store: Store, tmp_path: Path) -> None:
    originals = tmp_path / "originals"
    kept = add_original(store, file(tmp_path, "报告.txt"))
    known = aged(next(originals.rglob(kept.sha256)), 9)
    old = [
        lay_orphan(originals, file(tmp_path, "无主.txt"), 2),
        lay(originals / "incoming" / ("0" * 32), "半个", 2),
    ]
    young = [
        lay_orphan(originals, file(tmp_path, "刚到.txt"), 0.5),
        lay(originals / "incoming" / ("1" * 32), "正在写", 0.5),
    ]
    foreign = [lay(originals / "readme.txt", "x", 9), lay(originals / "ab" / "note", "x", 9)]
    expected = Swept(1, 1, len("无主.txt".encode()) + len("半个".encode()))
    assert sweep(store, pretend=True) == expected
    assert all(path.exists() for path in old)
    assert sweep(store, by="甲") == expected
    assert [path.exists() for path in (*old, known, *young, *foreign)] == [False] * 2 + [True] * 5
    with store.reading() as connection:
        assert [(entry.by, entry.details) for entry in entries(connection) if entry.action == "sweep"] == [
            ("甲", {"orphans": 1, "unfinished": 1, "bytes": expected.bytes})
        ]
    assert sweep(store) == Swept(0, 0, 0)
    assert sweep(store, timedelta(0)).orphans == 1


def test_an_orphan_that_is_added_again_meanwhile_is_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Added between the search for orphans and their removal."""
    path = file(tmp_path, "报告.txt")
    lay_orphan(tmp_path / "originals", path, 2)
    module = import_module("api.store.sweep")
    remove = module._remove

    def add_first(store: Store, found: Sequence[Kept]) -> list[Kept]:
        add_original(store, path)
        return remove(store, found)

    monkeypatch.setattr(module, "_remove", add_first)
    assert sweep(store).orphans == 0
    assert next((tmp_path / "originals").rglob(sha256_of(path))).exists()
    assert stats(store).originals == 1


def test_originals_of_any_file_system_are_swept(url: str, tmp_path: Path) -> None:
    store = open_store(url, f"memory://{tmp_path.name}-sweep")
    added = add_original(store, file(tmp_path, "报告.txt"))
    place = store.blobs.at(f"cd/{'cd' * 32}")
    store.blobs.system.pipe(place, b"1234")
    assert sweep(store, timedelta(hours=1)) == Swept(0, 0, 0)
    assert sweep(store, timedelta(0)) == Swept(1, 0, 4)
    assert not store.blobs.system.exists(place)
    delete_original(store, added.sha256)
    store.close()


def test_files_added_while_orphans_are_removed_are_all_kept(store: Store, tmp_path: Path) -> None:
    """Each lies there as an old orphan at first, and is added and swept at the same time."""
    originals, paths = tmp_path / "originals", [file(tmp_path, f"{at}.txt") for at in range(24)]
    for path in paths:
        lay_orphan(originals, path, 2)
    with ThreadPoolExecutor(4) as pool:
        sweeping = [pool.submit(sweep, store) for _ in range(2)]
        adding = [pool.submit(add_original, store, path) for path in paths]
        assert all(added.result().new for added in adding)
        assert all(swept.result() for swept in sweeping)
    assert stats(store).originals == len(paths)
    assert {path.name for path in originals.rglob("*") if path.is_file()} == {sha256_of(path) for path in paths}
