"""Synthetic reports: what their annotation claims is true of their text, and the forms of real files occur in them."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from corpus.data_files import read, style_names
from corpus.generate import NOT_IN_SELF_EVALUATION, REQUIRES, Made, generate, make_report
from corpus.plant import find

REPORTS = 60


@pytest.fixture(scope="module")
def made() -> list[Made]:
    return [make_report("test", index) for index in range(REPORTS)]


@pytest.fixture(scope="module")
def spoilt() -> list[Made]:
    return [make_report("test", index, errors=4) for index in range(20)]


def anchors(relation: dict[str, Any]) -> list[dict[str, Any]]:
    return [relation["y"], *relation["a"]]


def token_value(anchor: dict[str, Any]) -> Decimal:
    return Decimal(re.sub(r"[,\s]", "", anchor["token"]))


def recomputed(relation: dict[str, Any]) -> bool:
    """Whether the numbers in the text satisfy the relation: each operand may be off by half of its last shown decimal."""
    if relation["type"] == "grade":
        return bool(eval(relation["expr"]) == relation["y"]["token"])
    if relation["type"] == "count":
        return len(relation["a"]) == token_value(relation["y"])
    stated, unit = float(token_value(relation["y"])), scale(relation["y"])
    values = [float(token_value(anchor)) * scale(anchor) for anchor in relation["a"]]
    exact = result(relation["expr"], values)
    exactly = relation["type"] in ("sum", "difference", "equal") and relation["dp"] < 2
    slack = 1e-9 if exactly else 0.5001 * 10 ** -relation["dp"] * unit
    for index, anchor in enumerate(relation["a"]):
        if "." in anchor["token"]:
            step = 0.5 * 10 ** -len(anchor["token"].replace(" ", "").split(".")[1]) * scale(anchor)
            slack += abs(
                result(relation["expr"], [*values[:index], values[index] + step, *values[index + 1 :]]) - exact
            )
    return abs(exact - stated * unit) <= slack


def scale(anchor: dict[str, Any]) -> float:
    """What `value` makes of the token: a power of ten, its unit in the relation's."""
    token = float(token_value(anchor))
    factor = anchor["value"] / token if token else 1.0
    assert math.isclose(math.log10(factor), round(math.log10(factor)), abs_tol=1e-6), anchor
    return factor


def result(expression: str, a: list[float]) -> float:
    return float(eval(expression, {"a": a, "sum": sum, "len": len}))


def test_relations_that_claim_to_hold_do(made: list[Made]) -> None:
    checked = Counter[str]()
    for report in made:
        for relation in report.gold["relations"]:
            assert relation["holds"], relation
            assert recomputed(relation), relation
            checked[relation["type"]] += 1
    assert set(checked) == {
        "sum", "difference", "product", "ratio", "mean", "weighted", "equal", "count", "grade",
    }  # fmt: skip


def test_anchors_stand_in_the_text(made: list[Made]) -> None:
    for report in made:
        lines = report.text.split("\n")
        headline = [m for fact in report.gold["headline"].values() if fact for m in fact["mentions"]]
        for anchor in [a for relation in report.gold["relations"] for a in anchors(relation)] + headline:
            assert find(lines[anchor["line"] - 1], anchor["token"], anchor["nth"]) >= 0, anchor


def test_rows_and_problems_stand_where_the_annotation_says(made: list[Made]) -> None:
    for report in made:
        lines = report.text.split("\n")
        for indicator in report.gold["indicators"]:
            assert indicator["path"][-1][:4] in lines[indicator["line"] - 1]
        for problem in report.gold["problems"]:
            assert problem["heading"][:4] in plain(lines[problem["line"] - 1])
            inline = "inline_problems" in report.gold["forms"]
            assert problem["last_line"] == problem["line"] if inline else problem["last_line"] > problem["line"]
        for defect in report.gold["defects"]:
            assert plain(defect["text"]) in plain(lines[defect["line"] - 1])


def plain(text: str) -> str:
    return re.sub(r"[\s,，；;（）()：:]", "", text)


