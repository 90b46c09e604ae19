"""Every number of a report with the words that say what it measures, of whom and when: what tells whether two numbers
state one fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.likeness import pairs_of
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.document import Table
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, rounding_interval
from extractor.record import record

_SETTINGS = load("cross_mention")
_WORDS = {name: re.compile(pattern) for name, pattern in _SETTINGS["words"].items()}
_NUMBERED_THINGS = frozenset("表图第件〔[【")
_JOINTS = frozenset(".-—~/")
_NUMBERED_BY = frozenset("号条章节页款题.-—~/〕]】、)）")
_RATES = frozenset({"%", "％"})
_MONEY_KIND = "元"
_BEFORE = 40  # characters in front of a number that may name it
_AFTER = 8
_LONGEST_NAME = 24
_LABELS = 3
_LEAD = 30  # letters that open a paragraph and tell what it is about
_SAME_ENDING = 3
_MARKS = re.compile(r"[\W\d_]+")
_NO_DIGITS = re.compile(r"\D+")
_NO_FRAME = re.compile(r"[^\w#%]+")
_BRACKETED = re.compile(r"[（(].*?[)）]")
_WHERE = {"summary": "摘要", "appendix": "附件"}
_CLAUSE = re.compile(r"[，,；;：:（(]")
_KEPT = 1 << 12  # texts whose letters are remembered: cells and names recur; two kilobytes each


@record(frozen=True, slots=True, eq=False)
class Occurrence:
    """A number where it stands. `kind` is its unit, the same for all units of money; `base` its value and `step` its
    last shown digit in that unit; `precise` the number of its digits that tell it from others. `head` is the name right in front of it (or of its row and column), `measure` what
    that name says it measures, `near` and `topic` the pairs of characters of the words around it and of what the place
    is about. `group` tells the sentence or the table row, `frame` is the sentence without its marks and with # for each
    number ("" in tables), `tail` the words behind it, `lead` the pairs of the words that open its paragraph, `row` and
    `column` the name of the table row and the column's place, `zone` the part of the report, `other_year` whether its own
    clause names a year that is not the evaluated one."""

    term: Term
    kind: str
    base: Decimal
    step: Decimal
    precise: int
    head: str
    measure: str
    near: frozenset[str]
    topic: frozenset[str]
    years: frozenset[str]
    group: tuple[int, ...]
    frame: str = ""
    tail: str = ""
    row: str = ""
    column: tuple[int, ...] = ()
    zone: str = ""
    vague: bool = False
    target: bool = False
    planned: bool = False
    whole: bool = False
    lead: frozenset[str] = frozenset()
    other_year: bool = False
    in_table: bool = False


@lru_cache(_KEPT)
def _telling_digits(text: str) -> int:
    """How many digits tell a value from others: 1126.24 has six, 500 has one."""
    return len(_NO_DIGITS.sub("", text).strip("0"))


def same_value(a: Occurrence, b: Occurrence) -> bool:
    """Whether two numbers agree at the coarser precision of the two; copies of one precision have to be equal."""
    return agree(a.base, a.step, b.base, b.step, a.kind if a.kind == b.kind else "")


def agree(a: Decimal, a_step: Decimal, b: Decimal, b_step: Decimal, kind: str) -> bool:
    """As `same_value`, for two values with their last shown digits; points and counts are exact."""
    if a == b:
        return True
    if a_step == b_step or kind not in (_MONEY_KIND, "%"):
        return False
    fine, coarse, step = (a, b, b_step) if a_step < b_step else (b, a, a_step)
    return fine / step in rounding_interval(coarse / step, 0)


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text without digits and marks."""
    return frozenset(pairs_of(_MARKS.sub("", text)))


