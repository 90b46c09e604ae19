"""What each indicator got and why: the scored rows of the sheets, the sections of the analysis and the paragraphs that an
indicator's name opens, with their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from extractor.checks.engine.proposal import Quote, Term
from extractor.checks.sources.items import named_items
from extractor.checks.sources.points import indicator_name, key, own_blocks
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import pattern
from extractor.language import squeeze
from extractor.sheet import Mark, SheetNode

_pattern = partial(pattern, "score_reason", "award")


@dataclass(frozen=True, slots=True)
class Award:
    """An indicator's points at one place, the words that stand beside them as the reason, and where it is. `in_sheet`
    tells a row of the whole score sheet from a section of the analysis or of a part. `stated` is the score as a number
    of the text; `cells` are the words of a row that are no reason, its criterion among them."""

    name: str
    weight: Decimal
    score: Decimal
    reasons: tuple[Passage, ...]
    quote: Quote
    in_sheet: bool
    stated: Term
    limit: Term | None = None
    cells: tuple[Passage, ...] = ()

    @property
    def full(self) -> bool:
        return self.weight == self.score and self.weight > 0

    @property
    def key(self) -> str:
        return key(self.name)


def awards(reading: Reading) -> list[Award]:
    """Every indicator at the bottom of the outline or of a sheet that has weight and score."""
    sections = list(_sections(reading))
    told = {passage.block for award in sections for passage in award.reasons}
    return [*_rows(reading), *sections, *(a for a in _items(reading) if a.reasons[0].block not in told)]


def _rows(reading: Reading) -> Iterator[Award]:
    cells: dict[tuple[int, int], list[Passage]] = defaultdict(list)
    for passage in reading.passages:
        if passage.cell is not None:
            cells[passage.block, passage.cell.row].append(passage)
    headers = {grid.block: grid.names for grid in reading.grids}
    for sheet in reading.facts.sheets:
        if sheet.kind == "summary" or sheet.self_scored:
            continue
        for leaf in sheet.leaves():
            if leaf.weight and leaf.score:
                e = leaf.score.evidence
                at = (e.block or 0, e.row or 0)
                names = headers.get(at[0], [])
                reasons = tuple(p for p in cells[at] if _is_reason(p, leaf, names))
                place = Quote(e, (*at, e.column or 0))
                yield Award(
                    leaf.name, leaf.weight.value, leaf.score.value, reasons, place, sheet.kind == "sheet",
                    _mark(leaf.score, f"“{leaf.name}”得分"), _mark(leaf.weight, f"“{leaf.name}”满分"),
                    tuple(p for p in cells[at] if p not in reasons),
                )  # fmt: skip


def _mark(mark: Mark, label: str) -> Term:
    e = mark.evidence
    places = len(mark.text.partition(".")[2])
    return Term(mark.text, mark.value, "分", places, e, (e.block or 0, e.row or 0, e.column or 0), label)


def _is_reason(passage: Passage, leaf: SheetNode, names: list[str]) -> bool:
    """The cell that layout read as the reason; without one, a cell in a column whose name says that it tells one."""
    if leaf.reason:
        told, reason = squeeze(passage.text), squeeze(leaf.reason)
        return told in reason or reason in told
    column = passage.cell.column if passage.cell else 0
    name = names[column] if column < len(names) else ""
    return bool(_pattern("reason_column").search(name)) and not _pattern("no_reason_column").search(name)


def _sections(reading: Reading) -> Iterator[Award]:
    document = reading.document
    by_block: dict[int, Passage] = {p.block: p for p in reading.passages if p.cell is None}
    parents = {s.parent for s in document.sections}
    for number, section in enumerate(document.sections):
        if section.zone == "contents" or section.level == 0 or number in parents:
            continue
        blocks = own_blocks(document, section)
        stated = [p for p in reading.prose.points[blocks[0]] if p.weight and p.score]
        if len(stated) != 1:
            continue
        below = [b for b in blocks[1:] if b in by_block]
        # Where another statement of points follows, whose words are whose is not certain.
        if any(p.weight for b in below for p in reading.prose.points[b]):
            continue
        [points] = stated
        assert points.weight and points.score
        head = by_block.get(blocks[0])
        reasons = tuple(by_block[b] for b in below)
        place = Quote(points.score.evidence, points.score.place)
        if head is not None:
            name = indicator_name(section.title)
            yield Award(
                name, points.weight.value, points.score.value, reasons, place, False, points.score, points.weight
            )


def _items(reading: Reading) -> Iterator[Award]:
    """Paragraphs that open with the name of an indicator; the weight is the sheet's where the paragraph has none."""
    leaves = {
        key(leaf.name): leaf
        for sheet in reading.facts.sheets
        if sheet.kind != "summary" and not sheet.self_scored
        for leaf in sheet.leaves()
    }
    by_block = {p.block: p for p in reading.passages if p.cell is None}
    for item in named_items(reading, set(leaves)):
        known = leaves[item.name].weight
        weight = item.weight.value if item.weight else known.value if known else None
        if weight is not None and item.score is not None and item.block in by_block:
            place = Quote(item.score.evidence, item.score.place)
            reasons = (by_block[item.block],)
            yield Award(
                leaves[item.name].name, weight, item.score.value, reasons, place, False, item.score, item.weight
            )
