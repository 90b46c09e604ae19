"""The score sheets of a report: which tables are, what belongs together, and each read in the way that proves itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extractor.data import load
from extractor.document import Document, Heading, Paragraph, Table
from extractor.facts.score_cells import own_slots
from extractor.facts.score_choice import best_tree
from extractor.facts.score_execution import add_execution
from extractor.facts.score_grid import Grid, read_grid
from extractor.facts.score_header import header_count
from extractor.facts.score_names import bare_dimension, is_certain_dimension, is_total
from extractor.facts.score_proof import HUNDRED, is_proven, leaf_sum, makes_whole
from extractor.facts.score_summary import read_summary
from extractor.facts.score_text import Statement, stated_dimensions
from extractor.facts.score_tree import Dimensions
from extractor.language import squeeze
from extractor.sheet import ScoreSheet, SheetNode

__all__ = ["read_score_sheets"]

_OUTLINE = load("outline")
_BREAKS = [re.compile(_OUTLINE[key]) for key in ("appendix", "table_caption", "figure_caption")]
_MOST_BETWEEN = 3  # paragraphs that a page break can put between two parts of a sheet
_POINTED = 0.5
_LONGEST_BETWEEN = 60

Part = tuple[int, int, Table, int]  # block, table number, table, header rows


def read_score_sheets(document: Document, statements: Sequence[Statement]) -> list[ScoreSheet]:
    """All tables of scores in reading order, summaries and section tables among them, each as it stands. `statements` are
    what the text says of points: they tell the dimensions where no summary does."""
    summaries = {
        number: sheet
        for block, number, table in document.tables()
        if (sheet := read_summary(document, block, number, table))
    }
    known = _known_dimensions(list(summaries.values())) or _stated_dimensions(statements)
    sheets = list(summaries.values())
    for parts in _groups(document, summaries):
        grid = read_grid(document, parts, frozenset(known.names))
        if grid is None or not grid.rows:
            continue
        sheet = best_tree(grid, known)
        if sheet is None or not (sheet.proven or _is_about_points(grid)):
            continue
        if sheet.roots and any(leaf.weight or leaf.score for leaf in sheet.leaves()):
            add_execution(document, sheet, parts[0][2])
            _settle(sheet, known, grid.top)
            sheets.append(sheet)
    return sorted(sheets, key=lambda s: s.places[0])


def _is_about_points(grid: Grid) -> bool:
    """Whether a header says points or names carry them; a table of target values has numbers beside indicators too."""
    return any(c.role in ("weight", "score", "self_score", "deduction", "rate") for c in grid.columns) or any(
        c.pointed >= _POINTED for c in grid.columns if c.role == "label"
    )


def _known_dimensions(summaries: list[ScoreSheet]) -> Dimensions | None:
    """The dimensions by the summary that proves itself, the last one of several (the body's, not the abstract's)."""
    best = [s for s in summaries if s.proven] or summaries
    return _of_roots(best[-1].roots) if best else None


def _stated_dimensions(statements: Sequence[Statement]) -> Dimensions:
    """The dimensions by what sentences state, if that is all of them."""
    roots = stated_dimensions(statements)
    return _of_roots(roots) if makes_whole(roots) else Dimensions()


def _of_roots(roots: list[SheetNode]) -> Dimensions:
    return Dimensions(
        tuple(r.name for r in roots),
        tuple(r.weight.value if r.weight else None for r in roots),
        tuple(r.score.value if r.score else None for r in roots),
    )


def _groups(document: Document, summaries: dict[int, ScoreSheet]) -> list[list[Part]]:
    """The tables that may be score sheets, those parted by page breaks together."""
    groups: list[list[Part]] = []
    for block, number, table in document.tables():
        if number in summaries:
            continue
        head = header_count(table)
        if groups and _goes_on(document, groups[-1], block, table, head):
            groups[-1].append((block, number, table, head))
        elif head or _is_headless(table):
            groups.append([(block, number, table, head)])
    return groups


def _is_headless(table: Table) -> bool:
    """A score sheet whose header was lost: dimensions lead its rows, and names carry points in most of them."""
    rows = [own_slots(table, r, 0, 0) for r in range(len(table.rows))]
    dimensions = {bare_dimension(row[0].text) for row in rows if row and is_certain_dimension(row[0].text)}
    pointed = sum(any(slot.kind == "pointed" for slot in row) for row in rows)
    return len(dimensions) >= 2 and table.width >= 3 and pointed * 2 >= len(rows)


def _goes_on(document: Document, group: list[Part], block: int, table: Table, head: int) -> bool:
    before, _, last, _ = group[-1]
    between = document.blocks[before + 1 : block]
    if len(between) > _MOST_BETWEEN or any(not _is_gap(b) for b in between):
        return False
    first = group[0][2]
    if head:
        return _header_key(first, group[0][3]) == _header_key(table, head) and not _ends(last)
    if _ends(last) or table.width < 3 or abs(table.width - max(p[2].width for p in group)) > 3:
        return False
    kinds = [s.kind for r in range(len(table.rows)) for s in own_slots(table, r, 0, 0)]
    return kinds.count("number") + kinds.count("pointed") >= len(table.rows) / 2


def _is_gap(block: object) -> bool:
    """A paragraph that a page break leaves between two parts of a table: a running title, no heading, no caption."""
    return (
        isinstance(block, Paragraph)
        and not (isinstance(block, Heading) and block.number)
        and len(block.text) <= _LONGEST_BETWEEN
        and not any(p.match(block.text.strip()) for p in _BREAKS)
    )


def _ends(table: Table) -> bool:
    return any(is_total(s.text) for s in own_slots(table, len(table.rows) - 1, 0, 0)[:3])


def _header_key(table: Table, count: int) -> tuple[str, ...]:
    return tuple(squeeze(s.text) for r in range(count) for s in own_slots(table, r, 0, 0))


def _settle(sheet: ScoreSheet, known: Dimensions, top: int) -> None:
    """Tells a whole sheet from one dimension's table, and a section table's groups from dimensions."""
    names = {r.name for r in sheet.roots}
    if top > 1:
        dimensional = False
    elif known.names:
        dimensional = bool(names & set(known.names))
    else:
        dimensional = any(is_certain_dimension(r.label) for r in sheet.roots)
    weights = leaf_sum(sheet.roots, "weight")
    total = _total_weight(sheet)
    if len(sheet.roots) > 1 and (
        dimensional or weights == HUNDRED or (top == 1 and total is not None and weights == total)
    ):
        sheet.kind = "sheet"
        return
    sheet.kind = "section"
    if not dimensional:
        for node in sheet.nodes():
            node.level += max(1, top - 1)
    sheet.proven = is_proven(sheet)


def _total_weight(sheet: ScoreSheet) -> Decimal | None:
    return sheet.total.weight.value if sheet.total and sheet.total.weight else None
