"""Problems of the body and rows of the 问题清单."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import get_args

from extractor.data import load
from extractor.document import Cell, Document, Heading, Paragraph, Table, cell_evidence
from extractor.facts.items import Item, heading_end, items, pick, prose, tidy
from extractor.facts.passages import Passage, Piece, passages, states
from extractor.language import sentences, squeeze
from extractor.quantity import MONEY, find
from extractor.result import Category, Problem, ProblemRow

_DATA = load("problems")
_LIST = _DATA["list"]
_PROSE = load("passages")["prose"]
_TURN = re.compile(rf"^(?:{_PROSE['turn']})")
_OPENING = re.compile(rf"^(?:{_PROSE['turn']})?{_PROSE['opening']}")
_CONSEQUENCE = re.compile(_PROSE["consequence"])
_CITED = re.compile("《[^》]*》|〈[^〉]*〉|[（(][^（()）]*[)）]")
_PARTS = {name: re.compile(_LIST[name]) for name in ("number", "unit", "kind", "aside")}
_DESCRIPTIONS = [re.compile(pattern) for pattern in _LIST["description"]]
_CAPTION, _OTHER = re.compile(_LIST["caption"]), re.compile(_LIST["other"])
_NOTE, _NONE = re.compile(_LIST["note"]), re.compile(_LIST["none"])

_LONGEST_HEADER = 14
_ENDS = tuple("。；;！!）)”")
_WITHOUT_MERGES = ("txt", "md")
_SHORTEST_DESCRIPTION = 4
_PARTS_APART = 3  # short lines between two parts of one table


def read_problems(document: Document) -> list[Problem]:
    """The items of the body's passage on problems (of the summary's where the body has none), in the order in which
    they stand. `heading` is the item's first sentence without numbering, `amounts` the money figures as written."""
    for choice in passages(document, "problems"):
        found = [problem for passage in choice for problem in _problems(document, passage)]
        if found:
            return found
    return []


def _problems(document: Document, passage: Passage) -> list[Problem]:
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
        category=category(item.heading),
        amounts=amounts(item.text),
        evidence=item.evidence(document),
    )


def amounts(text: str) -> list[str]:
    """The money figures of a text as they stand, with their unit, without white space."""
    return [squeeze(text[figure.start : figure.stop]) for figure in find(text) if figure.unit in MONEY]


@cache
def _categories() -> list[tuple[Category, re.Pattern[str]]]:
    known = get_args(Category)
    return [(entry["name"], re.compile(entry["pattern"])) for entry in _DATA["category"] if entry["name"] in known]


def category(text: str) -> Category | None:
    """The category that the first clause names that states a problem, None where no clause names one. Documents cited
    say nothing of it, nor does what comes of the problem (导致…)."""
    clauses = [clause for clause in re.split(r"[，,。；;：:\s]+", _CITED.sub("", text)) if not _CONSEQUENCE.match(clause)]
    for clause in [clause for clause in clauses if states("problems", clause)] or clauses:
        for name, pattern in _categories():
            if pattern.search(clause):
                return name
    return None


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
    for block in passage.tables:
        number = _table_number(document, block)
        for row in _rows(document, block, _columns(document, block)):
            heading = tidy(row.text[: heading_end(row.text, 0, "problems")])
            out.append(
                Problem(
                    heading=heading,
                    text=row.text,
                    category=category(heading),
                    amounts=amounts(row.text),
                    evidence=cell_evidence(document, block, number, row.row, row.column),
                )
            )
    return out


