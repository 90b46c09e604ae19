"""A watched folder: finished files only, each once."""

from __future__ import annotations

from pathlib import Path

from api.ingest import Arrival, Item
from api.ingest.watching import STILL, STILL_EMPTY, Seen, finished


def item(path: Path, size: int = 9, modified: int = 1) -> Item:
    return Item(Arrival(str(path), path.name, size=size, modified=modified), path)


def looks(*times_and_items: tuple[float, Item]) -> list[int | None]:
    """The sizes of what was taken at each look, in order."""
    seen: dict[str, Seen] = {}
    taken = []
    for moment, found in times_and_items:
        ready, seen = finished([found], seen, moment)
        taken.append(ready[0].arrival.size if ready else None)
    return taken


def test_a_file_is_taken_once_when_nobody_writes_it_any_more(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    assert looks(
        (0, item(path, 1, 1)),
        (STILL, item(path, 2, 2)),
        (STILL + 1, item(path, 3, 3)),
        (2 * STILL, item(path, 3, 3)),
        (2 * STILL + 1, item(path, 3, 3)),
        (9 * STILL, item(path, 3, 3)),
        (9 * STILL + 1, item(path, 3, 4)),
        (10 * STILL + 1, item(path, 3, 4)),
    ) == [None, None, None, None, 3, None, None, 3]


def test_an_empty_file_is_given_time(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    assert looks((0, item(path, 0)), (STILL, item(path, 0)), (STILL_EMPTY, item(path, 0))) == [None, None, 0]


def test_a_file_beside_which_another_is_being_written_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    (tmp_path / "a.pdf.part").touch()
    assert looks((0, item(path)), (STILL, item(path))) == [None, None]
    (tmp_path / "a.pdf.part").unlink()
    assert looks((0, item(path)), (STILL, item(path))) == [None, 9]
