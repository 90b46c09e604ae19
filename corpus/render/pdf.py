"""Blocks set as PDF pages: a small typesetter over reportlab's canvas. Tables are ruled, their merges drawn as one cell, rows
cut over pages where they must be, headers repeated; wide tables lie on landscape pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from corpus.render.blocks import Block, Paragraph, Table
from corpus.render.fonts import Face

MARGIN, TOP, BOTTOM = 72.0, 78.0, 64.0
"""Margins in points; the running header and the page number stand inside the upper and lower one."""
TABLE_MARGIN = 42.0
TEXT_SIZE, TABLE_SIZE, FURNITURE_SIZE = 12.0, 8.5, 9.0
HEADING_SIZES = {1: 16.0, 2: 14.0, 3: 13.0, 4: 12.0}
TITLE_SIZE, COVER_TITLE_SIZE, COVER_SIZE, CAPTION_SIZE = 18.0, 22.0, 15.0, 11.0
LEADING, TABLE_LEADING = 1.75, 1.35
PADDING = 3.0
LEAST_SPLIT = 4
"""A row is cut over a page only if so many of its lines fit above the cut."""
ATOM = re.compile(r"[0-9A-Za-z.,%+\-/_\\]+|.", re.DOTALL)
NOT_FIRST = set("，。；：、）》”！？％%,.;:)!?’】〕")
NARROWEST = 3.2
"""A column is at least so many characters wide (or as wide as its longest text)."""


@dataclass(slots=True)
class Sheet:
    """The page being set. `y` is the distance in points from the top of the page to the next line."""

    canvas: Canvas
    face: Face
    running: str
    width: float = A4[0]
    height: float = A4[1]
    y: float = TOP
    number: int = 0
    front: bool = True
    started: bool = False


def write_pdf(blocks: list[Block], path: Path, face: Face) -> None:
    """The PDF is the same for the same blocks and font."""
    title = next((" ".join(block.text.split()) for block in blocks if isinstance(block, Paragraph)), "")
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle(title)
    sheet = Sheet(canvas, face, title)
    sheet.front = bool(blocks) and isinstance(blocks[0], Paragraph) and blocks[0].role == "cover"
    for index, block in enumerate(blocks):
        wide = _wide(blocks, index, sheet.width > sheet.height)
        if not sheet.started or wide != (sheet.width > sheet.height):
            _new_page(sheet, wide)
        if isinstance(block, Table):
            if block.new_page and sheet.y > TOP:
                _new_page(sheet)
            _set_table(sheet, block)
        else:
            _set_paragraph(sheet, block)
    canvas.showPage()
    canvas.save()


def _wide(blocks: list[Block], index: int, now: bool) -> bool:
    """Wide tables, their titles, and what stands between two of them are set on landscape pages."""
    block = blocks[index]
    if isinstance(block, Table):
        return block.wide
    ahead = blocks[index : index + 3]
    place = next((i for i, b in enumerate(ahead) if isinstance(b, Table)), None)
    if place is None:
        return False
    table = ahead[place]
    allowed = all(isinstance(b, Paragraph) and (b.role in ("caption", "title") or now) for b in ahead[:place])
    return isinstance(table, Table) and table.wide and allowed


def _new_page(sheet: Sheet, wide: bool | None = None) -> None:
    if sheet.started:
        sheet.canvas.showPage()
    if wide is not None:
        sheet.width, sheet.height = (A4[1], A4[0]) if wide else A4
    sheet.canvas.setPageSize((sheet.width, sheet.height))
    sheet.started, sheet.y = True, TOP
    sheet.number += 1
    if sheet.front:
        sheet.front = False
        return
    center = sheet.width / 2
    _draw(sheet, sheet.running, center, 48, sheet.face.regular, FURNITURE_SIZE, centered=True)
    sheet.canvas.setLineWidth(0.4)
    sheet.canvas.line(MARGIN, sheet.height - 54, sheet.width - MARGIN, sheet.height - 54)
    _draw(sheet, f"- {sheet.number} -", center, sheet.height - 36, sheet.face.regular, FURNITURE_SIZE, centered=True)


def _draw(sheet: Sheet, text: str, x: float, top: float, font: str, size: float, centered: bool = False) -> None:
    sheet.canvas.setFont(font, size)
    if centered:
        sheet.canvas.drawCentredString(x, sheet.height - top, text)
    else:
        sheet.canvas.drawString(x, sheet.height - top, text)


# Text


@cache
def _width(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, 1))


def wrap(text: str, font: str, size: float, width: float, indent: float = 0) -> list[str]:
    """Lines no wider than `width` points (the first by `indent` less); numbers and words stay whole where they can, and
    closing punctuation never begins a line: what stands before it goes to the next line with it."""
    lines: list[str] = []
    for part in text.split("\n"):
        current: list[str] = []
        used = indent
        for piece in _pieces(part, font, size, width):
            length = _width(piece, font) * size
            if used + length > width and current:
                kept = len(current) - (piece in NOT_FIRST and len(current) > 1)
                lines.append("".join(current[:kept]))
                current = current[kept:]
                used = sum(_width(other, font) * size for other in current)
            current.append(piece)
            used += length
        lines.append("".join(current))
    return lines


def _pieces(text: str, font: str, size: float, width: float) -> list[str]:
    """What a line is not broken within: numbers, words and characters; a word wider than a line is its characters."""
    atoms = ATOM.findall(text)
    return [piece for atom in atoms for piece in ([atom] if _width(atom, font) * size <= width else atom)]


def _set_paragraph(sheet: Sheet, block: Paragraph) -> None:
    available = sheet.width - 2 * MARGIN
    if block.new_page and sheet.y > TOP:
        _new_page(sheet)
    if block.continues and sheet.y > 0.7 * sheet.height:
        _new_page(sheet)
    font, size, indent, centered, before = sheet.face.regular, TEXT_SIZE, 2 * TEXT_SIZE, False, 0.0
    match block.role:
        case "cover":
            title = block.text.rstrip().endswith("报告")
            font, size = (sheet.face.bold, COVER_TITLE_SIZE) if title else (font, COVER_SIZE)
            indent, centered, before = 0, True, 60.0 if title else 18.0
        case "title":
            font, size, indent, centered, before = sheet.face.bold, TITLE_SIZE, 0, True, 6.0
        case "heading":
            font, size, indent, before = sheet.face.bold, HEADING_SIZES[block.level], 0, 4.0
        case "caption":
            font, size, indent, centered, before = sheet.face.bold, CAPTION_SIZE, 0, True, 4.0
        case "contents":
            _contents_line(sheet, block.text)
            return
        case "text" if block.continues:
            indent = 0
    leading = size * LEADING
    if block.role in ("heading", "caption") and sheet.y + before + 3 * leading > sheet.height - BOTTOM:
        _new_page(sheet)
    sheet.y += before if sheet.y > TOP or block.role == "cover" else 0
    for index, line in enumerate(wrap(block.text, font, size, available, indent)):
        if sheet.y + leading > sheet.height - BOTTOM:
            _new_page(sheet)
        x = sheet.width / 2 if centered else MARGIN + (indent if index == 0 else 0)
        _draw(sheet, line, x, sheet.y + size, font, size, centered)
        sheet.y += leading


def _contents_line(sheet: Sheet, text: str) -> None:
    """The heading, dots, and the page number at the right margin."""
    found = re.match(r"(.*?)\s*(?:\t|[.…]{3,}|\s)\s*(-?\s*[\dIVX]+\s*-?)$", text)
    title, page = (found.group(1), found.group(2)) if found else (text, "")
    font, size = sheet.face.regular, TEXT_SIZE
    lines = wrap(title, font, size, sheet.width - 2 * MARGIN - 40)
    for index, line in enumerate(lines):
        if sheet.y + size * LEADING > sheet.height - BOTTOM:
            _new_page(sheet)
        _draw(sheet, line, MARGIN, sheet.y + size, font, size)
        if index == len(lines) - 1 and page:
            end = sheet.width - MARGIN - _width(page, font) * size
            start = MARGIN + _width(line, font) * size
            dots = "." * max(3, int((end - start - 8) / (_width(".", font) * size)))
            _draw(sheet, dots, start + 4, sheet.y + size, font, size)
            _draw(sheet, page, end, sheet.y + size, font, size)
        sheet.y += size * LEADING


# Tables


@dataclass(slots=True)
class Box:
    """A cell or merged cell: its rows `top` to `bottom`, its columns `left` to `right`, its text in lines."""

    top: int
    left: int
    bottom: int
    right: int
    lines: list[str]
    bold: bool = False


@dataclass(slots=True)
class Piece:
    """The part of a row that stands on one page: lines `first` to `last` of each of its cells, `height` points tall."""

    row: int
    first: int
    last: int
    height: float


@dataclass(slots=True)
class Placed:
    """The pieces of a table on one page, the first at `y` points from the top."""

    y: float
    pieces: list[Piece] = field(default_factory=list)


def _set_table(sheet: Sheet, table: Table) -> None:
    font = sheet.face.regular
    margin = TABLE_MARGIN if table.wide else MARGIN
    widths = column_widths(table, font, sheet.width - 2 * margin)
    boxes = _boxes(table, font, widths)
    heights = _row_lines(table, boxes)
    line = TABLE_SIZE * TABLE_LEADING
    placed = Placed(sheet.y)
    header = sum(heights[row] * line + 2 * PADDING for row in range(table.header))
    for row, count in enumerate(heights):
        done = 0
        while done < count:
            room = int((sheet.height - BOTTOM - sheet.y - 2 * PADDING) / line)
            left = count - done
            fits = left <= room
            if not fits and (room < LEAST_SPLIT or (left <= 12 and placed.pieces and sheet.y > TOP + header + 1)):
                _flush(sheet, table, boxes, widths, placed, margin)
                _new_page(sheet)
                placed = _header_again(sheet, table, heights, line)
                continue
            take = min(left, max(1, room))
            height = take * line + 2 * PADDING
            placed.pieces.append(Piece(row, done, done + take, height))
            sheet.y += height
            done += take
    _flush(sheet, table, boxes, widths, placed, margin)
    sheet.y += 10


def _header_again(sheet: Sheet, table: Table, heights: list[int], line: float) -> Placed:
    placed = Placed(sheet.y)
    if sum(heights[: table.header]) * line < sheet.height / 4:
        for row in range(table.header):
            height = heights[row] * line + 2 * PADDING
            placed.pieces.append(Piece(row, 0, heights[row], height))
            sheet.y += height
    return placed


def column_widths(table: Table, font: str, available: float) -> list[float]:
    """As wide as the columns' texts where that fits; else the narrow ones so, the rest shared by the length of the text."""
    natural, least = [], []
    merged = {(t, le) for t, le, b, r in table.merges if r > le}
    for column in range(len(table.rows[0])):
        texts = [row[column] for index, row in enumerate(table.rows) if (index, column) not in merged]
        longest = max((_width(text, font) for text in texts), default=0.0)
        atoms = max((_width(atom, font) for text in texts for atom in ATOM.findall(text)), default=0.0)
        natural.append(longest * TABLE_SIZE + 2 * PADDING + 2)
        least.append(min(natural[-1], max(NARROWEST, min(atoms, 8.0)) * TABLE_SIZE + 2 * PADDING + 2))
    if sum(natural) <= available:
        spare = (available - sum(natural)) / len(natural)
        return [width + spare for width in natural]
    rest = available - sum(least)
    wanted = [(n - m) ** 0.7 for n, m in zip(natural, least, strict=True)]
    if rest <= 0:
        return [m * available / sum(least) for m in least]
    return [m + rest * w / (sum(wanted) or 1) for m, w in zip(least, wanted, strict=True)]


