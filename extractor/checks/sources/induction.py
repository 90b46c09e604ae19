"""What computes a column of numbers from others, told from the numbers alone.

Every formula that could be (sums and differences of neighbours, products, ratios, growth, means) is tried on a few lines
and, where it holds there, on all. What a line that obeys is worth is counted in digits: that 138.14 comes out by chance
is far less likely than that 4 does. Operands stand near their result, so the work grows with the number of columns, not
with its square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations
from itertools import product as combinations_of
from math import inf, log, log10
from typing import Literal

Kind = Literal["sum", "difference", "product", "ratio", "quotient", "growth", "share", "mean", "scaled", "part", "rest"]

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
_SUBSET = 9
_MULTIPLES = ((2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3))
_FARTHEST_POWER = 4
_LN10 = log(10)
_WIDER = 1.5
"""Room for the curve of the logarithm, which the judgement on decimals takes back."""
_CONSTANT_DIGITS = 3
_ROUND_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Number:
    """A value and half its last shown digit (0 where it is exact as it stands), `step` that digit."""

    value: Decimal
    half: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Column:
    """A column's numbers by line. `rate` tells that they are per cent, `plain` that they are no
    quotient either, `total` that the column's name calls them a total."""

    numbers: Mapping[int, Number]
    rate: bool = False
    plain: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """`result` computed from `operands` (indexes of columns). `signs` are those of a difference of more than two terms,
    or the multiples of two; `factor` multiplies the result: 1/100 where a factor is a rate, another power of ten where
    units differ and nothing says so (万亩 by 公斤 makes 吨). `constant` is a number that all lines share and the table
    does not state: what an operand is multiplied with (scaled), the whole that it is a part of in per cent (part), or
    from which it is taken away (rest)."""

    kind: Kind
    result: int
    operands: tuple[int, ...]
    signs: tuple[int, ...] = ()
    factor: Decimal = ONE
    constant: Decimal = ONE

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
        ways = (_pairs(searched, result, rough), _longer(searched, result, rough), _constant(searched, result, rough))
        for formula in chain(*ways):
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

Pair = tuple[tuple[float, float], tuple[float, float]]
"""A result and an operand in one line, each with half its last digit."""
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
        for rate in rates:
            of = values[rate]
            if of and abs(y - v * of[0] / 100) <= half + (abs(v) * of[1] + abs(of[0]) * v_half) / 100 + _TINY:
                yield Formula("product", result, (a, rate), factor=1 / HUNDRED)
    if y > 0:
        yield from _multiplied(result, stated, {c: n for c in amounts if (n := values[c]) and n[0] > 0}, plain)


def _multiplied(
    result: int, stated: tuple[float, float], values: Mapping[int, tuple[float, float]], plain: bool
) -> Iterator[Formula]:
    """What two numbers can make by multiplying or dividing, up to a power of ten: in logarithms, that is what differs
    from a whole number by no more than rounding."""
    size = log10(stated[0])
    sizes = [(c, log10(v), half / v / _LN10) for c, (v, half) in values.items()]
    own = stated[1] / stated[0] / _LN10 + _TINY
    for at, (a, v, v_slack) in enumerate(sizes):
        for b, w, w_slack in sizes[at + 1 :]:
            slack = (own + v_slack + w_slack) * _WIDER
            off = size - v - w
            if abs(off - round(off)) <= slack and abs(off) < _FARTHEST_POWER + slack:
                yield Formula("product", result, (a, b), factor=Decimal(10) ** round(off))
            if plain:
                continue
            for off, operands in ((size - v + w, (a, b)), (size + v - w, (b, a))):
                if abs(off - round(off)) <= slack and abs(off) < _FARTHEST_POWER + slack:
                    yield Formula("quotient", result, operands, factor=Decimal(10) ** round(off))


