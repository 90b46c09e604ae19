"""Rule text.product: unit price by quantity by months, averages, and the same amount in another unit."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from extractor.checks.engine.digits import slip
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.clause import Quantity, computed, quantities
from extractor.checks.sources.reading import Reading
from extractor.data import load
from extractor.quantity import MONEY, Interval, exact

RULE = "text.product"
_SETTINGS = load("text_product")
_CONFIDENCE = load("confidence")["text_product"]
_PRICE = re.compile(_SETTINGS["price"])
_PRICE_AFTER = re.compile(_SETTINGS["price_after"])
_EACH = re.compile(_SETTINGS["each"])
_EACH_AFTER = re.compile(_SETTINGS["each_after"])
_FURTHER = re.compile(_SETTINGS["further"])
_TOTAL = re.compile(_SETTINGS["total"])
_PER_YEAR = re.compile(_SETTINGS["per_year"])
_PER_MONTH = re.compile(_SETTINGS["per_month"])
_MONTHS = re.compile(_SETTINGS["months"])
_AVERAGE = re.compile(_SETTINGS["average"])
_BY_RATE = re.compile(_SETTINGS["by_rate"])
_YEARLY = re.compile(_SETTINGS["yearly"])
_YEARS = re.compile(_SETTINGS["years"])
_CONVERTED = re.compile(_SETTINGS["converted"])
_COUNTED_AVERAGE = re.compile(_SETTINGS["counted_average"])
_PROPORTION = re.compile(_SETTINGS["proportion"])
_TO_ONE = re.compile(_SETTINGS["to_one"])
_EACH_GROUP = re.compile(_SETTINGS["each_group"])
_GROUPED_TOTAL = re.compile(_SETTINGS["grouped_total"])
_DEDUCTION = re.compile(_SETTINGS["deduction"])
_DEDUCTION_EACH = re.compile(_SETTINGS["deduction_each"])
_BY_POINTS = re.compile(_SETTINGS["by_points"])
_FALLEN_BY = re.compile(_SETTINGS["fallen_by"])
_WEIGHTING = re.compile(_SETTINGS["weighting"])
_WEIGHTED = re.compile(_SETTINGS["weighted"])
_DEDUCTED = re.compile(_SETTINGS["deducted"])
_DUE = re.compile(_SETTINGS["due"])
_MADE = re.compile(_SETTINGS["made"])
_SHORT = re.compile(_SETTINGS["short"])
_OF_ALL = re.compile(_SETTINGS["of_all"])
_CAPPED = re.compile(_SETTINGS["capped"])
_SCALES = [{unit: Decimal(n) for unit, n in units.items()} for units in _SETTINGS["units"].values()]
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_RATES = frozenset({"分", "%", "‰", "个百分点", "百分点", "倍"})
_RECENT = 24  # prices of the passages before
_FAR = 60  # counts and amounts of the passages before
_BESIDE = 4  # how far in numbers the factors of an amount stand
_WIDE = 12  # and where the two are called alike
_CLOSE = 8  # characters before a number
_FEW_DIGITS = 3  # in amounts this short a product may be chance
_GRAM = 4
_SHORT_TAIL = 6  # characters that tell what a number is of
_YEAR = Decimal(12)
_WHOLE = Decimal(100)
_POINT_UNITS = ("个百分点", "百分点")


def propose(reading: Reading) -> Iterator[Proposal]:
    prices: deque[Quantity] = deque(maxlen=_RECENT)
    counts: deque[Quantity] = deque(maxlen=_FAR)
    amounts: deque[Quantity] = deque(maxlen=_FAR)
    hired: deque[tuple[Quantity, Quantity]] = deque(maxlen=_RECENT)
    rules = _rules_of_points(reading)
    for qs in quantities(reading):
        if not qs:
            continue
        yield from _weighted(qs)
        yield from _by_rules(qs, rules)
        yield from _conversions(qs)
        yield from _grouped(qs)
        yield from _proportions(qs)
        yield from _deductions(qs)
        yield from _shares(qs)
        yield from _yearly(qs)
        if qs[0].source.cell is not None:
            yield from _products(qs, _prices(qs))
            continue
        own = _prices(qs)
        yield from _products(qs, [*own, *reversed(prices)])
        yield from _averages(qs, amounts, counts)
        hired.extend(_hired(qs))
        yield from _of_months(qs, hired)
        prices.extend(own)
        counts.extend(q for q in qs if _is_count(q))
        amounts.extend(q for q in qs if q.is_money)


def _is_count(q: Quantity) -> bool:
    return not q.is_money and q.figure.unit not in _RATES and bool(q.kind) and q.figure.value > 0


def _prices(qs: Sequence[Quantity]) -> list[Quantity]:
    return [q for q in qs if q.is_money and (_PRICE.search(q.words or _before(q)) or _PRICE_AFTER.search(q.tail))]


def _before(q: Quantity) -> str:
    """What stands before a number whose words a bracket parts from it: 每台（套）91,100元."""
    return q.source.text[max(q.source.sentences[q.sentence][0], q.figure.start - _CLOSE) : q.figure.start]


def _interval(q: Quantity) -> Interval:
    """The true values in the base unit; prices and counts are exact."""
    scale = q.base / q.figure.value if q.figure.value else Decimal(1)
    return q.figure.interval.scaled(scale)


# --- price by quantity --------------------------------------------------------------------------------------------


def _products(qs: Sequence[Quantity], prices: Sequence[Quantity]) -> Iterator[Proposal]:
    """An amount that is a price by a count beside it; where it is not, only if the sentence says 每家 and counts 家."""
    for total in qs:
        if not total.is_money or total.role == "per" or not total.figure.value:
            continue
        names = _grams(total.words)
        close = qs[max(0, total.order - _WIDE) : total.order + _WIDE]
        beside = [
            q for q in close if _is_count(q) and (abs(q.order - total.order) <= _BESIDE or names & _grams(q.words))
        ]
        beside.sort(key=lambda q: abs(q.order - total.order))
        found = next(
            (
                proposal
                for count in beside
                for price in prices
                if price is not total and _likely(total, price, count) and _near(total, price, count)
                if holds(proposal := _product(total, price, count, _CONFIDENCE["each"]))
            ),
            None,
        )
        if found:
            yield found
        else:
            yield from _each(total, prices, beside, qs)


def _near(total: Quantity, price: Quantity, count: Quantity) -> bool:
    return abs(total.base - price.base * count.base) <= abs(total.base) / 50


def _likely(total: Quantity, price: Quantity, count: Quantity) -> bool:
    """Whether the product is more than chance: the price in the same sentence, or an amount of many digits."""
    if price.base >= total.base or count.figure.value <= 1:
        return False
    if price.passage == total.passage and price.sentence == total.sentence:
        return True
    return len(total.figure.text.replace(",", "").replace(".", "").strip("0")) >= _FEW_DIGITS or bool(
        _grams(total.words) & _grams(price.words + price.tail)
    )


def _grams(text: str, size: int = 2) -> set[str]:
    return {text[i : i + size] for i in range(len(text) - size + 1)}


def _product(total: Quantity, price: Quantity, count: Quantity, confidence: float) -> Proposal:
    assert total.figure.unit in MONEY
    value = exact(price.base * count.base / MONEY[total.figure.unit])
    left = f"{price.figure.text}{price.figure.unit} × {count.figure.text}{count.figure.unit or count.kind}"
    terms = (count.term(), price.term())
    return computed(RULE, "product", "priced", terms, total.term(), confidence, value, left)


def _each(
    total: Quantity, prices: Sequence[Quantity], beside: Sequence[Quantity], qs: Sequence[Quantity]
) -> Iterator[Proposal]:
    """2家企业，每家20万元，共计40万元: one price, one count of what the price is for, one total, no other factor."""
    own = [p for p in prices if p.passage == total.passage and p.sentence == total.sentence and p is not total]
    money = [q for q in qs if q.is_money and q.sentence == total.sentence]
    if len(own) != 1 or len(money) != 2 or total.order < own[0].order or total.base <= own[0].base:
        return
    [price] = own
    if _OF_ALL.search(total.words) and any(_is_beside(p, total) for p in qs):
        return
    m = _EACH.search(price.words or _before(price)) or _EACH_AFTER.search(price.tail)
    counted = [q for q in beside if m and q.kind == m["unit"] and q.sentence == total.sentence]
    if len(counted) != 1:
        return
    between = total.source.text[min(counted[0].figure.stop, price.figure.stop) : total.figure.start]
    if not _FURTHER.search(between) and _TOTAL.search(total.words):
        yield _product(total, price, counted[0], _CONFIDENCE["each"])


def _is_beside(q: Quantity, total: Quantity) -> bool:
    """Whether an amount stands in the statement before, parted by a semicolon, which the total may include."""
    start = total.source.sentences[total.sentence][0]
    return q.is_money and q.sentence == total.sentence - 1 and total.source.text[start - 1] in ";；"


def _shares(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """An amount that is a part of another by a rate of the same sentence: 18,000万元，利率3.52%，年利息633.60万元."""
    money = [q for q in qs if q.is_money]
    rates = [q for q in qs if q.is_rate and q.figure.value]
    for total in money if rates else ():
        for rate in rates:
            for whole in money:
                if whole is total or max(abs(q.order - total.order) for q in (rate, whole)) > _WIDE:
                    continue
                half = Decimal(1).scaleb(-total.figure.places) / 2 * MONEY[total.figure.unit or "元"]
                value = whole.base * rate.figure.value / 100
                if _is_told_of(total, rate) and abs(value - total.base) <= half and total.figure.value:
                    yield Proposal(
                        RULE, "product", "priced", (whole.term(), rate.term()), total.term(), _CONFIDENCE["each"]
                    )


def _is_told_of(total: Quantity, rate: Quantity) -> bool:
    """Whether the rate is one that amounts are computed by: an interest, a fee, a deduction."""
    return bool(_BY_RATE.search(total.words) or _BY_RATE.search(rate.words))


# --- groups, proportions, points taken off ------------------------------------------------------------------------


def _grouped(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """3个小组，每组4人，共12人."""
    for count, each, total in zip(qs, qs[1:], qs[2:], strict=False):
        if not _are_counted_together(count, each, total):
            continue
        if count.base > 1 < each.base and count.base * each.base == total.base and total.kind != count.kind:
            terms = (count.term(), each.term())
            yield Proposal(RULE, "product", "priced", terms, total.term(), _CONFIDENCE["each"])
            continue
        m = _EACH_GROUP.search(each.words)
        if m is None or each.kind != total.kind:
            continue
        named = count.kind == m["unit"] or count.tail.endswith(m["unit"])
        if named and _is_count(count) and _is_count(each) and count.kind != each.kind:
            terms = (count.term(), each.term())
            yield Proposal(RULE, "product", "priced", terms, total.term(), _CONFIDENCE["each"])


def _are_counted_together(count: Quantity, each: Quantity, total: Quantity) -> bool:
    """Whether the third number is said to be one of all, and none of the three is money."""
    return (
        count.sentence == total.sentence
        and all(_is_count(q) for q in (count, each, total))
        and bool(_GROUPED_TOTAL.search(total.words))
    )


def _weighted(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """家长满意度84.76%，教师满意度88.40%，按家长60%、教师40%加权，综合满意度为86.22%: a mean by weights that make a hundred."""
    for stated in qs:
        if not stated.is_rate or not stated.figure.places or not _WEIGHTED.search(stated.words):
            continue
        start = stated.source.sentences[stated.sentence][0]
        if not _WEIGHTING.search(stated.source.text[start : stated.figure.start]):
            continue
        before = [q for q in qs[: stated.order] if q.sentence == stated.sentence and q.is_rate]
        half = len(before) // 2
        if half < 2 or len(before) % 2:
            continue
        sides = (before[:half], before[half:])
        fitting = [n for n in (0, 1) if sum(q.figure.value for q in sides[n]) == _WHOLE]
        if len(fitting) != 1:
            continue
        weights, values = sides[fitting[0]], sides[1 - fitting[0]]
        pairs = list(zip(values, weights, strict=True))
        value = exact(Decimal(0))
        for q, weight in pairs:
            value += q.figure.interval.scaled(weight.figure.value / _WHOLE)
        left = " + ".join(f"{q.figure.text}% × {weight.figure.text}%" for q, weight in pairs)
        terms = tuple(q.term() for pair in pairs for q in pair)
        yield computed(RULE, "mean", "average", terms, stated.term(), _CONFIDENCE["mean"], value, left)


def _rules_of_points(reading: Reading) -> list[tuple[Decimal, Term]]:
    """What the report takes off for each percentage point, each once."""
    found: dict[Decimal, Term] = {}
    for passage in reading.passages:
        for m in _BY_POINTS.finditer(passage.text) if "每" in passage.text else ():
            figure = next((f for f in passage.figures if f.start == m.start("points")), None)
            if figure and Decimal(m["n"]):
                found.setdefault(Decimal(m["points"]) / Decimal(m["n"]), passage.term(figure, "每个百分点扣分", "分"))
    return list(found.items())


def _by_rules(qs: Sequence[Quantity], rules: Sequence[tuple[Decimal, Term]]) -> Iterator[Proposal]:
    """低2.98个百分点，扣1.49分, where a rule of the report gives it: which rule is meant is for the criteria to say."""
    for by, lost in zip(qs, qs[1:], strict=False):
        if by.figure.unit not in _POINT_UNITS or lost.figure.unit != "分" or by.sentence != lost.sentence:
            continue
        if not _FALLEN_BY.search(by.words) or not _DEDUCTED.search(lost.words):
            continue
        for each, rule in rules:
            value = (_interval(by) if by.figure.places else exact(by.base)).scaled(each)
            left = f"{by.figure.text} × {each.normalize():f}"
            terms = (by.term(), rule)
            proposal = computed(RULE, "product", "deducted", terms, lost.term(), _CONFIDENCE["each"], value, left)
            if holds(proposal):
                yield proposal
                break


def _proportions(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """生师比15.27:1, where two numbers of its paragraph give it."""
    for stated in qs:
        text = stated.source.text
        if not _TO_ONE.match(text[stated.figure.stop : stated.figure.stop + _SHORT_TAIL]) or not _PROPORTION.search(
            stated.words
        ):
            continue
        before = [q for q in qs if _is_count(q) and abs(q.order - stated.order) <= _WIDE and q is not stated]
        pairs = ((a, b) for a in before for b in before if a is not b)
        value = stated.figure.value
        for a, b in pairs:
            if stated.figure.places and abs(a.base / b.base - value) <= Decimal(1).scaleb(-stated.figure.places) / 2:
                allowed = exact(a.base / b.base)
                left = f"{a.figure.text} ÷ {b.figure.text}"
                terms = (a.term(), b.term())
                yield computed(RULE, "ratio", "average", terms, stated.term(), _CONFIDENCE["mean"], allowed, left)
                break


def _deductions(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """应巡查12次，实际7次，每少1次扣0.4分，扣2分: what is taken off, and what is left of the points."""
    yield from _deducted_each(qs)
    for m in _DEDUCTION.finditer(qs[0].source.text) if qs else ():
        inside = [q for q in qs if m.start() <= q.figure.start < m.end()]
        others = [q for q in qs if q not in inside]
        counted = [q for q in others if q.kind == m["unit"] and q.figure.start < m.start()] or [
            q for q in others if q.kind == m["unit"]
        ]
        missing = _missing(counted)
        if missing is None:
            continue
        number, terms, left = missing
        times = number // (_DIGITS.get(m["n"]) or int(m["n"]))
        points = Decimal(m["points"])
        scores = [q for q in others if q.figure.unit == "分"]
        value = times * points
        rule = [q.term() for q in inside if q.figure.unit == "分"]
        for q in scores:
            if q.figure.start > terms[0].place[-1] and _DEDUCTED.search(q.words) and q.passage == scores[0].passage:
                text = f"{left} × {points}"
                proposal = computed(
                    RULE, "product", "deducted", (*terms, *rule), q.term(), _CONFIDENCE["each"], exact(value), text
                )
                if holds(proposal) or not _CAPPED.search(q.source.text):
                    yield proposal
                break
        if len(scores) >= 2 and scores[0].figure.value - value == scores[-1].figure.value and "得" in scores[-1].words:
            allowed = exact(scores[-1].figure.value)
            text = f"{scores[0].figure.text} - {left} × {points}"
            operands = (scores[0].term(), *terms)
            stated = scores[-1].term()
            yield computed(RULE, "product", "deducted", operands, stated, _CONFIDENCE["each"], allowed, text)


def _deducted_each(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """共2处，每处扣0.5分，共扣1分: where what is counted before gives the points behind."""
    for m in _DEDUCTION_EACH.finditer(qs[0].source.text) if qs else ():
        rule = next((q for q in qs if q.figure.start == m.start("points")), None)
        counted = [q for q in qs if q.figure.start < m.start() and q.kind == m["unit"]]
        scores = [q for q in qs if q.figure.start > m.end() and q.figure.unit == "分" and _DEDUCTED.search(q.words)]
        if rule and counted and scores and counted[-1].base * rule.base == scores[0].base:
            terms = (counted[-1].term(), rule.term())
            yield Proposal(RULE, "product", "deducted", terms, scores[0].term(), _CONFIDENCE["each"])


def _missing(counted: Sequence[Quantity]) -> tuple[Decimal, tuple[Term, ...], str] | None:
    """How many are missing or bad: what was due less what was made, or the one count that says so."""
    due = [q for q in counted if _DUE.search(q.words) and not _SHORT.search(q.words)]
    made = [q for q in counted if _MADE.search(q.words) and q not in due and not _SHORT.search(q.words)]
    if len(due) == 1 == len(made) and due[0].base > made[0].base:
        terms = (due[0].term(), made[0].term())
        return due[0].base - made[0].base, terms, f"({due[0].figure.text} - {made[0].figure.text})"
    short = [q for q in counted if _SHORT.search(q.words + q.tail)]
    if len(short) == 1 and all(q.base > short[0].base for q in counted if q not in short):
        return short[0].base, (short[0].term(),), short[0].figure.text
    return None


# --- a standard for some months -----------------------------------------------------------------------------------


def _hired(qs: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """协管员1293人（标准1,000元/年）: a count with its yearly or monthly standard."""
    for count, price in zip(qs, qs[1:], strict=False):
        if _is_count(count) and price.is_money and count.sentence == price.sentence and _period(price):
            yield count, price


def _period(price: Quantity) -> Decimal | None:
    """How many months a standard is for."""
    if _PER_YEAR.search(price.words) or _PER_YEAR.search(price.tail):
        return _YEAR
    if _PER_MONTH.search(price.words) or _PER_MONTH.search(price.tail):
        return Decimal(1)
    return None


def _of_months(qs: Sequence[Quantity], hired: Iterable[tuple[Quantity, Quantity]]) -> Iterator[Proposal]:
    """1月至4月协管员补助51.02万元 against 1293人, 1,000元/年 for four months."""
    for total in qs:
        m = _MONTHS.search(total.words) if total.is_money else None
        if m is None or not 0 < (months := int(m["last"]) - int(m["first"]) + 1) <= 12:
            continue
        names = _grams(total.words, _GRAM)
        for count, price in reversed(list(hired)):
            period = _period(price)
            if price is total or period is None or not names & _grams(count.words, _GRAM):
                continue
            unit = MONEY[total.figure.unit or "元"]
            value = price.base * count.base * months / period / unit
            months_text = f" ÷ {period} × {months}" if period > 1 else f" × {months}"
            left = f"{count.figure.text}{count.figure.unit} × {price.figure.text}{price.figure.unit}{months_text}个月"
            month = [f for f in total.source.figures if f.unit == "月" and f.start < total.figure.start][-1:]
            terms = (count.term(), price.term(), *(total.source.term(f, "截止月份") for f in month))
            confidence = _CONFIDENCE["standard"]
            yield computed(RULE, "product", "priced", terms, total.term(), confidence, exact(value), left)
            break


# --- averages -----------------------------------------------------------------------------------------------------


def _averages(qs: Sequence[Quantity], amounts: Iterable[Quantity], counts: Iterable[Quantity]) -> Iterator[Proposal]:
    """户均补助1.31万元 = 金额 ÷ 户数."""
    for stated in qs:
        m = (_AVERAGE if stated.is_money else _COUNTED_AVERAGE).search(stated.words)
        if m is None or not stated.figure.value or not stated.is_money and not _is_count(stated):
            continue
        unit = next((group for group in m.groups() if group), None)
        known = [*qs, *reversed(list(amounts if stated.is_money else counts))]
        money = [q for q in known if q.kind == stated.kind and q is not stated]
        counted = [q for q in qs if _is_count(q)] + list(reversed(list(counts)))
        fitting = [q for q in counted if unit is None or q.kind == unit]
        right = next(
            (
                p
                for count in fitting
                for amount in money
                if amount.base > stated.base and abs(amount.base / count.base - stated.base) * 50 <= stated.base
                if holds(p := _mean_of(stated, amount, count))
            ),
            None,
        )
        if right:
            yield right
        elif unit:
            yield from _wrong_mean(stated, qs, unit)


def _wrong_mean(stated: Quantity, qs: Sequence[Quantity], unit: str) -> Iterator[Proposal]:
    """An average right behind the one amount and the one count of its sentence, where a slip of the pen explains it."""
    own = [q for q in qs if q.sentence == stated.sentence and q.order < stated.order]
    counts = [q for q in own if _is_count(q) and q.kind == unit]
    amounts = [q for q in own if q.kind == stated.kind and q not in counts and q.base > stated.base]
    if len(counts) == 1 == len(amounts):
        value = amounts[0].base / counts[0].base * stated.figure.value / stated.base
        if slip(stated.figure.value, round(value, stated.figure.places), stated.figure.places):
            yield _mean_of(stated, amounts[0], counts[0])


def _mean_of(stated: Quantity, amount: Quantity, count: Quantity) -> Proposal:
    scale = stated.base / stated.figure.value
    low = exact(count.base) if not count.figure.places else _interval(count)
    value = (_interval(amount) / low).scaled(1 / scale)
    left = f"{amount.figure.text}{amount.figure.unit} ÷ {count.figure.text}{count.figure.unit or count.kind}"
    terms = (amount.term(), count.term())
    return computed(RULE, "ratio", "average", terms, stated.term(), _CONFIDENCE["mean"], value, left)


def _yearly(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """三年总额X，年均Y."""
    for whole, stated in zip(qs, qs[1:], strict=False):
        if not _YEARLY.search(stated.words) or stated.kind != whole.kind or whole.sentence != stated.sentence:
            continue
        if _YEARLY.search(whole.words) or not stated.kind or abs(whole.base) <= abs(stated.base):
            continue
        start = whole.source.sentences[whole.sentence][0]
        spans = list(_YEARS.finditer(whole.source.text[start : stated.figure.start]))
        if not spans:
            continue
        m = spans[-1]
        years = int(m["last"]) - int(m["first"]) + 1 if m["last"] else _DIGITS.get(m["n"]) or int(m["n"])
        if years < 2:
            continue
        scale = stated.base / stated.figure.value if stated.figure.value else Decimal(1)
        value = _interval(whole).scaled(1 / (scale * years))
        left = f"{whole.figure.text} ÷ {years}年"
        yield computed(RULE, "mean", "average", (whole.term(),), stated.term(), _CONFIDENCE["mean"], value, left)


# --- the same in another unit -------------------------------------------------------------------------------------


def _conversions(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """11,841,908千克，约为1.18万吨."""
    for a, b in zip(qs, qs[1:], strict=False):
        if a.sentence != b.sentence or a.figure.unit == b.figure.unit or not _CONVERTED.search(b.words):
            continue
        for scales in _SCALES:
            if a.figure.unit in scales and b.figure.unit in scales and a.figure.value:
                factor = scales[a.figure.unit] / scales[b.figure.unit]
                allowed = a.figure.interval.scaled(factor)
                left = f"{a.figure.text}{a.figure.unit}"
                confidence = _CONFIDENCE["converted"]
                proposal = computed(RULE, "equal", "converted", (a.term(),), b.term(), confidence, allowed, left)
                if holds(proposal) or _close(a, b, factor):
                    yield proposal


def _close(a: Quantity, b: Quantity, factor: Decimal) -> bool:
    """Whether the two are meant to be the same: within a tenth of each other, or powers of ten apart."""
    ratio = a.figure.value * factor / b.figure.value if b.figure.value else Decimal(0)
    return Decimal("0.9") < ratio < Decimal("1.1")
