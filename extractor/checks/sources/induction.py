"""What computes a column of numbers from others, told from the numbers alone.

Every formula that could be (sums and differences of neighbours, products, ratios, growth, means) is tried on a few lines
and, where it holds there, on all. What a line that obeys is worth is counted in digits: that 138.14 comes out by chance
is far less likely than that 4 does. Operands stand near their result, so the work grows with the number of columns, not
with its square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations
from itertools import product as combinations_of
from math import inf, log, log10
from operator import mul
from typing import Literal

from extractor.record import record

Kind = Literal["sum", "difference", "product", "ratio", "quotient", "growth", "share", "mean", "scaled", "part", "rest"]

HUNDRED = Decimal(100)
ONE = Decimal(1)
TEN_THOUSAND = Decimal(10**4)
WINDOW = 7
"""How many columns away an operand may stand."""
LONGEST_RUN = 12
DIGITS = 5
"""How many digits must agree before numbers alone prove a formula."""
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


@record(frozen=True, slots=True, eq=False)
class Number:
    """A value and half its last shown digit (0 where it is exact as it stands), `step` that digit. Lines that share one
    are judged once."""

    value: Decimal
    half: Decimal
    step: Decimal


@record(frozen=True, slots=True)
class Column:
    """A column's numbers by line. `rate` tells that they are per cent, `plain` that they are no
    quotient either, `total` that the column's name calls them a total, `named` that it calls them a result of others."""

    numbers: Mapping[int, Number]
    rate: bool = False
    plain: bool = False
    total: bool = False
    named: bool = False


@record(frozen=True, slots=True)
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


@record(frozen=True, slots=True)
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
    evidence; those left out whose result has too few digits to prove them."""
    cells = [[column.numbers.get(line) for line in lines] for column in columns]
    telling = [column.named or _tell(numbers) for column, numbers in zip(columns, cells, strict=True)]
    found = [evidence(f, lines, cells) for f in named if telling[f.result]]
    known = {(f.kind, f.result, f.operands) for f in named}
    searched = columns[:width]
    probes = [_probes(numbers) if telling[c] else [] for c, numbers in enumerate(cells[:width])]
    needed = sorted({at for chosen in probes if len(chosen) >= _ENOUGH for at in chosen})
    rough = {at: [_rough(numbers[at]) for numbers in cells[:width]] for at in needed}
    for result, chosen in enumerate(probes):
        if len(chosen) < _ENOUGH:
            continue
        values = [rough[at] for at in chosen]
        ways = (
            _pairs(searched, result, values),
            _longer(searched, result, values),
            _constant(searched, result, values),
        )
        for formula in chain(*ways):
            if (formula.kind, formula.result, formula.operands) not in known:
                found.append(evidence(formula, lines, cells))
    return found


def _tell(numbers: Sequence[Number | None]) -> bool:
    """Whether all numbers together have the digits that prove a formula."""
    left = DIGITS
    for n in numbers:
        if n and n.value:
            left -= min((abs(n.value) / n.step).adjusted(), _MOST_DIGITS)
            if left <= 0:
                return True
    return False


def _probes(numbers: Sequence[Number | None]) -> list[int]:
    """Places of the numbers that tell most: those with most digits, each value once."""
    telling = {n.value: at for at, n in reversed(list(enumerate(numbers))) if n and n.value}
    telling.pop(HUNDRED, None)
    if len(telling) < _ENOUGH:
        return []
    digits = {at: _shown_digits(value) for value, at in telling.items()}
    return sorted(digits, key=lambda at: -digits[at])[:_PROBES]


# --- which formulas could be --------------------------------------------------------------------------------------
# The search goes by floats, which is many times faster and a little too generous; what it finds is judged on decimals.

Near = tuple[float, float]
"""A value with half its last digit."""
Pair = tuple[Near, Near]
"""A result and an operand in one line."""
Rough = list[Near | None]
"""The columns' values in one line."""


