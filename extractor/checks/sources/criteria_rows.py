"""The indicators as the criteria are held against them: what each is worth, what it got, and the words that say why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.criteria import Criteria, Zone, parse
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.items import named_items
from extractor.checks.sources.measured import Measured, agreed, opening, plain, rates, rule_of
from extractor.checks.sources.mentions import node_terms
from extractor.checks.sources.points import indicator_name, key, own_blocks
from extractor.checks.sources.reading import Passage, Reading
from extractor.checks.sources.sheet_trust import is_trusted
from extractor.data import pattern
from extractor.document import Section
from extractor.language import squeeze
from extractor.quantity import fold
from extractor.sheet import ScoreSheet, SheetNode

_pattern = partial(pattern, "score_rule", "rows")
_LEADING_DIGITS = re.compile(r"^\d+(?=\D)")
_ZERO = Decimal(0)
_MOST_OWN_BLOCKS = 12
_MOST_ITEM_BLOCKS = 4
_SHORTEST_PART = 6
_SHORTEST_END = 4


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of criteria and where in its passage it begins."""

    passage: Passage
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with what it is worth, what it got and the words that say why; `shared` are the weights of all
    leaves that one text of criteria is written for, `texts` the paragraphs under its heading, `value` the measured value
    that a column of its own gives and `target` the one to be reached; `averaged` tells that the score is the mean of
    several objects' scores."""

    name: str
    weight: Term
    score: Term | None
    criteria: Wording | None
    reasons: tuple[Passage, ...]
    shared: Decimal
    texts: tuple[Passage, ...] = ()
    value: Measured | None = None
    target: Zone | None = None
    averaged: bool = False

    @property
    def formula(self) -> Criteria:
        return parse(self.criteria.text if self.criteria else "")

    @property
    def told(self) -> tuple[Passage, ...]:
        """What is told of the indicator: beside its score, else under its heading."""
        return self.reasons or self.texts


