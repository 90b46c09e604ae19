"""Suggestions in the forms in which agencies write them, and the problems that they address."""

import pytest

from extractor.document import Document, Paragraph
from extractor.facts.problems import read_problems
from extractor.facts.suggestions import read_suggestions
from extractor.layout import lay_out
from extractor.result import Suggestion

HOW = "主管部门应当会同乡镇在年底前完成这项工作，并将结果报送财政部门备案，作为以后安排资金的依据。"
PROBLEMS = [
    "五、存在的问题",
    "（一）绩效指标未量化",
    "指标多为定性表述。",
    "（二）补助资金发放不及时",
    "资金晚到两个月。",
    "（三）竣工档案缺失",
    "部分资料没有归档。",
]


def report(*lines: str) -> Document:
    blocks = [
        Paragraph(line)
        for line in ("一、项目概况", "本项目为水毁堤防修复工程。", "二、评价结论", "综合得分88分。", *lines)
    ]
    (document,) = lay_out(Document(format="txt", blocks=list(blocks)))
    return document


def read(*lines: str) -> list[Suggestion]:
    document = report(*lines)
    return read_suggestions(document, read_problems(document))


@pytest.mark.parametrize(
    "title",
    [
        "六、意见建议", "六、相关建议", "六、改进措施", "六、建议和改进举措", "六、意见及建议", "六、有关建议", "六、改进意见", "六、对策建议",
        "六、下一步工作措施", "六、整改措施及建议", "六、针对上述问题的建议", "六、合理化建议", "六、下一步改进工作的意见及建议", "六、政策建议",
    ],
)  # fmt: skip
def test_the_section_is_known_by_many_names(title: str) -> None:
    found = read(*PROBLEMS, title, "（一）细化绩效指标", HOW, "（二）加快资金发放", HOW)
    assert [s.heading for s in found] == ["细化绩效指标", "加快资金发放"]


@pytest.mark.parametrize(
    "items",
    [
        ["（一）细化绩效指标。" + HOW, "（二）加快资金发放。" + HOW],
        ["具体建议如下：", "1、细化绩效指标；", "2、加快资金发放。"],
        ["建议一：细化绩效指标。" + HOW, "建议二：加快资金发放。" + HOW],
        ["一是细化绩效指标；二是加快资金发放。"],
        ["细化绩效指标。" + HOW, "加快资金发放。" + HOW],
        ["（一）对市水务局的建议", "1.细化绩效指标。" + HOW, "（二）对市财政局的建议", "1.加快资金发放。" + HOW],
        ["（一）决策方面", "1.细化绩效指标", HOW, "（二）过程方面", "1.加快资金发放", HOW],
    ],
)
def test_items_stand_in_many_forms(items: list[str]) -> None:
    assert [s.heading for s in read("六、意见建议", *items)] == ["细化绩效指标", "加快资金发放"]


def test_problems_and_suggestions_of_one_section_are_told_apart() -> None:
    document = report(
        "五、存在的问题和建议", "（一）绩效指标未量化。" + "评价组核对后确认。", "（二）建议细化绩效指标。" + HOW
    )
    problems = read_problems(document)
    assert [p.heading for p in problems] == ["绩效指标未量化"]
    assert [(s.heading, s.addresses) for s in read_suggestions(document, problems)] == [("建议细化绩效指标", [0])]


def test_a_suggestion_inside_a_problem_answers_it() -> None:
    found = read(
        "五、存在的问题及改进建议",
        "（一）绩效指标未量化。指标多为定性表述。建议：补充可以衡量的指标值。",
        "（二）竣工档案缺失",
        "部分资料没有归档。",
        "建议：尽快补齐。" + HOW,
    )
    assert [(s.heading, s.addresses) for s in found] == [("补充可以衡量的指标值", [0]), ("尽快补齐", [1])]


def test_suggestions_below_each_problem_are_found_where_no_section_gives_them() -> None:
    found = read(
        "五、存在的问题", "（一）绩效指标未量化", "指标多为定性表述。", "改进建议：补充可以衡量的绩效指标值。",
        "（二）竣工档案缺失", "部分资料没有归档。", "改进建议：尽快补齐竣工档案。",
    )  # fmt: skip
    assert [(s.heading, s.addresses) for s in found] == [("补充可以衡量的绩效指标值", [0]), ("尽快补齐竣工档案", [1])]


def test_words_decide_which_problem_is_addressed_not_the_order() -> None:
    found = read(
        *PROBLEMS,
        "六、建议",
        "（一）及时整理归档竣工资料",
        HOW,
        "（二）量化绩效指标",
        HOW,
        "（三）加快补助资金拨付",
        HOW,
    )
    assert [s.addresses for s in found] == [[2], [0], [1]]


def test_one_suggestion_may_answer_several_problems() -> None:
    (found,) = read(*PROBLEMS, "六、建议", "（一）细化量化绩效指标，完善竣工档案", HOW)
    assert found.addresses == [0, 2]


def test_a_named_problem_is_the_one_addressed() -> None:
    (found,) = read(*PROBLEMS, "六、建议", "（一）压实各方责任", "针对问题二，由水务局按月通报，逐级落实到人。")
    assert found.addresses == [1]


def test_a_suggestion_that_fits_no_problem_addresses_none() -> None:
    (found,) = read(*PROBLEMS, "六、建议", "（一）推广外地先进做法", "可以学习兄弟县市，择优引进。")
    assert found.addresses == []


def test_without_problems_nothing_is_addressed() -> None:
    (found,) = read("六、建议", "（一）细化绩效指标", HOW)
    assert found.addresses == []


def test_a_suggestion_has_its_text_and_its_place() -> None:
    (found,) = read("六、建议", "（一）细化绩效指标", HOW)
    assert found.text == "细化绩效指标\n" + HOW
    assert found.evidence.quote == "（一）细化绩效指标"
    assert read("六、其他说明", "无。") == []


def test_numbered_problems_and_suggestions_that_take_turns_are_told_apart() -> None:
    document = report(
        "五、存在问题及建议",
        *("问题1：绩效指标未量化", "指标多为定性表述。", "建议1：细化绩效指标", HOW),
        *("问题2：补助资金发放不及时", "资金晚到两个月。", "建议2：加快资金发放", HOW),
    )
    problems = read_problems(document)
    assert [p.heading for p in problems] == ["绩效指标未量化", "补助资金发放不及时"]
    found = read_suggestions(document, problems)
    assert [(s.heading, s.addresses) for s in found] == [("细化绩效指标", [0]), ("加快资金发放", [1])]
