"""Dimensions and indicators: chosen from the report's score sheets, summaries and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractor.document import Document
from extractor.facts.score_model import Mark, ScoreSheet, SheetNode
from extractor.facts.score_names import bare_dimension, is_known_dimension
from extractor.facts.score_sheet import read_score_sheets
from extractor.facts.score_text import Statement, dimension_in, read_statements, stated_dimensions, title_name
from extractor.facts.score_tree import leaf_sum
from extractor.result import Dimension, Indicator, Number

HUNDRED = Decimal(100)
UNPROVEN = Decimal("0.7")
SCORED_ELSEWHERE = Decimal("0.5")  # a sheet of weights whose scores stand elsewhere: its names may be an older version's
ALIKE = 0.8  # share of common character pairs from which two names are one indicator's


def read_indicators(document: Document) -> list[Indicator]:
    """The leaves of the report's scoring with their paths, in its order: from the score sheet; where there is none, from
    the tables of the single dimensions, else from the headings of the analysis."""
    sheets = read_score_sheets(document)
    statements = read_statements(document)
    roots = leaf_trees(document, sheets, statements)
    return [_indicator(path, leaf) for root in roots for path, leaf in _paths(root, []) if path[-1]]


def read_dimensions(document: Document, indicators: list[Indicator]) -> list[Dimension]:
    """The first-level scores: from the conclusion's table, then what sentences state, then the score sheet. What no place
    states stays null; nothing is added up here."""
    sheets, statements = read_score_sheets(document), read_statements(document)
    summary = _summary_roots(sheets)
    sheet = _sheet_roots(main_sheet(sheets, _dimension_names(sheets, statements)))
    names = {root.name for root in (*summary, *sheet)}
    sections = [root for root in _section_roots(document, sheets) if root.weight or root.score]
    sources = [summary, stated_dimensions(statements, names), sheet, sections]
    ways = [[_completed(node, sources) for node in source] for source in sources]
    best = next((way for way in ways if _is_whole(way)), None) or next((way for way in ways if way), [])
    return [_dimension(node) for node in best if node.weight or node.score or node.rate]


def _is_whole(dimensions: Sequence[SheetNode]) -> bool:
    weights = [node.weight.value for node in dimensions if node.weight]
    return len(weights) == len(dimensions) and sum(weights) == HUNDRED


def main_sheet(sheets: Sequence[ScoreSheet], dimensions: Sequence[str] = ()) -> ScoreSheet | None:
    """The sheet that holds the report's leaves: with the report's dimensions before others (a self-evaluation in the
    appendix has its own), then the one with most leaves scored, one that does not prove itself counting for less."""

    def worth(sheet: ScoreSheet) -> tuple[bool, Decimal, int]:
        shared = sum(root.name in dimensions for root in sheet.roots)
        scored = sum(leaf.score is not None for leaf in sheet.leaves())
        doubt = (Decimal(1) if sheet.proven else UNPROVEN) * (Decimal(1) if sheet.with_scores else SCORED_ELSEWHERE)
        return 2 * shared >= len(dimensions), scored * doubt, len(sheet.leaves())

    return max((s for s in sheets if s.kind == "sheet"), key=worth, default=None)


def leaf_trees(document: Document, sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> list[SheetNode]:
    """The trees of the report's indicators, dimensions first, gaps of the sheets filled from each other and the text."""
    for sheet in sheets:
        if sheet.kind == "sheet":
            _name_leaves(sheet, statements)
            _fill_gaps(sheet, sheets, statements)
    best = main_sheet(sheets, _dimension_names(sheets, statements))
    sections = _section_roots(document, sheets)
    if best is not None and not _goes_deeper(sections, best.roots):
        return best.roots
    return sections or _heading_roots(document, statements)


def _goes_deeper(sections: Sequence[SheetNode], sheet: Sequence[SheetNode]) -> bool:
    """Whether the tables of the dimensions divide the same weight further than a sheet does, which then is a summary of
    the second level."""
    count = sum(len(list(root.leaves())) for root in sections)
    weight = leaf_sum(sections, "weight")
    return weight is not None and weight == leaf_sum(sheet, "weight") and count > sum(len(list(r.leaves())) for r in sheet)


def _dimension_names(sheets: Sequence[ScoreSheet], statements: Sequence[Statement]) -> list[str]:
    return [root.name for root in _summary_roots(sheets) or stated_dimensions(statements)]


# --- dimensions ---------------------------------------------------------------------------------------------------


def _summary_roots(sheets: Sequence[ScoreSheet]) -> list[SheetNode]:
    """The summary that proves itself, the last one of several: the body's, not the abstract's."""
    summaries = [s for s in sheets if s.kind == "summary"]
    best = [s for s in summaries if s.proven] or summaries
    return best[-1].roots if best else []


def _sheet_roots(sheet: ScoreSheet | None) -> list[SheetNode]:
    """The dimensions of a sheet, with what its rows 小计 state for them."""
    if sheet is None:
        return []
    roots = [r for r in sheet.roots if r.level == 1]
    sums = dict(sheet.subtotals)
    if sheet.kind == "section" and len(roots) == 1 and (total := _own_total(sheet)):
        sums[len(sheet.leaves())] = total
    count = 0
    out = []
    for root in roots:
        count += len(list(root.leaves()))
        row = sums.get(count)
        if row is not None:
            root = replace(root, weight=root.weight or row.weight, score=root.score or row.score, rate=root.rate or row.rate)
        out.append(root)
    return out


