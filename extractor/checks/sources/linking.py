"""Which numbers state one fact, told by what is measured, for whom, when and in what unit, never by their values: a
logistic model over the words around two numbers, learned from annotated reports (`heshu corpus link`).

A second model tells how sure it is that two linked numbers that differ are an error: by the link, by what a slip of the
pen makes of one of them, and by what other places confirm.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from math import exp, log, log1p
from typing import Any

from extractor.checks.engine.diagnosis import digits, swapped
from extractor.checks.sources.occurrence import Occurrence, common_ending, likeness, pairs, same_value
from extractor.data import load

_SETTINGS = load("cross_mention")["linking"]
_ROLES: dict[str, tuple[str, ...]] = {name: tuple(words) for name, words in _SETTINGS["roles"].items()}
_ALIASES = {unit: group[0] for group in _SETTINGS["units"] for unit in group}
_POSTINGS = _SETTINGS["postings"]
_PARTNERS = _SETTINGS["partners"]
_LINKED: list[float] = _SETTINGS["linked"]
_LEAST_LINKED: dict[str, float] = _SETTINGS["least_linked"]
_SURE_COUNT = _SETTINGS["sure_count"]
_LEAST_SURE = _SETTINGS["least_sure"]
_SCORES = frozenset({"score", "weight", "score_rate"})
_BUDGETS = frozenset({"budget", "adjusted"})  # a column of the budget may show the one or the other
_OWN_ROLES = ("due", "each", "several", "less", "beside")
_NAMELESS = frozenset({"share", "sample"})  # of what, or of whom, the name does not tell
_SMALL = 100
_STANDING = 3  # places at which a number that its digits tell apart is no slip of the pen
_TELLING = 3  # digits that do
_MOST_PLACES = 6  # of a number that an error is told with
_WEIGHT_OF_WHOLE = 1.3  # how much likelier a row of the whole is told in words than any other
_NEAR = Decimal("0.1")
_WHOLE_CLAUSE = 0.7
_RARE_CLAUSE = 2.0
_HARMLESS_ROLES = frozenset({"role not", "role total", "role actual"})
_ENDING = 6
_LONG_ENDING = 12
_NOUN = 4
_WHOLE = "合计"  # marks the unit of numbers in rows of the whole
_SAME_ROW = 0.5
_YEARS = range(1950, 2100)
_FEWEST = 150  # numbers of a short report, by which rare words are told from common ones
_CLOSE = 1.0  # log odds within which another partner is as likely
_RIVAL = -1.0  # log odds that a rival has at least
_NO_WORDS: frozenset[str] = frozenset()

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Link:
    """Two numbers that may state one fact, the earlier one first, and what tells whether they do; `odds` are the log
    odds that they do."""

    a: Occurrence
    b: Occurrence
    told: Features
    odds: float

    @property
    def agree(self) -> bool:
        return same_value(self.a, self.b)


@dataclass(frozen=True, slots=True)
class Told:
    """What a number is told with: its unit, the pairs of letters of its own clause, of the words around it, of what its
    place is about, and of both clause and place; the roles that words of its clause give it; the telling values of its
    sentence and those right before and after it; the values of all numbers that the same noun stands before, or
    behind."""

    unit: str
    own: frozenset[str]
    around: frozenset[str]
    place: frozenset[str]
    everything: frozenset[str]
    roles: frozenset[str]
    values: frozenset[tuple[str, Decimal]]
    of_unit: int
    before: tuple[str, Decimal] | None
    after: tuple[str, Decimal] | None
    named: frozenset[Decimal]
    followed: frozenset[Decimal]


def links(found: list[Occurrence]) -> list[Link]:
    """The pairs of numbers whose words have something rare in common, each number with its likeliest partners."""
    told = _told(found)
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, t in told.items():
        for pair in t.own | t.around:
            index[t.unit, pair].append(i)
            if found[i].whole:
                index[_WHOLE + t.unit, pair].append(i)
    rarity = _rarity(told.values())
    chosen: dict[tuple[int, int], float] = {}
    for i in told:
        if found[i].in_table:
            continue
        chosen.update(_partners(i, found, told, index, rarity))
    weights: dict[frozenset[str], float] = {}
    for i in {i for pair in chosen for i in pair}:
        for words in (told[i].own, told[i].around, told[i].everything):
            if words not in weights:
                weights[words] = sum(map(rarity.__getitem__, words))
    out = []
    for i, j in sorted(chosen):
        features = _features(found[i], found[j], told[i], told[j], rarity, weights)
        out.append(Link(found[i], found[j], features, log_odds("link", features)))
    return out


def _partners(
    i: int,
    found: list[Occurrence],
    told: Mapping[int, Told],
    index: Mapping[tuple[str, str], list[int]],
    rarity: Mapping[str, float],
) -> Iterator[tuple[tuple[int, int], float]]:
    """The likeliest partners of a number, as pairs in reading order, with the rarity of what they share."""
    t = told[i]
    shared: dict[int, float] = defaultdict(float)
    for pair in t.own | t.around:
        places = index[t.unit, pair]
        if len(places) > _POSTINGS:
            places = index[_WHOLE + t.unit, pair]
        if len(places) <= _POSTINGS:
            weight = rarity[pair] * (1.0 if pair in t.own else 0.3)
            for j in places:
                shared[j] += weight if pair in told[j].own else 0.3 * weight
    for j in shared:
        if found[j].whole:  # only rows of tables are
            shared[j] *= _WEIGHT_OF_WHOLE
    best = sorted(shared.items(), key=lambda item: -item[1])
    own = 0
    for j, weight in best:
        if own == _PARTNERS:
            break
        if found[j].group == found[i].group:
            continue
        own += 1
        yield (min(i, j), max(i, j)), weight


def _told(found: list[Occurrence]) -> dict[int, Told]:
    """What each number is told with; numbers of points and without a unit are left out."""
    values: dict[tuple[int, ...], set[tuple[str, Decimal]]] = defaultdict(set)
    units: Counter[tuple[tuple[int, ...], str]] = Counter()
    nouns: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for o in found:
        unit = _unit(o)
        nouns[o.head[-_NOUN:], unit].add(o.base)
        nouns[o.tail[: _NOUN + 1], unit].add(o.base)
        units[o.group, _unit(o)] += 1
        if o.precise >= 2:
            values[o.group].add((o.kind, o.base))
    named = {key: frozenset(values) for key, values in nouns.items()}
    out = {}
    for i, o in enumerate(found):
        unit = _unit(o)
        if not unit or unit == "分" or o.measure in _SCORES or (o.term.unit is None and o.base in _YEARS):
            continue
        own = pairs(o.head) | pairs(o.tail) if not o.in_table else o.near
        frame = pairs(o.frame) if o.frame else _NO_WORDS
        place = frame | o.topic | o.lead
        words = f"{o.head}/{o.tail}"
        roles = frozenset(name for name, role in _ROLES.items() if any(word in words for word in role))
        out[i] = Told(
            unit,
            own,
            o.near,
            place,
            place | own,
            roles,
            frozenset(values[o.group] - {(o.kind, o.base)}),
            units[o.group, unit],
            _value_beside(found, i, -1),
            _value_beside(found, i, 1),
            named[o.head[-_NOUN:], unit],
            named[o.tail[: _NOUN + 1], unit],
        )
    return out


def _value_beside(found: list[Occurrence], i: int, step: int) -> tuple[str, Decimal] | None:
    """The number before or after one in its sentence."""
    if not 0 <= i + step < len(found) or found[i + step].group != found[i].group:
        return None
    return found[i + step].kind, found[i + step].base


def _unit(o: Occurrence) -> str:
    """The unit that two numbers need to share: 名 is 人. A number without one is counted in the letter behind it."""
    unit = o.kind or (o.tail[1:2] if o.tail[1:2] > "一" else "")
    return str(_ALIASES.get(unit, unit))


def _rarity(told: Iterable[Told]) -> dict[str, float]:
    """How rare a pair of letters is among the clauses of the report."""
    counts: Counter[str] = Counter()
    number = 0
    for t in told:
        number += 1
        counts.update(t.own | t.around | t.place)
    return {pair: log(max(number, _FEWEST) / n) for pair, n in counts.items() if n <= max(number, _FEWEST)}


# --- what tells that two numbers state one fact ---------------------------------------------------------------------


def _features(
    a: Occurrence,
    b: Occurrence,
    s: Told,
    t: Told,
    rarity: Mapping[str, float],
    weights: Mapping[frozenset[str], float],
) -> Features:
    """What tells whether two numbers state one fact; `weights` are the rarities of the words of each, summed up."""

    def weight(words: frozenset[str]) -> float:
        return sum(map(rarity.__getitem__, words))

    shared_own = s.own & t.own
    own = weight(shared_own)
    less, more = sorted((weights[s.own], weights[t.own]))
    around = weight(s.around & t.around)
    place = weight(s.everything & t.everything)
    shorter = min(weights[s.everything], weights[t.everything])
    common = len(s.values & t.values)
    beside = [(s.before, t.before), (s.after, t.after)]
    ending = common_ending(a.head, b.head)
    alone = [max(map(rarity.__getitem__, words), default=0.0) for words in (s.own - t.own, t.own - s.own)]
    out = {
        "own": own / 10,
        "own of both": own / 10 * (own / more if more else 0.0),
        "words of one": max(alone) / 5,
        "words of each": min(alone) / 5,
        "beside agree": float(sum(x == y is not None for x, y in beside)),
        "beside differ": float(sum(x is not None and y is not None and x != y for x, y in beside)),
        "values of the name": log1p(len((s.named | t.named) - {a.base, b.base})),
        "only such noun": _only(a.head[-_NOUN:], b.head[-_NOUN:], s.named, 2),
        "only such noun behind": _only(a.tail[: _NOUN + 1], b.tail[: _NOUN + 1], s.followed, 4),
        "own of the shorter": own / less if less else 0.0,
        "own of the longer": own / more if more else 0.0,
        "rarest": max(map(rarity.__getitem__, shared_own), default=0.0) / 5,
        "around": around / 20,
        "around of the shorter": around / max(min(weights[s.around], weights[t.around]), 1.0),
        "place of the shorter": place / max(shorter, 1.0),
        "topic": _jaccard(a.topic | a.lead, b.topic | b.lead),
        "ending": min(ending, _ENDING) / _ENDING,
        "long ending": min(ending, _LONG_ENDING) / _LONG_ENDING,
        "same name": float(bool(a.head) and a.head == b.head),
        "same tail": float(len(a.tail) > 2 and a.tail[:4] == b.tail[:4]),
        "same unit": float(a.term.unit == b.term.unit),
        "same measure": float(bool(a.measure) and a.measure == b.measure),
        "other measure": float(bool(a.measure) and bool(b.measure) and a.measure != b.measure),
        "measure missing": float(bool(a.measure) != bool(b.measure)),
        "same year": float(bool(a.years & b.years)),
        "other year": float(bool(a.years) and bool(b.years) and not a.years & b.years),
        "vague": float(a.vague != b.vague),
        "target": float(a.target != b.target),
        "targets": float(a.target and b.target),
        "planned": float(a.planned != b.planned),
        "table": float(a.in_table or b.in_table),
        "whole row": float(a.in_table != b.in_table and (a.whole or b.whole)),
        "cell": float("cell" in (a.zone, b.zone)),
        "same zone": float(a.zone == b.zone),
        "same paragraph": float(a.group[0] == b.group[0]),
        "values shared": log1p(common),
        "share of values": common / max(min(len(s.values), len(t.values)), 1),
        "values not shared": log1p(min(len(s.values), len(t.values)) - common),
        "rivals": log(s.of_unit * t.of_unit),
        "rate": float(s.unit == "%"),
        "money": float(s.unit == "元"),
    }
    for role in s.roles ^ t.roles:
        out[f"role {role}"] = 1.0
    return out


def _only(a: str, b: str, values: frozenset[Decimal], shortest: int) -> float:
    """Whether two numbers have a noun in common that stands with no third value."""
    return float(a == b and len(a) >= shortest and len(values) <= 2)


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


# --- what tells that a difference is an error -------------------------------------------------------------------------


def agreeing(found: list[Link]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """The linked numbers that agree: the fewer their digits, the likelier the link has to be."""
    for link in found:
        digits_shown = min(link.a.precise, link.b.precise, len(_LINKED) - 1)
        if link.odds >= _LINKED[digits_shown] and link.agree:
            yield link.a, link.b


def differences(found: list[Link]) -> list[tuple[Link, Features]]:
    """The links between two sentences in which each number is the other's likeliest partner there and the two differ,
    with what tells an error from two facts."""
    best: dict[tuple[int, tuple[int, ...]], float] = {}
    confirmed = confirmations(found)
    rivals = _rivals(found)
    against: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
    for link in found:
        for own, other in ((link.a, link.b), (link.b, link.a)):
            key = id(own), other.group
            best[key] = max(best.get(key, link.odds), link.odds)
        against[link.a.group, link.b.group] += not link.agree and link.odds > 0
    out = []
    for link in found:
        mutual = link.odds == best[id(link.a), link.b.group] == best[id(link.b), link.a.group]
        if not link.agree and mutual and _may_be_one(link, rivals):
            others = against[link.a.group, link.b.group] - (link.odds > 0)
            out.append((link, difference(link, confirmed[id(link.a)], confirmed[id(link.b)], others)))
    return out


@dataclass(frozen=True, slots=True)
class Error:
    """A number that differs from one that is likely its fact, with all places that confirm the other; `chance` is that
    of an error."""

    stated: Occurrence
    others: tuple[Occurrence, ...]
    chance: float


def errors(found: list[Link]) -> Iterator[Error]:
    """The linked numbers whose difference is likely an error: the one that fewer places confirm is held against the
    other. Two numbers that both stand again and again are two facts."""
    confirmed = confirmations(found)
    standing = Counter((o.kind, o.base, o.measure) for o in {id(o): o for x in found for o in (x.a, x.b)}.values())
    measures = {o.measure for link in found for o in (link.a, link.b)}
    partners: dict[int, list[Occurrence]] = defaultdict(list)
    for a, b in agreeing(found):
        partners[id(a)].append(b)
        partners[id(b)].append(a)
    for link, told in differences(found):
        sure = _chance_of_error(link, told)
        if sure >= _LEAST_SURE and not all(_stands(o, standing, measures) for o in (link.a, link.b)):
            a_is_surer = confirmed[id(link.a)] >= confirmed[id(link.b)]
            stated, other = (link.b, link.a) if a_is_surer else (link.a, link.b)
            if not any(_same_cell_elsewhere(stated, o) for o in partners[id(other)]):
                yield Error(stated, (other, *partners[id(other)])[:_MOST_PLACES], sure)


def _same_cell_elsewhere(a: Occurrence, b: Occurrence) -> bool:
    """Whether two cells are called the same in two tables of their own: one form filled in for each of two groups."""
    return a.in_table and b.in_table and a.column != b.column and a.head == b.head and a.topic != b.topic


def _stands(o: Occurrence, standing: Mapping[tuple[str, Decimal, str], int], measures: set[str]) -> bool:
    """Whether a number stands at so many places, where it measures the same, that it is none of a slip."""
    of_one = _BUDGETS if o.measure in _BUDGETS else {o.measure} if o.measure else measures
    return o.precise >= _TELLING and sum(standing[o.kind, o.base, name] for name in of_one) >= _STANDING


def _chance_of_error(link: Link, told: Features) -> float:
    """The chance that a difference is an error, 0 where the link is too weak for what tells: a sure count and digits
    swapped need less of it. Other small counts are hints at best."""
    odds = log_odds("error", told)
    least = _LEAST_LINKED["otherwise"]
    if told["sure count"]:
        odds, least = max(odds, _SURE_COUNT), _LEAST_LINKED["count"]
    elif told["small"]:
        odds = min(odds, -_SURE_COUNT)
    elif "shape swapped" in told:
        least = _LEAST_LINKED["slip"]
    return chance(odds) if link.odds >= least else 0.0


def _may_be_one(link: Link, rivals: Mapping[int, dict[Decimal, float]]) -> bool:
    """Whether two numbers may state one fact: both or neither planned, wanted, vague, of a year or of each; and not one
    of a list whose numbers are all told alike."""
    a, b, told = link.a, link.b, link.told
    if a.target != b.target or a.vague != b.vague or a.planned != b.planned or told["other year"]:
        return False
    if (
        told["other measure"]
        or any(f"role {name}" in told for name in _OWN_ROLES)
        or _NAMELESS & {a.measure, b.measure}
    ):
        return False
    if a.in_table != b.in_table and not _tells_of_row(*((b, a) if a.in_table else (a, b))):
        return False
    extra = [_extra(rivals[id(x)], {a.base, b.base}, link.odds) for x in (a, b)]
    return min(extra) == 0 and max(extra) < 2


def _tells_of_row(words: Occurrence, cell: Occurrence) -> bool:
    """Whether a number in words is of what the cell's row is about: all of it, or what the words name too."""
    named = words.near | words.topic | words.lead | pairs(words.frame)
    return cell.whole or likeness(pairs(cell.row), named) >= _SAME_ROW


