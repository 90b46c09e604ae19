"""One report as the checks read it: what several families need is read once and handed to all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from extractor.checks.engine.proposal import Term, term
from extractor.checks.sources.grid import Grid, grids
from extractor.checks.sources.points import Points, Prose
from extractor.document import Cell, Document, Evidence, Heading, Paragraph, Section, Zone, cell_evidence, text_evidence
from extractor.language import sentences
from extractor.layout import numbering
from extractor.quantity import Figure, find, fold, parse_cell
from extractor.record import record
from extractor.result import Facts

_T = TypeVar("_T")

_NUMBERING = re.compile(r"\s*[（(]?\d{1,2}\s*[)）、.．]")
_MULTILEVEL = "multilevel"
_SECTION = "section"


@record(frozen=True)
class Passage:
    """A run of words with its numbers: a paragraph, a heading, or a table cell that holds more than a number.

    `text` has digits, points and per cent signs folded to ASCII, character by character, so its offsets are those of
    the document. `figures` are its numbers, without the one that numbers the passage itself. `cell` is None outside
    tables; `table` is the table's number in the document.
    """

    document: Document
    block: int
    zone: Zone
    heading: bool
    text: str
    figures: tuple[Figure, ...]
    cell: Cell | None = None
    table: int = -1
    _evidence: dict[tuple[int, int], Evidence] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The character spans of its sentences."""
        return tuple(sentences(self.text))

    def within(self, start: int, end: int) -> list[Figure]:
        """The numbers that stand between two offsets."""
        return [f for f in self.figures if start <= f.start and f.end <= end]

    def place(self, start: int) -> tuple[int, ...]:
        if self.cell is None:
            return (self.block, start)
        return (self.block, self.cell.row, self.cell.column, start)

    def evidence(self, start: int, end: int) -> Evidence:
        """The sentence, or the whole table row, that holds the characters; made once however many checks it takes part
        in."""
        where = (start, end) if self.cell is None else (0, 0)
        if where not in self._evidence:
            self._evidence[where] = self._made_evidence(start, end)
        return self._evidence[where]

    def _made_evidence(self, start: int, end: int) -> Evidence:
        if self.cell is None:
            return text_evidence(self.document, self.block, start, end)
        return cell_evidence(self.document, self.block, self.table, self.cell.row, self.cell.column)

    def term(self, figure: Figure, label: str = "", unit: str | None = None) -> Term:
        """A number of the passage as a term; `unit` is what the context states where the number has none."""
        return term(figure, self.evidence(figure.start, figure.end), self.place(figure.start), label, unit)


@dataclass(frozen=True)
class Reading:
    """A report with what its checks have in common: its passages and tables in reading order, and the points
    that its text states."""

    document: Document
    facts: Facts
    passages: tuple[Passage, ...]
    grids: tuple[Grid, ...]
    prose: Prose

    @property
    def points(self) -> tuple[tuple[Section, Points], ...]:
        return self.prose.stated

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    def shared(self, make: Callable[[Reading], _T]) -> _T:
        """What `make` makes of the report, made once for all families."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("_T", self._made[make])


def read(document: Document, facts: Facts) -> Reading:
    return Reading(document, facts, tuple(_passages(document)), tuple(grids(document)), Prose(document))


def _passages(document: Document) -> Iterator[Passage]:
    """Every run of words in reading order, the table of contents left out."""
    table = -1
    for index, block in enumerate(document.blocks):
        zone = document.zone_of(index)
        if isinstance(block, Paragraph):
            if zone != "contents" and block.text.strip():
                text, heading = fold(block.text), isinstance(block, Heading)
                yield Passage(document, index, zone, heading, text, _figures(text, heading))
        else:
            table += 1
            for row in range(len(block.rows)):
                for cell in block.own(row):
                    if cell.text.strip() and parse_cell(cell.text) is None:
                        text = fold(cell.text)
                        yield Passage(document, index, zone, False, text, _figures(text, False), cell, table)


def _figures(text: str, heading: bool) -> tuple[Figure, ...]:
    """The numbers of a passage, without the one that numbers the passage itself: 4.3 in `4.3 项目管理` is none, whatever
    unit the words behind it begin with."""
    found = find(text)
    numbered = found and not text[: found[0].start].strip(" \u3000（(") and _is_numbering(text, heading, found[0])
    return tuple(found[1:] if numbered else found)


def _is_numbering(text: str, heading: bool, first: Figure) -> bool:
    """Whether the number that opens a passage only numbers it."""
    label = numbering(text)
    if label and (label.kind.startswith(_MULTILEVEL) or (heading and label.kind == _SECTION)):
        return True
    return bool(_NUMBERING.match(text)) and not (first.places or first.unit)
