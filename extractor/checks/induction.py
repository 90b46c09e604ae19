"""What computes a column of numbers from others, told from the numbers alone.

Every formula that could be (sums and differences of neighbours, products, ratios, growth, means) is tried on a few lines
and, where it holds there, on all. What a line that obeys is worth is counted in digits: that 138.14 comes out by chance
is far less likely than that 4 does. Operands stand near their result, so the work grows with the number of columns, not
with its square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from itertools import product as combinations_of
from typing import Literal

Kind = Literal["sum", "difference", "product", "ratio", "quotient", "growth", "share", "mean"]

HUNDRED = Decimal(100)
ONE = Decimal(1)
TEN_THOUSAND = Decimal(10**4)
WINDOW = 7
"""How many columns away an operand may stand."""
LONGEST_RUN = 12
_PROBES = 4
_SIGNED = 4
_MOST_DIGITS = 5
_ENOUGH = 2
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Number:
    """A value and half its last shown digit (0 where it is exact as it stands), `step` that digit."""

    value: Decimal
    half: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Column:
    """A column's numbers by line. `rate` tells that they are per cent, `plain` that they are no
    quotient either."""

    numbers: Mapping[int, Number]
    rate: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """`result` computed from `operands` (indexes of columns). `signs` are those of a difference of more than two terms;
    `factor` multiplies the result: 1/100 where a factor is a rate, 1/10,000 where 元 make 万元 and nothing says so."""

    kind: Kind
    result: int
    operands: tuple[int, ...]
    signs: tuple[int, ...] = ()
    factor: Decimal = ONE

    @property
    def columns(self) -> frozenset[int]:
        return frozenset((self.result, *self.operands))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the lines say of a formula: those that obey it, the ones of them that would obey many, those that do not,
    and the digits that had to agree."""

    formula: Formula
    obeying: tuple[int, ...]
    trivial: frozenset[int]
    breaking: tuple[int, ...]
    digits: int

    @property
    def support(self) -> int:
        return len(self.obeying) - len(self.trivial)


def induce(columns: Sequence[Column], lines: Sequence[int], named: Sequence[Formula], width: int) -> list[Evidence]:
    """The formulas among the first `width` columns that enough lines obey, and all that are `named`, each with its
    evidence."""
    found = [evidence(f, columns, lines) for f in named]
    known = {(f.kind, f.result, f.operands) for f in named}
    searched = columns[:width]
    for result, column in enumerate(searched):
        probes = _probes(column, lines)
        if len(probes) < _ENOUGH:
            continue
        rough = [_rough(searched, line) for line in probes]
        for formula in chain(_pairs(searched, result, rough), _longer(searched, result, rough)):
            if (formula.kind, formula.result, formula.operands) not in known:
                found.append(evidence(formula, columns, lines))
    return found


def _probes(column: Column, lines: Sequence[int]) -> list[int]:
    """Lines that tell most: those whose results have most digits, each value once."""
    telling = {column.numbers[i].value: i for i in reversed(lines) if i in column.numbers and column.numbers[i].value}
    telling.pop(HUNDRED, None)
    return sorted(telling.values(), key=lambda i: -_shown_digits(column.numbers[i].value))[:_PROBES]


# --- which formulas could be --------------------------------------------------------------------------------------
# The search goes by floats, which is many times faster and a little too generous; what it finds is judged on decimals.

Rough = list[tuple[float, float] | None]
"""The columns' values in one line, each with half its last digit."""


def _rough(columns: Sequence[Column], line: int) -> Rough:
    numbers = (c.numbers.get(line) for c in columns)
    return [None if n is None else (float(n.value), float(n.step) / 2) for n in numbers]


def _near(columns: Sequence[Column], result: int, rate: bool) -> list[int]:
    near = range(max(0, result - WINDOW), min(len(columns), result + WINDOW + 1))
    return [c for c in near if c != result and columns[c].rate == rate]


