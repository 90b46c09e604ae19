"""What reviewers said of the facts of a report: 属实, 误取, 更正. Earlier words are kept, the last one counts.

It outlives re-extraction by the fact's name (`extractor.review`). A correction holds whatever is read; that a value is right
or wrong holds only of this value, so that after another was read it waits as 待重新确认, as does what no fact is known for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, insert, select, update

from api.store import additions, decisions, log, originals, rows, tables
from api.store.connection import Store
from api.store.errors import StoreError
from api.store.likeness import quotes_alike
from extractor import review
from extractor.result import Result
from extractor.review import Fact, Review, ReviewError, Said, Verdict

_REPORTS: BindParameter[Any] = bindparam("reports", expanding=True)
ALIKE = 0.8  # share of common character pairs from which two problems are one


@dataclass(frozen=True, slots=True)
class Correction:
    """A word on the fact `fact`, which was read as `was` then (in `was_unit`). `value` and `unit` are what is right, where
    `verdict` is corrected."""

    id: int
    report: int
    fact: str
    verdict: Verdict
    value: str | None
    unit: str | None
    was: str | None
    was_unit: str | None
    note: str
    decided_at: str
    decided_by: str | None
    settled_at: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What counts of all that was said of a report, and the last words on facts that wait (待重新确认) unless somebody
    settled them."""

    review: Review
    waiting: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of a report has come: its findings by severity, how many of its alarms (all but info) and of its
    hints were decided on, how many alarms are 误报, facts that were looked at, words on findings and facts that wait
    (待重新确认), errors that reviewers added."""

    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0
    decided: int = 0
    dismissed: int = 0
    hints_decided: int = 0
    facts: int = 0
    waiting: int = 0
    added: int = 0

    @property
    def alarms(self) -> int:
        return self.high + self.medium + self.low

    @property
    def done(self) -> bool:
        return self.decided == self.alarms and not self.waiting


def correct(
    store: Store,
    report: int,
    fact: str,
    verdict: Verdict,
    value: str | None = None,
    note: str = "",
    by: str | None = None,
) -> int:
    """Records what a reviewer says of a fact of the current result; the word's number. `value` is what is right, with its
    unit, where the verdict is corrected. Raises StoreError where the report has no such fact, or the value is none."""
    with store.writing() as connection:
        r = tables.reports.c
        originals.lock_original(connection, connection.execute(select(r.sha256).where(r.id == report)).scalar() or "")
        result = _current(connection, report)
        known = next((one for one in review.facts(result) if one.name == fact), None)
        if known is None:
            raise StoreError(f"报告 {report} 没有名为 {fact} 的事实")
        right, unit = _right(known, verdict, value)
        row = {
            "report_id": report,
            "fact": fact,
            "verdict": verdict,
            "value": right,
            "unit": unit,
            "was": known.value,
            "was_unit": known.unit,
            "note": rows.storable_text(note),
            "decided_at": log.now(),
            "decided_by": by,
        }
        number = connection.execute(insert(tables.corrections).returning(tables.corrections.c.id), row).scalar_one()
        told = {"fact": fact, "verdict": verdict, "value": review.written(right, unit)}
        log.write(connection, "correction", str(report), by, told)
        relist(connection, report, result)
    return int(number)


def _right(fact: Fact, verdict: Verdict, value: str | None) -> tuple[str | None, str | None]:
    if verdict not in review.VERDICTS:
        raise StoreError(f"复核结论只能是 {'、'.join(review.VERDICTS)}")
    if verdict != "corrected":
        if fact.value is None:
            raise StoreError("报告中没有取到这一项，只能补录")
        return None, None
    try:
        return review.read_value(fact, rows.storable_text(value or ""))
    except ReviewError as error:
        raise StoreError(error.message) from None


def corrections_of(store: Store, report: int) -> list[Correction]:
    """All that was said of a report's facts, oldest first."""
    with store.reading() as connection:
        return _corrections(connection, report)


