"""Rule date.order: periods, delays, payments and the report itself in the order of their dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from extractor.checks.awards import awards
from extractor.checks.dates import Date, dates, day_of, periods
from extractor.checks.proposal import Proposal, Quote
from extractor.checks.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import Figure, Interval
from extractor.sheet import SheetNode

RULE = "date.order"
_WORDS = load("date_order")
_CONFIDENCE = load("confidence")["date_order"]
_MOST_QUOTES = 4
_MOST_LATER = 6
_MONEY_BEFORE = 40
_SHORTEST_SUBJECT = 3
_DAYS = frozenset({"天", "日", "日历天"})


def propose(reading: Reading) -> Iterator[Proposal]:
    """Each kind of order on its own."""
    yield from _before_its_evidence(reading)
    for passage in reading.passages:
        yield from _periods(passage)
        yield from _delays(passage)
    yield from _finished_late(reading)
    late = list(_late_payments(reading))
    judged = list(_judged_on_time(reading, late))
    yield from judged
    told = {q.place for p in judged for q in p.quotes}
    rest = [found for found in late if found[0].place(found[1]) not in told]
    yield from _booked_earlier(reading, rest or late)


def quote(passage: Passage, start: int, end: int) -> Quote:
    return Quote(passage.evidence(start, end), passage.place(start))


# --- the report and its evidence ----------------------------------------------------------------------------------


def _before_its_evidence(reading: Reading) -> Iterator[Proposal]:
    """The report's date against every date of something done that its text tells."""
    dated = reading.facts.meta.report_date
    days = day_of(dated.value) if dated else None
    if dated is None or days is None:
        return
    later = [found for passage in reading.passages for found in _done_after(passage, days[1])]
    if later:
        _, _, last = max(later, key=lambda found: found[2].low)
        told = [quote(passage, *span) for passage, span, _ in later]
        cover = [Quote(dated.evidence, (dated.evidence.block or 0, 0))] if dated.evidence else []
        # Where the text is full of later dates, it is the report's date that was misread.
        certain = len(later) <= _MOST_LATER
        yield Proposal(
            RULE, "date", "report_date", (), confidence=_CONFIDENCE["report" if certain else "report_doubtful"],
            holds=False, expression=f"报告日期{_shown(*days)} ≥ {_written(last)}",
            reason=f"报告落款为{_shown(*days)}，而正文所述工作或事项的时间为{_written(last)}，晚于报告日期",
            quotes=(*told[:_MOST_QUOTES], *cover),
        )  # fmt: skip


def _done_after(passage: Passage, day: date) -> Iterator[tuple[Passage, tuple[int, int], Date]]:
    """The dates after a day at which a passage says that something was done."""
    if passage.cell is not None or passage.zone == "cover":
        return
    for start, end in passage.sentences:
        text = passage.text[start:end]
        if not re.search(_WORDS["evidence"]["done"], text) or re.search(_WORDS["evidence"]["planned"], text):
            continue
        for d in dates(text):
            if d.precision in ("day", "third", "month") and d.low > day:
                yield passage, (start + d.start, start + d.end), d


def _shown(low: date, high: date) -> str:
    return f"{low.year}年{low.month}月" + (f"{low.day}日" if low == high else "")


# --- periods and delays -------------------------------------------------------------------------------------------


def _periods(passage: Passage) -> Iterator[Proposal]:
    """2021年3月至2020年12月 ends before it begins; what its length is said to be."""
    text = passage.text
    for period in periods(text):
        first, last = period.first, period.last
        written = squeeze(text[first.start : last.end])
        # A year that is taken over from the first date says nothing: 11月至3月 goes over the turn of the year.
        if last.inherited or first.inherited or "year" in (first.precision, last.precision):
            continue
        right = last.high >= first.low
        yield Proposal(
            RULE, "date", "period", (), confidence=_CONFIDENCE["period"], holds=right, expression=written,
            reason=f"“{written}”的结束时间早于开始时间", quotes=(quote(passage, first.start, last.end),),
        )  # fmt: skip
        said = re.match(_WORDS["length"]["after_period"], text[last.end :])
        figure = _figure(passage, last.end + said.start("number")) if said else None
        if right and said and figure:
            yield from _length(passage, first, last, figure, said["unit"], whole=True)


