"""Rule table.column: columns that others give. The formula is told by the words of the headers or found in the rows that
obey it, on the table and on the table turned over; the rows that break a formula that has proved itself are wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache, reduce
from itertools import pairwise

from extractor.checks.engine.diagnosis import diagnose
from extractor.checks.engine.digits import slip
from extractor.checks.engine.equation import written
from extractor.checks.engine.evaluate import HUNDRED, evaluate, holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.grid import Grid, is_average, is_percent
from extractor.checks.sources.induction import (
    DIGITS,
    ONE,
    TEN_THOUSAND,
    Column,
    Evidence,
    Formula,
    Kind,
    Number,
    compute,
    induce,
)
from extractor.checks.sources.reading import Reading
from extractor.data import load
from extractor.quantity import MONEY, Figure, Interval, exact
from extractor.result import CheckKind

RULE = "table.column"
_SETTINGS = load("table_column")
_CONFIDENCE = load("confidence")["table_column"]
_PLAIN = re.compile(_SETTINGS["plain"])
_TOTAL = re.compile(_SETTINGS["total"])
_RANK = re.compile(_SETTINGS["rank"])
_SUMMARY = re.compile(load("checks")["rate_name"])
_ADDITIVE = ("sum", "difference")
_MULTIPLIED = ("ratio", "quotient", "product")
_CONSTANT = ("scaled", "part", "rest")
_KINDS: dict[Kind, CheckKind] = {
    "sum": "sum",
    "difference": "difference",
    "product": "product",
    "ratio": "ratio",
    "quotient": "ratio",
    "growth": "ratio",
    "share": "ratio",
    "mean": "mean",
    "scaled": "product",
    "part": "ratio",
    "rest": "difference",
}
# What makes a formula known without words: so many digits over so many rows; with words, less.
_ROWS, _DIGITS_NAMED = 2, 2
# Columns that are the same: so many different amounts, of so many digits, so many times those that differ.
_FEWEST_TWINS, _TELLING_DIGITS, _AGREEING = 6, 4, 3
# Of formulas that were found among very many: parts of all kinds, multiples, powers of ten, constants.
_DIGITS_RARE, _ROWS_RARE, _ROWS_CONSTANT = 8, 3, 4
_DIGITS_SHOWN = 4
"""How many digits must agree beyond what rounding asks for before the numbers as shown are those reckoned with."""
_MANY_ROWS = 4
"""So many rows speak for what the words say even where all of them read 100 %."""
_MOST_COLUMNS = 40
"""Wider tables (long ones turned over) are read by their words alone."""
_MOST_ROWS_SHARED = 40
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """What the words of a header tell: a result of this name is of this kind, from columns of these names."""

    kind: Kind
    result: re.Pattern[str]
    first: re.Pattern[str]
    second: re.Pattern[str]


_RELATIONS = tuple(
    Relation(r["kind"], re.compile(r["result"]), re.compile(r["first"]), re.compile(r["second"]))
    for r in _SETTINGS["relation"]
)


@lru_cache(maxsize=1 << 12)
def _results(name: str) -> tuple[Relation, ...]:
    """The relations that have a result of this name."""
    return tuple(relation for relation in _RELATIONS if relation.result.search(name))


@lru_cache(maxsize=1 << 13)
def _is_first(relation: Relation, name: str) -> bool:
    return bool(relation.first.search(name))


@lru_cache(maxsize=1 << 13)
def _is_second(relation: Relation, name: str) -> bool:
    return bool(relation.second.search(name))


def propose(reading: Reading) -> Iterator[Proposal]:
    """The equations of every column, and of every row as a column of the table turned over."""
    for grid in reading.grids:
        for band in grid.bands():
            for view in (band, band.turn()):
                frame = Frame(view)
                yield from _columns(frame)
                yield from _ranks(frame)
                if not view.turned:
                    yield from _twins(frame)


class Frame:
    """A grid as columns of numbers. Behind the table's own columns stand those that repeat a total in every line, so
    that a share is a ratio of two columns."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.lines = [i for i in range(grid.first, len(grid.lines)) if grid.figures(i) and self._holds_amounts(i)]
        totals = set(grid.totals())
        self.data = [i for i in self.lines if i not in totals]
        filled: dict[int, int] = defaultdict(int)
        for line in self.lines:
            for column in grid.figures(line):
                filled[column] += 1
        self.own = [c for c in sorted(filled) if not grid.is_ordinal(c, self.data)]
        self.places: list[tuple[int, tuple[int, ...]]] = [(c, ()) for c in self.own]
        self._numbers: dict[tuple[Decimal, int, str | None], Number] = {}
        self.columns = [self._column(c) for c in self.own]
        self.shares = list(self._totals(sorted(totals)))

    def _holds_amounts(self, line: int) -> bool:
        """Whether a line's numbers can follow from each other: no rates, which other lines give (the table turned over
        sees to it), and no running numbers."""
        figures = self.grid.figures(line).values()
        label = self.grid.label(line)
        return not is_percent(label, figures) and not (self.grid.turned and self.grid.source.is_running(line))

    def _column(self, column: int) -> Column:
        grid, name = self.grid, self.grid.names[column]
        shown = {i: f for i in self.lines if (f := grid.figures(i).get(column))}
        numbers = {i: self._number(f, grid.unit(i, column)) for i, f in shown.items()}
        plain = bool(_PLAIN.search(name)) and not is_average(name)
        is_total, is_named = bool(_TOTAL.search(name)), bool(_results(name))
        return Column(numbers, is_percent(name, shown.values()), plain, is_total, is_named)

    def _number(self, figure: Figure, unit: str | None) -> Number:
        told = figure.value, figure.places, unit
        if told not in self._numbers:
            scale = MONEY.get(unit or "", ONE)
            step = Decimal(1).scaleb(-figure.places) * scale
            is_exact = not figure.places or unit == "分"
            self._numbers[told] = Number(figure.value * scale, Decimal(0) if is_exact else step / 2, step)
        return self._numbers[told]

    def _totals(self, totals: list[int]) -> Iterator[Formula]:
        """The shares that a column of rates can be: of the total that a line states, or of all lines where none does."""
        rates = [k for k, c in enumerate(self.columns) if c.rate]
        amounts = [k for k, c in enumerate(self.columns) if not c.rate]
        if not rates or len(self.data) < 2:
            return
        for amount in amounts:
            numbers = self.columns[amount].numbers
            sums: list[tuple[int, ...]] = [(t,) for t in totals if t in numbers]
            if not sums and 2 <= len(numbers) <= _MOST_ROWS_SHARED:
                sums = [tuple(numbers)]
            for lines in sums:
                parts = [numbers[i] for i in lines]
                whole = Number(
                    sum((n.value for n in parts), Decimal(0)), sum((n.half for n in parts), Decimal(0)), parts[0].step
                )
                self.columns.append(Column(dict.fromkeys(self.lines, whole)))
                self.places.append((self.places[amount][0], lines))
                for rate in rates:
                    yield Formula("ratio", rate, (amount, len(self.columns) - 1))

    def terms(self, column: int, line: int) -> list[Term]:
        """The number of a column in a line; of a column that repeats a total, the numbers that make it."""
        place, fixed = self.places[column]
        return [self.grid.term(i, place) for i in fixed or (line,)]

    def shows_percent(self, column: int, line: int) -> bool:
        """Whether a number is a rate by its sign or that of its header, not by the words around it alone."""
        figure = self.grid.figures(line).get(self.places[column][0])
        return self.columns[column].rate and (
            figure is not None and figure.unit == "%" or any(sign in self.name(column) for sign in "%％")
        )

    def name(self, column: int) -> str:
        place, fixed = self.places[column]
        return "合计" if fixed else self.grid.names[place]

    @cached_property
    def named(self) -> list[Formula]:
        """The formulas that the words of the headers suggest."""
        out: dict[tuple[Kind, int, tuple[int, ...]], Formula] = {}
        for result, place in enumerate(self.own):
            for relation in _results(self.grid.names[place]):
                for formula in self._by(relation, result):
                    out.setdefault((formula.kind, formula.result, formula.operands), formula)
        return list(out.values())

    def _by(self, relation: Relation, result: int) -> Iterator[Formula]:
        rate = self.columns[result].rate
        if (relation.kind in ("ratio", "growth")) != rate and relation.kind != "mean":
            return
        if relation.kind in ("mean", "sum"):
            return  # runs of columns: found by their numbers, told by their name
        fit = [c for c in range(len(self.own)) if c != result]
        scaled = _is_scaled(relation)
        first = [c for c in fit if not self.columns[c].rate and _is_first(relation, self.name(c))]
        second = [c for c in fit if self.columns[c].rate == scaled and _is_second(relation, self.name(c))]
        first.sort(key=lambda c: abs(c - result))
        second.sort(key=lambda c: abs(c - result))
        for a in first[:_MOST_NAMED]:
            for b in second[:_MOST_NAMED]:
                if a != b:
                    factor = 1 / HUNDRED if relation.kind == "product" and self.columns[b].rate else ONE
                    yield Formula(relation.kind, result, (a, b), factor=factor)

    def is_named(self, formula: Formula) -> bool:
        """Whether the headers' words speak for a formula."""
        relations = [r for r in _results(self.name(formula.result)) if r.kind == formula.kind]
        first, *others = (self.name(c) for c in formula.operands) if relations else ("",)
        return any(_is_first(r, first) and all(_is_second(r, name) for name in others) for r in relations)


