"""Numbers in sentences: what each is called, what it does there, and which others stand near it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, lru_cache

from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure, Interval
from extractor.record import record
from extractor.result import CheckKind

_SETTINGS = load("clause")
_NOT_COUNTED = frozenset(_SETTINGS["not_counted"])
_CODE = re.compile(_SETTINGS["code"])
_DELIMITER = re.compile(_SETTINGS["delimiter"])
_ROLES = {name: re.compile(words) for name, words in _SETTINGS["role"].items()}
_TEN_THOUSAND, _MYRIAD, _ONE, _NOTHING = "万", Decimal(10000), Decimal(1), Decimal(0)
_BRACKET = re.compile("[（(）)]")
_BEHIND = ("left", "gap")
_ENDED = re.compile(_SETTINGS["ended"])
_EXPLAINED = re.compile(_SETTINGS["explained"])
_LISTED = re.compile(_SETTINGS["listed"])
_PEOPLE = frozenset(_SETTINGS["people"])
_PERSON = "人"
_FIRST = ("adjusted", "plus", "minus", "over", "gap", "left", "saved")
_LONGEST_LABEL = 40
_MOST_FIGURES = 400  # numbers of a passage; one that holds more is no prose, and pairs of them are too many to try
_YEARS = range(1980, 2050)
_RATES = ("%", "‰")


@record(frozen=True)
class Quantity:
    """A number with the words around it. `passage` and `sentence` number the passages and, in each, the sentences;
    `words` lead up to the number since the last comma or number, `tail` follow it to the next; `depth` counts the
    brackets it stands in; `kind` tells which numbers may be added or divided: money is one kind, each unit another."""

    source: Passage
    passage: int
    sentence: int
    order: int
    figure: Figure
    words: str
    tail: str
    depth: int
    kind: str
    role: str

    @cached_property
    def base(self) -> Decimal:
        """The value in 元, or in ones of its unit."""
        return self.figure.value * self.scale

    @cached_property
    def scale(self) -> Decimal:
        """How many 元, or ones of its unit, it counts in."""
        unit = self.figure.unit or ""
        return MONEY.get(unit) or (_MYRIAD if unit.startswith(_TEN_THOUSAND) and self.kind != unit else _ONE)

    @cached_property
    def slack(self) -> Decimal:
        """How much it may be rounded, in the unit of its base; counts are exact."""
        if not self.figure.places and not (self.is_money and self.figure.value):
            return _NOTHING
        return (self.scale if self.figure.value else _ONE).scaleb(-self.figure.places) / 2

    @property
    def is_rate(self) -> bool:
        return self.figure.unit in _RATES

    @property
    def is_money(self) -> bool:
        return self.kind == "money"

    def term(self, label: str = "") -> Term:
        made = self.source.term(self.figure, label or self.name)
        return replace(made, is_exact=True) if not made.value and not made.places else made

    @property
    def name(self) -> str:
        """What the words before it call it."""
        return f"“{self.words}”" if self.words else ""


def quantities(reading: Reading) -> list[tuple[Quantity, ...]]:
    """The quantities of every passage, without days, codes and numbers of documents."""
    return reading.shared(_quantities)


def _quantities(reading: Reading) -> list[tuple[Quantity, ...]]:
    out = []
    open_end = ""
    for number, passage in enumerate(reading.passages):
        out.append(tuple(_of_passage(passage, number, open_end if passage.cell is None else "")))
        if passage.cell is None:
            open_end = "" if passage.heading or _ENDED.search(passage.text) else passage.text[-_LONGEST_LABEL:]
    return out


def _of_passage(passage: Passage, number: int, open_end: str) -> list[Quantity]:
    """`open_end` is how the paragraph before ends if it breaks off: its words lead up to a number that opens this."""
    text = passage.text
    figures = passage.figures
    if not 0 < len(figures) <= _MOST_FIGURES:
        return []
    depths = _depths(text, [f.start for f in figures])
    ends = [end for _, end in passage.sentences]
    out: list[Quantity] = []
    before = 0
    sentence = 0
    for n, f in enumerate(figures):
        while sentence < len(ends) - 1 and f.start >= ends[sentence]:
            sentence += 1
        following = figures[n + 1].start if n + 1 < len(figures) else len(text)
        if _is_quantity(text, f):
            lead = text[max(before, f.start - _LONGEST_LABEL) : f.start]
            cut = max((m.end() for m in _DELIMITER.finditer(lead)), default=0)
            words = squeeze(lead[cut:]) or _explained(lead)
            if not words and not out and not squeeze(text[: f.start]):
                words = squeeze(_DELIMITER.split(open_end)[-1])
            tail = squeeze(_DELIMITER.split(text[f.stop : min(following, f.stop + _LONGEST_LABEL)], maxsplit=1)[0])
            kind = _kind(f, tail)
            out.append(
                Quantity(passage, number, sentence, len(out), f, words, tail, depths[n], kind, _role_of(words, tail))
            )
            before = f.stop
        elif f.unit is None or f.unit not in _NOT_COUNTED:
            before = f.stop
    return _with_units(out)


def _with_units(found: list[Quantity]) -> list[Quantity]:
    """Numbers of a list whose unit stands behind the last only: 分别为120、130和150万元."""
    out: list[Quantity] = []
    for q in reversed(found):
        following = out[-1] if out else None
        if following and q.figure.unit is None and following.figure.unit and not following.is_rate:
            between = q.source.text[q.figure.stop : following.figure.start]
            if _LISTED.fullmatch(between):
                q = replace(q, figure=replace(q.figure, unit=following.figure.unit), kind=following.kind)
        out.append(q)
    return out[::-1]


def _explained(lead: str) -> str:
    """The words before a bracket that stands right before a number: 执行率（支出/到位）96.23%."""
    m = _EXPLAINED.search(lead)
    return squeeze(_DELIMITER.split(m["words"])[-1]) if m else ""


def _depths(text: str, offsets: list[int]) -> list[int]:
    """How many brackets each of the ascending offsets stands in."""
    out = []
    depth = 0
    brackets = _BRACKET.finditer(text)
    bracket = next(brackets, None)
    for offset in offsets:
        while bracket and bracket.start() < offset:
            depth = depth + 1 if bracket.group() in "（(" else max(depth - 1, 0)
            bracket = next(brackets, None)
        out.append(depth)
    return out


def _is_quantity(text: str, f: Figure) -> bool:
    if f.unit in _NOT_COUNTED or _CODE.search(text[max(0, f.start - 1) : f.start]):
        return False
    return not (f.unit is None and f.places == 0 and f.value in _YEARS and text[f.end : f.end + 1] in "-—－~～至年度/")


def _kind(f: Figure, tail: str) -> str:
    unit = f.unit
    if unit in MONEY:
        return "money"
    if unit is None:
        return tail[:1] if tail[:1] > "一" else ""
    plain = unit[1:] if unit.startswith(_TEN_THOUSAND) and len(unit) > 1 else unit
    return _PERSON if plain in _PEOPLE else plain


def _role_of(words: str, tail: str) -> str:
    """The role of a number by the words before it, or by what follows: 556.80万元结存在县区."""
    return next((name for name in _BEHIND if _ROLES[name].match(tail)), "") or role(words)


@lru_cache(maxsize=1 << 12)
def role(words: str) -> str:
    """What the words make of the number behind them: what moved or is left where they say so (超出预算, 追加预算), else
    the role whose word stands last; of two that end together the longer word."""
    for name in _FIRST:
        if _ROLES[name].search(words):
            return name
    best = (-1, 0, "")
    for name, pattern in _ROLES.items():
        for m in pattern.finditer(words):
            best = max(best, (m.end(), m.end() - m.start(), name))
    return best[2]


def has_role(words: str, names: Sequence[str]) -> bool:
    return any(_ROLES[name].search(words) for name in names)


def computed(
    rule: str,
    kind: CheckKind,
    subject: str,
    operands: tuple[Term, ...],
    stated: Term,
    confidence: float,
    value: Interval,
    left: str,
) -> Proposal:
    """A check that its family computes by itself: `value` is what the operands allow in the unit of what is stated,
    `left` how they give it."""
    unit = (stated.unit or "") if stated.unit in MONEY or stated.is_rate else ""
    middle = f"{round((value.low + value.high) / 2, max(stated.places, 2)):f}"
    middle = middle.rstrip("0").rstrip(".") if "." in middle else middle
    reason = f"按{left}计算应为{middle}{unit}"
    expression = f"{left} = {stated.text}{unit}"
    return Proposal(rule, kind, subject, operands, stated, confidence, value, None, expression, reason)
