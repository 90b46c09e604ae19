"""Rule score.rollup: weights and scores from leaf to total, in each place that lists them and from place to place.

Sums within a score sheet are held against the report only where the sheet has proved itself; those of the outline need
no names, only headings that all state their points. Places are compared by the indicator's name: scores only where the
weights agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term, term
from extractor.checks.sources.conclusion import conclusions, self_given
from extractor.checks.sources.items import Item, items
from extractor.checks.sources.mentions import Mention, by_key, dimensions, mark_term, mentions, node_terms
from extractor.checks.sources.points import (
    Points,
    deduction_spans,
    key,
    own_blocks,
    read_own_points,
    subsections,
)
from extractor.checks.sources.reading import Reading
from extractor.checks.sources.sheet_trust import (
    adds_up,
    apart,
    closes_once,
    is_placed,
    is_trusted,
    is_whole,
    without_templates,
)
from extractor.data import load, pattern
from extractor.document import Document
from extractor.quantity import Interval, exact, find
from extractor.sheet import ScoreSheet, SheetNode

RULE = "score.rollup"
_CONFIDENCE = load("confidence")["score_rollup"]
_SELF_COLUMN = pattern("checks", "conclusion", "self_column")
_DIMENSIONS = load("checks")["names"]["dimensions"]
_HUNDRED = Decimal(100)
_SEVERAL = 3
_MOST_COPIES = 11  # beside the one that they are compared to
_FEWEST_REASONS = 5
_REASONS_A_MISS = 8  # of the reasons that explain their score, for each one that does not
_WITHIN_A_MISS = 10  # leaves that have no more than their weight, for each that has
_ITEMS_A_MISS = 3  # of the items of a list, for each that does not fit
_TRUSTED = Decimal("0.6")
_SUBJECTS = {"分值": "rollup_weight", "得分": "rollup_score"}


def propose(reading: Reading) -> Iterator[Proposal]:
    """Sums within sheets and outline, sums from place to place, and the same indicator in two places."""
    sheets = without_templates(reading.facts.sheets)
    trusted = [is_trusted(sheet) for sheet in sheets]
    objects = apart(sheets)
    found = _of_one_object(mentions(reading, sheets), objects)
    for sheet, sure in zip(sheets, trusted, strict=True):
        proposals = _within(sheet)
        yield from proposals if sure else holding(proposals)
        yield from _rows_of_sums(sheet, sure)
        yield from _above(sheet)
    yield from _outline(reading)
    yield from _listed(reading)
    yield from _items(reading, sheets)
    yield from _across(reading, sheets, trusted, found)
    yield from _twice(trusted, found)
    of_whole = [n for n in range(len(sheets)) if n not in objects]
    yield from _totals(reading, [sheets[n] for n in of_whole], [trusted[n] for n in of_whole], found)
    yield from _all_weights(sheets, found)
    yield from _listed_behind(reading)
    yield from _self_totals(reading)


def _of_one_object(found: list[Mention], objects: set[int]) -> list[Mention]:
    """Without the indicators that several sheets score, each for an object of its own: whose a place speaks of is not
    told."""
    owners: dict[str, set[int]] = {}
    for m in found:
        if m.sheet in objects:
            owners.setdefault(m.key, set()).add(m.sheet)
    return [m for m in found if len(owners.get(m.key, ())) < 2]


def holding(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Those that hold: where the parse has not proved itself, a miss says nothing."""
    for proposal in proposals:
        if holds(proposal):
            yield proposal


# --- within one sheet ---------------------------------------------------------------------------------------------


def _within(sheet: ScoreSheet) -> Iterator[Proposal]:
    for root in sheet.roots:
        yield from _below(root, sheet.kind, trusted=True)
    for leaf in sheet.leaves():
        weight, score = node_terms(leaf, sheet.kind)
        if weight and score and leaf.deduction:
            lost = mark_term(leaf.deduction, leaf.name, "评分表", "扣分")
            yield Proposal(RULE, "difference", "deduction", (weight, score), lost, _CONFIDENCE["sheet"])
    yield from _lost(sheet)
    yield from _reasons(sheet)
    if sheet.total:
        for parts in (sheet.roots, sheet.leaves()):
            yield from _sums(sheet.total, parts, sheet.kind, _CONFIDENCE["sheet"])


