"""Rule date.order: periods, delays, payments and the report itself in the order of their dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from extractor.checks.engine.proposal import Proposal, Quote
from extractor.checks.sources.awards import Award, awards
from extractor.checks.sources.dates import Date, dates, day_of, numeral, periods
from extractor.checks.sources.likeness import pairs_of
from extractor.checks.sources.penalty import penalties, with_penalty
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, Interval
from extractor.result import Quantity
from extractor.sheet import SheetNode

RULE = "date.order"
_WORDS = load("date_order")
_CONFIDENCE = load("confidence")["date_order"]
_PAID = re.compile(_WORDS["payment"]["paid"])
_MONEY = re.compile(_WORDS["payment"]["money"])
_BOOKED = re.compile(_WORDS["payment"]["booked"])
_LATE = re.compile(_WORDS["length"]["late"])
_DATED = re.compile("年|月|20")
_CLAUSE = re.compile(r"[^，,。；;！？\n]+")
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
    yield from _all_before(reading)
    paying = [passage for passage in reading.passages if _PAID.search(passage.text)]
    late = list(_late_payments(reading, paying))
    counted = list(_counted_late(reading, paying))
    judged = list(_judged_on_time(reading, late))
    yield from counted
    yield from judged
    told = {q.place for p in (*judged, *counted) for q in p.quotes}
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
    columns = {grid.block: grid.names for grid in reading.grids}
    yield from _before_its_documents(reading, days[1])
    later = [found for passage in reading.passages for found in _done_after(passage, days[1], columns)]
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


def _before_its_documents(reading: Reading, day: date) -> Iterator[Proposal]:
    """The report's date against the years of the documents that it cites."""
    words = _WORDS["evidence"]
    for passage in reading.passages:
        if passage.cell is not None or "号" not in passage.text or passage.zone == "cover":
            continue
        for m in re.finditer(words["numbered"], passage.text):
            if int(m["year"]) > day.year and not re.search(words["planned"], passage.evidence(*m.span()).quote):
                yield Proposal(
                    RULE, "date", "report_date", (), confidence=_CONFIDENCE["report_doubtful"], holds=False,
                    expression=f"报告日期{day.year}年 ≥ {m['year']}年文件",
                    reason=f"报告日期在{day.year}年，而所引文件“{squeeze(m.group())}”为{m['year']}年印发，晚于报告日期",
                    quotes=(quote(passage, *m.span()),),
                )  # fmt: skip


def _done_after(
    passage: Passage, day: date, columns: dict[int, list[str]]
) -> Iterator[tuple[Passage, tuple[int, int], Date]]:
    """The dates after a day at which a passage says that something was done."""
    if not _DATED.search(passage.text) or passage.zone == "cover":
        return
    for start, end in passage.sentences:
        text = passage.text[start:end]
        later = [d for d in dates(text) if d.precision in ("day", "third", "month") and d.low > day]
        if later and _tells_done(passage, text, columns):
            for d in later:
                yield passage, (start + d.start, start + d.end), d


def _tells_done(passage: Passage, sentence: str, columns: dict[int, list[str]]) -> bool:
    """Whether a date in a sentence, or in a cell of a table's column of dates, is one on which something was done."""
    words = _WORDS["evidence"]
    told = bool(re.search(words["done"], sentence)) and not re.search(words["planned"], sentence)
    if passage.cell is None or (told and re.search(words["sentence"], sentence)):
        return told
    names = columns.get(passage.block, [])
    name = names[passage.cell.column] if passage.cell.column < len(names) else ""
    return bool(re.search(words["column"], name)) and not re.search(words["no_column"], name)


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
        figure = _figure(passage, last.end + said.start("number"), said["number"], said["unit"]) if said else None
        if right and said and figure:
            yield from _length(passage, first, last, figure, said["unit"], whole=True)


def _delays(passage: Passage) -> Iterator[Proposal]:
    """合同约定8月31日前完工，实际10月28日完成，延期58天."""
    if not _LATE.search(passage.text):
        return
    for start, end in passage.sentences:
        text = passage.text[start:end]
        known = [d for d in dates(text) if d.precision in ("day", "third", "month")]
        for m in _LATE.finditer(text):
            found = _plan_and_fact(text, known, m.start())
            figure = _figure(passage, start + m.start("number"), m["number"], m["unit"])
            if found and figure:
                yield from _length(passage, *found, figure, m["unit"], whole=False)


