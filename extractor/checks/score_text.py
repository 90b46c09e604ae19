"""Rule score.text: weight, score, rate and deduction of one indicator as the text states them, and rates in score tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Literal

from extractor.checks.engine.digits import slip
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term, term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.items import items
from extractor.checks.sources.points import (
    Points,
    Prose,
    deductions,
    own_points,
    text_term,
)
from extractor.checks.sources.reading import Reading
from extractor.data import load, pattern
from extractor.document import Cell, Document, cell_evidence
from extractor.quantity import Interval, find, fold, rounding_interval

RULE = "score.text"
_CONFIDENCE = load("confidence")["score_text"]
_FEWEST_RIGHT = 2
_HUNDRED = Decimal(100)
# A digit before a blank is part of a number that an export broke: 82.8 3%×4; an operator before the product, the end
# of a longer formula: 83.40%/85%×9.
_PRODUCT = re.compile(
    r"(?<![\d.+/÷×*✕∕\-−)）])(?<!\d )(?<![+/÷×*✕∕\-−)）] )(?P<a>\d+(?:\.\d+)?)\s*(?:%|分)?\s*[×*✕xX]\s*(?P<b>\d+(?:\.\d+)?)\s*(?:%|分)?\s*[=＝≈]\s*(?P<y>\d+(?:\.\d+)?)(?=\s*(?P<unit>分)?)"
)

_EQUALS = re.compile("[=＝≈]")
_FORMULA = re.compile("[=＝≈%％]")
_BY_RATE = pattern("checks", "points", "by_rate")
_FACTORS = (("a", "算式"), ("b", "算式"), ("y", "得分"))
_GIVES = re.compile(r"得分[^。；，]{0,6}$")


def propose(reading: Reading) -> Iterator[Proposal]:
    """What each statement says of itself, what closes a section against what opens it, formulas, and table columns."""
    prose = reading.prose
    for block, stated in enumerate(prose.points):
        if stated and reading.document.zone_of(block) != "contents":
            for points in stated:
                yield from _in_itself(points)
            yield from _stated_deductions(prose, block)
    for section, points in reading.points:
        for closing in own_points(prose, section):
            if closing.closing or (closing.weight and (closing.block, closing.span) > (points.block, points.span)):
                yield from _against(points, closing)
    for section in reading.document.sections:
        if section.zone != "contents":
            for item in items(prose, section):
                for closing in item.closings:
                    yield from _against(item.points, closing)
    yield from _formulas(prose)
    for grid in reading.grids:
        yield from _columns(grid)
        yield from _columns(grid.turn())


def _in_itself(p: Points) -> Iterator[Proposal]:
    if p.weight and p.score:
        yield _above(p.score, p.weight)
        if p.rate and p.weight.value:
            yield _rate(p.rate, p.score, p.weight)
        if p.deduction:
            yield Proposal(RULE, "difference", "deduction", (p.weight, p.score), p.deduction, _CONFIDENCE["deduction"])


def _above(score: Term, weight: Term) -> Proposal:
    """No score is above its weight."""
    within = Interval(Decimal(0), max(weight.value, Decimal(0)))
    return Proposal(
        RULE, "rule", "above", (weight,), score, _CONFIDENCE["above"], expected=within,
        expression=f"{score.text} ≤ {weight.text}", reason=f"超过其满分{weight.text}分",
    )  # fmt: skip


def _rate(rate: Term, score: Term, weight: Term) -> Proposal:
    return Proposal(RULE, "ratio", "rate", (score, weight), rate, _CONFIDENCE["rate"])


def _against(opening: Points, closing: Points) -> Iterator[Proposal]:
    """本项指标扣1分，得3分，得分率75% against 满分4分，实得3分 of the same section."""
    weight, score = opening.weight, opening.score
    if weight and closing.weight:
        yield Proposal(RULE, "equal", "twice_weight", (weight,), closing.weight, _CONFIDENCE["closing"])
    if score and closing.score:
        yield Proposal(RULE, "equal", "twice_score", (score,), closing.score, _CONFIDENCE["closing"])
    if weight and weight.value and closing.rate:
        if score:
            yield _rate(closing.rate, score, weight)
        if closing.score:
            yield _rate(closing.rate, closing.score, weight)
    if weight and closing.deduction:
        for left in (score, closing.score):
            if left:
                terms = (weight, closing.deduction)
                yield Proposal(RULE, "difference", "deduction", terms, left, _CONFIDENCE["deduction"])


def _stated_deductions(prose: Prose, block: int) -> Iterator[Proposal]:
    """指标总分20分，得分14分，由于……扣3分，……扣3分. A text need not name every deduction: a miss is a hint."""
    with_score = [p for p in prose.points[block] if p.weight and p.score]
    if len(with_score) != 1 or with_score[0].deduction:
        return
    [p] = with_score
    made = deductions(prose, block)
    if made and p.weight and p.score:
        yield Proposal(RULE, "difference", "deduction", (p.weight, *made), p.score, _CONFIDENCE["deductions"])


def _formulas(prose: Prose) -> Iterator[Proposal]:
    """得分=58.60%×4=2.34 and 执行率82.00%，按比例得3.28分（满分4分）: products that give a score, in text and cells."""
    document = prose.document
    for block, text in enumerate(prose.texts):
        if document.zone_of(block) != "contents":
            yield from _products(text, partial(text_term, prose, block))
    for block, index, table in document.tables():
        for row in range(len(table.rows)):
            for cell in table.own(row):
                yield from _products(cell.text, partial(_cell_term, document, block, index, cell))


def _products(text: str, make: Callable[[int, int, str], Term]) -> Iterator[Proposal]:
    if not _FORMULA.search(text):
        return
    folded = fold(text)
    products = list(_PRODUCT.finditer(folded)) if _EQUALS.search(folded) else []
    stated = [m for m in products if m["unit"] or _GIVES.search(folded[: m.start()])]
    for m in (*stated, *_BY_RATE.finditer(folded)):
        a, b, y = (make(*m.span(name), role) for name, role in _FACTORS)
        yield Proposal(RULE, "product", "score_product", (a, b), y, _CONFIDENCE["product"])


def _cell_term(document: Document, block: int, index: int, cell: Cell, start: int, end: int, role: str) -> Term:
    """A number within the text of a cell."""
    [figure] = find(cell.text[start:end])
    unit = "%" if cell.text[end : end + 1] in ("%", "％") else "分"
    evidence = cell_evidence(document, block, index, cell.row, cell.column)
    return term(figure, evidence, (block, cell.row, cell.column, start), f"表中{role}", unit)


def _columns(grid: Grid) -> Iterator[Proposal]:
    """得分率 = 得分 ÷ 分值 and 扣分 = 分值 - 得分 in every line of a table that has the columns."""
    for column in _named(grid, "rate_name"):
        yield from _column(grid, column, "ratio")
        yield from _unweighted(grid, column)
    for column in _named(grid, "deduction_name"):
        yield from _column(grid, column, "difference")


def _unweighted(grid: Grid, column: int) -> Iterator[Proposal]:
    """Rates of scores that stand beside no weight: none is above 100 %, and that of a total is the overall score, as full
    marks are a hundred, if no more than a slip of the pen parts them."""
    weights, scores = _named(grid, "weight_name"), _named(grid, "score_name")
    totals = set(grid.totals()) if len(scores) == 1 else set()
    for line in range(grid.first, len(grid.lines)):
        figures = grid.figures(line)
        if column not in figures or any(w in figures for w in weights):
            continue
        rate = grid.term(line, column)
        if rate.is_rate and rate.value > _HUNDRED:
            yield Proposal(
                RULE, "rule", "rate", (), rate, _CONFIDENCE["above"], expected=Interval(Decimal(0), _HUNDRED),
                expression=f"{rate.text} ≤ 100%", reason="得分率不会超过100%",
            )  # fmt: skip
        elif rate.is_rate and line in totals and scores[0] in figures:
            score = grid.term(line, scores[0])
            made = Proposal(
                RULE, "ratio", "rate", (score,), rate, _CONFIDENCE["column"],
                expected=rounding_interval(score.value, score.places), expression=f"{score.text} ÷ 100 = {rate.text}",
            )  # fmt: skip
            if holds(made) or slip(rate.value, score.value, max(rate.places, score.places)):
                yield made


def _column(grid: Grid, column: int, kind: Literal["ratio", "difference"]) -> Iterator[Proposal]:
    """The equations of a column of rates or deductions with the weights and scores that it belongs to. Where several
    columns could be those (自评得分, 复核得分), the ones that explain most lines."""
    weights = _named(grid, "weight_name")
    scores = [*_named(grid, "score_name"), *(weights if len(weights) > 1 else [])]
    choices = [list(_equations(grid, column, w, s, kind)) for w in weights for s in scores if w != s]
    if len(choices) == 1:
        yield from choices[0]
    elif choices:
        right = [[p for p in proposals if holds(p)] for proposals in choices]
        best = max(range(len(choices)), key=lambda n: len(right[n]))
        if len(right[best]) >= max(_FEWEST_RIGHT, len(choices[best]) / 2):
            yield from choices[best]


def _equations(
    grid: Grid, column: int, weight: int, score: int, kind: Literal["ratio", "difference"]
) -> Iterator[Proposal]:
    for line in range(grid.first, len(grid.lines)):
        if {column, weight, score} <= grid.figures(line).keys():
            stated, whole, got = (grid.term(line, c) for c in (column, weight, score))
            if kind == "difference":
                yield Proposal(RULE, kind, "deduction", (whole, got), stated, _CONFIDENCE["deduction"])
            elif whole.value:
                yield Proposal(RULE, kind, "rate", (got, whole), stated, _CONFIDENCE["column"])


def _named(grid: Grid, key: str) -> list[int]:
    """The columns of that name."""
    return [c for c, name in enumerate(grid.names) if pattern("checks", key).search(name)]
