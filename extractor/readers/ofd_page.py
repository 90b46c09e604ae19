"""The content of OFD pages (GB/T 33190) as a `Page`: text objects, paths as rulings, images.

OFD measures in millimetres from the page's top left corner, y downwards. An object has coordinates of its own: its
matrix (CTM) turns them, its Boundary places them on the page or in the object that holds it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extractor.document import BBox
from extractor.readers.errors import ReadError
from extractor.readers.ofd_image import Placed
from extractor.readers.page import (
    ASCENT,
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

POINTS = 72 / 25.4
"""Points in a millimetre."""
DEEPEST = 8
"""Composite objects nested deeper than this are not followed (a file can nest them in a circle)."""
MOST_OBJECTS = 500_000
"""Objects of one page, those of nested objects counted each time they are drawn."""
FARTHEST = 1e5
"""Numbers beyond this (millimetres) are no places on a page."""
PAGE_SIDES = (10.0, 5000.0)
"""Millimetres; smaller and larger pages are damaged."""
WIDER = 1.7
"""A letter or digit may be wider than expected by this factor; what follows farther off leaves white."""
NARROW = frozenset("ijlftrI.,:;'!|()[]{}/\\-` ")
BROAD = frozenset("mwMW@%")
NO_MEANING = "¤"
"""Stands for a glyph that has no character."""

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_SHIFT = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}
"""Where the next character stands, by the direction of reading."""

Point = tuple[float, float]


@dataclass(slots=True)
class Resources:
    """What objects refer to by number: whether a font is bold, the content of composite objects, files of images;
    `read` names the files that told it."""

    bold: dict[str, bool] = field(default_factory=dict)
    composites: dict[str, etree._Element] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Drawn:
    """What stands on a page, in points, y upwards; `curves`, `objects` and `odd` count."""

    characters: list[tuple[str, BBox, Font]] = field(default_factory=list)
    segments: list[BBox] = field(default_factory=list)
    pictures: list[BBox] = field(default_factory=list)
    curves: int = 0
    images: list[Placed] = field(default_factory=list)
    unreadable: int = 0
    objects: int = 0
    odd: int = 0


class Read(NamedTuple):
    """A page, the images on it, and how many of its objects make no sense."""

    page: Page
    images: list[Placed]
    odd: int


def name(element: etree._Element) -> str:
    """The element's name without its namespace, whose prefix and year differ between programs."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def numbers(text: str | None) -> list[float]:
    """Raises ValueError where one is none, or not a place on a page."""
    values = [float(word) for word in (text or "").split()]
    if not all(abs(value) < FARTHEST for value in values):
        raise ValueError(text)
    return values


def box(text: str | None) -> tuple[float, float, float, float] | None:
    """x, y, width, height; None where the text is no box."""
    try:
        x, y, width, height = numbers(text)
    except ValueError:
        return None
    return x, y, width, height


def read_page(number: int, size: tuple[float, float], contents: Sequence[etree._Element], resources: Resources) -> Read:
    """Page `number` (1-based) of `size` millimetres.

    `contents` are the Content elements of its templates and its own. Raises ReadError `file.bomb`.
    """
    drawn = _Drawn()
    width, height = size[0] * POINTS, size[1] * POINTS
    outer = (POINTS, 0.0, 0.0, -POINTS, 0.0, height)
    for content in contents:
        for element, matrix, around in _objects(content, outer, resources, drawn):
            try:
                _draw(element, matrix, around, resources, drawn)
            except ValueError:
                drawn.odd += 1
    bounds = (0.0, 0.0, width, height)
    pictures = [within(box, bounds) for box in drawn.pictures]
    page = view(number, bounds, 0, drawn.characters, drawn.segments, pictures, drawn.unreadable, drawn.curves)
    return Read(page, drawn.images, drawn.odd)


def _objects(
    content: etree._Element, outer: Matrix, resources: Resources, drawn: _Drawn
) -> Iterator[tuple[etree._Element, Matrix, Matrix]]:
    """The objects in drawing order, each with the matrix that takes its own coordinates to the page, and the one that takes
    those of its Boundary there."""
    stack = [(content, outer, 0)]
    while stack:
        element, matrix, depth = stack.pop()
        drawn.objects += 1
        if drawn.objects > MOST_OBJECTS:
            raise ReadError("file.bomb", "页面上的图元数量异常庞大，已拒绝读取")
        kind = name(element)
        if element.get("Visible", "").strip().lower() in ("false", "0"):
            continue
        if kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
            try:
                around, matrix = matrix, _placed(element, matrix)
            except ValueError:
                drawn.odd += 1
                continue
            if kind == "CompositeObject":
                inner = resources.composites.get(element.get("ResourceID", ""))
                if inner is not None and depth < DEEPEST:
                    stack.append((inner, matrix, depth + 1))
            else:
                yield element, matrix, around
        elif kind in ("Content", "Layer", "PageBlock"):
            stack.extend((child, matrix, depth) for child in reversed(element))


