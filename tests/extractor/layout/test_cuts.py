"""Whether a row goes on from the page before, by where its lines stand in their cells."""

from __future__ import annotations

import pytest

from extractor.document import BBox, Cell, Line
from extractor.layout.cuts import cut_by_page

EM = 10.0


def cell(text: str, box: BBox, page: int = 1, indent: float = 4, below: float = 3) -> Cell:
    """A cell of one line of full-width characters, `below` points above its lower edge."""
    x, bottom = box[0] + indent, box[3] - below
    edges = tuple(x + EM * i for i in range(len(text) + 1))
    lines = (Line(0, len(text), page, (x, bottom - EM, edges[-1], bottom), edges),) if text else ()
    return Cell(text, lines=lines, bbox=box)


def above(label: str, text: str, below: float = 3) -> list[Cell]:
    """The last row of a page: a column of 50 points, one of 108 that holds ten characters."""
    return [cell(label, (50, 700, 100, 760)), cell(text, (100, 700, 208, 760), below=below)]


def rest(label: str, text: str) -> list[Cell]:
    return [cell(label, (50, 80, 100, 110), 2), cell(text, (100, 80, 208, 110), 2)]


def test_a_full_line_at_the_lower_edge_goes_on() -> None:
    assert cut_by_page(above("数量", "按照项目管理办法逐项"), rest("", "核对资金")) is True


def test_a_line_that_had_room_left_was_the_last() -> None:
    assert cut_by_page(above("数量", "已核对"), rest("", "核对资金")) is False


def test_a_word_that_did_not_fit_may_leave_room() -> None:
    assert cut_by_page(above("数量", "管理办法共"), rest("", "2023123")) is True


def test_a_line_with_room_below_it_was_the_last() -> None:
    assert cut_by_page(above("数量", "按照项目管理办法逐项", below=30), rest("", "核对资金")) is False


def test_every_cell_that_goes_on_has_to_be_full() -> None:
    assert cut_by_page(above("数量", "按照项目管理办法逐项"), rest("质量", "核对资金")) is False


def test_a_cell_that_was_empty_does_not_go_on() -> None:
    assert cut_by_page(above("", "按照项目管理办法逐项"), rest("质量", "核对资金")) is False


@pytest.mark.parametrize("row", [[Cell("甲"), Cell("乙")], [Cell(""), Cell("")]])
def test_without_outlines_or_text_nothing_is_said(row: list[Cell]) -> None:
    assert cut_by_page(above("数量", "按照项目管理办法逐项"), row) is None
