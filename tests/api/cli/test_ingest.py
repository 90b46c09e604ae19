"""heshu ingest, as an archivist calls it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.ingest import ingest
from api.cli.progress import duration
from api.store import open_store, stats

REPORT = "某市{name}项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"


@pytest.fixture
def folder(tmp_path: Path, made_file: Path, ready: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(made_file, tmp_path)
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports"


def write(folder: Path, name: str) -> None:
    (folder / name).write_text(REPORT.format(name=name), encoding="utf-8")


def run(*words: object) -> tuple[int, Result]:
    """The exit code, and what was said."""
    result = CliRunner().invoke(ingest, [str(word) for word in words], standalone_mode=False)
    return result.return_value, result


def test_a_summary_tells_what_became_of_the_files(folder: Path) -> None:
    write(folder, "a.txt")
    write(folder, "b.xlsx")
    (folder / "c.pdf").write_bytes(b"PK\x03\x04")
    code, said = run(folder, "--json")
    summary = json.loads(said.stdout)
    failure = {"source": str(folder / "c.pdf"), "reason": "文件不完整或已损坏（压缩包结构被截断）", "attempts": 1}
    assert summary.pop("seconds") > 0
    assert summary == {
        "files": 2,
        "loaded": 1,
        "duplicate": 0,
        "failed": 1,
        "known": 0,
        "retried": 0,
        "skipped": {".xlsx": 1},
        "failures": [failure],
        "interrupted": False,
    }
    assert said.stderr == f"失败 {failure['source']}：{failure['reason']}\n"
    assert code == 2
    (folder / "c.pdf").unlink()
    code, said = run(folder)
    assert (code, said.stdout.splitlines()[1:]) == (0, ["其中 1 个以前已有结果", "未导入 .xlsx 文件 1 个"])
    assert run("--retry-failed")[0] == 2


def test_what_is_missing_is_named_and_the_rest_is_loaded(folder: Path) -> None:
    write(folder, "a.txt")
    code, said = run(folder / "*.txt", folder / "nowhere.pdf")
    assert (code, said.stderr) == (2, f"没有这个文件或文件夹：{folder / 'nowhere.pdf'}\n")
    assert "导入 1，" in said.stdout


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
def test_names_do_not_steer_the_terminal(folder: Path) -> None:
    (folder / "a\x1b[2J\n失败.pdf").write_bytes(b"PK\x03\x04")
    _, said = run(folder)
    assert "a\ufffd[2J\ufffd失败.pdf" in said.stdout
    assert "\x1b" not in said.stdout + said.stderr


def test_it_wants_to_be_told_what_to_load(folder: Path) -> None:
    result = CliRunner().invoke(ingest, [])
    assert (result.exit_code, "请给出要导入的路径" in result.output) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_watched_folder_is_loaded_until_it_is_told_to_stop(folder: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    code = "import sys; from api.cli.ingest import ingest; sys.exit(ingest(standalone_mode=False))"
    words = [sys.executable, "-c", code, "--watch", str(folder), "--json"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stdout
        write(folder, "a.txt")
        (folder / "b.pdf.part").write_bytes(b"unfinished")
        assert process.stderr.readline() == f"已导入 {folder / 'a.txt'}\n"
        process.send_signal(signal.SIGTERM)
        summary = json.loads(process.stdout.read())
    assert (process.returncode, summary["loaded"], summary["files"], summary["interrupted"]) == (130, 1, 1, True)
    store = open_store()
    assert stats(store).reports == 1
    store.close()


def test_durations_are_told_roughly() -> None:
    assert [duration(seconds) for seconds in (12, 600, 10_000)] == ["12 秒", "10 分钟", "2.8 小时"]
