"""The measured value of an indicator, as its reason or the text under its heading states it: 项目落地率为76.19%."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.reading import Passage
from extractor.data import pattern
from extractor.quantity import Interval, exact

_pattern = partial(pattern, "score_rule", "measured")
_MARKS = re.compile(r"[\W_]+")
_CLAUSES = re.compile(r"[。；;，,\n]")
_SHORTEST_NAME = 3
_MOST_TEXT = 4000
_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Measured:
    """A rate with what its place calls it."""

    name: str
    term: Term

    @property
    def interval(self) -> Interval:
        """The true values; all of it (100 %) is no rounded figure."""
        return exact(self.term.value) if self.term.value == _ALL else self.term.interval


def opening() -> re.Pattern[str]:
    """Words after which a text states criteria: 评分标准：… and 根据评分细则“…”."""
    return pattern("score_rule", "stated", "opening")


def rule_of(text: str) -> str:
    """What follows an opening up to where the text goes on to what was found: 每处扣1分。经查……，扣1分."""
    fact = pattern("score_rule", "stated", "fact").search(text)
    return text[: fact.start()] if fact else text


def rates(passage: Passage) -> Iterator[Measured]:
    """The rates that a passage states as reached, each with its name; targets, quoted rules and other years left out."""
    if "%" not in passage.text:
        return
    text = _without_quotes(passage.text[:_MOST_TEXT])
    if (rule := opening().search(text)) and not rule["quote"]:
        text = text[: rule.start()]
    by_start = {f.start: f for f in passage.figures if f.unit == "%"}
    for m in _pattern("value").finditer(text) if "%" in text else ():
        figure = by_start.get(m.start("n"))
        if figure is not None and not _pattern("other").search(_last_clause(text, m.start("n"))):
            yield Measured(m["name"], passage.term(figure))


def _last_clause(text: str, end: int) -> str:
    """What stands before an offset in its own clause."""
    return _CLAUSES.split(text[:end])[-1]


def _without_quotes(text: str) -> str:
    """The text with what it quotes blanked out, so that offsets stay."""
    return _pattern("quoted").sub(lambda m: m.group() if "%" not in m.group() else "\0" * len(m.group()), text)


def measured(passages: Iterable[Passage], names: Iterable[str]) -> Measured | None:
    """The one value that the passages state for a rate of one of these names; None where they state none or several."""
    wanted = [n for n in map(plain, names) if len(n) >= _SHORTEST_NAME]
    return agreed([r for p in passages for r in rates(p) if any(same_rate(plain(r.name), n) for n in wanted)])


def agreed(found: Sequence[Measured]) -> Measured | None:
    """The most precise of several copies of one value; None where they are not copies."""
    if not found:
        return None
    finest = max(found, key=lambda r: r.term.places)
    return finest if all(r.interval.meets(finest.interval) for r in found) else None


def only_rate(passages: Iterable[Passage], name: str) -> Measured | None:
    """The only rate that the passages state, whatever they call it; targets left out."""
    found = [
        Measured(name, p.term(f))
        for p in passages
        for f in p.figures
        if f.unit == "%" and not _pattern("other").search(_last_clause(p.text, f.start))
    ]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Done:
    """What was planned and what was done of it."""

    planned: Term
    done: Term


def done(passages: Iterable[Passage]) -> Done | None:
    """The one pair of numbers that a text states as planned and as done: 计划350户，实际320户."""
    found = []
    for passage in passages:
        by_start = {f.start: f for f in passage.figures}
        for m in _pattern("done").finditer(passage.text[:_MOST_TEXT]):
            planned, real = by_start.get(m.start("planned")), by_start.get(m.start("done"))
            if planned and real and planned.unit == real.unit and planned.value > 0:
                found.append(Done(passage.term(planned, "计划数"), passage.term(real, "实际数")))
    return found[0] if len(found) == 1 else None


def plain(name: str) -> str:
    """A rate's name without marks; 知晓度 and 知晓比例 are 知晓率."""
    return _pattern("rate_words").sub("率", _MARKS.sub("", name))


def same_rate(a: str, b: str) -> bool:
    """Whether two names end alike: 项目落地率 is 创业类项目落地率."""
    return a[-_SHORTEST_NAME:] == b[-_SHORTEST_NAME:] and a[-1] in "率例重比"


def deducted(reason: Passage) -> Iterator[Term]:
    """The points that a reason says were deducted; what quotes a rule is none."""
    by_start = {f.start: f for f in reason.figures}
    for m in _pattern("deducted").finditer(reason.text):
        figure = by_start.get(m.start("n"))
        if figure is not None and not _pattern("rule").search(_last_clause(reason.text, m.start())):
            yield reason.term(figure, "扣分说明扣分", "分")
