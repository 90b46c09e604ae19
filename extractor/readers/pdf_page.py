"""One PDF page as a `Page`.

PDFium reads the page about twenty times faster than a Python parser and keeps the order of the content stream; what it
guesses (spaces and line ends it puts in itself) is left out here and decided from the geometry in `page_text`.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractor.document import BBox
from extractor.readers.page import (
    ASCENT,
    BOLD_NAMES,
    BOLD_WEIGHT,
    DESCENT,
    MOST_RULINGS,
    Font,
    Matrix,
    Page,
    bar,
    character,
    strokes,
    times,
    unit,
    view,
    within,
)

MOST_CHARACTERS = 500_000
"""A page of more is no page; one set as tightly as can be has 20,000."""
MOST_OBJECTS = 200_000
"""Drawn things of a page that are looked at, and corners of one of them: what has more is a map or a drawing."""
DEEPEST_FORM = 8
"""Form XObjects nested deeper than this are not followed (a file can nest them in a circle)."""
_PATH, _IMAGE, _FORM = pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM
_LINE_TO, _BEZIER = pdfium.FPDF_SEGMENT_LINETO, pdfium.FPDF_SEGMENT_BEZIERTO

# The address as a plain number: it is asked for every character, and only to tell one text object from the next.
_OBJECT_OF = ctypes.cast(
    pdfium.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p, pdfium.FPDF_TEXTPAGE, ctypes.c_int)
)


def read_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """Page `number` (1-based). Raises pypdfium2.PdfiumError where the page cannot be loaded, or is none."""
    page = document[number - 1]
    try:
        bounds = page.get_bbox()
        rotation = page.get_rotation()
        textpage = page.get_textpage()
        try:
            boxes, unreadable = _characters(textpage.raw)
        finally:
            textpage.close()
        drawings = _drawings(page.raw)
    finally:
        page.close()
    pictures = [within(box, bounds) for box in drawings.pictures]
    viewed = view(number, bounds, rotation, boxes, drawings.segments, pictures, unreadable, drawings.curves)
    viewed.resolution = drawings.resolution
    return viewed


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
    unmapped = pdfium.FPDFText_HasUnicodeMapError
    origin_of = pdfium.FPDFText_GetCharOrigin
    x, y = ctypes.c_double(), ctypes.c_double()
    by_x, by_y = ctypes.byref(x), ctypes.byref(y)
    count = pdfium.FPDFText_CountChars(textpage)
    if count > MOST_CHARACTERS:
        raise pypdfium2.PdfiumError(f"a page of {count} characters")
    for index in range(count):
        code = unicode_of(textpage, index)
        if code < 32 and generated(textpage, index) != 1 and unmapped(textpage, index) == 1:
            unreadable += 1  # a glyph's number, which stands for no character
            continue
        if code <= 32 and (code in (10, 13) or (code == 32 and generated(textpage, index) == 1)):
            continue
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00) if lead else 0xFFFD
            lead = 0
        text = character(code)
        handle = object_of(textpage, index)
        if not text or not handle:
            continue
        font = fonts.get(handle)
        if font is None:
            font = fonts[handle] = _font(textpage, index, bold)
            if unmapped(textpage, index) == 1:
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


@dataclass(slots=True)
class _Drawings:
    """Rulings and pictures as (left, low, right, high) in the page's own coordinates, the finest picture's pixels per inch,
    and how many curves are drawn."""

    segments: list[BBox] = field(default_factory=list)
    pictures: list[BBox] = field(default_factory=list)
    resolution: float = 0.0
    curves: int = 0


def _drawings(page: Any) -> _Drawings:
    drawn = _Drawings()
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    stack: list[tuple[Any, Matrix, int]] = []
    for index in range(min(MOST_OBJECTS, pdfium.FPDFPage_CountObjects(page))):
        stack.append((pdfium.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0))
    left = MOST_OBJECTS
    while stack and left:
        left -= 1
        item, outer, depth = stack.pop()
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == _PATH:
            found, curves = _path(item, outer)
            drawn.segments.extend(found)
            drawn.curves += curves
            if len(drawn.segments) > MOST_RULINGS:
                break
        elif kind == _IMAGE:
            matrix = times(_matrix(item), outer)
            drawn.pictures.append(unit(matrix))
            if pdfium.FPDFImageObj_GetImagePixelSize(item, wide, high):
                drawn.resolution = max(drawn.resolution, 72 * wide.value / max(1.0, math.hypot(matrix[0], matrix[1])))
        elif kind == _FORM and depth < DEEPEST_FORM:
            inner = times(_matrix(item), outer)
            for index in range(min(MOST_OBJECTS, pdfium.FPDFFormObj_CountObjects(item))):
                stack.append((pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1))
    return drawn


def _matrix(item: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _path(item: Any, outer: Matrix) -> tuple[list[BBox], int]:
    """The rulings that a path draws, and how many curves."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if not fill.value and not stroke.value:
        return [], 0
    a, b, c, d, e, f = times(_matrix(item), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    figures: list[list[tuple[float, float]]] = []
    curves = 0
    for index in range(min(MOST_OBJECTS, pdfium.FPDFPath_CountSegments(item))):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        curves += kind == _BEZIER
        if kind == _LINE_TO and figures:
            figures[-1].append(point)
        else:
            figures.append([point])
        if pdfium.FPDFPathSegment_GetClose(segment) and len(figures[-1]) > 2:
            figures[-1].append(figures[-1][0])
    if stroke.value:
        return [edge for figure in figures for edge in strokes(figure)], curves
    return [] if curves else [edge for figure in figures for edge in bar(figure)], curves
