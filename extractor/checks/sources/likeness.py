"""How alike two names or titles are."""

from __future__ import annotations

from collections import Counter


def alike(one: str, other: str) -> float:
    """The share of pairs of neighbouring characters that two texts have in common (Dice), 0 to 1."""
    a, b = _pairs(one), _pairs(other)
    both = sum((a & b).values())
    return 2 * both / total if (total := a.total() + b.total()) else float(one == other)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))
