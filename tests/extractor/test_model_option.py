"""`--model` and HESHU_MODEL: which model judges, and that a bad one is refused before anything is read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractor.cli import commands
from tests import tiny_model

REPORT = """云垭县灌区维修项目绩效评价报告

一、项目概况

本项目维修干渠12公里。

二、绩效分析

该指标4分，得3分。但巡查台账缺失，扣1分。

三、存在的问题

（一）巡查台账缺失。部分月份没有记录。
"""


def _no_manifest(model: Path) -> None:
    (model / "manifest.json").unlink()


def _no_part(model: Path) -> None:
    next(path for path in model.iterdir() if path.name != "manifest.json").unlink()


def _damaged(model: Path) -> None:
    part = next(path for path in model.iterdir() if path.name != "manifest.json")
    part.write_bytes(part.read_bytes()[:-10])


def _other_format(model: Path) -> None:
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    (model / "manifest.json").write_text(json.dumps({**manifest, "format": 99}), encoding="utf-8")


def _no_json(model: Path) -> None:
    (model / "manifest.json").write_text("manifest", encoding="utf-8")


BAD: list[Callable[[Path], object]] = [shutil.rmtree, _no_manifest, _no_part, _damaged, _other_format, _no_json]


def heshu(*args: object) -> Result:
    return CliRunner().invoke(commands, [str(arg) for arg in args], catch_exceptions=False)


def report(path: Path) -> Path:
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.mark.parametrize("spoil", BAD)
def test_a_bad_model_is_refused_before_any_file_is_read(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    model = tiny_model.write(tmp_path / "model")
    spoil(model)
    run = heshu("check", "--model", model, tmp_path / "没有.txt")
    assert run.exit_code == 2
    assert run.stdout == ""
    assert "模型不能用" in run.stderr and str(model) in run.stderr
    assert "没有.txt" not in run.stderr


@pytest.mark.parametrize("command", [["check"], ["extract", "--out", "results"], ["export", "--xlsx", "book.xlsx"]])
def test_every_command_that_reads_reports_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = heshu(*command, "--jobs", 2, "--model", "nothing", report(Path("a.txt")), report(Path("b.txt")))
    assert run.exit_code == 2
    assert "模型不能用" in run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_commands_of_other_rooms_tell_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HESHU_MODEL", str(tmp_path / "nothing"))
    run = heshu("corpus", "evaluate", Path(__file__).parents[2] / "corpus" / "samples")
    assert run.exit_code == 2
    assert "模型不能用" in run.stderr and "nothing" in run.stderr


def test_the_environment_names_a_model_and_the_option_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = report(tmp_path / "a.txt")
    monkeypatch.setenv("HESHU_MODEL", str(tmp_path / "nothing"))
    assert heshu("check", path).exit_code == 2
    assert heshu("check", "--model", tiny_model.write(tmp_path / "model"), path).exit_code == 0


def test_the_model_judges_in_other_processes_too(tmp_path: Path) -> None:
    model = tiny_model.write(tmp_path / "model")
    files = [report(tmp_path / "a.txt"), report(tmp_path / "b.txt")]
    run = heshu("check", "--json", "--jobs", 2, "--model", model, *files)
    for line in run.stdout.splitlines():
        result = json.loads(line)
        assert [(d["text"], d["category"], d["restates"]) for d in result["defects"]] == [
            ("巡查台账缺失", "档案资料", [0])
        ]
        assert [problem["category"] for problem in result["problems"]] == ["档案资料"]
    assert len(run.stdout.splitlines()) == 2


def test_a_model_that_goes_while_files_are_read_costs_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.jobs import Source, analyse_one

    path = report(tmp_path / "a.txt")
    outcome = analyse_one(Source(path, path), model=tmp_path / "gone")
    assert outcome.error is not None and "没有 manifest.json" in outcome.error
