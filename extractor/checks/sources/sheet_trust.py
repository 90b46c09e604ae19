"""Which score sheets, and which of their nodes, were read right: only there may a sum that misses be held against the
report."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from extractor.checks.sources.points import key
from extractor.sheet import ScoreSheet, SheetNode

_HUNDRED = Decimal(100)
_FEWEST_LEAVES = 5
_FEWEST_LISTED = 3
_MOST_WRONG = 3  # of so many groups one may be wrong
_FEWEST_RESCORED = 3  # of the indicators that two sheets of one kind share
_MOST_COPIED = 4  # of so many indicators that two copies of a sheet share one may be wrong

Marks = dict[str, tuple[Decimal, Decimal]]


def without_templates(sheets: list[ScoreSheet]) -> list[ScoreSheet]:
    """A sheet that gives every leaf full marks beside one that does not is the scheme of indicators: no scores."""
    marked = [s for s in sheets if s.kind == "sheet" and s.with_scores]
    real = [
        s
        for s in marked
        if any(leaf.score and leaf.weight and leaf.score.value != leaf.weight.value for leaf in s.leaves())
    ]
    return [_unscored(s) if real and s in marked and s not in real else s for s in sheets]


def _unscored(sheet: ScoreSheet) -> ScoreSheet:
    sheet = deepcopy(sheet)
    for node in [*sheet.nodes(), *([sheet.total] if sheet.total else [])]:
        node.score = None
    return sheet


def is_trusted(sheet: ScoreSheet) -> bool:
    """Whether the sheet was read right: it has proved itself, or few wrong weights explain all that does not add up: a
    group's own, where its siblings and what is above it agree with their leaves, or a leaf's, which every group above
    it and the total miss by the same."""
    leaves = sheet.leaves()
    if sheet.proven or _is_subtotalled(sheet, leaves):
        return True
    groups = [n for n in sheet.nodes() if n.children and n.weight]
    if len(leaves) < _FEWEST_LEAVES or not all(leaf.weight for leaf in leaves):
        return False
    off = {id(n): off_by(n, list(n.leaves())) for n in groups}
    wrong = [n for n in groups if off[id(n)]]
    if len(wrong) * _MOST_WRONG > len(groups):
        return False
    whole = sheet.total.weight.value if sheet.total and sheet.total.weight else _HUNDRED
    missing = whole - sum((leaf.weight.value for leaf in leaves if leaf.weight), Decimal(0))
    if missing:
        chain = all(any(b is n for n in a.walk()) for a, b in zip(wrong, wrong[1:], strict=False))
        return {off[id(n)] for n in wrong} == {missing} and chain
    levels = [sheet.roots, *(n.children for n in sheet.nodes() if not off.get(id(n)))]
    alone = [level for level in levels if sum(bool(off.get(id(n))) for n in level) == 1]
    return len(alone) == len(wrong)


def _is_subtotalled(sheet: ScoreSheet, leaves: list[SheetNode]) -> bool:
    """Whether a sheet is a plain list of indicators whose weights make what the line below them says."""
    if sheet.kind != "section" or len(sheet.subtotals) != 1 or len(leaves) < _FEWEST_LISTED:
        return False
    [(count, subtotal)] = sheet.subtotals
    return count == len(leaves) == len(sheet.roots) and adds_up(subtotal, leaves)


def apart(sheets: list[ScoreSheet]) -> set[int]:
    """The sheets that score one object each, by their numbers: their totals differ, each is the sum of its own leaves,
    and so do several of the indicators that they have in common. A sheet without a total, or with one that is not the
    sum, is told by more of them."""
    scored = [(number, sheet, _marks(sheet)) for number, sheet in enumerate(sheets) if sheet.kind != "summary"]
    scored = [found for found in scored if len(found[2]) >= _FEWEST_LEAVES]
    out: set[int] = set()
    for at, (number, sheet, own) in enumerate(scored):
        for other, another, marks in scored[at + 1 :]:
            if sheet.kind == another.kind and _differ(sheet, another, own, marks):
                out |= {number, other}
    return out


def _differ(a: ScoreSheet, b: ScoreSheet, own: Marks, marks: Marks) -> bool:
    """Whether two sheets score different objects."""
    common = own.keys() & marks.keys()
    differing = sum(own[name] != marks[name] for name in common)
    if a.total and b.total and _is_summed(a) and _is_summed(b):
        return _total(a) != _total(b) and (differing > 1 or not common)
    alike = [name for name in common if own[name][0] == marks[name][0]]
    rescored = sum(own[name] != marks[name] for name in alike)
    return rescored >= _FEWEST_RESCORED and rescored * _MOST_COPIED > len(alike)


def _marks(sheet: ScoreSheet) -> Marks:
    """Weight and score of each leaf by its name."""
    return {
        key(leaf.name): (leaf.weight.value, leaf.score.value) for leaf in sheet.leaves() if leaf.weight and leaf.score
    }


def _is_summed(sheet: ScoreSheet) -> bool:
    return sum((leaf.score.value for leaf in sheet.leaves() if leaf.score), Decimal(0)) == _total(sheet)


def _total(sheet: ScoreSheet) -> Decimal | None:
    return sheet.total.score.value if sheet.total and sheet.total.score else None


def is_whole(node: SheetNode) -> bool:
    """Whether the tree below a node was read right. Where the leaves give its weight but its children do not, a group
    was hung in the wrong place, unless one child alone is off by just that; and where the children exceed it by just
    one of them, that one belongs to a node whose label was lost."""
    excess = -off_by(node, node.children)
    if any(child.weight and child.weight.value == excess for child in node.children) and len(node.children) > 1:
        return False
    if adds_up(node, node.children) or not adds_up(node, list(node.leaves())):
        return True
    return [off for child in node.children if (off := off_by(child, list(child.leaves())))] == [excess]


def off_by(node: SheetNode, parts: list[SheetNode]) -> Decimal:
    """The node's weight less those of its parts."""
    weights = [part.weight.value for part in parts if part.weight]
    return node.weight.value - sum(weights) if node.weight else Decimal(0)


def adds_up(node: SheetNode, parts: list[SheetNode]) -> bool:
    """Whether the weights of the parts are all stated and give the node's."""
    weights = [part.weight.value for part in parts if part.weight]
    return node.weight is not None and len(weights) == len(parts) and sum(weights) == node.weight.value


def is_placed(node: SheetNode) -> bool:
    """Whether what is below a node is surely its own: its row was read, or its leaves give the weight that was inferred
    for it and one of several children alone does not agree with its own leaves, by as much as the children exceed it."""
    if not node.inferred:
        return True
    wrong = [off for child in node.children if (off := off_by(child, list(child.leaves())))]
    return adds_up(node, list(node.leaves())) and wrong == [-off_by(node, node.children)]


def closes_once(row: SheetNode, leaves: list[SheetNode]) -> bool:
    """Whether just one of weight and score of a row of sums is that of all these leaves, and no other reading of its two
    numbers is left: leaves that have full marks make both sums one."""
    marks = [(leaf.weight.value, leaf.score.value) for leaf in leaves if leaf.weight and leaf.score]
    if row.weight is None or row.score is None or not len(marks) == len(leaves) >= _FEWEST_LISTED:
        return False
    weight, score = (sum(values, Decimal(0)) for values in zip(*marks, strict=True))
    within = all(own <= full for full, own in marks)
    return within and weight != score and (row.weight.value == weight) != (row.score.value == score)
