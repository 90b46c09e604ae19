"""The passages of a report that list problems or suggestions, cut into their items.

An item is found by what the passage itself offers, the first that there is: numbered paragraphs, titles on lines of
their own, lists inside running text (一是…二是…). What is left is prose, which the caller judges by its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from extractor.data import load
from extractor.document import Document, Evidence, Heading, Paragraph, Table, Zone, text_evidence
from extractor.language import squeeze, tokens
from extractor.layout import Numbering, chinese_number, numbering

Topic = Literal["problems", "suggestions"]

_DATA = load("passages")
_TOPICS = {name: re.compile(pattern) for name, pattern in _DATA["topics"].items()}
_NO_TITLE = re.compile(_DATA["not"]["title"])
_ANSWERED = re.compile(_DATA["not"]["answered"])
_GROUP = {name: re.compile(pattern) for name, pattern in _DATA["group"].items()}
_STATES = {name: re.compile(_DATA["states"][name]) for name in ("problems", "suggestions")}
_ACTED_ON = re.compile(_DATA["states"]["acted_on"])
_SCHEMES = [
    re.compile(r"(?:(?<=[。；;：:，,！\s])|^)\s*" + pattern)
    for pattern in (*_DATA["prose"]["schemes"], f"(?P<n>{'|'.join(_DATA['prose']['words'])})[，,]")
]
_TELLS = re.compile(_DATA["group"]["tells"])
_ITEM_LABEL = re.compile(_DATA["item"]["label"])
_PREFIX = re.compile(_DATA["item"]["prefix"])
_WORDS: list[str] = _DATA["prose"]["words"]
_ANNOUNCES = re.compile(_DATA["prose"]["announces"])
_CONCLUSION = re.compile(_DATA["prose"]["conclusion"])
_LEAD = re.compile(_DATA["prose"]["lead"])

_LONGEST_TITLE = 40  # of a section that announces problems or suggestions
_LONGEST_BARE_TITLE = 24  # where neither number nor style says that it is a title
_LONGEST_LINE_TITLE = 45  # of an item's title on a line of its own
_LONGEST_BOLD_TITLE = 80
_LONGEST_CUT = 40  # the rest of a title that a page broke
_SHORTEST_CUT = 18
_BARE_RANK = 99  # of a title without numbering: below all schemes
BARE_LEVEL = 9  # of a passage under it: below all headings
_LEAD_LEVEL = 10  # of a sentence that announces problems inside the conclusion

_BARE_TITLE = re.compile(rf"[^。：:；\n]{{2,{_LONGEST_BARE_TITLE}}}?(?:[：:。]|$)")
_SENTENCE = re.compile(r"[。！？!?\n]")
_CLOSING = "。；;：:，,、 \t\u3000"


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
class Item:
    """One problem or suggestion: its heading without numbering and final mark, where the heading stands, its pieces."""

    heading: str
    block: int
    start: int
    end: int
    pieces: tuple[Piece, ...]  # at least one

    @property
    def text(self) -> str:
        """Everything that the item says, a line a paragraph, without its numbering."""
        label = _label(self.pieces[0])
        first = label.rest if label else self.pieces[0].text
        return "\n".join(text for part in (first, *(p.text for p in self.pieces[1:])) if (text := part.strip()))

    def evidence(self, document: Document) -> Evidence:
        return text_evidence(document, self.block, self.start, self.end)


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


# --- finding the passages -------------------------------------------------------------------------------------------


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
    openings = list(_openings(document, zones))
    for zone in ("body", "summary"):
        here = [o for o in openings if topic in o.topics and zones[o.block] == zone]
        for level in sorted({o.level for o in here}):
            equals = [o for o in here if o.level == level and not any(_replaces(p, o, openings) for p in here)]
            # Outside the conclusion, 存在以下问题： speaks for the whole report only where nothing else does.
            if level <= _LEAD_LEVEL or len(equals) == 1:
                yield [_passage(document, o, openings) for o in equals]


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
    text = re.sub(r"[（(][^（()）]*[)）]|^\d+(?:[.．]\d+)*", "", squeeze(title)).strip(_CLOSING)
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
                label = numbering(block.text)
                rank = label.rank if label else _BARE_RANK
                yield _Opening(section.start, len(block.text), section.end, section.level, rank, found)
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
            level = _LEAD_LEVEL if _CONCLUSION.search(_titles_above(document, index)) else _LEAD_LEVEL + 1
            topics = frozenset({"problems"})
            yield _Opening(index, m.end(), _bare_end(document, zones, index, _BARE_RANK), level, _BARE_RANK, topics)


def _titles_above(document: Document, block: int) -> str:
    """The titles of the sections that hold a block."""
    return "/".join(section.title for section in document.sections if section.start <= block < section.end)


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
    return paragraph.style.bold and len(text) <= _LONGEST_BOLD_TITLE and not _SENTENCE.search(text[:-1])


# --- cutting a passage into items -----------------------------------------------------------------------------------


def items(passage: Passage, topic: Topic) -> list[Item]:
    """The items that the passage's form sets apart, empty where it is plain prose."""
    return [item for item in _items(list(passage.pieces), topic) if item.heading]


