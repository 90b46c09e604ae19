"""Suggestions, and which problem each addresses."""

from __future__ import annotations

from extractor.document import Document
from extractor.result import Problem, Suggestion


def read_suggestions(document: Document, problems: list[Problem]) -> list[Suggestion]:
    return []
