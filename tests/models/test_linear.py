import json

import pytest

from models.linear import Linear, softmax


def test_probabilities_add_up_and_follow_the_weights() -> None:
    model = Linear.fitted(["甲", "乙", "丙"], [0.0, 0.0, 0.0], {"x": [1.0, 3.0, 0.0], "y": [0.0, 0.0, 2.0]})
    of_x, of_y = model.probabilities({"x": 1.0}), model.probabilities({"y": 1.0, "unknown": 5.0})
    assert sum(of_x) == pytest.approx(1)
    assert max(of_x) == of_x[1]
    assert max(of_y) == of_y[2]


def test_scores_relative_to_the_first_label_give_the_same_probabilities() -> None:
    model = Linear.fitted(["甲", "乙"], [0.5, -0.25], {"x": [1.0, 3.0]})
    assert model.probabilities({"x": 2.0}) == pytest.approx(softmax([0.5 + 2.0, -0.25 + 6.0]))


def test_a_steeper_slope_is_surer_of_the_same_label() -> None:
    flat = Linear(("甲", "乙"), (0.0,), {"x": [100]}, slope=0.5)
    steep = Linear(("甲", "乙"), (0.0,), {"x": [100]}, slope=3.0)
    assert 0.5 < flat.probabilities({"x": 1.0})[1] < steep.probabilities({"x": 1.0})[1]


def test_what_is_written_is_read_again() -> None:
    model = Linear.fitted(["甲", "乙"], [0.0, 0.3], {"词": [0.0, 1.234], "无": [0.001, 0.002]})
    again = Linear.of(json.loads(json.dumps(model.record())))
    assert again.scores({"词": 1.0}) == model.scores({"词": 1.0}) == pytest.approx([0, 1.53])
    assert "无" not in again.weights


@pytest.mark.parametrize(
    "change", [{"labels": ["甲"]}, {"intercepts": []}, {"weights": {"x": [1, 2]}}, {"slope": "steep"}, {"slope": None}]
)
def test_a_record_that_does_not_fit_together_is_refused(change: dict[str, object]) -> None:
    record = Linear(("甲", "乙"), (0.0,), {"x": [100]}).record() | change
    with pytest.raises((ValueError, TypeError)):
        Linear.of(record)
