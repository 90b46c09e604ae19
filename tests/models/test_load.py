"""Loading a model: what is no model is refused with a message that says why."""

import json
from pathlib import Path

import pytest

from models import Clause, ModelError, load
from models.classifier import LINEAR, VARIABLE
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


def test_a_manifest_that_lists_other_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"other.json": compact({})}, {"version": "试验"})
    assert LINEAR in refusal(tmp_path)
