"""Indicators that the text below a heading lists one by one, each with its score: ①制度健全性得1.5分，得分率75%。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractor.checks.points import Points, name_before, own_blocks, read_own_points, read_points, text_term
from extractor.data import load
from extractor.document import Document, Heading, Paragraph, Section
from extractor.quantity import FOLD

_WORDS = load("checks")["items"]
_LONGEST_LINE = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator: what opens it, and what the text says of it up to the next."""

    name: str
    points: Points
    closings: tuple[Points, ...]


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(_WORDS["opening"])


def items(document: Document, section: Section) -> Iterator[Item]:
    """The items of a section's own text in order."""
    opened: tuple[str, Points] | None = None
    closings: list[Points] = []
    for block in own_blocks(document, section)[1:]:
        opening = _opens(document, section, block)
        if opening and opened:
            yield Item(*opened, tuple(closings))
        if opening:
            opened, closings = opening, []
        spans = [opening[1].span] if opening else []
        closings += [p for p in read_points(document, block) if p.closing and p.span not in spans]
    if opened:
        yield Item(*opened, tuple(closings))


def _opens(document: Document, section: Section, block: int) -> tuple[str, Points] | None:
    """Name and points of the item that a paragraph opens: with its score and rate, or in a line of its own with weight
    and score."""
    paragraph = document.blocks[block]
    if not isinstance(paragraph, Paragraph) or isinstance(paragraph, Heading):
        return None
    text = paragraph.text.translate(FOLD)
    if m := _opening().match(text):
        score, rate = (
            text_term(document, block, *m.span(name), role, m["name"])
            for name, role in (("score", "得分"), ("rate", "得分率"))
        )
        return m["name"], Points(block, m.span(), None, score, rate)
    stated = [p for p in read_points(document, block) if p.weight and p.score]
    if len(text) > _LONGEST_LINE or len(stated) != 1 or re.search(_WORDS["behind"], text[stated[0].span[1] :]):
        return None
    if stated[0].span in [p.span for p in read_own_points(document, section, block)]:
        return None
    name = re.sub(_WORDS["number"], "", name_before(paragraph, stated[0]))
    return (name, stated[0]) if name else None
