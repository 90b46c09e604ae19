"""Which numbers state one fact, told by what is measured, for whom, when and in what unit, never by their values: a
logistic model over the words around two numbers, learned from annotated reports (`heshu corpus link`).

A second model tells how sure it is that two linked numbers that differ are an error: by the link, by what a slip of the
pen makes of one of them, and by what other places confirm.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from math import fsum, log, log1p

from extractor.checks.engine.digits import changed, digits, lost, swapped
from extractor.checks.engine.logistic import Logistic, chance
from extractor.checks.sources.occurrence import (
    Occurrence,
    common_ending,
    differ_in_reach,
    differ_in_year,
    likeness,
    pairs,
    same_value,
)
from extractor.data import load, load_json
from extractor.record import record

_SETTINGS = load("cross_mention")["linking"]
_ROLES = {name: re.compile("|".join(map(re.escape, words))) for name, words in _SETTINGS["roles"].items()}
_BARE_RATE = re.compile(_SETTINGS["bare_rate"])
_ALIASES: dict[str, str] = {unit: group[0] for group in _SETTINGS["units"] for unit in group}
_POSTINGS = _SETTINGS["postings"]
_PARTNERS = _SETTINGS["partners"]
_LINKED: list[float] = _SETTINGS["linked"]
_LEAST_LINKED: dict[str, float] = _SETTINGS["least_linked"]
_SURE_COUNT = _SETTINGS["sure_count"]
_LEAST_SURE = _SETTINGS["least_sure"]
_SCORES = frozenset({"score", "weight", "score_rate"})
_BUDGETS = frozenset({"budget", "adjusted"})  # a column of the budget may show the one or the other
_OWN_ROLES = tuple(f"role {name}" for name in ("due", "each", "several", "less", "beside"))
_NAMELESS = frozenset({"share", "sample"})  # of what, or of whom, the name does not tell
_SMALL = 100
_STANDING = 3  # places at which a number that its digits tell apart is no slip of the pen
_TELLING = 3  # digits that do
_MOST_PLACES = 6  # of a number that an error is told with
_AROUND = 0.3  # what a word around a number weighs beside one of its clause
_WEIGHT_OF_WHOLE = 1.3  # how much likelier a row of the whole is told in words than any other
_NEAR = Decimal("0.1")
_WHOLE_CLAUSE = 0.7
_RARE_CLAUSE = 2.0
_HARMLESS_ROLES = frozenset({"role not", "role total", "role actual"})
_ENDING = 6
_LONG_ENDING = 12
_NOUN = 4
_SHORTEST_ROW = 2
_WHOLE = "合计"  # marks the unit of numbers in rows of the whole
_SAME_ROW = 0.5
_SAME_THING = 0.75  # of the words of two sentences that tell of one thing
_YEARS = range(1950, 2100)
_FEWEST = 150  # numbers of a short report, by which rare words are told from common ones
_CLOSE = 1.0  # log odds within which another partner is as likely
_RIVAL = -1.0  # log odds that a rival has at least

Features = dict[str, float]


@record(frozen=True, slots=True)
class Link:
    """Two numbers that may state one fact, the earlier one first, and what tells whether they do; `odds` are the log
    odds that they do, `agree` tells whether they are of one value."""

    a: Occurrence
    b: Occurrence
    told: Features
    odds: float
    agree: bool


@record(frozen=True, slots=True)
class Clause:
    """What the partners of a number are looked for by: its unit, the pairs of letters of its own clause, of the words
    around it, and of what its place is about."""

    unit: str
    own: frozenset[str]
    around: frozenset[str]
    place: frozenset[str]


@record(frozen=True, slots=True)
class Told:
    """What a number is told with: its clause; the pairs of clause and place; those of the clause alone, the rarest first;
    those of what its place and paragraph are about; how rare all words of the clause, around the number and of both clause
    and place are; the roles that words of the clause give it; the telling values of its sentence and those right before
    and after it; the values of all numbers that the same noun stands before, or behind."""

    clause: Clause
    everything: frozenset[str]
    ranked: list[str]
    about: frozenset[str]
    own_weight: float
    around_weight: float
    weight: float
    roles: frozenset[str]
    values: set[tuple[str, Decimal]]
    of_unit: int
    before: tuple[str, Decimal] | None
    after: tuple[str, Decimal] | None
    named: set[Decimal]
    followed: set[Decimal]


Rarity = Mapping[str, float]
Postings = Mapping[str, Mapping[str, tuple[list[int], list[int]]]]
"""By unit and pair of letters, the numbers that have the pair in their own clause and those that have it around them."""


def links(found: list[Occurrence]) -> list[Link]:
    """The pairs of numbers whose words have something rare in common, each number with its likeliest partners."""
    units = [_unit(o) for o in found]
    clauses = dict(_clauses(found, units))
    rarity = _rarity(clauses.values())
    postings = _postings(found, clauses)
    chosen = {pair for i in clauses if not found[i].in_table for pair in _partners(i, found, clauses, postings, rarity)}
    told = _told(found, units, {i: clauses[i] for pair in chosen for i in pair}, rarity)
    model = _models()["link"]
    out = []
    for i, j in sorted(chosen):
        features = _features(found[i], found[j], told[i], told[j], rarity)
        out.append(Link(found[i], found[j], features, model.odds(features), same_value(found[i], found[j])))
    return out


def _clauses(found: Sequence[Occurrence], units: Sequence[str]) -> Iterator[tuple[int, Clause]]:
    """What each number is looked for by; numbers of points and without a unit are left out."""
    places: dict[tuple[int, ...], frozenset[str]] = {}
    for i, (o, unit) in enumerate(zip(found, units, strict=True)):
        if not unit or unit == "分" or o.measure in _SCORES or (o.term.unit is None and o.base in _YEARS):
            continue
        if o.group not in places:
            places[o.group] = pairs(o.frame) | o.topic | o.lead
        own = o.near if o.in_table else pairs(o.head) | pairs(o.tail)
        yield i, Clause(unit, own, o.near, places[o.group])


def _rarity(clauses: Collection[Clause]) -> Rarity:
    """How rare a pair of letters is among the clauses of the report."""
    counts: Counter[str] = Counter()
    for place, number in Counter(clause.place for clause in clauses).items():
        counts.update(dict.fromkeys(place, number))
    for clause in clauses:
        counts.update((clause.own | clause.around) - clause.place)
    most = max(len(clauses), _FEWEST)
    return {pair: log(most / n) for pair, n in counts.items()}


def _postings(found: Sequence[Occurrence], clauses: Mapping[int, Clause]) -> Postings:
    """Rows of the whole stand under a unit of their own too."""
    out: dict[str, dict[str, tuple[list[int], list[int]]]] = defaultdict(lambda: defaultdict(lambda: ([], [])))
    for i, clause in clauses.items():
        for unit in (clause.unit, _WHOLE + clause.unit) if found[i].whole else (clause.unit,):
            postings = out[unit]
            for pair in clause.own:
                postings[pair][0].append(i)
            for pair in clause.around - clause.own:
                postings[pair][1].append(i)
    return out


def _partners(
    i: int, found: Sequence[Occurrence], clauses: Mapping[int, Clause], postings: Postings, rarity: Rarity
) -> Iterator[tuple[int, int]]:
    """The likeliest partners of a number, as pairs in reading order."""
    clause = clauses[i]
    everywhere, of_whole = postings[clause.unit], postings[_WHOLE + clause.unit]
    shared: dict[int, float] = defaultdict(float)
    for pair in sorted(clause.own | clause.around):
        own, around = everywhere[pair]
        if len(own) + len(around) > _POSTINGS:
            own, around = of_whole[pair]
        if len(own) + len(around) > _POSTINGS:
            continue
        weight = rarity[pair] * (1.0 if pair in clause.own else _AROUND)
        for j in own:
            shared[j] += weight
        weight *= _AROUND
        for j in around:
            shared[j] += weight
    for j in shared:
        if found[j].whole:  # only rows of tables are
            shared[j] *= _WEIGHT_OF_WHOLE
    best = sorted(shared, key=shared.__getitem__, reverse=True)
    group = found[i].group
    for j in islice((j for j in best if found[j].group != group), _PARTNERS):
        yield (i, j) if i < j else (j, i)


def _told(
    found: Sequence[Occurrence], units: Sequence[str], clauses: Mapping[int, Clause], rarity: Rarity
) -> dict[int, Told]:
    """What each number that has a clause is told with."""
    values: dict[tuple[int, ...], set[tuple[str, Decimal]]] = defaultdict(set)
    number: Counter[tuple[tuple[int, ...], str]] = Counter()
    nouns: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for o, unit in zip(found, units, strict=True):
        nouns[o.head[-_NOUN:], unit].add(o.base)
        nouns[o.tail[: _NOUN + 1], unit].add(o.base)
        number[o.group, unit] += 1
        if o.precise >= 2:
            values[o.group].add((o.kind, o.base))
    out = {}
    for i, clause in clauses.items():
        o, unit = found[i], units[i]
        everything = clause.place | clause.own
        out[i] = Told(
            clause,
            everything,
            sorted(clause.own, key=rarity.__getitem__, reverse=True),
            o.topic | o.lead,
            _weight(clause.own, rarity),
            _weight(clause.around, rarity),
            _weight(everything, rarity),
            _roles_of(f"{o.head}/{o.tail}"),
            values[o.group] - {(o.kind, o.base)},
            number[o.group, unit],
            _value_beside(found, i, -1),
            _value_beside(found, i, 1),
            nouns[o.head[-_NOUN:], unit],
            nouns[o.tail[: _NOUN + 1], unit],
        )
    return out


def _roles_of(words: str) -> frozenset[str]:
    return frozenset(name for name, role in _ROLES.items() if role.search(words))


def _weight(words: Iterable[str], rarity: Rarity) -> float:
    """How rare words are together, in whatever order they come."""
    return fsum(map(rarity.__getitem__, words))


def _value_beside(found: Sequence[Occurrence], i: int, step: int) -> tuple[str, Decimal] | None:
    """The number before or after one in its sentence."""
    if not 0 <= i + step < len(found) or found[i + step].group != found[i].group:
        return None
    return found[i + step].kind, found[i + step].base


def _unit(o: Occurrence) -> str:
    """The unit that two numbers need to share: 名 is 人. A number without one is counted in the letter behind it."""
    unit = o.kind or (o.tail[1:2] if o.tail[1:2] > "一" else "")
    return _ALIASES.get(unit, unit)


# --- what tells that two numbers state one fact ---------------------------------------------------------------------


def _features(a: Occurrence, b: Occurrence, s: Told, t: Told, rarity: Rarity) -> Features:
    """What tells whether two numbers state one fact."""
    clause, other = s.clause, t.clause
    shared = clause.own & other.own
    own = _weight(shared, rarity)
    less, more = (s.own_weight, t.own_weight) if s.own_weight < t.own_weight else (t.own_weight, s.own_weight)
    around = _weight(clause.around & other.around, rarity)
    place = _weight(s.everything & t.everything, rarity)
    common, fewer = len(s.values & t.values), min(len(s.values), len(t.values))
    ending = common_ending(a.head, b.head)
    alone, longest = _rarest_but(s.ranked, other.own, rarity), _rarest_but(t.ranked, clause.own, rarity)
    both_years, both_measures = bool(a.years and b.years), bool(a.measure and b.measure)
    same_year = not a.years.isdisjoint(b.years)
    out: Features = {
        "own": own / 10,
        "own of both": own / 10 * (own / more if more else 0.0),
        "words of one": max(alone, longest) / 5,
        "words of each": min(alone, longest) / 5,
        "beside agree": (s.before == t.before is not None) + (s.after == t.after is not None),
        "beside differ": _differ(s.before, t.before) + _differ(s.after, t.after),
        "values of the name": log1p(_third_values(s.named, t.named, a.base == b.base)),
        "only such noun": _only(a.head[-_NOUN:], b.head[-_NOUN:], s.named, 2),
        "only such noun behind": _only(a.tail[: _NOUN + 1], b.tail[: _NOUN + 1], s.followed, 4),
        "own of the shorter": own / less if less else 0.0,
        "own of the longer": own / more if more else 0.0,
        "rarest": max(map(rarity.__getitem__, shared), default=0.0) / 5,
        "around": around / 20,
        "around of the shorter": around / max(min(s.around_weight, t.around_weight), 1.0),
        "place of the shorter": place / max(min(s.weight, t.weight), 1.0),
        "topic": _jaccard(s.about, t.about),
        "ending": min(ending, _ENDING) / _ENDING,
        "long ending": min(ending, _LONG_ENDING) / _LONG_ENDING,
        "same name": bool(a.head) and a.head == b.head,
        "same tail": len(a.tail) > 2 and a.tail[:4] == b.tail[:4],
        "same unit": a.term.unit == b.term.unit,
        "same measure": both_measures and a.measure == b.measure,
        "other measure": both_measures and a.measure != b.measure,
        "measure missing": bool(a.measure) != bool(b.measure),
        "same year": same_year,
        "other year": both_years and not same_year,
        "vague": a.vague != b.vague,
        "target": a.target != b.target,
        "targets": a.target and b.target,
        "planned": a.planned != b.planned,
        "table": a.in_table or b.in_table,
        "whole row": a.in_table != b.in_table and (a.whole or b.whole),
        "cell": "cell" in (a.zone, b.zone),
        "same zone": a.zone == b.zone,
        "same paragraph": a.group[0] == b.group[0],
        "values shared": log1p(common),
        "share of values": common / max(fewer, 1),
        "values not shared": log1p(fewer - common),
        "rivals": log(s.of_unit * t.of_unit),
        "rate": clause.unit == "%",
        "money": clause.unit == "元",
    }
    for role in s.roles ^ t.roles:
        out[f"role {role}"] = 1.0
    return out


def _rarest_but(ranked: Sequence[str], others: frozenset[str], rarity: Rarity) -> float:
    """How rare the rarest pair is that does not stand among others."""
    for pair in ranked:
        if pair not in others:
            return rarity[pair]
    return 0.0


def _differ(one: tuple[str, Decimal] | None, other: tuple[str, Decimal] | None) -> bool:
    return one is not None and other is not None and one != other


def _third_values(named: set[Decimal], others: set[Decimal], same: bool) -> int:
    """How many values the names of two numbers have beside those of the two."""
    number = len(named) if named is others else len(named | others)
    return number - (1 if same else 2)


def _only(a: str, b: str, values: Set[Decimal], shortest: int) -> bool:
    """Whether two numbers have a noun in common that stands with no third value."""
    return a == b and len(a) >= shortest and len(values) <= 2


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


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
    rows = _rows(found)
    for link in found:
        for own, other in ((link.a, link.b), (link.b, link.a)):
            key = id(own), other.group
            best[key] = max(best.get(key, link.odds), link.odds)
        if link.odds > 0 and not link.agree:
            against[link.a.group, link.b.group] += 1
    out = []
    for link in found:
        if link.agree:
            continue
        mutual = link.odds == best[id(link.a), link.b.group] == best[id(link.b), link.a.group]
        if mutual and _may_be_one(link, rivals) and not _names_a_part(link, rows):
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
    numbers = {id(o): o for link in found for o in (link.a, link.b)}.values()
    standing = Counter((o.kind, o.base, o.measure) for o in numbers)
    times = Counter((o.kind, o.base) for o in numbers)
    measures = {o.measure for o in numbers}
    partners: dict[int, list[Occurrence]] = defaultdict(list)
    for a, b in agreeing(found):
        partners[id(a)].append(b)
        partners[id(b)].append(a)
    for link, told in differences(found):
        alone = min(times[o.kind, o.base] for o in (link.a, link.b)) == 1
        sure = _chance_of_error(link, told, "slip of one" if alone else "slip")
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


def _chance_of_error(link: Link, told: Features, slip: str) -> float:
    """The chance that a difference is an error, 0 where the link is too weak for what tells: a sure count and digits
    swapped (`slip`) need less of it. Other small counts are hints at best."""
    odds = _models()["error"].odds(told)
    least = _LEAST_LINKED["otherwise"]
    if told["sure count"]:
        odds, least = max(odds, _SURE_COUNT), _LEAST_LINKED["count"]
    elif told["small"]:
        odds = min(odds, -_SURE_COUNT)
    elif "shape swapped" in told:
        least = _LEAST_LINKED[slip]
    return chance(odds) if link.odds >= least else 0.0


def _may_be_one(link: Link, rivals: Mapping[int, dict[Decimal, float]]) -> bool:
    """Whether two numbers may state one fact: both or neither planned, wanted, vague, of a year or of each; and not one
    of a list whose numbers are all told alike."""
    a, b, told = link.a, link.b, link.told
    if (
        a.target != b.target
        or a.vague != b.vague
        or a.planned != b.planned
        or told["other year"]
        or differ_in_year(a, b)
        or differ_in_reach(a, b)
    ):
        return False
    if told["other measure"] or any(name in told for name in _OWN_ROLES) or _NAMELESS & {a.measure, b.measure}:
        return False
    if a.in_table != b.in_table and not _tells_of_row(*((b, a) if a.in_table else (a, b))):
        return False
    if _are_of_two_things(a, b):
        return False
    extra = [_extra(rivals[id(x)], {a.base, b.base}, link.odds) for x in (a, b)]
    return min(extra) == 0 and max(extra) < 2


def _are_of_two_things(a: Occurrence, b: Occurrence) -> bool:
    """Whether two rates of completion that do not name of what are told in sentences of different things: 计划维修站点25处，
    实际完成27处，完成率108% is not of 计划改造管网56公里，实际完成56公里，完成率100%."""
    if not (a.frame and b.frame and _BARE_RATE.search(a.head) and _BARE_RATE.search(b.head)):
        return False
    return likeness(pairs(a.frame), pairs(b.frame)) < _SAME_THING


def _tells_of_row(words: Occurrence, cell: Occurrence) -> bool:
    """Whether a number in words is of what the cell's row is about: all of it, or what the words name too."""
    named = words.near | words.topic | words.lead | pairs(words.frame)
    return cell.whole or likeness(pairs(cell.row), named) >= _SAME_ROW


def _rows(found: list[Link]) -> dict[int, set[str]]:
    """The names of the rows of each table that are not of the whole."""
    rows: dict[int, set[str]] = defaultdict(set)
    for o in (o for link in found for o in (link.a, link.b)):
        if o.in_table and not o.whole and len(o.row) > _SHORTEST_ROW:
            rows[o.group[0]].add(o.row)
    return rows


def _names_a_part(link: Link, rows: Mapping[int, set[str]]) -> bool:
    """Whether a number in words names another row of the table than that of the whole: 其中草原修复执行率90.34%."""
    words, cell = (link.b, link.a) if link.a.in_table else (link.a, link.b)
    return cell.whole and not words.in_table and any(row in words.head for row in rows[cell.group[0]])


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
    return distance <= 2 or changed(x, y)


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
    if len(x) > 2 and changed(x, y):
        return "digit"
    return "lost" if min(len(x), len(y)) > 1 and (lost(x, y) or lost(y, x)) else "other"


# --- the models -------------------------------------------------------------------------------------------------------


@cache
def _models() -> dict[str, Logistic]:
    return {name: Logistic.of(record) for name, record in load_json("linking").items()}
