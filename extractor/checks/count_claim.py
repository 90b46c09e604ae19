"""Rule count.claim: how many there are said to be against what is listed.

A list that is not the whole of what is counted says nothing: 等 leaves it open, names in it can hold 和, and only what is
numbered or said to be the list (包括, 分为, 下设) is held against the number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.listing import (
    Claim,
    LevelClaim,
    Listed,
    after,
    before,
    below,
    claims,
    count_of,
    level_claims,
    numbered,
)
from extractor.checks.sources.reading import Passage, Reading
from extractor.checks.sources.sheet_trust import apart, is_trusted
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import exact
from extractor.sheet import ScoreSheet, SheetNode

RULE = "count.claim"
_CONFIDENCE = load("confidence")["count_claim"]
_SETTINGS = load("count_claim")
_CLOSED = re.compile(_SETTINGS["closed"])
_PROMISE = re.compile(_SETTINGS["promise"])
_PROBLEM = re.compile(_SETTINGS["problem"])
_IN_ALL = re.compile(_SETTINGS["in_all"])
_DIMENSION = re.compile(_SETTINGS["dimension"])
_DIMENSIONS = frozenset(load("checks")["names"]["dimensions"])
_WINDOW = 60
_MOST_ITEMS = 70
_MOST_NAMED = 6
_FEWEST_LEVELS = 2
_FEWEST_INDICATORS = 5
_FEWEST_GRADES = 2
_FEWEST_GRADED = 3
_COUNTED = (re.compile(_SETTINGS["grades"]["counted"]), re.compile(_SETTINGS["grades"]["counted_first"]))
_GRADED = re.compile(_SETTINGS["grades"]["graded"])
_GRADE_CELL = re.compile(_SETTINGS["grades"]["cell"])
_SCORED = re.compile(_SETTINGS["grades"]["score"])
_NEAR = 2


def propose(reading: Reading) -> Iterator[Proposal]:
    """Lists in the sentence, numbered lists, levels of indicators by sub-lists and by the score sheets."""
    words = [p for p in reading.passages if p.cell is None]
    for at, passage in enumerate(words):
        found = claims(passage)
        for n, claim in enumerate(found):
            yield from _in_sentence(claim)
            yield from _numbered(claim, words[at + 1 : at + 1 + _WINDOW], n == len(found) - 1)
    yield from _levels(reading)
    yield from _in_all(reading, words)
    yield from _grades(reading, words)


# --- lists --------------------------------------------------------------------------------------------------------


def _in_sentence(claim: Claim) -> Iterator[Proposal]:
    for listed in (before(claim), after(claim)):
        if listed is None:
            continue
        items = listed.of(claim.number)
        if items:
            yield _count(claim, items, _CONFIDENCE["unsure"], right=True)
        elif _is_whole(listed, claim):
            yield _count(claim, listed.items, _CONFIDENCE["list"])


def _is_whole(listed: Listed, claim: Claim) -> bool:
    """Whether a list that has not as many things as claimed must have: it is said to be the list of things that are
    told in full, or it is what the number means (3项制度，即……)."""
    if listed.open or len(listed.items) <= 2:
        return False
    return listed.named or (listed.sure and bool(_CLOSED.search(claim.name)))


def _numbered(claim: Claim, following: list[Passage], is_last: bool) -> Iterator[Proposal]:
    """以下三个方面：一是……二是……; or the numbered paragraphs below, where the claim closes its passage."""
    text = claim.passage.text
    sentence = next(((a, b) for a, b in claim.passage.sentences if a <= claim.start < b), (0, len(text)))
    promised = bool(_PROMISE.search(text, max(sentence[0], claim.start - 30), min(len(text), claim.end + 30)))
    items, found = numbered(claim, following)
    if found:
        if len(items) >= 2 and _PROBLEM.search(claim.name):
            p = _count(claim, items, _CONFIDENCE["numbered"])
            if holds(p) or promised or text[claim.end : claim.end + 20].find("：") >= 0:
                yield p
        return
    ends = text.rstrip().endswith(("：", ":"))
    if not is_last or sentence[1] < len(text.rstrip()) or not (promised or ends or _PROBLEM.search(claim.name)):
        return
    section = claim.passage.document.section_of(claim.passage.block)
    inside = [p for p in following if section is None or p.block < section.end]
    items = below(inside)
    if len(items) >= 2:
        p = _count(claim, items, _CONFIDENCE["below"])
        if holds(p) or (promised and _PROBLEM.search(claim.name) and len(inside) < _WINDOW):
            yield p


def _count(claim: Claim, items: Sequence[Term], confidence: float, right: bool = False) -> Proposal:
    names = "、".join(t.text for t in items[:_MOST_NAMED]) + ("等" if len(items) > _MOST_NAMED else "")
    return Proposal(
        RULE, "count", "count", tuple(items), claim.term(), confidence,
        exact(Decimal(claim.number)) if right else None,
        expression=f"{names}（{len(items)}项） = {claim.text}",
        reason=f"而所列{names}为{len(items)}项",
    )  # fmt: skip


# --- levels of indicators -----------------------------------------------------------------------------------------


def _levels(reading: Reading) -> Iterator[Proposal]:
    """指标体系由4个一级指标、11个二级指标、26个三级指标组成, against the parts that the text counts and the sheets."""
    whole: list[list[LevelClaim]] = []
    dimensions: dict[str, dict[int, list[Term]]] = {}
    for passage in reading.passages:
        if passage.cell is not None or "级指标" not in passage.text:
            continue
        found = level_claims(passage)
        systems = _systems(found)
        whole += systems
        if not systems:
            yield from _parts(passage, found, dimensions)
    for system in whole:
        yield from _by_dimensions(system, dimensions)
        yield from _by_sheets(system, reading.facts.sheets)


def _systems(found: list[LevelClaim]) -> list[list[LevelClaim]]:
    """The claims that speak of the whole: a run of levels from the first on, or of three, one number each."""
    out: list[list[LevelClaim]] = []
    for item in found:
        if out and item.level > out[-1][-1].level and item.claim.start - out[-1][-1].claim.start < _WINDOW:
            out[-1].append(item)
        else:
            out.append([item])
    return [run for run in out if len(run) >= _FEWEST_LEVELS and (run[0].level == 1 or len(run) > _FEWEST_LEVELS)]


def _parts(
    passage: Passage, found: list[LevelClaim], dimensions: dict[str, dict[int, list[Term]]]
) -> Iterator[Proposal]:
    """下设3个二级指标、7个三级指标, then each group with its own: the first number is the sum of those that follow and
    stand behind their lists."""
    m = _DIMENSION.search(passage.text)
    by_level: dict[int, list[LevelClaim]] = defaultdict(list)
    for item in found:
        by_level[item.level].append(item)
    held: dict[int, list[Term]] = {}
    for level, items in by_level.items():
        behind = [i for i in items if _is_behind_list(i.claim)]
        heads = [i for i in items if i not in behind]
        head = heads[0] if heads and heads[0] is items[0] else None
        parts = [i.claim.term(f"分项列举的{i.claim.name}数") for i in behind]
        if head and len(parts) >= 2:
            p = Proposal(
                RULE, "count", "count", tuple(parts), head.claim.term(), _CONFIDENCE["parts"],
                exact(_sum(parts)),
                expression=f"{' + '.join(t.text for t in parts)} = {head.claim.text}",
                reason=f"而随后分项列举的为{' + '.join(t.text for t in parts)} = {_sum(parts)}个",
            )  # fmt: skip
            yield p
            held[level] = [head.claim.term()] if holds(p) else parts
        elif head or parts:
            held[level] = [head.claim.term()] if head else parts
    if m and m["name"] in _DIMENSIONS and held:
        known = dimensions.setdefault(m["name"], {})
        for level, terms in held.items():
            if level not in known or len(terms) <= len(known[level]):
                known[level] = terms


def _sum(terms: Sequence[Term]) -> Decimal:
    return sum((t.value for t in terms), Decimal(0))


def _is_behind_list(claim: Claim) -> bool:
    """Whether the things counted are named right before the number."""
    text = claim.passage.text
    head = text[max(0, claim.start - 80) : claim.start].rstrip()
    if before(claim) is not None:
        return True
    m = re.search(r"(?:包括|包含|下设|设置)\s*([^，。；：:、]{4,40})$", head)
    return m is not None


def _by_dimensions(system: list[LevelClaim], dimensions: dict[str, dict[int, list[Term]]]) -> Iterator[Proposal]:
    """The whole as the sum over its dimensions, where the text counts every one of them."""
    first = next((i.claim.number for i in system if i.level == 1), None)
    for item in system:
        if item.level == 1:
            continue
        known = [levels[item.level] for levels in dimensions.values() if item.level in levels]
        if first is None or len(known) != first:
            continue
        terms = tuple(t for terms in known for t in terms)
        total = _sum(terms)
        yield Proposal(
            RULE, "count", "count", terms, item.claim.term(), _CONFIDENCE["parts"],
            exact(total),
            expression=f"{' + '.join(t.text for t in terms)} = {item.claim.text}",
            reason=f"而各一级指标下所列合计{' + '.join(t.text for t in terms)} = {total}个",
        )  # fmt: skip


def _by_sheets(system: list[LevelClaim], sheets: Sequence[ScoreSheet]) -> Iterator[Proposal]:
    """The indicators of each level of a whole score sheet. The lowest level may count the indicators that have none
    below them as well. A level is held against the text where the sheet was read right, most levels above agree,
    and all its leaves have the same depth or another sheet has as many as claimed."""
    lowest = max(i.level for i in system)
    whole = [s for s in sheets if s.kind == "sheet" and _depth(s.roots) == lowest and s.proven]
    for item in system:
        counted = [_counted(sheet, item.level, lowest, item.claim.number) for sheet in whole]
        for sheet, nodes in zip(whole, counted, strict=True):
            if not nodes or len(nodes) > _MOST_ITEMS:
                continue
            above = [i for i in system if i.level < item.level]
            right = sum(len(_counted(sheet, i.level, lowest, i.claim.number)) == i.claim.number for i in above)
            even = len(_at(sheet.roots, lowest)) == len(sheet.leaves())
            copied = item.level == lowest and any(len(other) == item.claim.number for other in counted)
            likely = bool(above) and (right * 2 > len(above) or (bool(right) and even and _is_near(nodes, item.claim)))
            sure = likely and (even or copied)
            p = Proposal(
                RULE, "count", "count", tuple(map(_node, nodes)), item.claim.term(),
                _CONFIDENCE["sheet" if sure else "unsure"],
                expression=f"评分表{item.claim.name}{len(nodes)}个 = {item.claim.text}",
                reason=f"而评分表中{item.claim.name}有{len(nodes)}个",
            )  # fmt: skip
            if holds(p) or likely:
                yield p


def _in_all(reading: Reading, words: Sequence[Passage]) -> Iterator[Proposal]:
    """四个维度共设25项指标, against the indicators of the one whole sheet, else of all sheets of objects or sections."""
    sheets = [s for s in reading.facts.sheets if s.kind != "summary" and not s.self_scored]
    whole, sections = ([s for s in sheets if s.kind == kind] for kind in ("sheet", "section"))
    objects = apart(whole)
    counted = [s for n, s in enumerate(whole) if n in objects] or whole[-1:] or sections
    leaves = [leaf for sheet in counted for leaf in sheet.leaves()]
    if len(leaves) < _FEWEST_INDICATORS or not all(map(is_trusted, counted)):
        return
    for passage in words:
        for m in _IN_ALL.finditer(passage.text) if "指标" in passage.text else ():
            claim = Claim(passage, m.start("n"), m.end("n"), int(m["n"]), m["n"], "指标")
            p = Proposal(
                RULE, "count", "count", tuple(map(_node, leaves)), claim.term(), _CONFIDENCE["sheet"],
                expression=f"评分表指标{len(leaves)}个 = {claim.text}",
                reason=f"而评分表中所列指标共{len(leaves)}个",
            )  # fmt: skip
            if holds(p) or not any(claim.number == len(s.leaves()) for s in sheets):
                yield p


def _is_near(nodes: list[SheetNode], claim: Claim) -> bool:
    return abs(len(nodes) - claim.number) <= _NEAR


def _counted(sheet: ScoreSheet, level: int, lowest: int, claimed: int) -> list[SheetNode]:
    nodes, leaves = _at(sheet.roots, level), sheet.leaves()
    return leaves if level == lowest and len(nodes) != claimed else nodes


def _at(roots: list[SheetNode], level: int) -> list[SheetNode]:
    """The nodes so deep in the tree, its roots being the first level."""
    nodes = roots
    for _ in range(level - 1):
        nodes = [child for node in nodes for child in node.children]
    return nodes


def _depth(roots: list[SheetNode]) -> int:
    return 1 + max((_depth(node.children) for node in roots if node.children), default=0) if roots else 0


def _node(node: SheetNode) -> Term:
    """An indicator of the sheet, by its weight; a group without one by the weight that stands first in its rows."""
    e = node.weight.evidence if node.weight else node.evidence
    place = (e.block or 0, e.row or 0, e.column or 0)
    shown = node.weight or next(node.leaves()).weight
    text, value = (shown.text, shown.value) if shown else (node.name, Decimal(1))
    return Term(text, value, None, 0, e, place, f"指标“{node.name}”", True)


# --- grades -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Graded:
    """How many a passage says got a grade; `grade` is its first letter, by which all words of a grade are told."""

    grade: str
    claim: Claim


def _grades(reading: Reading, words: Sequence[Passage]) -> Iterator[Proposal]:
    """优1个、良3个、中2个 against the table that grades as many: the grades of its lines, each told by its score."""
    said = [found for passage in words if len(found := _graded(passage)) >= _FEWEST_GRADES]
    tables = [entries for grid in reading.grids for entries in _entries(grid)] if said else []
    for found in said:
        total = sum(g.claim.number for g in found)
        fitting = [entries for entries in tables if sum(map(len, entries.values())) == total]
        made = [[_of_grade(g, entries.get(g.grade, [])) for g in found] for entries in fitting]
        best = max(made, key=lambda some: sum(map(holds, some)), default=[])
        yield from best


def _graded(passage: Passage) -> list[Graded]:
    """The claims of one passage, each grade once; none where a grade is counted twice."""
    out: list[Graded] = []
    if not _GRADED.search(passage.text):
        return out
    for m in (m for pattern in _COUNTED for m in pattern.finditer(passage.text)):
        number = count_of(m["n"])
        if number is not None:
            text = passage.text[m.start() : m.end()]
            out.append(Graded(m["grade"][0], Claim(passage, m.start("n"), m.end("n"), number, m["n"], text)))
    grades = [g.grade for g in out]
    return out if len(set(grades)) == len(grades) else []


def _entries(grid: Grid) -> Iterator[dict[str, list[Term]]]:
    """The things that each line or column of grades grades, by grade: the score beside the grade, else the grade."""
    rows = [
        [squeeze(cell.text) if (cell.row, cell.column) == (r, c) else "" for c, cell in enumerate(row)]
        for r, row in enumerate(grid.table.rows)
    ]
    for view in (grid, grid.turn()):
        for line, texts in enumerate(zip(*rows, strict=True) if view.turned else rows):
            found = {c: m["grade"][0] for c, text in enumerate(texts) if (m := _GRADE_CELL.match(text))}
            if len(found) < _FEWEST_GRADED or len(set(found.values())) < _FEWEST_GRADES:
                continue
            out: dict[str, list[Term]] = defaultdict(list)
            for column, grade in found.items():
                out[grade].append(_score_of(view, line, column, texts[column]))
            yield out


def _score_of(view: Grid, line: int, column: int, text: str) -> Term:
    """The score beside a grade: of the nearest line before it that is named so; the grade itself where none is."""
    for other in range(line - 1, view.first - 1, -1):
        if column in view.figures(other) and _SCORED.search(view.label(other)):
            return view.term(other, column)
    row, at = (column, line) if view.turned else (line, column)
    evidence = view.source.evidence(row, at)
    return Term(text, Decimal(1), None, 0, evidence, (view.block, row, at), "等级", True)


def _of_grade(graded: Graded, entries: Sequence[Term]) -> Proposal:
    claim = graded.claim
    return Proposal(
        RULE, "count", "count", tuple(entries), claim.term(f"“{claim.name}”"), _CONFIDENCE["grades"],
        exact(Decimal(len(entries))),
        expression=f"表中等级为{graded.grade}的{len(entries)}个 = {claim.text}",
        reason=f"而表中等级为{graded.grade}的有{len(entries)}个",
        group=f"grades {claim.passage.place(0)}",
    )  # fmt: skip
