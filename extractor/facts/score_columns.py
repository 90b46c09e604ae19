"""The columns of a score sheet: told by their header and, where the data contradict it, by the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.facts.score_cells import Kind, Slot, fraction
from extractor.facts.score_header import LEVEL_HEADER, Role, header_role

NUMERIC_ROLES = frozenset({"weight", "score", "self_score", "deduction", "rate", "number"})
TEXT_ROLES = frozenset({"criteria", "reason", "text", "target"})
_EVERY, _SOME = 0.95, 0.9  # shares of rows


@dataclass(slots=True)
class Column:
    """What a column holds. `level` of a label column counts from 1; `owner` of a numeric column is the level of the label
    that it stands right behind, 0 where texts stand between. `fill` is the share of rows that have a cell in it, `pointed` and
    `short` the shares of its cells that are labels with points and short words."""

    header: str
    role: Role
    level: int = 0
    owner: int = 0
    fill: float = 0.0
    pointed: float = 0.0
    short: float = 0.0


def read_columns(headers: list[str], rows: Sequence[Sequence[Slot]]) -> list[Column]:
    counts = [Counter[Kind]() for _ in headers]
    fractions = Counter[int]()
    for row in rows:
        for slot in row:
            if slot.column < len(headers):
                counts[slot.column][slot.kind] += 1
                fractions[slot.column] += fraction(slot.text) is not None
    columns = [_column(header, count, len(rows)) for header, count in zip(headers, counts, strict=True)]
    _mark_serials(columns, counts)
    leveled = sum(bool(LEVEL_HEADER.match(c.header)) for c in columns) >= 2
    first_text = next((i for i, c in enumerate(columns) if c.role in TEXT_ROLES), len(columns))
    for i, column in enumerate(columns):
        filled = sum(counts[i].values()) - counts[i]["dash"]
        column.pointed = counts[i]["pointed"] / filled if filled else 0.0
        column.short = counts[i]["label"] / filled if filled else 0.0
        if column.role in NUMERIC_ROLES and fractions[i] * 2 > filled:
            column.role = "score"  # 得分/满分 in one cell
        if column.role in TEXT_ROLES and column.pointed >= 0.5:
            column.role = "label"
        elif (
            column.role == "label" and i > first_text and column.pointed < 0.5 and header_role(column.header) != "label"
        ):
            column.role = "text"
        elif column.role == "label" and leveled and column.header and not LEVEL_HEADER.match(column.header):
            # 评价内容 beside 三级指标 explains, it does not name
            column.role = "text" if column.pointed < 0.5 and column.header != "名称" else "label"
    _name_leaves(columns)
    return columns


def _name_leaves(columns: list[Column]) -> None:
    """Short words in every row, right behind names that stand in some rows only, are the names of the leaves, whatever
    their header says: 考评内容 | 考评要点."""
    labels = [i for i, column in enumerate(columns) if column.role == "label"]
    if not labels or labels[-1] + 1 >= len(columns) or any(LEVEL_HEADER.match(columns[i].header) for i in labels):
        return
    last, behind = columns[labels[-1]], columns[labels[-1] + 1]
    if behind.role in TEXT_ROLES and behind.fill >= _EVERY and behind.short >= _EVERY and last.fill < _SOME:
        behind.role = "label"


def _mark_serials(columns: list[Column], counts: list[Counter[Kind]]) -> None:
    """Columns of codes, and numbers without a header that says points in front of the first names, only number the rows."""
    first = next(
        (i for i, column in enumerate(columns) if column.role == "label" and not counts[i]["code"]), len(columns)
    )
    for i, column in enumerate(columns):
        filled = sum(counts[i].values()) - counts[i]["dash"]
        coded = counts[i]["code"] * 2 > filled
        if coded or (i < first < len(columns) and column.role == "number"):
            column.role = "serial"


def _column(header: str, counts: Counter[Kind], rows: int) -> Column:
    """The role of a column: what its header says if the data can be that, else what the data look like."""
    filled = sum(counts.values()) - counts["dash"]
    said = header_role(header)
    fill = sum(counts.values()) / rows if rows else 0.0
    if not filled:
        return Column(header, said if said and said != "label" else "text", fill=fill)
    numeric = counts["number"] / filled
    role: Role
    if numeric >= 0.6:
        role = said if said in NUMERIC_ROLES or said in ("serial", "target") else "number"
    elif said in NUMERIC_ROLES and numeric >= 0.3:
        role = said
    elif said in NUMERIC_ROLES:
        role = "text" if counts["text"] * 2 >= filled else "label"
    elif said is not None and (said != "label" or LEVEL_HEADER.match(header) or counts["text"] * 2 < filled):
        role = said
    else:
        role = "text" if counts["text"] * 2 >= filled else "label"
    return Column(header, role, fill=fill)
