"""What is read from one report. One file a kind of fact, two doors: `extract` for what rules read, `classify` for what
the classifier adds to it."""

from __future__ import annotations

from extractor.document import Document
from extractor.facts.defects import classify
from extractor.facts.headline import read_headline
from extractor.facts.meta import read_meta
from extractor.facts.problems import read_problem_list, read_problems
from extractor.facts.score_sheet import read_score_sheets
from extractor.facts.score_text import read_statements
from extractor.facts.scores import read_dimensions, read_indicators
from extractor.facts.suggestions import read_suggestions
from extractor.result import Facts, Headline

__all__ = ["classify", "extract"]


def extract(document: Document) -> Facts:
    """The facts that a laid-out report states; what it does not state is None or an empty list."""
    meta = read_meta(document)
    # A document that evaluates nothing has amounts in plenty, none of them the project's.
    year = meta.evaluated_year.value if meta.evaluated_year else None
    headline = Headline() if meta.kind and meta.kind.value == "其他" else read_headline(document, year)
    statements = read_statements(document)
    sheets = read_score_sheets(document, statements)
    problems = read_problems(document)
    return Facts(
        meta=meta,
        headline=headline,
        dimensions=read_dimensions(document, sheets, statements),
        indicators=read_indicators(document, sheets, statements),
        problems=problems,
        problem_list=read_problem_list(document),
        suggestions=read_suggestions(document, problems),
        sheets=sheets,
    )
