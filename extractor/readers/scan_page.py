"""The picture of a page → the glyphs and rulings of a `Page`, so that a scan goes the road of a printed PDF page.

The picture is set upright and level first; boxes are told in points of the page as it was, by `Page.shown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from statistics import mean, median
from typing import Any

from extractor.readers.ocr import Character, detect, recognise
from extractor.readers.page import ASCENT, DESCENT, Font, Glyph, Page, Ruling
from extractor.readers.page_tables import Grid, grids
from extractor.readers.scan_image import DARK, FEWEST_DOTS, Box, Strokes, grey, leaders, levelled, rulings, tilt, turned
from extractor.readers.scan_text import CLOSING, DASHES, OPENING, is_chinese, is_wide, proper

LEAST_SIDE = 48
"""A picture narrower or lower than this many pixels shows no text."""
TALL = 1.5
"""A box this many times as high as wide is a line that stands across the page, or a column of characters."""
JURY, JURY_LENGTH = 5, 8
"""So many lines, about so many times as long as high, tell whether the page stands on its head."""
READABLE = 0.9
"""Lines that are read with this certainty stand upright: upside down it is about 0.5."""
CLEAR = 0.8
"""A line in a picture beside text is taken for text where it is read with this certainty: photos show much that is none."""
CUT_SHARE = 0.6
"""A ruling that runs along this share of a box's side cuts the box."""
DOUBLE = 1.7
"""A box this many times as high as the usual one holds more than one line."""
COVERED = 0.75
"""A box of which another one covers this share is read once."""
HOLE = 0.8
"""White of this many ems inside a line stays white."""
BOX_HEIGHT = 1.35
"""The height of a detected box in ems of Chinese text, where the page's own lines do not tell."""
FIGURE_HEIGHT = 0.85
"""A box around figures and Latin letters is lower than one around Chinese by this factor."""
SAME_SIZE = 0.07
"""Sizes of type that differ by less than this share are one."""
FEWEST_PITCHES, MANY_PITCHES = 3, 8
"""So many Chinese characters behind one another tell the size of a line roughly, and well."""
MISMEASURED, GUESSED = 0.1, 0.35
"""By how much of itself a size told by few characters may be wrong, and one guessed from the height of a box."""
NEXT_LINE = 2.5
"""The next line is at most so many ems away."""
UNSURE = 0.5
"""A line of one or two characters read with less certainty than this is a speck."""
SMALLEST, LARGEST = 0.4, 1.6
"""What is overlooked in a cell is this many ems high."""
SECOND_LOOKS = (0.1, -0.08)
"""A doubtful line is looked at again with this share of its height more, or less, of the picture at each side."""
SHORTENED = 0.8
"""A second look that sees fewer characters than this share saw less of the line."""
LEADER_PITCH = 4.0
"""Leaders are told by a dot every so many points, however near one another they are printed."""
FLAT = (0.7, 3.0, 0.25)
"""A dash, which stands for nothing, is so many ems wide, from and to, and less than so many high."""
WIDE_DASH = 1.25
"""What is read as 一 and is wider than this many ems is a dash."""
REST = 2.5
"""What is thinner than this (points) and as near to where a ruling runs is a piece of it."""
SPREAD, MIDDLE, FOLD = 1.2, 0.08, 0.02
"""Two pages side by side are this many times as wide as high; between them, no farther from the middle than this share
of the width, this share of it is white."""
FEWEST_LINES, LONG_LINE = 3, 0.5
"""Each of two pages side by side has so many lines, or rulings, that are as long as this share of its width."""
DOUBTFUL = 0.8
"""A character read with less certainty than this may be another."""


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One line that was recognised: its box in points, its characters with their middles in points, its em in points
    (None where its characters do not tell)."""

    box: Box
    characters: list[Character]
    em: float | None


@dataclass(slots=True)
class Scan:
    """A page that was recognised. `width`, `height` in points as read, `turn` clockwise and `skew` in degrees as of `Page`;
    `fold` is the level (points) between two pages that lie side by side on it, `origin` as of `Page`."""

    number: int
    size: tuple[float, float]
    turn: int
    skew: float
    lines: list[ScanLine] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    fold: float | None = None
    origin: tuple[float, float] | None = None

    @property
    def sure(self) -> float:
        """How sure the characters are, on average; 1 where there are none."""
        return mean([c.sure for line in self.lines for c in line.characters] or [1.0])

    @property
    def doubtful(self) -> float:
        """The share of characters that may be others."""
        found = [c.sure < DOUBTFUL for line in self.lines for c in line.characters]
        return sum(found) / max(1, len(found))


def read_scan(image: Any, number: int, size: tuple[float, float]) -> Scan:
    """Recognise a page: `image` (BGR or grey array) shows the whole page, `number` is its own, `size` its width and
    height in points. May run in any thread."""
    if min(image.shape[:2]) < LEAST_SIDE:
        return Scan(number, size, 0, 0.0)
    dpi = 72 * image.shape[1] / size[0]
    picture = grey(image, dpi)
    skew = tilt(picture)
    picture = levelled(picture, skew)
    picture, boxes, turn = _upright(picture, detect(picture, dpi))
    strokes = rulings(picture, dpi, boxes)
    picture[strokes.mask > 0] = 255
    point = dpi / 72
    scan = Scan(number, size, turn, skew)
    scan.rulings = [Ruling(*(value / point for value in box)) for box in strokes.level + strokes.upright]
    dots = leaders(picture, dpi)
    for dot_row in dots:
        _crop(picture, dot_row)[:] = 255
    boxes = _without(_single(_lines_apart(_cut(boxes, strokes), picture)), dots)
    boxes += [found for dot_row in dots for found in _page_number(dot_row, boxes, picture)]
    scan.lines += [_leader(dot_row, boxes, point) for dot_row in dots]
    boxes += _overlooked(boxes, picture, grids(scan.rulings), point)
    scan.fold = _fold(boxes, strokes.level, picture.shape, point)
    for box in boxes:
        line = _line(box, picture, point)
        if line is not None:
            scan.lines.append(line)
    return scan


def _fold(boxes: list[Box], level: list[Box], shape: tuple[int, int], point: float) -> float | None:
    """Where (points) the white runs between two pages that lie side by side; None for a single page."""
    height, width = shape
    if width < SPREAD * height:
        return None
    ends = sorted((x0, x1) for x0, _, x1, _ in boxes + level)
    reached = accumulate((x1 for _, x1 in ends), max)
    gaps = [(x0 - x1, (x0 + x1) / 2) for x1, (x0, _) in zip(reached, ends[1:], strict=False)]
    wide, fold = max((gap for gap in gaps if abs(gap[1] / width - 0.5) < MIDDLE), default=(0.0, 0.0))
    if wide < FOLD * width:
        return None
    halves = [[x1 - x0 for x0, x1 in ends if (x0 < fold) == left] for left in (True, False)]
    printed = [sum(length > LONG_LINE * width / 2 for length in half) for half in halves]
    return fold / point if min(printed) >= FEWEST_LINES else None


def _upright(picture: Any, boxes: list[Box]) -> tuple[Any, list[Box], int]:
    """The picture with its text upright, the boxes on it, and by how much it was turned clockwise."""
    turn = 0
    lines = [box for box in boxes if box[2] - box[0] > TALL * (box[3] - box[1])]
    lying = sum(box[3] - box[1] for box in boxes if box[3] - box[1] > TALL * (box[2] - box[0]))
    # Short words one below the other are found in one piece; what is read well as it stands does not lie.
    if lying > sum(box[2] - box[0] for box in lines) and not _readable([_crop(picture, box) for box in _jury(lines)]):
        turn = 90
        height = picture.shape[0]
        picture = turned(picture, 90)
        boxes = [(height - bottom, x0, height - top, x1) for x0, top, x1, bottom in boxes]
    if _upside_down([_crop(picture, box) for box in _jury(boxes)]):
        turn += 180
        height, width = picture.shape
        picture = turned(picture, 180)
        boxes = [(width - x1, height - bottom, width - x0, height - top) for x0, top, x1, bottom in boxes]
    return picture, boxes, turn


def _jury(boxes: list[Box]) -> list[Box]:
    """A few lines of middling length, from all over the page."""
    long = sorted(boxes, key=lambda box: abs((box[2] - box[0]) / max(1.0, box[3] - box[1]) - JURY_LENGTH))
    return long[:JURY]


def _upside_down(crops: list[Any]) -> bool:
    """Whether these lines are read with more certainty the other way round."""
    if not crops or _readable(crops):
        return False
    return mean(_certainty(turned(crop, 180)) for crop in crops) > mean(map(_certainty, crops))


def _readable(crops: list[Any]) -> bool:
    return bool(crops) and median(map(_certainty, crops)) > READABLE


def _certainty(crop: Any) -> float:
    found = recognise(crop)
    return mean(c.sure for c in found) if found else 0.0


def _crop(picture: Any, box: Box) -> Any:
    x0, top, x1, bottom = (max(0, round(value)) for value in box)
    return picture[top : max(bottom, top + 1), x0 : max(x1, x0 + 1)]


def _cut(boxes: list[Box], strokes: Strokes) -> list[Box]:
    """The boxes cut where rulings run through them: the texts of neighbouring cells are found in one piece."""
    found: list[Box] = []
    for x0, top, x1, bottom in boxes:
        high, wide = bottom - top, x1 - x0
        xs = sorted(
            x
            for x, a, _, b in strokes.upright
            if x0 + 0.15 * high < x < x1 - 0.15 * high and min(b, bottom) - max(a, top) > CUT_SHARE * high
        )
        ys = sorted(
            y
            for a, y, b, _ in strokes.level
            if top + 0.3 * high < y < bottom - 0.3 * high and min(b, x1) - max(a, x0) > CUT_SHARE * wide
        )
        for left, right in zip([x0, *xs], [*xs, x1], strict=True):
            for upper, lower in zip([top, *ys], [*ys, bottom], strict=True):
                found.append((left, upper, right, lower))
    return found


def _lines_apart(boxes: list[Box], picture: Any) -> list[Box]:
    """Boxes of more than one line, or of characters one below the other, in lines."""
    heights = [bottom - top for x0, top, x1, bottom in boxes if x1 - x0 > bottom - top]
    usual = median(heights) if heights else 0.0
    found: list[Box] = []
    for box in boxes:
        x0, top, x1, bottom = box
        if usual and bottom - top > DOUBLE * usual and (x1 - x0 < DOUBLE * usual or bottom - top < 4 * usual):
            bands = _bands(_crop(picture, box), 0.4 * usual)
            if len(bands) > 1:
                found += [(x0, top + a - 2, x1, top + b + 2) for a, b in bands]
                continue
        found.append(box)
    return found


def _bands(crop: Any, least: float) -> list[tuple[int, int]]:
    """The stretches of rows with ink, at least `least` high; narrower ones (the strokes of 三) join the next."""
    rows = (crop < DARK).any(axis=1).tolist()
    bands: list[tuple[int, int]] = []
    start: int | None = None
    for index, dark in enumerate([*rows, False]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            if bands and bands[-1][1] - bands[-1][0] < least:
                bands[-1] = (bands[-1][0], index)
            else:
                bands.append((start, index))
            start = None
    if len(bands) > 1 and bands[-1][1] - bands[-1][0] < least:
        last = bands.pop()
        bands[-1] = (bands[-1][0], last[1])
    return bands


def _without(boxes: list[Box], dots: list[Box]) -> list[Box]:
    """The boxes cut where leaders run through them."""
    for x0, top, x1, bottom in dots:
        apart: list[Box] = []
        for box in boxes:
            if box[1] < (top + bottom) / 2 < box[3] and box[0] < x1 and x0 < box[2]:
                pieces = [(box[0], box[1], x0, box[3]), (x1, box[1], box[2], box[3])]
                apart += [piece for piece in pieces if piece[2] - piece[0] > 0.3 * (piece[3] - piece[1])]
            else:
                apart.append(box)
        boxes = apart
    return boxes


def _beside(dots: Box, boxes: list[Box]) -> list[Box]:
    """The boxes on one line with leaders, which stand on its base line, the likeliest first."""
    level = (dots[1] + dots[3]) / 2

    def off(box: Box) -> float:
        return abs(box[3] - 0.25 * (box[3] - box[1]) - level) / (box[3] - box[1])

    return sorted((box for box in boxes if off(box) < 0.3), key=off)


def _page_number(dots: Box, boxes: list[Box], picture: Any) -> list[Box]:
    """The box of what stands behind leaders and was not detected."""
    import numpy

    beside = _beside(dots, boxes)
    if not beside or any(box[0] >= dots[2] - 2 for box in beside):
        return []
    _, top, _, bottom = beside[0]
    place = (dots[2] + 1, top, min(picture.shape[1], dots[2] + 3 * (bottom - top)), bottom)
    dark = numpy.nonzero((_crop(picture, place) < DARK).any(axis=0))[0]
    return [(place[0] + int(dark[0]) - 3, top, place[0] + int(dark[-1]) + 4, bottom)] if len(dark) > 2 else []


def _leader(dots: Box, boxes: list[Box], point: float) -> ScanLine:
    """A row of dots as a line of text, as high as what stands beside it."""
    x0, _, x1, bottom = dots
    beside = _beside(dots, boxes)
    upper, lower = (beside[0][1], beside[0][3]) if beside else (bottom - 12 * point, bottom + 4 * point)
    count = max(FEWEST_DOTS, round((x1 - x0) / point / LEADER_PITCH))
    step = (x1 - x0) / count / point
    characters = [Character(".", x0 / point + (i + 0.5) * step, 0.99) for i in range(count)]
    return ScanLine((x0 / point, upper / point, x1 / point, lower / point), characters, None)


def _single(boxes: list[Box]) -> list[Box]:
    """Without boxes that lie in larger ones."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1])):
        area = (box[2] - box[0]) * (box[3] - box[1])
        if all(_shared(box, other) < COVERED * area for other in kept):
            kept.append(box)
    return kept


