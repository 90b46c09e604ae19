"""Statements of headline figures: every place that names one, with points for where and how it does.

Sentences are read with the patterns of data/patterns.json (group `headline`), tables by their heads and total rows; the
points come from data/headline.toml. Which statement wins is decided in `extractor.facts.headline`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from extractor.data import load
from extractor.document import Document, Evidence, Paragraph, Table, cell_evidence, text_evidence
from extractor.language import matches, sentences, squeeze
from extractor.quantity import MONEY, Figure, find, parse_cell

if TYPE_CHECKING:
    from spacy.tokens import Doc

MONEY_FACTS = ("budget", "adjusted_budget", "funds_arrived", "expenditure")
RATE_FACTS = ("arrival_rate", "execution_rate")
FACTS = (*MONEY_FACTS, *RATE_FACTS, "total_score", "grade")

_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(?:年|(?=[^\d年]{0,3}预算))")
_LATER_DATE = re.compile(r"截[至止]到?[^，,。；\d]{0,6}(20\d\d)\s*年")
_YEAR_CELL = re.compile(r"(20\d\d)(?:年度?)?")
_UNIT_IN_HEAD = re.compile(r"[（(]\s*(?:单位\s*[:：])?\s*(元|千元|万元|百万元|亿元)\s*[)）]")
_ROWS_OF_MONEY = 6  # rows under the head of a form's money part
_FIRST_LINES = 12  # of which one may be the title
_MOST_BEFORE = 60  # statements before a sentence, of which one may be the amount that it speaks of
_BLOCKS_BEFORE = 3  # paragraphs before it that may hold that amount
_LEAST_FUNDS = 1000  # 元
_FULL_SCORE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Statement:
    """One place that states `fact`. `figure` is its number (None for a grade), `word` the number or grade as written,
    `unit` the unit of the figure (None where none is stated), `points` how much it is to be believed, `place` a key
    that tells two places apart, `said` the words of the sentence, by which copies of it are told, `firm` whether the
    term that names it names this fact and no other."""

    fact: str
    word: str
    figure: Figure | None
    unit: str | None
    points: float
    evidence: Evidence
    place: tuple[int, int, int, int]
    said: str = ""
    firm: bool = True


@dataclass(frozen=True, slots=True)
class _Spot:
    """What surrounds a text: its section titles, zone points and, inside a table, its cell; the evaluated year, the year
    last named in the sentences before, whether they began a list of parts (其中…；) that still goes on, and whether the
    report is the unit's own evaluation."""

    document: Document
    block: int
    section: str
    zone: float
    year: int | None
    cell: tuple[int, int, int] | None = None
    named_year: int | None = None
    among_parts: bool = False
    own_evaluation: bool = False

    def evidence(self, start: int, end: int, sentence: tuple[int, int]) -> Evidence:
        if self.cell is None:
            return text_evidence(self.document, self.block, start, end, sentence)
        return cell_evidence(self.document, self.block, *self.cell)

    def place(self, start: int) -> tuple[int, int, int, int]:
        return (self.block, start, -1, -1) if self.cell is None else (self.block, self.cell[1], self.cell[2], start)


@cache
def _rules() -> dict[str, Any]:
    return load("headline")


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _cues(fact: str) -> tuple[tuple[str, re.Pattern[str], float], ...]:
    return tuple((c["at"], re.compile(c["find"]), c["points"]) for c in _rules()["cue"] if fact in c["facts"])


