"""Points stated in running text: 满分14分，得分12分，得分率85.71%, and those that close a section: 本项指标扣2分，得3分."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from extractor.checks.engine.proposal import Term, term
from extractor.data import load
from extractor.document import Document, Heading, Paragraph, Section, text_evidence
from extractor.quantity import FOLD, Figure, find

_WORDS = load("checks")["points"]
_NAMES = load("checks")["names"]
_MOST_OWN_BLOCKS = 12
_FEWEST_LISTED = 3
_LONGEST_NAME = 20  # with its number
_LONGEST_LINE = 40  # that holds the name of an indicator and its points
_HUNDRED = Decimal(100)
_NUMBER = r"\d+(?:\.\d+)?"
_GAP = r"[^\d。；;]{0,6}?[，,、。；;\s（(]{0,3}(?:[^\d，。；;]{0,10}?)"


@dataclass(frozen=True, slots=True)
class Points:
    """One statement. `span` are its characters in the block; `closing` tells that it names no weight but speaks of the
    section's own indicator."""

    block: int
    span: tuple[int, int]
    weight: Term | None = None
    score: Term | None = None
    rate: Term | None = None
    deduction: Term | None = None
    closing: bool = False


@cache
def _patterns() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]], list[re.Pattern[str]]]:
    """The forms of a statement with its weight, of a closing one, the fullest first, and of what a heading puts in
    brackets."""
    link = _WORDS["link"]
    weight = rf"(?:{_WORDS['weight']}){link}(?P<weight>{_NUMBER})\s*分?(?![\d%年月个])"
    score = rf"(?:{_WORDS['score']}){link}(?:[\d.%*×÷/()（）+ -]+[=＝]\s*)?(?P<score>{_NUMBER})\s*分(?!之|钟|值|类|别)"
    rate = rf"得分率{link}(?:达到?|约)?(?P<rate>{_NUMBER})\s*%"
    deduction = rf"{_WORDS['deduction']}(?P<deduction>{_NUMBER})\s*分"
    lost = rf"(?:[，,、]\s*(?:共|合计|共计)?{deduction})?"
    plain = rf"(?P<weight>{_NUMBER})\s*分"
    share_of_whole = rf"权重{link}(?P<weight>{_NUMBER})\s*%"
    full = (
        rf"{weight}(?:{_GAP}{score}{lost})?(?:{_GAP}{rate})?",
        rf"{score}\s*[，,、/（(]\s*{weight}(?:{_GAP}{rate})?",
        rf"[（(]\s*{plain}\s*[)）]\s*[，,：:]?\s*{score}(?:{_GAP}{rate})?",
        rf"(?<=[^扣得除减掉失分\s\d.]{{2}}){plain}[，,、]\s*{score}[，,、]\s*{rate}",
        rf"(?:(?<=指标)|(?<=部分)|(?<=类)){plain}[，,]\s*{score}",
        rf"(?<=[\u4e00-\u9fff]){plain}\s*[/／]\s*(?:实|评)?得分?\s*(?P<score>{_NUMBER})\s*分",
        rf"{share_of_whole}[，,、]\s*{score}(?:{_GAP}{rate})?",
    )
    begins = rf"(?:(?:{_WORDS['subject']})|(?:^|(?<=[，。；;,])))\s*"
    closings = (
        rf"{deduction}[，,、；;]\s*(?:{_WORDS['subject']})\s*{score}(?:{_GAP}{rate})?",
        rf"(?:{_WORDS['subject']})\s*(?:{deduction}{_GAP})?{score}(?:{_GAP}{rate})?",
        rf"{begins}(?:{deduction}{_GAP})?{rate}[，,、\s]*{score}",
        rf"{begins}(?:{deduction}{_GAP})?{score}[，,。、\s]*{rate}",
        rf"(?:(?:{_WORDS['subject']})|(?:^|(?<=[。；;])))\s*{rate}",
        rf"(?!{_WORDS['of_item']})(?:{_WORDS['subject']})\s*{deduction}",
        rf"{_WORDS['awarded']}\s*(?P<score>{_NUMBER})\s*分",
    )
    share = rf"[（(\[【]\s*(?P<score>{_NUMBER})\s*分?\s*/\s*{plain}\s*[)）\]】]\s*[:：。]?\s*$"
    bracket = rf"[（(\[【]\s*(?P<weight>{_NUMBER})\s*分\s*(?:[，,、/；;]\s*{score}\s*)?[)）\]】]\s*[:：。]?\s*$"
    return [re.compile(f) for f in full], [re.compile(f) for f in closings], [re.compile(f) for f in (bracket, share)]


