"""From the rows of a score sheet to its tree: every reading of the columns is tried, the one that adds up best is taken.

A sheet proves itself by its sums. Groups that state their weight tell which leaves are theirs, whatever columns their
labels slipped to: the leaves in order, cut where the weights of the dimensions are full, are the dimensions' own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.facts.score_grid import NUMERIC_ROLES, Grid, GridRow, Slot, fraction, slot_mark
from extractor.facts.score_model import Mark, ScoreSheet, SheetNode
from extractor.facts.score_names import bare, bare_dimension, points
from extractor.layout import numbering

_CODE = re.compile(r"[A-Za-z](\d*)(?![A-Za-z\d])")
_FEWEST_BANDS = 2
_FEWEST_CLOSING = 4  # groups that have to close where the sheet as a whole does not
_POINTLESS = re.compile(r"[（(][^（()）]*[)）]")
HUNDRED = Decimal(100)
POINTS = -1  # stands for "the points in the leaf's label" where a column is meant
_FEW = 0.3
NEARLY_ALL = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a sheet: the columns of the leaves' weights and scores, None for none."""

    weight: int | None
    score: int | None


@dataclass(slots=True)
class Event:
    """A label met in the sheet, a group's or a leaf's, in reading order."""

    node: SheetNode
    leaf: bool


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known of the dimensions from outside the sheet: bare names, weights and scores, in order."""

    names: tuple[str, ...] = ()
    weights: tuple[Decimal | None, ...] = ()
    scores: tuple[Decimal | None, ...] = ()


def best_tree(grid: Grid, known: Dimensions) -> ScoreSheet | None:
    """The sheet in the reading that proves itself best; None where nothing in the grid can be points."""
    sheets = [_sheet(grid, reading, known) for reading in _readings(grid)]
    return max(sheets, key=lambda s: s[1])[0] if sheets else None


def _readings(grid: Grid) -> list[Reading]:
    pool = [
        i
        for i, c in enumerate(grid.columns)
        if c.role in NUMERIC_ROLES and c.role != "rate" and c.owner in (0, grid.depth)
    ]
    deepest = [max((i for i in row.at if i in grid.labels), default=None) for row in grid.rows]
    labelled = [row.at[i] for row, i in zip(grid.rows, deepest, strict=True) if i is not None]
    pointed = sum(slot.kind == "pointed" for slot in labelled) * 2 >= len(labelled) > 0
    weights: list[int | None] = [*pool, *([POINTS] if pointed else [])]
    if not weights or any(fraction(slot.text) for row in grid.rows for slot in row.cells):
        weights.append(None)
    scores: list[int | None] = [*pool, None]
    return [Reading(w, s) for w in weights for s in scores if w != s]


def _sheet(grid: Grid, reading: Reading, known: Dimensions) -> tuple[ScoreSheet, float]:
    events = _events(grid, reading)
    roots = _by_columns(events)
    total = _total(grid, reading, events)
    roots = _by_weights(roots, events, known, total)
    sheet = ScoreSheet(
        kind="sheet",
        roots=roots,
        places=sorted({(row.block, row.table) for row in grid.rows}),
        total=total,
        subtotals=[(n, node) for n, node in _subtotals(grid, reading, events)],
        with_scores=any(e.leaf and e.node.score is not None for e in events),
    )
    sheet.proven = is_proven(sheet)
    return sheet, _worth(sheet, grid, reading, known)


# --- events -------------------------------------------------------------------------------------------------------


def _events(grid: Grid, reading: Reading) -> list[Event]:
    events: list[Event] = []
    open_groups: dict[int, str] = {}
    last: SheetNode | None = None
    lower = int(sum(row.band for row in grid.rows) >= _FEWEST_BANDS)  # levels by which bands push the columns down
    for row in grid.rows:
        if row.band:
            node = _node(grid, row, 1, row.cells[0])
            events.append(Event(node, False))
            _open_group(open_groups, node, False)
            continue
        labels = [(level, row.at[c]) for level, c in enumerate(grid.labels, 1) if c in row.at and _is_name(row.at[c])]
        weight = _number(grid, row, reading.weight)
        score = _number(grid, row, reading.score)
        stated = weight is not None or score is not None
        if not labels and not stated:
            if last is not None:
                _go_on(last, row, grid)
            continue
        labels = _without_restated(labels, open_groups)
        leaf_at = _leaf_index(labels, weight, score, reading, grid)
        for i, (level, slot) in enumerate(labels):
            if not bare(_POINTLESS.sub("", slot.text)) and _completed(events, grid, level, slot):
                continue
            node = _node(grid, row, level, slot)
            if leaf_at is None and level == grid.depth and node.weight:
                node.weight = _own_points(grid, slot) or node.weight
            if i == leaf_at:
                _fill_leaf(node, row, grid, reading, weight, score)
                last = node
            node.level += lower
            events.append(Event(node, i == leaf_at))
            _open_group(open_groups, node, i == leaf_at)
        if leaf_at is None and stated and (weight is not None or not labels):
            node = _nameless(grid, row, labels, events)
            node.level += lower
            _fill_leaf(node, row, grid, reading, weight, score)
            events.append(Event(node, True))
            last = node
    return _nested(_groups_with_numbers(events), grid)


def _groups_with_numbers(events: list[Event]) -> list[Event]:
    """A row of its own can state a group's weight and score before the rows of its leaves: it is the group if deeper rows
    follow that add up to its weight."""
    for i, event in enumerate(events):
        if not event.leaf or event.node.weight is None:
            continue
        below = []
        for other in events[i + 1 :]:
            if other.node.level <= event.node.level:
                break
            if other.leaf:
                below.append(other.node)
        if below and leaf_sum(below, "weight") == event.node.weight.value:
            event.leaf = False
    return events


def _nested(events: list[Event], grid: Grid) -> list[Event]:
    """A sheet with one column of names tells the levels by numbering: 一、 （一） 1. or A, A1, A11."""
    if grid.depth != 1 or len(events) < 3:
        return events
    ranks = [_rank(e.node.label) for e in events]
    known = sorted({r for r in ranks if r is not None})
    if len(known) < 2 or any(r is None for r in ranks):
        return events
    levels = [known.index(r) + 1 for r in ranks if r is not None]
    if levels[0] != 1:
        return events
    for i, (event, level) in enumerate(zip(events, levels, strict=True)):
        event.node.level = level
        event.node.name = bare_dimension(event.node.label) if level == 1 else bare(event.node.label)
        event.leaf = i + 1 == len(levels) or levels[i + 1] <= level
    return events


def _rank(label: str) -> int | None:
    """How deep a label's numbering stands, None where it has none."""
    code = _CODE.match(label.strip())
    if code:
        return len(code[1])
    number = numbering(label)
    return number.rank if number else None


