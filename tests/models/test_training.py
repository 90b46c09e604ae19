from dataclasses import replace

import pytest

from models.clause import Clause
from models.training import Example, Told, best_slope, fit, left_out, train
from tests.models import small


def test_an_example_is_the_same_after_writing_and_reading() -> None:
    example = small.examples()[0]
    assert Example.of_line(example.line()) == example


def test_the_same_examples_and_seed_give_the_same_model() -> None:
    assert (
        train(small.examples(), "1", seed=3).classifier.record()
        == train(small.examples(), "1", seed=3).classifier.record()
    )


def test_words_of_one_or_two_reports_are_forgotten() -> None:
    rare = [
        Example("category", Clause("琉璃瓦脱落"), "产出数量质量", report, "戊事务所")
        for report in ("戊一", "戊一", "戊二")
    ]
    forgotten = fit(Told.of([*small.examples(), *rare], "category"))
    third = replace(rare[0], report="戊三")
    kept = fit(Told.of([*small.examples(), *rare, third], "category"))
    assert "t琉璃" not in forgotten.weights
    assert "t琉璃" in kept.weights


def test_an_agency_is_judged_by_a_model_that_saw_nothing_of_it() -> None:
    strange = Example("category", Clause("塔吊倾斜"), "其他", "戊一", "戊事务所")
    labels, judged = left_out(Told.of([*small.examples(), strange], "category"))
    scores = next(scores for example, scores in judged if example == strange)
    assert scores[labels.index("其他")] == min(scores)
    assert len(judged) == sum(e.task == "category" for e in small.examples()) + 1


def test_what_the_project_wrote_itself_is_never_left_out() -> None:
    own = [replace(example, own=True, agency="") for example in small.examples() if example.agency == "甲事务所"]
    _, judged = left_out(Told.of([*small.examples(), *own], "category"))
    assert not any(example.own for example, _ in judged)


def test_scores_that_are_often_wrong_get_a_flatter_slope() -> None:
    right = (Example("category", Clause(""), "甲", "r", "a"), [2.0, 0.0])
    wrong = (Example("category", Clause(""), "乙", "r", "a"), [2.0, 0.0])
    assert best_slope(["甲", "乙"], [right] * 99 + [wrong]) > best_slope(["甲", "乙"], [right] * 7 + [wrong] * 3)


def test_examples_of_one_label_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="role"):
        train([e for e in small.examples() if e.label != "问卷"], "1")
