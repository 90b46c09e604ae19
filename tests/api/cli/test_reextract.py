"""heshu store reextract, as an operator calls it after an upgrade."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from api.cli.reextract import chosen
from api.cli.store import store_commands
from api.store import ReportFilter, add_original, decide, decisions_of, open_store, result_versions, save_results
from extractor.version import VERSION
from tests.api.store.loaded import finding, paragraphs, result_for, titled

REPORT = "某市{name}项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"


@pytest.fixture
def folder(tmp_path: Path, made_file: Path, ready: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Beside a store with two files that an old version read, a decision on what it found in the first."""
    shutil.copy(made_file, tmp_path)
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))
    store = open_store()
    for name, year in (("a.txt", 2020), ("b.txt", 2021)):
        (tmp_path / name).write_text(REPORT.format(name=name), encoding="utf-8")
        added = add_original(store, tmp_path / name)
        result = result_for(added.sha256, "0", findings=[finding("f", "引文")], **titled(name, year))
        save_results(store, [result], {1: paragraphs([])})
    decide(store, 1, "f", "confirmed")
    store.close()
    return tmp_path


def run(*words: str) -> tuple[int, Result]:
    result = CliRunner().invoke(store_commands, ["reextract", *words], standalone_mode=False)
    return result.return_value, result


def test_originals_are_read_again_and_earlier_results_and_decisions_stay(folder: Path) -> None:
    code, said = run("--where", "year=2020", "--where", "alarms=yes", "--json")
    told = json.loads(said.stdout)
    assert (code, told["loaded"], told["failed"], told["version"], told["waiting"]) == (0, 1, 0, VERSION, 1)
    code, said = run()
    assert (code, "重新读取 1，失败 0" in said.stdout) == (0, True)
    assert json.loads(run("--json")[1].stdout)["loaded"] == 0
    store = open_store()
    assert [result_versions(store, report) for report in (1, 2)] == [["0", VERSION]] * 2
    (decision,) = decisions_of(store, 1)
    assert (decision.fingerprint, decision.attached) == ("f", None)
    store.close()


def test_an_original_that_cannot_be_read_keeps_its_result(folder: Path) -> None:
    store = open_store()
    for path in (folder / "originals").rglob("*"):
        if path.is_file():
            path.unlink()
    code, said = run()
    assert (code, said.stderr.count("不见了，请从备份恢复")) == (2, 2)
    assert [result_versions(store, report) for report in (1, 2)] == [["0"]] * 2
    store.close()


def test_conditions() -> None:
    assert chosen([]) is None
    assert chosen(["year=2020", "year=2021", "alarms=no", "text=预算 执行"]) == ReportFilter(
        years=(2020, 2021), has_alarms=False, text="预算 执行"
    )
    for wrong in ("year=x", "colour=red", "alarms=maybe", "year"):
        with pytest.raises(click.BadParameter, match="看不懂条件"):
            chosen([wrong])
