"""Numbers of one value that state one fact, found by value first and by the words around them second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from extractor.checks.sources.occurrence import Occurrence, likeness, same_name, same_value
from extractor.data import load

_LIMITS = load("cross_mention")["limits"]
_TELLING = 5  # digits that no two facts share by chance; four are enough where the number is no share of few
_RARE = 3
_FEW_PARTS = 13


def linked(found: list[Occurrence]) -> Iterator[tuple[Occurrence, list[Occurrence]]]:
    """Each number with the later copies of its fact, at most as many as one check may hold; copies that one such group
    holds together are not named again."""
    later: dict[Occurrence, set[Occurrence]] = defaultdict(set)
    order = {o: i for i, o in enumerate(found)}
    most = _LIMITS["operands"]
    for bucket in _buckets(found):
        if len(bucket) == 1:
            continue
        wide = [o.near | o.topic for o in bucket]
        for i, first in enumerate(bucket):
            known, words = later[first], wide[i]
            copies = [
                o
                for o, others in zip(bucket[i + 1 :], wide[i + 1 :], strict=True)
                if o not in known and _same_fact(first, o, words, others)
            ]
            for start in range(0, len(copies), most):
                part = copies[start : start + most]
                group = sorted((first, *part), key=order.__getitem__)
                for n, o in enumerate(group, 1):
                    later[o].update(group[n:])
                yield first, part


def _buckets(found: Iterable[Occurrence]) -> Iterator[list[Occurrence]]:
    """The numbers of each value in reading order; a value shown to more digits joins those that it rounds to."""
    exact: dict[tuple[str, Decimal], list[Occurrence]] = defaultdict(list)
    for o in found:
        for kind in _joined(o):
            exact[kind, o.base].append(o)
    rounded: dict[tuple[str, Decimal], list[Occurrence]] = defaultdict(list)
    steps = defaultdict(set)
    for o in found:
        steps[o.kind].add(o.step)
    for (kind, base), group in exact.items():
        if group[0].precise < _RARE + 1:
            continue
        for step in steps[group[0].kind]:
            if step > min(o.step for o in group):
                rounded[kind, (base / step).quantize(Decimal(1), "ROUND_HALF_UP") * step].extend(group)
    for key, group in exact.items():
        finer = [o for o in rounded.get(key, ()) if o.base != key[1] and any(same_value(o, g) for g in group)]
        yield from _portions([*group, *dict.fromkeys(finer)])


def _portions(group: list[Occurrence]) -> Iterator[list[Occurrence]]:
    """A value that very many places share is compared within each name."""
    if len(group) <= _LIMITS["group"]:
        yield group
        return
    by_name: dict[str, list[Occurrence]] = defaultdict(list)
    for o in group:
        by_name[o.head].append(o)
    for part in by_name.values():
        yield part[: _LIMITS["group"]]


def _joined(o: Occurrence) -> tuple[str, ...]:
    """The kinds that a number may be compared in: points and counts as bare numbers, weights as rates, and a bare number
    that its digits tell apart as a rate too."""
    if o.kind in ("元", "%"):
        return (o.kind,)
    return ("", "%") if o.precise >= _RARE or o.measure == "weight" else ("",)


def _same_fact(a: Occurrence, b: Occurrence, words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two numbers of one value state one fact: the fewer digits, the more of the words have to agree. `words` and
    `others` are those around each with what its place is about."""
    if a.group == b.group or (a.base != b.base and not same_value(a, b)) or not _units_agree(a, b):
        return False
    if (a.measure, b.measure) in _APART:
        return False
    digits = min(a.precise, b.precise)
    if digits >= _TELLING or (digits == _TELLING - 1 and not _is_common(a)):
        return True
    same_measure = bool(a.measure) and a.measure == b.measure
    in_table = a.in_table or b.in_table
    if same_measure and digits >= 2 and in_table and a.whole != b.whole:
        return True
    alike = likeness(words, others) if in_table else likeness(a.near, b.near)
    if same_name(a, b):
        alike += 0.3
    if alike + _MOST_MORE < _NEEDED[digits]:
        return False
    if a.topic and b.topic:
        alike += 0.2 * likeness(a.topic, b.topic)
    if same_measure:
        alike += 0.2
    elif a.measure and b.measure:
        alike -= 0.1
    if a.years and b.years and not a.years & b.years:
        alike -= 0.3
    if a.vague != b.vague or a.target != b.target:
        alike -= 0.1
    return alike >= _NEEDED[digits]


def _is_common(o: Occurrence) -> bool:
    """Whether a rate is a share of few (66.67%), which many places reach: scores of a few points above all."""
    if o.kind != "%":
        return False
    return o.base in _shares_of_few()


@cache
def _shares_of_few() -> frozenset[Decimal]:
    few = range(2, _FEW_PARTS)
    return frozenset(round(Decimal(100) * part / of, 2) for of in few for part in range(1, of))


_PARTED = (("budget", "spent"), ("arrived", "spent"), ("budget", "arrived"), ("budget", "adjusted"))
_APART = frozenset(_PARTED) | {(b, a) for a, b in _PARTED}
_MOST_MORE = 0.41  # a little more than what topic and measure can add
_NEEDED = (0.5, 0.5, 0.45, 0.35, 0.2)


def _units_agree(a: Occurrence, b: Occurrence) -> bool:
    if a.kind == b.kind or "" in (a.kind, b.kind):
        return True
    return {a.kind, b.kind} == {"分", "%"} and "weight" in (a.measure, b.measure)