def carried_facts(store: Store, report: int) -> dict[str, tuple[Correction, ...]]:
    """What was said last of each fact in each other file of the same report (Word and PDF of it, draft and final), newest
    first. It counts nowhere; a reviewer may repeat it as an own word."""
    c, v, other = tables.corrections.c, tables.versions, tables.versions.alias()
    query = (
        _words()
        .join(v, v.c.report_id == c.report_id)
        .join(other, other.c.document_id == v.c.document_id)
        .where(other.c.report_id == report, v.c.report_id != report)
        .order_by(c.id)
    )
    with store.reading() as connection:
        last = {(word.fact, word.report): word for word in (Correction(*row) for row in connection.execute(query))}
    newest = sorted(last.values(), key=lambda word: word.id, reverse=True)
    return {word.fact: tuple(one for one in newest if one.fact == word.fact) for word in newest}


def reviewed(store: Store, report: int, result: Result) -> Reviewed:
    """What counts of what was said of a report, of which `result` is the current one."""
    with store.reading() as connection:
        said = _corrections(connection, report)
    found, waiting = settled(result, said)
    return Reviewed(_review(store, report, found), waiting)


def review_of(store: Store, report: int, body: bytes) -> Review:
    """What counts of what was said of a report, whose current result is kept as `body`; that is read only where somebody
    spoke of its facts."""
    c = tables.corrections.c
    with store.reading() as connection:
        spoken = connection.execute(select(c.id).where(c.report_id == report).limit(1)).first()
    return reviewed(store, report, rows.result_of(body)).review if spoken else _review(store, report, {})


def _review(store: Store, report: int, said: dict[str, Said]) -> Review:
    last = {word.attached: word for word in decisions.decisions_of(store, report) if word.attached}
    findings = {
        name: Said(word.verdict, word.note, word.decided_by, word.decided_at) for name, word in last.items() if name
    }
    return Review(said, findings, tuple(one.word for one in additions.additions_of(store, report)))


def settle_correction(store: Store, report: int, number: int, by: str | None = None) -> None:
    """Ends the waiting of what was said of a fact: a reviewer looked at it again. Raises StoreError where it does not
    wait."""
    c, r = tables.corrections, tables.reports.c
    with store.writing() as connection:
        originals.lock_original(connection, connection.execute(select(r.sha256).where(r.id == report)).scalar() or "")
        result = _current(connection, report)
        _, waiting = settled(result, _corrections(connection, report))
        word = next((word for word in waiting if word.id == number), None)
        if word is None:
            raise StoreError(f"报告 {report} 没有编号为 {number}、待重新确认的意见")
        ended = update(c).where(c.c.report_id == report, c.c.fact == word.fact, c.c.settled_at.is_(None))
        connection.execute(ended.values(settled_at=log.now(), settled_by=by))
        log.write(connection, "settlement", str(report), by, {"fact": word.fact, "verdict": word.verdict})
        relist(connection, report, result)


def settled(result: Result, said: Sequence[Correction]) -> tuple[dict[str, Said], tuple[Correction, ...]]:
    """The last words on facts by their present names, and those that wait. Pure."""
    there = {fact.name: fact for fact in review.facts(result)}
    found: dict[str, Said] = {}
    waiting = []
    for word in {word.fact: word for word in said}.values():
        fact = there.get(word.fact) or _moved(word.fact, [one for name, one in there.items() if name not in found])
        if fact is not None and (word.verdict == "corrected" or (word.was, word.was_unit) == (fact.value, fact.unit)):
            found[fact.name] = Said(
                verdict=word.verdict,
                note=word.note,
                by=word.decided_by,
                at=word.decided_at,
                value=word.value,
                unit=word.unit,
                was=review.written(fact.value, fact.unit),
            )
        elif word.settled_at is None:
            waiting.append(word)
    return found, tuple(waiting)


