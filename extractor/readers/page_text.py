"""Glyphs → printed lines → paragraphs, by geometry alone.

A line of Chinese text breaks anywhere, so a line that stops short of the right margin by more than the next line's
first word ends its paragraph; a first line that is set in opens one; so do a change of type, of spacing, numbering.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Literal

from extractor.data import load
from extractor.document import BBox, Line, Paragraph, Style
from extractor.readers.page import Font, Glyph, Page

WORD_GAP = 0.18
"""A gap of this many ems between two Latin letters or digits is a space; the gap that typesetters leave between Chinese
and Latin is none."""
WIDE_GAP = 1.0
"""A gap of this many ems is a space between any two characters (columns of a cover, 摘　要)."""
SAME_LINE = 0.5
"""Runs of glyphs that overlap by this share of the lower one's height stand on one line."""
SHIFT = 0.6
"""Tolerance in ems for left edges that are meant to be equal and for a right margin that is reached."""
INDENT = 1.2
"""A first line set in by this many ems is indented."""
LOOSER = 0.3
"""A line pitch that grows by this many ems is a gap between paragraphs."""
LONG = 0.6
"""A line over this share of the text width tells where the margins are."""

EDGE_SHARE = 0.04
"""The left margin is the leftmost place at which this share of the lines begins."""
CHINESE_GAP = 0.3
"""A gap of this many ems between two Chinese characters, where the others of the line stand close, is a space."""

TITLE_PITCH = 2.2
"""The lines of a title of two lines stand at most this many ems apart."""
TITLE_SIZE = 1.1
"""A title is set larger than the running text by this factor at least, or bold."""

LEADERS = re.compile(r"(?:[.．…·。]\s?){4,}\s*[-—]?\s*\d{1,4}\s*[-—]?$")
SENTENCE_END = "。！？；!?;：:"
_QUOTES = "“”‘’\"'"
_OPENING = "（《“‘【〈「『〔([{"
_CLOSING = "，。、；：！？）》”’】〉」』…％%,.;:!?)]}"
_WORD = re.compile(r"[0-9A-Za-z.,%+\-/]+")
_BULLET = re.compile(r"[-•●■◆▪·]\s")
_ALONE = [re.compile(load("outline")[key]) for key in ("cover_label", "date_line", "table_unit", "table_caption")]
_COVER_LABEL = re.compile(load("outline")["cover_label"])
_APPENDIX = re.compile(load("outline")["appendix"])
_LABELS = [re.compile(kind["label"]) for kind in load("numbering")["kind"]]


@dataclass(slots=True)
class TextLine:
    """One printed line. `base` is the level of its lower side that a raised or larger character does not move; `edges`
    holds the x coordinates of the characters' boundaries, `len(text) + 1` of them, or nothing where they would not run
    along x on the page as shown; `first` and `last` are the type at its two ends, `font` that of most of it; `sure` is
    how sure a recogniser was of each character, nothing where the file itself tells."""

    text: str
    box: BBox
    base: float
    edges: tuple[float, ...]
    first: Font
    last: Font
    font: Font
    sure: tuple[float, ...] = ()

    @property
    def size(self) -> float:
        return self.font.size


@dataclass(frozen=True, slots=True)
class Margins:
    """The edges of the text area of a page, the middle of the page, the size of the running text, all in points, and
    the usual pitch of lines by font size."""

    left: float
    right: float
    middle: float
    body: float
    pitch: dict[float, float]


def text_lines(glyphs: list[Glyph]) -> list[TextLine]:
    """The printed lines from top to bottom; glyphs may come in any order."""
    lines: list[list[Glyph]] = []
    heights: list[tuple[float, float]] = []
    for run in sorted(_runs(glyphs), key=lambda run: run[0].top + run[0].bottom):
        top, bottom = min(g.top for g in run), max(g.bottom for g in run)
        for index in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            above, below = heights[index]
            shared = min(bottom, below) - max(top, above)
            if shared > SAME_LINE * max(0.1, min(bottom - top, below - above)):
                lines[index].extend(run)
                if bottom - top > below - above:
                    heights[index] = (top, bottom)
                break
        else:
            lines.append(list(run))
            heights.append((top, bottom))
    found = [line for line in map(_line, lines) if line is not None]
    return sorted(found, key=lambda line: line.box[1] + line.box[3])


def _runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Stretches of glyphs that follow one another to the right on one level, in the order of the file."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if (
            last is not None
            and glyph.x0 >= last.x0
            and min(glyph.bottom, last.bottom) - max(glyph.top, last.top) > 0.6 * (glyph.bottom - glyph.top)
            and abs((glyph.bottom - glyph.top) - (last.bottom - last.top)) < 0.5 * (last.bottom - last.top)
        ):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
        last = glyph
    return runs


