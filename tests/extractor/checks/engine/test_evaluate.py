"""Verdicts on rounding-aware intervals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.checks.engine.evaluate import Evaluated, evaluate
from extractor.checks.engine.findings import gather
from extractor.checks.engine.proposal import Proposal, Term
from extractor.document import Evidence
from extractor.result import CheckKind


def number(text: str, unit: str | None, at: int) -> Term:
    digits = text.replace(",", "")
    return Term(text, Decimal(digits), unit, len(digits.partition(".")[2]), Evidence(quote=f"第{at}处{text}"), (at,))


def judged(kind: CheckKind, stated: str, *operands: str) -> Evaluated:
    """Numbers are written with their unit behind a blank: `87.08 万元`."""
    terms = [number(*(text.split() + [None])[:2], at) for at, text in enumerate([stated, *operands])]  # type: ignore[list-item]
    [evaluated] = evaluate([Proposal("test.rule", kind, "table_total", tuple(terms[1:]), terms[0])])
    return evaluated


@pytest.mark.parametrize(
    ("kind", "numbers", "verdict"),
    [
        # The rounding of three parts widens what their sum may be.
        ("sum", ["10.01 万元", "3.33 万元", "3.33 万元", "3.34 万元"], "consistent"),
        ("sum", ["10.02 万元", "3.33 万元", "3.33 万元", "3.34 万元"], "inconsistent"),
        # Scores are exact.
        ("sum", ["10.01 分", "3.33 分", "3.33 分", "3.34 分"], "inconsistent"),
        ("sum", ["100.00 分", "14 分", "26.0 分", "60.00 分"], "consistent"),
        # Counts are exact too.
        ("sum", ["175", "170", "4"], "inconsistent"),
        # Units are carried.
        ("sum", ["12.15 万元", "31500.00 元", "50000.00 元", "40000.00 元"], "consistent"),
        ("sum", ["12.25 万元", "31500.00 元", "50000.00 元", "40000.00 元"], "inconsistent"),
        ("equal", ["0.12 亿元", "1180 万元"], "consistent"),
        ("difference", ["9.77 万元", "127.77 万元", "118 万元"], "consistent"),
        ("difference", ["3 分", "4 分", "1.5 分"], "inconsistent"),
        ("ratio", ["85.71 %", "12 分", "14 分"], "consistent"),
        ("ratio", ["85.17 %", "12 分", "14 分"], "inconsistent"),
        # A score that a rate gave was rounded itself: the rate before it may be another in its last digits.
        ("ratio", ["58.60 %", "2.34 分", "4 分"], "consistent"),
        ("product", ["2.34 分", "58.60 %", "4 分"], "consistent"),
        ("product", ["2.43 分", "58.60 %", "4 分"], "inconsistent"),
        ("mean", ["93.33 %", "90 %", "95 %", "95 %"], "consistent"),
        ("weighted", ["88.0 %", "80 %", "90 %", "20 分", "80 分"], "consistent"),
        ("count", ["3", "1", "1", "1"], "consistent"),
        ("count", ["4", "1", "1", "1"], "inconsistent"),
    ],
)
def test_verdict(kind: CheckKind, numbers: list[str], verdict: str) -> None:
    assert judged(kind, *numbers).check.verdict == verdict


def test_a_result_cut_off_is_consistent_but_told() -> None:
    evaluated = judged("ratio", "66.66 %", "2", "3")
    assert evaluated.check.verdict == "consistent"
    assert evaluated.cut
    assert not judged("ratio", "66.67 %", "2", "3").cut


def test_copies_of_one_precision_are_equal_or_wrong() -> None:
    assert judged("equal", "11,097.57 万元", "11,097.58 万元").check.verdict == "inconsistent"


def test_division_by_zero_is_unverifiable() -> None:
    assert judged("ratio", "100 %", "5", "0").check.verdict == "unverifiable"


def test_equation_bounds_and_difference_are_told() -> None:
    check = judged("sum", "85 分", "13 分", "18 分", "23 分", "30 分").check
    assert check.expression == "13 + 18 + 23 + 30 = 85"
    assert check.difference == 1
    assert check.expected is not None
    assert check.expected.low == check.expected.high == 84


@given(st.lists(st.decimals(min_value=0, max_value=9999, places=4), min_size=1, max_size=8), st.integers(0, 3))
def test_parts_and_total_rounded_from_true_values_never_miss(values: list[Decimal], places: int) -> None:
    """No false alarm by rounding: half-up rounding of true values to any precision is consistent."""
    shown = [
        f"{v.quantize(Decimal(1).scaleb(-places), 'ROUND_HALF_UP')} 万元" for v in [sum(values, Decimal(0)), *values]
    ]
    assert judged("sum", *shown).check.verdict == "consistent"


@given(st.decimals(min_value=0, max_value=100, places=2), st.integers(1, 100))
def test_rates_rounded_from_true_values_never_miss(score: Decimal, weight: int) -> None:
    rate = (100 * score / weight).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert judged("ratio", f"{rate} %", f"{score} 分", f"{weight} 分").check.verdict == "consistent"


def test_the_same_equation_is_checked_once() -> None:
    terms = [number(text, "分", at) for at, text in enumerate(["10", "4", "6"])]
    proposal = Proposal("one.rule", "sum", "table_total", tuple(terms[1:]), terms[0])
    again = Proposal("other.rule", "sum", "table_total", (terms[2], terms[1]), terms[0])
    assert len(evaluate([proposal, again])) == 1


def test_a_hint_gives_way_to_who_is_surer_of_the_same_equation() -> None:
    terms = [number(text, "分", at) for at, text in enumerate(["10", "4", "5"])]
    hint = Proposal("one.rule", "sum", "table_total", tuple(terms[1:]), terms[0], 0.3)
    [evaluated] = evaluate([hint, replace(hint, rule="other.rule", confidence=0.8), replace(hint, confidence=0.6)])
    assert (evaluated.proposal.rule, evaluated.proposal.confidence) == ("other.rule", 0.8)


@pytest.mark.parametrize(
    ("copies", "verdict"),
    [
        (["12.35 万元", "12.4 万元", "123500 元"], "consistent"),  # at the coarser precision of the two
        (["12.35 万元", "12.35 万元", "12.3 万元", "12.36 万元"], "inconsistent"),  # any that disagrees
        (["175 人", "175.4 人"], "consistent"),  # a whole number, more precise elsewhere
        (["175 人", "176 人"], "inconsistent"),
        (["88 分", "88.4 分"], "inconsistent"),  # scores are exact
        (["66.67 %", "66.6 %"], "inconsistent"),  # copies are not cut off
    ],
)
def test_copies_of_one_number(copies: list[str], verdict: str) -> None:
    assert judged("equal", *copies).check.verdict == verdict


def test_whole_number_made_of_more_precise_ones_was_rounded() -> None:
    assert judged("sum", "10 吨", "3.4 吨", "6.8 吨").check.verdict == "consistent"
    assert judged("sum", "11 吨", "3.4 吨", "6.8 吨").check.verdict == "inconsistent"


def test_the_value_of_most_copies_is_what_was_expected() -> None:
    evaluated = judged("equal", "91.66 %", "92.66 %", "92.66 %", "91.66 %", "92.66 %")
    assert evaluated.computed == Decimal("92.66")
    assert evaluated.check.difference == -1


def test_copies_in_another_order_are_the_same_check() -> None:
    terms = tuple(number(text, "人", at) for at, text in enumerate(["10", "10", "11"]))
    groups = [Proposal("a.rule", "equal", "table_total", (t, *(o for o in terms if o is not t))[1:], t) for t in terms]
    assert len(evaluate(groups)) == 1


KINDS: tuple[CheckKind, ...] = ("sum", "difference", "product", "ratio", "mean", "weighted", "equal")
AMOUNTS = st.decimals(min_value=1, max_value=9999, places=4)


def true_result(kind: CheckKind, values: list[Decimal]) -> Decimal:
    half = len(values) // 2
    weighted = sum((a * b for a, b in zip(values[:half], values[half:], strict=False)), Decimal(0))
    formulas = {
        "sum": lambda: sum(values, Decimal(0)),
        "difference": lambda: values[0] - sum(values[1:], Decimal(0)),
        "product": lambda: values[0] * values[1],
        "ratio": lambda: values[0] / values[1],
        "mean": lambda: sum(values, Decimal(0)) / len(values),
        "weighted": lambda: weighted / sum(values[half:], Decimal(0)),
        "equal": lambda: values[0],
    }
    return formulas[kind]()


@st.composite
def equations(draw: st.DrawFn) -> tuple[CheckKind, Decimal, list[Decimal], int, int]:
    """A kind, its true result and operands, and the decimals that operands and result show."""
    kind = draw(st.sampled_from(KINDS))
    size = {"product": 2, "ratio": 2, "equal": 1, "weighted": 2 * draw(st.integers(1, 3))}.get(
        kind, draw(st.integers(2, 5))
    )
    values = draw(st.lists(AMOUNTS, min_size=size, max_size=size))
    return kind, true_result(kind, values), values, draw(st.integers(0, 3)), draw(st.integers(0, 3))


def shown(value: Decimal, places: int, rounding: str = "ROUND_HALF_UP") -> str:
    sign, value = (-1 if value < 0 else 1), abs(value)
    return f"{sign * value.quantize(Decimal(1).scaleb(-places), rounding)} 万元"


@given(equations())
def test_true_equation_with_rounded_terms_never_misses(
    case: tuple[CheckKind, Decimal, list[Decimal], int, int],
) -> None:
    kind, result, values, places, result_places = case
    texts = [shown(v, places) for v in values]
    if kind == "ratio" and Decimal(texts[1].split()[0]) <= Decimal(1):
        return  # the base may be nothing
    assert judged(kind, shown(result, result_places), *texts).check.verdict != "inconsistent"


@given(equations())
def test_result_cut_off_is_never_above_a_hint(case: tuple[CheckKind, Decimal, list[Decimal], int, int]) -> None:
    kind, result, values, places, result_places = case
    if kind == "equal":
        return  # copies have nothing to cut off
    evaluated = judged(kind, shown(result, result_places, "ROUND_DOWN"), *(shown(v, places) for v in values))
    assert all(f.severity == "info" for f in gather([evaluated]))


@given(equations(), st.data())
def test_operand_changed_by_more_than_its_slack_is_always_found(
    case: tuple[CheckKind, Decimal, list[Decimal], int, int], data: st.DataObject
) -> None:
    kind, _, values, places, result_places = case
    if kind not in ("sum", "difference", "mean", "equal"):
        return
    slack = (len(values) + 1) * len(values) * max(Decimal(1).scaleb(-places), Decimal(1).scaleb(-result_places))
    exact_values = [Decimal(shown(v, places).split()[0]) for v in values]
    result = shown(true_result(kind, exact_values), result_places)
    at = data.draw(st.integers(0, len(values) - 1))
    exact_values[at] += slack * data.draw(st.integers(1, 50))
    assert judged(kind, result, *(shown(v, places) for v in exact_values)).check.verdict == "inconsistent"
