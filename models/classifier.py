"""The classifier: is a clause the statement of a deficiency, of which category; which role has a block. One door: `load`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from models import folder as folders
from models.clause import Clause
from models.features import Features, deficient, structural, topical
from models.folder import ModelError
from models.linear import Linear

DEFAULT = Path(__file__).parent / "data" / "default"
VARIABLE = "HESHU_MODEL"
LINEAR = "linear.json"
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
    """Texts to labels with probabilities. `version` names the model; a sentence of which no clause reaches `passing` states
    hardly ever a deficiency, so that nothing slower need look at it."""

    version: str
    deficiency: Linear
    passing: float
    category: Linear
    role: Linear

    def deficiencies(self, clauses: Sequence[Clause]) -> list[float]:
        """How likely each clause states an actual deficiency of the project, 0 to 1."""
        at = self.deficiency.labels.index(YES)
        return [self.deficiency.probabilities(deficient(clause))[at] for clause in clauses]

    def categories(self, clauses: Sequence[Clause]) -> list[Judgement]:
        """The category of each clause, taken that it states a deficiency."""
        return [_judgement(self.category, topical(clause)) for clause in clauses]

    def roles(self, blocks: Sequence[Clause]) -> list[Judgement]:
        """Which part of a report each block belongs to, by its words and its neighbours' and not by its heading."""
        return [_judgement(self.role, structural(block)) for block in blocks]

    def record(self) -> dict[str, Any]:
        """What `of_record` makes the same classifier of."""
        parts = {"deficiency": self.deficiency, "category": self.category, "role": self.role}
        return {"passing": self.passing, **{name: part.record() for name, part in parts.items()}}


def _judgement(model: Linear, told: Features) -> Judgement:
    found = dict(zip(model.labels, model.probabilities(told), strict=True))
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
        return of_record(str(manifest["version"]), json.loads(parts[LINEAR]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{folder} 的模型内容不完整：{error!r}") from None


def of_record(version: str, record: Mapping[str, Any]) -> Classifier:
    """Raises KeyError, TypeError or ValueError where `record` is no classifier."""
    deficiency = Linear.of(record["deficiency"])
    if YES not in deficiency.labels:
        raise ValueError(f"no label {YES}")
    return Classifier(
        version, deficiency, float(record["passing"]), Linear.of(record["category"]), Linear.of(record["role"])
    )
