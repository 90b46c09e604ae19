"""One PDF page as plain data: its glyphs, its rulings and whether a picture fills it.

PDFium reads the page about twenty times faster than a Python parser and keeps the order of the content stream; what it
guesses (spaces and line ends it puts in itself) is left out here and decided from the geometry in `pdf_text`.

Coordinates: PDF points from the top left corner of the page *turned so that most of its text stands upright*
(`Page.turn` tells by how much that differs from the page as displayed; `Page.shown` maps boxes back).
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from extractor.data import lines
from extractor.document import BBox

THIN = 3.0
"""A filled box at most this thick (points) is a ruling, a thicker one is shading."""
SHORTEST = 2.0
"""Rulings shorter than this (points) are corners and dots of dashed lines: they bound nothing."""
DEEPEST_FORM = 8
"""Form XObjects nested deeper than this are not followed (a file can nest them in a circle)."""
MOST_RULINGS = 20_000
"""A page with more rulings than this is a map or a drawing, not a table."""
PICTURE_SHARE = 0.5
"""A picture over this share of the page makes the page a scan if it has hardly any text."""
ASCENT, DESCENT = 0.88, 0.12
"""How far a Chinese character reaches above and below the base line, in ems."""
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "heavy", "black", "simhei", "heiti", "黑体", "xbs")
"""Parts of names of fonts that are drawn bold, or are the heavy faces Chinese documents set headings in."""

_PATH, _IMAGE, _FORM = pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM
_LINE_TO, _BEZIER = pdfium.FPDF_SEGMENT_LINETO, pdfium.FPDF_SEGMENT_BEZIERTO
_HYPHEN = "\x02"

# The address as a plain number: it is asked for every character, and only to tell one text object from the next.
_OBJECT_OF = ctypes.cast(
    pdfium.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p, pdfium.FPDF_TEXTPAGE, ctypes.c_int)
)

Matrix = tuple[float, float, float, float, float, float]


class Font(NamedTuple):
    """What one stretch of glyphs has in common. `size` in points; `angle` in degrees, counterclockwise, in the page's
    own coordinates, rounded to 1 degree."""

    size: float
    bold: bool
    angle: int


class Glyph(NamedTuple):
    """One character and its box; the box is as wide as the character's advance."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    font: Font


class Ruling(NamedTuple):
    """A line that is printed: horizontal where top == bottom, else vertical."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(slots=True)
class Page:
    """`size` is (width, height) as displayed; `width`, `height` the same as read (turned where `turn` is 90 or 270).

    `aside` holds the glyphs that stand across the others, by their turn against them (90, 180, 270), in coordinates in
    which they are upright; `stamps` the text at any other angle (watermarks). `unreadable` counts the characters whose
    meaning the file does not tell.
    """

    number: int
    size: tuple[float, float]
    width: float
    height: float
    turn: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    aside: dict[int, list[Glyph]] = field(default_factory=dict)
    stamps: str = ""
    rulings: list[Ruling] = field(default_factory=list)
    picture: bool = False
    unreadable: int = 0

    def shown(self, box: BBox) -> BBox:
        """The box on the page as displayed."""
        return turned_back(box, self.turn, self.width, self.height)


def turned_back(box: BBox, turn: int, width: float, height: float) -> BBox:
    """A box of a `width` x `height` view that was turned clockwise by `turn`, before that turn."""
    x0, top, x1, bottom = box
    if turn == 90:
        return top, width - x1, bottom, width - x0
    if turn == 180:
        return width - x1, height - bottom, width - x0, height - top
    if turn == 270:
        return height - bottom, x0, height - top, x1
    return box


def read_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """Page `number` (1-based). Raises pypdfium2.PdfiumError where the page cannot be loaded."""
    page = document[number - 1]
    try:
        bounds = page.get_bbox()
        rotation = page.get_rotation()
        textpage = page.get_textpage()
        try:
            boxes, unreadable = _characters(textpage.raw)
        finally:
            textpage.close()
        segments, picture = _drawings(page.raw)
    finally:
        page.close()
    left, low, right, high = bounds
    sizes = Counter[int]()
    for _, _, font in boxes:
        sizes[font.angle] += 1
    upright = [angle for angle, _ in sizes.most_common() if angle % 90 == 0]
    angle = upright[0] if upright else rotation
    width, height = (high - low, right - left) if angle % 180 else (right - left, high - low)
    displayed = (high - low, right - left) if rotation % 180 else (right - left, high - low)
    result = Page(number, displayed, width, height, (angle - rotation) % 360, unreadable=unreadable)
    stamps: list[str] = []
    for text, box, font in boxes:
        if font.angle == angle:
            result.glyphs.append(Glyph(text, *_viewed(box, angle, bounds), font))
        elif font.angle % 90 == 0:
            glyph = Glyph(text, *_viewed(box, font.angle, bounds), font)
            result.aside.setdefault((font.angle - angle) % 360, []).append(glyph)
        else:
            stamps.append(text)
    result.stamps = "".join(stamps)
    if len(segments) <= MOST_RULINGS:
        result.rulings = [Ruling(*_viewed(segment, angle, bounds)) for segment in segments]
    result.picture = picture >= PICTURE_SHARE * (right - left) * (high - low)
    return result


def _viewed(box: BBox, rotation: int, bounds: BBox) -> BBox:
    """A box (left, low, right, high) in the page's own coordinates, on the page turned clockwise by `rotation`."""
    x0, y0, x1, y1 = box
    left, low, right, high = bounds
    if rotation == 90:
        return y0 - low, x0 - left, y1 - low, x1 - left
    if rotation == 180:
        return right - x1, y0 - low, right - x0, y1 - low
    if rotation == 270:
        return high - y1, right - x1, high - y0, right - x0
    return x0 - left, high - y1, x1 - left, high - y0


