"""Rule survey: counts against the sample, percentages against counts, weighted satisfaction.

A miss is held against the report where the rest of the questionnaire obeys: the other shares have the same base, the
other questions add up to the same sample, the other lines have the same average.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

from extractor.checks.engine.digits import slip
from extractor.checks.engine.equation import tidy
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Quote, Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.questionnaire import (
    SETTINGS,
    Column,
    Question,
    Respondents,
    Scored,
    Ticks,
    above,
    named,
    questions,
    respondents,
    ticks,
)
from extractor.checks.sources.reading import Reading
from extractor.checks.sources.survey_claims import Told, plain, told
from extractor.checks.sources.survey_sentences import Group, Level, Rate, Role, Sentences, Share, Statement, sentence_of
from extractor.data import load
from extractor.quantity import Figure, Interval, cut_interval, exact, rounding_interval
from extractor.result import CheckKind

RULE = "survey"
HUNDRED = Decimal(100)
_CONFIDENCE = load("confidence")["survey"]
_TEXT = SETTINGS["text"]
_GROUPS = re.compile(_TEXT["groups"])
_JOINT = re.compile(_TEXT["joint"])
_QUOTED = re.compile(_TEXT["quoted"])
_FILLER = re.compile(_TEXT["filler"])
_OVERALL = re.compile(_TEXT["overall"])
_WORST = re.compile(_TEXT["worst"])
_BEST = re.compile(_TEXT["best"])
_SAMPLE_COLUMN = re.compile(SETTINGS["sample_column"])
_USUAL = [tuple(map(Decimal, weights)) for weights in SETTINGS["options"]["usual"]]
_FEW = 3
_TELLING_RATES = 2  # that a formula gives, where it is shown by slips that others are meant to follow it
_LONG_SENTENCE = 16  # letters that no other sentence has by chance
_RATE_PLACES = 2  # decimals of a rate
_MOST_OPTIONS = 10
_MOST_SAMPLES = 5
_LARGEST_SAMPLE = 2000  # of more people nearly every share of two decimals is possible
_NEAR_BASES = 6
_ABOVE = 4


def propose(reading: Reading) -> Iterator[Proposal]:
    """The tables of questions, the tables of respondents, the sentences, and the ones against the others."""
    asked = _sampled(reading, questions(reading))
    said = Sentences(reading)
    yield from _tables(asked)
    marked = list(respondents(reading))
    for table in marked:
        yield from _respondents(table, said)
    for t in ticks(reading):
        yield _ticked(t) if isinstance(t, Ticks) else _scored(t)
    yield from _samples(reading, asked, said)
    yield from _rates(said, asked)
    yield from _shares(said, asked)
    yield from _levels(said)
    yield from _groups(reading, asked)
    yield from _quoted(reading, _rated(asked, marked))
    yield from _told(reading, asked)
    yield from _possible(said)
    yield from _of_groups(said, asked)
    yield from _sums_of_groups(said)


def _sampled(reading: Reading, asked: Sequence[Question]) -> list[Question]:
    """The questions, those that state no sample with the one that another table states: one questionnaire may be laid
    out in several tables."""
    columns = [
        grid.term(line, column)
        for grid in reading.grids
        for column, name in enumerate(grid.names)
        if _SAMPLE_COLUMN.search(name)
        for line in range(grid.first, len(grid.lines))
        if column in grid.figures(line)
    ]
    stated = {t.value: t for t in (*reversed(columns), *(q.sample for q in reversed(asked) if q.sample))}
    closed = Counter(q.total for q in asked)
    return [q if q.sample or q.multiple or len(q.counts) < 2 else _with_sample(q, stated, closed) for q in asked]


def _with_sample(q: Question, stated: Mapping[Decimal, Term], closed: Counter[Decimal]) -> Question:
    """The question with the sample stated elsewhere that its answers add up to; else with that of most other questions
    where all of its shares but one have it."""
    usual, often = max(closed.items(), key=lambda item: item[1])
    shown = sum(bool(count.value) for count, _ in _pairs(q))
    own = _FEW <= shown == _fitting(q, usual) + 1 and often >= _FEW
    sample = stated.get(q.total) or (stated.get(usual) if own else None)
    return replace(q, sample=sample) if sample else q


def fits(count: Decimal, base: Decimal, share: Term) -> bool:
    """Whether a share is what that many of the base are, rounded or cut off."""
    if not base:
        return False
    value = exact(count * HUNDRED / base)
    return rounding_interval(share.value, share.places).meets(value) or cut_interval(share.value, share.places).meets(
        value
    )


# --- questions in tables ------------------------------------------------------------------------------------------


def _tables(asked: Sequence[Question]) -> Iterator[Proposal]:
    closed = Counter(q.sample.value for q in asked if q.sample and q.total == q.sample.value)
    stated = Counter(q.sample.value for q in asked if q.sample)
    usual = [n for n, k in stated.most_common(_MOST_SAMPLES) if k > 1]
    for q in asked:
        yield from _sum(q, closed)
        yield from _parts(q, closed, usual)
        yield from _whole(q)
    yield from _weighted(asked)


def _pairs(q: Question) -> list[tuple[Term, Term]]:
    return [(o.count, o.share) for o in q.options if o.count and o.share]


def _fitting(q: Question, base: Decimal) -> int:
    """How many shares, those of nobody left out, have that base."""
    return sum(fits(count.value, base, share) for count, share in _pairs(q) if count.value)


def _sum(q: Question, closed: Counter[Decimal]) -> Iterator[Proposal]:
    """A single choice adds up to its sample. Where it does not, the question must be said to be one, or its shares
    must show which number is wrong, or other questions must have that sample."""
    if q.sample is None or len(q.counts) < 2 or q.multiple:
        return
    p = Proposal(RULE, "sum", "survey_sum", tuple(q.counts), q.sample, _CONFIDENCE["sum"])
    if holds(p):
        yield p
        return
    n, shown = q.sample.value, sum(bool(count.value) for count, _ in _pairs(q))
    by_sample, by_sum = _fitting(q, n), _fitting(q, q.total)
    if q.multiple is None and q.total > n and by_sample == shown and shown:
        return  # several answers could be given
    told = q.multiple is False and (not shown or by_sample < shown or q.total != n)
    wrong_sample = shown >= 2 and by_sum == shown and by_sample * 2 < shown
    one_wrong = shown >= _FEW and by_sample == shown - 1
    others = not shown and (closed[n] >= 2 or closed[q.total] >= 2)
    if told or wrong_sample or one_wrong or others:
        yield p


def _parts(q: Question, closed: Counter[Decimal], usual: Sequence[Decimal]) -> Iterator[Proposal]:
    """Each share by its count and the sample that most shares have, or the sum of the counts. Shares that all have the
    sample of other questions show that this one's is wrong."""
    pairs = _pairs(q)
    if not pairs or not q.total or not _in_percent(q):
        return
    n = q.sample.value if q.sample else None
    shown = sum(bool(count.value) for count, _ in pairs)
    by_sample, by_sum = _fitting(q, n) if n else 0, _fitting(q, q.total)
    misstated = n not in usual and shown >= 2 and not by_sample and any(_fitting(q, v) == shown for v in usual)
    for count, share in pairs:
        others = shown - bool(count.value)
        if q.sample and n and by_sample >= by_sum:
            right = by_sample - (fits(count.value, n, share) and bool(count.value))
            sure = misstated or (right * 2 >= others and others)
            yield Proposal(
                RULE, "ratio", "survey_share", (count, q.sample), share, _CONFIDENCE["share" if sure else "unsure"],
                group=f"sample {q.sample.place}" if misstated else "",
            )  # fmt: skip
        if q.multiple or (n is not None and n != q.total and by_sample >= by_sum) or len(pairs) > _MOST_OPTIONS:
            continue
        p = _of_sum(q, count, share)
        right = by_sum - (fits(count.value, q.total, share) and bool(count.value))
        proven = others >= 2 or closed[q.total] >= 2
        if holds(p) or (by_sum > by_sample and right * 2 >= others and others and proven):
            yield p


