"""Reports, findings, problems and checks by filters, page by page; statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store import (
    CheckFilter,
    FindingFilter,
    Page,
    ProblemFilter,
    ReportFilter,
    Store,
    StoreError,
    count_reports,
    decide,
    facets,
    find_checks,
    find_findings,
    find_problems,
    find_report,
    find_reports,
    other_versions,
    report_versions,
    same_project,
    statistics,
)
from api.store.cursors import MOST
from api.store.reports import ORDERS
from extractor.result import Finding, Grade, Headline, Meta, Problem, Quantity, Value, Year
from tests.api.store.loaded import file, finding, load
from tests.extractor.output.sample import sample, sentence

Lister = Callable[..., Page[Any]]


def all_rows(lister: Lister, store: Store, *filters: object, limit: int = 2, **options: object) -> list[Any]:
    """Every row, page by page."""
    found: list[Any] = []
    after = None
    while True:
        page = lister(store, *filters, after=after, limit=limit, **options)
        found += page.items
        if page.next is None:
            return found
        after = page.next


def facts(year: int | None, score: str | None, **names: str) -> dict[str, Any]:
    """Changes of the sample result; `names` are of its meta data."""
    meta = Meta(
        title=Value(value=names.get("title", "某项目绩效评价报告")),
        evaluated_year=Year(value=year) if year else None,
        competent_department=Value(value=names["department"]) if "department" in names else None,
        evaluator=Value(value=names["agency"]) if "agency" in names else None,
        entrusting_party=Value(value=names["party"]) if "party" in names else None,
    )
    grade = names.get("grade")
    headline = Headline(
        total_score=Quantity(value=Decimal(score), unit="分", text=score, evidence=sentence(score)) if score else None,
        grade=Grade(value=grade, text=grade, evidence=sentence(grade)) if grade else None,
    )
    return {"meta": meta, "headline": headline}


def problem(category: str | None, text: str = "未按规定执行") -> Problem:
    return Problem(heading="存在问题", text=text, category=category, evidence=sentence(text))  # type: ignore[arg-type]


def error(name: str, severity: str = "high", confidence: float = 0.9) -> Finding:
    return finding(name, name).model_copy(update={"severity": severity, "confidence": confidence})


@pytest.fixture(scope="module")
def five(shared_store: Store, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Five reports for all tests that only read; their numbers."""
    return load_five(shared_store, tmp_path_factory.mktemp("five"))


def load_five(store: Store, folder: Path) -> list[int]:
    """Loads five reports; their numbers."""
    made: Iterable[dict[str, Any]] = [
        facts(2019, "95", agency="甲事务所", department="青山县水务局", party="青山县财政局", grade="优"),
        facts(2020, "72.5", agency="乙咨询公司", department="青山县教育局", party="青山县财政局", grade="中"),
        facts(2020, None, agency="甲事务所", department="白水市水务局"),
        facts(2021, "72.5", agency="丙评估公司", department="白水市教育局", party="白水市财政局", grade="中"),
        facts(None, "88", department="白水市水务局", party="白水市财政局", grade="良"),
    ]
    errors = [[], [error("a"), error("b", "info", 0.4)], [error("c", "low")], [error(f"d{n}") for n in range(3)], []]
    problems = [["绩效目标"], ["绩效目标", "满意度"], [], ["满意度", None], ["成本控制"]]
    return [
        load(
            store,
            file(folder, f"{at}.txt"),
            [f"第{at}份报告的内容"],
            **changes,
            findings=found,
            problems=[problem(category) for category in admitted],
            problem_list=[],
            defects=[],
        )
        for at, (changes, found, admitted) in enumerate(zip(made, errors, problems, strict=True))
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"years": [2020]}, [1, 2]),
        ({"years": [2021]}, [3]),
        ({"years": [2019, 2021]}, [0, 3]),
        ({"years": [2020, 2021]}, [1, 2, 3]),
        ({"years": [], "grades": []}, [0, 1, 2, 3, 4]),
        ({"year_from": 2020, "year_to": 2020}, [1, 2]),
        ({"year_from": 2021}, [3]),
        ({"regions": ["青山县"]}, [0, 1]),
        ({"region_has": "白水"}, [2, 3, 4]),
        ({"departments": ["白水市水务局"]}, [2, 4]),
        ({"departments": ["水务局"]}, []),
        ({"department_has": "水务局"}, [0, 2, 4]),
        ({"department_has": "%"}, []),
        ({"agencies": ["甲事务所", "丙评估公司"]}, [0, 2, 3]),
        ({"agency_has": "公司"}, [1, 3]),
        ({"grades": ["中"]}, [1, 3]),
        ({"score_from": 72.5, "score_to": 88}, [1, 3, 4]),
        ({"score_from": 90.0}, [0]),
        ({"has_alarms": True}, [1, 2, 3]),
        ({"has_alarms": False}, [0, 4]),
        ({"categories": ["满意度"]}, [1, 3]),
        ({"categories": ["满意度", "成本控制"]}, [1, 3, 4]),
        ({"text": "第3份"}, [3]),
        ({"text": "第1份"}, [1]),
        ({"text": "份报"}, [0, 1, 2, 3, 4]),
        ({"text": "第3份", "years": [2020]}, []),
        ({"title_has": "某项目"}, [0, 1, 2, 3, 4]),
        ({"years": [2020, 2021], "categories": ["满意度"], "grades": ["中"], "text": "内容"}, [1, 3]),
        ({"agencies": ["x\x00'; --"]}, []),
    ],
)
def test_reports_by_filter(shared_store: Store, five: list[int], wanted: dict[str, Any], expected: list[int]) -> None:
    where = ReportFilter(**wanted)
    numbers = {five[at] for at in expected}
    for order in ORDERS:
        found = [row.id for row in all_rows(find_reports, shared_store, where, order=order)]
        assert len(found) == len(expected)
        assert set(found) == numbers
    for lister, which in (
        (find_findings, FindingFilter()),
        (find_problems, ProblemFilter()),
        (find_checks, CheckFilter()),
    ):
        every = {row.report for row in all_rows(lister, shared_store, which, limit=MOST)}
        assert {row.report for row in all_rows(lister, shared_store, which, where)} == every & numbers
    assert sum(group.reports for group in statistics(shared_store, "grade", where)) == len(expected)
    assert sum(share.reports for share in facets(shared_store, where)["year"]) == len(numbers - {five[4]})


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", [4, 3, 2, 1, 0]),
        ("score", [0, 4, 3, 1, 2]),
        ("score_low", [1, 3, 4, 0, 2]),
        ("alarms", [3, 2, 1, 4, 0]),
        ("year", [3, 2, 1, 0, 4]),
    ],
)
def test_orders_with_what_has_no_value_last(
    shared_store: Store, five: list[int], order: str, expected: list[int]
) -> None:
    for limit in (1, 2, 3, 10):
        assert [row.id for row in all_rows(find_reports, shared_store, limit=limit, order=order)] == [
            five[at] for at in expected
        ]


