"""Rule text.rate: a rate with its operands nearby, and formulas written out."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, islice

from extractor.checks.engine.digits import slip, slips
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.clause import Quantity, computed, has_role, quantities, role
from extractor.checks.sources.formula import (
    RATES,
    Equation,
    Node,
    Number,
    Operation,
    Scale,
    chain_of,
    equations,
    evaluate,
    interval_of,
    is_scaled,
    leaves,
    plain_ratio,
    scale_of,
    scales_to_percent,
    units,
)
from extractor.checks.sources.grid import Source
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, Interval, exact

RULE = "text.rate"
_SETTINGS = load("text_rate")
_CLAUSE = load("clause")
_CONFIDENCE = load("confidence")["text_rate"]
_NOT_REACHED = re.compile(f"(?:{_SETTINGS['not_reached']})$")
_NOT_REACHED_AFTER = re.compile(_SETTINGS["not_reached_after"])
_SHARE = re.compile(_SETTINGS["share"])
_SEVERAL = re.compile(_SETTINGS["several"])
_RATE = re.compile(_SETTINGS["rates"])
_CHANGE = re.compile(_CLAUSE["change"]["words"])
_KINDS = [(re.compile(r["words"]), r["top"], r["bottom"], r["money"]) for r in _CLAUSE["rate"]]
_OF_ONE = re.compile(_SETTINGS["of_one"])
_JOINT = re.compile(_SETTINGS["joint"])
_STEM = re.compile(_SETTINGS["stem"])
_OF_PLAN = re.compile(_SETTINGS["of_plan"])
_PLANNED = re.compile(_SETTINGS["planned"])
_NOISE = re.compile(_SETTINGS["base_noise"])
_COUNTED_NOISE = re.compile(_SETTINGS["counted_noise"])
_ALL_OF = re.compile(_SETTINGS["all_of"])
_ASKED = tuple(_SETTINGS["asked"])
_ANSWERS = re.compile(_SETTINGS["answers"])
_ANSWERS_AFTER = re.compile(_SETTINGS["answers_after"])
_SENT = re.compile(_SETTINGS["sent"])
_OF_ANSWERS = re.compile(_SETTINGS["of_answers"])
_BAD = re.compile(_SETTINGS["bad"])
_GOOD = re.compile(_SETTINGS["good"])
_EXECUTED = re.compile(_SETTINGS["executed"])
_INITIAL = re.compile(_SETTINGS["initial"])
_ADJUSTED_BY = re.compile(_SETTINGS["adjusted_by"])
_ADJUSTED = re.compile(_SETTINGS["adjusted"])
_FALLS = re.compile(_SETTINGS["falls"])
_GROWS = re.compile(_SETTINGS["grows"])
_FORMER = re.compile(_SETTINGS["former"])
_BELOW = re.compile(_SETTINGS["below"])
_AGAINST = re.compile(_SETTINGS["against"])
_FROM = re.compile(_SETTINGS["from"])
_BASES = ("arrived", "budget", "adjusted")
_FARTHEST = Decimal("1.6")  # how far off a rate may be that is meant to be of two numbers
_HUNDRED = Decimal(100)
_BROKEN = re.compile(r"\d[ \t\u3000]+$")  # digits right before a formula: a line broke its first number in two
_NEAR = 14  # quantities before a rate that may be its operands
_AFTER = 4  # and behind it, in brackets
_BESIDE = 5  # how far in numbers a pair stands whose rate has no decimals and no words that tell
_WIDE = 24  # and where it is said to be a share
_FAR = 60  # quantities before those that may be what it is a rate of
_PASSAGES = 3  # how many passages above a rate may name what it is a rate of
_TELLING_DIGITS = 3
_STEM_LENGTH = 2  # characters of what a base is called
_TELLING_RATE = 4  # digits of a rate that few slips make by chance
_TELLING_OF_WHOLE = 3  # … where its words and what was spent leave one base
_SENTENCES = 2  # how far back the operands of an alarm stand
_MOST = 2  # right readings of one rate that are worth stating
_MIN_FAR_PLACES = 2
_SIGNS = "=＝≥≧>＞"
_UNIT_POWERS = (4, -4, 8, -8)  # between numbers in 元, 万元 and 亿元
_FEWEST_SHARES = 2  # shares of one base that make it the base of those beside them
_ROUGHLY = Decimal("0.006")
_GRAM = 4  # characters that two names have in common


def propose(reading: Reading) -> Iterator[Proposal]:
    """Formulas first: where one gives a rate, no other reading of that rate is wanted."""
    explained: set[tuple[int, ...]] = set()
    for passage in reading.passages:
        for proposal in _formulas(passage):
            yield proposal
            if proposal.stated:
                explained.add(proposal.stated.place)
    recent: deque[Quantity] = deque(maxlen=_FAR)
    by_kind: dict[str, deque[Quantity]] = defaultdict(lambda: deque(maxlen=_FAR))
    known = _headline_amounts(reading)
    headline: dict[tuple[str, Decimal], Quantity] = {}
    yield from _impossible(reading)
    for found in quantities(reading):
        if not found:
            continue
        in_cell = found[0].source.cell is not None
        for proposal in _of_one_base(found, by_kind):
            yield proposal
            if proposal.stated:
                explained.add(proposal.stated.place)
        for q in found:
            if q.is_rate and q.source.place(q.figure.start) not in explained:
                joined = _joined(q, found)
                if joined or _is_reached(q):
                    own = list(_rate(q, found, () if in_cell else recent, by_kind, joined))
                    if _is_of_several(q):
                        own = [p for p in own if holds(p)]
                    yield from own or islice(_of_headline(q, found, headline), 1)
        if not in_cell:
            recent.extend(q for q in found if _may_be_operand(q))
            for q in found:
                if _may_be_operand(q):
                    by_kind[q.kind].append(q)
                if q.is_money and q.base in known:
                    headline[q.role, q.base] = q


def _impossible(reading: Reading) -> Iterator[Proposal]:
    """满意度190%: more of something than there is, in a sentence or beside its name in a table."""
    sources = {grid.block: grid.source for grid in reading.grids}
    for found in quantities(reading):
        for q in found:
            if q.figure.unit == "%" and q.figure.value > _HUNDRED:
                source = sources.get(q.source.block)
                if any(map(_OF_ONE.search, _names_of(q, source) if source and len(found) == 1 else [q.words])):
                    yield _above_all(q.term())
    for grid in reading.grids:
        for line in range(grid.first, len(grid.lines)):
            for column, figure in grid.figures(line).items():
                names = (*grid.labels[line], grid.names[column])
                if figure.unit == "%" and figure.value > _HUNDRED and any(map(_OF_ONE.search, names)):
                    yield _above_all(grid.term(line, column))


def _names_of(rate: Quantity, source: Source) -> Sequence[str]:
    """What a rate is called: the words before it, or the labels of its row where it stands alone in a cell (≥95%)."""
    lead = squeeze(rate.source.text[: rate.figure.start]).strip(_SIGNS)
    return source.row_labels[rate.source.cell.row] if rate.source.cell and not lead else [rate.words]


def _above_all(rate: Term) -> Proposal:
    return Proposal(
        RULE, "rule", "rate_above", (), rate, _CONFIDENCE["impossible"], expected=Interval(Decimal(0), _HUNDRED),
        expression=f"{rate.text}% ≤ 100%", reason="这类比率不可能超过100%",
    )  # fmt: skip


def _is_of_several(rate: Quantity) -> bool:
    """Whether the rate is what several named ones have each (甲县、乙县完成率为100%): the numbers around are of the whole."""
    return bool(_SEVERAL.search(rate.source.text[: rate.figure.start]))


# --- formulas -----------------------------------------------------------------------------------------------------


def _formulas(passage: Passage) -> Iterator[Proposal]:
    for equation in equations(passage.text, passage.figures):
        proposal = _of_equation(passage, equation)
        first = min(f.start for f in leaves(equation.expression))
        if proposal and (not _BROKEN.search(passage.text[:first]) or holds(proposal)):
            yield proposal
            if holds(proposal):
                yield from _told_otherwise(passage, equation)


def _told_otherwise(passage: Passage, equation: Equation) -> Iterator[Proposal]:
    """支出82.64万元，执行率为882.64/963=91.66%: a number that the sentence before the formula tells by a slip otherwise,
    and no other number of the formula."""
    numbers = list(leaves(equation.expression))
    first = min(f.start for f in numbers)
    start = next((a for a, b in passage.sentences if a <= first < b), 0)
    told = [f for f in passage.within(start, first) if f.unit in MONEY]
    for used in numbers:
        near = [f for f in told if slip(f.value, used.value, max(f.places, used.places))]
        if used.places and len(near) == 1 and not {used.value, near[0].value} & _others(told, numbers, near[0], used):
            wrong, right = passage.term(near[0], "算式前所列"), passage.term(used, "算式", near[0].unit)
            yield Proposal(RULE, "equal", "mention_money", (right,), wrong, _CONFIDENCE["near"])


def _others(told: Sequence[Figure], numbers: Sequence[Figure], *without: Figure) -> set[Decimal]:
    return {f.value for f in (*told, *numbers) if f not in without}


def _of_equation(passage: Passage, e: Equation) -> Proposal | None:
    """The equation as a check; one that a word among its numbers may have spoilt is proposed only if it holds."""
    stated_unit = e.stated.unit
    node = e.expression
    numbers = list(leaves(node))
    if len(numbers) > 40:
        return None
    pair = plain_ratio(node)
    if pair and stated_unit is None and scales_to_percent(node):
        stated_unit = "%"
    stated = passage.term(e.stated, "算式结果", stated_unit)
    subject = "formula_score" if stated_unit == "分" else "formula"
    confidence = _CONFIDENCE["formula" if e.clean else "formula_words"]
    terms = tuple(passage.term(f, "算式") for f in numbers if f.value != _HUNDRED or f.unit not in (None, "%"))
    if pair and stated.is_rate and len(terms) == 2:
        return Proposal(RULE, "ratio", subject, terms, stated, confidence)
    same_units = len({f.unit for f in [*numbers, e.stated]}) == 1
    for sign, kind in (("+", "sum"), ("-", "difference")):
        chain = chain_of(node, sign)
        if chain and same_units:
            return Proposal(
                RULE,
                "sum" if kind == "sum" else "difference",
                subject,
                tuple(passage.term(f, "算式") for f in chain),
                stated,
                confidence,
            )
    factors = chain_of(node, "×")
    if factors and len(factors) == 2 and not any(f.unit in MONEY for f in numbers) and stated_unit != "%":
        operands = tuple(passage.term(f, "算式") for f in factors)
        return Proposal(RULE, "product", subject, operands, stated, confidence)
    left = _written(node)
    readings = [
        computed(RULE, "product", subject, terms, stated, confidence, value, left) for value in _results(e, stated)
    ]
    right = next((p for p in readings if holds(p)), None)
    return right or next(iter(readings), None)


def _results(e: Equation, stated: Term) -> Iterator[Interval]:
    """What the expression may give in the unit of what is stated: numbers as they are shown, where that makes sense, or
    brought to 元 and ones; rates as parts of one or as they are written. Where a number has no unit, or counts in ten
    thousands, the powers of ten of such units are what is left open."""
    within = list(units(e.expression))
    money = {unit for unit in [*within, e.stated.unit] if unit in MONEY}
    scaled = any(is_scaled(unit) for unit in within)
    for unit in ("",) if len(money) > 1 and not scaled else (None, ""):
        try:
            value = evaluate(e.expression, lambda f, unit=unit: interval_of(f, unit), unit == "")  # type: ignore[misc]
        except ZeroDivisionError:
            return
        if unit == "":
            value = value.scaled(1 / scale_of(e.stated.unit))
        if stated.is_rate and not scales_to_percent(e.expression):
            value = value.scaled(_HUNDRED)
        if stated.unit == "‰":
            value = value.scaled(RATES["‰"])
        yield value
        if not stated.is_rate and "%" in within:
            yield value.scaled(_HUNDRED)
    if not stated.is_rate and money and (scaled or None in (*within, e.stated.unit)):
        for power in _UNIT_POWERS:
            yield value.scaled(Decimal(1).scaleb(power))


def _written(node: Node) -> str:
    if isinstance(node, Scale):
        return node.unit
    if isinstance(node, Number):
        unit = node.figure.unit
        return node.figure.text + (unit if unit and (unit in MONEY or unit in RATES or is_scaled(unit)) else "")
    if isinstance(node.right, Scale):
        return f"({_written(node.left)}){node.right.unit}"
    parts = []
    for child in (node.left, node.right):
        text = _written(child)
        nested = isinstance(child, Operation) and (node.sign in "×÷") and child.sign in "+-"
        parts.append(f"({text})" if nested or (not isinstance(child, Number) and child is node.right) else text)
    return f"{parts[0]} {node.sign} {parts[1]}"


# --- rates in words -----------------------------------------------------------------------------------------------


def _is_reached(q: Quantity) -> bool:
    """Whether the rate is one that was reached, not a limit or a target."""
    words = q.words
    if _NOT_REACHED.search(words) or _NOT_REACHED_AFTER.search(q.tail) or q.role == "limit":
        return False
    return bool(_RATE.search(words) or _CHANGE.search(words))


def _joined(rate: Quantity, found: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """The two numbers of 1,078件，占全部工单1,268件的85.02%, and of 64.79%（4,652.00/7,180.00）."""
    before, behind = found[: rate.order], found[rate.order + 1 :]
    if len(before) >= 2 and _JOINT.match(rate.words) and "占" in before[-1].words:
        top, bottom = before[-2:]
        return (top, bottom) if _may_divide(rate, top, bottom) else None
    text = rate.source.text
    if len(behind) >= 2 and text[rate.figure.stop : behind[0].figure.start] in ("(", "（"):
        top, bottom = behind[:2]
        if text[top.figure.stop : bottom.figure.start].strip() in ("/", "÷", "／") and _may_divide(rate, top, bottom):
            return top, bottom
    return None


def _may_divide(rate: Quantity, top: Quantity, bottom: Quantity) -> bool:
    return (
        top.kind == bottom.kind and _may_be_operand(top) and _may_be_operand(bottom) and top.sentence == rate.sentence
    )


def _may_be_operand(q: Quantity) -> bool:
    return not q.is_rate and q.figure.unit not in ("分", "个百分点", "百分点", "倍") and q.figure.value > 0


def _rate(
    rate: Quantity,
    found: Sequence[Quantity],
    recent: Iterable[Quantity],
    by_kind: Mapping[str, Iterable[Quantity]],
    joined: tuple[Quantity, Quantity] | None = None,
) -> Iterator[Proposal]:
    if joined:
        yield _proposal(rate, *joined, False, _CONFIDENCE["near"])
        return
    near = [q for q in found[: rate.order] if _may_be_operand(q)][-_NEAR:]
    behind = [q for q in found[rate.order + 1 :] if _may_be_operand(q) and q.sentence == rate.sentence][:_AFTER]
    pool = near + behind
    far = list(recent)
    if len(near) < _NEAR:
        pool = far[-(_NEAR - len(near)) :] + pool
    right = [p for p in _pairs(rate, pool) if holds(p)][:_MOST]
    if not right and rate.figure.places >= _MIN_FAR_PLACES and rate.figure.value != _HUNDRED:
        tops = [q for q in near + behind if rate.sentence - q.sentence <= 1]
        right = [p for p in _far_pairs(rate, tops, by_kind) if holds(p)][:_MOST]
    right = right or list(islice(_with_sum(rate, near + behind), 1)) or list(islice(_of_rest(rate, near), 1))
    answered = None if right else _of_answers(rate, near, by_kind)
    mistaken = (
        _by_afterwards(rate, near)
        or _by_another(rate, near, right)
        or _by_other_budget(rate, right, near, by_kind, _EXECUTED, _INITIAL, "adjusted")
        or _by_other_budget(rate, right, near, by_kind, _ADJUSTED_BY, _ADJUSTED, "budget")
    )
    if mistaken:
        yield _proposal(rate, *mistaken, False, _CONFIDENCE["base"])
    elif right:
        yield from right
    elif answered:
        yield answered
    else:
        yield from list(_wrong(rate, near, behind, far)) or _of_named(rate, near, by_kind)


def _of_named(
    rate: Quantity, near: Sequence[Quantity], by_kind: Mapping[str, Iterable[Quantity]]
) -> Iterator[Proposal]:
    """占合同价的83.52% behind an amount, where the only amount so called stands pages before, and one slip of the pen
    makes the rate of the right one."""
    tops = [q for q in near if q.sentence == rate.sentence and q.order == rate.order - 1 and q.is_money]
    named = [q for top in tops for q in by_kind.get(top.kind, ()) if _is_called(rate, q)]
    if len(_base(rate)) < _STEM_LENGTH or len({q.base for q in named}) != 1 or named[-1].base <= tops[0].base:
        return
    if _is_slip_of(rate, tops[0].base / named[-1].base * _HUNDRED):
        yield _proposal(rate, tops[0], named[-1], False, _CONFIDENCE["slip"])


def _pairs(rate: Quantity, pool: Sequence[Quantity]) -> Iterator[Proposal]:
    """The pairs whose ratio the rate may be, the likeliest first."""
    scored = []
    changes = bool(_CHANGE.search(rate.words))
    for top in pool:
        for bottom in pool:
            if top.kind == bottom.kind and top is not bottom and _fits(rate, top, bottom, changes):
                scored.append((_distance(rate, top, bottom), top, bottom))
    scored.sort(key=lambda entry: entry[0])
    for distance, top, bottom in scored:
        close = distance < 400 or "占" in rate.words and _same_passage(rate, top) and _same_passage(rate, bottom)
        told = _is_told(rate, top, bottom) or (close and rate.figure.places)
        reach = _WIDE if rate.words[:1] == "占" else _BESIDE
        shares = (
            {rate.figure.value, _HUNDRED - rate.figure.value, _HUNDRED + rate.figure.value}
            if changes
            else {rate.figure.value}
        )
        if told or (distance <= reach and top.base * _HUNDRED / bottom.base in shares):
            yield _proposal(rate, top, bottom, changes, _CONFIDENCE["near"])


def _fits(rate: Quantity, top: Quantity, bottom: Quantity, changes: bool) -> bool:
    """Whether the numbers as shown give the rate to its last digit; what rounding allows is the engine's to say."""
    value = rate.figure.value
    slack = Decimal(2).scaleb(-rate.figure.places) + abs(value) * _ROUGHLY
    ratio = top.base / bottom.base * _HUNDRED
    if abs(ratio - value) <= slack:
        return True
    return changes and abs(abs(ratio - _HUNDRED) - abs(value)) <= slack and not _is_turned(rate, ratio)


