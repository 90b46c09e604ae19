"""A number as written: value, unit, shown precision and the interval of true values that it allows.

The interval follows XBRL Calculations 1.1 (https://www.xbrl.org/Specification/calculation-1.1/REC-2023-02-22/): a
stated number stands for every value that rounds to it, [v - 0.5 ulp, v + 0.5 ulp), ulp being its last shown digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from extractor.record import record

FOLD = str.maketrans(
    {**{chr(0xFF10 + i): str(i) for i in range(10)}, "．": ".", "％": "%", "－": "-", "−": "-", "–": "-", "\u00a0": " "}
)
_FOLDED = re.compile(f"[{''.join(map(chr, FOLD))}]")

MONEY = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "百万元": Decimal(10**6),
    "亿元": Decimal(10**8),
}
EXACT_UNITS = frozenset("分 月 年 日 项 个 名 位 家 户 件 次 处 级 号".split())

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?"
# Thousands marks gone wrong, before a unit of money or with cents of two digits behind a group that opens with a nought:
# 9,00.00, 1,656,10元. Other numbers with commas between may be a list.
_AMOUNT = r"(?=[ ]?(?:元|千元|万元|百万元|亿元))"
_MISMARKED = (
    rf"(?<!,)\d{{1,3}}(?:,\d{{3}})*,(?:(?:\d{{1,2}}|\d{{4,}})\.\d{{2}}{_AMOUNT}|0\d?\.\d{{2}}(?![\d.]))"
    rf"|(?<!,)\d{{1,3}}(?:,\d{{3}})+,\d{{1,2}}{_AMOUNT}"
)
# A rate torn behind its first decimal, after a word or in a formula and before a mark: 占计划的102.6 2%。 =85.2 0%×7
_TORN = r"(?<=[\u4e00-\u9fff=＝])\d{1,3}\.\d[ ]\d(?=%(?:[^\w\s]|$))"
# A hyphen is a sign where nothing that could be a range or a word precedes it, or after a word that states a value.
_SIGN = r"(?:(?<![\d)）%\]】A-Za-z\u4e00-\u9fff-])|(?<=[为是率润额长降]))-[ ]?"


def fold(text: str) -> str:
    """Full-width digits, point, percent and minus signs to ASCII, one character each so that offsets stay."""
    return text.translate(FOLD) if _FOLDED.search(text) else text


@record(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`; an open end does not belong to it. An exact value is [v, v]."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and low in self and low in other)

    def __contains__(self, value: Decimal) -> bool:
        above = value >= self.low if not self.low_open else value > self.low
        below = value <= self.high if not self.high_open else value < self.high
        return above and below

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        return _hull([(a * b, p or q) for a, p in self._ends() for b, q in other._ends()])

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ZeroDivisionError where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("divisor may be zero")
        return _hull([(a / b, p or q) for a, p in self._ends() for b, q in other._ends()])

    def scaled(self, factor: Decimal) -> Interval:
        return self * exact(factor)

    def _ends(self) -> tuple[tuple[Decimal, bool], tuple[Decimal, bool]]:
        return (self.low, self.low_open), (self.high, self.high_open)


def _hull(ends: list[tuple[Decimal, bool]]) -> Interval:
    """The interval over corner values, each with whether it is open; a corner met twice is closed where one is."""
    low, low_open = min(ends)
    high, closed = max((value, not is_open) for value, is_open in ends)
    return Interval(low, high, low_open, not closed)


@record(frozen=True, slots=True)
class Figure:
    """A number in a text. `text` is the number as it stands, without unit or sign words; `places` the decimals shown;
    `start:end` its characters; `stop` the end of its unit (= `end` where it has none)."""

    text: str
    value: Decimal
    unit: str | None
    places: int
    start: int
    end: int
    stop: int

    @property
    def interval(self) -> Interval:
        """The true values that the number as shown allows, in its own unit."""
        return rounding_interval(self.value, self.places)

    @property
    def base(self) -> Decimal:
        """The value in 元 for money, else unchanged."""
        return self.value * MONEY.get(self.unit or "", Decimal(1))


def rounding_interval(value: Decimal, places: int) -> Interval:
    """[v - ½ ulp, v + ½ ulp) for a number shown with `places` decimals; mirrored for negative numbers (half up)."""
    half = _half(places)
    return Interval(value - half, value + half, low_open=value < 0, high_open=value >= 0)


@cache
def _half(places: int) -> Decimal:
    """Half of the last digit shown."""
    return Decimal(1).scaleb(-places) / 2


def cut_interval(value: Decimal, places: int) -> Interval:
    """The true values of which a number shown with `places` decimals is the beginning: [v, v + 1 ulp), mirrored."""
    ulp = Decimal(1).scaleb(-places)
    if value < 0:
        return Interval(value - ulp, value, low_open=True)
    return Interval(value, value + ulp, high_open=True)


def exact(value: Decimal) -> Interval:
    """The interval that holds only `value`."""
    return Interval(value, value)


_BEGIN = re.compile(r"[-\d]")


@cache
def _pattern() -> re.Pattern[str]:
    text = (files("extractor") / "data" / "units.txt").read_text(encoding="utf-8")
    units = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    units.sort(key=len, reverse=True)
    unit = "|".join(map(re.escape, units))
    # Chains of dots (3.1.2, 2021.12.31) number sections and days; they are no quantity.
    return re.compile(
        rf"(?P<sign>{_SIGN})?(?<![\d.])(?P<number>{_TORN}|{_MISMARKED}|{_NUMBER})(?!\d|\.\d)(?P<unit>[ ]?(?:{unit}))?"
    )


def find(text: str) -> list[Figure]:
    """Every number in running text, in order, with the unit that follows it."""
    out = []
    for m in _numbers(fold(text)):
        sign, number, unit = m.group("sign", "number", "unit")
        start, end = m.start(), m.end("number")
        digits = number.replace(",", "").replace(" ", "")
        value = Decimal(digits)
        out.append(
            Figure(
                text=text[start:end],
                value=-value if sign else value,
                unit=unit.strip() if unit else None,
                places=len(digits.partition(".")[2]),
                start=start,
                end=end,
                stop=m.end(),
            )
        )
    return out


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """What the pattern finds, tried only where a number can begin."""
    pattern, at = _pattern(), 0
    while begin := _BEGIN.search(text, at):
        at = begin.start()
        if m := pattern.match(text, at):
            yield m
            at = m.end()
        else:
            at += 1


_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_CELL = re.compile(
    rf"(?P<open>[(（])?(?P<sign>[-+])?[¥￥]?(?P<number>{_NUMBER})(?P<unit>[^\d()（）]{{0,6}})(?(open)[)）])"
)


@lru_cache(maxsize=1 << 14)
def parse_cell(text: str) -> Figure | None:
    """The number that a whole table cell states (`1,234.50`, `85.71%`, `14分`, `1.6 6`, `-83.02`, `(83.02)`), else None.

    Inner white space is disregarded; a number in brackets is itself, not negative: these reports put weights there.
    """
    folded = fold(text)
    squeezed = _WIDE_COMMA.sub(",", "".join(folded.split()))
    m = _CELL.fullmatch(squeezed)
    if m is None:
        return None
    unit = m["unit"] or None
    if unit is not None and _pattern().fullmatch("1" + unit) is None:
        return None
    digits = m["number"].replace(",", "")
    negative = (m["sign"] or "").startswith("-")
    start = next(i for i, c in enumerate(folded) if c.isdigit() or c in "-+")
    end = max(i for i, c in enumerate(folded) if c.isdigit()) + 1
    return Figure(
        text=("-" if negative else "") + m["number"],
        value=-Decimal(digits) if negative else Decimal(digits),
        unit=unit,
        places=len(digits.partition(".")[2]),
        start=start,
        end=end,
        stop=len(text),
    )
