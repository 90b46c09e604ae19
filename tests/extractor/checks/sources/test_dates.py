"""Dates and periods as reports write them."""

from __future__ import annotations

from datetime import date

import pytest

from extractor.checks.sources.dates import dates, day_of, periods


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2021年3月5日", date(2021, 3, 5), date(2021, 3, 5)),
        ("2021 年 3 月", date(2021, 3, 1), date(2021, 3, 31)),
        ("2024.02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-10-09", date(2022, 10, 9), date(2022, 10, 9)),
        ("二〇二二年十月", date(2022, 10, 1), date(2022, 10, 31)),
        ("二〇二三年十二月二十一日", date(2023, 12, 21), date(2023, 12, 21)),
        ("2023年5月下旬", date(2023, 5, 21), date(2023, 5, 31)),
        ("2023年底", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023年第三季度", date(2023, 7, 1), date(2023, 9, 30)),
        ("2020年度", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_forms(text: str, low: date, high: date) -> None:
    [found] = dates(text)
    assert (found.low, found.high) == (low, high)
    assert text[found.start : found.end] == text


@pytest.mark.parametrize("text", ["共支出2021.12万元", "为期3个月", "于3月5日开工", "2022年2月30日", "〔2021〕15号"])
def test_no_dates(text: str) -> None:
    assert dates(text) == []


def test_year_of_the_date_before() -> None:
    first, second, third = dates("计划2021年3月开工，8月底完工，次年1月验收")
    assert (second.low.year, second.low.month, second.inherited) == (2021, 8, True)
    assert (third.low.year, third.low.month) == (2022, 1)
    assert not first.inherited
    [given] = dates("6月完成", year=2019)
    assert given.low == date(2019, 6, 1)


def test_periods() -> None:
    [period] = periods("2022年3月1日至6月30日完成，7月验收")
    assert (period.first.low, period.last.high) == (date(2022, 3, 1), date(2022, 6, 30))


def test_days_of_a_result_s_date() -> None:
    assert day_of("2022-02") == (date(2022, 2, 1), date(2022, 2, 28))
    assert day_of("2022-02-05") == (date(2022, 2, 5), date(2022, 2, 5))
    assert day_of("2022") is None
