"""Formulas in running text: what is an expression, what it gives, and what is no formula."""

from __future__ import annotations

import pytest

from extractor.checks.sources.formula import Equation, equations, evaluate, interval_of, leaves
from extractor.quantity import FOLD, find


def _of(text: str) -> list[Equation]:
    folded = text.translate(FOLD)
    return list(equations(folded, tuple(find(folded))))


@pytest.mark.parametrize(
    ("text", "numbers", "stated"),
    [
        ("执行率=882.64/963*100%=91.66%", ["882.64", "963", "100"], "91.66"),
        ("(8+12)÷25×100%＝80%", ["8", "12", "25", "100"], "80"),
        ("得分4.58分=5×91.66%", ["5", "91.66"], "4.58"),
        ("租用机柜120台×650元/台·月×12个月=93.60万元", ["120", "650", "12"], "93.60"),
        ("服务人口31,200人×45元/人·年=140.40万元", ["31,200", "45"], "140.40"),
        ("$\\frac{329}{350} \\times 100\\% = 94\\%$", ["329", "350", "100"], "94"),
    ],
)
def test_expression_and_what_it_is_said_to_give(text: str, numbers: list[str], stated: str) -> None:
    [equation] = _of(text)
    assert [f.text for f in leaves(equation.expression)] == numbers
    assert equation.stated.text == stated


@pytest.mark.parametrize("text", ["预算为963万元", "A=B", "总分=100分", "比例为3/5，共8项"])
def test_no_formula(text: str) -> None:
    assert _of(text) == []


def test_signs_bind_as_in_arithmetic() -> None:
    [equation] = _of("应拨付20+30×2-10=70万元")
    value = evaluate(equation.expression, lambda f: interval_of(f, None), scaled=False)
    assert (value.low, value.high) == (70, 70)
