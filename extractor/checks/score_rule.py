"""Rule score.rule: the criteria recomputed: what they give against the score awarded, their points against the weight.

A miss is held against the report only where the sheet proves that its criteria are read right: other indicators of the
same sheet come out by the same kind of check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import islice
from typing import Literal

from extractor.checks.engine.equation import tidy
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.criteria import (
    FORMULAS,
    Amount,
    Clause,
    Criteria,
    count_losses,
    full_from,
    losses,
    outcomes,
    parts,
    rounds,
    step_losses,
)
from extractor.checks.sources.criteria_rows import Row, Said, Wording, sheet_rows, stated_rows
from extractor.checks.sources.measured import (
    Measured,
    deducted,
    done,
    measured,
    only_rate,
    opening,
    plain,
    rates,
    same_rate,
)
from extractor.checks.sources.mentions import mark_term, node_terms
from extractor.checks.sources.points import deductions, own_blocks
from extractor.checks.sources.reading import Passage, Reading
from extractor.checks.sources.sheet_trust import is_trusted, without_templates
from extractor.checks.sources.step_sentences import told_steps
from extractor.data import load, pattern
from extractor.facts.score_execution import EXECUTION
from extractor.language import squeeze
from extractor.quantity import Figure, Interval, exact, rounding_interval
from extractor.sheet import ScoreSheet

RULE = "score.rule"
_CONFIDENCE = load("confidence")["score_rule"]
_pattern = partial(pattern, "score_rule")
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_HALF_DIGIT = Decimal("0.0501")
_EPSILON = Decimal("0.000001")
_SHORTEST_NAME = 4
_MOST_OWN_BLOCKS = 12
_MOST_COUNTED = 12
_MOST_COPIES = 3
_SHORTEST_PART = 6
_FEWEST_ALIGNED = 8
_ALIGNED_FOR_WRONG = 3

Test = Literal[
    "points",
    "measured",
    "below",
    "completed",
    "only",
    "anywhere",
    "told",
    "possible",
    "counted",
    "deduction",
    "deductions",
    "own",
    "stated",
]


@dataclass(frozen=True, slots=True)
class _Case:
    """A proposal with the kind of test it belongs to. `telling` is False where it holds whatever the criteria say,
    `loose` tells that the criteria can be read in other ways."""

    test: Test
    proposal: Proposal
    telling: bool = True
    loose: bool = False


def propose(reading: Reading) -> Iterator[Proposal]:
    said = Said(reading)
    for sheet in without_templates(reading.facts.sheets):
        grain = _grain([leaf.score.value for leaf in sheet.leaves() if leaf.score])
        cases = [case for row in sheet_rows(sheet, said) for case in _cases(row, grain, said)]
        yield from _gated(cases, is_trusted(sheet) or _is_aligned(cases))
    rows = list(stated_rows(said))
    grain = _grain([row.score.value for row in rows if row.score])
    stated = [_proving_itself(case, row) for row in rows for case in _cases(row, grain, said)]
    yield from _gated(stated, trusted=True)
    yield from filter(holds, _deducted_below(reading))
    yield from _executed(reading.facts.sheets)


def _executed(sheets: list[ScoreSheet]) -> Iterator[Proposal]:
    """The execution of the budget in a self-evaluation: what it got is its rate of what it is worth; full marks beside
    less than all of the budget may follow another rule."""
    for sheet in sheets:
        for node in sheet.roots:
            weight, score = node_terms(node, sheet.kind)
            if node.children or not (node.rate and weight and score) or score.value >= weight.value:
                continue
            rate = mark_term(node.rate, node.name, "评分表", "执行率")
            if rate.value < _HUNDRED and node.name == EXECUTION:
                value = rounding_interval(rate.value, rate.places).scaled(weight.value / _HUNDRED)
                yield Proposal(
                    RULE, "product", "criteria_score", (weight, rate), score, _CONFIDENCE["measured"], value,
                    expression=f"{weight.text} × {rate.text}% = {score.text}",
                    reason=f"按{weight.text} × {rate.text}%计算应为{_shown(value)}分",
                )  # fmt: skip


def _grain(scores: list[Decimal]) -> Decimal:
    """How finely is scored: what a score may be off by rounding."""
    if any((s * 10) % 1 for s in scores):
        return Decimal("0.01")
    if any((s * 2) % 1 for s in scores):
        return Decimal("0.1")
    return Decimal("0.5")


def _figure_term(wording: Wording, amount: Amount, label: str) -> Term | None:
    """The number of an amount as a term; None where it is written as a word."""
    at = wording.start + amount.start
    figure = next((f for f in wording.passage.figures if f.start == at), None)
    return wording.passage.term(figure, label, "%" if amount.share else "分") if figure else None


# --- the tests ----------------------------------------------------------------------------------------------------


def _cases(row: Row, grain: Decimal, said: Said) -> Iterator[_Case]:
    """The tests of an indicator; a mean of several scores need not be one that the criteria give."""
    for case in _tests(row, grain, said):
        yield replace(case, loose=True) if row.averaged else case


def _tests(row: Row, grain: Decimal, said: Said) -> Iterator[_Case]:
    if row.criteria is not None:
        yield from _sums(row, row.criteria)
        yield from _maxima(row, row.criteria)
        yield from _factors(row, row.criteria)
        yield from _measured(row, row.criteria, grain, said)
        yield from _possible(row, row.criteria)
    if row.score is not None:
        yield from _counted(row, row.score)
        yield from _deducted(row, row.score)
        yield from _own(row, row.score)
    yield from (_Case("told", proposal) for proposal in told_steps(row))


def _sums(row: Row, passage: Wording) -> Iterator[_Case]:
    """The parts of the criteria against the weight."""
    formula, weight = row.formula, row.weight
    clauses = [c for c in parts(formula) if c.amount and not c.amount.share]
    label = f"“{row.name}”评分标准分项"
    for group in rounds(clauses, weight.value):
        terms = [t for c in group if c.amount and (t := _figure_term(passage, c.amount, label))]
        if len(terms) == len(group) > 1:
            yield _Case("points", _sum(tuple(terms), weight))
    if _is_additive(formula, clauses, row):
        terms = [t for c in clauses if c.amount and (t := _figure_term(passage, c.amount, label))]
        if len(terms) == len(clauses):
            yield _Case("points", _sum(tuple(terms), weight))
    yield from _equal_parts(row, passage)


def _sum(terms: tuple[Term, ...], weight: Term) -> Proposal:
    total = tidy(sum((t.value for t in terms), _ZERO))
    return Proposal(
        RULE, "sum", "criteria_points", terms, weight, _CONFIDENCE["sum"],
        reason=f"评分标准各分项合计为{total}分",
    )  # fmt: skip


def _is_additive(formula: Criteria, clauses: list[Clause], row: Row) -> bool:
    """Whether the criteria say nothing but what each of several parts is worth."""
    if len(clauses) < 2 or not formula.complete or formula.vague or formula.cut:
        return False
    if formula.of("range", "full", "maximum", *FORMULAS):
        return False
    if any(c.graded or c.amount is None or c.amount.value == row.weight.value for c in clauses):
        return False
    total = sum((c.amount.value for c in clauses if c.amount), _ZERO)
    return total not in (row.weight.value, row.shared) and not rounds(clauses, row.weight.value)


def _equal_parts(row: Row, passage: Wording) -> Iterator[_Case]:
    """每项1分, ①…②…③…各1分: as many points as there are parts."""
    formula = row.formula
    each = formula.of("each_award")
    if len(each) != 1 or each[0].amount is None or formula.of("award", "full"):
        return
    amount = each[0].amount
    listed = len(_pattern("words", "listed").findall(each[0].lead)) + 1
    count = next(
        (n for n in (formula.items, listed) if 1 < n <= _MOST_COUNTED and n * amount.value == row.weight.value), 0
    )
    term = _figure_term(passage, amount, f"“{row.name}”评分标准每项分值")
    if count and term:
        proposal = Proposal(
            RULE, "rule", "criteria_points", (term,), row.weight, _CONFIDENCE["sum"], expected=exact(row.weight.value),
            expression=f"{term.text} × {count}项 = {row.weight.text}", reason=f"评分标准共{count}项",
        )  # fmt: skip
        yield _Case("points", proposal)


def _maxima(row: Row, passage: Wording) -> Iterator[_Case]:
    """The full marks that the criteria name against the weight."""
    stated = _maximum(row.formula)
    if stated is None or stated.share:
        return
    together = rounds([c for c in parts(row.formula) if c.amount and not c.amount.share], row.weight.value)
    if not any(len(group) > 1 for group in together):
        yield from _is_weight(row, passage, stated, "评分标准的满分为{}分")


def _factors(row: Row, passage: Wording) -> Iterator[_Case]:
    """完成率×10分: what a rate is multiplied with against the weight, where the criteria give points for nothing else."""
    formula = row.formula
    products = formula.of("ratio")
    others = formula.of("award", "range", "full", "maximum", "each_award", "proportion", "linear")
    if len(products) != 1 or products[0].amount is None or others or not formula.complete or formula.cut:
        return
    if products[0].amount.value != _HUNDRED:
        yield from _is_weight(row, passage, products[0].amount, "评分标准按{}分计算得分")


def _is_weight(row: Row, passage: Wording, amount: Amount, reason: str) -> Iterator[_Case]:
    """The points that the criteria give at most against the weight; what several indicators share may be of all."""
    term = _figure_term(passage, amount, f"“{row.name}”评分标准满分")
    if term and not (term.value == row.shared != row.weight.value):
        proposal = Proposal(
            RULE, "equal", "criteria_maximum", (term,), row.weight, _CONFIDENCE["maximum"],
            reason=reason.format(term.text),
        )  # fmt: skip
        yield _Case("points", proposal)


def _maximum(formula: Criteria) -> Amount | None:
    """The full marks: as named, else what the only or the best of the alternatives gives."""
    named = [c.amount for c in formula.of("maximum", "full") if c.amount]
    if named:
        # ①…共2分；②…共3分: each is the most of a part.
        return named[0] if len({a.value for a in named}) == 1 else None
    awards = [c for c in formula.of("award", "range") if c.amount and not c.otherwise]
    if not awards or not formula.complete or formula.cut or formula.of("full", "each_award", "maximum"):
        return None
    if len(awards) > 1 and not all(c.graded for c in awards[1:]):
        return None
    tops = [a for c in awards if (a := c.top or c.amount)]
    best = max(tops, key=lambda a: a.value)
    return best if best is tops[0] and not any(a.share for a in tops) else None


def _measured(row: Row, passage: Wording, grain: Decimal, said: Said) -> Iterator[_Case]:
    """The score that the criteria give for the measured value against the score awarded."""
    formula, weight, score = row.formula, row.weight, row.score
    if score is None or not formula.complete or (named := _maximum(formula)) and named.value != weight.value:
        return
    found, test = _value(row, said)
    if found is None:
        yield from _completed(row, grain)
    else:
        case = _scored(row, passage, found, score, test, grain)
        if case:
            yield case
            yield from _step_deduction(row, passage, found, replace(found.term, label=f"“{row.name}”实际值"))
    yield from _measured_below(row, passage, grain)


def _scored(row: Row, passage: Wording, found: Measured, score: Term, test: Test, grain: Decimal) -> _Case | None:
    """A score against what the criteria give for a measured value; None where they do not say."""
    formula, weight = row.formula, row.weight
    allowed = outcomes(formula, weight.value, found.interval, row.target)
    if not allowed:
        return None
    off = _off(score, grain)
    agreed = next((a for a in allowed if score.value in _around(a, off)), None)
    x = replace(found.term, label=f"“{row.name}”实际值")
    terms = (x, weight, *_rule_terms(row, passage))
    name = _rate_name(row, found)
    should = _shown((outcomes(formula, weight.value, exact(x.value), row.target) or allowed)[0])
    proposal = Proposal(
        RULE, "rule", "criteria_score", terms, score, _CONFIDENCE["measured"],
        expected=agreed and _around(agreed, off) or allowed[0],
        expression=f"{name}{x.text}% → {should}分（满分{weight.text}分）",
        reason=f"按评分标准，{name}{x.text}%应得{should}分",
        group=f"criteria {row.weight.place}",
    )  # fmt: skip
    loose = _is_loose(row, score.value) or (test == "anywhere" and bool(row.told)) or not _is_of_rule(row, found)
    return _Case(test, proposal, loose=loose)


def _measured_below(row: Row, passage: Wording, grain: Decimal) -> Iterator[_Case]:
    """The same by the value and the scores that the text on the indicator states: it may differ from the sheet's."""
    found = measured(row.texts, {row.name, *row.formula.names})
    if found is None or row.score is None:
        return
    for score in _scores_below(row, row.score):
        if case := _scored(row, passage, found, score, "below", grain):
            yield case


