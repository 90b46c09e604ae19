"""Rows that a page cut in two, told by where their lines stand."""

from __future__ import annotations

from extractor.document import BBox, Cell, Line

CELL_PADDING = 0.8
"""A line this many ems short of its cell's edge may still be full: cells keep text off their borders."""
JOINING = "/-—"
"""Typesetters break no line on either side of these."""
LINE_ROOM = 1.7
"""Less than this many ems between a line and the lower edge of its cell leaves no room for another line."""


def cut_by_page(last: list[Cell], row: list[Cell]) -> bool | None:
    """Whether `row`, the first of a table's part on a page, is the rest of `last`, the last row before it; None where the
    cells' outlines are not known.

    A cell that a page cuts is full: its last line before the cut runs to the cell's right edge, as far as the next word
    allows, and to its lower edge. That has to hold for every cell that goes on.
    """
    pairs = list({id(b): (a, b) for a, b in zip(last, row, strict=False) if b.text.strip()}.values())
    if not pairs or any(cell.bbox is None for pair in pairs for cell in pair):
        return None
    if any(not b.lines for _, b in pairs):
        return None
    return all(
        bool(a.lines) and _is_full(a.bbox, a.lines[-1], b.lines[0], b.text) for a, b in pairs if a.bbox is not None
    )


def _is_full(cell: BBox, above: Line, below: Line, text: str) -> bool:
    em = max(above.bbox[3] - above.bbox[1], 1.0)
    if cell[3] - above.bbox[3] > LINE_ROOM * em:
        return False
    return cell[2] - above.bbox[2] < _first_word(below, text) + CELL_PADDING * em


def _first_word(line: Line, text: str) -> float:
    """The width of what stands together at the start of a line: a run of Latin letters and digits or one Chinese
    character, with the marks before and after it."""
    end = 0
    while end < line.end - 1 and not text[end].isalnum():
        end += 1
    end += 1
    while end < line.end and (not text[end].isalnum() or (text[end - 1].isascii() and text[end].isascii())):
        end += 1
    if text[end - 1] in JOINING and end < line.end:
        end += 1
    if len(line.edges) == line.end - line.start + 1:
        return line.edges[end] - line.edges[0]
    return end * (line.bbox[3] - line.bbox[1])
