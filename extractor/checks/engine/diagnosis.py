"""Likely causes of a wrong equation, told from the numbers alone."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from extractor.checks.engine.culprit import Culprit, terms_of
from extractor.checks.engine.digits import changed, digits, lost, swapped
from extractor.checks.engine.equation import tidy
from extractor.checks.engine.evaluate import Evaluated
from extractor.checks.engine.proposal import Proposal, Term
from extractor.quantity import MONEY, Interval, exact, rounding_interval

_POWERS = (Decimal(10), Decimal(100), Decimal(1000))
_UNIT_FACTORS = (Decimal(10**4), Decimal(10**8))
_NEAR = Decimal("0.005")
_RESULT = "结果"
_LIKE = {frozenset(pair) for pair in ("06", "08", "68", "17", "38", "56", "35", "49")}  # in print and in scans
_FARTHEST_BASE = Decimal("0.05")
_FEWEST_RATE_DIGITS = 3
_FEW_DIGITS = 2  # in numbers this short every difference looks like a slip


Known = Mapping[str | None, Sequence[Term]]
"""The numbers that take part in the checks of a report by their unit, each by its value."""


def known_terms(evaluated: Iterable[Evaluated]) -> Known:
    """Every number of the checks once, for the search for another base."""
    found = {t.place: t for e in evaluated for t in terms_of(e)}
    out: dict[str | None, list[Term]] = defaultdict(list)
    for t in found.values():
        out[t.unit].append(t)
    return {unit: sorted(terms, key=lambda t: t.value) for unit, terms in out.items()}


def diagnose(e: Evaluated, known: Known | None = None) -> list[str]:
    """Causes in Chinese, the likeliest first; empty where nothing simple explains the difference. `known` are the other
    numbers of the report."""
    stated = e.proposal.stated
    if e.cut:
        return ["截断：结果被直接截去尾数，未四舍五入"]
    if stated is None or e.computed is None or e.check.difference is None:
        return []
    causes = [
        *_units(stated.value, e.computed),
        *_slip(stated, e.computed, _RESULT),
        *_operand_slips(e.proposal, stated, e.computed),
        *_left_out(e.proposal, e.check.difference),
        *_other_base(e.proposal, stated, known or {}),
        *_base(e),
        *_rounding(e.proposal, e.check.difference, stated),
    ]
    return list(dict.fromkeys(causes))


def diagnose_culprit(fault: Culprit) -> list[str]:
    """The slip that explains a single wrong number, if any."""
    return list(_slip(fault.term, fault.right, _RESULT))


def _units(stated: Decimal, computed: Decimal) -> Iterator[str]:
    if not stated or not computed:
        return
    ratio = abs(stated / computed)
    for factor in _UNIT_FACTORS:
        if abs(ratio / factor - 1) < _NEAR or abs(ratio * factor - 1) < _NEAR:
            yield f"单位：相差约{factor:,}倍，可能错用单位（元、万元、亿元）"


def _slip(t: Term, right: Decimal, what: str) -> Iterator[str]:
    """Whether one slip of the pen turns the right value into what stands there."""
    wrong, meant = digits(t.value, t.places), digits(right, t.places)
    if wrong == meant or right < 0 or t.value < 0 or (t.is_rate and right > 100 >= t.value):
        return
    name = f"“{t.text}”" if what == _RESULT else f"{what}“{t.text}”"
    if swapped(wrong, meant):
        yield f"数字换位：{name}疑为“{_shown(right, t.places)}”，差额可被9整除"
    elif any(t.value == right * p or t.value * p == right for p in _POWERS) and right:
        yield f"小数点错位：{name}疑为“{_plain(right)}”"
    elif what == _RESULT and changed(wrong, meant) and len(wrong) > _FEW_DIGITS:
        [pair] = (frozenset((a, b)) for a, b in zip(wrong, meant, strict=True) if a != b)
        kind = "形近数字误认" if pair in _LIKE else "数字误写"
        yield f"{kind}：{name}疑为“{_shown(right, t.places)}”"
    elif lost(wrong, meant) and len(wrong) > _FEW_DIGITS:
        yield f"漏写数字：{name}疑为“{_shown(right, t.places)}”"


def _operand_slips(p: Proposal, stated: Term, computed: Decimal) -> Iterator[str]:
    """In a sum a single operand can be the wrong one: the value it should have had is known. Where several could be,
    that tells nothing."""
    if p.kind != "sum":
        return
    alike = [t for t in p.operands if t.value and (t.unit not in MONEY or t.unit == stated.unit)]
    slips = [slip for t in alike for slip in _slip(t, t.value + stated.value - computed, f"加数{t.label}")]
    if len(slips) == 1:
        yield slips[0]


def _left_out(p: Proposal, difference: Decimal) -> Iterator[str]:
    if p.kind != "sum" or len(p.operands) < 2:
        return
    for operand in p.operands:
        if not operand.value or [t.value for t in p.operands].count(operand.value) > 1:
            continue  # a value that several share tells no one apart
        if operand.value == -difference:
            yield f"漏加：差额等于{operand.label}{operand.text}"
        elif operand.value == difference:
            yield f"重复计入：差额等于{operand.label}{operand.text}"


def implied_base(e: Evaluated) -> Decimal | None:
    """The one whole number near the base of a wrong rate that would make it right: 174 where 175 is stated."""
    p = e.proposal
    if p.kind != "ratio" or len(p.operands) != 2 or p.stated is None or any(t.places for t in p.operands):
        return None
    allowed, base = _bases(p, p.stated), p.operands[1].value
    if allowed is None or abs(allowed.high - base) > base * _FARTHEST_BASE:
        return None
    whole = allowed.low.to_integral_value(ROUND_CEILING)
    return whole if whole != base and whole <= allowed.high < whole + 1 else None


def _bases(p: Proposal, rate: Term) -> Interval | None:
    """The bases of which the numerator is the rate that is stated; of a rate of few digits they tell nothing."""
    shown = rounding_interval(rate.value, rate.places)
    if shown.low <= 0 or p.operands[0].value <= 0 or not rate.is_rate:
        return None
    return exact(p.operands[0].value).scaled(Decimal(100)) / shown


def _other_base(p: Proposal, stated: Term, known: Known) -> Iterator[str]:
    """A rate that is right by another number of the report than the one it should be taken of."""
    if p.kind != "ratio" or len(p.operands) != 2 or (allowed := _bases(p, stated)) is None:
        return
    base = p.operands[1]
    if len(digits(stated.value, stated.places)) < _FEWEST_RATE_DIGITS or stated.value == 100:
        return
    terms = known.get(base.unit, ())
    at = bisect_left(terms, allowed.low, key=lambda t: t.value)
    if at < len(terms) and terms[at].value in allowed and terms[at].value != base.value:
        yield f"基数：分母用{terms[at].label}{terms[at].text}{terms[at].unit or ''}时恰为{stated.text}%"


def _base(e: Evaluated) -> Iterator[str]:
    if base := implied_base(e):
        yield f"基数：按所列比率反推，分母为{base:f}，而非{e.proposal.operands[1].text}"


def _rounding(p: Proposal, difference: Decimal, stated: Term) -> Iterator[str]:
    """Parts that were rounded one by one can miss their total by half a digit each."""
    if within_rounding(p, difference) and stated.places:
        yield "尾差：差额在各项四舍五入的范围内"


def within_rounding(p: Proposal, difference: Decimal) -> bool:
    """Whether the miss is no more than rounding each part to its last digit could give."""
    if p.kind not in ("sum", "difference") or p.stated is None or not p.stated.places or p.stated.is_exact:
        return False
    fractional = [t for t in p.operands if t.places]
    return abs(difference) <= sum((Decimal(1).scaleb(-t.places) / 2 for t in [*fractional, p.stated]), Decimal(0))


def _shown(value: Decimal, places: int) -> str:
    return f"{round(value, places):.{places}f}"


def _plain(value: Decimal) -> str:
    return f"{tidy(value):f}"