def _scores_below(row: Row, score: Term) -> Iterator[Term]:
    """The score of an indicator as the text on it repeats it; criteria in that text are none."""
    repeated = (
        text.term(figure, f"“{row.name}”正文得分", "分")
        for text in row.texts
        if not opening().search(text.text)
        for m in _pattern("told", "score").finditer(text.text)
        if (figure := _figure_at(text, m.start("n"))) and figure.value == score.value
    )
    yield from islice((term for term in repeated if term.place != score.place), _MOST_COPIES)


def _off(score: Term, grain: Decimal) -> Decimal:
    """How far a score may be from what gives it: less than the grain, and where it shows one digit, what rounds to it."""
    return max(grain, _HALF_DIGIT) if score.places == 1 else grain


def _around(value: Interval, off: Decimal) -> Interval:
    return Interval(value.low - off + _EPSILON, value.high + off - _EPSILON)


def _completed(row: Row, grain: Decimal) -> Iterator[_Case]:
    """计划350户，实际320户 and a score in proportion."""
    formula, weight, score = row.formula, row.weight, row.score
    pair = done(row.told)
    if score is None or pair is None or not formula.of("ratio", "proportion") or len(formula.rates) > 1:
        return
    rate = min(pair.done.value / pair.planned.value * _HUNDRED, _HUNDRED)
    allowed = outcomes(formula, weight.value, exact(rate), row.target)
    if not allowed:
        return
    off = _off(score, grain)
    agreed = next((a for a in allowed if score.value in _around(a, off)), None)
    should = _shown(allowed[0])
    yield _Case(
        "completed",
        Proposal(
            RULE, "rule", "criteria_score", (pair.done, pair.planned, weight), score, _CONFIDENCE["measured"],
            expected=agreed and _around(agreed, off) or allowed[0],
            expression=f"{pair.done.text} ÷ {pair.planned.text} → {should}分（满分{weight.text}分）",
            reason=f"按评分标准，计划{pair.planned.text}、实际{pair.done.text}应得{should}分",
        ),
        loose=_is_loose(row, score.value),
    )  # fmt: skip