def _without_restated(labels: list[tuple[int, Slot]], open_groups: dict[int, str]) -> list[tuple[int, Slot]]:
    """A row's labels without the leading ones that only name the open groups again, as exports do that fill merged cells
    or tables that go on over a page. The last label stays: it is the row's own."""
    kept = list(labels)
    while len(kept) > 1 and open_groups.get(kept[0][0]) == _group_name(*kept[0]):
        kept.pop(0)
    return kept


def _group_name(level: int, slot: Slot) -> str:
    return bare_dimension(slot.text) if level == 1 else bare(slot.text)


def _open_group(open_groups: dict[int, str], node: SheetNode, leaf: bool) -> None:
    for level in [level for level in open_groups if level >= node.level]:
        del open_groups[level]
    if not leaf:
        open_groups[node.level] = node.name


def _own_points(grid: Grid, slot: Slot) -> Mark | None:
    own = points(slot.text)
    return Mark(own.text, own.value, grid.evidence[slot], bracketed=True) if own else None


def _completed(events: list[Event], grid: Grid, level: int, slot: Slot) -> bool:
    """Points that a page break parted from their label: （4分） alone belongs to the group above that has none."""
    group = next((e.node for e in reversed(events) if not e.leaf and e.node.level <= level), None)
    if group is None or group.weight is not None:
        return False
    group.weight = _own_points(grid, slot)
    group.label += slot.text
    return True