def _characters(textpage: Any) -> tuple[list[tuple[str, BBox, Font]], int]:
    """Every printed character with its box (left, low, right, high), and how many have no known meaning."""
    fonts: dict[int, Font] = {}
    bold: dict[int, bool] = {}
    guessed: set[int] = set()  # text objects of fonts that do not say what their glyphs mean
    characters: list[tuple[str, BBox, Font]] = []
    unreadable = 0
    lead = 0
    rect = pdfium.FS_RECTF()
    by_rect = ctypes.byref(rect)
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    object_of, generated = _OBJECT_OF, pdfium.FPDFText_IsGenerated
    origin_of = pdfium.FPDFText_GetCharOrigin
    x, y = ctypes.c_double(), ctypes.c_double()
    by_x, by_y = ctypes.byref(x), ctypes.byref(y)
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = unicode_of(textpage, index)
        if code <= 32 and (code in (10, 13) or (code == 32 and generated(textpage, index) == 1)):
            continue
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00) if lead else 0xFFFD
            lead = 0
        text = _character(code)
        handle = object_of(textpage, index)
        if not text or not handle:
            continue
        font = fonts.get(handle)
        if font is None:
            font = fonts[handle] = _font(textpage, index, bold)
            if pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1:
                guessed.add(handle)
        if code == 0xFFFD or 0xE000 <= code < 0xF900 or handle in guessed:
            unreadable += 1
        if not box_of(textpage, index, by_rect):
            continue
        origin_of(textpage, index, by_x, by_y)
        characters.append((text, _em_box(rect.left, rect.bottom, rect.right, rect.top, x.value, y.value, font), font))
    return characters, unreadable


def _em_box(left: float, low: float, right: float, high: float, x: float, y: float, font: Font) -> BBox:
    """The box of a character as wide as its advance and as high as its em: fonts differ wildly in the height they
    claim, so it is measured from the base line, which runs through (x, y)."""
    size = font.size
    across = right - left if font.angle % 180 else high - low
    if not 0.4 * across < size < 2.5 * across:
        return left, low, right, high
    if font.angle == 0:
        return left, y - DESCENT * size, right, y + ASCENT * size
    if font.angle == 90:
        return x - ASCENT * size, low, x + DESCENT * size, high
    if font.angle == 180:
        return left, y - ASCENT * size, right, y + DESCENT * size
    if font.angle == 270:
        return x - DESCENT * size, low, x + ASCENT * size, high
    return left, low, right, high