def _is_loose(row: Row, score: Decimal) -> bool:
    """Whether authors may compute otherwise: by steps from a target that stands elsewhere, or in proportion to what they
    see fit, which is neither nothing nor all."""
    formula = row.formula
    started = all(c.step and c.step.start is not None for c in formula.of("step"))
    if formula.of("step") and not started and full_from(formula) is None and row.target is None:
        return True
    lost = row.criteria is not None and _pattern("words", "lost_share").search(row.criteria.text)
    unnamed = any(c.lead for c in formula.of("full")) and not (full_from(formula) or row.target)
    return bool(formula.of("proportion")) and bool(lost or unnamed) and _ZERO < score < row.weight.value


def _value(row: Row, said: Said) -> tuple[Measured | None, Test]:
    """The measured value: by its column or the reason, else by the text on the indicator, else as the report states it
    anywhere."""
    names = {row.name, *row.formula.names}
    found = row.value or measured(row.reasons, names)
    if found or (found := measured(row.texts, names)):
        return found, "measured"
    named = any(True for passage in row.told for _ in rates(passage))
    if not named and (found := only_rate(row.told, row.name)):
        return found, "only"
    return (said.anywhere(row.name) if len(row.name) > _SHORTEST_NAME else None), "anywhere"


def _is_of_rule(row: Row, found: Measured) -> bool:
    """Whether a rate is the one that the criteria speak of, where they name one."""
    named = row.formula.names
    return not named or any(same_rate(plain(found.name), name) for name in named)