class Said:
    """Where a report speaks of its indicators: the cells of its tables and the paragraphs under headings and items that
    name one."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.sheets = [s for s in reading.facts.sheets if s.kind != "summary" and not s.self_scored]
        self.by_block = {p.block: p for p in reading.passages if p.cell is None}
        self.grids = {grid.block: grid for grid in reading.grids}

    @cached_property
    def cells(self) -> dict[tuple[int, int], list[Passage]]:
        """The cells that hold words, by block and row."""
        out: dict[tuple[int, int], list[Passage]] = {}
        for passage in self.reading.passages:
            if passage.cell is not None:
                for row in range(passage.cell.row, passage.cell.row + passage.cell.row_span):
                    out.setdefault((passage.block, row), []).append(passage)
        return out

    def below(self, section: Section) -> list[Passage]:
        """The first paragraphs under a heading."""
        blocks = own_blocks(self.reading.document, section)[1:_MOST_OWN_BLOCKS]
        return [self.by_block[b] for b in blocks if b in self.by_block]

    @cached_property
    def _texts(self) -> dict[str, list[Passage]]:
        """The paragraphs that speak of an indicator, by its name: under a heading that is it, and from an item that opens
        with it to the next."""
        out: dict[str, list[Passage]] = {}
        for section in self.reading.document.sections:
            if section.level and section.zone != "contents":
                out.setdefault(_bare(section.title), []).extend(self.below(section))
        current, left = "", 0
        for passage in self.by_block.values():
            item = _pattern("item").match(passage.text)
            if passage.heading or (item and self._opens(item, current)):
                current, left = _bare(item["name"] if item else passage.text), _MOST_ITEM_BLOCKS
            if left > 0 and current and passage not in out.setdefault(current, []):
                out[current].append(passage)
            left -= 1
        return out

    @cached_property
    def _names(self) -> set[str]:
        return {_bare(leaf.name) for sheet in self.reading.facts.sheets for leaf in sheet.leaves()}

    def _opens(self, item: re.Match[str], current: str) -> bool:
        """Whether a paragraph begins to speak of something else: any sentence may open with a few words and a comma."""
        marked = item.start("name") > 0
        return marked or current not in self._names or _bare(item["name"]) in self._names

    @cached_property
    def _ends(self) -> dict[str, list[str]]:
        """The names that the text speaks of, by how they end."""
        out: dict[str, list[str]] = {}
        for name in self._texts:
            out.setdefault(name[-_SHORTEST_END:], []).append(name)
        return out

    def texts(self, name: str) -> tuple[Passage, ...]:
        """What the text says of an indicator; a longer or shorter name that ends alike is its own, if it is the only one."""
        bare = _bare(name)
        if bare in self._texts:
            return tuple(self._texts[bare])
        alike = [n for n in self._ends.get(bare[-_SHORTEST_END:], ()) if n.endswith(bare) or bare.endswith(n)]
        return tuple(self._texts[alike[0]]) if len(alike) == 1 and len(alike[0]) >= _SHORTEST_END else ()

    @cached_property
    def _rates(self) -> dict[str, list[Measured]]:
        """The rates that the paragraphs state, by how their names end."""
        out: dict[str, list[Measured]] = {}
        for passage in self.by_block.values():
            for rate in rates(passage):
                out.setdefault(plain(rate.name)[-_SHORTEST_END:], []).append(rate)
        return out

    def anywhere(self, name: str) -> Measured | None:
        """The one value that the report states for a rate of just this name."""
        bare = plain(name)
        return agreed([r for r in self._rates.get(bare[-_SHORTEST_END:], ()) if plain(r.name).endswith(bare)])


def _bare(name: str) -> str:
    return _LEADING_DIGITS.sub("", key(name))


def stated_rows(said: Said) -> Iterator[Row]:
    """The indicators whose criteria stand in the text on them: under their heading, in the paragraph that their name
    opens, in the cell beside their score."""
    told: set[tuple[int, ...]] = set()
    for row in (*_in_items(said), *_beside_scores(said), *_under_headings(said)):
        if row.criteria and row.criteria.passage.place(row.criteria.start) not in told:
            told.add(row.criteria.passage.place(row.criteria.start))
            yield row


def _under_headings(said: Said) -> Iterator[Row]:
    for section, points in said.reading.points:
        if points.weight:
            yield from _stated(indicator_name(section.title), points.weight, points.score, said.below(section))


def _in_items(said: Said) -> Iterator[Row]:
    leaves = {key(leaf.name): (leaf, sheet) for sheet in said.sheets for leaf in sheet.leaves()}
    for item in named_items(said.reading, set(leaves)):
        leaf, sheet = leaves[item.name]
        weight = item.weight or node_terms(leaf, sheet.kind)[0]
        if weight and item.block in said.by_block:
            yield from _stated(leaf.name, weight, item.score, [said.by_block[item.block]])


def _beside_scores(said: Said) -> Iterator[Row]:
    for sheet in filter(is_trusted, said.sheets):
        for leaf in sheet.leaves():
            weight, score = node_terms(leaf, sheet.kind)
            if weight:
                cells = said.cells.get((weight.evidence.block or 0, weight.evidence.row or 0), [])
                yield from _stated(leaf.name, weight, score, cells)


def _stated(name: str, weight: Term, score: Term | None, texts: Sequence[Passage]) -> Iterator[Row]:
    """An indicator by the only text on it that opens criteria."""
    found = [Wording(p, m.start("text"), rule_of(m["text"])) for p in texts if (m := opening().search(p.text))]
    stated = [wording for wording in found if parse(wording.text).clauses]
    if len(stated) == 1 and weight.value > 0:
        yield Row(name, weight, score, stated[0], (), weight.value, tuple(texts))


def sheet_rows(sheet: ScoreSheet, said: Said) -> Iterator[Row]:
    leaves = sheet.leaves()
    column = None if any(leaf.criteria for leaf in leaves) else _criteria_column(sheet, said)
    found: list[Row] = []
    for i, leaf in enumerate(leaves):
        weight, score = node_terms(leaf, sheet.kind)
        if weight is None or weight.value <= 0:
            continue
        place = (weight.evidence.block or 0, weight.evidence.row or 0)
        here = said.cells.get(place, [])
        own = _cell(here, leaf.criteria) if column is None else _in_column(here, column)
        criteria = Wording(own, 0, own.text) if own else None
        grid = said.grids.get(place[0])
        reasons = tuple(_reasons(here, leaf, own, grid))
        texts = said.texts(leaf.name) if sheet.kind != "summary" else ()
        if criteria or reasons or texts:
            row = Row(leaf.name, weight, score, criteria, reasons, _shared(leaves, i), texts)
            value, target = _value(grid, place[1], leaf.name), _target(grid, place[1], here)
            averaged = _pattern("averaged").search(_header(grid, score.evidence.column or 0) if score else "")
            found.append(replace(row, value=value, target=target, averaged=bool(averaged)))
    yield from _apart(found)


def _apart(rows: list[Row]) -> Iterator[Row]:
    """The rows, what several of them share known: the weights below one merged cell of criteria, and no reason that is
    given for several."""
    weights: defaultdict[tuple[int, ...], Decimal] = defaultdict(Decimal)
    reasons: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for row in rows:
        if row.criteria:
            weights[row.criteria.passage.place(0)] += row.weight.value
        for reason in row.reasons:
            reasons[reason.place(0)] += 1
    for row in rows:
        shared = max(row.shared, weights[row.criteria.passage.place(0)]) if row.criteria else row.shared
        yield replace(row, shared=shared, reasons=tuple(r for r in row.reasons if reasons[r.place(0)] == 1))


def _shared(leaves: list[SheetNode], first: int) -> Decimal:
    """The weight of a leaf with those right below it that have no criteria of their own."""
    total = _ZERO
    for i in range(first, len(leaves)):
        weight = leaves[i].weight
        if i > first and (leaves[i].criteria or weight is None):
            break
        total += weight.value if weight else _ZERO
    return total


def _cell(cells: list[Passage], text: str | None) -> Passage | None:
    """The cell that holds the text; where several columns were put together, the last that speaks of points: what 评价要点 lists,
    评分细则 repeats."""
    if not text:
        return None
    wanted = squeeze(fold(text))
    held = [(p, squeeze(p.text)) for p in cells]
    whole = next((p for p, own in held if own == wanted), None)
    with_points = [p for p, own in held if len(own) >= _SHORTEST_PART and own in wanted and parse(p.text).clauses]
    return whole or (with_points[-1] if with_points else None)


def _criteria_column(sheet: ScoreSheet, said: Said) -> int | None:
    """The column whose cells state rules of scoring, where no header calls it so."""
    found: defaultdict[int, int] = defaultdict(int)
    leaves = [leaf for leaf in sheet.leaves() if leaf.weight]
    for leaf in leaves:
        assert leaf.weight
        e = leaf.weight.evidence
        for passage in said.cells.get((e.block or 0, e.row or 0), ()):
            if passage.cell and _pattern("rule").search(squeeze(passage.text)):
                found[passage.cell.column] += 1
    best = max(found, key=lambda c: found[c], default=None)
    return best if best is not None and found[best] * 2 > len(leaves) else None


def _in_column(cells: list[Passage], column: int) -> Passage | None:
    return next((p for p in cells if p.cell and p.cell.column == column), None)


def _header(grid: Grid | None, column: int) -> str:
    return grid.names[column] if grid and column < len(grid.names) else ""


def _reasons(cells: list[Passage], leaf: SheetNode, criteria: Passage | None, grid: Grid | None) -> Iterator[Passage]:
    """The cells that say how an indicator did: read as its reason, or in a column that tells what was done; without
    headers, what follows the criteria."""
    reason = squeeze(fold(leaf.reason or ""))
    rules = squeeze(fold(leaf.criteria or ""))
    for passage in cells:
        text = squeeze(passage.text)
        if passage is criteria or passage.cell is None or not text or (text in rules and text not in reason):
            continue
        header = _header(grid, passage.cell.column)
        behind = criteria is not None and criteria.cell is not None and passage.cell.column > criteria.cell.column
        told = _pattern("told").search(header) or (behind and not header)
        if (reason and text in reason) or (told and not _pattern("not_told").search(header)):
            yield passage


def _value(grid: Grid | None, line: int, name: str) -> Measured | None:
    """The rate in the column of what was reached."""
    columns = [c for c in range(grid.width) if _pattern("actual").search(grid.names[c])] if grid else []
    terms = [
        grid.term(line, c)
        for c in columns
        if grid and line < len(grid.lines) and grid.lines[line][c].figure is not None
    ]
    found = [t for t in terms if t.unit == "%"]
    return Measured(name, found[0]) if len(found) == 1 else None


def _target(grid: Grid | None, line: int, cells: list[Passage]) -> Zone | None:
    """The rate to be reached by its column: ≥95%."""
    if grid is None or line >= len(grid.lines):
        return None
    for column in range(grid.width):
        if not _pattern("target").search(grid.names[column]) or _pattern("actual").search(grid.names[column]):
            continue
        if grid.lines[line][column].figure is not None:
            term = grid.term(line, column)
            return Zone(low=term.value) if term.unit == "%" else None
        passage = _in_column(cells, column)
        m = _pattern("rate").fullmatch(squeeze(passage.text)) if passage else None
        if m:
            value = Decimal(m["n"])
            return Zone(high=value) if m["most"] else Zone(low=value)
    return None
