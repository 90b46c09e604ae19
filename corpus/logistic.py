"""Fitting the logistic models that ship with the extractor (extractor/checks/engine/logistic.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from extractor.checks.engine.logistic import Logistic

DIGITS = 4


class Sample(Protocol):
    """What tells about something, whether it is what the model is to find, and what it weighs beside others."""

    @property
    def told(self) -> Mapping[str, float]: ...
    @property
    def right(self) -> bool: ...
    @property
    def weight(self) -> float: ...


def fit(samples: Sequence[Sample], regularisation: float) -> Logistic:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform([s.told for s in samples])
    model = LogisticRegression(C=regularisation, solver="newton-cholesky")
    model.fit(matrix, [s.right for s in samples], sample_weight=[s.weight for s in samples])
    names = vectorizer.get_feature_names_out()
    weights = {str(name): round(float(w), DIGITS) for name, w in zip(names, model.coef_[0], strict=True)}
    return Logistic.of({"intercept": round(float(model.intercept_[0]), DIGITS), "weights": weights})


def record(model: Logistic) -> dict[str, Any]:
    """What ships with the extractor."""
    return {"intercept": model.intercept, "weights": dict(model.weights)}
