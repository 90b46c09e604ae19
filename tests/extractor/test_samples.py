"""The samples of the repository, from file to what an auditor sees, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.cli import commands

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
FORMS = ("txt", "docx", "pdf")


@pytest.mark.parametrize("form", FORMS)
def test_extract_finds_score_and_scores_of_each_sample(tmp_path: Path, form: str) -> None:
    files = sorted(SAMPLES.glob(f"*/report.{form}"))
    run = CliRunner().invoke(commands, ["extract", *map(str, files), "--out", str(tmp_path)], catch_exceptions=False)
    assert run.exit_code == 0, run.stderr
    for file in files:
        gold = json.loads((file.parent / "gold.json").read_text(encoding="utf-8"))
        result = json.loads((tmp_path / f"{file.parent.name}.report.json").read_text(encoding="utf-8"))
        if not gold["indicators"]:
            continue  # a self-evaluation without score sheet
        score = result["headline"]["total_score"]
        assert (score and score["value"]) == (gold["headline"]["total_score"] or {}).get("value"), file
        assert len(result["indicators"]) == len(gold["indicators"]), file


@pytest.mark.parametrize("form", FORMS)
def test_check_names_planted_errors_and_where_they_stand(form: str) -> None:
    run = CliRunner().invoke(commands, ["check", str(SAMPLES / "planted-errors" / f"report.{form}")])
    assert run.exit_code == 1
    assert "【6.79】" in run.stdout or "6.79 ÷ 7" in run.stdout
    assert ("第 1" in run.stdout) == (form == "pdf"), "pages where the form has pages"