def _boxes(table: Table, font: str, widths: list[float]) -> list[Box]:
    spans = {(top, left): (bottom, right) for top, left, bottom, right in table.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in table.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    boxes = []
    for top, row in enumerate(table.rows):
        for left, text in enumerate(row):
            if (top, left) not in covered:
                bottom, right = spans.get((top, left), (top, left))
                width = sum(widths[left : right + 1]) - 2 * PADDING
                boxes.append(Box(top, left, bottom, right, wrap(text, font, TABLE_SIZE, width), top < table.header))
    return boxes


def _row_lines(table: Table, boxes: list[Box]) -> list[int]:
    """How many lines each row is tall; a merged cell's text must fit its first row, so that a page break never loses it."""
    lines = [1] * len(table.rows)
    for box in boxes:
        lines[box.top] = max(lines[box.top], len(box.lines))
    return lines


def _flush(sheet: Sheet, table: Table, boxes: list[Box], widths: list[float], placed: Placed, margin: float) -> None:
    """Draw the pieces that stand on this page: each box's part of them ruled round, its lines inside."""
    if not placed.pieces:
        return
    tops: dict[int, float] = {}
    ends: dict[int, float] = {}
    pieces = {piece.row: piece for piece in placed.pieces}
    y = placed.y
    for piece in placed.pieces:
        tops[piece.row] = y
        y += piece.height
        ends[piece.row] = y
    lefts = [margin + sum(widths[:column]) for column in range(len(widths) + 1)]
    sheet.canvas.setLineWidth(0.5)
    for box in boxes:
        here = [row for row in range(box.top, box.bottom + 1) if row in pieces]
        if not here:
            continue
        top, bottom = tops[here[0]], ends[here[-1]]
        left, right = lefts[box.left], lefts[box.right + 1]
        sheet.canvas.rect(left, sheet.height - bottom, right - left, bottom - top)
        if box.top in pieces:
            piece = pieces[box.top]
            _box_text(sheet, box, box.lines[piece.first : piece.last], left, right, top, bottom, piece.first > 0)


def _box_text(
    sheet: Sheet, box: Box, lines: list[str], left: float, right: float, top: float, bottom: float, cut: bool
) -> None:
    """Short cells are centred both ways, long ones begin at the upper left."""
    leading = TABLE_SIZE * TABLE_LEADING
    font = sheet.face.regular
    short = len(box.lines) <= 2
    space = bottom - top - len(lines) * leading
    y = top + PADDING if cut or not short else top + space / 2
    for line in lines:
        if line:
            x = (left + right) / 2 if short else left + PADDING
            _draw(sheet, line, x, y + TABLE_SIZE, font, TABLE_SIZE, centered=short)
        y += leading