def _shared(box: Box, other: Box) -> float:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _overlooked(boxes: list[Box], picture: Any, found: list[Grid], point: float) -> list[Box]:
    """The boxes of what stands in table cells and was not detected: a single digit is easily overlooked."""
    import cv2
    import numpy

    if not found:
        return []
    em = median([box[3] - box[1] for box in boxes]) / BOX_HEIGHT if boxes else 12 * point
    ink = (picture < DARK).astype(numpy.uint8)
    for box in boxes:
        _crop(ink, box)[:] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    cells: dict[tuple[int, int], list[Box]] = {}
    for x, y, width, height, area in stats[1:count].tolist():
        if height > LARGEST * em or width > 3 * em or area < 4 or height * width < 0.02 * em * em:
            continue
        for number, grid in enumerate(found):
            middle = (x + width / 2) / point, (y + height / 2) / point
            cell = grid.at(*middle)
            if cell is not None and not _is_rest(middle, (width / point, height / point), grid):
                cells.setdefault((number, cell), []).append((x, y, x + width, y + height))
    made: list[Box] = []
    for pieces in cells.values():
        for x0, top, x1, bottom in _rows_of(pieces, em):
            if FLAT[0] * em <= x1 - x0 <= FLAT[1] * em and bottom - top < FLAT[2] * em:
                top, bottom = (top + bottom - em) / 2, (top + bottom + em) / 2
            if SMALLEST * em <= bottom - top <= LARGEST * em:
                made.append((x0 - 0.2 * em, top - 0.2 * em, x1 + 0.2 * em, bottom + 0.2 * em))
    return made


