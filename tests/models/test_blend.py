"""Of two models the one that is right counts, and the probabilities are as sure as the models are right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.blend import Blend, fit

RIGHT, WRONG = [2.0, -2.0], [-2.0, 2.0]
NUMBERS = st.floats(-20, 20)


def test_the_model_that_is_right_counts_and_the_other_does_not() -> None:
    blend = fit([(RIGHT, WRONG, 0), (RIGHT, RIGHT, 0), (WRONG, RIGHT, 1), (WRONG, WRONG, 1)])
    assert blend.linear > 10 * blend.encoder


def test_models_that_err_apart_are_better_together() -> None:
    cases = [([2.0, 0.0], [-1.0, 0.0], 0), ([-1.0, 0.0], [2.0, 0.0], 0)]
    blend = fit([*cases, *(([-a[0], 0.0], [-b[0], 0.0], 1) for a, b, _ in cases)])
    assert all(blend.probabilities(a, b)[0] > 0.5 for a, b, _ in cases)


def test_a_model_that_is_often_wrong_is_never_sure() -> None:
    blend = fit([([9.0, 0.0], [0.0, 0.0], right) for right in (0, 0, 0, 1)])
    assert blend.probabilities([9.0, 0.0], [0.0, 0.0])[0] == pytest.approx(0.75, abs=0.05)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20), st.floats(0, 2), st.floats(0, 2))
def test_probabilities_add_up_to_one(scores: list[tuple[float, float]], linear: float, encoder: float) -> None:
    found = Blend(linear, encoder).probabilities(*zip(*scores, strict=True))
    assert sum(found) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in found)
