"""Evaluation and planted errors follow the shared definitions; where the shared scorer is there, figures are equal to its."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from corpus.cli import commands
from corpus.evaluate import Gold, evaluate, number, read_gold, score_report, share_found, summary
from corpus.generate import generate
from corpus.plant import find, plant
from tests.corpus.stub_results import stub_result


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    generate(out, 4, 11, ("txt",), errors=3)
    return out


@pytest.fixture(scope="module")
def planted(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("planted")
    assert sum(count for name, count in plant(reports, out, each=5, seed=2)) >= 12
    return out


def load_scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", shared / "eval" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def result_for(gold: Gold, faults: float, seed: int) -> dict[str, Any]:
    return stub_result(gold.lines, gold.data, random.Random(seed), faults)


@pytest.mark.parametrize("faults", [0.0, 0.3])
def test_figures_equal_those_of_the_shared_scorer(shared: Path, reports: Path, planted: Path, faults: float) -> None:
    scorer = load_scorer(shared)
    for folder in sorted(path.parent for root in (reports, planted) for path in root.glob("*/gold.json")):
        gold = read_gold(folder)
        for result in (result_for(gold, faults, 5), {**result_for(gold, faults, 6), "findings": None}, {}):
            theirs, _ = scorer.score(folder, result)
            ours = score_report(gold, result).counts
            assert {name: tuple(map(int, counts)) for name, counts in theirs.items()} == {
                name: (int(count.right), count.given, count.wanted) for name, count in ours.items()
            }


def test_a_perfect_result_scores_full_marks(reports: Path, tmp_path: Path) -> None:
    for folder in sorted(path.parent for path in reports.glob("*/gold.json")):
        gold = read_gold(folder)
        (tmp_path / f"{folder.name}.json").write_text(json.dumps(result_for(gold, 0.0, 1)), encoding="utf-8")
    figures = summary(evaluate(reports, results=tmp_path)).data["summary"]
    for name in (
        "headline",
        "fact evidence",
        "meta",
        "dimensions",
        "indicators",
        "problems",
        "suggestions",
        "category",
    ):
        assert figures[name] == 1.0, name
    assert figures["checked table"] == 1.0


def test_a_missing_result_scores_nothing_and_is_named(reports: Path, tmp_path: Path) -> None:
    told: list[str] = []
    figures = summary(evaluate(reports, results=tmp_path, only={"s11-001"}, tell=told.append)).data["summary"]
    assert figures["headline"] == 0.0
    assert figures["checked table"] == 0.0
    assert told == ["s11-001：没有结果"]


def test_an_invented_fact_counts_against_the_result() -> None:
    gold = Gold(["预算10万元。"], {**empty_gold(), "headline": {"budget": None}})
    result = {
        "headline": {"budget": {"value": 10, "unit": "万元", "text": "10", "evidence": {"quote": "预算10万元。"}}}
    }
    score = score_report(gold, result)
    assert ("budget", None, result["headline"]["budget"]) in score.wrong


def test_units_are_carried_when_amounts_are_compared() -> None:
    fact = {"value": 963, "unit": "万元", "mentions": [{"line": 1, "token": "963"}]}
    gold = Gold(["年初预算963万元，到位。"], {**empty_gold(), "headline": {"budget": fact}})
    evidence = {"quote": "年初预算963万元，到位。"}
    for value, unit, right in ((9630000, "元", True), ("0.0963", "亿元", True), (963, "元", False)):
        result = {"headline": {"budget": {"value": value, "unit": unit, "text": "963", "evidence": evidence}}}
        wrong = [name for name, _, _ in score_report(gold, result).wrong]
        assert ("budget" not in wrong) == right


def empty_gold() -> dict[str, Any]:
    lists = (
        "dimensions",
        "indicators",
        "problems",
        "problem_list",
        "defects",
        "suggestions",
        "relations",
        "inconsistencies",
    )
    return {"meta": {}, "headline": {}, **{name: [] for name in lists}}


def test_an_alarm_that_touches_no_error_is_false() -> None:
    line = "合计\t30\t20"
    relation = {"type": "sum", "y": {"line": 1, "token": "30", "nth": 1}, "a": [{"line": 1, "token": "20", "nth": 1}],
                "expr": "a[0]", "dp": 0, "holds": False, "where": "table"}  # fmt: skip
    error = {"relations": [0], "kind": "arithmetic", "places": []}
    gold = Gold([line, "另有40户。"], {**empty_gold(), "relations": [relation], "inconsistencies": [error]})

    def operand(text: str, quote: str) -> dict[str, Any]:
        return {"text": text, "evidence": {"quote": quote}}

    right = {"kind": "sum", "verdict": "inconsistent", "severity": "high", "stated": operand("30", "合计 | 30 | 20"),
             "operands": [operand("20", "合计 | 30 | 20")]}  # fmt: skip
    other = {"kind": "count", "verdict": "inconsistent", "severity": "high", "stated": operand("40", "另有40户。"),
             "operands": []}  # fmt: skip
    counts = score_report(gold, {"checks": [right, other]}).counts
    assert (counts["real errors found"].right, counts["real errors found"].wanted) == (1, 1)
    assert (counts["alarms explained"].right, counts["alarms explained"].given) == (1, 2)
    assert counts["verdict on false"].right == 1


def test_texts_and_numbers_are_compared_as_they_survive_parsing() -> None:
    assert number("１，２３４．５０") == number("1,234.5")
    assert number("1.6 6%") == number("1.66")
    assert number("无") is None
    assert share_found("绩效目标未细化", "绩效目标未细化、未量化") > 0.9
    assert share_found("绩效目标", "完全不同的一句话") == 0.0


def test_planted_numbers_stand_where_recorded_and_break_their_relations(planted: Path, reports: Path) -> None:
    for path in planted.glob("*/gold.json"):
        gold, before = read_gold(path.parent), read_gold(reports / path.parent.name)
        changed = {i for i, (a, b) in enumerate(zip(gold.lines, before.lines, strict=True), 1) if a != b}
        assert changed == {record["anchor"]["line"] for record in gold.data["planted"]}
        for record in gold.data["planted"]:
            anchor = record["anchor"]
            assert find(gold.lines[anchor["line"] - 1], anchor["token"], anchor["nth"]) >= 0
            assert record["was"] in before.lines[anchor["line"] - 1]
        assert sum(bool(relation.get("broken")) for relation in gold.data["relations"]) >= len(changed)


def test_commands_speak_chinese(tmp_path: Path) -> None:
    run = CliRunner()
    made = run.invoke(commands, ["generate", str(tmp_path / "out"), "--count", "2", "--seed", "4", "--errors", "2"])
    assert made.exit_code == 0, made.output
    assert "共生成 2 份" in made.output
    wrong = run.invoke(commands, ["generate", str(tmp_path / "out"), "--format", "ofd"])
    assert wrong.exit_code == 2
    assert "不认识的格式：ofd" in wrong.output
    planting = run.invoke(commands, ["plant", str(tmp_path / "out"), str(tmp_path / "planted"), "--each", "2"])
    assert "共植入 4 处" in planting.output
    results = tmp_path / "results"
    results.mkdir()
    scored = run.invoke(
        commands, ["evaluate", str(tmp_path / "out"), "--results", str(results), "--json", str(tmp_path / "s.json")]
    )
    assert scored.exit_code == 0, scored.output
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["summary"]["headline"] == 0.0
