"""Summary tables: one row, or one column, for each dimension with its weight, score and rate."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.document import Document, Table
from extractor.facts.score_cells import Slot, fraction, kind_of, slot_evidence, slot_mark
from extractor.facts.score_header import header_role
from extractor.facts.score_names import bare, bare_dimension, is_known_dimension, is_subtotal, is_total, points
from extractor.facts.score_proof import HUNDRED, makes_whole
from extractor.language import squeeze
from extractor.quantity import parse_cell
from extractor.sheet import Mark, ScoreSheet, SheetNode

MOST_DIMENSIONS = 9
LONGEST_GRADE = 2
_PAIR = 2
_SERIAL = re.compile(r"\d{1,2}|[一二三四五六七八九十]{1,2}|序号")
_NAMES_HEADER = re.compile(r"一级指标|指标|项目|类别|内容|维度|名称")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, or in a transposed table a column: its cells in order."""

    slots: list[Slot | None]

    @property
    def label(self) -> Slot | None:
        return next(
            (s for s in self.slots[:3] if s and s.kind in ("label", "pointed") and not _is_serial(s.text)), None
        )


def read_summary(document: Document, block: int, number: int, table: Table) -> ScoreSheet | None:
    """The dimensions of a summary table, whichever way it lies; None where the table is no such summary."""
    if not 2 <= len(table.rows) <= 2 * MOST_DIMENSIONS or not 2 <= table.width <= 2 * MOST_DIMENSIONS:
        return None
    grid = [[_slot(table, block, number, r, c) for c in range(table.width)] for r in range(len(table.rows))]
    for lines in (grid, [list(column) for column in zip(*grid, strict=True)]):
        sheet = _read([_Line(line) for line in lines], document, (block, number))
        if sheet:
            return sheet
    return None


def _slot(table: Table, block: int, number: int, row: int, column: int) -> Slot | None:
    cell = table.rows[row][column]
    if not cell.text.strip() or cell.column != column or cell.row != row:
        return None
    return Slot(cell.text, kind_of(cell.text), block, number, row, column)


def _is_serial(text: str) -> bool:
    return bool(_SERIAL.fullmatch(squeeze(text)))


def _read(lines: list[_Line], document: Document, place: tuple[int, int]) -> ScoreSheet | None:
    data = [line for line in lines if line.label and any(s and s.kind == "number" for s in line.slots)]
    head = next((line for line in lines if line not in data and line.label), None)
    items = [line for line in data if line.label and not is_total(line.label.text) and not is_subtotal(line.label.text)]
    totals = [line for line in data if line not in items]
    if not 2 <= len(items) <= MOST_DIMENSIONS or any(not _is_simple(line) for line in items):
        return None
    if len({line.slots.index(line.label) for line in items}) > 1:
        return None  # names in two columns are two levels
    columns = _columns(head, items, totals)
    if columns is None:
        return None
    nodes = [_node(document, line, columns) for line in items]
    names = [n.name for n in nodes]
    known = sum(is_known_dimension(line.label.text) for line in items if line.label)
    if len(set(names)) < len(names) or not _is_summary(nodes, known, head):
        return None
    total = _node(document, totals[-1], columns) if totals else None
    if total:
        total.level = 0
    sheet = ScoreSheet("summary", nodes, [place], total, with_scores=any(n.score for n in nodes))
    weights = [n.weight.value for n in nodes if n.weight]
    sheet.proven = len(weights) == len(nodes) and sum(weights) == _whole(total)
    return sheet


def _is_simple(line: _Line) -> bool:
    """One name and numbers, no second name and no text; a grade (优, 良好) may stand beside."""
    words = [s for s in line.slots if s and s.kind in ("label", "pointed", "text") and not _is_serial(s.text)]
    return len(words) >= 1 and all(len(squeeze(s.text)) <= LONGEST_GRADE for s in words[1:])