def _is_turned(rate: Quantity, ratio: Decimal) -> bool:
    """Whether a ratio runs against what the words say: growth of less, decline of more than there was."""
    falls, grows = _FALLS.search(rate.words), _GROWS.search(rate.words)
    if rate.figure.value < 0 or bool(falls) == bool(grows):
        return False
    return ratio > _HUNDRED if falls else ratio < _HUNDRED


def _distance(rate: Quantity, top: Quantity, bottom: Quantity) -> int:
    """How far a pair stands from its rate, by sentences and numbers; words that tell the roles bring it nearer."""
    away = sum(_away(rate, q) for q in (top, bottom))
    return away - (200 if _is_told(rate, top, bottom) else 0)


def _away(rate: Quantity, q: Quantity) -> int:
    if q.passage != rate.passage:
        return 200 + 10 * (rate.passage - q.passage)
    return 100 * abs(rate.sentence - q.sentence) + abs(rate.order - q.order)


def _is_told(rate: Quantity, top: Quantity, bottom: Quantity) -> bool:
    """Whether the words say that this rate is of these two."""
    if _base(rate) and (_base(rate) in bottom.words or _is_called(rate, bottom)):
        return True
    same = top.passage == rate.passage and abs(rate.sentence - top.sentence) <= 1
    near = same and bottom.passage == rate.passage and abs(rate.sentence - bottom.sentence) <= 1
    return near and any(
        words.search(rate.words) and has_role(top.words, tops) and has_role(bottom.words, bottoms)
        for words, tops, bottoms, _ in _KINDS
    )


