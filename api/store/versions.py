"""Files that are one report: same title, same year, nearly the same text; without a title, the same text but for slips.

The groups are the connected components of that relation, so that it makes no difference in which order files come in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, text, update

from api.store import tables
from api.store.likeness import likeness, plain

ALIKE = 0.5  # share of common shingles from which two texts of one title are one report's
ALIKE_UNTITLED = 0.8  # of one template other projects' reports reach more than half
_DRAFT = re.compile(r"[（(【\[](?:征求意见稿|送审稿|讨论稿|报批稿|初稿|草稿|定稿|终稿|修改稿|公开版?|盖章版?)[）)】\]]")
_UNTITLED = "≈"  # no title's key begins so
_LOCK = 0x68657369


def title_key(title: str | None) -> str | None:
    """The title without what drafts and typesetting change; None where there is none."""
    return plain(_DRAFT.sub("", title)) or None if title else None


def group_key(title: str | None, sketch: bytes) -> str | None:
    """What reports that may be one have in common. Texts that are nearly the same nearly always share their smallest
    hash, which stands in for a title; None where there is no text either."""
    return title_key(title) or (_UNTITLED + sketch[:4].hex() if sketch else None)


def components(sketches: Mapping[int, bytes], least: float = ALIKE) -> list[list[int]]:
    """The reports that belong together, each group and the groups in order of number."""
    groups: list[list[int]] = []
    for report in sorted(sketches):
        near = [
            group for group in groups if any(likeness(sketches[report], sketches[other]) >= least for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append(sorted([report, *(member for group in near for member in group)]))
    return sorted(groups)


def _least(key: str | None) -> float:
    return ALIKE_UNTITLED if key and key.startswith(_UNTITLED) else ALIKE


def lock(connection: Connection) -> None:
    """Until the transaction ends, no other regroups: two files of one report that come in at once must see each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def place(connection: Connection, report: int, title: str | None, year: int | None, sketch: bytes) -> None:
    """Puts a report among its versions; of one that is there unchanged nothing happens. Takes the lock."""
    lock(connection)
    key = group_key(title, sketch)
    v, d = tables.versions, tables.documents
    kept = connection.execute(
        select(d.c.title_key, d.c.year, v.c.sketch).join_from(v, d).where(v.c.report_id == report)
    ).one_or_none()
    if kept is not None:
        if tuple(kept) == (key, year, sketch):
            return
        take_out(connection, [report])
    alike = _documents_alike(connection, key, year, sketch)
    if alike:
        document, *others = alike
        connection.execute(update(v).where(v.c.document_id.in_(others)).values(document_id=document))
        connection.execute(delete(d).where(d.c.id.in_(others)))
    else:
        document = _new_document(connection, key, year)
    connection.execute(insert(v).values(report_id=report, document_id=document, sketch=sketch))


def take_out(connection: Connection, reports: Sequence[int]) -> None:
    """Takes reports from their groups; what held together only by them falls apart. Takes the lock."""
    lock(connection)
    v, d = tables.versions, tables.documents
    left = connection.execute(
        select(d.c.id, d.c.title_key, d.c.year).where(
            d.c.id.in_(select(v.c.document_id).where(v.c.report_id.in_(reports)))
        )
    ).all()
    connection.execute(delete(v).where(v.c.report_id.in_(reports)))
    for document, key, year in left:
        rows = connection.execute(select(v.c.report_id, v.c.sketch).where(v.c.document_id == document))
        groups = components({row.report_id: row.sketch for row in rows}, _least(key))
        if not groups:
            connection.execute(delete(d).where(d.c.id == document))
        for group in groups[1:]:
            split = _new_document(connection, key, year)
            connection.execute(update(v).where(v.c.report_id.in_(group)).values(document_id=split))


def versions_of(connection: Connection, report: int) -> list[int]:
    """The reports that are versions of one, itself among them, in order of number."""
    return list(connection.execute(_versions(), {"report": report}).scalars())


@cache
def _versions() -> Select[Any]:
    v = tables.versions
    document = select(v.c.document_id).where(v.c.report_id == bindparam("report", type_=tables.NUMBER))
    return select(v.c.report_id).where(v.c.document_id == document.scalar_subquery()).order_by(v.c.report_id)


def _documents_alike(connection: Connection, key: str | None, year: int | None, sketch: bytes) -> list[int]:
    if key is None:
        return []
    v, d = tables.versions, tables.documents
    rows = connection.execute(
        select(d.c.id, v.c.sketch).join_from(v, d).where(d.c.title_key == key, d.c.year.is_not_distinct_from(year))
    )
    return sorted({document for document, other in rows if likeness(sketch, other) >= _least(key)})


def _new_document(connection: Connection, key: str | None, year: int | None) -> int:
    made = connection.execute(
        insert(tables.documents).values(title_key=key, year=year).returning(tables.documents.c.id)
    )
    return int(made.scalar_one())
