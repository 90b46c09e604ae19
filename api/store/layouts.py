"""A report's text as it is laid out: what a reader of the result looks evidence up in where there are no pages to show, or
where they cannot be seen. Kept with the result, since block numbers are those of the extractor that made it.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.store import rows, tables
from api.store.connection import Store
from extractor.document import Cell, Document, Heading, Paragraph, Table

_LEVEL = 6  # of deflation


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or where `level` is above 0 a heading. `align` is None for as usual, `place` tells of headers,
    footnotes and text boxes."""

    text: str
    level: int = 0
    align: str | None = None
    place: str = "body"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell at its top left place in the grid."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    nested: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the cells that begin in each row; the first `header` rows name the columns."""

    rows: tuple[tuple[Box, ...], ...]
    caption: str = ""
    unit: str | None = None
    header: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a document in their order, so that a block's number is its place here; `pages` is each page's width and
    height in points, where the format has pages."""

    blocks: tuple[Text | Grid, ...]
    pages: tuple[tuple[float, float], ...] = ()


def layout_of(document: Document) -> Layout:
    blocks = tuple(_grid(block) if isinstance(block, Table) else _text(block) for block in document.blocks)
    return Layout(blocks, tuple((round(width, 1), round(height, 1)) for width, height in document.pages))


def _text(block: Paragraph) -> Text:
    level = block.level if isinstance(block, Heading) else 0
    return Text(rows.storable_text(block.text), level, block.style.align, block.place)


def _grid(table: Table) -> Grid:
    found = tuple(tuple(_box(cell) for cell in table.own(row)) for row in range(len(table.rows)))
    unit = rows.storable_text(table.unit) if table.unit else None
    return Grid(found, rows.storable_text(table.caption), unit, table.header)


def _box(cell: Cell) -> Box:
    nested = tuple(_grid(table) for table in cell.nested)
    text = rows.storable_text(cell.text)
    return Box(text, cell.row, cell.column, cell.row_span, cell.column_span, nested)


def lines_of(layout: Layout) -> tuple[tuple[int, int | None, str], ...]:
    """The text line by line, each with its block and, of a table, its row; cells are divided by tabs, the places that a
    merged cell covers are empty."""
    lines: list[tuple[int, int | None, str]] = []
    for at, block in enumerate(layout.blocks):
        if isinstance(block, Text):
            lines.append((at, None, " ".join(block.text.split())))
        else:
            lines += [(at, row, text) for row, text in enumerate(_rows(block))]
    return tuple(lines)


def _rows(grid: Grid) -> list[str]:
    width = max((cell.column + cell.column_span for row in grid.rows for cell in row), default=0)
    lines = []
    for row in grid.rows:
        places = [""] * width
        for cell in row:
            places[cell.column] = " ".join(cell.text.split())
        lines.append("\t".join(places))
    return lines


def packed(layout: Layout) -> bytes:
    told = json.dumps(layout, default=_fields, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(told.encode("utf-8"), _LEVEL)


def _fields(value: Any) -> dict[str, Any]:
    """As `asdict`, a level at a time: that copies every value, which took as long as the rest of storing a result."""
    return {name: getattr(value, name) for name in value.__slots__}


def unpacked(stored: bytes) -> Layout:
    told = json.loads(zlib.decompress(stored))
    return Layout(tuple(map(_read, told["blocks"])), tuple((width, height) for width, height in told["pages"]))


def _read(told: dict[str, Any]) -> Text | Grid:
    return _read_grid(told) if "rows" in told else Text(**told)


def _read_grid(told: dict[str, Any]) -> Grid:
    found = tuple(
        tuple(Box(**{**cell, "nested": tuple(map(_read_grid, cell["nested"]))}) for cell in row) for row in told["rows"]
    )
    return Grid(**{**told, "rows": found})


def layout_in(store: Store, report: int) -> Layout | None:
    """The layout of a report as its current result was read from it. None where none was kept with it."""
    r, t = tables.reports, tables.results
    query = select(t.c.layout).join_from(t, r).where(r.c.id == report, t.c.version == r.c.version)
    with store.reading() as connection:
        stored = connection.execute(query).scalar()
    return unpacked(stored) if stored else None