def _rough(number: Number | None) -> Near | None:
    return None if number is None else (float(number.value), float(number.step) / 2)


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
    result: int, stated: Near, values: Rough, amounts: list[int], _rates: list[int], _plain: bool
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
    result: int, stated: Near, values: Rough, amounts: list[int], rates: list[int], plain: bool
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


def _multiplied(result: int, stated: Near, values: Mapping[int, Near], plain: bool) -> Iterator[Formula]:
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
        if len(pairs) <= _ENOUGH:
            continue
        for first, second in zip(pairs[::2], pairs[1::2], strict=False):
            if first[1][0] == second[1][0]:
                continue
            for kind, constant in _constants(first, second, columns[result].rate):
                formula = Formula(kind, result, (operand,), constant=constant)
                if formula not in seen:
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
    target = columns[result]
    if target.rate:
        yield from _shares(columns, result, probes)
    else:
        before = tuple(c for c in _near(columns, result, rate=False) if c < result)[-_SIGNED:]
        for start in range(len(before) - 2):
            run = before[start:]
            rows = _rows(result, run, probes)
            for signs in combinations_of((1, -1), repeat=len(run) - 1):
                if -1 in signs and _add_up(rows, (1, *signs)):
                    yield Formula("difference", result, run, (1, *signs))
    for run, sums in _runs(columns, result, probes, rate=target.rate):
        count = len(run)
        if count > 2:
            if sum(abs(y - total) <= half + slack + _TINY for (y, half), (total, slack), _ in sums) >= _ENOUGH:
                yield Formula("sum", result, run)
            if sum(abs(y - t / count) <= half + slack / count + _TINY for (y, half), (t, slack), _ in sums) >= _ENOUGH:
                yield Formula("mean", result, run)
    yield from _of_parts(columns, result, probes)


def _shares(columns: Sequence[Column], result: int, probes: Sequence[Rough]) -> Iterator[Formula]:
    """Per cent that one of a run of columns has in their sum."""
    for run, rows in _runs(columns, result, probes, rate=False):
        parts = [
            (y * total / 100, half * abs(total) / 100 + 2 * slack + _TINY, values)
            for (y, half), (total, slack), values in rows
        ]
        for a in run:
            if sum(abs(part - v[0]) <= room for part, room, values in parts if (v := values[a])) >= _ENOUGH:
                yield Formula("share", result, (a, *(c for c in run if c != a)))


def _runs(
    columns: Sequence[Column], result: int, probes: Sequence[Rough], rate: bool
) -> Iterator[tuple[tuple[int, ...], list[tuple[Near, Near, Rough]]]]:
    """Stretches of two and more columns of one kind beside the result; a column or two may stand between. With each come
    the probes that have all its numbers: the result, the sum of the run and all values."""
    right = [c for c in range(result + 1, len(columns)) if columns[c].rate == rate][: LONGEST_RUN + 2]
    left = [c for c in range(result - 1, -1, -1) if columns[c].rate == rate][: LONGEST_RUN + 2]
    for side in (left, right):
        for skipped in range(3):
            rows = [(stated, (0.0, 0.0), values) for values in probes if (stated := values[result])]
            for length, column in enumerate(side[skipped : skipped + LONGEST_RUN], 1):
                rows = [
                    (stated, (total + v[0], slack + v[1]), values)
                    for stated, (total, slack), values in rows
                    if (v := values[column])
                ]
                if len(rows) < _ENOUGH:
                    break
                if length > 1:
                    yield tuple(sorted(side[skipped : skipped + length])), rows


def _rows(
    result: int, operands: Sequence[int], probes: Sequence[Rough]
) -> list[tuple[float, float, tuple[float, ...], float]]:
    """The probes that have all the numbers: the result with half its last digit, the operands with theirs added up."""
    rows = []
    for values in probes:
        told = [v for c in operands if (v := values[c])]
        if len(told) == len(operands) and (stated := values[result]):
            rows.append((*stated, tuple(v for v, _ in told), sum(half for _, half in told)))
    return rows