@cache
def _gate() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Cheap tests whether a sentence can state a figure, or a grade, at all."""
    terms = load("lexicon")["terms"]
    words = sorted({t for name in _rules()["strength"] for t in terms.get(name, []) if name != "GRADE_LABEL"}, key=len)
    short = [w for i, w in enumerate(words) if not any(v in w for v in words[:i])]
    figures = re.compile(
        r"(?=.*\d\s*(?:元|万元|亿元|千元|分|%|％|$|[^\d\s]))(?=.*(?:" + "|".join(map(re.escape, short)) + "))", re.S
    )
    return figures, re.compile(_rules()["grade_gate"], re.S)


def statements(document: Document, year: int | None) -> list[Statement]:
    """Every statement of a headline figure, in reading order. `year` is the evaluated year, if known."""
    table_number = 0
    out: list[Statement] = []
    own = _is_own_evaluation(document)
    for block, content in enumerate(document.blocks):
        zone = document.zone_of(block)
        spot = _Spot(
            document, block, document.titles_of(block, own=False), _rules()["zone"][zone], year, own_evaluation=own
        )
        if isinstance(content, Table):
            if zone not in ("cover", "contents"):
                out.extend(_table(spot, content, table_number))
            table_number += 1
        elif isinstance(content, Paragraph) and zone not in ("cover", "contents"):
            made = list(_text(spot, content.text))
            out.extend(made)
            out.extend(_all_arrived(spot, content.text, out[-_MOST_BEFORE:]))
    return out


def _is_own_evaluation(document: Document) -> bool:
    """Whether one of the first lines titles the report as a self-evaluation."""
    title = _regex(_rules()["own_evaluation"])
    lines = itertools.islice(document.paragraphs(), _FIRST_LINES)
    return any(title.search(squeeze(p.text)) for _, p in lines)


# --- sentences ----------------------------------------------------------------------------------------------------


def _text(spot: _Spot, text: str) -> Iterator[Statement]:
    figures, grades = _gate()
    if not figures.search(text) and not grades.search(text):
        return
    criteria = _regex(_rules()["criteria"]["sentence"])
    for start, end in sentences(text):
        sentence = text[start:end]
        if figures.search(sentence) or grades.search(sentence):
            excused = _regex(_rules()["criteria"]["excused"]).search(sentence)
            if excused or not criteria.search(sentence):
                yield from _sentence(spot, sentence, start, (start, end))
        years = [int(y) for y in _YEAR.findall(sentence)]
        goes_on = sentence.endswith(("；", ";")) and ("其中" in sentence or spot.among_parts)
        spot = replace(spot, named_year=years[-1] if years else spot.named_year, among_parts=goes_on)


def _sentence(spot: _Spot, sentence: str, offset: int, span: tuple[int, int]) -> Iterator[Statement]:
    numbers = {f.start: f for f in find(sentence)}
    made: list[Statement] = []
    best: dict[tuple[str, int], Statement] = {}
    said = re.sub(r"\W", "", sentence)
    for fact, first, last, doc in matches("headline", sentence):
        label, value = _ends(doc, first, last, fact)
        if value is None:
            continue
        token = doc[value]
        figure = numbers.get(token.idx)
        if fact != "grade" and (figure is None or _is_price(figure)):
            continue
        if (
            fact == "adjusted_budget"
            and doc[first].tag_ == "BUDGET"
            and not _regex(_rules()["added_before"]).search(sentence[: token.idx])
        ):
            continue
        points = _points(spot, sentence, fact, doc, label, value)
        word = token.text if figure is None or fact == "grade" else figure.text
        at = offset + token.idx
        unit = None if fact == "grade" else _unit(fact, figure)
        firm = _rules()["strength"].get(doc[label].tag_, 0.0) >= _rules()["firm"]
        statement = Statement(
            fact, word, figure, unit, points, spot.evidence(at, at + len(word), span), spot.place(at), said, firm
        )
        key = (fact, token.idx)
        if key not in best or best[key].points < points:
            best[key] = statement
        made.extend(_operands(statement, spot, sentence, offset, span, doc, first, last))
    yield from _with_parts_marked(list(best.values()), sentence)
    yield from made


def _ends(doc: Doc, first: int, last: int, fact: str) -> tuple[int, int | None]:
    """The token that names the fact and the one that states its value, of a match `first:last`."""
    wanted = {"MONEY"} if fact in MONEY_FACTS else {"RATE"} if fact in RATE_FACTS else {"SCORE", "NUMBER"}
    if fact == "grade":
        wanted = {"GRADE"}
    tags = [doc[i].tag_ for i in range(first, last)]
    values = [i for i, tag in enumerate(tags) if tag in wanted]
    if not values:
        return first, None
    before = next((tag for tag in reversed(tags[: values[-1]]) if tag not in ("SPACE", "PUNCT")), "")
    if before == "OPERATOR":  # ×100% is no result
        return first, None
    if values[-1] == 0:  # the value stands first: 50万元专项资金全部到位
        return last - 1, first
    return first, first + values[-1]


def _is_price(figure: Figure) -> bool:
    """Whether an amount is too small for the money of a project: 单价由2.1元降至1.5元."""
    return figure.unit == "元" and figure.value < _LEAST_FUNDS


def _unit(fact: str, figure: Figure | None) -> str | None:
    if fact in RATE_FACTS:
        return "%"
    if fact == "total_score":
        return "分"
    return figure.unit if figure and figure.unit in MONEY else None


def _points(spot: _Spot, sentence: str, fact: str, doc: Doc, label: int, value: int) -> float:
    rules = _rules()
    a, b = (label, value) if label < value else (value, label)
    stop = doc[b].idx + len(doc[b].text)
    parts = {
        "before": ("其中" if spot.among_parts and fact in ("total_score", "grade") else "") + sentence[: doc[a].idx],
        "span": sentence[doc[a].idx + len(doc[a].text) : doc[b].idx],
        "after": sentence[stop : stop + 16],
        "through": sentence[: doc[b].idx],
        "from": sentence[doc[a].idx :],
        "sentence": sentence,
        "section": spot.section,
    }
    strength = rules["strength"]
    points: float = spot.zone + max(strength.get(doc[label].tag_, 0.0), strength.get(doc[a].tag_, 0.0))
    points += sum(p for at, pattern, p in _cues(fact) if pattern.search(parts[at]))
    if fact in ("total_score", "grade") and not spot.own_evaluation and "自评" in sentence:
        points += rules["self_evaluation"]
    if fact in (*MONEY_FACTS, *RATE_FACTS):
        points += _year_points(sentence[: doc[value].idx], spot.named_year, spot.year)
    if fact in ("total_score", "grade") and _one_dimension(parts["before"]):
        points += rules["dimension_score"]
    if fact == "total_score" and doc[label].tag_ == "TOTAL_SUM":
        points += rules["sum_of_dimensions"] if _dimensions_before(sentence[: doc[value].idx]) else rules["full_mark"]
    if (
        fact == "total_score"
        and doc[value].text.startswith("100")
        and _regex(rules["full_marks"]).search(doc[label].text)
    ):
        points += rules["full_mark"]
    if (
        fact == "total_score"
        and doc[label].tag_ == "POINTS_WON"
        and not _regex(rules["scored_whole"]).search(parts["before"])
    ):
        points += rules["bare_score"]
    return points


def _year_points(before: str, named_year: int | None, year: int | None) -> float:
    """Whether the year that a figure belongs to is the evaluated one: the last named in its clause, else in its
    sentence, else in the sentences before."""
    rules = _rules()
    if year is None:
        return 0.0
    # 截至2022年6月30日 tells when it was counted, not which year's money it is.
    before = _LATER_DATE.sub(lambda m: m.group() if int(m[1]) <= year else "", before)
    clause = _YEAR.findall(re.split("[，,]", before)[-1])
    if clause:
        return float(rules["right_year" if int(clause[-1]) == year else "wrong_year"])
    years = [int(y) for y in _YEAR.findall(before)]
    if not years:
        return 0.0 if named_year is None or named_year == year else float(rules["other_year_before"])
    if years[-1] == year:
        return float(rules["right_year"])
    return float(rules["other_year_between" if year in years else "wrong_year"])


def _one_dimension(before: str) -> bool:
    """Whether a score stands behind the name of a single dimension (产出指标 …): two and more, or a list of them, are
    those that the whole is made of."""
    rules = _rules()
    names = "|".join(rules["dimensions"])
    scored = set(_regex(f"({names})(?:{rules['dimension_marks']})").findall(before))
    listed = set(_regex(f"({names})(?=[、和及与])|(?<=[、和及与])({names})").findall(before))
    return len(scored) == 1 and len(listed) < 2


def _dimensions_before(before: str) -> bool:
    """Whether the scores of all dimensions stand before their sum."""
    rules = _rules()
    return sum(1 for name in rules["dimensions"] if name in before) >= int(rules["fewest_dimensions"])


def _operands(
    result: Statement, spot: _Spot, sentence: str, offset: int, span: tuple[int, int], doc: Doc, first: int, last: int
) -> Iterator[Statement]:
    """What a rate's formula is made of: 资金到位率=(450/500)×100%=90% states the funds and the budget."""
    if result.fact not in RATE_FACTS:
        return
    begin, end = doc[first].idx, doc[last - 1].idx
    inside = [f for f in find(sentence) if begin <= f.start < end]
    for one, two in zip(inside, inside[1:], strict=False):
        if not re.fullmatch(r"(?:元|千元|万元|百万元|亿元)?[/÷／]", squeeze(sentence[one.stop : two.start])):
            continue
        facts = ("funds_arrived", "budget") if result.fact == "arrival_rate" else ("expenditure",)
        for fact, figure in zip(facts, (one, two), strict=False):
            at = offset + figure.start
            unit = _operand_unit(figure, sentence)
            points = result.points - _rules()["strength"]["EXECUTION_RATE"] + _rules()["formula_operand"]
            evidence = spot.evidence(at, at + len(figure.text), span)
            yield Statement(fact, figure.text, figure, unit, points, evidence, spot.place(at), result.said)
        return


