"""From the labels of a score sheet to its tree, by the columns they stand in and where those fail by the weights.

Groups that state their weight tell which leaves are theirs, whatever columns their labels slipped to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.facts.score_cut import cut, cut_exactly, regrouped, weight_of
from extractor.facts.score_events import Event
from extractor.facts.score_names import bare
from extractor.facts.score_proof import leaf_sum
from extractor.sheet import Mark, SheetNode


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What is known of the dimensions from outside the sheet: bare names, weights and scores, in order."""

    names: tuple[str, ...] = ()
    weights: tuple[Decimal | None, ...] = ()
    scores: tuple[Decimal | None, ...] = ()


def tree_by_columns(events: Sequence[Event]) -> list[SheetNode]:
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


def tree_by_weights(
    roots: list[SheetNode], events: list[Event], known: Dimensions, total: SheetNode | None
) -> list[SheetNode]:
    """The tree with its dimensions cut where their weights are full, where the columns alone do not close."""
    if _dimensions_close(roots, known):
        return [regrouped(root) for root in roots]
    leaves = [e.node for e in events if e.leaf]
    if any(leaf.weight is None for leaf in leaves) or not leaves:
        return roots
    own, stated = _own_heads(events), _known_heads(known, events)
    weights = [weight_of(leaf) for leaf in leaves]
    attempts = [(own, [h.weight.value if h.weight else None for h in own]), (stated, list(known.weights))]
    ways = [(heads, cut_exactly(needed, weights)) for heads, needed in attempts]
    # With one weight wrong or missing: by what is stated elsewhere, else by the sheet alone if no label is lost.
    ways += [(heads, cut(needed, weights)) for heads, needed in reversed(attempts) if len(heads) >= len(known.names)]
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
            root = replace(head, children=tree_by_columns([_below(e) for e in mine]))
            if not head.label and root.children:
                root.evidence = root.children[0].evidence
            out.append(regrouped(root))
        return out
    return roots


def _below(event: Event) -> Event:
    """An event below a dimension: a label that slipped into the first column stands at the second level."""
    if event.node.level > 1:
        return event
    return Event(replace(event.node, level=2, name=bare(event.node.label)), event.leaf)


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
