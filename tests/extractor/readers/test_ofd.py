"""OFD files made here, as different programs write them: what they show is read alike."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from extractor.document import Document, Paragraph, Table
from extractor.readers import ReadError, ocr, ofd_page, read
from extractor.readers.ofd_image import Placed, shown
from extractor.readers.package import open_zip
from tests.conftest import need
from tests.extractor.readers import scans
from tests.extractor.readers.ofd_files import EM, Program, Sheet, image, line, ofd, path, table, text

LEFT = 25.0
ROWS = [["一级指标", "分值", "得分"], ["决策", "20", "18.50"], ["合计", "100"]]
PROGRAMS = {
    "plain": Program(),
    "repeats": Program(text="repeat", absolute=True),
    "single characters": Program(prefix="", text="single", rulings="fill"),
    "sizes by the matrix": Program(prefix="x:", text="turned", rulings="box"),
    "no namespace": Program(prefix="", space="", own_area=True),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.ofd"


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def only_table(document: Document) -> Table:
    (found,) = [block for block in document.blocks if isinstance(block, Table)]
    return found


def codes(document: Document) -> list[str]:
    return [warning.code for warning in document.warnings]


def fails(path: Path, password: str | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(path, password)
    return caught.value


def body(words: str, top: float, program: Program) -> list[str]:
    """A paragraph of 38 ems a line, its first line set in."""
    lines, rest = [""], 36.0
    for sign in words:
        rest -= 1 if sign > "\x7f" else 0.5
        if rest < 0:
            lines.append("")
            rest = 37.0
        lines[-1] += sign
    places = [LEFT + 2 * EM, *[LEFT] * (len(lines) - 1)]
    return [text(words, x, top + 1.5 * EM * n, program) for n, (words, x) in enumerate(zip(lines, places, strict=True))]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs_differ_and_are_read_alike(file: Path, program: Program) -> None:
    first = "本项目2021年度预算963.5万元，实际支出882.64万元，" + "用于乡村道路养护和桥梁检测。" * 4
    second = "评价得分87.08分，等级为良。"
    drawn = [*body(first, 30, program), *body(second, 60, program), *table(ROWS, LEFT, 80, program)]
    document = read(ofd(file, [drawn], program))
    assert (document.format, document.pages) == ("ofd", [(595.3, 841.9)])
    assert paragraphs(document) == [first, second]
    made = only_table(document)
    assert [[cell.text for cell in made.own(row)] for row in range(3)] == ROWS
    assert made.rows[2][1] is made.rows[2][2]


def test_places_are_points_on_the_page(file: Path) -> None:
    document = read(ofd(file, [[text("总分87.08分", 25.4, 50.8)]]))
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    (printed,) = block.lines
    assert printed.page == 1
    em = EM * 72 / 25.4
    assert printed.bbox == pytest.approx((72, 144 - 0.88 * em, 72 + 5.5 * em, 144 + 0.12 * em), abs=0.2)
    assert block.style.size == pytest.approx(em, abs=0.1)


def test_places_of_pages_in_elements_and_closed_paths(file: Path) -> None:
    drawn = [text("正文", LEFT, 40), path((25, 60, 80, 20), "M 0 0 L 80 0 L 80 20 L 0 20 Z", Program())]
    drawn += [path((65, 60, 1, 20), "M 0 0 L 0 20", Program()), text("甲", 30, 70), text("乙", 80, 70)]
    made = ofd(file, [drawn])
    with zipfile.ZipFile(made) as archive:
        root = archive.read("Doc_0/Document.xml").decode()
    place = "Doc_0/Pages/Page_0/Content.xml"
    root = root.replace(' BaseLoc="Pages/Page_0/Content.xml"/>', f"><ofd:BaseLoc>{place}</ofd:BaseLoc></ofd:Page>")
    document = read(ofd(file, [drawn], more={"Doc_0/Document.xml": root}))
    assert paragraphs(document) == ["正文"]
    assert only_table(document).texts(0) == ["甲", "乙"]


def test_templates_lie_under_the_pages_that_name_them(file: Path) -> None:
    head = text("某市财政局", 90, 15)
    pages = [Sheet([text("第一页的正文。", LEFT, 40)], ["7"]), Sheet([text("第二页的正文。", LEFT, 40)])]
    document = read(ofd(file, pages, templates={"7": [head, *table([["甲", "乙"], ["1", "2"]], LEFT, 60, Program())]}))
    assert paragraphs(document) == ["某市财政局", "第一页的正文。", "第二页的正文。"]
    assert only_table(document).page == 1


def test_composite_objects_are_drawn_where_they_are_used(file: Path) -> None:
    unit = f'<ofd:CompositeGraphicUnit ID="50" Width="60" Height="10"><ofd:Content>{text("组合", 0, 5)}'
    again = '<ofd:CompositeObject ID="6" Boundary="0 0 60 10" ResourceID="50"/></ofd:Content>'
    fonts = (
        f"</ofd:Fonts><ofd:CompositeGraphicUnits>{unit}{again}</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    used = '<ofd:CompositeObject ID="5" Boundary="40 100 60 10" ResourceID="50"/>'
    file = ofd(file, [[used]])
    with zipfile.ZipFile(file) as archive:
        plain = archive.read("Doc_0/PublicRes.xml").decode()
    resources = plain.replace("</ofd:Fonts>", fonts)
    document = read(ofd(file, [[used]], more={"Doc_0/PublicRes.xml": resources}))
    (block,) = document.blocks
    assert isinstance(block, Paragraph) and block.text == "组合"  # drawn over itself: read once
    assert block.lines[0].bbox[0] == pytest.approx(40 * 72 / 25.4, abs=0.2)


def test_bold_by_font_weight_and_outline(file: Path) -> None:
    fonts = '<ofd:Font ID="2" FontName="SimHei"/><ofd:Font ID="3" FontName="仿宋" Bold="true"/>'
    drawn = [
        text("黑体", LEFT, 30).replace('Font="1"', 'Font="2"'),
        text("粗体", LEFT, 60).replace('Font="1"', 'Font="3"'),
        text("加重", LEFT, 90, more=' Weight="700"'),
        text("描边", LEFT, 120, more=' Stroke="true"'),
        text("普通", LEFT, 150),
    ]
    blocks = read(ofd(file, [drawn], fonts=fonts)).blocks
    assert [b.style.bold for b in blocks if isinstance(b, Paragraph)] == [True, True, True, True, False]


def test_what_is_not_drawn_is_not_read(file: Path) -> None:
    drawn = [
        text("看得见", LEFT, 30),
        text("不显示", LEFT, 60, more=' Visible="false"'),
        path((0, 0, 100, 100), "M 25 80 L 125 80 B 1 1 2 2 3 3 A 4 4 0 0 1 9 9 Q 1 1 2 2 S 5 5 C", Program()),
    ]
    assert paragraphs(read(ofd(file, [drawn]))) == ["看得见"]


def test_vertical_text_and_text_without_steps(file: Path) -> None:
    code = '<ofd:TextCode X="0" Y="4.2" DeltaY="g 3 4.2">评价结论</ofd:TextCode>'
    down = f'<ofd:TextObject ID="1" Boundary="30 100 5 30" Font="1" Size="4.2">{code}</ofd:TextObject>'
    plain = '<ofd:TextCode X="0" Y="4.2">预算963.5万元</ofd:TextCode>'
    flat = f'<ofd:TextObject ID="1" Boundary="25 40 60 5" Font="1" Size="4.2">{plain}</ofd:TextObject>'
    cell = [line(28, 95, 36, 95, Program()), line(28, 95, 28, 130, Program()), line(36, 95, 36, 130, Program())]
    cell += [line(28, 130, 60, 130, Program()), line(28, 95, 60, 95, Program()), line(60, 95, 60, 130, Program())]
    document = read(ofd(file, [[flat, down, text("良", 40, 110), *cell]]))
    assert paragraphs(document) == ["预算963.5万元"]
    assert [cell.text for cell in only_table(document).own(0)] == ["评价结论", "良"]


def test_steps_along_the_direction_of_reading(file: Path) -> None:
    code = '<ofd:TextCode X="0" Y="0" DeltaX="g 3 4.2">评价结论</ofd:TextCode>'
    said = 'Boundary="100 100 5 30" Font="1" Size="4.2" ReadDirection="90" CharDirection="90"'
    drawn = [text("正文在此，横着排列。", LEFT, 40), f'<ofd:TextObject ID="1" {said}>{code}</ofd:TextObject>']
    assert paragraphs(read(ofd(file, [drawn]))) == ["正文在此，横着排列。", "评价结论"]


def test_pages_turned_by_the_matrix_are_read_upright(file: Path) -> None:
    # A landscape table on an upright page: all text runs upwards.
    words = [("项目名称", 60.0, 250.0), ("预算963万元", 80.0, 250.0)]
    drawn = []
    for sign, x, y in words:
        steps = " ".join(str(EM) if c > "\x7f" else str(EM / 2) for c in sign[:-1])
        code = f'<ofd:TextCode X="0" Y="0" DeltaX="{steps}">{sign}</ofd:TextCode>'
        drawn.append(
            f'<ofd:TextObject ID="1" Boundary="{x} {y} 9 9" CTM="0 -1 1 0 0 0" Font="1" Size="{EM}">{code}'
            "</ofd:TextObject>"
        )
    document = read(ofd(file, [drawn]))
    assert paragraphs(document) == ["项目名称", "预算963万元"]
    assert document.pages == [(595.3, 841.9)]


def test_the_documents_of_one_file_follow_one_another(file: Path) -> None:
    document = read(ofd(file, [[text("甲报告", LEFT, 40)], [text("乙页", LEFT, 40)]], folders=2))
    assert paragraphs(document) == ["甲报告", "乙页"] * 2
    assert len(document.pages) == 4
    assert document.blocks[2].page == 3


def test_seals_attachments_and_annotations_are_named(file: Path) -> None:
    more = {
        "Doc_0/Signs/Signatures.xml": '<Signatures><Signature ID="1" Type="Seal" BaseLoc="a"/>'
        '<Signature ID="2" BaseLoc="b"/><Signature ID="3" Type="Sign" BaseLoc="c"/></Signatures>',
        "Doc_0/Attachs/Attachments.xml": '<Attachments><Attachment Name="指标表.xlsx"><FileLoc>x</FileLoc></Attachment></Attachments>',
        "Doc_0/Annots/Annotations.xml": '<Annotations><Page PageID="100"><FileLoc>P/A.xml</FileLoc></Page></Annotations>',
        "Doc_0/Annots/P/A.xml": '<PageAnnot><Annot Type="Stamp"/><Annot Type="Link"/></PageAnnot>',
    }
    root = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments><ofd:Annotations>/Doc_0/Annots/Annotations.xml</ofd:Annotations>"
    signed = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    document = read(ofd(file, [[text("正文", LEFT, 40)]], root=root, body=signed, more=more))
    assert paragraphs(document) == ["正文"]
    said = {warning.code: warning.message for warning in document.warnings}
    assert list(said) == ["ofd.signatures", "ofd.attachments", "ofd.annotations"]
    assert "2 个电子印章、1 个数字签名" in said["ofd.signatures"]
    assert "指标表.xlsx" in said["ofd.attachments"]
    assert "1 处" in said["ofd.annotations"]


def test_pictures_of_pages_are_announced_as_scans(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    whole = image(0, 0, 210, 297)
    document = read(
        ofd(file, [[text("第一页有文字", LEFT, 40)], [whole], [image(20, 20, 30, 30), text("三", LEFT, 90)]])
    )
    assert [(w.code, "第2页" in w.message) for w in document.warnings] == [("page.scan", True)]
    assert fails(ofd(file, [[whole], [whole]])).code == "file.scan"


IMAGES = (
    '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image">'
    "<ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
)


def png(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def test_scanned_pages_are_recognised_where_that_is_installed(file: Path) -> None:
    need("ocr")
    need("font")
    page = scans.page(595, 842)
    scans.write(page, 100, 200, "预算执行率为91.66%。")
    more = {"Doc_0/PublicRes.xml": IMAGES, "Doc_0/Res/scan.png": png(page)}
    document = read(ofd(file, [[text("第一页有文字", LEFT, 40)], [image(0, 0, 210, 297)]], more=more))
    assert paragraphs(document) == ["第一页有文字", "预算执行率为91.66%。"]
    assert document.ocr_pages == [2]
    block = document.blocks[1]
    assert isinstance(block, Paragraph)
    assert block.lines[0].bbox[:2] == pytest.approx((100, 200), abs=6)


def test_an_image_that_cannot_be_opened_is_said(file: Path) -> None:
    need("ocr")
    more = {"Doc_0/PublicRes.xml": IMAGES, "Doc_0/Res/scan.png": b"\x97JB2\r\n\x1a\n"}
    document = read(ofd(file, [[text("第一页有文字", LEFT, 40)], [image(0, 0, 210, 297)]], more=more))
    assert set(codes(document)) == {"page.scan", "ofd.images"}


@pytest.mark.parametrize(
    ("matrix", "red"),
    [((40.0, 0.0, 0.0, -40.0, 10.0, 90.0), (15, 15)), ((-40.0, 0.0, 0.0, 40.0, 50.0, 50.0), (45, 45))],
    ids=["upright", "upside down"],
)
def test_images_are_shown_where_they_stand(
    file: Path, matrix: tuple[float, float, float, float, float, float], red: tuple[int, int]
) -> None:
    """The red quarter is the top left one of the image."""
    square = Image.new("RGB", (2, 2), "blue")
    square.putpixel((0, 0), (255, 0, 0))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.png", png(square))
    package = open_zip(file)
    with package.archive:
        picture = shown(package, [Placed("a.png", matrix)], (100.0, 100.0), 72)
    assert picture is not None and picture.shape == (100, 100, 3)
    x, y = red
    assert picture[y, x].tolist()[2] > 200 > 60 > picture[y, x].tolist()[0]
    assert picture[60 - y, 60 - x].tolist()[0] > 200
    assert picture[80, 80].tolist() == [255, 255, 255]


def test_glyphs_without_a_meaning_are_said(file: Path) -> None:
    drawn = text("¤¤¤¤¤¤", LEFT, 40).replace("<ofd:TextCode", '<ofd:CGTransform CodePosition="0"/><ofd:TextCode')
    assert codes(read(ofd(file, [[drawn]]))) == ["page.garbled"]


def test_the_current_version_is_read(file: Path) -> None:
    versions = '<ofd:Versions><ofd:Version ID="2" Current="true" BaseLoc="Doc_0/V/V2.xml"/></ofd:Versions>'
    more = {"Doc_0/V/V2.xml": "<DocVersion><DocRoot>/Doc_1/Document.xml</DocRoot></DocVersion>"}
    second = ofd(file.with_name("second.ofd"), [[text("新稿", LEFT, 40)]], folders=2)
    with zipfile.ZipFile(second) as archive:
        more |= {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("Doc_1")}
    assert paragraphs(read(ofd(file, [[text("旧稿", LEFT, 40)]], body=versions, more=more))) == ["新稿"]


def test_a_damaged_page_is_named_and_the_others_are_read(file: Path) -> None:
    sound = [text("正文", LEFT, 40)]
    document = read(ofd(file, [sound, sound, sound], more={"Doc_0/Pages/Page_1/Content.xml": "<Page><Con"}))
    assert paragraphs(document) == ["正文", "正文"]
    assert [w.message for w in document.warnings if w.code == "page.unreadable"] == ["第2页已损坏，未能读取"]


def test_truncated_files(file: Path) -> None:
    whole = ofd(file, [[text(f"第{n}行", LEFT, 30 + n)] for n in range(50)]).read_bytes()
    for share in (0.1, 0.5, 0.99):
        file.write_bytes(whole[: int(len(whole) * share)])
        error = fails(file)
        assert error.code == "file.truncated" and "损坏" in error.message
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("OFD.xml", "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>")
    assert fails(file).code == "file.truncated"


def test_encrypted_files(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Encryptions.xml", "<Encryptions/>")
        archive.writestr("Doc_0/entriesmap.dat", b"\x00")
    error = fails(file, "口令")
    assert error.code == "file.encrypted" and "加密" in error.message
    locked = bytearray(ofd(file, [[text("密", LEFT, 40)]]).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + offset] |= 1
            at = locked.find(mark, at + 4)
    file.write_bytes(locked)
    assert fails(file).code == "file.encrypted"


def test_bombs(file: Path) -> None:
    ofd(file, [[text("小", LEFT, 40)]], more={"Doc_0/Pages/Page_0/Content.xml": b"<Page>" + b" " * (40 * 2**20)})
    error = fails(file)
    assert error.code == "file.bomb" and "炸弹" in error.message
    shared = {f"Doc_0/Pages/Page_{n}/Content.xml": b"<Page>" + b" " * (9 * 2**20) + b"</Page>" for n in range(4)}
    assert fails(ofd(file, [[text("小", LEFT, 40)]] * 4, more=shared)).code == "file.bomb"
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Page><Content>&a;</Content></Page>'
    assert fails(ofd(file, [[]], more={"Doc_0/Pages/Page_0/Content.xml": entity})).code == "file.entities"


def test_objects_that_multiply_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd_page, "MOST_OBJECTS", 5_000)
    inner = "".join(f'<ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="{50}"/>' for _ in range(60))
    unit = f'<ofd:CompositeGraphicUnit ID="50"><ofd:Content>{inner}</ofd:Content></ofd:CompositeGraphicUnit>'
    resources = f'<ofd:Res xmlns:ofd="o"><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>'
    used = '<ofd:CompositeObject ID="5" Boundary="40 100 60 10" ResourceID="50"/>'
    assert fails(ofd(file, [[used]], more={"Doc_0/PublicRes.xml": resources})).code == "file.bomb"


JUNK = st.sampled_from(
    ["", " ", "abc", "1e999", "-1e999", "nan", "0", "-5", "1 2", "g 999999999 1", "g", "1 2 3 4 5", "真"]
)
NAMES = ("Boundary", "Size", "X", "Y", "DeltaX", "CTM", "HScale", "CharDirection", "ReadDirection", "Weight", "Font")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(NAMES), JUNK, min_size=1, max_size=3), data=JUNK, box=JUNK)
def test_junk_in_an_object_costs_no_more_than_the_object(
    file: Path, values: dict[str, str], data: str, box: str
) -> None:
    of_text = {key: value for key, value in values.items() if key not in ("X", "Y", "DeltaX")}
    of_code = {key: value for key, value in values.items() if key in ("X", "Y", "DeltaX")}
    said = " ".join(f'{key}="{value}"' for key, value in ({"Boundary": "25 60 50 5", "Size": "4.2"} | of_text).items())
    code = " ".join(f'{key}="{value}"' for key, value in of_code.items())
    odd = f"<ofd:TextObject {said}><ofd:TextCode {code}>怪</ofd:TextCode></ofd:TextObject>"
    drawn = [odd, path((0, 0, 9, 9), f"M 0 0 L {data}", Program()), text("正文在此", LEFT, 40)]
    document = read(ofd(file, [drawn], area=box))
    assert any("正文在此" in words for words in paragraphs(document))
