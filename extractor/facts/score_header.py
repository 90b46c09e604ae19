"""The header of a score sheet: which rows it is, and what each column says it holds."""

from __future__ import annotations

import re
from typing import Literal

from extractor.data import load
from extractor.document import Table
from extractor.facts.score_cells import own_slots
from extractor.facts.score_names import is_continued
from extractor.language import squeeze
from extractor.quantity import parse_cell

Role = Literal[
    "serial",
    "label",
    "weight",
    "score",
    "self_score",
    "deduction",
    "rate",
    "number",
    "target",
    "criteria",
    "reason",
    "text",
]

_HEADER = [(entry["role"], re.compile(entry["header"])) for entry in load("scores")["column"]]
_TITLE_ROWS, _HEADER_ROWS = 4, 20  # rows in which a header may stand: behind titles, behind the upper half of a form
LEVEL_HEADER = re.compile(r"[一二三四五]级(?:指标|$)")


def header_role(text: str) -> Role | None:
    """What the header of a column says it holds, None where it says nothing."""
    word = squeeze(text)
    if not word or len(word) > 30:
        return None
    return next((role for role, pattern in _HEADER if pattern.search(word)), None)


def header_level(text: str) -> int:
    """The level of indicators that a header names, 1 for 一级指标; 0 where it names none."""
    return "一二三四五".index(text[0]) + 1 if LEVEL_HEADER.match(text) else 0


def header_count(table: Table) -> int:
    """How many leading rows of a table name the columns of a score sheet, 0 where none does. Title rows above count, and so
    does the upper half of a form: self-evaluations state funds and goals above their indicators."""
    best = 0
    for r in range(min(_HEADER_ROWS, len(table.rows))):
        if is_header(table, r) and (r < _TITLE_ROWS or _names_levels(table, r)):
            best = r + 1
        elif best:
            break
    if best and best < len(table.rows) and is_subheader(table, best):
        best += 1
    return best


def is_header(table: Table, row: int) -> bool:
    """A row of headers: a column of names and one of points or texts, short, without numbers."""
    texts = [slot.text for slot in own_slots(table, row, 0, 0)]
    if len(texts) < 2 or any(len(squeeze(t)) > 40 or parse_cell(t) for t in texts):
        return False
    roles = [header_role(t) for t in texts]
    known = sum(role is not None for role in roles)
    if "label" not in roles or not {r for r in roles if r} - {"label", "serial"}:
        return False
    return known * 3 >= len(texts) * 2 or (_names_levels(table, row) and bool({"weight", "score"} & set(roles)))


def _names_levels(table: Table, row: int) -> bool:
    return sum(bool(LEVEL_HEADER.match(squeeze(s.text))) for s in own_slots(table, row, 0, 0)) >= 2


def is_subheader(table: Table, row: int) -> bool:
    """The second row of a header, or one repeated at a page break: 名称, 分值 and nothing else."""
    texts = [squeeze(slot.text) for slot in own_slots(table, row, 0, 0)]
    texts = [t for t in texts if not is_continued(t)]
    return len(texts) >= 2 and all(len(t) <= 10 and header_role(t) and not parse_cell(t) for t in texts)


def header_text(table: Table, count: int, column: int) -> str:
    """The header of a column: the last of its rows that says something decides, the one above in front of it."""
    if column >= table.width:
        return ""
    texts: list[str] = []
    for r in range(count):
        text = squeeze(table.rows[r][column].text)
        if text and text not in texts and header_role(text):
            texts.append(text)
    return texts[-1] if texts else ""
