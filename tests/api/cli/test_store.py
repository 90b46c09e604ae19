"""heshu store, as an operator calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.store import LABELS, store_commands
from api.store import add_original, open_store, stats
from api.store.connection import newest_revision
from tests.api.store.loaded import file, load, sha256_of


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one report, named by the environment."""
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))
    store = open_store()
    load(store, file(tmp_path, "报告.txt"))
    store.close()
    return tmp_path / "报告.txt"


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(store_commands, words, input=answer)


def test_without_any_setup_a_store_is_made_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HESHU_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    newest = newest_revision()
    assert run("upgrade").output == f"档案库已升级：空 → {newest}\n"
    assert run("upgrade").output == f"档案库已是最新版本 {newest}\n"
    assert (tmp_path / "heshu" / "archive.db").exists()


def test_stats(path: Path) -> None:
    shown = run("stats").output
    assert "原件：1\n" in shown
    assert "其中差错：1\n" in shown
    figures = json.loads(run("stats", "--json").output)
    assert set(figures) == {*LABELS, "bytes"}
    assert (figures["reports"], figures["bytes"]) == (1, path.stat().st_size)


def test_delete_asks_first(path: Path) -> None:
    sha256 = sha256_of(path)
    assert run("delete", sha256[:10], answer="n\n").exit_code == 1
    assert json.loads(run("stats", "--json").output)["originals"] == 1
    done = run("delete", sha256[:10], "--yes", "--by", "甲")
    assert (done.exit_code, done.output) == (0, "已删除 报告.txt：报告 1 份，复核意见 0 条\n")
    again = run("delete", sha256[:10], "--yes")
    assert (again.exit_code, again.output) == (1, f"Error: 档案库中没有原件 {sha256[:10]}\n")


def test_backup_and_restore(path: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "备份")
    assert run("backup", folder).output == f"已备份：原件 1 个，报告 1 份，位于 {folder}\n"
    assert run("restore", folder, "--store", str(tmp_path / "新" / "a.db")).output == "已恢复：原件 1 个，报告 1 份\n"
    restored = open_store(str(tmp_path / "新" / "a.db"))
    assert stats(restored).results == 1
    assert not add_original(restored, path).new
    restored.close()
    refused = run("restore", folder)
    assert refused.exit_code == 1
    assert "空的档案库" in refused.output


def test_a_backup_without_a_lost_original_is_made_and_told(path: Path, tmp_path: Path) -> None:
    next((tmp_path / "originals").rglob(sha256_of(path))).unlink()
    made = run("backup", str(tmp_path / "备份"))
    assert made.exit_code == 1, "so that a nightly run tells, and keeps the older ones"
    assert f"报告.txt（{sha256_of(path)[:12]}）" in made.output
    restored = run("restore", str(tmp_path / "备份"), "--store", str(tmp_path / "新" / "a.db"))
    assert (restored.exit_code, "没有恢复" in restored.output) == (0, True)


def test_reading_one_report_needs_no_database() -> None:
    code = "import sys, extractor.cli, extractor.pipeline, api.cli.store; print([m for m in sys.modules if m in ('sqlalchemy', 'alembic', 'fsspec')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_not_installed_is_named() -> None:
    code = """
import sys
from importlib.metadata import EntryPoint
from extractor import cli
sys.modules["sqlalchemy"] = None
cli._rooms = lambda: {"store": EntryPoint("store", "api.cli.store:store_commands", cli.ROOMS)}
cli.commands(["store", "stats"])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr == "错误：heshu store 缺少组件 sqlalchemy，请先安装：pip install 'heshu[archive]'\n"


def test_sweep(path: Path, tmp_path: Path) -> None:
    left = tmp_path / "originals" / "incoming" / ("0" * 32)
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"x" * 100_000)
    assert run("sweep").output == "已清理：无主的文件 0 个，未写完的文件 0 个，共 0.0 MB\n"
    assert (
        run("sweep", "--older", "0h", "--dry-run").output == "可清理：无主的文件 0 个，未写完的文件 1 个，共 0.1 MB\n"
    )
    assert left.exists()
    assert run("sweep", "--older", "0h").output.startswith("已清理：无主的文件 0 个，未写完的文件 1 个")
    assert not left.exists()
    refused = run("sweep", "--older", "久")
    assert (refused.exit_code, "看不懂“久”" in refused.output) == (2, True)
