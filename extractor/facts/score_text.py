"""Points that sentences and headings state: 立项依据充分性（满分3分，实得3分）; 过程、产出得分率分别为75.4%、84.7%."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.data import load
from extractor.document import Document, Evidence, Heading, Paragraph, Section, Zone, text_evidence
from extractor.facts.score_names import (
    DIMENSIONS,
    bare,
    bare_dimension,
    is_certain_dimension,
    is_known_dimension,
    points,
)
from extractor.facts.score_proof import HUNDRED, makes_whole
from extractor.language import sentences
from extractor.quantity import FOLD
from extractor.sheet import Mark, SheetNode

_TEXT = load("scores")["text"]
_NUMBER = r"\d+(?:\.\d+)?"
_PARTS = {what: re.compile(_TEXT[what].format(n=_NUMBER)) for what in ("weight", "score", "rate")}
_ENUMERATION = re.compile(_TEXT["enumeration"].format(n=_NUMBER))
_ENUMERATED = re.compile(_TEXT["enumerated_names"].format())
_ENUMERATED_TAIL = re.compile(_TEXT["enumerated_tail"])
_ANY_DIMENSION = "|".join(sorted(map(re.escape, DIMENSIONS), key=len, reverse=True))
_LISTED = re.compile(_TEXT["listed"].format(n=_NUMBER, names=_ANY_DIMENSION))
_LISTED_NAMES = re.compile(_TEXT["listed"].format(n=_NUMBER, names=_TEXT["listed_name"]))
_LISTED_SCORES, _LISTED_WEIGHTS = re.compile(_TEXT["listed_scores"]), re.compile(_TEXT["listed_weights"])
_POINTING = re.compile(_TEXT["pointing"])
_LEAD_IN = re.compile(_TEXT["lead_in"])
_NAME_TAIL = re.compile(_TEXT["name_tail"])
_SEPARATOR = re.compile(_TEXT["name_separator"])
_LED_DIMENSION = re.compile(_TEXT["dimension_lead"] + f"(?P<name>{_ANY_DIMENSION})$")
_OPEN_POINTS = re.compile(rf"(?<=.)[（(]\s*(?P<n>{_NUMBER})\s*分$")  # 项目立项（10分，得9分）
_CLOSED = re.compile(r"分\s*[，,、；;]\s*$")  # 产出指标50分，得48分
_BRACKETED = re.compile(r"[（(][^（()）]*[)）]")
_RUN_IN_TITLE = re.compile(_TEXT["run_in_title"])
_KINDS = {"权重": "weight", "分值": "weight", "满分": "weight", "标准": "weight", "得分率": "rate"}

FEWEST_STATED = 2  # dimensions that sentences must state before they count as the report's
_ZONES: tuple[Zone, ...] = ("body", "summary", "appendix", "contents", "cover")  # whose word counts first
LONGEST_NAME = 45
MOST_BETWEEN = 30  # characters from one number of an indicator to the next


@dataclass(frozen=True, slots=True)
class Statement:
    """What one place of the text says of one indicator. `name` is bare; `section` indexes `Document.sections`, None at
    none; `titled` tells that the place is a heading or speaks of its section's own indicator."""

    name: str
    weight: Mark | None
    score: Mark | None
    rate: Mark | None
    evidence: Evidence
    block: int
    section: int | None
    titled: bool
    zone: Zone = "body"


def read_statements(document: Document) -> list[Statement]:
    """Every statement of an indicator's points in running text, in reading order."""
    out: list[Statement] = []
    for block, paragraph in document.paragraphs():
        if "分" not in paragraph.text and "权重" not in paragraph.text:
            continue
        if document.zone_of(block) in ("cover", "contents"):
            continue
        section = _section_index(document, block)
        zone = document.zone_of(block)
        found: list[Statement] = []
        for start, end in sentences(paragraph.text):
            listed = list(_enumerated(document, block, section, paragraph, start, end))
            found.extend(listed or _stated(document, block, section, paragraph, start, end))
            if not listed:
                found.extend(_listed(document, block, section, paragraph, start, end))
        if not found and isinstance(paragraph, Heading):
            found.extend(_heading_weight(document, block, section, paragraph))
        out.extend(replace(statement, zone=zone) for statement in found)
    return out


def stated_dimensions(statements: Sequence[Statement], names: Collection[str] = ()) -> list[SheetNode]:
    """The dimensions that sentences state, each with the first weight and score given together, else the first of each.
    `names` are dimensions of this report beside the usual ones.

    Names that are first-level only in some reports count if the weights add up to 100 with them alone. Empty where fewer
    than two are told.
    """
    nodes: dict[str, SheetNode] = {}
    for s in sorted(statements, key=lambda s: _ZONES.index(s.zone)):
        plain = bare_dimension(s.name)
        name = plain if plain in names else dimension_in(s.name)
        if name is None:
            continue
        node = nodes.setdefault(name, SheetNode(1, name, s.name, s.evidence))
        if s.weight and s.score and (node.weight is None or node.score is None):
            node.weight, node.score, node.evidence = s.weight, s.score, s.evidence
        node.weight = node.weight or s.weight
        node.score = node.score or s.score
        node.rate = node.rate or s.rate
    certain = [n for n in nodes.values() if n.name in names or is_certain_dimension(n.name)]
    ways = [certain, list(nodes.values()), _told_together(statements, nodes)]
    chosen = next((way for way in ways if makes_whole(way)), certain)
    told = [n for n in chosen if n.score or n.rate]
    if len(chosen) < FEWEST_STATED or (not makes_whole(chosen) and len(told) < FEWEST_STATED):
        return []
    return chosen if makes_whole(chosen) else told


