"""Indicators that the text lists one by one: below a heading, each with its score (①制度健全性得1.5分，得分率75%。), or each
in a paragraph that its name opens and its score closes (4.冷链管理规范性：……扣2分，得4分。)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.points import (
    Points,
    Prose,
    key,
    name_before,
    own_blocks,
    read_own_points,
    text_term,
)
from extractor.checks.sources.reading import Reading
from extractor.data import load, pattern
from extractor.document import Heading, Paragraph, Section, Table

_WORDS = load("checks")["items"]
_compiled = partial(pattern, "checks", "items")
_CLAUSES = re.compile(r"[，。；;,（(：:]")
_LONGEST_LINE = 40
_MOST_BLOCKS = 6  # of one indicator


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator: what opens it, and what the text says of it up to the next."""

    name: str
    points: Points
    closings: tuple[Points, ...]


def items(prose: Prose, section: Section) -> Iterator[Item]:
    """The items of a section's own text in order."""
    opened: tuple[str, Points] | None = None
    closings: list[Points] = []
    for block in own_blocks(prose.document, section)[1:]:
        opening = _opens(prose, section, block)
        if opening and opened:
            yield Item(*opened, _own(opened[1], closings))
        if opening:
            opened, closings = opening, []
        spans = [opening[1].span] if opening else []
        closings += [p for p in prose.points[block] if p.closing and p.span not in spans]
    if opened:
        yield Item(*opened, _own(opened[1], closings))


def _own(opening: Points, closings: list[Points]) -> tuple[Points, ...]:
    """The closings of an item: where several paragraphs each state another score than its own, they close others."""
    scores = {(p.block, p.score.value) for p in closings if p.score}
    stated = {opening.score.value} if opening.score else set()
    several = len({block for block, _ in scores}) > 1
    return () if several and not {score for _, score in scores} <= stated else tuple(closings)


def _opens(prose: Prose, section: Section, block: int) -> tuple[str, Points] | None:
    """Name and points of the item that a paragraph opens: with its score and rate, or in a line of its own with weight
    and score."""
    paragraph, text = prose.document.blocks[block], prose.texts[block]
    if not isinstance(paragraph, Paragraph) or isinstance(paragraph, Heading):
        return None
    if m := _compiled("opening").match(text) if "得分率" in text else None:
        score, rate = (
            text_term(prose, block, *m.span(name), role, m["name"])
            for name, role in (("score", "得分"), ("rate", "得分率"))
        )
        return m["name"], Points(block, m.span(), None, score, rate)
    stated = [p for p in prose.points[block] if p.weight and p.score]
    if len(text) > _LONGEST_LINE or len(stated) != 1 or _compiled("behind").search(text, stated[0].span[1]):
        return None
    if stated[0].span in [p.span for p in read_own_points(prose, section, block)]:
        return None
    name = _compiled("number").sub("", name_before(paragraph, stated[0]))
    return (name, stated[0]) if name else None


# --- paragraphs that a name opens ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator that a paragraph opens with by name, with what its heading and its last words state."""

    name: str
    block: int
    weight: Term | None
    score: Term | None
    deduction: Term | None


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    numbered = load("checks")["points"]["numbered"]
    return (
        re.compile(f"(?:{numbered})?{_WORDS['named']}"),
        re.compile(f"{_WORDS['closing']}|{_WORDS['full'].replace('score', 'whole')}"),
        re.compile(_WORDS["conditional"]),
    )


def named_items(reading: Reading, names: set[str]) -> Iterator[Named]:
    """The indicators of these names that open a paragraph, in order, with what is said up to the next paragraph that
    opens anything."""
    prose, openings = reading.prose, reading.shared(_openings)
    opened: tuple[int, str, re.Match[str]] | None = None
    told: list[int] = []
    for block, content in enumerate(prose.document.blocks):
        opening = openings.get(block)
        opening = opening if opening and opening[0] in names else None
        if opened and (
            opening
            or isinstance(content, Table | Heading)
            or len(told) >= _MOST_BLOCKS
            or pattern("checks", "points", "numbered").match(prose.texts[block])
        ):
            yield _as_named(prose, *opened, told)
            opened = None
        if opening:
            opened, told = (block, *opening), [block]
        elif opened:
            told.append(block)
    if opened:
        yield _as_named(prose, *opened, told)


def _openings(reading: Reading) -> dict[int, tuple[str, re.Match[str]]]:
    """The paragraphs that open with what may be a name, outside the table of contents."""
    document = reading.document
    found = ((block, _named()[0].match(text)) for block, text in enumerate(reading.prose.texts))
    return {block: (key(m["name"]), m) for block, m in found if m and document.zone_of(block) != "contents"}


def _as_named(prose: Prose, block: int, name: str, opening: re.Match[str], told: list[int]) -> Named:
    weight = text_term(prose, block, *opening.span("weight"), "分值", name) if opening["weight"] else None
    score, deduction = _closing(prose, name, told)
    return Named(name, block, weight, score, deduction)


def _closing(prose: Prose, name: str, told: list[int]) -> tuple[Term | None, Term | None]:
    """The one score that the text states, or the last where its words say that it is the indicator's, with the deduction
    right before it."""
    _, closing, conditional = _named()
    found: list[tuple[int, re.Match[str], str]] = []
    for block in told:
        if found and block != told[0] and found[0][0] == told[0]:
            break  # what comes behind a paragraph that has its score may be of the whole section
        text = prose.texts[block]
        for m in closing.finditer(text):
            role = "score" if m["score"] else "whole"
            clause = _CLAUSES.split(text[: m.start()])[-1]
            if not conditional.search(clause):
                found.append((block, m, role))
    if not found:
        return None, None
    block, m, role = found[-1]
    lost = _compiled("lost").search(prose.texts[block], 0, m.start())
    if len({Decimal(other[r]) for _, other, r in found}) > 1 and not m["marked"] and not lost:
        return None, None
    score = text_term(prose, block, *m.span(role), "得分", name)
    return score, text_term(prose, block, *lost.span("lost"), "扣分", name) if lost else None
