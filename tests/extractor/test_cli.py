"""The program `heshu`: exit codes, names of results, what is said of bad files, what is imported."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractor.archives.plain import Budget
from extractor.cli import commands
from extractor.readers.errors import ReadError
from extractor.result import Result as Report
from tests.conftest import REPOSITORY
from tests.extractor.archives import packing
from tests.extractor.output.sample import sample


def fake_analyse(
    path: Path, password: str | None = None, least: float | None = None, model: Path | None = None, jobs: int = 1
) -> list[Report]:
    """Stands in for the pipeline; the file's text tells what it finds."""
    text = path.read_text(encoding="utf-8")
    if "bad" in text:
        raise ReadError("file.truncated", "文件不完整")
    if "locked" in text and password != "芝麻":
        raise ReadError("file.encrypted", "文件已加密，请用 --password 给出密码")
    if "defect" in text:
        raise ZeroDivisionError("oops")
    result = sample(path.name)
    result.source.sha256 = hashlib.sha256(text.encode()).hexdigest()
    if "clean" in text:
        result.findings.clear()
    if "hint" in text:
        result.findings = [finding for finding in result.findings if finding.severity == "info"]
    return [result, result] if "two" in text else [result]


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.pipeline.analyse", fake_analyse)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def heshu(*args: object) -> Result:
    return CliRunner().invoke(commands, [str(arg) for arg in args], catch_exceptions=False)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["clean"], 0),
        (["hint"], 0),
        (["wrong"], 1),
        (["clean", "wrong"], 1),
        (["clean", "bad"], 2),
        (["wrong", "bad"], 2),
    ],
)
def test_check_exits_by_alarms_and_unreadable_files(tmp_path: Path, texts: list[str], code: int) -> None:
    files = [write(tmp_path / f"{number}.txt", text) for number, text in enumerate(texts)]
    assert heshu("check", *files).exit_code == code


def test_a_bad_file_is_one_line_on_stderr_and_the_others_go_on(tmp_path: Path) -> None:
    bad, good = write(tmp_path / "坏.pdf", "bad"), write(tmp_path / "好.txt", "wrong")
    run = heshu("check", bad, tmp_path / "没有.docx", good)
    assert run.stderr.splitlines() == [f"无法读取 {bad}：文件不完整", f"无法读取 {tmp_path / '没有.docx'}：文件不存在"]
    assert "得分合计不符" in run.stdout


def test_a_defect_of_the_program_is_reported_for_its_file_alone(tmp_path: Path) -> None:
    run = heshu("check", write(tmp_path / "a.txt", "defect"), write(tmp_path / "b.txt", "clean"))
    assert run.exit_code == 2
    assert "a.txt：程序内部错误（ZeroDivisionError" in run.stderr
    assert "没有发现差错" in run.stdout


def test_a_password_opens_a_locked_file(tmp_path: Path) -> None:
    locked = write(tmp_path / "锁.pdf", "locked clean")
    assert "--password" in heshu("check", locked).stderr
    assert heshu("check", locked, "--password", "芝麻").exit_code == 0


def test_check_json_is_one_result_a_line(tmp_path: Path) -> None:
    run = heshu("check", "--json", write(tmp_path / "a.txt", "two"), write(tmp_path / "b.txt", "clean"))
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["source"]["name"] for line in lines] == ["a.txt", "a.txt", "b.txt"]
    assert run.exit_code == 1


def test_several_reports_end_with_a_summary(tmp_path: Path) -> None:
    deep = tmp_path / ("很深的文件夹" * 10)
    run = heshu("check", write(deep / "2021" / "甲.txt", "wrong"), write(deep / "乙.txt", "clean"))
    summary = run.stdout[run.stdout.index("共 2 份报告，都在") :]
    assert "很深的文件夹" in summary and "88.07" in summary
    assert "\n2021/甲.txt" in summary and "\n乙.txt" in summary


def results(folder: Path) -> dict[str, str]:
    """Name of each result and the file that it tells it came from."""
    return {path.name: json.loads(path.read_text())["source"]["name"] for path in folder.glob("[!.]*.json")}


def test_extract_names_results_by_stem_then_parent_then_number(tmp_path: Path) -> None:
    inputs = [write(tmp_path / "in" / name, "clean") for name in ("r01/report.txt", "r02/report.txt", "solo.pdf")]
    bound = write(tmp_path / "in" / "bound.txt", "two")
    run = heshu("extract", *inputs, bound, "--out", tmp_path / "out")
    assert run.exit_code == 0
    assert sorted(results(tmp_path / "out")) == [
        "bound.1.json",
        "bound.2.json",
        "r01.report.json",
        "r02.report.json",
        "solo.json",
    ]


