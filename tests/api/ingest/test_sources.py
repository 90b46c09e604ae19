"""Finding files: what of a folder is taken, and what is said of the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.ingest import Tally, expand, find
from extractor.archives.names import shown


def names(paths: list[Path], tally: Tally | None = None) -> dict[str, str | None]:
    """The reason, or None for a file to be read, by name."""
    return {item.arrival.name: item.reason for item in find(paths, tally)}


def test_of_a_folder_reports_are_taken_and_the_rest_is_counted(tmp_path: Path) -> None:
    for name in (
        "b.PDF",
        "a.docx",
        "~$a.docx",
        ".c.pdf",
        "d.xlsx",
        "e.xlsx",
        "f",
        "g.doc",
        "h.zip",
        "i.rar",
        ".git/j.pdf",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    tally = Tally()
    found = names([tmp_path, tmp_path / "a.docx"], tally)
    assert list(found) == ["a.docx", "b.PDF", "g.doc", "h.zip", "i.rar"]
    assert [name for name, reason in found.items() if reason] == ["i.rar"]
    assert (tally.found, tally.skipped) == (5, {".xlsx": 2, "": 1})


def test_a_file_named_itself_is_taken_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.dat").touch()
    assert names([tmp_path / "x.dat"]) == {"x.dat": None}


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
def test_loops_pipes_and_lost_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.pdf").symlink_to(tmp_path / "self.pdf")
    (tmp_path / "lost.pdf").symlink_to(tmp_path / "nowhere.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    assert names([tmp_path]) == {
        "lost.pdf": "文件不存在",
        "pipe.pdf": "不是普通文件（是设备、管道或套接字）",
        "self.pdf": "符号链接指向自己",
    }


def test_a_folder_that_cannot_be_read_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").touch()
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names([tmp_path]) == {"a": "读不了这个文件夹（没有读取权限）", "b.txt": None}


def test_wildcards_are_resolved_and_what_is_missing_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.txt", "[1].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    paths, missing = expand([f"{tmp_path}/**/*.txt", f"{tmp_path}/[1].txt", f"{tmp_path}/no*", "nowhere"])
    assert [path.name for path in paths] == ["[1].txt", "a.txt", "b.txt", "[1].txt"]
    assert missing == [f"{tmp_path}/no*", "nowhere"]


def test_names_on_disk_that_are_gbk_are_shown_as_such() -> None:
    assert shown(os.fsdecode("绩效.txt".encode("gbk"))) == "绩效.txt"
