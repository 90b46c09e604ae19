"""Word files: what the reader gives for each thing that Word can do. Every file is made here, most from raw XML."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from extractor.document import Document, Paragraph, Table
from extractor.readers.docx import read
from extractor.readers.docx_numbering import written
from extractor.readers.errors import ReadError

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)


def relationships(kinds: dict[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="{target}" Type="{OFFICE}/{kind}" Target="{target}"/>' for target, kind in kinds.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def word(path: Path, body: str, **parts: str) -> Path:
    """A Word file with this body; `parts` are the insides of styles, numbering, footnotes, header1 …"""
    roots = {"header1": "hdr", "header2": "hdr", "footer1": "ftr"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", relationships({"word/document.xml": "officeDocument"}))
        archive.writestr(
            "word/_rels/document.xml.rels",
            relationships({f"{name}.xml": name.rstrip("12") for name in parts}),
        )
        archive.writestr("word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")
        for name, inside in parts.items():
            root = roots.get(name, name)
            archive.writestr(f"word/{name}.xml", f"<w:{root} {NAMESPACES}>{inside}</w:{root}>")
    return path


def p(text: str = "", properties: str = "", inside: str = "") -> str:
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{inside}</w:p>"


def r(inside: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inside}</w:r>"


def t(text: str) -> str:
    return f'<w:t xml:space="preserve">{text}</w:t>'


def tc(text: str = "", properties: str = "", inside: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside or p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str, grid: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def only_table(document: Document) -> Table:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "report.docx"


# Text


def test_special_characters_of_a_run(file: Path) -> None:
    inside = (
        t("得分") + "<w:tab/>" + t("85") + "<w:br/>" + t("2021") + "<w:noBreakHyphen/>" + t("2022")
        + "<w:softHyphen/>" + t("年\u00ad度") + '<w:sym w:font="Wingdings" w:char="F0FE"/><w:cr/>' + t("止")
    )  # fmt: skip
    assert texts(read(word(file, p(inside=r(inside))))) == ["得分\t85\n2021-2022年度☑\n止"]


def test_symbol_fonts_show_what_they_draw(file: Path) -> None:
    inside = (
        t("满意度") + '<w:sym w:font="Symbol" w:char="F0B3"/>' + t("90%，")
        + '<w:sym w:font="Wingdings" w:char="F081"/>' + '<w:sym w:font="Arial" w:char="2460"/>'
    )  # fmt: skip
    private = r(t("\uf0b4"), '<w:rFonts w:ascii="Symbol"/>')
    assert texts(read(word(file, p(inside=r(inside) + private)))) == ["满意度≥90%，①①×"]


def test_raised_digits_do_not_join_the_number(file: Path) -> None:
    raised = r(t("2"), '<w:vertAlign w:val="superscript"/>')
    assert texts(read(word(file, p("面积500m", inside=raised + r(t("，共3块")))))) == ["面积500m²，共3块"]


def test_white_space_of_xml_is_not_text(file: Path) -> None:
    body = "<w:p><w:r><w:t>\n  全年预算\n  </w:t></w:r><w:r><w:t> 500万元 </w:t></w:r></w:p>"
    assert texts(read(word(file, body))) == ["全年预算500万元"]


def test_fields_show_their_result_not_their_code(file: Path) -> None:
    def mark(kind: str) -> str:
        return r(f'<w:fldChar w:fldCharType="{kind}"/>')

    def code(text: str) -> str:
        return r(f"<w:instrText>{text}</w:instrText>")

    inner = mark("begin") + code(" PAGEREF _Toc1 ") + mark("separate") + r(t("3")) + mark("end")
    contents = mark("begin") + code(' TOC \\o "1-3" ') + mark("separate")
    body = p(inside=contents + r(t("一、项目概况") + "<w:tab/>") + inner) + p("二、结论", inside=mark("end"))
    simple = p("共", inside='<w:fldSimple w:instr=" NUMPAGES ">' + r(t("12")) + "</w:fldSimple>" + r(t("页")))
    nested_in_code = (
        mark("begin") + code(" IF ") + mark("begin") + code(" X ") + mark("separate") + r(t("甲")) + mark("end")
        + code(' = "甲" ') + mark("separate") + r(t("显示")) + mark("end")
    )  # fmt: skip
    enclosed = mark("begin") + code(" eq \\o\\ac(○,3) ") + mark("end") + r(t("资料不全"))
    unclosed = p("前", inside=mark("begin") + code(" X ")) + p("后")
    document = read(word(file, body + simple + p(inside=nested_in_code) + p(inside=enclosed) + unclosed))
    assert texts(document) == ["一、项目概况\t3", "二、结论", "共12页", "显示", "③资料不全", "前", "后"]


def test_wrapped_text_is_read(file: Path) -> None:
    body = (
        p(inside='<w:hyperlink r:id="x">' + r(t("网址")) + "</w:hyperlink>")
        + p(inside="<w:smartTag>" + r(t("日期")) + "</w:smartTag>")
        + "<w:sdt><w:sdtPr/><w:sdtContent>" + p("整段", inside="<w:sdt><w:sdtContent>" + r(t("行内"))
        + "</w:sdtContent></w:sdt>") + "</w:sdtContent></w:sdt>"
        + "<w:customXml>" + p("自定义") + "</w:customXml>"
    )  # fmt: skip
    assert texts(read(word(file, body))) == ["网址", "日期", "整段行内", "自定义"]


def test_tracked_changes_are_read_as_accepted(file: Path) -> None:
    body = (
        p("预算", inside="<w:del>" + r("<w:delText>900</w:delText>") + "</w:del><w:ins>" + r(t("963")) + "</w:ins>"
          + "<w:moveFrom>" + r(t("原处")) + "</w:moveFrom><w:moveTo>" + r(t("万元")) + "</w:moveTo>")
        + p("前半句，", "<w:rPr><w:del/></w:rPr>") + p("后半句。")
        + p("", "<w:rPr><w:del/></w:rPr>", "<w:del>" + r("<w:delText>整段删除</w:delText>") + "</w:del>")
        + p("末段")
    )  # fmt: skip
    document = read(word(file, body))
    assert texts(document) == ["预算963万元", "前半句，后半句。", "末段"]
    assert [w.code for w in document.warnings] == ["docx.revisions"]


def test_hidden_text_is_not_read_and_said_so(file: Path) -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = (
        p("可见", inside=r(t("隐藏"), "<w:vanish/>") + r(t("样式隐藏"), '<w:rStyle w:val="Secret"/>')
          + r(t("显示"), '<w:vanish w:val="0"/>'))
        + p("整段隐藏", '<w:pStyle w:val="Note"/>')
    )  # fmt: skip
    document = read(word(file, body, styles=styles))
    assert texts(document) == ["可见显示"]
    assert [w.code for w in document.warnings] == ["docx.hidden"]


def test_comments_are_not_read(file: Path) -> None:
    body = p("正文", inside='<w:commentRangeEnd w:id="0"/>' + r('<w:commentReference w:id="0"/>'))
    document = read(word(file, body, comments='<w:comment w:id="0">' + p("批注") + "</w:comment>"))
    assert texts(document) == ["正文"]


def test_formula_on_one_line(file: Path) -> None:
    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = f"<m:f><m:num>{run('882.64')}</m:num><m:den>{run('900+63')}</m:den></m:f>"
    body = p("执行率=", inside=f"<m:oMath>{fraction}{run('×100%')}</m:oMath>" + r(t("。")))
    assert texts(read(word(file, body))) == ["执行率=882.64/(900+63)×100%。"]


# Things that hang on a paragraph


def test_text_boxes_are_read_once_after_their_paragraph(file: Path) -> None:
    box = "<w:txbxContent>" + p("框内文字") + "</w:txbxContent>"
    alternate = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    old = (
        "<w:pict><v:shape><v:textbox><w:txbxContent>"
        + p("旧式文本框")
        + "</w:txbxContent></v:textbox></v:shape></w:pict>"
    )
    fallback = f"<mc:AlternateContent><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    document = read(word(file, p("锚点", inside=r(alternate)) + p("其后", inside=r(fallback)) + p("末段")))
    assert [(b.text, b.place) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("锚点", "body"), ("框内文字", "textbox"), ("其后", "body"), ("旧式文本框", "textbox"), ("末段", "body"),
    ]  # fmt: skip


def test_word_art_is_text(file: Path) -> None:
    art = '<w:pict><v:shape><v:textpath string="绩效评价报告"/></v:shape></w:pict>'
    document = read(word(file, p("封面", inside=r(art))))
    assert [(b.text, b.place) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("封面", "body"),
        ("绩效评价报告", "textbox"),
    ]


def test_what_could_not_be_read_is_said(file: Path) -> None:
    document = read(word(file, p("得分率=", inside=r("<w:object/>")) + '<w:altChunk r:id="x"/>'))
    assert [w.code for w in document.warnings] == ["docx.objects", "docx.embedded"]


def test_notes_follow_their_paragraph_and_leave_no_mark(file: Path) -> None:
    body = (
        p("支出87.5", inside=r('<w:footnoteReference w:id="2"/>') + r(t("万元。"))) + p("下段", inside=r(
            '<w:endnoteReference w:id="1"/>')) + p("末段")
    )  # fmt: skip
    document = read(
        word(
            file,
            body,
            footnotes='<w:footnote w:id="0" w:type="separator">' + p("分隔") + "</w:footnote>"
            '<w:footnote w:id="2">' + p(" 不含税。", inside=r("<w:footnoteRef/>")) + "</w:footnote>",
            endnotes='<w:endnote w:id="1">' + p("见附件。") + "</w:endnote>",
        )
    )
    assert [(b.text, b.place) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("支出87.5万元。", "body"), ("不含税。", "footnote"),
        ("下段", "body"), ("见附件。", "footnote"), ("末段", "body"),
    ]  # fmt: skip


def test_note_of_a_cell_follows_the_table(file: Path) -> None:
    cell = tc(inside=p("963", inside=r('<w:footnoteReference w:id="1"/>')))
    document = read(
        word(file, tbl(tr(tc("预算"), cell)), footnotes='<w:footnote w:id="1">' + p("年初数") + "</w:footnote>")
    )
    table, note = document.blocks
    assert isinstance(table, Table) and table.texts(0) == ["预算", "963"]
    assert isinstance(note, Paragraph) and (note.text, note.place) == ("年初数", "footnote")


def test_notes_that_refer_to_each_other_end(file: Path) -> None:
    def note(key: int, other: int) -> str:
        reference = r(f'<w:footnoteReference w:id="{other}"/>')
        return f'<w:footnote w:id="{key}">' + p(f"注{key}", inside=reference) + "</w:footnote>"

    document = read(
        word(file, p("正文", inside=r('<w:footnoteReference w:id="1"/>')), footnotes=note(1, 2) + note(2, 1))
    )
    assert texts(document) == ["正文", "注1", "注2"]


def test_headers_and_footers_are_kept_apart(file: Path) -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1.xml"/>'
        '<w:footerReference w:type="default" r:id="footer1.xml"/></w:sectPr>'
    )
    again = '<w:sectPr><w:headerReference w:type="default" r:id="header1.xml"/></w:sectPr>'
    header = tbl(tr(tc("某某公司"), tc("绩效评价报告")))
    document = read(word(file, p("正文", section) + p("附件") + again, header1=header, footer1=p("第1页")))
    assert texts(document) == ["正文", "附件"]
    assert [(b.text, b.place) for b in document.furniture] == [
        ("某某公司", "header"), ("绩效评价报告", "header"), ("第1页", "footer"),
    ]  # fmt: skip


# Numbering


def level(index: int, number_format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def item(text: str, index: int = 0, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{num}"/></w:numPr>')


def test_numbers_that_word_draws(file: Path) -> None:
    lists = numbered(
        level(0, "chineseCounting", "%1、"),
        level(1, "chineseCountingThousand", "（%2）"),
        level(2, "decimal", "%3."),
        level(3, "decimalEnclosedCircle", "%4"),
    )
    body = (
        item("概况") + item("背景", 1) + item("目标", 1) + item("总体", 2) + item("年度", 2) + item("数量", 3)
        + item("结论") + item("得分", 1) + item("2021年度", 2) + item("附件")
    )  # fmt: skip
    assert texts(read(word(file, body, numbering=lists))) == [
        "一、概况", "（一）背景", "（二）目标", "1.总体", "2.年度", "①数量",
        "二、结论", "（一）得分", "1. 2021年度", "三、附件",
    ]  # fmt: skip


def test_legal_numbers_and_levels_that_do_not_restart(file: Path) -> None:
    lists = numbered(
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "decimal", "表%3", '<w:lvlRestart w:val="0"/>'),
    )
    body = item("总则") + item("依据", 1) + item("甲", 2) + item("分则") + item("范围", 1) + item("乙", 2)
    assert texts(read(word(file, body, numbering=lists))) == [
        "第一章总则", "1.1依据", "表1甲", "第二章分则", "2.1范围", "表2乙",
    ]  # fmt: skip


def test_lists_that_share_and_that_restart(file: Path) -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        '</w:lvlOverride></w:num><w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        + level(0, "upperRoman", "%1.") + "</w:lvlOverride></w:num>"
    )  # fmt: skip
    body = item("a", num=1) + item("b", num=2) + item("c", num=3) + item("d", num=3) + item("e", num=4)
    lists = numbered(level(0, "decimal", "%1)"), nums=nums)
    assert texts(read(word(file, body, numbering=lists))) == ["1) a", "2) b", "5) c", "6) d", "VII. e"]


def test_numbering_from_a_style_and_out_of_it(file: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="heading 2"/><w:basedOn w:val="A"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="B"/></w:style>'
    )
    lists = numbered(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="A"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="B"/>'),
    )
    body = (
        p("概况", '<w:pStyle w:val="A"/>') + p("背景", '<w:pStyle w:val="B"/>') + p("依据", '<w:pStyle w:val="C"/>')
        + p("不编号", '<w:pStyle w:val="A"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("结论", '<w:pStyle w:val="A"/>')
    )  # fmt: skip
    document = read(word(file, body, numbering=lists, styles=styles))
    assert texts(document) == ["一、概况", "（一）背景", "（二）依据", "不编号", "二、结论"]
    assert [b.style.outline for b in document.blocks if isinstance(b, Paragraph)] == [1, 2, 2, 1, 1]


def test_cells_numbered_by_word(file: Path) -> None:
    """A column 序号 is often a list without text."""
    table = tbl(*(tr(tc(inside=item("")), tc(name)) for name in ("甲", "乙", "丙")))
    found = only_table(read(word(file, table, numbering=numbered(level(0, "decimal", "%1")))))
    assert [found.texts(i) for i in range(3)] == [["1", "甲"], ["2", "乙"], ["3", "丙"]]


def test_bullets_are_no_numbers_and_deleted_items_do_not_count(file: Path) -> None:
    lists = numbered(level(0, "decimal", "%1."), level(1, "bullet", "\uf0b7"))
    mark = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>'
    gone = p("", mark, "<w:del>" + r("<w:delText>删</w:delText>") + "</w:del>")
    body = item("甲") + item("要点", 1) + gone + item("乙")
    assert texts(read(word(file, body, numbering=lists))) == ["1.甲", "要点", "2.乙"]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (10, "chineseCounting", "十"), (12, "chineseCounting", "十二"), (20, "chineseCounting", "二十"),
        (35, "chineseCountingThousand", "三十五"), (108, "chineseCountingThousand", "一百零八"),
        (2010, "chineseCountingThousand", "二千零一十"), (11, "ideographDigital", "一一"),
        (10, "ideographDigital", "一〇"), (10, "japaneseCounting", "十"), (112, "japaneseCounting", "百十二"),
        (7, "chineseLegalSimplified", "柒"),
        (12, "chineseLegalSimplified", "壹拾贰"), (3, "ideographTraditional", "丙"), (2, "ideographZodiac", "丑"),
        (12, "decimalEnclosedCircle", "⑫"), (21, "decimalEnclosedCircle", "21"), (3, "decimalEnclosedParen", "⑶"),
        (4, "decimalEnclosedFullstop", "⒋"), (13, "decimalFullWidth", "１３"), (9, "decimalZero", "09"),
        (28, "lowerLetter", "bb"), (3, "upperLetter", "C"), (14, "lowerRoman", "xiv"), (4, "upperRoman", "IV"),
        (1, "none", ""),
    ],
)  # fmt: skip
def test_number_formats(value: int, number_format: str, shown: str) -> None:
    assert written(value, number_format) == shown


# Style


def test_style_from_run_paragraph_style_and_defaults(file: Path) -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/><w:pPr>'
        '<w:ind w:firstLineChars="200" w:firstLine="420"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="标题 2"/><w:basedOn w:val="N"/><w:pPr>'
        '<w:jc w:val="center"/><w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="L"><w:basedOn w:val="T"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>'
        '<w:rPr><w:b w:val="0"/></w:rPr></w:style>'
    )
    body = (
        p("正文") + p("标题", '<w:pStyle w:val="T"/>') + p("目录标题", '<w:pStyle w:val="L"/>')
        + p("大纲", '<w:outlineLvl w:val="2"/><w:jc w:val="end"/>', r(t("")))
        + p("", "", r(t("加粗的段落"), '<w:b/><w:sz w:val="28"/>') + r(t("：")))
    )  # fmt: skip
    styles_found = [b.style for b in read(word(file, body, styles=styles)).blocks if isinstance(b, Paragraph)]
    plain, heading, contents, outlined, bold = styles_found
    assert (plain.size, plain.bold, plain.align, plain.outline, plain.indent) == (10.5, False, "left", None, 21.0)
    assert (heading.size, heading.bold, heading.align, heading.outline, heading.indent) == (16, True, "center", 2, 0)
    assert (contents.bold, contents.outline) == (False, None)
    assert (outlined.align, outlined.outline) == ("right", 3)
    assert (bold.size, bold.bold) == (14, True)


# Tables


def test_merges_both_ways_make_one_cell(file: Path) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = only_table(
        read(
            word(
                file,
                tbl(
                    tr(tc("指标", '<w:gridSpan w:val="2"/>'), tc("得分"), properties="<w:tblHeader/>"),
                    tr(tc("决策", down), tc("立项"), tc("5")),
                    tr(tc("看不见", on), tc("目标"), tc("9")),
                    tr(tc("合计", '<w:gridSpan w:val="2"/>'), tc("14")),
                    grid=(2000, 2000, 2000),
                ),
            )
        )
    )
    assert [table.texts(i) for i in range(4)] == [
        ["指标", "指标", "得分"], ["决策", "立项", "5"], ["决策", "目标", "9"], ["合计", "合计", "14"],
    ]  # fmt: skip
    assert table.rows[1][0] is table.rows[2][0] and table.rows[1][0].row_span == 2
    assert table.rows[0][0] is table.rows[0][1] and table.rows[0][0].column_span == 2
    assert table.header == 1
    assert [c.text for c in table.own(2)] == ["目标", "9"]


def test_old_horizontal_merge_indented_and_short_rows(file: Path) -> None:
    table = only_table(
        read(
            word(
                file,
                tbl(
                    tr(tc("名称"), tc("预算"), tc("支出"), tc("结余")),
                    tr(tc("小计", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("3"), tc("4")),
                    tr(tc("二"), tc("三"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
                    tr(tc("短行")),
                ),
            )
        )
    )
    assert [table.texts(i) for i in range(4)] == [
        ["名称", "预算", "支出", "结余"], ["小计", "小计", "3", "4"], ["", "二", "三", ""], ["短行", "", "", ""],
    ]  # fmt: skip


def test_a_vertical_merge_ends_where_the_next_begins(file: Path) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        tr(tc("决策", down), tc("1")),
        tr(tc("", on), tc("2")),
        tr(tc("过程", down), tc("3")),
        tr(tc("", on), tc("4")),
    )
    table = only_table(read(word(file, tbl(*rows))))
    assert [row[0].text for row in table.rows] == ["决策", "决策", "过程", "过程"]
    assert [row[0].row_span for row in table.rows] == [2, 2, 2, 2]


def test_column_edges_a_hair_apart_are_one(file: Path) -> None:
    """A row whose border was dragged by 2 mm has other grid lines than the rows above."""
    table = only_table(
        read(
            word(
                file,
                tbl(
                    tr(tc("项目"), tc("金额", '<w:gridSpan w:val="2"/>')),
                    tr(tc("培训", '<w:gridSpan w:val="2"/>'), tc("30")),
                    grid=(3000, 60, 3000),
                ),
            )
        )
    )
    assert [table.texts(i) for i in range(2)] == [["项目", "金额"], ["培训", "30"]]


def test_grid_lines_that_no_row_uses_make_no_columns(file: Path) -> None:
    wide = '<w:gridSpan w:val="3"/>'
    table = only_table(read(word(file, tbl(tr(tc("甲", wide), tc("乙")), tr(tc("1", wide), tc("2"))))))
    assert [table.texts(i) for i in range(2)] == [["甲", "乙"], ["1", "2"]]


def test_cell_paragraphs_and_nested_table(file: Path) -> None:
    inner = tbl(tr(tc("子项"), tc("分值")), tr(tc("甲"), tc("2")))
    cell = tc(inside=p("评价要点：") + inner + p("") + p("完。"))
    table = only_table(read(word(file, tbl(tr(tc("指标"), cell)))))
    assert table.rows[0][1].text == "评价要点：\n子项\t分值\n甲\t2\n完。"
    (nested,) = table.rows[0][1].nested
    assert nested.texts(1) == ["甲", "2"]


def test_a_frame_around_a_table_is_taken_off(file: Path) -> None:
    inner = tbl(tr(tc("指标"), tc("得分")), tr(tc("决策"), tc("12")))
    document = read(word(file, p("前") + tbl(tr(tc(inside=p("表1 得分") + inner + p(""))))))
    assert texts(document) == ["前", "表1 得分"]
    assert only_table(document).texts(1) == ["决策", "12"]


def test_rows_and_cells_in_content_controls_and_deleted_rows(file: Path) -> None:
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    rows = (
        tr(tc("甲"), control.format(tc("1"))), control.format(tr(tc("乙"), tc("2"))),
        tr(tc("丙"), tc("3"), properties="<w:del/>"), tr(tc("丁"), tc("4")),
    )  # fmt: skip
    table = only_table(read(word(file, tbl(*rows))))
    assert [table.texts(i) for i in range(3)] == [["甲", "1"], ["乙", "2"], ["丁", "4"]]
    assert len(table.rows) == 3


# Pages


def test_page_breaks(file: Path) -> None:
    broken = "<w:lastRenderedPageBreak/>"
    body = (
        p("封面", inside=r('<w:br w:type="page"/>')) + p("") + p("目录") + p("", inside=r(broken + t("正文")))
        + p(inside=r(t("句子前半") + broken + t("后半"))) + p("附件", "<w:pageBreakBefore/>")
        + p("表前", inside=r(t("一") + '<w:br w:type="page"/>' + t("二")))
        + tbl(tr(tc(inside=p("", inside=r(broken + t("表"))))))
    )  # fmt: skip
    document = read(word(file, body))
    assert [(b.text if isinstance(b, Paragraph) else "表格", b.after_break) for b in document.blocks] == [
        ("封面", False), ("目录", True), ("正文", True), ("句子前半后半", False), ("附件", True),
        ("表前一", False), ("二", True), ("表格", True),
    ]  # fmt: skip
    assert document.pages == []


def test_sections_break_pages_unless_continuous_and_landscape_loses_nothing(file: Path) -> None:
    landscape = '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr>'
    body = (
        p("纵向", "<w:sectPr/>") + p("横向首") + tbl(tr(tc("宽表"))) + p("横向末", landscape)
        + p("同页") + '<w:sectPr><w:type w:val="continuous"/></w:sectPr>'
    )  # fmt: skip
    document = read(word(file, body))
    assert [(b.text if isinstance(b, Paragraph) else "表格", b.after_break) for b in document.blocks] == [
        ("纵向", False), ("横向首", True), ("表格", False), ("横向末", False), ("同页", False),
    ]  # fmt: skip


# Files


def test_strict_namespaces(file: Path) -> None:
    word(file, tbl(tr(tc("甲", '<w:gridSpan w:val="2"/>')), tr(tc("1"), tc("2"))) + p("严格"))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            text = text.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/",
                "http://purl.oclc.org/ooxml/wordprocessingml/",
            ).replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            archive.writestr(name, text)
    document = read(file)
    assert texts(document) == ["严格"]
    assert only_table(document).texts(0) == ["甲", "甲"]


def test_macros_do_no_harm(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(word(file, p("正文"))) as plain, zipfile.ZipFile(tmp_path / "report.docm", "w") as archive:
        for name in plain.namelist():
            content = plain.read(name)
            archive.writestr(
                name, content.replace(MAIN.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml")
            )
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    document = read(tmp_path / "report.docm")
    assert (document.format, texts(document)) == ("docx", ["正文"])


def test_missing_parts_are_fine(file: Path) -> None:
    """A style, a list and a note that are named but not defined."""
    body = (
        p("标题", '<w:pStyle w:val="Nowhere"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>')
        + p("正文", inside=r('<w:footnoteReference w:id="9"/>'))
    )  # fmt: skip
    assert texts(read(word(file, body))) == ["标题", "正文"]


def test_document_made_by_python_docx(file: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    made = docx.Document()
    made.add_heading("一、项目概况", level=1)
    made.add_paragraph("预算963万元。")
    table = made.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "决策"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "得分"
    table.cell(1, 2).text = "12"
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.save(str(file))
    document = read(file)
    first = document.blocks[0]
    assert isinstance(first, Paragraph) and first.text == "一、项目概况" and first.style.outline == 1
    assert [only_table(document).texts(i) for i in range(2)] == [["决策", "得分", "得分"], ["决策", "", "12"]]
    assert [b.text for b in document.furniture] == ["页眉"]


def fails(path: Path, password: str | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(path, password)
    assert path.name not in caught.value.message
    return caught.value


def test_empty_and_truncated_and_foreign_files(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"")
    assert fails(file).code == "file.empty"
    whole = word(tmp_path / "whole.docx", "".join(p(f"第{i}段") for i in range(500))).read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert fails(file).code == "file.truncated"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    error = fails(file)
    assert error.code == "file.unsupported" and "Excel" in error.message
    assert fails(tmp_path / "none.docx").code == "file.missing"


def test_damaged_member(file: Path) -> None:
    word(file, "".join(p(f"第{i}段，金额{i * 37 % 101}万元") for i in range(500)))
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo("word/document.xml")
    content = bytearray(file.read_bytes())
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[at : at + 40] = b"\xff" * 40
    file.write_bytes(content)
    assert fails(file).code == "file.truncated"


def test_document_without_text(file: Path) -> None:
    assert fails(word(file, p(""))).code == "file.empty"
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/media/image1.png", b"png")
    assert fails(file).code == "file.scan"


def test_entities_are_refused(file: Path) -> None:
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&b;&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    for text in (bomb.encode(), b"\xff\xfe" + bomb.encode("utf-16-le")):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", TYPES)
            archive.writestr("word/document.xml", text)
        assert fails(file).code == "file.entities"


def test_zip_bomb_is_refused_while_unpacking(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open("word/document.xml", "w") as part:
            part.write(f"<w:document {NAMESPACES}><w:body>".encode())
            for _ in range(80):
                part.write(b"<w:p/>" * 100_000)
    assert fails(file).code == "file.bomb"


def test_huge_spans_do_not_fill_memory(file: Path) -> None:
    wide = '<w:gridSpan w:val="999999"/>'
    table = only_table(read(word(file, tbl(tr(tc("甲", wide), tc("乙", wide)), tr(tc("1", wide), tc("2", wide))))))
    assert table.texts(1) == ["1", "2"]


def test_table_of_endless_columns_is_refused(file: Path) -> None:
    assert (
        fails(word(file, tbl(tr(*(tc("1") for _ in range(2000))), *(tr(tc("2")) for _ in range(50))))).code
        == "file.bomb"
    )


def test_encrypted_file_asks_for_its_password(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    error = fails(file)
    assert error.code == "file.encrypted" and "--password" in error.message
    long = "".join(p(f"第{i}段{i * i}") for i in range(2000)) + p("保密")
    with word(tmp_path / "plain.docx", long).open("rb") as plain, file.open("wb") as locked:
        OOXMLFile(plain).encrypt("口令", locked)
    assert fails(file).code == "file.encrypted"
    assert fails(file, "错").code == "file.password"
    assert texts(read(file, "口令"))[-1] == "保密"