def _rate_name(row: Row, found: Measured) -> str:
    """What to call the rate: as the indicator is called, where it is one."""
    return row.name if same_rate(plain(row.name), plain(found.name)) else found.name


def _rule_terms(row: Row, passage: Wording) -> Iterator[Term]:
    """The numbers that a deduction by steps is computed with."""
    for clause in row.formula.of("step"):
        if clause.amount and (term := _figure_term(passage, clause.amount, f"“{row.name}”评分标准扣分")):
            yield term


def _shown(value: Interval) -> str:
    return format(round((value.low + value.high) / 2, 2).normalize(), "f")


def _step_deduction(row: Row, passage: Wording, found: Measured, x: Term) -> Iterator[_Case]:
    """扣2.38分 in the reason against what the steps take."""
    steps = [c for c in row.formula.of("step") if c.amount]
    spans = [term for reason in row.reasons for term in deducted(reason)]
    if len(steps) != 1 or not spans:
        return
    amount = steps[0].amount
    assert amount is not None
    term = _figure_term(passage, amount, f"“{row.name}”评分标准扣分")
    possible = step_losses(steps[0], row.formula, row.weight.value, found.interval, row.target)
    if len(spans) != 1 or term is None or not possible:
        return
    stated = spans[0]
    # Nothing is deducted beyond the weight.
    possible += [exact(row.weight.value)] if possible[0].high > row.weight.value else []
    near = rounding_interval(stated.value, max(stated.places, 2))
    agreed = next((p for p in possible if p.meets(near)), None)
    lost = _shown(possible[0])
    name = _rate_name(row, found)
    yield _Case(
        "measured",
        Proposal(
            RULE, "rule", "criteria_score", (x, term), stated, _CONFIDENCE["measured"],
            expected=agreed and exact(stated.value) or possible[0],
            expression=f"{name}{x.text}%，每档扣{term.text}{'%' if amount.share else '分'} → 扣{lost}分",
            reason=f"按评分标准，{name}{x.text}%应扣{lost}分",
        ),
    )  # fmt: skip


