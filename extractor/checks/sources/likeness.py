"""How alike two names or titles are, by the pairs of letters that they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import add


def alike(one: str, other: str) -> float:
    """The share of pairs of neighbouring characters that two texts have in common (Dice), 0 to 1."""
    a, b = Counter(pairs_of(one)), Counter(pairs_of(other))
    both = sum((a & b).values())
    return 2 * both / total if (total := a.total() + b.total()) else float(one == other)


def pairs_of(text: str) -> Iterator[str]:
    """Every two neighbouring characters."""
    return map(add, text, text[1:])
