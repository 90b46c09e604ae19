"""What reviewers said of findings. It outlives re-extraction: a finding is known again by its fingerprint, else by its
quotes; what finds no place waits as 待重新确认."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, bindparam, func, insert, select, update

from api.store import log, tables
from api.store.connection import Store
from api.store.errors import StoreError
from api.store.likeness import quotes_alike

Verdict = Literal["confirmed", "dismissed"]  # 属实, 误报
_REPORT = bindparam("report", type_=tables.NUMBER)
ALIKE = 0.8  # share of common character pairs from which two quotes are the same place


@dataclass(frozen=True, slots=True)
class Decision:
    """`attached` is the fingerprint of the current finding that it is about, None for 待重新确认, which ends where somebody
    settles it."""

    id: int
    report: int
    fingerprint: str
    attached: str | None
    verdict: Verdict
    note: str
    title: str
    quotes: tuple[str, ...]
    decided_at: str
    decided_by: str | None
    settled_at: str | None = None

    @property
    def about(self) -> str:
        """The fingerprint by which its finding is known in other files."""
        return self.attached or self.fingerprint


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be shown beside a finding: its own decision in force, and the last one on the same finding in each other
    file of the same report, newest first. The latter count nowhere; a reviewer may repeat them as an own one."""

    own: Decision | None
    carried: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What of a finding, or of the finding that was decided on, tells whether two are the same."""

    fingerprint: str
    rule: str | None
    quotes: tuple[str, ...]


def decide(store: Store, report: int, fingerprint: str, verdict: Verdict, note: str = "", by: str | None = None) -> int:
    """Records what a reviewer says of a finding of the current result; the decision's number. Earlier ones are kept, the
    last one counts. Raises StoreError where the report has no such finding."""
    f = tables.findings
    with store.writing() as connection:
        found = connection.execute(
            select(f.c.rule, f.c.title, f.c.evidence).where(f.c.report_id == report, f.c.fingerprint == fingerprint)
        ).first()
        if found is None:
            raise StoreError(f"报告 {report} 没有编号为 {fingerprint} 的发现")
        row = {
            "report_id": report,
            "fingerprint": fingerprint,
            "attached": fingerprint,
            "verdict": verdict,
            "note": note,
            "rule": found.rule,
            "title": found.title,
            "quotes": [place["quote"] for place in found.evidence],
            "decided_at": log.now(),
            "decided_by": by,
        }
        number = connection.execute(insert(tables.decisions).returning(tables.decisions.c.id), row).scalar_one()
        log.write(connection, "decision", str(report), by, {"fingerprint": fingerprint, "verdict": verdict})
    return int(number)


def settle_decision(store: Store, report: int, number: int, by: str | None = None) -> None:
    """Ends the waiting of what was said of a finding: a reviewer looked at it again. Raises StoreError where it does not
    wait."""
    d = tables.decisions
    waits = (d.c.report_id == report, d.c.attached.is_(None), d.c.settled_at.is_(None))
    with store.writing() as connection:
        row = connection.execute(select(d.c.fingerprint, d.c.title).where(d.c.id == number, *waits)).first()
        if row is None:
            raise StoreError(f"报告 {report} 没有编号为 {number}、待重新确认的意见")
        ended = update(d).where(d.c.fingerprint == row.fingerprint, *waits)
        connection.execute(ended.values(settled_at=log.now(), settled_by=by))
        log.write(connection, "settlement", str(report), by, {"fingerprint": row.fingerprint, "title": row.title})


def decisions_of(store: Store, report: int) -> list[Decision]:
    """All decisions on a report's findings, oldest first."""
    with store.reading() as connection:
        return _read(connection, _own(), report)


