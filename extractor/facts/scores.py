"""Dimensions and indicators: the scoring tables."""

from __future__ import annotations

from extractor.document import Document
from extractor.result import Dimension, Indicator


def read_indicators(document: Document) -> list[Indicator]:
    return []


def read_dimensions(document: Document, indicators: list[Indicator]) -> list[Dimension]:
    return []
