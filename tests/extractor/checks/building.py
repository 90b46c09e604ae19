"""Small laid-out reports for the tests of the checks."""

from __future__ import annotations

from extractor.checks import run
from extractor.document import Cell, Document, Paragraph, Table
from extractor.facts import extract
from extractor.layout import lay_out
from extractor.result import Check, Facts, Finding


def table(text: str, unit: str | None = None) -> Table:
    """A table: one row a line, cells separated by |."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    grid = [[Cell(text=cell, row=r, column=c) for c, cell in enumerate(row)] for r, row in enumerate(rows)]
    return Table(rows=grid, unit=unit)


def report(*items: str | Table) -> Document:
    """A laid-out report of paragraphs and tables."""
    blocks = [Paragraph(text=item) if isinstance(item, str) else item for item in items]
    [document] = lay_out(Document(format="txt", blocks=list(blocks)))
    return document


def check(*items: str | Table) -> tuple[list[Check], list[Finding]]:
    document = report(*items)
    return run(document, Facts(sheets=extract(document).sheets))


def examine(*items: str | Table) -> tuple[list[Check], list[Finding]]:
    """Like `check`, with every fact that the report states."""
    document = report(*items)
    return run(document, extract(document))


def of_rule(checks: list[Check], rule: str, kind: str | None = None) -> list[Check]:
    return [c for c in checks if c.rule == rule and kind in (None, c.kind)]


def alarms(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity != "info"]