def _extra(values: Mapping[Decimal, float], without: set[Decimal], odds: float) -> int:
    least = max(odds - _CLOSE, _RIVAL)
    return sum(other >= least for value, other in values.items() if value not in without)


def _rivals(found: list[Link]) -> dict[int, dict[Decimal, float]]:
    """The values of the partners from which each number differs, with the likeliest link to each."""
    out: dict[int, dict[Decimal, float]] = defaultdict(dict)
    for link in found:
        for own, other in ((link.a, link.b), (link.b, link.a)):
            if not link.agree:
                values = out[id(own)]
                values[other.base] = max(values.get(other.base, link.odds), link.odds)
    return out


def confirmations(found: list[Link]) -> Counter[int]:
    """How many places confirm a number, by its identity."""
    return Counter(id(o) for link in found if link.agree and link.odds > 0 for o in (link.a, link.b))


def difference(link: Link, first: int, second: int, others: int) -> Features:
    """What tells whether a difference is an error: `first` and `second` are how many places confirm the one value and
    the other, `others` how many more links between the two sentences differ."""
    a, b = link.a, link.b
    places = max(a.term.places, b.term.places)
    x, y = _without_zeros(digits(a.base, places), digits(b.base, places))
    low, high = sorted((abs(a.base), abs(b.base)))
    small = high < _SMALL and not places
    near = high - low <= high * _NEAR
    shape = _shape(x, y)
    odds = max(min(link.odds, 6.0), -6.0)
    return {
        "odds": odds,
        "odds of small": odds * small,
        "odds of other": odds * (shape == "other" and not small),
        f"shape {shape}": 1.0,
        "small": float(small),
        "near": float(near and not small),
        "odds of near": odds * (near and not small),
        "far": float(high > 2 * low and not small),
        "next": float(small and high - low <= 2),
        "sure count": float(small and _is_one_slip(x, y, high - low) and _counts_the_same(link)),
        "same places": float(a.term.places == b.term.places),
        "long": min(len(x), len(y), 6) / 6,
        "confirmed": log1p(max(first, second)),
        "both confirmed": log1p(min(first, second)),
        "others differ": log1p(others),
    }


