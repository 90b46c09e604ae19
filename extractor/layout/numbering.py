"""The numbering at the start of a paragraph: 一、 （一） 1. 1.1 （1） ① 一是."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extractor.data import load

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}


@dataclass(frozen=True, slots=True)
class Numbering:
    """`kind` names the scheme (data/numbering.toml), `rank` its precedence (0 is the highest), `ordinal` the item's
    number in it, `label` what was written, `rest` the text after it."""

    kind: str
    rank: int
    ordinal: int
    label: str
    rest: str


@cache
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    return [(k["name"], re.compile(k["label"])) for k in load("numbering")["kind"]]


def ranks() -> dict[str, int]:
    """Each scheme's precedence, 0 the highest."""
    return {name: rank for rank, (name, _) in enumerate(_kinds())}


def numbering(text: str) -> Numbering | None:
    """The numbering that opens a text, None where there is none. Leading white space and list dashes are skipped."""
    stripped = text.lstrip(" \t\u3000-•·●■")
    for rank, (name, pattern) in enumerate(_kinds()):
        m = pattern.match(stripped)
        if m and (m.end() < len(stripped) or name in ("part", "chinese")):
            ordinal = _ordinal(m["n"])
            if ordinal:
                return Numbering(name, rank, ordinal, m.group().strip(), stripped[m.end() :])
    return None


def _ordinal(text: str) -> int:
    if text[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(text[0]) - ord("①") + 1
    if "❶" <= text[0] <= "❿":
        return ord(text[0]) - ord("❶") + 1
    if text[0].isascii() and text[0].isalpha():
        return int(text[1:])
    if text[0].isdigit():
        return int(re.split(r"[.．]", text)[-1])
    return chinese_number(text) or 0


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral up to 99 (二十三, 十, 三), or of a digit string (二〇二一); None if it is neither."""
    if not text or any(c not in _DIGITS and c != "十" for c in text):
        return None
    if "十" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, _, ones = text.partition("十")
    if "十" in ones:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
