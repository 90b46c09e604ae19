"""Zip archives as they come: names of any encoding, traps, archives in archives."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from api.ingest import Pool, Tally, archives, find, unpacked
from api.ingest.archives import unpack
from extractor.readers.errors import ReadError


@pytest.fixture
def pool(warm_pool: Pool) -> Pool:
    return warm_pool


def packed(members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def contents(path: Path, folder: Path, pool: Pool) -> dict[str, str]:
    """What comes of an archive: content or reason by source, the archive's own path left out."""
    found = {}
    for item in unpacked(find([path]), pool, folder):
        inner = item.arrival.source.removeprefix(str(path)).removeprefix("!/")
        if item.path is not None:
            assert item.path.parent == folder
            found[inner] = item.path.read_text(encoding="utf-8")
        elif item.reason is not None:
            found[inner] = item.reason
    return found


def test_names_step_nowhere_and_show_nothing_hidden(tmp_path: Path, pool: Pool) -> None:
    names = {
        "../../etc/a.txt": b"1",
        "/root/b.txt": b"2",
        "C:\\windows\\c.txt": b"3",
        "d\x07\x1b[31m.txt": b"4",
        "\u202etxt.e.txt": b"5",
        ".hidden/f.txt": b"6",
        "__MACOSX/._g.txt": b"7",
        "~$h.docx": b"8",
        f"{'长' * 300}.txt": b"9",
    }
    path, folder = tmp_path / "x.zip", tmp_path / "room"
    folder.mkdir()
    path.write_bytes(packed(names))
    found = contents(path, folder, pool)
    long = f"{'长' * 300}.txt"[-200:]
    assert found == {
        "etc/a.txt": "1",
        "root/b.txt": "2",
        "C:/windows/c.txt": "3",
        "d\ufffd\ufffd[31m.txt": "4",
        "\ufffdtxt.e.txt": "5",
        long: "9",
    }
    assert sorted(tmp_path.iterdir()) == [folder, path]
    assert all(file.stem.isalnum() and len(file.stem) == 32 for file in folder.iterdir())


def test_names_without_the_mark_of_utf8_are_gbk(tmp_path: Path) -> None:
    raw = "绩效报告".encode("gbk")
    content = packed({"x" * len(raw) + ".txt": b"1"}).replace(b"x" * len(raw), raw)
    (tmp_path / "x.zip").write_bytes(content)
    assert [member.inner for member in unpack(tmp_path / "x.zip", tmp_path).members] == ["绩效报告.txt"]


def test_archives_in_archives_to_a_depth(tmp_path: Path, pool: Pool) -> None:
    content = packed({"0.txt": b"deepest"})
    for level in range(1, archives.MOST_DEPTH + 2):
        content = packed({f"{level}.txt": f"level {level}".encode(), "in.zip": content})
    path, folder = tmp_path / "x.zip", tmp_path / "room"
    folder.mkdir()
    path.write_bytes(content)
    tally = Tally()
    items = list(unpacked(find([path], tally), pool, folder, tally))
    found = {item.arrival.source.removeprefix(f"{path}!/"): item.reason for item in items if not item.is_opened_archive}
    assert found == {
        "4.txt": None,
        "in.zip!/3.txt": None,
        "in.zip!/in.zip!/2.txt": None,
        "in.zip!/in.zip!/in.zip": archives.TOO_DEEP,
    }
    assert tally.found == 4


def test_a_bomb_is_not_unpacked_and_what_lies_beside_it_is(tmp_path: Path, pool: Pool) -> None:
    path, folder = tmp_path / "x.zip", tmp_path / "room"
    folder.mkdir()
    path.write_bytes(packed({"bomb.txt": b"0" * 50_000_000, "good.txt": b"good"}))
    assert contents(path, folder, pool) == {"bomb.txt": archives.BOMB, "good.txt": "good"}
    assert sum(file.stat().st_size for file in folder.iterdir()) == 4


def test_archives_have_a_limit_of_files_and_bytes(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.ingest.sources.archives.MOST_MEMBERS", 2)
    path, folder = tmp_path / "x.zip", tmp_path / "room"
    folder.mkdir()
    path.write_bytes(packed({f"{number}.txt": b"1" for number in range(3)}))
    assert contents(path, folder, pool)[""] == archives.TOO_MANY


def test_portions_follow_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "PORTION_FILES", 2)
    (tmp_path / "x.zip").write_bytes(packed({f"{number}.txt": b"1" for number in range(5)} | {"x.jpg": b""}))
    first = unpack(tmp_path / "x.zip", tmp_path)
    assert (len(first.members), first.count, first.next, first.skipped) == (2, 5, 2, [".jpg"])
    last = unpack(tmp_path / "x.zip", tmp_path, start=4)
    assert ([member.inner for member in last.members], last.next, last.skipped) == (["4.txt"], None, [])


def marked_as_encrypted(content: bytes) -> bytes:
    """The archive with the flag of encryption set in both headers of its members."""
    changed = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(start)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags | 1)
            at = changed.find(start, at + 4)
    return bytes(changed)


def test_encrypted_and_odd_members_say_so(tmp_path: Path) -> None:
    locked, odd = tmp_path / "locked.zip", tmp_path / "odd.zip"
    locked.write_bytes(marked_as_encrypted(packed({"a.txt": b"content of some length"})))
    odd.write_bytes(packed({"a.txt": b"1"}, zipfile.ZIP_LZMA))
    assert "已加密" in (unpack(locked, tmp_path).members[0].reason or "")
    assert "密码不对" in (unpack(locked, tmp_path, password="wrong").members[0].reason or "")
    assert "暂不支持" in (unpack(odd, tmp_path).members[0].reason or "")


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    content = packed({"a.txt": b"first" * 20, "b.txt": b"second" * 20}, zipfile.ZIP_STORED)
    (tmp_path / "x.zip").write_bytes(content.replace(b"firstfirst", b"firstfirsX", 1))
    assert [member.reason for member in unpack(tmp_path / "x.zip", tmp_path).members] == [
        "压缩包内的这个文件已损坏",
        None,
    ]


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(packed({"a.txt": b"1"})[:-10])
    with pytest.raises(ReadError, match="损坏"):
        unpack(tmp_path / "x.zip", tmp_path)


def test_a_word_file_that_calls_itself_an_archive_is_a_document(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"[Content_Types].xml": b"", "word/document.xml": b"", "readme.txt": b""}))
    assert [item.path for item in unpacked(find([path]), pool, tmp_path)] == [path]
