from models.clause import Clause
from models.features import VIEWS, plain, topical


def test_figures_are_all_the_same_to_a_model() -> None:
    assert plain("预算 1,234.56 万元，执行率 98.7%") == plain("预算9万元，执行率100%") == "预算0万元，执行率0%"
    assert topical(Clause("超预算37万元")) == topical(Clause("超预算 4.5 万元"))


def test_the_topic_that_a_clause_names_first_is_told_from_the_others() -> None:
    told = topical(Clause("合同未约定工期"))
    assert {"kcontract", "klate", "k1contract"} <= told.keys()
    assert "k1late" not in told


def test_the_heading_counts_apart_from_the_words() -> None:
    told = topical(Clause("扣2分", heading="绩效目标合理性"))
    assert "khgoal" in told
    assert "kgoal" not in told


def test_a_long_text_is_looked_at_like_its_beginning() -> None:
    long = "项目资金未及时拨付" * 6000
    for view in VIEWS.values():
        assert view(Clause(long, sentence=long)) == view(Clause(long[:1000], sentence=long[:1000]))


def test_nothing_said_has_features_that_say_nothing() -> None:
    for view in VIEWS.values():
        assert not [name for name in view(Clause("")) if name[0] in "tbahw"]
