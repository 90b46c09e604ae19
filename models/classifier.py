"""The classifier: is a clause the statement of a deficiency, and of which category. One door: `load`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models import folder as folders
from models.clause import Clause
from models.features import features
from models.folder import ModelError
from models.linear import Linear

DEFAULT = Path(__file__).parent / "data" / "default"
VARIABLE = "HESHU_MODEL"
LINEAR = "linear.json"


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
    """Texts to labels with probabilities. `version` names the model, `deficiency` and `category` are its two parts."""

    version: str
    deficiency: Linear
    category: Linear

    def deficiencies(self, clauses: Sequence[Clause]) -> list[float]:
        """How likely each clause states an actual deficiency of the project, 0 to 1."""
        at = self.deficiency.labels.index("yes")
        return [self.deficiency.probabilities(features(clause))[at] for clause in clauses]

    def categories(self, clauses: Sequence[Clause]) -> list[Judgement]:
        """The category of each clause, taken that it states a deficiency."""
        return [_judgement(self.category, clause) for clause in clauses]


def _judgement(model: Linear, clause: Clause) -> Judgement:
    found = dict(zip(model.labels, model.probabilities(features(clause)), strict=True))
    return Judgement(max(found, key=lambda label: found[label]), found)


def load(folder: Path | None = None) -> Classifier:
    """The model of a folder; without one that of the environment variable HESHU_MODEL, or the one that ships with the
    program. Raises ModelError with a message in Chinese."""
    named = os.environ.get(VARIABLE)
    return _load(Path(folder or named or DEFAULT).absolute())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Classifier:
    manifest, parts = folders.read(folder)
    try:
        record = json.loads(parts[LINEAR])
        return Classifier(str(manifest["version"]), Linear.of(record["deficiency"]), Linear.of(record["category"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{folder} 的模型内容不完整：{error!r}") from None
