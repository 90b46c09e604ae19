"""What an encoder sees of clauses: their sentences, one window for all the clauses of one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.clause import Clause

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PLACES = {
    "text": "正文",
    "reason": "评分依据",
    "cell": "评分表",
    "table": "表格",
    "problem": "存在问题",
    "list": "问题清单",
}
_MARKS = {"full": "满分", "less": "扣分"}
_LONGEST_LEAD = 40
_MOST_LETTERS = 4000
"""Of a sentence that is looked at; what stands behind them is judged by the last of them."""
_CONTEXT = 40
"""Tokens that a window shows of what came before its first clause."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How the tokens of an encoder are framed: the numbers of the tokens that open and close a text, the most it takes."""

    start: int
    end: int
    longest: int


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens `ids` of one pass, and for each clause that it judges its number and its tokens `first:last`."""

    ids: list[int]
    spans: list[tuple[int, int, int]]


def windows(clauses: Sequence[Clause], tokens: Tokenizer, frame: Frame) -> Iterator[Window]:
    """The windows that show every clause once, by number, in an order of their own."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, clause in enumerate(clauses):
        together[_lead(clause), clause.sentence or clause.text].append(number)
    for (lead, sentence), numbers in together.items():
        before = tokens.encode(lead, add_special_tokens=False).ids[:_LONGEST_LEAD]
        encoded = tokens.encode(sentence[:_MOST_LETTERS], add_special_tokens=False)
        spans = [(n, *_span(encoded.offsets, sentence, clauses[n].text)) for n in numbers]
        yield from _cut([frame.start, *before, frame.end], encoded.ids, spans, frame)


def _lead(clause: Clause) -> str:
    """Where the clause stands, in words, so that any encoder can read it."""
    return f"{_PLACES.get(clause.place, clause.place)}{_MARKS.get(clause.mark, '')}：{clause.heading}"


def _span(offsets: Sequence[tuple[int, int]], sentence: str, text: str) -> tuple[int, int]:
    """The tokens of a sentence that show `text`, at least one where there is any."""
    at = max(sentence.find(text), 0)
    held = [i for i, (a, b) in enumerate(offsets) if b > at and a < at + len(text)]
    return (held[0], held[-1] + 1) if held else (max(len(offsets) - 1, 0), len(offsets))


def _cut(lead: list[int], ids: list[int], spans: list[tuple[int, int, int]], frame: Frame) -> Iterator[Window]:
    room = frame.longest - len(lead) - 1
    waiting = sorted(spans, key=lambda span: span[1])
    while waiting:
        start = 0 if len(ids) <= room else max(0, min(waiting[0][1] - _CONTEXT, len(ids) - room))
        start = start if waiting[0][2] <= start + room else waiting[0][1]
        shown = ids[start : start + room]
        held = [s for i, s in enumerate(waiting) if i == 0 or (s[1] >= start and s[2] <= start + len(shown))]
        yield Window(
            [*lead, *shown, frame.end],
            [(n, *_within(a - start, b - start, len(shown), len(lead))) for n, a, b in held],
        )
        waiting = [s for s in waiting if s not in held]


def _within(first: int, last: int, shown: int, lead: int) -> tuple[int, int]:
    """A span of a sentence as one of a window that shows so many of its tokens; an empty one is the closing token."""
    first = min(first, shown)
    return lead + first, lead + max(first + 1, min(last, shown))
