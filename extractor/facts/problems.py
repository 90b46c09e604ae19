"""Problems of the body and rows of the 问题清单."""

from __future__ import annotations

import re

from extractor.data import load
from extractor.document import Document, cell_evidence
from extractor.facts.items import Item, heading_end, items, pick, prose, tidy
from extractor.facts.passages import Passage, Piece, passages, states
from extractor.facts.problem_tables import problem_rows
from extractor.language import sentences, squeeze
from extractor.quantity import MONEY, find
from extractor.result import Problem, ProblemRow

_PROSE = load("passages")["prose"]
_TURN = re.compile(rf"^(?:{_PROSE['turn']})")
_OPENING = re.compile(rf"^(?:{_PROSE['turn']})?{_PROSE['opening']}")
_CONSEQUENCE = re.compile(_PROSE["consequence"])


def read_problems(document: Document) -> list[Problem]:
    """The items of the body's passage on problems (of the summary's where the body has none), in the order in which
    they stand. `heading` is the item's first sentence without numbering, `amounts` the money figures as written."""
    for choice in passages(document, "problems"):
        found = [problem for passage in choice for problem in problems_in(document, passage)]
        if found:
            return found
    return []


def problems_in(document: Document, passage: Passage) -> list[Problem]:
    """The problems that a passage lists."""
    found = items(passage, "problems")
    if passage.topics & {"practice", "suggestions", "remarks"}:
        found = [item for item in found if states("problems", item.heading)]
    if not found and passage.tables:
        return _table_problems(document, passage)
    return [_problem(document, item) for item in found or _prose_items(passage)]


def _problem(document: Document, item: Item) -> Problem:
    return Problem(
        heading=item.heading,
        text=item.text,
        amounts=amounts(item.text),
        evidence=item.evidence(document),
    )


def amounts(text: str) -> list[str]:
    """The money figures of a text as they stand, with their unit, without white space."""
    return [squeeze(text[figure.start : figure.stop]) for figure in find(text) if figure.unit in MONEY]


# --- problems told in prose -----------------------------------------------------------------------------------------


def _prose_items(passage: Passage) -> list[Item]:
    """One item a sentence that states a problem; where several paragraphs do, one a paragraph."""
    telling = [piece for piece in prose(passage) if _problem_sentences(piece)]
    if len(telling) > 1:
        return [_paragraph_item(piece) for piece in telling]
    return pick(telling, _problem_sentences)


def _paragraph_item(piece: Piece) -> Item:
    start, end = _problem_sentences(piece)[0]
    return Item(tidy(piece.text[start:end]), piece.block, piece.start + start, piece.start + end, (piece,))


def _problem_sentences(piece: Piece) -> list[tuple[int, int]]:
    """The stretches that state a problem: from where the sentence turns to it (但目前 …), without what comes of it."""
    out = []
    for start, end in sentences(piece.text):
        stretch = _statement(piece.text, start, end)
        if stretch and states("problems", piece.text[slice(*stretch)]):
            out.append(stretch)
    return out


def _statement(text: str, start: int, end: int) -> tuple[int, int] | None:
    lead = re.search("[：:]", text[start:end])
    if lead and lead.end() < end - start:
        start += lead.end()
    elif lead:
        return None
    clauses = [(start + m.start(), start + m.end()) for m in re.finditer("[^，,]+", text[start:end])]
    said = [text[a:b] for a, b in clauses]
    stating = [i for i, clause in enumerate(said) if states("problems", clause) and not _CONSEQUENCE.match(clause)]
    if not stating:
        return None
    first = next((i for i in range(stating[0], -1, -1) if _OPENING.match(said[i]) or _TURN.match(said[i])), 0)
    turn = _TURN.match(said[first])
    return clauses[first][0] + (turn.end() if turn else 0), clauses[stating[-1]][1]


# --- tables ---------------------------------------------------------------------------------------------------------


def _table_problems(document: Document, passage: Passage) -> list[Problem]:
    """Problems that the body gives as a table."""
    out = []
    for row in problem_rows(document, passage.tables):
        heading = tidy(row.text[: heading_end(row.text, 0, "problems")])
        out.append(
            Problem(
                heading=heading,
                text=row.text,
                amounts=amounts(row.text),
                evidence=cell_evidence(document, row.block, row.table, row.row, row.column),
            )
        )
    return out


def read_problem_list(document: Document) -> list[ProblemRow]:
    """The rows of the tables of problems (问题清单), parts of a table one after the other. Rows without a problem,
    repeated headers, totals and notes are left out."""
    return [
        ProblemRow(
            unit=row.unit,
            text=row.text,
            evidence=cell_evidence(document, row.block, row.table, row.row, row.column),
        )
        for row in problem_rows(document)
    ]