pairs = lru_cache(_KEPT)(_pairs)
"""As `_pairs`, of texts that recur."""


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """The share of the smaller set that the larger one holds."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def differ_in_year(a: Occurrence, b: Occurrence) -> bool:
    """Whether one number is of a year other than the evaluated one, and the other is not said to be."""
    return (a.other_year and not b.years & a.years) or (b.other_year and not a.years & b.years)


def differ_in_reach(a: Occurrence, b: Occurrence) -> bool:
    """Whether just one of two numbers is said to fall short: 仅与3个部门共享 is not of 与5个部门共享, which was to be reached."""
    return bool(_WORDS["short"].match(a.head)) != bool(_WORDS["short"].match(b.head))


def same_name(a: Occurrence, b: Occurrence) -> bool:
    """Whether the names in front of two numbers end alike; short ones have to be equal."""
    return bool(a.head) and a.head[-_SAME_ENDING:] == b.head[-_SAME_ENDING:]


def common_ending(a: str, b: str) -> int:
    """How many letters two names end in alike."""
    n = 0
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if x != y:
            break
        n += 1
    return n


def occurrences(reading: Reading) -> list[Occurrence]:
    """The numbers of the whole report in reading order, text before tables."""
    out: list[Occurrence] = []
    year = reading.facts.meta.evaluated_year
    for passage in reading.passages:
        out.extend(_in_words(passage, str(year.value) if year else ""))
    for grid in reading.grids:
        out.extend(_in_table(grid))
    return out


# --- running text ---------------------------------------------------------------------------------------------------


def _in_words(passage: Passage, evaluated: str) -> Iterator[Occurrence]:
    figures = passage.figures
    if not figures:
        return
    labels = _about(passage)
    topic = pairs("、".join(labels))
    about = "、".join(labels) + "、" if passage.cell is not None else ""
    lead = pairs(passage.text[:_LEAD])
    zone = passage.zone
    where = _WHERE.get(zone, "正文")
    aims = passage.cell is None and any(_WORDS["aims"].search(label) for label in labels)
    starts = {f.start: i for i, f in enumerate(figures)}
    for start, end in passage.sentences:
        sentence = passage.text[start:end]
        years = frozenset(_WORDS["year"].findall(sentence))
        inside = passage.within(start, end)
        frame = _frame(passage.text, start, end, inside)
        measure = ""
        for figure in inside:
            kind = kind_of(figure.unit)
            if figure.unit in ("年", "月", "日", "号") or _is_reference(passage.text, figure):
                continue
            previous = figures[starts[figure.start] - 1].stop if starts[figure.start] else 0
            head = name_before(passage.text, max(start, previous), figure.start)
            own = measure_of(head)
            measure = own or measure
            before = passage.text[max(start, figure.start - _BEFORE) : figure.start]
            after = passage.text[figure.stop : min(end, figure.stop + _AFTER)]
            close = passage.text[max(start, previous, figure.start - 8) : figure.start]
            own_years = frozenset(_WORDS["year"].findall(_CLAUSE.split(passage.text[start : figure.start])[-1]))
            yield Occurrence(
                passage.term(figure, f"{where}“{head[-_LONGEST_NAME:]}”" if head else where),
                kind,
                figure.base,
                _step(figure.places, figure.unit),
                _telling_digits(figure.text),
                head or (labels[-1] if labels else "") or _tail(after),
                own or (measure if kind == _MONEY_KIND else ""),
                _pairs(f"{'' if head else about}{before}、{after}"),
                topic,
                own_years or years,
                passage.place(start),
                frame=frame,
                tail=_tail(passage.text[figure.stop : min(end, figure.stop + _LONGEST_NAME)]),
                zone="cell" if passage.cell is not None else zone,
                vague=bool(_WORDS["vague"].search(close) or _WORDS["vague"].match(after[:3])),
                target=bool(_WORDS["target"].search(close) or _WORDS["target"].search(head)),
                planned=aims or bool(_WORDS["planned"].search(head)),
                lead=lead,
                other_year=bool(own_years) and evaluated not in own_years and bool(evaluated),
            )


def _frame(text: str, start: int, end: int, figures: list[Figure]) -> str:
    out, at = [], start
    for figure in figures:
        out += [text[at : figure.start], "#"]
        at = figure.end
    return _NO_FRAME.sub("", "".join([*out, text[at:end]]))


def name_before(text: str, start: int, end: int) -> str:
    """The words that name the number at `end`, back to the number or the mark before it."""
    part = squeeze(text[start:end])
    part = _WORDS["link"].sub("", part)
    pieces = [piece for piece in _WORDS["boundary"].split(part) if piece]
    name = _WORDS["link"].sub("", pieces[-1]) if pieces else ""
    return name[-_LONGEST_NAME:]


def _tail(after: str) -> str:
    """The words behind a number that no words precede: 15位不属于该项目的人员."""
    return "/" + squeeze(_WORDS["boundary"].split(after)[0])


def _is_reference(text: str, figure: Figure) -> bool:
    """Numbers of tables, chapters, headings, documents and days are no facts."""
    before = text[: figure.start].rstrip()[-1:]
    if before in _NUMBERED_THINGS and before:
        return True
    if figure.unit is not None:
        return False
    return (
        not before
        or before in _JOINTS
        or (before.isascii() and before.isalpha())
        or text[figure.end : figure.end + 1].strip() in _NUMBERED_BY
    )


def _about(passage: Passage) -> list[str]:
    """The title of the passage's section, or the names in front of it in its table row."""
    if passage.cell is None:
        section = passage.document.section_of(passage.block)
        return [section.title] if section else []
    table = passage.document.blocks[passage.block]
    assert isinstance(table, Table)
    row = [squeeze(c.text) for c in table.rows[passage.cell.row][: passage.cell.column]]
    return list(dict.fromkeys(name for name in row if 1 < len(name) <= _LONGEST_NAME))


