"""How many there are of one thing in all, as several places tell it: 全县15家乡镇卫生院, 乡镇卫生院14家, a list of fourteen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from extractor.checks.engine.digits import changed
from extractor.checks.engine.proposal import Term
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import Figure

_SETTINGS = load("tallies")
_WORDS = {
    name: re.compile(_SETTINGS[name])
    for name in (
        "whole",
        "partial",
        "before",
        "behind",
        "ends",
        "all",
        "generic",
        "label",
        "refers",
        "caption",
        "counts",
    )
}
_UNITS = {unit: group[0] for group in _SETTINGS["units"] for unit in group}
_CLAUSE = re.compile(r"[，。；：:;、（）()！？!?,\n“”]")
_FEWEST = 4  # of what is counted: fewer are met by chance
_NEAR = 2
_SURE = 2  # places that tell the other number
_LONGEST_NAME, _SHORTEST_NAME = 8, 2
_TELLING = 3  # letters that two names need in common where neither is the other's end or beginning


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of things at one place: `name` is what they are called, `unit` one for all that count the same, `whole`
    tells that the clause counts all of them, `partial` that it counts some, `table` is the number of the table that holds
    them or that the sentence refers to."""

    name: str
    unit: str
    number: int
    term: Term
    whole: bool
    partial: bool
    table: str = ""


def miscounted(reading: Reading) -> Iterator[tuple[Tally, tuple[Tally, ...]]]:
    """The numbers of all there are that one place tells, with the places that tell another, nearly the same: two at
    least, or the table that the place refers to."""
    found = [t for passage in reading.passages for t in _told(passage)]
    listed = [t for grid in reading.grids for t in _listed(grid)]
    totals = [t for grid in reading.grids for t in _totals(grid)]
    by_unit: dict[str, list[Tally]] = defaultdict(list)
    for t in (*found, *listed):
        by_unit[t.unit].append(t)
    for t in found:
        if not t.whole or t.partial:
            continue
        same = [o for o in (*by_unit[t.unit], *by_unit[""]) if o is not t and _same_thing(t.name, o.name)]
        if any(o.number == t.number for o in (*same, *totals)):
            continue
        for number in sorted({o.number for o in same if not o.partial and _is_near(o.number, t.number)}):
            others = [o for o in same if o.number == number and not o.partial]
            others += [o for o in totals if o.number == number]
            if _are_sure(t, others):
                yield t, tuple(others)
                break


def _are_sure(t: Tally, others: list[Tally]) -> bool:
    """Whether enough places tell another number, or just the table that the words of the first refer to."""
    if t.table and any(t.table == o.table for o in others):
        return True
    return not _WORDS["generic"].match(t.name) and len({o.term.place[:2] for o in others}) >= _SURE


def _told(passage: Passage) -> Iterator[Tally]:
    for figure in passage.figures:
        if figure.unit in _UNITS and not figure.places and figure.value >= _FEWEST:
            before = _CLAUSE.split(squeeze(passage.text[: figure.start]))[-1]
            after = _CLAUSE.split(passage.text[figure.stop :])[0].strip()
            sentence = passage.text[figure.stop :].split("。")[0]
            if name := _name(before, after):
                yield _tally(passage, figure, name, before, after, sentence)


def _tally(passage: Passage, figure: Figure, name: str, before: str, after: str, behind: str) -> Tally:
    refers = _WORDS["refers"].search(behind)
    return Tally(
        name,
        _UNITS[figure.unit or ""],
        int(figure.value),
        passage.term(figure, f"“{name}”的数量"),
        bool(_WORDS["whole"].search(before)),
        bool(_WORDS["partial"].search(before) or (_WORDS["partial"].search(after) and not _WORDS["all"].match(after))),
        refers["table"] if refers else "",
    )


def _name(before: str, after: str) -> str:
    """What is counted: what follows the unit, else what the number ends."""
    behind = _WORDS["ends"].split(after)[0][:_LONGEST_NAME]
    if len(behind) >= _SHORTEST_NAME:
        return behind
    name = _WORDS["before"].sub("", _WORDS["behind"].sub("", before))[-_LONGEST_NAME:]
    return name if len(name) >= _SHORTEST_NAME and not behind else ""


@cache
def _same_thing(a: str, b: str) -> bool:
    """Whether two names are of one thing: one ends or begins with the other, or they end alike."""
    short, full = sorted((a, b), key=len)
    return full.endswith(short) or full.startswith(short) or a[-_TELLING:] == b[-_TELLING:]


def _is_near(a: int, b: int) -> bool:
    if abs(a - b) <= _NEAR:
        return True
    x, y = str(a), str(b)
    return len(x) == len(y) > _SURE and (sorted(x) == sorted(y) or changed(x, y))


def _listed(grid: Grid) -> Iterator[Tally]:
    """The rows of a table that numbers them, as things of the names of its caption and of its column of names."""
    totals = grid.totals()
    rows = [line for line in range(grid.first, len(grid.lines)) if line not in totals]
    for column in range(grid.width - 1):
        numbers = [f.value for line in rows if (f := grid.figures(line).get(column)) and not f.places]
        if len(rows) == len(numbers) >= _FEWEST and numbers == [Decimal(n + 1) for n in range(len(rows))]:
            caption = _WORDS["caption"].match(grid.table.caption)
            shown = squeeze(grid.table.caption) or squeeze(grid.names[column + 1])
            term = replace(grid.term(rows[-1], column), unit=None, label=f"“{shown}”所列项数")
            for label in dict.fromkeys((grid.table.caption, grid.names[column + 1])):
                name = _WORDS["label"].sub("", squeeze(label))
                if len(name) >= _SHORTEST_NAME:
                    yield Tally(name, "", len(rows), term, True, False, caption["table"] if caption else "")
            return


def _totals(grid: Grid) -> Iterator[Tally]:
    """What the totals of a table count, whatever it is called there."""
    for line in grid.totals():
        for column, figure in grid.figures(line).items():
            if not figure.places and figure.value >= _FEWEST and _WORDS["counts"].search(grid.names[column]):
                yield Tally("", "", int(figure.value), grid.term(line, column), True, False)
