"""PDFs made here with reportlab; its CID font needs no font file and keeps a text layer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table as Drawn

from extractor.document import Document, Paragraph, Table, region
from extractor.readers import ReadError
from extractor.readers.page_blocks import page_list
from extractor.readers.pdf import read

FONT = "STSong-Light"
WIDTH, HEIGHT = A4
LEFT, EM = 72.0, 14.0
PER_LINE = 32
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def canvas(path: Path, **options: object) -> Canvas:
    made = Canvas(str(path), pagesize=A4, **options)
    made.setFont(FONT, EM)
    return made


def body(made: Canvas, top: float, text: str, indent: float = 2, size: float = EM) -> float:
    """Sets a paragraph of full-width characters in lines of 32 ems; returns the level after it."""
    made.setFont(FONT, size)
    line, rest = text[: int(PER_LINE - indent)], text[int(PER_LINE - indent) :]
    x = LEFT + indent * size
    while line:
        made.drawString(x, HEIGHT - top - size, line)
        top, x = top + 1.6 * size, LEFT
        line, rest = rest[:PER_LINE], rest[PER_LINE:]
    return top


def draw(made: Canvas, rows: list[list[str]], style: list[tuple[object, ...]], x: float, top: float) -> float:
    drawn = Drawn(rows, style=[("FONT", (0, 0), (-1, -1), FONT, 10), *style])
    _, height = drawn.wrapOn(made, WIDTH, HEIGHT)
    drawn.drawOn(made, x, HEIGHT - top - height)
    return top + height


GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def scan(made: Canvas) -> None:
    """A page that is a picture."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (60, 84), (200, 200, 200)).save(data, "PNG")
    data.seek(0)
    made.drawImage(ImageReader(data), 0, 0, WIDTH, HEIGHT)


FIRST = (
    "本项目由区水务局组织实施，对全区十二条河道开展清淤、护岸整治和水生态修复，安排专项资金六百八十万元，"
    "用于工程建设和后期管护，受益群众约三万人。"
)
SECOND = (
    "截至年末，项目资金全部到位，实际支出六百五十二万元，各项工程均已完工并通过验收，河道水质明显改善，群众满意度较高。"
)


