"""Claims of how many there are (4个三级指标, 以下三个方面) and what is listed before, behind or below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.reading import Passage
from extractor.data import load
from extractor.language import tokens
from extractor.layout import chinese_number, numbering

_SETTINGS = load("count_claim")
_NUMBER = re.compile(_SETTINGS["number"])
_NAME = re.compile(_SETTINGS["name"])
_JOINT = re.compile(_SETTINGS["joint"])
_OPEN = re.compile(_SETTINGS["open"])
_OPENED = re.compile(_SETTINGS["opened"])
_LEAD = frozenset(_SETTINGS["lead"])
_LED = re.compile(_SETTINGS["led"])
_NAMED = re.compile(_SETTINGS["named"])
_GOES_ON = re.compile(_SETTINGS["goes_on"])
_AFTER = re.compile(_SETTINGS["after"])
_ORDINALS = tuple(map(re.compile, _SETTINGS["ordinals"]))
_LEVELS = (re.compile(_SETTINGS["level_after"]), re.compile(_SETTINGS["level_before"]))
_BOTH = re.compile(r"以及|[和与及]")
_LONGEST_ITEM: int = _SETTINGS["longest_item"]
_BREAKS = "，。；：:;！？!?\n\t"
_OPENING, _CLOSING = "（(“‘《〈【「", "）)”’》〉】」"
_FARTHEST = 60
_LONGEST_LIST = 400


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of things in a passage: `name` is what follows number and unit (三级指标), `end` where that begins."""

    passage: Passage
    start: int
    end: int
    number: int
    text: str
    name: str

    def term(self, label: str = "") -> Term:
        return plain_term(self.passage, self.start, self.text, self.number, label or f"“{self.name or '所列'}”的个数")


@dataclass(frozen=True, slots=True)
class Listed:
    """The things that a list names, those in the last item with 和 once together (`items`) and once apart (`parted`);
    `most` is how many they can be where every 和 parts two. `open` tells that more were left out, `sure` that the list
    is said to be one, `named` that it is said to be what the number counts (即, 分别为)."""

    items: tuple[Term, ...]
    parted: tuple[Term, ...]
    most: int
    open: bool = False
    sure: bool = False
    named: bool = False

    def of(self, number: int) -> tuple[Term, ...] | None:
        """The things as so many, None where they cannot be."""
        fitting = [terms for terms in (self.items, self.parted) if len(terms) == number]
        return fitting[0] if fitting else self.items if len(self.items) < number <= self.most else None


@dataclass(frozen=True, slots=True)
class LevelClaim:
    """4个一级指标: how many indicators of a level."""

    level: int
    claim: Claim


def plain_term(passage: Passage, start: int, text: str, number: int, label: str) -> Term:
    """Words or a numeral of the passage as a term that stands for a number of things."""
    evidence = passage.evidence(start, start + len(text))
    return Term(text, Decimal(number), None, 0, evidence, passage.place(start), label, True)


def claims(passage: Passage) -> list[Claim]:
    """Every claim of the passage in its order."""
    out = []
    for m in _NUMBER.finditer(passage.text):
        number = count_of(m["n"])
        if number and number >= 2:
            name = _NAME.match(passage.text, m.end())
            words = (m["unit"] if m["unit"] not in "个家项条种名位处座所点" else "") + (name.group() if name else "")
            out.append(Claim(passage, m.start("n"), m.end(), number, m["n"], words.strip()))
    return out


def level_claims(passage: Passage) -> list[LevelClaim]:
    """How many indicators of which level, in the order of the passage, each number once."""
    found: dict[int, LevelClaim] = {}
    taken: set[int] = set()
    for pattern in _LEVELS:
        for m in pattern.finditer(passage.text):
            level, number = chinese_number(m["level"]), count_of(m["n"])
            if level and number and m.start("level") not in taken:
                taken.add(m.start("level"))
                claim = Claim(passage, m.start("n"), m.end("n"), number, m["n"], f"{m['level']}级指标")
                found.setdefault(m.start("n"), LevelClaim(level, claim))
    return [found[start] for start in sorted(found)]


def count_of(text: str) -> int | None:
    """A number of things in digits or in Chinese, 两 being two; None for what is no number."""
    return int(text) if text.isascii() else 2 if text == "两" else chinese_number(text)


# --- lists in the sentence ----------------------------------------------------------------------------------------


def before(claim: Claim) -> Listed | None:
    """A、B、C三个方面: the list that ends where the number begins."""
    text = claim.passage.text
    head = text[max(0, claim.start - _LONGEST_LIST) : claim.start]
    is_open = bool(_OPEN.search(head))
    head = (_OPEN if is_open else _JOINT).sub("", head)
    if not head or head[-1] in _BREAKS:
        return None
    end = claim.start - (len(text[max(0, claim.start - _LONGEST_LIST) : claim.start]) - len(head))
    start = _clause_start(text, end)
    return _listed(claim.passage, start, end, is_open, True)


def after(claim: Claim) -> Listed | None:
    """四个阶段：A、B、C、D: the list that follows the number and its name."""
    text = claim.passage.text
    at = claim.end + (m.end() - m.start() if (m := _NAME.match(text, claim.end)) else 0)
    lead = _AFTER.match(text[at : at + 12])
    if lead is None:
        return None
    start = at + lead.end()
    end = _clause_end(text, start)
    if end - start > _LONGEST_LIST or any(p.match(text, start) for p in _ORDINALS) or numbering(text[start:end]):
        return None
    named = bool(_NAMED.search(lead.group()))
    ended = text[end : end + 1] not in ("，", ",") or (named and not _GOES_ON.match(text, end + 1))
    is_open = not ended or bool(_OPENED.search(text[start:end]))
    listed = _listed(claim.passage, start, end, is_open, False)
    return replace(listed, named=named) if listed else None


