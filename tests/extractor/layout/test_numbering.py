"""Numbering as it opens a paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.layout import chinese_number, numbering


@pytest.mark.parametrize(
    ("text", "kind", "ordinal", "rest"),
    [
        ("一、项目概况", "chinese", 1, "项目概况"),
        ("十二、其他事项", "chinese", 12, "其他事项"),
        ("（三）项目产出", "chinese_bracketed", 3, "项目产出"),
        ("(三) 项目产出", "chinese_bracketed", 3, "项目产出"),
        ("1.评价目的", "arabic", 1, "评价目的"),
        ("2、评价指标", "arabic", 2, "评价指标"),
        ("2.2021年度目标", "arabic", 2, "2021年度目标"),
        ("（4）资金到位率", "arabic_bracketed", 4, "资金到位率"),
        ("4）资金到位率", "arabic_bracketed", 4, "资金到位率"),
        ("③时效性", "circled", 3, "时效性"),
        ("- （1）立项", "arabic_bracketed", 1, "立项"),
        ("第二部分 评价结论", "part", 2, "评价结论"),
        ("二是加强监管", "ordinal_word", 2, "加强监管"),
        ("D12. 支出执行率，分值2分", "coded", 12, "支出执行率，分值2分"),
        ("3.2 评价方法", "multilevel", 2, "评价方法"),
    ],
)
def test_schemes(text: str, kind: str, ordinal: int, rest: str) -> None:
    found = numbering(text)
    assert found is not None
    assert (found.kind, found.ordinal, found.rest) == (kind, ordinal, rest)


@pytest.mark.parametrize(
    "text", ["1.5万元用于培训", "2021年预算", "12.38万元", "项目一、二期", "3.5 分", "一般公共预算", "（见附件）"]
)
def test_numbers_that_are_no_numbering(text: str) -> None:
    assert numbering(text) is None


@given(st.integers(1, 99))
def test_chinese_numerals_come_back(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    written = (
        ("" if tens == 1 else digits[tens] if tens else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    )
    assert chinese_number(written) == value
