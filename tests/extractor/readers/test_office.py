""".doc, .wps, .rtf and .odt: what LibreOffice makes of them, and what is said where it cannot be asked."""

from __future__ import annotations

import http.server
import os
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import olefile
import pytest

from extractor.document import Document, Paragraph, Table
from extractor.readers import ReadError, libreoffice, office, read
from tests.conftest import need
from tests.extractor.readers.rich_word import rich_word
from tests.extractor.readers.test_docx import p, word

RTF = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}"
    r"{\*\listtable{\list\listtemplateid1{\listlevel\levelnfc37\leveljc0\levelstartat1\levelfollow2"
    r"{\leveltext\'02\'00\u12289 ?;}{\levelnumbers\'01;}}{\listname ;}\listid77}}"
    r"{\*\listoverridetable{\listoverride\listid77\listoverridecount0\ls1}}"
    r"\pard\f0 \'bc\'a8\'d0\'a7\'c6\'c0\'bc\'db\'b1\'a8\'b8\'e6\par"
    r"{\pard\ls1\ilvl0 \u39033 ?\u30446 ?\u27010 ?\u20917 ?\par}"
    r"\trowd\clmgf\cellx2000\clmrg\cellx4000\cellx6000\intbl A\cell\cell C\cell\row"
    r"\trowd\cellx2000\cellx4000\cellx6000\intbl 1\cell 2\cell 3\cell\row\pard 87.08\par}"
)
OFFICE = 'office:version="1.2" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
TEXT = (
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def odt(path: Path, body: str, locked: str = "") -> Path:
    kind = "application/vnd.oasis.opendocument.text"
    entries = "".join(
        f'<m:file-entry m:full-path="{name}" m:media-type="{media}">{locked}</m:file-entry>'
        for name, media in (("/", kind), ("content.xml", "text/xml"))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"<office:document-content {OFFICE} {TEXT}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml", f'<m:manifest xmlns:m="{MANIFEST}" m:version="1.2">{entries}</m:manifest>'
        )
    return path


def rtf(path: Path, inside: str = "87.08") -> Path:
    path.write_text(r"{\rtf1\ansi " + inside + r"\par}")
    return path


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def grids(document: Document) -> list[list[list[str]]]:
    return [[b.texts(row) for row in range(len(b.rows))] for b in document.blocks if isinstance(b, Table)]


def fails(path: Path, password: str | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(path, password)
    return caught.value


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a script in LibreOffice's place, at first one that fails; $out is where its result belongs."""
    script = tmp_path / "soffice"
    monkeypatch.setenv(libreoffice.PROGRAM, str(script))

    def does(text: str) -> None:
        script.write_text('#!/bin/sh\nfor given; do out="$last"; last="$given"; done\n' + text)
        script.chmod(0o700)

    does("exit 1")
    return does


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Word file with all that Word can do, as .docx and .doc."""
    need("libreoffice")
    folder = tmp_path_factory.mktemp("rich")
    made = rich_word(folder / "report.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [libreoffice.program(), profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(folder)]
    subprocess.run([*command, str(made)], check=True, capture_output=True, timeout=120)
    return folder


def test_old_word_keeps_numbers_merges_boxes_and_revisions(rich: Path) -> None:
    old, new = read(rich / "report.doc"), read(rich / "report.docx")
    assert (old.format, new.format) == ("doc", "docx")
    assert texts(old) == texts(new)
    assert "（一）项目背景" in texts(old) and "框内：预算963万元" in texts(old)
    assert grids(old) == grids(new)
    assert [w.code for w in old.warnings] == ["docx.revisions"]
    assert [b.text for b in old.furniture] == ["某项目绩效评价报告"]


def test_a_wps_file_is_an_old_word_file(rich: Path, tmp_path: Path, stand_in: Callable[[str], None]) -> None:
    made = tmp_path / "report.wps"
    made.write_bytes((rich / "report.doc").read_bytes())
    stand_in(f'mkdir -p "$out" && cp {rich / "report.docx"} "$out"')
    document = read(made)
    assert (document.format, texts(document)[0]) == ("doc", "某市乡村道路养护项目绩效评价报告")
    assert fails(_cut(made, 0.3)).code == "file.truncated"
    assert fails(_cut(made, 0.9)).code == "file.truncated"


def _cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    cut = path.with_stem(f"cut{share}")
    cut.write_bytes(data[: int(len(data) * share)])
    return cut


def test_a_locked_old_word_file_asks_for_its_password(rich: Path, tmp_path: Path) -> None:
    data = bytearray((rich / "report.doc").read_bytes())
    with olefile.OleFileIO(BytesIO(data)) as container:
        start = container.openstream("WordDocument").read(64)
    data[data.find(start) + 11] |= 1  # fEncrypted
    made = tmp_path / "report.doc"
    made.write_bytes(data)
    error = fails(made)
    assert error.code == "file.encrypted" and "--password" in error.message
    assert fails(made, "口令").code in ("file.encrypted", "file.password", "file.truncated")


def test_rtf_is_read_with_the_numbers_that_word_draws(tmp_path: Path) -> None:
    need("libreoffice")
    path = tmp_path / "report.rtf"
    path.write_bytes(RTF.encode("ascii"))
    document = read(path)
    assert document.format == "rtf"
    assert texts(document) == ["绩效评价报告", "一、项目概况", "87.08"]
    assert grids(document) == [[["A", "A", "C"], ["1", "2", "3"]]]


def test_nothing_is_fetched_and_no_other_file_is_drawn_in(tmp_path: Path) -> None:
    need("libreoffice")
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    secret = odt(tmp_path / "secret.odt", "<text:p>别处的内容</text:p>")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        away = f"http://127.0.0.1:{server.server_address[1]}"
        linked = "".join(
            f'<text:section text:name="s{n}"><text:section-source xlink:type="simple" xlink:href="{target}"/>'
            "</text:section>"
            for n, target in enumerate((secret.as_uri(), f"{away}/section.odt"))
        )
        linked += (
            f'<text:p><draw:frame draw:name="f" svg:width="4cm" svg:height="4cm"><draw:image xlink:type="simple" '
            f'xlink:show="embed" xlink:actuate="onLoad" xlink:href="{away}/picture.png"/></draw:frame></text:p>'
        )
        document = read(odt(tmp_path / "report.odt", f"<text:p>正文</text:p>{linked}"))
    finally:
        server.shutdown()
        server.server_close()
    assert document.format == "odt"
    assert texts(document) == ["正文"]
    assert asked == []


def test_several_at_once_do_not_collide(tmp_path: Path) -> None:
    need("libreoffice")
    paths = [rtf(tmp_path / f"{n}.rtf", f"report {n}") for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        assert [texts(document) for document in pool.map(read, paths)] == [["report 0"], ["report 1"]]


def test_without_libreoffice_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(libreoffice.PROGRAM, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(libreoffice, "USUAL_PLACES", ())
    error = fails(rtf(tmp_path / "report.rtf"))
    assert error.code == "file.converter"
    assert "安装 LibreOffice" in error.message and "HESHU_SOFFICE" in error.message
    monkeypatch.setenv(libreoffice.PROGRAM, str(tmp_path / "none"))
    error = fails(rtf(tmp_path / "report.rtf"))
    assert error.code == "file.converter" and str(tmp_path / "none") in error.message


def test_what_the_converter_makes_is_read_and_nothing_is_left_behind(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = word(tmp_path / "made.docx", p("转换所得"))
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    stand_in(f'mkdir -p "$out" && cp {made} "$out/report.docx"')
    document = read(rtf(tmp_path / "report.rtf"))
    assert (document.format, texts(document)) == ("rtf", ["转换所得"])
    assert list(room.iterdir()) == []


def test_a_converter_that_hangs_is_stopped_with_all_it_started(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    stand_in(f"sleep 300 &\necho $! > {tmp_path}/child\nwait")
    error = fails(rtf(tmp_path / "report.rtf"))
    assert error.code == "file.timeout" and "1 秒" in error.message
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not _runs(child):
            break
        time.sleep(0.1)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.is_file() or ") Z" not in status.read_text()  # not yet waited for by its new parent


def test_a_converter_that_makes_nothing_or_too_much(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fails(rtf(tmp_path / "report.rtf")).code == "file.truncated"
    monkeypatch.setattr(libreoffice, "MOST_BYTES", 2**20)
    stand_in('mkdir -p "$out"; head -c 9000000 /dev/zero > "$out/report.docx"')
    error = fails(rtf(tmp_path / "report.rtf"))
    assert error.code == "file.bomb" and "庞大" in error.message


@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_rtf_and_odt_cut_short(tmp_path: Path, stand_in: Callable[[str], None], share: float) -> None:
    whole = tmp_path / "report.rtf"
    whole.write_bytes(RTF.encode("ascii"))
    assert fails(_cut(whole, share)).code == "file.truncated"
    whole = odt(tmp_path / "report.odt", "".join(f"<text:p>第{n * n}段</text:p>" for n in range(300)))
    assert fails(_cut(whole, share)).code == "file.truncated"


def test_a_locked_odt_says_so(tmp_path: Path, stand_in: Callable[[str], None]) -> None:
    error = fails(odt(tmp_path / "report.odt", "<text:p/>", locked="<m:encryption-data/>"), "口令")
    assert error.code == "file.encrypted" and "密码" in error.message


def test_bombs_never_reach_the_converter(
    tmp_path: Path, stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(f"touch {tmp_path}/asked")
    assert fails(odt(tmp_path / "report.odt", " " * (40 * 2**20))).code == "file.bomb"
    monkeypatch.setattr(office, "MOST_BYTES", 1000)
    assert fails(rtf(tmp_path / "report.rtf", "x" * 2000)).code == "file.bomb"
    assert not (tmp_path / "asked").exists()


def test_other_files_of_the_old_office_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "报告.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "表格" in fails(path).message
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"))
    assert "Excel" in fails(path).message


def test_word_formats_under_the_suffix_of_another_are_no_warning(
    tmp_path: Path, stand_in: Callable[[str], None]
) -> None:
    assert read(word(tmp_path / "report.doc", p("新格式旧后缀"))).warnings == []
    stand_in(f'mkdir -p "$out" && cp {word(tmp_path / "made.docx", p("甲"))} "$out/report.docx"')
    assert read(rtf(tmp_path / "report2.doc")).warnings == []
    assert [w.code for w in read(rtf(tmp_path / "report.pdf")).warnings] == ["file.suffix"]
