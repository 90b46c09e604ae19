"""Problems that both reports tell, and what was suggested against them the first time."""

from __future__ import annotations

from dataclasses import dataclass

from api.compare.matching import best_pairs
from api.store.likeness import quotes_alike
from extractor.result import Problem, Result, Suggestion

ALIKE, ALIKE_IN_CATEGORY = 0.5, 0.3  # share of common character pairs from which two problems are the same


@dataclass(frozen=True, slots=True)
class Recurring:
    """A problem told in both; `suggested` is what the earlier report, the left one, recommended against it."""

    left: Problem
    right: Problem
    likeness: float
    suggested: tuple[Suggestion, ...]


def recurring_problems(left: Result, right: Result) -> list[Recurring]:
    pairs = best_pairs(left.problems, right.problems, _likeness, ALIKE_IN_CATEGORY)
    return [
        Recurring(
            left.problems[i],
            right.problems[j],
            round(_likeness(left.problems[i], right.problems[j]), 2),
            tuple(suggestion for suggestion in left.suggestions if i in suggestion.addresses),
        )
        for i, j in pairs
    ]


def _likeness(one: Problem, other: Problem) -> float:
    """That of headings or of whole texts, whichever is higher; what is of another category must be alike in its words."""
    like = max(quotes_alike([one.heading], [other.heading]), quotes_alike([one.text], [other.text]))
    is_same_kind = one.category is not None and one.category == other.category
    return like if is_same_kind or like >= ALIKE else 0.0