def _is_name(slot: Slot) -> bool:
    return slot.kind in ("label", "pointed", "text")


def _leaf_index(
    labels: list[tuple[int, Slot]], weight: Mark | None, score: Mark | None, reading: Reading, grid: Grid
) -> int | None:
    """Which of a row's labels is its leaf: the last, unless its own points are more than the leaf's weight, or the row
    states no number and is a group's title row."""
    if not labels:
        return None
    level, slot = labels[-1]
    own = points(slot.text)
    if weight is not None and own is not None and own.value > weight.value and (
        level < grid.depth or grid.columns[grid.labels[-1]].pointed < _FEW
    ):
        return None
    if score is None and reading.score is not None and level < grid.depth and (weight is None or len(labels) == 1):
        return None
    return len(labels) - 1


def _node(grid: Grid, row: GridRow, level: int, slot: Slot) -> SheetNode:
    evidence = grid.evidence[slot]
    node = SheetNode(level=level, name=_group_name(level, slot), label=slot.text, evidence=evidence)
    node.weight = _own_points(grid, slot)
    for i, column in enumerate(grid.columns):
        if column.role not in NUMERIC_ROLES or column.owner != level or i not in row.at:
            continue
        mark = _number(grid, row, i)
        if mark is None:
            continue
        if column.role in ("weight", "number") and (node.weight is None or node.weight.bracketed):
            node.weight = mark
        elif column.role == "score" or (column.role == "number" and node.score is None):
            node.score = mark
        elif column.role == "rate":
            node.rate = mark
    return node


def _fill_leaf(
    node: SheetNode,
    row: GridRow,
    grid: Grid,
    reading: Reading,
    weight: Mark | None,
    score: Mark | None,
) -> None:
    if weight is not None and reading.weight != POINTS:
        node.weight = weight
    node.score = score
    for i, column in enumerate(grid.columns):
        slot = row.at.get(i)
        if slot is None:
            continue
        if column.role == "deduction" and i not in (reading.weight, reading.score):
            node.deduction = _number(grid, row, i)
        elif column.role == "rate" and column.owner in (0, grid.depth):
            node.rate = _number(grid, row, i)
    if score is not None and node.weight is None and (pair := fraction(score.text)):
        node.weight = replace(score, value=pair[1])
    _go_on(node, row, grid)


def _go_on(node: SheetNode, row: GridRow, grid: Grid) -> None:
    """Adds the criteria and the reason that a row states to a leaf."""
    for i, column in enumerate(grid.columns):
        slot = row.at.get(i)
        if slot is None or slot.kind in ("dash", "number"):
            continue
        if column.role == "criteria":
            node.criteria = (node.criteria or "") + slot.text.strip()
        elif column.role == "reason":
            node.reason = (node.reason or "") + slot.text.strip()


def _nameless(grid: Grid, row: GridRow, labels: list[tuple[int, Slot]], events: list[Event]) -> SheetNode:
    """A leaf whose label was lost: one level below the group named in its row, else beside the leaf before it."""
    if labels:
        level = grid.depth
        if events and events[-1].node.level == level:
            events[-1].node.level -= 1  # a group that slipped into the column of leaves
    else:
        level = next((e.node.level for e in reversed(events) if e.leaf), grid.depth)
    return SheetNode(level=level, name="", label="", evidence=grid.evidence[row.cells[0]], inferred=True)


def _number(grid: Grid, row: GridRow, column: int | None) -> Mark | None:
    if column is None or column == POINTS or column not in row.at:
        return None
    return slot_mark(row.at[column], grid.evidence[row.at[column]])


# --- trees --------------------------------------------------------------------------------------------------------


