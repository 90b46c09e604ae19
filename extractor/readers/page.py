"""One page as plain data, whatever its format: its glyphs, its rulings and whether a picture fills it.

A format's reader gives characters and rulings in the page's own coordinates (points, y upwards); `view` turns them.
Coordinates of a `Page`: points from the top left corner of the page *turned so that most of its text stands upright*
(`Page.turn` tells by how much that differs from the page as displayed; `Page.shown` maps boxes back).
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractor.data import lines
from extractor.document import BBox
from extractor.readers.text_layer import is_nonsense

THIN = 3.0
"""A filled box at most this thick (points) is a ruling, a thicker one is shading."""
SHORTEST = 2.0
"""Rulings shorter than this (points) are corners and dots of dashed lines: they bound nothing."""
MOST_RULINGS = 20_000
"""A page with more rulings than this is a map or a drawing, not a table."""
PICTURE_SHARE = 0.5
"""A picture over this share of the page makes the page a scan if it has hardly any text."""
LARGE = 0.25
"""A picture over this share of the page may show text of its own."""
BARE = 60
"""A picture on which fewer characters than this stand has no text layer: they are a caption, or a page's header and footer."""
OUTLINES = 1_000
"""A page with hardly any text and this many curves shows text as outlines."""
HARDLY_ANY = 20
"""A page that is a picture and has fewer characters than this (a page number, a stamp) is a scan."""
GARBLED = 0.1
"""A page on which the meaning of over this share of the characters is unknown cannot be trusted: where the font of its
figures alone does not tell, that is every eighth. Bullets without a meaning are fewer."""
ASCENT, DESCENT = 0.88, 0.12
"""How far a Chinese character reaches above and below the base line, in ems."""
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "heavy", "black", "simhei", "heiti", "黑体", "xbs")
"""Parts of names of fonts that are drawn bold, or are the heavy faces Chinese documents set headings in."""

_HYPHEN = "\x02"

Matrix = tuple[float, float, float, float, float, float]


class Font(NamedTuple):
    """What one stretch of glyphs has in common. `size` in points; `angle` in degrees, counterclockwise, in the page's
    own coordinates, rounded to 1 degree."""

    size: float
    bold: bool
    angle: int