def _constant(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """The formulas of one operand and a number that all lines share: a round one, as rates of pay and samples are."""
    seen = set()
    for operand in _near(columns, result, rate=False):
        pairs = [(y, v) for values in probes if (y := values[result]) and (v := values[operand]) and y[0] and v[0]]
        for first, second in zip(pairs[::2], pairs[1::2], strict=False):
            for kind, constant in _constants(first, second, columns[result].rate):
                formula = Formula(kind, result, (operand,), constant=constant)
                if formula not in seen and first[1][0] != second[1][0]:
                    seen.add(formula)
                    if sum(_follows(kind, float(constant), pair) for pair in pairs) > _ENOUGH:
                        yield formula


def _follows(kind: Kind, constant: float, pair: Pair) -> bool:
    (y, y_half), (v, v_half) = pair
    if kind == "rest":
        return abs(constant - v - y) <= y_half + v_half + _TINY
    scale = constant if kind == "scaled" else 100 / constant
    return abs(v * scale - y) <= y_half + v_half * scale + _TINY


def _constants(first: Pair, second: Pair, rate: bool) -> Iterator[tuple[Kind, Decimal]]:
    """The constants by which two lines follow from an operand."""
    if rate:
        if (whole := _shared(first, second, lambda y, v: 100 * v / y, _CONSTANT_DIGITS + 1)) is not None:
            yield "part", whole
        return
    if (scale := _shared(first, second, lambda y, v: y / v, _CONSTANT_DIGITS)) is not None and scale != 1:
        yield "scaled", scale
    if (whole := _shared(first, second, lambda y, v: y + v, _ROUND_DIGITS)) is not None:
        yield "rest", whole


def _shared(first: Pair, second: Pair, made: Callable[[float, float], float], digits: int) -> Decimal | None:
    """The shortest number that two lines agree upon, of at most so many digits."""
    low, high = 0.0, inf
    for (y, y_half), (v, v_half) in (first, second):
        ends = [made(y + i * y_half, v + j * v_half) for i in (-1, 1) for j in (-1, 1) if v + j * v_half]
        low, high = max(low, min(ends) - _TINY), min(high, max(ends) + _TINY)
    if not 0 < low <= high < inf:
        return None
    for shown in range(1, digits + 1):
        value = Decimal(f"{(low + high) / 2:.{shown - 1}e}")
        if low <= float(value) <= high:
            return value
    return None


def _longer(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """The formulas of three and more operands that enough probes obey."""
    for formula in chain(candidates(columns, result), _of_parts(columns, result, probes)):
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
        slack *= max(map(abs, formula.signs))
        total = sum(v * s for (v, _), s in zip(operands, formula.signs, strict=True))
    if formula.kind == "mean":
        total, slack = total / len(operands), slack / len(operands)
    if formula.kind == "share":
        return abs(stated[0] * total / 100 - operands[0][0]) <= stated[1] * abs(total) / 100 + 2 * slack + _TINY
    return abs(stated[0] - total) <= stated[1] + slack + _TINY


def _of_parts(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """What a column that is called a total can add up of the columns on one side: any of them, as where counts stand
    between amounts, or two of them several times over, as doses by persons."""
    if not columns[result].total or not probes or (stated := probes[0][result]) is None:
        return
    near = _near(columns, result, rate=False)
    for side in ([c for c in near if c < result][-_SUBSET:], [c for c in near if c > result][:_SUBSET]):
        told = {c: v for c in side if (v := probes[0][c]) and v[0]}
        for count in range(3, len(told) + 1):
            for chosen in combinations(told, count):
                slack = stated[1] + sum(told[c][1] for c in chosen) + _TINY
                if abs(stated[0] - sum(told[c][0] for c in chosen)) <= slack:
                    yield Formula("sum", result, chosen)
        for pair in combinations(told, 2):
            for signs in _MULTIPLES:
                yield Formula("difference", result, pair, signs)


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
    results = columns[formula.result].numbers
    operands = [columns[c].numbers for c in formula.operands]
    for line in lines:
        stated = results.get(line)
        numbers = [n for column in operands if (n := column.get(line)) is not None]
        if stated is None or len(numbers) < len(operands):
            continue  # it says nothing, because a number is missing
        computed = compute(formula, numbers)
        if computed is None:
            continue
        if not _obeys(formula, stated, computed):
            breaking.append(line)
            continue
        obeying.append(line)
        values = (stated.value, *(n.value for n in numbers))
        if is_trivial(formula, values) or values in seen:
            trivial.add(line)
            continue
        seen.add(values)
        digits += _digits(formula, stated, values, computed)
    return Evidence(formula, tuple(obeying), frozenset(trivial), tuple(breaking), digits)


def compute(formula: Formula, numbers: Sequence[Number]) -> tuple[Decimal, Decimal] | None:
    """The result of the operands and how far their rounding can move it; None where it does not exist."""
    if formula.kind in ("ratio", "quotient", "growth"):
        return _divided(formula, *numbers)
    values = [n.value for n in numbers]
    halves = [n.half for n in numbers]
    total = sum(values, Decimal(0))
    match formula.kind:
        case "sum":
            out = total, sum(halves, Decimal(0))
        case "difference":
            signs = formula.signs or (1, -1)
            slack = sum((h * abs(s) for h, s in zip(halves, signs, strict=True)), Decimal(0))
            out = sum((v * s for v, s in zip(values, signs, strict=True)), Decimal(0)), slack
        case "mean":
            out = total / len(values), sum(halves, Decimal(0)) / len(values)
        case "scaled":
            out = total * formula.constant, halves[0] * formula.constant
        case "part":
            out = HUNDRED * total / formula.constant, HUNDRED * halves[0] / formula.constant
        case "rest":
            out = formula.constant - total, halves[0]
        case "product":
            out = values[0] * values[1], abs(values[0]) * halves[1] + abs(values[1]) * halves[0]
        case _:
            if not total:
                return None
            out = HUNDRED * values[0] / total, HUNDRED * sum(halves, Decimal(0)) / abs(total)
    return (out[0] * formula.factor, out[1] * formula.factor) if formula.factor != ONE else out


def _divided(formula: Formula, part: Number, base: Number) -> tuple[Decimal, Decimal] | None:
    if not base.value:
        return None
    value = part.value / base.value
    slack = (part.half + abs(value) * base.half) / abs(base.value)
    if formula.kind == "growth":
        value -= 1
    scale = formula.factor if formula.kind == "quotient" else HUNDRED * formula.factor
    return (value * scale, slack * scale) if scale != ONE else (value, slack)


def _obeys(formula: Formula, stated: Number, computed: tuple[Decimal, Decimal]) -> bool:
    value, slack = computed
    rounded = formula.kind not in ("sum", "difference", "rest")
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
        case "rest" | "scaled":
            return not operands[0] or not result
        case "product":
            return any(v in (0, 1) for v in operands)
        case "quotient":
            return not result or operands[1] == 1 or operands[0] == operands[1]
        case _:
            return result in (0, HUNDRED)


def _digits(formula: Formula, stated: Number, values: Sequence[Decimal], computed: tuple[Decimal, Decimal]) -> int:
    """How many digits of the result, the first of the values, had to agree."""
    if not stated.value:
        return 0
    is_exact = abs(stated.value - computed[0]) <= stated.step / 2
    tolerance = stated.step if is_exact else 2 * (stated.step / 2 + computed[1])
    sharp = (abs(stated.value) / tolerance).adjusted()
    if formula.kind in ("sum", "difference", "rest"):
        sharp = min(sharp, _digits_in_common(values) - 1)  # what ends in zeros adds up more often
    return max(0, min(sharp, _MOST_DIGITS))


def _shown_digits(value: Decimal) -> int:
    """The digits of a number without the zeros at its end."""
    return len(value.normalize().as_tuple().digits)


def _digits_in_common(values: Sequence[Decimal]) -> int:
    """The digits of the first number without the zeros that all of them end in."""
    last = min(int(v.normalize().as_tuple().exponent) for v in values if v)
    return values[0].adjusted() - last + 1
