"""What sentences say of a survey: how many sheets were sent out, came back and are valid, how many gave which answer,
and the shares and rates that follow."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import Figure

_SETTINGS = load("survey")
_TEXT = _SETTINGS["text"]
_SURVEY = re.compile(_SETTINGS["survey"])
Role = Literal["sent", "returned", "valid", "asked"]
_ROLES: tuple[Role, ...] = ("sent", "returned", "valid", "asked")
ROLE_NAMES: dict[Role, str] = {"sent": "发放份数", "returned": "回收份数", "valid": "有效份数", "asked": "调查人数"}
_STATED: list[tuple[Role, re.Pattern[str]]] = [
    (role, re.compile(_TEXT[role] + _TEXT["gap"] + _TEXT["number"])) for role in _ROLES
]
_STATED.append(("valid", re.compile(_TEXT["valid_behind"])))
_RATES = {kind: re.compile(_TEXT[f"rate_{kind}"] + _TEXT["rate_value"]) for kind in ("returned", "valid", "satisfied")}
_SHARES = (re.compile(_TEXT["share"]), re.compile(_TEXT["share_first"]))
_LEVEL = re.compile(_TEXT["level"])
_LEADING = re.compile(_TEXT["leading"])
_GROUP_RATE = re.compile(_TEXT["group_rate"])
_GROUP_SENT = re.compile(_TEXT["group_sent"])
_CHOSEN = re.compile(_TEXT["chosen"])
_NUMBERS = re.compile(r"[\d.,%％]+")
_FARTHEST = 80
_WHOLE = 100
_FEWEST_SHARES = 3
_GROUP_NAME = 4  # letters at the end of a group's name, whose beginning may stand on the line before


@dataclass(frozen=True, slots=True)
class Statement:
    """A number of sheets or people that a passage states: `at` is the passage's index, `start` the offset."""

    role: Role
    term: Term
    at: int
    start: int


@dataclass(frozen=True, slots=True)
class Rate:
    """回收率, 有效率 or 满意度 of a passage, with the numbers that the passage states of the survey."""

    kind: str
    term: Term
    sentence: tuple[int, int]
    start: int
    at: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many, such a share: 170人，占97.14%. `base` is the sample that holds there, None where none is stated."""

    count: Term
    share: Term
    base: Statement | None
    inside: bool
    at: int


@dataclass(frozen=True, slots=True)
class Level:
    """A level of satisfaction with how many gave it; `words` is the level as written."""

    words: str
    term: Term
    start: int


@dataclass(frozen=True, slots=True)
class Group:
    """How many of a group of people answered, and how satisfied they were where the sentence says so. `name` is how the
    group's name ends, `words` what the sentence says up to there, without its numbers."""

    name: str
    count: Term
    rate: Term | None
    words: str