def _plan_and_fact(text: str, known: list[Date], before: int) -> tuple[Date, Date] | None:
    """The planned and the actual date of a delay that is told at an offset: the only two of the sentence, or the only
    ones whose clauses say so."""
    words = _WORDS["length"]
    early = [d for d in known if d.end <= before]
    if len(early) == len(known) == 2:
        is_plan = re.search(words["plan"], text[: early[0].end + 6])
        is_done = re.search(words["actual"], text[early[0].end : before])
        return (early[0], early[1]) if is_plan and is_done else None
    planned = [d for d in early if re.search(words["plan"], _clause(text, d)) and not _begins(text, d)]
    done = [
        d for d in early if d not in planned and re.search(words["actual"], _clause(text, d)) and not _begins(text, d)
    ]
    # Other dates may only say when it began: those of other works would make it doubtful which is meant.
    rest = [d for d in known if d not in planned and d not in done]
    if len(planned) == len(done) == 1 and planned[0].end <= done[0].start and all(_begins(text, d) for d in rest):
        return planned[0], done[0]
    return None


def _clause(text: str, day: Date) -> str:
    opening = re.split("[，,；;。：:（(]", text[: day.start])[-1]
    return opening + "｜" + re.split("[，,；;。：:）)]", text[day.end :])[0]


def _begins(text: str, day: Date) -> bool:
    return bool(re.search(_WORDS["length"]["begins"], _clause(text, day)))


def _figure(passage: Passage, start: int, text: str, unit: str) -> Figure | None:
    """The number of a length at an offset, in digits or in Chinese numerals."""
    found = next((f for f in passage.figures if f.start == start), None)
    end = start + len(text)
    if found is None and (value := numeral(text)) is not None:
        return Figure(text, Decimal(value), unit, 0, start, end, end + len(unit))
    return found


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
    found = reading.shared(awards)
    lost = penalties(found)
    yield from _beyond_deadline(reading, found)
    for award in found:
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
                    proposal = Proposal(
                        RULE, "date", "judged_on_time", (), confidence=_CONFIDENCE["on_time"], holds=False,
                        expression=f"{_written(done[0])} ≤ {_written(planned[0])}",
                        reason=f"“{award.name}”给了满分，而其说明写计划{_written(planned[0])}完成，实际为{_written(done[0])}",
                        quotes=(quote(passage, start + done[0].start, start + done[0].end), award.quote),
                        group=f"full marks {award.key}",
                    )  # fmt: skip
                    yield with_penalty(proposal, award, lost)


def _beyond_deadline(reading: Reading, found: list[Award]) -> Iterator[Proposal]:
    """An indicator of timeliness has full marks, and its reason tells of a day after every deadline of its criterion."""
    year = reading.facts.meta.evaluated_year
    timely = [a for a in found if a.full and re.search(_WORDS["payment"]["timely"], a.name)]
    lost = penalties(found)
    deadlines: dict[str, list[Date]] = defaultdict(list)
    for award in timely if year else ():
        for cell in award.cells:
            for d in dates(cell.text, year.value if year else None):
                if d.precision in ("day", "third", "month") and re.match(_WORDS["finished"]["by"], cell.text[d.end :]):
                    deadlines[award.key].append(d)
    for award in timely:
        last = max(deadlines[award.key], key=lambda d: d.high, default=None)
        for passage in award.reasons if last else ():
            for start, end in passage.sentences:
                text = passage.text[start:end]
                if re.search(_WORDS["finished"]["excuses"], text):
                    continue
                late = [d for d in dates(text) if d.precision != "year" and _is(d, text, "done")]
                late = [d for d in late if last and d.low > last.high and not _is(d, text, "planned")]
                if last and late:
                    yield with_penalty(Proposal(
                        RULE, "date", "judged_on_time", (), confidence=_CONFIDENCE["on_time"], holds=False,
                        expression=f"{_written(late[0])} ≤ {_written(last)}",
                        reason=f"“{award.name}”给了满分，评分标准要求最迟{_written(last)}，而其说明写实际为{_written(late[0])}",
                        quotes=(quote(passage, start + late[0].start, start + late[0].end), award.quote),
                        group=f"full marks {award.key}",
                    ), award, lost)  # fmt: skip