def _character(code: int) -> str:
    if code >= 0x2E80 and (code < 0x2FE0 or 0xF900 <= code < 0xFB00 or 0x2F800 <= code < 0x2FA20):
        return _radicals().get(chr(code)) or unicodedata.normalize("NFKC", chr(code))
    if code in (0x00A0, 0x3000, 9) or 0x2000 <= code <= 0x200A:
        return " "
    if code < 32 or code in (0x00AD, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF):
        return "-" if chr(code) == _HYPHEN else ""
    return chr(code)


@cache
def _radicals() -> dict[str, str]:
    """Radical → the character it is printed for, where Unicode itself declares no equivalence."""
    return {line[0]: line[-1] for line in lines("radicals")}


def _font(textpage: Any, index: int, bold: dict[int, bool]) -> Font:
    """The type of a character's text object; `bold` remembers what is known of each font."""
    item = pdfium.FPDFText_GetTextObject(textpage, index)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    size = pdfium.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.c, matrix.d)
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
    handle = ctypes.cast(pdfium.FPDFTextObj_GetFont(item), ctypes.c_void_p).value or 0
    if handle not in bold:
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(textpage, index, buffer, 128, flags)
        name = buffer.value.decode("utf-8", "replace").lower()
        heavy = pdfium.FPDFText_GetFontWeight(textpage, index) >= BOLD_WEIGHT
        bold[handle] = heavy or any(part in name for part in BOLD_NAMES)
    drawn = pdfium.FPDFTextObj_GetTextRenderMode(item)
    return Font(round(size, 1), bold[handle] or drawn == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, angle)


def _drawings(page: Any) -> tuple[list[BBox], float]:
    """The rulings (left, low, right, high) and the area under pictures, in the page's own coordinates."""
    segments: list[BBox] = []
    pictures = 0.0
    stack: list[tuple[Any, Matrix, int]] = []
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        stack.append((pdfium.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0))
    while stack:
        item, outer, depth = stack.pop()
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == _PATH:
            segments.extend(_path(item, outer))
            if len(segments) > MOST_RULINGS:
                break
        elif kind == _IMAGE:
            a, b, c, d, _, _ = _times(_matrix(item), outer)
            pictures += abs(a * d - b * c)
        elif kind == _FORM and depth < DEEPEST_FORM:
            inner = _times(_matrix(item), outer)
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                stack.append((pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1))
    return segments, pictures


def _matrix(item: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _path(item: Any, outer: Matrix) -> list[BBox]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return []
    a, b, c, d, e, f = _times(_matrix(item), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    figures: list[list[tuple[float, float]]] = []
    curved = False
    for index in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        curved = curved or kind == _BEZIER
        if kind == _LINE_TO and figures:
            figures[-1].append(point)
        else:
            figures.append([point])
        if pdfium.FPDFPathSegment_GetClose(segment) and len(figures[-1]) > 2:
            figures[-1].append(figures[-1][0])
    if stroke.value:
        return [edge for figure in figures for edge in _strokes(figure)]
    return [] if curved else [edge for figure in figures for edge in _bar(figure)]


def _strokes(points: list[tuple[float, float]]) -> list[BBox]:
    """The level and upright stretches of a polygon's outline."""
    edges: list[BBox] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        across, up = abs(x1 - x0), abs(y1 - y0)
        if across >= SHORTEST and up < 0.5:
            edges.append((min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2))
        elif up >= SHORTEST and across < 0.5:
            edges.append(((x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)))
    return edges


def _bar(points: list[tuple[float, float]]) -> list[BBox]:
    """The middle line of a filled box that is thin enough to be a ruling."""
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0, y1 = min(p[1] for p in points), max(p[1] for p in points)
    if y1 - y0 <= THIN and x1 - x0 > max(SHORTEST, y1 - y0):
        return [(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)]
    if x1 - x0 <= THIN and y1 - y0 > max(SHORTEST, x1 - x0):
        return [((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)]
    return []