def _items(pieces: list[Piece], topic: Topic, in_prose: bool = True) -> list[Item]:
    for cut in (_by_number, _by_title):
        groups = cut(pieces)
        if len(groups) == 1 and len(inline := _in_prose(groups[0][:1], topic)) > 1 and inline[0].block == groups[0][0].block:
            return inline  # 1.…；2.… in one paragraph
        if groups:
            return [item for group in groups for item in _group_items(group, topic)]
    return _in_prose(pieces, topic) if in_prose else []


def _group_items(group: list[Piece], topic: Topic) -> list[Item]:
    """The item of a numbered or titled stretch, or its sub-items where the title only names a field."""
    item = titled_item(group, topic)
    announced = title_topics(item.heading)
    if announced and topic not in announced and not states(topic, item.heading):
        return []  # 原因分析 among the problems
    field = _GROUP[topic].sub("", item.heading)
    if states(topic, field):
        return [item]
    after = group[0].tail(item.end - group[0].start)
    inner = [piece for piece in (after, *group[1:]) if piece.text.strip(_CLOSING)]
    # 绩效管理存在不足。一是…；二是… is one problem told in two points; 决策方面。一是…；二是… are two problems.
    children = _items(inner, topic, in_prose=not _TELLS.search(item.heading))
    return children or [titled_item(group, topic, told=True)]


def _label(piece: Piece) -> Numbering | None:
    """The number or bullet of an item that a paragraph begins with; 一是 is for prose."""
    m = _ITEM_LABEL.match(piece.text.lstrip())
    if m and m.end() < len(piece.text.lstrip()):
        rest = piece.text.lstrip()[m.end() :]
        return Numbering("item", _BARE_RANK, _value(m["n"] or m["m"] or "1"), m.group().strip(), rest)
    label = numbering(piece.text)
    return label if label and label.kind != "ordinal_word" else None


def _value(number: str) -> int:
    """What a number says: 3, 三, ③, and 其次 as the second of the words that count."""
    if number in _WORDS:
        return _WORDS.index(number) + 1
    if number.isdigit():
        return int(number) if number.isascii() else ord(number) - ord("①") + 1
    return chinese_number(number) or 0


