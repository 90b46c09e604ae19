"""Full-text search over paragraphs, problems and findings.

Hits come in windows: the newest reports that hold what is asked for, some at a time, then the ones before them. Inside a
window the best come first: those where words of the text begin and end with what is asked for, findings and problems and
headings before paragraphs, short before long. So a page costs the same whether a word stands in ten texts or in a
million, none of which are counted or sorted; and a cursor names a window by its reports and the last hit by its rank,
so that every hit is met once, whatever is loaded meanwhile. A report that is read again between two pages can show hits
twice, or hide some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)

from api.store import cursors, filters, folding, index, lists, tables
from api.store.connection import Store
from api.store.cursors import Page
from api.store.errors import StoreError
from api.store.filters import EVERY, Asked, ReportFilter
from api.store.snippets import snippet

Kind = Literal["finding", "problem", "paragraph"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_TABLES = {"finding": tables.findings, "problem": tables.problems, "paragraph": tables.paragraphs}
_KIND_OF: dict[str, Kind] = {
    index.FINDING: "finding",
    index.PROBLEM: "problem",
    index.HEADING: "paragraph",
    index.PARAGRAPH: "paragraph",
}
_BEST_FIRST = index.FINDING + index.PROBLEM + index.HEADING + index.PARAGRAPH

_WINDOW = 64  # most reports of a window
_FIRST = 6  # of them looked through at first, then as many as will fill the page
_PATIENCE = 128  # reports looked through for a page; what it holds by then is shown

Rank = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A text in which what was asked for stands. `position` is the paragraph's block, the finding's or the problem's
    place in its list (`origin`, of a problem); `snippet` is a part of the text, `marks` the stretches (start, stop) of it
    that were asked for."""

    kind: Kind
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    position: int
    origin: str | None
    title: str | None  # of the finding or problem
    page: int | None
    section: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """`start` and `stop` are where its line begins and ends in the report's texts `folded`, `words` the starts of their
    words."""

    kind: Kind
    id: int
    rank: Rank
    start: int
    stop: int
    folded: str
    words: bytes


@dataclass(frozen=True, slots=True)
class _Window:
    """Reports from number `low` to below `high`, of whose hits those after rank `after` are still to come; `low` is `high`
    where it is not settled yet which they are."""

    high: int
    low: int
    after: Rank

    @property
    def is_settled(self) -> bool:
        return self.low < self.high


_BEFORE_ALL: Rank = (-1, 0, 0, 0, 0)
_FORM = (int,) * 7
_NEWEST = _Window((1 << 62), (1 << 62), _BEFORE_ALL)


def search(
    store: Store,
    text: str,
    kinds: Sequence[Kind] = KINDS,
    where: ReportFilter = EVERY,
    after: str | None = None,
    limit: int = 20,
) -> Page[Hit]:
    """A page of the texts in which `text` stands, width, case and blanks aside; of several parts divided by blanks each
    must. Raises StoreError for a text without any character, a cursor of another listing."""
    limit, key, terms = cursors.checked_limit(limit), cursors.read(after, "search", _FORM), folding.terms(text)
    if unknown := set(kinds) - set(KINDS):
        raise StoreError(f"不能在 {'、'.join(sorted(unknown))} 中查找，可用 {'、'.join(KINDS)}")
    window: _Window | None = _NEWEST if key is None else _Window(key[0], key[1], tuple(key[2:]))  # type: ignore[arg-type]
    shown: list[_Found] = []
    looked = 0
    with store.looking() as connection:
        while window is not None and len(shown) < limit and looked < _PATIENCE:
            reports = _reports(connection, terms, where, window)
            window, found, count = _hits(connection, terms, kinds, reports, window, limit - len(shown))
            looked += count
            shown += found
        hits = _shown(connection, shown, terms)
    following = None if window is None else cursors.write("search", [window.high, window.low, *window.after])
    return Page(tuple(hits), following)


def _reports(connection: Connection, terms: Sequence[str], where: ReportFilter, window: _Window) -> list[int]:
    """The window's reports that can hold the terms, newest first; of one not settled yet those it can have at most."""
    dialect = connection.dialect.name
    asked = filters.NOTHING if filters.is_every(where) else filters.of_reports(where, dialect)
    low = window.low if window.is_settled else 0
    wanted = {"grams": index.wanted(dialect, terms), "high": window.high, "low": low, **asked.values}
    # At once: one by one costs three times as much.
    return list(connection.execute(_newest(dialect, asked), wanted).scalars().all())


@lru_cache(filters.FORMS)
def _newest(dialect: str, asked: Asked) -> Select[Any]:
    query = index.holding(dialect, bindparam("grams"))
    number = query.selected_columns["id"]
    if asked != filters.NOTHING:
        query = query.join(tables.reports, tables.reports.c.id == number).where(*asked.conditions())
    query = query.where(number < bindparam("high"), number >= bindparam("low"))
    return query.order_by(number.desc()).limit(_WINDOW)