def read_points(document: Document, block: int) -> list[Points]:
    """The statements of one paragraph or heading, in order."""
    paragraph = document.blocks[block]
    if not isinstance(paragraph, Paragraph) or "分" not in paragraph.text:
        return []
    text = paragraph.text.translate(FOLD)
    _, closings, _ = _patterns()
    found = [_points(document, block, m) for m in _weighted(text)]
    found = [p for p in found if p.score or p.rate or isinstance(paragraph, Heading)]
    if not found:
        bracketed = [_points(document, block, m) for m in _bracketed(text)]
        found += [p for p in bracketed if isinstance(paragraph, Heading) or (p.score and _is_whole_line(text, p.span))]
    for closing in closings:
        for m in closing.finditer(text):
            if not any(p.span[0] < m.end() and m.start() < p.span[1] for p in found) and not _is_rule(text, m):
                found.append(replace(_points(document, block, m), closing=True))
    return sorted(found, key=lambda p: p.span)


def _weighted(text: str) -> list[re.Match[str]]:
    """The statements with a weight, none over another: the one that begins first, of those the longest. A weight in per
    cent is one in points only where the score lies within it: else that is out of 100."""
    every = [m for pattern in _patterns()[0] for m in pattern.finditer(text) if not _is_out_of_hundred(text, m)]
    chosen: list[re.Match[str]] = []
    for m in sorted(every, key=lambda m: (m.start(), -m.end())):
        if not chosen or m.start() >= chosen[-1].end():
            chosen.append(m)
    return chosen


def _is_out_of_hundred(text: str, m: re.Match[str]) -> bool:
    in_percent = text[m.end("weight") :].lstrip().startswith("%")
    return in_percent and Decimal(m["score"]) > Decimal(m["weight"])


def _is_rule(text: str, m: re.Match[str]) -> bool:
    """Whether a deduction is one that the criteria threaten with, not one that was made."""
    made = m.groupdict().get("deduction") is not None
    return made and _speaks_of_rule(text[: m.start("deduction")])


def _speaks_of_rule(before: str) -> bool:
    return bool(re.search(_WORDS["rule"], re.split(r"[，。；,;“]", before)[-1]))


