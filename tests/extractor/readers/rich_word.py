"""A Word file with what only Word has: numbers that it draws, merged cells, a text box, a tracked change, a note, headers."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.ns import qn as name
from docx.text.paragraph import Paragraph

LEVELS = (
    ("chineseCounting", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimalEnclosedCircle", "%4"),
)
HEADINGS = [
    (0, "项目概况"),
    (1, "项目背景"),
    (1, "绩效目标"),
    (2, "总体目标"),
    (2, "年度目标"),
    (3, "数量"),
    (0, "评价结论"),
]
ROWS = [["一级指标", "二级指标", "得分"], ["决策", "立项", "5"], ["", "目标", "9.50"], ["合计", "", "14.50"]]
BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">'
    '<w:pict><v:shape id="box" type="#_x0000_t202" style="position:absolute;margin-left:0;margin-top:0;width:160pt;'
    'height:40pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>框内：预算963万元</w:t></w:r></w:p></w:txbxContent>'
    "</v:textbox></v:shape></w:pict></w:r>"
)


def rich_word(path: Path) -> Path:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
        for n, (kind, text) in enumerate(LEVELS)
    )
    kept = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(kept))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.sections[0].header.paragraphs[0].text = "某项目绩效评价报告"
    document.add_paragraph("某市乡村道路养护项目绩效评价报告")
    for level, text in HEADINGS:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )
    _changed(document.add_paragraph("实际支出"))
    document.add_paragraph("见右侧说明。")._p.append(parse_xml(BOX))
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    document.add_paragraph("评价得分87.08分，等级为良。").runs[0].bold = True
    document.save(str(path))
    return path


def _changed(paragraph: Paragraph) -> None:
    made = f'<w:ins {nsdecls("w")} w:id="1" w:author="甲"><w:r><w:t>882.64万元。</w:t></w:r></w:ins>'
    gone = f'<w:del {nsdecls("w")} w:id="2" w:author="甲"><w:r><w:delText>999万元。</w:delText></w:r></w:del>'
    for xml in (gone, made):
        paragraph._p.append(parse_xml(xml))
    assert paragraph._p.find(name("w:ins")) is not None
