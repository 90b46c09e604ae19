"""The documents say what is there: every command, every file that they link to."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from extractor.cli import ROOMS, commands

REPOSITORY = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.zh-CN.md"]
OPERATING = REPOSITORY / "docs" / "operating.zh-CN.md"
BLOCK = re.compile(r"^ *```sh *(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@cache
def program() -> click.Group:
    """The whole program, whatever is installed."""
    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"][ROOMS]
    rooms = {name: EntryPoint(name, value, ROOMS).load() for name, value in told.items()}
    return click.Group("heshu", {**commands.commands, **rooms})


def unknown_words(words: list[str]) -> list[str]:
    """Of a call of the program, the command or the options that it does not know."""
    command: click.Command = program()
    words = words[1:]
    while isinstance(command, click.Group) and words:
        found = command.commands.get(words[0])
        if found is None:
            return words[:1]
        command, words = found, words[1:]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("-") and word not in options and word != "--help"]


def calls(text: str) -> list[list[str]]:
    """The calls of the program in a document, those in the running text too, which may be cut short."""
    lines = [line for _, block in BLOCK.findall(text) for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", text)
    found = [re.search(r"(?:^|&& |heshu )(heshu [^&|>`]*)", line.strip()) for line in lines]
    return [shlex.split(match[1], comments=True) for match in found if match]


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_in_the_readme(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    missing = [command for command in commands.commands if f"`heshu {command}" not in text]
    assert not missing


@pytest.mark.parametrize(
    "name", [*READMES, "docs/result.md", "docs/checks.md", "docs/operating.zh-CN.md", "docs/scaling.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    document = REPOSITORY / name
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert links
    assert not [link for link in links if not (document.parent / link).exists()]


def test_every_key_of_a_result_is_described() -> None:
    from extractor.result import Result

    text = (REPOSITORY / "docs" / "result.md").read_text(encoding="utf-8")
    assert not [key for key in Result.model_fields if f"`{key}`" not in text]


def test_every_family_is_described() -> None:
    from extractor.checks import FAMILIES

    text = (REPOSITORY / "docs" / "checks.md").read_text(encoding="utf-8")
    rules = {sys.modules[propose.__module__].RULE for propose in FAMILIES}
    assert {"table.total", "text.residue"} <= rules
    assert not [rule for rule in rules if f"`{rule}`" not in text]


def test_every_call_in_the_operators_document_is_one() -> None:
    told = calls(OPERATING.read_text(encoding="utf-8"))
    assert len(told) > 30
    assert {call[1] for call in told} >= {"store", "serve", "ingest"}
    assert not [(call, unknown) for call in told if (unknown := unknown_words(call))]


def test_the_restore_drill_goes_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.store import open_store
    from tests.api.store.loaded import file, load

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HESHU_STORE", str(tmp_path / "archive.db"))
    store = open_store()
    load(store, file(tmp_path, "报告.txt"))
    store.close()
    [drill] = [block for label, block in BLOCK.findall(OPERATING.read_text(encoding="utf-8")) if label == "tested"]
    shown = [CliRunner().invoke(program(), shlex.split(line)[1:]) for line in drill.splitlines()]
    assert [done.exit_code for done in shown] == [0] * 4, [done.output for done in shown]
    assert "报告的各版本：1" in shown[0].output
    assert shown[0].output == shown[-1].output


def test_every_extra_that_is_named_is_one() -> None:
    extras = set(
        tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    )
    for name in (*READMES, "docs/operating.zh-CN.md", "Dockerfile"):
        named = re.findall(r"(?:heshu|'\.)\[([a-z,]+)\]", (REPOSITORY / name).read_text(encoding="utf-8"))
        assert named and {extra for group in named for extra in group.split(",")} <= extras, name
