"""Rule table.total: rows and columns that state a total, against the lines that they add up.

A total is never compared with lines it might not mean. The lines are found together for all columns of the total: where
several columns add up over the same lines, the parse has proved itself and a column that does not is wrong. Where no
column adds up, only a miss that one slip of the pen explains is held against the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.checks.engine.diagnosis import diagnose
from extractor.checks.engine.evaluate import evaluate
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.addends import Addends, unsaid
from extractor.checks.sources.averages import Average, averages, averages_said
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.reading import Reading
from extractor.data import load
from extractor.quantity import MONEY, rounding_interval
from extractor.result import CheckKind

RULE = "table.total"
_SETTINGS = load("checks")
_PART = re.compile(_SETTINGS["part"])
_ASIDE = re.compile(_SETTINGS["aside"])
_DISTINCT = re.compile(_SETTINGS["distinct"])
_TOTAL_WORDS = re.compile(_SETTINGS["total_words"])
_SUBTOTAL = re.compile(_SETTINGS["subtotal"])
_CONFIDENCE = load("confidence")["table_total"]
_SHIFTS = (0, 1, -1, 2, -2)
_MOST_SHIFTED_LABELS = 3
_SEVERAL = 3
_MOST_PARTS = 40
_MANY = 4
_MOST_UNPROVEN = 2
"""In so many columns a total may miss where it adds up in none."""


@dataclass(frozen=True)
class Fit:
    """Lines that a total may add up. `shift` is how far its numbers stand right of the columns they belong to;
    `columns` those (of the total) that add up, `trivial` the ones of them with a single operand."""

    lines: tuple[int, ...]
    shift: int
    columns: frozenset[int]
    trivial: frozenset[int]
    natural: bool

    @property
    def rank(self) -> tuple[int, int, bool]:
        return len(self.columns - self.trivial), len(self.columns), self.natural


def propose(reading: Reading) -> Iterator[Proposal]:
    """Sums of every total row and column."""
    for grid in reading.grids:
        yield from _of_grid(grid)
        yield from _of_grid(grid.turn())
        yield from _of_averages(grid, averages(grid))
    for said in averages_said(reading):
        kind: CheckKind = "weighted" if said.weights else "mean"
        terms = (*said.operands, *said.weights)
        yield Proposal(RULE, kind, "table_mean", terms, said.stated, _CONFIDENCE["said" if said.certain else "mean"])


def _of_grid(grid: Grid) -> Iterator[Proposal]:
    totals = grid.totals()
    covered: dict[int, tuple[int, ...]] = {}
    for total in totals:
        columns = _columns(grid, total, totals)
        if not columns:
            continue
        candidates = list(_natural(grid, total, totals, covered))
        fit = _best(grid, total, columns, candidates)
        if fit:
            covered[total] = fit.lines
            yield from _proven(grid, total, columns, fit, candidates)
            yield from _of_subtotals(grid, total, columns, fit, totals)
        elif parts := _proven_parts(grid, total, totals, covered):
            yield from _of_parts(grid, total, columns, parts)
        elif candidates:
            yield from _unproven(grid, total, columns, candidates[0])
    if not grid.turned:
        for addends in unsaid(grid, totals):
            yield from _unsaid(grid, addends)


def _proven_parts(grid: Grid, total: int, totals: list[int], covered: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """The subtotals before a grand total where each of them adds up lines of its own and none is left over."""
    before = [t for t in totals if t < total]
    inside = [line for t in before for line in covered.get(t, ())]
    data = [i for i in range(grid.first, total) if i not in totals and grid.figures(i)]
    proven = len(before) >= 2 and all(t in covered and _is_subtotal(grid, t) for t in before)
    return tuple(before) if proven and sorted(inside) == data and not _is_subtotal(grid, total) else ()


def _of_parts(grid: Grid, total: int, columns: list[int], parts: tuple[int, ...]) -> Iterator[Proposal]:
    for column in columns:
        operands = _operands(grid, parts, column, total)
        if operands and len(operands) == len(parts) and not _explained(grid, total, column, operands):
            yield _sum(grid, total, column, operands, _CONFIDENCE["proven_once"])


def _unsaid(grid: Grid, addends: Addends) -> Iterator[Proposal]:
    """The sums of a line that no word calls a total."""
    for column in (*addends.columns, *addends.missing):
        operands = _operands(grid, addends.lines, column, addends.total)
        may_miss = grid.adds_up(addends.total, column)
        if operands and (
            column in addends.columns or (may_miss and not _explained(grid, addends.total, column, operands))
        ):
            yield _sum(grid, addends.total, column, operands, _CONFIDENCE["proven_once"])


def _columns(grid: Grid, total: int, totals: list[int]) -> list[int]:
    """The columns of a total line whose numbers can be sums."""
    lines = [i for i in range(grid.first, len(grid.lines)) if i not in totals]
    return [c for c in grid.figures(total) if not grid.is_ordinal(c, lines) and grid.adds_up(total, c)]


def _of_averages(grid: Grid, found: Iterator[Average]) -> Iterator[Proposal]:
    """The means that a line states, plain or weighted by a column beside them."""
    for a in found:
        operands = tuple(grid.term(line, a.column) for line in (*a.lines,))
        weights = tuple(grid.term(line, a.weights) for line in a.lines) if a.weights is not None else ()
        kind: CheckKind = "weighted" if weights else a.kind
        confidence = {
            "outside": _CONFIDENCE["proven_once"],
            "beside": _CONFIDENCE["slip"],
            "alone": _CONFIDENCE["mean"],
        }
        stated = replace(grid.term(a.line, a.column), unit=operands[0].unit)
        subject = "table_total" if kind == "sum" else "table_mean"
        yield Proposal(RULE, kind, subject, (*operands, *weights), stated, confidence[a.certainty])


# --- which lines a total adds up ----------------------------------------------------------------------------------


def _natural(
    grid: Grid, total: int, totals: list[int], covered: dict[int, tuple[int, ...]]
) -> Iterator[tuple[int, ...]]:
    """The sets of lines that a total usually means, the usual one first."""
    inside = {line for lines in covered.values() for line in lines}
    parts = _parts(grid)
    data = [
        i
        for i in range(grid.first, len(grid.lines))
        if i not in totals and grid.figures(i) and not any(map(_ASIDE.match, grid.labels[i]))
        if not (grid.turned and grid.source.is_running(i))
    ]
    above = [i for i in data if i < total]
    below = [i for i in data if i > total]
    before = [t for t in totals if t < total]
    after = [t for t in totals if t > total]
    since = [i for i in above if i > max(before, default=-1)]
    until = [i for i in below if i < min(after, default=len(grid.lines))]
    mixed = sorted([t for t in before if t not in inside] + [i for i in above if i not in inside])
    whole = [above, since] if not _is_subtotal(grid, total) else [since, above]
    if before and not _is_subtotal(grid, total):
        whole = [mixed, above, since, before]
    if above and _is_subtotal(grid, total):
        heads = any(lines[0] > t for t, lines in covered.items())  # its lines stand below a subtotal in this table
        whole = [until, since, above] if heads else [since, above, until]
    if not above:
        whole = [until, below, sorted(after + [i for i in below if i > max(after, default=-1)]), after]
    seen = set()
    for lines in [*_alike(grid, total, whole[0]), *whole]:
        for chosen in ([i for i in lines if i not in parts], lines):
            key = tuple(chosen)
            if key and key not in seen:
                seen.add(key)
                yield key


def _alike(grid: Grid, total: int, lines: list[int]) -> list[list[int]]:
    """Of several kinds of columns side by side, those that the total's own name names: 在园幼儿合计 adds up no 园数."""
    if not grid.turned:
        return []
    stem = _TOTAL_WORDS.sub("", grid.label(total))
    alike = [i for i in lines if stem and stem in grid.label(i)]
    return [alike] if 2 <= len(alike) < len(lines) else []


