"""The usual form of a self-evaluation scores the execution of the budget above its indicators: 资金总额, 分值 10, 执行率, 得分."""

from __future__ import annotations

from decimal import Decimal

from extractor.document import Document, Evidence, Table, cell_evidence
from extractor.facts.score_proof import leaf_sum
from extractor.language import squeeze
from extractor.quantity import parse_cell
from extractor.sheet import Mark, ScoreSheet, SheetNode

EXECUTION = "预算执行率"
_COLUMNS = ("分值", "得分", "执行率")


def add_execution(document: Document, sheet: ScoreSheet, table: Table) -> None:
    """Puts the execution of the budget before the other roots of a sheet where it is worth what they lack."""
    weights, total = leaf_sum(sheet.roots, "weight"), sheet.total
    if total is None or total.weight is None or weights is None or not sheet.roots:
        return
    node = _execution(document, *sheet.places[0], table, sheet.roots[0].evidence.row or 0)
    if node and node.weight and weights + node.weight.value == total.weight.value:
        sheet.roots.insert(0, node)


def _execution(document: Document, block: int, number: int, table: Table, end: int) -> SheetNode | None:
    """The row below the header that names points and rate of the execution, as an indicator."""
    for row in range(end - 1):
        names = {squeeze(cell.text): cell.column for cell in table.own(row)}
        if not all(any(column in name for name in names) for column in _COLUMNS):
            continue
        at = [next(c for name, c in names.items() if column in name) for column in _COLUMNS]

        def evidence(column: int, line: int = row + 1) -> Evidence:
            return cell_evidence(document, block, number, line, column)

        weight, score, rate = (_mark(table.rows[row + 1][c].text, evidence(c)) for c in at)
        if weight and score:
            label = squeeze(table.rows[row + 1][0].text)
            return SheetNode(1, EXECUTION, label, evidence(0), weight, score, rate=rate)
    return None


def _mark(text: str, evidence: Evidence) -> Mark | None:
    figure = parse_cell(text)
    return Mark(figure.text, Decimal(figure.value), evidence) if figure else None
