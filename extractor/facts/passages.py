"""The passages of a report that list problems or suggestions: which titles announce them, and how far each reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from extractor.data import load
from extractor.document import Document, Heading, Paragraph, Section, Table, Zone
from extractor.language import squeeze
from extractor.layout import numbering

Topic = Literal["problems", "suggestions"]

_DATA = load("passages")
_TOPICS = {name: re.compile(pattern) for name, pattern in _DATA["topics"].items()}
_NO_TITLE = re.compile(_DATA["not"]["title"])
_ANSWERED = re.compile(_DATA["not"]["answered"])
_STATES = {name: re.compile(_DATA["states"][name]) for name in ("problems", "suggestions")}
_ACTED_ON = re.compile(_DATA["states"]["acted_on"])
_ANNOUNCES = re.compile(_DATA["prose"]["announces"])
_CONCLUSION = re.compile(_DATA["prose"]["conclusion"])

_LONGEST_TITLE = 40  # of a section that announces problems or suggestions
_LONGEST_BARE_TITLE = 24  # where neither number nor style says that it is a title
_LONGEST_BOLD_TITLE = 80
_MOST_OPENINGS = 300  # titles that announce something; a text with more is no report, and comparing all takes ages
_BARE_RANK = 99  # of a title without numbering: below all schemes
BARE_LEVEL = 9  # of a passage under it: below all headings
# How likely the blocks of a section with such a title belong to a topic on average: on reports of agencies that the model
# had not seen, whose titles were hidden, 0.15 to 0.82 where they do, at most 0.25 where they do not.
_LIKELY, _LIKELY_AROUND = 0.25, 0.18
_FEWEST_BLOCKS = 3
_LEAD_LEVEL = 10  # of a sentence that announces problems inside the conclusion

_BARE_TITLE = re.compile(rf"[^。：:；\n]{{2,{_LONGEST_BARE_TITLE}}}?(?:[：:。]|$)")
SENTENCE_END = re.compile(r"[。！？!?\n]")
CLOSING = "。；;：:，,、 \t\u3000"


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start:start + len(text)` of the paragraph `block`; a table is a piece without text."""

    block: int
    start: int
    text: str
    titled: bool = False  # layout calls it a heading, or it is a line in bold

    def tail(self, offset: int) -> Piece:
        return replace(self, start=self.start + offset, text=self.text[offset:], titled=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text under a title that announces `topics`. `level` is the title's depth in the outline."""

    topics: frozenset[str]
    level: int
    pieces: tuple[Piece, ...]
    tables: tuple[int, ...]


def states(topic: Topic, text: str) -> bool:
    """Whether a text says that something is wrong (problems) or asks for something to be done (suggestions)."""
    if topic == "problems" and _STATES["suggestions"].match(text):
        text = _ACTED_ON.sub("", text)
    return bool(_STATES[topic].search(text))


@dataclass(frozen=True, slots=True)
class _Opening:
    block: int
    rest: int  # where the text after a title in the same paragraph begins, the paragraph's length where there is none
    end: int
    level: int
    rank: int
    topics: frozenset[str]


def passages(document: Document, topic: Topic) -> Iterator[list[Passage]]:
    """The passages that list the topic, the best choice first: those of the body before those of the summary, those
    under the highest titles before others, each with all of its equals."""
    zones = _zones(document)
    openings = list(islice(_openings(document, zones), _MOST_OPENINGS))
    for zone in ("body", "summary"):
        here = [o for o in openings if topic in o.topics and zones[o.block] == zone]
        for level in sorted({o.level for o in here}):
            equals = [o for o in here if o.level == level and not any(_replaces(p, o, openings) for p in here)]
            # Outside the conclusion, 存在以下问题： speaks for the whole report only where nothing else does.
            if level <= _LEAD_LEVEL or len(equals) == 1:
                yield [_passage(document, o, openings) for o in equals]


def untitled(document: Document, topic: Topic, likely: Sequence[float]) -> Passage | None:
    """The section that lists the topic though its title announces nothing: the one whose blocks belong to it most likely
    (`likely`, of every block), as far out as that still holds."""
    shares = {at: _share(section, likely) for at, section in enumerate(document.sections)}
    open_to_it = [at for at, section in enumerate(document.sections) if _says_nothing(document, section)]
    best = max(open_to_it, key=lambda at: shares[at], default=None)
    if best is None or shares[best] < _LIKELY:
        return None
    outer = best
    while (parent := document.sections[outer].parent) in open_to_it and shares[parent] >= _LIKELY_AROUND:
        outer = parent
    section = document.sections[outer]
    title = document.blocks[section.start]
    assert isinstance(title, Heading)
    opening = _Opening(
        section.start, len(title.text), section.end, section.level, _rank(title.text), frozenset({topic})
    )
    return _passage(document, opening, [opening])


def _says_nothing(document: Document, section: Section) -> bool:
    is_titled = bool(section.level) and isinstance(document.blocks[section.start], Heading)
    long_enough = section.end - section.start > _FEWEST_BLOCKS
    return is_titled and long_enough and section.zone == "body" and not title_topics(section.title)


def _share(section: Section, likely: Sequence[float]) -> float:
    inside = likely[section.start + 1 : section.end]
    return sum(inside) / len(inside) if inside else 0.0


def _rank(text: str) -> int:
    label = numbering(text)
    return label.rank if label else _BARE_RANK


def _replaces(other: _Opening, one: _Opening, openings: list[_Opening]) -> bool:
    """A title inside a passage is one of its items, unless the outer title announces more than the inner."""
    if other is one:
        return False
    if other.block <= one.block < other.end and len(other.topics) == 1:
        return True
    if not one.block < other.block < one.end or len(other.topics) >= len(one.topics):
        return False
    if other.rank != _BARE_RANK:
        return True
    # 建议：… without number may stand in each item; it opens a passage of its own where the problems do so too.
    bare = [o.topics for o in openings if one.block < o.block < one.end and o.rank == _BARE_RANK]
    return all(sum(topic in topics for topics in bare) == 1 for topic in one.topics & {"problems", "suggestions"})


def title_topics(title: str) -> frozenset[str]:
    """What a title announces: problems, suggestions, practice, remarks, several of them or nothing."""
    text = re.sub(r"[（(][^（()）]*[)）]|^\d+(?:[.．]\d+)*", "", squeeze(title)).strip(CLOSING)
    if not text or len(text) > _LONGEST_TITLE or _NO_TITLE.search(text):
        return frozenset()
    text = _ANSWERED.sub("", text)
    return frozenset(name for name, pattern in _TOPICS.items() if pattern.search(text))


def _zones(document: Document) -> list[Zone]:
    """The zone of each block."""
    zones: list[Zone] = ["body"] * len(document.blocks)
    for section in document.sections:
        zones[section.start : section.end] = [section.zone] * (section.end - section.start)
    return zones


def _openings(document: Document, zones: list[Zone]) -> Iterator[_Opening]:
    for section in document.sections:
        block = document.blocks[section.start] if section.start < len(document.blocks) else None
        if isinstance(block, Heading) and section.level:
            found = title_topics(section.title)
            if found:
                yield _Opening(section.start, len(block.text), section.end, section.level, _rank(block.text), found)
    for index, paragraph in document.paragraphs():
        if isinstance(paragraph, Heading) or paragraph.place != "body":
            continue
        label = numbering(paragraph.text)
        at = len(paragraph.text) - len(label.rest) if label else len(paragraph.text) - len(paragraph.text.lstrip())
        rest = paragraph.text[at:]
        m = _BARE_TITLE.match(rest)
        if m and (found := title_topics(m.group())) & {"problems", "suggestions"}:
            around = document.section_of(index)
            level = around.level + 1 if around and label else BARE_LEVEL
            rank = label.rank if label else _BARE_RANK
            yield _Opening(index, at + m.end(), _bare_end(document, zones, index, rank), level, rank, found)
        elif (m := _ANNOUNCES.search(paragraph.text)) and zones[index] == "body":
            level = _LEAD_LEVEL if _CONCLUSION.search(document.titles_of(index)) else _LEAD_LEVEL + 1
            topics = frozenset({"problems"})
            yield _Opening(index, m.end(), _bare_end(document, zones, index, _BARE_RANK), level, _BARE_RANK, topics)


def _bare_end(document: Document, zones: list[Zone], opening: int, rank: int) -> int:
    """Where the passage under a title ends that layout does not know as a heading: with its zone, or at a heading that
    cannot be one of its items."""
    highest = -1 if rank == _BARE_RANK else rank  # a heading of this rank or above it ends the passage
    for index in range(opening + 1, len(document.blocks)):
        block = document.blocks[index]
        if zones[index] != zones[opening]:
            return index
        label = numbering(block.text) if isinstance(block, Paragraph) else None
        if isinstance(block, Heading) and (label is None or label.rank <= highest):
            return index
        if label and highest < 0:
            highest = label.rank - 1  # the first number is that of the first item
    return len(document.blocks)


def _passage(document: Document, opening: _Opening, openings: list[_Opening]) -> Passage:
    paragraph = document.blocks[opening.block]
    assert isinstance(paragraph, Paragraph)
    pieces, tables = [], []
    if paragraph.text[opening.rest :].strip():
        pieces.append(Piece(opening.block, opening.rest, paragraph.text[opening.rest :]))
    stops = {o.block for o in openings if o.rank <= opening.rank and not o.topics & opening.topics}
    for index in range(opening.block + 1, opening.end):
        block = document.blocks[index]
        if index in stops:
            break
        if isinstance(block, Table):
            tables.append(index)
            pieces.append(Piece(index, 0, ""))
        elif block.place == "body" and block.text.strip():
            pieces.append(Piece(index, 0, block.text, isinstance(block, Heading) or _is_bold_line(block)))
    return Passage(opening.topics, opening.level, tuple(pieces), tuple(tables))


def _is_bold_line(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return paragraph.style.bold and len(text) <= _LONGEST_BOLD_TITLE and not SENTENCE_END.search(text[:-1])
