"""A file that binds several reports, split by their covers."""

from __future__ import annotations

import re

from extractor.data import load
from extractor.document import Block, Document, Paragraph
from extractor.language import squeeze
from extractor.layout.numbering import numbering

_OUTLINE = load("outline")
_TITLE = re.compile(_OUTLINE["report_title"])
_COVER_LABEL = re.compile(_OUTLINE["cover_label"])
_COVER_LENGTH = 14  # blocks from a title to the last of its cover's labels or its contents


def split(document: Document) -> list[Document]:
    """One document per report, the file itself where it holds one.

    A report begins at a title (…绩效评价报告) that proves to be a cover: two labelled lines (主管部门：…) or a contents page
    follow at once. A further one counts only after an outline 一、 二、 has run since the last.
    """
    starts = [i for i in range(len(document.blocks)) if _is_cover(document.blocks, i)]
    kept: list[int] = []
    for start in starts:
        if not kept or _ran_outline(document.blocks[kept[-1] : start]):
            kept.append(start)
    if len(kept) < 2:
        return [document]
    bounds = [0, *kept[1:], len(document.blocks)]
    return [_part(document, a, b) for a, b in zip(bounds, bounds[1:], strict=False)]


def _is_cover(blocks: list[Block], index: int) -> bool:
    title = blocks[index]
    if not isinstance(title, Paragraph) or len(title.text) > 80:
        return False
    text = squeeze(title.text)
    if not _TITLE.search(text) or numbering(text) or _COVER_LABEL.match(text):
        return False
    labels = 0
    for block in blocks[index + 1 : index + 1 + _COVER_LENGTH]:
        if not isinstance(block, Paragraph) or len(block.text) > 80:
            break
        labels += bool(_COVER_LABEL.match(block.text.strip()))
        if labels >= 2 or squeeze(block.text) in _OUTLINE["contents"]:
            return True
    return False


def _ran_outline(blocks: list[Block]) -> bool:
    """Whether top-level numbers 一、 and 二、 and running text stand in the stretch: a report, not a second title page."""
    found = {
        n.ordinal
        for b in blocks
        if isinstance(b, Paragraph) and (n := numbering(b.text)) and n.kind in ("part", "chinese", "section")
    }
    return {1, 2} <= found and sum(isinstance(b, Paragraph) and len(b.text) > 40 for b in blocks) >= 3


def _part(document: Document, start: int, end: int) -> Document:
    blocks = document.blocks[start:end]
    pages = [page for block in blocks if (page := block.page) is not None]
    span = (min(pages), max(pages)) if pages else None
    return Document(
        format=document.format,
        blocks=blocks,
        pages=document.pages,
        furniture=[
            p for p in document.furniture if span is None or (p.page is not None and span[0] <= p.page <= span[1])
        ],
        warnings=[w for w in document.warnings if _in_span(w.evidence.page if w.evidence else None, span)],
        page_range=span,
        ocr_pages=[p for p in document.ocr_pages if span is None or span[0] <= p <= span[1]],
    )


def _in_span(page: int | None, span: tuple[int, int] | None) -> bool:
    return page is None or span is None or span[0] <= page <= span[1]