def _is_one_slip(x: str, y: str, distance: Decimal) -> bool:
    return distance <= 2 or (len(x) == len(y) and sum(p != q for p, q in zip(x, y, strict=True)) == 1)


def _counts_the_same(link: Link) -> bool:
    """Whether two small counts are sure to count the same: rare words in common that are all of the clause or a noun that
    no third count has, in two paragraphs, neither of them wanted, planned or a rate."""
    told, a, b = link.told, link.a, link.b
    if (
        {a.kind, b.kind} & {"%", "元"}
        or told["same paragraph"]
        or any(o.target or o.vague or o.planned for o in (a, b))
    ):
        return False
    if any(name.startswith("role ") and name not in _HARMLESS_ROLES for name in told):
        return False
    whole = told["own of the longer"] >= _WHOLE_CLAUSE and not told["values of the name"]
    alone = whole or told["only such noun"] or told["only such noun behind"]
    return bool(alone) and told["own"] >= _RARE_CLAUSE and told["beside differ"] < 2


def _without_zeros(x: str, y: str) -> tuple[str, str]:
    """The digits without the zeros that both end in: 1000 and 2000 tell no more than 1 and 2."""
    zeros = min(len(text) - len(text.rstrip("0")) for text in (x, y))
    return x[: len(x) - zeros] or "0", y[: len(y) - zeros] or "0"


def _shape(x: str, y: str) -> str:
    """What a slip of the pen does to digits."""
    if len(x) == len(y) and sorted(x) == sorted(y):
        return "swapped" if swapped(x, y) else "shuffled"
    if len(x) == len(y) > 2 and sum(p != q for p, q in zip(x, y, strict=True)) == 1:
        return "digit"
    short, full = sorted((x, y), key=len)
    if (
        len(short) > 1
        and len(short) + 1 == len(full)
        and any(full[:i] + full[i + 1 :] == short for i in range(len(full)))
    ):
        return "lost"
    return "other"


# --- the models -------------------------------------------------------------------------------------------------------


@cache
def _models() -> Any:
    return json.loads((files("extractor") / "data" / "linking.json").read_text(encoding="utf-8"))


def log_odds(model: str, features: Features) -> float:
    """What a model makes of features; one that it does not know weighs nothing."""
    learned = _models()[model]
    weights: dict[str, float] = learned["weights"]
    known = [value * weights[name] for name, value in features.items() if name in weights]
    return float(learned["intercept"]) + sum(known)


def chance(odds: float) -> float:
    return 1 / (1 + exp(-odds))
