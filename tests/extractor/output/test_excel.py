"""The workbook, read back: sheets, numbers, marks, and text that must not run."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from extractor.document import Warning
from extractor.output import excel
from extractor.result import Problem, Result
from tests.conftest import need
from tests.extractor.output.sample import row, sample, sentence

CSV = "csv:Text - txt - csv (StarCalc):44,34,76"  # comma, quote, UTF-8
SHEETS = ["概览", "评分表", "问题", "勾稽核对", "预警"]


def book(folder: Path, *results: Result) -> Any:
    path = folder / "book.xlsx"
    excel.write(path, [(f"报告{number}", result) for number, result in enumerate(results, 1)])
    return openpyxl.load_workbook(path)


def columns(sheet: Any) -> dict[str, list[Any]]:
    """Header to the cells under it."""
    return {column[0].value: list(column[1:]) for column in sheet.iter_cols()}


def test_five_sheets_with_frozen_header_filter_and_print_setup(tmp_path: Path) -> None:
    made = book(tmp_path, sample())
    assert made.sheetnames == SHEETS
    for sheet in made:
        assert sheet.freeze_panes[1:] == "2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.print_title_rows == "$1:$1"


def test_every_report_has_its_rows_in_every_sheet(tmp_path: Path) -> None:
    made = book(tmp_path, sample(), sample())
    for sheet in made:
        assert {cell.value for cell in columns(sheet)["报告"]} == {"报告1", "报告2"}
    assert made["概览"].max_row == 3


def test_numbers_are_numbers_in_the_right_format(tmp_path: Path) -> None:
    made = book(tmp_path, sample())
    overview, scores = columns(made["概览"]), columns(made["评分表"])
    assert overview["支出（万元）"][0].value == pytest.approx(882.64)
    assert overview["执行率"][0].value == pytest.approx(0.9166)
    assert overview["执行率"][0].number_format == "0.00%"
    assert [cell.value for cell in scores["分值"]][:3] == [14, 4, 10]
    assert columns(made["勾稽核对"])["原文数"][0].value == pytest.approx(88.07)


def test_money_is_in_one_unit_and_tells_how_it_was_written(tmp_path: Path) -> None:
    result = sample()
    budget = result.headline.budget
    assert budget is not None
    budget.value, budget.text, budget.unit = Decimal(11841908), "11,841,908", "元"
    cell = columns(book(tmp_path, result)["概览"])["预算（万元）"][0]
    assert cell.value == pytest.approx(1184.1908)
    assert "11,841,908 元" in cell.comment.text


def test_wrong_numbers_are_filled_and_say_why(tmp_path: Path) -> None:
    made = book(tmp_path, sample())
    wrong = columns(made["勾稽核对"])["原文数"][0]
    right = columns(made["勾稽核对"])["原文数"][-2]
    assert wrong.fill.fgColor.rgb != right.fill.fgColor.rgb
    assert "合计写作 88.07 分" in wrong.comment.text
    assert columns(made["概览"])["总分"][0].comment is not None
    assert columns(made["概览"])["支出（万元）"][0].comment is None


def test_every_equation_is_listed_and_the_wrong_ones_first(tmp_path: Path) -> None:
    verdicts = [cell.value for cell in columns(book(tmp_path, sample())["勾稽核对"])["结论"]]
    assert verdicts == ["不符", "一致", "无法核对"]


def test_alarms_come_before_hints_and_those_before_what_could_not_be_read(tmp_path: Path) -> None:
    alarms = columns(book(tmp_path, sample())["预警"])
    assert [cell.value for cell in alarms["程度"]] == ["严重", "提示", "读取"]
    assert "88.07" in alarms["说明"][0].value
    assert "应为" in alarms["算式"][0].value
    assert "88.07" in alarms["原文"][0].value


def test_what_is_told_of_a_problem_elsewhere_stands_below_it(tmp_path: Path) -> None:
    problems = columns(book(tmp_path, sample())["问题"])
    told = [cell.value for cell in problems["来源"]]
    assert told == ["存在的问题", "散见问题", "问题清单", "散见问题", "建议"]
    assert [cell.value for cell in problems["对应问题"]] == [None, "1", None, None, "1"]
    assert [cell.value for cell in problems["序号"]] == [1, 1, 1, 2, 1]
    assert problems["内容"][1].value == "两项指标没有量化，扣2分"
    assert problems["可信度"][1].value == pytest.approx(0.93)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x","y")'])
def test_text_that_looks_like_a_formula_is_neutralised_everywhere(tmp_path: Path, text: str) -> None:
    result = sample()
    assert result.meta.title is not None
    result.meta.title.value = text
    result.indicators[0].path[-1] = result.indicators[0].reason = text
    result.problems = [Problem(heading=text, text=text, evidence=sentence(text))]
    result.checks[0].expression = result.findings[1].explanation = text
    result.warnings = [Warning("x", text)]
    made = book(tmp_path, result)
    cells = [cell for sheet in made for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert sum(text.strip() in cell.value for cell in cells) >= 8
    assert not [cell for cell in cells if cell.data_type == "f" or cell.value.lstrip().startswith(("=", "+", "-", "@"))]


def test_control_characters_and_endless_text_do_not_break_the_book(tmp_path: Path) -> None:
    text = "甲\x00乙\x0b丙\ud800" + "长" * 40_000
    result = sample(problems=[Problem(heading=text, text=text, evidence=row(1, text))])
    value = columns(book(tmp_path, result)["问题"])["标题"][0].value
    assert value.startswith("甲乙丙长")
    assert len(value) <= 32_767


def test_widths_follow_what_is_in_them_within_reason(tmp_path: Path) -> None:
    sheet = book(tmp_path, sample())["评分表"]
    by_header = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert by_header["三级指标"] >= len("绩效指标明确性") * 2
    assert by_header["分值"] < by_header["评分理由"] <= 60


def test_a_report_without_anything_still_makes_a_book(tmp_path: Path) -> None:
    bare = Result(extractor_version="0", source=sample().source)
    assert book(tmp_path, bare)["概览"].max_row == 2


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    need("libreoffice")
    book(tmp_path, sample())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", CSV]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "book.xlsx"], check=True, capture_output=True, timeout=120
    )
    assert "绿道维护" in (tmp_path / "book.csv").read_text(encoding="utf-8")
