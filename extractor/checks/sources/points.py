"""Points stated in running text: 满分14分，得分12分，得分率85.71%, and those that close a section: 本项指标扣2分，得3分."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property, lru_cache, partial
from operator import attrgetter

from extractor.checks.engine.proposal import Term, term
from extractor.data import load, pattern
from extractor.document import Document, Heading, Paragraph, Section, text_evidence
from extractor.language import squeeze
from extractor.quantity import Figure, find, fold

_WORDS = load("checks")["points"]
_compiled = partial(pattern, "checks", "points")
_NAMES = load("checks")["names"]
_MOST_OWN_BLOCKS = 12
_FEWEST_LISTED = 3
_LONGEST_NAME = 20  # with its number
_SHORTEST_ENDING = 3
_LONGEST_LINE = 40  # that holds the name of an indicator and its points
_HUNDRED = Decimal(100)
_NUMBER = r"\d+(?:\.\d+)?"
_START = attrgetter("start")
_CLAUSES = re.compile(r"[，。；,;“]")
_MARKS = re.compile(r"[\W_\u2460-\u24ff]+")
_BEFORE, _AFTER = re.compile(_NAMES["before"]), re.compile(_NAMES["after"])
_WORD = re.compile(r"\w")
_ASIDE = re.compile(r"(?<=[^\d\s.、．])[（(][^（()）]*[)）]$")  # 惠及4万人（40000人），标准分8分: no end of a name
_SENTENCES = re.compile(r"[^。]+")
_DIGIT = re.compile(r"\d")
_STATED = re.compile(r"\d\s*[分%]")
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


@dataclass(frozen=True)
class Prose:
    """The running text of a document, each paragraph read for points once."""

    document: Document

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of each block, folded; empty for tables."""
        return tuple(fold(b.text) if isinstance(b, Paragraph) else "" for b in self.document.blocks)

    def figures(self, block: int) -> list[Figure]:
        """The numbers of a paragraph, read when first asked for."""
        if block not in self._figures:
            paragraph = self.document.blocks[block]
            self._figures[block] = find(paragraph.text) if isinstance(paragraph, Paragraph) else []
        return self._figures[block]

    @cached_property
    def _figures(self) -> dict[int, list[Figure]]:
        return {}

    @cached_property
    def counting(self) -> tuple[int, ...]:
        """The blocks outside the table of contents that hold points or per cent."""
        zone = self.document.zone_of
        return tuple(b for b, text in enumerate(self.texts) if _STATED.search(text) and zone(b) != "contents")

    @cached_property
    def points(self) -> tuple[tuple[Points, ...], ...]:
        """The statements of each block, in order."""
        return tuple(tuple(_read_points(self, block)) for block in range(len(self.texts)))

    @cached_property
    def stated(self) -> tuple[tuple[Section, Points], ...]:
        """The sections whose headings or first sentences state the points of their own indicator, with those."""
        sections = (s for s in self.document.sections if s.zone != "contents")
        return tuple((s, points) for s in sections if (points := stated_points(self, s)))


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


def _read_points(prose: Prose, block: int) -> list[Points]:
    """The statements of one paragraph or heading, in order."""
    text = prose.texts[block]
    if "分" not in text or not _DIGIT.search(text):
        return []
    heading = isinstance(prose.document.blocks[block], Heading)
    found = [_points(prose, block, m) for m in _weighted(text)]
    found = [p for p in found if p.score or p.rate or heading]
    if not found:
        bracketed = [_points(prose, block, m) for m in _bracketed(text)]
        found += [p for p in bracketed if heading or (p.score and _is_whole_line(text, p.span))]
    for closing in _patterns()[1] if _STATED.search(text) else ():
        for m in closing.finditer(text):
            if not any(p.span[0] < m.end() and m.start() < p.span[1] for p in found) and not _is_rule(text, m):
                found.append(replace(_points(prose, block, m), closing=True))
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
    return in_percent and m["score"] is not None and Decimal(m["score"]) > Decimal(m["weight"])


def _is_rule(text: str, m: re.Match[str]) -> bool:
    """Whether a deduction is one that the criteria threaten with, not one that was made."""
    made = m.groupdict().get("deduction") is not None
    return made and _speaks_of_rule(text[: m.start("deduction")])


def _speaks_of_rule(before: str) -> bool:
    return bool(_compiled("rule").search(_last_clause(before)))


def _last_clause(before: str) -> str:
    return _CLAUSES.split(before)[-1]


