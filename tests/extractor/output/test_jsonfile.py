"""Results as JSON: the published schema is true, and every result fits it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from extractor.output import jsonfile
from extractor.result import Result
from tests.extractor.output.sample import sample

DOCS = Path(__file__).parents[3] / "docs"


def test_the_schema_in_docs_is_current() -> None:
    written = (DOCS / "result.schema.json").read_text(encoding="utf-8")
    assert written == jsonfile.schema() + "\n", "run: heshu schema > docs/result.schema.json"


def test_numbers_stay_numbers_and_characters_stay_readable() -> None:
    text = jsonfile.to_json(sample())
    there = json.loads(text)
    assert there["headline"]["total_score"]["value"] == 88.07
    assert there["dimensions"][0]["weight"] == 14
    assert "绿道维护" in text
    assert there["meta"]["implementing_unit"] is None


def test_a_result_read_back_is_the_same() -> None:
    again = Result.model_validate_json(jsonfile.to_json(sample()))
    assert again == sample()
    assert again.headline.budget is not None and again.headline.budget.value == Decimal(963)


def test_one_line_for_pipes() -> None:
    assert "\n" not in jsonfile.to_json(sample(), indent=None)


def test_half_characters_do_not_stop_the_writing(tmp_path: Path) -> None:
    result = sample()
    result.problems[0].text = "甲\ud800乙"
    (path,) = jsonfile.write_results(tmp_path, Path("a.pdf"), "a", [result])
    assert json.loads(path.read_text(encoding="utf-8"))["problems"][0]["text"] == "甲?乙"


def test_same_names_in_different_case_get_different_results(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "X.pdf", tmp_path / "a" / "x.pdf", tmp_path / "b" / "x.pdf"]
    assert len({name.casefold() for name in jsonfile.bases(paths).values()}) == 3
