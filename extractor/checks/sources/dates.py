"""Dates and periods as written: 2021年3月5日, 2022.10, 二〇二二年十月, 3月底, 2021年3月至6月."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from extractor.data import load

_FORMS = load("dates")
_THIRDS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (21, 31), "末": (21, 31)}
Precision = Literal["day", "third", "month", "part", "year"]


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written: the days that it may mean. `start:end` are its characters; `inherited` tells that its year is
    that of a date before."""

    low: date
    high: date
    precision: Precision
    start: int
    end: int
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """Two dates with 至 between them."""

    first: Date
    last: Date


@cache
def _pattern() -> re.Pattern[str]:
    form: str = _FORMS["date"]
    for name in ("year", "month", "day"):
        form = form.replace("{" + name + "}", _FORMS[name])
    return re.compile(form)


def dates(text: str, year: int | None = None) -> list[Date]:
    """The dates of a text in their order. One without a year takes that of the date before, or `year`; where there is
    none, it is left out."""
    found: list[Date] = []
    if "月" not in text and "年" not in text and "20" not in text:
        return found
    for m in _pattern().finditer(text):
        made = _date(m, year)
        if made:
            found.append(made)
            year = made.low.year
    return found


def periods(text: str, year: int | None = None) -> Iterator[Period]:
    """The periods of a text: dates with nothing but 至 or a dash between them."""
    found = dates(text, year)
    for first, last in zip(found, found[1:], strict=False):
        if re.search(_FORMS["between"], text[first.end : last.start]):
            yield Period(first, last)


def day_of(value: str) -> tuple[date, date] | None:
    """The days that a date of the result (2022-07, 2022-07-05) may mean."""
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    return (date(parts[0], parts[1], 1), _end(parts[0], parts[1])) if len(parts) == 2 else None


def _date(m: re.Match[str], year: int | None) -> Date | None:
    written = m["year"] or m["year_dotted"]
    if written:
        year = _number(written, digits=True)
    elif m["relative"] in ("次年", "翌年") and year:
        year += 1
    if year is None:
        return None
    month, day = m["month"] or m["month_dotted"] or m["month_only"], m["day"] or m["day_dotted"] or m["day_only"]
    third = m["third"] or m["third_only"]
    inherited = written is None
    if month is None:
        part = _FORMS["parts"].get(re.sub("^[第年]", "", m["part"])) if m["part"] else None
        if part is None:
            return Date(date(year, 1, 1), date(year, 12, 31), "year", *m.span())
        return Date(date(year, part[0], 1), _end(year, part[1]), "part", *m.span())
    at = _number(month)
    if day:
        number = _number(day)
        if number > monthrange(year, at)[1]:
            return None
        return Date(date(year, at, number), date(year, at, number), "day", *m.span(), inherited)
    if third:
        low, high = _THIRDS[third]
        last = min(high, monthrange(year, at)[1])
        return Date(date(year, at, low), date(year, at, last), "third", *m.span(), inherited)
    return Date(date(year, at, 1), _end(year, at), "month", *m.span(), inherited)


def _number(text: str, digits: bool = False) -> int:
    """12, 十二, 二十一; with `digits` the numerals stand side by side: 二〇二二."""
    if text.isascii() and text.isdigit():
        return int(text)
    values: dict[str, int] = _FORMS["numerals"]
    if digits:
        return int("".join(c if c.isdigit() and c.isascii() else str(values[c]) for c in text))
    tens, ten, units = text.rpartition("十")
    if not ten:
        return values[text]
    return (values[tens] if tens else 1) * 10 + (values[units] if units else 0)


def numeral(text: str) -> int | None:
    """A small number in Chinese numerals: 三, 十二, 两; None where it is none."""
    text = text.replace("两", "二")
    return _number(text) if re.fullmatch("[一二三四五六七八九]?十?[一二三四五六七八九]?", text) and text else None


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
