"""The cells of a score sheet: numbers, codes, names, texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.document import Document, Evidence, Table, cell_evidence
from extractor.facts.score_names import is_blank, is_code, points
from extractor.language import squeeze
from extractor.quantity import FOLD, parse_cell
from extractor.sheet import Mark

Kind = Literal["number", "code", "label", "pointed", "text", "dash"]

LONGEST_LABEL = 26
LONGEST_POINTED_LABEL = 70
_FRACTION = re.compile(r"(\d+(?:\.\d+)?)分?[/／](\d+(?:\.\d+)?)分?")
_SENTENCE = re.compile(r"[。；;]|得\s*[\d.]+\s*分|扣\s*[\d.]+\s*分|是否|[=＝].*[/／×]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell with text: its place in the document and its column in its own table."""

    text: str
    kind: Kind
    block: int
    table: int
    row: int
    column: int


def kind_of(text: str) -> Kind:
    """Number, code (A11), label, label with points (立项依据充分性（3分）), running text, or a dash for nothing."""
    if is_blank(text):
        return "dash"
    if parse_cell(text) is not None or fraction(text) is not None:
        return "number"
    if is_code(text):
        return "code"
    length = len(squeeze(text))
    own = points(text)
    if own is not None and length <= (LONGEST_POINTED_LABEL if own.bracketed else LONGEST_LABEL):
        return "pointed"
    if length > LONGEST_LABEL or (length > 8 and _SENTENCE.search(text)):
        return "text"
    return "label"


def fraction(text: str) -> tuple[Decimal, Decimal] | None:
    """Score and weight of a cell that states both: 3/4."""
    m = _FRACTION.fullmatch(squeeze(text.translate(FOLD)))
    return (Decimal(m[1]), Decimal(m[2])) if m else None


def own_slots(table: Table, row: int, block: int, number: int) -> list[Slot]:
    """The cells that begin in a row and hold text, in order; what layout carried down is left to the sheet's own rules."""
    out = []
    above = {id(cell) for cell in table.rows[row - 1]} if row else set()
    for column, cell in enumerate(table.rows[row]):
        if id(cell) not in above and cell.text.strip():
            above.add(id(cell))
            out.append(Slot(cell.text, kind_of(cell.text), block, number, row, column))
    return out


def slot_evidence(document: Document, slot: Slot) -> Evidence:
    return cell_evidence(document, slot.block, slot.table, slot.row, slot.column)


def slot_mark(slot: Slot, evidence: Evidence) -> Mark | None:
    """The number of a cell, None where it holds none. Of a fraction (3/4) the score."""
    pair = fraction(slot.text)
    if pair:
        return Mark(slot.text.strip(), pair[0], evidence)
    figure = parse_cell(slot.text)
    return Mark(figure.text, figure.value, evidence) if figure else None


def is_measure(cell: Slot) -> bool:
    """Whether a cell is a number with a unit other than points."""
    figure = parse_cell(cell.text) if cell.kind == "number" else None
    return figure is not None and figure.unit not in (None, "分")
