"""The texts of reports as they are searched, and an index of which reports can hold a text.

A document of the index is a report, not a paragraph; its grams are the characters and pairs of neighbours in its texts.
There are then a hundred times fewer documents: the commonest word stands in as many as there are reports, every filter is
one on the documents, a report read again is one of them changed, and SQLite's FTS5 and PostgreSQL's GIN need no
positions. What stands where is told by the texts of the few reports on the page, which lie folded (see `folding`) in one
row each. For SQLite the table has no content and no detail, only lists of reports, which come newest first as far as they
are read; a report's grams are made anew from its texts to be taken out. For PostgreSQL they are an array, whose lists
are read whole and sorted: ten thousand in a millisecond or two.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from api.store import folding, tables
from api.store.rows import Row
from extractor import language

NAME = "report_grams"
FINDING, PROBLEM, HEADING, PARAGRAPH = "fpht"  # kinds of lines
LINE = "\n"  # between texts
# The columns of each table that are one text, in the order of a report's lines.
SEARCHED: dict[Table, tuple[str, ...]] = {
    tables.findings: ("title", "explanation"),
    tables.problems: ("heading", "text"),
    tables.paragraphs: ("text",),
}
_ARRAYS = table(NAME, column("report_id", BigInteger), column("codes", ARRAY(Integer)))
_LISTS = table(NAME, column("rowid", Integer), column(NAME, Text))  # a column of the table's name takes its commands


@dataclass(frozen=True, slots=True)
class Searched:
    """A report's texts as they are searched: lines, where words start in them, a letter for the kind of each, and the
    grams that are found in them."""

    folded: str
    words: bytes
    kinds: str
    grams: bytes


def searched(
    details: Mapping[str, Iterable[Row]], segment: Callable[[str], Sequence[str]] = language.words
) -> Searched:
    """What a report whose rows are these, by table, is searched by. The long part, which needs no store; `segment` gives
    the words of a text, together the text."""
    rows = [(of, row) for of in SEARCHED for row in details[of.name]]
    lines = [folding.FIELD.join(folding.fold(row[name]) for name in SEARCHED[of] if row[name]) for of, row in rows]
    words = {line: segment(line) for line in dict.fromkeys(lines)}
    folded = LINE.join(lines)
    return Searched(
        folded=folded,
        words=folding.word_starts(chain.from_iterable([*words[line], LINE] for line in lines)),
        kinds="".join(_kind(of, row) for of, row in rows),
        grams=folding.grams(folded),
    )


def _kind(of: Table, row: Row) -> str:
    if of is tables.paragraphs:
        return HEADING if row["text"] == row["section"] else PARAGRAPH
    return FINDING if of is tables.findings else PROBLEM


def add(connection: Connection, report: int, found: Searched) -> None:
    """Enters a report that is not in the index and whose rows are there, stored in the order of its lines."""
    ids = array("q")
    for of in SEARCHED:
        ids.extend(connection.execute(select(of.c.id).where(of.c.report_id == report).order_by(of.c.id)).scalars())
    row = {"report_id": report, "folded": found.folded, "words": found.words, "kinds": found.kinds, "ids": pack(ids)}
    connection.execute(insert(tables.report_texts), row)
    _add_grams(connection, report, found.grams)


def remove(connection: Connection, reports: Sequence[int]) -> None:
    """Takes reports out of the index."""
    t = tables.report_texts
    if connection.dialect.name == "postgresql":
        connection.execute(delete(_ARRAYS).where(_ARRAYS.c.report_id.in_(reports)))
    else:
        out = text(f"INSERT INTO {NAME} ({NAME}, rowid, codes) VALUES ('delete', :id, :codes)")
        for row in connection.execute(select(t.c.report_id, t.c.folded).where(t.c.report_id.in_(reports))).all():
            connection.execute(out, _spelled(row.report_id, folding.grams(row.folded)))
    connection.execute(delete(t).where(t.c.report_id.in_(reports)))


def wanted(dialect: str, terms: Sequence[str]) -> str | list[int]:
    """The grams of the terms, as `holding` takes them."""
    numbers = sorted({number for term in terms for number in folding.wanted_grams(term)})
    return numbers if dialect == "postgresql" else " ".join(f"{number & 0xFFFFFFFF:08x}" for number in numbers)


def holding(dialect: str, grams: Any) -> Select[Any]:
    """The numbers of the reports that have all `wanted` grams (or those of a bound parameter): those in which the terms
    stand, and where a term is longer than two characters, others. One column, `id`."""
    if dialect == "postgresql":
        # Apart and first, since reports would be gone through newest first otherwise, every array unpacked.
        # Unnamed, since a query may have two.
        found = select(_ARRAYS.c.report_id.label("id")).where(_ARRAYS.c.codes.contains(grams)).cte()
        return select(found.prefix_with("MATERIALIZED").c.id)
    return select(_LISTS.c.rowid.label("id")).where(_LISTS.c[NAME].op("MATCH")(grams))


def stands(dialect: str, text: ColumnElement[str], term: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a term stands in a text."""
    found: ColumnElement[int] = (func.strpos if dialect == "postgresql" else func.instr)(text, term)
    return found > 0


def complete(writing: Callable[[], AbstractContextManager[Connection]]) -> int:
    """Enters the reports that are not in the index, stored by an older program or restored; how many. `writing` gives a
    transaction; each report has its own."""
    r, t = tables.reports.c, tables.report_texts.c
    with writing() as connection:
        entered = select(_ARRAYS.c.report_id if connection.dialect.name == "postgresql" else _LISTS.c.rowid)
        query = select(r.id, t.folded.is_(None)).join_from(tables.reports, tables.report_texts, isouter=True)
        missing = connection.execute(query.where(r.version.is_not(None), r.id.not_in(entered))).all()
    for report, is_new in missing:
        with writing() as connection:
            if is_new:
                add(connection, report, searched({of.name: _rows(connection, of, report) for of in SEARCHED}))
            else:
                folded = connection.execute(select(t.folded).where(t.report_id == report)).scalar_one()
                _add_grams(connection, report, folding.grams(folded))
    return len(missing)


def pack(ids: array[int]) -> bytes:
    """Numbers of 64 bits, alike on all machines; `unpack` is the way back."""
    return _turned(ids).tobytes()


def unpack(ids: bytes) -> array[int]:
    return _turned(array("q", ids))


def _turned(numbers: array[int]) -> array[int]:
    """In the order of bytes that is stored, little end first, or back from it."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _rows(connection: Connection, of: Table, report: int) -> list[Row]:
    query = select(of).where(of.c.report_id == report).order_by(of.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _add_grams(connection: Connection, report: int, grams: bytes) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(insert(_ARRAYS), {"report_id": report, "codes": array("i", grams).tolist()})
    else:
        connection.execute(text(f"INSERT INTO {NAME} (rowid, codes) VALUES (:id, :codes)"), _spelled(report, grams))


def _spelled(report: int, grams: bytes) -> Row:
    """The grams as words of eight hexadecimal digits."""
    codes = array("i", grams)
    if sys.byteorder == "little":
        codes.byteswap()
    return {"id": report, "codes": codes.tobytes().hex(" ", 4)}
