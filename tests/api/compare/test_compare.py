"""Two reports beside each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.compare import Passage, Side, compare
from api.compare.facts import facts
from api.compare.matching import best_pairs
from api.compare.passages import shared_passages
from extractor.document import Evidence
from extractor.result import Headline, Indicator, Meta, Problem, Quantity, Result, Source, Suggestion, Value, Year

HERE = Evidence("依据")
ROAD = "该项目由县交通局组织实施，养护路段共计一百二十六公里，覆盖九个乡镇，巡查记录按月归档，日常养护由中标单位负责。"


def result(**parts: Any) -> Result:
    return Result(extractor_version="1", source=Source(name="a.pdf", sha256="0" * 64, format="pdf"), **parts)


def quantity(value: str, unit: str) -> Quantity:
    return Quantity(value=Decimal(value), unit=unit, text=value, evidence=HERE)


def indicator(*path: str, weight: str = "10", score: str = "8") -> Indicator:
    return Indicator(path=list(path), weight=Decimal(weight), score=Decimal(score), evidence=HERE)


def side(passages: list[str], **parts: Any) -> Side:
    return Side(result(**parts), [Passage(at, text) for at, text in enumerate(passages)])


def test_amounts_change_in_per_cent_whatever_their_unit_and_rates_in_points() -> None:
    before = Headline(budget=quantity("0.5", "亿元"), execution_rate=quantity("90", "%"))
    after = Headline(budget=quantity("6000", "万元"), execution_rate=quantity("87.5", "%"))
    told = {fact.label: fact for fact in facts(result(headline=before), result(headline=after))}
    assert told["预算"].change == "+20%"
    assert told["执行率"].change == "-2.5个百分点"
    assert "支出" not in told


def test_the_same_amount_in_another_unit_is_no_change() -> None:
    left, right = (Headline(budget=quantity(*words)) for words in (("0.5", "亿元"), ("5000", "万元")))
    [budget] = facts(result(headline=left), result(headline=right))
    assert budget.is_same
    assert budget.change is None


def test_indicators_are_matched_by_name_and_those_of_one_side_are_kept() -> None:
    left = [indicator("产出", "完成数量", score="8"), indicator("效益", "带动就业")]
    right = [indicator("效益", "满意度"), indicator("产出", "数量", "完成数量", weight="20", score="18")]
    told = compare(side([], indicators=left), side([], indicators=right)).scores
    assert [(s.left and s.left.path[-1], s.right and s.right.path[-1]) for s in told] == [
        ("完成数量", "完成数量"),
        ("带动就业", None),
        (None, "满意度"),
    ]
    assert told[0].change == Decimal(10)


def test_equal_names_are_told_apart_by_the_path_to_them() -> None:
    left = [indicator("一期", "质量", score="1"), indicator("二期", "质量", score="2")]
    told = compare(side([], indicators=left), side([], indicators=left[::-1])).scores
    assert [(s.left.path[0], s.right.path[0]) for s in told if s.left and s.right] == [
        ("一期", "一期"),
        ("二期", "二期"),
    ]


def test_a_problem_that_recurs_is_shown_with_what_was_suggested_before() -> None:
    was = Problem(heading="一、档案管理不规范", text="部分养护台账缺失。", category="档案资料", evidence=HERE)
    now = Problem(heading="（二）档案管理仍不规范", text="养护台账有缺失。", category="档案资料", evidence=HERE)
    other = Problem(heading="资金拨付滞后", text="第四季度资金次年才拨付。", category="资金到位与执行", evidence=HERE)
    advice = Suggestion(heading="完善档案", text="建立台账管理制度。", addresses=[1], evidence=HERE)
    left = side([], problems=[other, was], suggestions=[advice])
    told = compare(left, side([], problems=[now])).problems
    assert [(p.left.heading, p.right.heading) for p in told] == [(was.heading, now.heading)]
    assert told[0].suggested == (advice,)


def test_copied_text_is_found_though_a_number_was_changed_and_shows_the_change() -> None:
    changed = ROAD.replace("一百二十六", "一百三十八")
    [shared] = compare(side(["概况。", ROAD]), side([changed])).shared
    assert (shared.left.position, shared.right.position) == (1, 0)
    assert [(run.left, run.right) for run in shared.runs if not run.same] == [("二", "三"), ("六", "八")]


def test_text_of_other_words_is_no_copy() -> None:
    own = "本次评价采取资料审阅、现场核查、访谈与问卷相结合的方式，于六月下旬进驻项目单位，完成数据采集与复核工作。"
    assert compare(side([ROAD]), side([own])).shared == []


def test_what_many_reports_hold_is_marked() -> None:
    [shared] = shared_passages([Passage(0, ROAD)], [Passage(0, ROAD)], is_common=lambda text: text == ROAD)
    assert shared.common


@given(st.lists(st.text("预算支出金额项目", min_size=45, max_size=60), max_size=5))
def test_every_long_passage_is_shared_with_itself(texts: list[str]) -> None:
    passages = [Passage(at, text) for at, text in enumerate(texts)]
    shared = shared_passages(passages, passages)
    assert [found.left for found in shared] == passages
    assert all(found.likeness == 1 and all(run.same for run in found.runs) for found in shared)
    assert all("".join(run.right for run in found.runs) == found.right.text for found in shared)


def test_names_left_over_from_the_other_report_are_told_with_their_places() -> None:
    left = Meta(
        project_name=Value(value="2021年农村道路养护项目"),
        implementing_unit=Value(value="湖滨县交通局"),
        evaluated_year=Year(value=2021),
    )
    right = Meta(project_name=Value(value="农田灌溉项目"), implementing_unit=Value(value="湖滨县水利局"))
    text = ["本项目由湖滨县水利局实施。", "农村道路养护项目的资金按进度拨付。"]
    told = compare(side([], meta=left), side(text, meta=right))
    assert [(found.name, found.places[0].position) for found in told.left_in_right] == [("农村道路养护项目", 1)]
    assert told.right_in_left == []


def test_a_name_that_both_have_is_not_left_over() -> None:
    meta = Meta(implementing_unit=Value(value="湖滨县水利局"), evaluator=Value(value="公正评价咨询有限公司"))
    part = Meta(implementing_unit=Value(value="水利局"), evaluator=Value(value="公正评价咨询有限公司"))
    text = ["湖滨县水利局委托公正评价咨询有限公司。"]
    assert compare(side(text, meta=meta), side(text, meta=part)).left_in_right == []


def test_pairs_use_each_thing_once_and_prefer_the_most_alike() -> None:
    likes = {(1, 5): 0.9, (1, 6): 0.8, (2, 5): 0.95, (2, 6): 0.1}
    assert best_pairs([1, 2], [5, 6], lambda a, b: likes[a, b], 0.5) == [(0, 1), (1, 0)]
