"""What reviewers say of facts: it is kept, counts last, outlives re-extraction, and the archive goes by it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from api.store import (
    Progress,
    ReportFilter,
    Store,
    StoreError,
    carried_facts,
    correct,
    corrections_of,
    decide,
    decisions_of,
    find_report,
    find_reports,
    progress_of,
    result_of,
    reviewed,
    settle_correction,
    settle_decision,
)
from api.store.log import entries
from extractor.result import Headline
from tests.api.store.loaded import file, load, titled
from tests.extractor.output.sample import quantity, sample

BUDGET, SCORE = "/headline/budget", "/headline/total_score"


@pytest.fixture
def report(store: Store, tmp_path: Path) -> int:
    return load(store, file(tmp_path, "报告.pdf"))


def again(store: Store, tmp_path: Path, **changes: object) -> None:
    load(store, tmp_path / "报告.pdf", version="2", **changes)


def budgeted(value: str) -> Headline:
    return sample().headline.model_copy(update={"budget": quantity(value, "万元", f"预算{value}万元")})


def test_every_word_is_kept_and_the_last_counts(store: Store, report: int) -> None:
    correct(store, report, BUDGET, "confirmed", by="甲")
    correct(store, report, BUDGET, "corrected", "936万元", "见批复", by="乙")
    first, last = corrections_of(store, report)
    assert (first.verdict, first.value, first.decided_by) == ("confirmed", None, "甲")
    assert (last.verdict, last.value, last.unit, last.was, last.note) == ("corrected", "936", "万元", "963", "见批复")
    found = reviewed(store, report, result_of(store, report))
    assert found.waiting == ()
    assert [(name, said.verdict, said.by, said.was) for name, said in found.review.facts.items()] == [
        (BUDGET, "corrected", "乙", "963 万元")
    ]
    with store.reading() as connection:
        told = [entry for entry in entries(connection, str(report)) if entry.action == "correction"]
    assert [(entry.by, entry.details["value"]) for entry in told] == [("甲", None), ("乙", "936 万元")]


def test_what_cannot_be_said_is_refused(store: Store, report: int) -> None:
    for name, verdict, value in (
        ("/headline/nothing", "confirmed", None),
        (BUDGET, "corrected", "很多"),
        (BUDGET, "corrected", None),
        ("/headline/adjusted_budget", "confirmed", None),
        (BUDGET, "perhaps", None),
    ):
        with pytest.raises(StoreError):
            correct(store, report, name, verdict, value)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        correct(store, report + 1, BUDGET, "confirmed")
    assert corrections_of(store, report) == []


def test_the_archive_is_listed_by_what_is_right(store: Store, report: int, tmp_path: Path) -> None:
    correct(store, report, SCORE, "corrected", "61.5")
    correct(store, report, "/meta/evaluated_year", "corrected", "2019")
    row = find_report(store, report)
    assert (row.score, row.year, row.corrected) == (61.5, 2019, 2)
    assert [one.id for one in find_reports(store, ReportFilter(years=[2019], score_to=62)).items] == [report]
    again(store, tmp_path)
    assert find_report(store, report).score == 61.5
    correct(store, report, SCORE, "confirmed")
    assert (find_report(store, report).score, find_report(store, report).corrected) == (
        float(sample().headline.total_score.value),  # type: ignore[union-attr]
        1,
    )


def test_a_correction_outlives_what_is_read_and_a_confirmation_waits(store: Store, report: int, tmp_path: Path) -> None:
    correct(store, report, BUDGET, "corrected", "936", "见批复")
    correct(store, report, SCORE, "confirmed")
    again(store, tmp_path)
    assert set(reviewed(store, report, result_of(store, report)).review.facts) == {BUDGET, SCORE}
    headline = budgeted("900").model_copy(update={"total_score": quantity("80", "分", "80分")})
    load(store, tmp_path / "报告.pdf", version="3", headline=headline)
    found = reviewed(store, report, result_of(store, report))
    assert {name: (said.value, said.was) for name, said in found.review.facts.items()} == {BUDGET: ("936", "900 万元")}
    assert [one.fact for one in found.waiting] == [SCORE]


def test_a_problem_that_is_worded_otherwise_is_known_again(store: Store, report: int, tmp_path: Path) -> None:
    problem, *others = sample().problems
    long = problem.model_copy(update={"heading": "项目预算编制不够细化，没有测算依据"})
    load(store, tmp_path / "报告.pdf", version="2", problems=[long, *others])
    name = "/problems/项目预算编制不够细化,没有测算依据"
    correct(store, report, name, "corrected", "成本控制")
    shorter = problem.model_copy(update={"heading": "项目预算编制不够细化，没有测算的依据"})
    load(store, tmp_path / "报告.pdf", version="3", problems=[shorter, *others])
    found = reviewed(store, report, result_of(store, report))
    assert [said.value for said in found.review.facts.values()] == ["成本控制"]
    load(store, tmp_path / "报告.pdf", version="4", problems=[])
    found = reviewed(store, report, result_of(store, report))
    assert (found.review.facts, [one.fact for one in found.waiting]) == ({}, [name])


def test_progress_counts_alarms_and_what_was_looked_at(store: Store, report: int, tmp_path: Path) -> None:
    other = load(store, file(tmp_path, "另一份.pdf"), **titled("另一份"))
    assert progress_of(store, [report, other])[report] == Progress(high=1, info=1)
    decide(store, report, "a1", "dismissed", "四舍五入")
    decide(store, report, "a1", "confirmed")
    correct(store, report, BUDGET, "confirmed")
    correct(store, report, BUDGET, "corrected", "936")
    found = progress_of(store, [report, other])
    assert found == {report: Progress(high=1, decided=1, info=1, facts=1), other: Progress(high=1, info=1)}
    assert found[report].done and not found[other].done
    correct(store, report, SCORE, "confirmed")
    score = quantity("80", "分", "80分")
    again(store, tmp_path, findings=[], headline=budgeted("963").model_copy(update={"total_score": score}))
    assert progress_of(store, [report])[report] == Progress(facts=2, waiting=2), "a finding and a fact"


def test_what_waits_is_settled_and_counts_again_where_it_finds_its_place(
    store: Store, report: int, tmp_path: Path
) -> None:
    decide(store, report, "a1", "dismissed", "四舍五入")
    correct(store, report, SCORE, "confirmed")
    headline = budgeted("963").model_copy(update={"total_score": quantity("80", "分", "80分")})
    load(store, tmp_path / "报告.pdf", version="2", findings=[], headline=headline)
    [word], [decision] = corrections_of(store, report), decisions_of(store, report)
    settle_correction(store, report, word.id, by="乙")
    settle_decision(store, report, decision.id, by="乙")
    assert progress_of(store, [report])[report] == Progress(facts=1)
    assert reviewed(store, report, result_of(store, report)).waiting == ()
    for settle, number in ((settle_correction, word.id), (settle_decision, decision.id)):
        with pytest.raises(StoreError, match="待重新确认"):
            settle(store, report, number)
    load(store, tmp_path / "报告.pdf", version="3")
    assert progress_of(store, [report])[report] == Progress(high=1, info=1, decided=1, dismissed=1, facts=1)
    assert set(reviewed(store, report, result_of(store, report)).review.facts) == {SCORE}


def test_words_on_facts_are_seen_in_other_files_of_the_report(store: Store, report: int, tmp_path: Path) -> None:
    word, other = load(store, file(tmp_path, "报告.docx")), load(store, file(tmp_path, "别的.pdf"), **titled("另一份"))
    correct(store, report, BUDGET, "confirmed")
    correct(store, report, BUDGET, "corrected", "936", "见批复", by="甲")
    correct(store, other, BUDGET, "confirmed")
    seen = carried_facts(store, word)
    assert {name: [(one.report, one.value) for one in words] for name, words in seen.items()} == {
        BUDGET: [(report, "936")]
    }
    assert carried_facts(store, report) == {}
    assert reviewed(store, word, result_of(store, word)).review.facts == {}, "it counts only where it was said"


def test_decisions_on_findings_are_part_of_the_review(store: Store, report: int) -> None:
    decide(store, report, "a1", "confirmed", by="甲")
    decide(store, report, "a1", "dismissed", "四舍五入", by="乙")
    found = reviewed(store, report, result_of(store, report)).review
    assert [(name, said.verdict, said.by, said.note) for name, said in found.findings.items()] == [
        ("a1", "dismissed", "乙", "四舍五入")
    ]
    assert Decimal(963) == result_of(store, report).headline.budget.value  # type: ignore[union-attr]