def read_problem_list(document: Document) -> list[ProblemRow]:
    """The rows of the tables of problems (问题清单), parts of a table one after the other. Rows without a problem,
    repeated headers, totals and notes are left out."""
    out: list[ProblemRow] = []
    columns: _Columns | None = None
    last = -_PARTS_APART - 2
    for block, number, table in document.tables():
        fresh = _columns(document, block) if _is_list(document, block) else None
        if fresh:
            columns = fresh
        elif columns and _is_part(document, last, block, columns):
            columns = _shifted(table, columns)
        else:
            continue
        last = block
        for row in _rows(document, block, columns):
            evidence = cell_evidence(document, block, number, row.row, row.column)
            out.append(ProblemRow(unit=row.unit, text=row.text, category=category(row.text), evidence=evidence))
    return out


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a table of problems has what; `header` counts its leading rows that name the columns."""

    description: int
    unit: int | None
    number: int | None
    width: int
    header: int

    def moved(self, by: int, width: int) -> _Columns:
        """The columns of a part `width` wide, each `by` places further right; what lies outside is not there."""

        def at(column: int | None) -> int | None:
            return column + by if column is not None and 0 <= column + by < width else None

        return _Columns(self.description + by, at(self.unit), at(self.number), width, 0)


@dataclass(frozen=True, slots=True)
class _Row:
    """A problem of a table: its row and column (0-based), its description, the unit responsible."""

    row: int
    column: int
    text: str
    unit: str | None


def _table(document: Document, block: int) -> Table:
    table = document.blocks[block]
    assert isinstance(table, Table)
    return table


def _table_number(document: Document, block: int) -> int:
    return next(number for index, number, _ in document.tables() if index == block)


def _is_list(document: Document, block: int) -> bool:
    """Whether a table lists problems: the lines above it say so, or in the appendix its columns do."""
    table = _table(document, block)
    header = [squeeze(cell.text) for row in table.rows[:2] for cell in row]
    if any(_OTHER.search(text) and len(text) <= _LONGEST_HEADER for text in header):
        return False
    columns = _columns(document, block)
    if columns is None:
        return False
    section = document.section_of(block)
    above = [document.blocks[i] for i in range(max(0, block - 3), block)]
    lines = [table.caption, section.title if section else "", *(b.text for b in above if isinstance(b, Paragraph))]
    lines += [row[0].text for row in table.rows[: columns.header - 1]]
    if any(_CAPTION.search(squeeze(line)) for line in lines if len(line) <= 80):
        return True
    told = squeeze(table.rows[columns.header - 1][columns.description].text)
    return document.zone_of(block) == "appendix" and bool(_DESCRIPTIONS[0].search(told)) and "问题" in "".join(header)


def _columns(document: Document, block: int) -> _Columns | None:
    """The columns by the words of the header, None where no header names a problem."""
    table = _table(document, block)
    for r, row in enumerate(table.rows[:3]):
        roles = [_role(cell.text) for cell in row]
        if len({id(cell) for cell in row}) < 2 or not any(role.startswith("description") for role in roles):
            continue
        if any(len(squeeze(cell.text)) > 2 * _LONGEST_HEADER for cell in row):
            continue
        header = r + 1
        while header < len(table.rows) and _repeats(row, table.rows[header]):
            header += 1
        description = _description_column(table, roles, header)
        number = roles.index("number") if "number" in roles else None
        unit = roles.index("unit") if "unit" in roles else None
        return _Columns(description, unit, number, table.width, header)
    return None


def _repeats(header: list[Cell], row: list[Cell]) -> bool:
    """Whether a row is the header's lower half: its cells go on or are blank."""
    return all(a is b or not b.text.strip() for a, b in zip(header, row, strict=True))


def _role(header: str) -> str:
    """What a column holds by its header: number, unit, description0 (the most telling) …, kind, aside, or nothing."""
    text = re.sub(r"[（(][^（()）]*[)）]", "", squeeze(header))
    if len(text) > _LONGEST_HEADER:
        return ""
    for name in ("number", "unit"):
        if _PARTS[name].search(text):
            return name
    if _DESCRIPTIONS[0].search(text):
        return "description0"
    for name in ("aside", "kind"):
        if _PARTS[name].search(text):
            return name
    return next((f"description{i}" for i, pattern in enumerate(_DESCRIPTIONS) if pattern.search(text)), "")


def _description_column(table: Table, roles: list[str], header: int) -> int:
    """The column that describes the problem. Where one headed 问题 states it (管理制度不健全), the 问题描述 beside it
    only adds to it; where 主要问题 or 问题名称 gives it a name (成本问题), the description is what tells."""
    named = sorted((role, c) for c, role in enumerate(roles) if role.startswith("description"))
    for role, column in named[1:]:
        cells = [text for row in table.rows[header:] if (text := row[column].text.strip())]
        if role == "description1" and sum(states("problems", text) for text in cells) * 2 > len(cells):
            return column
    equals = [column for role, column in named if role == named[0][0]]
    return max(equals, key=lambda column: sum(len(row[column].text) for row in table.rows[header:]))