def _by_columns(events: Sequence[Event]) -> list[SheetNode]:
    """The tree as the columns of the labels tell it."""
    roots: list[SheetNode] = []
    stack: list[SheetNode] = []
    for event in events:
        node = replace(event.node, children=[])
        while stack and stack[-1].level >= node.level:
            if not event.leaf and stack[-1].level == node.level and stack[-1].name == node.name and stack[-1].children:
                break  # the same group named again on the next page
            stack.pop()
        if stack and stack[-1].level == node.level:
            continue
        (stack[-1].children if stack else roots).append(node)
        if not event.leaf:
            stack.append(node)
    return _without_empty(roots)


def _without_empty(roots: list[SheetNode]) -> list[SheetNode]:
    """Groups that got no leaf are labels that stand for nothing, unless they state a weight or score themselves."""
    kept = []
    for root in roots:
        root.children = _without_empty(root.children)
        if root.children or root.weight or root.score:
            kept.append(root)
    return kept


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


def closes(node: SheetNode) -> bool:
    """Whether a group's stated weight is the sum of its leaves'."""
    return node.weight is None or not node.children or leaf_sum(node.children, "weight") == node.weight.value


def _by_weights(
    roots: list[SheetNode], events: list[Event], known: Dimensions, total: SheetNode | None
) -> list[SheetNode]:
    """The tree with its dimensions cut where their weights are full, where the columns alone do not close."""
    if _dimensions_close(roots, known):
        return [_regrouped(root) for root in roots]
    leaves = [e.node for e in events if e.leaf]
    if any(leaf.weight is None for leaf in leaves) or not leaves:
        return roots
    own, stated = _own_heads(events), _known_heads(known, events)
    weights = [_weight(leaf) for leaf in leaves]
    attempts = [(own, [h.weight.value if h.weight else None for h in own]), (stated, list(known.weights))]
    ways = [(heads, _cut_exactly(needed, weights)) for heads, needed in attempts]
    # With one weight wrong or missing: by what is stated elsewhere, else by the sheet alone if no label is lost.
    ways += [(heads, _cut(needed, weights)) for heads, needed in reversed(attempts) if len(heads) >= len(known.names)]
    for heads, bounds in ways:
        if bounds is None:
            continue
        out = []
        position = 0
        pending = [e for e in events if not (e.node.level == 1 and not e.leaf)]
        for head, end in zip(heads, bounds, strict=True):
            mine: list[Event] = []
            while position < end:
                event = pending.pop(0)
                mine.append(event)
                position += event.leaf
            root = replace(head, children=_by_columns([_below(e) for e in mine]))
            if not head.label and root.children:
                root.evidence = root.children[0].evidence
            out.append(_regrouped(root))
        return out
    return roots


def _below(event: Event) -> Event:
    """An event below a dimension: a label that slipped into the first column stands at the second level."""
    if event.node.level > 1:
        return event
    return Event(replace(event.node, level=2, name=bare(event.node.label)), event.leaf)


def _weight(node: SheetNode) -> Decimal:
    return node.weight.value if node.weight else Decimal(0)


def _dimensions_close(roots: list[SheetNode], known: Dimensions) -> bool:
    """Whether every root states its weight, or is known by name with a weight, and its leaves add up to it."""
    weights = dict(zip(known.names, known.weights, strict=True))
    for root in roots:
        stated = root.weight.value if root.weight else weights.get(root.name)
        if root.children and (stated is None or leaf_sum(root.children, "weight") != stated):
            return False
        if not root.children and known.names and root.name not in known.names:
            return False
    return bool(roots)


def _own_heads(events: list[Event]) -> list[SheetNode]:
    """The dimensions that the sheet names, each once."""
    heads: list[SheetNode] = []
    for event in events:
        if event.node.level == 1 and not event.leaf and all(h.name != event.node.name for h in heads):
            heads.append(event.node)
    return heads


def _known_heads(known: Dimensions, events: list[Event]) -> list[SheetNode]:
    """The dimensions as stated elsewhere, with the sheet's own label where it has one."""
    own = {e.node.name: e.node for e in events if e.node.level == 1 and not e.leaf}
    heads = []
    for name, weight in zip(known.names, known.weights, strict=True):
        node = own.get(name) or SheetNode(1, name, "", events[0].node.evidence, inferred=True)
        if node.weight is None and weight is not None:
            node = replace(node, weight=Mark(str(weight), weight, node.evidence), inferred=True)
        heads.append(node)
    return heads


