"""How sure a finding is: the priors of its checks, calibrated on reports whose errors are known.

`data/calibration.json` holds the weights of a logistic model, fitted by `heshu corpus calibrate` on planted errors and on
reports as published, weighted to the base rate of real ones; docs/calibration.md tells how reliable it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import log, log2

from extractor.checks.engine.logistic import Logistic, chance
from extractor.data import load, load_json
from extractor.result import Check

_CERTAIN = 0.99
_MOST_CHECKS = 8


@cache
def _model() -> Logistic:
    return Logistic.of(load_json("calibration"))


def threshold() -> float:
    """The confidence from which a finding is an alarm."""
    return float(load_json("calibration")["threshold"])


def features(checks: Iterable[Check], diagnosis: Sequence[str]) -> dict[str, float]:
    """What tells a real error from a misreading, of a finding's wrong checks: the family of the surest one, how sure
    that is by itself (log odds), how many checks and families agree (log 2), and whether a simple slip explains it."""
    every = sorted(checks, key=lambda c: -c.confidence)
    wrong = [c for c in every if c.verdict == "inconsistent"] or every  # results cut off hold, and yet are told
    prior = min(max(wrong[0].confidence, 1 - _CERTAIN), _CERTAIN)
    return {
        f"rule {wrong[0].rule}": 1.0,
        "prior": log(prior / (1 - prior)),
        "checks": log2(min(len(wrong), _MOST_CHECKS)),
        "families": log2(len({c.rule for c in wrong})),
        "slip": float(bool(diagnosis)),
    }


def is_hint(confidence: float) -> bool:
    """Whether a family that is so sure of a check means a hint by it."""
    return confidence < float(load("confidence")["least"])


def calibrated(checks: Iterable[Check], diagnosis: Sequence[str]) -> float:
    """The chance that a finding of these checks is a real error, 0 to 1; a feature unknown to the model weighs nothing.
    What its families mean as a hint stays one: it is never surer than they are."""
    checks = list(checks)
    likely = chance(_model().odds(features(checks, diagnosis)))
    surest = max(c.confidence for c in checks)
    return min(likely, surest if is_hint(surest) else 1.0)