def _placed(element: etree._Element, outer: Matrix) -> Matrix:
    boundary = numbers(element.get("Boundary"))
    x, y = boundary[:2] if len(boundary) >= 2 else (0.0, 0.0)
    matrix = times((1.0, 0.0, 0.0, 1.0, x, y), outer)
    turned = numbers(element.get("CTM"))
    if not turned and name(element) == "ImageObject" and len(boundary) == 4:
        turned = [boundary[2], 0.0, 0.0, boundary[3], 0.0, 0.0]  # an image fills the unit square of its own coordinates
    if not turned:
        return matrix
    a, b, c, d, e, f = turned
    return times((a, b, c, d, e, f), matrix)


def _draw(element: etree._Element, matrix: Matrix, around: Matrix, resources: Resources, drawn: _Drawn) -> None:
    """Raises ValueError where the object makes no sense."""
    kind = name(element)
    if kind == "TextObject":
        _text(element, matrix, resources, drawn)
    elif kind == "PathObject" and len(drawn.segments) <= MOST_RULINGS:
        segments, curves = _path(element, matrix)
        drawn.segments.extend(segments)
        drawn.curves += curves
    elif kind == "ImageObject":
        place, shown = box(element.get("Boundary")), unit(matrix)
        if place is not None:  # which cuts it off
            x, y, wide, high = place
            shown = within(shown, unit(times((wide, 0.0, 0.0, high, x, y), around)))
        drawn.pictures.append(shown)
        member = resources.images.get(element.get("ResourceID", ""))
        if member is not None:
            drawn.images.append(Placed(member, matrix))


# Text


def _text(element: etree._Element, matrix: Matrix, resources: Resources, drawn: _Drawn) -> None:
    own = float(element.get("Size") or element.get("size") or 0)  # some programs mistake its case
    scale = float(element.get("HScale", "1"))
    if not (0 < own < FARTHEST and 0 < scale < FARTHEST):
        raise ValueError("Size, HScale")
    reading = int(element.get("ReadDirection", "0")) % 360
    font, turned = _font(element, own, matrix, resources)
    glyphs_only = any(name(child) == "CGTransform" for child in element)
    right = _right(element)
    x = y = 0.0
    for code in element:
        if name(code) != "TextCode":
            continue
        x, y = float(code.get("X") or x), float(code.get("Y") or y)
        if not (abs(x) < FARTHEST and abs(y) < FARTHEST):
            raise ValueError("X, Y")
        text = code.text or ""
        if "\n" in text:
            text = text.strip()
        places = _places(code, text, x, y, own * scale, reading)
        for index, sign in enumerate(text):
            here, down = places[index]
            drawn.objects += 1
            read = character(ord(sign))
            if not read:
                continue
            if sign == "\ufffd" or "\ue000" <= sign < "\uf900" or (glyphs_only and sign == NO_MEANING):
                drawn.unreadable += 1
            following = places[index + 1][0] - here if index + 1 < len(places) else 0.0
            wide = _width(sign, own * scale, following, right - here if right is not None else 0.0)
            placed = times((*turned, here, down), matrix)
            drawn.characters.append((read, _covered(placed, wide, own), font))


def _font(
    element: etree._Element, size: float, matrix: Matrix, resources: Resources
) -> tuple[Font, tuple[float, float, float, float]]:
    """The type of a text object, and how each of its characters is turned in place."""
    turn = math.radians(int(element.get("CharDirection", "0")))
    turned = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn))
    a, b, c, d, _, _ = times((*turned, 0.0, 0.0), matrix)
    shown = round(size * math.hypot(c, d), 1)
    if not shown:
        raise ValueError("CTM")
    heavy = resources.bold.get(element.get("Font", ""), False) or int(element.get("Weight", "400")) >= BOLD_WEIGHT
    twice = _said(element, "Stroke", False) and _said(element, "Fill", True)  # drawn with an outline to look bold
    angle = round(math.degrees(math.atan2(b, a))) % 360
    return Font(shown, heavy or twice, angle), turned