def listed_scores(prose: Prose, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The scores of dimensions that a sentence lists by name, each once: 决策得12.5分、过程得20.3分、…."""
    if isinstance(prose.document.blocks[block], Heading):
        return []
    return [
        (m["name"], text_term(prose, block, start + m.start("score"), start + m.end("score"), _ROLES["score"], name))
        for start, sentence, here in _listings(prose.texts[block], names)
        if not _weighs(here) and not _compiled("not_listed").search(sentence)
        for m in here
        if (name := key(m["name"]))
    ]


def _listings(text: str, names: set[str]) -> Iterator[tuple[int, str, list[re.Match[str]]]]:
    """The sentences that give several dimensions a number of points each, each once: where they begin, and the points."""
    for sentence in _SENTENCES.finditer(text) if _states_several(text) else ():
        found = _compiled("listed").finditer(sentence.group()) if _states_several(sentence.group()) else ()
        here = [m for m in found if key(m["name"]) in names]
        if len(here) >= _FEWEST_LISTED:
            weights = {m.start("weight") - sentence.start() for m in _weighted(text)}
            here = [m for m in here if m.start("score") not in weights]
        if len(here) >= _FEWEST_LISTED and len({key(m["name"]) for m in here}) == len(here):
            yield sentence.start(), sentence.group(), here


def _states_several(text: str) -> bool:
    """Whether a text has as many numbers of points or per cent as a list of dimensions."""
    return len(_STATED.findall(text)) >= _FEWEST_LISTED


def _weighs(here: list[re.Match[str]]) -> bool:
    """总分为100分，其中决策12分…: what can be had, not what was got."""
    return sum(Decimal(m["score"]) for m in here) == _HUNDRED


def summed_up(prose: Prose, block: int, names: set[str]) -> list[tuple[str, Term, Term | None]]:
    """Indicators of these names that a sentence of a paragraph gives their score, with the rate where it has one:
    管理部分得分21.88分，得分率84.15%."""
    text = prose.texts[block]
    out = []
    for m in _compiled("summed_up").finditer(text):
        name = key(m["name"])
        if name not in names or _compiled("not_summed_up").search(_last_sentence(text[: m.start("name")]) + m["name"]):
            continue
        if not any(w.start() < m.end("score") and m.start("score") < w.end() for w in _weighted(text)):
            score = text_term(prose, block, *m.span("score"), _ROLES["score"], name)
            rate = text_term(prose, block, *m.span("rate"), _ROLES["rate"], name) if m["rate"] else None
            out.append((name, score, rate))
    return out


def _last_sentence(before: str) -> str:
    return before[max(before.rfind(mark) for mark in "。；;") + 1 :]


def listed_weights(prose: Prose, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The weights of dimensions as a sentence gives them: each with the word, or several in brackets or in turn."""
    text = prose.texts[block]
    found = [(m["name"], *m.span("weight")) for m in _compiled("weighed").finditer(text)]
    if _states_several(text):
        found += _weights_in_turn(text, names, isinstance(prose.document.blocks[block], Heading))
    return [
        (name, text_term(prose, block, start, end, "权重", name))
        for text_name, start, end in found
        if (name := _known(text_name, names))
    ]


def _weights_in_turn(text: str, names: set[str], heading: bool) -> Iterator[tuple[str, int, int]]:
    """Names with the span of their weight, where a text gives those of several: in a list, in brackets, or behind all
    names."""
    for at, sentence, here in _listings(text, names):
        if _weighs(here) or (_compiled("designs").search(sentence) and not _compiled("got").search(sentence)):
            yield from ((m["name"], at + m.start("score"), at + m.end("score")) for m in here)
    brackets = [] if heading else [(m["name"], *m.span("weight")) for m in _compiled("bracketed").finditer(text)]
    if len({_known(name, names) for name, *_ in brackets} - {""}) >= _FEWEST_LISTED:
        yield from brackets
    yield from _in_turn(text, "respectively", "weights", names)


def _in_turn(text: str, form: str, group: str, names: set[str]) -> Iterator[tuple[str, int, int]]:
    """Names and the spans of the numbers that are given to them in turn: 决策、过程的得分率分别为80%、75%."""
    for m in _compiled(form).finditer(text):
        labels = sorted((n for n in names if n in m["before"]), key=m["before"].rfind)
        numbers = list(re.finditer(_NUMBER, m[group]))
        if len(labels) == len(numbers):
            at = m.start(group)
            yield from ((n, at + x.start(), at + x.end()) for n, x in zip(labels, numbers, strict=True))


def listed_rates(prose: Prose, block: int, names: set[str]) -> list[tuple[str, Term]]:
    """The rates of dimensions that a sentence gives in turn: 决策、过程的得分率分别为80%、75%."""
    text = prose.texts[block]
    if "得分率" not in text or not _states_several(text):
        return []
    found = _in_turn(text, "rates", "rates", names)
    return [(n, text_term(prose, block, start, end, _ROLES["rate"], n)) for n, start, end in found]


def _known(name: str, names: set[str]) -> str:
    """The known name that a text ends in, "" where it ends in none: 共设置决策 is 决策."""
    return max((n for n in names if key(name).endswith(n)), key=len, default="")


_ROLES = {"weight": "满分", "score": "得分", "rate": "得分率", "deduction": "扣分"}


def _points(prose: Prose, block: int, m: re.Match[str]) -> Points:
    called = _called(prose, block, m)
    terms = {
        name: text_term(prose, block, *m.span(name), _ROLES[name], called)
        for name, text in m.groupdict().items()
        if text is not None
    }
    weight, score, rate, deduction = (terms.get(role) for role in _ROLES)
    return Points(block, m.span(), weight, score, rate, deduction)


def _called(prose: Prose, block: int, m: re.Match[str]) -> str:
    """The indicator that a statement with a weight names itself, where it is another than its section's."""
    paragraph, section = prose.document.blocks[block], prose.document.section_of(block)
    if not isinstance(paragraph, Paragraph) or isinstance(paragraph, Heading) or not m.groupdict().get("weight"):
        return ""
    points = Points(block, m.span())
    if section and _speaks_of(section, paragraph, points):
        return ""
    return _compiled("item").sub("", name_before(paragraph, points))


def text_term(prose: Prose, block: int, start: int, end: int, role: str, called: str = "") -> Term:
    """The number at these characters of a paragraph as a term; `role` says in Chinese what it is, `called` whose it is
    where it is not the section's."""
    paragraph = prose.document.blocks[block]
    assert isinstance(paragraph, Paragraph)
    figure = next((f for f in prose.figures(block) if f.start <= start < f.end), None)
    in_percent = role != _ROLES["weight"] and paragraph.text[end : end + 2].strip()[:1] in ("%", "％")
    unit = "%" if in_percent else "分"
    if figure is None or figure.end != end or (figure.unit == "%" and not in_percent):
        figure = _bare(paragraph.text, start, end)
    section = prose.document.section_of(block)
    owner = called or (indicator_name(section.title) if section else "")
    name = f"“{owner}”" if owner else ""
    label = f"{name}{'标题' if isinstance(paragraph, Heading) else '正文'}{role}"
    return term(figure, text_evidence(prose.document, block, start, end), (block, start), label, unit)


@lru_cache(maxsize=1 << 12)
def indicator_name(title: str) -> str:
    """A heading without the points that it states: 立项依据充分性（满分3分，实得3分） is 立项依据充分性."""
    folded = fold(title)
    stated = (_weighted(folded) or _bracketed(folded)) if _DIGIT.search(title) else []
    m = stated[0] if stated else None
    return squeeze(title[: m.start()] if m else title).strip("（(，,：:。")


@lru_cache(maxsize=1 << 13)
def key(name: str) -> str:
    """The bare name: no numbering, points, blanks or marks; 项目决策情况 and 决策类指标 are 决策."""
    bare = _MARKS.sub("", indicator_name(name))
    while True:
        shorter = _AFTER.sub("", _BEFORE.sub("", bare))
        if shorter == bare or len(shorter) < 2:
            return bare
        bare = shorter


def name_before(paragraph: Paragraph, points: Points) -> str:
    """What the sentence calls the indicator whose points follow: 目标设定情况，满分10分 speaks of 目标设定情况."""
    before = paragraph.text[: points.span[0]].rstrip(" 　，：:（(")
    if len(before) <= _LONGEST_NAME:
        before = before.rstrip("。")  # （二）过程指标。满分25分
    return re.split(r"[，。；：、,;:（(）)]", _ASIDE.sub("", before))[-1].strip()


def _speaks_of(section: Section, paragraph: Paragraph, points: Points) -> bool:
    """Whether a statement below a heading is of the heading's own indicator, not of one that the sentence names."""
    if points.closing:
        return points.block == section.start or _compiled("numbered").match(paragraph.text) is None
    name, title = key(name_before(paragraph, points)), key(section.title)
    if _compiled("this").match(name) and points.block != section.start and _is_titled_item(paragraph, title):
        return False
    if isinstance(paragraph, Heading) or not name or _compiled("own").search(name):
        return True
    # 消费者权益维护效果 is not 效果: a word of all indicators tells none by its ending.
    return (name.endswith(title) and len(title) >= _SHORTEST_ENDING) or title.endswith(name)


def _is_titled_item(paragraph: Paragraph, title: str) -> bool:
    """Whether a paragraph begins with the number and the name of an indicator of its own: 2.预算配置。…本指标3分，得3分。"""
    m = _compiled("titled_item").match(paragraph.text)
    return m is not None and key(m["name"]) != title


def _bare(text: str, start: int, end: int) -> Figure:
    [figure] = find(text[start:end])
    return replace(figure, start=start, end=end, stop=end)


def deductions(prose: Prose, block: int) -> list[Term]:
    """Deductions that a paragraph says were made; rules that would deduct are left out."""
    spans = deduction_spans(prose.texts[block])
    return [text_term(prose, block, *span, _ROLES["deduction"]) for span in spans]


@cache
def _deduction() -> re.Pattern[str]:
    return re.compile(rf"{_WORDS['deduction']}({_NUMBER})\s*分")


def deduction_spans(text: str) -> list[tuple[int, int]]:
    """Where a text has the points that it says were deducted."""
    text = fold(text)
    return [m.span(1) for m in _deduction().finditer(text) if not _speaks_of_rule(text[: m.start()])]


def own_blocks(document: Document, section: Section) -> list[int]:
    """The blocks of a section before its first subsection, its heading first."""
    following = bisect_right(document.sections, section.start, key=_START)
    stop = document.sections[following].start if following < len(document.sections) else section.end
    return list(range(section.start, min(section.end, stop)))


def subsections(document: Document) -> Iterator[tuple[Section, list[Section]]]:
    """Each section of the outline with those right below it."""
    below: list[list[Section]] = [[] for _ in document.sections]
    for section in document.sections:
        if section.parent is not None:
            below[section.parent].append(section)
    return zip(document.sections, below, strict=True)


def stated_points(prose: Prose, section: Section) -> Points | None:
    """The points of a section's own indicator: in its heading, or in the only statement with a weight below it. Others
    that call it this indicator and give it the same weight only repeat it: 该项指标满分3分，得2分。……本项指标满分3分，得2分。"""
    blocks = own_blocks(prose.document, section)
    if section.level == 0 or not blocks:
        return None
    heading = [p for p in prose.points[blocks[0]] if p.weight]
    if heading:
        return heading[0] if len(heading) == 1 else None
    below = [p for block in blocks[1:_MOST_OWN_BLOCKS] for p in read_own_points(prose, section, block) if p.weight]
    return below[0] if below and all(_restates(prose, p, below[0]) for p in below[1:]) else None


def _restates(prose: Prose, points: Points, first: Points) -> bool:
    paragraph = prose.document.blocks[points.block]
    assert isinstance(paragraph, Paragraph) and points.weight and first.weight
    own = _compiled("own").search(key(name_before(paragraph, points)))
    return bool(own) and points.weight.value == first.weight.value


def read_own_points(prose: Prose, section: Section, block: int) -> list[Points]:
    """The statements of a paragraph that speak of the section's own indicator."""
    paragraph = prose.document.blocks[block]
    return [p for p in prose.points[block] if isinstance(paragraph, Paragraph) and _speaks_of(section, paragraph, p)]


def own_points(prose: Prose, section: Section) -> Iterator[Points]:
    """The statements that speak of the section's own indicator, up to an item that opens another one with its points:
    what is said below that closes the item. Paragraphs that each close with another score than the heading's speak of
    several indicators, none the section's."""
    found: list[Points] = []
    for block in own_blocks(prose.document, section):
        if block > section.start and _opens_another(prose, section, block):
            break
        found += read_own_points(prose, section, block)
    scores = {(p.block, p.score.value) for p in found if p.closing and p.score and p.block != section.start}
    opening = {p.score.value for p in found if p.block == section.start and p.score}
    certain = len({block for block, _ in scores}) < 2 or {score for _, score in scores} <= opening
    for p in found:
        if certain or not p.closing or p.block == section.start:
            yield p


def _opens_another(prose: Prose, section: Section, block: int) -> bool:
    """Whether a paragraph begins with the points of another indicator: one with a number of its own, or a line that
    holds nothing but its name and its points."""
    paragraph, text = prose.document.blocks[block], prose.texts[block]
    if not isinstance(paragraph, Paragraph) or not _DIGIT.search(text):
        return False
    is_item = _compiled("item").match(text)
    if not is_item and len(text) > _LONGEST_LINE:
        return False
    stated = (_weighted(text) or _bracketed(text))[:1]
    opens = is_item or any(_is_whole_line(text, m.span()) for m in stated)
    return bool(opens) and any(not _speaks_of(section, paragraph, Points(block, m.span())) for m in stated)


def _bracketed(text: str) -> list[re.Match[str]]:
    """The points that a text puts in brackets at its end."""
    return [m for bracket in _patterns()[2] if (m := bracket.search(text))]


def _is_whole_line(text: str, span: tuple[int, int]) -> bool:
    """Whether a text is no more than a name with these points."""
    return "。" not in text[: span[0]].rstrip("。 ") and len(text) <= _LONGEST_LINE and not _WORD.search(text, span[1])


def closing_points(prose: Prose, section: Section) -> list[Points]:
    """What the text of a section says its own indicator got, after its heading."""
    return [p for p in own_points(prose, section) if p.closing and p.block != section.start]
