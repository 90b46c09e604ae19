"""Files of every format that are locked, cut short or bombs, and machines that lack what a format needs: each gets one line
that names it and the reason, in one run, in bounded memory; a sound file among them is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from msoffcrypto.format.ooxml import OOXMLFile
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extractor import jobs
from extractor.cli import commands
from extractor.readers import ReadError, libreoffice, ocr, read
from tests.extractor.archives import packing
from tests.extractor.readers.ofd_files import ofd, text
from tests.extractor.readers.test_docx import TYPES, p, word
from tests.extractor.readers.test_office import MANIFEST, odt

MEMORY = 3 * 2**29  # bytes, most of them what the program itself is; a bomb would take many times as much
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODT = "application/vnd.oasis.opendocument.text"
ZEROS = bytes(40 * 2**20)
WORDS = "".join(p(f"第{n * n}段，金额{n * 37 % 101}万元") for n in range(300))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf(*objects: bytes, resources: bytes = b"<<>>") -> bytes:
    """A PDF of one page; the objects are numbered from 4 on, its content the first of them."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % resources
    every = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *objects)
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(every, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(every) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(every) + 1) + table + tail


def packed_twice() -> bytes:
    """Two gigabytes of nothing in a few thousand bytes."""
    packer = zlib.compressobj(9)
    head, piece = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH), packer.compress(ZEROS)
    once = head + (piece + packer.flush(zlib.Z_FULL_FLUSH)) * 50
    return pdf(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))


def drawn_in_one_another() -> bytes:
    """Forms that draw the next one ten times each."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>"
    forms = [stream(b"/F Do " * 10, form % (6 + depth)) for depth in range(7)]
    last = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return pdf(stream(b"/F Do " * 10), *forms, last, resources=b"<</XObject<</F 5 0 R>>>>")


def endless_strokes() -> bytes:
    return pdf(stream(zlib.compress(b"0 0 m 1 1 l S\n" * 300_000, 9), b"/Filter/FlateDecode"))


def locked_pdf() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, encrypt=StandardEncryption("open", "owner", strength=128))
    canvas.drawString(90, 700, "2023")
    canvas.save()
    return made.getvalue()


def locked_word(folder: Path) -> bytes:
    made = io.BytesIO()
    with word(folder / "plain.docx", WORDS).open("rb") as plain:
        OOXMLFile(plain).encrypt("口令", made)
    return made.getvalue()


def zipped(**parts: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def picture(form: str, size: tuple[int, int]) -> bytes:
    made = io.BytesIO()
    (Image.effect_noise(size, 90) if size[0] < 1000 else Image.new("1", size, 1)).save(made, form)
    return made.getvalue()


def pages(count: int) -> bytes:
    """A TIFF of so many pages with one picture."""
    made = picture("TIFF", (9, 9))
    (start,) = struct.unpack_from("<I", made, 4)
    directory = made[start : start + 2 + 12 * struct.unpack_from("<H", made, start)[0]]
    return made[:start] + b"".join(
        directory + struct.pack("<I", start + n * (len(directory) + 4) if n < count else 0) for n in range(1, count + 1)
    )


def claims_pixels() -> bytes:
    """A PNG that says to be 60,000 pixels wide and high."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b""), b"IEND")
    made = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def made(make: Callable[[Path], Path]) -> Callable[[Path], bytes]:
    return lambda folder: make(folder / "made").read_bytes()


WORD = made(lambda path: word(path, WORDS))
ODT_FILE = made(lambda path: odt(path, "".join(f"<text:p>第{n * n}段</text:p>" for n in range(300))))
OFD = made(lambda path: ofd(path, [[text(f"第{n}行", 25, 30 + n)] for n in range(50)]))
LOCKED_ODT = made(lambda path: odt(path, "<text:p/>", locked=f'<m:encryption-data xmlns:m="{MANIFEST}"/>'))
BIG = {"[Content_Types].xml": TYPES, "word/document.xml": ZEROS}

