"""Layout: what every reader needs done to its blocks. One door: `lay_out`."""

from __future__ import annotations

from extractor.document import Document
from extractor.layout.binding import split
from extractor.layout.numbering import Numbering, chinese_number, numbering
from extractor.layout.outline import outline
from extractor.layout.paragraphs import join_broken
from extractor.layout.running import remove_running
from extractor.layout.tables import make_whole

__all__ = ["Numbering", "chinese_number", "lay_out", "numbering"]


def lay_out(document: Document) -> list[Document]:
    """One laid-out document per report in the file: running headers out, paragraphs and tables whole, outline built."""
    return [_lay_out_one(part) for part in split(document)]


def _lay_out_one(document: Document) -> Document:
    document = remove_running(document)
    blocks = make_whole(join_broken(document.blocks))
    document.blocks, document.sections = outline(blocks)
    return document