def test_the_weights_of_every_score_sheet_add_up(made: list[Made]) -> None:
    sheets = [report.gold for report in made if report.gold["indicators"]]
    assert len(sheets) > REPORTS / 2
    for gold in sheets:
        assert sum(Decimal(str(row["weight"])) for row in gold["indicators"]) == 100
        total = sum(Decimal(str(row["score"])) for row in gold["indicators"])
        assert total == Decimal(str(gold["headline"]["total_score"]["value"]))


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        generate(tmp_path / name, 2, 7, ("txt",), errors=2)
    first, second = ([p.read_bytes() for p in sorted((tmp_path / name).rglob("*.*"))] for name in ("a", "b"))
    assert len(first) == 4
    assert first == second
    assert make_report("8", 1).text.encode() not in first


def test_every_form_occurs_at_about_its_rate(made: list[Made]) -> None:
    own = [report for report in made if "self_evaluation" in report.gold["forms"]]
    for form, rate in read("rates")["forms"].items():
        if form == "bound":
            continue
        among = [r for r in made if r not in own] if form in NOT_IN_SELF_EVALUATION or form in REQUIRES else made
        if form in REQUIRES:
            among = [r for r in among if REQUIRES[form] in r.gold["forms"]]
        share = sum(form in report.gold["forms"] for report in among) / len(among)
        allowed = 3.5 * math.sqrt(rate * (1 - rate) / len(among)) + 0.05
        assert abs(share - rate) <= allowed, (form, share, rate, len(among))
        assert share > 0, form
    assert {report.gold["style"] for report in made} == set(style_names())
    assert len(style_names()) >= 6


SEEN = {
    "summary": r"(?m)^摘 要$",
    "contents": r"(?m)^目 录$",
    "spaced_labels": r"(?m)^主 管 部 门|^项 目 主 管|^预 算 部 门|^主 管 单 位",
    "town_scores": r"镇（街道）\t得分\t排名",
    "markdown_ruling": r"-----\t-----",
    "cut_continued": "续上页",
    "answer_sheet": "逐份统计",
    "problem_list": "问题清单",
    "sentence_headings": r"[）)．.、] ?[^\n]{10,}，[^\n]{4,}。\n",
    "numbering_mix": r"(?m)^#* ?\([一二三]+\)",
    "inner_spaces": r"\d\.\d \d",
    "html_residue": "<b>",
    "latex_residue": r"\\times 100",
    "bookmark_residue": r"\[bookmark: _Toc\d+\]",
    "thousands_separator": r"\d,\d{3}",
    "questionnaire": "A.非常满意|满意度",
}


def test_the_forms_recorded_are_seen_in_the_text(made: list[Made]) -> None:
    for form, pattern in SEEN.items():
        having = [report for report in made if form in report.gold["forms"]]
        seen = sum(bool(re.search(pattern, report.text)) for report in having)
        assert seen >= 0.7 * len(having) > 0, (form, seen, len(having))
        if form not in ("questionnaire", "problem_list", "sentence_headings", "numbering_mix"):
            assert not any(re.search(pattern, report.text) for report in made if form not in report.gold["forms"]), form


def sheet_rows(report: Made) -> list[list[str]]:
    """The rows of the appendix's score sheet."""
    rest = report.text.split("\n")[min(row["line"] for row in report.gold["indicators"]) - 3 :]
    rows = [line.split("\t") for line in rest]
    return [row for row in rows if len(row) > 5]


def test_labels_are_merged_and_tables_cut(made: list[Made]) -> None:
    blank = [r for r in made if r.gold["indicators"] and r.gold["choices"]["row_merges"] == "blank"]
    assert all(any(row[0] == "" and row[1] == "" for row in sheet_rows(report)) for report in blank)
    cut = [r for r in made if "cut_header_repeated" in r.gold["forms"]]
    assert all(
        len({line for line in r.text.split("\n") if r.text.split("\n").count(line) > 1 and "三级指标" in line}) > 0
        for r in cut
    )
    fewer = [r for r in made if "cut_column_fewer" in r.gold["forms"]]
    assert (
        sum(len({len(row) for row in sheet_rows(report) if len(row) > 5}) > 1 for report in fewer)
        >= 0.7 * len(fewer)
        > 0
    )


