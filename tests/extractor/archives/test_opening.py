"""Archives as they come: names of any encoding, traps, archives in archives. Zip and 7z alike where they can be."""

from __future__ import annotations

import os
import stat
import sys
import zipfile
from functools import partial
from pathlib import Path

import py7zr
import pytest

from extractor.archives import plain, sevenzip, zipped
from extractor.archives.opening import NOT_PACKED, Closed, File, Opened, is_archive, unpack, walk
from extractor.archives.plain import Budget, Member, Spending
from extractor.readers.errors import ReadError
from tests.extractor.archives import packing

PACKERS = pytest.mark.parametrize("pack", [packing.zipped, packing.seven], ids=["zip", "7z"])


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.zip"


def told(members: list[Member]) -> dict[str, str]:
    """Content or reason by inner path."""
    return {m.inner: m.path.read_text(encoding="utf-8") if m.path else m.reason or "" for m in members}


def contents(path: Path, room: Path) -> dict[str, str]:
    """As `told`, of what an archive and those in it hold, and why an archive was not read to its end."""
    found = {}
    for event in walk(path, lambda inner, start: partial(unpack, inner, room, start)):
        if isinstance(event, File):
            found["/".join(event.steps)] = event.path.read_text() if event.path else event.reason or ""
        elif isinstance(event, Closed) and event.reason:
            found["/".join(event.steps)] = event.reason
    return found


@PACKERS
def test_names_step_nowhere_and_show_nothing_hidden(path: Path, room: Path, pack: packing.Pack) -> None:
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
        "普通/报告.txt": b"0",
    }
    path.write_bytes(pack(list(names.items())))
    members = unpack(path, room).members
    refused = sevenzip.UNSAFE if pack is packing.seven else None
    assert told(members) == {
        "etc/a.txt": refused or "1",
        "root/b.txt": "2",
        "windows/c.txt": refused or "3",
        "d\ufffd\ufffd[31m.txt": "4",
        "\ufffdtxt.e.txt": "5",
        f"{'长' * 300}.txt"[-200:]: "9",
        "普通/报告.txt": "0",
    }
    assert [member.odd for member in members] == [True] * 5 + [False] * 2
    assert sorted(path.parent.iterdir()) == [room, path]
    assert all(file.stem.isalnum() and len(file.stem) == 32 for file in room.iterdir())


def test_names_without_the_mark_of_utf8_are_gbk(path: Path, room: Path) -> None:
    raw = "绩效报告".encode("gbk")
    content = packing.zipped([("x" * len(raw) + ".txt", b"1")]).replace(b"x" * len(raw), raw)
    path.write_bytes(content)
    assert [member.inner for member in unpack(path, room).members] == ["绩效报告.txt"]


@PACKERS
def test_archives_in_archives_to_a_depth(path: Path, room: Path, pack: packing.Pack) -> None:
    content = pack([("0.txt", b"deepest")])
    for level in range(1, plain.MOST_DEPTH + 2):
        content = pack([(f"{level}.txt", f"level {level}".encode()), ("in.zip", content)])
    path.write_bytes(content)
    assert contents(path, room) == {
        "4.txt": "level 4",
        "in.zip/3.txt": "level 3",
        "in.zip/in.zip/2.txt": "level 2",
        "in.zip/in.zip/in.zip": plain.TOO_DEEP,
    }
    assert len(list(room.iterdir())) == 3


@PACKERS
def test_a_bomb_is_not_unpacked_and_what_lies_beside_it_is(path: Path, room: Path, pack: packing.Pack) -> None:
    path.write_bytes(pack([("good.txt", b"good"), ("bomb.txt", b"0" * 40_000_000), ("after.txt", b"good")]))
    after = sevenzip.BEHIND if pack is packing.seven else "good"
    assert contents(path, room) == {"good.txt": "good", "bomb.txt": plain.BOMB, "after.txt": after}
    assert sum(file.stat().st_size for file in room.iterdir()) < 10