def _is_subtotal(grid: Grid, line: int) -> bool:
    return any(map(_SUBTOTAL.search, grid.labels[line]))


def _parts(grid: Grid) -> set[int]:
    """Lines that split the line before them (其中：…)."""
    return {i for i, labels in enumerate(grid.labels) if any(map(_PART.match, labels))}


def _best(grid: Grid, total: int, columns: list[int], candidates: list[tuple[int, ...]]) -> Fit | None:
    """The lines over which most columns add up, or None. What is not a usual set must prove itself over two columns, or
    over three lines where the total has one column only. A total that has moved below words is read where it belongs."""
    if moved := _moved(grid, total, columns, candidates):
        return moved
    for shift in _SHIFTS:
        if shift and (grid.turned or len(columns) < 2 and len(grid.labels[total]) > _MOST_SHIFTED_LABELS):
            continue
        fits = [_fit(grid, total, columns, lines, shift, natural=True) for lines in candidates]
        if not any(f.columns - f.trivial for f in fits):
            fits += [
                _fit(grid, total, columns, lines, shift, natural=False)
                for lines in _contiguous(grid, total, candidates)
            ]
        good = [f for f in fits if _is_proof(f, columns, shift)]
        if good:
            return max(good, key=lambda f: f.rank)
    return None


