"""From the rows of a score sheet to the labels that they name, groups and leaves, in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractor.facts.score_cells import Slot, fraction
from extractor.facts.score_columns import NUMERIC_ROLES
from extractor.facts.score_grid import Grid, GridRow
from extractor.facts.score_names import bare, bare_dimension, own_score, points, without_explanation
from extractor.facts.score_proof import leaf_sum
from extractor.facts.score_reading import POINTS, Reading, number_at
from extractor.layout import numbering
from extractor.sheet import Mark, SheetNode

_CODE = re.compile(r"[A-Za-z](\d*)(?![A-Za-z\d])")
_POINTLESS = re.compile(r"[（(][^（()）]*[)）]")
_FEWEST_BANDS = 2
_FEW = 0.3


@dataclass(slots=True)
class Event:
    """A label met in the sheet, a group's or a leaf's, in reading order."""

    node: SheetNode
    leaf: bool


def read_events(grid: Grid, reading: Reading) -> list[Event]:
    """The labels of a sheet in one reading of its columns, in order."""
    events: list[Event] = []
    open_groups: dict[int, str] = {}
    lower = int(sum(row.band for row in grid.rows) >= _FEWEST_BANDS)  # levels by which bands push the columns down
    for row in grid.rows:
        if row.band:
            events.append(Event(_band(grid, row, reading), False))
            _open_group(open_groups, events[-1])
        else:
            _read_row(grid, row, reading, lower, events, open_groups)
    return _nested(_groups_with_numbers(events), grid)


def _band(grid: Grid, row: GridRow, reading: Reading) -> SheetNode:
    node = _node(grid, row, 1, row.cells[0])
    node.weight = node.weight or number_at(grid, row, reading.weight)
    node.score = node.score or number_at(grid, row, reading.score)
    return node


def _read_row(
    grid: Grid, row: GridRow, reading: Reading, lower: int, events: list[Event], open_groups: dict[int, str]
) -> None:
    """Appends the labels of one row to `events`; a row without any goes on with the leaf before it."""
    labels = [(level, row.at[c]) for level, c in enumerate(grid.labels, 1) if c in row.at and _is_name(row.at[c])]
    weight, score = number_at(grid, row, reading.weight), number_at(grid, row, reading.score)
    if not labels and weight is None and score is None:
        last = next((event.node for event in reversed(events) if event.leaf), None)
        if last is not None:
            _go_on(last, row, grid)
        return
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
        node.level += lower
        events.append(Event(node, i == leaf_at))
        _open_group(open_groups, events[-1])
    if leaf_at is None and (weight is not None or (score is not None and not labels)):
        node = _nameless(grid, row, labels, events)
        node.level += lower
        _fill_leaf(node, row, grid, reading, weight, score)
        events.append(Event(node, True))


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
    return bare_dimension(slot.text) if level == 1 else without_explanation(bare(slot.text))


def _open_group(open_groups: dict[int, str], event: Event) -> None:
    for level in [level for level in open_groups if level >= event.node.level]:
        del open_groups[level]
    if not event.leaf:
        open_groups[event.node.level] = event.node.name


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
    if (
        weight is not None
        and own is not None
        and own.value > weight.value
        and (level < grid.depth or grid.columns[grid.labels[-1]].pointed < _FEW)
    ):
        return None
    if score is None and reading.score is not None and level < grid.depth and (weight is None or len(labels) == 1):
        return None
    return len(labels) - 1


def _node(grid: Grid, row: GridRow, level: int, slot: Slot) -> SheetNode:
    evidence = grid.evidence[slot]
    node = SheetNode(level=level, name=_group_name(level, slot), label=slot.text, evidence=evidence)
    node.weight = _own_points(grid, slot)
    if own := own_score(slot.text):
        node.score = Mark(own.text, own.value, evidence, bracketed=True)
    for i, column in enumerate(grid.columns):
        if column.role not in NUMERIC_ROLES or column.owner != level or i not in row.at:
            continue
        mark = number_at(grid, row, i)
        if mark is None:
            continue
        replaceable = node.weight is None or (
            node.weight.value == mark.value if column.role == "number" else node.weight.bracketed
        )
        if column.role in ("weight", "number") and replaceable:
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
    node.score = score or node.score
    for i, column in enumerate(grid.columns):
        slot = row.at.get(i)
        if slot is None:
            continue
        if column.role == "deduction" and i not in (reading.weight, reading.score):
            node.deduction = number_at(grid, row, i)
        elif column.role == "rate" and column.owner in (0, grid.depth):
            node.rate = number_at(grid, row, i)
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