def _in_percent(q: Question) -> bool:
    """Shares as fractions (0.81) are another scale."""
    return not q.shares or max(t.value for t in q.shares) > 1 or all(t.places == 0 for t in q.shares)


def _of_sum(q: Question, count: Term, share: Term) -> Proposal:
    """A share of all answers, whose number is what the options add up to."""
    rest = [t for t in q.counts if t is not count]
    value = exact(count.value * HUNDRED / q.total)
    return Proposal(
        RULE, "ratio", "survey_share", (count, *rest), share, _CONFIDENCE["share"], value,
        expression=f"{count.text} ÷ ({' + '.join(t.text for t in q.counts)}) × 100% = {share.text}%",
        reason=f"而该题{q.total}份中有{count.text}份，应为{_shown(value.low, share.places)}%",
    )  # fmt: skip


def _whole(q: Question) -> Iterator[Proposal]:
    """The shares of a single choice add up to what the table states, else to 100 %."""
    shares = q.shares
    if len(shares) < 2 or q.multiple or not _in_percent(q):
        return
    if q.whole:
        yield Proposal(RULE, "sum", "survey_sum", tuple(shares), q.whole, _CONFIDENCE["whole"])
        return
    allowed = sum((t.interval for t in shares), exact(Decimal(0)))
    leveled = any(_WORST.search(o.name) for o in q.options)
    if not q.counts and len(shares) >= _FEW and (leveled or q.multiple is False) and not _about(allowed, HUNDRED):
        total = sum(t.value for t in shares)
        yield Proposal(
            RULE, "rule", "survey_sum", tuple(shares), None, _CONFIDENCE["hundred"], holds=False,
            expression=f"{' + '.join(t.text for t in shares)} = {total}%",
            reason=f"单选题“{q.title[:20]}”各选项占比之和为{total}%，不等于100%",
            quotes=(Quote(shares[0].evidence, shares[0].place),),
        )  # fmt: skip


def _about(allowed: Interval, value: Decimal) -> bool:
    """Whether the value is allowed, shares that were cut off considered."""
    width = allowed.high - allowed.low
    return allowed.low - width / 2 <= value <= allowed.high + width / 2


# --- satisfaction by weights --------------------------------------------------------------------------------------


def _weighted(asked: Sequence[Question]) -> Iterator[Proposal]:
    """The rate of a question by the points of its options; where no points are stated, by the formula that explains
    the rates of nearly all questions of that many options."""
    rated = [q for q in asked if q.rate and (len(q.counts) == len(q.options) or len(q.shares) == len(q.options))]
    unstated: dict[int, list[Question]] = defaultdict(list)
    for q in rated:
        points = [o.points for o in q.options if o.points is not None]
        if len(points) == len(q.options) and max(points):
            yield _by_points(q, points, _CONFIDENCE["weighted"])
        else:
            unstated[len(q.options)].append(q)
    for size, group in unstated.items():
        yield from _induced(size, group)