def _line(glyphs: list[Glyph]) -> TextLine | None:
    glyphs = _ordered(glyphs)
    if not glyphs:
        return None
    size = max(glyph.font.size for glyph in glyphs) or 1.0
    gaps = [max(0.0, b.x0 - a.x1) for a, b in pairwise(glyphs)]
    usual = 2.5 * median(gaps) if gaps else 0.0
    wide, chinese = max(WIDE_GAP * size, usual), max(CHINESE_GAP * size, usual)
    text: list[str] = []
    edges: list[float] = []
    sure: list[float] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None and text[-1] != " " and glyph.text != " ":
            gap = glyph.x0 - last.x1
            if (
                gap > wide
                or (gap > WORD_GAP * size and _latin(last.text) and _latin(glyph.text))
                or (gap > chinese and _chinese(last.text) and _chinese(glyph.text))
            ):
                text.append(" ")
                edges.append(last.x1)
                sure.append(1.0)
        elif last is not None and text[-1] == " " and glyph.text == " ":
            last = glyph
            continue
        text.append(glyph.text)
        edges.append(max(glyph.x0, edges[-1]) if edges else glyph.x0)
        sure.append(round(glyph.sure, 2))
        last = glyph
    if text[-1] == " ":
        text.pop()
        sure.pop()
        edges.append(edges.pop())
    else:
        edges.append(max(glyphs[-1].x1, edges[-1]))
    font = Counter(glyph.font for glyph in glyphs).most_common(1)[0][0]
    tops, bottoms = [g.top for g in glyphs if g.font == font], [g.bottom for g in glyphs if g.font == font]
    box = (glyphs[0].x0, min(tops), edges[-1], max(bottoms))
    shared = tuple(_tenths(round(10 * edge)) for edge in edges)
    told = tuple(sure) if any(glyph.sure < 1 for glyph in glyphs) else ()
    return TextLine("".join(text), box, median(bottoms), shared, glyphs[0].font, glyphs[-1].font, font, told)


@cache
def _tenths(number: int) -> float:
    """`number` tenths as one float object for all that are equal: a file of 2,000 pages has millions of edges."""
    return number / 10


def _ordered(glyphs: list[Glyph]) -> list[Glyph]:
    """From left to right, without the second strike of text printed twice to look bold, without outer spaces."""
    kept: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: g.x0):
        twice = kept and kept[-1].text == glyph.text and glyph.x0 - kept[-1].x0 < 0.15 * glyph.font.size
        if not twice and (kept or glyph.text != " "):
            kept.append(glyph)
    while kept and kept[-1].text == " ":
        kept.pop()
    return kept


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def numbered(text: str) -> bool:
    """Whether the text opens with numbering (data/numbering.toml) or a bullet."""
    return _BULLET.match(text) is not None or any(label.match(text) for label in _LABELS)


def margins(lines: list[TextLine], width: float) -> Margins:
    """Where the text of these lines begins and ends. `width` is the page's, for lines too few to tell."""
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    spans = [line.box for line in lines]
    widest = max((box[2] - box[0] for box in spans), default=0.0)
    long = [box for box in spans if box[2] - box[0] > max(LONG * widest, 0.4 * width)]
    if not long:
        left, right = min([0.15 * width, *(b[0] for b in spans)]), max([0.85 * width, *(b[2] for b in spans)])
        return Margins(left, right, width / 2, body, {})
    starts = Counter(round(box[0]) for box in spans)
    often = min(max(starts.values()), max(2, EDGE_SHARE * len(spans)))
    left = min(start for start, count in starts.items() if count >= often)
    ends = Counter(round(box[2]) for box in long)
    right = max(ends, key=lambda end: (ends[end - 1] + ends[end] + ends[end + 1], ends[end], end))
    steps: dict[float, Counter[int]] = {}
    for above, below in pairwise(lines):
        step = below.base - above.base
        if above.size == below.size and 0 < step < 4 * above.size and above.box[2] > right - 2 * above.size:
            steps.setdefault(above.size, Counter())[round(step * 2)] += 1
    pitch = {size: counts.most_common(1)[0][0] / 2 for size, counts in steps.items()}
    return Margins(left, right, width / 2, body, pitch)


