"""Blocks set as a Word file: heading styles, merged cells, repeated header rows, landscape sections for wide tables."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from corpus.render.blocks import Block, Paragraph, Table

BODY_FONT, HEADING_FONT = "宋体", "黑体"
BODY_SIZE, TABLE_SIZE, TITLE_SIZE, COVER_SIZE = 12, 9, 16, 22
HEADING_SIZES = {1: 16, 2: 14, 3: 13, 4: 12}
INDENT = Pt(2 * BODY_SIZE)
FIXED_DATE = (2020, 1, 1, 0, 0, 0)
"""Time stamp of the parts and of the document, so that the same text gives the same bytes."""


def write_docx(blocks: list[Block], path: Path) -> None:
    document: Any = Document()
    _prepare(document, blocks)
    landscape = False
    for index, block in enumerate(blocks):
        wanted = _landscape(blocks, index, landscape)
        turned = wanted != landscape
        if turned:
            _turn(document, wanted)
            landscape = wanted
        if isinstance(block, Paragraph):
            _paragraph(document, block, turned)
        else:
            if block.new_page and not turned:
                document.add_page_break()
            _table(document, block)
    buffer = BytesIO()
    document.save(buffer)
    path.write_bytes(_same_dates(buffer))


def _prepare(document: Any, blocks: list[Block]) -> None:
    normal = document.styles["Normal"]
    _font(normal, BODY_FONT, BODY_SIZE)
    normal.paragraph_format.space_after = Pt(0)
    for level, size in HEADING_SIZES.items():
        style = document.styles[f"Heading {level}"]
        _font(style, HEADING_FONT, size)
        style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    title = next((block.text for block in blocks if isinstance(block, Paragraph)), "")
    section.header.paragraphs[0].text = " ".join(title.split())
    section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_field(footer)
    core = document.core_properties
    core.title, core.author = title, ""
    core.created = core.modified = datetime(*FIXED_DATE)


def _font(style: Any, name: str, size: int) -> None:
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _page_field(paragraph: Any) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _landscape(blocks: list[Block], index: int, now: bool) -> bool:
    """Wide tables and what stands directly above or between them go on landscape pages."""
    block = blocks[index]
    if isinstance(block, Table):
        return block.wide
    following = next((b for b in blocks[index : index + 3] if isinstance(b, Table)), None)
    between = blocks[index : index + 3].index(following) if following else 0
    plain = all(
        b.role in ("caption", "title") or (now and b.role == "text")
        for b in blocks[index : index + between]
        if isinstance(b, Paragraph)
    )
    return following is not None and following.wide and plain


def _turn(document: Any, landscape: bool) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))


def _paragraph(document: Any, block: Paragraph, turned: bool) -> None:
    style = f"Heading {block.level}" if block.role in ("heading", "title") else None
    paragraph = document.add_paragraph(style=style)
    form = paragraph.paragraph_format
    form.page_break_before = (block.new_page or block.continues) and not turned
    if block.role == "contents":
        form.tab_stops.add_tab_stop(Cm(15), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    run = paragraph.add_run(block.text)
    if block.role == "cover":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form.space_before = Pt(36)
        run.font.size = Pt(COVER_SIZE if block.text.rstrip().endswith("报告") else TITLE_SIZE)
        run.bold = block.text.rstrip().endswith("报告")
    elif block.role in ("title", "caption"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif block.role == "text":
        form.line_spacing = 1.4
        if not block.continues:
            form.first_line_indent = INDENT


def _table(document: Any, block: Table) -> None:
    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]))
    table.style = "Table Grid"
    grid = [list(row.cells) for row in table.rows]
    covered = set()
    for top, left, bottom, right in block.merges:
        grid[top][left].merge(grid[bottom][right])
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    for r, row in enumerate(block.rows):
        for c, text in enumerate(row):
            if (r, c) not in covered:
                paragraph = grid[r][c].paragraphs[0]
                run = paragraph.add_run(text)
                run.font.size = Pt(TABLE_SIZE)
                run.bold = r < block.header
                if len(text) < 12:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for row in list(table.rows)[: block.header]:
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)
    if block.wide:
        _widths(table, block)
    document.add_paragraph()


def _widths(table: Any, block: Table) -> None:
    """Columns by the length of their longest text, within limits."""
    longest = [min(40, max(4, *(len(row[c]) for row in block.rows))) for c in range(len(block.rows[0]))]
    table.autofit = False
    for column, length in zip(table.columns, longest, strict=True):
        column.width = Cm(24.1 * length / sum(longest))


def _same_dates(buffer: BytesIO) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()