def _rows_of_sums(sheet: ScoreSheet, sure: bool) -> Iterator[Proposal]:
    """The rows 小计, and the total of a section table that has not proved itself, where one of weight and score adds up
    and so tells which leaves the other means."""
    leaves = sheet.leaves()
    before = 0
    for count, subtotal in sheet.subtotals:
        above = leaves[before:count]
        sums = _sums(subtotal, above, sheet.kind, _CONFIDENCE["sheet"])
        yield from sums if closes_once(subtotal, above) else holding(sums)
        before = count
    if sheet.total and not sure and sheet.kind == "section" and closes_once(sheet.total, leaves):
        sums = _sums(sheet.total, leaves, sheet.kind, _CONFIDENCE["sheet"])
        yield from (p for p in sums if not holds(p))


def _above(sheet: ScoreSheet) -> Iterator[Proposal]:
    """No leaf has more than its weight. Where several have, columns were taken for each other: then nothing is said."""
    proposals = []
    for leaf in sheet.leaves():
        weight, score = node_terms(leaf, sheet.kind)
        if weight and score and weight.value > 0:
            proposals.append(
                Proposal(
                    RULE, "rule", "above", (weight,), score, _CONFIDENCE["sheet"],
                    expected=Interval(Decimal(0), weight.value),
                    expression=f"{score.text} ≤ {weight.text}", reason=f"超过其满分{weight.text}分",
                )
            )  # fmt: skip
    wrong = sum(not holds(p) for p in proposals)
    if wrong * _WITHIN_A_MISS <= len(proposals):
        yield from proposals


def _lost(sheet: ScoreSheet) -> Iterator[Proposal]:
    """The total of the deductions against those of the leaves, of which those without a loss may state none, and
    against what the total falls short of full marks."""
    total = sheet.total
    if total is None or total.deduction is None:
        return
    stated = mark_term(total.deduction, total.name, "评分表", "扣分")
    lost = tuple(mark_term(x.deduction, x.name, "评分表", "扣分") for x in sheet.leaves() if x.deduction)
    if lost:
        yield from holding([Proposal(RULE, "sum", "deduction", lost, stated, _CONFIDENCE["sheet"])])
    weight, score = node_terms(total, sheet.kind)
    if weight and score:
        yield Proposal(RULE, "difference", "deduction", (weight, score), stated, _CONFIDENCE["sheet"])


def _reasons(sheet: ScoreSheet) -> Iterator[Proposal]:
    """A leaf's weight less the deductions that its reason names. A reason need not name all: only the sheet whose other
    reasons do is held to it."""
    proposals = []
    for leaf in sheet.leaves():
        weight, score = node_terms(leaf, sheet.kind)
        spans = deduction_spans(leaf.reason or "")
        if weight and score and spans and leaf.reason:
            lost = [_reason_term(leaf, leaf.reason, score, span) for span in spans]
            proposals.append(Proposal(RULE, "difference", "deduction", (weight, *lost), score, _CONFIDENCE["sheet"]))
    right = sum(map(holds, proposals))
    proven = right >= _FEWEST_REASONS and (len(proposals) - right) * _REASONS_A_MISS <= right
    yield from proposals if proven else holding(proposals)


def _reason_term(leaf: SheetNode, reason: str, score: Term, span: tuple[int, int]) -> Term:
    [figure] = find(reason[slice(*span)])
    return term(figure, score.evidence, (*score.place, span[0]), f"评分表“{leaf.name}”扣分", "分")


def _below(node: SheetNode, kind: str, trusted: bool) -> Iterator[Proposal]:
    """The sums of a node and of all below it; from a node that was misread downwards only those that hold."""
    if not node.children:
        return
    trusted = trusted and is_whole(node)
    own = trusted and not node.inferred
    leaves = list(node.leaves())
    for parts in (node.children, leaves) if len(leaves) > len(node.children) else (leaves,):
        sums = _sums(node, parts, kind, _CONFIDENCE["sheet"])
        yield from sums if own else holding(sums)
    for child in node.children:
        yield from _below(child, kind, trusted and is_placed(node))