def _is_scaled(relation: Relation) -> bool:
    """Whether the second factor is a rate: 得分 = 分值 × 完成率."""
    return relation.kind == "product" and bool(relation.second.search("率"))


# --- which formulas hold ------------------------------------------------------------------------------------------


def _columns(frame: Frame) -> Iterator[Proposal]:
    if len(frame.own) < 2 or not frame.lines:
        return
    width = len(frame.own) if len(frame.own) <= _MOST_COLUMNS and len(frame.lines) > 1 else 0
    found = induce(frame.columns, frame.lines, [*frame.named, *frame.shares], width)
    by_result: dict[int, list[Evidence]] = defaultdict(list)
    for e in _apart(frame, found):
        by_result[e.formula.result].append(e)
    for evidences in by_result.values():
        yield from _of_result(frame, evidences)


def _apart(frame: Frame, found: list[Evidence]) -> list[Evidence]:
    """One formula for each set of columns: what is a sum one way is a difference the other."""
    best: dict[tuple[str, frozenset[int]], Evidence] = {}
    for e in found:
        if e.formula.kind in ("scaled", "part") and frame.grid.turned:
            continue  # what one unit has is not made of what another has
        if not (_is_known(e) or frame.is_named(e.formula) and (e.obeying or e.breaking)):
            continue
        kind = e.formula.kind
        family = "additive" if kind in _ADDITIVE else "multiplied" if kind in _MULTIPLIED else kind
        key = family, e.formula.columns
        if key not in best or _preferred(frame, e) > _preferred(frame, best[key]):
            best[key] = e
    return list(best.values())