def _counted(row: Row, score: Term) -> Iterator[_Case]:
    """每逾期1天扣0.5分 with 逾期3天: a miss is one only for what is measured; what is counted in a reason need not be
    what the rule counts."""
    formula = row.formula
    each = [c for c in formula.of("each") if c.count]
    if (
        len(each) != 1
        or row.criteria is None
        or not formula.complete
        or formula.vague
        or formula.of("deduct", *FORMULAS)
    ):
        return
    [clause] = each
    assert clause.count is not None and clause.amount is not None
    found = [
        reason.term(figure, f"“{row.name}”实际")
        for reason in row.told
        for m in _found().finditer(reason.text)
        if m["unit"] == clause.count.unit and (figure := _figure_at(reason, m.start("n")))
    ]
    term = _figure_term(row.criteria, clause.amount, f"“{row.name}”评分标准扣分")
    if len(found) != 1 or term is None:
        return
    [number] = found
    divisible = _pattern("counted", "measured").fullmatch(clause.count.unit) is not None
    allowed = [
        exact(row.weight.value) - lost for lost in count_losses(clause, row.weight.value, number.value, divisible)
    ]
    agreed = next((a for a in allowed if score.value in a), None)
    proposal = Proposal(
        RULE, "rule", "criteria_score", (number, term, row.weight), score, _CONFIDENCE["counted"],
        expected=agreed or allowed[0],
        expression=f"{number.text}{clause.count.unit} → {_shown(allowed[0])}分（满分{row.weight.text}分）",
        reason=f"按评分标准，{number.text}{clause.count.unit}应得{_shown(allowed[0])}分",
    )  # fmt: skip
    if divisible or agreed:
        yield _Case("counted", proposal)


def _figure_at(passage: Passage, start: int) -> Figure | None:
    return next((f for f in passage.figures if f.start == start), None)