class Sentences:
    """All that a report's passages say of surveys, read once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.statements: dict[int, list[Statement]] = {}
        self.rates: list[Rate] = []
        self.shares: list[Share] = []
        self.levels: dict[int, list[Level]] = {}
        current: Statement | None = None
        for at, passage in reading.shared(about_surveys):
            by_start = {f.start: f for f in passage.figures}
            found = list(_statements(passage, at, by_start))
            self.statements[at] = found
            self.levels[at] = list(_levels(passage, by_start))
            self.rates += _rates(passage, at, by_start)
            self.shares += _shares(passage, at, by_start, found, _holding(reading, current, at))
            if passage.cell is None:
                current = next((s for s in reversed(found) if s.role != "sent"), current)

    @cached_property
    def groups(self) -> list[Group]:
        """Valid sheets of groups of people: 老年人家庭发放80份，收回有效问卷79份."""
        return [
            group
            for at, found in self.statements.items()
            for statement in found
            if statement.role == "valid" and (group := self._group(self.reading.passages[at], statement))
        ]

    def _group(self, passage: Passage, statement: Statement) -> Group | None:
        """The group that a sentence with one number of valid sheets speaks of."""
        start, end = sentence_of(passage, statement.start)
        inside = [s for s in self.statements[statement.at] if start <= s.start < end]
        if sum(s.role == statement.role for s in inside) != 1:
            return None
        rates = list(_GROUP_RATE.finditer(passage.text, statement.start, end))
        if len(rates) == 1:
            figure = next((f for f in passage.figures if f.start == rates[0].start("p")), None)
            rate = passage.term(figure, f"“{rates[0]['name']}”满意度") if figure else None
            words = _words(passage.text[start : rates[0].end()])
            return Group(rates[0]["name"][-_GROUP_NAME:], statement.term, rate, words)
        m = _GROUP_SENT.search(passage.text[start : statement.start])
        words = _words(passage.text[start : statement.start])
        return Group(m["name"][-_GROUP_NAME:], statement.term, None, words) if m and not rates else None

    def listed_shares(self) -> Iterator[list[Term]]:
        """The shares of two decimals that a sentence lists of answers, without their counts."""
        for at in self.statements:
            passage = self.reading.passages[at]
            if passage.cell is not None or not _CHOSEN.search(passage.text):
                continue
            for start, end in passage.sentences:
                if not _CHOSEN.search(passage.text, start, end):
                    continue
                figures = passage.within(start, end)
                shares = [f for f in figures if f.unit == "%" and f.places == 2 and f.value < _WHOLE]
                if len(shares) > _FEWEST_SHARES and len(shares) == sum(f.unit == "%" for f in figures):
                    yield [passage.term(f, "选择占比") for f in shares]

    def all_statements(self) -> list[Statement]:
        return [s for found in self.statements.values() for s in found]


def _words(text: str) -> str:
    return _NUMBERS.sub("", squeeze(text))


def about_surveys(reading: Reading) -> list[tuple[int, Passage]]:
    """The passages with numbers that speak of a survey, by their words or their titles, each with its index."""
    titled: dict[int, bool] = {}
    found = []
    for at, passage in enumerate(reading.passages):
        if not passage.figures:
            continue
        if passage.block not in titled:
            titled[passage.block] = bool(_SURVEY.search(reading.document.titles_of(passage.block)))
        if titled[passage.block] or _SURVEY.search(passage.text):
            found.append((at, passage))
    return found


def _holding(reading: Reading, statement: Statement | None, at: int) -> Statement | None:
    """The sample stated before, as long as the text is near it or in the same chapter."""
    if statement is None or reading.passages[at].cell is not None or at - statement.at > _FARTHEST:
        return None
    return statement


def _statements(passage: Passage, at: int, by_start: dict[int, Figure]) -> Iterator[Statement]:
    found: dict[int, Statement] = {}
    for role, pattern in _STATED:
        for m in pattern.finditer(passage.text):
            figure = by_start.get(m.start("n"))
            if figure is None or (role == "asked" and m.start("n") in found):
                continue
            if role == "asked" and not _SURVEY.search(passage.text[slice(*sentence_of(passage, m.start("n")))]):
                continue
            found[m.start("n")] = Statement(role, passage.term(figure, ROLE_NAMES[role]), at, m.start("n"))
    yield from sorted(found.values(), key=lambda s: s.start)


def _rates(passage: Passage, at: int, by_start: dict[int, Figure]) -> Iterator[Rate]:
    for kind, pattern in _RATES.items():
        for m in pattern.finditer(passage.text):
            if figure := by_start.get(m.start("p")):
                name = {"returned": "问卷回收率", "valid": "问卷有效率", "satisfied": "满意度"}[kind]
                yield Rate(kind, passage.term(figure, name), sentence_of(passage, figure.start), figure.start, at)


def _levels(passage: Passage, by_start: dict[int, Figure]) -> Iterator[Level]:
    for m in _LEVEL.finditer(passage.text):
        if figure := by_start.get(m.start("n")):
            words = m["level"] + m["between"]
            yield Level(words, passage.term(figure, f"“{m['level']}”人数"), figure.start)


def _shares(
    passage: Passage, at: int, by_start: dict[int, Figure], stated: list[Statement], before: Statement | None
) -> Iterator[Share]:
    for pattern in _SHARES:
        for m in pattern.finditer(passage.text):
            count, share = by_start.get(m.start("n")), by_start.get(m.start("p"))
            if count is None or share is None or share.unit not in ("%", "％"):
                continue
            inside = [s for s in stated if s.start < count.start and s.role != "sent"]
            base = inside[-1] if inside else before
            name = _name(passage.text, m.start())
            count_term = passage.term(count, f"“{name}”人数" if name else "选择人数")
            yield Share(
                count_term, passage.term(share, f"“{name}”占比" if name else "选择占比"), base, bool(inside), at
            )


def _name(text: str, end: int) -> str:
    """The words before a number, back to the last mark, without those that only lead to it."""
    words = re.split(r"[，。；;、：:,（(\d%]", text[max(0, end - 30) : end])[-1]
    return _LEADING.sub("", words.strip())[-16:]


def sentence_of(passage: Passage, offset: int) -> tuple[int, int]:
    """Where the sentence of an offset begins and ends."""
    spans = passage.sentences
    at = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return spans[max(at, 0)] if spans else (0, len(passage.text))
