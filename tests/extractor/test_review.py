"""Facts under their names, what may stand in them, and what corrections make of a result."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from extractor.output import excel, wording
from extractor.output.jsonfile import to_json
from extractor.review import Fact, Review, ReviewError, Said, corrected, facts, read_value
from tests.extractor.output.sample import sample

AT = "2026-03-04T05:06:07.000000Z"


def said(verdict: str = "corrected", value: str | None = None, unit: str | None = None, was: str | None = None) -> Said:
    return Said(verdict, "与决算表不符", "张三", AT, value, unit, was)  # type: ignore[arg-type]


def fact(name: str) -> Fact:
    return next(one for one in facts(sample()) if one.name == name)


def test_every_fact_has_one_name() -> None:
    twice = sample(dimensions=[*sample().dimensions, sample().dimensions[0]])
    names = [one.name for one in facts(twice)]
    assert len(set(names)) == len(names)
    assert {"/headline/budget", "/meta/evaluator", "/dimensions/决策/score", "/dimensions/决策/score#2"} <= set(names)


def test_a_name_is_the_same_whatever_its_width_and_blanks() -> None:
    first, *others = sample().indicators
    path = [*first.path[:-1], f" {first.path[-1]}／（甲） "]
    changed = sample(indicators=[first.model_copy(update={"path": path}), *others])
    name = facts(changed)[len([f for f in facts(sample()) if f.group in ("meta", "headline", "dimensions")])].name
    assert name.endswith(f"{first.path[-1]}~1(甲)/weight")


@pytest.mark.parametrize(
    ("name", "told", "value"),
    [
        ("/headline/budget", "1,963.50", ("1963.5", "万元")),
        ("/headline/budget", "０.2亿元", ("0.2", "亿元")),
        ("/headline/adjusted_budget", "12", ("12", "万元")),
        ("/headline/execution_rate", "91.66％", ("91.66", "%")),
        ("/dimensions/决策/score", "13分", ("13", "分")),
        ("/meta/evaluated_year", "2021年", ("2021", None)),
        ("/meta/report_date", "2022-07", ("2022-07", None)),
        ("/meta/evaluator", " 甲 事务所 ", ("甲 事务所", None)),
    ],
)
def test_what_people_write_is_understood(name: str, told: str, value: tuple[str, str | None]) -> None:
    assert read_value(fact(name), told) == value


@pytest.mark.parametrize(
    ("name", "told", "why"),
    [
        ("/headline/budget", "约一千", "数字"),
        ("/headline/budget", "12 人", "单位"),
        ("/headline/budget", "", "填写"),
        ("/headline/execution_rate", "3 万元", "单位"),
        ("/meta/evaluated_year", "21", "年度"),
        ("/meta/report_date", "2022-13", "日期"),
        ("/meta/kind", "别的", "类型"),
        ("/meta/evaluator", "甲" * 3000, "不能超过"),
    ],
)
def test_what_cannot_stand_there_is_refused(name: str, told: str, why: str) -> None:
    with pytest.raises(ReviewError) as error:
        read_value(fact(name), told)
    assert why in error.value.message


def test_a_category_is_one_of_the_list() -> None:
    problem = next(one for one in facts(sample()) if one.group == "problems")
    assert read_value(problem, "成本控制") == ("成本控制", None)
    with pytest.raises(ReviewError):
        read_value(problem, "随便")


def test_corrections_stand_in_the_result() -> None:
    first = sample().indicators[0]
    leaf = next(one for one in facts(sample()) if one.group == "indicators" and one.name.endswith("/score"))
    changed = corrected(
        sample(),
        {
            "/headline/budget": said(value="936", unit="万元"),
            "/headline/adjusted_budget": said(value="940", unit="万元"),
            "/headline/grade": said(value="中"),
            "/headline/execution_rate": said("dismissed"),
            "/meta/evaluated_year": said(value="2020"),
            "/meta/evaluator": said("confirmed"),
            leaf.name: said(value="1.5", unit="分"),
        },
    )
    assert changed.headline.budget and changed.headline.budget.value == Decimal(936)
    assert changed.headline.budget.evidence == sample().headline.budget.evidence  # type: ignore[union-attr]
    assert changed.headline.adjusted_budget and changed.headline.adjusted_budget.evidence.quote
    assert changed.headline.grade and changed.headline.grade.value == "中"
    assert changed.headline.execution_rate is None
    assert changed.meta.evaluated_year and changed.meta.evaluated_year.value == 2020
    assert changed.meta.evaluator == sample().meta.evaluator
    assert (changed.indicators[0].score, changed.indicators[0].path) == (Decimal("1.5"), first.path)
    assert sample().headline.budget != changed.headline.budget, "the result itself stays as it is"


def test_json_tells_what_was_corrected_and_by_whom() -> None:
    review = Review({"/headline/budget": said(value="936", unit="万元", was="963 万元")}, {"a1": said("dismissed")})
    told = json.loads(to_json(sample(), review=review))
    assert told["headline"]["budget"]["value"] == 936
    assert told["review"]["facts"]["/headline/budget"] == {
        "verdict": "corrected", "note": "与决算表不符", "by": "张三", "at": AT, "value": "936", "unit": "万元", "was": "963 万元",
    }  # fmt: skip
    assert told["review"]["findings"]["a1"]["verdict"] == "dismissed"
    assert "review" not in json.loads(to_json(sample()))


def test_the_workbook_marks_what_reviewers_said(tmp_path: Path) -> None:
    problem = next(one for one in facts(sample()) if one.group == "problems")
    words = {
        "/headline/budget": said(value="936", unit="万元", was="963 万元"),
        "/meta/evaluator": said("confirmed", was="甲"),
        "/dimensions/决策/score": said(value="13", unit="分", was="12 分"),
        problem.name: said(value="成本控制", was=problem.value),
    }
    path = tmp_path / "book.xlsx"
    excel.write(path, [("报告", sample())], [Review(words, {"a1": said("dismissed")})])
    book = openpyxl.load_workbook(path)

    def column(sheet: str, header: str) -> list[openpyxl.cell.Cell]:
        [found] = [cells for cells in book[sheet].iter_cols() if cells[0].value == header]
        return list(found[1:])

    [budget] = column("概览", "预算（万元）")
    assert budget.value == 936
    assert budget.fill.fgColor.rgb.endswith(excel.REVIEW_FILL.fgColor.rgb[-6:])
    for part in ("更正", "原为 963 万元", "张三", "与决算表不符", wording.local(AT)):
        assert part in budget.comment.text
    assert 13 in [cell.value for cell in column("评分表", "得分")]
    assert column("问题", "类别")[0].value == "成本控制"
    assert "误报" in [cell.value for cell in column("预警", "复核")]
    assert "张三" in [cell.value for cell in column("预警", "复核人")]
    excel.write(path, [("报告", sample())])
    assert "复核" not in [cell.value for cell in openpyxl.load_workbook(path)["预警"][1]]
