"""Running headers, footers and page numbers."""

from __future__ import annotations

from extractor.document import Document


def remove_running(document: Document) -> Document:
    """The document with its running lines moved to `furniture`."""
    return document
