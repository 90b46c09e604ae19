"""What a score sheet lacks, taken from other sheets, headings and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractor.facts.score_text import Statement
from extractor.sheet import ScoreSheet, SheetNode

_ALIKE = 0.8  # share of common character pairs from which two names are one indicator's


def filled(sheet: ScoreSheet, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> ScoreSheet:
    """A copy of a sheet that has the names, weights and scores it lacks; what the sheet itself states stays."""
    whole = replace(sheet, roots=[_copy(root) for root in sheet.roots])
    _name_leaves(whole, statements)
    _fill_gaps(whole, [other for other in sheets if other is not sheet], statements)
    return whole


def _copy(node: SheetNode) -> SheetNode:
    return replace(node, children=[_copy(child) for child in node.children])


def _name_leaves(sheet: ScoreSheet, statements: Sequence[Statement]) -> None:
    """Names leaves whose label was lost: by the one indicator of that weight that the text tells between its neighbours."""
    groups = {n.name for n in sheet.nodes() if n.children}
    leaves = sheet.leaves()
    told = [s for s in statements if s.weight and s.name not in groups]
    for i, leaf in enumerate(leaves):
        if leaf.name or not leaf.weight:
            continue
        start = _place(leaves[i - 1], told) if i else -1
        stop = _place(leaves[i + 1], told) if i + 1 < len(leaves) else len(told)
        if start is None or stop is None:
            continue
        names = {s.name for s in told[start + 1 : stop] if s.weight and s.weight.value == leaf.weight.value}
        names -= {n.name for n in leaves}
        if len(names) == 1:
            leaf.name = names.pop()


def _place(leaf: SheetNode, told: Sequence[Statement]) -> int | None:
    return next((i for i, s in enumerate(told) if alike(s.name, leaf.name)), None)


def _fill_gaps(sheet: ScoreSheet, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> None:
    """Gives leaves without weight or score what other sheets, section tables and headings state under the same name."""
    told = [(leaf.name, leaf.weight, leaf.score) for s in sheets for leaf in s.leaves()]
    told += [(s.name, s.weight, s.score) for s in statements]
    for leaf in sheet.leaves():
        if leaf.weight is not None and leaf.score is not None:
            continue
        for name, weight, score in told:
            if not alike(name, leaf.name) or (weight and leaf.weight and weight.value != leaf.weight.value):
                continue
            if leaf.weight is None and weight and (leaf.score is None or leaf.score.value <= weight.value):
                leaf.weight = weight
            if leaf.score is None and score and (leaf.weight is None or score.value <= leaf.weight.value):
                leaf.score = score


def alike(first: str, second: str) -> bool:
    """Whether two names are one indicator's: equal, or nearly all of their character pairs in common."""
    if first == second:
        return bool(first)
    a, b = _pairs(first), _pairs(second)
    return bool(a and b) and 2 * len(a & b) >= _ALIKE * (len(a) + len(b))


def _pairs(name: str) -> set[str]:
    return {name[i : i + 2] for i in range(len(name) - 1)}