def _delays(passage: Passage) -> Iterator[Proposal]:
    """合同约定8月31日前完工，实际10月28日完成，延期58天."""
    if not re.search(_WORDS["length"]["late"], passage.text):
        return
    for start, end in passage.sentences:
        text = passage.text[start:end]
        known = [d for d in dates(text) if d.precision in ("day", "third", "month")]
        for m in re.finditer(_WORDS["length"]["late"], text):
            before = [d for d in known if d.end <= m.start()]
            if len(before) != 2 or len(known) != 2:
                continue
            planned, actual = before
            figure = _figure(passage, start + m.start("number"))
            is_plan = re.search(_WORDS["length"]["plan"], text[: planned.end + 6])
            is_done = re.search(_WORDS["length"]["actual"], text[planned.end : m.start()])
            if figure and is_plan and is_done:
                yield from _length(passage, planned, actual, figure, m["unit"], whole=False)


def _figure(passage: Passage, start: int) -> Figure | None:
    return next((f for f in passage.figures if f.start == start), None)


def _length(passage: Passage, first: Date, last: Date, figure: Figure, unit: str, whole: bool) -> Iterator[Proposal]:
    """The days, months or years from one date to another; `whole` counts the first and the last in."""
    if unit in _DAYS:
        days = (last.low - first.high).days, (last.high - first.low).days + 1
        low, high, unit = Decimal(days[0]), Decimal(days[1]), "天"
        right = f"{days[0]}至{days[1]}" if days[0] + 1 != days[1] else f"{days[1] if whole else days[0]}"
    elif unit in ("个月", "年"):
        months = (last.low.year - first.low.year) * 12 + last.low.month - first.low.month
        parts = Decimal(12 if unit == "年" else 1)
        low, high = (months - 1) / parts, (months + 2 if whole else months + 1) / parts
        right = f"{(months + whole) / parts:.1f}".removesuffix(".0")
    else:
        return
    stated = replace(passage.term(figure, "所述时长"), unit=unit, is_exact=True)
    yield Proposal(
        RULE, "date", "delay", (), stated, _CONFIDENCE["length"],
        expected=Interval(low, high),
        expression=f"{last.low} - {first.high} = {right}{unit}",
        reason=f"按所述日期（{_written(first)}、{_written(last)}）计算应为{right}{unit}",
        quotes=(quote(passage, first.start, last.end),) if whole else (),
    )  # fmt: skip


def _written(day: Date) -> str:
    if day.precision == "day":
        return f"{day.low.year}年{day.low.month}月{day.low.day}日"
    if day.precision == "year":
        return f"{day.low.year}年"
    return f"{day.low.year}年{day.low.month}月"


# --- judged on time -----------------------------------------------------------------------------------------------


def _finished_late(reading: Reading) -> Iterator[Proposal]:
    """An indicator of timeliness has full marks, and its own reason gives a date of completion after the one planned."""
    year = reading.facts.meta.evaluated_year
    words = _WORDS["finished"]
    for award in awards(reading):
        if not award.full or not re.search(_WORDS["payment"]["timely"], award.name):
            continue
        for passage in award.reasons:
            for start, end in passage.sentences:
                text = passage.text[start:end]
                if re.search(words["excuses"], text):
                    continue
                known = [d for d in dates(text, year.value if year else None) if d.precision != "year"]
                planned = [d for d in known if _is(d, text, "planned") and not _is(d, text, "done")]
                done = [d for d in known if _is(d, text, "done") and not _is(d, text, "planned")]
                if len(planned) == 1 and len(done) == 1 and done[0].low > planned[0].high:
                    yield Proposal(
                        RULE, "date", "judged_on_time", (), confidence=_CONFIDENCE["on_time"], holds=False,
                        expression=f"{_written(done[0])} ≤ {_written(planned[0])}",
                        reason=f"“{award.name}”给了满分，而其说明写计划{_written(planned[0])}完成，实际为{_written(done[0])}",
                        quotes=(quote(passage, start + done[0].start, start + done[0].end), award.quote),
                    )  # fmt: skip


def _is(day: Date, text: str, kind: str) -> bool:
    """Whether the clause around a date makes it a plan, or something done."""
    opening = re.split("[，,；;。：:]", text[: day.start])[-1]
    closing = re.split("[，,；;。：:]", text[day.end :])[0]
    return bool(re.search(_WORDS["finished"][kind], opening + "｜" + closing))


# --- payments -----------------------------------------------------------------------------------------------------