def _induced(size: int, group: list[Question]) -> Iterator[Proposal]:
    tops = [tuple(HUNDRED if i < k else Decimal(0) for i in range(size)) for k in range(1, size)]
    candidates = [*tops, *(weights for weights in _USUAL if len(weights) == size)]
    made = [[_by_points(q, weights, _CONFIDENCE["induced"]) for q in group] for weights in candidates]
    right = [[p for p in proposals if holds(p)] for proposals in made]
    best = max(range(len(candidates)), key=lambda i: len(right[i]), default=None)
    if best is None:
        return
    proven = len(right[best]) >= _FEW and len(right[best]) * 4 >= len(group) * 3
    if proven:
        yield from made[best]
    else:
        yield from right[best]
        if _is_no_accident(right[best]):
            yield from (p for p in made[best] if not holds(p) and _is_slip_of_expected(p))


def _is_no_accident(right: Sequence[Proposal]) -> bool:
    """Whether the rates that a formula gives tell it from others: two of less than 100, one of them with decimals."""
    stated = [p.stated for p in right if p.stated and p.stated.value != HUNDRED]
    return len(stated) >= _TELLING_RATES and any(t.places for t in stated)


def _is_slip_of_expected(p: Proposal) -> bool:
    """Whether a slip makes a rate of the one expected, which may show fewer decimals where the point was moved."""
    if p.stated is None or p.expected is None:
        return False
    places = max(p.stated.places, _RATE_PLACES)
    middle = (p.expected.low + p.expected.high) / 2
    return any(slip(p.stated.value, round(middle, shown), places) for shown in {places, _RATE_PLACES})


def _by_points(q: Question, points: Sequence[Decimal], confidence: float) -> Proposal:
    """The rate by all answers, or by the sample where only that explains it: then the answers do not add up."""
    terms = q.counts if len(q.counts) == len(q.options) else q.shares
    total = sum((t.value for t in terms), Decimal(0)) or Decimal(1)
    p = _of_base(q, terms, points, total, confidence)
    if q.sample and terms != q.shares and q.sample.value not in (0, total) and not holds(p):
        by_sample = _of_base(q, terms, points, q.sample.value, confidence)
        return by_sample if holds(by_sample) else p
    return p


def _of_base(
    q: Question, terms: Sequence[Term], points: Sequence[Decimal], total: Decimal, confidence: float
) -> Proposal:
    assert q.rate is not None
    got = sum((t.value * w for t, w in zip(terms, points, strict=True)), Decimal(0))
    value = got * HUNDRED / total / max(points)
    allowed = exact(value)
    if terms == q.shares:
        slack = sum((Decimal(1).scaleb(-t.places) / 2 for t in terms), Decimal(0))
        allowed = Interval(value - slack, value + slack)
    summed = " + ".join(f"{t.text}×{tidy(w):f}" for t, w in zip(terms, points, strict=True))
    return Proposal(
        RULE, "weighted", "survey_rate", tuple(terms), q.rate, confidence, allowed,
        expression=f"({summed}) ÷ {tidy(total):f} ÷ {tidy(max(points)):f} × 100% = {q.rate.text}%",
        reason=f"而按({summed}) ÷ {tidy(total):f} ÷ {tidy(max(points)):f}加权计算应为{_shown(value, q.rate.places)}%",
    )  # fmt: skip


def _shown(value: Decimal, places: int) -> str:
    return f"{tidy(round(value, max(places, 2))):f}"


# --- one line a respondent ----------------------------------------------------------------------------------------


def _respondents(table: Respondents, said: Sentences) -> Iterator[Proposal]:
    marks = [t for c in table.columns for t in c.marks]
    scale = [value for c in table.columns for value in c.scale]
    top = max(scale) if scale else max(t.value for t in marks)
    if top <= 0:
        return
    yield from _held([_mean(line, stated, top) for line, stated in table.lines if stated and line])
    yield from _held([_column(c, top) for c in table.columns if c.stated])
    rates = tuple(c.stated for c in table.columns if c.stated)
    if table.average and len(rates) >= 2:
        yield Proposal(RULE, "mean", "survey_rate", rates, table.average, _CONFIDENCE["mean"])
    for c in table.columns:
        yield from _outside(c, scale, top)
    for s in said.all_statements():
        if s.role == "valid":
            p = Proposal(RULE, "equal", "survey_sample", (table.last,), s.term, _CONFIDENCE["unsure"])
            if holds(p):
                yield p


def _held(proposals: list[Proposal]) -> Iterator[Proposal]:
    """Those that hold, and the misses where nearly all hold."""
    right = [p for p in proposals if holds(p)]
    yield from proposals if len(right) >= _FEW and len(right) * 10 >= len(proposals) * 8 else right


def _mean(marks: tuple[Term, ...], stated: Term, top: Decimal) -> Proposal:
    value = sum((t.value for t in marks), Decimal(0)) * HUNDRED / len(marks) / top
    written = " + ".join(t.text if t.value >= 0 else f"({t.text})" for t in marks)
    return Proposal(
        RULE, "mean", "survey_rate", marks, stated, _CONFIDENCE["mean"], exact(value),
        expression=f"({written}) ÷ {len(marks)} ÷ {tidy(top):f} × 100% = {stated.text}%",
        reason=f"而按({written}) ÷ {len(marks)} ÷ {tidy(top):f}计算应为{_shown(value, stated.places)}%",
    )  # fmt: skip


