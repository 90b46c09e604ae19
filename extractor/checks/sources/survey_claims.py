"""What sentences say of the questions that tables hold: the number and share of an answer, the satisfaction with a
thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.questionnaire import SETTINGS, Question
from extractor.checks.sources.reading import Passage, Reading
from extractor.checks.sources.survey_sentences import about_surveys
from extractor.quantity import Figure

_TEXT = SETTINGS["claims"]
_CLAUSE = re.compile(_TEXT["clause"])
_RATED = re.compile(_TEXT["rated"])
_COUNTED = re.compile(_TEXT["counted"])
_OTHER = re.compile(_TEXT["other"])
_TITLE = re.compile(_TEXT["around_title"])
_ANSWER = re.compile(_TEXT["around_answer"])
_LEVEL = re.compile(_TEXT["level"])
_DIGIT = re.compile(r"\d")
_SHORTEST = 3
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Told:
    """A number that a sentence states of questions: a share or a count of the answers at `levels`, or where that is None
    the satisfaction. Several questions have the name where several tables ask the same of different people."""

    term: Term
    questions: tuple[Question, ...]
    levels: frozenset[str] | None


@dataclass(slots=True)
class _State:
    """What the clauses of a sentence so far speak of."""

    questions: tuple[Question, ...] = ()
    levels: frozenset[str] | None = None
    rated: bool = False


def told(reading: Reading, asked: Sequence[Question]) -> Iterator[Told]:
    """Every number that a sentence states of a question with its name."""
    named = _by_name(asked)
    if not named:
        return
    names = re.compile("|".join(map(re.escape, sorted(named, key=len, reverse=True))))
    blocks = {q.block for q in asked}
    for _, passage in reading.shared(about_surveys):
        if passage.block in blocks or not names.search(passage.text):
            continue
        for start, end in passage.sentences:
            yield from _in_sentence(passage, start, end, names, named)


def _by_name(asked: Sequence[Question]) -> dict[str, tuple[Question, ...]]:
    """The questions with counts of leveled answers by their names."""
    out: dict[str, list[Question]] = defaultdict(list)
    for q in asked:
        name = _TITLE.sub("", q.title)
        if (
            _SHORTEST <= len(name) <= _LONGEST
            and not _DIGIT.search(name)
            and len(q.counts) == len(q.options) >= _SHORTEST
            and not q.multiple
        ):
            out[name].append(q)
    return {name: tuple(group) for name, group in out.items()}


def _in_sentence(
    passage: Passage, start: int, end: int, names: re.Pattern[str], named: dict[str, tuple[Question, ...]]
) -> Iterator[Told]:
    state = _State()
    for m in _CLAUSE.finditer(passage.text, start, end):
        clause = m.group()
        found = list(dict.fromkeys(names.findall(clause)))
        if len(found) > 1 or _OTHER.search(clause):
            state = _State()
            continue
        if found:
            state.questions = named[found[0]]
        rest = clause.replace(found[0], "") if found else clause
        levels = levels_in(rest, state.questions[0]) if state.questions else frozenset(_LEVEL.findall(rest))
        if _RATED.search(rest):
            state.levels, state.rated = None, True
        elif levels:
            state.levels, state.rated = levels, False
        yield from _figures(passage, passage.within(m.start(), m.end()), state, bool(levels))


def _figures(passage: Passage, figures: list[Figure], state: _State, leveled: bool) -> Iterator[Told]:
    """`leveled` tells that the clause itself names answers: only there a number of people is theirs."""
    rates = [f for f in figures if f.unit == "%"]
    counts = [f for f in figures if f.unit and _COUNTED.fullmatch(f.unit)]
    if not state.questions or len(rates) > 1 or len(counts) > 1 or len(rates) + len(counts) < len(figures):
        return
    title = state.questions[0].title
    if state.rated:
        for f in rates:
            yield Told(passage.term(f, f"“{title}”满意度"), state.questions, None)
    elif state.levels:
        what = "、".join(sorted(state.levels))
        for f in rates:
            yield Told(passage.term(f, f"“{title}”{what}占比"), state.questions, state.levels)
        for f in counts if leveled else ():
            yield Told(passage.term(f, f"“{title}”{what}人数"), state.questions, state.levels)


def levels_in(text: str, question: Question) -> frozenset[str]:
    """The answers of a question that a text names, longer names first: 不满意 is not 满意."""
    names = sorted({plain(o.name) for o in question.options}, key=len, reverse=True)
    return frozenset(re.findall("|".join(map(re.escape, names)), text))


def plain(name: str) -> str:
    """An answer without its letter, unit and marks."""
    return _ANSWER.sub("", name)
