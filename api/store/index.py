"""Which reports can hold a text: an index of the characters and pairs of neighbours in each report's texts.

A document of the index is a report, not a paragraph. There are then a hundred times fewer of them: the commonest word
stands in as many as there are reports, every filter is one on the documents, a report read again is one of them changed,
and SQLite's FTS5 and PostgreSQL's GIN need no positions: what stands where is told by the texts of the few reports on the
page, read and compared folded (see `folding`). For SQLite the table has no content and no detail, only lists of reports,
which come newest first as far as they are read; to be taken out again a report's grams are made anew from its texts.
For PostgreSQL they are an array, whose lists are read whole and sorted: ten thousand in a millisecond or two.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from api.store import folding, tables
from api.store.rows import Row, storable
from extractor import language

NAME = "report_grams"
# The columns of each table that are searched, as one text.
SEARCHED: dict[Table, tuple[str, ...]] = {
    tables.findings: ("title", "explanation"),
    tables.problems: ("heading", "text"),
    tables.paragraphs: ("text",),
}
_ARRAYS = table(NAME, column("report_id", BigInteger), column("codes", ARRAY(Integer)))
_LISTS = table(NAME, column("rowid", Integer), column(NAME, Text))  # a column of the table's name takes its commands


def searchable(of: Table, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows as they are stored, with what they are searched by."""
    kept = [storable(row) for row in rows]
    folded = [_folded(of, row) for row in kept]
    starts = {text: folding.word_starts(language.words(text)) for text in dict.fromkeys(folded)}
    return [
        {**row, "folded": None if text == row.get("text") else text, "words": starts[text]}
        for row, text in zip(kept, folded, strict=True)
    ]


def _folded(of: Table, row: Mapping[str, Any]) -> str:
    return "\n".join(folding.fold(row[name]) for name in SEARCHED[of] if row[name])


def folded(of: Table) -> ColumnElement[str]:
    """A row's folded text; it is kept only where it is not the text itself."""
    return of.c.folded if of is tables.findings else func.coalesce(of.c.folded, of.c.text)


def grams(details: Mapping[str, Iterable[Row]]) -> bytes:
    """What a report whose rows are these is found by."""
    return folding.grams([row["folded"] or row["text"] for of in SEARCHED for row in details[of.name]])


def add(connection: Connection, report: int, grams: bytes) -> None:
    """Enters a report that is not in the index."""
    if connection.dialect.name == "postgresql":
        row = {"report_id": report, "codes": array("i", grams).tolist()}
        connection.execute(insert(_ARRAYS), row)
    else:
        connection.execute(text(f"INSERT INTO {NAME} (rowid, codes) VALUES (:id, :codes)"), _spelled(report, grams))


def remove(connection: Connection, reports: Sequence[int]) -> None:
    """Takes reports out of the index, whose rows must still be there."""
    if connection.dialect.name == "postgresql":
        connection.execute(delete(_ARRAYS).where(_ARRAYS.c.report_id.in_(reports)))
        return
    entered = set(connection.execute(select(_LISTS.c.rowid).where(_LISTS.c.rowid.in_(reports))).scalars())
    out = text(f"INSERT INTO {NAME} ({NAME}, rowid, codes) VALUES ('delete', :id, :codes)")
    for report in entered:
        connection.execute(out, _spelled(report, _grams_of(connection, report)))


def holding(dialect: str, terms: Sequence[str]) -> Select[Any]:
    """The numbers of the reports that have all grams of the terms: those in which the terms stand, and where a term is
    longer than two characters, others. One column, `id`."""
    wanted = sorted({number for term in terms for number in folding.wanted_grams(term)})
    if dialect == "postgresql":
        # Apart and first, since reports would be gone through newest first otherwise, every array unpacked.
        found = select(_ARRAYS.c.report_id.label("id")).where(_ARRAYS.c.codes.contains(wanted)).cte("found")
        return select(found.prefix_with("MATERIALIZED").c.id)
    question = " ".join(f"{number & 0xFFFFFFFF:08x}" for number in wanted)
    return select(_LISTS.c.rowid.label("id")).where(_LISTS.c[NAME].op("MATCH")(question))


def stands(dialect: str, text: ColumnElement[str], term: str) -> ColumnElement[bool]:
    """Whether a term stands in a folded text."""
    found: ColumnElement[int] = (func.strpos if dialect == "postgresql" else func.instr)(text, term)
    return found > 0


def prefer(connection: Connection) -> None:
    """Has the transaction use the index: PostgreSQL knows the table as small, for it does not count how long it takes to
    unpack the arrays."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def complete(writing: Callable[[], AbstractContextManager[Connection]]) -> int:
    """Enters the reports that are not in the index, and folds rows that an older program stored; how many reports.
    `writing` gives a transaction; each report has its own."""
    r = tables.reports.c
    with writing() as connection:
        entered = select(_ARRAYS.c.report_id if connection.dialect.name == "postgresql" else _LISTS.c.rowid)
        missing = connection.execute(select(r.id).where(r.version.is_not(None), r.id.not_in(entered))).scalars().all()
    for report in missing:
        with writing() as connection:
            for of in SEARCHED:
                _fold(connection, of, report)
            add(connection, report, _grams_of(connection, report))
    return len(missing)


def _fold(connection: Connection, of: Table, report: int) -> None:
    names = [of.c[name] for name in SEARCHED[of]]
    found = connection.execute(
        select(of.c.id.label("number"), *names).where(of.c.report_id == report, of.c.words.is_(None))
    )
    if rows := searchable(of, [dict(row) for row in found.mappings()]):
        statement = update(of).where(of.c.id == bindparam("number"))
        connection.execute(statement.values(folded=bindparam("folded"), words=bindparam("words")), rows)


def _grams_of(connection: Connection, report: int) -> bytes:
    texts = union_all(*(select(folded(of)).where(of.c.report_id == report) for of in SEARCHED))
    return folding.grams(list(connection.execute(texts).scalars()))


def _spelled(report: int, grams: bytes) -> Row:
    """The grams as words of eight hexadecimal digits."""
    codes = array("i", grams)
    if sys.byteorder == "little":
        codes.byteswap()
    return {"id": report, "codes": codes.tobytes().hex(" ", 4)}