def _column(c: Column, top: Decimal) -> Proposal:
    """The satisfaction with one question by how many gave which mark; the first of each mark stands for all."""
    assert c.stated is not None
    given = Counter(t.value for t in c.marks)
    by_value = {t.value: t for t in reversed(c.marks)}
    first = tuple(by_value[value] for value in sorted(given, reverse=True))
    value = sum((v * k for v, k in given.items()), Decimal(0)) * HUNDRED / len(c.marks) / top
    written = " + ".join(f"{tidy(v):f}×{given[v]}份" for v in sorted(given, reverse=True))
    return Proposal(
        RULE, "mean", "survey_rate", first, c.stated, _CONFIDENCE["mean"], exact(value),
        expression=f"({written}) ÷ {len(c.marks)}份 ÷ {tidy(top):f} × 100% = {c.stated.text}%",
        reason=f"而按({written}) ÷ {len(c.marks)}份 ÷ {tidy(top):f}计算应为{_shown(value, c.stated.places)}%",
    )  # fmt: skip


def _ticked(t: Ticks) -> Proposal:
    return Proposal(
        RULE, "count", "survey_sum", (t.last,), t.stated, _CONFIDENCE["ticks"], exact(Decimal(t.ticked)),
        expression=f"表中勾选{t.ticked}份 = {t.stated.text}", reason=f"而表中逐份勾选的有{t.ticked}份",
    )  # fmt: skip


def _scored(t: Scored) -> Proposal:
    """The answers' points together, a respondent on average."""
    value = sum((p.value * n for p, n in zip(t.points, t.given, strict=True)), Decimal(0)) / t.respondents
    summed = " + ".join(f"{p.text}×{n}" for p, n in zip(t.points, t.given, strict=True))
    return Proposal(
        RULE, "mean", "survey_rate", t.points, t.stated, _CONFIDENCE["mean"], exact(value),
        expression=f"({summed}) ÷ {t.respondents} = {t.stated.text}",
        reason=f"而按({summed}) ÷ {t.respondents}计算应为{_shown(value, t.stated.places)}",
    )  # fmt: skip


def _outside(c: Column, scale: list[Decimal], top: Decimal) -> Iterator[Proposal]:
    """Marks that nobody could give: outside the scale that the table's head names, or below zero."""
    low = min(scale) if scale else Decimal(0)
    for t in c.marks:
        if not low <= t.value <= top:
            yield Proposal(
                RULE, "rule", "survey_mark", (), t, _CONFIDENCE["scale"], Interval(low, top),
                expression=f"{tidy(low):f} ≤ {t.text} ≤ {tidy(top):f}",
                reason=f"超出该题{tidy(low):f}—{tidy(top):f}的评分范围",
                group=f"scale {c.marks[0].place}",
            )  # fmt: skip


# --- samples ------------------------------------------------------------------------------------------------------


def _samples(reading: Reading, asked: Sequence[Question], said: Sentences) -> Iterator[Proposal]:
    """The sample of the text against that of the tables, and of one sentence against another."""
    stated = [s for s in said.all_statements() if s.role != "sent"]
    by_value: dict[Decimal, list[Statement]] = defaultdict(list)
    for s in stated:
        for earlier in by_value[s.term.value][-1:]:
            if earlier.at != s.at and (s.role == earlier.role or "valid" in (s.role, earlier.role)):
                yield Proposal(RULE, "equal", "survey_sample", (earlier.term,), s.term, _CONFIDENCE["unsure"])
        by_value[s.term.value].append(s)
    for s in (s for s in stated if s.role == "valid"):
        for other in (o for o in said.statements[s.at] if o.role == "returned" and o.term.value == s.term.value):
            yield Proposal(RULE, "equal", "survey_sample", (other.term,), s.term, _CONFIDENCE["unsure"])
    yield from _more_than_there_were(said)
    seen: set[tuple[Decimal, Term]] = set()
    for q in asked:
        total = q.sample.value if q.sample else q.total
        for s in by_value.get(total, [])[:_FEW]:
            if q.sample and (total, s.term) not in seen:
                seen.add((total, s.term))
                yield Proposal(RULE, "equal", "survey_sample", (q.sample,), s.term, _CONFIDENCE["unsure"])
            if not q.multiple and q.counts and q.total == total:
                yield Proposal(RULE, "sum", "survey_sum", tuple(q.counts), s.term, _CONFIDENCE["unsure"])
            if q.sample is None:
                for count, share in _pairs(q):
                    p = Proposal(RULE, "ratio", "survey_share", (count, s.term), share, _CONFIDENCE["unsure"])
                    if holds(p):
                        yield p
    yield from _above(reading, asked, said)


def _more_than_there_were(said: Sentences) -> Iterator[Proposal]:
    """No more sheets can come back than were sent, nor be valid than came back, where one passage states each once, or
    one of its sentences on a group of people does."""
    for at, found in said.statements.items():
        in_sentences: dict[tuple[int, int], list[Statement]] = defaultdict(list)
        for s in found:
            in_sentences[sentence_of(said.reading.passages[at], s.start)].append(s)
        for told_of in [found] if len({s.role for s in found}) == len(found) else in_sentences.values():
            yield from _more(told_of)


def _more(found: list[Statement]) -> Iterator[Proposal]:
    once = {s.role: s for s in found}
    if len(once) != len(found):
        return
    for many, few in (("sent", "returned"), ("returned", "valid"), ("sent", "valid")):
        if many in once and few in once and once[few].term.value > once[many].term.value:
            whole, part = once[many].term, once[few].term
            yield Proposal(
                RULE, "rule", "survey_sample", (whole,), part, _CONFIDENCE["returned"],
                Interval(Decimal(0), whole.value), expression=f"{part.text} ≤ {whole.text}",
                reason=f"多于{whole.label}{whole.text}",
            )  # fmt: skip