def _said(element: etree._Element, key: str, otherwise: bool) -> bool:
    value = element.get(key)
    return otherwise if value is None else value.strip().lower() in ("true", "1")


def _right(element: etree._Element) -> float | None:
    """The right side of the text object's Boundary in its own coordinates, None where they are turned."""
    place = box(element.get("Boundary"))
    if place is None:
        return None
    turned = numbers(element.get("CTM"))
    if not turned:
        return place[2]
    a, b, c, _, e, _ = turned
    return (place[2] - e) / a if a > 0 and b == 0 and c == 0 else None


def _places(code: etree._Element, text: str, x: float, y: float, em: float, reading: int) -> list[tuple[float, float]]:
    """Where each character begins on the base line. Steps that the file leaves out are those of its widths."""
    across, down = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
    ahead = _SHIFT.get(reading, (1, 0))
    along = reading != 0 and not down  # where text does not read to the right, programs step along its direction
    found = [(x, y)]
    for index, sign in enumerate(text[:-1]):
        if along and index < len(across):
            x, y = x + ahead[0] * across[index], y + ahead[1] * across[index]
        elif index < len(across) or index < len(down):
            x += across[index] if index < len(across) else 0.0
            y += down[index] if index < len(down) else 0.0
        else:
            step = _expected(sign) * em
            x, y = x + ahead[0] * step, y + ahead[1] * step
        found.append((x, y))
    return found


def _steps(text: str | None, most: int) -> list[float]:
    """DeltaX or DeltaY written out, at most `most` of them: `g 3 5` stands for 5 5 5."""
    words = (text or "").split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < most:
        if words[at] in ("g", "G"):
            found.extend(numbers(words[at + 2]) * max(0, min(most, int(words[at + 1]))) if at + 2 < len(words) else [])
            at += 3
        else:
            found.extend(numbers(words[at]))
            at += 1
    return found


def _expected(sign: str) -> float:
    """The usual width of a character in ems."""
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    if sign in NARROW:
        return 0.3
    if sign in BROAD:
        return 0.85
    return 0.65 if sign.isupper() else 0.5


def _width(sign: str, em: float, following: float, room: float) -> float:
    """A character's width, by where the next one begins (`following` millimetres on) or how much room its text object
    has left for it."""
    usual = _expected(sign) * em
    if usual == em:
        return following if 0 < following < em else em
    if following > 0:
        return following if following <= WIDER * usual else usual
    return max(usual, min(room, WIDER * usual))


def _covered(matrix: Matrix, width: float, size: float) -> BBox:
    """(left, low, right, high) of a character as wide as its advance and as high as its em."""
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (0.0, width) for y in (DESCENT * size, -ASCENT * size)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


# Paths


def _path(element: etree._Element, matrix: Matrix) -> tuple[list[BBox], int]:
    """The rulings that a path draws, and how many curves."""
    stroke, fill = _said(element, "Stroke", True), _said(element, "Fill", False)
    if element.get("Alpha", "").strip() == "0" or not (stroke or fill):
        return [], 0
    data = next((child.text for child in element if name(child) == "AbbreviatedData"), None)
    figures, curves = _figures(data or "", matrix)
    if stroke:
        return [edge for figure in figures for edge in strokes(figure)], curves
    return [] if curves else [edge for figure in figures for edge in bar(figure)], curves


def _figures(data: str, matrix: Matrix) -> tuple[list[list[Point]], int]:
    """The corners of the path's straight stretches on the page, and how many curves it has."""
    a, b, c, d, e, f = matrix
    figures: list[list[Point]] = []
    start: Point | None = None
    curves = 0
    for operator, operands in _commands(data):
        if operator in "CZ":
            if figures and start is not None and len(figures[-1]) > 1:
                figures[-1].append(start)
            continue
        x, y = operands[-2:]
        point = (a * x + c * y + e, b * x + d * y + f)
        if operator == "L" and figures:
            figures[-1].append(point)
            continue
        if operator in "SML":
            start = point
        else:
            curves += 1
        figures.append([point])
    return figures, curves


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Raises ValueError where an operator is unknown or lacks operands."""
    tokens = _TOKEN.findall(data)
    at = 0
    while at < len(tokens):
        count = _OPERANDS.get(tokens[at])
        if count is None:
            raise ValueError(tokens[at])
        operands = numbers(" ".join(tokens[at + 1 : at + 1 + count]))
        if len(operands) != count:
            raise ValueError(data)
        yield tokens[at], operands
        at += 1 + count
