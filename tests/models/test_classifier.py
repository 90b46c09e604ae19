import pytest

from models import Clause
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
