"""Two models' scores as one probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.linear import softmax

_MOST = 20.0
"""Of a weight: more makes a model that is always right no better."""

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
    """The blend by which the right labels, given by their numbers, are likeliest; neither weight is negative. Needs SciPy."""
    import numpy
    from scipy.optimize import minimize

    linear, encoder = (numpy.array([case[i] for case in judged], dtype=float) for i in (0, 1))
    right = numpy.array([case[2] for case in judged])
    rows = numpy.arange(len(judged))

    def surprise(weights: Any) -> float:
        scores = weights[0] * linear + weights[1] * encoder
        scores -= scores.max(axis=1, keepdims=True)
        return float((numpy.log(numpy.exp(scores).sum(axis=1)) - scores[rows, right]).mean())

    found = minimize(surprise, [0.5, 0.5], bounds=[(0, _MOST), (0, _MOST)], method="L-BFGS-B")
    return Blend(*(round(float(weight), 3) for weight in found.x))
