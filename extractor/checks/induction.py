"""What computes a column of numbers from others, told from the numbers alone.

Every formula that could be (sums and differences of neighbours, products, ratios, growth, means) is tried on a few lines
and, where it holds there, on all. What a line that obeys is worth is counted in digits: that 138.14 comes out by chance
is far less likely than that 4 does. Operands stand near their result, so the work grows with the number of columns, not
with its square.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
        if len(probes) < 2:
            continue
        for formula in candidates(searched, result):
            if (formula.kind, formula.result, formula.operands) not in known and _passes(formula, columns, probes):
                found.append(evidence(formula, columns, lines))
    return found


def _probes(column: Column, lines: Sequence[int]) -> list[int]:
    """Lines that tell most: those whose results have most digits, each value once."""
    telling = {column.numbers[i].value: i for i in reversed(lines) if i in column.numbers and column.numbers[i].value}
    telling.pop(HUNDRED, None)
    return sorted(telling.values(), key=lambda i: -_shown_digits(column.numbers[i].value))[:_PROBES]


def _passes(formula: Formula, columns: Sequence[Column], probes: list[int]) -> bool:
    """Whether at least two of the probes obey."""
    right = 0
    for tried, line in enumerate(probes):
        if len(probes) - tried + right < 2:
            return False
        right += bool(_judge(formula, columns, line))
    return right >= 2


# --- which formulas could be --------------------------------------------------------------------------------------


def candidates(columns: Sequence[Column], result: int) -> Iterator[Formula]:
    """The formulas that a column could follow, by what kind of numbers it and its neighbours hold."""
    near = [c for c in range(max(0, result - WINDOW), min(len(columns), result + WINDOW + 1)) if c != result]
    amounts = [c for c in near if not columns[c].rate]
    target = columns[result]
    if target.rate:
        for a in amounts:
            for b in amounts:
                if a != b:
                    yield Formula("ratio", result, (a, b))
                    yield Formula("growth", result, (a, b))
        for run in _runs(columns, result, rate=False):
            for a in run:
                yield Formula("share", result, (a, *(c for c in run if c != a)))
    else:
        yield from _amounts(columns, result, amounts, [c for c in near if columns[c].rate])
    for run in _runs(columns, result, rate=target.rate):
        if len(run) > 2:
            yield Formula("sum", result, run)
            yield Formula("mean", result, run)


def _amounts(columns: Sequence[Column], result: int, amounts: list[int], rates: list[int]) -> Iterator[Formula]:
    for at, a in enumerate(amounts):
        for b in amounts[at + 1 :]:
            yield Formula("sum", result, (a, b))
            yield Formula("product", result, (a, b))
            yield Formula("product", result, (a, b), factor=1 / TEN_THOUSAND)
        for rate in rates:
            yield Formula("product", result, (a, rate), factor=1 / HUNDRED)
    for a in amounts:
        for b in amounts:
            if a != b:
                yield Formula("difference", result, (a, b))
                if not columns[result].plain:
                    yield Formula("quotient", result, (a, b))
    before = tuple(c for c in amounts if c < result)[-_SIGNED:]
    for start in range(len(before) - 2):
        run = before[start:]
        for signs in combinations_of((1, -1), repeat=len(run) - 1):
            if -1 in signs:
                yield Formula("difference", result, run, (1, *signs))


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
