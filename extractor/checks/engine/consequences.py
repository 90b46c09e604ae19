"""What else would change if a wrong number were put right: the equations that use it, followed up to the grade."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from extractor.checks.engine.culprit import terms_of
from extractor.checks.engine.equation import tidy
from extractor.checks.engine.evaluate import Evaluated, compute
from extractor.checks.engine.proposal import Place, Proposal, Term

_MOST = 4
_MOST_STEPS = 400
_EXACT_KINDS = frozenset({"sum", "difference"})


def consequences(
    wrong: Term, right: Decimal, copies: Iterable[Place], using: Mapping[Place, Sequence[Evaluated]]
) -> list[str]:
    """In Chinese, what would change if a number (and its copies) were `right`, by the right checks at each place."""
    values = dict.fromkeys(copies, right) | {wrong.place: right}
    waiting = deque(values)
    found: dict[tuple[str, str], str] = {}
    met: set[int] = set()
    while waiting and len(met) < _MOST_STEPS:
        for e in using.get(waiting.popleft(), ()):
            if id(e) in met:
                continue
            met.add(id(e))
            if e.proposal.grades:
                found |= _graded(e.proposal, values)
            for term, value in _following(e, values):
                values[term.place] = value
                waiting.append(term.place)
                if e.proposal.kind != "equal":
                    was, now = (f"{shown}{term.unit or ''}" for shown in (term.text, _written(value, term.places)))
                    found.setdefault((was, now), f"{term.label or '相关数据'}由{was}变为{now}")
    grades = [text for text in found.values() if text.startswith("评价等级")]
    others = [text for text in found.values() if text not in grades]
    return [*others[: _MOST - len(grades)], *grades]


def _following(e: Evaluated, values: Mapping[Place, Decimal]) -> list[tuple[Term, Decimal]]:
    """The numbers of a right check that change with others: all copies, or the one that is computed."""
    p, stated = e.proposal, e.proposal.stated
    if stated is None or p.expected is not None:
        return []
    if p.kind == "equal":
        known = next((t for t in terms_of(e) if t.place in values), None)
        rest = [t for t in terms_of(e) if known and t.place not in values and t.unit == known.unit]
        return [(t, _rounded(values[known.place], t.places)) for t in rest] if known else []
    if stated.place in values or e.computed is None:
        return []
    changed = (replace(t, value=values[t.place]) if t.place in values else t for t in p.operands)
    now = compute(replace(p, operands=tuple(changed)))
    if now is None:
        return []
    value = stated.value + now - e.computed if p.kind in _EXACT_KINDS else _rounded(now, stated.places)
    return [(stated, value)] if abs(now - e.computed) * 2 >= Decimal(1).scaleb(-stated.places) else []


def _graded(p: Proposal, values: Mapping[Place, Decimal]) -> dict[tuple[str, str], str]:
    """The grade of a score that has changed, where it crosses a band."""
    for t in p.operands:
        if t.place in values:
            before, after = (p.grade_of(value) for value in (t.value, values[t.place]))
            if before and after and before != after:
                return {(before, after): f"评价等级由“{before}”变为“{after}”"}
    return {}


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _written(value: Decimal, places: int) -> str:
    shown = tidy(value)
    return f"{_rounded(value, places):f}" if _rounded(value, places) == shown else f"{shown:f}"
