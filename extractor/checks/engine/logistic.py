"""A logistic model: how likely something is by what tells about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from math import exp
from operator import mul
from typing import Any


@dataclass(frozen=True, slots=True)
class Logistic:
    """The weight of each feature, 0 for one that the model does not know."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Logistic:
        return cls(float(record["intercept"]), record["weights"])

    def odds(self, told: Mapping[str, float]) -> float:
        """The log odds by these features."""
        weights = map(self.weights.get, told, repeat(0.0))
        return self.intercept + sum(map(mul, told.values(), weights), 0.0)


def chance(odds: float) -> float:
    return 1 / (1 + exp(-odds))
