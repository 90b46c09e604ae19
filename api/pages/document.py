"""A report as it is shown beside what was found in it: its pages with boxes on them, or its text with numbers marked. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.numbers import Number, Stretch, stretches
from api.store import Box, Grid, Layout, Text
from extractor.document import BBox, Evidence
from extractor.result import Result

_PAD = 1.5  # points between a number and its box
_A4 = (595.0, 842.0)
_LEADERS = re.compile(r"[.．…·]{6,}")  # from a heading to its page, in a table of contents


@dataclass(frozen=True, slots=True)
class Mark:
    """A number's box on a page: left, top, width, height in points."""

    number: Number
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of the file (1-based), its size in points as far as it is known."""

    number: int
    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """A paragraph, or from level 1 a heading; `at` is its block."""

    at: int
    level: int
    align: str | None
    place: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class CellView:
    id: str
    row_span: int
    column_span: int
    is_header: bool
    is_number: bool
    stretches: tuple[Stretch, ...]
    nested: tuple[GridView, ...] = ()


@dataclass(frozen=True, slots=True)
class GridView:
    at: int | None
    caption: str
    unit: str | None
    rows: tuple[tuple[CellView, ...], ...]


def pages_of(result: Result, numbers: Sequence[Number], sizes: Sequence[tuple[float, float]] = ()) -> list[PageView]:
    """The pages of this report in its file. `sizes` are those of the file's pages, in points; A4 where they are not
    known."""
    pages = result.source.part.pages or ((1, result.source.pages) if result.source.pages else None)
    if pages is None:
        return []
    marks: dict[int, list[Mark]] = defaultdict(list)
    for number in numbers:
        if number.evidence.page is not None and number.evidence.bbox is not None:
            marks[number.evidence.page].append(_mark(number, number.evidence.bbox))
    first, last = pages
    return [
        PageView(page, *(sizes[page - 1] if page <= len(sizes) else _A4), tuple(marks[page]))
        for page in range(first, last + 1)
    ]


def _mark(number: Number, box: BBox) -> Mark:
    left, top, right, bottom = box
    size = (right - left + 2 * _PAD, bottom - top + 2 * _PAD)
    return Mark(number, round(left - _PAD, 1), round(top - _PAD, 1), round(size[0], 1), round(size[1], 1))


def blocks_of(layout: Layout, numbers: Sequence[Number]) -> list[TextView | GridView]:
    """The blocks of a text in their order, the numbers in them marked."""
    placed: dict[tuple[int | None, int | None, int | None], list[Number]] = defaultdict(list)
    for number in numbers:
        evidence = number.evidence
        placed[evidence.block, evidence.row, evidence.column].append(number)
    return [
        _grid(block, at, placed) if isinstance(block, Grid) else _text(block, at, placed[at, None, None])
        for at, block in enumerate(layout.blocks)
    ]


def _text(block: Text, at: int, numbers: Sequence[Number]) -> TextView:
    text = _LEADERS.sub("……", block.text)
    return TextView(at, block.level, block.align, block.place, tuple(stretches(text, numbers)))


def _grid(
    grid: Grid, at: int, placed: dict[tuple[int | None, int | None, int | None], list[Number]], inside: str = ""
) -> GridView:
    def cell(box: Box) -> CellView:
        name = f"b{at}r{box.row}c{box.column}{inside}"
        found = (
            []
            if inside
            else [
                number
                for row in range(box.row, box.row + box.row_span)
                for column in range(box.column, box.column + box.column_span)
                for number in placed.get((at, row, column), ())
            ]
        )
        return CellView(
            id=name,
            row_span=box.row_span,
            column_span=box.column_span,
            is_header=box.row < grid.header,
            is_number=_is_number(box.text),
            stretches=tuple(stretches(box.text, found)),
            nested=tuple(_grid(one, at, placed, f"{name}-{number}") for number, one in enumerate(box.nested)),
        )

    rows = tuple(tuple(cell(box) for box in row) for row in grid.rows)
    return GridView(None if inside else at, grid.caption, grid.unit, rows)


def _is_number(text: str) -> bool:
    """Whether a cell holds a number alone, to be set flush right."""
    told = text.strip().rstrip("%％")
    return bool(told) and len(told) < 24 and not told.strip("0123456789０１２３４５６７８９.,，．-−+ ")


def anchor(evidence: Evidence | None, paged: bool) -> str:
    """The id of the element on the page at which evidence stands; empty where it stands nowhere."""
    if evidence is None:
        return ""
    if paged:
        return f"page-{evidence.page}" if evidence.page is not None else ""
    if evidence.block is None:
        return ""
    if evidence.row is not None and evidence.column is not None:
        return f"b{evidence.block}r{evidence.row}c{evidence.column}"
    return f"b{evidence.block}"