def test_weights_take_all_their_forms(made: list[Made]) -> None:
    forms = {report.gold["choices"]["weight_form"]: report for report in made if report.gold["indicators"]}
    assert set(forms) == set(read("rates")["choices"]["weight_form"])
    assert re.search(r"立项依据充分性[（(]\d+分[)）]|[（(]\d(\.5)?分[)）]\t", forms["in_name"].text)
    assert re.search(r"名称\t分值\t名称\t分值", forms["pairs"].text)
    assert re.search(r"指标得分\t", forms["misnamed"].text)


def test_paragraphs_are_repeated_and_sentences_broken(made: list[Made]) -> None:
    def repeated(text: str) -> bool:
        long = [line for line in text.split("\n") if len(line) > 30 and "\t" not in line]
        return len(long) != len(set(long))

    having = [r for r in made if "repeated_paragraphs" in r.gold["forms"]]
    assert sum(repeated(report.text) for report in having) >= 0.7 * len(having) > 0
    broken = [r for r in made if "sentence_cut" in r.gold["forms"]]
    pattern = re.compile(r"(?m)^[^\t\n#]{28,}[\u3400-\u9fff]\n\n[\u3400-\u9fff][^\t\n]{10,}。$")
    assert sum(bool(pattern.search(report.text)) for report in broken) >= 0.7 * len(broken) > 0


def test_some_reports_have_no_score_sheet_and_some_hide_their_problems(made: list[Made]) -> None:
    without = [r for r in made if {"no_score_table", "self_evaluation"} & set(r.gold["forms"])]
    assert without
    assert all(not r.gold["indicators"] and not re.search("三级指标\t", r.text) for r in without)
    hidden = [r for r in made if "problems_in_conclusion" in r.gold["forms"]]
    for report in hidden:
        lines = report.text.split("\n")
        first = report.gold["problems"][0]["line"]
        after = "\n".join(lines[first:])
        assert len(re.findall("指标", after)) > 5, "the analysis of the indicators follows the problems"


def test_bound_files_name_their_reports(tmp_path: Path) -> None:
    folders = generate(tmp_path, 50, 3, ("txt",))
    names = json.loads((tmp_path / "bound-001" / "names.json").read_text(encoding="utf-8"))
    bound = (tmp_path / "bound-001" / "bound.txt").read_text(encoding="utf-8")
    assert len(names) == 3
    assert set(names) < {folder.name for folder in folders}
    position = 0
    for name in names:
        position = bound.index((tmp_path / name / "report.txt").read_text(encoding="utf-8"), position)


def test_planted_errors_are_recorded_with_the_relations_that_they_break(made: list[Made], spoilt: list[Made]) -> None:
    kinds = Counter[str]()
    sizes = Counter[int]()
    for sound, report in zip(made, spoilt, strict=False):
        lines = report.text.split("\n")
        errors = report.gold["inconsistencies"]
        assert errors
        changed = [
            number
            for number, pair in enumerate(zip(sound.text.split("\n"), lines, strict=True), 1)
            if len(set(pair)) > 1
        ]
        assert sorted(changed) == sorted(error["anchor"]["line"] for error in errors)
        false = [index for index, relation in enumerate(report.gold["relations"]) if not relation["holds"]]
        assert sorted(false) == sorted(index for error in errors for index in error["relations"])
        for error in errors:
            assert error["relations"]
            assert not any(recomputed(report.gold["relations"][index]) for index in error["relations"])
            assert error["places"][0]["quote"] in lines[error["places"][0]["line"] - 1]
            assert error["was"] in error["what"]
            kinds[error["error"]] += 1
            sizes[len(error["relations"])] += 1
    assert set(kinds) == {"digit", "swap", "drop", "point", "stale"}
    assert sizes[1] > sum(sizes.values()) / 4


def test_no_report_cites_rules_that_were_issued_after_it(made: list[Made]) -> None:
    for report in made:
        issued = [int(year) for year in re.findall(r"财预〔(\d{4})〕", report.text)]
        written = report.gold["meta"]["report_date"]
        assert not issued or not written or max(issued) <= int(written[:4])