def _all_before(reading: Reading) -> Iterator[Proposal]:
    """All of it is said to have been done by a day, and a table or another sentence has one that was done later."""
    words = _WORDS["all_before"]
    year = reading.facts.meta.evaluated_year
    for passage in reading.passages:
        if not re.search(words["day"], passage.text):
            continue
        for m in re.finditer(words["claim"], passage.text):
            days = [d for d in dates(m.group(), year.value if year else None) if d.precision != "year"]
            kind = next((k for k, verbs in words["kinds"].items() if re.search(verbs, m["verb"])), None)
            if len(days) != 1 or kind is None or re.search(words["planned"], m.group()):
                continue
            later = list(_done_later(reading, passage, kind, days[0].high, set(pairs_of(m["what"]))))
            if later:
                yield Proposal(
                    RULE, "date", "all_before", (), confidence=_CONFIDENCE["all_before"], holds=False,
                    expression=f"{squeeze(m.group())} ↔ {squeeze(later[0].evidence.quote)}",
                    reason=f"一处称“{squeeze(m.group())}”，而另处所列时间晚于此（“{squeeze(later[0].evidence.quote)}”）",
                    quotes=(quote(passage, *m.span()), *later[:_MOST_QUOTES]),
                )  # fmt: skip


def _done_later(reading: Reading, claim: Passage, kind: str, day: date, about: set[str]) -> Iterator[Quote]:
    """The sentences and cells that tell of the same kind of thing done after a day; `about` are the pairs of letters of
    what was claimed, one of which a table's caption or a sentence has to have."""
    words = _WORDS["all_before"]
    verbs = words["kinds"][kind]
    for passage in reading.passages:
        if passage is claim or passage.zone == "cover" or not re.search(verbs, passage.text):
            continue
        if about.intersection(pairs_of(passage.text)):
            for m in re.finditer(words["late"].replace("{verbs}", verbs), passage.text):
                if any(d.low > day and d.precision != "year" for d in dates(m.group())):
                    yield quote(passage, *m.span())
    for grid in reading.grids:
        caption = set(pairs_of(squeeze(grid.table.caption) + "".join(grid.names)))
        for column, name in enumerate(grid.names):
            if not re.search(words["column"].replace("{verbs}", verbs), name) or not about & caption:
                continue
            for row in range(grid.first, len(grid.lines)):
                cell = grid.table.rows[row][column]
                if any(d.low > day and d.precision == "day" for d in dates(cell.text)):
                    yield Quote(grid.source.evidence(row, column), (grid.block, row, column))


def _is(day: Date, text: str, kind: str) -> bool:
    """Whether the clause around a date makes it a plan, or something done."""
    opening = re.split("[，,；;。：:]", text[: day.start])[-1]
    closing = re.split("[，,；;。：:]", text[day.end :])[0]
    return bool(re.search(_WORDS["finished"][kind], opening + "｜" + closing))


# --- payments -----------------------------------------------------------------------------------------------------


def _late_payments(reading: Reading, paying: list[Passage]) -> Iterator[tuple[Passage, int, int, Date]]:
    """The clauses that say that money of the evaluated year was paid in a later one: passage, span, date. `paying` are
    the passages that speak of paying."""
    year = reading.facts.meta.evaluated_year
    if year is None:
        return
    for passage in paying:
        for m in _CLAUSE.finditer(passage.text):
            clause = m.group()
            sentence = passage.text[max(0, m.start() - _MONEY_BEFORE) : m.end()]
            if not _DATED.search(clause) or not _PAID.search(clause):
                continue
            if not _MONEY.search(re.split("[。；！]", sentence)[-1]) or re.search(_WORDS["payment"]["not"], clause):
                continue
            for day in dates(clause):
                if day.low.year == year.value + 1 and _is_when(clause, day):
                    yield passage, m.start(), m.end(), day
                    break