def _moved(grid: Grid, total: int, columns: list[int], candidates: list[tuple[int, ...]]) -> Fit | None:
    """Where a total's numbers stand beside their columns, so that one of them is below words: the step that brings each
    of them below numbers, if one adds up there."""
    if grid.turned or len(columns) < 2 or not candidates or not _is_below_words(grid, total, columns, candidates[0], 0):
        return None
    for shift in (1, -1):
        if not _is_below_words(grid, total, columns, candidates[0], shift):
            fit = _fit(grid, total, columns, candidates[0], shift, natural=True)
            if fit.columns - fit.trivial:
                return fit
    return None


def _is_below_words(grid: Grid, total: int, columns: list[int], lines: tuple[int, ...], shift: int) -> bool:
    return any(not _operands(grid, lines, column - shift, total) for column in columns)


def _is_proof(fit: Fit, columns: list[int], shift: int) -> bool:
    strong = len(fit.columns - fit.trivial)
    if fit.natural and not shift:
        return bool(fit.columns)
    return strong >= 2 or (strong == 1 and len(columns) == 1 and len(fit.lines) >= 3)


def _contiguous(grid: Grid, total: int, candidates: list[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Shorter runs of lines that touch the total."""
    for lines in candidates[:2]:
        up = lines[-1] < total
        for cut in range(1, len(lines) - 1):
            yield lines[cut:] if up else lines[:-cut]


def _fit(grid: Grid, total: int, columns: list[int], lines: tuple[int, ...], shift: int, natural: bool) -> Fit:
    fitting, trivial = set(), set()
    for column in columns:
        operands = _fitting(grid, total, column, _operands(grid, lines, column - shift, total) or [])
        if operands and grid.figures(total)[column].value:
            fitting.add(column)
            if len(operands) == 1:
                trivial.add(column)
    return Fit(lines, shift, frozenset(fitting), frozenset(trivial), natural)


def _fitting(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The numbers, or the numbers without unannounced parts, where they add up to the total; else none."""
    if operands and _adds_up(grid, total, column, operands):
        return operands
    chosen = _without_parts(grid, operands)
    return chosen if chosen and _adds_up(grid, total, column, chosen) else []


def _operands(grid: Grid, lines: tuple[int, ...], column: int, total: int) -> list[tuple[int, int]] | None:
    """The places of the numbers in a column of these lines; None where a text stands among them, or rates among numbers
    that are none: the column changes its meaning below another header."""
    if not 0 <= column < grid.width:
        return None
    slots = [(line, c, grid.lines[line][c]) for line in lines for c in [grid.aligned(line, column, total)]]
    if any(s.figure is None and not s.blank for _, _, s in slots):
        return None
    if len({s.figure.unit == "%" for _, _, s in slots if s.figure and s.figure.value}) > 1:
        return None
    return [(line, c) for line, c, s in slots if s.figure is not None]


def _adds_up(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> bool:
    """Within the rounding of amounts and rates as shown; scores and whole numbers exactly."""
    stated = grid.figures(total)[column]
    figures = [grid.figures(line)[c] for line, c in operands]
    rounded = [f for f in (stated, *figures) if f.places] if not grid.is_score(total, column) else []
    slack = sum((Decimal(1).scaleb(-f.places) / 2 for f in rounded), Decimal(0))
    return abs(_miss(grid, total, column, operands)) <= slack


# --- proposals ----------------------------------------------------------------------------------------------------


def _proven(
    grid: Grid, total: int, columns: list[int], fit: Fit, candidates: list[tuple[int, ...]]
) -> Iterator[Proposal]:
    strength = len(fit.columns - fit.trivial)
    misses = []
    for column in columns:
        operands = _operands(grid, fit.lines, column - fit.shift, total)
        if column in fit.columns and operands:
            chosen = _fitting(grid, total, column, operands)
            yield _sum(
                grid, total, column, chosen, _CONFIDENCE["proven"], _is_unrounded(grid, total, fit, column, chosen)
            )
        elif other := next(_elsewhere(grid, total, column, candidates, len(operands or ()) < len(fit.lines)), None):
            yield _sum(grid, total, column, other, _CONFIDENCE["proven"])
        elif operands and len(operands) == 1 and strength:
            yield from _slips([_sum(grid, total, column, operands, _CONFIDENCE["slip"])])
        elif operands and not strength and _is_plain(grid, total, column, fit):
            if not _explained(grid, total, column, operands):
                yield _sum(grid, total, column, operands, _CONFIDENCE["slip"])
        elif operands and strength and not _explained(grid, total, column, operands):
            if without := _without_asides(grid, total, column, operands, columns):
                yield _sum(grid, total, column, without, _CONFIDENCE["proven"])
            else:
                misses.append((column, operands))
    several = len(misses) > max(1, strength // 2)  # so many say that the lines are others
    for column, operands in misses:
        made = _sum(grid, total, column, operands, _CONFIDENCE["proven" if strength > 1 else "proven_once"])
        yield from _slips([made]) if several or _is_among(grid, total, column, operands) else [made]


def _is_plain(grid: Grid, total: int, column: int, fit: Fit) -> bool:
    """Whether a table is nothing but lines of amounts and, below them all, their total, so that no other line or
    reading of it is left where one column has a single number to add up."""
    data = tuple(i for i in range(grid.first, len(grid.lines)) if i != total)
    filled = all(grid.lines[i][column].figure for i in data)
    plain = not grid.turned and total == len(grid.lines) - 1 and fit.natural and not fit.shift
    money = grid.term(total, column).unit in MONEY
    return plain and filled and data == fit.lines and money and not grid.is_rate(column)


def _without_asides(
    grid: Grid, total: int, column: int, operands: list[tuple[int, int]], columns: list[int]
) -> list[tuple[int, int]]:
    """The numbers without those of lines that hold nothing in the total's other columns, where these add up exactly:
    a balance brought forward, a group that is only mentioned. Else none."""
    others = [c for c in columns if c != column]
    kept = [(i, c) for i, c in operands if any((f := grid.figures(i).get(o)) and f.value for o in others)]
    return kept if 2 <= len(kept) < len(operands) and not _miss(grid, total, column, kept) else []


def _of_subtotals(grid: Grid, total: int, columns: list[int], fit: Fit, totals: list[int]) -> Iterator[Proposal]:
    """A grand total adds up the subtotals as well as their lines, where it does so in a column beside the wrong one."""
    before = tuple(t for t in totals if t < total and _is_subtotal(grid, t))
    if len(before) < 2 or _is_subtotal(grid, total) or fit.shift or set(before) & set(fit.lines):
        return
    other = _fit(grid, total, columns, before, 0, natural=True)
    if not other.columns - other.trivial:
        return
    for column in columns:
        if operands := _operands(grid, before, column, total):
            yield _sum(grid, total, column, operands, _CONFIDENCE["proven_once"])


def _elsewhere(
    grid: Grid, total: int, column: int, candidates: list[tuple[int, ...]], beside: bool
) -> Iterator[list[tuple[int, int]]]:
    """Other lines, the lines without their parts, or where its own column has gaps (`beside`) a neighbouring one, over
    which a number adds up to its last digit."""
    digit = Decimal(1).scaleb(-grid.figures(total)[column].places)
    for lines in [*candidates, *_contiguous(grid, total, candidates)]:
        for shift in (0, 1, -1) if beside else (0,):
            operands = _operands(grid, lines, column - shift, total) or []
            chosen = _fitting(grid, total, column, operands)
            if len(chosen) >= 2 and abs(_miss(grid, total, column, chosen)) <= digit:
                yield chosen


def _without_parts(grid: Grid, operands: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The numbers without runs that split the one before them: parts that no 其中 announces."""
    values = [grid.figures(line)[c].value for line, c in operands]
    kept = []
    at = 0
    while at < len(operands):
        kept.append(operands[at])
        at = _end_of_parts(values, at)
    return kept


def _end_of_parts(values: list[Decimal], at: int) -> int:
    """Where the run ends that adds up to the number before it; the next place where there is none."""
    left = values[at]
    for end in range(at + 1, min(len(values), at + _MOST_PARTS) if left else 0):
        left -= values[end]
        if not left:
            return end + 1
        if left < 0 < values[at]:
            break
    return at + 1


def _unproven(grid: Grid, total: int, columns: list[int], lines: tuple[int, ...]) -> Iterator[Proposal]:
    """Where no column adds up: a miss that a slip of the pen explains, or a small one, in a named column. Other
    misses say more of the parse than of the report; sheets of scores are for those who know their tree."""
    tried = [c for c in columns if len(_operands(grid, lines, c, total) or ()) >= 2 and not grid.is_rate(c)]
    if len(tried) > _MOST_UNPROVEN:
        return  # a total that misses everywhere is misread
    for column in columns:
        operands = _operands(grid, lines, column, total)
        if operands and len(columns) == len(operands) == 1 and _is_single(grid, total, column, lines):
            yield from _slips([_sum(grid, total, column, operands, _CONFIDENCE["slip"])])
        if (
            not grid.names[column]
            or grid.is_rate(column)
            or grid.is_score(total, column)
            or not operands
            or len(operands) < max(3, len([i for i in lines if not grid.lines[i][column].blank]))
            or _explained(grid, total, column, operands)
        ):
            continue
        proposal = _sum(grid, total, column, operands, _CONFIDENCE["slip"])
        if len(tried) == 1 and _is_near(grid, total, column, operands):
            yield replace(proposal, confidence=_CONFIDENCE["near"])
        else:
            yield from _slips([proposal])


def _is_single(grid: Grid, total: int, column: int, lines: tuple[int, ...]) -> bool:
    """Whether a table is one amount and its total: a single line, not one left over where a page broke off the rest,
    which would not be the first."""
    first, *_ = lines
    plain = _is_plain(grid, total, column, Fit(lines, 0, frozenset(), frozenset(), natural=True))
    numbers = (f.value for c, f in grid.figures(first).items() if grid.source.is_running(c))
    return plain and len(lines) == 1 and next(numbers, 1) == 1


def _is_near(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> bool:
    """Whether a total misses all that stands above it by little, so that it can hardly be that of other lines."""
    stated = grid.figures(total)[column].value
    largest = max(grid.figures(line)[c].value for line, c in operands)
    miss = abs(_miss(grid, total, column, operands))
    return len(operands) >= _MANY and stated > largest and 0 < miss * 10 < stated


def _slips(proposals: list[Proposal]) -> Iterator[Proposal]:
    """Those that miss by what one slip of the pen explains."""
    for evaluated in evaluate(proposals):
        if evaluated.check.verdict == "inconsistent" and diagnose(evaluated):
            yield evaluated.proposal


def _is_unrounded(grid: Grid, total: int, fit: Fit, column: int, operands: list[tuple[int, int]]) -> bool:
    """Whether a miss within rounding is none of rounding: several other columns add up to the last digit over the same
    lines, and the miss is beyond what rounding so many numbers ever gives (four standard deviations)."""
    digit = Decimal(1).scaleb(-grid.figures(total)[column].places)
    usual = digit * (Decimal(len(operands) + 1) / 12).sqrt()
    if abs(_miss(grid, total, column, operands)) <= 4 * usual:
        return False
    others = [c for c in fit.columns if c != column and grid.figures(total)[c].places]
    exact = [c for c in others if not _miss(grid, total, c, _operands(grid, fit.lines, c - fit.shift, total) or [])]
    return len(exact) >= _SEVERAL


def _miss(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> Decimal:
    return grid.figures(total)[column].value - sum((grid.figures(line)[c].value for line, c in operands), Decimal(0))


def _explained(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> bool:
    """Whether the total is no sum but a mean, the highest, the last or the common value; or a share, which need not be
    complete."""
    if grid.is_share(column):
        return True
    stated = grid.figures(total)[column]
    values = [grid.figures(line)[c].value for line, c in operands]
    mean = sum(values, Decimal(0)) / len(values)
    if _DISTINCT.search(grid.names[column]) and max(values) <= stated.value < sum(values, Decimal(0)):
        return True  # what several lines share counts once
    return (
        stated.value in (max(values), values[-1])
        and len(values) > 1
        or mean in rounding_interval(stated.value, stated.places)
    )


def _is_among(grid: Grid, total: int, column: int, operands: list[tuple[int, int]]) -> bool:
    """Whether the total lies between the numbers it stands below, as a mean of them would."""
    values = [grid.figures(line)[c].value for line, c in operands]
    return min(values) < grid.figures(total)[column].value < max(values)


def _sum(
    grid: Grid, total: int, column: int, operands: list[tuple[int, int]], confidence: float, unrounded: bool = False
) -> Proposal:
    stated = grid.term(total, column)
    terms = tuple(grid.term(line, c) for line, c in operands)
    if unrounded:
        stated, terms = replace(stated, is_exact=True), tuple(replace(t, is_exact=True) for t in terms)
    return Proposal(RULE, "sum", _subject(grid, stated, column), terms, stated, confidence)


def _subject(grid: Grid, stated: Term, column: int) -> str:
    if stated.unit == "分":
        weight = re.search(_SETTINGS["weight_name"], grid.names[column])
        return "table_weight" if weight else "table_score"
    return "table_money" if stated.unit in MONEY else "table_total"