@cache
def _found() -> re.Pattern[str]:
    number, counted = load("score_rule")["number"], load("score_rule")["counted"]
    return re.compile(counted["found"].replace("{N}", number).replace("{U}", f"(?:{counted['units']})"))


def _possible(row: Row, passage: Wording) -> Iterator[_Case]:
    """Whether the score is one that the deductions or the tiers of the criteria can give."""
    score, weight = row.score, row.weight
    # A score like 1.47 is an average of several units' scores, which no rule gives.
    if score is None or score.value >= weight.value or score.value * 10 % 1:
        return
    allowed = _allowed(row)
    if not allowed:
        return
    reached = any(score.value in a for a in allowed)
    nearest = min(allowed, key=lambda a: min(abs(a.low - score.value), abs(a.high - score.value)))
    amounts = [c.amount for c in row.formula.of("deduct", "each", "award", "range") if c.amount]
    terms = [t for a in amounts if (t := _figure_term(passage, a, f"“{row.name}”评分标准"))]
    yield _Case(
        "possible",
        Proposal(
            RULE, "rule", "criteria_score", (weight, *terms), score, _CONFIDENCE["possible"],
            expected=exact(score.value) if reached else nearest,
            expression=f"得分{score.text}：评分标准可得{_near(allowed, score.value)}",
            reason=f"而按评分标准的扣分单位或档次，相近的只能得{_near(allowed, score.value)}",
        ),
        telling=score.value != 0,
    )  # fmt: skip


def _near(allowed: list[Interval], score: Decimal) -> str:
    """The scores that can be had next to one: 0.4分或0.6分."""
    ends = sorted({end for a in allowed for end in (a.low, a.high)})
    below, above = [e for e in ends if e <= score][-1:], [e for e in ends if e > score][:1]
    return "或".join(f"{tidy(e):f}分" for e in below + above)


def _allowed(row: Row) -> list[Interval]:
    """The scores that the criteria can give, empty where they leave that open."""
    formula, weight = row.formula, row.weight.value
    if not formula.complete or formula.vague or row.shared != weight:
        return []
    lost = losses(formula, weight)
    if lost is not None:
        return [exact(weight - value) for value in lost]
    tiers = [c for c in formula.of("award", "range", "zero") if not c.amount or not c.amount.share]
    others = formula.of("deduct", "each", *FORMULAS)
    top = _maximum(formula)
    if others or len(tiers) < 3 or top is None or top.value != weight or any(rounds(parts(formula), weight)[:1]):
        return []
    return [_tier(c) for c in tiers]


def _tier(clause: Clause) -> Interval:
    low = clause.amount.value if clause.amount else _ZERO
    high = clause.top.value if clause.top else low
    return Interval(min(low, high), max(low, high))


# --- what the reason says -----------------------------------------------------------------------------------------


def _deducted(row: Row, score: Term) -> Iterator[_Case]:
    """满分4分、得3分 and 扣1分 as the reason; several deductions together."""
    found = [(reason, terms) for reason in row.reasons if (terms := list(deducted(reason)))]
    # Two cells may tell of the same deduction.
    if len(found) != 1:
        return
    [(reason, terms)] = found
    terms = [replace(t, label=f"“{row.name}”扣分说明扣分") for t in terms]
    total = _total(reason, terms)
    parts_of_total = tuple(t for t in terms if t is not total)
    if total and len(parts_of_total) > 1:
        yield _Case("deduction", Proposal(RULE, "sum", "deduction", parts_of_total, total, _CONFIDENCE["deduction"]))
    if total is None and len(terms) > 1:
        several = Proposal(RULE, "difference", "deduction", (row.weight, *terms), score, _CONFIDENCE["deduction"])
        yield _Case("deductions", several)
    else:
        single = Proposal(
            RULE, "difference", "deduction", (row.weight, score), total or terms[0], _CONFIDENCE["deduction"]
        )
        yield _Case("deduction", single)


