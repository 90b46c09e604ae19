"""Suggestions, and which problem each addresses."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import pairwise

from extractor.data import load
from extractor.document import Document
from extractor.facts.items import Item, items, prose, titled_item
from extractor.facts.passages import BARE_LEVEL, Passage, Piece, Topic, passages, states
from extractor.language import sentences, tokens
from extractor.layout import chinese_number
from extractor.result import Problem, Suggestion

_TOPIC: Topic = "suggestions"
_DATA = load("suggestions")
_COMMON = frozenset(_DATA["common"])
_ANSWER = re.compile(load("passages")["item"]["answer"])
_REFERENCE = re.compile(_DATA["reference"])

_FIGURES = ("MONEY", "RATE", "YEAR", "COUNT", "NUMBER", "SCORE", "POINTS")
_HEADING_WEIGHT = 3  # a word of the heading against one of the text
_SAME_PLACE = 0.12  # what the same ordinal adds where the lists run in parallel
_IN_PARALLEL = 0.6  # share of the suggestions that fit the problem of their own ordinal best
_CONVINCING = 0.1
_CLEAR = 0.2  # between one clause and one problem's heading
_ALSO = 0.8  # a second problem is addressed too where it fits this well against the best


def read_suggestions(document: Document, problems: list[Problem]) -> list[Suggestion]:
    """The items of the body's passage of suggestions (of the summary's where the body has none), in the order in which
    they stand, each with the problems that it answers."""
    choices = list(passages(document, "suggestions"))
    titled = [choice for choice in choices if all(passage.level < BARE_LEVEL for passage in choice)]
    made = first_made(document, problems, titled) or _made_of_answers(document, problems)
    return made or first_made(document, problems, [choice for choice in choices if choice not in titled])


def first_made(document: Document, problems: list[Problem], choices: list[list[Passage]]) -> list[Suggestion]:
    """The suggestions of the first choice of passages that holds some."""
    for choice in choices:
        found = [item for passage in choice for item in _suggestions(passage)]
        if found:
            made = [Suggestion(heading=i.heading, text=i.text, evidence=i.evidence(document)) for i in found]
            for suggestion, addressed in zip(made, link(made, problems), strict=True):
                suggestion.addresses = addressed
            return made
    return []


def _made_of_answers(document: Document, problems: list[Problem]) -> list[Suggestion]:
    """The suggestions that stand inside the problems that they answer."""
    for choice in passages(document, "problems"):
        found = [pair for passage in choice for pair in _answers(passage)]
        if found:
            return [
                Suggestion(heading=i.heading, text=i.text, addresses=_at(to, problems), evidence=i.evidence(document))
                for i, to in found
            ]
    return []


def _suggestions(passage: Passage) -> list[Item]:
    found = items(passage, "suggestions")
    if "problems" in passage.topics:
        found = [item for item in found if states("suggestions", item.heading) and not states("problems", item.heading)]
    elif passage.topics & {"practice", "remarks"}:
        found = [item for item in found if states("suggestions", item.heading)]
    if found or "problems" in passage.topics:
        return found
    return [item for piece in prose(passage) for item in _prose_items(piece)]


def _answers(passage: Passage) -> list[tuple[Item, str]]:
    """Suggestions that stand inside the problems that they answer (…不健全。…。建议：…), each with its problem's heading."""
    out = []
    for item in items(passage, "problems"):
        for position, piece in enumerate(item.pieces):
            m = _ANSWER.search(piece.text)
            if m and not m.group().endswith(("：", ":")) and "suggestions" not in passage.topics:
                continue  # a mere 建议 counts where the title announces suggestions
            if m and (after := piece.tail(m.end())).text.strip():
                out.append((titled_item([after, *item.pieces[position + 1 :]], _TOPIC), item.heading))
                break
    return [(answer, heading) for answer, heading in out if answer.heading]


def _at(heading: str, problems: list[Problem]) -> list[int]:
    return [k for k, problem in enumerate(problems) if problem.heading == heading][:1]


def _prose_items(piece: Piece) -> list[Item]:
    """A paragraph is one suggestion; where several of its sentences begin 建议, each is one."""
    spans = sentences(piece.text)
    starts = [a for a, b in spans if piece.text[a:b].startswith("建议")]
    if len(starts) > 1:
        bounds = pairwise([*starts, len(piece.text)])
        return [titled_item([Piece(piece.block, piece.start + a, piece.text[a:b])], _TOPIC) for a, b in bounds]
    item = titled_item([piece], _TOPIC)
    return [item] if item.heading and states("suggestions", piece.text) else []