def paragraphs(lines: list[TextLine], area: Margins, indented: bool) -> list[list[TextLine]]:
    """The lines gathered into paragraphs. `indented`: the document sets first lines in, so that a line at the left
    margin that looks numbered may still go on from the line above."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, area, indented):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _continues(group: list[TextLine], line: TextLine, area: Margins, indented: bool) -> bool:
    last = group[-1]
    em = max(last.size, 1.0)
    if abs(last.last.size - line.first.size) > 0.08 * em or last.last.bold != line.first.bold:
        return False
    step = line.base - last.base
    usual = group[-1].base - group[-2].base if len(group) > 1 else area.pitch.get(last.size, 2.0 * em)
    if step > usual + LOOSER * em or step < 0.5 * em:
        return False
    opens = numbered(line.text) or _COVER_LABEL.match(line.text) is not None
    if LEADERS.search(last.text) or (LEADERS.search(line.text) and opens):
        return False
    reached = area.right - last.box[2] < _first_word(line) + SHIFT * em
    sides = align(last, area), align(line, area)
    if sides[1] == "center" and (sides[0] == "center" or reached):
        return _goes_on_centred(last, line, area) and step < TITLE_PITCH * em and not opens
    if sides[1] == "right" or not reached:
        return False
    begin = line.box[0] - area.left
    if begin > INDENT * em:
        level = group[-1].box[0] if len(group) > 1 else group[0].box[0]
        if abs(line.box[0] - level) > SHIFT * em:
            hanging = len(group) == 1 and level < line.box[0] and numbered(last.text) and not indented
            return hanging and not opens
        return not opens and last.text[-1] not in SENTENCE_END and (len(group) > 1 or not indented)
    if opens:
        return indented and group[0].box[0] - area.left > INDENT * em and last.text[-1] not in SENTENCE_END
    return True


def _goes_on_centred(above: TextLine, below: TextLine, area: Margins) -> bool:
    """Whether two centred lines are one title: set larger or bolder than the text, and no label or date on its own."""
    if above.size < TITLE_SIZE * area.body and not above.last.bold:
        return False
    alone = any(pattern.match(line.text) for pattern in _ALONE for line in (above, below))
    return not alone and not _APPENDIX.fullmatch(above.text) and above.text[-1] not in SENTENCE_END


def _first_word(line: TextLine) -> float:
    """The width of what had to go to this line in one piece: its first word and the marks that may not open a line."""
    start = 0
    while start < len(line.text) - 1 and line.text[start] in _OPENING:
        start += 1
    word = _WORD.match(line.text, start)
    end = word.end() if word else start + 1
    while end < len(line.text) and (line.text[end] in _CLOSING or line.text[end] in _QUOTES):
        end += 1 + (line.text[end] in _QUOTES)  # no line is broken on either side of a quotation mark
    end = min(end, len(line.text))
    if len(line.edges) == len(line.text) + 1:
        return line.edges[end] - line.edges[0]
    return end * line.size


def align(line: TextLine, area: Margins) -> Literal["left", "center", "right"]:
    """left, center or right, by the white at both sides."""
    before, after = line.box[0] - area.left, area.right - line.box[2]
    em = max(line.size, 1.0)
    off = min(abs(before - after) / 2, abs((line.box[0] + line.box[2]) / 2 - area.middle))
    least = 2.5 * em if line.size < TITLE_SIZE * area.body else 0.8 * em
    if before > least and off < max(0.5 * em, 0.015 * (area.right - area.left)):
        return "center"
    if before > 6 * em and after < 1.5 * em:
        return "right"
    return "left"


def joined(lines: list[TextLine], right: float | None = None) -> tuple[str, list[tuple[int, int]]]:
    """The text of lines that belong together, and where each one stands in it. A line break between Chinese characters
    is nothing, between Latin letters a space. With `right` (a cell's right edge) a line that stops short of it before
    numbering or after a sentence, or between two figures, ends in a line feed."""
    text = ""
    places: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if index:
            text += _between(lines[index - 1], line, right)
        places.append((len(text), len(text) + len(line.text)))
        text += line.text
    return text, places


def _between(above: TextLine, below: TextLine, right: float | None) -> str:
    last, first = above.text[-1], below.text[0]
    short = right is not None and right - above.box[2] > _first_word(below) + SHIFT * above.size
    figures = _latin(first) and (_latin(last) or last in "%％")
    if short and (figures or last in "。！？；!?;" or numbered(below.text)):
        return "\n"
    if last.isascii() and first.isascii() and last.isalpha() and first.isalpha():
        return " "
    return ""


def paragraph(lines: list[TextLine], page: Page, area: Margins) -> Paragraph:
    """A paragraph of the lines, which stand on the page in reading coordinates."""
    text, places = joined(lines)
    fonts: Counter[Font] = Counter()
    for line in lines:
        fonts[line.font] += len(line.text)
    font = fonts.most_common(1)[0][0]
    bold = sum(count for f, count in fonts.items() if f.bold) * 2 > sum(fonts.values())
    style = Style(size=font.size, bold=bold, align=align(lines[0], area), indent=round(lines[0].box[0], 1))
    return Paragraph(text, printed(lines, places, page), style)


def printed(lines: list[TextLine], places: list[tuple[int, int]], page: Page) -> tuple[Line, ...]:
    """The lines as evidence: where on the page, as displayed, which characters stand."""
    found: list[Line] = []
    slope = round(math.tan(math.radians(page.skew)), 4)
    for line, (start, end) in zip(lines, places, strict=True):
        x0, top, x1, bottom = page.shown(line.box)
        box = (round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1))
        edges = line.edges
        if edges and slope and not page.turn:
            edges = tuple(
                _tenths(round(10 * (x0 + (edge - edges[0]) * (x1 - x0) / max(0.1, edges[-1] - edges[0]))))
                for edge in edges
            )
        elif page.turn:
            edges = ()
        elif edges and page.offset:
            edges = tuple(_tenths(round(10 * (edge + page.offset))) for edge in edges)
        found.append(Line(start, end, page.number, box, edges, line.sure, 0.0 if page.turn else slope))
    return tuple(found)
