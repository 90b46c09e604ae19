"""Full-text search: what stands in a stored text is found by any part of it, every hit once, the best first."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store import (
    Hit,
    Paragraph,
    ReportFilter,
    Store,
    StoreError,
    add_original,
    delete_original,
    find_reports,
    open_store,
    report_ids,
    save_results,
    search,
)
from api.store.folding import fold, places, terms
from api.store.search import Kind
from extractor.result import Problem
from tests.api.store.loaded import file, finding, load, paragraphs, result_for, sha256_of, titled
from tests.extractor.output.sample import sentence

BARE = {"findings": [], "problems": [], "problem_list": [], "defects": []}
TEXTS = st.text(
    st.one_of(
        st.sampled_from("预算资金绩效评价支出项目管理的，。（）“”—…①㎡％ａＢ１.5 |\u3000\u200b𠮷𡃁ﬁßİ"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


def all_hits(store: Store, text: str, limit: int = 3, **options: object) -> list[Hit]:
    """Every hit, page by page."""
    found: list[Hit] = []
    after = None
    while True:
        page = search(store, text, after=after, limit=limit, **options)  # type: ignore[arg-type]
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        after = page.next


numbers = itertools.count(1)


@pytest.fixture
def bare(store: Store, tmp_path: Path) -> Callable[..., int]:
    """Adds a report of paragraphs and nothing else; its number."""

    def add(texts: list[str], **changes: object) -> int:
        return load(store, file(tmp_path, f"{next(numbers)}.txt"), texts, **{**BARE, **changes})  # type: ignore[arg-type]

    return add


@given(texts=st.lists(TEXTS, min_size=1, max_size=4), data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_part_of_a_paragraph_finds_it(
    store: Store, bare: Callable[..., int], texts: list[str], data: st.DataObject
) -> None:
    report = bare(texts)
    at = data.draw(st.integers(0, len(texts) - 1))
    start = data.draw(st.integers(0, max(0, len(texts[at]) - 2)))
    part = texts[at][start : start + data.draw(st.integers(2, 6))]
    if not fold(part):
        return  # blanks alone
    only = ReportFilter(reports=[report])
    hits = all_hits(store, part, limit=2, where=only)
    assert at in {hit.position for hit in hits}
    assert [row.id for row in find_reports(store, ReportFilter(reports=[report], text=part)).items] == [report]
    for hit in hits:
        assert hit.marks
        marked = [fold(hit.snippet[start:stop]) for start, stop in hit.marks]
        assert all(any(term in mark for mark in marked) for term in terms(part))


@given(TEXTS, TEXTS)
def test_a_part_folded_is_a_part_of_the_folded(before: str, behind: str) -> None:
    assert fold(before + behind) == fold(before) + fold(behind)
    assert len(places(before)) == len(fold(before))


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("预算执行率为８７．５％", "87.5%"),
        ("绩 效 目 标\u3000明确", "绩效目标明确"),
        ("采用ＰＰＰ模式", "ppp模式"),
        ("（一）项目概况：", "(一)项目概况:"),
        ("面积1200㎡", "1200m2"),
        ("“两保”资金", '"两保"'),
        ("共12,345.67万元", "12,345.67"),
        ("𠮷林县项目", "𠮷林"),
        ("效\u200b益", "效益"),
    ],
)
def test_width_case_blanks_and_marks_make_no_difference(
    store: Store, bare: Callable[..., int], stored: str, asked: str
) -> None:
    bare([stored])
    [hit] = all_hits(store, asked)
    assert hit.snippet == stored
    assert fold("".join(hit.snippet[a:b] for a, b in hit.marks)) == fold(asked)


def test_figures_are_found_as_they_stand(store: Store, bare: Callable[..., int]) -> None:
    bare(["执行率16.6%", "执行率1.66%"])
    assert [hit.snippet for hit in all_hits(store, "1.66")] == ["执行率1.66%"]


def test_parts_between_blanks_must_stand_in_one_text(store: Store, bare: Callable[..., int]) -> None:
    bare(["预算编制不细，执行率偏低", "预算编制较细", "执行率偏低"])
    assert [hit.position for hit in all_hits(store, "执行率 预算")] == [0]


def test_parts_of_a_filter_stand_in_one_report(store: Store, bare: Callable[..., int]) -> None:
    both, _ = bare(["预算编制", "执行率偏低"]), bare(["预算编制", "进度偏慢"])
    assert [row.id for row in find_reports(store, ReportFilter(text="执行率 预算")).items] == [both]


def test_a_filter_finds_no_text_whose_pairs_stand_apart(store: Store, bare: Callable[..., int]) -> None:
    bare(["预算编制", "算编码"])
    assert find_reports(store, ReportFilter(text="预算编码")).items == ()
    assert search(store, "预算编码").items == ()


def test_every_kind_is_found_and_shown_with_its_place(store: Store, tmp_path: Path) -> None:
    problem = Problem(
        heading="采购程序不规范", text="三项采购未签合同", category="采购与合同", evidence=sentence("x", page=9)
    )
    load(
        store,
        file(tmp_path, "a.txt"),
        ["采购按程序进行。"],
        **{
            **BARE,
            "problems": [problem],
            "findings": [finding("f", "采购金额 | 3", (0,)).model_copy(update={"title": "采购合计不符"})],
        },
    )
    hits = all_hits(store, "采购")
    assert [(hit.kind, hit.page, hit.title) for hit in hits] == [
        ("finding", 2, "采购合计不符"),
        ("problem", 9, "采购程序不规范"),
        ("paragraph", 1, None),
    ]
    assert (hits[0].snippet, hits[0].marks) == ("采购合计不符", ((0, 2),))
    assert (hits[1].snippet, hits[1].marks) == ("三项采购未签合同", ((2, 4),))
    assert [hit.kind for hit in all_hits(store, "采购", kinds=["problem", "paragraph"])] == ["problem", "paragraph"]
    assert (hits[0].report_title, hits[0].agency) == (
        "2021年度云川市城区绿道维护项目绩效评价报告",
        "明衡评估咨询有限公司",
    )


def test_words_come_before_what_only_has_their_characters_and_headings_before_text(
    store: Store, tmp_path: Path
) -> None:
    texts = [
        Paragraph(0, "这个版本来自网络", section="三"),
        Paragraph(1, "各项指标本来就是清楚的，没有疑问", section="三"),
        Paragraph(2, "本来", section="本来"),
        Paragraph(3, "本来就有", section="三"),
    ]
    sha256 = add_original(store, file(tmp_path, "a.txt")).sha256
    save_results(store, [result_for(sha256, **BARE)], {1: texts})
    assert [hit.position for hit in all_hits(store, "本来")] == [2, 3, 1, 0]


def test_a_long_text_is_cut_between_words_around_what_was_asked_for(store: Store, bare: Callable[..., int]) -> None:
    long = "项目实施单位组织开展了多次培训活动，" * 20
    bare([long + "其中沼气池未验收。" + long])
    [hit] = all_hits(store, "沼气池")
    assert len(hit.snippet) < 140
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["沼气池"]
    assert (
        hit.snippet[1:] in long + "其中沼气池未验收。" + long or hit.snippet[1:-1] in long + "其中沼气池未验收。" + long
    )


def test_every_hit_comes_once_while_reports_are_loaded(store: Store, bare: Callable[..., int]) -> None:
    reports = [bare([f"第{n}段讲绩效" + "目标" * (n % 3) for n in range(5)]) for _ in range(12)]
    seen: list[tuple[int, int]] = []
    after = None
    while True:
        page = search(store, "绩效", after=after, limit=7)
        seen += [(hit.report, hit.position) for hit in page.items]
        bare(["后来的绩效"])
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen))
    assert set(seen) == {(report, position) for report in reports for position in range(5)}


def test_search_in_the_reports_of_a_filter(store: Store, bare: Callable[..., int]) -> None:
    numbers = {year: bare(["绩效"], **titled("甲", year)) for year in (2019, 2020, 2021)}
    found = {hit.report for hit in all_hits(store, "绩效", where=ReportFilter(year_from=2020))}
    assert found == {numbers[2020], numbers[2021]}
    assert {row.id for row in find_reports(store, ReportFilter(text="绩效", years=[2019])).items} == {numbers[2019]}


def test_what_is_gone_is_not_found(store: Store, tmp_path: Path) -> None:
    path, other = file(tmp_path, "甲.txt"), file(tmp_path, "乙.txt")
    load(store, path, ["旧的灌溉渠"], **BARE)
    load(store, other, ["灌溉渠"], **BARE)
    load(store, path, ["新的蓄水池"], version="2", **BARE)
    assert [hit.snippet for hit in all_hits(store, "灌溉")] == ["灌溉渠"]
    assert [hit.snippet for hit in all_hits(store, "新的")] == ["新的蓄水池"]
    assert find_reports(store, ReportFilter(text="旧的")).items == ()
    delete_original(store, sha256_of(other))
    assert all_hits(store, "灌溉") == []
    load(store, other, ["灌溉渠"], **BARE)
    assert len(all_hits(store, "灌溉")) == 1


def test_a_part_no_longer_found_is_not_searched(store: Store, tmp_path: Path) -> None:
    sha256 = add_original(store, file(tmp_path, "合订本.txt")).sha256
    two = [result_for(sha256, part=part, of=2, **BARE) for part in (1, 2)]
    save_results(store, two, {1: paragraphs(["甲的绩效"]), 2: paragraphs(["乙的绩效"])})
    save_results(store, [result_for(sha256, "2", **BARE)], {1: paragraphs(["甲的绩效"])})
    assert [hit.report for hit in all_hits(store, "绩效")] == report_ids(store, sha256)


def test_a_restored_store_is_searched_alike(store: Store, new_url: Callable[[], str], tmp_path: Path) -> None:
    from api.store import backup, restore

    load(store, file(tmp_path, "a.txt"))
    backup(store, tmp_path / "备份")
    url = new_url()
    restore(tmp_path / "备份", url, str(tmp_path / "restored"))
    restored = open_store(url)
    assert all_hits(restored, "满意度") == all_hits(store, "满意度") != []
    restored.close()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "请输入"), (" \u3000\n", "请输入"), ("长" * 61, "不超过"), ("一 二 三 四 五 六 七 八 九", "最多")],
)
def test_what_cannot_be_searched(store: Store, text: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        search(store, text)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJyZXBvcnRzLm5ld2VzdCIsbnVsbCwxXQ", "é" * 3, "A" * 9999])
def test_a_cursor_of_something_else_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(StoreError, match="翻页标记"):
        search(store, "绩效", after=cursor)


def test_only_known_kinds(store: Store) -> None:
    unknown: Kind = "title"  # type: ignore[assignment]
    with pytest.raises(StoreError, match="title"):
        search(store, "绩效", kinds=[unknown])


def test_damaged_texts_are_found(store: Store, bare: Callable[..., int]) -> None:
    bare(["坏\x00字\ud800符"])
    assert len(all_hits(store, "坏\x00字\ud800")) == 1
