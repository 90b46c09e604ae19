"""Scans: what is on the picture of a page, and where."""

from __future__ import annotations

import re
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from corpus.render.fonts import CFF, TRUETYPE, find_font
from extractor.document import Document, Paragraph, Table, region
from extractor.layout import lay_out
from extractor.readers import ReadError, read
from tests.conftest import need
from tests.extractor.readers import scans

SENTENCES = ("本项目年初预算安排资金963.00万元，", "截至年末实际支出882.64万元，", "预算执行率为91.66%。")


@pytest.fixture(autouse=True)
def _needs() -> None:
    need("ocr")
    need("font")


def text_page() -> Image.Image:
    image = scans.page()
    for index, sentence in enumerate(SENTENCES):
        scans.write(image, 60, 60 + 28 * index, sentence)
    return image


def pdf(path: Path, *images: Image.Image) -> Path:
    canvas = Canvas(str(path))
    for image in images:
        data = BytesIO()
        image.save(data, "JPEG", quality=70)
        width, height = (side / scans.POINT for side in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(data), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return path


def text(document: Document) -> str:
    return "".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def box_of(document: Document, wanted: str) -> tuple[float, float, float, float]:
    for _, paragraph in document.paragraphs():
        start = paragraph.text.find(wanted)
        if start >= 0:
            _, box = region(paragraph.lines, start, start + len(wanted))
            assert box is not None
            return box
    raise AssertionError(f"{wanted} not in {text(document)}")


def texts(table: Table) -> list[list[str]]:
    return [table.texts(row) for row in range(len(table.rows))]


def test_a_scanned_page_is_read_and_named(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", text_page()))
    assert text(document) == "".join(SENTENCES)
    assert document.ocr_pages == [1]
    assert [warning.code for warning in document.warnings] == ["page.ocr"]
    lines = [line for _, paragraph in document.paragraphs() for line in paragraph.lines]
    assert all(len(line.sure) == line.end - line.start for line in lines)
    assert all(0.5 < sure <= 1 for line in lines for sure in line.sure)


@pytest.mark.parametrize("degrees", [-2.0, 1.3])
def test_evidence_of_a_skewed_page_is_where_it_stands_on_the_page(tmp_path: Path, degrees: float) -> None:
    straight = read(scans.saved(text_page(), tmp_path / "a.png"))
    skewed = text_page().rotate(-degrees, Image.Resampling.BICUBIC, fillcolor="white")
    tilted = read(scans.saved(skewed, tmp_path / "b.png"))
    assert text(tilted) == text(straight)
    x0, top, x1, bottom = box_of(tilted, "882.64")
    # What was at (x, y) of the straight page stands there after the turn around the middle.
    a, b, c, d = box_of(straight, "882.64")
    x, y = (a + c) / 2 - 210, (b + d) / 2 - 150
    turn = radians(degrees)
    where = (x * cos(turn) - y * sin(turn) + 210, x * sin(turn) + y * cos(turn) + 150)
    assert abs((x0 + x1) / 2 - where[0]) < 4 and abs((top + bottom) / 2 - where[1]) < 4
    assert bottom - top < 24


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_turned(tmp_path: Path, turn: int) -> None:
    document = read(pdf(tmp_path / "a.pdf", text_page().rotate(turn, expand=True)))
    assert text(document) == "".join(SENTENCES)
    width, height = document.pages[0]
    x0, top, x1, bottom = box_of(document, "91.66%")
    across = turn % 180 == 90
    assert (x1 - x0 < bottom - top) == across
    assert 0 <= x0 < x1 <= width and 0 <= top < bottom <= height


def test_the_black_around_a_page_does_not_tell_its_tilt(tmp_path: Path) -> None:
    image = text_page().rotate(1.5, Image.Resampling.BICUBIC, expand=True, fillcolor="black")
    framed = Image.new("RGB", (image.width + 80, image.height + 60), "black")
    framed.paste(image, (60, 20))
    assert text(read(scans.saved(framed, tmp_path / "a.png"))) == "".join(SENTENCES)


def test_a_noisy_page_on_grey_paper_is_read(tmp_path: Path) -> None:
    noise = Image.effect_noise((875, 625), 40).convert("RGB")
    image = Image.blend(text_page().resize(noise.size), noise, 0.3)
    assert text(read(scans.saved(image, tmp_path / "a.png"))) == "".join(SENTENCES)


def test_a_stamp_over_the_text_is_not_read(tmp_path: Path) -> None:
    image = text_page()
    scans.stamp(image, 200, 95)
    assert text(read(scans.saved(image, tmp_path / "a.png"))) == "".join(SENTENCES)


def test_a_red_heading_is_read(tmp_path: Path) -> None:
    image = text_page()
    ImageDraw.Draw(image).text((125, 50), "绩效评价报告", (220, 20, 30), scans.font(20))
    assert text(read(scans.saved(image, tmp_path / "a.png"))).startswith("绩效评价报告")


def test_a_ruled_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    rows = [["指标", "分值", "得分"], ["立项依据", "5", "5"], ["预算编制", "3", "2.5"], ["合计", "8", "—"]]
    image = scans.page()
    scans.table(image, [*rows[:-1], ["合计", "8", "——"]])
    document = read(scans.saved(image.rotate(0.8, fillcolor="white"), tmp_path / "a.png"))
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    assert texts(table) == rows


def test_columns_of_single_digits_do_not_lie_on_their_side(tmp_path: Path) -> None:
    image = scans.page()
    scans.table(image, [["指标", "分值", "得分"], ["立项依据", "5", "5"], ["合计", "8", "7"]])
    [table] = [b for b in read(scans.saved(image, tmp_path / "a.png")).blocks if isinstance(b, Table)]
    assert texts(table) == [["指标", "分值", "得分"], ["立项依据", "5", "5"], ["合计", "8", "7"]]


def test_neighbouring_cells_are_parted_by_their_ruling(tmp_path: Path) -> None:
    image = scans.page()
    scans.rule(image, [60, 150, 240, 330], [60, 90, 120])
    for row, top in enumerate((67, 97)):
        for column, word in enumerate(("项目支出", "资金管理", "业务管理")):
            scans.write(image, 60 + 90 * column + (34 if column == 0 else 6), top, word if row == 0 else "123456", 13)
    document = read(scans.saved(image, tmp_path / "a.png"))
    [table] = [block for block in document.blocks if isinstance(block, Table)]
    assert texts(table) == [["项目支出", "资金管理", "业务管理"], ["123456"] * 3]


def test_every_page_of_a_tiff_is_read_in_order_whatever_the_number_of_jobs(tmp_path: Path) -> None:
    pages = []
    for number in "一二三":
        image = scans.page(height=120)
        scans.write(image, 60, 40, f"第{number}部分项目概况")
        pages.append(image)
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], dpi=(scans.DPI, scans.DPI))
    for jobs in (1, 2):
        document = read(tmp_path / "a.tif", jobs=jobs)
        assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == [
            f"第{number}部分项目概况" for number in "一二三"
        ]
        assert document.ocr_pages == [1, 2, 3] and document.format == "image"


