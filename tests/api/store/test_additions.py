"""What reviewers find beyond the program: it is kept with its place, outlives re-extraction, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.store import (
    Progress,
    Store,
    StoreError,
    add_finding,
    additions_of,
    progress_of,
    result_of,
    reviewed,
    withdraw_addition,
)
from api.store.log import entries
from tests.api.store.loaded import TEXT, file, load

QUOTE = "全年预算 九百六十三万元"


@pytest.fixture
def report(store: Store, tmp_path: Path) -> int:
    return load(store, file(tmp_path, "报告.pdf"))


def test_it_stands_where_its_words_stand_and_outlives_reading_again(store: Store, report: int, tmp_path: Path) -> None:
    number = add_finding(store, report, "logic", "high", "年度写错", QUOTE, by="甲")
    [one] = additions_of(store, report)
    assert (one.id, one.text, one.page, one.block, one.added_by) == (number, "年度写错", 1, 1, "甲")
    load(store, tmp_path / "报告.pdf", ["新的一段。", *TEXT], version="2")
    assert [one.block for one in additions_of(store, report)] == [2]
    load(store, tmp_path / "报告.pdf", ["新的一段。"], version="3")
    assert [(one.quote, one.block) for one in additions_of(store, report)] == [(QUOTE, None)], "it is not dropped"
    [told] = reviewed(store, report, result_of(store, report)).review.added
    assert (told.kind, told.severity, told.by) == ("logic", "high", "甲")
    assert progress_of(store, [report])[report] == Progress(high=1, info=1, added=1)


def test_it_is_taken_back(store: Store, report: int) -> None:
    number = add_finding(store, report, "grade", "low", "等级不符", by="甲")
    withdraw_addition(store, report, number, by="乙")
    assert additions_of(store, report) == []
    with pytest.raises(StoreError, match="没有编号"):
        withdraw_addition(store, report, number)
    with store.reading() as connection:
        told = [entry.by for entry in entries(connection, str(report)) if entry.action == "addition"]
    assert told == ["甲", "乙"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": " "}, "请写明"),
        ({"quote": "没有这样的一段"}, "没有这段原文"),
        ({"kind": "colour"}, "种类"),
        ({"severity": "info"}, "程度"),
        ({"report": 99}, "没有报告 99"),
    ],
)
def test_what_says_nothing_is_refused(store: Store, report: int, wrong: dict[str, str], why: str) -> None:
    told = {"report": report, "kind": "logic", "severity": "low", "text": "错", **wrong}
    with pytest.raises(StoreError, match=why):
        add_finding(store, **told)  # type: ignore[arg-type]
    assert additions_of(store, report) == []
