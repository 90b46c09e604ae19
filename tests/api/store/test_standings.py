"""What was said of a finding in one file of a report is shown in the others, and counts there for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.store import Store, decide, delete_original, standings, stats
from tests.api.store.loaded import file, finding, load, sha256_of, titled

SHARED, DRAFT_ONLY = finding("shared", "合计 | 100.00 | 88.07"), finding("draft", "预算资金 963 万元")


@pytest.fixture
def files(store: Store, tmp_path: Path) -> tuple[int, int, int]:
    """A report as Word and PDF, the PDF with one finding more, and another report with the same finding."""
    word = load(store, file(tmp_path, "报告.docx"), findings=[SHARED])
    pdf = load(store, file(tmp_path, "报告.pdf"), findings=[SHARED, DRAFT_ONLY])
    other = load(store, file(tmp_path, "另一份.pdf"), findings=[SHARED], **titled("另一份报告"))
    return word, pdf, other


def test_a_decision_is_seen_in_the_other_file_of_the_report(store: Store, files: tuple[int, int, int]) -> None:
    word, pdf, other = files
    before = stats(store)
    decide(store, pdf, "shared", "confirmed", by="甲")
    decide(store, pdf, "shared", "dismissed", "四舍五入", by="乙")
    decide(store, pdf, "draft", "confirmed", by="甲")
    here = standings(store, word)
    assert list(here) == ["shared"]
    assert here["shared"].own is None
    [carried] = here["shared"].carried
    assert (carried.report, carried.verdict, carried.note, carried.decided_by) == (pdf, "dismissed", "四舍五入", "乙")
    assert standings(store, other) == {}
    there = standings(store, pdf)
    assert {name: (one.own.verdict if one.own else None, one.carried) for name, one in there.items()} == {
        "draft": ("confirmed", ()),
        "shared": ("dismissed", ()),
    }
    assert stats(store).decisions == before.decisions + 3, "nothing is decided anew by carrying over"


def test_an_own_decision_stands_beside_the_carried_one(store: Store, files: tuple[int, int, int]) -> None:
    word, pdf, _ = files
    decide(store, pdf, "shared", "dismissed", by="甲")
    decide(store, word, "shared", "confirmed", by="乙")
    here = standings(store, word)["shared"]
    assert here.own is not None
    assert (here.own.decided_by, [one.decided_by for one in here.carried]) == ("乙", ["甲"])
    assert [one.decided_by for one in standings(store, pdf)["shared"].carried] == ["乙"]


def test_what_waits_elsewhere_is_carried_to_where_its_finding_still_is(
    store: Store, files: tuple[int, int, int], tmp_path: Path
) -> None:
    word, pdf, _ = files
    decide(store, pdf, "shared", "dismissed", by="甲")
    load(store, tmp_path / "报告.pdf", version="2", findings=[])
    assert standings(store, pdf) == {}
    [carried] = standings(store, word)["shared"].carried
    assert carried.attached is None


def test_with_its_file_a_decision_goes_everywhere(store: Store, files: tuple[int, int, int], tmp_path: Path) -> None:
    word, pdf, _ = files
    decide(store, pdf, "shared", "dismissed")
    delete_original(store, sha256_of(tmp_path / "报告.pdf"))
    assert standings(store, word) == {}
