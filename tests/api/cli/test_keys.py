"""heshu store keys, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.store import store_commands
from api.store import check_key, open_store


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))


def run(*words: str) -> Result:
    return CliRunner().invoke(store_commands, ["keys", *words])


def test_a_key_is_made_listed_and_revoked() -> None:
    made = run("make", "分析程序", "--scopes", "read, upload", "--expires", "90d", "--by", "甲")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert "以后无法再次查看" in made.stderr
    store = open_store()
    key = check_key(store, secret)
    assert key is not None and key.scopes == {"read", "upload"}

    shown = run("list").output
    assert "分析程序" in shown and "查询和下载、上传" in shown and "尚未使用" in shown
    assert secret not in shown and secret not in run("list", "--json").output
    [told] = json.loads(run("list", "--json").output)
    assert (told["name"], told["scopes"], told["valid"]) == ("分析程序", ["read", "upload"], True)

    assert run("revoke", secret).output == "已吊销密钥 1（分析程序）\n"
    assert check_key(store, secret) is None
    store.close()
    assert "没有可用的密钥" in run("list").stderr
    assert "已吊销" in run("list", "--all").output
    again = run("revoke", "1")
    assert (again.exit_code, again.output) == (1, "Error: 没有编号为 1 的密钥，或者它已被吊销\n")


@pytest.mark.parametrize(
    ("words", "reason"),
    [(("--scopes", "write"), "权限只能是"), (("--expires", "明年"), "看不懂"), (("--expires", "2020-01-01"), "已过")],
)
def test_what_cannot_be_made_is_told(words: tuple[str, ...], reason: str) -> None:
    refused = run("make", "甲", *words)
    assert refused.exit_code == 1
    assert reason in refused.output
