"""Scoring criteria as formulas: what a text of 评分标准 awards and deducts, and what it gives for a measured rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache, lru_cache, partial
from typing import Literal, get_args

from extractor.data import load, pattern
from extractor.quantity import Interval, exact, fold

_GRAMMAR = load("score_rule")
_WORDS = _GRAMMAR["words"]
_word = partial(pattern, "score_rule", "words")
_NUMERALS: dict[str, str] = _GRAMMAR["numerals"]
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_LONGEST = 2000

Kind = Literal[
    "award",
    "range",
    "full",
    "zero",
    "deduct",
    "each",
    "each_award",
    "step",
    "ratio",
    "linear",
    "maximum",
    "proportion",
    "shortfall",
]
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
FORMULAS: tuple[Kind, ...] = ("step", "ratio", "proportion", "linear", "each_award", "shortfall")
"""Statements that award anything between nothing and all."""
Way = Literal["down", "up", "both", "found"]
Part = Literal["any", "dropped", "whole"]


@dataclass(frozen=True, slots=True)
class Amount:
    """Points, or a share of the weight in per cent; `start:end` are its digits in the text as written."""

    value: Decimal
    share: bool
    start: int
    end: int

    def of(self, weight: Decimal) -> Decimal:
        return weight * self.value / _HUNDRED if self.share else self.value


@dataclass(frozen=True, slots=True)
class Zone:
    """The measured values (in %) from `low` to `high`; None where there is no such end. Whether an end belongs to it is
    left open: authors are careless there."""

    low: Decimal | None = None
    high: Decimal | None = None

    def surely(self, x: Interval) -> bool:
        return (self.low is None or x.low > self.low) and (self.high is None or x.high < self.high)

    def possibly(self, x: Interval) -> bool:
        return (self.low is None or x.high >= self.low) and (self.high is None or x.low <= self.high)

    def narrowed(self, other: Zone) -> Zone:
        lows = [z.low for z in (self, other) if z.low is not None]
        highs = [z.high for z in (self, other) if z.high is not None]
        return Zone(max(lows, default=None), min(highs, default=None))


@dataclass(frozen=True, slots=True)
class Step:
    """Every `size` percentage points in the direction `way`; `part` tells what becomes of a step that is begun only,
    `start` from where they are counted, if the step says so."""

    way: Way
    size: Decimal
    part: Part
    start: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Every `size` of a unit that is no rate: every 2 天, every 处. `whole` tells that only full ones count."""

    size: Decimal
    unit: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of points. `lead` are the words before it since the statement before, `zone` the condition on the
    measured value that they set, `otherwise` whether they begin with 否则. `top` is the end of a range of points."""

    kind: Kind
    lead: str
    amount: Amount | None = None
    top: Amount | None = None
    zone: Zone | None = None
    step: Step | None = None
    otherwise: bool = False
    span: Zone | None = None

    @property
    def count(self) -> Count | None:
        """What a repeated deduction is made for."""
        m = next((m for form in _counts() if (m := form.search(self.lead))), None)
        if self.kind != "each" or m is None:
            return None
        size = Decimal(_NUMERALS.get(m["size"], m["size"]))
        return Count(size, m["unit"], bool(_word("whole_steps").search(m["way"])))

    @property
    def graded(self) -> bool:
        """Whether it is one of several alternatives rather than a part of a whole."""
        return self.otherwise or self.zone is not None or bool(_word("graded").search(self.lead))


@dataclass(frozen=True, slots=True)
class Criteria:
    """A text of criteria as clauses. `complete` tells that nothing about points or rates was left unread, `vague` that
    it leaves something to judgement, `rates` how the names of its rates end, `names` the same with definitions and formulas,
    `items` how many numbered items it has, `cut` that its beginning or end may be
    lost: it ends within a sentence, or its numbering does not begin with one."""

    clauses: tuple[Clause, ...]
    complete: bool
    vague: bool
    rates: tuple[str, ...]
    names: tuple[str, ...]
    items: int
    cut: bool

    def of(self, *kinds: Kind) -> list[Clause]:
        return [c for c in self.clauses if c.kind in kinds]


# --- reading ------------------------------------------------------------------------------------------------------


@cache
def _tokens() -> list[tuple[str, re.Pattern[str]]]:
    """The kinds of tokens with their patterns, in the order in which they are tried."""
    names = {
        "{N}": _GRAMMAR["number"],
        "{W}": _GRAMMAR["word_number"],
        "{V}": _GRAMMAR["variable"],
        "{FULL}": f"(?:{_GRAMMAR['full']})",
        "{X}": _GRAMMAR["times"],
        "{H}": _WORDS["contained"].replace("{N}", _GRAMMAR["number"]),
    }
    out = []
    for token in _GRAMMAR["token"]:
        form = token["pattern"]
        for name, meaning in names.items():
            form = form.replace(name, meaning)
        out.append((token["kind"], re.compile(form)))
    return out


@cache
def _counts() -> list[re.Pattern[str]]:
    words = _GRAMMAR["counted"]
    filled = (
        words[name].replace("{W}", _GRAMMAR["word_number"]).replace("{U}", f"(?:{words['units']})")
        for name in ("sized", "every")
    )
    return [re.compile(form) for form in filled]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    m: re.Match[str]
    start: int
    end: int


def _scan(text: str) -> list[_Token]:
    """The tokens of a text, none over another: where several could stand, the kind that is tried first."""
    taken = bytearray(len(text))
    found = []
    for kind, form in _tokens():
        for m in form.finditer(text):
            start, end = m.span()
            if end > start and taken.find(1, start, end) < 0:
                taken[start:end] = b"\1" * (end - start)
                found.append(_Token(kind, m, start, end))
    return sorted(found, key=lambda t: t.start)


@lru_cache(maxsize=1 << 12)
def parse(text: str) -> Criteria:
    """The clauses of a text of criteria."""
    folded = fold(text[:_LONGEST])
    positions = [i for i, c in enumerate(folded) if not c.isspace()]
    squeezed = "".join(folded[i] for i in positions)
    tokens = _scan(squeezed)
    left = _without(squeezed, tokens)
    reader = _Reader(squeezed, positions)
    clauses = tuple(_with_parts(clause, tokens) for clause in reader.read(tokens))
    rated = "".join(squeezed[a:b] for a, b in _between(tokens, len(squeezed)))
    return Criteria(
        clauses,
        complete=len(text) <= _LONGEST and not reader.lost and _word("unread").search(left) is None,
        vague=any(t.kind == "vague" for t in tokens),
        rates=_rate_names(rated),
        names=_rate_names(squeezed),
        items=len(_word("item").findall(squeezed)),
        cut=_is_cut(squeezed),
    )


def _without(text: str, tokens: list[_Token]) -> str:
    """The text with its tokens blanked out."""
    out, at = "", 0
    for token in tokens:
        out += text[at : token.start] + "\n" * (token.end - token.start)
        at = token.end
    return out + text[at:]


def _with_parts(clause: Clause, tokens: list[_Token]) -> Clause:
    """The clause with what the text says of steps that are begun only: 不足1个百分点不扣, 不足1个百分点按1个百分点计."""
    said = [t.m.group() for t in tokens if t.kind == "floor"]
    if clause.step is None or len(said) != 1:
        return clause
    part: Part = "dropped" if _word("dropped").search(said[0]) else "whole"
    return replace(clause, step=replace(clause.step, part=part))


def _is_cut(text: str) -> bool:
    first = _word("item").search(text)
    return bool(_word("open_end").search(text)) or (first is not None and first.group() not in _WORDS["first_items"])


def _rate_names(text: str) -> tuple[str, ...]:
    """How the names of the rates in a text end, 知晓度 as 知晓率."""
    plain = pattern("score_rule", "measured", "rate_words")
    found = (plain.sub("率", m.group()) for m in _word("rates").finditer(text))
    return tuple(sorted({name[-3:] for name in found}))


def _between(tokens: list[_Token], length: int) -> Iterator[tuple[int, int]]:
    """The stretches of a text that no definition or product covers."""
    at = 0
    for token in tokens:
        if token.kind in ("definition", "ratio", "proportion", "linear"):
            yield at, token.start
            at = token.end
    yield at, length


class _Reader:
    """Walks over the tokens with what is pending: the conditions and the step that the next points depend on."""

    def __init__(self, text: str, positions: list[int]) -> None:
        self.text, self.positions = text, positions
        self.lost = False
        self._forget(0)

    def _forget(self, at: int) -> None:
        self.zone: Zone | None = None
        self.step: Step | None = None
        self.otherwise = False
        self.since = at

    def read(self, tokens: list[_Token]) -> Iterator[Clause]:
        for token in tokens:
            if token.kind in ("at_least", "at_most", "between"):
                self._condition(token)
            elif token.kind == "step":
                self.step = _step(token.m)
                self.since = min(self.since, token.start)
            elif token.kind == "otherwise":
                self.otherwise = True
            elif token.kind == "stop":
                self._stop(token)
            elif token.kind in ("definition", "exhaust", "floor", "cap", "vague"):
                continue
            else:
                yield self._clause(token)
                self._forget(token.end)

    def _condition(self, token: _Token) -> None:
        groups = token.m.groupdict()
        if token.kind == "between":
            ends = sorted((Decimal(groups["low"]), Decimal(groups["high"])))
            zone = Zone(ends[0], ends[1])
        else:
            value = Decimal(groups["n"])
            zone = Zone(low=value) if token.kind == "at_least" else Zone(high=value)
        self.zone = zone if self.zone is None else self.zone.narrowed(zone)
        low, high = self.zone.low, self.zone.high
        if low is not None and high is not None and low > high:
            self.lost = True

    def _stop(self, token: _Token) -> None:
        """A sentence ends. A condition that no points follow is not understood."""
        self.lost = self.lost or self.zone is not None or self.step is not None
        self._forget(token.end)

    def _clause(self, token: _Token) -> Clause:
        lead = self.text[self.since : token.start]
        groups = token.m.groupdict()
        amount = self._amount(token, "share") or self._amount(token, "n") or self._amount(token, "m")
        clause = Clause(
            _KINDS[token.kind], lead, amount, self._amount(token, "top"), self.zone, self.step, self.otherwise
        )
        if token.kind == "linear":
            return replace(clause, span=Zone(Decimal(groups["low"]), Decimal(groups["high"])))
        if token.kind == "shortfall":
            return replace(clause, step=_missing(token.m))
        if token.kind == "deduct":
            return self._deduction(clause)
        if self.step is not None:
            self.lost = True
        return clause

    def _deduction(self, clause: Clause) -> Clause:
        if clause.step is not None:
            return replace(clause, kind="step")
        if clause.zone is None and _word("repeated").search(clause.lead):
            return replace(clause, kind="each")
        return clause

    def _amount(self, token: _Token, name: str) -> Amount | None:
        text = token.m.groupdict().get(name)
        if text is None:
            return None
        start, end = token.m.span(name)
        value = Decimal(_NUMERALS.get(text, text))
        return Amount(value, name == "share", self.positions[start], self.positions[end - 1] + 1)


def _step(m: re.Match[str]) -> Step:
    words = m["way"]
    up, down = _word("up").search(words), _word("down").search(words)
    if _word("found").search(words):
        return Step("found", Decimal(_NUMERALS.get(m["size"], m["size"])), "any")
    way: Way = "both" if _word("both").search(words) or (up and down) else "up" if up else "down"
    size = Decimal(_NUMERALS.get(m["size"], m["size"]))
    start = m["from"] or m["target"]
    part: Part = "dropped" if _word("whole_steps").search(words) else "any"
    return Step(way, size, part, Decimal(start) if start else None)


def _missing(m: re.Match[str]) -> Step:
    """What 得分=4-（100-到位率）×0.1 multiplies: points of the rate, or shares of one where it is written so."""
    base = Decimal(m["base"].rstrip("%"))
    shares = m["base"].endswith("%") or base == 1
    size = _HUNDRED if shares and m["hundred"] is None else Decimal(1)
    return Step("down", size, "any", _HUNDRED if base == 1 else base)


# --- what the points add up to ------------------------------------------------------------------------------------


def parts(criteria: Criteria) -> list[Clause]:
    """The points that the criteria award, in their order."""
    return [c for c in criteria.of("award") if c.amount and not c.otherwise]


def rounds(clauses: list[Clause], weight: Decimal) -> list[list[Clause]]:
    """The clauses cut where their points reach the weight; empty where they do not come out even. Criteria of two
    projects under one indicator give the weight twice."""
    out: list[list[Clause]] = []
    current: list[Clause] = []
    total = _ZERO
    for clause in clauses:
        assert clause.amount is not None
        current.append(clause)
        total += clause.amount.of(weight)
        if total > weight:
            return []
        if total == weight:
            out.append(current)
            current, total = [], _ZERO
    return [] if current else out


def losses(criteria: Criteria, weight: Decimal) -> frozenset[Decimal] | None:
    """Every loss of points that the deductions of the criteria can make, None where they do not say. Only for criteria
    that award all points at once and deduct fixed amounts."""
    single = [c.amount.of(weight) for c in criteria.of("deduct") if c.amount]
    repeated = [c.amount.of(weight) for c in criteria.of("each") if c.amount]
    if not single + repeated or criteria.vague or not criteria.complete or min(single + repeated) <= 0:
        return None
    if criteria.of("range", *FORMULAS) or len(criteria.of("award", "full")) > 1:
        return None
    reached = {_ZERO}
    for amount in single:
        reached |= {r + amount for r in reached if r + amount <= weight}
    for amount in repeated:
        times = int(weight / amount)
        if times > _MOST_TIMES:
            return None
        reached |= {r + amount * k for r in reached for k in range(1, times + 1) if r + amount * k <= weight}
    # Deductions go on until nothing is left, and words may take it all at once.
    if repeated or criteria.of("zero"):
        reached.add(weight)
    return frozenset(reached)


_MOST_TIMES = 200


# --- what a measured value gives ----------------------------------------------------------------------------------


def outcomes(criteria: Criteria, weight: Decimal, x: Interval, target: Zone | None = None) -> list[Interval]:
    """The scores that the criteria may give for a measured rate, by every reading that authors use; the plainest first.
    Empty where the criteria do not say. `target` is the rate to be reached where it stands elsewhere."""
    if not criteria.complete or len(criteria.rates) > 1:
        return []
    with_zone = [c for c in criteria.clauses if c.zone is not None and c.kind != "step"]
    if (
        _is_unclear(with_zone)
        or _is_of_part(criteria, with_zone, weight)
        or any(_word("also").search(c.lead) for c in with_zone)
    ):
        return []
    conditioned = _tiers(with_zone)
    forbidden = [c for c in conditioned if c.kind == "zero" and c.zone and c.zone.surely(x)]
    if forbidden:
        return [exact(_ZERO)]
    found: list[Interval] = []
    for clause in conditioned:
        assert clause.zone is not None
        if clause.kind in (*FORMULAS, "each", "maximum"):
            continue
        if clause.zone.possibly(x):
            found.append(_given(clause, weight))
            if clause.zone.surely(x):
                return found
    formulas = [result for c in criteria.clauses for result in _formula(c, criteria, weight, x, target)]
    if formulas:
        return found + formulas
    if criteria.vague:
        return []
    if any(c.kind == "zero" and c.otherwise for c in criteria.clauses):
        found.append(exact(_ZERO))
        return found
    return found if _are_all_met(conditioned, x) else []


def _is_unclear(clauses: list[Clause]) -> bool:
    """Whether high values are both rewarded and ruled out: the conditions speak of different things."""
    upward = {c.kind == "zero" for c in clauses if c.zone and c.zone.low is not None and c.zone.high is None}
    return len(upward) > 1


def _is_of_part(criteria: Criteria, tiers: list[Clause], weight: Decimal) -> bool:
    """Whether the tiers are worth a part of the points only, while other words give the rest: 机制健全2分，覆盖率60%以上2分、
    50%以上1分."""
    others = [c for c in criteria.of("award") if c.amount and c.zone is None and not c.otherwise]
    if not others or any(c.kind == "full" and c.amount is None for c in criteria.clauses):
        return False
    best = max((_given(c, weight).high for c in tiers if c.kind not in FORMULAS), default=weight)
    return best < weight


def _are_all_met(clauses: list[Clause], x: Interval) -> bool:
    """Whether the value lies within what the tiers cover, at a border between two."""
    return sum(1 for c in clauses if c.zone and c.zone.possibly(x)) > 1


def _tiers(clauses: list[Clause]) -> list[Clause]:
    """95%以上 4分, 90%以上 3分: each tier ends where the better one begins."""
    lows = sorted({c.zone.low for c in clauses if c.zone and c.zone.low is not None and c.zone.high is None})
    highs = sorted({c.zone.high for c in clauses if c.zone and c.zone.high is not None and c.zone.low is None})
    out = []
    for clause in clauses:
        zone = clause.zone
        assert zone is not None
        if zone.high is None and zone.low is not None:
            zone = Zone(zone.low, next((v for v in lows if v > zone.low), None))
        elif zone.low is None and zone.high is not None:
            zone = Zone(next((v for v in reversed(highs) if v < zone.high), None), zone.high)
        out.append(replace(clause, zone=zone))
    return out


def _given(clause: Clause, weight: Decimal) -> Interval:
    if clause.kind == "zero":
        return exact(_ZERO)
    if clause.amount is None:
        return exact(weight)
    amount = clause.amount.of(weight)
    if clause.kind in ("deduct", "step"):
        return exact(max(weight - amount, _ZERO))
    if clause.top is not None:
        top = clause.top.of(weight)
        return Interval(min(amount, top), max(amount, top))
    return exact(amount)


def _formula(clause: Clause, criteria: Criteria, weight: Decimal, x: Interval, target: Zone | None) -> list[Interval]:
    base = full_from(criteria) or target
    if clause.kind in ("ratio", "proportion"):
        plain = [x.scaled(weight / _HUNDRED)]
        if base and base.low and base.low != _HUNDRED:
            plain.append(x.scaled(weight / base.low))
        return [_within(r, weight) for r in plain]
    if clause.kind == "linear" and clause.span and clause.span.low is not None and clause.span.high:
        width = clause.span.high - clause.span.low
        return [_within((x - exact(clause.span.low)).scaled(weight / width), weight)] if width > 0 else []
    if clause.kind in ("step", "shortfall"):
        return [_within(exact(weight) - lost, weight) for lost in step_losses(clause, criteria, weight, x, target)]
    return []


def full_from(criteria: Criteria) -> Zone | None:
    """Where the full marks begin."""
    zones = [c.zone for c in criteria.of("full", "award") if c.zone]
    lows = [z for z in zones if z.low is not None]
    if lows:
        return max(lows, key=lambda z: z.low or _ZERO)
    return zones[0] if zones else None


def step_losses(
    clause: Clause, criteria: Criteria, weight: Decimal, x: Interval, target: Zone | None = None
) -> list[Interval]:
    """What a deduction by steps takes from a measured value: in proportion, by whole points, by begun or full steps;
    all that is beyond the base, which is 100 % where the text has no more than the steps."""
    if clause.step is None or clause.amount is None or clause.step.size <= 0:
        return []
    start = clause.step.start
    base = Zone(low=start, high=start) if start is not None else full_from(criteria) or target
    # 达到序时进度得满分, 每低于序时进度1个百分点扣…: the base is another number than 100 %.
    unnamed = any(c.lead for c in criteria.of("full", "award"))
    if clause.step.way != "found" and base is None and (unnamed or clause.step.way == "up"):
        return []
    amount, step = clause.amount.of(weight), clause.step
    out: list[Interval] = []
    for distance in _distances(step.way, base, x):
        low, high = distance.low / step.size, distance.high / step.size
        proportional = Interval(low * amount, high * amount)
        # Full steps are counted on the value as it is shown.
        shown = (low + high) / 2
        floors, ceilings = exact(_floor(shown) * amount), exact(_ceiling(shown) * amount)
        out += {"any": [proportional, floors, ceilings], "dropped": [floors], "whole": [ceilings]}[step.part]
    return out


def count_losses(clause: Clause, weight: Decimal, number: Decimal, divisible: bool) -> list[Interval]:
    """What a repeated deduction takes for a number of places, days …, by every reading; nothing beyond the weight."""
    if clause.count is None or clause.amount is None or clause.count.size <= 0:
        return []
    amount, times = clause.amount.of(weight), number / clause.count.size
    readings = [_floor(times)] if clause.count.whole else [times, _floor(times), _ceiling(times)]
    if not divisible and times != _floor(times):
        readings = [_floor(times), _ceiling(times)]
    return [exact(min(reading * amount, weight)) for reading in readings]


def _distances(way: Way, base: Zone | None, x: Interval) -> Iterator[Interval]:
    if way == "found":
        yield min(x, exact(_HUNDRED) - x, key=lambda distance: distance.low)
        return
    low = base.low if base and base.low is not None else None
    high = base.high if base and base.high is not None else None
    if low is None and high is None:
        low = high = _HUNDRED
    above = high if high is not None else low
    if low is not None and (way == "down" or (way == "both" and x.low < low)):
        yield from _beyond(Interval(low - x.high, low - x.low), low)
    if above is not None and (way == "up" or (way == "both" and x.high > above)):
        yield from _beyond(Interval(x.low - above, x.high - above), above)
    if way == "both" and low is not None and above is not None and low <= x.low and x.high <= above:
        yield exact(_ZERO)


def _beyond(distance: Interval, base: Decimal) -> Iterator[Interval]:
    """The distance in percentage points, and relative to the base: 每低于目标值1%."""
    plain = distance if distance.high > _ZERO else exact(_ZERO)
    yield plain
    if base not in (_ZERO, _HUNDRED):
        yield plain.scaled(_HUNDRED / base)


def _within(value: Interval, weight: Decimal) -> Interval:
    return Interval(min(max(value.low, _ZERO), weight), min(max(value.high, _ZERO), weight))


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR)


def _ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)
