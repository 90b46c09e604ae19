"""Statements of deficiencies outside the lists of problems: found, joined, trimmed, sorted and linked to the problems that
they tell again. A stand-in for the model calls what holds 没有, 未, 不全 or 截至 a deficiency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

import pytest

from extractor.document import Document, Evidence, Paragraph
from extractor.facts import classify, extract
from extractor.facts.restating import restated
from extractor.layout import lay_out
from extractor.result import Category, Defect, Facts, Problem, ProblemRow
from models import Classifier, Clause, Judgement


class Stub:
    """Sure of what lacks something, undecided about amounts of points, and of one category for papers."""

    def deficiencies(self, clauses: Sequence[Clause]) -> list[float]:
        return [0.9 if re.search("没有|未|不全|截至", c.text) else 0.3 if "扣" in c.text else 0.01 for c in clauses]

    def categories(self, clauses: Sequence[Clause]) -> list[Judgement]:
        labels = ["档案资料" if "记录" in c.text else "某类" if "某" in c.text else "时效进度" for c in clauses]
        return [Judgement(label, {label: 1.0}) for label in labels]

    def roles(self, blocks: Sequence[Clause]) -> list[Judgement]:
        labels = [
            "建议" if "今后" in b.text else "问题" if re.search("没有|未|不全", b.text) else "概况" for b in blocks
        ]
        return [Judgement(label, {label: 1.0}) for label in labels]


def read(*paragraphs: str, facts: Facts | None = None) -> Facts:
    document = Document(format="txt", blocks=[Paragraph(text) for text in paragraphs])
    return classify(document, facts or Facts(), cast(Classifier, Stub()))


def texts(*paragraphs: str) -> list[str]:
    return [defect.text for defect in read(*paragraphs).defects]


def test_a_statement_has_its_words_category_confidence_and_sentence() -> None:
    (defect,) = read("渠道12公里。但巡查 记录不全；水量充足。").defects
    assert (defect.text, defect.category, defect.confidence) == ("巡查记录不全", "档案资料", 0.9)
    assert defect.evidence.quote == "但巡查 记录不全；"
    assert defect.evidence.block == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("工程未完工，台账没有建立。", ["工程未完工，台账没有建立"]),
        ("工程未完工；台账没有建立。", ["工程未完工", "台账没有建立"]),
        ("工程未按期完工，扣2分。", ["工程未按期完工，扣2分"]),
        ("本项满分，扣0分。", []),
        ("即720.5÷900×100%=80.06%，扣2分。", []),
        ("扣1分,台账没有建立", ["台账没有建立"]),
        ("-②台账没有建立；", ["台账没有建立"]),
        ("经现场核实，台账没有建立；", ["台账没有建立"]),
        ("截至2022年12月31日，水量充足。", []),
        ("经现场检查发现，工程未按期完工。", ["工程未按期完工"]),
        ("一是工程未按期完工；二是台账没有建立。", ["工程未按期完工", "台账没有建立"]),
        ("", []),
        ("nothing is missing here", []),
    ],
)
def test_neighbouring_clauses_are_one_statement_without_what_leads_to_it(text: str, found: list[str]) -> None:
    assert texts(text) == found


def test_no_statement_is_longer_than_eighty_characters_and_none_is_lost() -> None:
    clause = "第三标段的工程未按期完工"
    found = texts("，".join([clause] * 40) + "。")
    assert max(map(len, found)) <= 80
    assert "".join(dict.fromkeys(found)).count(clause) >= 1
    assert len(texts("未" * 50_000)) == 0


def test_the_same_words_are_listed_once_where_they_stand_first() -> None:
    defects = read("工程未按期完工。", "水量充足。", "工程 未按期完工。").defects
    assert [(d.text, d.evidence.block) for d in defects] == [("工程未按期完工", 0)]


def test_problems_and_rows_are_sorted_as_the_statements_are_and_unknown_categories_dropped() -> None:
    here = Evidence("…", block=9)
    given = Facts(
        problems=[
            Problem(heading="巡渠记录不全", text="…", evidence=here),
            Problem(heading="某事", text="…", evidence=here),
        ],
        problem_list=[ProblemRow(text="工程晚了", evidence=here)],
    )
    found = read("水量充足。", facts=given)
    assert [p.category for p in found.problems] == ["档案资料", None]
    assert [row.category for row in found.problem_list] == ["时效进度"]
    assert given.problems[0].category is None


# --- lists that no title announces ----------------------------------------------------------------------------------


def report(text: str) -> Facts:
    document = Document(format="txt", blocks=[Paragraph(line) for line in text.split("\n")])
    (part,) = lay_out(document)
    return classify(part, extract(part), cast(Classifier, Stub()))


UNTITLED = """一、项目概况
本项目维修干渠12公里。
二、指标分析
工程未按期完工。
三、其他有关情况
（一）巡渠记录不全
部分月份没有记录，值班人员未签字。
（二）闸门没有上锁
巡查人员未配钥匙，闸门未编号。
四、下一年工作
（一）补齐记录
今后应按月归档，由专人签字。
（二）给闸门上锁
今后由水管站统一配发钥匙。"""


def test_a_section_whose_title_says_nothing_is_told_by_its_blocks() -> None:
    found = report(UNTITLED)
    assert [p.heading for p in found.problems] == ["巡渠记录不全", "闸门没有上锁"]
    assert [(s.heading, s.addresses) for s in found.suggestions] == [("补齐记录", [0]), ("给闸门上锁", [1])]
    assert [d.text for d in found.defects] == ["工程未按期完工"]


def test_where_titles_tell_the_lists_roles_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Stub, "roles")
    found = report(UNTITLED.replace("其他有关情况", "存在的问题").replace("下一年工作", "有关建议"))
    assert [p.heading for p in found.problems] == ["巡渠记录不全", "闸门没有上锁"]


def test_a_report_without_such_a_section_has_no_list() -> None:
    found = report(
        "一、项目概况\n本项目维修干渠12公里。\n二、实施情况\n工程完工。\n水量充足。\n用水户满意。\n渠道通畅。"
    )
    assert found.problems == [] and found.suggestions == []


# --- what tells a problem again -------------------------------------------------------------------------------------

PROBLEMS = [
    (
        "资金使用不规范",
        "资金使用不规范。青岭镇在项目资金中列支食堂维修费18.56万元，柳河镇以现金发放补助。",
        "资金使用合规",
    ),
    ("工程进度滞后", "工程进度滞后。截至12月底，6个小区仍未按合同约定完工。", "时效进度"),
    ("管护责任不清", "管护责任不清。管护经费没有落实，渠道淤塞未清理。", "效益与可持续"),
]


def linked(text: str, category: str | None = None, problems: Sequence[tuple[str, str, str]] = PROBLEMS) -> list[int]:
    here = Evidence("…")
    known = [Problem(heading=h, text=t, category=cast(Category, c), evidence=here) for h, t, c in problems]
    defect = Defect(text=text, category=cast("Category | None", category), confidence=0.9, evidence=here)
    return restated([defect], known)[0]


@pytest.mark.parametrize(
    ("text", "category", "problems"),
    [
        ("管护经费没有落实", None, [2]),
        ("6个小区延期完工", "时效进度", [1]),
        ("违规列支食堂费用185,600.00元", "资金使用合规", [0]),
        ("绩效目标没有量化", "绩效目标", []),
        ("资金拨付晚了两个月", "时效进度", []),
        ("2022年未完成", "产出数量质量", []),
        ("、", None, []),
    ],
)
def test_a_statement_is_linked_to_the_problem_of_the_same_fact(text: str, category: str, problems: list[int]) -> None:
    assert linked(text, category) == problems


def test_without_problems_nothing_is_linked() -> None:
    assert linked("管护经费没有落实", problems=[]) == []
