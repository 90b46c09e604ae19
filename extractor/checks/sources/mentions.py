"""Every place that states an indicator's weight or score: score sheet, section table, summary, heading, sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.items import named_items
from extractor.checks.sources.points import (
    Prose,
    closing_points,
    indicator_name,
    key,
    listed_rates,
    listed_scores,
    listed_weights,
    name_before,
    summed_up,
)
from extractor.checks.sources.reading import Reading
from extractor.data import load
from extractor.document import Evidence, Paragraph, Section
from extractor.sheet import Mark, ScoreSheet, SheetNode

_NAMES = load("checks")["names"]
_KINDS = {"sheet": "评分表", "section": "分项表", "summary": "汇总表"}


@dataclass(frozen=True, slots=True)
class Mention:
    """An indicator at one place; `key` is its name as all places would write it. `sheet` numbers the score sheet it
    stands in, -1 for headings and -2 for sentences; `section` is the section whose indicator this is."""

    key: str
    name: str
    source: Literal["sheet", "section", "summary", "heading", "sentence"]
    sheet: int
    weight: Term | None
    score: Term | None
    node: SheetNode | None = None
    section: Section | None = None
    rate: Term | None = None


def mark_term(mark: Mark, name: str, source: str, role: str) -> Term:
    """A sheet's number as a term; a weight in brackets shares its cell with the label."""
    _, _, decimals = mark.text.partition(".")
    return Term(
        text=mark.text,
        value=mark.value,
        unit="%" if role == "得分率" else "分",
        places=sum(map(str.isdecimal, decimals)),
        evidence=mark.evidence,
        place=_place(mark.evidence, mark.bracketed),
        label=f"{source}“{name}”{role}",
    )


def _place(evidence: Evidence, bracketed: bool) -> tuple[int, ...]:
    place = (evidence.block or 0, evidence.row or 0, evidence.column or 0)
    return (*place, 1) if bracketed else place


def node_terms(node: SheetNode, kind: str) -> tuple[Term | None, Term | None]:
    """Weight and score of a node."""
    source = _KINDS[kind]
    weight = mark_term(node.weight, node.name, source, "分值") if node.weight else None
    return weight, mark_term(node.score, node.name, source, "得分") if node.score else None


def mentions(reading: Reading, sheets: list[ScoreSheet]) -> list[Mention]:
    """All mentions, those of the sheets first."""
    prose = reading.prose
    out = [_of_node(node, sheet, number) for number, sheet in enumerate(sheets) for node in sheet.nodes()]
    names = {m.key for m in out} | set(_NAMES["dimensions"])
    whole = dimensions(sheets) or set(_NAMES["dimensions"])
    weights = _weights(out)
    opened = set()
    for section, points in prose.stated:
        opened.add(points.span + (points.block,))
        name = indicator_name(section.title)
        out.append(Mention(key(name), name, "heading", -1, points.weight, points.score, section=section))
    out += _closed(prose)
    out += _closed_by_heading(prose)
    by_name = {m.key for m in out if m.node and not m.node.children} - whole
    for item in named_items(reading, by_name):
        if item.score is None or all(item.score.value <= weight for weight in weights.get(item.name, ())):
            out.append(Mention(item.name, item.name, "sentence", -2, item.weight, item.score))
    counting = set(prose.counting)
    for (block, paragraph), stated in zip(enumerate(prose.document.blocks), prose.points, strict=True):
        for points in stated:
            if points.weight and points.span + (block,) not in opened and isinstance(paragraph, Paragraph):
                name = name_before(paragraph, points)
                if key(name) in names:
                    out.append(Mention(key(name), name, "sentence", -2, points.weight, points.score))
        if block in counting:
            out += _listed(prose, block, names, whole, weights)
    return out


def _listed(
    prose: Prose, block: int, names: set[str], whole: set[str], weights: dict[str, list[Decimal]]
) -> Iterator[Mention]:
    """What the sentences of a paragraph give several dimensions, or sum up of one indicator."""
    listed = listed_scores(prose, block, whole)
    for name, score in listed:
        yield Mention(key(name), name, "sentence", -2, None, score)
    for name, score, rate in summed_up(prose, block, names):
        within = all(score.value <= weight for weight in weights.get(name, ()))
        if within and score.place not in {t.place for _, t in listed}:
            yield Mention(name, name, "sentence", -2, None, score, rate=rate)
    for name, weight in listed_weights(prose, block, whole):
        yield Mention(key(name), name, "sentence", -2, weight, None)
    for name, rate in listed_rates(prose, block, whole):
        yield Mention(key(name), name, "sentence", -2, None, None, rate=rate)


def _closed_by_heading(prose: Prose) -> Iterator[Mention]:
    """Sections whose heading gives the weight alone and whose text says once what their indicator got."""
    for section, points in prose.stated:
        closing = closing_points(prose, section) if points.weight and not points.score else []
        if len(closing) == 1 and closing[0].score:
            name = indicator_name(section.title)
            yield Mention(
                key(name), name, "sentence", -2, points.weight, closing[0].score, section=section, rate=closing[0].rate
            )


def dimensions(sheets: list[ScoreSheet]) -> set[str]:
    """The names of the dimensions in the sheets of the whole."""
    return {key(root.name) for sheet in sheets if sheet.kind != "section" for root in sheet.roots}


def _weights(found: list[Mention]) -> dict[str, list[Decimal]]:
    """The weights that tables give each name."""
    weights: dict[str, list[Decimal]] = {}
    for m in found:
        if m.weight:
            weights.setdefault(m.key, []).append(m.weight.value)
    return weights


def _closed(prose: Prose) -> Iterator[Mention]:
    """Sections that state no points at first but say once at the end what their indicator got."""
    stated = {section.start for section, _ in prose.stated}
    for section in prose.document.sections:
        if section.level and section.zone != "contents" and section.start not in stated:
            closing = closing_points(prose, section)
            if len(closing) == 1:
                name = indicator_name(section.title)
                score, rate = closing[0].score, closing[0].rate
                yield Mention(key(name), name, "heading", -1, None, score, section=section, rate=rate)


def _of_node(node: SheetNode, sheet: ScoreSheet, number: int) -> Mention:
    weight, score = node_terms(node, sheet.kind)
    return Mention(key(node.name), node.name, sheet.kind, number, weight, score, node)


def by_key(found: list[Mention]) -> Iterator[list[Mention]]:
    """The mentions of one indicator. A name that two indicators of one sheet or outline share is left out, unless one
    is the only child of the other."""
    groups: dict[str, list[Mention]] = {}
    for mention in found:
        groups.setdefault(mention.key, []).append(mention)
    for group in groups.values():
        chosen = [m for m in group if not _is_shared(m, group)]
        if len(chosen) > 1:
            yield chosen


def _is_shared(mention: Mention, group: list[Mention]) -> bool:
    return mention.source != "sentence" and any(
        other is not mention and other.sheet == mention.sheet and not _is_only_child(mention, other) for other in group
    )


def _is_only_child(a: Mention, b: Mention) -> bool:
    return any(x.node and y.node and x.node.children == [y.node] for x, y in ((a, b), (b, a)))
