from dataclasses import replace

import pytest

from models import Clause
from models.blend import Blend
from models.classifier import SURE
from tests.models import small


def test_no_texts_give_no_judgements() -> None:
    classifier = small.classifier()
    assert classifier.deficiencies([]) == classifier.categories([]) == classifier.roles([]) == []


@pytest.mark.parametrize("text", ["", "   ", "plain English, 100%", "①②③……", "未" * 50_000, "项目延期。" * 10_000])
def test_any_text_gets_judgements_between_0_and_1(text: str) -> None:
    classifier = small.classifier()
    clause = Clause(text, before=text, after=text, sentence=text, heading=text)
    (chance,) = classifier.deficiencies([clause])
    assert 0 <= chance <= 1
    for judgement in (*classifier.categories([clause]), *classifier.roles([clause])):
        assert sum(judgement.probabilities.values()) == pytest.approx(1)
        assert judgement.confidence == max(judgement.probabilities.values())


def test_deficiencies_are_told_from_what_is_sound() -> None:
    late = Clause("工程逾期未完工", sentence="工程逾期未完工，扣2分。", place="reason", mark="less")
    sound = Clause("制度健全", sentence="制度健全，得满分。", place="reason", mark="full")
    chances = small.classifier().deficiencies([late, sound])
    assert chances[0] > 0.5 > chances[1]


def test_categories_and_roles_follow_the_words() -> None:
    judged = small.classifier().categories([Clause("合同未经招标签订"), Clause("绩效目标未细化")])
    assert [judgement.label for judgement in judged] == ["采购与合同", "绩效目标"]
    asked = small.classifier().roles([Clause("您对绿化项目是否满意？A.满意 B.不满意")])
    assert asked[0].label == "问卷"


class Asked:
    """Stands where the encoder does: says yes, or the last label, to all that it is asked, and remembers it."""

    def __init__(self, passing: float) -> None:
        self.passing = passing
        self.blends = {task: Blend(0.0, 1.0) for task in ("deficiency", "category", "role")}
        self.texts: list[str] = []

    def scores(self, clauses: list[Clause], head: str) -> list[list[float]]:
        self.texts += [clause.text for clause in clauses]
        labels = getattr(small.classifier(), head).labels
        return [[0.0] * (len(labels) - 1) + [9.0] for _ in clauses]


LATE = Clause("补助发放滞后", sentence="补助发放滞后，扣2分。", heading="项目管理", place="reason", mark="less")
SOUND = Clause("制度健全", place="reason", mark="full")


def test_the_encoder_sees_only_sentences_that_may_state_a_deficiency() -> None:
    encoder = Asked(passing=0.5)
    late, sound = replace(small.classifier(), encoder=encoder).deficiencies([LATE, SOUND])
    assert encoder.texts == [LATE.text]
    assert late > 0.9 > 0.5 > sound


def test_all_clauses_of_a_doubtful_sentence_are_seen() -> None:
    encoder = Asked(passing=0.5)
    rest = replace(LATE, text="扣2分。")
    replace(small.classifier(), encoder=encoder).deficiencies([LATE, rest])
    assert encoder.texts == [LATE.text, rest.text]


def test_a_category_in_doubt_is_told_by_both() -> None:
    doubtful = Clause("情况一般")
    encoder = Asked(passing=0.5)
    both = replace(small.classifier(), encoder=encoder)
    assert max(small.classifier().categories([doubtful])[0].probabilities.values()) < SURE
    assert both.categories([doubtful])[0].label == both.category.labels[-1]
    assert encoder.texts == [doubtful.text]
