"""Numbers in sentences: what they are called and what they do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.checks.sources.clause import Quantity, quantities, role
from extractor.checks.sources.reading import read
from extractor.result import Facts
from tests.extractor.checks.building import report


def _of(*paragraphs: str) -> list[Quantity]:
    return [q for qs in quantities(read(report(*paragraphs), Facts())) for q in qs]


def test_years_days_and_codes_are_no_quantities() -> None:
    found = _of("2023年5月12日，按财农〔2023〕18号文件安排补助资金240万元，涉及A302地块和6个村。")
    assert [q.figure.text for q in found] == ["240", "6"]


def test_words_role_and_sentence_of_a_number() -> None:
    spent, left = _of("全年实际支出资金186.50万元。年末结余资金13.50万元。")
    assert (spent.role, spent.sentence, spent.is_money) == ("spent", 0, True)
    assert (left.role, left.sentence, left.base) == ("left", 1, Decimal(135000))


def test_unit_behind_the_last_number_of_a_list_is_that_of_all() -> None:
    assert [q.figure.unit for q in _of("三年投入分别为120、130和150万元。")] == ["万元"] * 3


def test_words_of_a_paragraph_that_breaks_off_lead_up_to_the_next() -> None:
    [rate] = _of("经测算，本项目预算执行率", "92.40%，低于计划。")
    assert rate.words.endswith("执行率")


@pytest.mark.parametrize(
    ("words", "expected"),
    [("年初预算", "budget"), ("调整后预算", "adjusted"), ("超出预算", "over"), ("实际完成", "done"), ("某镇", "")],
)
def test_role_by_words(words: str, expected: str) -> None:
    assert role(words) == expected