def _operand_unit(figure: Figure, sentence: str) -> str | None:
    if figure.unit in MONEY:
        return figure.unit
    m = re.match(r"\s*(元|千元|万元|百万元|亿元)", sentence[figure.end :])
    return m[1] if m else None


def _with_parts_marked(found: list[Statement], sentence: str) -> Iterator[Statement]:
    """Several different amounts for one fact in a sentence are parts of the whole, unless one says to be the whole, is
    the sum of the others, or is followed by 其中."""
    says_whole = _regex(_rules()["says_whole"])
    money = [f for f in find(sentence) if f.unit in MONEY]
    # What is spent over several years adds up, too, but is no year's.
    one_year = len(set(_YEAR.findall(sentence))) < 2
    sums = {f.start for i, f in enumerate(money) if i >= 2 and sum(g.base for g in money[:i]) == f.base}
    for fact in MONEY_FACTS:
        group = [(s, s.figure) for s in found if s.fact == fact and s.figure is not None]
        values = {figure.base for s, figure in group if s.points > 0}
        for s, figure in group:
            clause = re.split("[，,]", sentence[: figure.start])[-1]
            leads = figure.base == max(values, default=0) and "其中" in sentence[figure.stop :][:8]
            if figure.start in sums and one_year:
                yield replace(s, points=s.points + _rules()["sum_of_parts"])
            elif len(values) > 1 and not leads and not says_whole.search(clause):
                yield replace(s, points=s.points + _rules()["parts"])
            else:
                yield s
    yield from (s for s in found if s.fact not in MONEY_FACTS)


