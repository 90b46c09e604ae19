"""Loading a model: what is no model is refused with a message that says why."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models import Clause, ModelError, load
from models import folder as folders
from models.classifier import DEFAULT, LINEAR, VARIABLE
from models.encoder import GRAPH, SETTINGS, TOKENIZER
from models.folder import MANIFEST, compact, write
from tests.models import small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "模型", small.parts(), {"version": "试验"})
    return tmp_path / "模型"


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(folder)
    return str(caught.value)


def test_a_written_model_judges_like_the_one_that_was_fitted(folder: Path) -> None:
    clauses = [example.clause for example in small.examples() if example.task == "category"]
    assert load(folder).categories(clauses) == small.classifier().categories(clauses)
    assert load(folder).deficiencies(clauses) == small.classifier().deficiencies(clauses)


def test_the_environment_names_the_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(folder))
    assert load().version == "试验"


def test_the_model_that_ships_tells_plain_cases() -> None:
    classifier = load()
    goal, late = classifier.categories([Clause("绩效指标未细化量化"), Clause("补助资金未及时发放，滞后三个月")])
    assert (goal.label, late.label) == ("绩效目标", "时效进度")
    scored = {"heading": "管理制度健全性", "place": "reason"}
    lacking, sound = classifier.deficiencies(
        [
            Clause("未制定资金管理办法", sentence="未制定资金管理办法，扣2分。", mark="less", **scored),
            Clause("管理制度健全", sentence="管理制度健全，得满分。", mark="full", **scored),
        ]
    )
    assert lacking > 0.5 > sound


def test_every_run_judges_to_the_last_digit_alike() -> None:
    code = (
        "from models import Clause, load\n"
        "clauses = [Clause('部分台账未登记，', heading='档案管理', sentence='部分台账未登记，扣1分。')]\n"
        "print(load().deficiencies(clauses), load().categories(clauses), load().roles(clauses))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert b"Judgement" in said.pop()


def test_a_folder_without_manifest_is_no_model(tmp_path: Path) -> None:
    assert "不是模型文件夹" in refusal(tmp_path)
    assert "不是模型文件夹" in refusal(tmp_path / "没有")


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', "\0\1"])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    assert MANIFEST in refusal(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / LINEAR).unlink()
    assert f"缺少文件 {LINEAR}" in refusal(folder)


def test_another_format_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | {"format": 99}))
    assert "99" in refusal(folder)


def test_a_damaged_file_is_told(folder: Path) -> None:
    contents = (folder / LINEAR).read_bytes()
    (folder / LINEAR).write_bytes(contents[:-20])
    assert "已损坏" in refusal(folder)


@pytest.mark.parametrize("contents", [b"{}", b"[]", b"no JSON", b"\xff\xfe"])
def test_whole_files_that_hold_no_model_are_refused(tmp_path: Path, contents: bytes) -> None:
    write(tmp_path, {LINEAR: contents}, {"version": "试验"})
    assert "内容不完整" in refusal(tmp_path)


def shipped_with(folder: Path, changed: dict[str, bytes | None]) -> Path:
    parts = folders.read(DEFAULT)[1] | changed
    write(folder, {name: contents for name, contents in parts.items() if contents is not None}, {"version": "试验"})
    return folder


@pytest.mark.parametrize(
    "changed",
    [{GRAPH: b"no graph"}, {TOKENIZER: b"{}"}, {TOKENIZER: None}, {SETTINGS: b"[]"}, {SETTINGS: None}],
    ids=["graph", "tokenizer", "no tokenizer", "settings", "no settings"],
)
def test_an_encoder_that_is_none_is_refused(tmp_path: Path, changed: dict[str, bytes | None]) -> None:
    assert "内容不完整" in refusal(shipped_with(tmp_path, changed))


def test_an_encoder_of_other_labels_is_refused(tmp_path: Path) -> None:
    settings = json.loads(folders.read(DEFAULT)[1][SETTINGS])
    settings["labels"]["category"][0] = "别的"
    assert "category" in refusal(shipped_with(tmp_path, {SETTINGS: compact(settings)}))


def test_without_its_encoder_the_linear_models_decide_alone(tmp_path: Path) -> None:
    alone = load(shipped_with(tmp_path, {GRAPH: None, TOKENIZER: None, SETTINGS: None}))
    assert alone.encoder is None
    assert alone.categories([Clause("绩效指标未细化量化")])[0].label == "绩效目标"


@pytest.mark.parametrize("text", ["", "字" * 50_000, "no Chinese here, 12.5%", "🙂\u3000\n"])
def test_any_text_is_judged(text: str) -> None:
    classifier = load()
    assert 0 <= classifier.deficiencies([Clause(text)])[0] <= 1
    assert sum(classifier.categories([Clause(text)])[0].probabilities.values()) == pytest.approx(1)
    assert sum(classifier.roles([Clause(text)])[0].probabilities.values()) == pytest.approx(1)
    assert classifier.deficiencies([]) == classifier.categories([]) == classifier.roles([]) == []


def test_a_manifest_that_lists_other_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"other.json": compact({})}, {"version": "试验"})
    assert LINEAR in refusal(tmp_path)
