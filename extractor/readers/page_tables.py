"""The rulings of a page → grids with merged cells. pdfplumber finds the cells; here open frames are closed first, and
cells become a rectangular grid to which every glyph is assigned once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from extractor.document import BBox, Cell, Table
from extractor.readers.page import Glyph, Page, Ruling
from extractor.readers.page_text import TextLine, joined, printed, text_lines

SNAP = 3.0
"""Rulings nearer to one another than this (points) are one: double lines, borders drawn cell by cell."""
OVERHANG = 8.0
"""Rulings that run on this far beyond the outermost crossing one show a side that was left open."""
MOST_EDGES = 3_000
"""More merged rulings than this on a page are a drawing, not tables."""

LEVEL_SHARE = 0.35
"""Level rulings without upright ones make a table only if they run over this share of the page's width."""
COLUMN_GAP = 0.8
"""White of this many ems, in line after line, parts two columns where no ruling does."""
FILLED = 0.6
"""Of a table without upright rulings this share of the rows has more than one column filled."""

Edge = dict[str, Any]


@dataclass(slots=True)
class Grid:
    """`xs`, `ys`: the boundaries of columns and rows; `cells`: (row, column, row_span, column_span); `owner[r][c]`: the
    index of the cell that covers the place; `glyphs`, `lines`: what stands in each cell, by its index."""

    xs: list[float]
    ys: list[float]
    cells: list[tuple[int, int, int, int]]
    owner: list[list[int]]
    glyphs: dict[int, list[Glyph]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, list[TextLine]] = field(default_factory=lambda: defaultdict(list))

    @property
    def box(self) -> BBox:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def at(self, x: float, y: float) -> int | None:
        """The index of the cell that holds the point, None outside."""
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return self.owner[bisect_right(self.ys, y) - 1][bisect_right(self.xs, x) - 1]


def grids(rulings: list[Ruling]) -> list[Grid]:
    """The grids that the rulings draw, from top to bottom; frames around a single cell are none."""
    edges = [_edge(ruling) for ruling in rulings]
    edges = [edge for edge in merge_edges(edges, SNAP, SNAP, SNAP, SNAP) if _length(edge) > 2 * SNAP]
    if not edges or len(edges) > MOST_EDGES:
        return []
    edges = _closed(edges)
    cells = intersections_to_cells(edges_to_intersections(edges, SNAP, SNAP))
    found = [_grid(boxes) for boxes in cells_to_tables(cells) if len(boxes) > 1]
    found = [grid for grid in found if not any(other is not grid and _inside(grid.box, other, 0.0) for other in found)]
    return sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _inside(box: BBox, grid: Grid, tolerance: float) -> bool:
    x0, top, x1, bottom = grid.box
    return (
        x0 - tolerance <= box[0]
        and top - tolerance <= box[1]
        and box[2] <= x1 + tolerance
        and box[3] <= bottom + tolerance
    )


def _edge(ruling: Ruling) -> Edge:
    x0, top, x1, bottom = ruling
    return {
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "h" if x1 - x0 > bottom - top else "v",
    }


def _length(edge: Edge) -> float:
    return float(edge["x1"] - edge["x0"] if edge["orientation"] == "h" else edge["bottom"] - edge["top"])


def _closed(edges: list[Edge]) -> list[Edge]:
    """With the sides that a table leaves open: Chinese statistical tables have no rule at the left and right, and a
    page break may leave a row without its lower one. Rulings that cross make one table."""
    added: list[Edge] = []
    for level, upright in _crossing(edges):
        if len(upright) >= 2:
            first, last = min(e["x0"] for e in upright), max(e["x0"] for e in upright)
            added += _side([e for e in level if e["x0"] < first - OVERHANG], "x0", first)
            added += _side([e for e in level if e["x1"] > last + OVERHANG], "x1", last)
        if len(level) >= 2:
            first, last = min(e["top"] for e in level), max(e["top"] for e in level)
            added += _end([e for e in upright if e["top"] < first - OVERHANG], "top")
            added += _end([e for e in upright if e["bottom"] > last + OVERHANG], "bottom")
    return edges + added


def _side(level: list[Edge], key: str, reached: float) -> list[Edge]:
    if len(level) < 2:
        return []
    x = (min if key == "x0" else max)(e[key] for e in level)
    tops = [e["top"] for e in level if abs(e[key] - x) <= SNAP]
    return [_edge(Ruling(x, min(tops), x, max(tops)))] if len(tops) > 1 else []


def _end(upright: list[Edge], key: str) -> list[Edge]:
    if len(upright) < 2:
        return []
    y = (min if key == "top" else max)(e[key] for e in upright)
    xs = [e["x0"] for e in upright if abs(e[key] - y) <= SNAP]
    return [_edge(Ruling(min(xs), y, max(xs), y))] if len(xs) > 1 else []


def _crossing(edges: list[Edge]) -> list[tuple[list[Edge], list[Edge]]]:
    """The rulings in groups that cross one another: (level ones, upright ones)."""
    level = [e for e in edges if e["orientation"] == "h"]
    upright = [e for e in edges if e["orientation"] == "v"]
    group = {id(e): number for number, e in enumerate(edges)}
    members = {group[id(e)]: [e] for e in edges}
    for v in upright:
        for h in level:
            if (
                group[id(v)] != group[id(h)]
                and v["top"] <= h["top"] + SNAP
                and v["bottom"] >= h["top"] - SNAP
                and h["x0"] - SNAP <= v["x0"] <= h["x1"] + SNAP
            ):
                old, new = group[id(h)], group[id(v)]
                for e in members[old]:
                    group[id(e)] = new
                members[new] += members.pop(old)
    return [
        ([e for e in found if e["orientation"] == "h"], [e for e in found if e["orientation"] == "v"])
        for found in members.values()
        if len(found) > 1
    ]