def _above(reading: Reading, asked: Sequence[Question], said: Sentences) -> Iterator[Proposal]:
    """The number of valid sheets right above the first table against the sample that its questions have."""
    blocks: dict[int, list[Statement]] = defaultdict(list)
    for s in said.all_statements():
        if s.role == "valid" and reading.passages[s.at].cell is None:
            blocks[reading.passages[s.at].block].append(s)
    by_block: dict[int, list[Question]] = defaultdict(list)
    for q in asked:
        by_block[q.block].append(q)
    for block, group in by_block.items():
        near = [s for at in range(block - 1, block - 1 - _ABOVE, -1) for s in blocks.get(at, ())]
        totals = {q.total for q in group if not q.multiple}
        if len(near) != 1 or len(totals) != 1 or not above(reading.document, block):
            continue
        q = group[0]
        proven = bool(q.sample and q.sample.value == q.total) or len(group) >= _FEW or _fitting(q, q.total) >= _FEW
        p = Proposal(RULE, "sum", "survey_sample", tuple(q.counts), near[0].term, _CONFIDENCE["above"])
        if q.counts and (holds(p) or (proven and near[0].term.value < HUNDRED * q.total)):
            yield p


# --- rates in sentences -------------------------------------------------------------------------------------------


def _rates(said: Sentences, asked: Sequence[Question]) -> Iterator[Proposal]:
    """回收率 by returned and sent, 有效率 by valid and returned, 满意度 by the satisfied and the sample. Where a passage
    states several of one kind (by groups of people), a miss says nothing."""
    tops = _tops(asked)
    for rate in said.rates:
        stated = said.statements.get(rate.at, [])
        before = {s.role: s for s in stated if s.start < rate.start}
        if rate.kind == "satisfied":
            found = list(_satisfied(rate, said.levels.get(rate.at, []), stated))
            yield from found or _by_tables(rate, tops)
            continue
        order = ("returned", "valid") if rate.kind == "returned" else ("valid",)
        bases = ("sent",) if rate.kind == "returned" else ("returned", "sent")
        pairs = [(before[a].term, before[b].term) for a in order if a in before for b in bases if b in before]
        made = [Proposal(RULE, "ratio", "survey_rate", pair, rate.term, _CONFIDENCE["returned"]) for pair in pairs]
        sheets = [f for f in said.reading.passages[rate.at].within(0, rate.start) if f.unit == "份"]
        once = len(before) == sum(s.start < rate.start for s in stated) >= len(sheets)
        yield from [p for p in made if holds(p)][:1] or (made[:1] if once else [])


def _satisfied(rate: Rate, levels: list[Level], stated: list[Statement]) -> Iterator[Proposal]:
    """The satisfied, one number or the first levels together, by the sample. A miss counts only where one number of
    satisfied and one sample stand in the sentence."""
    bases = [s.term for s in reversed(stated) if s.role != "sent"] or [s.term for s in stated]
    for base in bases:
        if not base.value:
            continue
        singles = [Proposal(RULE, "ratio", "survey_rate", (n.term, base), rate.term) for n in levels]
        sums = [_top(rate.term, [n.term for n in levels[:k]], base) for k in range(2, len(levels) + 1)]
        right = [p for p in (*singles, *sums) if holds(p)]
        if right:
            yield right[0]
            return
    inside = [n for n in levels if rate.sentence[0] <= n.start < rate.sentence[1] and not _WORST.search(n.words)]
    near = [b for b in bases if rate.sentence[0] <= b.place[-1] < rate.sentence[1]]
    if len(inside) == len(levels) == 1 and len({b.value for b in near}) == 1 and inside[0].start > near[0].place[-1]:
        yield Proposal(RULE, "ratio", "survey_rate", (inside[0].term, near[0]), rate.term, _CONFIDENCE["satisfied"])


def _top(rate: Term, counts: Sequence[Term], base: Term) -> Proposal:
    value = sum((t.value for t in counts), Decimal(0)) * HUNDRED / base.value
    summed = " + ".join(t.text for t in counts)
    return Proposal(
        RULE, "ratio", "survey_rate", (*counts, base), rate, _CONFIDENCE["unsure"], exact(value),
        expression=f"({summed}) ÷ {base.text} × 100% = {rate.text}%",
        reason=f"而({summed}) ÷ {base.text}为{_shown(value, rate.places)}%",
    )  # fmt: skip


Tops = dict[Decimal, list[tuple[bool, tuple[Term, ...], Term]]]


def _tops(asked: Sequence[Question]) -> Tops:
    """What share the first options of each question have together, to two decimals and one."""
    out: Tops = defaultdict(list)
    for q in asked:
        base = q.sample or (q.counts[-1] if q.counts else None)
        if base is None or not q.total or q.multiple or q.sample is None:
            continue
        for k, got in enumerate(accumulate(t.value for t in q.counts[:-1]), 1):
            for places in (2, 1):
                value = round(got * HUNDRED / base.value, places)
                out[value].append((bool(_OVERALL.search(q.title)), tuple(q.counts[:k]), base))
    return out


def _by_tables(rate: Rate, tops: Tops) -> Iterator[Proposal]:
    """The satisfaction that a sentence states as the first options of one question of the tables."""
    found = sorted(tops.get(rate.term.value, []) if rate.term.places else [], key=lambda entry: not entry[0])
    made = [_top(rate.term, counts, base) for _, counts, base in found]
    yield from [p for p in made if holds(p)][:1]


# --- shares in sentences ------------------------------------------------------------------------------------------


