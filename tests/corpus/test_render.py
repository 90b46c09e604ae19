"""Text reports set as Word and PDF: nothing of the text is lost, merges and headings are real, the same text gives the same file."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import docx
import pdfplumber
import pytest

from corpus.generate import make_report
from corpus.render import fonts, read_blocks, render
from corpus.render.blocks import Paragraph, Table
from corpus.render.fonts import Face
from corpus.render.pdf import wrap
from extractor.readers.text import clean
from tests.conftest import need

SHEET = """一级指标\t二级指标\t三级指标\t分值\t评分标准\t得分
决策\t项目立项\t立项依据\t3\t有依据得满分\t3
\t\t立项程序\t2\t程序规范得满分\t1.5
\t绩效目标\t目标合理\t4\t目标合理得满分\t4
过程\t资金管理\t到位率\t5\t按比例得分\t5
合计\t\t\t14\t\t13.5
"""
REPORT = f"""某镇路灯项目绩效评价报告

委托单位：某镇财政所

二〇二三年五月

目 录

一、基本情况\t1
（一）立项\t2

一、基本情况

（一）立项

项目总投资12.5万元，其中上级补助占一大半，其余由镇里自筹解决，评价组核

对了全部凭证。

附件1：得分表

{SHEET}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    need("font")
    source = tmp_path_factory.mktemp("written") / "report.txt"
    source.write_text(REPORT, encoding="utf-8")
    return {path.suffix[1:]: path for path in render([source], ["docx", "pdf"])}


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


def docx_text(path: Path) -> str:
    """Paragraphs and cells, each merged cell once."""
    document = docx.Document(str(path))
    parts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        seen = []
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.append(cell._tc)
                    parts.append(cell.text)
    return "\n".join(parts)


def pdf_text(path: Path) -> str:
    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def test_blocks_are_told_apart() -> None:
    blocks = read_blocks(REPORT)
    roles = [block.role for block in blocks if isinstance(block, Paragraph)]
    assert roles == [
        "cover", "cover", "cover", "title", "contents", "contents", "heading", "heading", "text", "text", "title",
    ]  # fmt: skip
    halves = [block for block in blocks if isinstance(block, Paragraph) and block.role == "text"]
    assert [half.continues for half in halves] == [False, True]
    table = next(block for block in blocks if isinstance(block, Table))
    assert set(table.merges) == {(1, 0, 3, 0), (1, 1, 2, 1), (5, 0, 5, 2)}


def test_two_header_rows_are_merged_over_names_and_weights() -> None:
    text = "一级指标\t二级指标\t\t得分\n\t名称\t分值\t\n决策\t立项\t6\t6\n\t目标\t4\t3\n"
    table = next(block for block in read_blocks(text) if isinstance(block, Table))
    assert table.header == 2
    assert set(table.merges) == {(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3), (2, 0, 3, 0)}


def test_cells_that_stand_on_a_line_each_are_a_table_in_rows() -> None:
    text = (
        "表1\n\t[bookmark: _Toc1]名称\n\t实付\n（元）\n\n\t路灯\n\t12\n\n\t\n\t30\n\n\n（二）完成情况\n\t缩进的一段\n"
    )
    caption, table, heading, indented = read_blocks(text)
    assert isinstance(table, Table)
    assert table.rows == [["名称", "实付（元）"], ["路灯", "12"], ["", "30"]]
    assert [block.text for block in (caption, heading, indented) if isinstance(block, Paragraph)] == [
        "表1", "（二）完成情况", "缩进的一段",
    ]  # fmt: skip


def test_a_row_with_one_text_far_to_the_right_stays_in_its_table() -> None:
    (table,) = read_blocks("\t\t评分依据续前页\n\t立项\t有依据\n")
    assert isinstance(table, Table)
    assert table.rows[0] == ["", "", "评分依据续前页"]


def test_closing_punctuation_takes_the_character_before_it_to_the_next_line() -> None:
    assert wrap("x y z! w", "Courier", 10, width=30) == ["x y ", "z! w"]


def test_word_has_headings_and_merged_cells(written: dict[str, Path]) -> None:
    document = docx.Document(str(written["docx"]))
    headings = {p.text: p.style.name for p in document.paragraphs if p.style and p.style.name.startswith("Heading")}
    assert headings["一、基本情况"] == "Heading 1"
    assert headings["（一）立项"] == "Heading 2"
    cells = document.tables[0].rows[3].cells
    assert [cell.text for cell in cells] == ["决策", "绩效目标", "目标合理", "4", "目标合理得满分", "4"]
    assert document.sections[0].header.paragraphs[0].text == "某镇路灯项目绩效评价报告"