def _cut(weights: Sequence[Decimal | None], leaves: Sequence[Decimal]) -> list[int] | None:
    """Where the leaves, in order, fill each weight exactly: the index after each one's last leaf. One weight may be
    missing or wrong, if the others leave only one way to cut. None where the leaves do not come out."""
    given = [w for w in weights if w is not None]
    if len(weights) < 2 or len(given) + 1 < len(weights):
        return None
    exact = _cut_exactly(weights, leaves)
    if exact is not None:
        return exact
    ways = set()
    for i, weight in enumerate(weights):
        if len(given) == len(weights) or weight is None:
            rest = sum(leaves, Decimal(0)) - sum((w for j, w in enumerate(weights) if j != i and w is not None), Decimal(0))
            way = _cut_exactly([rest if j == i else w or rest for j, w in enumerate(weights)], leaves)
            if way is not None:
                ways.add(tuple(way))
    return list(ways.pop()) if len(ways) == 1 else None


def _cut_exactly(weights: Sequence[Decimal | None], leaves: Sequence[Decimal]) -> list[int] | None:
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


def _regrouped(root: SheetNode) -> SheetNode:
    """A dimension whose groups do not close, built anew by weights alone where that closes exactly."""
    if all(closes(node) for node in root.walk()):
        return root
    if recut := _recut(root):
        return recut
    stream = [node for child in root.children for node in child.walk()]
    if any(node.weight is None for node in stream) or root.weight is None:
        return root
    top = replace(root, children=[])
    stack: list[tuple[SheetNode, Decimal]] = [(top, _weight(root))]
    for node in stream:
        leaf = not node.children
        while len(stack) > 1 and stack[-1][1] == 0:
            stack.pop()
        parent, left = stack[-1]
        if _weight(node) > left:
            return root
        new = replace(node, children=[], level=parent.level + 1)
        parent.children.append(new)
        if leaf:
            stack = [(n, remaining - _weight(node)) for n, remaining in stack]
        else:
            stack.append((new, _weight(node)))
    return top if all(remaining == 0 for _, remaining in stack) else root


def _recut(root: SheetNode) -> SheetNode | None:
    """A dimension with its leaves in order given to its groups as their weights are filled; None where that does not
    come out. A group's label that a page break moved a row up or down is so undone."""
    if any(group.children and any(n.children for n in group.children) for group in root.children):
        return None
    leaves = list(root.leaves())
    bounds = _cut([g.weight.value if g.weight else None for g in root.children], [_weight(leaf) for leaf in leaves])
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


# --- proof --------------------------------------------------------------------------------------------------------


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


def _worth(sheet: ScoreSheet, grid: Grid, reading: Reading, known: Dimensions) -> float:
    leaves = sheet.leaves()
    if not leaves:
        return -10.0
    weights, scores = leaf_sum(sheet.roots, "weight"), leaf_sum(sheet.roots, "score")
    both = [(leaf.weight.value, leaf.score.value) for leaf in leaves if leaf.weight and leaf.score]
    groups = [n for n in sheet.nodes() if n.children and n.weight]
    worth = 2.0 * sum(leaf.weight is not None for leaf in leaves) / len(leaves)
    worth += 2.0 * sum(leaf.score is not None for leaf in leaves) / len(leaves)
    worth += 3.0 * (sum(closes(n) for n in groups) / len(groups)) if groups else 0.0
    worth += 4.0 * (weights == HUNDRED) + 2.0 * (weights in whole_weights(sheet))
    worth -= 8.0 * sum(s > w for w, s in both) / len(both) if both else 0.0
    stated = {sheet.total.score.value} if sheet.total and sheet.total.score else set()
    if known.scores and all(s is not None for s in known.scores):
        stated.add(sum((s for s in known.scores if s is not None), Decimal(0)))
    worth += 3.0 * (scores in stated)
    roles = {"weight": reading.weight, "score": reading.score}
    for wanted, column in roles.items():
        if column is not None and column != POINTS:
            role = grid.columns[column].role
            worth += {wanted: 1.5, "self_score": -1.0, "deduction": -4.0, "number": 0.0}.get(role, -1.5)
    worth += 3.0 * _pointed_agreement(leaves)
    worth += _total_agreement(grid, reading)
    unused = [c for i, c in enumerate(grid.columns) if i not in (reading.weight, reading.score)]
    unused = [c for c in unused if c.role in ("weight", "score", "number") and c.owner in (0, grid.depth) and c.fill > 0]
    return worth - 1.5 * len(unused) - 2.0 * sum(c.role == "score" for c in unused)