def _shares(said: Sentences, asked: Sequence[Question]) -> Iterator[Proposal]:
    """170人，占97.14% by the sample that was stated last. Where many miss and all miss by one other base, that is one
    error."""
    options = {(o.count.value, o.share.value): (q, o) for q in asked for o in q.options if o.count and o.share}
    groups: dict[tuple[int, ...], list[Share]] = defaultdict(list)
    for share in said.shares:
        if share.base:
            groups[share.base.term.place].append(share)
        found = options.get((share.count.value, share.share.value))
        if found and found[1].count:
            yield Proposal(RULE, "equal", "survey_sample", (found[1].count,), share.count, _CONFIDENCE["unsure"])
            if found[0].sample and share.base and share.base.term.value == found[0].sample.value:
                yield Proposal(
                    RULE, "equal", "survey_sample", (found[0].sample,), share.base.term, _CONFIDENCE["unsure"]
                )
    for group in groups.values():
        yield from _group(group, said)


def _group(group: list[Share], said: Sentences) -> Iterator[Proposal]:
    base = group[0].base
    assert base is not None
    n = base.term.value
    counted = [s for s in group if s.count.value]
    right = sum(fits(s.count.value, n, s.share) for s in counted)
    missed = [s for s in counted if not fits(s.count.value, n, s.share)]
    other = _other_base(missed, n)
    proven = right >= _FEW and right * 2 >= len(counted)
    for s in group:
        causes: tuple[str, ...] = ()
        mark = ""
        confidence = _CONFIDENCE["text_share" if proven else "unsure"]
        if other and s in missed:
            causes, mark = (f"基数：多处占比疑按{tidy(other):f}而非{tidy(n):f}计算",), f"base {base.term.place}"
        p = Proposal(
            RULE, "ratio", "survey_share", (s.count, base.term), s.share, confidence, causes=causes, group=mark
        )
        if holds(p) or (proven and not _explained(s, said)):
            yield p


def _other_base(missed: list[Share], n: Decimal) -> Decimal | None:
    """The base near the stated one that explains most of two or more misses."""
    if len(missed) < 2:
        return None
    near = [n + step for k in range(1, _NEAR_BASES) for step in (-k, k) if n + step > 0]
    best = max(near, key=lambda b: sum(fits(s.count.value, b, s.share) for s in missed), default=None)
    if best is None or sum(fits(s.count.value, best, s.share) for s in missed) * 4 < len(missed) * 3:
        return None
    return best


def _explained(share: Share, said: Sentences) -> bool:
    """Whether another number of sheets or people stated in the passage is the base."""
    return any(fits(share.count.value, s.term.value, share.share) for s in said.statements.get(share.at, []))


# --- levels in sentences ------------------------------------------------------------------------------------------


def _levels(said: Sentences) -> Iterator[Proposal]:
    """很满意176人、满意95人、一般28人、不满意9人: together the sample."""
    shares = {s.count.place: s.base for s in said.shares if s.base}
    current: Statement | None = None
    run: list[Level] = []
    for at, levels in said.levels.items():
        inside = [s for s in said.statements[at] if s.role != "sent"]
        for level in levels:
            if run and _opens(level, run):
                yield from _closed(run, current)
                run = []
            base = shares.get(level.term.place) or next((s for s in reversed(inside) if s.start < level.start), None)
            if base is None and not run:
                continue
            if not run:
                current = base
            run.append(level)
    yield from _closed(run, current)


def _opens(level: Level, run: list[Level]) -> bool:
    """Whether a level begins another question: the best again, or one met before."""
    words = [_plain_level(x.words) for x in run]
    return _plain_level(level.words) in words or (
        bool(_WORST.search(run[-1].words)) and bool(_BEST.match(_plain_level(level.words)))
    )


def _plain_level(words: str) -> str:
    m = re.match(r"(?:非常不|很不|不太|非常|十分|很|比较|较为|较|基本|不)?满意(?:度一般)?|一般", words)
    return m.group() if m else words


def _closed(run: list[Level], base: Statement | None) -> Iterator[Proposal]:
    """A whole scale, from the best to the worst, adds up to the sample."""
    if base is None or len(run) < _FEW:
        return
    p = Proposal(RULE, "sum", "survey_sum", tuple(x.term for x in run), base.term, _CONFIDENCE["levels"])
    whole = _BEST.match(_plain_level(run[0].words)) and _WORST.search(run[-1].words) and len(run) > _FEW
    if holds(p) or whole:
        yield p


# --- questions of the tables in sentences -------------------------------------------------------------------------


def _told(reading: Reading, asked: Sequence[Question]) -> Iterator[Proposal]:
    """对上下水管网“满意”386人，占64.33%: what a sentence says of one question, by the question's own numbers."""
    for claim in told(reading, asked):
        made = [p for q in claim.questions for p in _readings(q, claim)]
        right = [p for p in made if holds(p)]
        if right or len(claim.questions) == 1:
            yield from (right or made)[:1]


def _readings(q: Question, claim: Told) -> list[Proposal]:
    """What the number of a claim can be, the likeliest first."""
    stated, base = claim.term, q.sample or None
    if claim.levels is None:
        shares = [_share_of(q, q.counts[:k], base, stated) for k in range(1, len(q.counts))]
        named = [Proposal(RULE, "equal", "survey_rate", (q.rate,), stated, _CONFIDENCE["told"])] if q.rate else []
        return named + [p for p in shares if holds(p)]
    counts = [o.count for o in q.options if o.count and plain(o.name) in claim.levels]
    if len(counts) != len(claim.levels):
        return []
    if stated.is_rate:
        return [_share_of(q, counts, base, stated)]
    kind: CheckKind = "equal" if len(counts) == 1 else "sum"
    return [Proposal(RULE, kind, "survey_share", tuple(counts), stated, _CONFIDENCE["told"])]