def _add_up(rows: Sequence[tuple[float, float, tuple[float, ...], float]], signs: Sequence[int]) -> bool:
    """Whether in enough probes the operands, so many times each, make the result."""
    most = max(map(abs, signs))
    right = [abs(y - sum(map(mul, told, signs))) <= half + most * slack + _TINY for y, half, told, slack in rows]
    return right.count(True) >= _ENOUGH


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
                near_enough = abs(stated[0] - sum(told[c][0] for c in chosen)) <= slack
                if near_enough and _add_up(_rows(result, chosen, probes), (1,) * count):
                    yield Formula("sum", result, chosen)
        for pair in combinations(told, 2):
            rows = _rows(result, pair, probes)
            for signs in _MULTIPLES:
                if _add_up(rows, signs):
                    yield Formula("difference", result, pair, signs)


# --- whether a line obeys -----------------------------------------------------------------------------------------


def evidence(formula: Formula, lines: Sequence[int], cells: Sequence[Sequence[Number | None]]) -> Evidence:
    """What all lines say of a formula; lines that repeat the numbers of another count once. `cells` are the columns'
    numbers, line by line."""
    obeying, breaking, trivial = [], [], set()
    digits = 0
    verdicts: dict[tuple[Number | None, ...], bool | None] = {}
    seen: set[tuple[Decimal, ...]] = set()
    told = zip(*(cells[c] for c in (formula.result, *formula.operands)), strict=True)
    for line, numbers in zip(lines, told, strict=True):
        if numbers in verdicts:
            obeys, tells = verdicts[numbers], False
        else:
            stated, *operands = numbers
            computed = None if None in numbers else compute(formula, operands)
            obeys = None if computed is None else _obeys(formula, stated, computed)
            verdicts[numbers] = obeys
            if computed and obeys:
                values = tuple(n.value for n in numbers)
                tells = not is_trivial(formula, values) and values not in seen
                if tells:
                    seen.add(values)
                    digits += _digits(formula, stated, values, computed)
        if obeys:
            obeying.append(line)
            if not tells:
                trivial.add(line)
        elif obeys is False:  # None: the line says nothing, because a number is missing
            breaking.append(line)
    return Evidence(formula, tuple(obeying), frozenset(trivial), tuple(breaking), digits)


def compute(formula: Formula, numbers: Sequence[Number]) -> tuple[Decimal, Decimal] | None:
    """The result of the operands and how far their rounding can move it; None where it does not exist."""
    if formula.kind in ("ratio", "quotient", "growth"):
        return _divided(formula, *numbers)
    first = numbers[0]
    match formula.kind:
        case "product":
            second = numbers[1]
            value = first.value * second.value
            slack = abs(first.value) * second.half + abs(second.value) * first.half
        case "difference":
            signs = formula.signs or (1, -1)
            value = sum((n.value * s for n, s in zip(numbers, signs, strict=True)), Decimal(0))
            slack = sum((n.half * abs(s) for n, s in zip(numbers, signs, strict=True)), Decimal(0))
        case "scaled":
            value, slack = first.value * formula.constant, first.half * formula.constant
        case "part":
            value, slack = HUNDRED * first.value / formula.constant, HUNDRED * first.half / formula.constant
        case "rest":
            value, slack = formula.constant - first.value, first.half
        case kind:
            value, slack = sum((n.value for n in numbers), Decimal(0)), sum((n.half for n in numbers), Decimal(0))
            if kind == "mean":
                value, slack = value / len(numbers), slack / len(numbers)
            elif kind == "share":
                if not value:
                    return None
                value, slack = HUNDRED * first.value / value, HUNDRED * slack / abs(value)
    return (value * formula.factor, slack * formula.factor) if formula.factor != ONE else (value, slack)


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
