"""What recognisers mistake in Chinese print whatever the page: half- for full-width marks, letters for digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean, median

from extractor.readers.ocr import BESIDE, Character

CLOSING, OPENING = "，。、；：！？）》】〕", "（《【〔"
"""Marks as wide as a Chinese character whose ink fills only its first, or its last half."""
DASHES = "-—一－_"
"""What a dash is read as."""
CERTAIN = 0.95
"""A character read with less certainty than this may be what it is often taken for."""

_WIDE_MARKS = str.maketrans("(),;:?!", "（），；：？！")
_DIGIT_LIKE = str.maketrans("OoQDlI|", "0000111")
_FIGURES = re.compile(r"[\s\d.,%()（）+\-]*")
_MEANT_FIGURE = re.compile(r"[OoQlI|\d.,]*\d[OoQlI|\d.,%]*")
"""A line of nothing but digits and letters that look like them is a number."""
_RATE = re.compile(r"(?P<rate>\d{1,3}\.\d\d)(?:96|9|6)")
_TWICE = re.compile(r"\d+(?:\.\d+)?%(?P<again>[69])")
"""A rate whose % was read, and its last ring once more."""
_GAPPED = re.compile(r"\d+(?:[\d.,%]| (?=\d))*\d%?")
WIDEST_GAP = 2.5
"""A gap in a number is no wider than this many of its digits; figures farther apart are two numbers."""
_ONE = re.compile(r"[-—－](?=级|、|是|方面)")
"""What the first 一 of a line is taken for."""
_PAIRS = ("（）", "〔〕", "《》", "【】")


def is_chinese(text: str) -> bool:
    return "\u4e00" <= text <= "\u9fff"


def is_wide(text: str) -> bool:
    """Whether the character is as wide as a Chinese one."""
    return text > "\u2e7f" or text in "“”‘’—…①②③④⑤⑥⑦⑧⑨⑩"


def proper(characters: Sequence[Character]) -> list[Character]:
    """The characters of one line as Chinese typesetters would have set them; spaces between Chinese are dropped."""
    found = _percent(_without_gaps([c for index, c in enumerate(characters) if not _idle_space(characters, index)]))
    text = [c.text for c in found]
    if _ONE.match("".join(text)):
        text[0] = "一"
    if not _FIGURES.fullmatch("".join(text)):
        for index in range(len(text)):
            text[index] = _mark(text, index)
        _pair(text)
    if len(text) > 1 and all(mark in DASHES for mark in text):
        text = ["—"] * len(text)
    if _MEANT_FIGURE.fullmatch("".join(text)):
        text = [mark.translate(_DIGIT_LIKE) for mark in text]
    for index, character in enumerate(found):
        text[index] = _figure(text, index, character.sure < CERTAIN)
    return [c if c.text == t else replace(c, text=t) for c, t in zip(found, text, strict=True)]


def _without_gaps(characters: list[Character]) -> list[Character]:
    """A number without the spaces in it, each of which may stand for a point too faint to be seen."""
    text = "".join(c.text for c in characters)
    if not _GAPPED.fullmatch(text):
        return characters
    pitch = median(after.at - before.at for before, after in pairwise(characters))
    gaps = [i for i, c in enumerate(characters) if c.text == " "]
    if any(characters[i + 1].at - characters[i - 1].at > WIDEST_GAP * pitch for i in gaps):
        return characters
    beside = {i + step for i in gaps for step in (-1, 1)}
    return [
        replace(c, sure=min(c.sure, BESIDE)) if i in beside else c for i, c in enumerate(characters) if i not in gaps
    ]


def _percent(characters: list[Character]) -> list[Character]:
    """A rate of two decimals whose doubtful end is 96, 9 or 6: what a small % is taken for; one whose % was seen twice."""
    line = "".join(c.text for c in characters)
    if twice := _TWICE.fullmatch(line):
        return characters[: twice.start("again")]
    rate = _RATE.fullmatch(line)
    if rate is None:
        return characters
    head, tail = characters[: rate.end("rate")], characters[rate.end("rate") :]
    least = min(c.sure for c in tail)
    return [*head, Character("%", mean(c.at for c in tail), least)] if least < CERTAIN else characters


def _idle_space(characters: Sequence[Character], index: int) -> bool:
    if characters[index].text.strip():
        return False
    if index in (0, len(characters) - 1):
        return True
    around = characters[index - 1].text, characters[index + 1].text
    return not all(c.isascii() and c.strip() for c in around)


def _near(text: Sequence[str], index: int) -> tuple[str, str]:
    return text[index - 1] if index else "", text[index + 1] if index + 1 < len(text) else ""


def _mark(text: Sequence[str], index: int) -> str:
    """A half-width mark of Chinese text in full width."""
    mark = text[index]
    before, after = _near(text, index)
    if mark in "()":
        return mark.translate(_WIDE_MARKS)
    if mark in ",;:?!" and (is_wide(before or "a") or is_wide(after or "a")):
        return mark.translate(_WIDE_MARKS)
    if mark == "." and is_chinese(before or "a") and not after:
        return "。"
    return mark


def _pair(text: list[str]) -> None:
    """Brackets of two kinds that hold one stretch are made a pair: [2019〕 → 〔2019〕."""
    opened: list[int] = []
    for index, mark in enumerate(text):
        if any(mark == pair[0] for pair in _PAIRS) or mark == "[":
            opened.append(index)
        elif (any(mark == pair[1] for pair in _PAIRS) or mark == "]") and opened:
            start = opened.pop()
            for pair in _PAIRS[:2]:
                if text[start] == "[" and mark == pair[1]:
                    text[start] = pair[0]
                if mark == "]" and text[start] == pair[0]:
                    text[index] = pair[1]


def _figure(text: Sequence[str], index: int, doubtful: bool) -> str:
    """A letter or a mark between digits that can only be a digit, a point or a thousands' comma; a comma that is
    doubtful is a point."""
    mark = text[index]
    before, after = _near(text, index)
    if not (before.isdigit() and before.isascii()):
        return mark
    following = "".join(text[index + 1 : index + 5])
    if mark in "OoQDlI|" and (not after or after in "0123456789.,%"):
        return mark.translate(_DIGIT_LIKE)
    if mark == "，" and re.match(r"\d{3}(?!\d)", following):
        return ","
    if (mark in "。·" or (mark in "，," and doubtful)) and after.isdigit():
        return "."
    if mark == "一" and after.isdigit():
        return "—"
    return mark
