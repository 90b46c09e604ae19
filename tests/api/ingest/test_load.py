"""Loading: what becomes of files, once and again, and after a kill."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select

from api.ingest import (
    Entry,
    Loader,
    Pool,
    Reply,
    Tally,
    failed_before,
    find,
    intake,
    keep,
    left_waiting,
    read_one,
    receive,
    spool,
    unpacked,
)
from api.ingest.intake import next_state
from api.store import Store, delete_original, names_of, open_store, report_ids, result_of, stats, tables
from tests.api.store.loaded import sha256_of

REPORT = "某市{name}项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"


class Killed(BaseException):
    """The process is gone before the database keeps a change."""


States = dict[str, str]


@pytest.fixture
def pool(warm_pool: Pool) -> Pool:
    return warm_pool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def write(folder: Path, *names: str, text: str = REPORT) -> Path:
    for name in names:
        (folder / name).write_text(text.format(name=name), encoding="utf-8")
    return folder / names[-1]


def run(store: Store, pool: Pool, *paths: Path, again: bool = False, **options: object) -> States:
    """What became of each file by name; with `again` of what failed before or was left waiting."""
    told: list[Entry] = []
    tally = Tally()
    with spool() as room:
        loader = Loader(store, pool, room, told.append, **options)  # type: ignore[arg-type]
        loader.load(unpacked(find(paths, tally), pool, room, tally))
        if again:
            loader.load(unpacked(failed_before(store, tally) + left_waiting(store, tally), pool, room, tally))
        assert list(room.iterdir()) == []
    return {entry.name: entry.state for entry in told}


def test_files_are_loaded_once(store: Store, pool: Pool, folder: Path) -> None:
    write(folder, "a.txt", "b.txt")
    (folder / "b（1）.txt").write_bytes((folder / "b.txt").read_bytes())
    expected = {"a.txt": "loaded", "b.txt": "loaded", "b（1）.txt": "duplicate"}
    assert run(store, pool, folder) == expected
    before = stats(store)
    assert (before.originals, before.results) == (2, 2)
    assert names_of(store, sha256_of(folder / "b.txt")) == ["b.txt", "b（1）.txt"]
    assert run(store, pool, folder) == expected
    assert stats(store) == before


def test_results_bear_the_name_that_the_file_came_with(store: Store, pool: Pool, folder: Path) -> None:
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.writestr("../某地/报告.txt", REPORT)
    assert run(store, pool, folder) == {"报告.txt": "loaded"}
    (report,) = report_ids(store, intake_entries(store)[0].sha256)
    assert result_of(store, report).source.name == "报告.txt"


def intake_entries(store: Store) -> list[intake.Entry]:
    with store.reading() as connection:
        return [intake._entry(row) for row in connection.execute(select(tables.intake).order_by(tables.intake.c.id))]


def test_a_failure_is_recorded_and_tried_again_only_when_asked(store: Store, pool: Pool, folder: Path) -> None:
    write(folder, "a.txt")
    bad = folder / "b.pdf"
    bad.write_bytes(b"PK\x03\x04 no zip")
    expected = {"a.txt": "loaded", "b.pdf": "failed"}
    assert run(store, pool, folder) == run(store, pool, folder) == expected
    (failure,) = intake.failures(store)
    assert failure.attempts == 1
    assert "损坏" in (failure.reason or "")
    bad.unlink()  # the store has it
    assert run(store, pool, again=True, retry=True) == {"b.pdf": "failed"}
    assert [entry.attempts for entry in intake.failures(store)] == [2]
    assert stats(store).unread == 1


def test_the_same_bad_content_under_two_names_fails_twice_and_is_read_once(
    store: Store, pool: Pool, folder: Path
) -> None:
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(b"PK\x03\x04 no zip")
    assert run(store, pool, folder) == {"a.pdf": "failed", "b.pdf": "failed"}
    assert [entry.attempts for entry in intake.failures(store)] == [1, 0]


def test_what_could_not_be_had_is_no_failure_once_it_can(store: Store, pool: Pool, folder: Path) -> None:
    archive, lost = folder / "x.zip", folder / "lost.txt"
    archive.write_bytes(b"PK")
    lost.symlink_to(folder / "later.txt")
    assert run(store, pool, archive, lost) == {"x.zip": "failed", "lost.txt": "failed"}
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("in.txt", REPORT)
    write(folder, "later.txt")
    assert run(store, pool, again=True, retry=True) == {"in.txt": "loaded", "lost.txt": "loaded"}
    assert intake.failures(store) == []


def test_a_deleted_report_can_be_loaded_again(store: Store, pool: Pool, folder: Path) -> None:
    path = write(folder, "a.txt")
    run(store, pool, folder)
    delete_original(store, sha256_of(path))
    assert run(store, pool, folder) == {"a.txt": "loaded"}
    assert (stats(store).originals, stats(store).results) == (1, 1)


def test_a_changed_file_is_loaded_beside_what_it_was(store: Store, pool: Pool, folder: Path) -> None:
    write(folder, "a.txt")
    run(store, pool, folder)
    write(folder, "a.txt", text=REPORT + "二、结论\n")
    assert run(store, pool, folder) == {"a.txt": "loaded"}
    assert stats(store).originals == 2


def killed_after(store: Store, commits: int) -> Callable[..., None]:
    left = [None] * commits

    def stop(connection: Connection) -> None:
        if connection.get_execution_options().get("heshu_writing"):
            if not left:
                raise Killed
            left.pop()

    event.listen(store.engine, "commit", stop)
    return stop


def test_killed_before_any_change_of_the_database_loading_goes_on(
    store: Store, pool: Pool, tmp_path: Path, folder: Path
) -> None:
    write(folder, "a.txt", "b.txt")
    (folder / "c.txt").write_bytes((folder / "a.txt").read_bytes())
    (folder / "d.pdf").write_bytes(b"no report\x00")
    expected = {"a.txt": "loaded", "b.txt": "loaded", "c.txt": "duplicate", "d.pdf": "failed"}
    for commits in count():
        stop = killed_after(store, commits)
        try:
            found = run(store, pool, folder, again=True)
        except Killed:
            continue
        finally:
            event.remove(store.engine, "commit", stop)
        break
    assert commits > 3
    assert run(store, pool, folder, again=True) == found == expected
    assert (stats(store).originals, stats(store).results, stats(store).unread) == (3, 2, 1)
    fresh = open_store(str(tmp_path / "fresh.db"))
    assert run(fresh, pool, folder) == expected
    assert bodies(fresh) == bodies(store)
    fresh.close()


def bodies(store: Store) -> set[bytes]:
    with store.reading() as connection:
        return set(connection.execute(select(tables.results.c.body)).scalars())


def test_what_a_run_that_never_comes_back_left_is_read_from_the_store(store: Store, pool: Pool, folder: Path) -> None:
    path = write(folder, "a.txt")
    receive(store, find([path])[0])
    path.unlink()
    assert run(store, pool, again=True) == {"a.txt": "loaded"}


def test_what_a_wrong_suffix_spoils_is_read_under_the_right_one(store: Store, pool: Pool, folder: Path) -> None:
    for name in ("a.pdf", "b.PDF", "c.txt", "d.txt"):
        write(folder, name, text="项目预算100万元，实际支出80万元。\n")
    expected = {"a.pdf": "failed", "b.PDF": "failed", "c.txt": "loaded", "d.txt": "duplicate"}
    assert run(store, pool, folder) == expected
    assert run(store, pool, folder) == expected


def test_what_the_database_refuses_leaves_nothing_behind_but_the_reason(store: Store, folder: Path) -> None:
    entry = receive(store, find([write(folder, "a.txt")])[0])
    (part,) = read_one(folder / "a.txt", "a.txt")
    unfit = replace(part, details={**part.details, "paragraphs": [{"position": 1, "text": None}]})
    failed = keep(store, entry, Reply([unfit]))
    assert failed.state == "failed" and failed.reason and "结果存不进数据库" in failed.reason
    assert not report_ids(store, entry.sha256) and stats(store).results == 0
    assert keep(store, entry, Reply([part])).state == "loaded"


@pytest.mark.parametrize(
    ("state", "is_read", "failed", "expected"),
    [
        (None, False, None, "waiting"),
        (None, True, None, "duplicate"),
        (None, False, "坏", "failed"),
        ("waiting", False, None, "waiting"),
        ("waiting", True, None, "loaded"),
        ("loaded", True, None, "loaded"),
        ("loaded", False, None, "waiting"),
        ("duplicate", True, None, "duplicate"),
        ("failed", True, "坏", "duplicate"),
        ("failed", False, "坏", "failed"),
        ("failed", False, None, "waiting"),
    ],
)
def test_where_a_file_goes(state: intake.State | None, is_read: bool, failed: str | None, expected: str) -> None:
    assert next_state(state, is_read, failed)[0] == expected
