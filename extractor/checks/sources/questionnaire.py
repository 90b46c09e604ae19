"""Questionnaires as data: the questions that tables hold, with their options' counts and shares, and the tables that
hold one line a respondent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.document import Cell, Document, Heading, Paragraph
from extractor.language import squeeze
from extractor.quantity import Figure, fold, parse_cell

SETTINGS = load("survey")
_COLUMNS = {name: re.compile(pattern) for name, pattern in SETTINGS["columns"].items()}
_ROWS = {name: re.compile(pattern) for name, pattern in SETTINGS["rows"].items()}
_SURVEY = re.compile(SETTINGS["survey"])
_OTHER = re.compile(SETTINGS["other"])
_MULTIPLE = re.compile(SETTINGS["multiple"])
_SINGLE = re.compile(SETTINGS["single"])
_OPTION_LINE = re.compile(SETTINGS["option_line"])
_SAMPLE_LINE = re.compile(SETTINGS["sample_line"])
_LETTER = re.compile(SETTINGS["options"]["letter"])
_WORD = re.compile(SETTINGS["options"]["word"])
_TOGETHER = re.compile(SETTINGS["options"]["together"])
_CAPTION_SAMPLE = re.compile(SETTINGS["caption_sample"])
_POINTS = re.compile(SETTINGS["options"]["points"])
_SCALE = re.compile(SETTINGS["options"]["scale"])
_COMPOSITE = re.compile(SETTINGS["options"]["composite"])
_NOTE = re.compile(SETTINGS["options"]["note"])
_TICK = re.compile(SETTINGS["rows"]["tick"])
_ABOVE = 8
_NEAR = 3
_FEWEST_RESPONDENTS = 5
_FEWEST_LEVELS = 3
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Option:
    """An answer with how many gave it and their share; `points` is what it counts for (A (10分))."""

    name: str
    count: Term | None = None
    share: Term | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options in the order of the table. `sample` is the stated number of answers, `whole` the
    stated sum of the shares, `rate` the satisfaction or points in per cent; `multiple` whether several options may be
    chosen, None where that is not said."""

    title: str
    options: tuple[Option, ...]
    block: int
    sample: Term | None = None
    whole: Term | None = None
    rate: Term | None = None
    multiple: bool | None = None

    @property
    def counts(self) -> list[Term]:
        return [o.count for o in self.options if o.count is not None]

    @property
    def shares(self) -> list[Term]:
        return [o.share for o in self.options if o.share is not None]

    @property
    def total(self) -> Decimal:
        return sum((t.value for t in self.counts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Column:
    """A question of a table that holds one line a respondent: the marks given, and the satisfaction that the table
    states for them. `scale` are the marks that its head allows."""

    title: str
    marks: tuple[Term, ...]
    stated: Term | None
    scale: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Respondents:
    """A table of one line a respondent: the lines' marks with the average that the line states, and the columns;
    `average` is the stated satisfaction over all questions, `last` the number of the last respondent."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[tuple[Term, ...], Term | None], ...]
    average: Term | None
    last: Term
    block: int


def questions(reading: Reading) -> list[Question]:
    """The questions of all tables in reading order."""
    pages = [page for grid in reading.grids if (page := _Page(grid)).is_survey]
    if not pages:
        return []
    below = {p.block: p for p in reading.passages if p.cell is None}
    cells = {(p.block, p.cell.row, p.cell.column): p for p in reading.passages if p.cell is not None}
    out: list[Question] = []
    for page in pages:
        block = page.grid.block
        made = [_with_line_below(q, below.get(block + 1)) for q in page.questions(cells)]
        caption = next((p for at in (1, 2) if (p := below.get(block - at))), None)
        out += [_with_caption(q, caption) for q in made]
    return out


def _with_caption(question: Question, passage: Passage | None) -> Question:
    """The sample that a table's caption states: 表4 满意度调查汇总（有效问卷600份）."""
    if question.sample is None and passage and (m := _CAPTION_SAMPLE.search(passage.text)):
        figure = next((f for f in passage.figures if f.start == m.start("n")), None)
        if figure:
            return replace(question, sample=passage.term(figure, "表题所列有效问卷份数"))
    return question


def _with_line_below(question: Question, passage: Passage | None) -> Question:
    """A sample that stands below the table: 本题有效填写人次 373."""
    if question.sample is None and passage and (m := _SAMPLE_LINE.match(squeeze(passage.text))):
        figure = next((f for f in passage.figures if f.text == m["n"]), None)
        if figure:
            return replace(question, sample=passage.term(figure, "本题有效填写人次"))
    return question


def above(document: Document, block: int, most: int = _ABOVE) -> list[str]:
    """The paragraphs right above a block, nearest first."""
    out: list[str] = []
    for at in range(block - 1, max(block - 1 - most, -1), -1):
        found = document.blocks[at]
        if not isinstance(found, Paragraph):
            break
        out.append(squeeze(found.text))
    return out


class _Page:
    """One table read as questions."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.table = grid, grid.table
        self.cells: dict[tuple[int, int, int], Passage] = {}
        self.head = _texts(grid.table.rows[0])

    @cached_property
    def texts(self) -> list[list[str]]:
        return [_texts(row) for row in self.table.rows]

    @cached_property
    def lines_above(self) -> list[str]:
        return above(self.grid.document, self.grid.block)

    @cached_property
    def is_survey(self) -> bool:
        titles = self.grid.document.titles_of(self.grid.block)
        words = "".join((titles, self.table.caption, *self.lines_above[:_NEAR], *self.head))
        if not _SURVEY.search(words):
            return False
        return len(_option_columns(self.head)) >= _FEWEST_LEVELS or not _is_other(self.head)

    def questions(self, cells: dict[tuple[int, int, int], Passage]) -> Iterator[Question]:
        """Options in lines, else options in columns. `cells` are the passages of tables by block, row and column."""
        self.cells = cells
        found = list(self._in_lines())
        yield from found or self._in_columns()

    # --- one option a line ---

    def _in_lines(self) -> Iterator[Question]:
        columns: tuple[int, int | None, int, int | None] | None = None
        options: list[Option] = []
        title = self._title()
        last_question = ""
        for r, texts in enumerate(self.texts):
            if found := _line_columns(texts):
                yield from self._made(title, options)
                options, columns, last_question = [], found, ""
                continue
            if columns is None:
                continue
            count, share, name, question = columns
            if len(set(filter(None, texts))) == 1 and not any(map(parse_cell, texts)):
                yield from self._made(title, options)
                options, title = [], next(filter(None, texts))
                continue
            if question is not None and texts[question] and texts[question] != last_question:
                yield from self._made(title, options)
                options, title, last_question = [], texts[question], texts[question]
            if _COLUMNS["sample"].match(texts[name]) and self._figure(r, count):
                whole = self._share(r, share, "合计占比") if share is not None else None
                yield from self._made(title, options, self._count(r, count, texts[name]), whole)
                options = []
            elif self._figure(r, count) and texts[name]:
                part = self._share(r, share, f"“{texts[name]}”占比") if share is not None else None
                options.append(Option(texts[name], self._count(r, count, f"“{texts[name]}”"), part))
        yield from self._made(title, options)

    def _made(
        self, title: str, options: list[Option], sample: Term | None = None, whole: Term | None = None
    ) -> Iterator[Question]:
        if len(options) >= 2:
            yield Question(title, tuple(options), self.grid.block, sample, whole, None, _many(title))

    # --- one option a column ---

    def _in_columns(self) -> Iterator[Question]:
        head: list[int] = []
        at = 0
        pending: Question | None = None
        for r, texts in enumerate(self.texts):
            if found := _option_columns(texts):
                if pending:
                    yield pending
                head, at, pending = found, r, None
                continue
            if not head:
                continue
            made = self._line(r, at, head)
            if made is None:
                continue
            if pending and made.shares and not made.counts and pending.counts and not pending.shares:
                pending = _joined(pending, made)
                continue
            if pending:
                yield pending
            pending = made
        if pending:
            yield pending

    def _line(self, r: int, at: int, head: list[int]) -> Question | None:
        texts, names = self.texts[r], self.texts[at]
        label = texts[0] if 0 not in head else ""
        pairs = [self._answers(r, c, names[c], label) for c in head]
        filled = [p for p in pairs if p != (None, None)]
        if len(filled) < max(2, len(head) - 1):
            return None
        options = tuple(
            Option(names[c], n, p, Decimal(m["points"]) if (m := _POINTS.search(names[c])) else None)
            for c, (n, p) in zip(head, pairs, strict=True)
        )
        counted = any(o.count for o in options)
        rows_of_one = bool(_ROWS["count"].match(label) or _ROWS["share"].search(label) or parse_cell(label))
        title = self._title() if rows_of_one or not label else label
        sample = rate = whole = None
        for c in (c for c in range(len(names)) if c not in head):
            figure = self._figure(r, c)
            if figure is None:
                continue
            if self._is_rate(r, c, figure) and _COLUMNS["rate"].search(names[c]):
                rate = self._share(r, c, "得分率" if "得分率" in names[c] else "满意度")
            elif figure.unit == "%" and _COLUMNS["sample"].match(names[c]):
                whole = self._share(r, c, "合计占比")
            elif counted and figure.unit != "%" and not figure.places and _is_sample(names[c]):
                sample = self._count(r, c, "样本数")
        return Question(title, options, self.grid.block, sample, whole, rate, _many(title))

    def _is_rate(self, r: int, c: int, figure: Figure) -> bool:
        """Whether a number is one in per cent or in points of a hundred: shown so, or with decimals."""
        return figure.unit == "%" or (0 < figure.value <= _HUNDRED and bool(figure.places))

    def _answers(self, r: int, c: int, name: str, label: str) -> tuple[Term | None, Term | None]:
        """Count and share of an option in a line: a number of either kind, or both: 118（56.19%）."""
        where = f"“{name}”"
        figure = self._figure(r, c)
        if figure and (figure.unit == "%" or _ROWS["share"].search(label)):
            return None, self._share(r, c, f"{where}占比")
        if figure:
            return (None, None) if figure.places else (self._count(r, c, where), None)
        cell = self.table.rows[r][c]
        if _COMPOSITE.match(self.texts[r][c]) and (p := self.cells.get((self.grid.block, cell.row, cell.column))):
            [count, share, *_] = p.figures
            return p.term(count, where), p.term(share, f"{where}占比", "%")
        return None, None

    # --- cells ---

    def _figure(self, r: int, c: int) -> Figure | None:
        figure: Figure | None = self.grid.lines[r][c].figure
        return figure

    def _count(self, r: int, c: int, label: str) -> Term:
        found = self.grid.term(r, c)
        unit = found.unit if found.unit and found.unit in "份人户名位家次票" else None
        return replace(found, label=f"问卷表中{label}", unit=unit)

    def _share(self, r: int, c: int, label: str) -> Term | None:
        if self._figure(r, c) is None:
            return None
        return replace(self.grid.term(r, c), label=f"问卷表中{label}", unit="%")

    def _title(self) -> str:
        lines = [line for line in self.lines_above if not _OPTION_LINE.match(line)]
        return lines[0] if lines else squeeze(self.table.caption)


def _texts(row: list[Cell]) -> list[str]:
    return [fold(squeeze(cell.text)) for cell in row]


def _is_other(head: list[str]) -> bool:
    """Whether a table's head names what no questionnaire has."""
    return any(len(text) <= SETTINGS["longest_head"] and _OTHER.search(text) for text in head)


def _is_sample(name: str) -> bool:
    """Whether a column is called a sample, alone or beside the rate in the line below: 样本数/满意度."""
    return any(_COLUMNS["sample"].match(part) or _COLUMNS["count"].match(part) for part in re.split("[/／]", name))


def _line_columns(texts: list[str]) -> tuple[int, int | None, int, int | None] | None:
    """The columns of count, share, option and question where a line names them."""
    count = next((c for c, text in enumerate(texts) if _COLUMNS["count"].match(text)), None)
    if not count:
        return None
    share = next((c for c, text in enumerate(texts) if _COLUMNS["share"].match(text)), None)
    names = [c for c in range(count) if texts[c] and _COLUMNS["option"].search(texts[c])]
    if not names and share is None:
        return None
    name = names[-1] if names else count - 1
    question = next((c for c in range(name) if _COLUMNS["question"].match(texts[c])), None)
    return count, share, name, question


def _option_columns(texts: list[str]) -> list[int]:
    """The columns whose names are options, two at least side by side."""
    for is_option in (_LETTER.match, _is_answer):
        found = [c for c, text in enumerate(texts) if is_option(text)]
        if len(found) >= 2 and found[-1] - found[0] == len(found) - 1 and len({texts[c] for c in found}) == len(found):
            return found
    return []


def _is_answer(text: str) -> bool:
    """Whether a text is an answer in words, or several that are counted together: 满意及基本满意."""
    return all(_WORD.match(part) for part in _TOGETHER.split(text))


def _joined(counts: Question, shares: Question) -> Question:
    """A line of counts with the line of shares below it."""
    options = tuple(replace(o, share=other.share) for o, other in zip(counts.options, shares.options, strict=True))
    return replace(counts, options=options, whole=shares.whole, rate=counts.rate or shares.rate)


def _many(title: str) -> bool | None:
    return True if _MULTIPLE.search(title) else False if _SINGLE.search(title) else None


# --- one line a respondent ----------------------------------------------------------------------------------------


def respondents(reading: Reading) -> Iterator[Respondents]:
    """The tables of one numbered line a respondent, with a mark for each question."""
    for grid in reading.grids:
        if found := _respondents(grid):
            yield found


def _respondents(grid: Grid) -> Respondents | None:
    table = grid.table
    if not _ROWS["respondent"].match(squeeze(table.rows[0][0].text)):
        return None
    texts = [[squeeze(c.text) for c in row] for row in table.rows]
    if _is_other(texts[0]):
        return None
    numbered = [r for r in range(1, len(texts)) if (f := grid.lines[r][0].figure) and not f.places and not f.unit]
    marks = [c for c in range(1, table.width) if _is_marks(grid, numbered, c)]
    if len(numbered) < _FEWEST_RESPONDENTS or len(marks) < 2:
        return None
    averaged = next((c for c in range(marks[-1] + 1, table.width) if _ROWS["average"].search(texts[0][c])), None)
    stated = next((r for r in range(1, len(texts)) if r not in numbered and _ROWS["average"].search(texts[r][0])), None)
    given = {
        (r, c): _mark(grid, r, c, title)
        for c, title in [(c, _short(texts[0][c])) for c in marks]
        for r in numbered
        if grid.lines[r][c].figure
    }
    columns = tuple(
        Column(
            texts[0][c],
            tuple(mark for r in numbered if (mark := given.get((r, c)))),
            _rate(grid, stated, c, f"“{_short(texts[0][c])}”满意度"),
            tuple(Decimal(m["points"]) for m in _SCALE.finditer(texts[0][c])),
        )
        for c in marks
    )
    lines = tuple(
        (
            tuple(mark for c in marks if (mark := given.get((r, c)))),
            _rate(grid, r, averaged, f"第{texts[r][0]}份问卷的平均满意度"),
        )
        for r in numbered
    )
    last = replace(grid.term(numbered[-1], 0), label="问卷汇总表末行的序号", unit=None)
    return Respondents(columns, lines, _rate(grid, stated, averaged, "平均满意度"), last, grid.block)


def _is_marks(grid: Grid, lines: list[int], column: int) -> bool:
    """Whether nearly all respondents have a small whole number there."""
    found = [f for r in lines if (f := grid.lines[r][column].figure)]
    small = [f for f in found if not f.places and f.unit in (None, "分") and abs(f.value) <= 100]
    return len(small) == len(found) and len(found) * 10 >= len(lines) * 9


def _mark(grid: Grid, r: int, c: int, title: str) -> Term:
    found = grid.term(r, c)
    return replace(found, label=f"第{grid.table.rows[r][0].text.strip()}份问卷“{title}”的得分", unit=None)


def _rate(grid: Grid, r: int | None, c: int | None, label: str) -> Term | None:
    if r is None or c is None or grid.lines[r][c].figure is None:
        return None
    found = grid.term(r, c)
    return replace(found, label=label) if found.unit == "%" else None


def _short(title: str) -> str:
    """The question in a column's head, without the scale after it."""
    return re.split(r"[?？]|(?<=.)\d\s*[.、．]", title)[0][:20]


@dataclass(frozen=True, slots=True)
class Ticks:
    """How many lines of a table of respondents are ticked in a column, and what its line of totals says."""

    ticked: int
    stated: Term
    last: Term


@dataclass(frozen=True, slots=True)
class Scored:
    """What a table of ticks says that the answers score, the points of each answer as the note above states them, how
    often each was given, and the number of respondents."""

    stated: Term
    points: tuple[Term, ...]
    given: tuple[int, ...]
    respondents: int


def ticks(reading: Reading) -> Iterator[Ticks | Scored]:
    """The columns of tables where every respondent ticks an option, and the score of all answers."""
    words = {p.block: p for p in reading.passages if p.cell is None}
    for grid in reading.grids:
        if not _ROWS["respondent"].match(_texts(grid.table.rows[0][:1])[0]):
            continue
        texts = [_texts(row) for row in grid.table.rows]
        total = next((r for r, row in enumerate(texts) if _ROWS["total"].match(row[0])), None)
        numbered = [r for r in range(1, total or 0) if parse_cell(texts[r][0])]
        if total is None or len(numbered) < 2:
            continue
        last = replace(grid.term(numbered[-1], 0), label="末份问卷的序号", unit=None)
        by_letter: Counter[str] = Counter()
        for c in range(1, grid.table.width):
            ticked = sum(bool(_TICK.match(texts[r][c])) for r in numbered)
            by_letter[texts[numbered[0] - 1][c][:1]] += ticked
            figure = grid.lines[total][c].figure
            if ticked and figure and not figure.places:
                stated = replace(grid.term(total, c), label=f"“{texts[0][c][:20]}”合计勾选数", unit=None)
                yield Ticks(ticked, stated, last)
        score = next((r for r in range(total + 1, len(texts)) if _ROWS["score"].match(texts[r][0])), None)
        points = _points(words, grid.block)
        if score is not None and points and all(k in points for k in +by_letter):
            given = {k: n for k, n in by_letter.items() if n}
            columns = [c for c in range(1, grid.table.width) if grid.lines[score][c].figure]
            if len(columns) == 1:
                stated = replace(grid.term(score, columns[0]), label="问卷得分")
                terms = tuple(points[k] for k in given)
                yield Scored(stated, terms, tuple(given.values()), len(numbered))


def _points(words: dict[int, Passage], block: int) -> dict[str, Term]:
    """What each letter counts for, by a note right above: 选A得25分，选B得15分."""
    for at in range(block - 1, block - 1 - _NEAR, -1):
        if (passage := words.get(at)) and (found := list(_NOTE.finditer(passage.text))):
            by_start = {f.start: f for f in passage.figures}
            return {
                m["letter"]: passage.term(f, f"选{m['letter']}的分值")
                for m in found
                if (f := by_start.get(m.start("points")))
            }
    return {}


# --- what the questionnaires are called ---------------------------------------------------------------------------


def named(document: Document, block: int, floor: int) -> str:
    """The nearest title above a block (not above `floor`) that names a questionnaire."""
    for at in range(block, max(floor, block - 40, -1), -1):
        found = document.blocks[at]
        if (
            isinstance(found, Paragraph)
            and "问卷" in found.text
            and (isinstance(found, Heading) or len(found.text) < 60)
        ):
            return squeeze(found.text)
    return ""
