"""The samples of the repository, from file to what an auditor sees, in every form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from extractor.cli import commands

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
PLANTED = "planted-errors"


def gold(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / name / "gold.json").read_text(encoding="utf-8"))


def assert_defects(result: dict[str, Any], wanted: dict[str, Any]) -> None:
    """What the shipped model must make of a sample: most deficiencies that stand outside the lists, and categories. One of
    the planted errors gives full points to an indicator of which the reason tells a deficiency."""
    due = {defect["text"] for defect in wanted["defects"]}
    found = [defect["text"] for defect in result["defects"]]
    assert sum(any(text in words for words in found) for text in due) >= 0.6 * len(due)
    assert len(found) <= len(wanted["defects"]) + 8
    pairs = zip(wanted["problems"], result["problems"], strict=True)
    assert sum(a["category"] == b["category"] for a, b in pairs) >= 0.7 * len(wanted["problems"])


@pytest.mark.parametrize("form", ["txt", "docx", "pdf"])
def test_samples_from_file_to_result(tmp_path: Path, form: str) -> None:
    files = sorted(SAMPLES.glob(f"*/report.{form}"))
    run = CliRunner().invoke(commands, ["extract", *map(str, files), "--out", str(tmp_path)], catch_exceptions=False)
    assert run.exit_code == 0, run.stderr
    for name in (file.parent.name for file in files):
        result = json.loads((tmp_path / f"{name}.report.json").read_text(encoding="utf-8"))
        assert result["headline"]["total_score"]["value"] == gold(name)["headline"]["total_score"]["value"], name
        assert len(result["indicators"]) == len(gold(name)["indicators"]), name
        assert_defects(result, gold(name))
        alarms = [finding["title"] for finding in result["findings"] if finding["severity"] != "info"]
        assert bool(alarms) == (name == PLANTED), f"{name}: {alarms}"


@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_check_shows_planted_numbers_and_where_they_stand(form: str) -> None:
    run = CliRunner().invoke(commands, ["check", str(SAMPLES / PLANTED / f"report.{form}")])
    assert run.exit_code == 1
    false = {relation["y"]["token"] for relation in gold(PLANTED)["relations"] if not relation["holds"]}
    assert [token for token in false if f"【{token}】" in run.stdout]
    assert bool(re.search(r"位置  第 \d+ 页", run.stdout)) == (form == "pdf"), "pages where the form has pages"


def test_min_confidence_moves_the_line_between_alarms_and_hints() -> None:
    def check(*options: str) -> tuple[int, set[str]]:
        run = CliRunner().invoke(commands, ["check", str(SAMPLES / PLANTED / "report.txt"), "--json", *options])
        return run.exit_code, {finding["severity"] for finding in json.loads(run.stdout)["findings"]}

    assert check("--min-confidence", "1") == (0, {"info"})
    code, severities = check()
    assert code == 1 and "high" in severities
