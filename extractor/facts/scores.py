"""Dimensions and indicators: chosen from the report's score sheets, summaries and sentences."""

from __future__ import annotations

from extractor.document import Document
from extractor.facts.score_model import Mark, ScoreSheet, SheetNode
from extractor.facts.score_names import bare_dimension
from extractor.facts.score_sheet import read_score_sheets
from extractor.result import Dimension, Indicator, Number


def read_indicators(document: Document) -> list[Indicator]:
    """The leaves of the score sheet with their paths, in its order."""
    sheet = main_sheet(document, read_score_sheets(document))
    if sheet is None:
        return []
    return [_indicator(path, leaf) for root in sheet.roots for path, leaf in _paths(root, [])]


def read_dimensions(document: Document, indicators: list[Indicator]) -> list[Dimension]:
    """The first-level scores, from the conclusion's table, else from the score sheet."""
    sheets = read_score_sheets(document)
    summaries = [s for s in sheets if s.kind == "summary"]
    best = [s for s in summaries if s.proven] or summaries
    if best:
        return [_dimension(node) for node in best[-1].roots]
    return []


def main_sheet(document: Document, sheets: list[ScoreSheet]) -> ScoreSheet | None:
    """The sheet that holds the report's leaves: proven before not, with scores before weights alone, the deepest."""
    whole = [s for s in sheets if s.kind == "sheet"]
    return max(whole, key=lambda s: (s.with_scores, s.proven, len(s.leaves())), default=None)


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
        name=bare_dimension(node.label or node.name),
        weight=_value(node.weight),
        score=_value(node.score),
        rate=_value(node.rate),
        evidence=node.evidence,
    )


def _value(mark: Mark | None) -> Number | None:
    return mark.value if mark else None