# --- which problem it addresses -------------------------------------------------------------------------------------


def link(suggestions: list[Suggestion], problems: list[Problem]) -> list[list[int]]:
    """For each suggestion the problems that it addresses, as indexes: those that it names by number, else those with
    which it shares what is rare in the report, else the one that is left over, else none."""
    if not problems:
        return [[] for _ in suggestions]
    told, asked = [_bag(p.heading, p.text) for p in problems], [_bag(s.heading, s.text) for s in suggestions]
    weights = _rarity(told + asked)
    titles, titles_asked = [_bag(p.heading, "") for p in problems], [_bag(s.heading, "") for s in suggestions]
    likeness = [
        [(_cosine(a, b, weights) + _cosine(c, d, weights)) / 2 for b, d in zip(told, titles, strict=True)]
        for a, c in zip(asked, titles_asked, strict=True)
    ]
    of_one_length = len(suggestions) == len(problems)
    if of_one_length and sum(row[i] == max(row) > 0 for i, row in enumerate(likeness)) >= _IN_PARALLEL * len(problems):
        for i, row in enumerate(likeness):
            row[i] += _SAME_PLACE
    links = [
        _named(s, len(problems)) or sorted({*_best(row), *_by_clause(s.heading, titles, weights)})
        for s, row in zip(suggestions, likeness, strict=True)
    ]
    open_ones = [i for i, addressed in enumerate(links) if not addressed]
    left = [k for k in range(len(problems)) if not any(k in addressed for addressed in links)]
    if of_one_length and len(open_ones) == len(left) == 1 and likeness[open_ones[0]][left[0]] > 0:
        links[open_ones[0]] = left
    return links


def _named(suggestion: Suggestion, count: int) -> list[int]:
    """Problems that a suggestion names: 针对问题一, 针对第2个问题."""
    out = []
    for m in _REFERENCE.finditer(suggestion.heading + "\n" + suggestion.text):
        number = int(m["n"]) if m["n"].isdigit() else chinese_number(m["n"]) or 0
        if 1 <= number <= count and number - 1 not in out:
            out.append(number - 1)
    return out


def _best(row: list[float]) -> list[int]:
    best = max(row)
    if best < _CONVINCING:
        return []
    return [i for i, value in enumerate(row) if value >= max(_CONVINCING, _ALSO * best)]


def _by_clause(heading: str, titles: list[Counter[str]], weights: dict[str, float]) -> list[int]:
    """完善绩效指标，健全管理制度 answers two problems: each clause of such a heading that clearly fits one adds it."""
    clauses = [clause for clause in re.split("[，,；;、]", heading) if clause]
    rows = [[_cosine(_bag(clause, ""), title, weights) for title in titles] for clause in clauses if len(clauses) > 1]
    return [row.index(max(row)) for row in rows if max(row) >= _CLEAR]


@cache
def _things() -> list[tuple[str, re.Pattern[str]]]:
    return [(group[0], re.compile("|".join(map(re.escape, group)))) for group in _DATA["same"]]


def _bag(heading: str, text: str) -> Counter[str]:
    """The content words with their number of occurrences, and what they speak of: words for one thing (滞后, 及时)
    count as one thing too."""
    bag: Counter[str] = Counter()
    for part, weight in ((heading, _HEADING_WEIGHT), (text.removeprefix(heading), 1)):
        for word, kind in tokens(part):
            if len(word) > 1 and word not in _COMMON and kind not in _FIGURES:
                bag[word] += weight
        for name, pattern in _things():
            if count := len(pattern.findall(part)):
                bag["=" + name] += weight * count
    return bag


def _rarity(bags: list[Counter[str]]) -> dict[str, float]:
    seen = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in seen.items()}


def _cosine(a: Counter[str], b: Counter[str], weights: dict[str, float]) -> float:
    def length(bag: Counter[str]) -> float:
        return math.sqrt(sum((math.sqrt(n) * weights[word]) ** 2 for word, n in bag.items()))

    shared = sum(math.sqrt(a[word] * b[word]) * weights[word] ** 2 for word in a.keys() & b.keys())
    return shared / (length(a) * length(b) or 1)
