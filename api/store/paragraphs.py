"""A report's text as it is searched: its paragraphs and headings, and the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator

from api.store.results import Paragraph
from extractor.document import Document, Table, row_quote


def paragraphs_of(document: Document) -> list[Paragraph]:
    """In reading order; a table's row is one paragraph, its cells joined by ` | `."""
    return list(_paragraphs(document))


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    for at, block in enumerate(document.blocks):
        section = document.section_of(at)
        title = section.number + section.title if section else None
        if not isinstance(block, Table):
            if text := block.text.strip():
                yield Paragraph(at, text, block.page, title)
            continue
        for row in range(len(block.rows)):
            if text := row_quote(block, row):
                page = next((cell.page for cell in block.rows[row] if cell.page is not None), block.page)
                yield Paragraph(at, text, page, title)