def test_lines_of_a_paragraph_are_joined_and_indents_begin_new_ones(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    top = body(made, 80, "一、项目基本情况", indent=0, size=16)
    top = body(made, top, FIRST)
    body(made, top, SECOND)
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == ["一、项目基本情况", FIRST, SECOND]


def test_a_line_that_looks_numbered_inside_a_sentence_does_not_break_it(tmp_path: Path) -> None:
    opening = "评价组逐项核对账册，发现两个项目单位没有按照管理办法第九条第"
    text = opening[:30] + "（二）项的要求报送决算。"
    made = canvas(tmp_path / "a.pdf")
    top = body(made, 80, text)
    top = body(made, top, "（三）上述单位应当限期整改。")
    body(made, top, FIRST)
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == [text, "（三）上述单位应当限期整改。", FIRST]


def test_a_line_may_stop_short_of_what_could_not_be_parted(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    for top, x, line in (
        (80, 2, FIRST[:30]),
        (102, 0, FIRST[30:62]),
        (124, 0, FIRST[62:]),
        (146, 2, "其中部分效益类指标多为定性描述，没有明确的评价标准，指标值"),
        (168, 0, "用“有所提高”等说法，不利于事后考核。"),
        (190, 2, "以上问题请予重视。"),
    ):
        made.drawString(LEFT + x * EM, HEIGHT - top, line)
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == [
        FIRST,
        "其中部分效益类指标多为定性描述，没有明确的评价标准，指标值用“有所提高”等说法，不利于事后考核。",
        "以上问题请予重视。",
    ]


def test_gaps_set_between_chinese_and_figures_are_no_spaces(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    x = LEFT
    for piece in ("截至", "2024", "年", "12", "月共支出", "86.5", "万元"):
        made.drawString(x, 700, piece)
        x += pdfmetrics.stringWidth(piece, FONT, EM) + 0.25 * EM
    made.drawString(LEFT, 650, "采用 Value for Money 方法")
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == ["截至2024年12月共支出86.5万元", "采用 Value for Money 方法"]


def test_the_box_of_a_figure_is_where_the_figure_stands(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    body(made, 80, "项目预算为", indent=0)
    made.drawString(LEFT + 5 * EM, HEIGHT - 80 - EM, "652")
    made.save()
    paragraph = read(tmp_path / "a.pdf").blocks[0]
    assert isinstance(paragraph, Paragraph)
    start = paragraph.text.index("652")
    page, box = region(paragraph.lines, start, start + 3)
    assert page == 1 and box is not None
    assert box[0] == pytest.approx(LEFT + 5 * EM, abs=1)
    assert box[2] == pytest.approx(LEFT + 5 * EM + pdfmetrics.stringWidth("652", FONT, EM), abs=1)
    assert 78 < box[1] < 84 and 92 < box[3] < 98


def test_merged_cells_are_one_cell_in_every_place(tmp_path: Path) -> None:
    rows = [
        ["一级指标", "二级指标", "得分情况", ""],
        ["", "", "分值", "得分"],
        ["产出", "数量", "20", "18"],
        ["", "质量", "10", "9.5"],
        ["合计", "", "30", "27.5"],
    ]
    spans = [((0, 0), (0, 1)), ((1, 0), (1, 1)), ((2, 0), (3, 0)), ((0, 2), (0, 3)), ((0, 4), (1, 4))]
    made = canvas(tmp_path / "a.pdf")
    draw(made, rows, [GRID, *(("SPAN", a, b) for a, b in spans)], LEFT, 100)
    made.save()
    (table,) = tables(read(tmp_path / "a.pdf"))
    assert [table.texts(r) for r in range(5)] == [
        ["一级指标", "二级指标", "得分情况", "得分情况"],
        ["一级指标", "二级指标", "分值", "得分"],
        ["产出", "数量", "20", "18"],
        ["产出", "质量", "10", "9.5"],
        ["合计", "合计", "30", "27.5"],
    ]
    assert table.rows[2][0] is table.rows[3][0] and table.rows[2][0].row_span == 2
    assert table.rows[0][2] is table.rows[0][3] and table.rows[0][2].column_span == 2


def test_a_cell_of_several_lines_is_one_text_and_a_new_item_a_new_line(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    rows = [["指标", "评分标准"], ["资金使用合规\n性", "①符合规定得2\n分；\n②手续完备得1\n分。"]]
    draw(made, rows, [GRID], LEFT, 100)
    made.save()
    (table,) = tables(read(tmp_path / "a.pdf"))
    assert table.texts(1) == ["资金使用合规性", "①符合规定得2分；\n②手续完备得1分。"]


def test_a_table_over_two_pages_is_one_table_a_page(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    top = body(made, 80, "各镇资金安排如下。")
    draw(made, [["镇名", "金额"], ["东河镇", "12.5"]], [GRID], LEFT, top + 600)
    made.showPage()
    top = draw(made, [["西河镇", "13.5"], ["合计", "26.0"]], [GRID], LEFT, 60)
    body(made, top + 20, "资金均已拨付到位。")
    made.save()
    document = read(tmp_path / "a.pdf")
    kinds = [(type(block).__name__, block.page, block.after_break) for block in document.blocks]
    assert kinds == [
        ("Paragraph", 1, False),
        ("Table", 1, False),
        ("Table", 2, True),
        ("Paragraph", 2, False),
    ]
    assert [t.texts(r) for t in tables(document) for r in range(2)] == [
        ["镇名", "金额"],
        ["东河镇", "12.5"],
        ["西河镇", "13.5"],
        ["合计", "26.0"],
    ]


def test_open_sides_and_level_rulings_alone_make_tables(tmp_path: Path) -> None:
    rows = [["项目", "预算数", "执行数"], ["设备购置", "120.00", "118.40"], ["人员培训", "80.00", "80.00"]]
    widths = [160, 140, 140]
    made = canvas(tmp_path / "a.pdf")
    for top, style in (
        (
            100,
            [
                ("INNERGRID", (0, 0), (-1, -1), 0.5, "black"),
                ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
                ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
            ],
        ),
        (
            400,
            [
                ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
                ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
            ],
        ),
    ):
        drawn = Drawn(rows, colWidths=widths, style=[("FONT", (0, 0), (-1, -1), FONT, 10), *style])
        _, height = drawn.wrapOn(made, WIDTH, HEIGHT)
        drawn.drawOn(made, LEFT, HEIGHT - top - height)
    made.save()
    found = tables(read(tmp_path / "a.pdf"))
    assert [[t.texts(r) for r in range(3)] for t in found] == [rows, rows]


def test_a_frame_around_the_page_and_underlines_are_no_tables(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.rect(40, 40, WIDTH - 80, HEIGHT - 80)
    for top, label in ((200, "项目名称："), (240, "主管部门："), (280, "评价机构：")):
        made.drawString(LEFT, HEIGHT - top, label + "东河镇水务站")
        made.line(LEFT + 5 * EM, HEIGHT - top - 2, LEFT + 20 * EM, HEIGHT - top - 2)
    made.save()
    document = read(tmp_path / "a.pdf")
    assert not tables(document)
    assert paragraphs(document) == ["项目名称：东河镇水务站", "主管部门：东河镇水务站", "评价机构：东河镇水务站"]


def test_a_page_without_rulings_has_no_table(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    for row in range(6):
        made.drawString(LEFT, 700 - 24 * row, f"第{row + 1}项")
        made.drawString(LEFT + 200, 700 - 24 * row, f"{row}.00")
    made.save()
    document = read(tmp_path / "a.pdf")
    assert not tables(document) and len(document.blocks) == 6


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_pages_read_upright(tmp_path: Path, rotation: int) -> None:
    """The page is drawn turned and its /Rotate turns it back, as Word writes landscape sections."""
    path = tmp_path / "a.pdf"
    width, height = (HEIGHT, WIDTH) if rotation % 180 == 90 else (WIDTH, HEIGHT)
    made = Canvas(str(path), pagesize=(width, height))  # as shown: reportlab turns the sheet below it
    made.setPageRotation(rotation)
    made.translate(*{90: (WIDTH, 0), 180: (WIDTH, HEIGHT), 270: (0, HEIGHT)}[rotation])
    made.rotate(rotation)
    drawn = Drawn([["指标", "得分"], ["数量", "18"]], style=[("FONT", (0, 0), (-1, -1), FONT, 10), GRID])
    drawn.wrapOn(made, width, height)
    drawn.drawOn(made, 100, height - 200)
    made.setFont(FONT, EM)
    made.drawString(100, height - 100, "附表：指标得分表")
    made.save()
    document = read(path)
    assert document.pages == [(pytest.approx(width, abs=0.2), pytest.approx(height, abs=0.2))]
    assert paragraphs(document) == ["附表：指标得分表"]
    (table,) = tables(document)
    assert [table.texts(0), table.texts(1)] == [["指标", "得分"], ["数量", "18"]]
    paragraph = document.blocks[0]
    assert isinstance(paragraph, Paragraph)
    assert paragraph.lines[0].bbox[0] == pytest.approx(100, abs=1)
    assert paragraph.lines[0].bbox[1] == pytest.approx(100 - 0.88 * EM, abs=2)


def test_a_table_drawn_sideways_reads_upright_and_its_boxes_fit_the_page_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    made = Canvas(str(path), pagesize=A4)
    made.translate(WIDTH, 0)
    made.rotate(90)
    drawn = Drawn([["指标", "得分"], ["数量", "18"]], style=[("FONT", (0, 0), (-1, -1), FONT, 10), GRID])
    drawn.wrapOn(made, HEIGHT, WIDTH)
    drawn.drawOn(made, 100, WIDTH - 200)
    made.save()
    document = read(path)
    (table,) = tables(document)
    assert [table.texts(0), table.texts(1)] == [["指标", "得分"], ["数量", "18"]]
    (line,) = table.rows[1][1].lines
    assert line.bbox[2] - line.bbox[0] < WIDTH and line.bbox[3] < HEIGHT
    assert line.bbox[3] - line.bbox[1] == pytest.approx(pdfmetrics.stringWidth("18", FONT, 10), abs=1)
    assert line.bbox[1] > HEIGHT / 2, "what is at the left of the sheet is at the bottom of the page"


def test_landscape_pages_keep_their_size(tmp_path: Path) -> None:
    made = Canvas(str(tmp_path / "a.pdf"), pagesize=landscape(A4))
    made.setFont(FONT, EM)
    made.drawString(LEFT, 400, "横向页面")
    made.save()
    assert read(tmp_path / "a.pdf").pages == [(841.9, 595.3)]


def test_an_encrypted_file_asks_for_its_password(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    made = canvas(path, encrypt=StandardEncryption("open", "owner", strength=128))
    made.drawString(LEFT, 700, "内部资料")
    made.save()
    with pytest.raises(ReadError) as without:
        read(path)
    assert without.value.code == "file.encrypted" and "--password" in without.value.message
    with pytest.raises(ReadError) as wrong:
        read(path, "shut")
    assert wrong.value.code == "file.password"
    assert paragraphs(read(path, "open")) == ["内部资料"]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_named_truncated(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.pdf"
    made = canvas(path)
    for _ in range(20):
        body(made, 80, FIRST)
        made.showPage()
    made.save()
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(ReadError) as error:
        read(path)
    assert error.value.code == "file.truncated"


def test_an_empty_file_and_a_file_of_blank_pages_are_named_empty(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"")
    made = canvas(tmp_path / "b.pdf")
    made.showPage()
    made.save()
    for name in ("a.pdf", "b.pdf"):
        with pytest.raises(ReadError) as error:
            read(tmp_path / name)
        assert error.value.code == "file.empty"


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the extra."""
    monkeypatch.setattr("extractor.readers.ocr.available", lambda: False)


def test_a_file_without_text_layer_is_named_a_scan_with_its_pages(tmp_path: Path, no_ocr: None) -> None:
    made = canvas(tmp_path / "a.pdf")
    for _ in range(3):
        scan(made)
        made.showPage()
    made.save()
    with pytest.raises(ReadError) as error:
        read(tmp_path / "a.pdf")
    assert error.value.code == "file.scan"
    assert "扫描" in error.value.message and "第1-3页" in error.value.message
    assert "heshu[ocr]" in error.value.message


def test_scanned_pages_among_others_are_a_warning(tmp_path: Path, no_ocr: None) -> None:
    made = canvas(tmp_path / "a.pdf")
    body(made, 80, FIRST)
    made.showPage()
    scan(made)
    made.showPage()
    body(made, 80, SECOND)
    made.save()
    document = read(tmp_path / "a.pdf")
    assert paragraphs(document) == [FIRST, SECOND]
    assert [(w.code, "第2页" in w.message) for w in document.warnings] == [("page.scan", True)]
    assert len(document.pages) == 3


def test_pages_are_listed_as_a_person_writes_them() -> None:
    assert page_list([1, 2, 3, 7, 9, 10]) == "第1-3、7、9-10页"


def test_a_radical_is_the_character_it_stands_for(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.drawString(LEFT, 700, "⽀出合计１００元")
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == ["支出合计１００元"]


def test_the_lines_of_a_contents_page_stay_apart(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    entries = [("一、项目基本情况", "1"), ("（一）立项背景", "2"), ("（二）资金安排", "3"), ("二、评价结论", "5")]
    dot = pdfmetrics.stringWidth(".", FONT, EM)
    for row, (title, number) in enumerate(entries):
        level = 700 - 24 * row
        made.drawString(LEFT, level, title)
        dots = int((PER_LINE * EM - pdfmetrics.stringWidth(title + number, FONT, EM)) / dot)
        made.drawString(LEFT + pdfmetrics.stringWidth(title, FONT, EM), level, "." * dots)
        made.drawRightString(LEFT + PER_LINE * EM, level, number)
    made.save()
    found = paragraphs(read(tmp_path / "a.pdf"))
    assert [text.split(".")[0] for text in found] == [title for title, _ in entries]
    assert [text.split(".")[-1].strip() for text in found] == [number for _, number in entries]


def test_a_title_of_two_centred_lines_is_one_paragraph(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.setFont(FONT, 22)
    made.drawCentredString(WIDTH / 2, 760, "二〇二三年度河道综合整治项目")
    made.drawCentredString(WIDTH / 2, 726, "绩效评价报告")
    made.setFont(FONT, EM)
    made.drawCentredString(WIDTH / 2, 600, "评价机构：明衡会计师事务所")
    top = body(made, 300, FIRST)
    body(made, top, SECOND)
    made.save()
    found = paragraphs(read(tmp_path / "a.pdf"))
    assert found[:2] == ["二〇二三年度河道综合整治项目绩效评价报告", "评价机构：明衡会计师事务所"]


def test_a_watermark_is_not_in_the_text(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    body(made, 80, FIRST)
    made.translate(300, 400)
    made.rotate(45)
    made.setFont(FONT, 40)
    made.drawString(-100, 0, "内部资料")
    made.save()
    assert paragraphs(read(tmp_path / "a.pdf")) == [FIRST]


def test_a_footnote_is_told_and_does_not_part_the_sentence_that_goes_on(tmp_path: Path) -> None:
    text = FIRST + SECOND
    made = canvas(tmp_path / "a.pdf")
    body(made, 640, text[:62])
    made.line(LEFT, HEIGHT - 740, LEFT + 140, HEIGHT - 740)
    made.setFont(FONT, 9)
    made.drawString(LEFT, HEIGHT - 752, "① 资料来源于区水务局年度决算。")
    made.showPage()
    made.setFont(FONT, 9)
    made.drawString(LEFT, HEIGHT - 50, "河道综合整治项目绩效评价报告")
    top = body(made, 80, text[62:], indent=0)
    body(made, top, FIRST)
    made.save()
    found = [b for b in read(tmp_path / "a.pdf").blocks if isinstance(b, Paragraph)]
    assert [(b.text, b.place) for b in found] == [
        (text[:62], "body"),
        ("河道综合整治项目绩效评价报告", "body"),
        (text[62:], "body"),
        ("① 资料来源于区水务局年度决算。", "footnote"),
        (FIRST, "body"),
    ]


def test_a_figure_too_wide_for_its_cell_stays_in_one_piece(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    for x in (100, 160, 200, 300):
        made.line(x, 500, x, 560)
    for y in (500, 530, 560):
        made.line(100, y, 300, y)
    made.setFont(FONT, 10)
    for y, row in ((540, ("项目", "金额", "说明")), (510, ("设备", "1,234,567.89", ""))):
        for x, text in zip((104, 164, 240), row, strict=True):
            made.drawString(x, y, text)
    made.save()
    (table,) = tables(read(tmp_path / "a.pdf"))
    assert table.texts(1) == ["设备", "1,234,567.89", ""]


def test_an_owner_password_alone_does_not_lock_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    made = canvas(path, encrypt=StandardEncryption("", "owner", strength=128))
    made.drawString(LEFT, 700, "公开资料")
    made.save()
    assert paragraphs(read(path)) == ["公开资料"]


def test_what_a_download_leaves_behind_the_end_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    made = canvas(path)
    body(made, 80, FIRST)
    made.save()
    path.write_bytes(path.read_bytes() + b"\0" * 10_000 + b"<!-- served -->")
    assert paragraphs(read(path)) == [FIRST]


def without_meaning() -> bytes:
    """A page whose only font numbers its glyphs and does not say which characters they are."""
    content = b"BT /F1 14 Tf 72 700 Td (ABCDEFGHIJKLMNOP) Tj ET"
    descriptor = b"<</Type/FontDescriptor/FontName/AAAAAA+Song/Flags 4/FontBBox[0 0 1000 1000]/Ascent 880/Descent -120"
    descriptor += b"/CapHeight 700/ItalicAngle 0/StemV 80>>"
    font = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Song/DW 1000/FontDescriptor " + descriptor
    font += b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Song/Encoding/Identity-H/DescendantFonts[" + font + b"]>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def test_a_text_layer_without_meaning_is_a_warning(tmp_path: Path, no_ocr: None) -> None:
    (tmp_path / "a.pdf").write_bytes(without_meaning())
    assert [w.code for w in read(tmp_path / "a.pdf").warnings] == ["page.garbled"]


def test_a_label_set_sideways_in_its_cell_is_read(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    rows = [["", "数量", "20"], ["", "质量", "10"]]
    draw(made, rows, [GRID, ("SPAN", (0, 0), (0, 1))], LEFT, 100)
    made.translate(LEFT + 8, HEIGHT - 134)
    made.rotate(90)
    made.setFont(FONT, 10)
    made.drawString(0, 0, "产出")
    made.save()
    (table,) = tables(read(tmp_path / "a.pdf"))
    assert table.texts(1) == ["产出", "质量", "10"]
    (line,) = table.rows[0][0].lines
    assert line.bbox[0] < LEFT + 14 and line.bbox[3] - line.bbox[1] > 15


def test_a_table_inside_a_frame_around_the_page_is_read(tmp_path: Path) -> None:
    made = canvas(tmp_path / "a.pdf")
    made.rect(40, 40, WIDTH - 80, HEIGHT - 80)
    body(made, 80, "各镇资金安排如下。")
    draw(made, [["镇名", "金额"], ["东河镇", "12.5"]], [GRID], LEFT, 140)
    made.save()
    document = read(tmp_path / "a.pdf")
    assert paragraphs(document) == ["各镇资金安排如下。"]
    assert [t.texts(1) for t in tables(document)] == [["东河镇", "12.5"]]
