"""Numbers as written, and what they allow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.quantity import Interval, cut_interval, exact, find, parse_cell, rounding_interval

numbers = st.decimals(min_value=-(10**7), max_value=10**7, places=4, allow_nan=False, allow_infinity=False)
positive = st.decimals(min_value=Decimal("0.01"), max_value=10**6, places=3, allow_nan=False, allow_infinity=False)
places = st.integers(min_value=0, max_value=3)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("预算1,234,567.80元", "1234567.80", "元"),
        ("执行率为８５．７１％", "85.71", "%"),
        ("利润为-118.61万元", "-118.61", "万元"),
        ("增长率-5%", "-5", "%"),
        ("共12,345人", "12345", "人"),
        ("得分3分", "3", "分"),
        ("提高2.5个百分点", "2.5", "个百分点"),
    ],
)
def test_figure_in_text(text: str, value: str, unit: str) -> None:
    [figure] = find(text)
    assert (figure.value, figure.unit) == (Decimal(value), unit)


def test_range_is_two_positive_numbers() -> None:
    assert [f.value for f in find("5月-7月，2021-2022年")] == [5, 7, 2021, 2022]


@pytest.mark.parametrize(
    ("text", "value", "places"),
    [
        ("补助9,00.00万元", "900", 2),
        ("单价9,00.00", "900", 2),
        ("支付1,656,10元", "165610", 0),
        ("支付12,3456.00元", "123456", 2),
    ],
)
def test_thousands_marks_gone_wrong_still_make_a_number(text: str, value: str, places: int) -> None:
    [figure] = find(text)
    assert (figure.value, figure.places) == (Decimal(value), places)


@pytest.mark.parametrize(
    ("text", "count"), [("第1,2,3项", 3), ("2023,12.25", 2), ("得分3,4.50", 2), ("分别为1,2,3万元", 3)]
)
def test_lists_with_commas_stay_lists(text: str, count: int) -> None:
    assert len(find(text)) == count


def test_dotted_chains_are_no_quantities() -> None:
    assert [f.text for f in find("见3.1.2节，2021.12.31前支付50万元")] == ["50"]


def test_spans_point_at_the_number() -> None:
    text = "　全年支出１，２３４．５０万元。"
    assert [text[f.start : f.end] for f in find(text)][-1].endswith("２３４．５０")
    text = "到位率 97.50 %，支出 8 万元"
    assert [(text[f.start : f.end], text[f.start : f.stop]) for f in find(text)] == [
        ("97.50", "97.50 %"),
        ("8", "8 万元"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("1.6 6", "1.66"),
        (" 85.71 %", "85.71"),
        ("14分", "14"),
        ("（3分）", "3"),
        ("-83.02", "-83.02"),
        ("－12", "-12"),
        ("¥500", "500"),
    ],
)
def test_cell(text: str, value: str) -> None:
    figure = parse_cell(text)
    assert figure is not None
    assert figure.value == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "3-5", "约30", "第3名次", "2021.12.31", "①", "完成"])
def test_no_cell_number(text: str) -> None:
    assert parse_cell(text) is None


@given(numbers, places)
def test_shown_number_allows_what_rounds_to_it(value: Decimal, shown: int) -> None:
    interval = rounding_interval(round(value, shown), shown)
    assert interval.low <= value <= interval.high
    assert interval.high - interval.low == Decimal(1).scaleb(-shown)


@given(positive, places)
def test_cut_number_allows_what_begins_with_it(value: Decimal, shown: int) -> None:
    step = Decimal(1).scaleb(-shown)
    assert value in cut_interval(value // step * step, shown)


def test_upper_end_of_rounding_does_not_belong() -> None:
    interval = rounding_interval(Decimal("87.08"), 2)
    assert Decimal("87.075") in interval
    assert Decimal("87.085") not in interval
    assert not interval.meets(exact(Decimal("87.085")))
    assert not interval.meets(rounding_interval(Decimal("87.09"), 2))


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=4))
def test_arithmetic_keeps_true_values(pairs: list[tuple[Decimal, Decimal]]) -> None:
    """Whatever the true values are, the interval of the result of shown ones holds the true result."""
    for a, b in pairs:
        x, y = rounding_interval(round(a, 2), 2), rounding_interval(round(b, 2) + 1, 2)
        b = b + 1
        for got, true in ((x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b)):
            assert got.low - Decimal("1e-20") <= true <= got.high + Decimal("1e-20")


@given(numbers, numbers, numbers, numbers)
def test_meeting_is_mutual(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    x = Interval(min(a, b), max(a, b), high_open=a < b)
    y = Interval(min(c, d), max(c, d), low_open=c < d)
    assert x.meets(y) == y.meets(x)


def test_division_by_what_may_be_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        exact(Decimal(1)) / rounding_interval(Decimal("0.0"), 1)


def test_a_rate_torn_by_a_blank_is_one_number() -> None:
    text = "截至年末完成1525个，占计划的102.6 2%。"
    figure = find(text)[-1]
    assert (figure.value, figure.places, text[figure.start : figure.end]) == (Decimal("102.62"), 2, "102.6 2")
    assert [f.value for f in find("得分=85.2 0%×7.00=5.96分。")] == [Decimal("85.20"), Decimal("7.00"), Decimal("5.96")]


@pytest.mark.parametrize("text", ["12.3 5% 8.1 3%", "增长12.3 5%的企业占三成"])
def test_numbers_side_by_side_stay_apart(text: str) -> None:
    assert [f.text for f in find(text)][:2] == ["12.3", "5"]
