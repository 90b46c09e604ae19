"""A linear model of several labels: the weights of features, and probabilities that are calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from models.features import Features

_UNIT = 100
"""Weights are kept as whole hundredths: nothing else of them matters, and the file is small."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores are relative to the first label, whose own is always 0: `weights` holds for each feature its weight, in
    hundredths, for every further label in their order, `intercepts` what they score without any. `slope` stretches the
    scores so that the probabilities are as reliable as those of a model that was held against reports it had not seen."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: Mapping[str, Sequence[int]]
    slope: float = 1.0

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Linear:
        """Of what `record` gave. Raises KeyError, TypeError or ValueError where it is no such thing."""
        model = cls(
            tuple(map(str, record["labels"])),
            tuple(map(float, record["intercepts"])),
            record["weights"],
            float(record["slope"]),
        )
        further = len(model.labels) - 1
        if len(model.intercepts) != further or any(len(weights) != further for weights in model.weights.values()):
            raise ValueError("labels and weights differ in number")
        return model

    @classmethod
    def fitted(
        cls, labels: Sequence[str], intercepts: Sequence[float], weights: Mapping[str, Sequence[float]]
    ) -> Linear:
        """Of weights and intercepts for every label, the first one's too."""
        rounded = {
            name: [round(_UNIT * (weight - first)) for weight in others] for name, (first, *others) in weights.items()
        }
        kept = {name: whole for name, whole in rounded.items() if any(whole)}
        return cls(tuple(labels), tuple(round(x - intercepts[0], 3) for x in intercepts[1:]), kept)

    def record(self) -> dict[str, Any]:
        return {
            "labels": list(self.labels),
            "intercepts": list(self.intercepts),
            "slope": self.slope,
            "weights": {name: list(weights) for name, weights in sorted(self.weights.items())},
        }

    def scores(self, told: Features) -> list[float]:
        known = [(value, weights) for name, value in told.items() if (weights := self.weights.get(name))]
        totals = [sum(value * weights[i] for value, weights in known) for i in range(len(self.intercepts))]
        return [0.0, *(start + total / _UNIT for start, total in zip(self.intercepts, totals, strict=True))]

    def probabilities(self, told: Features) -> list[float]:
        """Of each label, in their order; they add up to 1."""
        return softmax([self.slope * score for score in self.scores(told)])


def softmax(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
