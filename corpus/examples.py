"""What the classifier learns from: annotated reports and statements that were written for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from corpus import data_files
from extractor import facts
from extractor.document import Document, Heading
from extractor.facts.clauses import Spot, Stretch, blocks_of, stretches
from extractor.language import squeeze
from extractor.layout import lay_out
from extractor.readers import read
from extractor.result import Facts
from models.classifier import NO, YES
from models.clause import Clause
from models.training import Example

STATEMENTS = data_files.DATA / "statements"
_MARKED = re.compile(r"⟦([^|⟧]*)\|([^⟧]*)⟧")
_KINDS = {"reason": "reason", "criterion": "cell", "survey": "table"}
"""Of places in the statements' files; all others are prose."""
_LISTED = {"problem": "problem", "list": "list"}
_SCORED = re.compile(r"满分|得\s?\d|不扣分")
_NUMBERING = re.compile(r"^[（(]?(?:第?[一二三四五六七八九十\d]+(?:部分|章)?[.\d]*)[)）、.．]?")
_ENOUGH = 0.5  # of a clause that has to lie inside what the annotation calls a deficiency

Span = tuple[int, int]


def of_report(folder: Path, own: bool = False) -> Iterator[Example]:
    """The examples of an annotated report: every clause outside the lists of problems with its label, the category of
    every annotated problem, row and deficiency, and the blocks whose titles tell their role."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    document = max(lay_out(read(folder / "report.txt")), key=lambda part: len(part.blocks))
    yield from examples_of(document, facts.extract(document), gold, folder.name, own)


def examples_of(
    document: Document, told: Facts, gold: dict[str, Any], report: str, own: bool = False
) -> Iterator[Example]:
    agency = gold["meta"].get("evaluator") or gold["meta"].get("entrusting_party") or report
    stated = {squeeze(d["text"]): d["category"] for d in gold["defects"]}
    for stretch in stretches(document, told):
        spans = [(span, category) for words, category in stated.items() for span in _where(stretch.text, words)]
        for clause, label in _labelled(stretch, [span for span, _ in spans]):
            example = Example("deficiency", clause, label, report, agency, own)
            yield from _unscored(example) if own else (example,)
        for (a, b), category in spans:
            clause = Clause(stretch.text[a:b], heading=stretch.heading, place=stretch.kind, mark=stretch.mark)
            yield Example("category", clause, category, report, agency, own)
    for problem in gold["problems"]:
        yield Example("category", Clause(problem["heading"], place="problem"), problem["category"], report, agency, own)
    for row in gold["problem_list"]:
        yield Example("category", Clause(row["text"], place="list"), row["category"], report, agency, own)
    for block, role in _roles(document, told):
        yield Example("role", block, role, report, agency, own)


def _roles(document: Document, told: Facts) -> Iterator[tuple[Clause, str]]:
    """The blocks of which a title, or what was read from a table, tells the role: distant labels."""
    tables = {i.evidence.block: "得分表" for i in told.indicators if i.evidence.table is not None}
    tables |= {row.evidence.block: "问题清单" for row in told.problem_list}
    for index, block in enumerate(blocks_of(document)):
        role = tables.get(index) or _role(document.titles_of(index))
        if role and block.text and not isinstance(document.blocks[index], Heading):
            yield block, role


@cache
def _titles() -> dict[str, re.Pattern[str]]:
    return {role: re.compile(pattern) for role, pattern in data_files.read("roles")["roles"].items()}


def _role(titles: str) -> str | None:
    """The outermost title that says something decides, but what an inner one says more exactly."""
    found: str | None = None
    for title in titles.split("/"):
        words = _NUMBERING.sub("", squeeze(title))
        told = next((role for role, pattern in _titles().items() if pattern.search(words)), None)
        if told and (
            found is None or told in data_files.read("roles")["within"].get(found, data_files.read("roles")["always"])
        ):
            found = told
    return found


def of_statements(folder: Path = STATEMENTS) -> Iterator[Example]:
    """The examples of sentences that the project wrote, with the deficiencies in them marked ⟦…|category⟧."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            place, heading, sentence = line.split("\t")
            yield from _of_statement(place, heading, sentence, path.stem)


def _of_statement(place: str, heading: str, sentence: str, source: str) -> Iterator[Example]:
    text, spans, categories = _unmarked(sentence)
    for (a, b), category in zip(spans, categories, strict=True):
        listed = _LISTED.get(place)
        clause = (
            Clause(text[a:b], place=listed)
            if listed
            else Clause(text[a:b], heading=heading, place=_KINDS.get(place, "text"), mark="less")
        )
        yield Example("category", clause, category, source, "", own=True)
    if place in ("problem", "list", "suggestion"):
        return
    mark = "less" if spans else "full" if place in ("reason", "analysis") and _SCORED.search(text) else ""
    stretch = Stretch(Spot(0), text, heading, _KINDS.get(place, "text"), mark)
    for clause, label in _labelled(stretch, spans):
        yield from _unscored(Example("deficiency", clause, label, source, "", own=True))


def _unscored(example: Example) -> Iterator[Example]:
    """The example, and once more as if its points were not known: what the project writes tells them nearly always, real
    reports do not."""
    yield example
    if example.clause.mark:
        yield replace(example, clause=replace(example.clause, mark=""))


def _unmarked(sentence: str) -> tuple[str, list[Span], list[str]]:
    text, spans, categories, at = "", [], [], 0
    for m in _MARKED.finditer(sentence):
        text += sentence[at : m.start()]
        spans.append((len(text), len(text) + len(m[1])))
        categories.append(m[2])
        text += m[1]
        at = m.end()
    return text + sentence[at:], spans, categories


def _labelled(stretch: Stretch, spans: list[Span]) -> Iterator[tuple[Clause, str]]:
    for (a, b), clause in zip(stretch.clauses(), stretch.judged(), strict=True):
        shared = max((min(b, d) - max(a, c) for c, d in spans), default=0)
        yield clause, YES if shared > _ENOUGH * (b - a) else NO


def _where(text: str, words: str) -> Iterator[Span]:
    """The spans of `text` that hold `words`, white space aside."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    squeezed = squeeze(text)
    at = squeezed.find(words)
    while at >= 0:
        yield places[at], places[at + len(words) - 1] + 1
        at = squeezed.find(words, at + 1)