def _all_arrived(spot: _Spot, text: str, before: list[Statement]) -> Iterator[Statement]:
    """已全部到位 without an amount of its own: the budget stated last before it arrived. A part's arrival is none."""
    rules = _rules()["all_arrived"]
    for start, end in sentences(text):
        sentence = text[start:end]
        said = _regex(rules["says"]).search(sentence)
        if not said or _regex(rules["not_so"]).search(sentence):
            continue
        clause = re.split("[，,；：:]", sentence[: said.start()])[-1] + said.group()
        if _regex(rules["part"]).search(clause) or any(f.unit in MONEY for f in find(clause)):
            continue
        if any(
            s.fact == "funds_arrived"
            and s.place[0] == spot.block
            and s.points >= _rules()["least"]
            and start <= s.place[1] < end
            for s in before
        ):
            continue
        budgets = [
            s
            for s in before
            if s.fact in ("budget", "adjusted_budget")
            and s.points >= _rules()["least"]
            and s.place[2] < 0
            and 0 <= spot.block - s.place[0] <= _BLOCKS_BEFORE
            and (s.place[0] < spot.block or s.place[1] < start + said.start())
        ]
        if budgets:
            near = max(budgets, key=lambda s: (s.place[0], *_sentence_at(text, s, spot.block), s.points))
            yield replace(near, fact="funds_arrived", points=rules["points"] + spot.zone, firm=False)


def _sentence_at(text: str, statement: Statement, block: int) -> tuple[int]:
    """Where the sentence of a statement begins, if it stands in the paragraph `text`."""
    if statement.place[0] != block:
        return (0,)
    return (max((a for a, b in sentences(text) if a <= statement.place[1] < b), default=0),)


# --- tables -------------------------------------------------------------------------------------------------------


