"""What auditors went through becomes gold: as they corrected it, with the errors that they found to be real."""

from __future__ import annotations

import json
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from api.cli.reviewed import reviewed_reports
from api.ingest.reading import read_one
from api.store import (
    Store,
    add_finding,
    add_original,
    correct,
    decide,
    open_store,
    report_ids,
    result_of,
    save_prepared,
)
from corpus.evaluate import evaluate
from corpus.reviewed import export
from extractor.output import wording
from tests.conftest import REPOSITORY

PLANTED = REPOSITORY / "corpus/samples/planted-errors"
PAGE = "/problems/部分设备采购单价高于批复标准,成本控制措施不足"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of a store with one report, and the report's result read once for all tests."""
    folder = tmp_path_factory.mktemp("archive")
    url = str(folder / "archive.db")
    store = open_store(url)
    _load(store, PLANTED / "report.docx")
    store.close()
    return url, folder


def _load(store: Store, path: Path) -> int:
    sha256 = add_original(store, path).sha256
    save_prepared(store, read_one(path, path.name))
    return report_ids(store, sha256)[0]


def _told(url: str, out: Path) -> list[dict[str, Any]]:
    export(reviewed_reports(url, None), out, lambda _: None)
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*/gold.json"))]


def test_a_review_becomes_gold_when_it_is_complete(archive: tuple[str, Path], tmp_path: Path) -> None:
    url, _ = archive
    store = open_store(url)
    result = result_of(store, 1)
    alarms = wording.alarms(result)
    first, *others = alarms
    assert _told(url, tmp_path / "nothing") == []
    for finding in others:
        decide(store, 1, finding.fingerprint, "confirmed", by="甲")
    assert _told(url, tmp_path / "unfinished") == [], "one alarm is still open"
    decide(store, 1, first.fingerprint, "dismissed", by="乙")
    correct(store, 1, "/headline/budget", "corrected", "9187.10", by="乙")
    correct(store, 1, "/meta/evaluator", "dismissed", by="乙")
    correct(store, 1, PAGE, "dismissed", by="乙")
    add_finding(store, 1, "logic", "medium", "扣分理由与得分不符", "雁峤县2018年", by="丙")
    store.close()

    [gold] = _told(url, tmp_path / "done")
    assert gold["headline"]["budget"]["value"] == 9187.1
    assert gold["headline"]["expenditure"]["value"] == 7121.89
    assert gold["meta"]["evaluator"] is None
    assert gold["meta"]["project_name"] == "雁峤县2018年职业农民培育补助项目"
    assert len(gold["problems"]) == len(result.problems) - 1
    *confirmed, added = gold["inconsistencies"]
    assert len(confirmed) == len(others)
    assert (added["what"], added["kind"], added["relations"]) == ("扣分理由与得分不符", "logic", [])
    assert gold["reviewed"]["by"] == ["丙", "乙", "甲"]
    [folder] = (tmp_path / "done").iterdir()
    assert (folder / "report.docx").read_bytes() == (PLANTED / "report.docx").read_bytes()
    lines = (folder / "report.txt").read_text(encoding="utf-8").split("\n")
    for relation in gold["relations"]:
        for anchor in [relation["y"], *relation["a"]]:
            assert lines[anchor["line"] - 1].count(anchor["token"]) >= anchor["nth"]
    [place] = added["places"]
    assert place["quote"] in lines[place["line"] - 1]
    assert {relation["holds"] for relation in gold["relations"]} == {True, False}


def test_what_was_exported_scores_as_it_was_read(archive: tuple[str, Path], tmp_path: Path) -> None:
    """The same report, evaluated against its own review: all that was read is right."""
    folder = tmp_path / "archive"
    folder.mkdir()
    url = str(folder / "archive.db")
    store = open_store(url)
    number = _load(store, PLANTED / "report.docx")
    for finding in result_of(store, number).findings:
        decide(store, number, finding.fingerprint, "confirmed")
    store.close()
    [_] = _told(url, tmp_path / "out")
    [score] = evaluate(tmp_path / "out", "docx", None, None, 1, lambda _: None).values()
    for name in (
        "headline",
        "meta",
        "dimensions",
        "indicators",
        "problems",
        "suggestions",
        "checked table",
        "checked text",
    ):
        assert score.counts[name].f1 == 1.0, name
    assert score.counts["real errors found"].recall == 1.0


def test_the_archive_is_found_by_its_entry_point() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [target] = project["entry-points"]["heshu.reviewed"].values()
    module, _, name = target.partition(":")
    assert getattr(import_module(module), name) is reviewed_reports
