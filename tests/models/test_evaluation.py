from collections import Counter

import pytest

from models.clause import Clause
from models.evaluation import accuracy, confusion_table, evaluate, label_scores, macro_f1
from models.training import Example, Judged


def judged(report: str, right: str, sure_of_first: float) -> Judged:
    return Example("category", Clause(""), right, report, report), [sure_of_first, 0.0]


def test_scores_of_a_label_are_counted_from_the_confusion() -> None:
    confusion = Counter({("甲", "甲"): 6, ("甲", "乙"): 2, ("乙", "甲"): 2, ("乙", "乙"): 10})
    second, first = label_scores(confusion)
    assert (first.count, first.precision, first.recall) == (8, 0.75, 0.75)
    assert second.f1 == pytest.approx(10 / 12)
    assert accuracy(confusion) == 0.8
    assert macro_f1(confusion) == pytest.approx((0.75 + 10 / 12) / 2)


def test_intervals_hold_the_score_and_narrow_where_reports_agree() -> None:
    alike = [judged(f"r{i}", right, 1.0 if right == "甲" else -1.0) for i in range(6) for right in ("甲", "乙")]
    unlike = [judged(f"r{i}", "甲", 1.0 if i % 2 else -1.0) for i in range(6)]
    same, torn = (evaluate(["甲", "乙"], found, 1.0).accuracy for found in (alike, unlike))
    assert (same.low, same.value, same.high) == (1.0, 1.0, 1.0)
    assert torn.low < torn.value == 0.5 < torn.high


def test_confidence_that_is_never_borne_out_is_an_error() -> None:
    wrong = evaluate(["甲", "乙"], [judged("r", "乙", 6.0)] * 10, 1.0)
    assert wrong.calibration_error > 0.95
    assert [held.count for held in wrong.bins] == [10]


def test_the_matrix_has_a_line_and_a_column_for_each_label() -> None:
    head, first, second = confusion_table(Counter({("产出数量质量", "满意度"): 3, ("满意度", "满意度"): 12}))
    assert head.split() == ["1", "2"]
    assert first.split() == ["产出数量质量", "1", "·", "3"]
    assert second.split() == ["满意度", "2", "·", "12"]
