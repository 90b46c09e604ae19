"""A linear model of several labels: the weights of features, and probabilities that are calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from models.features import Features


@dataclass(frozen=True, slots=True)
class Linear:
    """`weights` holds for each feature its weight for every label, in their order; `slope` stretches the scores so that
    the probabilities are as reliable as those of a model that was held against reports it had not seen."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]
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
        if len(model.intercepts) != len(model.labels) or any(
            len(w) != len(model.labels) for w in model.weights.values()
        ):
            raise ValueError("labels and weights differ in number")
        return model

    def record(self) -> dict[str, Any]:
        return {
            "labels": list(self.labels),
            "intercepts": list(self.intercepts),
            "slope": self.slope,
            "weights": {name: list(weights) for name, weights in self.weights.items()},
        }

    def scores(self, told: Features) -> list[float]:
        totals = list(self.intercepts)
        for name, value in told.items():
            weights = self.weights.get(name)
            if weights is not None:
                for i, weight in enumerate(weights):
                    totals[i] += value * weight
        return totals

    def probabilities(self, told: Features) -> list[float]:
        """Of each label, in their order; they add up to 1."""
        return softmax([self.slope * score for score in self.scores(told)])


def softmax(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    return [power / sum(powers) for power in powers]