def _completed(node: SheetNode, sources: Sequence[Sequence[SheetNode]]) -> SheetNode:
    """A dimension with what its own source does not state taken from the next one that does."""
    for source in sources:
        for other in source:
            if other.name == node.name and other is not node:
                node = replace(
                    node,
                    weight=node.weight or other.weight,
                    score=node.score or other.score,
                    rate=node.rate or other.rate,
                )
    return node


# --- what the sheet lacks -----------------------------------------------------------------------------------------


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
    told = [(leaf.name, leaf.weight, leaf.score) for s in sheets if s is not sheet for leaf in s.leaves()]
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
    return bool(a and b) and 2 * len(a & b) >= ALIKE * (len(a) + len(b))


def _pairs(name: str) -> set[str]:
    return {name[i : i + 2] for i in range(len(name) - 1)}


# --- no sheet -----------------------------------------------------------------------------------------------------


def _section_roots(document: Document, sheets: Sequence[ScoreSheet]) -> list[SheetNode]:
    """One tree per dimension from the tables of the body; a table that does not name its dimension is of the one that
    its caption or heading names."""
    found: dict[str, SheetNode] = {}
    for sheet in (s for s in sheets if s.kind == "section"):
        if all(r.level == 1 for r in sheet.roots):
            for root in _sheet_roots(sheet):
                _keep_deeper(found, root)
            continue
        name = _dimension_of_place(document, sheet.places[0])
        if name:
            node = SheetNode(1, name, name, sheet.roots[0].evidence, children=sheet.roots)
            if total := _own_total(sheet):
                node.weight, node.score, node.rate = total.weight, total.score, total.rate
            _keep_deeper(found, node)
    return list(found.values())


def _own_total(sheet: ScoreSheet) -> SheetNode | None:
    """The row of sums of one dimension's table: 合计, or 小计 below all its groups."""
    return sheet.total or next((row for count, row in sheet.subtotals if count == len(sheet.leaves())), None)


def _keep_deeper(found: dict[str, SheetNode], root: SheetNode) -> None:
    held = found.get(root.name)
    if held is None or len(list(root.leaves())) > len(list(held.leaves())):
        found[root.name] = root


def _dimension_of_place(document: Document, place: tuple[int, int]) -> str | None:
    block, number = place
    table = next(t for _, n, t in document.tables() if n == number)
    titles = [table.caption]
    section = document.section_of(block)
    while section is not None:
        titles.append(section.title)
        section = document.sections[section.parent] if section.parent is not None else None
    for title in titles:
        for text in (title_name(title), title):
            name = dimension_in(text) or _leading_dimension(text)
            if name:
                return name
    return None


def _leading_dimension(title: str) -> str | None:
    """决策类指标得分汇总表 → 决策."""
    for size in range(min(8, len(title)), 1, -1):
        for start in range(max(1, len(title) - size)):
            name = bare_dimension(title[start : start + size])
            if len(name) >= 2 and dimension_in(name) == name and title[start + size : start + size + 1] in "类指情得评分":
                return name
    return None


def _heading_roots(document: Document, statements: Sequence[Statement]) -> list[SheetNode]:
    """The indicators that headings of the analysis state with weight and score, a heading without further such ones
    below it being a leaf."""
    titled = [s for s in statements if s.titled and s.weight and s.score and s.section is not None]
    first: dict[int, Statement] = {}
    for s in titled:
        assert s.section is not None
        if document.sections[s.section].zone != "summary":
            first.setdefault(s.section, s)
    roots: dict[str, SheetNode] = {}
    for index, s in first.items():
        chain = _chain(document, index)
        if any(index in _chain(document, other)[:-1] for other in first):
            continue
        names = [title_name(document.sections[i].title) for i in chain]
        top = next((i for i, name in enumerate(names) if dimension_in(name)), None)
        if top is None or top == len(names) - 1:
            continue
        root = roots.setdefault(
            dimension_in(names[top]) or names[top], SheetNode(1, dimension_in(names[top]) or names[top], "", s.evidence)
        )
        node = root
        for level, name in enumerate(names[top + 1 : -1], 2):
            child = next((c for c in node.children if c.name == name), None)
            if child is None:
                child = SheetNode(level, name, name, s.evidence)
                node.children.append(child)
            node = child
        node.children.append(SheetNode(len(names) - top, s.name, s.name, s.evidence, weight=s.weight, score=s.score))
    return list(roots.values())


def _chain(document: Document, index: int) -> list[int]:
    """A section and those that hold it, the outermost first."""
    out = [index]
    parent = document.sections[index].parent
    while parent is not None:
        out.append(parent)
        parent = document.sections[parent].parent
    return out[::-1]


# --- models -------------------------------------------------------------------------------------------------------


def _paths(node: SheetNode, above: list[str]) -> list[tuple[list[str], SheetNode]]:
    path = [*above, node.name]
    if not node.children:
        return [(path, node)]
    return [found for child in node.children for found in _paths(child, path)]


def _indicator(path: list[str], leaf: SheetNode) -> Indicator:
    return Indicator(
        path=path,
        weight=_value(leaf.weight),
        score=_value(leaf.score),
        criteria=leaf.criteria,
        reason=leaf.reason,
        evidence=leaf.evidence,
    )


def _dimension(node: SheetNode) -> Dimension:
    return Dimension(
        name=bare_dimension(node.label or node.name) if is_known_dimension(node.label) else node.name,
        weight=_value(node.weight),
        score=_value(node.score),
        rate=_value(node.rate),
        evidence=node.evidence,
    )


def _value(mark: Mark | None) -> Number | None:
    return mark.value if mark else None