def standings(store: Store, report: int) -> dict[str, Standing]:
    """What was said of a report's current findings, here or in its other versions (Word and PDF of it, draft and final), by
    fingerprint. What is the same in another file is told by the fingerprint alone: with quotes that are merely alike, the
    draft's mistake and the final's corrected number would be one."""
    with store.reading() as connection:
        said = _read(connection, _own(), report)
        last = {(one.about, one.report): one for one in _read(connection, _elsewhere(), report)}
    own = {one.about: one for one in said if one.attached is not None}
    newest = sorted(last.values(), key=lambda one: (one.decided_at, one.id), reverse=True)
    return {
        name: Standing(own.get(name), tuple(one for one in newest if one.about == name))
        for name in sorted({*own, *(one.about for one in newest)})
    }


def _columns() -> list[ColumnElement[Any]]:
    d = tables.decisions
    named = [d.c[field.name] for field in fields(Decision) if field.name not in ("report", "quotes")]
    return [*named, d.c.report_id.label("report"), d.c.quotes]


@cache
def _own() -> Select[Any]:
    d = tables.decisions
    return select(*_columns()).where(d.c.report_id == _REPORT).order_by(d.c.id)


@cache
def _elsewhere() -> Select[Any]:
    """What was said in other files of the report of what is found in this one."""
    d, f, v, other = tables.decisions, tables.findings, tables.versions, tables.versions.alias()
    here = select(f.c.fingerprint).where(f.c.report_id == _REPORT)
    return (
        select(*_columns())
        .join(v, v.c.report_id == d.c.report_id)
        .join(other, other.c.document_id == v.c.document_id)
        .where(other.c.report_id == _REPORT, v.c.report_id != _REPORT)
        .where(func.coalesce(d.c.attached, d.c.fingerprint).in_(here))
        .order_by(d.c.id)
    )


def _read(connection: Connection, query: Select[Any], report: int) -> list[Decision]:
    rows = connection.execute(query, {"report": report}).mappings()
    return [Decision(**{**row, "quotes": tuple(row["quotes"])}) for row in rows]


def last_verdict() -> ScalarSelect[Verdict | None]:
    """What was said last of a row of the table of findings, null for nothing; a column of a query over that table."""
    d, f = tables.decisions.c, tables.findings.c
    said = select(d.verdict).where(d.report_id == f.report_id, d.attached == f.fingerprint)
    return said.order_by(d.id.desc()).limit(1).correlate(tables.findings).scalar_subquery()


def places(decided: Sequence[Known], findings: Sequence[Known]) -> list[str | None]:
    """For each decided finding the fingerprint of the finding that it is now, None where none is, or where it could be
    one as well as another."""
    there = {finding.fingerprint for finding in findings}
    taken = {known.fingerprint for known in decided} & there
    free = [finding for finding in findings if finding.fingerprint not in taken]
    return [known.fingerprint if known.fingerprint in there else _alike(known, free) for known in decided]


def _alike(known: Known, findings: Sequence[Known]) -> str | None:
    rated = [
        (quotes_alike(known.quotes, other.quotes), other.fingerprint) for other in findings if other.rule == known.rule
    ]
    best = max((share for share, _ in rated), default=0.0)
    names = {name for share, name in rated if share == best}
    return names.pop() if best >= ALIKE and len(names) == 1 else None


def reattach(connection: Connection, report: int) -> None:
    """Finds the place of every decision among the report's findings as they are now."""
    d, f = tables.decisions, tables.findings
    rows = connection.execute(
        select(d.c.id, d.c.attached, d.c.fingerprint, d.c.rule, d.c.quotes).where(d.c.report_id == report)
    ).all()
    if not rows:
        return
    found = connection.execute(select(f.c.fingerprint, f.c.rule, f.c.evidence).where(f.c.report_id == report))
    findings = [Known(row.fingerprint, row.rule, tuple(place["quote"] for place in row.evidence)) for row in found]
    decided = [Known(row.fingerprint, row.rule, tuple(row.quotes)) for row in rows]
    moved = [
        {"number": row.id, "now": now}
        for row, now in zip(rows, places(decided, findings), strict=True)
        if row.attached != now
    ]
    if moved:
        statement = update(d).where(d.c.id == bindparam("number")).values(attached=bindparam("now"))
        connection.execute(statement, moved)
