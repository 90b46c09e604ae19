"""Two models' scores as one probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import log

from models.linear import softmax

_SHARES = tuple(i / 10 for i in range(16))
"""Among which the weight of either model is chosen."""

Scores = Sequence[float]


@dataclass(frozen=True, slots=True)
class Blend:
    """By how much the scores of the linear model and those of the encoder count; together they also make the probabilities
    as reliable as reports that neither model had seen show them to be (temperature scaling; Guo et al., 2017)."""

    linear: float
    encoder: float

    def probabilities(self, linear: Scores, encoder: Scores) -> list[float]:
        return softmax([self.linear * a + self.encoder * b for a, b in zip(linear, encoder, strict=True)])


def fit(judged: Sequence[tuple[Scores, Scores, int]]) -> Blend:
    """The blend by which the right labels, given by their numbers, are likeliest."""

    def surprise(blend: Blend) -> float:
        return -sum(log(max(blend.probabilities(a, b)[right], 1e-9)) for a, b, right in judged)

    return min((Blend(a, b) for a, b in product(_SHARES, _SHARES)), key=surprise)