def _is_part(document: Document, last: int, block: int, columns: _Columns) -> bool:
    """Whether a table without header goes on with the list that ended at the block `last`."""
    between = document.blocks[last + 1 : block]
    if len(between) > _PARTS_APART or any(isinstance(b, Heading | Table) or len(b.text) > 30 for b in between):
        return False
    table = _table(document, block)
    if abs(table.width - columns.width) > 2 or table.width < 2:
        return False
    return _fit(table, _shifted(table, columns)) > 0.5


def _shifted(table: Table, columns: _Columns) -> _Columns:
    """The columns of a part that has more or fewer of them: moved to where numbers and descriptions fit best."""
    spare = table.width - columns.width
    moves = [m for by in {0, spare} if 0 <= (m := columns.moved(by, table.width)).description < table.width]
    return max(moves, key=lambda move: _fit(table, move))


def _fit(table: Table, columns: _Columns) -> float:
    """Share of the rows whose description reads like one and whose number is one."""

    def at(row: list[Cell], column: int | None) -> str:
        return row[column].text.strip() if column is not None and column < len(row) else ""

    def fits(row: list[Cell]) -> bool:
        number = at(row, columns.number)
        described = len(at(row, columns.description)) >= 2 * _SHORTEST_DESCRIPTION
        return described and (not number or number.isdigit()) and not at(row, columns.unit).isdigit()

    filled = [row for row in table.rows if any(cell.text.strip() for cell in row)]
    return sum(map(fits, filled)) / max(1, len(filled))


def _rows(document: Document, block: int, columns: _Columns | None) -> list[_Row]:
    """The rows that state a problem."""
    table = _table(document, block)
    found: list[_Row] = []
    if columns is None:
        return found
    seen: set[int] = set()
    unit: str | None = None
    top = [squeeze(cell.text) for cell in table.rows[0]]
    for r, row in enumerate(table.rows):
        cell = row[columns.description]
        text = " ".join(cell.text.split())
        again = r > 0 and [squeeze(cell.text) for cell in row] == top  # a printed page repeats the table's first row
        if r < columns.header or again or id(cell) in seen or not _states_row(row, cell, text):
            continue
        seen.add(id(cell))
        own = _own_text(row, r, columns.unit)
        if found and _is_rest(row, r, columns, found[-1].text):
            found[-1] = replace(found[-1], text=found[-1].text + text, unit=(found[-1].unit or "") + own or None)
            continue
        spanned = squeeze(row[columns.unit].text) if columns.unit is not None else ""
        # A text export loses merges: a blank unit is that of the row above. Other formats state theirs.
        unit = spanned or (unit if document.format in _WITHOUT_MERGES else None)
        found.append(_Row(r, columns.description, text, unit))
    return found


def _own_text(row: list[Cell], r: int, column: int | None) -> str:
    """The text of a cell that begins in this row, blank for one that only reaches into it."""
    if column is None or row[column].row != r or row[column].column != column:
        return ""
    return squeeze(row[column].text)


def _is_rest(row: list[Cell], r: int, columns: _Columns, above: str) -> bool:
    """Whether a row is the rest of the one above that a page cut: no number or label of its own, and the text above has
    not come to an end."""
    if above.endswith(_ENDS) or len(above) < _SHORTEST_DESCRIPTION:
        return False
    if columns.number is not None:
        return not _own_text(row, r, columns.number)
    return not any(_own_text(row, r, c) for c in range(len(row)) if c != columns.description)


def _states_row(row: list[Cell], cell: Cell, text: str) -> bool:
    """Whether a row is a problem: not empty, no header again, no line over the whole width, no note or total."""
    if len(text) < _SHORTEST_DESCRIPTION or _NONE.match(text) or all(other is cell for other in row):
        return False
    lead = next((squeeze(other.text) for other in row if other.text.strip()), "")
    return not _NOTE.match(lead) and not (len(text) <= _LONGEST_HEADER and _role(text).startswith("description"))