def test_forms_of_one_report_in_one_folder_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for name in ("r01/report.txt", "r01/report.docx", "r02/report.txt", "r02/Report.pdf"):
        write(tmp_path / "in" / name, "clean")
    heshu("extract", tmp_path / "in", "--out", tmp_path / "out")
    there = results(tmp_path / "out")
    assert sorted(there.values()) == ["Report.pdf", "report.docx", "report.txt", "report.txt"]
    assert len({name.casefold() for name in there}) == 4


def test_names_too_long_for_a_file_system_are_cut_and_stay_apart(tmp_path: Path) -> None:
    name = "二〇二三年度" * 12 + ".txt"
    for folder in ("甲" * 60, "乙" * 60):
        write(tmp_path / "in" / folder / name, "clean")
    assert heshu("extract", tmp_path / "in", "--out", tmp_path / "out").exit_code == 0
    assert len(results(tmp_path / "out")) == 2


def test_no_run_overwrites_what_came_from_another_source(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a" / "report.txt", "clean one"), write(tmp_path / "b" / "report.txt", "clean other")
    out = tmp_path / "out"
    heshu("extract", one, "--out", out)
    first = (out / "report.json").read_text()
    heshu("extract", other, "--out", out)
    assert (out / "report.json").read_text() == first
    assert sorted(results(out)) == ["b.report.json", "report.json"]


def test_a_second_run_replaces_its_own_results_even_of_a_changed_file(tmp_path: Path) -> None:
    one, out = write(tmp_path / "report.txt", "clean"), tmp_path / "out"
    heshu("extract", one, "--out", out)
    write(one, "clean and changed")
    heshu("extract", one, "--out", out)
    assert sorted(results(out)) == ["report.json"]
    changed = json.loads((out / "report.json").read_text())
    assert changed["source"]["sha256"] == hashlib.sha256(b"clean and changed").hexdigest()


def test_extract_writes_what_it_can_and_exits_2(tmp_path: Path) -> None:
    run = heshu(
        "extract", write(tmp_path / "a.txt", "bad"), write(tmp_path / "b.txt", "wrong"), "--out", tmp_path / "out"
    )
    assert run.exit_code == 2
    assert list(results(tmp_path / "out")) == ["b.json"]
    assert not list((tmp_path / "out").glob("*.tmp"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    run = heshu("extract", write(tmp_path / "a.txt", "clean"), "--out", write(tmp_path / "b.txt", "clean") / "out")
    assert run.exit_code == 2
    assert "无法写入" in run.stderr


def test_folders_are_walked_for_known_kinds(tmp_path: Path) -> None:
    for name in ("x/a.PDF", "x/y/b.docx", "x/c.md", "x/gold.json", "x/~$b.docx", "x/.git/d.txt"):
        write(tmp_path / name, "clean")
    heshu("extract", tmp_path / "x", tmp_path / "x" / "c.md", "--out", tmp_path / "out")
    assert sorted(results(tmp_path / "out").values()) == ["a.PDF", "b.docx", "c.md"]


def test_a_folder_without_reports_is_told(tmp_path: Path) -> None:
    run = heshu("check", tmp_path)
    assert run.exit_code == 2
    assert run.stderr.startswith(f"无法读取 {tmp_path}：")


def test_an_archive_is_read_member_by_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    inner = packing.seven([("丙.txt", b"clean")])
    members = [("甲.txt", b"clean"), ("坏.docx", b"bad"), ("../乙.txt", b"wrong"), ("内/in.7z", inner), ("x.jpg", b"")]
    (tmp_path / "a.zip").write_bytes(packing.zipped(members))
    run = heshu("check", "--json", tmp_path / "a.zip")
    told = {line["source"]["name"]: line["warnings"] for line in map(json.loads, run.stdout.splitlines())}
    assert list(told) == ["a.zip/甲.txt", "a.zip/乙.txt", "a.zip/内/in.7z/丙.txt"]
    assert [w["code"] for w in told["a.zip/乙.txt"]] == [*(w["code"] for w in told["a.zip/甲.txt"]), "file.name"]
    assert run.stderr.splitlines() == [f"无法读取 {tmp_path / 'a.zip' / '坏.docx'}：文件不完整"]
    assert run.exit_code == 2
    assert heshu("extract", tmp_path, "--out", tmp_path / "out", "--jobs", 1).exit_code == 2
    assert sorted(path.name for path in (tmp_path / "out").glob("[!.]*")) == ["丙.json", "乙.json", "甲.json"]
    assert list(room.iterdir()) == []


def test_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packing.zipped([("x/a.txt", b"clean"), ("/x/a.txt", b"clean two")]))
    heshu("extract", tmp_path / "a.zip", "--out", tmp_path / "out")
    assert len(results(tmp_path / "out")) == 3


def test_archives_that_give_nothing_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.inputs.BUDGET", Budget(bytes=10))
    files = {
        "空.zip": packing.zipped([("x.jpg", b"")]),
        "断.zip": packing.zipped([("a.txt", b"clean")])[:-9],
        "锁.7z": packing.seven([("a.txt", b"clean")], password="芝麻", whole=True),
        "别.rar": b"Rar!\x1a\x07\x00",
        "多.zip": packing.zipped([("a.txt", b"clean and much more")]),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    run = heshu("check", *(tmp_path / name for name in files))
    said = [line.removeprefix(f"无法读取 {tmp_path}/") for line in run.stderr.splitlines()]
    for line, beginning in zip(
        said,
        [
            "空.zip：压缩包里没有能读的文件",
            "断.zip：压缩包不完整或已损坏",
            "锁.7z：压缩包已加密，请用 --password",
            "别.rar：是 RAR 压缩包，暂不支持，请解压",
            "多.zip：压缩包解开后超过 ",
        ],
        strict=True,
    ):
        assert line.startswith(beginning)
    assert run.exit_code == 2


def test_export_writes_all_reports_into_one_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    files = [write(tmp_path / "甲.txt", "two"), write(tmp_path / "乙.txt", "bad"), write(tmp_path / "丙.txt", "clean")]
    run = heshu("export", *files, "--xlsx", tmp_path / "out" / "表.xlsx")
    assert run.exit_code == 2
    rows = openpyxl.load_workbook(tmp_path / "out" / "表.xlsx")["概览"].iter_rows(
        min_row=2, max_col=1, values_only=True
    )
    assert [name for (name,) in rows] == ["甲.1", "甲.2", "丙"]


def test_a_name_that_is_no_text_is_read_all_the_same(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xb1\xa8.txt"  # GBK, as archives from Windows unpack
    try:
        Path(os.fsdecode(name)).write_text("clean")
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    run = heshu("extract", tmp_path, "--out", tmp_path / "out")
    assert run.exit_code == 0
    assert len(list((tmp_path / "out").glob("[!.]*.json"))) == 1
    assert heshu("check", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["chekc"], "没有命令“chekc”"),
        (["check"], "缺少参数 文件…"),
        (["extract", "a.txt"], "缺少选项 --out"),
        (["check", "a.txt", "--jobs", "x"], "选项 --jobs：“x”不是整数"),
        (["check", "a.txt", "--jobs", "-1"], "选项 --jobs：-1 太小，至少是 0"),
        (["check", "--al", "a.txt"], "--all"),
    ],
)
def test_wrong_usage_is_told_in_chinese(args: list[str], said: str) -> None:
    run = heshu(*args)
    assert run.exit_code == 2
    assert said in run.stderr
    assert not any(word in run.stderr for word in ("Usage", "Error", "Try"))


@pytest.mark.parametrize("command", [[], ["check"], ["extract"], ["export"], ["schema"]])
def test_help_is_chinese_and_fits_80_columns(command: list[str]) -> None:
    from rich.cells import cell_len

    run = heshu(*command, "--help")
    assert run.exit_code == 0
    assert "选项：" in run.stdout
    assert not any(word in run.stdout for word in ("Usage", "Options", "Show this", "required"))
    assert max(map(cell_len, run.stdout.splitlines())) <= 80


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['heshu', '--help']\n"
        "from extractor.cli import commands\n"
        "try: commands()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "pydantic",
        "spacy",
        "jieba",
        "pdfplumber",
        "pypdfium2",
        "lxml",
        "openpyxl",
        "numpy",
        "onnxruntime",
        "tokenizers",
        "rich.console",
        "corpus.cli",
    }
    assert not heavy & set(run.stderr.split())


def test_a_report_is_read_without_what_only_training_needs() -> None:
    report = REPOSITORY / "corpus" / "samples" / "planted-errors" / "report.docx"
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'onnx', 'sklearn', 'scipy'): sys.modules[name] = None  # not to be found\n"
        f"sys.argv = ['heshu', 'check', {str(report)!r}]\n"
        "from extractor.cli import commands\n"
        "commands()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "散见问题" in run.stdout or "另有 1 处提到" in run.stdout
