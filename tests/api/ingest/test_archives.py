"""Archives among what is loaded: their files take their place, and are counted as they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.ingest import Pool, Tally, find, unpacked
from extractor.archives import plain
from tests.extractor.archives import packing


@pytest.mark.parametrize("pack", [packing.zipped, packing.seven], ids=["zip", "7z"])
def test_archives_in_archives_are_counted_by_their_files(tmp_path: Path, pack: packing.Pack, warm_pool: Pool) -> None:
    content = pack([("0.txt", b"deepest")])
    for level in range(1, plain.MOST_DEPTH + 2):
        content = pack([(f"{level}.txt", f"level {level}".encode()), ("in.zip", content), (f"{level}.jpg", b"")])
    path, folder = tmp_path / "x.zip", tmp_path / "room"
    folder.mkdir()
    path.write_bytes(content)
    (tmp_path / "y.zip").write_bytes(packing.zipped([("[Content_Types].xml", b""), ("word/document.xml", b"")]))
    (tmp_path / "z.7z").write_bytes(packing.seven([("a.txt", b"1")])[:-9])
    tally = Tally()
    found = find([path, tmp_path / "y.zip", tmp_path / "z.7z"], tally)
    items = list(unpacked(found, warm_pool, folder, tally))
    told = {i.arrival.source.removeprefix(f"{tmp_path}/"): i.reason for i in items if not i.is_opened_archive}
    assert told == {
        "x.zip!/4.txt": None,
        "x.zip!/in.zip!/3.txt": None,
        "x.zip!/in.zip!/in.zip!/2.txt": None,
        "x.zip!/in.zip!/in.zip!/in.zip": plain.TOO_DEEP,
        "y.zip": None,
        "z.7z": plain.DAMAGED,
    }
    assert [item.arrival.name for item in items if item.passing] == ["4.txt", "3.txt", "2.txt"]
    assert (tally.found, dict(tally.skipped)) == (6, {".jpg": 3})
    assert sorted(tmp_path.iterdir()) == [folder, path, tmp_path / "y.zip", tmp_path / "z.7z"]