def _is_summary(nodes: list[SheetNode], known: int, head: _Line | None) -> bool:
    """Most names are first-level indicators in use, or the weights add up to 100 under a header that says indicators."""
    if known * 2 > len(nodes):
        return True
    named = head is not None and head.label is not None and bool(_NAMES_HEADER.search(squeeze(head.label.text)))
    return named and makes_whole(nodes) and any(n.score for n in nodes)


def _whole(total: SheetNode | None) -> Decimal:
    return total.weight.value if total and total.weight else HUNDRED


def _columns(head: _Line | None, items: list[_Line], totals: list[_Line]) -> dict[int, str] | None:
    """Role of each numeric place, by header and else by order: the first that adds up to 100 is the weight."""
    width = len(items[0].slots)
    roles: dict[int, str] = {}
    for c in range(width):
        cells = [line.slots[c] for line in items]
        numeric = [s for s in cells if s and s.kind == "number"]
        if len(numeric) * 2 <= len(items):
            continue
        slot = head.slots[c] if head else None
        said = header_role(slot.text) if slot else None
        if all("%" in s.text or "％" in s.text for s in numeric) and said not in ("weight",):
            said = "rate"
        if sum(fraction(s.text) is not None for s in numeric) * 2 > len(numeric):
            said = "score"  # 得分/满分 in one cell
        if said in ("weight", "score", "self_score", "rate", "deduction"):
            roles[c] = said
        elif said is None and not all(
            _is_serial(s.text) and int(s.text) == i for i, s in enumerate(numeric, 1) if s.text.isdigit()
        ):
            roles[c] = ""
    unnamed = [c for c, role in roles.items() if not role]
    pointed = all(line.label and points(line.label.text) for line in items)
    if head is not None and unnamed and not any(roles.values()):
        return None
    for c in unnamed:
        taken = set(roles.values())
        wanted = ("score",) if pointed else ("weight", "score")
        roles[c] = next((role for role in wanted if role not in taken), "other")
    roles = _told_apart(roles, items)
    stated = set(roles.values())
    if "score" not in stated and not ("rate" in stated and ("weight" in stated or pointed)):
        return None
    return roles


def _told_apart(roles: dict[int, str], items: list[_Line]) -> dict[int, str]:
    """The roles where no column is said to be the scores: they are what the unit gives itself, or of two columns said to
    be weights (权重, 分值) the one that is nowhere more than the other."""
    if "score" in roles.values():
        return roles
    if "self_score" in roles.values():
        return {c: "score" if role == "self_score" else role for c, role in roles.items()}
    weights = [c for c, role in roles.items() if role == "weight"]
    for column in weights[1:] if len(weights) == _PAIR else []:
        for score, weight in ((column, weights[0]), (weights[0], column)):
            pairs = [(_value(line.slots[score]), _value(line.slots[weight])) for line in items]
            if all(s is not None and w is not None and s <= w for s, w in pairs) and any(s != w for s, w in pairs):
                return {**roles, score: "score"}
    return roles


def _value(slot: Slot | None) -> Decimal | None:
    figure = parse_cell(slot.text) if slot else None
    return figure.value if figure else None


def _node(document: Document, line: _Line, columns: dict[int, str]) -> SheetNode:
    label = line.label
    assert label is not None
    evidence = slot_evidence(document, label)
    node = SheetNode(1, bare_dimension(label.text) or bare(label.text), label.text, evidence)
    own = points(label.text)
    if own is not None:
        node.weight = Mark(own.text, own.value, evidence, bracketed=True)
    for c, role in columns.items():
        slot = line.slots[c]
        mark = slot_mark(slot, slot_evidence(document, slot)) if slot and slot.kind == "number" else None
        if mark is None:
            continue
        pair = fraction(slot.text) if slot else None
        if pair:
            node.score, node.weight = mark, node.weight or replace(mark, value=pair[1])
        elif role == "weight":
            node.weight = mark
        elif role == "score":
            node.score = mark
        elif role == "rate":
            node.rate = mark
        elif role == "deduction":
            node.deduction = mark
    return node