def _pairs(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """The formulas of two operands that enough probes obey, by what kind of numbers a column and its neighbours hold."""
    amounts, rates = _near(columns, result, rate=False), _near(columns, result, rate=True)
    hits: Counter[Formula] = Counter()
    for values in probes:
        if (stated := values[result]) is None:
            continue
        test = _rates_of if columns[result].rate else _amounts_of
        hits.update(test(result, stated, values, amounts, rates, columns[result].plain))
    for formula, count in hits.items():
        if count >= _ENOUGH:
            yield formula


def _rates_of(
    result: int, stated: tuple[float, float], values: Rough, amounts: list[int], _rates: list[int], _plain: bool
) -> Iterator[Formula]:
    y, half = stated
    for b in amounts:
        base = values[b]
        if base is None or not base[0]:
            continue
        unit = y * base[0] / 100
        slack = (half * abs(base[0]) + abs(y) * base[1]) / 100 + base[1] + _TINY
        for a in amounts:
            part = values[a]
            if part is None or a == b:
                continue
            room = slack + part[1]
            if abs(unit - part[0]) <= room:
                yield Formula("ratio", result, (a, b))
            if abs(unit + base[0] - part[0]) <= room:
                yield Formula("growth", result, (a, b))


def _amounts_of(
    result: int, stated: tuple[float, float], values: Rough, amounts: list[int], rates: list[int], plain: bool
) -> Iterator[Formula]:
    y, half = stated
    for at, a in enumerate(amounts):
        first = values[a]
        if first is None:
            continue
        v, v_half = first
        for b in amounts[at + 1 :]:
            second = values[b]
            if second is None:
                continue
            w, w_half = second
            slack = half + v_half + w_half + _TINY
            if abs(y - v - w) <= slack:
                yield Formula("sum", result, (a, b))
            if abs(y - v + w) <= slack:
                yield Formula("difference", result, (a, b))
            if abs(y + v - w) <= slack:
                yield Formula("difference", result, (b, a))
            made = v * w
            room = half + abs(v) * w_half + abs(w) * v_half + _TINY
            if abs(y - made) <= room:
                yield Formula("product", result, (a, b))
            if abs(y - made / 10_000) <= room / 10_000 + half:
                yield Formula("product", result, (a, b), factor=1 / TEN_THOUSAND)
            if not plain:
                if w and abs(y * w - v) <= half * abs(w) + abs(y) * w_half + v_half + _TINY:
                    yield Formula("quotient", result, (a, b))
                if v and abs(y * v - w) <= half * abs(v) + abs(y) * v_half + w_half + _TINY:
                    yield Formula("quotient", result, (b, a))
        for rate in rates:
            scale = values[rate]
            if (
                scale
                and abs(y - v * scale[0] / 100) <= half + (abs(v) * scale[1] + abs(scale[0]) * v_half) / 100 + _TINY
            ):
                yield Formula("product", result, (a, rate), factor=1 / HUNDRED)


def _longer(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """The formulas of three and more operands that enough probes obey."""
    for formula in candidates(columns, result):
        right = 0
        for tried, values in enumerate(probes):
            if len(probes) - tried + right < _ENOUGH:
                break
            right += _roughly(formula, values)
        if right >= _ENOUGH:
            yield formula


def _roughly(formula: Formula, values: Rough) -> bool:
    stated = values[formula.result]
    operands = [v for c in formula.operands if (v := values[c]) is not None]
    if stated is None or len(operands) < len(formula.operands):
        return False
    slack = sum(half for _, half in operands)
    total = sum(v for v, _ in operands)
    if formula.signs:
        total = sum(v * s for (v, _), s in zip(operands, formula.signs, strict=True))
    if formula.kind == "mean":
        total, slack = total / len(operands), slack / len(operands)
    if formula.kind == "share":
        return abs(stated[0] * total / 100 - operands[0][0]) <= stated[1] * abs(total) / 100 + 2 * slack + _TINY
    return abs(stated[0] - total) <= stated[1] + slack + _TINY


def candidates(columns: Sequence[Column], result: int) -> Iterator[Formula]:
    """The formulas of three and more operands that a column could follow."""
    target = columns[result]
    if target.rate:
        for run in _runs(columns, result, rate=False):
            for a in run:
                yield Formula("share", result, (a, *(c for c in run if c != a)))
    else:
        before = tuple(c for c in _near(columns, result, rate=False) if c < result)[-_SIGNED:]
        for start in range(len(before) - 2):
            run = before[start:]
            for signs in combinations_of((1, -1), repeat=len(run) - 1):
                if -1 in signs:
                    yield Formula("difference", result, run, (1, *signs))
    for run in _runs(columns, result, rate=target.rate):
        if len(run) > 2:
            yield Formula("sum", result, run)
            yield Formula("mean", result, run)


def _runs(columns: Sequence[Column], result: int, rate: bool) -> Iterator[tuple[int, ...]]:
    """Stretches of two and more columns of one kind beside the result; a column or two may stand between."""
    right = [c for c in range(result + 1, len(columns)) if columns[c].rate == rate][: LONGEST_RUN + 2]
    left = [c for c in range(result - 1, -1, -1) if columns[c].rate == rate][: LONGEST_RUN + 2]
    for side in (left, right):
        for skipped in range(3):
            for length in range(2, min(LONGEST_RUN, len(side) - skipped) + 1):
                yield tuple(sorted(side[skipped : skipped + length]))


# --- whether a line obeys -----------------------------------------------------------------------------------------


def evidence(formula: Formula, columns: Sequence[Column], lines: Sequence[int]) -> Evidence:
    """What all lines say of a formula; lines that repeat the numbers of another count once."""
    obeying, breaking, trivial = [], [], set()
    digits = 0
    seen: set[tuple[Decimal, ...]] = set()
    for line in lines:
        verdict = _judge(formula, columns, line)
        if verdict is None:
            continue
        if not verdict:
            breaking.append(line)
            continue
        obeying.append(line)
        values = tuple(columns[c].numbers[line].value for c in (formula.result, *formula.operands))
        if is_trivial(formula, values) or values in seen:
            trivial.add(line)
            continue
        seen.add(values)
        digits += _digits(formula, columns, line)
    return Evidence(formula, tuple(obeying), frozenset(trivial), tuple(breaking), digits)


def compute(formula: Formula, numbers: Sequence[Number]) -> tuple[Decimal, Decimal] | None:
    """The result of the operands and how far their rounding can move it; None where it does not exist."""
    values = [n.value for n in numbers]
    halves = [n.half for n in numbers]
    total = sum(values, Decimal(0))
    match formula.kind:
        case "sum":
            out = total, sum(halves, Decimal(0))
        case "difference":
            signs = formula.signs or (1, -1)
            out = sum((v * s for v, s in zip(values, signs, strict=True)), Decimal(0)), sum(halves, Decimal(0))
        case "mean":
            out = total / len(values), sum(halves, Decimal(0)) / len(values)
        case "product":
            out = values[0] * values[1], abs(values[0]) * halves[1] + abs(values[1]) * halves[0]
        case "share":
            if not total:
                return None
            out = HUNDRED * values[0] / total, HUNDRED * sum(halves, Decimal(0)) / abs(total)
        case _:
            if not values[1]:
                return None
            value = values[0] / values[1]
            slack = (halves[0] + abs(value) * halves[1]) / abs(values[1])
            if formula.kind == "growth":
                value -= 1
            scale = ONE if formula.kind == "quotient" else HUNDRED
            out = value * scale, slack * scale
    return (out[0] * formula.factor, out[1] * formula.factor) if formula.factor != ONE else out


def _judge(formula: Formula, columns: Sequence[Column], line: int) -> bool | None:
    """Whether a line obeys; None where it says nothing, because a number is missing."""
    stated = columns[formula.result].numbers.get(line)
    numbers = [n for c in formula.operands if (n := columns[c].numbers.get(line)) is not None]
    if stated is None or len(numbers) < len(formula.operands):
        return None
    computed = compute(formula, numbers)
    if computed is None:
        return None
    value, slack = computed
    rounded = formula.kind not in ("sum", "difference")
    own = stated.step / 2 if rounded else stated.half
    return abs(stated.value - value) <= own + slack


def is_trivial(formula: Formula, values: tuple[Decimal, ...]) -> bool:
    """Whether the line would obey many formulas: nothing but zeros, 100 %, a sum of one, a factor of one."""
    result, operands = values[0], values[1:]
    match formula.kind:
        case "sum" | "difference":
            return sum(bool(v) for v in operands) < 2 or not result and len(operands) == 2
        case "mean":
            return len(set(operands)) == 1
        case "product":
            return any(v in (0, 1) for v in operands)
        case "quotient":
            return not result or operands[1] == 1 or operands[0] == operands[1]
        case _:
            return result in (0, HUNDRED)


def _digits(formula: Formula, columns: Sequence[Column], line: int) -> int:
    """How many digits of the result had to agree."""
    stated = columns[formula.result].numbers[line]
    computed = compute(formula, [columns[c].numbers[line] for c in formula.operands])
    if computed is None or not stated.value:
        return 0
    tolerance = 2 * (stated.step / 2 + computed[1])
    sharp = (abs(stated.value) / tolerance).adjusted()
    if formula.kind in ("sum", "difference"):
        sharp = min(sharp, _shown_digits(stated.value) - 1)  # what ends in zeros adds up more often
    return max(0, min(sharp, _MOST_DIGITS))


def _shown_digits(value: Decimal) -> int:
    """The digits of a number without the zeros at its end."""
    return len(value.normalize().as_tuple().digits)