def _share_of(q: Question, counts: Sequence[Term], sample: Term | None, stated: Term) -> Proposal:
    """The share of some answers, of the sample or where none is stated of all answers."""
    base = sample.value if sample else q.total
    value = sum((t.value for t in counts), Decimal(0)) * HUNDRED / (base or Decimal(1))
    summed = " + ".join(t.text for t in counts)
    shown = f"({summed})" if len(counts) > 1 else summed
    others = (sample,) if sample else tuple(t for t in q.counts if t not in counts)
    return Proposal(
        RULE, "ratio", "survey_share", (*counts, *others), stated, _CONFIDENCE["told"], exact(value),
        expression=f"{shown} ÷ {tidy(base):f} × 100% = {stated.text}%",
        reason=f"而问卷表中{shown} ÷ {tidy(base):f}为{_shown(value, stated.places)}%",
    )  # fmt: skip


# --- shares without counts ----------------------------------------------------------------------------------------


def _possible(said: Sentences) -> Iterator[Proposal]:
    """Shares of one list that no number of the sample gives, while the others of the list are possible: 400份中占58.30%."""
    samples = {s.term.value: s for s in said.all_statements() if s.role in ("valid", "asked")}
    bases = [s for n, s in samples.items() if 0 < n <= _LARGEST_SAMPLE]
    for group in said.listed_shares() if len(bases) <= _MOST_SAMPLES else ():
        fitting = {base.term.place: [t for t in group if _is_possible(t, base.term.value)] for base in bases}
        base = max(bases, key=lambda b: len(fitting[b.term.place]), default=None)
        if base is None or len(fitting[base.term.place]) < max(_FEW, len(group) - 1):
            continue
        n = base.term.value
        for t in (t for t in group if not any(_is_possible(t, b.term.value) for b in bases)):
            low, high = (int(t.value * n / HUNDRED), int(t.value * n / HUNDRED) + 1)
            near = "、".join(f"{k}份为{_shown(k * HUNDRED / n, t.places)}%" for k in (low, high))
            yield Proposal(
                RULE, "rule", "survey_share", (base.term,), t, _CONFIDENCE["impossible"],
                exact(round(t.value * n / HUNDRED) * HUNDRED / n),
                expression=f"整数 ÷ {base.term.text} × 100% = {t.text}%",
                reason=f"而样本为{base.term.text}时没有整数份数能得出该占比（{near}）",
            )  # fmt: skip


def _is_possible(share: Term, n: Decimal) -> bool:
    k = share.value * n / HUNDRED
    return any(fits(Decimal(count), n, share) for count in (int(k), int(k) + 1))


# --- groups of people ---------------------------------------------------------------------------------------------


def _of_groups(said: Sentences, asked: Sequence[Question]) -> Iterator[Proposal]:
    """How many of a group answered and how satisfied they were, told at several places: one place with another number
    than all others. What a table has as its sample is confirmed by it."""
    confirmed = {q.sample.value if q.sample else q.total for q in asked} | _adding_up(said)
    counts: dict[str, dict[Decimal, list[Group]]] = defaultdict(lambda: defaultdict(list))
    rates: dict[tuple[str, Decimal], dict[Decimal, list[Group]]] = defaultdict(lambda: defaultdict(list))
    for group in said.groups:
        counts[group.name][group.count.value].append(group)
        if group.rate:
            rates[group.name, group.count.value][group.rate.value].append(group)
    for by_value in counts.values():
        yield from _odd_count(by_value, confirmed)
    blocks = {q.block for q in asked}
    shown = {f.value for grid in said.reading.grids if grid.block in blocks for f in _numbers(grid) if f.places}
    for by_value in rates.values():
        yield from _odd_rate(by_value, shown)


def _adding_up(said: Sentences) -> set[Decimal]:
    """The valid sheets of groups that one passage adds up: 收回286份，其中……190份，……48份，……48份."""
    stated = [[s.term.value for s in found if s.role == "valid"] for found in said.statements.values()]
    adding = [values for values in stated if len(values) > 2 and sum(values) == 2 * max(values)]
    return {value for values in adding for value in values}


def _numbers(grid: Grid) -> Iterator[Figure]:
    return (f for line in range(len(grid.lines)) for f in grid.figures(line).values())


def _odd_count(by_value: dict[Decimal, list[Group]], confirmed: set[Decimal]) -> Iterator[Proposal]:
    """Two places that state the same satisfaction of a group, to its decimals, tell of the same sheets."""
    if len(by_value) == 2:
        few, many = sorted(by_value.values(), key=lambda told_of: (told_of[0].count.value in confirmed, len(told_of)))
        rate, other = few[0].rate, many[0].rate
        alike = rate and other and rate.value == other.value < HUNDRED and rate.places >= _RATE_PLACES
        yield from _odd([g.count for g in few], [g.count for g in many], "survey_sample", confirmed, bool(alike))


def _odd_rate(by_value: dict[Decimal, list[Group]], confirmed: set[Decimal]) -> Iterator[Proposal]:
    """Two rates of which a slip makes one of the other, or that stand in the very same words, are one."""
    if len(by_value) == 2:
        few, many = sorted(by_value.values(), key=lambda told_of: (_rate_of(told_of[0]) in confirmed, len(told_of)))
        rates, others = ([g.rate for g in told_of if g.rate] for told_of in (few, many))
        slipped = slip(rates[0].value, others[0].value, max(rates[0].places, others[0].places))
        words = few[0].words
        alike = slipped or len(words) >= _LONG_SENTENCE and words == many[0].words
        yield from _odd(rates, others, "survey_rate", confirmed, alike)


