"""Where no sheet holds the whole tree: the tables of the single dimensions, and the headings of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractor.document import Document
from extractor.facts.score_names import bare_dimension, is_certain_dimension
from extractor.facts.score_text import Statement, dimension_in, title_name
from extractor.sheet import ScoreSheet, SheetNode

_THIRD = 3


def section_roots(document: Document, sheets: Sequence[ScoreSheet]) -> list[SheetNode]:
    """One tree per dimension from the tables of the body; a table that does not name its dimension is of the one that
    its caption or heading names."""
    found: dict[str, SheetNode] = {}
    for sheet in (s for s in sheets if s.kind == "section"):
        if all(r.level == 1 for r in sheet.roots):
            for root in sheet_roots(sheet):
                _keep_deeper(found, root)
            continue
        names = _names_of_place(document, sheet.places[0], sheet.roots[0].level)
        if names:
            _add_table(found, names, sheet)
    return list(found.values())


def _add_table(found: dict[str, SheetNode], names: Sequence[str], sheet: ScoreSheet) -> None:
    """Hangs a table below the dimension, and the group, that its place names; its row of sums is that one's."""
    evidence = sheet.roots[0].evidence
    lowest = SheetNode(len(names), names[-1], names[-1], evidence, children=sheet.roots)
    if total := _own_total(sheet):
        lowest.weight, lowest.score, lowest.rate = total.weight, total.score, total.rate
    if len(names) == 1:
        _keep_deeper(found, lowest)
        return
    top = found.setdefault(names[0], SheetNode(1, names[0], names[0], evidence))
    if all(child.name != lowest.name for child in top.children):
        top.children.append(lowest)


def _own_total(sheet: ScoreSheet) -> SheetNode | None:
    """The row of sums of one dimension's table: 合计, or 小计 below all its groups."""
    return sheet.total or next((row for count, row in sheet.subtotals if count == len(sheet.leaves())), None)


def sheet_roots(sheet: ScoreSheet | None) -> list[SheetNode]:
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
            root = replace(
                root, weight=root.weight or row.weight, score=root.score or row.score, rate=root.rate or row.rate
            )
        out.append(root)
    return out


def _keep_deeper(found: dict[str, SheetNode], root: SheetNode) -> None:
    held = found.get(root.name)
    if held is None or len(list(root.leaves())) > len(list(held.leaves())):
        found[root.name] = root


def _names_of_place(document: Document, place: tuple[int, int], level: int) -> list[str]:
    """The dimension that a table's caption or headings name, and for a table of the third level the group whose heading
    stands below the dimension's; empty where none is named."""
    block, number = place
    table = next(t for _, n, t in document.tables() if n == number)
    titles = []
    section = document.section_of(block)
    while section is not None:
        titles.append(section.title)
        section = document.sections[section.parent] if section.parent is not None else None
    if level == _THIRD:
        for inner, outer in zip(titles, titles[1:], strict=False):
            name = dimension_in(title_name(outer))
            if name and is_certain_dimension(name):
                return [name, title_name(inner)]
    for title in (table.caption, *titles):
        for text in (title_name(title), title):
            name = dimension_in(text) or _leading_dimension(text)
            if name:
                return [name]
    return []


def _leading_dimension(title: str) -> str | None:
    """决策类指标得分汇总表 → 决策."""
    for size in range(min(8, len(title)), 1, -1):
        for start in range(max(1, len(title) - size)):
            name = bare_dimension(title[start : start + size])
            if (
                len(name) >= 2
                and dimension_in(name) == name
                and title[start + size : start + size + 1] in "类指情得评分"
            ):
                return name
    return None


def heading_roots(document: Document, statements: Sequence[Statement]) -> list[SheetNode]:
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