@given(scores=st.lists(st.sampled_from(["60", "75.5", "90", None]), max_size=12), data=st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_report_comes_once_while_others_are_loaded(
    new_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, scores: list[str | None], data: st.DataObject
) -> None:
    from api.store import open_store

    folder = tmp_path_factory.mktemp("loaded")
    store = open_store(new_url(), str(folder))
    before = {load(store, file(folder, f"{at}"), [], **facts(2020, score)) for at, score in enumerate(scores)}
    order, limit = data.draw(st.sampled_from(ORDERS)), data.draw(st.integers(1, 4))
    seen: list[int] = []
    after, late = None, 0
    while True:
        page = find_reports(store, after=after, limit=limit, order=order)
        seen += [row.id for row in page.items]
        if late < 3:
            late += 1
            load(store, file(folder, f"late{late}"), [], **facts(2020, data.draw(st.sampled_from(["60", "80", None]))))
        if page.next is None:
            break
        after = page.next
    store.close()
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_a_report_as_it_is_listed(store: Store, tmp_path: Path) -> None:
    report = load(store, file(tmp_path, "甲.txt"))
    row = find_report(store, report)
    assert row == find_reports(store).items[0]
    assert (row.name, row.format, row.region, row.grade, row.score) == ("甲.txt", "pdf", "云川市", "良", 88.07)
    assert (row.alarms, row.hints, row.problems, row.version) == (1, 1, 1, "1")
    with pytest.raises(StoreError, match="没有报告"):
        find_report(store, report + 1)


def test_versions_of_a_report_are_listed(store: Store, tmp_path: Path) -> None:
    word, pdf, other = (load(store, file(tmp_path, name)) for name in ("报告.docx", "报告.pdf", "报告2.pdf"))
    assert [row.id for row in report_versions(store, pdf)] == [word, pdf, other]
    assert len({row.document for row in report_versions(store, word)}) == 1
    assert report_versions(store, 99) == []


def test_files_of_one_report_are_one_row_where_wanted(store: Store, tmp_path: Path) -> None:
    word, pdf, other = (load(store, file(tmp_path, name)) for name in ("报告.docx", "报告.pdf", "报告2.pdf"))
    alone = load(store, file(tmp_path, "别的.docx"), ["一段别的文字。"], **facts(2020, "70", title="丙"))
    newest = ReportFilter(newest_only=True)
    assert [row.id for row in all_rows(find_reports, store, newest, limit=1)] == [alone, other]
    assert count_reports(store, newest) == 2
    assert [row.id for row in find_reports(store, ReportFilter(newest_only=True, title_has="丙")).items] == [alone]
    others = other_versions(store, [other, alone])
    assert {number: [row.id for row in rows] for number, rows in others.items()} == {other: [pdf, word]}


def test_reports_on_the_same_project_latest_year_first(store: Store, tmp_path: Path) -> None:
    def loaded(name: str, text: str, year: int, **names: str) -> int:
        return load(store, file(tmp_path, name), [text], **facts(year, "80", title=name, **names))

    first = loaded("2019年度绿道项目绩效评价报告", "甲" * 30, 2019)
    loaded("2020年度道路项目绩效评价报告", "乙" * 30, 2020)
    draft = loaded("2021年度绿道项目绩效评价报告", "丙" * 30, 2021)
    final = loaded("2021年度绿道项目绩效评价报告（定稿）", "丙" * 30, 2021)
    last = loaded("2022年度绿道项目绩效评价报告", "丁" * 30, 2022)
    assert same_project(store, first) == [last, final]
    assert same_project(store, draft) == [last, first], "its own other file is not offered"
    assert same_project(store, 99) == []


def test_findings_by_filter(store: Store, tmp_path: Path) -> None:
    five = load_five(store, tmp_path)

    def names(**wanted: Any) -> list[str]:
        return [row.fingerprint for row in all_rows(find_findings, store, FindingFilter(**wanted))]

    assert names() == ["d0", "d1", "d2", "c", "a", "b"]
    assert names(severities=["high"]) == ["d0", "d1", "d2", "a"]
    assert names(severities=["low", "info"]) == ["c", "b"]
    assert names(min_confidence=0.5) == ["d0", "d1", "d2", "c", "a"]
    assert names(rules=["table.total"]) == []
    decide(store, five[3], "d1", "dismissed")
    decide(store, five[3], "d1", "confirmed")
    decide(store, five[1], "a", "dismissed")
    assert names(decided=True) == ["d1", "a"]
    assert names(decided=False) == ["d0", "d2", "c", "b"]
    assert names(verdicts=["confirmed"]) == ["d1"]
    row = find_findings(store, FindingFilter(verdicts=["dismissed"])).items[0]
    assert (row.report, row.year, row.agency, row.verdict) == (five[1], 2020, "乙咨询公司", "dismissed")
    assert row.evidence[0]["quote"] == "a"


def test_problems_and_checks_by_filter(shared_store: Store, five: list[int]) -> None:
    found = all_rows(find_problems, shared_store, ProblemFilter(categories=["满意度"]))
    assert [(row.report, row.position) for row in found] == [(five[3], 0), (five[1], 1)]
    assert all_rows(find_problems, shared_store, ProblemFilter(origins=["defects"])) == []
    checks = sample().checks
    rule = checks[0].rule
    one = all_rows(
        find_checks, shared_store, CheckFilter(rules=[rule], verdicts=["inconsistent"]), ReportFilter(reports=five[:1])
    )
    assert [row.expression for row in one] == [
        c.expression for c in checks if (c.rule, c.verdict) == (rule, "inconsistent")
    ]
    every = all_rows(find_checks, shared_store, CheckFilter(), ReportFilter(reports=five[:1]))
    assert [row.position for row in every] == list(range(len(checks)))


def test_statistics(shared_store: Store, five: list[int]) -> None:
    by_agency = {group.value: group for group in statistics(shared_store, "agency")}
    first = by_agency["甲事务所"]
    assert (first.reports, first.scored, first.mean, first.median, first.alarms, first.with_alarms) == (
        2,
        1,
        95,
        95,
        1,
        1,
    )
    assert by_agency[None].mean == 88
    assert [group.value for group in statistics(shared_store, "year")] == [2021, 2020, 2019, None]
    [middle] = [group for group in statistics(shared_store, "grade") if group.value == "中"]
    assert (middle.reports, middle.alarms, middle.hints, middle.problems) == (2, 4, 1, 4)
    categories = {group.value: (group.reports, group.problems) for group in statistics(shared_store, "category")}
    assert categories == {"绩效目标": (2, 2), "满意度": (2, 2), "成本控制": (1, 1), None: (1, 1)}
    with pytest.raises(StoreError, match="统计"):
        statistics(shared_store, "title")  # type: ignore[arg-type]


def test_quartiles(store: Store, tmp_path: Path) -> None:
    for score in ("60", "70", "80", "90", "100"):
        load(store, file(tmp_path, score), [], **facts(2020, score))
    [group] = statistics(store, "year")
    assert (group.lowest, group.lower_quartile, group.median, group.upper_quartile, group.highest) == (
        60,
        70,
        80,
        90,
        100,
    )
    assert group.mean == 80


def test_facets_are_the_commonest_values(shared_store: Store, five: list[int]) -> None:
    found = facets(shared_store, most=1)
    assert [(share.value, share.reports) for share in found["department"]] == [("白水市水务局", 2)]
    assert [(share.value, share.reports) for share in found["category"]] == [("满意度", 2)]


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_pages_have_a_size(store: Store, limit: int) -> None:
    with pytest.raises(StoreError, match="每页"):
        find_reports(store, limit=limit)


@pytest.mark.parametrize("lister", [find_reports, find_findings, find_problems, find_checks])
def test_a_cursor_of_another_listing_is_refused(shared_store: Store, five: list[int], lister: Lister) -> None:
    other = find_findings if lister is find_reports else find_reports
    cursor = other(shared_store, limit=1).next
    with pytest.raises(StoreError, match="翻页标记"):
        lister(shared_store, after=cursor)
    with pytest.raises(StoreError, match="排序"):
        find_reports(shared_store, order="x")  # type: ignore[arg-type]
