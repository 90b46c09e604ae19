"""Results of several versions, the decisions on them, and the files that are one report."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api.store import (
    Paragraph,
    Store,
    StoreError,
    add_original,
    decide,
    decisions_of,
    delete_original,
    outdated,
    report_ids,
    result_of,
    result_versions,
    save_results,
    stats,
    tables,
)
from api.store.decisions import Known, places
from api.store.likeness import likeness, sketch
from api.store.region import region_of
from api.store.versions import components, title_key, versions_of
from extractor.pipeline import analyse
from extractor.result import Meta, Value
from tests.api.store.loaded import TEXT, file, finding, load, paragraphs, result_for, sha256_of, titled

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples"


def test_a_sample_is_kept_whole_and_found_by_its_columns(store: Store) -> None:
    path = SAMPLES / "self-evaluation" / "report.txt"
    results = analyse(path)
    add_original(store, path)
    assert save_results(store, results, {1: paragraphs(TEXT)})
    report = report_ids(store, sha256_of(path))[0]
    assert result_of(store, report) == results[0]
    r = tables.reports
    with store.reading() as connection:
        row = connection.execute(select(r).where(r.c.year == 2024, r.c.grade == "优")).one()
    counted = stats(store)
    assert row.title == "职业农民培育补助项目支出绩效自评报告"
    assert (row.id, row.checks, row.problems) == (report, len(results[0].checks), len(results[0].problems))
    assert (counted.checks, counted.paragraphs, counted.unread) == (row.checks, len(TEXT), 0)


def test_the_same_results_twice_change_nothing(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    load(store, path)
    before = stats(store)
    assert not save_results(store, [result_for(sha256_of(path), findings=[])], {1: []})
    assert stats(store) == before


def test_results_need_their_original(store: Store) -> None:
    with pytest.raises(StoreError, match="没有原件"):
        save_results(store, [result_for("0" * 64)], {1: []})
    with pytest.raises(StoreError, match="不属于同一个文件"):
        save_results(store, [result_for("0" * 64), result_for("1" * 64)], {1: []})
    assert stats(store).results == 0


def test_a_new_version_becomes_current_and_the_old_is_kept(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    report = load(store, path)
    before = stats(store)
    other = file(tmp_path, "未读.txt")
    add_original(store, other)
    assert {(item.name, item.version) for item in outdated(store, "2")} == {("报告.txt", "1"), ("未读.txt", None)}
    assert load(store, path, version="2", findings=[]) == report
    assert [item.name for item in outdated(store, "2")] == ["未读.txt"]
    assert result_versions(store, report) == ["1", "2"]
    assert (result_of(store, report).findings, len(result_of(store, report, "1").findings)) == ([], before.findings)
    after = stats(store)
    assert (after.findings, after.results, after.checks) == (0, 2, before.checks)


def test_a_part_no_longer_found_is_no_report_but_keeps_what_was_said(store: Store, tmp_path: Path) -> None:
    sha256 = add_original(store, file(tmp_path, "合订本.txt")).sha256
    two = [result_for(sha256, part=part, of=2, findings=[finding(f"f{part}", "合计 100.00")]) for part in (1, 2)]
    save_results(store, two, {1: paragraphs(TEXT), 2: paragraphs(TEXT)})
    second = report_ids(store, sha256)[1]
    decide(store, second, "f2", "confirmed")
    save_results(store, [result_for(sha256, "2")], {1: paragraphs(TEXT)})
    assert len(report_ids(store, sha256)) == 1
    assert (stats(store).reports, stats(store).documents, stats(store).waiting) == (1, 1, 1)
    assert decisions_of(store, second)[0].attached is None
    assert save_results(store, [item.model_copy(update={"extractor_version": "3"}) for item in two], {1: [], 2: []})
    assert report_ids(store, sha256)[1] == second
    assert decisions_of(store, second)[0].attached == "f2"


def test_decisions_survive_a_new_version(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    old = [
        finding("same", "预算资金 963 万元，实际支出 882.64 万元"),
        finding("moved", "合计 | 100.00 | 88.07 | 88.07%"),
        finding("gone", "满意度调查共发放问卷 300 份，回收 280 份"),
    ]
    report = load(store, path, findings=old)
    for item in old:
        decide(store, report, item.fingerprint, "dismissed", note=item.fingerprint, by="甲")
    new = [old[0], finding("moved2", "合计｜100.00｜88.07｜88.07％"), finding("other", "项目实施单位为市水务局")]
    load(store, path, version="2", findings=new)
    kept = decisions_of(store, report)
    assert [(item.fingerprint, item.attached) for item in kept] == [
        ("same", "same"),
        ("moved", "moved2"),
        ("gone", None),
    ]
    assert [(item.note, item.verdict, item.decided_by) for item in kept][2] == ("gone", "dismissed", "甲")
    assert (stats(store).decisions, stats(store).waiting) == (3, 1)
    load(store, path, version="3", findings=old)
    assert [item.attached for item in decisions_of(store, report)] == ["same", "moved", "gone"]


def test_what_is_not_found_cannot_be_decided(store: Store, tmp_path: Path) -> None:
    report = load(store, file(tmp_path, "报告.txt"))
    with pytest.raises(StoreError, match="没有编号"):
        decide(store, report, "nothing", "confirmed")
    assert stats(store).decisions == 0


def test_a_decision_goes_to_no_finding_of_another_rule_nor_to_one_of_two() -> None:
    decided = [Known("a", "table.total", ("合计 | 100.00 | 88.07",))]
    same = ("合计 | 100.00 | 88.07",)
    assert places(decided, [Known("b", "survey", same)]) == [None]
    assert places(decided, [Known("b", "table.total", same), Known("c", "table.total", same)]) == [None]
    assert places(decided, [Known("b", "table.total", same), Known("c", "survey", same)]) == ["b"]


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_a_fingerprint_that_is_there_is_never_left(before: list[str], after: list[str]) -> None:
    quote = ("合计 | 100.00 | 88.07",)
    now = places([Known(name, None, quote) for name in before], [Known(name, None, quote) for name in after])
    assert all(new == old for old, new in zip(before, now, strict=True) if old in after)
    assert all(
        new is None or new in set(after) - set(before) for old, new in zip(before, now, strict=True) if old not in after
    )


def test_texts_that_databases_refuse_are_kept(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.txt")
    added = add_original(store, path)
    save_results(store, [result_for(added.sha256)], {1: [Paragraph(0, "坏\x00字\ud800")]})
    with store.reading() as connection:
        assert connection.execute(select(tables.paragraphs.c.text)).scalar() == "坏\ufffd字\ufffd"


def test_files_that_are_one_report_are_its_versions(store: Store, tmp_path: Path) -> None:
    scan = [text.replace("，", ",").replace("预算", "顶算", 1) for text in TEXT]
    word = load(store, file(tmp_path, "稿.docx"), **titled("2021年道路项目绩效评价报告（征求意见稿）"))
    other_text = load(
        store,
        file(tmp_path, "别的.docx"),
        texts=["别的项目，说的事情没有一件相同。"],
        **titled("2021年道路项目绩效评价报告"),
    )
    other_year = load(store, file(tmp_path, "去年.docx"), **titled("2021年道路项目绩效评价报告", 2020))
    pdf = load(store, file(tmp_path, "扫描.pdf"), texts=scan, **titled("2021年道路项目 绩效评价报告"))
    with store.reading() as connection:
        assert versions_of(connection, word) == versions_of(connection, pdf) == [word, pdf]
        assert [versions_of(connection, other) for other in (other_text, other_year)] == [[other_text], [other_year]]
    assert stats(store).documents == 3


def test_what_joined_two_versions_parts_them_when_it_goes(store: Store, tmp_path: Path) -> None:
    drafts = ["".join(chr(0x4E00 + at) for at in range(start, start + 400)) for start in (0, 100, 200)]
    assert likeness(sketch([drafts[0]]), sketch([drafts[2]])) < 0.5
    first, middle, last = (
        load(store, file(tmp_path, f"{at}.txt"), texts=[drafts[at]], **titled("报告")) for at in (0, 1, 2)
    )
    with store.reading() as connection:
        assert versions_of(connection, first) == [first, middle, last]
    delete_original(store, sha256_of(tmp_path / "1.txt"))
    with store.reading() as connection:
        assert [versions_of(connection, report) for report in (first, last)] == [[first], [last]]


def test_without_a_title_nearly_the_same_text_is_one_report(store: Store, tmp_path: Path) -> None:
    text = "".join(chr(0x4E00 + at) for at in range(400))
    same_template = text[:300] + "".join(chr(0x6E00 + at) for at in range(100))
    assert likeness(sketch([text]), sketch([same_template])) > 0.5
    word, pdf, other = (
        load(store, file(tmp_path, name), texts=[told], **titled(None))
        for name, told in (("稿.docx", text), ("稿.pdf", text[:200] + "。" + text[200:]), ("别的.docx", same_template))
    )
    with store.reading() as connection:
        assert [versions_of(connection, one) for one in (word, other)] == [[word, pdf], [other]]


@given(st.lists(st.sampled_from(["甲乙丙丁戊己", "甲乙丙丁戊庚", "子丑寅卯辰巳", ""]), max_size=6), st.randoms())
def test_groups_do_not_depend_on_the_order_of_coming(texts: list[str], random) -> None:
    sketches = {at: sketch([text]) for at, text in enumerate(texts)}
    shuffled = list(sketches.items())
    random.shuffle(shuffled)
    groups = components(sketches)
    assert components(dict(shuffled)) == groups
    assert sorted(member for group in groups for member in group) == list(sketches)


def test_writers_at_once_double_nothing(store: Store, tmp_path: Path) -> None:
    """Two processes that load the same file and two forms of one report."""
    paths = [file(tmp_path, name) for name in ("a.docx", "a.pdf")]
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for path in paths:
                load(store, path)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    counted = stats(store)
    assert (counted.originals, counted.reports, counted.results, counted.documents) == (2, 2, 2, 1)


@pytest.mark.parametrize(
    ("names", "region"),
    [
        ({"entrusting_party": "望岐县财政局"}, "望岐县"),
        ({"entrusting_party": "上海市浦东新区财政局"}, "上海市浦东新区"),
        ({"title": "2021-2022年度江北省临河市供水项目绩效评价报告"}, "江北省临河市"),
        ({"entrusting_party": "市财政局", "competent_department": "雁峤县农业农村局"}, "雁峤县"),
        ({"title": "城市社区养老服务补助项目绩效评价报告"}, None),
        ({"title": "农村义务教育项目绩效评价报告"}, None),
        ({}, None),
    ],
)
def test_region(names: dict[str, str], region: str | None) -> None:
    meta = Meta(**{key: Value(value=name) for key, name in names.items()})
    assert region_of(result_for("0" * 64, meta=meta)) == region


@pytest.mark.parametrize(
    ("title", "key"),
    [("道路（送审稿）", "道路"), (" 道 路 ", "道路"), ("２０２１年", "2021年"), ("", None), (None, None)],
)
def test_title_key(title: str | None, key: str | None) -> None:
    assert title_key(title) == key
