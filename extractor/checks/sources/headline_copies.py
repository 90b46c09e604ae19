"""What reports state of the whole again and again: its budget, what arrived and was spent, their rates, the number of
things that were planned, and the rate that the points of an indicator are computed from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractor.checks.engine.digits import lost, slip
from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.clause import Quantity, quantities
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.quantity import MONEY, Figure, cut_interval, exact, rounding_interval
from extractor.result import Headline
from extractor.result import Quantity as Stated

_CONFIDENCE = load("confidence")["headline_copies"]
_SETTINGS = load("headline_copies")
_NAMES = {name: re.compile(pattern) for name, pattern in _SETTINGS["names"].items()}
_CERTAIN = re.compile(_SETTINGS["certain"])
_UNCHANGED = re.compile(_SETTINGS["unchanged"])
_ONLY = re.compile(_SETTINGS["only"])
_NOT_WHOLE = re.compile(_SETTINGS["not_whole"])
_PART = re.compile(_SETTINGS["part"])
_ASKED = re.compile(_SETTINGS["asked"])
_OWNER = re.compile(_SETTINGS["owner"])
_CHANGE = re.compile(_SETTINGS["change"])
_CHANGED = re.compile(_SETTINGS["changed"])
_FORMULAS = tuple(map(re.compile, _SETTINGS["formula"].values()))
_LEFT = re.compile(_SETTINGS["left"])
_PLAN = re.compile(_SETTINGS["plan"]["opens"])
_WHOLE_PLAN = re.compile(_SETTINGS["plan"]["whole"])
_PLAN_ENDS = re.compile(_SETTINGS["plan"]["closes"])
_DONE_VERB = re.compile(_SETTINGS["plan"]["verb"])
_ARRANGED = re.compile(_SETTINGS["plan"]["arranged"])
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年|—|-)")
_HUNDRED = Decimal(100)
_FEWEST_DIGITS = 3
_SHORTEST_NAME = 3
_MOST_PLANS = 12
_MOST_COPIES = 8
_NEAR = 2
_VALUES = {
    "budget": ("budget", "adjusted_budget"),
    "arrived": ("funds_arrived",),
    "spent": ("expenditure",),
    "execution_rate": ("execution_rate",),
    "arrival_rate": ("arrival_rate",),
}
_RATES = ("execution_rate", "arrival_rate")

Met = dict[tuple[str, Decimal], list[Quantity]]
"""The numbers of the sentences by kind and value."""


def restated(rule: str, reading: Reading) -> Iterator[Proposal]:
    """The numbers of the whole that one place states otherwise than the others."""
    found = quantities(reading)
    met: Met = defaultdict(list)
    for group in found:
        for q in group:
            met[q.kind, q.base].append(q)
    yield from _headline(rule, reading, found, met)
    yield from _left(rule, reading.facts.headline, found, met)
    yield from _planned(rule, found, met)
    for passage in reading.passages:
        yield from _computed(rule, passage, met)


def _miss(rule: str, wrong: Quantity, right: Sequence[Quantity], evidence: str) -> Proposal:
    """A number against those that state it rightly, each sentence once."""
    subject = "mention_money" if wrong.is_money else "mention"
    terms = tuple({(q.passage, q.sentence): q.term() for q in reversed(right[:_MOST_COPIES])}.values())
    return Proposal(rule, "equal", subject, terms[::-1], wrong.term(), _CONFIDENCE[evidence])


# --- amounts and rates of the whole ---------------------------------------------------------------------------------


def _is_changed(text: str) -> bool:
    """Whether a text says that a budget was changed."""
    return bool(_CHANGE.search(text) and _CHANGED.search(text))


def _headline(rule: str, reading: Reading, found: Sequence[Sequence[Quantity]], met: Met) -> Iterator[Proposal]:
    """Numbers that words call the project's and that are not: stated once, while the right one stands at two places at
    least, and made of it by a slip of the pen (and not by an amount that is stated too) or named so that they can be
    nothing else."""
    headline = reading.facts.headline
    known = [value for fields in _VALUES.values() for value in _stated(headline, fields)]
    if not known:
        return
    evaluated = reading.facts.meta.evaluated_year
    year = str(evaluated.value) if evaluated else ""
    changed = headline.adjusted_budget is not None or any(_is_changed(p.text) for p in reading.passages)
    settled = not changed or headline.adjusted_budget is not None
    for name, fields in _VALUES.items():
        of_whole = [q for group in found for q in group if _is_whole(q, name, year)]
        right = [q for q in of_whole if any(_same(q, value) for value in _stated(headline, fields))]
        standing = _standing(of_whole, known) if name == "budget" else []
        if standing and headline.budget and headline.adjusted_budget:
            yield from (_miss(rule, q, standing, "certain") for q in _alone(right, headline.budget, met))
        right += standing
        if not right or _places(right, met, _stated(headline, fields)) < 2:
            continue
        if name == "budget":
            yield from (_miss(rule, q, [r], "certain") for group in found for q, r in _asked(group, right))
        for q in of_whole:
            if q in right or len(met[q.kind, q.base]) > 1 or any(_same(q, value) for value in known):
                continue
            near = [r for r in right if _is_slip(q, r) and (q.kind, abs(q.base - r.base)) not in met]
            if near:
                yield _miss(rule, q, near, "slip")
            elif (
                name == "spent"
                and _has_rate_of_other(q, found, headline)
                or name == "budget"
                and ((settled and _CERTAIN.search(q.words)) or (not changed and _UNCHANGED.search(q.words)))
                or (not changed and _is_only(q) and not _others(q, of_whole, right))
            ):
                yield _miss(rule, q, right, "certain")


def _is_only(q: Quantity) -> bool:
    """Whether words call an amount the project's own, of which it has one."""
    start = q.source.sentences[q.sentence][0]
    return q.is_money and bool(_ONLY.search(q.words)) and not _NOT_WHOLE.search(q.source.text[start : q.figure.start])