def listed_scores(document: Document, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The scores of dimensions that a sentence lists by name, each once: 决策得12.5分、过程得20.3分、…."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    if "分" not in paragraph.text or isinstance(paragraph, Heading) or document.zone_of(block) == "contents":
        return []
    text = paragraph.text.translate(FOLD)
    return [
        (m["name"], text_term(document, block, start + m.start("score"), start + m.end("score"), _ROLES["score"], name))
        for start, sentence, here in _listings(text, names)
        if not _weighs(here) and not re.search(_WORDS["not_listed"], sentence)
        for m in here
        if (name := key(m["name"]))
    ]


def _listings(text: str, names: set[str]) -> Iterator[tuple[int, str, list[re.Match[str]]]]:
    """The sentences that give several dimensions a number of points each, each once: where they begin, and the points."""
    weights = {m.start("weight") for m in _weighted(text)}
    for sentence in re.finditer(r"[^。]+", text):
        here = [
            m
            for m in re.finditer(_WORDS["listed"], sentence.group())
            if key(m["name"]) in names and sentence.start() + m.start("score") not in weights
        ]
        if len(here) >= _FEWEST_LISTED and len({key(m["name"]) for m in here}) == len(here):
            yield sentence.start(), sentence.group(), here


def _weighs(here: list[re.Match[str]]) -> bool:
    """总分为100分，其中决策12分…: what can be had, not what was got."""
    return sum(Decimal(m["score"]) for m in here) == _HUNDRED


def summed_up(document: Document, block: int, names: set[str]) -> list[tuple[str, Term, Term | None]]:
    """Indicators of these names that a sentence of a paragraph gives their score, with the rate where it has one:
    管理部分得分21.88分，得分率84.15%."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    if "分" not in paragraph.text or document.zone_of(block) == "contents":
        return []
    text = paragraph.text.translate(FOLD)
    taken = [m.span() for m in _weighted(text)]
    out = []
    for m in re.finditer(_WORDS["summed_up"], text):
        sentence = re.split(r"[。；;]", text[: m.start("name")])[-1]
        name = key(m["name"])
        known = name in names and not re.search(_WORDS["not_summed_up"], sentence + m["name"])
        if known and not any(start < m.end("score") and m.start("score") < end for start, end in taken):
            score = text_term(document, block, *m.span("score"), _ROLES["score"], name)
            rate = text_term(document, block, *m.span("rate"), _ROLES["rate"], name) if m["rate"] else None
            out.append((name, score, rate))
    return out


def listed_weights(document: Document, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The weights of dimensions as a sentence gives them: each with the word, or several in brackets or in turn."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    text = paragraph.text.translate(FOLD)
    if document.zone_of(block) == "contents" or not re.search("权重|分|[（(]", text):
        return []
    found = [(m["name"], *m.span("weight")) for m in re.finditer(_WORDS["weighed"], text)]
    for at, sentence, here in _listings(text, names):
        if _weighs(here) or (re.search(_WORDS["designs"], sentence) and not re.search(_WORDS["got"], sentence)):
            found += [(m["name"], at + m.start("score"), at + m.end("score")) for m in here]
    brackets = [(m["name"], *m.span("weight")) for m in re.finditer(_WORDS["bracketed"], text)]
    if (
        not isinstance(paragraph, Heading)
        and len({_known(name, names) for name, *_ in brackets} - {""}) >= _FEWEST_LISTED
    ):
        found += brackets
    for m in re.finditer(_WORDS["respectively"], text):
        labels = sorted((n for n in names if n in m["before"]), key=m["before"].rfind)
        weights = list(re.finditer(_NUMBER, m["weights"]))
        if len(labels) == len(weights):
            at = m.start("weights")
            found += [(name, at + w.start(), at + w.end()) for name, w in zip(labels, weights, strict=True)]
    return [
        (name, text_term(document, block, start, end, "权重", name))
        for text_name, start, end in found
        if (name := _known(text_name, names))
    ]


def listed_rates(document: Document, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The rates of dimensions that a sentence gives in turn: 决策、过程的得分率分别为80%、75%."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    text = paragraph.text.translate(FOLD)
    found: list[tuple[str, Term]] = []
    for m in re.finditer(_WORDS["rates"], text) if "得分率" in text and document.zone_of(block) != "contents" else ():
        labels = sorted((n for n in names if n in m["before"]), key=m["before"].rfind)
        rates = list(re.finditer(_NUMBER, m["rates"]))
        if len(labels) == len(rates):
            at = m.start("rates")
            spans = [(at + r.start(), at + r.end()) for r in rates]
            found += [
                (n, text_term(document, block, *s, _ROLES["rate"], n)) for n, s in zip(labels, spans, strict=True)
            ]
    return found


def _known(name: str, names: set[str]) -> str:
    """The known name that a text ends in, "" where it ends in none: 共设置决策 is 决策."""
    return max((n for n in names if key(name).endswith(n)), key=len, default="")


_ROLES = {"weight": "满分", "score": "得分", "rate": "得分率", "deduction": "扣分"}


def _points(document: Document, block: int, m: re.Match[str]) -> Points:
    terms: dict[str, Term] = {}
    called = _called(document, block, m)
    for name, text in m.groupdict().items():
        if text is not None:
            terms[name] = text_term(document, block, *m.span(name), _ROLES[name], called)
    weight, score, rate, deduction = (terms.get(role) for role in _ROLES)
    return Points(block, m.span(), weight, score, rate, deduction)


def _called(document: Document, block: int, m: re.Match[str]) -> str:
    """The indicator that a statement with a weight names itself, where it is another than its section's."""
    paragraph, section = document.blocks[block], document.section_of(block)
    if not isinstance(paragraph, Paragraph) or isinstance(paragraph, Heading) or not m.groupdict().get("weight"):
        return ""
    points = Points(block, m.span())
    if section and _speaks_of(section, paragraph, points):
        return ""
    return re.sub(_WORDS["item"], "", name_before(paragraph, points))


def text_term(document: Document, block: int, start: int, end: int, role: str, called: str = "") -> Term:
    """The number at these characters of a paragraph as a term; `role` says in Chinese what it is, `called` whose it is
    where it is not the section's."""
    paragraph = document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    figure = next((f for f in find(paragraph.text) if f.start <= start < f.end), None)
    in_percent = role != _ROLES["weight"] and paragraph.text[end : end + 2].strip()[:1] in ("%", "％")
    unit = "%" if in_percent else "分"
    if figure is None or figure.end != end or (figure.unit == "%" and not in_percent):
        figure = _bare(paragraph.text, start, end)
    section = document.section_of(block)
    owner = called or (indicator_name(section.title) if section else "")
    name = f"“{owner}”" if owner else ""
    label = f"{name}{'标题' if isinstance(paragraph, Heading) else '正文'}{role}"
    return term(figure, text_evidence(document, block, start, end), (block, start), label, unit)


def indicator_name(title: str) -> str:
    """A heading without the points that it states: 立项依据充分性（满分3分，实得3分） is 立项依据充分性."""
    folded = title.translate(FOLD)
    m = next(iter(_weighted(folded)), None) or next(filter(None, (b.search(folded) for b in _patterns()[2])), None)
    return re.sub(r"\s+", "", title[: m.start()] if m else title).strip("（(，,：:。")


def key(name: str) -> str:
    """The bare name: no numbering, points, blanks or marks; 项目决策情况 and 决策类指标 are 决策."""
    bare = re.sub(r"[\W_\u2460-\u24ff]+", "", indicator_name(name))
    while True:
        shorter = re.sub(_NAMES["after"], "", re.sub(_NAMES["before"], "", bare))
        if shorter == bare or len(shorter) < 2:
            return bare
        bare = shorter


def name_before(paragraph: Paragraph, points: Points) -> str:
    """What the sentence calls the indicator whose points follow: 目标设定情况，满分10分 speaks of 目标设定情况."""
    before = paragraph.text[: points.span[0]].rstrip(" 　，：:（(")
    if len(before) <= _LONGEST_NAME:
        before = before.rstrip("。")  # （二）过程指标。满分25分
    return re.split(r"[，。；：、,;:（(）)]", before)[-1].strip()


def _speaks_of(section: Section, paragraph: Paragraph, points: Points) -> bool:
    """Whether a statement below a heading is of the heading's own indicator, not of one that the sentence names."""
    if points.closing:
        return points.block == section.start or re.match(_WORDS["numbered"], paragraph.text) is None
    name, title = key(name_before(paragraph, points)), key(section.title)
    if isinstance(paragraph, Heading) or not name or re.search(_WORDS["own"], name):
        return True
    return name.endswith(title) or title.endswith(name)


def _bare(text: str, start: int, end: int) -> Figure:
    [figure] = find(text[start:end])
    return replace(figure, start=start, end=end, stop=end)


def deductions(document: Document, block: int) -> list[Term]:
    """Deductions that a paragraph says were made; rules that would deduct are left out."""
    paragraph = document.blocks[block]
    if not isinstance(paragraph, Paragraph):
        return []
    return [text_term(document, block, *span, _ROLES["deduction"]) for span in deduction_spans(paragraph.text)]


def deduction_spans(text: str) -> list[tuple[int, int]]:
    """Where a text has the points that it says were deducted."""
    text = text.translate(FOLD)
    every = re.finditer(rf"{_WORDS['deduction']}({_NUMBER})\s*分", text)
    return [m.span(1) for m in every if not _speaks_of_rule(text[: m.start()])]


def own_blocks(document: Document, section: Section) -> list[int]:
    """The blocks of a section before its first subsection, its heading first."""
    following = bisect_right(document.sections, section.start, key=lambda s: s.start)
    stop = document.sections[following].start if following < len(document.sections) else section.end
    return list(range(section.start, min(section.end, stop)))


def subsections(document: Document) -> Iterator[tuple[Section, list[Section]]]:
    """Each section of the outline with those right below it."""
    below: list[list[Section]] = [[] for _ in document.sections]
    for section in document.sections:
        if section.parent is not None:
            below[section.parent].append(section)
    return zip(document.sections, below, strict=True)


def stated_points(document: Document, section: Section) -> Points | None:
    """The points of a section's own indicator: in its heading, or in the only statement with a weight below it."""
    blocks = own_blocks(document, section)
    if section.level == 0 or not blocks:
        return None
    heading = [p for p in read_points(document, blocks[0]) if p.weight]
    if heading:
        return heading[0] if len(heading) == 1 else None
    below = [p for block in blocks[1:_MOST_OWN_BLOCKS] for p in read_own_points(document, section, block) if p.weight]
    return below[0] if len(below) == 1 else None


def read_own_points(document: Document, section: Section, block: int) -> list[Points]:
    """The statements of a paragraph that speak of the section's own indicator."""
    paragraph = document.blocks[block]
    if not isinstance(paragraph, Paragraph):
        return []
    return [p for p in read_points(document, block) if _speaks_of(section, paragraph, p)]


def own_points(document: Document, section: Section) -> Iterator[Points]:
    """The statements that speak of the section's own indicator, up to an item that opens another one with its points:
    what is said below that closes the item. Paragraphs that each close with another score than the heading's speak of
    several indicators, none the section's."""
    found: list[Points] = []
    for block in own_blocks(document, section):
        if block > section.start and _opens_another(document, section, block):
            break
        found += read_own_points(document, section, block)
    scores = {(p.block, p.score.value) for p in found if p.closing and p.score and p.block != section.start}
    opening = {p.score.value for p in found if p.block == section.start and p.score}
    certain = len({block for block, _ in scores}) < 2 or {score for _, score in scores} <= opening
    for p in found:
        if certain or not p.closing or p.block == section.start:
            yield p


def _opens_another(document: Document, section: Section, block: int) -> bool:
    """Whether a paragraph begins with the points of another indicator: one with a number of its own, or a line that
    holds nothing but its name and its points."""
    paragraph = document.blocks[block]
    if not isinstance(paragraph, Paragraph):
        return False
    text = paragraph.text.translate(FOLD)
    stated = (_weighted(text) or _bracketed(text))[:1]
    is_item = re.match(_WORDS["item"], text) or any(_is_whole_line(text, m.span()) for m in stated)
    return bool(is_item) and any(not _speaks_of(section, paragraph, Points(block, m.span())) for m in stated)


def _bracketed(text: str) -> list[re.Match[str]]:
    """The points that a text puts in brackets at its end."""
    return [m for bracket in _patterns()[2] if (m := bracket.search(text))]


def _is_whole_line(text: str, span: tuple[int, int]) -> bool:
    """Whether a text is no more than a name with these points."""
    return (
        "。" not in text[: span[0]].rstrip("。 ")
        and len(text) <= _LONGEST_LINE
        and not re.search(r"\w", text[span[1] :])
    )


def closing_points(document: Document, section: Section) -> list[Points]:
    """What the text of a section says its own indicator got, after its heading."""
    return [p for p in own_points(document, section) if p.closing and p.block != section.start]


def sections_with_points(document: Document) -> Iterator[tuple[Section, Points]]:
    for section in document.sections:
        if section.zone != "contents" and (points := stated_points(document, section)):
            yield section, points
