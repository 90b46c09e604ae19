"""Which problems of the body a statement elsewhere tells again."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractor.facts.clauses import clause_spans
from extractor.language import sentences
from extractor.quantity import find
from extractor.result import Defect, Problem

# Read by hand, of some 300 pairs of a statement and the problem it is likest, 11 are linked wrongly at these values and
# about 20 are not linked that tell the same fact.
_SAME_FACT = 0.42
"""Share of the pairs of letters of a statement or of one of its clauses, rare ones counting for more, that one sentence of
the problem holds."""
_SAME_CATEGORY = 0.1
_SAME_FIGURE = 0.15
"""What one category or one telling figure adds to that share."""
_TELLING = 3
"""Digits of a figure that tells one fact from others, zeros at its end aside."""
_FEWEST_PAIRS = 6
"""Of a clause that tells a fact by itself."""
_ALSO = 0.8
"""A further problem is told too where it fits this well against the best."""

_NO_LETTERS = re.compile(r"20\d\d年度?|[^0-9A-Za-z.%\u3400-\u9fff]")

Pairs = frozenset[tuple[str, str]]


def restated(defects: Sequence[Defect], problems: Sequence[Problem]) -> list[list[int]]:
    """For each deficiency the problems that tell the same fact, as indexes: much of what it or one of its clauses says
    stands in one sentence of theirs. One category of both, or a figure in both, lets less suffice."""
    told = [(at, words) for at, problem in enumerate(problems) for words in _sentences(problem)]
    if not told:
        return [[] for _ in defects]
    said = [_pairs(defect.text) for defect in defects]
    heard = [_pairs(words) for _, words in told]
    rarity = _rarity([*said, *heard])
    holding: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pairs in enumerate(heard):
        for pair in pairs:
            holding[pair].append(number)
    figures = [_figures(words) for _, words in told]
    linked = []
    for defect, pairs in zip(defects, said, strict=True):
        own_figures = _figures(defect.text)
        best: dict[int, float] = {}
        for number, share in _shares([pairs, *_clauses(defect.text)], rarity, holding).items():
            at = told[number][0]
            share += _SAME_CATEGORY * (defect.category is not None and defect.category == problems[at].category)
            share += _SAME_FIGURE * (not own_figures.isdisjoint(figures[number]))
            best[at] = max(best.get(at, 0.0), share)
        least = max(_SAME_FACT, _ALSO * max(best.values(), default=0.0))
        linked.append(sorted(at for at, share in best.items() if share >= least))
    return linked


def _sentences(problem: Problem) -> list[str]:
    spans = sentences(problem.text)
    return list(dict.fromkeys([problem.heading, *(problem.text[a:b] for a, b in spans)]))


def _clauses(text: str) -> list[Pairs]:
    told = (_pairs(text[a:b]) for a, b in clause_spans(text))
    return [pairs for pairs in told if len(pairs) >= _FEWEST_PAIRS]


def _pairs(text: str) -> Pairs:
    """Every two neighbouring letters, marks and years aside."""
    return frozenset(pairwise(_NO_LETTERS.sub("", text)))


def _rarity(told: Sequence[Pairs]) -> dict[tuple[str, str], float]:
    seen = Counter(pair for pairs in told for pair in pairs)
    return {pair: math.log(1 + len(told) / count) for pair, count in seen.items()}


def _shares(
    parts: Sequence[Pairs], rarity: dict[tuple[str, str], float], holding: dict[tuple[str, str], list[int]]
) -> dict[int, float]:
    """The largest share of a part's pairs that each sentence holds, of those that hold any."""
    largest: dict[int, float] = defaultdict(float)
    for pairs in parts:
        whole = sum(rarity[pair] for pair in sorted(pairs))
        shares: dict[int, float] = defaultdict(float)
        for pair in sorted(pairs):
            for number in holding.get(pair, ()):
                shares[number] += rarity[pair] / whole
        for number, share in shares.items():
            largest[number] = max(largest[number], share)
    return largest


def _figures(text: str) -> frozenset[Decimal]:
    """The telling figures of a text, amounts in 元."""
    found = [figure for figure in find(text) if figure.unit != "年"]
    return frozenset(f.base for f in found if len(re.sub(r"\D", "", f.text).rstrip("0")) >= _TELLING)
