"""Deductions by steps as one paragraph tells them whole: 取得率91.99%，目标95%，每低1个百分点扣0.2分，扣0.6分，得5.4分."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.criteria import Clause, Criteria, Zone, full_from, parse, step_losses
from extractor.checks.sources.criteria_rows import Row
from extractor.checks.sources.measured import Measured, deducted, measured
from extractor.checks.sources.reading import Passage
from extractor.data import load
from extractor.quantity import Interval, exact, rounding_interval

_CONFIDENCE = load("confidence")["score_rule"]["measured"]
_WORDS = load("score_rule")["told"]
_LONGEST = 400
_FINEST = 2


def told_steps(row: Row) -> Iterator[Proposal]:
    """The deduction and the score that a paragraph on an indicator gets by steps that it names itself."""
    for passage in (*row.reasons, *row.texts):
        rule = parse(passage.text) if "每" in passage.text and len(passage.text) <= _LONGEST else None
        steps = [c for c in rule.of("step") if c.amount and not c.amount.share] if rule else []
        if rule and len(steps) == 1:
            yield from _recomputed(row, passage, rule, steps[0])


def _recomputed(row: Row, passage: Passage, rule: Criteria, step: Clause) -> Iterator[Proposal]:
    assert step.amount
    found = measured([passage], {row.name, *rule.names}) or _reached(passage, row.name)
    target = _target(passage, rule, found)
    amount = next((f for f in passage.figures if f.start == step.amount.start), None)
    if found is None or target is None or amount is None:
        return
    weight = row.weight.value
    lost = step_losses(step, rule, weight, found.interval, target)
    lost = [Interval(min(loss.low, weight), min(loss.high, weight)) for loss in lost]
    x = replace(found.term, label=f"“{row.name}”实际值")
    each = passage.term(amount, f"“{row.name}”每档扣分", "分")
    for stated in deducted(passage):
        if stated.place[-1] > amount.start:
            yield _proposal(row, x, (x, each), stated, lost, "扣")
    score = _score(passage, amount.end, row.name)
    if score:
        left = [exact(weight) - loss for loss in lost]
        yield _proposal(row, x, (x, each, row.weight), score, left, "得")


def _proposal(row: Row, x: Term, terms: tuple[Term, ...], stated: Term, allowed: list[Interval], verb: str) -> Proposal:
    near = rounding_interval(stated.value, max(stated.places, _FINEST) if stated.places != 1 else 1)
    agreed = any(a.meets(near) for a in allowed)
    middle = (allowed[0].low + allowed[0].high) / 2 if allowed else Decimal(0)
    right = format(round(middle, _FINEST).normalize(), "f")
    return Proposal(
        "score.rule", "rule", "criteria_score", terms, stated, _CONFIDENCE,
        expected=exact(stated.value) if agreed or not allowed else allowed[0],
        expression=f"{x.text}%，每档扣{terms[1].text}分 → {verb}{right}分",
        reason=f"按所述扣分规则，{row.name}{x.text}%应{verb}{right}分",
        group=f"told {x.place}",
    )  # fmt: skip


def _reached(passage: Passage, name: str) -> Measured | None:
    """The value that is called no more than 实际: 实际88.47%."""
    found = list(re.finditer(_WORDS["reached"], passage.text))
    figure = next((f for f in passage.figures if len(found) == 1 and f.start == found[0].start("n")), None)
    return Measured(name, passage.term(figure)) if figure else None


def _target(passage: Passage, rule: Criteria, found: Measured | None) -> Zone | None:
    """What is to be reached: by the rule, by name, or by how far the value is said to be from it."""
    if zone := full_from(rule):
        return zone
    named = {m["n"] for m in re.finditer(_WORDS["target"], passage.text)}
    if len(named) == 1:
        return Zone(low=Decimal(named.pop()))
    short = {m["n"] for m in re.finditer(_WORDS["short"], passage.text)}
    if len(short) == 1 and found and not named:
        return Zone(low=found.term.value + Decimal(short.pop()))
    return None


def _score(passage: Passage, after: int, name: str) -> Term | None:
    """The score that the paragraph closes with."""
    found = [m for m in re.finditer(_WORDS["score"], passage.text) if m.start("n") > after]
    figure = next((f for f in passage.figures if len(found) == 1 and f.start == found[0].start("n")), None)
    return passage.term(figure, f"“{name}”正文得分", "分") if figure else None
