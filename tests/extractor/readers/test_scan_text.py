"""What is known of scans without looking at a picture: marks put right, worthless text layers, what to install."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image

from extractor.readers import ReadError, read
from extractor.readers.ocr import Character
from extractor.readers.page import Page
from extractor.readers.recognition import recognised
from extractor.readers.scan_page import Scan
from extractor.readers.scan_text import proper
from extractor.readers.text_layer import is_nonsense
from tests.conftest import need


def test_without_the_extra_a_picture_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.readers.ocr.available", lambda: False)
    Image.new("L", (300, 200), 255).save(tmp_path / "a.png")
    with pytest.raises(ReadError) as error:
        read(tmp_path / "a.png")
    assert error.value.code == "file.ocr" and "heshu[ocr]" in error.value.message


@pytest.mark.parametrize("jobs", [1, 2])
def test_as_many_pages_are_recognised_at_a_time_as_there_are_jobs(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    need("ocr")
    side_by_side = threading.Barrier(jobs, timeout=20)

    def stub(image: object, number: int, size: tuple[float, float]) -> Scan:
        side_by_side.wait()  # breaks where fewer pages are under way
        return Scan(number, size, 0, 0.0)

    shown = []

    def picture_of(page: Page, dpi: float) -> object:
        shown.append(page.number)
        return object()

    monkeypatch.setattr("extractor.readers.ocr.load", lambda: None)
    monkeypatch.setattr("extractor.readers.scan_page.read_scan", stub)
    pages = (Page(number, (100.0, 100.0), 100.0, 100.0, picture=True) for number in range(1, 9))
    ahead = []
    for done, page in enumerate(recognised(pages, picture_of, jobs), 1):
        assert page is not None and page.number == done and page.recognised
        ahead.append(len(shown) - done)
    assert done == 8 and max(ahead) <= 2 * jobs


def test_a_doubtful_end_of_a_rate_is_a_percent_sign() -> None:
    def read_as(text: str, *sure: float) -> str:
        odds = [0.99] * (len(text) - len(sure)) + list(sure)
        return "".join(c.text for c in proper([Character(c, 0.0, odd) for c, odd in zip(text, odds, strict=True)]))

    assert read_as("91.6696", 0.7, 0.5) == read_as("91.669", 0.6) == "91.66%"
    assert read_as("91.669") == "91.669" and read_as("1.96", 0.5) == "1.96"


def test_a_gap_in_a_number_is_a_doubtful_point() -> None:
    def placed(text: str, wide: float) -> list[Character]:
        """Digits a step apart, a gap `wide` steps wide."""
        found, at = [], 0.0
        for sign in text:
            step = wide - 1 if sign == " " else 1.0
            found.append(Character(sign, at + step / 2, 0.99))
            at += step
        return found

    found = proper(placed("392 68", 1.8))
    assert "".join(c.text for c in found) == "39268"
    assert [c.sure < 0.95 for c in found] == [False, False, True, True, False]
    assert "".join(c.text for c in proper(placed("392 68", 4.0))) == "392 68"


@pytest.mark.parametrize(
    ("read_as", "meant"),
    [
        ("(一)项目概况", "（一）项目概况"),
        ("预算编制(3分),得分:2.5", "预算编制（3分），得分：2.5"),
        ("鲁财金[2019〕24号", "鲁财金〔2019〕24号"),
        ("共11，841，908千克", "共11,841,908千克"),
        ("执行率91。66%", "执行率91.66%"),
        ("支出1O5.2万元", "支出105.2万元"),
        ("(12.50)", "(12.50)"),
        ("l1", "11"),
        ("一一", "——"),
        ("IO.5%", "10.5%"),
        ("预算 资金 100 万元", "预算资金100万元"),
        ("GB/T 33190, 2016", "GB/T 33190, 2016"),
        ("29%6", "29%"),
        ("-级指标", "一级指标"),
    ],
)
def test_marks_and_figures_are_put_right(read_as: str, meant: str) -> None:
    assert "".join(c.text for c in proper([Character(c, 0.0, 0.9) for c in read_as])) == meant


def test_only_text_that_no_report_prints_is_nonsense() -> None:
    plain = "本项目年初预算安排资金963.00万元，截至年末实际支出882.64万元，预算执行率为91.66%。"
    assert not is_nonsense(plain, scan=True)
    assert not is_nonsense("本項目預算執行率為百分之九十，資金撥付及時，績效目標設置合理，產出質量達標。", scan=True)
    assert not is_nonsense("Annual report on the performance of projects, 2023", scan=False)
    assert is_nonsense(plain.encode().decode("gb18030", "replace"), scan=False)
    assert is_nonsense(plain.encode("gb18030").decode("latin-1"), scan=False)
    assert is_nonsense("~*jtl?I:ffi#$ BMXit&%=~ llflfl ~Fl", scan=True)