def _told_together(statements: Sequence[Statement], nodes: Mapping[str, SheetNode]) -> list[SheetNode]:
    """The dimensions whose weights one place states together, adding up to 100: 共性指标70分、特性指标30分."""
    for block in dict.fromkeys(s.block for s in statements):
        told = [s for s in statements if s.block == block and s.weight]
        named = {name for s in told if (name := dimension_in(s.name)) is not None}
        together = [node for name, node in nodes.items() if name in named]
        if len(together) >= FEWEST_STATED and makes_whole(together):
            return together
    return []


def dimension_in(name: str) -> str | None:
    """The first-level indicator that a name is or ends with: 一级指标决策 → 决策; None where it is none."""
    plain = bare_dimension(_NAME_TAIL.sub("", name.strip()))
    if is_known_dimension(plain):
        return plain
    m = _LED_DIMENSION.search(plain)
    return m["name"] if m else None


def _section_index(document: Document, block: int) -> int | None:
    section = document.section_of(block)
    return next((i for i, s in enumerate(document.sections) if s is section), None)


def _enumerated(
    document: Document, block: int, section: int | None, paragraph: Paragraph, start: int, end: int
) -> Iterator[Statement]:
    """决策、过程、产出和效益权重分别为20%、20%、30%、30%: one statement for each name."""
    text = paragraph.text.translate(FOLD)
    names: list[str] = []
    for m in _ENUMERATION.finditer(text, start, end):
        before = _ENUMERATED_TAIL.sub("", text[start : m.start()])
        found = _ENUMERATED.search(before)
        if found:
            names = [n for n in _SEPARATOR.split(found["names"]) if n.strip()]
        numbers = [n.span() for n in re.finditer(_NUMBER, m["numbers"])]
        if len(names) < len(numbers):
            continue
        kind = next((k for word, k in _KINDS.items() if (m["what"] or "").startswith(word)), "score")
        base = m.start("numbers")
        for name, (a, b) in zip(names[len(names) - len(numbers) :], numbers, strict=True):
            plain = dimension_in(name) or bare(name)
            mark = _mark(document, block, text, base + a, base + b)
            yield _statement(plain, {kind: mark}, mark.evidence, block, section, titled=False)


def _listed(
    document: Document, block: int, section: int | None, paragraph: Paragraph, start: int, end: int
) -> Iterator[Statement]:
    """其中决策指标18分、过程指标17分: at least two dimensions with nothing but their points. Names that are not known as
    dimensions count where the points add up or say what they are."""
    text = paragraph.text.translate(FOLD)
    found = list(_LISTED.finditer(text, start, end))
    whole = [m for m in found if _weight_group(m)]
    if unknown := not whole and len(found) < FEWEST_STATED:
        found = list(_LISTED_NAMES.finditer(text, start, end))
    if not whole and len(found) < FEWEST_STATED:
        return
    found = _outer(found, text)
    bare_kind = None
    for i in range(len(found) - FEWEST_STATED + 1):
        bare_kind = _proven_kind([Decimal(m["n"]) for m in found[i:]], text[: found[i].start("n")])
        if bare_kind:  # what stands before is the sum itself
            found = found[i:]
            break
    if bare_kind is None and not unknown:
        bare_kind = _kind_of(text[start : found[0].start()]) or _kind_of(text[: found[0].start()])
    for m in found:
        weight = _weight_group(m)
        kind = _kind_of(m["verb"] or ("得" if weight else "")) or bare_kind
        if kind is None:
            continue
        marks = {kind: _mark(document, block, text, *m.span("n"))}
        if weight and kind == "score":
            marks["weight"] = _mark(document, block, text, *m.span(weight))
        if _tells(marks):
            yield _statement(_LEAD_IN.sub("", m["name"]), marks, marks[kind].evidence, block, section, titled=False)


def _outer(found: list[re.Match[str]], text: str) -> list[re.Match[str]]:
    """Those outside brackets where their points add up to 100: the brackets only divide them further."""
    brackets = [m.span() for m in _BRACKETED.finditer(text)]
    outer = [m for m in found if not any(a < m.start() < b for a, b in brackets)]
    whole = len(outer) >= FEWEST_STATED and sum((Decimal(m["n"]) for m in outer), Decimal(0)) == HUNDRED
    return outer if whole else found