def _others(q: Quantity, of_whole: Sequence[Quantity], right: Sequence[Quantity]) -> bool:
    """Whether further amounts are called as the whole's, no slips of it: the report tells of several projects."""
    rest = [o for o in of_whole if o not in right and o.base != q.base]
    return any(not any(_is_slip(o, r) for r in right) for o in rest)


def _asked(group: Sequence[Quantity], right: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """年初预算963万元，实际申请预算63万元: what was asked for, a digit short of the budget in the same sentence or one too
    long, with that budget."""
    for q in group:
        if q.is_money and _ASKED.search(q.words):
            beside = [r for r in right if (r.passage, r.sentence) == (q.passage, q.sentence)]
            yield from ((q, r) for r in beside if _has_lost(q, r) or _has_lost(r, q))


def _has_lost(short: Quantity, full: Quantity) -> bool:
    """Whether a number is the other without one of its digits."""
    a, b = short.figure.text, full.figure.text
    return short.figure.unit == full.figure.unit and len(b) >= _FEWEST_DIGITS and lost(a, b)


def _standing(of_whole: Sequence[Quantity], known: Sequence[Stated]) -> list[Quantity]:
    """The one amount that two sentences at least call the budget, one of them beyond doubt, and that the facts do not
    have: they may have another place's slip."""
    by_value: dict[Decimal, list[Quantity]] = defaultdict(list)
    for q in of_whole:
        if not any(_same(q, value) for value in known):
            by_value[q.base].append(q)
    several = [
        found
        for found in by_value.values()
        if len({(q.passage, q.sentence) for q in found}) > 1 and any(_CERTAIN.search(q.words) for q in found)
    ]
    return several[0] if len(several) == 1 else []


def _alone(right: Sequence[Quantity], budget: Stated, met: Met) -> list[Quantity]:
    """The budget of the facts where a single place states it, beyond doubt as that."""
    own = [q for q in right if _same(q, budget) and _CERTAIN.search(q.words)]
    return own if len(own) == 1 and len(met[own[0].kind, own[0].base]) == 1 else []


def _has_rate_of_other(q: Quantity, found: Sequence[Sequence[Quantity]], headline: Headline) -> bool:
    """Whether the rate of execution right behind an amount is the one that the report's own spending has: 执行479.95万元，
    执行率96.44% where 488.95万元 of 507.00万元 were spent."""
    rate, spent = headline.execution_rate, headline.expenditure
    budgets = [v for v in (headline.adjusted_budget, headline.budget, headline.funds_arrived) if v and v.value]
    if rate is None or spent is None or not budgets:
        return False
    shown = rounding_interval(rate.value, len(rate.text.partition(".")[2]))
    proven = any(shown.meets(exact(_in_yuan(spent) / _in_yuan(v) * _HUNDRED)) for v in budgets)
    beside = [
        r for group in found for r in group if (r.passage, r.sentence, r.order) == (q.passage, q.sentence, q.order + 1)
    ]
    return proven and any(r.is_rate and _same(r, rate) and _NAMES["execution_rate"].search(r.words) for r in beside)


def _places(right: Sequence[Quantity], met: Met, stated: Sequence[Stated]) -> int:
    """How many places state the right number, rows of tables among them."""
    sentences = {(q.passage, q.sentence) for r in right for q in met[r.kind, r.base]}
    return max(len(sentences), *(len(value.mentions) for value in stated))


def _stated(headline: Headline, fields: Sequence[str]) -> list[Stated]:
    return [value for name in fields if (value := getattr(headline, name))]


def _is_whole(q: Quantity, name: str, year: str) -> bool:
    """Whether the words of a number say that it is the whole project's, of the evaluated year."""
    if q.is_rate != (name in _RATES) or (not q.is_rate and not q.is_money):
        return False
    if not _NAMES[name].search(q.words) or _PART.search(_OWNER.sub("", q.words)):
        return False
    start = q.source.sentences[q.sentence][0]
    before = q.source.text[start : q.figure.start]
    years = _YEAR.findall(before)
    return "其中" not in before and (not years or not year or years[-1] == year)


def _same(q: Quantity, value: Stated) -> bool:
    """Whether a number is the stated one, at the coarser precision of the two."""
    if q.is_money != ((value.unit or "") in MONEY):
        return False
    factor, other = MONEY.get(q.figure.unit or "", Decimal(1)), MONEY.get(value.unit or "", Decimal(1))
    places = len(value.text.partition(".")[2])
    shown = rounding_interval(q.figure.value, q.figure.places).scaled(factor)
    return shown.meets(rounding_interval(value.value, places).scaled(other))


def _is_slip(wrong: Quantity, right: Quantity) -> bool:
    """Whether one slip of the pen makes the one of the other, amounts compared in 元."""
    a, b = wrong.base.normalize(), right.base.normalize()
    if min(len(a.as_tuple().digits), len(b.as_tuple().digits)) < _FEWEST_DIGITS:
        return False
    return slip(a, b, -min(int(a.as_tuple().exponent), int(b.as_tuple().exponent)))


def _left(rule: str, headline: Headline, found: Sequence[Sequence[Quantity]], met: Met) -> Iterator[Proposal]:
    """The money that was left of the whole, stated once, against another place that states what follows from the amounts
    of the whole."""
    if headline.expenditure is None:
        return
    spent = _in_yuan(headline.expenditure)
    given = [v for v in (headline.funds_arrived, headline.adjusted_budget, headline.budget) if v]
    rests = {_in_yuan(v) - spent for v in given}
    right = [q for group in found for q in group if q.is_money and q.role == "left" and q.base in rests]
    if not right or len({q.base for q in right}) > 1:
        return
    for q in (q for group in found for q in group if q.is_money and _LEFT.search(q.words)):
        if q.base not in rests and len(met[q.kind, q.base]) == 1 and not _PART.search(_LEFT.sub("", q.words)):
            yield _miss(rule, q, right, "plan")


def _in_yuan(value: Stated) -> Decimal:
    return value.value * MONEY.get(value.unit or "", Decimal(1))


# --- planned numbers of things --------------------------------------------------------------------------------------


def _planned(rule: str, found: Sequence[Sequence[Quantity]], met: Met) -> Iterator[Proposal]:
    """The number of one thing that was planned for the whole project: one place states another than all others."""
    plans: dict[tuple[str, str], list[Quantity]] = defaultdict(list)
    for group in found:
        for name, q in _plans(group):
            plans[name, q.kind].append(q)
    for stated in plans.values():
        by_value: dict[Decimal, list[Quantity]] = defaultdict(list)
        for q in stated:
            by_value[q.base].append(q)
        if len(by_value) != 2 or len(stated) > _MOST_PLANS:
            continue
        few, many = sorted(by_value.values(), key=lambda group: len(_beside(group, met)))
        beside = _beside(many, met)
        if len(_beside(few, met)) == 1 and len({(q.passage, q.sentence) for q in beside}) >= 2:
            yield _miss(rule, few[0], beside, "plan")


def _beside(stated: Sequence[Quantity], met: Met) -> list[Quantity]:
    """The places of one planned number."""
    return [q for q in met[stated[0].kind, stated[0].base] if _is_beside(q, stated)]


def _is_beside(q: Quantity, stated: Sequence[Quantity]) -> bool:
    """Whether a number is one of those stated, or stands near one of them without a name: 全年安排22公里."""
    if q in stated:
        return True
    near = any(abs(q.passage - other.passage) <= _NEAR for other in stated)
    return near and bool(_ARRANGED.search(q.words))


def _plans(group: Sequence[Quantity]) -> Iterator[tuple[str, Quantity]]:
    """The planned numbers of a passage with the names of what is planned."""
    sentence, plan = -1, False
    for q in group:
        if q.sentence != sentence:
            sentence, plan = q.sentence, False
        m = _PLAN.search(q.words)
        if m:
            start = q.source.sentences[q.sentence][0]
            before = q.source.text[start : q.figure.start]
            plan = bool(_WHOLE_PLAN.match(q.words[: m.start()])) and "其中" not in before
        name = _DONE_VERB.sub("", q.words[m.end() :] if m else q.words)
        if _PLAN_ENDS.search(q.words):
            plan = False
        if plan and not q.is_money and not q.is_rate and q.kind not in ("", "分") and len(name) >= _SHORTEST_NAME:
            yield name, q


# --- points computed from a rate ------------------------------------------------------------------------------------


def _computed(rule: str, passage: Passage, met: Met) -> Iterator[Proposal]:
    """得分=98.57%×4=3.54分 behind 完成率88.57%: points that follow from the rate before the formula, but not from the
    one in it."""
    if "%" not in passage.text:
        return
    for m in (m for pattern in _FORMULAS for m in pattern.finditer(passage.text)):
        at = {f.start: f for f in passage.figures}
        used, weight, score = (at.get(m.start(name)) for name in ("rate", "weight", "score"))
        if used is None or weight is None or score is None:
            continue
        before = [f for f in passage.within(0, m.start()) if f.unit == "%"]
        stated = passage.term(used, "计算得分所用比率")
        same = next((f for f in reversed(before) if f.value == used.value), None)
        if same:
            yield Proposal(rule, "equal", "mention", (passage.term(same, "前文比率"),), stated)
        elif not _gives(used, weight, score):
            other = next((f for f in reversed(before) if _gives(f, weight, score)), None)
            if other:
                yield Proposal(rule, "equal", "mention", _copies(passage, other, met), stated, _CONFIDENCE["formula"])


def _copies(passage: Passage, rate: Figure, met: Met) -> tuple[Term, ...]:
    """A rate and the places that state the same, where its digits tell it from others."""
    telling = len(rate.value.normalize().as_tuple().digits) >= _FEWEST_DIGITS
    further = [q.term() for q in met["%", rate.value] if q.source is not passage] if telling else []
    return (passage.term(rate, "前文比率"), *further[:_MOST_COPIES])


def _gives(rate: Figure, weight: Figure, score: Figure) -> bool:
    """Whether a rate of the weight is the score, rounded or cut off."""
    value = exact(rate.value * weight.value / _HUNDRED)
    return any(shown(score.value, score.places).meets(value) for shown in (rounding_interval, cut_interval))