@PACKERS
def test_archives_have_a_limit_of_files_and_bytes(path: Path, room: Path, pack: packing.Pack) -> None:
    path.write_bytes(pack([("0.txt", b"123"), ("in.zip", pack([("1.txt", b"456")])), ("2.txt", b"789")]))
    for budget, reason in (
        (Budget(members=3), "压缩包内文件超过 3 个，其余未解压"),
        (Budget(bytes=5), "压缩包解开后超过 4.65661e-09 GB，其余未解压"),
    ):
        events = list(walk(path, lambda inner, start: partial(unpack, inner, room, start), Spending(budget)))
        assert reason in [event.reason for event in events if isinstance(event, Closed)]


def test_portions_follow_one_another(path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "PORTION_FILES", 2)
    path.write_bytes(packing.zipped([*((f"{number}.txt", b"1") for number in range(5)), ("x.jpg", b"")]))
    first = unpack(path, room)
    assert (len(first.members), first.count, first.next, first.skipped) == (2, 5, 2, [".jpg"])
    last = unpack(path, room, start=4)
    assert ([member.inner for member in last.members], last.next, last.skipped) == (["4.txt"], None, [])


def test_portions_of_one_block_follow_one_another(path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sevenzip, "PORTION_BYTES", 30)
    path.write_bytes(packing.seven([(f"{number}.txt", b"%d" % number * 20) for number in range(5)]))
    events = list(walk(path, lambda inner, start: partial(unpack, inner, room, start)))
    assert events[0] == Opened((), 5, [])
    assert [e.path.read_bytes()[:1] for e in events if isinstance(e, File) and e.path] == [b"0", b"1", b"2", b"3", b"4"]


def test_encrypted_and_odd_members_say_so(tmp_path: Path, room: Path) -> None:
    locked, odd = tmp_path / "locked.zip", tmp_path / "odd.zip"
    locked.write_bytes(packing.marked_as_encrypted(packing.zipped([("a.txt", b"content of some length")])))
    odd.write_bytes(packing.zipped([("a.txt", b"1")], zipfile.ZIP_LZMA))
    assert told(unpack(locked, room).members) == {"a.txt": plain.LOCKED}
    assert told(unpack(locked, room, password="wrong").members) == {"a.txt": plain.WRONG_PASSWORD}
    assert told(unpack(odd, room).members) == {"a.txt": plain.ODD_METHOD}


def test_a_password_opens_a_7z_archive(tmp_path: Path, room: Path) -> None:
    members, whole = tmp_path / "members.7z", tmp_path / "whole.7z"
    members.write_bytes(packing.seven([("报告.txt", b"content")], password="芝麻"))
    whole.write_bytes(packing.seven([("报告.txt", b"content")], password="芝麻", whole=True))
    assert told(unpack(members, room).members) == {"报告.txt": plain.LOCKED}
    assert told(unpack(members, room, password="西瓜").members) == {"报告.txt": plain.WRONG_PASSWORD}
    for password, reason in ((None, sevenzip.LOCKED_WHOLE), ("西瓜", sevenzip.WRONG_OR_DAMAGED)):
        with pytest.raises(ReadError, match=reason):
            unpack(whole, room, password=password)
    for path in (members, whole):
        assert told(unpack(path, room, password="芝麻").members) == {"报告.txt": "content"}


def test_a_damaged_member_costs_itself_alone(path: Path, room: Path) -> None:
    content = packing.zipped([("a.txt", b"first" * 20), ("b.txt", b"second" * 20)], zipfile.ZIP_STORED)
    path.write_bytes(content.replace(b"firstfirst", b"firstfirsX", 1))
    assert told(unpack(path, room).members) == {"a.txt": plain.MEMBER_DAMAGED, "b.txt": "second" * 20}


