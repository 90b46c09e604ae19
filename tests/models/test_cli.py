import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from models import load
from models.cli import commands
from tests.models import small


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    path = tmp_path / "样本.jsonl"
    path.write_text("".join(example.line() + "\n" for example in small.examples()), encoding="utf-8")
    return path


def test_training_writes_a_model_that_loads(examples: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(commands, ["train", str(examples), "--out", str(tmp_path / "模型"), "--version", "7"])
    assert run.exit_code == 0, run.output
    assert load(tmp_path / "模型").version == "7"
    manifest = json.loads((tmp_path / "模型" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["examples"]["lines"] == len(small.examples())
    assert manifest["scores"]["linear"]["category"]["accuracy"][0] == 1.0


def test_evaluation_tells_every_label_its_mistakes_and_how_sure(examples: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(commands, ["evaluate", str(examples), "--json", str(tmp_path / "f.json")])
    assert run.exit_code == 0, run.output
    assert "问题类别：48 例，正确率 1.000" in run.output
    assert "混淆矩阵" in run.output
    assert "  时效进度：16 例，精确率 1.00，召回率 1.00，F1 1.00" in run.output
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["linear"]["category"]["count"] == 48


def test_a_line_that_is_no_example_is_named(examples: Path, tmp_path: Path) -> None:
    examples.write_text(examples.read_text(encoding="utf-8") + '{"task": "category"}\n', encoding="utf-8")
    run = CliRunner().invoke(commands, ["train", str(examples), "--out", str(tmp_path / "模型")])
    assert run.exit_code == 1
    assert f"第 {len(small.examples()) + 1} 行不是样本" in run.output


def test_too_few_examples_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "空.jsonl"
    path.write_text("", encoding="utf-8")
    run = CliRunner().invoke(commands, ["evaluate", str(path)])
    assert run.exit_code == 1
    assert "样本不足以训练" in run.output
