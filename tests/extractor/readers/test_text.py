"""Text exports: lines are paragraphs, lines with tabs are tables, residue of exports is gone."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.document import Paragraph, Table
from extractor.readers import ReadError, detect, read, text
from extractor.readers.text_encoding import decoded


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


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs"]
SIMPLIFIED = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
TRADITIONAL = (
    "績效評價報告項目預算執行經費資金單位縣區財政應當實際業務開發管理產業農業環境監督質量標準數據統計調查滿意度問題建議"
)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    said = "績效評價報告：預算１２萬元。" if encoding.startswith("big5") else "绩效评价报告：预算１２万元"
    path = write(tmp_path, said.encode(encoding))
    assert texts(path) == [said]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data())
def test_any_report_is_read_in_any_encoding(encoding: str, data: st.DataObject) -> None:
    characters = TRADITIONAL if encoding.startswith("big5") else SIMPLIFIED + "绩效评价预算支出万元"
    sentence = st.text(st.sampled_from(characters + "0123456789."), min_size=12, max_size=60)
    said = "。\n".join(data.draw(st.lists(sentence, min_size=1, max_size=5))) + "，"
    assume(sum(char in characters for char in said) >= 6)
    found = decoded(said.encode(encoding))
    assert found is not None
    assert (found.text, found.unreadable, found.cut) == (said, 0, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030", "big5hkscs"])
def test_text_cut_short_is_read_to_its_end_and_said_to_be_cut(tmp_path: Path, encoding: str) -> None:
    said = "項目預算執行，滿意度。" * 5 if encoding.startswith("big5") else "本项目预算执行较好，满意度高。" * 5
    path = write(tmp_path, said.encode(encoding)[:-1])
    assert texts(path) == [said[:-1]]
    assert "text.cut" in [w.code for w in read(path).warnings]


def test_a_damaged_character_costs_no_more_than_itself(tmp_path: Path) -> None:
    data = bytearray("本项目预算963万元，执行率91.66%，评价等级为良。".encode() * 3)
    data[4] = 0xFF
    document = read(write(tmp_path, bytes(data)))
    assert "执行率91.66%" in texts(write(tmp_path, bytes(data)))[0]
    assert [w.code for w in document.warnings] == ["text.unreadable"]


def test_big5_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, "績效評價報告：預算執行率較高，滿意度為九成。".encode("big5"))
    assert [w.code for w in read(path).warnings] == ["text.encoding"]


def test_an_endless_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_BYTES", 1000)
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "报告" * 400))
    assert caught.value.code == "file.bomb"


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "file.empty", "空"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "file.truncated", "图片"),
        (b"\x00\x01\x02\x03" * 50, "file.unsupported", "格式"),
        (b"PK\x03\x04 cut short", "file.truncated", "损坏"),
        (b"{\\rtf1 abc", "file.truncated", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.truncated", "旧版 Office"),
        (b"\n \n\t\n", "file.empty", "没有文字"),
        (bytes(range(128, 256)) * 8, "file.encoding", "编码"),
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
