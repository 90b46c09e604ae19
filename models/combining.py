"""Both learners in one model: the linear ones, and an encoder that counts beside them by as much as it proved to be worth
with agencies that neither had seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import blend as blends
from models import finetuning
from models.blend import Blend
from models.classifier import YES
from models.encoder import blended
from models.finetuning import Settings
from models.linear import Linear, softmax
from models.training import TASKS, Example, Judged, Task, Trained

FOUND = 0.2
"""Chance from which on a clause may be listed as a deficiency."""
RECALL = 0.99
"""Of the sentences that hold one, what must reach the encoder."""


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
    labels, together = both["deficiency"]
    passing = least_passing(trained.classifier.deficiency, labels, trained.judged["deficiency"][1], together)
    whole = finetuning.trained(examples, [], base, work / "whole", settings, tell)
    return Combined(blended(whole, weights, passing), encoder, both)


def _paired(linear: Sequence[Judged], encoder: Sequence[Judged]) -> list[tuple[Example, list[float], list[float]]]:
    """Each example with the scores of both."""
    told = dict(encoder)
    return [(example, scores, told[example]) for example, scores in linear]


def least_passing(linear: Linear, labels: Sequence[str], alone: Sequence[Judged], together: Sequence[Judged]) -> float:
    """The highest chance by the linear model such that of the sentences whose deficiency both learners together find enough
    have a clause that reaches it."""
    at = labels.index(YES)
    best: dict[tuple[str, str], float] = {}
    for (example, scores), (_, blended_so) in zip(alone, together, strict=True):
        if example.label == YES and softmax(blended_so)[at] >= FOUND:
            sentence = example.report, example.clause.sentence
            chance = softmax([linear.slope * score for score in scores])[at]
            best[sentence] = max(best.get(sentence, 0.0), chance)
    chances = sorted(best.values())
    return round(chances[int((1 - RECALL) * len(chances))], 4) if chances else 0.0