def test_a_damaged_block_costs_what_follows_in_it_and_no_other_block(tmp_path: Path, room: Path) -> None:
    path = tmp_path / "x.7z"
    plainly = [{"id": py7zr.FILTER_COPY}]
    for number in range(3):  # what is added later is a block of its own
        with py7zr.SevenZipFile(path, "a" if number else "w", filters=plainly) as archive:
            archive.writestr(b"before" * 9, f"{number}/a.txt")
            archive.writestr(b"broken%d" % number, f"{number}/b.txt")
            archive.writestr(b"behind" * 9, f"{number}/c.txt")
    path.write_bytes(path.read_bytes().replace(b"broken1", b"brokeX1", 1))
    found = told(unpack(path, room).members)
    assert [inner for inner, text in found.items() if text == plain.MEMBER_DAMAGED] == ["1/b.txt", "1/c.txt"]
    assert found["1/a.txt"] == "before" * 9 and found["2/c.txt"] == "behind" * 9
    assert len(list(room.iterdir())) == 7


def test_links_are_no_files(tmp_path: Path, path: Path, room: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert told(unpack(path, room).members) == {"link.txt": plain.LINK}
    (tmp_path / "in").mkdir()
    os.symlink("/etc/passwd", tmp_path / "in" / "link.txt")
    with py7zr.SevenZipFile(tmp_path / "x.7z", "w") as seven:
        seven.writeall(tmp_path / "in", "in")
    assert told(unpack(tmp_path / "x.7z", room).members) == {"in/link.txt": plain.LINK}


def test_members_of_one_name_are_not_taken_for_each_other(path: Path, room: Path) -> None:
    path.write_bytes(packing.seven([("a.txt", b"1"), ("a.txt", b"2"), ("b.txt", b"3")]))
    members = unpack(path, room).members
    assert [member.reason for member in members] == [sevenzip.SAME_NAME, sevenzip.SAME_NAME, None]


def test_a_method_that_asks_for_much_memory_is_refused(path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(packing.seven([("a.txt", b"1")]))
    monkeypatch.setattr(sevenzip, "MOST_DICTIONARY", 2**20)
    assert told(unpack(path, room).members) == {"a.txt": sevenzip.TOO_HUNGRY}


@PACKERS
@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_a_truncated_archive_is_refused(path: Path, room: Path, pack: packing.Pack, share: float) -> None:
    content = pack([("a.txt", os.urandom(3000))])
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ReadError, match="损坏"):
        unpack(path, room)


@PACKERS
def test_any_flipped_bit_has_an_outcome(path: Path, room: Path, pack: packing.Pack) -> None:
    content = pack([("报告.txt", bytes(range(256)) * 4), ("二.txt", b"2" * 500)])
    for at in range(0, len(content), 3):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        try:
            found = unpack(path, room)
        except ReadError as error:
            assert error.message
        else:
            assert all((member.path is None) == bool(member.reason) for member in found.members)


def test_rar_is_to_be_unpacked_first(tmp_path: Path, path: Path, room: Path) -> None:
    rar = tmp_path / "x.rar"
    rar.write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(50))
    assert is_archive(rar)
    assert contents(rar, room) == {"": NOT_PACKED}
    path.write_bytes(packing.zipped([("x.rar", rar.read_bytes()), ("a.txt", b"1")]))
    assert contents(path, room) == {"x.rar": NOT_PACKED, "a.txt": "1"}
    assert len(list(room.iterdir())) == 1


def test_without_py7zr_it_is_said_what_to_install(path: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(packing.seven([("a.txt", b"1")]))
    monkeypatch.setitem(sys.modules, "py7zr", None)
    with pytest.raises(ReadError, match=r"heshu\[7z\]"):
        unpack(path, room)


def test_what_is_a_document_inside_is_no_archive(tmp_path: Path, path: Path, room: Path) -> None:
    for names in (["[Content_Types].xml", "word/document.xml", "readme.txt"], ["OFD.xml", "a.txt"], ["mimetype"]):
        path.write_bytes(packing.zipped([(name, b"") for name in names]))
        assert unpack(path, room).is_document and not is_archive(path)
        assert [e.path for e in walk(path, lambda p, n: partial(unpack, p, room, n)) if isinstance(e, File)] == [path]
    path.write_bytes(b"%PDF-1.7 under another suffix")
    assert unpack(path, room).is_document and not is_archive(path)