def _preferred(frame: Frame, e: Evidence) -> tuple[object, ...]:
    f = e.formula
    at_an_end = f.result in (min(f.columns), max(f.columns))
    return (
        frame.is_named(f),
        e.support - len(e.breaking),
        frame.columns[f.result].rate,
        at_an_end,
        f.kind in ("sum", "product"),
        f.result,
    )


def _is_known(e: Evidence) -> bool:
    """Whether the rows alone prove a formula."""
    digits, rows = _needed(e.formula)
    return e.digits >= digits and e.support >= rows and e.support > len(e.breaking)


def _needed(formula: Formula) -> tuple[int, int]:
    """The digits and rows that prove a formula, by how many of its kind were tried."""
    if formula.kind in _CONSTANT:
        return _DIGITS_RARE, _ROWS_CONSTANT
    powers = formula.kind in _MULTIPLIED and formula.factor not in (ONE, 1 / HUNDRED, 1 / TEN_THOUSAND)
    parts = formula.kind == "sum" and max(formula.operands) - min(formula.operands) >= len(formula.operands)
    multiples = any(abs(s) > 1 for s in formula.signs)
    return (_DIGITS_RARE, _ROWS_RARE) if powers or parts or multiples else (DIGITS, _ROWS)


def _of_result(frame: Frame, evidences: list[Evidence]) -> Iterator[Proposal]:
    """The rows that obey a formula, and of the best one those that break it."""
    ranked = sorted(evidences, key=lambda e: _rank(frame, e), reverse=True)
    best = ranked[0]
    rough = _beyond_rounding(frame, best)
    for line in rough:
        yield from _wrong(frame, best, line, _CONFIDENCE["named"], as_shown=True)
    for e in ranked:
        for line in e.obeying:
            if e is not best or line not in rough:
                yield from _right(_proposal(frame, e.formula, line, _CONFIDENCE["proven"]))
    confidence = _confidence(frame, best, ranked)
    if confidence is None:
        slipped = [p for i in best.breaking for p in _slips(_wrong(frame, best, i, _CONFIDENCE["single"]))]
        if _may_slip(frame, best, ranked, len(slipped)):
            yield from slipped
        return
    for line in best.breaking:
        if not _is_explained(frame, best, ranked, line):
            yield from _wrong(frame, best, line, confidence)


