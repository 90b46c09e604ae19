"""The documents say what is there: every command, every file that they link to."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from extractor.cli import commands

REPOSITORY = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_in_the_readme(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    missing = [command for command in commands.commands if f"`heshu {command}" not in text]
    assert not missing


@pytest.mark.parametrize("name", [*READMES, "docs/result.md", "docs/checks.md"])
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