def _base(rate: Quantity) -> str:
    """What a share is a share of: 占总投资的43.16%."""
    m = _SHARE.search(rate.words)
    return _NOISE.sub("", m["base"] or "") if m else ""


def _is_called(rate: Quantity, q: Quantity) -> bool:
    """Whether a number is called what the rate is a share of: 占就业人数的, 就业977人."""
    base = _base(rate)
    stem = _COUNTED_NOISE.sub("", base)
    return bool(base) and (q.words.endswith(base) or len(stem) >= _STEM_LENGTH and q.words.endswith(stem))


def _raw_base(rate: Quantity) -> str:
    m = _SHARE.search(rate.words)
    return (m["base"] or "") if m else ""


def _with_sum(rate: Quantity, pool: Sequence[Quantity]) -> Iterator[Proposal]:
    """Rates of two numbers together, or by two: 满意120人、基本满意50人，满意度85%."""
    close = [q for q in pool if abs(rate.sentence - q.sentence) <= 1 and q.kind]
    half = Decimal(1).scaleb(-rate.figure.places) / 2
    for a, b in combinations(close, 2):
        for other in close if a.kind == b.kind else ():
            if other is a or other is b or other.kind != a.kind:
                continue
            both = a.base + b.base
            upper, lower = (both, other.base) if both <= other.base else (other.base, both)
            if rate.figure.value > _HUNDRED:
                upper, lower = lower, upper
            if abs(upper / lower * _HUNDRED - rate.figure.value) <= half:
                pair = f"({a.figure.text} + {b.figure.text})"
                left = f"{pair} ÷ {other.figure.text}" if upper == both else f"{other.figure.text} ÷ {pair}"
                terms = (a.term(), b.term(), other.term())
                value = exact(upper / lower * _HUNDRED)
                yield computed(
                    RULE, "ratio", "rate_of", terms, rate.term(), _CONFIDENCE["far"], value, f"{left} × 100%"
                )