class Glyph(NamedTuple):
    """One character and its box; the box is as wide as the character's advance. `sure` is how sure a recogniser was of
    it, 1 where the file itself tells."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    font: Font
    sure: float = 1.0


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
    meaning the file does not tell; `resolution` is that of its finest picture, in pixels per inch. Of a page that was
    `recognised` from a picture, `doubtful` is the share of characters that may be others, `skew` is by how many degrees
    its lines fall to the right; where two printed pages lie side by side on it, they are its `halves`, whose left edges lie at `left`. `pictures` are
    the places of large pictures; what is recognised on them are the `insets`, whose top left corners lie at `origin` on
    the page as displayed.
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
    outlined: bool = False
    pictures: list[BBox] = field(default_factory=list)
    unreadable: int = 0
    resolution: float = 0.0
    recognised: bool = False
    doubtful: float = 0.0
    skew: float = 0.0
    left: float = 0.0
    halves: tuple[Page, ...] = ()
    origin: tuple[float, float] | None = None
    insets: tuple[Page, ...] = ()

    @property
    def characters(self) -> int:
        return len(self.glyphs) + sum(map(len, self.aside.values()))

    @property
    def scan(self) -> bool:
        """Whether the page is a picture, or text drawn as outlines, without a text layer."""
        return (self.picture or self.outlined) and self.characters < HARDLY_ANY

    @property
    def bare(self) -> list[BBox]:
        """Large pictures, on the page as displayed, whose text is in no text layer."""
        if self.scan or self.recognised or not self.pictures:
            return []
        places = [((g.x0 + g.x1) / 2, (g.top + g.bottom) / 2) for g in self.glyphs]
        return [self.shown(box) for box in self.pictures if sum(_holds(box, *place) for place in places) < BARE]

    @property
    def garbled(self) -> bool:
        """Whether what the page says cannot be trusted."""
        if self.recognised:
            return False
        return self.unreadable > GARBLED * max(1, self.characters) or is_nonsense(
            (glyph.text for glyph in self.glyphs), self.picture
        )

    @property
    def offset(self) -> float:
        """How far to the right (points) a half or an inset that is not turned stands on the page as displayed."""
        return self.left + (self.origin or (0.0, 0.0))[0]

    def shown(self, box: BBox) -> BBox:
        """The box on the page as displayed."""
        x0, top, x1, bottom = box
        whole = self.size[::-1] if self.turn % 180 else self.size
        straight = turned_back((x0 + self.left, top, x1 + self.left, bottom), self.turn, *whole)
        x0, top, x1, bottom = tilted(straight, self.skew, *self.size) if self.skew else straight
        across, down = self.origin or (0.0, 0.0)
        return x0 + across, top + down, x1 + across, bottom + down


def _holds(box: BBox, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


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


def tilted(box: BBox, skew: float, width: float, height: float) -> BBox:
    """The box around a box of a page that is turned around its middle so that lines fall by `skew` degrees."""
    across, down = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    corners = [(x - width / 2, y - height / 2) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [x * across - y * down + width / 2 for x, y in corners]
    ys = [x * down + y * across + height / 2 for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def view(
    number: int,
    bounds: BBox,
    rotation: int,
    boxes: Sequence[tuple[str, BBox, Font]],
    segments: Sequence[BBox],
    pictures: Sequence[BBox],
    unreadable: int,
    curves: int,
) -> Page:
    """Page `number` (1-based) as it is read.

    `bounds` and all boxes are (left, low, right, high) in the page's own coordinates; `rotation` is by how many degrees
    the page is turned clockwise when displayed; `boxes` are its characters, `segments` its rulings, `pictures` its
    pictures, `unreadable` the number of characters without a known meaning, `curves` that of curves that are drawn.
    """
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
    area = (right - left) * (high - low)
    result.picture = sum(map(_area, pictures)) >= PICTURE_SHARE * area
    large = [box for box in _joined(pictures) if _area(box) >= LARGE * area]
    result.pictures = [_viewed(box, angle, bounds) for box in large]
    result.outlined = curves >= OUTLINES
    return result


def _area(box: BBox) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _joined(boxes: Sequence[BBox]) -> list[BBox]:
    """The boxes, strips that lie one on the other as one."""
    found: list[BBox] = []
    for box in sorted(boxes, key=lambda box: (round(box[0]), round(box[2]), box[1])):
        below = found[-1] if found else box
        if found and abs(below[0] - box[0]) + abs(below[2] - box[2]) < 2 and box[1] - below[3] < 2:
            found[-1] = (below[0], below[1], below[2], max(below[3], box[3]))
        else:
            found.append(box)
    return found


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


def character(code: int) -> str:
    """The character as it is read: a white one is a space, a radical the character that it stands for, marks that are not
    printed are nothing."""
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


def strokes(points: list[tuple[float, float]]) -> list[BBox]:
    """The level and upright stretches of a polygon's outline."""
    edges: list[BBox] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        across, up = abs(x1 - x0), abs(y1 - y0)
        if across >= SHORTEST and up < 0.5:
            edges.append((min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2))
        elif up >= SHORTEST and across < 0.5:
            edges.append(((x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)))
    return edges


def bar(points: list[tuple[float, float]]) -> list[BBox]:
    """The middle line of a filled box that is thin enough to be a ruling."""
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0, y1 = min(p[1] for p in points), max(p[1] for p in points)
    if y1 - y0 <= THIN and x1 - x0 > max(SHORTEST, y1 - y0):
        return [(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)]
    if x1 - x0 <= THIN and y1 - y0 > max(SHORTEST, x1 - x0):
        return [((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)]
    return []


def times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does first one, then the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def unit(matrix: Matrix) -> BBox:
    """The box around the unit square, which a picture fills, where the matrix takes it."""
    a, b, c, d, e, f = matrix
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(xs), min(ys), max(xs), max(ys)


def within(box: BBox, bounds: BBox) -> BBox:
    """What of the box lies within the bounds; turned inside out where nothing does."""
    return max(box[0], bounds[0]), max(box[1], bounds[1]), min(box[2], bounds[2]), min(box[3], bounds[3])