def _is_rest(middle: tuple[float, float], size: tuple[float, float], grid: Grid) -> bool:
    """Whether a piece of ink is what a gap in the print left of a ruling."""
    return any(
        across < REST and any(abs(at - edge) < REST for edge in edges)
        for at, across, edges in zip(middle, size, (grid.xs, grid.ys), strict=True)
    )


def _rows_of(pieces: list[Box], em: float) -> list[Box]:
    """Pieces of ink that stand side by side, as one box a row."""
    rows: list[Box] = []
    for piece in sorted(pieces, key=lambda box: box[1] + box[3]):
        if rows and piece[1] < rows[-1][3] - 0.1 * em and max(piece[0] - rows[-1][2], rows[-1][0] - piece[2]) < 2 * em:
            last = rows.pop()
            piece = (min(last[0], piece[0]), min(last[1], piece[1]), max(last[2], piece[2]), max(last[3], piece[3]))
        rows.append(piece)
    return rows


def _line(box: Box, picture: Any, point: float) -> ScanLine | None:
    import numpy

    crop = _crop(picture, box)
    high, wide = crop.shape
    dark = numpy.nonzero((crop[high // 5 : high - high // 5] < DARK).any(axis=0))[0]
    if not len(dark):
        return None
    found = _surest(box, picture, crop)
    if not found or (len(found) < 3 and mean(c.sure for c in found) < UNSURE):
        return None
    x0, top = max(0, round(box[0])), max(0, round(box[1]))
    edges = ((x0 + int(dark[0])) / point, top / point, (x0 + int(dark[-1]) + 1) / point, (top + high) / point)
    placed = [Character(c.text, (x0 + c.at * wide) / point, c.sure) for c in proper(found)]
    return ScanLine(edges, placed, _em(placed)) if placed else None


def _surest(box: Box, picture: Any, crop: Any) -> list[Character]:
    """What is recognised in a box; where that is doubtful, in a little more or less of the picture too, and the surest
    of them is taken."""
    found = recognise(crop)
    if not found or min(c.sure for c in found) >= DOUBTFUL:
        return found
    x0, top, x1, bottom = box
    wide, high = x1 - x0, bottom - top
    looks = [found]
    for share in SECOND_LOOKS:
        more = share * high
        seen = recognise(_crop(picture, (x0 - more, top - more, x1 + more, bottom + more)))
        looks.append([replace(c, at=(c.at * (wide + 2 * more) - more) / wide) for c in seen])
    return max(looks, key=lambda look: mean(c.sure for c in look) if len(look) >= SHORTENED * len(found) else 0.0)


def _em(characters: list[Character]) -> float | None:
    """The pitch of Chinese characters that follow one another."""
    pitches = _pitches(characters)
    return mean(pitches) if len(pitches) >= FEWEST_PITCHES else None


def _pitches(characters: list[Character]) -> list[float]:
    return [
        after.at - before.at
        for before, after in pairwise(characters)
        if is_chinese(before.text) and is_chinese(after.text)
    ]


def page_of(scan: Scan, known: list[float]) -> Page:
    """The page that was recognised. `known` holds the sizes of type met on earlier pages, and is added to."""
    width, height = scan.size if scan.turn % 180 == 0 else scan.size[::-1]
    page = Page(scan.number, scan.size, width, height, scan.turn, rulings=scan.rulings)
    page.recognised, page.doubtful, page.skew, page.origin = True, scan.doubtful, scan.skew, scan.origin
    for line, size in zip(scan.lines, _sizes(scan.lines, known), strict=True):
        page.glyphs += _glyphs(line, Font(size, False, 0))
    if scan.fold is not None:
        page.halves = (_half(page, 0.0, scan.fold), _half(page, scan.fold, width))
    return page


def inset_of(scan: Scan, page: Page, box: Box, known: list[float]) -> Page | None:
    """What was recognised on a picture of a page with text, whose place on the page as displayed is `box`, as a page of its
    own; None where nothing was. Text of the page that stands on the picture is in its text layer already."""
    whole = replace(page_of(replace(scan, lines=[]), []), origin=(box[0], box[1]))
    own = [page.shown((g.x0, g.top, g.x1, g.bottom)) for g in page.glyphs]
    middles = [((x0 + x1) / 2, (top + bottom) / 2) for x0, top, x1, bottom in own]

    def printed(line: ScanLine) -> bool:
        x0, top, x1, bottom = whole.shown(line.box)
        return any(x0 <= x <= x1 and top <= y <= bottom for x, y in middles)

    lines = [line for line in scan.lines if mean(c.sure for c in line.characters) >= CLEAR and not printed(line)]
    return page_of(replace(scan, lines=lines, origin=(box[0], box[1])), known) if lines else None


def _half(page: Page, left: float, right: float) -> Page:
    """What stands between two levels of a page, as a page of its own."""
    return replace(
        page,
        width=right - left,
        left=left,
        glyphs=[g._replace(x0=g.x0 - left, x1=g.x1 - left) for g in page.glyphs if left <= (g.x0 + g.x1) / 2 < right],
        rulings=[r._replace(x0=r.x0 - left, x1=r.x1 - left) for r in page.rulings if left <= (r.x0 + r.x1) / 2 < right],
    )


def _sizes(lines: Sequence[ScanLine], known: list[float]) -> list[float]:
    """The size of type of each line. That of a long line is measured, and nearly equal ones are one; that of a short one
    is guessed, and is that of its neighbour where it may be."""
    measured = {
        i: line.em for i, line in enumerate(lines) if line.em and len(_pitches(line.characters)) >= MANY_PITCHES
    }
    guessed = _guessed(lines)
    for index in sorted(measured or guessed, key=lambda i: -len(lines[i].characters)):
        if not any(abs(guessed[index] - other) <= SAME_SIZE * other for other in known):
            known.append(round(2 * guessed[index]) / 2)
    snapped = {index: min(known, key=lambda other: abs(guessed[index] - other)) for index in guessed}
    return [
        snapped[i] if i in measured else snapped[_neighbour(i, lines, guessed, measured)] for i in range(len(lines))
    ]


def _guessed(lines: Sequence[ScanLine]) -> dict[int, float]:
    """The size of each line by the pitch of its characters or the height of its box."""
    ratios = [(line.box[3] - line.box[1]) / line.em for line in lines if line.em]
    ratio = median(ratios) if ratios else BOX_HEIGHT
    found: dict[int, float] = {}
    for index, line in enumerate(lines):
        plain = not any(is_wide(c.text) for c in line.characters)
        em = line.em or (line.box[3] - line.box[1]) / (ratio * (FIGURE_HEIGHT if plain else 1.0))
        found[index] = max(1.0, em)
    return found


def _neighbour(
    index: int, lines: Sequence[ScanLine], guessed: Mapping[int, float], measured: Mapping[int, float]
) -> int:
    """The line above, which a short one may go on from, else the one below, whose size it may have; else itself."""
    line, size = lines[index], guessed[index]
    tolerance = size * (MISMEASURED if line.em else GUESSED)
    near = [
        (lines[i].box[1] > line.box[1], distance, i)
        for i, em in measured.items()
        if abs(em - size) < tolerance
        and (distance := abs(lines[i].box[1] - line.box[1])) < NEXT_LINE * size
        and lines[i].box[0] < line.box[2]
        and line.box[0] < lines[i].box[2]
    ]
    return min(near)[2] if near else index


def _glyphs(line: ScanLine, font: Font) -> list[Glyph]:
    """The characters of a line side by side, without white between them but for wide holes."""
    x0, top, x1, bottom = line.box
    found = line.characters
    if len(found) == 1 and found[0].text in DASHES and x1 - x0 > WIDE_DASH * font.size:
        found = [replace(found[0], text="—")]  # which is longer than 一
    half = [(0.5 if is_wide(c.text) else 0.28) * font.size for c in found]
    starts, ends = [x0], []
    for index in range(1, len(found)):
        left, right = found[index - 1].at + half[index - 1], found[index].at - half[index]
        if right - left < HOLE * font.size:
            left = right = (found[index - 1].at + found[index].at) / 2
        ends.append(max(left, starts[-1]))
        starts.append(max(right, ends[-1]))
    ends.append(max(x1, starts[-1]))
    # Full-width marks leave half of their em white; lines end with it, and begin with it.
    if found[-1].text in CLOSING:
        ends[-1] = max(ends[-1], starts[-1] + font.size)
    if found[0].text in OPENING:
        starts[0] = min(starts[0], ends[0] - font.size)
    middle = (top + bottom) / 2
    upper = middle - font.size * (ASCENT + DESCENT) / 2
    return [
        Glyph(c.text, a, upper, b, upper + font.size, font, min(c.sure, 0.999))
        for c, a, b in zip(found, starts, ends, strict=True)
    ]
