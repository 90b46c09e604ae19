"""Fitting the linear models. Needs scikit-learn (extra `corpus`), imported when a model is fitted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp, log
from pathlib import Path
from typing import Any, Literal

from models.classifier import Classifier
from models.clause import Clause
from models.features import VIEWS
from models.linear import Linear

Task = Literal["deficiency", "category", "role"]
TASKS: tuple[Task, ...] = ("deficiency", "category", "role")
FEWEST_REPORTS = 3
"""Vocabulary of fewer reports is dropped: it would tell what stands in them."""
FEWEST_OWN = 3
"""Examples that the project wrote and that have a feature: one that is rarer teaches nothing."""
SLOPES = [round(0.3 * 1.1**i, 3) for i in range(30)]
"""Among which the one is chosen that makes probabilities most reliable."""
FREEDOM: dict[Task, float] = {"deficiency": 3.0, "category": 0.7, "role": 0.5}
"""How little the weights are held back (C of scikit-learn)."""
REAL = 2.0
"""Weight of an example from a report that the project did not write."""


@dataclass(frozen=True, slots=True)
class Example:
    """A clause with its label: yes or no for `deficiency`, a category for `category`, a role for `role`. `report` and
    `agency` say where it is from; what the project wrote itself is `own`: its vocabulary may be kept as it is, and it is
    never left out."""

    task: str
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


def read_examples(path: Path) -> list[Example]:
    """The examples of a file, one a line. Raises ValueError, in Chinese, for a line that is none."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            examples.append(Example.of_line(line))
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} 第 {number} 行不是样本：{error}") from None
    return examples


Judged = tuple[Example, list[float]]
"""An example with the scores of every label, in the order of `labels`, by a model that had not seen its agency."""


@dataclass(frozen=True, slots=True)
class Told:
    """The examples of a task with their features, a row each of a sparse matrix, worked out once for all models that are
    fitted to them; `names` are those of its columns."""

    task: Task
    examples: tuple[Example, ...]
    matrix: Any
    names: tuple[str, ...]

    @classmethod
    def of(cls, examples: Sequence[Example], task: Task) -> Told:
        import numpy
        from scipy.sparse import csr_matrix

        chosen = tuple(e for e in examples if e.task == task)
        columns: dict[str, int] = {}
        starts, places, values = [0], [], []
        for example in chosen:
            for name, value in VIEWS[task](example.clause).items():
                places.append(columns.setdefault(name, len(columns)))
                values.append(value)
            starts.append(len(places))
        # liblinear takes 32-bit places only
        matrix = csr_matrix(
            (numpy.array(values, "float32"), numpy.array(places, "int32"), numpy.array(starts, "int32")),
            shape=(len(chosen), len(columns)),
        )
        return cls(task, chosen, matrix, tuple(columns))

    def only(self, keep: Callable[[Example], bool]) -> Told:
        rows = [i for i, example in enumerate(self.examples) if keep(example)]
        return Told(self.task, tuple(self.examples[i] for i in rows), self.matrix[rows], self.names)

    def known(self) -> Told:
        """Without the features that only one or two reports have."""
        kept = _count(self.matrix, [i for i, e in enumerate(self.examples) if e.own]) >= FEWEST_OWN
        reports: dict[str, list[int]] = defaultdict(list)
        for i, example in enumerate(self.examples):
            if not example.own:
                reports[example.report].append(i)
        kept |= sum((_count(self.matrix, rows) > 0).astype(int) for rows in reports.values()) >= FEWEST_REPORTS
        columns = kept.nonzero()[0]
        names = tuple(self.names[i] for i in columns)
        return Told(self.task, self.examples, self.matrix[:, columns], names)

    @property
    def agencies(self) -> list[str]:
        return sorted({e.agency for e in self.examples if not e.own})


def _count(matrix: Any, rows: Sequence[int]) -> Any:
    """How many of the rows have each feature."""
    import numpy

    return numpy.bincount(matrix[rows].indices, minlength=matrix.shape[1])


def fit(told: Told, seed: int = 0) -> Linear:
    """The linear model of a task, its slope 1: logistic regression of two labels, one support vector machine for each
    label where there are more."""
    import numpy
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    told = told.known()
    labels = [e.label for e in told.examples]
    freedom = FREEDOM[told.task]
    two = len(set(labels)) == 2
    kind = LogisticRegression if two else LinearSVC
    settings = {"solver": "liblinear"} if two else {}
    model = kind(C=freedom, random_state=seed, **settings)
    model.fit(told.matrix, labels, sample_weight=[1.0 if e.own else REAL for e in told.examples])
    rows, intercepts = model.coef_, model.intercept_
    if two:  # scikit-learn keeps one row, that of the second
        rows, intercepts = numpy.vstack([0 * rows[0], rows[0]]), numpy.array([0.0, intercepts[0]])
    weights = {name: column.tolist() for name, column in zip(told.names, rows.T, strict=True)}
    return Linear.fitted([str(label) for label in model.classes_], intercepts.tolist(), weights)


def left_out(
    told: Told, tell: Callable[[str], object] = lambda _: None, seed: int = 0
) -> tuple[list[str], list[Judged]]:
    """The labels, and every example of an agency with the scores that a model gives it that saw nothing of this agency.
    A label that the others do not know scores what no label scores."""
    labels = sorted({e.label for e in told.examples})
    judged: list[Judged] = []
    for agency in told.agencies:
        tell(agency)
        model = fit(told.only(lambda e, agency=agency: e.own or e.agency != agency), seed)  # type: ignore[misc]
        held = told.only(lambda e, agency=agency: not e.own and e.agency == agency)  # type: ignore[misc]
        for example in held.examples:
            scores = dict(zip(model.labels, model.scores(VIEWS[told.task](example.clause)), strict=True))
            judged.append((example, [scores.get(label, min(scores.values())) for label in labels]))
    return labels, judged


def best_slope(labels: Sequence[str], judged: Sequence[Judged]) -> float:
    """The slope by which the right labels are likeliest (temperature scaling; Guo et al., 2017)."""

    def surprise(slope: float) -> float:
        total = 0.0
        for example, scores in judged:
            highest = max(scores)
            right = scores[labels.index(example.label)]
            total += log(sum(exp(slope * (s - highest)) for s in scores)) - slope * (right - highest)
        return total

    return min(SLOPES, key=surprise)


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier, and per task what models of other agencies said of the examples of each agency."""

    classifier: Classifier
    judged: dict[Task, tuple[list[str], list[Judged]]]


def train(
    examples: Sequence[Example], version: str, seed: int = 0, tell: Callable[[str], object] = lambda _: None
) -> Trained:
    """Fit a model for each task, its probabilities held against reports of agencies it had not seen."""
    parts: dict[Task, Linear] = {}
    judged: dict[Task, tuple[list[str], list[Judged]]] = {}
    for task in TASKS:
        told = Told.of(examples, task)
        if len({e.label for e in told.examples}) < 2:
            raise ValueError(f"too few labels for {task}")
        labels, judged_so = left_out(told, lambda agency, task=task: tell(f"{task}: {agency}"), seed)  # type: ignore[misc]
        judged[task] = labels, judged_so
        parts[task] = replace(fit(told, seed), slope=best_slope(labels, judged_so) if judged_so else 1.0)
        tell(task)
    return Trained(Classifier(version, parts["deficiency"], parts["category"], parts["role"]), judged)