def test_no_text_is_lost(written: dict[str, Path]) -> None:
    wanted = letters(REPORT)
    assert letters(docx_text(written["docx"])) == wanted
    assert not wanted - letters(pdf_text(written["pdf"]))


def test_pdf_embeds_its_fonts_and_keeps_merges(written: dict[str, Path]) -> None:
    with pdfplumber.open(written["pdf"]) as pdf:
        used = {char["fontname"] for page in pdf.pages for char in page.chars}
        assert used
        assert all("+" in name for name in used), "subset fonts have a tag before their name"
        table = next(table for page in pdf.pages for table in page.extract_tables())
        assert table[1][:3] == ["决策", "项目立项", "立项依据"]
        assert table[2][:3] == [None, None, "立项程序"]
        assert pdf.pages[-1].extract_text().strip().endswith(f"- {len(pdf.pages)} -")


def test_generated_reports_keep_all_text(tmp_path: Path) -> None:
    need("font")
    sources = [tmp_path / f"r{index}.txt" for index in (1, 4)]
    for index, source in zip((1, 4), sources, strict=True):
        source.write_text(make_report("render", index).text, encoding="utf-8")
    render(sources, ["docx", "pdf"])
    for source in sources:
        lines = map(clean, source.read_text(encoding="utf-8").splitlines())
        text = re.sub(r"(?m)^#+ |\.{3,}|-----", "", "\n".join(lines))
        assert not letters(text) - letters(docx_text(source.with_suffix(".docx")))
        missing = letters(text) - letters(pdf_text(source.with_suffix(".pdf")))
        assert missing.total() == 0, missing


def test_the_same_text_gives_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("font")
    for name, now in (("a", 1_600_000_000), ("b", 1_700_000_000)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        fonts._load.cache_clear()
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.txt").write_text(REPORT, encoding="utf-8")
        render([tmp_path / name / "report.txt"], ["docx", "pdf"])
    for kind in ("docx", "pdf"):
        assert (tmp_path / "a" / f"report.{kind}").read_bytes() == (tmp_path / "b" / f"report.{kind}").read_bytes()


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.txt").write_text(f"一、{name}\n", encoding="utf-8")
    written = render([tmp_path / "a" / "report.txt", tmp_path / "b" / "report.txt"], ["docx"], tmp_path / "out")
    assert [docx_text(path).strip() for path in written] == ["一、a", "一、b"]


def test_without_a_cjk_font_text_still_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_font", lambda names: None)
    face: Face = fonts.load_face("路灯项目，无字体")
    assert "未嵌入" in face.note
    notes: list[str] = []
    source = tmp_path / "report.txt"
    source.write_text("路灯项目，无字体", encoding="utf-8")
    path = render([source], ["pdf"], tell=notes.append)[0]
    assert notes == [face.note]
    assert pdf_text(path).startswith("路灯项目")


def test_a_row_taller_than_a_page_goes_on_over_the_next(tmp_path: Path) -> None:
    need("font")
    words = "".join(f"第{n}处整改到位；" for n in range(900))
    source = tmp_path / "long.txt"
    source.write_text(f"序号\t说明\n1\t{words}\n2\t完\n", encoding="utf-8")
    path = render([source], ["pdf"])[0]
    with pdfplumber.open(path) as pdf:
        assert len(pdf.pages) > 2
    text = re.sub(r"\s", "", pdf_text(path))
    assert all(f"第{n}处" in text for n in (0, 450, 899))


def test_a_scan_shows_every_page_as_a_picture_and_is_the_same_for_the_same_text(tmp_path: Path) -> None:
    need("font")
    source = tmp_path / "report.txt"
    source.write_text(REPORT, encoding="utf-8")
    plain, scan = render([source], ["pdf", "scan"])
    assert scan.name == "report-scan.pdf"
    with pdfplumber.open(plain) as printed, pdfplumber.open(scan) as scanned:
        assert len(scanned.pages) == len(printed.pages)
        assert all(len(page.images) == 1 and not page.chars for page in scanned.pages)
    first = scan.read_bytes()
    render([source], ["scan"])
    assert scan.read_bytes() == first
