"""Trees by weights alone: the leaves in order, cut where the weights of their groups are full, are the groups' own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractor.facts.score_proof import closes
from extractor.sheet import SheetNode


def cut(weights: Sequence[Decimal | None], leaves: Sequence[Decimal]) -> list[int] | None:
    """Where the leaves, in order, fill each weight exactly: the index after each one's last leaf. One weight may be
    missing or wrong, if the others leave only one way to cut. None where the leaves do not come out."""
    given = [w for w in weights if w is not None]
    if len(weights) < 2 or len(given) + 1 < len(weights):
        return None
    exact = cut_exactly(weights, leaves)
    if exact is not None:
        return exact
    ways = set()
    for i, weight in enumerate(weights):
        if len(given) == len(weights) or weight is None:
            rest = sum(leaves, Decimal(0)) - sum(
                (w for j, w in enumerate(weights) if j != i and w is not None), Decimal(0)
            )
            way = cut_exactly([rest if j == i else w or rest for j, w in enumerate(weights)], leaves)
            if way is not None:
                ways.add(tuple(way))
    return list(ways.pop()) if len(ways) == 1 else None


def cut_exactly(weights: Sequence[Decimal | None], leaves: Sequence[Decimal]) -> list[int] | None:
    if len(weights) < 2:
        return None
    bounds = []
    position = 0
    for weight in weights:
        if weight is None or weight <= 0:
            return None
        filled = Decimal(0)
        while position < len(leaves) and filled < weight:
            filled += leaves[position]
            position += 1
        if filled != weight:
            return None
        bounds.append(position)
    if position < len(leaves):
        if any(leaves[position:]):
            return None
        bounds[-1] = len(leaves)
    return bounds


def regrouped(root: SheetNode) -> SheetNode:
    """A dimension whose groups do not close, built anew by weights alone where that closes exactly."""
    if all(closes(node) for node in root.walk()):
        return root
    if recut := _recut(root):
        return recut
    stream = [node for child in root.children for node in child.walk()]
    if any(node.weight is None for node in stream) or root.weight is None:
        return root
    top = replace(root, children=[])
    stack: list[tuple[SheetNode, Decimal]] = [(top, weight_of(root))]
    for node in stream:
        leaf = not node.children
        while len(stack) > 1 and stack[-1][1] == 0:
            stack.pop()
        parent, left = stack[-1]
        if weight_of(node) > left:
            return root
        new = replace(node, children=[], level=parent.level + 1)
        parent.children.append(new)
        if leaf:
            stack = [(n, remaining - weight_of(node)) for n, remaining in stack]
        else:
            stack.append((new, weight_of(node)))
    return top if all(remaining == 0 for _, remaining in stack) else root


def _recut(root: SheetNode) -> SheetNode | None:
    """A dimension with its leaves in order given to its groups as their weights are filled; None where that does not
    come out. A group's label that a page break moved a row up or down is so undone."""
    if any(group.children and any(n.children for n in group.children) for group in root.children):
        return None
    leaves = list(root.leaves())
    bounds = cut([g.weight.value if g.weight else None for g in root.children], [weight_of(leaf) for leaf in leaves])
    if bounds is None:
        return None
    groups = []
    for group, start, end in zip(root.children, [0, *bounds], bounds, strict=False):
        if group.children:
            group = replace(group, children=[replace(leaf, level=group.level + 1) for leaf in leaves[start:end]])
        elif end - start != 1:
            return None
        groups.append(group)
    return replace(root, children=groups)


def weight_of(node: SheetNode) -> Decimal:
    return node.weight.value if node.weight else Decimal(0)
