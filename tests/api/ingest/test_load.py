"""Loading: what becomes of files, once and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.ingest import Entry, Loader, Pool, find, left_waiting, opened, spool, warm
from api.store import Store, stats

REPORT = "某市{name}项目绩效评价报告\n一、项目概况\n项目预算{money}万元，实际支出80万元。\n"


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool(1, warm=warm) as started:
        yield started


@pytest.fixture
def load(store: Store, pool: Pool, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Loads a folder; what became of each file by its name."""

    def run(folder: Path, **options: object) -> dict[str, str]:
        told: list[Entry] = []
        with spool() as room:
            loader = Loader(store, pool, room, told.append, **options)
            loader.load(opened(find([folder]), pool, room))
        return {entry.name: entry.state for entry in told}

    return run


def write(folder: Path, *names: str, money: int = 100) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(REPORT.format(name=name, money=money), encoding="utf-8")


def test_files_are_loaded_once(load: Callable[..., dict[str, str]], store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    write(folder, "a.txt", "b.txt")
    (folder / "b（1）.txt").write_bytes((folder / "b.txt").read_bytes())
    expected = {"a.txt": "loaded", "b.txt": "loaded", "b（1）.txt": "duplicate"}
    assert load(folder) == expected
    assert load(folder) == expected
    assert (stats(store).originals, stats(store).results) == (2, 2)
    assert left_waiting(store) == []