LOCKED: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "locked.pdf": (lambda _: locked_pdf(), "文件已加密，请用 --password"),
    "locked.docx": (locked_word, "文件已加密，请用 --password"),
    "locked.docm": (locked_word, "文件已加密，请用 --password"),
    "locked.odt": (LOCKED_ODT, "文件已加密，请先用 LibreOffice 或 WPS 取消密码"),
    "locked.ofd": (lambda _: zipped(**{"Encryptions.xml": "<Encryptions/>"}), "OFD 文件已加密"),
    "locked.7z": (lambda _: packing.seven([("a.txt", b"1")], "口令", whole=True), "压缩包已加密，请用 --password"),
    "members.7z": (lambda _: packing.seven([("a.txt", b"1")], "口令"), "压缩包内的文件已加密，请用 --password"),
    "locked.zip": (lambda _: packing.marked_as_encrypted(packing.zipped([("a.txt", b"1")])), "压缩包内的文件已加密"),
}
CUT: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "cut.pdf": (lambda _: locked_pdf(), "文件不完整：PDF 的结尾缺失"),
    "cut.docx": (WORD, "文件不完整或已损坏"),
    "cut.docm": (WORD, "文件不完整或已损坏"),
    "cut.doc": (lambda _: OLE + bytes(600), "文件不完整或已损坏（旧版 Office"),
    "cut.wps": (lambda _: OLE + bytes(600), "文件不完整或已损坏（旧版 Office"),
    "cut.rtf": (lambda _: b"{\\rtf1 " + b"text " * 99 + b"}", "文件不完整或已损坏"),
    "cut.odt": (ODT_FILE, "文件不完整或已损坏"),
    "cut.ofd": (OFD, "文件不完整或已损坏"),
    "cut.png": (lambda _: picture("PNG", (300, 300)), "已损坏"),
    "cut.jpg": (lambda _: picture("JPEG", (300, 300)), "已损坏"),
    "cut.tif": (lambda _: picture("TIFF", (300, 300)), "已损坏"),
    "cut.zip": (lambda _: packing.zipped([("a.txt", b"1" * 99)]), "压缩包不完整或已损坏"),
    "cut.7z": (lambda _: packing.seven([("a.txt", b"1" * 99)]), "压缩包不完整或已损坏"),
}
BOMBS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "twice.pdf": (lambda _: packed_twice(), "内存不足"),
    "forms.pdf": (lambda _: drawn_in_one_another(), "内存不足"),
    "strokes.pdf": (lambda _: endless_strokes(), "没有任何文字"),
    "bomb.docx": (lambda _: zipped(**BIG), "压缩炸弹"),
    "bomb.docm": (lambda _: zipped(**BIG), "压缩炸弹"),
    "bomb.odt": (lambda _: zipped(mimetype=ODT, **{"content.xml": ZEROS}), "压缩炸弹"),
    "bomb.ofd": (lambda _: zipped(**{"OFD.xml": ZEROS}), "压缩炸弹"),
    "groups.rtf": (lambda _: b"{\\rtf1 " + b"{" * 10**6 + b"x" + b"}" * 10**6 + b"}", "层次异常地深"),
    "binary.rtf": (lambda _: b"{\\rtf1 \\bin2000000000 " + b"x" * 99 + b"}", "文件不完整或已损坏"),
    "lines.txt": (lambda _: "项\n".encode() * 1_100_000, "超过 100 万行"),
    "bytes.txt": (lambda _: "项目预算".encode() * 3_000_000, "超过 32 MB"),
    "pixels.png": (lambda _: claims_pixels(), "展开后过大"),
    "pixels.tif": (lambda _: picture("TIFF", (16_000, 9_000)), "展开后过大"),
    "pixels.jpg": (lambda _: picture("JPEG", (16_000, 9_000)), "展开后过大"),
    "pages.tif": (lambda _: pages(5_001), "超过 5000 页"),
    "bomb.zip": (lambda _: packing.zipped([("a.txt", ZEROS)]), "压缩炸弹"),
    "bomb.7z": (lambda _: packing.seven([("a.txt", ZEROS)]), "压缩炸弹"),
}
OTHERS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "book.xlsx": (lambda _: zipped(**{"[Content_Types].xml": TYPES, "xl/workbook.xml": "<x/>"}), "是 Excel"),
    "x.rar": (lambda _: b"Rar!\x1a\x07\x01\x00" + bytes(50), "是 RAR 压缩包，暂不支持"),
}
EVERY = LOCKED | CUT | BOMBS | OTHERS


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `heshu check` says of each of them, all in one run; what is said of the sound file is what it is called."""
    folder, room = tmp_path_factory.mktemp("bad"), tmp_path_factory.mktemp("room")
    for name, (make, _) in EVERY.items():
        content = make(room)
        (folder / name).write_bytes(content[: len(content) * 2 // 3] if name in CUT else content)
    sound = folder / "sound.txt"
    sound.write_text("某项目绩效评价报告\n项目预算100万元。\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "MOST_MEMORY", MEMORY)
        patch.setattr(jobs, "PAGE_MEMORY", 0)
        run = CliRunner().invoke(commands, ["check", *(str(folder / name) for name in EVERY), str(sound)])
    assert run.exit_code == 2
    lines = [line.removeprefix(f"无法读取 {folder}/").partition("：") for line in run.stderr.splitlines()]
    return {name.partition("/")[0]: reason for name, _, reason in lines} | {"sound.txt": run.stdout}


@pytest.mark.parametrize("name", EVERY)
def test_a_bad_file_is_named_with_its_reason(said: dict[str, str], name: str) -> None:
    if name.endswith((".png", ".jpg", ".tif")) and not ocr.available():
        assert ocr.INSTALL in said[name]
    else:
        assert EVERY[name][1] in said[name]


def test_the_others_are_read(said: dict[str, str]) -> None:
    assert "sound.txt" in said["sound.txt"]
    assert len(said) == len(EVERY) + 1


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.rtf", "a.odt"])
def test_without_libreoffice_its_formats_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(libreoffice, "USUAL_PLACES", ())
    monkeypatch.delenv(libreoffice.PROGRAM, raising=False)
    monkeypatch.setenv("PATH", "")
    path = tmp_path / name
    if name.endswith(".odt"):
        odt(path, "<text:p/>")
    else:
        path.write_bytes(b"{\\rtf1 text}")
    with pytest.raises(ReadError, match=r"需要 LibreOffice.*安装 LibreOffice") as caught:
        read(path)
    assert caught.value.code == "file.converter"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "PDF"])
def test_without_ocr_scans_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    path = tmp_path / "scan"
    path.write_bytes(picture(form, (300, 300)))
    with pytest.raises(ReadError, match=r"heshu\[ocr\]"):
        read(path)