def _hits(
    connection: Connection,
    terms: Sequence[str],
    kinds: Sequence[Kind],
    reports: Sequence[int],
    window: _Window,
    wanted: int,
) -> tuple[_Window | None, list[_Found], int]:
    """The next hits of a window, at most as many as wanted, what remains, and how many reports were looked through."""
    found: list[_Found] = []
    done = 0
    batch = len(reports) if window.is_settled else _FIRST
    while done < len(reports) and len(found) < wanted:
        found += _found(connection, terms, kinds, reports[done : done + batch])
        done = min(done + batch, len(reports))
        batch = 1 + (wanted - len(found)) * done // max(1, len(found))
    best = sorted((hit for hit in found if hit.rank > window.after), key=lambda hit: hit.rank)
    if len(best) > wanted:
        settled = window if window.is_settled else _Window(reports[0] + 1, reports[done - 1], _BEFORE_ALL)
        return replace(settled, after=best[wanted - 1].rank), best[:wanted], done
    if window.is_settled:
        return _Window(window.low, window.low, _BEFORE_ALL), best, done
    is_last = done == len(reports) < _WINDOW
    return None if is_last else _Window(reports[done - 1], reports[done - 1], _BEFORE_ALL), best, done


def _found(connection: Connection, terms: Sequence[str], kinds: Sequence[Kind], reports: Sequence[int]) -> list[_Found]:
    """All hits in some reports."""
    letters = frozenset(letter for letter, kind in _KIND_OF.items() if kind in kinds)
    dialect = connection.dialect.name
    rows = connection.execute(_texts(dialect), {"reports": lists.value(dialect, reports)}).all()
    return [hit for row in rows for hit in _in_report(row, terms, letters)]


@cache
def _texts(dialect: str) -> Select[Any]:
    t = tables.report_texts.c
    query = select(t.report_id, t.folded, t.words, t.kinds, t.ids)
    return query.where(lists.among(dialect, t.report_id, "reports"))


def _in_report(row: Any, terms: Sequence[str], letters: frozenset[str]) -> Iterator[_Found]:
    first, *others = terms
    report, folded, words, kinds, packed = row
    ids = index.unpack(packed)
    line = behind = 0
    while (at := folded.find(first, behind)) >= 0:
        start = folded.rfind(index.LINE, 0, at) + 1
        stop = folded.find(index.LINE, at)
        stop = len(folded) if stop < 0 else stop
        line += folded.count(index.LINE, behind, at)
        letter = kinds[line]
        if letter in letters and all(folded.find(term, start, stop) >= 0 for term in others):
            apart = all(_is_apart(folded, words, term, start, stop) for term in terms)
            rank = (int(not apart), _BEST_FIRST.index(letter), stop - start, -report, ids[line])
            yield _Found(_KIND_OF[letter], ids[line], rank, start, stop, folded, words)
        behind = stop


def _is_apart(folded: str, words: bytes, term: str, start: int, stop: int) -> bool:
    """Whether a term begins and ends where words do, somewhere in a line."""
    at = folded.find(term, start, stop)
    while at >= 0:
        if folding.starts_word(words, at) and folding.starts_word(words, at + len(term)):
            return True
        at = folded.find(term, at + 1, stop)
    return False


def _shown(connection: Connection, found: Sequence[_Found], terms: Sequence[str]) -> list[Hit]:
    """The hits as they are shown, in their order."""
    if not found:
        return []
    dialect = connection.dialect.name
    kinds = [kind for kind in KINDS if any(hit.kind == kind for hit in found)]
    numbers: dict[str, Any] = {
        kind: lists.value(dialect, [hit.id for hit in found if hit.kind == kind]) for kind in kinds
    }
    rows = connection.execute(_details(dialect, *kinds), numbers).all()
    known = {(row.what, row.number): row for row in rows}
    # What was read again meanwhile is among the next hits.
    return [_hit(hit, row, terms) for hit in found if (row := known.get((hit.kind, hit.id)))]


@cache
def _details(dialect: str, *kinds: Kind) -> CompoundSelect[Any]:
    """The rows of hits of these kinds, by the numbers that are bound by the kind's name."""
    return union_all(*(_details_of(dialect, kind) for kind in kinds))


def _details_of(dialect: str, kind: Kind) -> Select[Any]:
    r, of = tables.reports, _TABLES[kind]
    names = {"finding": ("title", "explanation"), "problem": ("heading", "text"), "paragraph": ("", "text")}[kind]
    head, body = (of.c[name] if name else cast(null(), Text) for name in names)
    return (
        select(
            literal_column(f"'{kind}'").label("what"),
            of.c.id.label("number"),
            r.c.id.label("report"),
            r.c.title.label("report_title"),
            r.c.year,
            r.c.agency,
            of.c.position,
            (of.c.origin if kind == "problem" else cast(null(), Text)).label("origin"),
            head.label("head"),
            body.label("body"),
            (of.c.evidence if kind == "finding" else cast(null(), JSON)).label("evidence"),
            (of.c.page if kind != "finding" else cast(null(), Integer)).label("page"),
            (of.c.section if kind == "paragraph" else cast(null(), Text)).label("section"),
        )
        .join_from(of, r)
        .where(lists.among(dialect, of.c.id, kind))
    )


def _hit(hit: _Found, row: Any, terms: Sequence[str]) -> Hit:
    place = row.evidence[0] if row.evidence else {"page": row.page, "section": row.section}
    excerpt, marks = snippet(row.head, row.body, terms, hit.words, hit.start, hit.folded[hit.start : hit.stop])
    return Hit(
        kind=hit.kind,
        report=row.report,
        report_title=row.report_title,
        year=row.year,
        agency=row.agency,
        position=row.position,
        origin=row.origin,
        title=row.head,
        page=place["page"],
        section=place["section"],
        snippet=excerpt,
        marks=marks,
    )
