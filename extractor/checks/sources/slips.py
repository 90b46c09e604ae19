"""Slips of the pen: a value that stands alone and differs from one that the report confirms elsewhere by exchanged,
mistyped or lost digits, a moved point or a wrong unit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from extractor.checks.engine import digits
from extractor.checks.sources.occurrence import Occurrence, common_ending, differ_in_year, likeness, pairs, same_value

_MARKED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_FEWEST_DIGITS = 3
_NAMED = 4  # letters that two names have to end alike in
_NAME = 6
_UNIQUE = 5
_MOSTLY = 0.6
_UNIT_FACTORS = (Decimal(10**4), Decimal(10**8))
_MOST = 30
_UNNAMED = frozenset({"score", "score_rate", "weight", "share"})  # measures whose name does not tell what of
_OF_THE_WHOLE = frozenset({"execution_rate", "arrival_rate"})


def is_slip(a: Occurrence, b: Occurrence) -> bool:
    """Whether one slip of the pen makes one number of the other: digits exchanged, one mistyped or lost."""
    places = max(a.term.places, b.term.places)
    x, y = digits.digits(a.term.value, places), digits.digits(b.term.value, places)
    return a.term.unit == b.term.unit and min(len(x), len(y)) >= _FEWEST_DIGITS and digits.is_slip(x, y)


def slipped(found: list[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """Numbers that stand once and whose name other places give a value that a slip would turn into them: (the number,
    one of the others, evidence)."""
    values: dict[tuple[str, Decimal], list[Occurrence]] = defaultdict(list)
    named: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for o in found:
        named[o.head[-_NAME:], o.kind].add(o.base)
        if len(_digits(o)) >= _FEWEST_DIGITS and o.kind != "分" and o.measure not in _UNNAMED:
            values[_kind(o), o.base].append(o)
    near: dict[tuple[str, str], list[tuple[str, Decimal]]] = defaultdict(list)
    for key, group in values.items():
        for mark in _marks(_digits(group[0])):
            near[key[0], mark].append(key)
    for key, group in values.items():
        if len(group) > 2:
            continue
        others = {k for mark in _marks(_digits(group[0])) for k in _few(near[key[0], mark]) if k != key}
        full = [k for k in others if _has_lost_a_digit(group[0], values[k][0])]
        if len(group) == len(full) == 1:
            yield group[0], values[full[0]][0], "slip"
            continue
        for o in group:
            if len(named[o.head[-_NAME:], o.kind]) > 2:
                continue  # a name of many values is told of many
            for other in sorted(others):
                unit = next((y for y in values[other] if _is_wrong_unit(o, y)), None)
                if unit is not None:
                    yield o, unit, "unit"
                    break
                alike = [y for y in values[other] if _named_alike(o, y)]
                if alike and len(values[other]) >= len(group) and _is_certain(o, alike, len(values[other])):
                    yield o, alike[0], "slip"
                    break


def _has_lost_a_digit(o: Occurrence, full: Occurrence) -> bool:
    """Whether the thousands marks of an amount show that a digit of it is missing, which the other has: 9,02.50 of
    9,002.50."""
    mismarked = "," in o.term.text and not _MARKED.fullmatch(o.term.text)
    return mismarked and o.kind == full.kind == "元" and digits.lost(_digits(o), _digits(full))


def _few(keys: list[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    return keys if len(keys) <= _MOST else []


def _kind(o: Occurrence) -> str:
    return o.kind if o.kind in ("元", "%") else ""


def _digits(o: Occurrence) -> str:
    return "".join(c for c in o.term.text if c.isdigit()).strip("0")


def _marks(text: str) -> set[str]:
    """What two numbers share that a slip makes of each other: the digits, all digits but one (mistyped or lost), the
    digits in order."""
    mistyped = (text[:i] + "*" + text[i + 1 :] for i in range(len(text)))
    lost = (text[:i] + text[i + 1 :] for i in range(len(text)))
    return {text, "".join(sorted(text)) + "/", *mistyped, *lost}


def _named_alike(a: Occurrence, b: Occurrence) -> bool:
    if a.group == b.group or a.kind != b.kind and "" not in (a.kind, b.kind):
        return False
    if a.planned != b.planned or a.target != b.target or a.measure != b.measure:
        return False
    if (a.years and b.years and not a.years & b.years) or differ_in_year(a, b):
        return False
    if same_value(a, b):
        return False
    if a.in_table and b.in_table:
        return False
    if b.in_table or a.in_table:
        cell, words = (b, a) if b.in_table else (a, b)
        return cell.whole and bool(a.measure) and not words.vague
    return common_ending(a.head, b.head) >= _NAMED and likeness(pairs(a.head), pairs(b.head)) >= _MOSTLY


def _is_likely(o: Occurrence, y: Occurrence) -> bool:
    """Whether a slip, not chance, makes the two alike: of numbers of three digits one in forty differs by one digit."""
    if _digits(o) == _digits(y) or digits.swapped(_digits(o), _digits(y)):
        return True
    long = min(len(_digits(o)), len(_digits(y))) > _FEWEST_DIGITS
    return is_slip(o, y) and (long or likeness(o.near, y.near) >= _MOSTLY)


def _is_certain(o: Occurrence, alike: list[Occurrence], count: int) -> bool:
    """Two further places confirm the value, or one does whose name is the same to more letters."""
    texts = [y for y in alike if _is_likely(o, y)]
    if not texts:
        return False
    if len(texts) >= 2 or (count >= 2 and common_ending(o.head, texts[0].head) >= _NAMED):
        return True
    for y in texts:
        ending = common_ending(o.head, y.head)
        full = ending >= _UNIQUE or (ending >= _NAMED and ending == min(len(o.head), len(y.head)))
        if (
            full
            and (digits.swapped(_digits(o), _digits(y)) or o.measure in _OF_THE_WHOLE)
            and likeness(o.near, y.near) > 0
        ):
            return True
    return False


def _is_wrong_unit(o: Occurrence, other: Occurrence) -> bool:
    """Whether a number shows the digits of an amount beside 元 that elsewhere stand beside 万元."""
    if o.term.unit != "元" or o.kind != other.kind or o.precise <= _FEWEST_DIGITS or not o.base:
        return False
    return other.base / o.base in _UNIT_FACTORS and bool(o.near & other.near)
