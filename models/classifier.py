"""The classifier: is a clause the statement of a deficiency, of which category; which role has a block. One door: `load`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from models import folder as folders
from models.clause import Clause
from models.encoder import GRAPH, Encoder
from models.features import VIEWS
from models.folder import ModelError
from models.linear import Linear, softmax

DEFAULT = Path(__file__).parent / "data" / "default"
VARIABLE = "HESHU_MODEL"
LINEAR = "linear.json"
SURE = 0.9
"""Probability of a category or a role by the linear models that the encoder hardly ever changes."""
YES, NO = "yes", "no"
"""Labels of a clause that states a deficiency and of one that states none."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The label that is most likely, and the probability of each, 0 to 1."""

    label: str
    probabilities: dict[str, float]

    @property
    def confidence(self) -> float:
        return self.probabilities[self.label]


@dataclass(frozen=True)
class Classifier:
    """Texts to labels with probabilities. `version` names the model. The encoder, which is slower, looks only at what the
    linear models leave in doubt; without one they decide alone."""

    version: str
    deficiency: Linear
    category: Linear
    role: Linear
    encoder: Encoder | None = None

    def deficiencies(self, clauses: Sequence[Clause]) -> list[float]:
        """How likely each clause states an actual deficiency of the project, 0 to 1."""
        at = self.deficiency.labels.index(YES)

        def doubtful(chances: Sequence[list[float]], encoder: Encoder) -> list[int]:
            return _of_passing_sentences(clauses, [found[at] for found in chances], encoder.passing)

        return [found[at] for found in self._chances("deficiency", clauses, doubtful)]

    def categories(self, clauses: Sequence[Clause]) -> list[Judgement]:
        """The category of each clause, taken that it states a deficiency."""
        return self._judgements("category", clauses)

    def roles(self, blocks: Sequence[Clause]) -> list[Judgement]:
        """Which part of a report each block belongs to, by its words and its neighbours' and not by its heading."""
        return self._judgements("role", blocks)

    def _judgements(self, task: str, clauses: Sequence[Clause]) -> list[Judgement]:
        labels = getattr(self, task).labels
        return [_judgement(labels, found) for found in self._chances(task, clauses, _unsure)]

    def _chances(
        self, task: str, clauses: Sequence[Clause], doubtful: Callable[[Sequence[list[float]], Encoder], list[int]]
    ) -> list[list[float]]:
        """The probabilities of each clause's labels: the linear model's, and of those that are `doubtful`, given by number,
        what both learners say."""
        linear: Linear = getattr(self, task)
        scores = [linear.scores(VIEWS[task](clause)) for clause in clauses]
        chances = [softmax([linear.slope * score for score in told]) for told in scores]
        if self.encoder is None or task not in self.encoder.blends:
            return chances
        asked = doubtful(chances, self.encoder)
        encoded = self.encoder.scores([clauses[number] for number in asked], task)
        for number, told in zip(asked, encoded, strict=True):
            chances[number] = self.encoder.blends[task].probabilities(scores[number], told)
        return chances

    def record(self) -> dict[str, Any]:
        """What `of_record` makes the same linear models of."""
        parts = {"deficiency": self.deficiency, "category": self.category, "role": self.role}
        return {name: part.record() for name, part in parts.items()}


def _unsure(chances: Sequence[list[float]], _: Encoder) -> list[int]:
    return [number for number, found in enumerate(chances) if max(found) < SURE]


def _of_passing_sentences(clauses: Sequence[Clause], chances: Sequence[float], passing: float) -> list[int]:
    """The numbers of the clauses whose sentence has one that may well state a deficiency."""
    best: dict[tuple[str, str], float] = {}
    sentences = [(clause.heading, clause.sentence or clause.text) for clause in clauses]
    for sentence, chance in zip(sentences, chances, strict=True):
        best[sentence] = max(best.get(sentence, 0.0), chance)
    return [number for number, sentence in enumerate(sentences) if best[sentence] >= passing]


def _judgement(labels: Sequence[str], chances: Sequence[float]) -> Judgement:
    found = dict(zip(labels, chances, strict=True))
    return Judgement(max(found, key=lambda label: found[label]), found)


def load(folder: Path | None = None) -> Classifier:
    """The model of a folder; without one that of the environment variable HESHU_MODEL, or the one that ships with the
    program. Raises ModelError with a message in Chinese."""
    named = os.environ.get(VARIABLE)
    return _load(Path(folder or named or DEFAULT).absolute())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Classifier:
    manifest, parts = folders.read(folder)
    if LINEAR not in parts:
        raise ModelError(f"{folder} 的模型清单没有列出 {LINEAR}")
    try:
        linear = of_record(str(manifest["version"]), json.loads(parts[LINEAR]))
        return with_encoder(linear, Encoder.of(parts)) if GRAPH in parts else linear
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{folder} 的模型内容不完整：{error!r}") from None


def of_record(version: str, record: Mapping[str, Any]) -> Classifier:
    """Raises KeyError, TypeError or ValueError where `record` is no classifier."""
    deficiency = Linear.of(record["deficiency"])
    if YES not in deficiency.labels:
        raise ValueError(f"no label {YES}")
    return Classifier(version, deficiency, Linear.of(record["category"]), Linear.of(record["role"]))


def with_encoder(linear: Classifier, encoder: Encoder) -> Classifier:
    """Raises ValueError where the two do not know the same labels."""
    for task in encoder.blends:
        if encoder.labels[task] != getattr(linear, task).labels:
            raise ValueError(f"labels of {task} differ")
    return replace(linear, encoder=encoder)