def _sums(whole: SheetNode, parts: list[SheetNode], kind: str, confidence: float) -> Iterator[Proposal]:
    """Weight and score of a node against those below it, where all of them state theirs."""
    terms = [node_terms(part, kind) for part in parts]
    for at, (stated, role) in enumerate(zip(node_terms(whole, kind), ("分值", "得分"), strict=True)):
        if stated:
            yield from _sum(stated, [t[at] for t in terms], role, confidence)


def _sum(stated: Term, terms: list[Term | None], role: str, confidence: float) -> Iterator[Proposal]:
    given = [t for t in terms if t]
    if given and len(given) == len(terms) and stated.place not in {t.place for t in given}:
        yield Proposal(RULE, "sum", _SUBJECTS[role], tuple(given), stated, confidence)


# --- the outline --------------------------------------------------------------------------------------------------


def _outline(reading: Reading) -> Iterator[Proposal]:
    """The points in a heading against the sum over its sub-headings, by the outline's numbering alone."""
    stated = {section.start: points for section, points in reading.points}
    for section, children in subsections(reading.document):
        if section.start in stated and children and all(c.start in stated for c in children):
            own, below = stated[section.start], [stated[c.start] for c in children]
            larger = [p for p in below if p.weight and own.weight and p.weight.value > own.weight.value]
            if len(larger) > 1:
                continue  # these stand beside it, not below: a heading between them was not told
            for role in ("分值", "得分"):
                if whole := _of(own, role):
                    yield from _sum(whole, [_of(p, role) for p in below], role, _CONFIDENCE["outline"])


def _listed(reading: Reading) -> Iterator[Proposal]:
    """The points in a heading against those of the indicators that its text lists, where their weights add up."""
    prose = reading.prose
    for section, own in reading.points:
        blocks = own_blocks(reading.document, section)
        mine = {p.span for block in blocks for p in read_own_points(prose, section, block)}
        items = [p for block in blocks[1:] for p in prose.points[block] if p.weight and p.span not in mine]
        weights = [p.weight.value for p in items if p.weight]
        if len(items) > 1 and own.weight and sum(weights) == own.weight.value:
            for role in ("分值", "得分"):
                if whole := _of(own, role):
                    yield from _sum(whole, [_of(p, role) for p in items], role, _CONFIDENCE["outline"])


def _items(reading: Reading, sheets: list[ScoreSheet]) -> Iterator[Proposal]:
    """The items that a section lists against its own points, and each against the leaf of a sheet in its place: items
    and leaves are written in one order, but seldom by one name."""
    groups: dict[str, list[tuple[SheetNode, ScoreSheet]]] = {}
    for sheet in sheets:
        for node in sheet.nodes():
            groups.setdefault(key(node.name), []).append((node, sheet))
    for section, own in reading.points:
        listed = list(items(reading.prose, section))
        if len(listed) < 2:
            continue
        scores = [item.points.score for item in listed]
        aligned = False
        for node, sheet in groups.get(key(section.title), []):
            leaves = [node_terms(leaf, sheet.kind) for leaf in node.leaves()]
            if proposals := _side_by_side(listed, leaves, own):
                aligned = True
                yield from proposals
        for sheet in sheets if not aligned else []:
            leaves = [node_terms(leaf, sheet.kind) for leaf in sheet.leaves()]
            starts = range(len(leaves) - len(listed) + 1)
            fitting = [p for at in starts if (p := _side_by_side(listed, leaves[at : at + len(listed)], own))]
            if len(fitting) == 1:
                aligned = True
                yield from fitting[0]
        if own.score:
            sums = _sum(own.score, scores, "得分", _CONFIDENCE["outline"])
            yield from sums if aligned else holding(sums)


