"""Word files (.docx, .docm) as a Document: what Word would show, with every tracked change accepted.

WordprocessingML (ISO/IEC 29500-1) is read straight from the parts. Not read: deleted and hidden text, comments, field
codes. Footnotes, endnotes and text boxes follow the paragraph that refers to them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lxml import etree

from extractor.document import Block, Cell, Document, Paragraph, Place, Style, Table, Warning
from extractor.readers.docx_numbering import MC, VAL, Counters, Numbering, W, label, level_of_style, numbering
from extractor.readers.docx_package import R, Relation, main_part, open_package, part, relations
from extractor.readers.docx_styles import (
    ALIGN,
    DEFAULT_SIZE,
    PLAIN,
    Look,
    Styles,
    chain,
    indent,
    look,
    look_of_style,
    numbering_styles,
    over,
    run_look,
    styles,
    switched,
)
from extractor.readers.errors import ReadError
from extractor.readers.package import Package

V = "{urn:schemas-microsoft-com:vml}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

# Names that are compared for every element: built once.
PARAGRAPH = W + "p"
TABLE = W + "tbl"
RUN = W + "r"
TEXT = W + "t"
ROW = W + "tr"
CELL = W + "tc"
RUN_PROPERTIES = W + "rPr"
PROPERTIES = W + "pPr"
CONTROL = W + "sdt"
FIELD_MARK = W + "fldChar"
FIELD_CODE = W + "instrText"
SECTION = W + "sectPr"
RENDERED_BREAK = W + "lastRenderedPageBreak"
BREAK = W + "br"
SYMBOL = W + "sym"
RUBY = W + "ruby"
DOWN = W + "vMerge"
SIDEWAYS = W + "hMerge"
CELL_PROPERTIES = W + "tcPr"
ROW_PROPERTIES = W + "trPr"
CONTENT = W + "sdtContent"
DELETED = W + "del"
MOVED = W + "moveFrom"
ALTERNATE = MC + "AlternateContent"
VANISH = W + "vanish"
WORD_ART = V + "textpath"

BOLD_SHARE = 0.8
"""A paragraph is bold if this share of its characters is: a colon or a number is often left plain."""
MAX_SPAN = 1000
MAX_COLUMNS = 500
"""Word allows 63 columns; far more is a hostile file, whose grid would fill the memory."""
SLIVER = 120
"""Twips (6 pt). Column edges closer than this, with no cell between them, are one edge drawn by an unsteady hand."""
PAGE = "\f"
SYMBOLS = Path(__file__).parent.parent / "data" / "word_symbols.toml"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Raised digits stay apart from the number before them: 10² is not 102, nor a note's mark part of an amount."""
ENCLOSED_FIELD = re.compile(r"^\s*eq\s*\\o\s*\\ac\s*[(（]\s*[○〇◯]\s*[,，;]\s*(.+?)\s*[)）]\s*$", re.IGNORECASE)
"""How Word stores 带圈字符: the field EQ \\o\\ac(○,1), drawn over each other, without a stored result."""
PRIVATE = re.compile("[\uf000-\uf0ff]")
"""Where symbol fonts keep their characters."""
WHITE = " \t\r\n\u3000\u00a0"

