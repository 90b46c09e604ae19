"""A report being written: paragraphs and tables in which every number of interest is marked, so that its place in the
finished text is known whatever else happens to the line.

A marked number is written as START id MIDDLE token END with characters of the private use area; `finish` takes them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from corpus.equation import Value, holds

START, MIDDLE, END = "\ue000", "\ue001", "\ue002"
MARK = re.compile(f"{START}(\\d+){MIDDLE}([^{END}]*){END}")


@dataclass(slots=True)
class Mention:
    """One number (or word) as written in one place. `scale` turns it into the base unit (10000 for 万元); `loose` tells
    that its last digit may be rounded (amounts, rates); `key` names the fact that it states, for cross mentions."""

    id: int
    token: str
    scale: Decimal = Decimal(1)
    loose: bool = False
    key: str = ""
    word: bool = False

    def __str__(self) -> str:
        return f"{START}{self.id}{MIDDLE}{self.token}{END}"

    @property
    def value(self) -> Value:
        return self.token if self.word else Decimal(re.sub(r"[,\s]", "", self.token))

    @property
    def places(self) -> int:
        return 0 if self.word or "." not in self.token else len(re.sub(r"\s", "", self.token).split(".")[1])


@dataclass(slots=True)
class Relation:
    """What the text asserts: the mention `y` is `expr` of the mentions `a`."""

    type: str
    y: int
    a: list[int]
    expr: str
    where: str
    note: str


@dataclass(slots=True)
class Tag:
    """Something of the gold annotation that stands on a line: `kind` problem, problem_end, suggestion, row, defect,
    dimension, indicator; `data` its fields (texts may hold marks)."""

    kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class Line:
    """A paragraph. `role` is cover, title, contents, heading, text, caption, running; `fixed` keeps it from being cut or
    misread, since the annotation quotes it."""

    text: str
    role: str = "text"
    level: int = 0
    tags: list[Tag] = field(default_factory=list)
    fixed: bool = False


@dataclass(slots=True)
class Row:
    cells: list[str]
    tags: list[Tag] = field(default_factory=list)
    kind: str = "body"


@dataclass(slots=True)
class Grid:
    """A table, `rows[:header]` naming its columns; `sheet` marks the score sheet."""

    rows: list[Row]
    header: int = 1
    sheet: bool = False


@dataclass(slots=True)
class Manuscript:
    blocks: list[Line | Grid] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def mention(
        self, token: str, key: str = "", scale: Decimal = Decimal(1), loose: bool = False, word: bool = False
    ) -> Mention:
        found = Mention(len(self.mentions), token, scale, loose, key, word)
        self.mentions.append(found)
        return found

    def relate(self, kind: str, y: Mention, a: list[Mention], expr: str, where: str, note: str) -> None:
        self.relations.append(Relation(kind, y.id, [mention.id for mention in a], expr, where, note))

    def add_up(self, y: Mention, a: list[Mention], where: str, note: str) -> None:
        if a:
            self.relate("sum", y, a, "+".join(f"a[{index}]" for index in range(len(a))), where, note)

    def of(self, key: str) -> list[Mention]:
        return [mention for mention in self.mentions if mention.key == key]


@dataclass(slots=True)
class Finished:
    """The text's lines, and where everything stands: `places[id]` is (1-based line, column of the token)."""

    lines: list[str]
    places: dict[int, tuple[int, int]]
    tags: list[tuple[int, Tag]]


def plain(text: str) -> str:
    """The text without its marks."""
    return MARK.sub(r"\2", text)


def texts(script: Manuscript) -> Iterator[str]:
    for block in script.blocks:
        if isinstance(block, Line):
            yield block.text
        else:
            for row in block.rows:
                yield from row.cells


def finish(script: Manuscript) -> Finished:
    """The text: a blank line after every paragraph and table, tables as tab-separated lines."""
    done = Finished([], {}, [])
    for block in script.blocks:
        if isinstance(block, Line):
            _put(script, done, block.text, block.tags)
        else:
            for row in block.rows:
                _put(script, done, "\t".join(row.cells), row.tags)
        done.lines.append("")
    return done


def _put(script: Manuscript, done: Finished, text: str, tags: list[Tag]) -> None:
    number, clean, last = len(done.lines) + 1, "", 0
    for mark in MARK.finditer(text):
        clean += text[last : mark.start()]
        done.places[int(mark.group(1))] = (number, len(clean))
        token = script.mentions[int(mark.group(1))].token
        clean += token
        last = mark.end()
    done.lines.append(clean + text[last:])
    done.tags += [(number, tag) for tag in tags]


def relation_holds(script: Manuscript, relation: Relation) -> bool:
    """Whether the numbers as they now stand satisfy the relation, rounding of amounts and rates considered."""
    y = script.mentions[relation.y]
    operands = []
    for index in relation.a:
        mention = script.mentions[index]
        if isinstance(mention.value, str):
            operands.append((Decimal(1), Decimal(0)))
        else:
            ratio = mention.scale / y.scale if relation.type in ("equal", "sum", "difference") else mention.scale
            half = Decimal(1).scaleb(-mention.places) / 2 if mention.loose else Decimal(0)
            operands.append((mention.value * ratio, half * ratio))
    if isinstance(y.value, str):
        return holds(relation.expr, y.value, Decimal(0), operands)
    ratio = Decimal(1) if relation.type in ("equal", "sum", "difference") else y.scale
    unit = (
        Decimal(1).scaleb(-y.places) * ratio
        if y.loose or relation.type not in ("equal", "sum", "difference")
        else Decimal(0)
    )
    return holds(relation.expr, y.value * ratio, unit, operands)