def open_grids(rulings: list[Ruling], found: list[Grid], glyphs: list[Glyph], width: float) -> list[Grid]:
    """Tables whose only rulings are level (三线表): at least three of the same extent, text in columns between them.
    `found` are the page's grids, whose rulings do not count; `width` is the page's."""
    level = [r for r in rulings if r.x1 - r.x0 > LEVEL_SHARE * width and not any(_inside(r, g, SNAP) for g in found)]
    result: list[Grid] = []
    while len(level) > 2:
        first = min(level, key=lambda r: r.top)
        same = [r for r in level if abs(r.x0 - first.x0) <= 2 * SNAP and abs(r.x1 - first.x1) <= 2 * SNAP]
        level = [r for r in level if r not in same]
        grid = _open_grid(same, [g for g in glyphs if first.x0 - SNAP <= (g.x0 + g.x1) / 2 <= first.x1 + SNAP])
        if grid is not None:
            result.append(grid)
    return result


def _open_grid(level: list[Ruling], glyphs: list[Glyph]) -> Grid | None:
    tops: list[float] = []
    for ruling in sorted(level, key=lambda r: r.top):
        if not tops or ruling.top - tops[-1] > SNAP:
            tops.append(ruling.top)
    lines = text_lines([g for g in glyphs if tops[0] < (g.top + g.bottom) / 2 < tops[-1]])
    if len(tops) < 3 or len(lines) < 3:
        return None
    pieces = [_pieces(line) for line in lines]
    xs = _columns(pieces, level[0].x0, level[0].x1)
    many = sum(len(parts) > 1 for parts in pieces)
    if len(xs) < 3 or many < max(2, FILLED * len(lines)):
        return None
    ys = tops
    if len(tops) == 3:  # head and body: the body has no rulings between its rows
        body = [line for line in lines if line.box[1] > tops[1]]
        middles = [(a.box[3] + b.box[1]) / 2 for a, b in pairwise(body) if b.box[0] < xs[1]]
        ys = [*tops[:2], *middles, tops[2]]
    owner = [[row * (len(xs) - 1) + column for column in range(len(xs) - 1)] for row in range(len(ys) - 1)]
    cells = [(row, column, 1, 1) for row in range(len(ys) - 1) for column in range(len(xs) - 1)]
    return Grid(xs, ys, cells, owner)


def _pieces(line: TextLine) -> list[tuple[float, float]]:
    """The stretches of a line that wide white parts, as (left, right)."""
    found: list[tuple[float, float]] = []
    for character, left, right in zip(line.text, line.edges, line.edges[1:], strict=False):
        if character == " ":
            continue
        if found and left - found[-1][1] < COLUMN_GAP * line.size:
            found[-1] = (found[-1][0], right)
        else:
            found.append((left, right))
    return found


def _columns(pieces: list[list[tuple[float, float]]], left: float, right: float) -> list[float]:
    """The boundaries of the columns: the middles of the white that the fullest lines share."""
    most = max(map(len, pieces))
    spans = sorted(span for parts in pieces if len(parts) >= max(2, FILLED * most) for span in parts)
    merged: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return [left, *((a[1] + b[0]) / 2 for a, b in pairwise(merged)), right]


def _grid(boxes: list[BBox]) -> Grid:
    xs = sorted({x for box in boxes for x in (box[0], box[2])})
    ys = sorted({y for box in boxes for y in (box[1], box[3])})
    column, row = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    owner = [[-1] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    cells: list[tuple[int, int, int, int]] = []
    for x0, top, x1, bottom in sorted(boxes, key=lambda box: (box[1], box[0])):
        r, c, r_end, c_end = row[top], column[x0], row[bottom], column[x1]
        if any(owner[i][j] >= 0 for i in range(r, r_end) for j in range(c, c_end)):
            continue
        for i in range(r, r_end):
            for j in range(c, c_end):
                owner[i][j] = len(cells)
        cells.append((r, c, r_end - r, c_end - c))
    for i, places in enumerate(owner):
        for j, place in enumerate(places):
            if place < 0:
                places[j] = len(cells)
                cells.append((i, j, 1, 1))
    return Grid(xs, ys, cells, owner)


def table(grid: Grid, page: Page) -> Table | None:
    """The grid with its text; None where it holds none (the gridlines of a chart)."""
    made: list[Cell] = []
    for index, (row, column, row_span, column_span) in enumerate(grid.cells):
        lines = text_lines(grid.glyphs[index]) if index in grid.glyphs else []
        if index in grid.lines:
            lines = sorted(lines + grid.lines[index], key=lambda line: line.box[1])
        text, places = joined(lines, _right(lines, grid.xs[column + column_span]))
        outline = (grid.xs[column], grid.ys[row], grid.xs[column + column_span], grid.ys[row + row_span])
        box = _rounded(page.shown(outline))
        made.append(Cell(text, row, column, row_span, column_span, printed(lines, places, page), bbox=box))
    if not any(cell.text for cell in made):
        return None
    rows = [[made[index] for index in places] for places in grid.owner]
    return Table(rows, bbox=_rounded(page.shown(grid.box)), first_page=page.number)


def _right(lines: list[TextLine], edge: float) -> float:
    """Where a cell's lines end at the latest: the cell's edge less a padding that the longest line shows."""
    padding = max((line.size for line in lines), default=0.0) * 0.6
    return max([edge - padding, *(line.box[2] for line in lines)])


def _rounded(box: BBox) -> BBox:
    return round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)
