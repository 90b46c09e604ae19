"""Rule count.claim: how many there are said to be against what is listed.

A list that is not the whole of what is counted says nothing: 等 leaves it open, names in it can hold 和, and only what is
numbered or said to be the list (包括, 分为, 下设) is held against the number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractor.checks.engine import holds
from extractor.checks.listing import Claim, LevelClaim, after, before, below, claims, level_claims, numbered
from extractor.checks.proposal import Proposal, Term
from extractor.checks.reading import Passage, Reading
from extractor.data import load
from extractor.quantity import exact
from extractor.sheet import ScoreSheet, SheetNode

RULE = "count.claim"
_CONFIDENCE = load("confidence")["count_claim"]
_SETTINGS = load("count_claim")
_CLOSED = re.compile(_SETTINGS["closed"])
_PROMISE = re.compile(_SETTINGS["promise"])
_PROBLEM = re.compile(_SETTINGS["problem"])
_DIMENSION = re.compile(_SETTINGS["dimension"])
_DIMENSIONS = frozenset(load("checks")["names"]["dimensions"])
_WINDOW = 60
_MOST_ITEMS = 70
_MOST_NAMED = 6
_FEWEST_LEVELS = 2


def propose(reading: Reading) -> Iterator[Proposal]:
    """Lists in the sentence, numbered lists, levels of indicators by sub-lists and by the score sheets."""
    words = [p for p in reading.passages if p.cell is None]
    for at, passage in enumerate(words):
        found = claims(passage)
        for n, claim in enumerate(found):
            yield from _in_sentence(claim)
            yield from _numbered(claim, words[at + 1 : at + 1 + _WINDOW], n == len(found) - 1)
    yield from _levels(reading)


# --- lists --------------------------------------------------------------------------------------------------------


def _in_sentence(claim: Claim) -> Iterator[Proposal]:
    for listed in (before(claim), after(claim)):
        if listed is None:
            continue
        items = listed.of(claim.number)
        if items:
            yield _count(claim, items, _CONFIDENCE["unsure"], right=True)
        elif not listed.open and listed.sure and len(listed.items) > 2 and _CLOSED.search(claim.name):
            yield _count(claim, listed.items, _CONFIDENCE["list"])


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
    """The claims that speak of the whole: an unbroken run of levels from the first or second on, one number each."""
    out: list[list[LevelClaim]] = []
    for item in found:
        if out and item.level == out[-1][-1].level + 1 and item.claim.start - out[-1][-1].claim.start < _WINDOW:
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
            likely = bool(above) and right * 2 > len(above)
            sure = likely and (even or copied)
            p = Proposal(
                RULE, "count", "count", tuple(map(_node, nodes)), item.claim.term(),
                _CONFIDENCE["sheet" if sure else "unsure"],
                expression=f"评分表{item.claim.name}{len(nodes)}个 = {item.claim.text}",
                reason=f"而评分表中{item.claim.name}有{len(nodes)}个",
            )  # fmt: skip
            if holds(p) or likely:
                yield p


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
    """An indicator of the sheet, by its weight where it has one."""
    e = node.weight.evidence if node.weight else node.evidence
    place = (e.block or 0, e.row or 0, e.column or 0)
    text = node.weight.text if node.weight else node.name
    value = node.weight.value if node.weight else Decimal(1)
    return Term(text, value, None, 0, e, place, f"指标“{node.name}”", True)