INLINE_WRAPPERS = {
    W + n for n in ("hyperlink", "smartTag", "ins", "moveTo", "customXml", "fldSimple", "bdo", "dir", "sdtContent")
}
BLOCK_WRAPPERS = {W + n for n in ("sdtContent", "customXml", "smartTag", "ins", "moveTo")}
ROW_WRAPPERS = {W + n for n in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
SHAPES = {W + n for n in ("drawing", "pict", "object")}
BREAKS = {W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-"}
NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
WITHIN_PAGE = ("continuous", "nextColumn")


@dataclass(slots=True)
class _Run:
    text: str
    bold: bool
    size: float


@dataclass(slots=True)
class _Field:
    """An open complex field: its code is not shown, its result is."""

    code: str = ""
    shown: bool = False


@dataclass(slots=True)
class _Line:
    """What a paragraph holds: its runs, and what hangs on it."""

    runs: list[_Run] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    rendered_break: bool = False


@dataclass(slots=True)
class _Flow:
    """One run of text: the body, a cell, a note. Fields may span its paragraphs; `held` are the runs of paragraphs
    whose end is deleted or hidden, so that they go on in the next."""

    place: Place
    fields: list[_Field] = field(default_factory=list)
    held: list[_Run] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """All that the parts say and how far reading has come."""

    styles: Styles
    lists: Numbering
    notes: dict[tuple[str, str], etree._Element]
    sections: list[str]
    counters: Counters = field(default_factory=Counters)
    section: int = 0
    after_break: bool = False
    seen: set[str] = field(default_factory=set)


def read(path: Path, password: str | None = None) -> Document:
    """The file's blocks in reading order; `pages` stays empty, since Word stores no pages.

    Raises ReadError (`file.…`) where the file is empty, damaged, encrypted, hostile or not a Word file.
    """
    package = open_package(path, password)
    with package.archive:
        return _document(package)


def _document(package: Package) -> Document:
    name = main_part(package)
    root = part(package, name)
    assert root is not None
    related = relations(package, name)
    style_root = _related(package, related, "styles")
    known = styles(style_root)
    lists = numbering(_related(package, related, "numbering"), numbering_styles(style_root))
    sections = [s for s in root.iter(SECTION) if s.getparent().tag != W + "sectPrChange"]  # type: ignore[union-attr]
    reading = _Reading(known, lists, _notes(package, related), [_start(s) for s in sections])
    document = Document("docx")
    body = root.find(W + "body")
    if body is not None:
        document.blocks = _blocks(body, reading, "body")
    document.furniture = _furniture(package, related, sections, reading)
    if not document.blocks:
        if any(member.startswith("word/media/") for member in package.members):
            raise ReadError("file.scan", "文档里只有图片、没有文字（可能是扫描件），请先做文字识别（OCR）")
        raise ReadError("file.empty", "文档中没有任何文字")
    document.warnings = _warnings(root, reading)
    return document


def _related(package: Package, related: list[Relation], kind: str) -> etree._Element | None:
    return next((part(package, relation.target) for relation in related if relation.kind == kind), None)


def _notes(package: Package, related: list[Relation]) -> dict[tuple[str, str], etree._Element]:
    notes = {}
    for kind in ("footnote", "endnote"):
        root = _related(package, related, kind + "s")
        for note in root.iterchildren(W + kind) if root is not None else ():
            notes[kind, note.get(W + "id", "")] = note
    return notes


def _start(section: etree._Element) -> str:
    kind = section.find(W + "type")
    return kind.get(VAL, "nextPage") if kind is not None else "nextPage"


def _furniture(
    package: Package, related: list[Relation], sections: list[etree._Element], reading: _Reading
) -> list[Paragraph]:
    """Headers and footers, each part once, in the order in which sections name them."""
    targets = {relation.id: relation.target for relation in related}
    furniture: list[Paragraph] = []
    done: set[str] = set()
    for section in sections:
        for reference in section.iterchildren(W + "headerReference", W + "footerReference"):
            target = targets.get(reference.get(R + "id", ""))
            root = part(package, target) if target is not None and target not in done else None
            if target is None or root is None:
                continue
            done.add(target)
            place: Place = "header" if reference.tag == W + "headerReference" else "footer"
            for block in _blocks(root, reading, place):
                if isinstance(block, Paragraph):
                    block.after_break = False
                    furniture.append(block)
                else:
                    cells = (c.text for r in range(len(block.rows)) for c in block.own(r) if c.text)
                    furniture.extend(Paragraph(text, place=place) for text in cells)
    return furniture


def _warnings(root: etree._Element, reading: _Reading) -> list[Warning]:
    warnings = []
    if any(root.find(f".//{W}{name}") is not None for name in ("ins", "del", "moveFrom", "moveTo")):
        warnings.append(Warning("docx.revisions", "文件含有未接受的修订，按全部接受后的文字读取"))
    if "hidden" in reading.seen:
        warnings.append(Warning("docx.hidden", "文件含有隐藏文字，未读取"))
    objects = sum(1 for _ in root.iter(W + "object"))
    if objects:
        message = f"文件嵌入了 {objects} 个对象（如公式编辑器的公式、Excel 表），其中的内容未读取"
        warnings.append(Warning("docx.objects", message))
    if "altChunk" in reading.seen:
        warnings.append(Warning("docx.embedded", "文件嵌入了其他格式的内容，未读取；请用 Word 打开并另存后再试"))
    return warnings


# Blocks


def _blocks(container: etree._Element, reading: _Reading, place: Place) -> list[Block]:
    flow = _Flow(place)
    blocks: list[Block] = []
    for element in _members(container, reading):
        if element.tag == TABLE:
            blocks.extend(_flush(flow, reading))
            blocks.extend(_table(element, reading, place))
        else:
            blocks.extend(_paragraph(element, reading, flow))
    blocks.extend(_flush(flow, reading))
    return blocks


def _members(container: etree._Element, reading: _Reading) -> Iterator[etree._Element]:
    """Paragraphs, tables and formulas, however deep they are wrapped."""
    for child in container:
        tag = child.tag
        if tag in (PARAGRAPH, TABLE, M + "oMathPara", M + "oMath"):
            yield child
        elif tag == CONTROL:
            yield from (m for content in child.iterchildren(CONTENT) for m in _members(content, reading))
        elif tag in BLOCK_WRAPPERS:
            yield from _members(child, reading)
        elif tag == ALTERNATE:
            branch = _branch(child)
            if branch is not None:
                yield from _members(branch, reading)
        elif tag == W + "altChunk":
            reading.seen.add("altChunk")


def _branch(alternate: etree._Element) -> etree._Element | None:
    """The same content is stored once for new programs and once for old ones: read one of them."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback")


def _flush(flow: _Flow, reading: _Reading) -> list[Block]:
    """A paragraph whose end is deleted but which nothing follows."""
    runs, flow.held = flow.held, []
    return list(_split(runs, "", Style(), flow.place, reading))


# Paragraphs


def _paragraph(element: etree._Element, reading: _Reading, flow: _Flow) -> list[Block]:
    if element.tag != PARAGRAPH:
        return list(_split([_Run(_formula(element), False, DEFAULT_SIZE)], "", Style(), flow.place, reading))
    properties = element.find(PROPERTIES)
    own = look(properties, None) if properties is not None else PLAIN
    style = _value(properties, "pStyle")
    if style not in reading.styles.named:
        style = reading.styles.paragraph_default
    styled = over(reading.styles.base, look_of_style(reading.styles, style))
    line = _Line()
    _inline(element, reading, flow, styled, line)
    flow.fields[:] = [f for f in flow.fields if f.shown]  # codes end with the paragraph: an unclosed one hides no more
    deleted, hidden = _mark(properties, styled)
    num, level = _list_place(reading, own, style)
    drawn, suffix = "", "nothing"
    if num is not None and not deleted and (not hidden or any(run.text.strip(WHITE) for run in line.runs)):
        drawn, suffix = label(reading.lists, reading.counters, num, level)
    blocks: list[Block] = []
    if deleted or hidden:
        flow.held.extend([_Run(drawn, False, DEFAULT_SIZE), *line.runs])
    else:
        runs, flow.held = flow.held + line.runs, []
        listed = reading.lists.levels.get(num or "", {}).get(level)
        list_look = look(listed.properties, None) if listed is not None else PLAIN
        full = over(_with_list(styled, list_look, own), own)
        reading.after_break |= bool(full.break_before) or line.rendered_break
        blocks.extend(_split(runs, _joined(drawn, suffix, runs), _style(full, runs), flow.place, reading))
    blocks.extend(_attached(line, reading, flow.place))
    if properties is not None and properties.find(SECTION) is not None:
        reading.section += 1
        following = reading.sections[reading.section : reading.section + 1]
        reading.after_break |= bool(following) and following[0] not in WITHIN_PAGE
    return blocks


def _attached(line: _Line, reading: _Reading, place: Place) -> Iterator[Block]:
    """The text boxes and notes that hang on a paragraph."""
    box_place: Place = place if place in ("header", "footer") else "textbox"
    for box in line.boxes:
        if box.tag == WORD_ART:
            yield Paragraph(box.get("string", "").strip(WHITE), place=box_place)
        else:
            yield from _aside(box, reading, box_place)
    for note in line.notes:
        content = reading.notes.pop(note, None)  # read once: notes that refer to each other would never end
        if content is not None:
            yield from _aside(content, reading, "footnote")


def _aside(container: etree._Element, reading: _Reading, place: Place) -> list[Block]:
    """A text box or note: where pages break in the text around it is none of its business."""
    after_break, reading.after_break = reading.after_break, False
    blocks = _blocks(container, reading, place)
    reading.after_break = after_break
    for block in blocks:
        block.after_break = False
    return blocks


def _mark(properties: etree._Element | None, styled: Look) -> tuple[bool, bool]:
    """Whether the paragraph's end is deleted (it goes on in the next), and whether it is hidden."""
    mark = properties.find(RUN_PROPERTIES) if properties is not None else None
    if mark is None:
        return False, bool(styled.hidden)
    deleted = mark.find(DELETED) is not None or mark.find(MOVED) is not None
    hidden = mark.find(VANISH)
    return deleted, bool(styled.hidden) if hidden is None else switched(hidden.get(VAL))


def _list_place(reading: _Reading, own: Look, style: str | None) -> tuple[str | None, int]:
    """The list that numbers the paragraph and the level in it; the list 0 takes a paragraph out of its style's list."""
    if own.list is not None:
        return (own.list if own.list != "0" else None), own.list_level or 0
    styled = look_of_style(reading.styles, style)
    if styled.list is None or styled.list == "0":
        return None, 0
    if own.list_level is not None:
        return styled.list, own.list_level
    tied = (level_of_style(reading.lists, styled.list, name) for name in chain(reading.styles, style))
    return styled.list, next((level for level in tied if level is not None), styled.list_level or 0)


def _with_list(styled: Look, list_look: Look, own: Look) -> Look:
    """A list's indents stand above the style's where the paragraph itself joins the list, below them otherwise."""
    if list_look is PLAIN:
        return styled
    return over(styled, list_look) if own.list is not None else over(list_look, styled)


def _joined(drawn: str, suffix: str, runs: list[_Run]) -> str:
    """The label as it stands before the text. Before Chinese the gap that Word draws is left out; before a digit or a
    Latin letter a space keeps `1.` and `2023` apart."""
    text = next((run.text.lstrip(WHITE) for run in runs if run.text.strip(WHITE)), "")
    gap = suffix != "nothing" and text[:1].isascii() and text[:1].isalnum()
    return drawn + " " if drawn and gap else drawn


def _style(full: Look, runs: list[_Run]) -> Style:
    bold = total = 0
    sizes: dict[float, int] = {}
    for run in runs:
        count = len(run.text.strip(WHITE))
        total += count
        bold += count if run.bold else 0
        sizes[run.size] = sizes.get(run.size, 0) + count
    return Style(
        size=max(sizes, key=sizes.__getitem__) if total else full.size or DEFAULT_SIZE,
        bold=total > 0 and bold >= BOLD_SHARE * total,
        align=ALIGN.get(full.align) if full.align is not None else "left",
        outline=full.outline or None,
        indent=indent(full),
    )


def _split(runs: list[_Run], drawn: str, style: Style, place: Place, reading: _Reading) -> Iterator[Paragraph]:
    """The paragraph's text, in several paragraphs where a page break set by hand stands inside. Blank ones are left
    out."""
    pieces = "".join(run.text for run in runs).split(PAGE)
    for index, piece in enumerate(pieces):
        reading.after_break |= index > 0
        text = piece.strip(WHITE)
        if drawn and (text or index == len(pieces) - 1):
            text, drawn = drawn + text, ""
        if text:
            yield Paragraph(text, style=style, place=place, after_break=reading.after_break)
            reading.after_break = False


# Runs


def _inline(parent: etree._Element, reading: _Reading, flow: _Flow, styled: Look, line: _Line) -> None:
    for child in parent:
        tag = child.tag
        if tag == RUN:
            _run(child, reading, flow, styled, line)
        elif tag in INLINE_WRAPPERS:
            _inline(child, reading, flow, styled, line)
        elif tag == CONTROL:
            for content in child.iterchildren(CONTENT):
                _inline(content, reading, flow, styled, line)
        elif tag == ALTERNATE:
            branch = _branch(child)
            if branch is not None:
                _inline(branch, reading, flow, styled, line)
        elif tag in (M + "oMath", M + "oMathPara"):
            line.runs.append(_Run(_formula(child), False, styled.size or DEFAULT_SIZE))


def _run(element: etree._Element, reading: _Reading, flow: _Flow, styled: Look, line: _Line) -> None:
    properties = element.find(RUN_PROPERTIES)
    formatted = styled
    if properties is not None:
        character = _value(properties, "rStyle")
        formatted = run_look(styled, look_of_style(reading.styles, character), look(None, properties))
    text = "".join(_pieces(element, reading, flow, formatted, line))
    if text:
        line.runs.append(_Run(text, bool(formatted.bold), formatted.size or DEFAULT_SIZE))


def _pieces(element: etree._Element, reading: _Reading, flow: _Flow, formatted: Look, line: _Line) -> Iterator[str]:
    """What a run shows, piece by piece."""
    begun = any(run.text.strip() for run in line.runs)
    for child in element:
        tag = child.tag
        if tag == FIELD_MARK:
            yield _field_mark(child, flow)
        elif tag == FIELD_CODE:
            if flow.fields and not flow.fields[-1].shown:
                flow.fields[-1].code += child.text or ""
        elif tag == ALTERNATE:
            branch = _branch(child)
            if branch is not None:
                yield from _pieces(branch, reading, flow, formatted, line)
        elif any(not f.shown for f in flow.fields):
            continue
        elif formatted.hidden:
            if tag == TEXT and (child.text or "").strip():
                reading.seen.add("hidden")
        elif tag == TEXT:
            begun = True
            yield _text(child, formatted)
        elif tag in BREAKS:
            yield BREAKS[tag]
        elif tag == BREAK:
            kind = child.get(W + "type")
            yield PAGE if kind == "page" else "" if kind == "column" else "\n"
        elif tag == RENDERED_BREAK:
            line.rendered_break |= not begun
        elif tag == SYMBOL:
            yield _symbol(child.get(W + "char", ""), child.get(W + "font", ""))
        elif tag in NOTES:
            line.notes.append((NOTES[tag], child.get(W + "id", "")))
        elif tag in SHAPES:
            line.boxes.extend(_boxes(child))
        elif tag == RUBY:
            for base in child.iterfind(f"{W}rubyBase/{W}r"):
                yield from _pieces(base, reading, flow, formatted, line)


def _text(element: etree._Element, formatted: Look) -> str:
    text = element.text or ""
    if element.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
        text = text.strip(" \t\r\n")
    text = text.replace("\u00ad", "").replace("\n", " ")
    if formatted.raised:
        text = text.translate(RAISED)
    return PRIVATE.sub(lambda match: _symbol(f"{ord(match[0]):X}", formatted.font or ""), text)


def _symbol(code: str, font: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
        return ""
    number = int(code, 16)
    signs = _symbols().get(font)
    if signs is not None and (number < 0x100 or 0xF000 <= number <= 0xF0FF):
        return signs.get(f"{number & 0xFF:02X}", chr(number))
    return chr(number)


@cache
def _symbols() -> dict[str, dict[str, str]]:
    with SYMBOLS.open("rb") as stream:
        return tomllib.load(stream)


def _field_mark(mark: etree._Element, flow: _Flow) -> str:
    """Open, turn or close a complex field; what a field without stored result shows, where that is known."""
    kind = mark.get(W + "fldCharType")
    if kind == "begin":
        flow.fields.append(_Field())
    elif kind == "separate" and flow.fields:
        flow.fields[-1].shown = True
    elif kind == "end" and flow.fields:
        closed = flow.fields.pop()
        enclosed = ENCLOSED_FIELD.match(closed.code) if not closed.shown else None
        if enclosed and all(f.shown for f in flow.fields):
            digits = enclosed[1]
            return chr(0x2460 + int(digits) - 1) if re.fullmatch(r"[1-9]|1\d|20", digits) else digits
    return ""


def _boxes(shape: etree._Element) -> Iterator[etree._Element]:
    """The text boxes and WordArt of a drawing, not those inside them: they are met when their paragraphs are read."""
    for child in shape:
        if child.tag == W + "txbxContent" or (child.tag == WORD_ART and child.get("string", "").strip(WHITE)):
            yield child
        elif child.tag == ALTERNATE:
            branch = _branch(child)
            if branch is not None:
                yield from _boxes(branch)
        else:
            yield from _boxes(child)


def _formula(element: etree._Element) -> str:
    """A formula on one line: fractions with a slash, powers raised."""
    text = ""
    for child in element:
        tag = child.tag
        if tag in (M + "t", TEXT):
            text += child.text or ""
        elif tag == M + "f":
            over_line, under_line = (_operand(child.find(M + name)) for name in ("num", "den"))
            text += f"{over_line}/{under_line}"
        elif tag == M + "sup":
            text += _formula(child).translate(RAISED)
        elif tag == M + "d":
            marks = child.find(M + "dPr")
            opening, closing = (_delimiter(marks, n, default) for n, default in (("begChr", "("), ("endChr", ")")))
            text += opening + _formula(child) + closing
        elif tag not in (DELETED, MOVED):
            text += _formula(child)
    return text


def _operand(element: etree._Element | None) -> str:
    text = _formula(element) if element is not None else ""
    return f"({text})" if re.search(r"[+\-−－＋×÷*/]", text) else text


def _delimiter(properties: etree._Element | None, name: str, default: str) -> str:
    mark = properties.find(M + name) if properties is not None else None
    return mark.get(M + "val", default) if mark is not None else default


def _value(properties: etree._Element | None, name: str) -> str | None:
    child = properties.find(W + name) if properties is not None else None
    return child.get(VAL) if child is not None else None


# Tables


@dataclass(slots=True)
class _Raw:
    """A cell as stored, on the grid's columns `start:end`; `filler` stands for the gap beside an indented row."""

    start: int
    end: int
    merge: str | None = None
    blocks: list[Block] = field(default_factory=list)
    filler: bool = False


def _table(element: etree._Element, reading: _Reading, place: Place) -> list[Block]:
    """The table, then the notes that its cells refer to. A frame of one cell around other tables is taken off."""
    after_break, reading.after_break = reading.after_break, False
    rows: list[list[_Raw]] = []
    header = 0
    for row in _parts(element, ROW):
        properties = row.find(ROW_PROPERTIES)
        if properties is not None and (properties.find(DELETED) is not None or _on(properties, "hidden")):
            continue
        cells = _row(row, properties, reading, place)
        if not any(not cell.filler for cell in cells):
            continue
        if header == len(rows) and properties is not None and _on(properties, "tblHeader"):
            header += 1
        rows.append(cells)
    reading.after_break = False
    if not rows:
        reading.after_break = after_break
        return []
    first = next((b for cell in rows[0] for b in cell.blocks), None)
    after_break |= first is not None and first.after_break
    if len(rows) == len(rows[0]) == 1 and any(isinstance(block, Table) for block in rows[0][0].blocks):
        blocks = rows[0][0].blocks
        blocks[0].after_break = after_break
        return blocks
    widths = [_whole(column.get(W + "w")) for column in element.iterfind(f"{W}tblGrid/{W}gridCol")]
    notes: list[Block] = []
    table = Table(
        _grid(rows, _edges(rows, widths), notes), header=header if header < len(rows) else 0, after_break=after_break
    )
    return [table, *notes]


def _parts(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also where content controls wrap them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in ROW_WRAPPERS:
            yield from _parts(child, tag)


def _on(properties: etree._Element, name: str) -> bool:
    child = properties.find(W + name)
    return child is not None and switched(child.get(VAL))


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


def _row(row: etree._Element, properties: etree._Element | None, reading: _Reading, place: Place) -> list[_Raw]:
    at = min(_whole(_value(properties, "gridBefore")), MAX_SPAN)
    cells = [_Raw(0, at, filler=True)] if at else []
    for element in _parts(row, CELL):
        cell = element.find(CELL_PROPERTIES)
        if cell is not None and cell.find(W + "cellDel") is not None:
            continue
        span = min(max(_whole(_value(cell, "gridSpan"), 1), 1), MAX_SPAN)
        sideways = cell.find(SIDEWAYS) if cell is not None else None
        if sideways is not None and sideways.get(VAL, "continue") == "continue" and cells and not cells[-1].filler:
            cells[-1].end += span
        else:
            down = cell.find(DOWN) if cell is not None else None
            merge = down.get(VAL, "continue") if down is not None else None
            blocks = _blocks(element, reading, place)
            cells.append(_Raw(at, at + span, merge, blocks))
        at += span
    after = min(_whole(_value(properties, "gridAfter")), MAX_SPAN)
    if after:
        cells.append(_Raw(at, at + after, filler=True))
    return cells


def _edges(rows: list[list[_Raw]], widths: list[int]) -> dict[int, int]:
    """Grid line as stored → column edge. Lines that no row uses vanish, and so do slivers: lines so close to their left
    neighbour, with no cell between, that they only mark rows drawn a little off."""
    lines = sorted({0} | {cell.start for row in rows for cell in row} | {cell.end for row in rows for cell in row})
    if len(lines) > MAX_COLUMNS:
        raise ReadError("file.bomb", f"文件中有超过 {MAX_COLUMNS} 列的表格，已拒绝读取")
    cells = {(cell.start, cell.end) for row in rows for cell in row if not cell.filler}
    narrow = len(widths) >= lines[-1] and all(widths)
    position = [0]
    for width in widths:
        position.append(position[-1] + width)
    edges: dict[int, int] = {}
    kept = 0
    count = -1
    for line in lines:
        sliver = (
            narrow
            and line != 0
            and position[line] - position[kept] < SLIVER
            and not any(kept <= start and end <= line for start, end in cells)
        )
        if not sliver:
            kept = line
            count += 1
        edges[line] = count
    return edges


def _grid(rows: list[list[_Raw]], edges: dict[int, int], notes: list[Block]) -> list[list[Cell]]:
    """The rectangular grid. Footnotes of cells go to `notes`: they follow the table."""
    width = max(edges.values())
    grid: list[list[Cell]] = []
    above: dict[tuple[int, int], Cell] = {}
    for number, row in enumerate(rows):
        places: list[Cell] = []
        merged: dict[tuple[int, int], Cell] = {}
        for raw in row:
            start, end = edges[raw.start], edges[raw.end]
            if end <= start:
                continue
            cell = above.get((start, end)) if raw.merge == "continue" else None
            if cell is None:
                cell = _cell(raw, number, start, end - start, notes)
            else:
                cell.row_span += 1
            if raw.merge is not None:
                merged[start, end] = cell
            places.extend([cell] * (end - start))
        if len(places) < width:
            rest = width - len(places)
            places.extend([Cell("", row=number, column=len(places), column_span=rest)] * rest)
        grid.append(places)
        above = merged
    return grid


def _cell(raw: _Raw, row: int, column: int, span: int, notes: list[Block]) -> Cell:
    """A cell's paragraphs stand on lines of their own; the text of a table inside joins them, cells apart by tabs."""
    texts: list[str] = []
    nested: list[Table] = []
    for block in raw.blocks:
        if isinstance(block, Table):
            nested.append(block)
            texts.extend("\t".join(c.text.replace("\n", " ") for c in block.own(r)) for r in range(len(block.rows)))
        elif block.place == "footnote":
            notes.append(block)
        else:
            texts.append(block.text)
    return Cell("\n".join(texts), row=row, column=column, column_span=span, nested=tuple(nested))
