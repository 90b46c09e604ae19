"""The indicators of two score sheets, matched by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.compare.matching import best_pairs
from api.store.likeness import plain, quotes_alike
from extractor.result import Indicator, Number

ALIKE = 0.6  # share of common character pairs from which two names mean the same indicator


@dataclass(frozen=True, slots=True)
class Score:
    """An indicator on both sides, None where one has none. `change` is how much more of its weight the right got, in
    percentage points; None where a weight or score is missing."""

    left: Indicator | None
    right: Indicator | None
    change: Number | None

    @property
    def indicator(self) -> Indicator:
        found = self.left or self.right
        assert found is not None
        return found


def scores(left: Sequence[Indicator], right: Sequence[Indicator]) -> list[Score]:
    """The indicators of the left in their order, then those that only the right has."""
    pairs = dict(best_pairs(left, right, _likeness, ALIKE))
    taken = set(pairs.values())
    told = [_score(one, right[pairs[at]] if at in pairs else None) for at, one in enumerate(left)]
    return told + [_score(None, other) for at, other in enumerate(right) if at not in taken]


def _likeness(one: Indicator, other: Indicator) -> float:
    """That of the names, the paths that lead to them deciding between equals."""
    names = 1.0 if plain(one.path[-1]) == plain(other.path[-1]) else quotes_alike(one.path[-1:], other.path[-1:])
    return names + quotes_alike(one.path[:-1], other.path[:-1]) / 100


def _score(left: Indicator | None, right: Indicator | None) -> Score:
    before, after = _share(left), _share(right)
    return Score(left, right, None if before is None or after is None else round(after - before, 2))


def _share(indicator: Indicator | None) -> Decimal | None:
    if indicator is None or not indicator.weight or indicator.score is None:
        return None
    return indicator.score / indicator.weight * 100
