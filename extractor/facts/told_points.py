"""Whether a passage tells that its indicator got its full points, in its own words: 满分4分，得3.5分; 扣1分; 得满分."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import partial

from extractor.data import pattern
from extractor.document import Document
from extractor.language import squeeze

_pattern = partial(pattern, "told_points")
_SCORED, _RATE, _DEDUCTED, _NONE, _FULL = map(_pattern, ("scored", "rate", "deducted", "none", "full"))
_MOST_PARAGRAPHS = 8
"""Of a section that is about one indicator."""


def told_mark(text: str) -> str:
    """`full`, `less`, or nothing where it is not told. What is told first counts; points given count before those cut."""
    words = squeeze(text)
    if found := _SCORED.search(words):
        return "full" if Decimal(found["got"]) >= Decimal(found["full"]) else "less"
    if found := _RATE.search(words):
        return "full" if Decimal(found["rate"]) >= 100 else "less"
    if any(Decimal(cut["points"]) for cut in _DEDUCTED.finditer(words)) or _NONE.search(words):
        return "less"
    return "full" if _FULL.search(words) else ""


def told_marks(document: Document) -> dict[int, str]:
    """For each paragraph that tells of points, or stands in a short section that does, what is told."""
    paragraphs: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, str] = {}
    for index, paragraph in document.paragraphs():
        section = document.section_of(index)
        paragraphs[section.start if section else -1].append(index)
        texts[index] = paragraph.text
    marks: dict[int, str] = {}
    for held in paragraphs.values():
        around = told_mark("".join(texts[i] for i in held)) if len(held) <= _MOST_PARAGRAPHS else ""
        marks |= {i: mark for i in held if (mark := told_mark(texts[i]) or around)}
    return marks