def _of_rest(rate: Quantity, near: Sequence[Quantity]) -> Iterator[Proposal]:
    """Rates of what is left of all when the bad ones are taken off: 抽查15处，2处宽度不足，合格率86.67%."""
    close = [q for q in near if _same_sentence(q, rate) and q.kind and not q.is_money]
    if not _STEM.search(rate.words) or len(close) < _FEWEST_SHARES:
        return
    alike = [q for q in close if q.kind == close[0].kind]
    part, whole = sorted((close[0], alike[-1]), key=lambda q: q.base)
    if whole.kind == part.kind and part.base < whole.base:
        value = exact((whole.base - part.base) / whole.base * _HUNDRED)
        left = f"({whole.figure.text} - {part.figure.text}) ÷ {whole.figure.text} × 100%"
        terms = (whole.term(), part.term())
        proposal = computed(RULE, "ratio", "rate_of", terms, rate.term(), _CONFIDENCE["slip"], value, left)
        told = (
            _GOOD.search(rate.words) and len(alike) == 2 and part is alike[-1] and _BAD.search(part.words + part.tail)
        )
        if holds(proposal) and (told or rate.figure.places) or told and _is_slip_of(rate, value.low):
            yield proposal


def _by_afterwards(rate: Quantity, near: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """A change and what there was before, where the rate is right only by what there was afterwards: 1,286件，比上年的1,462件
    减少176件，下降13.69%."""
    close = [q for q in near if _same_sentence(q, rate) and q.kind]
    if not _CHANGE.search(rate.words) or not _may_slip(rate):
        return None
    half = Decimal(1).scaleb(-rate.figure.places) / 2
    for before in (q for q in close if _FORMER.search(q.words)):
        alike = [q for q in close if q.kind == before.kind and q is not before]
        for delta in reversed(alike):
            after = next((q for q in alike if q is not delta and abs(q.base - before.base) == delta.base), None)
            if after is None or _FORMER.search(after.words) or not (_CHANGE.search(delta.words) and after.base):
                continue
            right, turned = (delta.base / q.base * _HUNDRED for q in (before, after))
            if abs(turned - rate.figure.value) <= half < abs(right - rate.figure.value):
                return delta, before
    return None


def _of_answers(rate: Quantity, near: Sequence[Quantity], by_kind: Mapping[str, Iterable[Quantity]]) -> Proposal | None:
    """In 312份有效问卷中，291名知晓，知晓率93.27%: a share of the valid answers; wrong where it is one of those sent out."""
    own = [q for q in near if _same_passage(q, rate) and _is_counted(q) and _kinds_of(q.kind) == _ASKED[0]]
    tops = [q for q in own if _same_sentence(q, rate) and rate.order - q.order == 1]
    valid = {q.base: q for q in own if _ANSWERS.search(q.words) or _ANSWERS_AFTER.search(q.tail)}
    if not tops or len(valid) != 1 or not _OF_ANSWERS.search(rate.words):
        return None
    [top], [bottom] = tops, valid.values()
    if top is bottom or top.base > bottom.base:
        return None
    if _is_share_of(rate, top, bottom):
        return _proposal(rate, top, bottom, False, _CONFIDENCE["near"])
    sent = [q for q in [*_asked(_ASKED[0], by_kind), *own] if _SENT.search(q.words) and q.base > bottom.base]
    if rate.figure.places and any(_is_share_of(rate, top, q) for q in sent):
        return _proposal(rate, top, bottom, False, _CONFIDENCE["base"])
    return None


def _by_another(
    rate: Quantity, near: Sequence[Quantity], right: Sequence[Proposal]
) -> tuple[Quantity, Quantity] | None:
    """The pair that the words name, where the rate is right only by a number that they do not name."""
    tops = [q for q in near if _same_passage(q, rate) and q.is_money]
    first = [q for q in near if _same_sentence(q, rate) and q.order < rate.order][-1:]
    if not right or not first or not _base(rate) or rate.figure.places < _MIN_FAR_PLACES:
        return None
    if first[0].is_money:
        return _of_another_role(rate, first[0], tops, right)
    if first[0].order != rate.order - 1:
        return None
    [top] = first
    named = [q for q in near if q is not top and _same_passage(q, rate) and _is_called(rate, q) and q.kind == top.kind]
    by_named = {q.term().place for q in named}
    if not named or any(by_named & {t.place for t in p.operands} for p in right):
        return None
    if any(_base(rate) in t.label or _stem_of(rate) in t.label for p in right for t in p.operands[1:]):
        return None
    return (top, named[0]) if top.base <= named[0].base else None


def _of_another_role(
    rate: Quantity, top: Quantity, money: Sequence[Quantity], right: Sequence[Proposal]
) -> tuple[Quantity, Quantity] | None:
    """占到位资金的81.00% where it is right by the budget only: the one amount that arrived is what it should be of."""
    meant = role(_raw_base(rate))
    by_place = {q.term().place: q for q in money}
    given = [by_place.get(t.place) for p in right for t in p.operands[1:]]
    named = list({q.base: q for q in money if q is not top and q.role == meant}.values())
    if meant not in _BASES or len(named) != 1 or any(q is None or q.role not in _BASES for q in given):
        return None
    others = {q.role for q in given if q}
    apart = meant == "arrived" and "arrived" not in others or meant != "arrived" and others == {"arrived"}
    return (top, named[0]) if apart and top.base <= named[0].base else None


def _stem_of(rate: Quantity) -> str:
    return _COUNTED_NOISE.sub("", _base(rate))


def _by_other_budget(
    rate: Quantity,
    right: Sequence[Proposal],
    near: Sequence[Quantity],
    by_kind: Mapping[str, Iterable[Quantity]],
    words: re.Pattern[str],
    mistaken: re.Pattern[str],
    meant: str,
) -> tuple[Quantity, Quantity] | None:
    """The numerator of a rate of such words and the budget that is its base, where it is right only by the other one:
    an execution rate by the initial budget, an adjustment rate by the adjusted one."""
    if not right or not words.search(rate.words) or mistaken.search(rate.words):
        return None
    operands = [p.operands for p in right if p.kind == "ratio" and len(p.operands) == 2]
    if not operands or not all(mistaken.search(bottom.label) for _, bottom in operands):
        return None
    money = [*by_kind.get("money", ()), *(q for q in near if q.passage == rate.passage)]
    tops = [q for q in money if q.term().place == operands[0][0].place]
    bases = [q for q in money if q.role == meant and (meant == "adjusted" or _INITIAL.search(q.words))]
    if not tops or len({q.base for q in bases}) != 1 or bases[-1].base == 0:
        return None
    return tops[-1], bases[-1]


def _far_pairs(
    rate: Quantity, tops: Sequence[Quantity], by_kind: Mapping[str, Iterable[Quantity]]
) -> Iterator[Proposal]:
    """Pairs whose lower part stands pages before: where its words say that it is one, or both are called alike, or the
    upper one stands right before its rate and both have digits enough to tell."""
    base = _stem_of(rate)
    for top in reversed(tops):
        if not top.kind:
            continue
        fitting = [q for q in by_kind.get(top.kind, ()) if _fits(rate, top, q, False)]
        only = "占" in rate.words and not base and len({q.base for q in fitting}) == 1
        for bottom in reversed(fitting):
            told = base in bottom.words if base else has_role(bottom.words, ("budget", "adjusted", "plan", "arrived"))
            beside = 0 < rate.order - top.order <= 2 and (only or _tells(top) and _tells(bottom))
            if told or beside or _share_name(top, bottom):
                yield _proposal(rate, top, bottom, False, _CONFIDENCE["far"])


def _tells(q: Quantity) -> bool:
    """Whether a number has digits enough that a ratio with it is no chance."""
    return len(q.figure.text.replace(",", "").replace(".", "").strip("0")) >= _TELLING_DIGITS


def _share_name(a: Quantity, b: Quantity) -> bool:
    """Whether the two are called alike: 新建码头岸线480米, 新建码头岸线640米."""
    grams = {a.words[i : i + _GRAM] for i in range(len(a.words) - _GRAM + 1)}
    return any(b.words[i : i + _GRAM] in grams for i in range(len(b.words) - _GRAM + 1))


def _proposal(rate: Quantity, top: Quantity, bottom: Quantity, changes: bool, confidence: float) -> Proposal:
    """The rate as ratio, or, where it tells a change, as the difference by what was before."""
    terms = (top.term(), bottom.term())
    stated = rate.term(rate.name or "比率")
    plain = Proposal(RULE, "ratio", "rate_of", terms, stated, confidence)
    if _same_scale(top, bottom) and (not changes or holds(plain)):
        return plain
    upper, lower = (q.figure.interval.scaled(q.base / q.figure.value) for q in (top, bottom))
    if not top.is_money and not top.figure.places:
        upper, lower = exact(top.base), exact(bottom.base)
    ratio = (upper / lower).scaled(_HUNDRED)
    if changes:
        ratio = ratio - exact(_HUNDRED)
        if ratio.high < 0 < rate.figure.value:
            ratio = -ratio
        text = f"({top.figure.text} - {bottom.figure.text}) ÷ {bottom.figure.text} × 100%"
    else:
        text = f"{top.figure.text}{top.figure.unit} ÷ {bottom.figure.text}{bottom.figure.unit} × 100%"
    return computed(RULE, "ratio", "rate_of", terms, stated, confidence, ratio, text)


def _same_scale(a: Quantity, b: Quantity) -> bool:
    return a.is_money or (a.figure.unit or "").startswith("万") == (b.figure.unit or "").startswith("万")


# --- shares of one base -------------------------------------------------------------------------------------------


def _of_one_base(found: Sequence[Quantity], by_kind: Mapping[str, Iterable[Quantity]]) -> Iterator[Proposal]:
    """通勤347人，占57.83%；购物265人，占44.17%: counts and shares of a passage that name no base, where one number above
    is the base of several. A further one is wrong if one slip of the pen explains it."""
    pairs = list(_counted_shares(found))
    if len(pairs) < _FEWEST_SHARES:
        return
    bases = {q.base: q for q in [*_asked(pairs[0][0].kind, by_kind), *found] if _may_be_operand(q) and q.kind}
    kinds = {_kinds_of(top.kind) for top, _ in pairs}
    fitting = {
        base: [(top, rate) for top, rate in pairs if _is_share_of(rate, top, q)]
        for base, q in bases.items()
        if _kinds_of(q.kind) in kinds
    }
    best = max(fitting, key=lambda base: len(fitting[base]), default=None)
    if best is None or len(fitting[best]) < _FEWEST_SHARES:
        return
    explained = {rate.order for own in fitting.values() for _, rate in own}
    for top, rate in fitting[best]:
        yield _proposal(rate, top, bases[best], False, _CONFIDENCE["far"])
    for top, rate in pairs:
        if rate.order not in explained and top.base <= best and _slipped(rate, top, bases[best]):
            yield _proposal(rate, top, bases[best], False, _CONFIDENCE["slip"])


def _counted_shares(found: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """Each count with the share beside it: 732人，占91.50%; 86.25%（690人）; 690人（86.25%）."""
    for a, b in zip(found, found[1:], strict=False):
        if a.sentence != b.sentence:
            continue
        between = a.source.text[a.figure.stop : b.figure.start].strip()
        bracketed = between in ("(", "（")
        if b.is_rate and _is_counted(a) and (bracketed or _ALL_OF.match(b.words) and b.words[:1] == "占"):
            yield a, b
        elif a.is_rate and _is_counted(b) and bracketed:
            yield b, a


def _is_counted(q: Quantity) -> bool:
    return _may_be_operand(q) and bool(q.kind) and not q.is_money and not q.figure.places


def _kinds_of(kind: str) -> str:
    return _ASKED[0] if kind in _ASKED else kind


def _asked(kind: str, by_kind: Mapping[str, Iterable[Quantity]]) -> Iterator[Quantity]:
    """What was counted above: of those asked also in sheets and households."""
    for other in _ASKED if kind in _ASKED else (kind,):
        yield from by_kind.get(other, ())


def _is_share_of(rate: Quantity, top: Quantity, bottom: Quantity) -> bool:
    half = Decimal(1).scaleb(-rate.figure.places) / 2
    return (
        top is not bottom
        and top.base <= bottom.base
        and abs(top.base / bottom.base * _HUNDRED - rate.figure.value) <= half
    )


# --- rates that no reading gives ----------------------------------------------------------------------------------


def _wrong(
    rate: Quantity, near: Sequence[Quantity], behind: Sequence[Quantity], far: Sequence[Quantity]
) -> Iterator[Proposal]:
    """A rate whose words name its two numbers, and only those: alarm where one reading is left, else only where a slip
    of the pen explains the miss."""
    if _CHANGE.search(rate.words):
        yield from _wrong_growth(rate, near)
        return
    close = _unlike(_grammar(rate, near, behind))
    if any(_is_of_more(rate, *pair, near) for pair in close):
        return
    meant = len(close) == 1 and (_may_be_meant(rate, *close[0]) or _is_all_of_sentence(rate, *close[0], near))
    if meant and _only_these(rate, *close[0], near):
        yield _proposal(rate, *close[0], False, _CONFIDENCE["near"])
        return
    above = [q for q in far if rate.passage - q.passage <= _PASSAGES and q.words]
    if len(_unlike(_grammar(rate, near, behind, reach=True))) > _MOST:
        return
    readings = close or _unlike(_grammar(rate, [*above, *near], behind, reach=True))
    slipped = [pair for pair in readings if _slipped(rate, *pair)]
    if len(slipped) == 1:
        yield _proposal(rate, *slipped[0], False, _CONFIDENCE["slip"])


def _headline_amounts(reading: Reading) -> frozenset[Decimal]:
    """The budgets and the money that arrived of the whole report, in 元."""
    facts = reading.facts.headline
    amounts = (facts.budget, facts.adjusted_budget, facts.funds_arrived)
    return frozenset(q.value * MONEY[q.unit] for q in amounts if q and q.unit in MONEY)


def _of_headline(
    rate: Quantity, found: Sequence[Quantity], headline: Mapping[tuple[str, Decimal], Quantity]
) -> Iterator[Proposal]:
    """An execution or arrival rate beside its numerator, of a budget that stands far above: where it is right, or one
    slip of the pen parts it from the only one that it may be of."""
    for words, tops, bottoms, money in _KINDS:
        if not money or not words.search(rate.words):
            continue
        own = [q for q in found[: rate.order] if _same_sentence(q, rate) and q.is_money and q.role in tops][-1:]
        pairs = _unlike([(t, q) for t in own for (role_, _), q in headline.items() if role_ in bottoms])
        right = [p for pair in pairs if holds(p := _proposal(rate, *pair, False, _CONFIDENCE["far"]))]
        yield from right
        slipped = [pair for pair in pairs if _slipped(rate, *pair, _TELLING_OF_WHOLE)]
        if not right and len(slipped) == 1:
            yield _proposal(rate, *slipped[0], False, _CONFIDENCE["slip"])
        return


def _wrong_growth(rate: Quantity, near: Sequence[Quantity]) -> Iterator[Proposal]:
    """2022年126.8万人次，比上年的108.4万人次增长19.67%: a change between the two numbers of its sentence, wrong by a slip."""
    yield from islice(_turned(rate, near), 1)
    own = [q for q in near if _same_sentence(q, rate) and q.kind]
    if len(own) != 2 or own[0].kind != own[1].kind:
        return
    below = _BELOW.search(rate.words)
    if not below and not _AGAINST.search(own[0].words + own[1].words + rate.words):
        return
    after, before = sorted(own, key=lambda q: q.base) if below else own
    if _FROM.search(own[0].words):
        before, after = own
    growth = (after.base - before.base) / before.base * _HUNDRED
    if _is_slip_of(rate, abs(growth)):
        yield _proposal(rate, after, before, True, _CONFIDENCE["slip"])


def _turned(rate: Quantity, near: Sequence[Quantity]) -> Iterator[Proposal]:
    """A change that is right only by what there was afterwards: 37.22万元，较上年的41.05万元下降10.29%."""
    close = [q for q in near if _same_passage(q, rate) and rate.sentence - q.sentence <= 1 and q.kind]
    if rate.figure.places < _MIN_FAR_PLACES or not _may_slip(rate):
        return
    half = Decimal(1).scaleb(-rate.figure.places) / 2
    for before in reversed(close):
        for after in reversed(close):
            if before.kind != after.kind or not _FORMER.search(before.words) or _FORMER.search(after.words):
                continue
            right = after.base / before.base * _HUNDRED
            turned = abs(before.base / after.base * _HUNDRED - _HUNDRED)
            if abs(turned - rate.figure.value) <= half and not _is_turned(rate, right):
                yield _proposal(rate, after, before, True, _CONFIDENCE["base"])


def _is_of_more(rate: Quantity, top: Quantity, bottom: Quantity, near: Sequence[Quantity]) -> bool:
    """Whether a third number that is added to the base, or taken from it, makes the rate right: 剔除节约资金20.00万元后."""
    half = Decimal(1).scaleb(-rate.figure.places) / 2
    others = [q.base for q in near if q.kind == bottom.kind and q is not bottom and q is not top]
    bases = [base for other in others for base in (bottom.base - other, bottom.base + other) if base > 0]
    return any(abs(top.base / base * _HUNDRED - rate.figure.value) <= half for base in bases)


def _may_be_meant(rate: Quantity, top: Quantity, bottom: Quantity) -> bool:
    """Whether the two come near the rate, or a slip parts them: what is far off may be of another base."""
    ratio = top.base / bottom.base * _HUNDRED
    near = rate.figure.value / _FARTHEST <= ratio <= rate.figure.value * _FARTHEST
    return near or _slipped(rate, top, bottom) or _is_meant_equal(rate, top, bottom)


def _is_meant_equal(rate: Quantity, top: Quantity, bottom: Quantity) -> bool:
    """Whether a full rate shows that the two of its sentence were equal before one slip of the pen."""
    full = rate.figure.value == _HUNDRED and _same_sentence(top, rate) and _same_sentence(bottom, rate)
    same = top.figure.unit == bottom.figure.unit and top.figure.places == bottom.figure.places
    return full and same and slip(top.figure.value, bottom.figure.value, top.figure.places)


def _is_all_of_sentence(rate: Quantity, top: Quantity, bottom: Quantity, near: Sequence[Quantity]) -> bool:
    """Whether the sentence tells what was planned, what was done and the rate, and nothing else: however far off the rate
    is, it can be of nothing else (计划建设120处，实际建成120处，占计划的10%)."""
    before = [q for q in near if _same_sentence(q, rate)]
    return before == [bottom, top] and top.order == rate.order - 1 and bool(top.kind) and not top.is_money


def _unlike(pairs: Sequence[tuple[Quantity, Quantity]]) -> list[tuple[Quantity, Quantity]]:
    """The pairs of different values, the last of each."""
    return list({(top.base, bottom.base): (top, bottom) for top, bottom in pairs}.values())


def _only_these(rate: Quantity, top: Quantity, bottom: Quantity, near: Sequence[Quantity]) -> bool:
    """A full rate of more than there was may count other money too: it is wrong only where no other is named."""
    if rate.figure.value != _HUNDRED or top.base <= bottom.base:
        return True
    values = {q.base for q in near if q.kind == top.kind and q.passage == rate.passage}
    return values == {top.base, bottom.base}


def _slipped(rate: Quantity, top: Quantity, bottom: Quantity, digits: int = _TELLING_RATE) -> bool:
    """Whether one slip of the pen in one of the three explains that they do not agree. Short rates fit too much."""
    value, places = rate.figure.value, rate.figure.places
    if not _may_slip(rate, digits):
        return False
    half = Decimal(1).scaleb(-places) / 2
    if _is_slip_of(rate, top.base / bottom.base * _HUNDRED, digits):
        return True
    tops = _meant(top, value * bottom.base / _HUNDRED)
    bottoms = _meant(bottom, top.base * _HUNDRED / value)
    return any(abs(v / bottom.base * _HUNDRED - value) <= half for v in tops) or any(
        abs(top.base / v * _HUNDRED - value) <= half for v in bottoms
    )


def _may_slip(rate: Quantity, digits: int = _TELLING_RATE) -> bool:
    value = rate.figure.value
    return len(rate.figure.text.replace(".", "")) >= digits and value != _HUNDRED and bool(value)


def _is_slip_of(rate: Quantity, right: Decimal, digits: int = _TELLING_RATE) -> bool:
    """Whether one slip of the pen makes the rate of the right one."""
    places = rate.figure.places
    half = Decimal(1).scaleb(-places) / 2
    found = slips(rate.figure.value, places, (round(right, places),))
    return _may_slip(rate, digits) and any(abs(v - right) <= half for v in found)


def _meant(q: Quantity, near: Decimal) -> list[Decimal]:
    """What the number may have been before a slip of the pen; lost digits only for what comes near the given value."""
    scale = q.base / q.figure.value
    found = slips(q.figure.value, q.figure.places, (round(near / scale, q.figure.places),))
    return [v * scale for v in found if v > 0]


def _grammar(
    rate: Quantity, near: Sequence[Quantity], behind: Sequence[Quantity], reach: bool = False
) -> list[tuple[Quantity, Quantity]]:
    """The pairs that the words make: roles above and below the line, in the sentence or those before it; with `reach`
    the lower one also in what stands above."""
    pool = [q for q in (*near, *behind) if reach or rate.sentence - q.sentence <= _SENTENCES]
    base = _base(rate)
    if base:
        tops = [q for q in pool if _same_sentence(q, rate) and q.order < rate.order][-1:]
        others = [q for q in pool if q not in tops]
        named = [q for q in others if q.words.endswith(_raw_base(rate))]
        bottoms = (
            named[-1:]
            or [q for q in others if q.words.endswith(base)][-1:]
            or [q for q in others if _is_called(rate, q)]
        )
        pairs = [(t, b) for t in tops for b in bottoms if t.kind == b.kind and t.base <= b.base]
        if pairs or not _OF_PLAN.search(rate.words):
            return pairs
    beside = next((q for q in reversed(pool) if q.order < rate.order and _same_sentence(q, rate)), None)
    alike = [q for q in near if beside and q is not beside and q.words == beside.words and q.kind == beside.kind]
    if beside and beside.words and len(alike) == 1 and rate.order - beside.order == 1:
        return [(beside, alike[0])]
    for words, top_roles, bottom_roles, money in _KINDS:
        if words.search(rate.words):
            tops = [q for q in pool if q.role in top_roles and (q.is_money or not money)]
            if not money:
                tops = [q for q in tops if _is_of_kind(rate, q)]
            own = [q for q in tops if _same_sentence(q, rate)]
            own = [q for q in own if q.order < rate.order] or own or [q for q in tops if q.passage == rate.passage]
            bottoms = [q for q in pool if q.role in bottom_roles and q not in own[-1:]]
            pairs = [(t, b) for t in own[-1:] for b in _latest(bottoms) if t.kind == b.kind and t.kind]
            if pairs:
                return pairs
    return []


def _is_of_kind(rate: Quantity, top: Quantity) -> bool:
    """Whether the rate is named for what the number counts: 合格1,203批次，合格率97.02%."""
    stems = [m["stem"] for m in _STEM.finditer(rate.words)]
    if not stems and _OF_PLAN.search(rate.words):
        return True
    return any(_PLANNED.fullmatch(stem) or stem in top.words + top.tail for stem in stems[-1:])


def _same_passage(a: Quantity, b: Quantity) -> bool:
    return a.passage == b.passage


def _same_sentence(a: Quantity, b: Quantity) -> bool:
    return a.passage == b.passage and a.sentence == b.sentence


def _latest(found: Sequence[Quantity]) -> list[Quantity]:
    """The last quantity of each value."""
    return list({q.base: q for q in islice(found, 0, None)}.values())