def _rate_of(group: Group) -> Decimal | None:
    return group.rate.value if group.rate else None


def _odd(few: list[Term], many: list[Term], subject: str, confirmed: set[Decimal], same: bool) -> Iterator[Proposal]:
    """The value stated once, against the one that other places state; `same` tells that both are surely of one thing."""
    sure = len(many) > 1 or many[0].value in confirmed or same
    if len(few) == 1 and sure and few[0].value not in confirmed:
        yield Proposal(RULE, "equal", subject, tuple(many[:_MOST_OPTIONS]), few[0], _CONFIDENCE["group"])


def _sums_of_groups(said: Sentences) -> Iterator[Proposal]:
    """共发放300份，收回290份。其中群众发放200份，收回195份；干部发放100份，收回95份: the sheets of all groups together.
    A miss counts where as many sheets of another kind add up, which shows that all groups are there."""
    for found in said.statements.values():
        by_role: dict[Role, list[Term]] = defaultdict(list)
        for s in found:
            by_role[s.role].append(s.term)
        sums = [
            Proposal(RULE, "sum", "survey_sum", tuple(parts), whole, _CONFIDENCE["sum"])
            for whole, *parts in by_role.values()
            if len(parts) > 1
        ]
        groups = {len(p.operands) for p in sums if holds(p)}
        yield from (p for p in sums if len(p.operands) in groups)


# --- several questionnaires ---------------------------------------------------------------------------------------


def _groups(reading: Reading, asked: Sequence[Question]) -> Iterator[Proposal]:
    """参加甲和乙问卷调查的人数共1264人: the samples of the questionnaires that are named so."""
    samples = _by_name(reading, asked)
    if len(samples) < 2:
        return
    for passage in reading.passages:
        for m in _GROUPS.finditer(passage.text):
            names = [name for name in _JOINT.split(m["names"]) if name]
            found = [[t for title, t in samples.items() if name.strip() in title] for name in names]
            figure = next((f for f in passage.figures if f.start == m.start("n")), None)
            if figure and len(names) >= 2 and all(len(terms) == 1 for terms in found):
                stated = passage.term(figure, f"{m['names']}问卷人数")
                yield Proposal(RULE, "sum", "survey_sample", tuple(t for [t] in found), stated, _CONFIDENCE["groups"])
    yield from _all_groups(reading, list(samples.values()))


def _by_name(reading: Reading, asked: Sequence[Question]) -> dict[str, Term]:
    """The sample of each questionnaire by its title."""
    out: dict[str, Term] = {}
    floor = -1
    for q in asked:
        title = named(reading.document, q.block - 1, floor)
        floor = q.block
        if title and q.sample:
            out.setdefault(title, replace(q.sample, label=f"“{title[:24]}”的有效填写人次"))
    return out


def _all_groups(reading: Reading, samples: list[Term]) -> Iterator[Proposal]:
    """The sheets of all questionnaires together, where a sentence states their number."""
    total = sum((t.value for t in samples), Decimal(0))
    for passage in reading.passages:
        if "问卷" not in passage.text:
            continue
        for figure in passage.figures:
            if figure.value == total and figure.unit in ("份", "人", "人次"):
                stated = passage.term(figure, "问卷总份数")
                yield Proposal(RULE, "sum", "survey_sample", tuple(samples), stated, _CONFIDENCE["unsure"])


# --- rates of the tables in sentences -----------------------------------------------------------------------------


def _rated(asked: Sequence[Question], marked: Sequence[Respondents]) -> list[tuple[str, Term]]:
    """The questions with the rates that the tables give them."""
    rates = [(q.title, q.rate) for q in asked if q.rate]
    return rates + [(c.title, c.stated) for table in marked for c in table.columns if c.stated]


def _quoted(reading: Reading, rated: list[tuple[str, Term]]) -> Iterator[Proposal]:
    """对于甲的提升程度得分率95% against the question on it. A miss counts where one question alone has the name and other
    sentences quote the tables right."""
    pairs = [_name_pairs(title) for title, _ in rated]
    holding: dict[str, list[int]] = defaultdict(list)
    for i, found in enumerate(pairs):
        for pair in found:
            holding[pair].append(i)
    blocks = {t.place[0] for _, t in rated}
    right: list[Proposal] = []
    missed: list[Proposal] = []
    agreed, differing = set[int](), set[int]()
    for passage in reading.passages if rated else ():
        if passage.block in blocks or "%" not in passage.text:
            continue
        for m in _QUOTED.finditer(passage.text):
            figure = next((f for f in passage.figures if f.start == m.start("p")), None)
            name = _name_pairs(m["name"])
            if figure is None or len(name) < _FEW:
                continue
            shared = Counter(i for pair in name for i in holding.get(pair, ()))
            best = max(shared.values(), default=0)
            if best < _FEW or best * 2 < len(name):
                continue
            named = [i for i, k in shared.items() if k == best]
            stated = passage.term(figure, f"“{m['name'][-20:].strip('“”')}”")
            made = [
                Proposal(RULE, "equal", "survey_rate", (rated[i][1],), stated, _CONFIDENCE["quoted"]) for i in named
            ]
            fitting = [p for p in made if holds(p)]
            right += fitting[:1]
            agreed.update(named if fitting else ())
            if not fitting and len(made) == 1:
                missed += made
                differing.update(named)
    yield from right
    if len(right) >= 2 and len(agreed) >= len(differing):
        yield from missed


def _name_pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of what a title says, without what any question says."""
    said = _FILLER.sub(" ", text)
    return {said[i : i + 2] for i in range(len(said) - 1) if " " not in said[i : i + 2]}
