"""Both learners in one model: the linear ones, and an encoder that counts beside them by as much as it proved to be worth
with agencies that neither had seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import blend as blends
from models import finetuning
from models.blend import Blend
from models.encoder import blended
from models.finetuning import Settings
from models.training import TASKS, Example, Judged, Task, Trained


@dataclass(frozen=True, slots=True)
class Combined:
    """The encoder's files in a model folder; per task what encoders of other agencies said of the examples of each
    agency, and what they and the linear models say together, of which a slope of 1 makes probabilities."""

    parts: dict[str, bytes]
    encoder: dict[Task, tuple[list[str], list[Judged]]]
    both: dict[Task, tuple[list[str], list[Judged]]]


def combine(
    trained: Trained,
    examples: Sequence[Example],
    base: str,
    work: Path,
    settings: Settings,
    tell: Callable[[str], object] = print,
) -> Combined:
    """Fine-tune `base` for every group of agencies left out and for all, and weigh it against the linear models. What is
    done lies in the folder `work`, so that an interrupted run goes on. Raises OSError or ValueError where the base cannot
    be loaded."""
    encoder: dict[Task, tuple[list[str], list[Judged]]] = {}
    both: dict[Task, tuple[list[str], list[Judged]]] = {}
    weights: dict[str, Blend] = {}
    judged = finetuning.left_out(examples, base, work, settings, tell)
    for task in TASKS:
        labels, linear = trained.judged[task]
        encoder[task] = labels, judged[task]
        pairs = _paired(linear, judged[task])
        weights[task] = found = blends.fit([(a, b, labels.index(e.label)) for e, a, b in pairs])
        both[task] = (
            labels,
            [(e, [found.linear * x + found.encoder * y for x, y in zip(a, b, strict=True)]) for e, a, b in pairs],
        )
    whole = finetuning.trained(examples, [], base, work / "whole", settings, tell)
    return Combined(blended(whole, weights), encoder, both)


def _paired(linear: Sequence[Judged], encoder: Sequence[Judged]) -> list[tuple[Example, list[float], list[float]]]:
    """Each example with the scores of both."""
    told = dict(encoder)
    return [(example, scores, told[example]) for example, scores in linear]
