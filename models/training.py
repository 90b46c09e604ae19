"""Fitting the linear models. Needs scikit-learn (extra `train`), imported when a model is fitted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import log
from typing import Any, Literal

from models.clause import Clause
from models.features import Features, features
from models.linear import Linear

Task = Literal["deficiency", "category"]
YES, NO = "yes", "no"
FEWEST_REPORTS = 3
"""Vocabulary of fewer reports is dropped: it would tell what stands in them."""
REGULARISATION = {"deficiency": 2.0, "category": 4.0}
DIGITS = 3
SLOPES = [0.4 + 0.1 * i for i in range(17)]
"""Among which the one is chosen that makes probabilities most reliable."""


@dataclass(frozen=True, slots=True)
class Example:
    """A clause with its label: yes or no for `deficiency`, a category for `category`. `report` and `agency` say where it
    is from; what the project wrote itself is `own`, of no agency, and its vocabulary may be kept as it is."""

    task: Task
    clause: Clause
    label: str
    report: str
    agency: str
    own: bool = False

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_line(cls, line: str) -> Example:
        record: dict[str, Any] = json.loads(line)
        return cls(**{**record, "clause": Clause(**record["clause"])})


def fit(examples: Sequence[Example], task: Task) -> Linear:
    """The linear model of a task, its slope 1."""
    import numpy
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    chosen = [e for e in examples if e.task == task]
    told = _known_words([features(e.clause) for e in chosen], chosen)
    vectorizer = DictVectorizer(dtype=numpy.float32)
    matrix = vectorizer.fit_transform(told)
    model = LogisticRegression(C=REGULARISATION[task], max_iter=400)
    model.fit(matrix, [e.label for e in chosen])
    labels = tuple(map(str, model.classes_))
    rows, intercepts = model.coef_, model.intercept_
    if len(labels) == 2:  # scikit-learn keeps one row for two classes
        rows, intercepts = (
            numpy.vstack([-rows[0] / 2, rows[0] / 2]),
            numpy.array([-intercepts[0] / 2, intercepts[0] / 2]),
        )
    rows = rows.round(DIGITS)
    weights = {
        str(name): [float(w) for w in column]
        for name, column in zip(vectorizer.get_feature_names_out(), rows.T, strict=True)
        if column.any()
    }
    return Linear(labels, tuple(float(round(x, DIGITS)) for x in intercepts), weights)


def _known_words(told: list[Features], examples: Sequence[Example]) -> list[Features]:
    """The features without those that only one or two reports have."""
    reports: dict[str, set[str]] = defaultdict(set)
    own: set[str] = set()
    for found, example in zip(told, examples, strict=True):
        for name in found:
            if example.own:
                own.add(name)
            else:
                reports[name].add(example.report)
    kept = own | {name for name, seen in reports.items() if len(seen) >= FEWEST_REPORTS}
    return [{name: value for name, value in found.items() if name in kept} for found in told]


def left_out(
    examples: Sequence[Example], task: Task, tell: Callable[[str], object] = lambda _: None
) -> list[tuple[Example, list[float]]]:
    """Every example of an agency with the scores that a model gives it that saw nothing of this agency."""
    judged = []
    for agency in sorted({e.agency for e in examples if e.task == task and not e.own}):
        tell(agency)
        model = fit([e for e in examples if e.agency != agency or e.own], task)
        judged += [
            (e, _in_order(model, e))
            for e in examples
            if e.task == task and e.agency == agency and not e.own and e.label in model.labels
        ]
    return judged


def _in_order(model: Linear, example: Example) -> list[float]:
    """The score of the right label first."""
    scores = model.scores(features(example.clause))
    right = model.labels.index(example.label)
    return [scores[right], *(s for i, s in enumerate(scores) if i != right)]


def best_slope(judged: Sequence[tuple[Example, list[float]]]) -> float:
    """The slope by which the right labels are likeliest (temperature scaling; Guo et al., 2017)."""

    def surprise(slope: float) -> float:
        total = 0.0
        for _, scores in judged:
            highest = max(scores)
            total += log(sum(2.718281828459045 ** (slope * (s - highest)) for s in scores)) - slope * (
                scores[0] - highest
            )
        return total

    return min(SLOPES, key=surprise)