def _counted_late(reading: Reading, paying: list[Passage]) -> Iterator[Proposal]:
    """Money that a sentence says was paid in the next year, and counts as spent in the report's own."""
    year = reading.facts.meta.evaluated_year
    if year is None:
        return
    for passage in paying:
        spans = passage.sentences
        for n, (start, end) in enumerate(spans):
            text = passage.text[start:end]
            found = _paid_next_year(text, year.value)
            if found is None:
                continue
            following = passage.text[start : spans[n + 1][1]] if n + 1 < len(spans) else text
            goes_on = following if re.match(_WORDS["payment"]["goes_on"], following[len(text) :].lstrip()) else text
            money = [f for f in passage.within(start, end) if f.unit in MONEY]
            why = _counting(reading, passage, (start, start + found.start), goes_on, year.value, money)
            if why:
                confidence, reason = why
                yield Proposal(
                    RULE, "date", "payment_year", (), confidence=_CONFIDENCE[confidence], holds=False,
                    expression=f"资金于{_written(found)}支付，计入{year.value}年支出",
                    reason=f"资金在{_written(found)}才支付，{reason}",
                    quotes=(quote(passage, start + found.start, start + found.end),),
                    group=f"paid late {money[0].base}" if len(money) == 1 else "",
                )  # fmt: skip


def _paid_next_year(sentence: str, year: int) -> Date | None:
    """The day of the next year on which a sentence says that money was paid."""
    words = _WORDS["payment"]
    if not _PAID.search(sentence) or not (_MONEY.search(sentence) or re.search("[万亿]元", sentence)):
        return None
    for day in dates(sentence, year):
        if day.low.year != year + 1:
            continue
        before = re.split("[，,。；;]", sentence[: day.start])[-1]
        after = re.split("[，,。；;]", sentence[day.end :])[0]
        if _PAID.search(before + after) and not re.search(words["unpaid"], before + after):
            return day
    return None


def _counting(
    reading: Reading, passage: Passage, lead: tuple[int, int], said: str, year: int, money: list[Figure]
) -> tuple[str, str] | None:
    """Why a late payment must have been counted as spent in the year: it is said, it is a part of what was spent, or
    what was spent leaves no room for it. The key of the confidence, and the reason."""
    words = {k: w.replace("{year}", str(year)).replace("{next}", str(year + 1)) for k, w in _WORDS["payment"].items()}
    said = re.sub(words["outside"], "", said)
    if re.search(words["not_counted"], said):
        return None
    if re.search(words["counted"], said):
        return "payment", f"却计入{year}年度支出"
    whole, part, rest = passage.text[: lead[1]].rpartition("其中")
    main = re.split("。", whole)[-1]
    in_year = re.search(words["whole"], main) and re.search(words["whole_year"], main)
    if any(day.low.year > year for day in dates(main + rest, year)):
        in_year = None
    if (
        part
        and in_year
        and not re.search("[。；]", rest)
        and not re.search(words["no_part"], main[-_MONEY_BEFORE:] + rest)
    ):
        return "payment", f"却列在{year}年度支出之内"
    headline = reading.facts.headline
    funds = headline.adjusted_budget or headline.funds_arrived or headline.budget
    if funds is None or headline.expenditure is None or len(money) != 1 or not re.search(words["of_year"], said):
        return None
    if re.search(words["no_part"], said) or money[0].base >= _base(headline.expenditure):
        return None
    if _base(headline.expenditure) + money[0].base > max(_base(funds), _base(headline.funds_arrived or funds)):
        return "payment_room", (
            f"而{year}年支出{headline.expenditure.text}{headline.expenditure.unit}加上这笔已超过当年资金"
            f"{funds.text}{funds.unit}，说明这笔已计入{year}年支出"
        )
    return None


def _base(quantity: Quantity) -> Decimal:
    return quantity.value * MONEY.get(quantity.unit or "", Decimal(1))


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
        if passage.cell is not None or not _BOOKED.search(passage.text):
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