def _pointed_agreement(leaves: list[SheetNode]) -> float:
    """The share of leaves with points in their names whose weight is just that, 0 where few names carry points."""
    stated = [(own.value, leaf.weight.value) for leaf in leaves if leaf.weight and (own := points(leaf.label))]
    return sum(a == b for a, b in stated) / len(stated) if len(stated) * 2 >= len(leaves) else 0.0


def _total_agreement(grid: Grid, reading: Reading) -> float:
    """What the row of sums says of the columns: 100 stands under the weights, less under the scores."""
    worth = 0.0
    for row in grid.totals:
        for slot in row.cells:
            figure = slot_mark(slot, grid.evidence[slot]) if slot.kind == "number" else None
            if figure is None or "%" in slot.text:
                continue
            if slot.column == reading.weight:
                worth += 2.0 if figure.value == HUNDRED else -1.0
            elif slot.column == reading.score and figure.value == HUNDRED:
                worth -= 0.5
    return worth


# --- sums ---------------------------------------------------------------------------------------------------------


def _total(grid: Grid, reading: Reading, events: list[Event]) -> SheetNode | None:
    leaves = [e.node for e in events if e.leaf]
    rows = [row for row in grid.totals if any(s.kind == "number" for s in row.cells)]
    return _sum_node(grid, reading, rows[-1], leaves) if rows else None


def _subtotals(
    grid: Grid, reading: Reading, events: list[Event]
) -> list[tuple[int, SheetNode]]:
    leaves = [e.node for e in events if e.leaf]
    return [(n, _sum_node(grid, reading, row, leaves[:n])) for n, row in grid.subtotals]


def _sum_node(
    grid: Grid, reading: Reading, row: GridRow, leaves: list[SheetNode]
) -> SheetNode:
    """A row of sums. Its numbers often leave their columns: one that is the sum of the weights or the scores is that sum,
    others belong to the column they stand in or next to on the left."""
    label = row.cells[0]
    node = SheetNode(0, bare(label.text), label.text, grid.evidence[label])
    own = points(label.text)
    if own is not None:
        node.weight = Mark(own.text, own.value, node.evidence, bracketed=True)
    weight, score = leaf_sum(leaves, "weight"), leaf_sum(leaves, "score")
    for slot in [s for s in row.cells if s.kind == "number"]:
        mark = slot_mark(slot, grid.evidence[slot])
        if mark is None:
            continue
        role = _sum_role(grid, reading, slot.column)
        if mark.value in (weight, HUNDRED) and not (role == "score" and mark.value == score):
            node.weight = node.weight or mark
        elif "%" in slot.text or role == "rate":
            node.rate = node.rate or mark
        elif mark.value == score or role == "score":
            node.score = node.score or mark
        elif role == "weight":
            node.weight = node.weight or mark
        elif role == "deduction":
            node.deduction = node.deduction or mark
    return node


def _sum_role(grid: Grid, reading: Reading, column: int) -> str:
    for c in range(min(column, len(grid.columns) - 1), -1, -1):
        if c == reading.score:
            return "score"
        if c == reading.weight:
            return "weight"
        if grid.columns[c].role in NUMERIC_ROLES:
            return grid.columns[c].role
    return ""
