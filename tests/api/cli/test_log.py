"""heshu store log, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.store import store_commands
from api.store import add_original, delete_original, open_store
from tests.api.store.loaded import file


def run(*words: str) -> str:
    done = CliRunner().invoke(store_commands, ["log", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))
    store = open_store()
    sha256 = add_original(store, file(tmp_path, "报告.txt"), by="甲").sha256
    delete_original(store, sha256, by="乙")
    store.close()
    first, second = run().splitlines()
    assert first.endswith(f"  甲  收入原件  {sha256[:12]}  name=报告.txt，size=10")
    assert second.endswith(f"  乙  删除原件  {sha256[:12]}  names=报告.txt，reports=0，decisions=0")
    assert run("--last", "1") == second + "\n"
    assert run("--by", "甲", "--subject", sha256[:8], "--since", "1h") == first + "\n"
    assert run("--since", "2100-01-01") == ""
    told = [json.loads(line) for line in run("--action", "delete", "--json").splitlines()]
    assert [(entry["by"], entry["subject"]) for entry in told] == [("乙", sha256)]
    refused = CliRunner().invoke(store_commands, ["log", "--since", "昨天"])
    assert refused.exit_code == 2
    assert "看不懂“昨天”" in refused.output
