"""A score sheet as data: the tree of indicators that a table of scores holds, each number with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from extractor.document import Evidence
from extractor.record import record

SheetKind = Literal["sheet", "section", "summary"]


@record(frozen=True, slots=True)
class Mark:
    """A number of a sheet. `text` is the number as it stands, `value` in 分 (a rate in %); `evidence` its cell, the row
    as quote. `bracketed` tells that it stands in brackets in the label cell: 项目立项（4分）."""

    text: str
    value: Decimal
    evidence: Evidence
    bracketed: bool = False


@dataclass(slots=True)
class SheetNode:
    """One indicator, a group or a leaf. `level` is 1 for a dimension, 0 for the total.

    `label` is the name cell as written, `name` the same without numbering and points. A weight or score that the sheet
    does not state is None: nothing is added up here. `evidence` is the place of the label, or where the label was lost
    at a page break, of the first row below it. `inferred` marks a node whose place in the tree was not read from its row
    but follows from the weights.
    """

    level: int
    name: str
    label: str
    evidence: Evidence
    weight: Mark | None = None
    score: Mark | None = None
    deduction: Mark | None = None
    rate: Mark | None = None
    criteria: str | None = None
    reason: str | None = None
    children: list[SheetNode] = field(default_factory=list)
    inferred: bool = False

    def leaves(self) -> Iterator[SheetNode]:
        """The leaves below, the node itself where it has no children."""
        return (node for node in self.walk() if not node.children)

    def walk(self) -> Iterator[SheetNode]:
        """The node and all below it, parents first."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left += reversed(node.children)


@dataclass(slots=True)
class ScoreSheet:
    """A table of scores.

    `kind`: `sheet` holds the whole tree down to the leaves; `section` one dimension's indicators (a table of the body);
    `summary` the dimensions alone. `roots` are the highest nodes, dimensions in a sheet and a summary; in a section table
    that does not name its dimension the groups, with `level` 2 or more. `total` is the row 合计/总分, `subtotals` rows
    小计 with the number of leaves above each. `places` are the (block, table) indexes of the tables it was read from.
    `proven` tells that the leaf weights add up to the total and nearly all groups close, or that all that fails is one
    group and those that hold it: only then may a sum that misses be held against the report. `with_scores` is False for a
    sheet of weights alone (指标体系), `self_scored` True where the scores are those that the evaluated unit gave itself.
    """

    kind: SheetKind
    roots: list[SheetNode]
    places: list[tuple[int, int]]
    total: SheetNode | None = None
    subtotals: list[tuple[int, SheetNode]] = field(default_factory=list)
    proven: bool = False
    with_scores: bool = True
    self_scored: bool = False

    def leaves(self) -> list[SheetNode]:
        """All leaves in the order of the sheet."""
        return [leaf for root in self.roots for leaf in root.leaves()]

    def nodes(self) -> list[SheetNode]:
        """All nodes, parents before children, the total left out."""
        return [node for root in self.roots for node in root.walk()]
