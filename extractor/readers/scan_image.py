"""The picture of a page made fit to read: stamps out, paper white, lines level, rulings found. Grey pictures are arrays
of 8-bit numbers, 255 is white; lengths are pixels unless they say points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in pixels."""

STEEPEST = 8.0
"""A page is not tilted by more than this many degrees."""
LEVEL_ENOUGH = 0.05
"""A tilt below this many degrees is left as it is."""
POINTS = 60_000
"""Dark pixels that suffice to tell the tilt."""
DARK = 170
"""What is darker than this on white paper is ink."""
FAINT = 205
"""What is darker than this may belong to a thin ruling."""
BLACK = 90
"""What is darker than this on an eighth of the size is no text: its strokes are paled by the white between them."""
DOT, DOT_PITCH, FEWEST_DOTS = 2.6, 7.0, 8
"""Leaders are at least so many dots, at most so wide and so far apart (points)."""
PALE, TINGE = 110, 12
"""Within a stamp, what is redder than it is green or blue by this, and not as dark as text, is the stamp's."""
STAMP_RED = 0.75
"""The red of a stamp is at least this share of the paper's."""
LIGHT = 200
"""What is lighter than this is paper."""
GRAIN, SOFTENED = 2.7, 0.8
"""Paper whose pixels differ from those around them by more than this on average is softened by so many pixels."""
REDDER = 45
"""Ink whose red exceeds its green and blue by this is a stamp's, or a red heading's."""
STAMP = (40.0, 0.5)
"""A stamp is at least this wide and high (points) and not narrower than this share of its longer side."""
LEVEL_LENGTH, UPRIGHT_LENGTH = 30.0, 16.0
"""The shortest rulings in points: longer than the strokes of a character."""
THICKEST = 4.0
"""A ruling is at most this thick (points)."""
REACH = 4.0
"""A ruling ends at most this far (points) from the one that it meets."""

LONG_POST = 15
"""An upright line this many times as long as that is a ruling though its ends meet nothing."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """The rulings of a page as (x0, top, x1, bottom), and a mask of their pixels."""

    level: list[Box]
    upright: list[Box]
    mask: Any


def grey(image: Any, dpi: float) -> Any:
    """The page (BGR) in grey, without stamps, on white paper."""
    import cv2
    import numpy

    if image.ndim == 2:
        plain = image
    else:
        blue, green, red = cv2.split(image[:, :, :3])
        plain = cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY)
        reddish = cv2.subtract(red, cv2.max(green, blue)) > REDDER
        if reddish.any():
            spots = _stamps(reddish.astype(numpy.uint8), dpi)
            tinged = (red > PALE) & (cv2.subtract(red, cv2.min(green, blue)) > TINGE)
            paper = numpy.uint8(numpy.percentile(plain[::8, ::8], 75))
            # In the red channel a stamp is nearly as light as paper, and what is printed under it dark.
            under = numpy.minimum(red / STAMP_RED, float(paper)).astype(numpy.uint8)
            plain = numpy.where(spots & tinged, numpy.maximum(plain, under), plain)
    small = cv2.resize(plain, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    beside = _beside_the_paper(small)
    if beside.any():
        small[beside > 0] = 255
        beside = cv2.resize(beside, plain.shape[::-1], interpolation=cv2.INTER_NEAREST)
        plain = numpy.where(beside > 0, numpy.uint8(255), plain)
    paper = cv2.medianBlur(cv2.dilate(small, numpy.ones((5, 5), numpy.uint8)), 21)
    paper = cv2.resize(paper, (plain.shape[1], plain.shape[0]), interpolation=cv2.INTER_LINEAR)
    return _calm(cv2.divide(plain, cv2.max(paper, 60), scale=255))


def _beside_the_paper(small: Any) -> Any:
    """Where the copier's lid shows around the page, on an eighth of its size: solid black that reaches the edge."""
    import cv2
    import numpy

    black = (small < BLACK).astype(numpy.uint8)
    _, labels = cv2.connectedComponents(black)
    edges = numpy.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    outside = numpy.isin(labels, numpy.unique(edges[edges > 0])).astype(numpy.uint8)
    return cv2.dilate(outside, numpy.ones((3, 3), numpy.uint8)) if outside.any() else outside