def _by_number(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces by the numbers of the highest scheme, that of the first numbered paragraph."""
    labels = [(i, label) for i, piece in enumerate(pieces) if (label := _label(piece))]
    if not labels:
        return []
    kind = labels[0][1].kind
    marks = _own_marks([(i, label.ordinal) for i, label in labels if label.kind == kind])
    titles = _titles_over(pieces, marks)
    return _cut(pieces, titles or [i for i, _ in marks])


def _own_marks(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The marks of the list itself: a run 1, 2 … after which the list goes on where it stood lies inside an item."""
    out: list[tuple[int, int]] = []
    position = 0
    while position < len(marks):
        index, ordinal = marks[position]
        if out and ordinal == 1 and out[-1][1] >= 1:
            run = position + 1
            while run < len(marks) and marks[run][1] == marks[run - 1][1] + 1:
                run += 1
            if run < len(marks) and marks[run][1] == out[-1][1] + 1:
                position = run
                continue
        out.append((index, ordinal))
        position += 1
    return out


def _titles_over(pieces: list[Piece], marks: list[tuple[int, int]]) -> list[int]:
    """Where the numbers begin anew under each of several lines without number, those lines are the titles."""
    starts = [i for i, ordinal in marks if ordinal == 1]
    above = [i - 1 for i in starts if i and _is_line_title(pieces[i - 1])]
    return above if len(starts) > 1 and len(above) == len(starts) else []


def _is_line_title(piece: Piece) -> bool:
    text = piece.text.strip()
    if not text or _label(piece) or _LEAD.search(text):
        return False
    return piece.titled or (len(text) <= _LONGEST_LINE_TITLE and not text.endswith(("。", "；", "，", "：", ":")))


def _by_title(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces by titles without number: short lines, each with text below it."""
    titles = [
        i
        for i, piece in enumerate(pieces[:-1])
        if _is_line_title(piece) and pieces[i + 1].text.strip() and not _is_line_title(pieces[i + 1])
    ]
    lines = [i for i, piece in enumerate(pieces) if piece.text.strip() and not _LEAD.search(piece.text.strip())]
    if titles and titles[0] == lines[0]:
        return _cut(pieces, titles)
    if len(lines) > 1 and all(len(pieces[i].text.strip()) <= _LONGEST_LINE_TITLE for i in lines):
        return _cut(pieces, lines)  # nothing but short lines: a list without numbers
    return []


def _cut(pieces: list[Piece], at: list[int]) -> list[list[Piece]]:
    return [pieces[a:b] for a, b in zip(at, [*at[1:], len(pieces)], strict=True)]


def titled_item(pieces: list[Piece], topic: Topic, told: bool = False) -> Item:
    """The item that the pieces form: its heading is the first sentence, also where a page broke it. Where it has to be
    `told` what the item is, a first sentence that only names a field takes the next one with it (过程方面。日志缺失。)."""
    first = pieces[0]
    label = _label(first)
    at = len(first.text) - len(label.rest) if label else len(first.text) - len(first.text.lstrip())
    end = heading_end(first.text, at, topic)
    if told and not states(topic, first.text[at:end]) and first.text[end:].strip(_CLOSING):
        end = heading_end(first.text, end + 1, topic)
    heading = first.text[at:end]
    if _goes_on(first.text[at:], pieces):
        heading = first.text[at:].rstrip() + pieces[1].text.strip()
        pieces = [replace(first, text=first.text[:at] + heading), *pieces[2:]]
        end = len(first.text)
    return Item(tidy(heading), first.block, first.start + at, first.start + end, tuple(pieces))


def _goes_on(text: str, pieces: list[Piece]) -> bool:
    """Whether the heading's line was broken by a page: a line without end, full or cut inside a word, then a short rest,
    then text."""
    if len(pieces) < 3 or _SENTENCE.search(text) or text.rstrip()[-1] in _CLOSING:
        return False
    if len(text.strip()) < _SHORTEST_CUT and not _cuts_word(text.strip(), pieces[1].text.strip()):
        return False
    rest = pieces[1].text.strip()
    if not rest or len(rest) > min(_LONGEST_CUT, len(text)) or _label(pieces[1]) or not pieces[2].text.strip():
        return False
    return not rest.endswith(("：", ":")) and (len(rest) < _SHORTEST_CUT or not _SENTENCE.search(rest[:-1]))


def _cuts_word(head: str, tail: str) -> bool:
    """Whether a word reaches over the joint of the two."""
    at = 0
    for word, _ in tokens(head + tail):
        at += len(word)
        if at >= len(head):
            return at > len(head)
    return False


def heading_end(text: str, start: int, topic: Topic) -> int:
    """Where the heading that begins at `start` ends: at its sentence's end, or at a colon after what says enough."""
    m = _SENTENCE.search(text, start)
    end = m.start() if m else len(text)
    colon = re.search("[：:]", text[start:end])
    head = text[start : start + colon.start()] if colon else ""
    if 4 <= len(head) <= _LONGEST_LINE_TITLE and head.count("“") == head.count("”") and states(topic, head):
        return start + len(head)
    return end


def tidy(heading: str) -> str:
    """A heading in one line, without the mark that ends it."""
    line = re.sub(r"\s*\n\s*", "", heading).strip()
    return _PREFIX.sub("", line).rstrip(_CLOSING).lstrip("，,、：: ")


def _in_prose(pieces: list[Piece], topic: Topic) -> list[Item]:
    """The items of a list inside running text: 一是…；二是…。 Several paragraphs may share one list."""
    best: list[tuple[int, int, int]] = []
    for scheme in _SCHEMES:
        marks = [(i, m.start(), m.end()) for i, piece in enumerate(pieces) for m in scheme.finditer(piece.text)]
        ordinals = [_ordinal(scheme, pieces[i].text, start) for i, start, _ in marks]
        earlier = not best or marks[:1] < best[:1]
        if len(marks) >= 2 and earlier and _counts_up(ordinals, in_words=scheme is _SCHEMES[-1]):
            best = marks
    out: list[Item] = []
    for position, (index, _, at) in enumerate(best):
        piece = pieces[index]
        following = best[position + 1] if position + 1 < len(best) else None
        stop = following[1] if following and following[0] == index else len(piece.text)
        own = Piece(piece.block, piece.start + at, piece.text[at:stop])
        between = pieces[index + 1 : following[0]] if following and following[0] > index else []
        rest = re.search("[。；;]", own.text)
        end = rest.start() if rest else len(own.text)
        colon = heading_end(own.text, 0, topic)
        end = min(end, colon)
        out.append(Item(tidy(own.text[:end]), own.block, own.start, own.start + end, (own, *between)))
    return out


def _ordinal(scheme: re.Pattern[str], text: str, start: int) -> int:
    m = scheme.match(text, start)
    assert m is not None
    return _value(m["n"])


def _counts_up(ordinals: list[int], in_words: bool) -> bool:
    """1, 2, 3 …, perhaps more than once; words that count may leave out some."""
    return ordinals[0] == 1 and all(b in (a + 1, 1) or (in_words and b > a) for a, b in pairwise(ordinals))


def prose(passage: Passage) -> list[Piece]:
    """The passage's paragraphs but those that only lead up to a list."""
    return [piece for piece in passage.pieces if piece.text.strip() and not _LEAD.search(piece.text.strip())]


def pick(pieces: list[Piece], choose: Callable[[Piece], list[tuple[int, int]]]) -> list[Item]:
    """Items from prose: `choose` gives the stretches of a paragraph that are items."""
    out = []
    for piece in pieces:
        for start, end in choose(piece):
            text = piece.text[start:end]
            own = replace(piece, start=piece.start + start, text=text)
            out.append(Item(tidy(text), piece.block, piece.start + start, piece.start + end, (own,)))
    return [item for item in out if item.heading]
