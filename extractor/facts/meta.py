"""Title, parties, year and date."""

from __future__ import annotations

from extractor.document import Document
from extractor.result import Meta


def read_meta(document: Document) -> Meta:
    return Meta()