# --- tables -----------------------------------------------------------------------------------------------------------


def _in_table(grid: Grid) -> Iterator[Occurrence]:
    lines = list(range(grid.first, len(grid.lines)))
    skip = {c for c in range(grid.width) if _WORDS["numbering"].match(grid.names[c])}
    caption = pairs(grid.table.caption)
    planned = {c for c in range(grid.width) if _WORDS["planned"].search(grid.names[c])}
    for line in lines:
        labels = grid.labels[line][:_LABELS]
        row = grid.label(line)
        row_name = _BRACKETED.sub("", row)
        about = "、".join(labels)
        topic = pairs(about) | caption
        whole = any(_WORDS["whole"].match(label) for label in labels) or len(lines) == 1
        for column in grid.figures(line):
            if column in skip:
                continue
            term = grid.term(line, column)
            name = grid.names[column]
            head = _BRACKETED.sub("", f"{row}{name}")[-_LONGEST_NAME:]
            yield Occurrence(
                term,
                kind_of(term.unit),
                term.value * MONEY.get(term.unit or "", Decimal(1)),
                _step(term.places, term.unit),
                _telling_digits(term.text),
                head,
                measure_of(name) or measure_of(row),
                pairs(f"{about}、{name}"),
                topic,
                frozenset(_WORDS["year"].findall(f"{row}年{name}年")),
                (grid.block, line),
                row=row_name,
                column=(grid.block, -1, column),
                zone="table",
                in_table=True,
                planned=column in planned,
                whole=whole,
            )


# --- units and measures ---------------------------------------------------------------------------------------------


def kind_of(unit: str | None) -> str:
    if unit in MONEY:
        return _MONEY_KIND
    if unit in _RATES:
        return "%"
    return unit or ""


@lru_cache(_KEPT)
def _step(places: int, unit: str | None) -> Decimal:
    return Decimal(1).scaleb(-places) * MONEY.get(unit or "", Decimal(1))


@cache
def _measures() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SETTINGS["measures"].items()))


@lru_cache(_KEPT)
def measure_of(name: str) -> str:
    """What the last telling word of a name measures; "" where none tells."""
    last = ""
    for m in _measures().finditer(name):
        last = m.lastgroup or ""
    return last


@lru_cache(_KEPT)
def last_measure(name: str) -> str:
    """The last word of a name that tells what it measures."""
    return next((m.group() for m in reversed(list(_measures().finditer(name)))), "")
