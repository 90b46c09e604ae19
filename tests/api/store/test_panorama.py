"""The archive seen as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.store import ReportFilter, Store, StoreError, alarms_by, category_trends, score_trends, unanswered, upgrade
from extractor.document import Evidence
from extractor.result import Problem, Suggestion, Value
from tests.api.store.loaded import file, finding, load
from tests.api.store.test_listing import facts

HERE = Evidence("依据")
AGENCY, OTHER = "公正评价咨询有限公司", "明理会计师事务所"


def put(
    store: Store, folder: Path, name: str, year: int, score: str | None, agency: str = AGENCY, **changes: Any
) -> int:
    """A report of its own title, so that it is no other's version."""
    told = facts(year, score, title=name, agency=agency)
    told["meta"].project_name = Value(value=name)
    texts = [f"{name}于{year}年实施，概况、管理、产出、效益各有其文，与他处不同。" * 2]
    return load(store, file(folder, f"{name}.txt"), texts, **{**told, "problem_list": [], "defects": [], **changes})


def problem(category: str) -> Problem:
    return Problem(heading="问题", text="台账缺失。", category=category, evidence=HERE)  # type: ignore[arg-type]


def advice(heading: str, text: str) -> Suggestion:
    return Suggestion(heading=heading, text=text, evidence=HERE)


def test_scores_by_year_are_means_of_the_reports_that_have_one(store: Store, tmp_path: Path) -> None:
    for name, year, score in (("甲1", 2020, "80"), ("甲2", 2020, "90"), ("甲3", 2021, "70"), ("甲4", 2021, None)):
        put(store, tmp_path, name, year, score)
    put(store, tmp_path, "乙1", 2021, "88", OTHER)
    [first, second] = score_trends(store, "agency")
    assert (first.name, first.years) == (AGENCY, ((2020, 85.0, 2), (2021, 70.0, 1)))
    assert (second.name, second.years) == (OTHER, ((2021, 88.0, 1),))
    assert [trend.name for trend in score_trends(store, "agency", most=1)] == [AGENCY]


def test_two_files_of_one_report_count_once(store: Store, tmp_path: Path) -> None:
    told = facts(2021, "80", title="农村道路养护项目绩效评价报告", agency=AGENCY)
    text = ["该项目由交通局组织实施，养护路段一百二十六公里，覆盖九个乡镇，巡查记录按月归档。" * 2]
    for name in ("报告.docx", "报告.pdf"):
        load(store, file(tmp_path, name), text, **told)
    assert score_trends(store, "agency")[0].years == ((2021, 80.0, 1),)
    assert alarms_by(store, "agency")[0].reports == 1


def test_alarms_by_agency_and_kind_without_hints(store: Store, tmp_path: Path) -> None:
    hint = finding("c" * 64, "某处").model_copy(update={"severity": "info"})
    alarms = [finding("a" * 64, "某处", (0,)), finding("b" * 64, "另一处"), hint]
    put(store, tmp_path, "甲1", 2020, "80", findings=alarms)
    put(store, tmp_path, "甲2", 2020, "80", findings=[])
    [told] = alarms_by(store, "agency")
    assert told.reports == 2
    assert sorted(count for _, count in told.kinds) == [1, 1]
    assert None in dict(told.kinds)
    assert told.per_report == 1.0


def test_a_category_is_counted_once_a_report_and_year(store: Store, tmp_path: Path) -> None:
    put(store, tmp_path, "甲1", 2020, "80", problems=[problem("档案资料"), problem("档案资料")])
    put(store, tmp_path, "甲2", 2021, "80", problems=[problem("档案资料"), problem("满意度")])
    put(store, tmp_path, "甲3", 2021, "80", problems=[])
    told = {category.name: category.years for category in category_trends(store)}
    assert told["档案资料"] == ((2020, 1, 1), (2021, 1, 2))
    assert told["满意度"] == ((2020, 0, 1), (2021, 1, 2))
    assert next(category.name for category in category_trends(store)) == "档案资料"


def test_a_suggestion_of_earlier_years_that_comes_again_is_unanswered(store: Store, tmp_path: Path) -> None:
    archive = advice("完善档案管理", "建立养护台账，专人保管，定期检查。")
    again = advice("进一步完善档案管理", "建立健全养护台账并由专人保管。")
    other = advice("加快资金拨付", "按进度拨付资金，提高执行率。")
    first = put(store, tmp_path, "道路养护项目2019", 2019, "80", suggestions=[archive])
    put(store, tmp_path, "道路养护项目2020", 2020, "80", suggestions=[other])
    last = put(store, tmp_path, "道路养护项目2021", 2021, "80", suggestions=[again, archive])
    put(store, tmp_path, "灌溉项目2021", 2021, "80", suggestions=[archive])
    [found] = unanswered(store)
    assert [(given.report, given.year) for given in found.given] == [(first, 2019), (last, 2021)]
    assert found.project == "道路养护项目2021"
    assert unanswered(store, ReportFilter(year_from=2021)) == []


def test_only_names_can_be_compared(store: Store) -> None:
    with pytest.raises(StoreError, match="department"):
        score_trends(store, "title")  # type: ignore[arg-type]


def test_suggestions_of_results_that_were_there_before_are_found_too(store: Store, url: str, tmp_path: Path) -> None:
    for year in (2020, 2021):
        put(store, tmp_path, f"道路养护项目{year}", year, "80", suggestions=[advice("完善档案管理", "建立台账。")])
    with store.writing() as connection:
        for table in ("suggestions", "additions", "sessions"):
            connection.execute(text(f"DROP TABLE {table}"))
        for table in ("decisions", "corrections"):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN settled_at"))
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN settled_by"))
        connection.execute(text("ALTER TABLE reports DROP COLUMN unsettled"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    upgrade(url)
    assert [len(found.given) for found in unanswered(store)] == [2]