def _clause_start(text: str, end: int) -> int:
    """Back to the last mark that ends a clause, or to a bracket that is still open."""
    depth = 0
    for i in range(end - 1, max(-1, end - _LONGEST_LIST), -1):
        if text[i] in _CLOSING:
            depth += 1
        elif text[i] in _OPENING:
            if depth == 0:
                return i + 1
            depth -= 1
        elif text[i] in _BREAKS and depth == 0:
            return i + 1
    return max(0, end - _LONGEST_LIST)


def _clause_end(text: str, start: int) -> int:
    depth = 0
    for i in range(start, min(len(text), start + _LONGEST_LIST)):
        if text[i] in _OPENING:
            depth += 1
        elif text[i] in _CLOSING:
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and text[i] in "，,。；;！？!?\n":
            return i
    return min(len(text), start + _LONGEST_LIST)


def _listed(passage: Passage, start: int, end: int, is_open: bool, leads: bool) -> Listed | None:
    """The items between two offsets; None where that is no list of names."""
    spans = _split(passage.text, start, end)
    if len(spans) < 2:
        return None
    first, last = spans[0]
    head = passage.text[first:last]
    rest = [(a, passage.text[a:b].strip()) for a, b in spans[1:]]
    if not all(_is_name(item) for _, item in rest):
        return None
    start = first + _lead(head) if leads else first
    sure = not leads or bool(_LED.search(head, 0, start - first))
    items = [(start, passage.text[start:last].strip()), *rest]
    if not _is_name(items[0][1]):
        return None
    joined = sum(len(_BOTH.findall(item)) for _, item in items)
    whole, parted = (
        tuple(plain_term(passage, a, item, 1, f"所列“{item}”") for a, item in some)
        for some in (items, list(_parted(items)))
    )
    return Listed(whole, parted, len(items) + joined, is_open, sure)


def _is_name(item: str) -> bool:
    return 1 < len(item) <= _LONGEST_ITEM and not _NUMBER.search(item)


def _lead(head: str) -> int:
    """How much of the words before the first mark leads to the first item: up to the last leading word in them."""
    at = end = 0
    for word, _ in tokens(head):
        at += len(word)
        if word in _LEAD and at < len(head) - 1:
            end = at
    return end


def _parted(items: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The items, the last one parted at its 和."""
    yield from items[:-1]
    at, last = items[-1]
    m = _BOTH.search(last, 1)
    if m and m.end() < len(last):
        yield at, last[: m.start()]
        yield at + m.end(), last[m.end() :]
    else:
        yield at, last


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between 、, brackets and quotes kept whole; without any, those on both sides of 和."""
    out: list[tuple[int, int]] = []
    depth, at = 0, start
    for i in range(start, end):
        if text[i] in _OPENING:
            depth += 1
        elif text[i] in _CLOSING:
            depth = max(0, depth - 1)
        elif text[i] == "、" and depth == 0:
            out.append((at, i))
            at = i + 1
    out.append((at, end))
    if len(out) == 1 and (m := _BOTH.search(text, start, end)):
        return [(start, m.start()), (m.end(), end)]
    return out


# --- numbered lists -----------------------------------------------------------------------------------------------


def numbered(claim: Claim, following: list[Passage]) -> tuple[list[Term], bool]:
    """The marks 一是, 二是 … (①, （1）…) that follow a claim in its passage and at the beginning of the passages after
    it, counted from one without a gap, and whether the list begins right behind the claim."""
    text = claim.passage.text
    firsts = [
        m for p in _ORDINALS for m in [p.search(text, claim.end, claim.end + _FARTHEST)] if m and _ordinal(m["n"]) == 1
    ]
    if not firsts:
        return [], False
    first = min(firsts, key=lambda m: m.start())
    if _NUMBER.search(text, claim.end, first.start()):
        return [], False
    nested = first.re.search(text, 0, claim.start) is not None
    out = [plain_term(claim.passage, first.start(), first.group(), 1, "所列事项")]
    out += _further(claim.passage, first.re, first.end(), len(out))
    if nested:  # what goes on may be the list around this one
        return (out[: claim.number], True) if len(out) >= claim.number else ([], True)
    for passage in following:
        m = first.re.match(passage.text.lstrip())
        if m is None or _ordinal(m["n"]) != len(out) + 1:
            break
        at = len(passage.text) - len(passage.text.lstrip())
        out.append(plain_term(passage, at, m.group(), 1, "所列事项"))
        out += _further(passage, first.re, at + len(m.group()), len(out))
    return out, True


def _further(passage: Passage, mark: re.Pattern[str], start: int, count: int) -> Iterator[Term]:
    """The marks of a passage that go on from so many."""
    for m in mark.finditer(passage.text, start):
        if _ordinal(m["n"]) == count + 1:
            count += 1
            yield plain_term(passage, m.start(), m.group(), 1, "所列事项")


def below(following: list[Passage]) -> list[Term]:
    """The numbered paragraphs below a claim, from one on without a gap, others between them left out."""
    out: list[Term] = []
    kind = ""
    for passage in following:
        found = numbering(passage.text)
        if found is None:
            if not out:
                return []
            continue
        if not out and found.ordinal == 1:
            kind = found.kind
        if not out and found.ordinal != 1:
            return []
        if found.kind != kind:
            continue
        if found.ordinal != len(out) + 1:
            break
        at = passage.text.find(found.label)
        out.append(plain_term(passage, max(at, 0), found.label, 1, f"所列“{found.rest[:16]}”"))
    return out


def _ordinal(text: str) -> int:
    if "①" <= text <= "⑩":
        return ord(text) - ord("①") + 1
    return count_of(text) or 0
