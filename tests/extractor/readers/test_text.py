"""Text exports: lines are paragraphs, lines with tabs are tables, residue of exports is gone."""

from pathlib import Path

import pytest

from extractor.document import Paragraph, Table
from extractor.readers import ReadError, detect, read


def write(folder: Path, text: str | bytes, name: str = "报告.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def texts(path: Path) -> list[str]:
    return [b.text for b in read(path).blocks if isinstance(b, Paragraph)]


def grids(path: Path) -> list[list[list[str]]]:
    return [[b.texts(r) for r in range(len(b.rows))] for b in read(path).blocks if isinstance(b, Table)]


def test_lines_with_tabs_are_one_table_and_short_rows_are_filled(tmp_path: Path) -> None:
    path = write(tmp_path, "前文。\n指标\t分值\t得分\n决策\t20\t18\n\t过程\n后文。\n")
    assert texts(path) == ["前文。", "后文。"]
    assert grids(path) == [[["指标", "分值", "得分"], ["决策", "20", "18"], ["", "过程", ""]]]


def test_a_tab_alone_is_an_empty_cell_of_a_table_written_one_cell_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, "\t产出指标\n\t数量指标\n\n\t\n\t质量指标\n\n")
    assert grids(path) == [[["", "产出指标"], ["", "数量指标"]], [["", ""], ["", "质量指标"]]]


def test_a_blank_line_may_be_a_page_break(tmp_path: Path) -> None:
    blocks = read(write(tmp_path, "甲\n乙\n\n丙\n\na\tb\n\nc\td\n")).blocks
    assert [b.after_break for b in blocks] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        (
            "到位率= $(240 \\text{ 万元}/240 \\text{ 万元}) \\times 100\\%=100\\%$ 。",
            "到位率= (240  万元/240  万元) × 100%=100% 。",
        ),
        ("[bookmark: _Toc12]一、概况", "一、概况"),
        ("**（二）监督不力**", "（二）监督不力"),
        ("满意度 $\\geq 90\\%$ 得满分", "满意度 ≥ 90% 得满分"),
        ("占比=1.18/4.6\\*100%", "占比=1.18/4.6*100%"),
        ("<p>评价要点：</p>①合规", "评价要点：①合规"),
        ("《关于印发<实施方案>的通知》", "《关于印发<实施方案>的通知》"),
    ],
)
def test_residue_of_exports_goes_and_the_words_stay(tmp_path: Path, line: str, read_as: str) -> None:
    assert texts(write(tmp_path, line)) == [read_as]


def test_markdown_headings_keep_their_level(tmp_path: Path) -> None:
    (block,) = read(write(tmp_path, "### 二、评价结论\n")).blocks
    assert isinstance(block, Paragraph)
    assert (block.text, block.style.outline) == ("二、评价结论", 3)


def test_footnotes_stand_after_the_paragraph_that_refers_to_them(tmp_path: Path) -> None:
    blocks = read(write(tmp_path, "结论为“良”[footnoteRef:0]。 [0: 80（含）-90分为良。]\n")).blocks
    assert [(b.text, b.place) for b in blocks if isinstance(b, Paragraph)] == [
        ("结论为“良”。", "body"),
        ("80（含）-90分为良。", "footnote"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "绩效评价报告：预算１２万元".encode(encoding))
    assert texts(path) == ["绩效评价报告：预算１２万元"]


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "file.empty", "空"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "file.unsupported", "图片"),
        (b"\x00\x01\x02\x03" * 50, "file.unsupported", "格式"),
        (b"PK\x03\x04 cut short", "file.truncated", "损坏"),
        (b"{\\rtf1 abc", "file.truncated", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.truncated", "旧版 Office"),
        (b"\n \n\t\n", "file.empty", "没有文字"),
    ],
)
def test_what_is_no_report_is_refused_with_a_reason(tmp_path: Path, data: bytes, code: str, says: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, data))
    assert caught.value.code == code
    assert says in caught.value.message


def test_the_content_decides_and_a_lying_suffix_is_a_warning(tmp_path: Path) -> None:
    assert detect(write(tmp_path, b"%PDF-1.4 ...", "报告.docx")) == "pdf"
    document = read(write(tmp_path, "一、项目概况\n" + "本项目用于乡村道路的日常养护。" * 20, "报告.pdf"))
    assert document.format == "txt"
    assert [w.code for w in document.warnings] == ["file.suffix"]
    assert read(write(tmp_path, "一、项目概况", "报告.txt")).warnings == []


def test_a_few_lines_that_claim_to_be_word_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "not a document", "报告.docx"))
    assert caught.value.code == "file.suffix"
    assert ".docx" in caught.value.message


def test_a_missing_file_is_named_as_missing(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "无此文件.pdf")
    assert caught.value.code == "file.missing"
