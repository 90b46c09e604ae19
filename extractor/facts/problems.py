"""Problems of the body and rows of the 问题清单."""

from __future__ import annotations

from extractor.document import Document
from extractor.result import Problem, ProblemRow


def read_problems(document: Document) -> list[Problem]:
    return []


def read_problem_list(document: Document) -> list[ProblemRow]:
    return []