def _weight_group(listed: re.Match[str]) -> str | None:
    """The group that holds the weight beside a listed score, None where none is stated."""
    return next((group for group in ("w", "of", "full") if listed[group]), None)


def _proven_kind(numbers: Sequence[Decimal], before: str) -> str | None:
    """What bare points of dimensions are: weights where they add up to 100, scores where they add up to a number that the
    paragraph states before them."""
    total = sum(numbers, Decimal(0))
    if total == HUNDRED:
        return "weight"
    return "score" if any(Decimal(n) == total for n in re.findall(_NUMBER, before)) else None


def _kind_of(words: str) -> str | None:
    return "score" if _LISTED_SCORES.search(words) else "weight" if _LISTED_WEIGHTS.search(words) else None


def _mark(document: Document, block: int, text: str, start: int, end: int) -> Mark:
    return Mark(text[start:end], Decimal(text[start:end]), text_evidence(document, block, start, end))


def _stated(
    document: Document, block: int, section: int | None, paragraph: Paragraph, start: int, end: int
) -> Iterator[Statement]:
    text = paragraph.text.translate(FOLD)
    found = sorted(
        (m.start(), m.end(), what, m) for what, pattern in _PARTS.items() for m in pattern.finditer(text, start, end)
    )
    marks: dict[str, Mark] = {}
    name, last, titled = "", start, False
    for begin, stop, what, m in found:
        if begin < last:
            continue
        if marks and (what in marks or begin - last > MOST_BETWEEN):
            if _tells(marks):
                yield _statement(name, marks, next(iter(marks.values())).evidence, block, section, titled)
            marks = {}
        if not marks:
            name, titled, weight = _name(document, block, section, text, last, begin, last == start)
            if weight:
                evidence = text_evidence(document, block, begin, stop)
                marks["weight"] = Mark(weight[0], weight[1], evidence, bracketed=True)
                if what == "weight":
                    continue
        marks[what] = _mark(document, block, text, *m.span("n"))
        last = stop
    if _tells(marks):
        yield _statement(name, marks, next(iter(marks.values())).evidence, block, section, titled)


def _heading_weight(document: Document, block: int, section: int | None, heading: Heading) -> Iterator[Statement]:
    """（一）决策（20分）: a heading that states a weight and nothing else."""
    own = points(heading.title)
    if own and own.bracketed:
        evidence = text_evidence(document, block, 0, len(heading.text))
        marks = {"weight": Mark(own.text, own.value, evidence, bracketed=True)}
        yield _statement(title_name(heading.title), marks, evidence, block, section, titled=True)


def _tells(marks: dict[str, Mark]) -> bool:
    """A score is told beside its weight or rate, or at least is no more than a weight; 得2分 alone is mostly a criterion,
    kept for those who know the name."""
    weight, score = marks.get("weight"), marks.get("score")
    return bool(marks) and not (weight and score and score.value > weight.value)


def _statement(
    name: str, marks: dict[str, Mark], evidence: Evidence, block: int, section: int | None, titled: bool
) -> Statement:
    return Statement(name, marks.get("weight"), marks.get("score"), marks.get("rate"), evidence, block, section, titled)


def _name(
    document: Document, block: int, section: int | None, text: str, start: int, end: int, opens: bool
) -> tuple[str, bool, tuple[str, Decimal] | None]:
    """The indicator that the words before its points, `text[start:end]`, name, whether it is the section's own, and its weight where that
    stands in brackets behind the name."""
    heading = isinstance(document.blocks[block], Heading)
    before = text[start:end]
    chunk = before.strip().rstrip("（([【,，、:：;； ")
    own = points(chunk)
    weight = (own.text, own.value) if own and (own.bracketed or _CLOSED.search(before)) else None
    if (m := _OPEN_POINTS.search(chunk)) is not None:
        chunk, weight = chunk[: m.start()], (m["n"], Decimal(m["n"]))
    chunk = bare(chunk)
    pieces = [p for p in re.split(r"[，,。；;：:]", chunk) if p.strip()]
    last = _LEAD_IN.sub("", pieces[-1].strip()) if pieces else ""
    last = _NAME_TAIL.sub("", last) if not heading else last
    title = None if heading else _RUN_IN_TITLE.match(text)
    if title is not None and _POINTING.match(last):
        return bare(title["name"]), False, None
    if _POINTING.match(last) or len(last) > LONGEST_NAME:
        return _section_name(document.sections[section]) if section is not None else "", True, None
    name = bare(last)
    own_section = section is not None and name == _section_name(document.sections[section])
    return name, own_section or (heading and opens), weight


def _section_name(section: Section) -> str:
    return title_name(section.title)


def title_name(title: str) -> str:
    """The indicator that a heading names: 立项依据充分性（指标分值3分，得分3分） → 立项依据充分性."""
    cut = re.split(r"[（(\[【]|[，,：:。；]|满分|分值", title.translate(FOLD), maxsplit=1)[0]
    return bare(cut or title)
