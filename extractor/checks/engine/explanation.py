"""What is wrong in one Chinese sentence: the number, what it should agree with, by how much they differ."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.checks.engine.culprit import Culprit
from extractor.checks.engine.equation import left_side, tidy, written
from extractor.checks.engine.evaluate import Evaluated, agree
from extractor.checks.engine.proposal import Proposal, Term

_MOST_TERMS = 8
_MOST_PLACES = 2
_COPIES = frozenset({"equal", "sum", "difference"})
"""Kinds whose result has the decimals of its parts; others are rounded like what is stated."""


def explain(e: Evaluated, others: Sequence[Evaluated], fault: Culprit | None) -> str:
    """The sentence for a wrong check, the number at fault first; `others` are the further checks that it breaks."""
    p, stated = e.proposal, e.proposal.stated
    more = _more(others, fault)
    if stated is None or e.computed is None or e.check.difference is None:
        return f"{p.reason or p.expression}{more}。"
    if p.reason:
        return f"{_said(stated)}，{p.reason}{more}。"
    if e.cut:
        cut = _shown(e.computed, stated.places + 2, stated.unit)
        return f"{_said(stated)}，按{left_side(p)}计算为{cut}，尾数被截去而未四舍五入{more}。"
    # By its place: another check may have the number under another label.
    term = next((t for t in p.operands if fault and t.place == fault.term.place), stated)
    places = _places(p, stated)
    gap = f"相差{_gap(stated, e.computed, places)}"
    if p.kind == "equal" or (p.kind == "sum" and len(p.operands) == 1):
        return f"{_said(term)}，而{_copies(p, term)}，{gap}{more}。"
    right = _shown(e.computed, places, stated.unit)
    if term is stated or fault is None:
        return f"{_said(stated)}，按{_left(p)}计算应为{right}，{gap}{more}。"
    if p.kind == "difference" and term is p.operands[-1]:
        rest = " - ".join(written(t, None) for t in [*p.operands[:-1], stated])
        return f"{_said(term)}，按{rest}计算应为{_shown(fault.right, places, term.unit)}，{gap}{more}。"
    return f"{_said(term)}，照此{_left(p)}为{right}，而{_said(stated)}，{gap}{more}。"


def _left(p: Proposal) -> str:
    return f"所列{len(p.operands)}项之和" if p.kind == "sum" and len(p.operands) > _MOST_TERMS else left_side(p)


def _copies(p: Proposal, term: Term) -> str:
    """What the copies of a number say that one of them disagrees with, and how many these are."""
    others = [t for t in (*(s for s in [p.stated] if s), *p.operands) if t is not term and not agree(t, term)]
    rest = f"等{len(others)}处" if len(others) > 1 else ""
    return f"{others[0].label}{rest}为{written(others[0], others[0].unit)}" if rest else _said(others[0])


def _said(t: Term) -> str:
    return f"{t.label}为{t.text}{t.unit or ''}" if t.label else f"{t.text}{t.unit or ''}"


def _more(others: Sequence[Evaluated], fault: Culprit | None) -> str:
    """What else the error breaks, and that one change puts all of it right."""
    if not others:
        return ""
    names = [e.proposal.stated.label for e in others if e.proposal.stated and e.proposal.stated.label]
    named = list(dict.fromkeys(n for n in names if fault is None or n != fault.term.label))[:_MOST_PLACES]
    where = f"：{'、'.join(named)}{'等' if len(others) > len(named) else ''}" if named else ""
    cure = f"，改为{_shown(fault.right, fault.term.places, fault.term.unit)}后均相符" if fault and fault.cures else ""
    return f"（另有{len(others)}处核对因此不符{where}{cure}）"


def _places(p: Proposal, stated: Term) -> int:
    """The decimals to show: a copy or an exact sum to the last digit, what was divided or multiplied to two."""
    if p.kind in _COPIES:
        return max(stated.places, *(t.places for t in p.operands if t.unit == stated.unit), 0)
    return max(stated.places, 2)


def _gap(stated: Term, computed: Decimal, places: int) -> str:
    """The difference of the two numbers as they are shown."""
    unit = "个百分点" if stated.is_rate else stated.unit
    return _shown(abs(stated.value - _rounded(computed, places)), places, unit)


def _rounded(value: Decimal, places: int) -> Decimal:
    """To so many decimals, or to two more where the value would otherwise vanish."""
    short = round(value, places)
    return short if abs(short - value) <= abs(value) / 100 else round(value, places + 2)


def _shown(value: Decimal, places: int, unit: str | None) -> str:
    """Money keeps its decimals, points and rates have none to spare."""
    rounded = _rounded(value, places)
    keeps = unit is not None and unit.endswith("元")
    return f"{rounded:,f}{unit}" if keeps else f"{tidy(rounded):f}{unit or ''}"