def _table(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    yield from _cells_with_text(spot, table, number)
    if table.width >= 2:
        yield from _label_cells(spot, table, number)
        if len(table.rows) >= 2:
            yield from _totals(spot, table, number)
            yield from _across(spot, table, number)
            yield from _form_totals(spot, table, number)


def _cells_with_text(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    """Sentences inside cells: reasons of the scoring sheet, rows of a problem list. Columns of criteria are left out."""
    heads = _heads(table)
    column_of_criteria = _regex(_rules()["criteria"]["column"])
    for r in range(len(table.rows)):
        for cell in table.own(r):
            if len(cell.text) >= 8 and not column_of_criteria.search(heads[cell.column]):
                text = cell.text.replace("\n", " ")
                yield from _text(replace(spot, cell=(number, r, cell.column)), text)


def _heads(table: Table) -> list[str]:
    """Each column's heading without white space."""
    depth = table.header or (1 if not any(parse_cell(c.text) for c in table.rows[0]) else 0)
    out = []
    for c in range(table.width):
        parts = list(dict.fromkeys(squeeze(table.rows[r][c].text) for r in range(depth)))
        out.append("".join(parts))
    return out


def _bare(head: str) -> str:
    """A heading without its unit and marks: 预算金额（万元） is 预算金额."""
    return re.sub(r"[（(](?:单位[:：])?(?:元|千元|万元|百万元|亿元|%|％|分)[)）]|[:：]$", "", head)


def _fact_of(head: str) -> str | None:
    columns = _rules()["columns"]
    bare = _bare(head)
    return next((f for f in (*MONEY_FACTS, *RATE_FACTS, "total_score") if _regex(columns[f]).search(bare)), None)


def _totals(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    """Columns headed by a fact, at the row that stands for the whole (or the only row)."""
    heads = _heads(table)
    facts = {c: fact for c, head in enumerate(heads) if (fact := _fact_of(head))}
    if not facts:
        return
    header = max(table.header, 1)
    body = range(header, len(table.rows))
    totals = [r for r in body if _is_total(table, r)]
    rows = totals[-1:] or ([header] if len(body) == 1 else [])
    by_year = _rows_of_years(table, body)
    if by_year:  # a total over years is no year's
        rows = totals = by_year.get(spot.year or 0, [])
    for r in rows:
        base = _rules()["total_row"] if totals else _rules()["single_row"]
        for c, fact in facts.items():
            if fact == "total_score":
                if totals and _whole_weight(table, r, heads, c):
                    yield from _cell(spot, table, number, r, c, fact, base + _head_self_points(spot, heads, c))
                continue
            points = base + _head_year_points(heads[c] + table.caption, spot.year)
            yield from _cell(spot, table, number, r, c, fact, points, _UNIT_IN_HEAD.search(heads[c]))


def _form_totals(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    """Self-evaluation forms: a row inside the table that names columns of money, and the row 年度资金总额 under it."""
    for r in range(max(table.header, 1), len(table.rows) - 1):
        heads = [squeeze(cell.text) for cell in table.rows[r]]
        facts = {c: fact for c, head in enumerate(heads) if (fact := _fact_of(head)) and fact != "total_score"}
        if len(set(facts.values())) < 2:
            continue
        below = range(r + 1, min(r + 1 + _ROWS_OF_MONEY, len(table.rows)))
        total = next((t for t in below if _is_total(table, t)), None)
        if total is None:
            continue
        unit = next((m for head in heads if (m := _UNIT_IN_HEAD.search(head))), None)
        for c, fact in facts.items():
            yield from _cell(spot, table, number, total, c, fact, _rules()["total_row"], unit)


def _rows_of_years(table: Table, body: range) -> dict[int, list[int]]:
    """The rows of each year, of a table whose first cells are years, two at least."""
    years: dict[int, list[int]] = {}
    for r in body:
        if m := _YEAR_CELL.fullmatch(squeeze(table.rows[r][0].text)):
            years.setdefault(int(m[1]), []).append(r)
    return years if len(years) > 1 else {}


def _head_self_points(spot: _Spot, heads: list[str], column: int) -> float:
    """Points for a column of scores that the unit gave itself."""
    if "自评" not in heads[column]:
        return 0.0
    others = any(c != column and "自评" not in head and _fact_of(head) == "total_score" for c, head in enumerate(heads))
    return float(_rules()["self_evaluation"] * (3 if others else 0 if spot.own_evaluation else 1))


def _head_year_points(head: str, year: int | None) -> float:
    years = [int(y) for y in re.findall(r"20\d\d", head)]
    if not years or year is None:
        return 0.0
    return 0.0 if year in years else float(_rules()["wrong_year"])


def _is_total(table: Table, row: int) -> bool:
    pattern = _regex(_rules()["rows"]["total"])
    words = [squeeze(c.text) for c in table.rows[row][:4]]
    return any(pattern.search(w) for w in words if w and parse_cell(w) is None)


def _whole_weight(table: Table, row: int, heads: list[str], column: int) -> bool:
    """Whether a total row is the whole report's: its weight is 100, or no weight is told and the score may be one."""
    weights = [c for c, head in enumerate(heads) if _regex(_rules()["columns"]["weight"]).search(_bare(head))]
    told = [f.value for c in weights if c != column and (f := parse_cell(table.rows[row][c].text))]
    if told:
        return _FULL_SCORE in told
    figure = parse_cell(table.rows[row][column].text)
    return figure is not None and figure.value <= _FULL_SCORE


def _across(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    """Transposed tables: facts name the rows, one column is the whole (合计, 总分)."""
    heads = _heads(table)
    whole = [c for c, head in enumerate(heads) if c and _regex(_rules()["columns"]["whole"]).search(_bare(head))]
    if len(whole) != 1:
        return
    column = whole[0]
    weights = [
        f.value
        for r in range(len(table.rows))
        if _regex(_rules()["columns"]["weight"]).search(_bare(squeeze(table.rows[r][0].text)))
        and (f := parse_cell(table.rows[r][column].text))
    ]
    for r in range(max(table.header, 1), len(table.rows)):
        label = squeeze(table.rows[r][0].text)
        fact = _fact_of(label)
        if fact is None or (fact == "total_score" and weights and _FULL_SCORE not in weights):
            continue
        yield from _cell(spot, table, number, r, column, fact, _rules()["total_row"], _UNIT_IN_HEAD.search(label))


def _label_cells(spot: _Spot, table: Table, number: int) -> Iterator[Statement]:
    """A label and its value in neighbouring cells: 评价等级 | 良, 项目预算（万元） | 120."""
    rows = _rules()["rows"]
    for r in range(len(table.rows)):
        own = list(table.own(r))
        for label, value in zip(own, own[1:], strict=False):
            name, text = squeeze(label.text), squeeze(value.text)
            if not name or len(name) > 16 or not text or len(text) > 16:
                continue
            base = _rules()["label_cell"]
            if _regex(rows["grade_label"]).search(name) and _regex(rows["grades"]).search(text):
                evidence = cell_evidence(spot.document, spot.block, number, r, value.column)
                yield Statement("grade", text, None, None, spot.zone + base, evidence, (spot.block, r, value.column, 0))
            elif len(own) <= 4 and table.header == 0 and _regex(rows["score_label"]).search(name):
                yield from _cell(spot, table, number, r, value.column, "total_score", base)
            elif (fact := _fact_of(name)) in MONEY_FACTS and (figure := parse_cell(value.text)):
                unit = _UNIT_IN_HEAD.search(name)
                if fact and (unit or figure.unit in MONEY):
                    yield from _cell(spot, table, number, r, value.column, fact, base - 1.0, unit)


def _table_unit(table: Table) -> str | None:
    """The unit of a table's amounts: stated for the whole, in its caption, or by all heads that state one alike."""
    if table.unit in MONEY:
        return table.unit
    if m := _UNIT_IN_HEAD.search(table.caption):
        return m[1]
    units = {
        m[1] for row in table.rows[: max(table.header, 2)] for cell in row if (m := _UNIT_IN_HEAD.search(cell.text))
    }
    return units.pop() if len(units) == 1 else None


def _cell(
    spot: _Spot,
    table: Table,
    number: int,
    row: int,
    column: int,
    fact: str,
    base: float,
    unit: re.Match[str] | None = None,
) -> Iterator[Statement]:
    """The statement of one cell, if it holds a number that the fact can be."""
    figure = parse_cell(table.rows[row][column].text)
    if figure is None or figure.value < 0:
        return
    stated: str | None = figure.unit
    if fact in MONEY_FACTS:
        stated = figure.unit if figure.unit in MONEY else unit[1] if unit else _table_unit(table)
    elif fact in RATE_FACTS:
        if figure.unit not in (None, "%", "％"):
            return
        stated = "%"
    elif fact == "total_score":
        if figure.unit not in (None, "分") or figure.value > _FULL_SCORE:
            return
        stated = "分"
    points = base + spot.zone + sum(p for at, cue, p in _cues(fact) if at == "section" and cue.search(spot.section))
    evidence = cell_evidence(spot.document, spot.block, number, row, column)
    yield Statement(fact, figure.text, figure, stated, points, evidence, (spot.block, row, column, 0))