def _late_payments(reading: Reading) -> Iterator[tuple[Passage, int, int, Date]]:
    """The clauses that say that money of the evaluated year was paid in a later one: passage, span, date."""
    year = reading.facts.meta.evaluated_year
    if year is None:
        return
    words = _WORDS["payment"]
    for passage in reading.passages:
        if not re.search(words["paid"], passage.text):
            continue
        for m in re.finditer(r"[^，,。；;！？\n]+", passage.text):
            clause = m.group()
            sentence = passage.text[max(0, m.start() - _MONEY_BEFORE) : m.end()]
            if not (re.search(words["paid"], clause) and re.search(words["money"], re.split("[。；！]", sentence)[-1])):
                continue
            if re.search(words["not"], clause):
                continue
            for day in dates(clause):
                if day.low.year == year.value + 1 and _is_when(clause, day):
                    yield passage, m.start(), m.end(), day
                    break


def _is_when(clause: str, day: Date) -> bool:
    """Whether a clause says that something came about at the date: 于2022年3月29日, 时间为2022年, 2022年1月才."""
    words = _WORDS["payment"]
    return bool(re.search(words["when"], clause[: day.start]) or re.match(words["then"], clause[day.end :]))


def _booked_earlier(reading: Reading, late: list[tuple[Passage, int, int, Date]]) -> Iterator[Proposal]:
    """The year's funds are all spent, and yet paid in the next year."""
    year, rate = reading.facts.meta.evaluated_year, reading.facts.headline.execution_rate
    if not late or year is None or (rate is not None and rate.value != 100):
        return
    booked = list(_booked(reading, year.value))
    if not any(full for full, _ in booked):
        return
    days = _days(late)
    yield Proposal(
        RULE, "date", "payment_year", (), confidence=_CONFIDENCE["payment"], holds=False,
        expression=f"{year.value}年执行率100%，资金于{days}拨付",
        reason=f"报告称资金已于{year.value}年全部支付、执行率100%，另处又写明资金在{days}才拨付，执行年度前后矛盾",
        quotes=(*(quote(p, a, b) for p, a, b, _ in late), *(q for _, q in booked[:_MOST_QUOTES])),
    )  # fmt: skip


def _booked(reading: Reading, year: int) -> Iterator[tuple[bool, Quote]]:
    """The sentences that say that all money is spent (true), or book a sum to the year."""
    for passage in reading.passages:
        if passage.cell is not None or not re.search(_WORDS["payment"]["booked"], passage.text):
            continue
        for start, end in passage.sentences:
            text = passage.text[start:end]
            full = re.search(r"执行率[^，。；\d]{0,8}100(?:\.0+)?%", text)
            spent = re.search(f"{year}年[^，。；]{{0,12}}(?:{_WORDS['payment']['booked']})[^，。；]{{0,8}}\\d", text)
            if full or spent:
                yield bool(full), quote(passage, start, end)


def _judged_on_time(reading: Reading, late: list[tuple[Passage, int, int, Date]]) -> Iterator[Proposal]:
    """An indicator of timeliness has full marks, and another place says that its money was paid in the next year."""
    year = reading.facts.meta.evaluated_year
    if year is None or not late:
        return
    nodes = [n for sheet in reading.facts.sheets if sheet.kind == "sheet" for n in sheet.leaves()]
    timely = {n.name: n for n in nodes if re.search(_WORDS["payment"]["timely"], n.name)}
    subjects = {name: re.sub(_WORDS["payment"]["generic"], "", name) for name in timely}
    for name, node in timely.items():
        subject = subjects[name]
        full = node.weight and node.score and node.weight.value == node.score.value
        if not full or len(subject) < _SHORTEST_SUBJECT:
            continue
        others = [s for n, s in subjects.items() if n != name and s not in subject and len(s) > 1]
        found = [
            (p, a, b, day)
            for p, a, b, day in late
            if subject in (text := squeeze(re.sub('[“”"]', "", p.text[a:b]))) and not any(o in text for o in others)
        ]
        if found:
            days = _days(found)
            yield Proposal(
                RULE, "date", "judged_on_time", (), confidence=_CONFIDENCE["on_time"], holds=False,
                expression=f"“{name}”满分，资金于{days}拨付",
                reason=f"“{name}”给了满分，而报告另处写明其资金在{days}才拨付",
                quotes=(*(quote(p, a, b) for p, a, b, _ in found), *_full_marks(node)),
            )  # fmt: skip


def _days(late: list[tuple[Passage, int, int, Date]]) -> str:
    return "、".join(dict.fromkeys(_written(day) for _, _, _, day in late))


def _full_marks(node: SheetNode) -> Iterator[Quote]:
    if node.score:
        e = node.score.evidence
        yield Quote(e, (e.block or 0, e.row or 0, e.column or 0))