def _calm(plain: Any) -> Any:
    """Without the grain of a noisy scan; a clean one is left as it is."""
    import cv2

    soft = cv2.GaussianBlur(plain, (0, 0), SOFTENED)
    light = soft[::3, ::3] > LIGHT
    grain = cv2.absdiff(plain, soft)[::3, ::3][light]
    return soft if grain.size and float(grain.mean()) > GRAIN else plain


def _stamps(red: Any, dpi: float) -> Any:
    """Where stamps are: red ink that gathers to a round or square large enough; a red heading is long and low."""
    import cv2
    import numpy

    scale = 36 / dpi
    small = cv2.resize(red * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 20
    near = cv2.dilate(small.astype(numpy.uint8), numpy.ones((5, 5), numpy.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near)
    keep = numpy.zeros(count, bool)
    for index in range(1, count):
        width, height = stats[index, cv2.CC_STAT_WIDTH], stats[index, cv2.CC_STAT_HEIGHT]
        keep[index] = min(width, height) > max(STAMP[0] / 2, STAMP[1] * max(width, height))
    spots = numpy.zeros(red.shape, bool)
    for x, y, width, height, _ in stats[keep].tolist():
        # All of it: its words may stand apart from its rim, and where strokes are thin JPEG leaves them hardly red.
        spots[int(y / scale) : int((y + height) / scale), int(x / scale) : int((x + width) / scale)] = True
    return spots


def tilt(image: Any) -> float:
    """By how many degrees the lines of text fall to the right (or, on a page that lies on its side, run off the upright)."""
    import cv2
    import numpy

    scale = min(1.0, 1000 / max(image.shape))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ys, xs = numpy.nonzero(small < DARK)
    if len(xs) < 100:
        return 0.0
    if len(xs) > POINTS:
        chosen = numpy.random.default_rng(0).choice(len(xs), POINTS, replace=False)
        xs, ys = xs[chosen], ys[chosen]
    found = [_sharpest(xs.astype(float), ys.astype(float)), _sharpest(ys.astype(float), -xs.astype(float))]
    return max(found)[1]


def _sharpest(xs: Any, ys: Any) -> tuple[float, float]:
    """(how sharply lines part from white, degrees) at the tilt at which they do so most."""
    import numpy

    def sharpness(degrees: float) -> float:
        levels = ys - xs * math.tan(math.radians(degrees))
        rows = numpy.bincount((levels - levels.min()).astype(int))
        return float((rows.astype(float) ** 2).sum())

    best = max(numpy.arange(-STEEPEST, STEEPEST + 0.1, 0.25), key=sharpness)
    for step in (0.1, 0.03):
        best = max(best + step * numpy.arange(-3, 4), key=sharpness)
    return sharpness(float(best)), float(best)


def levelled(image: Any, degrees: float) -> Any:
    """The picture turned around its middle so that lines that fall by `degrees` run level."""
    import cv2

    if abs(degrees) < LEVEL_ENOUGH:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def turned(image: Any, turn: int) -> Any:
    """The picture turned clockwise by a multiple of 90 degrees."""
    import numpy

    return numpy.ascontiguousarray(numpy.rot90(image, -turn // 90)) if turn else image


def rulings(image: Any, dpi: float, texts: list[Box]) -> Strokes:
    """The printed lines of a level page; `texts` are the boxes of its text, whose strokes may look like short rulings."""
    import cv2
    import numpy

    faint = (image < FAINT).astype(numpy.uint8)
    point = dpi / 72
    level = _opened(faint, round(LEVEL_LENGTH * point), level=True)
    upright = _opened(faint, round(UPRIGHT_LENGTH * point), level=False)
    lines = _stretches(level, THICKEST * point, level=True)
    posts = _stretches(upright, THICKEST * point, level=False)
    reach = REACH * point
    lines = [line for line in lines if not any(_within(line, text, reach) for text in texts)]
    posts = [post for post in posts if _spans(post, lines, reach)]
    mask = numpy.zeros_like(faint)
    for x0, top, x1, bottom in lines + posts:
        mask[round(top) : round(bottom), round(x0) : round(x1)] = 1
    mask &= level | upright
    return Strokes(
        [_middle(b) for b in lines], [_middle(b) for b in posts], cv2.dilate(mask, numpy.ones((3, 3), numpy.uint8))
    )


def leaders(image: Any, dpi: float) -> list[Box]:
    """The rows of dots that lead from a title of the contents to its page."""
    import cv2
    import numpy

    point = dpi / 72
    _, _, stats, _ = cv2.connectedComponentsWithStats((image < FAINT).astype(numpy.uint8))
    sides = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1]
    small = stats[(sides.max(axis=1) <= DOT * point) & (stats[:, cv2.CC_STAT_AREA] > 1)]
    rows: list[list[Box]] = []
    ends: dict[int, list[int]] = {}  # the rows that end near a level, by points
    for x, y, width, height, _ in sorted(small.tolist()):
        level = round((y + height / 2) / point)
        near = [i for key in (level - 1, level, level + 1) for i in ends.get(key, ())]
        row = next((i for i in near if 0 < x - rows[i][-1][2] <= DOT_PITCH * point), None)
        box = (float(x), float(y), float(x + width), float(y + height))
        if row is None:
            ends.setdefault(level, []).append(len(rows))
            rows.append([box])
        else:
            rows[row].append(box)
    found = [row for row in rows if len(row) >= FEWEST_DOTS]
    return [(row[0][0], min(b[1] for b in row), row[-1][2], max(b[3] for b in row)) for row in found]


def _opened(faint: Any, length: int, level: bool) -> Any:
    """Only what runs on for `length`; a line that drifts by a pixel or has a speck in it still runs on."""
    import cv2
    import numpy

    shape = (length, 1) if level else (1, length)
    wide = cv2.dilate(faint, numpy.ones((3, 1) if level else (1, 3), numpy.uint8))
    return cv2.morphologyEx(wide, cv2.MORPH_OPEN, numpy.ones(shape[::-1], numpy.uint8))


def _stretches(mask: Any, thickest: float, level: bool) -> list[Box]:
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if (height if level else width) - 2 <= thickest:
            found.append((float(x), float(y), float(x + width), float(y + height)))
    return found


def _middle(box: Box) -> Box:
    x0, top, x1, bottom = box
    if x1 - x0 > bottom - top:
        return x0, (top + bottom) / 2, x1, (top + bottom) / 2
    return (x0 + x1) / 2, top, (x0 + x1) / 2, bottom


def _within(line: Box, text: Box, reach: float) -> bool:
    """Whether a level line lies in a line of text and is no longer: the strokes of characters that touch."""
    y, edge = (line[1] + line[3]) / 2, 0.1 * (text[3] - text[1])
    return text[0] - reach <= line[0] and line[2] <= text[2] + reach and text[1] + edge < y < text[3] - edge


def _spans(post: Box, lines: list[Box], reach: float) -> bool:
    """Whether an upright line runs from one level line to another, or goes on where a page's edge cut the table off."""
    x = (post[0] + post[2]) / 2
    levels = [(line[1] + line[3]) / 2 for line in lines if line[0] - reach <= x <= line[2] + reach]
    ends = sum(any(abs(level - end) <= reach for level in levels) for end in (post[1], post[3]))
    return ends == 2 or (post[3] - post[1] > LONG_POST * reach and any(post[1] < level < post[3] for level in levels))