def _side_by_side(listed: list[Item], leaves: list[tuple[Term | None, Term | None]], own: Points) -> list[Proposal]:
    """Items and leaves in one order; empty where their number or weight differs, or more than a few do not fit."""
    weight = sum((w.value for w, _ in leaves if w), Decimal(0))
    if len(leaves) != len(listed) or own.weight is None or weight != own.weight.value:
        return []
    pairs = [list(_placed(item.points, *leaf)) for item, leaf in zip(listed, leaves, strict=True)]
    fitting = sum(all(map(holds, proposals[:1])) for proposals in pairs)
    misfits = max(1, len(pairs) // _ITEMS_A_MISS)
    return [p for proposals in pairs for p in proposals] if fitting >= len(pairs) - misfits else []


def _placed(item: Points, weight: Term | None, score: Term | None) -> Iterator[Proposal]:
    """An item's rate by the weight of the leaf in its place, and its score in both."""
    if item.rate and item.score and weight and weight.value:
        yield Proposal(RULE, "ratio", "rate", (item.score, weight), item.rate, _CONFIDENCE["twice"])
    if item.weight and weight:
        yield Proposal(RULE, "equal", "twice_weight", (weight,), item.weight, _CONFIDENCE["twice"])
    if item.score and score:
        yield Proposal(RULE, "equal", "twice_score", (score,), item.score, _CONFIDENCE["twice"])


def _of(points: Points, role: str) -> Term | None:
    return points.weight if role == "分值" else points.score


# --- from place to place ------------------------------------------------------------------------------------------


def _across(
    reading: Reading, sheets: list[ScoreSheet], trusted: list[bool], found: list[Mention]
) -> Iterator[Proposal]:
    """A group's weight and score elsewhere against the leaves that a proven sheet lists for it."""
    for group in by_key(found):
        for m in group:
            if m.node is None or not trusted[m.sheet] or len(leaves := list(m.node.leaves())) < 2:
                continue
            weight = sum((leaf.weight.value for leaf in leaves if leaf.weight), Decimal(0))
            terms = [node_terms(leaf, sheets[m.sheet].kind) for leaf in leaves]
            for other in group:
                # Only where the leaves give the weight are they all the leaves of what the other place speaks of.
                if other.sheet != m.sheet and other.weight and other.weight.value == weight:
                    yield from _weight_and_score(other, terms, _CONFIDENCE["across"])
    yield from _below_headings(reading, found)
    yield from _section_tables(reading, sheets)


def _weight_and_score(
    whole: Mention, parts: list[tuple[Term | None, Term | None]], confidence: float
) -> Iterator[Proposal]:
    for at, (stated, role) in enumerate(((whole.weight, "分值"), (whole.score, "得分"))):
        if stated:
            yield from _sum(stated, [part[at] for part in parts], role, confidence)


def _below_headings(reading: Reading, found: list[Mention]) -> Iterator[Proposal]:
    """A dimension in a table against the points of all headings below its own."""
    stated = {section.start: points for section, points in reading.points}
    tabled: dict[str, list[Mention]] = {}
    for m in found:
        if m.node and m.node.level == 1:
            tabled.setdefault(m.key, []).append(m)
    for section, children in subsections(reading.document):
        if not children or any(c.start not in stated for c in children):
            continue
        for m in tabled.get(key(section.title), []):
            parts = [(stated[c.start].weight, stated[c.start].score) for c in children]
            yield from _weight_and_score(m, parts, _CONFIDENCE["outline"])


def _section_tables(reading: Reading, sheets: list[ScoreSheet]) -> Iterator[Proposal]:
    """The points of a section against the rows of the table in it, where at least weights or scores agree."""
    for sheet in sheets:
        block = sheet.places[0][0]
        around = [(s, p) for s, p in reading.points if s.start <= block < s.end]
        if sheet.kind != "section" or not around:
            continue
        section, points = max(around, key=lambda pair: pair[0].level)
        whole = Mention("", "", "heading", -1, points.weight, points.score, section=section)
        for parts in (sheet.roots, sheet.leaves()):
            terms = [node_terms(part, sheet.kind) for part in parts]
            proposals = list(_weight_and_score(whole, terms, _CONFIDENCE["across"]))
            if any(map(holds, proposals)):
                yield from proposals
                break


def _twice(trusted: list[bool], found: list[Mention]) -> Iterator[Proposal]:
    """The same indicator in two places. Places that mostly disagree have been aligned wrongly: then only what agrees."""
    proposals = [
        ((first.sheet, other.sheet), proposal, holds(proposal))
        for group in by_key(found)
        for first, other in _pairs(group, trusted)
        for proposal in _same(first, other, group)
    ]
    peers: dict[tuple[int, int], list[bool]] = {}
    for pair, _, agrees in proposals:
        peers.setdefault(pair, []).append(agrees)
    for pair, proposal, agrees in proposals:
        right, wrong = peers[pair].count(True), peers[pair].count(False)
        proven = pair[0] < 0 or trusted[pair[0]] or right >= _SEVERAL
        aligned = wrong < _SEVERAL or right >= _TRUSTED * (right + wrong)
        if agrees or (proven and aligned):
            yield proposal


def _pairs(group: list[Mention], trusted: list[bool]) -> Iterator[tuple[Mention, Mention]]:
    """Each mention with the most reliable one, and the text with the tables of the body."""
    first = min(group, key=lambda m: _reliability(m, trusted))
    scored = [m for m in group if m.score]
    if first.score is None and scored:
        best = min(scored, key=lambda m: _reliability(m, trusted))
        yield from ((best, m) for m in scored if m is not best and m.source == "sentence")
    for other in group:
        if other is not first and (other.sheet != first.sheet or other.source == "sentence"):
            yield first, other
        if other is not first and other.source in ("section", "summary"):
            yield from ((other, m) for m in group if m is not first and m.source in ("heading", "sentence"))


def _reliability(m: Mention, trusted: list[bool]) -> tuple[bool, bool, bool, int]:
    """What others are compared to: a proven sheet before headings, the deepest sheet before summaries."""
    proven = m.sheet >= 0 and trusted[m.sheet]
    order = ("sheet", "summary", "heading", "section", "sentence")
    return m.weight is None, not proven, m.score is None, order.index(m.source)


def _same(first: Mention, other: Mention, group: list[Mention]) -> Iterator[Proposal]:
    """What two places state of one indicator; a score that differs stands against all that agree on another."""
    if _is_part(first, other):
        return
    alike = not (first.node and other.node) or _leaf_keys(first.node) == _leaf_keys(other.node)
    if first.weight and other.weight and alike and all(map(_is_read_right, (first, other))):
        yield Proposal(RULE, "equal", "twice_weight", (first.weight,), other.weight, _CONFIDENCE["twice"])
    if first.score and other.score and _weights_agree(first, other):
        copies: tuple[Term, ...] = (first.score,)
        if first.score.value != other.score.value:
            agreeing = {m.score.place: m.score for m in group if m.score and m.score.value == first.score.value}
            copies = (first.score, *(t for at, t in agreeing.items() if at != first.score.place))[:_MOST_COPIES]
        yield Proposal(RULE, "equal", "twice_score", copies, other.score, _CONFIDENCE["twice"])
    if other.rate and first.score and first.weight and first.weight.value:
        terms = (first.score, first.weight)
        yield Proposal(RULE, "ratio", "rate", terms, other.rate, _CONFIDENCE["twice"])


def _is_part(whole: Mention, other: Mention) -> bool:
    """Whether a score and its rate speak of a part that has the name of the whole: the weight that they imply is another
    and neither is the whole's."""
    if not (whole.weight and whole.weight.value and whole.score and other.score and other.rate) or other.weight:
        return False
    if other.score.value == whole.score.value:
        return False
    rates = [Proposal(RULE, "ratio", "rate", (t, whole.weight), other.rate, 1) for t in (whole.score, other.score)]
    return not any(map(holds, rates))


def _leaf_keys(node: SheetNode) -> set[str]:
    """What a group consists of: two schemes may use one name for different groups."""
    return {key(leaf.name) for leaf in node.leaves()} if node.children else set()


def _is_read_right(m: Mention) -> bool:
    """A group of a sheet whose leaves do not give its weight may have been misread."""
    return m.node is None or not m.node.children or adds_up(m.node, list(m.node.leaves()))


def _weights_agree(a: Mention, b: Mention) -> bool:
    return a.weight is None or b.weight is None or a.weight.value == b.weight.value


# --- the whole ----------------------------------------------------------------------------------------------------


def _totals(
    reading: Reading, sheets: list[ScoreSheet], trusted: list[bool], found: list[Mention]
) -> Iterator[Proposal]:
    """The overall score in sentences against that of the tables, and against the dimensions that a sentence lists."""
    document = reading.document
    concluded = [c for c in reading.shared(conclusions) if c.whole]
    stated = [c.score for c in concluded if not c.scaled]
    scaled = [c.score for c in concluded if c.scaled]
    tables = [
        (sheet, sure, mark_term(sheet.total.score, sheet.total.name, "得分表", "得分"))
        for sheet, sure in zip(sheets, trusted, strict=True)
        if sheet.total and sheet.total.score and sheet.kind != "section"
    ]
    proven = [score for _, sure, score in tables if sure]
    reference = proven[0] if proven else stated[0] if stated else None
    yield from _one_total(reference, [*stated, *(score for _, _, score in tables)])
    yield from _scaled_totals(scaled, [sheet for sheet, sure, _ in tables if sure])
    for unsummed, sure in zip(sheets, trusted, strict=True):
        if not sure or unsummed.kind != "sheet" or (unsummed.total and unsummed.total.score):
            continue
        scores = [node_terms(leaf, "sheet")[1] for leaf in unsummed.leaves()]
        for overall in stated[:1] if any(scores) and not unsummed.self_scored else []:
            yield from _sum(overall, scores, "得分", _CONFIDENCE["total"])
    limits: dict[str, list[Decimal]] = {}
    for m in found:
        if m.node and m.weight:
            limits.setdefault(m.key, []).append(m.weight.value)
    for total in stated:
        here = document.section_of(total.place[0])
        listed = [m for m in found if m.source == "sentence" and m.score]
        parts = [m for m in listed if m.score and document.section_of(m.score.place[0]) is here]
        if any(m.score and m.score.value > limit for m in parts for limit in limits.get(m.key, ())):
            continue  # scores of a hundred each, that make the whole by their weights
        weights = [m.weight.value for m in parts if m.weight]
        keys = [m.key for m in parts]
        whole = sum(weights) == _HUNDRED or not weights and any(set(keys) == dimensions([s]) for s in sheets)
        yield from _by_rates(total, found, document)
        if len(parts) >= 3 and whole and len(set(keys)) == len(parts):
            yield from _sum(total, [m.score for m in parts], "得分", _CONFIDENCE["across"])


def _all_weights(sheets: list[ScoreSheet], found: list[Mention]) -> Iterator[Proposal]:
    """The weights of all dimensions, as a sentence gives them in turn, make a hundred."""
    given: dict[tuple[int, str], dict[str, Term]] = {}
    for m in found:
        if m.source == "sentence" and m.weight and not m.score:
            given.setdefault((m.weight.place[0], m.weight.evidence.quote), {})[m.key] = m.weight
    known = [dimensions([s]) for s in sheets if s.kind != "section"]
    for weights in given.values():
        total = sum((t.value for t in weights.values()), Decimal(0))
        right = total == _HUNDRED
        usual = not known and len(weights) > _SEVERAL and weights.keys() <= set(_DIMENSIONS)
        if len(weights) >= _SEVERAL and (right or usual or weights.keys() in known):
            terms = tuple(weights.values())
            sides = " + ".join(t.text for t in terms)
            yield Proposal(
                RULE, "sum", "rollup_weight", terms, confidence=_CONFIDENCE["across"], holds=right,
                expression=f"{sides} = {total}", reason=f"各一级指标权重之和为{total}（{sides}），应为100",
            )  # fmt: skip


def _by_rates(total: Term, found: list[Mention], document: Document) -> Iterator[Proposal]:
    """The overall score as the mean of the dimensions' rates, weighted: rates that its own section gives, weights from
    any one place that gives all."""
    here = document.section_of(total.place[0])
    rates = {m.key: m.rate for m in found if m.source == "sentence" and m.rate and not m.score}
    rates = {name: t for name, t in rates.items() if document.section_of(t.place[0]) is here}
    weights: dict[object, dict[str, Term]] = {}
    for m in found:
        if m.key in rates and m.weight:
            weights.setdefault(m.sheet if m.node else m.weight.place[0], {})[m.key] = m.weight
    for given in weights.values():
        if len(rates) >= _SEVERAL and given.keys() == rates.keys() and sum(t.value for t in given.values()) == _HUNDRED:
            terms = (*rates.values(), *(replace(given[name], is_exact=True) for name in rates))
            yield Proposal(RULE, "weighted", "total_score", terms, total, _CONFIDENCE["total"])


def _scaled_totals(scaled: list[Term], sheets: list[ScoreSheet]) -> Iterator[Proposal]:
    """An overall score brought to a hundred points against a sheet whose weights make fewer: 80.08 ÷ 95 × 100 = 84.29;
    without such a sheet the places that state it against each other."""
    yield from _one_total(scaled[0] if scaled else None, scaled[1:])
    for sheet in sheets[:1]:
        weight, score = node_terms(sheet.total, sheet.kind) if sheet.total else (None, None)
        for stated in scaled if weight and score and weight.value else []:
            assert weight and score
            if weight.value == _HUNDRED:
                yield Proposal(RULE, "equal", "total_score", (score,), stated, _CONFIDENCE["total"])
            else:
                value = score.value / weight.value * _HUNDRED
                yield Proposal(
                    RULE, "product", "total_score", (score, weight), stated, _CONFIDENCE["total"], exact(value),
                    expression=f"{score.text} ÷ {weight.text} × 100 = {stated.text}",
                )  # fmt: skip


def _one_total(reference: Term | None, others: list[Term]) -> Iterator[Proposal]:
    """The overall score wherever it stands, a dozen places in one check."""
    copies = list({t.place: t for t in others if reference and t.place != reference.place}.values())
    for at in range(0, len(copies), _MOST_COPIES):
        if reference:
            group = tuple(copies[at : at + _MOST_COPIES])
            yield Proposal(RULE, "equal", "total_score", group, reference, _CONFIDENCE["total"])


def _listed_behind(reading: Reading) -> Iterator[Proposal]:
    """An overall score against the parts that its paragraph lists behind it, whoever gave it: weights that make 100
    prove that these are all."""
    totals: dict[int, list[Term]] = {}
    for conclusion in reading.shared(conclusions):
        totals.setdefault(conclusion.score.place[0], []).append(conclusion.score)
    for block, stated in totals.items():
        parts = [p for p in reading.prose.points[block] if p.weight and p.score and p.weight.value < _HUNDRED]
        before = [t for t in stated if parts and t.place[-1] < parts[0].span[0]]
        if len(parts) >= _SEVERAL and before and sum(p.weight.value for p in parts if p.weight) == _HUNDRED:
            yield from _sum(before[-1], [p.score for p in parts], "得分", _CONFIDENCE["across"])


def _self_totals(reading: Reading) -> Iterator[Proposal]:
    """The overall score that the unit gave itself, in sentences and in the total rows of tables that show it beside
    another's."""
    tabled = [
        grid.term(line, column)
        for grid in reading.grids
        for line in grid.totals()
        for column in grid.figures(line)
        if _SELF_COLUMN.search(grid.names[column])
    ]
    told = list(self_given(reading.prose))
    for reference, others in ((tabled[:1], [*tabled[1:], *told]), (told[:1], told[1:])):
        for first in reference:
            for other in others:
                yield Proposal(RULE, "equal", "total_score", (first,), other, _CONFIDENCE["self"])
