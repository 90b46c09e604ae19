"""The annotation of a finished manuscript, in the form of gold.json (see corpus/README.md)."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

from corpus.draft import UNIT_NAMES
from corpus.equation import Value
from corpus.manuscript import MARK, Finished, Manuscript, Mention, Relation, plain, relation_holds
from corpus.report import Report

SCALED = ("equal", "sum", "difference")
"""Types of relation whose operands are compared in the unit of the stated number; others go by the base unit."""
AMOUNTS = ("budget", "adjusted_budget", "funds_arrived", "expenditure")
AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?(?:亿元|万元|元)")
RATES = ("arrival_rate", "execution_rate")

Anchor = dict[str, Any]


def annotate(
    report: Report,
    script: Manuscript,
    done: Finished,
    style: dict[str, Any],
    forms: frozenset[str],
    mistaken: frozenset[int] = frozenset(),
) -> dict[str, Any]:
    """gold.json of a report, its mentions anchored in the finished text; those `mistaken` are compared with every other
    place that states their fact, for each of them shows the mistake."""
    stated = [*all_relations(script, done), *_against_others(script, done, mistaken)]
    relations = [gold_relation(script, done, relation) for relation in stated]
    tags: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for line, tag in done.tags:
        tags[tag.kind].append((line, tag.data))
    return {
        "meta": _meta(report, style, forms),
        "headline": _headline(script, done),
        "dimensions": [{**_numbers(data), "line": line} for line, data in tags["dimension"]],
        "indicators": [{**_numbers(data), "line": line} for line, data in tags["indicator"]],
        "problems": [
            _problem(script, at, end[0]) for at, end in zip(tags["problem"], tags["problem_end"], strict=True)
        ],
        "problem_list": [{"line": line, **data} for line, data in tags["problem_list"]],
        "defects": [{"line": line, **data, "text": written(script, data["text"])} for line, data in tags["defect"]],
        "suggestions": [{"line": line, **data} for line, data in tags["suggestion"]],
        "relations": relations,
        "inconsistencies": [],
        "remarks": [],
        "style": style["name"],
        "forms": sorted(forms),
    }


def all_relations(script: Manuscript, done: Finished) -> list[Relation]:
    """The relations whose numbers all stand in the text and can be anchored, and that each repeated fact has one value."""
    anchored, groups = _by_fact(script, done)
    stated = [relation for relation in script.relations if {relation.y, *relation.a} <= anchored]
    for key, mentions in groups.items():
        for other in mentions[1:]:
            stated.append(Relation("equal", other.id, [mentions[0].id], "a[0]", "cross", key))
    return [relation for relation in stated if not script.mentions[relation.y].word or relation.type == "grade"]


def _by_fact(script: Manuscript, done: Finished) -> tuple[set[int], dict[str, list[Mention]]]:
    """The mentions that can be anchored, and those of each fact in the order in which they were written."""
    anchored = {index for index in done.places if anchor(script, done, index) is not None}
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in script.mentions:
        if mention.key and mention.id in anchored:
            groups[mention.key].append(mention)
    return anchored, groups


def _against_others(script: Manuscript, done: Finished, mistaken: frozenset[int]) -> list[Relation]:
    """Each mistaken mention against those that state the same fact, but for the first, with which all are compared."""
    _, groups = _by_fact(script, done)
    return [
        Relation("equal", mention.id, [other.id], "a[0]", "cross", key)
        for key, mentions in groups.items()
        for mention in mentions[1:]
        if mention.id in mistaken and not mention.word
        for other in mentions[1:]
        if other is not mention
    ]


def anchor(script: Manuscript, done: Finished, index: int) -> Anchor | None:
    """Line, token and occurrence; None where counting occurrences from the left never lands on this one."""
    if index not in done.places:
        return None
    line, column = done.places[index]
    token, text = script.mentions[index].token, done.lines[line - 1]
    position, nth = text.find(token), 1
    while 0 <= position < column:
        position, nth = text.find(token, position + len(token)), nth + 1
    return {"line": line, "token": token, "nth": nth} if position == column else None


def gold_relation(script: Manuscript, done: Finished, relation: Relation) -> dict[str, Any]:
    y = script.mentions[relation.y]

    def place(index: int) -> Anchor:
        found = anchor(script, done, index)
        if found is None:
            raise ValueError(f"number without a place: {script.mentions[index].token}")
        mention = script.mentions[index]
        scale = mention.scale / y.scale if relation.type in SCALED else mention.scale
        if isinstance(mention.value, str):
            return {**found, "value": 1 if relation.type == "count" else mention.value}
        return {**found, "value": _json(mention.value * scale)}

    return {
        "type": relation.type, "y": place(relation.y), "a": [place(index) for index in relation.a], "expr": relation.expr,
        "dp": y.places, "holds": relation_holds(script, relation), "where": relation.where, "note": relation.note,
    }  # fmt: skip


def written(script: Manuscript, text: str) -> str:
    """The text as it finally stands: each mark gives the token that its mention now has."""
    return MARK.sub(lambda mark: script.mentions[int(mark.group(1))].token, text)


def _json(value: Value | Decimal | int) -> int | float | str:
    if isinstance(value, str):
        return value
    value = Decimal(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _numbers(data: dict[str, Any]) -> dict[str, Any]:
    return {key: _json(value) if isinstance(value, Decimal) else value for key, value in data.items()}


def _meta(report: Report, style: dict[str, Any], forms: frozenset[str]) -> dict[str, Any]:
    project = report.project
    own = "self_evaluation" in forms
    year, month, day = project.report_date
    date = f"{year}-{month:02d}-{day:02d}" if style["date"] == "day" else f"{year}-{month:02d}"
    names: dict[str, str | None] = {
        "entrusting_party": project.entrusting,
        "competent_department": project.competent,
        "implementing_unit": project.implementing,
        "evaluator": project.evaluator,
    }
    if own:
        names = {name: project.department if name == "implementing_unit" else None for name in names}
    return {
        "title": project.title,
        "project_name": project.name,
        "evaluated_year": project.year,
        **names,
        "report_date": None if own else date,
        "kind": "部门自评" if own else "项目支出",
    }


def _headline(script: Manuscript, done: Finished) -> dict[str, Any]:
    """The overall figures in the unit of their first mention; other mentions may round them or state more decimals."""
    facts: dict[str, Any] = {}
    for key in (*AMOUNTS, *RATES, "total_score", "grade"):
        mentions = [m for m in script.of(key) if anchor(script, done, m.id) is not None]
        if not mentions:
            facts[key] = None
            continue
        first = mentions[0]
        unit = (
            UNIT_NAMES[first.scale]
            if key in AMOUNTS
            else "%"
            if key in RATES
            else "分"
            if key == "total_score"
            else None
        )
        others = {m.value * m.scale / first.scale for m in mentions if isinstance(m.value, Decimal)} - {first.value}
        facts[key] = {
            "value": _json(first.value), "unit": unit, "mentions": [anchor(script, done, m.id) for m in mentions],
            "accept": [_json(value) for value in sorted(others)],
        }  # fmt: skip
    return facts


def _problem(script: Manuscript, at: tuple[int, dict[str, Any]], last_line: int) -> dict[str, Any]:
    line, data = at
    amounts = AMOUNT.findall(written(script, data["text"]))
    return {
        "line": line,
        "heading": plain(data["heading"]),
        "category": data["category"],
        "amounts": amounts,
        "last_line": last_line,
    }
