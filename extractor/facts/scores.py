"""Dimensions and indicators: chosen from the report's score sheets, summaries and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractor.document import Document
from extractor.facts.score_gaps import filled
from extractor.facts.score_names import bare_dimension, is_known_dimension
from extractor.facts.score_proof import leaf_sum, makes_whole
from extractor.facts.score_sections import heading_roots, section_roots, sheet_roots
from extractor.facts.score_text import Statement, stated_dimensions
from extractor.result import Dimension, Indicator, Number
from extractor.sheet import Mark, ScoreSheet, SheetNode

_UNPROVEN = Decimal("0.7")
_SELF_SCORED = Decimal("0.9")
_SCORED_ELSEWHERE = Decimal(
    "0.5"
)  # a sheet of weights whose scores stand elsewhere: its names may be an older version's


def read_indicators(
    document: Document, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]
) -> list[Indicator]:
    """The leaves of the report's scoring with their paths, in its order: from the score sheet; where there is none, from
    the tables of the single dimensions, else from the headings of the analysis."""
    roots = _leaf_trees(document, sheets, statements)
    return [_indicator(path, leaf) for root in roots for path, leaf in _paths(root, []) if path[-1]]


def read_dimensions(
    document: Document, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]
) -> list[Dimension]:
    """The first-level scores, from the first place whose weights add up to 100: the conclusion's table, what sentences
    state, the score sheet, the tables of the single dimensions. What no place states stays null; nothing is added up."""
    summary = _summary_roots(sheets)
    sheet = sheet_roots(_main_sheet(sheets, _dimension_names(sheets, statements)))
    names = {root.name for root in (*summary, *sheet)}
    sections = [root for root in section_roots(document, sheets) if root.weight or root.score]
    sources = [summary, stated_dimensions(statements, names), sheet, sections]
    ways = [[_completed(node, sources) for node in source] for source in sources]
    best = next((way for way in ways if makes_whole(way)), None) or next((way for way in ways if way), [])
    return [_dimension(node) for node in best if node.weight or node.score or node.rate]


def _main_sheet(sheets: Sequence[ScoreSheet], dimensions: Sequence[str] = ()) -> ScoreSheet | None:
    """The sheet that holds the report's leaves: with the report's dimensions before others (a self-evaluation in the
    appendix has its own), then the one with most leaves scored, one that does not prove itself counting for less."""

    def worth(sheet: ScoreSheet) -> tuple[bool, Decimal, int]:
        shared = sum(root.name in dimensions for root in sheet.roots)
        scored = sum(leaf.score is not None for leaf in sheet.leaves())
        doubt = (Decimal(1) if sheet.proven else _UNPROVEN) * (Decimal(1) if sheet.with_scores else _SCORED_ELSEWHERE)
        doubt *= _SELF_SCORED if sheet.self_scored else Decimal(1)
        return 2 * shared >= len(dimensions), scored * doubt, len(sheet.leaves())

    return max((s for s in sheets if s.kind == "sheet"), key=worth, default=None)


def _leaf_trees(document: Document, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> list[SheetNode]:
    """The trees of the report's indicators, dimensions first, gaps of the sheets filled from each other and the text."""
    whole = [filled(sheet, sheets, statements) for sheet in sheets if sheet.kind == "sheet"]
    best = _main_sheet(whole, _dimension_names(sheets, statements))
    sections = section_roots(document, sheets)
    if best is not None and not _goes_deeper(sections, best.roots):
        return best.roots
    return sections or heading_roots(document, statements)


def _goes_deeper(sections: Sequence[SheetNode], sheet: Sequence[SheetNode]) -> bool:
    """Whether the tables of the dimensions divide the same weight further than a sheet does, which then is a summary of
    the second level."""
    count = sum(len(list(root.leaves())) for root in sections)
    weight = leaf_sum(sections, "weight")
    return (
        weight is not None and weight == leaf_sum(sheet, "weight") and count > sum(len(list(r.leaves())) for r in sheet)
    )


def _dimension_names(sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> list[str]:
    return [root.name for root in _summary_roots(sheets) or stated_dimensions(statements)]


def _summary_roots(sheets: Sequence[ScoreSheet]) -> list[SheetNode]:
    """The summary that proves itself, the last one of several: the body's, not the abstract's."""
    summaries = [s for s in sheets if s.kind == "summary"]
    best = [s for s in summaries if s.proven] or summaries
    return best[-1].roots if best else []


def _completed(node: SheetNode, sources: Sequence[Sequence[SheetNode]]) -> SheetNode:
    """A dimension with what its own source does not state taken from the next one that does."""
    for source in sources:
        for other in source:
            if other.name == node.name and other is not node:
                node = replace(
                    node,
                    weight=node.weight or other.weight,
                    score=node.score or other.score,
                    rate=node.rate or other.rate,
                )
    return node


def _paths(node: SheetNode, above: list[str]) -> list[tuple[list[str], SheetNode]]:
    path = [*above, node.name]
    if not node.children:
        return [(path, node)]
    return [found for child in node.children for found in _paths(child, path)]


def _indicator(path: list[str], leaf: SheetNode) -> Indicator:
    return Indicator(
        path=path,
        weight=_value(leaf.weight),
        score=_value(leaf.score),
        criteria=leaf.criteria,
        reason=leaf.reason,
        evidence=leaf.evidence,
    )


def _dimension(node: SheetNode) -> Dimension:
    return Dimension(
        name=bare_dimension(node.label or node.name) if is_known_dimension(node.label) else node.name,
        weight=_value(node.weight),
        score=_value(node.score),
        rate=_value(node.rate),
        evidence=node.evidence,
    )


def _value(mark: Mark | None) -> Number | None:
    return mark.value if mark else None
