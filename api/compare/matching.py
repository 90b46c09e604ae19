"""Which things of two lists belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def best_pairs(
    left: Sequence[T], right: Sequence[T], likeness: Callable[[T, T], float], least: float
) -> list[tuple[int, int]]:
    """Pairs of places, most alike first; each is used once, and those in the same order win among equals."""
    near = [
        (-like, abs(i - j), i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if (like := likeness(one, other)) >= least
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(near):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return sorted(pairs.items())
