"""A passage cut into its items.

An item is found by what the passage itself offers, the first that there is: numbered paragraphs, titles on lines of
their own, lists inside running text (一是…二是…). What is left is prose, which the caller judges by its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from extractor.data import load
from extractor.document import Document, Evidence, text_evidence
from extractor.facts.passages import CLOSING, SENTENCE_END, Passage, Piece, Topic, states, title_topics
from extractor.language import cuts_word
from extractor.layout import Numbering, chinese_number, numbering

_DATA = load("passages")
_GROUP = {name: re.compile(_DATA["group"][name]) for name in ("problems", "suggestions")}
_TELLS = re.compile(_DATA["group"]["tells"])
_LABEL = re.compile(_DATA["item"]["label"])
_PAIRED = {topic: re.compile(_DATA["item"]["paired"][topic]) for topic in ("problems", "suggestions")}
_PREFIX = re.compile(_DATA["item"]["prefix"])
_LEAD = re.compile(_DATA["prose"]["lead"])
_OPENS = re.compile(f"(?:{_DATA['prose']['opening']}|{_DATA['prose']['turn']})")
_WORDS: list[str] = _DATA["prose"]["words"]
_SCHEMES = [
    re.compile(r"(?:(?<=[。；;：:，,！\s])|^)\s*" + pattern)
    for pattern in (*_DATA["prose"]["schemes"], f"(?P<n>{'|'.join(_WORDS)})[，,]")
]

_LABEL_RANK = 99  # of 问题一： and bullets: below all schemes of headings
_LONGEST_LINE_TITLE = 45  # of an item's title on a line of its own
_LONGEST_CUT = 40  # the rest of a title that a page broke
_SHORTEST_CUT = 18
_FEWEST_CLAUSES = 3  # of a sentence whose first clause is its title
_LONGEST_TITLE_CLAUSE = 20
_BRIEF_CLAUSE = 10


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


def items(passage: Passage, topic: Topic) -> list[Item]:
    """The items that the passage's form sets apart, empty where it is plain prose."""
    return [item for item in _items(_of_topic(passage.pieces, topic), topic) if item.heading]


def _of_topic(pieces: tuple[Piece, ...], topic: Topic) -> list[Piece]:
    """The topic's own pieces where numbered problems and suggestions take turns: 问题1：… 建议1：… 问题2：…"""
    topics = [next((t for t, label in _PAIRED.items() if label.match(piece.text.lstrip())), None) for piece in pieces]
    if not {"problems", "suggestions"} <= set(topics):
        return list(pieces)
    kept: list[Piece] = []
    current = None
    for piece, opened in zip(pieces, topics, strict=True):
        current = opened or current
        if current == topic:
            kept.append(piece)
    return kept


def _items(pieces: list[Piece], topic: Topic, in_prose: bool = True) -> list[Item]:
    for cut in (_by_number, _by_title):
        groups = cut(pieces)
        if (
            len(groups) == 1
            and len(inline := _in_prose(groups[0][:1], topic)) > 1
            and inline[0].block == groups[0][0].block
        ):
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
    inner = [piece for piece in (after, *group[1:]) if piece.text.strip(CLOSING)]
    # 绩效管理存在不足。一是…；二是… is one problem told in two points; 决策方面。一是…；二是… are two problems.
    children = _items(inner, topic, in_prose=not _TELLS.search(item.heading))
    return children or [titled_item(group, topic, told=True)]


def _label(piece: Piece) -> Numbering | None:
    """The number or bullet of an item that a paragraph begins with; 一是 is for prose."""
    m = _LABEL.match(piece.text.lstrip())
    if m and m.end() < len(piece.text.lstrip()):
        rest = piece.text.lstrip()[m.end() :]
        return Numbering("item", _LABEL_RANK, _value(m["n"] or m["m"] or "1"), m.group().strip(), rest)
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
    if told and not states(topic, first.text[at:end]) and first.text[end:].strip(CLOSING):
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
    if len(pieces) < 3 or SENTENCE_END.search(text) or text.rstrip()[-1] in CLOSING:
        return False
    if len(text.strip()) < _SHORTEST_CUT and not cuts_word(text.strip(), pieces[1].text.strip()):
        return False
    rest = pieces[1].text.strip()
    if not rest or len(rest) > min(_LONGEST_CUT, len(text)) or _label(pieces[1]) or not pieces[2].text.strip():
        return False
    return not rest.endswith(("：", ":")) and (len(rest) < _SHORTEST_CUT or not SENTENCE_END.search(rest[:-1]))


def heading_end(text: str, start: int, topic: Topic) -> int:
    """Where the heading that begins at `start` ends: at its sentence's end, or at a colon after what says enough."""
    m = SENTENCE_END.search(text, start)
    end = m.start() if m else len(text)
    colon = re.search("[：:]", text[start:end])
    head = text[start : start + colon.start()] if colon else ""
    if 4 <= len(head) <= _LONGEST_LINE_TITLE and head.count("“") == head.count("”") and states(topic, head):
        return start + len(head)
    return end


def tidy(heading: str) -> str:
    """A heading in one line, without the mark that ends it."""
    line = re.sub(r"\s*\n\s*", "", heading).strip()
    return _PREFIX.sub("", line).rstrip(CLOSING).lstrip("，,、：: ")


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
        end = min(rest.start() if rest else len(own.text), heading_end(own.text, 0, topic))
        end = _told_first(own.text[:end], topic) or end
        out.append(Item(tidy(own.text[:end]), own.block, own.start, own.start + end, (own, *between)))
    return out


def _told_first(sentence: str, topic: Topic) -> int | None:
    """Where the title ends that opens a long sentence: its first clause, if that already says what the item is, and
    problems told as briefly right after it (设备老化，人员不足，…); what follows explains."""
    clauses = re.split("[，,]", sentence)
    first = clauses[0].strip()
    told = len(clauses) >= _FEWEST_CLAUSES and 4 <= len(first) <= _LONGEST_TITLE_CLAUSE
    if not told or not states(topic, first) or _OPENS.match(first):
        return None
    count = 1
    while topic == "problems" and len(clauses[count]) <= _BRIEF_CLAUSE and states(topic, clauses[count]):
        count += 1
        if count == len(clauses):
            return None
    return len(",".join(clauses[:count]))


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
