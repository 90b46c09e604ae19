"""How a score sheet proves itself: by its sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.sheet import Mark, ScoreSheet, SheetNode

HUNDRED = Decimal(100)
NEARLY_ALL = Decimal("0.9")
_FEWEST_CLOSING = 4  # groups that have to close where the sheet as a whole does not


def is_proven(sheet: ScoreSheet) -> bool:
    """Whether a sheet is surely read right, errors of its own notwithstanding.

    Its leaf weights add up to the total and nearly all groups close; or they do not, but what fails is one group and those
    that hold it, as where one weight is misprinted. Nearly all leaves have a score, no more than their weight.
    """
    weights = leaf_sum(sheet.roots, "weight")
    if weights is None:
        return False
    groups = [n for n in sheet.nodes() if n.children and n.weight]
    failing = [n for n in groups if not closes(n)]
    if weights in whole_weights(sheet):
        closing = len(failing) <= 1 + len(groups) * (1 - NEARLY_ALL)
    else:
        closing = len(groups) - len(failing) >= _FEWEST_CLOSING and _is_chain(failing)
    scored = [leaf for leaf in sheet.leaves() if leaf.score is not None]
    return (
        closing
        and (not scored or len(scored) >= NEARLY_ALL * len(sheet.leaves()))
        and sum(_within(leaf) for leaf in scored) >= NEARLY_ALL * len(scored) - 1
    )


def _is_chain(nodes: list[SheetNode]) -> bool:
    """Whether each node holds the next one."""
    return bool(nodes) and all(any(n is b for n in a.walk()) for a, b in zip(nodes, nodes[1:], strict=False))


def _within(leaf: SheetNode) -> bool:
    """Whether a leaf's score is no more than its weight; one that is more can be the report's own error."""
    return leaf.score is None or leaf.weight is None or leaf.score.value <= leaf.weight.value


def whole_weights(sheet: ScoreSheet) -> set[Decimal]:
    """What the leaf weights of a sheet may add up to: its total's weight, its roots' stated weights, or 100."""
    out = {HUNDRED}
    if sheet.total and sheet.total.weight:
        out.add(sheet.total.weight.value)
    stated = [r.weight.value for r in sheet.roots if r.weight and r.children]
    if stated and len(stated) == len(sheet.roots):
        out.add(sum(stated, Decimal(0)))
    return out


def closes(node: SheetNode) -> bool:
    """Whether a group's stated weight is the sum of its leaves'."""
    return node.weight is None or not node.children or leaf_sum(node.children, "weight") == node.weight.value


def leaf_sum(nodes: Sequence[SheetNode], what: str) -> Decimal | None:
    """The sum of the leaves' weights or scores, None where one of them states none."""
    total = Decimal(0)
    for node in nodes:
        for leaf in node.leaves():
            mark: Mark | None = getattr(leaf, what)
            if mark is None:
                return None
            total += mark.value
    return total


def makes_whole(nodes: Sequence[SheetNode]) -> bool:
    """Whether all nodes state a weight, and these add up to 100."""
    weights = [node.weight.value for node in nodes if node.weight]
    return len(weights) == len(nodes) and sum(weights) == HUNDRED
