"""A number as written: value, unit, shown precision and the interval of true values that it allows.

The interval follows XBRL Calculations 1.1 (https://www.xbrl.org/Specification/calculation-1.1/REC-2023-02-22/): a
stated number stands for every value that rounds to it, [v - 0.5 ulp, v + 0.5 ulp), ulp being its last shown digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

# Full-width digits, point, percent and minus signs to ASCII, one character each so that offsets stay.
FOLD = str.maketrans(
    {**{chr(0xFF10 + i): str(i) for i in range(10)}, "．": ".", "％": "%", "－": "-", "−": "-", "–": "-", "\u00a0": " "}
)

MONEY = {"元": Decimal(1), "千元": Decimal(10**3), "万元": Decimal(10**4), "百万元": Decimal(10**6), "亿元": Decimal(10**8)}
EXACT_UNITS = frozenset("分 月 年 日 项 个 名 位 家 户 件 次 处 级 号".split())

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Interval:
    """The values low ≤ x < high; where `closed`, x = high too. An exact value is the closed interval [v, v]."""

    low: Decimal
    high: Decimal
    closed: bool = True

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        first, second = (self, other) if (self.low, self.high) <= (other.low, other.high) else (other, self)
        if first.high > second.low or (first.low == second.low):
            return True
        return first.high == second.low and first.closed

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high, self.closed and other.closed)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, True)

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends), True)

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ZeroDivisionError where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("divisor may be zero")
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends), True)

    def scaled(self, factor: Decimal) -> Interval:
        a, b = self.low * factor, self.high * factor
        return Interval(min(a, b), max(a, b), self.closed)


@dataclass(frozen=True, slots=True)
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
    """[v - ½ ulp, v + ½ ulp) for a number shown with `places` decimals; mirrored for negative numbers."""
    half = Decimal(1).scaleb(-places) / 2
    return Interval(value - half, value + half, closed=value < 0)


def exact(value: Decimal) -> Interval:
    """The interval that holds only `value`."""
    return Interval(value, value)


@cache
def _pattern() -> re.Pattern[str]:
    text = (files("extractor") / "data" / "units.txt").read_text(encoding="utf-8")
    units = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    units.sort(key=len, reverse=True)
    unit = "|".join(map(re.escape, units))
    # A sign counts only where nothing that could be subtracted from stands before it.
    return re.compile(rf"(?P<sign>(?<![\d)）%\]】A-Za-z\u4e00-\u9fff-])-[ ]?)?(?P<number>{_NUMBER})(?P<unit>[ ]?(?:{unit}))?")


def find(text: str) -> list[Figure]:
    """Every number in running text, in order, with the unit that follows it."""
    out = []
    for m in _pattern().finditer(text.translate(FOLD)):
        unit = m["unit"]
        start = m.start("sign") if m["sign"] else m.start("number")
        digits = m["number"].replace(",", "")
        value = Decimal(digits)
        out.append(
            Figure(
                text=text[start : m.end("number")],
                value=-value if m["sign"] else value,
                unit=unit.strip() if unit else None,
                places=len(digits.partition(".")[2]),
                start=start,
                end=m.end("number"),
                stop=m.end(),
            )
        )
    return out


_CELL = re.compile(rf"(?P<open>[(（])?(?P<sign>[-+])?[¥￥]?(?P<number>{_NUMBER})(?P<unit>[^\d()（）]{{0,6}})(?(open)[)）])")


def parse_cell(text: str) -> Figure | None:
    """The number that a whole table cell states (`1,234.50`, `85.71%`, `14分`, `1.6 6`, `-83.02`, `(83.02)`), else None.

    Inner white space is disregarded; a number in brackets is itself, not negative: these reports put weights there.
    """
    squeezed = re.sub(r"\s+", "", text.translate(FOLD))
    m = _CELL.fullmatch(squeezed)
    if m is None:
        return None
    unit = m["unit"] or None
    if unit is not None and _pattern().fullmatch("1" + unit) is None:
        return None
    digits = m["number"].replace(",", "")
    negative = (m["sign"] or "").startswith("-")
    start = next(i for i, c in enumerate(text.translate(FOLD)) if c.isdigit() or c in "-+")
    end = max(i for i, c in enumerate(text.translate(FOLD)) if c.isdigit()) + 1
    return Figure(
        text=("-" if negative else "") + m["number"],
        value=-Decimal(digits) if negative else Decimal(digits),
        unit=unit,
        places=len(digits.partition(".")[2]),
        start=start,
        end=end,
        stop=len(text),
    )