def _moved(name: str, facts: Sequence[Fact]) -> Fact | None:
    """A problem whose wording was read a little differently then."""
    group = name.split("/")[1]
    rated = [
        (quotes_alike([name], [fact.name]), fact) for fact in facts if fact.group == group and fact.form == "category"
    ]
    best = max((share for share, _ in rated), default=0.0)
    alike = [fact for share, fact in rated if share == best]
    return alike[0] if best >= ALIKE and len(alike) == 1 else None


def progress_of(store: Store, reports: Sequence[int]) -> dict[int, Progress]:
    """How far the review of each of these reports has come."""
    counts: dict[int, Counter[str]] = {report: Counter() for report in reports}
    asked = {"reports": list(reports)}
    with store.reading() as connection:
        for report, severity, said, number in connection.execute(_verdicts(), asked):
            counts[report][severity] += number
            if said is not None:
                counts[report]["hints_decided" if severity == "info" else "decided"] += number
            if said == "dismissed" and severity != "info":
                counts[report]["dismissed"] += number
        for name, query in _numbers():
            for report, number in connection.execute(query, asked):
                counts[report][name] += number
    return {report: Progress(**counted) for report, counted in counts.items()}


@cache
def _verdicts() -> Select[Any]:
    """How many findings of each severity were last said what of, by report."""
    f = tables.findings.c
    said = decisions.last_verdict().label("verdict")
    one = select(f.report_id, f.severity, said).where(f.report_id.in_(_REPORTS)).subquery().c
    by = one.report_id, one.severity, one.verdict
    return select(*by, func.count()).group_by(*by)


@cache
def _numbers() -> tuple[tuple[str, Select[Any]], ...]:
    """The other fields of `Progress`: statements that give a report and what is to be added."""
    r, d, c, a = tables.reports.c, tables.decisions.c, tables.corrections.c, tables.additions.c
    told = select(c.report_id, func.count(c.fact.distinct())).where(c.report_id.in_(_REPORTS)).group_by(c.report_id)
    waits = d.report_id.in_(_REPORTS), d.attached.is_(None), d.settled_at.is_(None)
    lost = select(d.report_id, func.count(d.fingerprint.distinct())).where(*waits).group_by(d.report_id)
    unsettled = select(r.id, r.unsettled).where(r.id.in_(_REPORTS), r.unsettled > 0)
    added = select(a.report_id, func.count()).where(a.report_id.in_(_REPORTS), a.withdrawn_at.is_(None))
    return ("facts", told), ("waiting", lost), ("waiting", unsettled), ("added", added.group_by(a.report_id))


def relist(connection: Connection, report: int, result: Result) -> None:
    """Lists a report by its facts as corrected, so that filters and statistics go by what is right."""
    r = tables.reports
    found, waiting = settled(result, _corrections(connection, report))
    columns = rows.storable(rows.report_columns(review.corrected(result, found)))
    changed = sum(word.verdict != "confirmed" for word in found.values())
    connection.execute(update(r).where(r.c.id == report).values(**columns, corrected=changed, unsettled=len(waiting)))


def relist_current(connection: Connection, report: int) -> None:
    """As `relist`, after a report was read again; of one whose facts nobody spoke of nothing is to be done."""
    c = tables.corrections.c
    if connection.execute(select(c.id).where(c.report_id == report).limit(1)).first():
        relist(connection, report, _current(connection, report))


def _current(connection: Connection, report: int) -> Result:
    r, t = tables.reports, tables.results
    query = select(t.c.body).join_from(t, r).where(r.c.id == report, t.c.version == r.c.version)
    body = connection.execute(query).scalar()
    if body is None:
        raise StoreError(f"没有报告 {report} 的结果")
    return rows.result_of(body)


def _corrections(connection: Connection, report: int) -> list[Correction]:
    c = tables.corrections.c
    return [Correction(*row) for row in connection.execute(_words().where(c.report_id == report).order_by(c.id))]


def _words() -> Select[Any]:
    c = tables.corrections
    columns = [c.c.report_id if field.name == "report" else c.c[field.name] for field in fields(Correction)]
    return select(*columns).select_from(c)
