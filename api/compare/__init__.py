"""Two reports beside each other: the same project in two years, or two agencies' work.

left, right = Side(result, paragraphs), Side(other_result, other_paragraphs)
compared = compare(left, right)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.compare.facts import Fact, facts
from api.compare.names import Leftover, leftovers
from api.compare.passages import Passage, Shared, shared_passages
from api.compare.problems import Recurring, recurring_problems
from api.compare.scores import Score, scores
from extractor.result import Result

__all__ = [
    "Comparison",
    "Fact",
    "Leftover",
    "Passage",
    "Recurring",
    "Score",
    "Shared",
    "Side",
    "compare",
]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports: what was read in it, and its text."""

    result: Result
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left_in_right` are names of the left report that stand in the right one, where they do not belong."""

    facts: list[Fact]
    scores: list[Score]
    problems: list[Recurring]
    shared: list[Shared]
    left_in_right: list[Leftover]
    right_in_left: list[Leftover]


def compare(left: Side, right: Side, is_common: Callable[[str], bool] = lambda text: False) -> Comparison:
    """What changed, what recurs, and what was copied. `is_common` tells of a passage that many other reports hold too,
    which copying from each other does not explain."""
    return Comparison(
        facts=facts(left.result, right.result),
        scores=scores(left.result.indicators, right.result.indicators),
        problems=recurring_problems(left.result, right.result),
        shared=shared_passages(left.passages, right.passages, is_common),
        left_in_right=leftovers(left.result, right.result, right.passages),
        right_in_left=leftovers(right.result, left.result, left.passages),
    )