def _rank(frame: Frame, e: Evidence) -> tuple[object, ...]:
    return e.support - 2 * len(e.breaking), frame.is_named(e.formula), len(e.obeying), -len(e.formula.operands)


def _confidence(frame: Frame, e: Evidence, others: list[Evidence]) -> float | None:
    """How sure a miss of a formula is; None where the rows do not speak for it."""
    named = frame.is_named(e.formula)
    if _is_known(e) and e.support >= 3 and len(e.breaking) <= max(1, e.support // 4):
        proven: float = _CONFIDENCE["proven"]
        return proven
    speaks = e.support >= 2 and e.digits >= _DIGITS_NAMED or len(e.obeying) >= _MANY_ROWS
    if named and speaks and len(e.breaking) <= max(1, len(e.obeying) // 3):
        few: float = _CONFIDENCE["named"]
        return few
    rivals = [o for o in others if o is not e and frame.is_named(o.formula) and (o.obeying or not e.obeying)]
    if named and not rivals and len(e.breaking) == 1 and frame.shows_percent(e.formula.result, e.breaking[0]):
        single: float = _CONFIDENCE["single"]
        return single
    return None


def _may_slip(frame: Frame, e: Evidence, others: list[Evidence], slips: int) -> bool:
    """Whether a rate that the words of its header explain may be wrong in as many rows as it is right in, for each of
    which one slip of the pen answers; where it answers for all, or all is spent in each of them, half as many that are
    right are enough. `slips` is for how many it answers."""
    rivals = [o for o in others if o is not e and o.support and frame.is_named(o.formula)]
    if not frame.is_named(e.formula) or rivals or not frame.columns[e.formula.result].rate:
        return False
    if e.formula.kind == "ratio" and all(_is_all_spent(frame, e.formula, line) for line in e.breaking):
        return len(e.breaking) <= _ROWS * len(e.obeying)
    shown = not frame.grid.turned and all(frame.shows_percent(e.formula.result, line) for line in e.breaking)
    few = shown and slips == len(e.breaking) <= _ROWS * e.support
    return few or e.support >= max(_ROWS, len(e.breaking))


def _is_all_spent(frame: Frame, formula: Formula, line: int) -> bool:
    part, base = (frame.columns[c].numbers[line].value for c in formula.operands)
    return part == base


def _slips(proposals: Iterator[Proposal]) -> Iterator[Proposal]:
    for evaluated in evaluate(list(proposals)):
        if diagnose(evaluated):
            yield evaluated.proposal


def _beyond_rounding(frame: Frame, e: Evidence) -> list[int]:
    """The rows that obey a formula only because their operands are rounded, where the others are reckoned from the
    operands as shown: there 2.6 of 2.7 are 96.30 %, not 97.30 %."""
    if e.formula.kind not in ("ratio", "quotient", "product", "share", "growth"):
        return []
    digits, exact_lines, off = 0, 0, []
    for line in e.obeying:
        stated = frame.columns[e.formula.result].numbers[line]
        computed = compute(e.formula, [frame.columns[c].numbers[line] for c in e.formula.operands])
        if computed is None or line in e.trivial:
            continue
        value, slack = computed
        if abs(stated.value - value) > stated.step:
            off.append(line)
        elif abs(stated.value - value) <= stated.step / 2 and slack > stated.step / 2:
            exact_lines += 1
            digits += (2 * slack / stated.step).adjusted()
    few = len(off) <= max(1, exact_lines // 4)
    return off if few and digits >= _DIGITS_SHOWN and exact_lines >= _ROWS else []


def _is_explained(frame: Frame, e: Evidence, others: list[Evidence], line: int) -> bool:
    """Whether a row that breaks a formula means something else: another formula of its kind gives the number, the line
    is a total that such a formula does not reach, a rate is capped, a sign or a place was left out on purpose."""
    f = e.formula
    if f.kind in ("product", "scaled") and line not in frame.data:
        return True
    if f.kind == "quotient" and line not in frame.data and _is_plain_mean(frame, f.result, line):
        return True
    if f.kind in _ADDITIVE and frame.grid.turned and (is_average(frame.grid.label(line)) or _is_among(frame, f, line)):
        return True
    if any(o is not e and o.formula.kind == f.kind and _explains(o, e, line) for o in others):
        return True
    [stated] = frame.terms(f.result, line)
    computed = _interval(frame, f, line)
    if computed is None:
        return True
    value = (computed.low + computed.high) / 2
    if frame.columns[f.result].rate and (stated.value == HUNDRED and value > HUNDRED or not stated.value):
        return True
    return value != 0 and any(abs(stated.value / value) == p for p in (1, HUNDRED, 1 / HUNDRED))


def _is_among(frame: Frame, formula: Formula, line: int) -> bool:
    """Whether a total row's number lies between those it would add up, as a mean of them does."""
    values = [frame.columns[c].numbers[line].value for c in formula.operands]
    return formula.kind == "sum" and min(values) < frame.columns[formula.result].numbers[line].value < max(values)


def _explains(other: Evidence, e: Evidence, line: int) -> bool:
    """Whether another formula gives the number of a row. One that gives this row alone, where several rows tell the two
    apart, tells how the number went wrong: a rate of another base than the rest."""
    if line not in other.obeying or line in other.trivial:
        return False
    alone = not any(i in e.breaking for i in other.obeying if i != line)
    apart = [i for i in other.breaking if i in e.obeying and i not in e.trivial]
    return not (alone and len(apart) >= _ROWS)


def _is_plain_mean(frame: Frame, column: int, line: int) -> bool:
    numbers = frame.columns[column].numbers
    values = [numbers[i].value for i in frame.data if i in numbers]
    mean = sum(values, Decimal(0)) / len(values) if values else Decimal(0)
    return abs(numbers[line].value - mean) <= numbers[line].step


# --- proposals ----------------------------------------------------------------------------------------------------


def _right(proposal: Proposal | None) -> Iterator[Proposal]:
    if proposal is not None and holds(proposal):
        yield proposal


def _wrong(frame: Frame, e: Evidence, line: int, confidence: float, as_shown: bool = False) -> Iterator[Proposal]:
    proposal = _proposal(frame, e.formula, line, confidence, as_shown)
    if proposal is None:
        return
    if e.formula.kind not in _CONSTANT:
        yield proposal
    else:  # a line may go by another rate of pay; one slip of the pen is told apart from that
        yield from _slips(iter([proposal]))


def _proposal(frame: Frame, formula: Formula, line: int, confidence: float, as_shown: bool = False) -> Proposal | None:
    [stated] = frame.terms(formula.result, line)
    operands = tuple(
        replace(t, unit="%") if frame.columns[c].rate else t for c in formula.operands for t in frame.terms(c, line)
    )
    if as_shown:
        operands = tuple(replace(t, is_exact=True) for t in operands)
    kind = _KINDS[formula.kind]
    if frame.columns[formula.result].rate:
        stated = replace(stated, unit="%")
    subject = _subject(frame, formula, stated)
    if _is_plain(formula, operands):
        return Proposal(RULE, kind, subject, operands, stated, confidence)
    computed = _interval(frame, formula, line, as_shown)
    if computed is None:
        return None
    sides = _written(formula, operands, stated)
    shown = "" if stated.unit is None else stated.unit
    value = round((computed.low + computed.high) / 2, max(stated.places, 2))
    return Proposal(
        RULE,
        kind,
        subject,
        operands,
        stated,
        confidence,
        expected=computed,
        expression=f"{sides} = {written(stated, stated.unit if stated.is_rate else None)}",
        reason=f"按{sides}计算应为{value:f}{shown}",
    )


def _is_plain(formula: Formula, operands: Sequence[Term]) -> bool:
    """Whether the engine knows the formula by its kind."""
    if formula.kind == "difference":
        return not formula.signs or formula.signs[0] == 1 and set(formula.signs[1:]) == {-1}
    if formula.kind == "quotient":
        return formula.factor == ONE and not any(t.unit in MONEY for t in operands)
    if formula.kind == "ratio":
        return len(operands) == 2
    if formula.kind == "product":
        return formula.factor == (1 / HUNDRED if any(t.is_rate for t in operands) else ONE)
    return formula.kind in ("sum", "mean")


def _interval(frame: Frame, formula: Formula, line: int, as_shown: bool = False) -> Interval | None:
    """What the operands allow, in the unit of the result."""
    values = [
        reduce(
            Interval.__add__,
            (
                (exact(t.value) if as_shown else t.interval).scaled(MONEY.get(t.unit or "", ONE))
                for t in frame.terms(c, line)
            ),
        )
        for c in formula.operands
    ]
    [stated] = frame.terms(formula.result, line)
    try:
        match formula.kind:
            case "sum" | "mean":
                out = reduce(Interval.__add__, values)
                out = out / exact(Decimal(len(values))) if formula.kind == "mean" else out
            case "difference":
                signs = formula.signs or (1, -1)
                parts = [v if s > 0 else -v for v, s in zip(values, signs, strict=True)]
                out = reduce(Interval.__add__, (v.scaled(Decimal(abs(s))) for v, s in zip(parts, signs, strict=True)))
            case "scaled":
                out = values[0].scaled(formula.constant)
            case "part":
                out = values[0].scaled(HUNDRED / formula.constant)
            case "rest":
                out = exact(formula.constant) - values[0]
            case "product":
                out = values[0] * values[1]
            case "share":
                out = (values[0] / reduce(Interval.__add__, values)).scaled(HUNDRED)
            case "growth":
                out = (values[0] / values[1]).scaled(HUNDRED) - exact(HUNDRED)
            case "ratio":
                out = (values[0] / values[1]).scaled(HUNDRED)
            case _:
                out = values[0] / values[1]
    except ZeroDivisionError:
        return None
    return out.scaled(formula.factor / MONEY.get(stated.unit or "", ONE))


def _written(formula: Formula, operands: Sequence[Term], stated: Term) -> str:
    """The computing side of a formula that the engine does not write itself."""
    units = {t.unit for t in operands if t.unit in MONEY}
    texts = [written(t, t.unit if len(units) > 1 or t.is_rate else None) for t in operands]
    match formula.kind:
        case "growth":
            return f"({texts[0]} - {texts[1]}) ÷ {texts[1]} × 100%"
        case "ratio" if len(texts) > 2:
            return f"{texts[0]} ÷ ({' + '.join(texts[1:])}) × 100%"
        case "share":
            return f"{texts[0]} ÷ ({' + '.join(texts)}) × 100%"
        case "quotient":
            return f"{texts[0]} ÷ {texts[1]}{_written_factor(formula.factor)}"
        case "product":
            rate = any(t.is_rate for t in operands)
            return f"{' × '.join(texts)}{'' if rate else _written_factor(formula.factor)}"
        case "scaled":
            each = "元" if stated.unit in MONEY and not units else ""
            return f"{texts[0]} × {formula.constant:f}{each}"
        case "part":
            return f"{texts[0]} ÷ {formula.constant:f} × 100%"
        case "rest":
            return f"{formula.constant:f} - {texts[0]}"
        case _:
            signs = formula.signs or (1,) * len(texts)
            texts = [t if abs(s) == 1 else f"{abs(s)} × {t}" for s, t in zip(signs, texts, strict=True)]
            return texts[0] + "".join(
                f" {'+' if s > 0 else '-'} {t}" for s, t in zip(signs[1:], texts[1:], strict=True)
            )


def _written_factor(factor: Decimal) -> str:
    return "" if factor == ONE else f" × {factor:f}" if factor > 1 else f" ÷ {1 / factor:f}"


def _subject(frame: Frame, formula: Formula, stated: Term) -> str:
    if frame.columns[formula.result].rate:
        return "rate" if _SUMMARY.search(frame.name(formula.result)) else "table_rate"
    return "column_money" if stated.unit in MONEY else "column_score" if stated.unit == "分" else "column"


# --- ranks --------------------------------------------------------------------------------------------------------


def _ranks(frame: Frame) -> Iterator[Proposal]:
    """A column of ranks orders another column: where all rows but one agree, that row is wrong."""
    for place, name in enumerate(frame.grid.names):
        if _RANK.search(name):
            ranks = {i: f for i in frame.data if (f := frame.grid.figures(i).get(place)) and not f.places}
            if len(ranks) >= 4:
                yield from _ranked(frame, place, ranks)


def _ranked(frame: Frame, place: int, ranks: dict[int, Figure]) -> Iterator[Proposal]:
    for k, column in sorted(enumerate(frame.own), key=lambda item: abs(item[1] - place)):
        values = {i: frame.columns[k].numbers[i].value for i in ranks if i in frame.columns[k].numbers}
        if len(values) < len(ranks) or len(set(values.values())) < len(values) - 1:
            continue
        for sign in (-1, 1):
            wrong = _out_of_order(ranks, {i: sign * v for i, v in values.items()})
            if len(wrong) <= 2 and len(ranks) > 2 * len(wrong):
                yield from _of_ranks(frame, place, column, ranks, values, sign)
                return


def _out_of_order(ranks: dict[int, Figure], keys: dict[int, Decimal]) -> list[int]:
    """The lines whose rank is not that of their value; ties may be ranked in any order."""
    ordered = sorted(keys.values())
    out = []
    for line, figure in ranks.items():
        first = ordered.index(keys[line]) + 1
        if not first <= figure.value < first + ordered.count(keys[line]):
            out.append(line)
    return out


def _of_ranks(
    frame: Frame,
    place: int,
    column: int,
    ranks: dict[int, Figure],
    values: dict[int, Decimal],
    sign: int,
) -> Iterator[Proposal]:
    ordered = sorted(sign * v for v in values.values())
    for line in ranks:
        stated = frame.grid.term(line, place)
        right = Decimal(ordered.index(sign * values[line]) + 1)
        way = "低到高" if sign > 0 else "高到低"
        yield Proposal(
            RULE,
            "rule",
            "rank",
            (frame.grid.term(line, column),),
            stated,
            _CONFIDENCE["rank"],
            expected=Interval(right, right + ordered.count(sign * values[line]) - 1),
            expression=f"按“{frame.grid.names[column]}”从{way}应为第{right}名",
            reason=f"按“{frame.grid.names[column]}”从{way}排列应为第{right}名",
            group=f"{RULE} {frame.grid.block} {place}",
        )


# --- columns that are the same -------------------------------------------------------------------------------------


def _twins(frame: Frame) -> Iterator[Proposal]:
    """计划支出, 实际支出: two columns of amounts side by side that are the same in nearly every line, against the few
    lines where a slip of the pen parts them."""
    grid = frame.grid
    for left, right in pairwise(frame.own):
        both = [i for i in frame.lines if {left, right} <= grid.figures(i).keys() and _is_telling(grid, i, left, right)]
        values = {i: (grid.figures(i)[left].value, grid.figures(i)[right].value) for i in both}
        same = {a for a, b in values.values() if a == b}
        apart = [i for i, (a, b) in values.items() if a != b]
        if len(same) < _FEWEST_TWINS or not 0 < len(apart) * _AGREEING <= len(same):
            continue
        for i in apart:
            a, b = grid.term(i, left), grid.term(i, right)
            if a.places == b.places and slip(b.value, a.value, b.places):
                yield Proposal(RULE, "equal", "column_money", (a,), b, _CONFIDENCE["single"])


def _is_telling(grid: Grid, line: int, *columns: int) -> bool:
    """Whether a line holds amounts there that hardly agree by chance."""
    figures = [grid.figures(line)[c] for c in columns]
    amounts = all(grid.unit(line, c) in MONEY for c in columns)
    return amounts and all(sum(c.isdigit() for c in f.text) >= _TELLING_DIGITS for f in figures)