def _total(reason: Passage, terms: list[Term]) -> Term | None:
    """The deduction that gathers the others: 扣3分，…扣1分，…扣2分, or …共扣3分."""
    if len(terms) > 2 and _pattern("measured", "total_first").match(squeeze(reason.text)):
        return terms[0]
    gathers = [t for t in terms if _pattern("measured", "total").search(reason.text[: t.place[-1]])]
    return gathers[0] if len(gathers) == 1 and len(terms) > 1 else None


def _deducted_below(reading: Reading) -> Iterator[Proposal]:
    """满分6分，得5.5分 in a heading and what the text below says was deducted; a text need not name every deduction."""
    for section, points in reading.points:
        if points.weight and points.score:
            blocks = own_blocks(reading.document, section)[1:_MOST_OWN_BLOCKS]
            made = [term for block in blocks for term in deductions(reading.prose, block)]
            if made:
                terms = (points.weight, *made)
                yield Proposal(RULE, "difference", "deduction", terms, points.score, _CONFIDENCE["deduction"])


def _own(row: Row, score: Term) -> Iterator[_Case]:
    """本项指标得3分 in the reason against the score of the row."""
    found = [(reason, m) for reason in row.reasons for m in _pattern("measured", "own_score").finditer(reason.text)]
    if len(found) == 1 and (figure := _figure_at(found[0][0], found[0][1].start("n"))):
        stated = found[0][0].term(figure, f"“{row.name}”评分说明得分", "分")
        yield _Case("own", Proposal(RULE, "equal", "twice_score", (score,), stated, _CONFIDENCE["own"]))


# --- what may be held against the report --------------------------------------------------------------------------


def _proving_itself(case: _Case, row: Row) -> _Case:
    """A test whose numbers all stand in the text of the criteria, but for the weight, needs no others beside it."""
    p = case.proposal
    terms = [t for t in (*p.operands, *([p.stated] if p.stated else [])) if t.place != row.weight.place]
    alone = row.criteria is not None and all(t.evidence.block == row.criteria.passage.block for t in terms)
    plain = alone and not case.loose and case.test in ("points", "measured", "possible")
    return replace(case, test="stated") if plain and p.subject != "criteria_maximum" else case


def _is_aligned(cases: list[_Case]) -> bool:
    """Whether weights and criteria of nearly all rows belong together, whatever becomes of the sheet's tree."""
    found = [holds(case.proposal) for case in cases if case.test == "points"]
    wrong = found.count(False)
    return len(found) - wrong >= max(_FEWEST_ALIGNED, _ALIGNED_FOR_WRONG * wrong)


def _gated(cases: list[_Case], trusted: bool) -> Iterator[Proposal]:
    """All that holds, and of each kind of test what misses where enough others hold; what proves itself less is a hint
    where it rests on a measured value."""
    held = [(case, holds(case.proposal)) for case in cases]
    for test in dict.fromkeys(case.test for case in cases):
        pool = _MEASURED_TESTS if test in _MEASURED_TESTS else (test,)
        mine = [(case, right) for case, right in held if case.test in pool]
        wrong = [case for case, right in held if case.test == test and not right]
        yield from (case.proposal for case, right in held if case.test == test and right)
        fewest, share = _NEEDED[test]
        proof = sum(case.telling for case, right in mine if right)
        against = sum(not right and not case.loose for case, right in mine)
        proven = trusted and proof >= max(fewest, share * against)
        for case in wrong:
            if proven and not case.loose:
                yield case.proposal
            elif test in _MEASURED_TESTS:
                yield replace(case.proposal, confidence=_CONFIDENCE["hint"])


_MEASURED_TESTS: tuple[Test, ...] = ("measured", "below", "completed", "only", "anywhere")
"""Tests that prove each other: they differ in where the value stands."""
_NEEDED: dict[Test, tuple[int, int]] = {
    "points": (3, 2),
    "measured": (0, 1),
    "below": (0, 1),
    "completed": (1, 1),
    "only": (1, 1),
    "anywhere": (1, 1),
    "told": (0, 0),
    "possible": (1, 1),
    "counted": (1, 1),
    "deduction": (3, 3),
    "deductions": (2, 3),
    "own": (3, 3),
    "stated": (0, 0),
}
"""How many must hold at least, and how many for each that misses."""
