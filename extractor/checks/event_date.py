"""Rule date.order: one event told with two dates."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.dates import Date, dates
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import Figure

RULE = "date.order"
_WORDS = load("event_date")
_CONFIDENCE = load("confidence")["date_order"]
_SHORTEST_SUBJECT = 4
_MOST_COPIES = 5
_UNITS = ("年", "月", "日")
_OWN = "本项目"


@dataclass(frozen=True, slots=True)
class Event:
    """A mention of an event: what came about with what, and the year, month and day as numbers of the text, as many as
    it tells."""

    name: str
    subject: str
    parts: tuple[Term, ...]


def propose(reading: Reading) -> Iterator[Proposal]:
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for passage in reading.passages:
        for event in _events(passage):
            groups[event.name, event.subject].append(event)
    for group in groups.values():
        if len(group) > 1:
            yield from _compared(group)


def _events(passage: Passage) -> Iterator[Event]:
    if "年" not in passage.text or passage.zone == "cover":
        return
    for start, end in passage.sentences:
        text = passage.text[start:end]
        for day in dates(text):
            before = re.split("[，,；;。：:！、]", text[: day.start])[-1]
            after = re.split("[，,；;。！]", text[day.end :])[0]
            if (
                day.inherited
                or day.precision == "part"
                or re.search(_WORDS["subject"]["plan"], before + "｜" + after[:12])
            ):
                continue
            if re.search(_WORDS["subject"]["other"], before + after):
                continue
            found = _event(before, after)
            parts = _parts(passage, start, text, day) if found else ()
            if found and parts:
                yield Event(*found, tuple(parts))


def _event(before: str, after: str) -> tuple[str, str] | None:
    """The event's name and its subject; None where it is none, or nothing tells it from others of its kind."""
    for event in _WORDS["event"]:
        behind = re.search(event["after"], after)
        ahead = re.search(event["before"], before)
        if not behind and not ahead:
            continue
        lead = before[: ahead.start()] if ahead else before
        own = event["name"] == "开始" and re.search(_WORDS["subject"]["own"], before + after)
        subject = _OWN if own else _bare(lead)
        if subject == _OWN or (
            len(subject) >= _SHORTEST_SUBJECT and not re.search(_WORDS["subject"]["generic"], subject)
        ):
            return event["name"], subject
    return None


def _bare(text: str) -> str:
    bare = squeeze(text)
    while (shorter := re.sub(_WORDS["subject"]["strip"], "", bare)) != bare:
        bare = shorter
    return bare


def _parts(passage: Passage, start: int, text: str, day: Date) -> Iterator[Term]:
    """Year, month and day of a date as terms, as far as they are written in digits."""
    written = re.match(
        r"(\d{4})\s*年(?:度)?(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?)?", text[day.start : day.end]
    )
    for number, unit in enumerate(_UNITS, 1) if written else ():
        assert written
        if written[number]:
            first, last = (start + day.start + at for at in written.span(number))
            yield passage.term(Figure(written[number], Decimal(written[number]), unit, 0, first, last, last + 1))


def _compared(group: list[Event]) -> Iterator[Proposal]:
    """The first of year, month and day that the mentions tell differently, what fewer of them say against the most."""
    for at, unit in enumerate(_UNITS):
        told = [event.parts[at] for event in group if len(event.parts) > at]
        values = Counter(t.value for t in told)
        if len(values) > 1:
            most = values.most_common(1)[0][0]
            others = [t for t in told if t.value == most][:_MOST_COPIES]
            for odd in {t.value: t for t in told if t.value != most}.values():
                yield _equal(group[0], odd, others, unit)
            return
        if at == 0 and len(told) > 1:
            yield _equal(group[0], told[0], told[1 : _MOST_COPIES + 1], unit)


def _equal(event: Event, stated: Term, others: list[Term], unit: str) -> Proposal:
    right = f"{others[0].text}{unit}"
    reason = f"“{event.subject}”{event.name}的时间写作{stated.text}{unit}，而另一处写作{right}，前后不一致"
    return Proposal(
        RULE, "equal", "event_date", tuple(others), stated, _CONFIDENCE["event"],
        expression=f"{event.subject}{event.name}：{stated.text}{unit} = {right}", reason=reason,
    )  # fmt: skip