def test_a_page_with_a_worthless_text_layer_is_recognised(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(420, 300))
    canvas.drawImage(ImageReader(text_page()), 0, 0, 420, 300)
    layer = canvas.beginText(60, 200)
    layer.setTextRenderMode(3)
    for _ in range(3):
        layer.textLine("~*jtl?I:ffi#$ BMXit&%=~ llflfl ~Fl {ti`ltE")
    canvas.drawText(layer)
    canvas.showPage()
    canvas.save()
    document = read(tmp_path / "a.pdf")
    assert text(document) == "".join(SENTENCES) and document.ocr_pages == [1]


def test_a_picture_that_was_cut_off_is_named_damaged(tmp_path: Path) -> None:
    whole = scans.saved(text_page(), tmp_path / "a.png").read_bytes()
    for name, data in (("b.png", whole[: len(whole) // 2]), ("c.png", whole[:40])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ReadError) as error:
            read(tmp_path / name)
        assert error.value.code == "file.truncated"


def test_a_picture_of_nothing_is_named_empty(tmp_path: Path) -> None:
    for size in ((3, 3), (900, 1200)):
        Image.new("L", size, 250).save(tmp_path / "a.png", dpi=(150, 150))
        with pytest.raises(ReadError) as error:
            read(tmp_path / "a.png")
        assert error.value.code == "file.empty"


def test_a_picture_too_large_to_be_a_page_is_refused(tmp_path: Path) -> None:
    Image.new("1", (16_000, 16_000)).save(tmp_path / "a.png")
    with pytest.raises(ReadError) as error:
        read(tmp_path / "a.png")
    assert error.value.code == "file.bomb"


def test_the_leaders_of_contents_are_dots_and_the_page_behind_them_is_read(tmp_path: Path) -> None:
    image = scans.page()
    for number, title in enumerate(("一、项目概况", "二、评价结论", "三、存在的问题")):
        width = 14 * len(title)
        scans.write(image, 60, 60 + 28 * number, title)
        scans.write(image, 64 + width, 60 + 28 * number, "." * 48, 12)
        scans.write(image, 360, 60 + 28 * number, str(11 + number))
    said = [block.text for block in read(scans.saved(image, tmp_path / "a.png")).blocks if isinstance(block, Paragraph)]
    assert [line.replace(".", "").replace(" ", "") for line in said] == [
        "一、项目概况11",
        "二、评价结论12",
        "三、存在的问题13",
    ]
    assert all("." * 8 in line for line in said)


def test_the_running_lines_of_a_turned_page_are_taken_out(tmp_path: Path) -> None:
    pages = []
    for number in range(1, 6):
        image = scans.page(300, 400)
        scans.write(image, 80, 20, "绩效评价报告", 10)
        scans.write(image, 40, 100 + 20 * number, f"第{number}页说明资金的使用情况。")
        scans.write(image, 140, 370, f"- {number} -", 10)
        pages.append(image.rotate(180) if number == 3 else image)
    [document] = lay_out(read(pdf(tmp_path / "a.pdf", *pages)))
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        f"第{number}页说明资金的使用情况。" for number in range(1, 6)
    ]


def test_the_words_of_a_stamp_are_not_read(tmp_path: Path) -> None:
    image = text_page()
    scans.stamp(image, 300, 200, words="财务专用章")
    assert text(read(scans.saved(image, tmp_path / "a.png"))) == "".join(SENTENCES)


def test_two_pages_on_one_sheet_are_read_one_after_the_other(tmp_path: Path) -> None:
    sheet = scans.page(700, 500)
    for x in (40, 390):
        for line, sentence in enumerate(SENTENCES):
            scans.write(sheet, x, 60 + 28 * line, sentence, 13)
        scans.table(sheet, [["指标", "得分"], ["项目决策", "18"]], x, 200)
    scans.write(sheet, 390, 30, "二、评价结论")
    for turn in (0, 90):
        document = read(scans.saved(sheet.rotate(turn, expand=True), tmp_path / f"{turn}.png"))
        said = [b.text if isinstance(b, Paragraph) else texts(b)[1][1] for b in document.blocks]
        assert "".join(said) == "".join([*SENTENCES, "18", "二、评价结论", *SENTENCES, "18"])
        assert {line.page for _, paragraph in document.paragraphs() for line in paragraph.lines} == {1}
    upright = read(tmp_path / "0.png")
    x0, top, x1, _ = box_of(upright, "二、评价结论")
    assert abs(x0 - 390) < 5 and abs(top - 30) < 8 and abs(x1 - 474) < 5


def with_header(canvas: Canvas, words: str = "某项目支出绩效评价报告") -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", 10)
    canvas.drawString(60, 560, words)
    canvas.drawString(60, 20, "附件一　第 35 页，共 40 页")


def test_a_large_picture_on_a_page_with_text_is_read_where_it_stands(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(540, 600))
    with_header(canvas)
    image = text_page()
    scans.table(image, [["指标", "得分"], ["项目决策", "18"]], 60, 180)
    canvas.drawImage(ImageReader(image), 60, 120, 420, 300)
    canvas.showPage()
    canvas.save()
    document = read(tmp_path / "a.pdf")
    said = [b.text if isinstance(b, Paragraph) else texts(b)[1][1] for b in document.blocks]
    assert "".join(said) == "".join(["某项目支出绩效评价报告", *SENTENCES, "18", "附件一 第 35 页，共 40 页"])
    assert document.ocr_pages == [1] and [w.code for w in document.warnings] == ["page.picture"]
    x0, top, x1, bottom = box_of(document, "882.64")
    assert abs(x0 - 60 - 172) < 5 and abs(x1 - 60 - 215) < 5 and abs(top - 180 - 92) < 8 and bottom - top < 24
    header = document.blocks[0]
    assert isinstance(header, Paragraph) and header.lines[0].sure == ()


def test_text_on_a_picture_is_never_thrown_away(tmp_path: Path) -> None:
    """A page of a few lines over a picture that fills it: what the file tells stays as it tells it."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(540, 600))
    paper = scans.page(540, 600, paper=225)
    scans.write(paper, 60, 300, "图中另有一行说明文字", 14)
    canvas.drawImage(ImageReader(paper), 0, 0, 540, 600)
    with_header(canvas, "饎赪麤龘绩效评价报告")  # rare characters, which a recogniser would miss
    canvas.showPage()
    canvas.save()
    said = [block.text for block in read(tmp_path / "a.pdf").blocks if isinstance(block, Paragraph)]
    assert said == ["饎赪麤龘绩效评价报告", "图中另有一行说明文字", "附件一 第 35 页，共 40 页"]


def test_without_recognition_a_large_picture_beside_text_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extractor.readers.ocr.available", lambda: False)
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(540, 600))
    with_header(canvas)
    canvas.drawImage(ImageReader(text_page()), 60, 120, 420, 300)
    canvas.showPage()
    canvas.save()
    document = read(tmp_path / "a.pdf")
    [warning] = document.warnings
    assert warning.code == "page.unread" and "heshu[ocr]" in warning.message
    assert next(b.text for b in document.blocks if isinstance(b, Paragraph)) == "某项目支出绩效评价报告"


def test_text_that_is_drawn_as_outlines_is_recognised(tmp_path: Path) -> None:
    from fontTools import ttLib
    from fontTools.pens.basePen import BasePen

    class Outline(BasePen):
        def __init__(self, glyphs: Any, path: Any) -> None:
            super().__init__(glyphs)
            self.path = path

        def _moveTo(self, at: Any) -> None:
            self.path.moveTo(*at)

        def _lineTo(self, at: Any) -> None:
            self.path.lineTo(*at)

        def _curveToOne(self, a: Any, b: Any, at: Any) -> None:
            self.path.curveTo(*a, *b, *at)

        def _closePath(self) -> None:
            self.path.close()

    path = find_font(TRUETYPE + CFF)
    assert path is not None
    face = ttLib.TTFont(path, fontNumber=2 if path.suffix == ".ttc" else -1)
    glyphs, names, em = face.getGlyphSet(), face.getBestCmap(), face["head"].unitsPerEm
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(420, 300))
    for row, sentence in enumerate(SENTENCES):
        x = 60.0
        for sign in sentence:
            pen = Outline(glyphs, canvas.beginPath())
            glyphs[names[ord(sign)]].draw(pen)
            canvas.saveState()
            canvas.translate(x, 230 - 28 * row)
            canvas.scale(14 / em, 14 / em)
            canvas.drawPath(pen.path, stroke=0, fill=1)
            canvas.restoreState()
            x += 14 * glyphs[names[ord(sign)]].width / em
    canvas.showPage()
    canvas.save()
    document = read(tmp_path / "a.pdf")
    assert text(document) == "".join(SENTENCES) and document.ocr_pages == [1]


def test_a_page_whose_font_does_not_tell_its_characters_is_recognised(tmp_path: Path) -> None:
    """The figures are told, the words are not."""
    fonts = {"Words": re.sub(r"[\d.%]", "", "".join(SENTENCES)), "Figures": "0123456789.%"}
    for name, characters in fonts.items():
        pdfmetrics.registerFont(TTFont(name, str(scans.truetype(characters, tmp_path / f"{name}.ttf"))))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(420, 300), pageCompression=0)
    for row, sentence in enumerate(SENTENCES):
        line = canvas.beginText(60, 230 - 28 * row)
        for part in re.findall(r"[\d.%]+|[^\d.%]+", sentence):
            line.setFont("Figures" if part[0].isdecimal() else "Words", 14)
            line.textOut(part)
        canvas.drawText(line)
    canvas.showPage()
    canvas.save()
    data = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "told.pdf").write_bytes(data)
    number = re.search(rb"/BaseFont /\w+\+Words\b.{0,999}?/ToUnicode", data, re.DOTALL)
    assert number is not None
    (tmp_path / "a.pdf").write_bytes(data[: number.end() - 9] + b"X" + data[number.end() - 8 :])
    told, untold = read(tmp_path / "told.pdf"), read(tmp_path / "a.pdf")
    assert (told.ocr_pages, untold.ocr_pages) == ([], [1])
    assert text(told) == text(untold) == "".join(SENTENCES)


def test_a_table_under_a_stamp_keeps_its_rulings(tmp_path: Path) -> None:
    rows = [["指标", "分值", "得分"], ["立项依据", "5", "4.5"], ["预算编制", "3", "2.5"], ["合计", "8", "7"]]
    image = scans.page()
    scans.table(image, rows)
    scans.stamp(image, 240, 120, words="财务专用章")
    coarse = image.resize((round(image.width * 110 / scans.DPI), round(image.height * 110 / scans.DPI)))
    coarse.save(tmp_path / "a.jpg", quality=45, dpi=(110, 110))
    [table] = [block for block in read(tmp_path / "a.jpg").blocks if isinstance(block, Table)]
    assert texts(table) == rows
