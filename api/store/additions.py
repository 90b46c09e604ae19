"""What reviewers found that the program did not see: findings of their own, each with the words of the report it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, update

from api.store import log, originals, rows, tables
from api.store.connection import Store
from api.store.errors import StoreError
from extractor.document import Evidence
from extractor.result import Severity
from extractor.review import ADDED_KINDS, Added, AddedKind

SEVERITIES = ("high", "medium", "low")
LONGEST = 4000  # characters of what is wrong, and of a quote


@dataclass(frozen=True, slots=True)
class Addition:
    """`quote` are words of the report, empty for none; `page` and `block` tell where they stand now, None for nowhere."""

    id: int
    report: int
    kind: AddedKind
    severity: Severity
    text: str
    quote: str
    added_at: str
    added_by: str | None
    page: int | None
    block: int | None

    @property
    def evidence(self) -> Evidence | None:
        return Evidence(self.quote, page=self.page, block=self.block) if self.quote else None

    @property
    def word(self) -> Added:
        return Added(self.kind, self.severity, self.text, self.evidence, self.added_by, self.added_at)


def add_finding(
    store: Store, report: int, kind: str, severity: str, text: str, quote: str = "", by: str | None = None
) -> int:
    """Records what a reviewer found in a report; its number. Raises StoreError where the report is not there, it says
    nothing, or the quote does not stand in the report."""
    text, quote = rows.storable_text(text.strip()), rows.storable_text(" ".join(quote.split()))
    if kind not in ADDED_KINDS or severity not in SEVERITIES:
        raise StoreError(f"种类只能是 {'、'.join(ADDED_KINDS)}，严重程度只能是 {'、'.join(SEVERITIES)}")
    if not text or len(text) > LONGEST or len(quote) > LONGEST:
        raise StoreError("请写明差错在哪里" if not text else f"说明和原文各不超过 {LONGEST} 字")
    r, a = tables.reports.c, tables.additions
    with store.writing() as connection:
        there = connection.execute(select(r.sha256).where(r.id == report, r.version.is_not(None))).scalar()
        if there is None:
            raise StoreError(f"档案库中没有报告 {report}")
        originals.lock_original(connection, there)
        if quote and _place(connection.execute(_paragraphs(report)).all(), quote) is None:
            raise StoreError("报告中没有这段原文，请从报告中选取，或者不填")
        told = {"kind": kind, "severity": severity, "text": text, "quote": quote}
        row = {"report_id": report, **told, "added_at": log.now(), "added_by": by}
        number = connection.execute(insert(a).returning(a.c.id), row).scalar_one()
        log.write(connection, "addition", str(report), by, {"id": number, **told})
    return int(number)


def withdraw_addition(store: Store, report: int, number: int, by: str | None = None) -> None:
    """Takes back what was added. Raises StoreError where nothing with that number is in force."""
    a = tables.additions
    with store.writing() as connection:
        ended = update(a).where(a.c.id == number, a.c.report_id == report, a.c.withdrawn_at.is_(None))
        if not connection.execute(ended.values(withdrawn_at=log.now(), withdrawn_by=by)).rowcount:
            raise StoreError(f"报告 {report} 没有编号为 {number} 的补充差错")
        log.write(connection, "addition", str(report), by, {"id": number, "withdrawn": True})


def additions_of(store: Store, report: int) -> list[Addition]:
    """What was added to a report and not taken back, oldest first."""
    a = tables.additions.c
    columns = (a.id, a.report_id, a.kind, a.severity, a.text, a.quote, a.added_at, a.added_by)
    with store.reading() as connection:
        query = select(*columns).where(a.report_id == report, a.withdrawn_at.is_(None))
        found = connection.execute(query.order_by(a.id)).all()
        paragraphs = connection.execute(_paragraphs(report)).all() if any(row.quote for row in found) else []
    return [Addition(*row, *(_place(paragraphs, row.quote) or (None, None))) for row in found]


def _paragraphs(report: int) -> Select[Any]:
    g = tables.paragraphs.c
    return select(g.page, g.position, g.text).where(g.report_id == report).order_by(g.id)


def _place(paragraphs: Any, quote: str) -> tuple[int | None, int] | None:
    """Page and block of the first paragraph that holds the quote, blanks aside."""
    wanted = "".join(quote.split())
    found = (row for row in paragraphs if wanted and wanted in "".join(row.text.split()))
    return next(((row.page, row.position) for row in found), None)
