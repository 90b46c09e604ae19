"""What a linear model sees of a clause: its letters and words, those around it, and the cues that they hold."""

from __future__ import annotations

import logging
import re
import tomllib
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from math import sqrt

from models.clause import Clause

Features = dict[str, float]

_NUMBER = re.compile(r"\d[\d,.]*")
_MOST_LETTERS = 400
"""Of a text that is looked at: a clause that is longer is no clause, and its first words tell what it is."""
_SHORT, _MIDDLING, _LONG = 5, 8, 25


def features(clause: Clause) -> Features:
    """The features of a clause by name. The first letter tells their kind: `t` letters and `w` words of the clause, `b`
    and `a` letters before and after it, `h` of its heading, `p` its place, `c` its cues, `s` those of its sentence."""
    text = plain(clause.text)
    found: Features = {}
    found |= _share("t", _letters(text, 1, 4), 1.0)
    found |= _share("w", _words(text), 0.7)
    found |= _share("b", _letters(plain(clause.before), 2, 3), 0.4)
    found |= _share("a", _letters(plain(clause.after), 2, 3), 0.4)
    found |= _share("h", _letters(plain(clause.heading)[-30:], 2, 2), 0.3)
    found[f"p{clause.place}"] = found[f"p:{clause.mark}"] = found[f"p{clause.place}:{clause.mark}"] = 0.5
    for name in _cues(text):
        found[f"c{name}"] = 0.5
    for kind, beside in (("cb", clause.before), ("ca", clause.after), ("s", clause.sentence)):
        for name in _cues(plain(beside)):
            found[f"{kind}{name}"] = 0.25
    length = len(text)
    for name, is_so in (
        ("<5", length < _SHORT),
        ("<8", length < _MIDDLING),
        (">25", length > _LONG),
        ("0", "0" in text),
    ):
        if is_so:
            found[f"n{name}"] = 0.5
    return found


def plain(text: str) -> str:
    """The text without white space, every number a 0, so that a model learns words and no figures."""
    return _NUMBER.sub("0", "".join(text[:_MOST_LETTERS].split()))


def _share(kind: str, counted: Counter[str], weight: float) -> Features:
    """Counts as a vector of the length `weight`."""
    length = sqrt(sum(n * n for n in counted.values()))
    return {kind + name: weight * n / length for name, n in counted.items()} if length else {}


@lru_cache(maxsize=1 << 14)
def _letters(text: str, fewest: int, most: int) -> Counter[str]:
    return Counter(text[i : i + n] for n in range(fewest, most + 1) for i in range(len(text) - n + 1))


def _words(text: str) -> Counter[str]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return Counter(word for word in jieba.cut(text) if word.strip())


@cache
def _cue_patterns() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((files("models") / "data" / "cues.toml").read_text(encoding="utf-8"))
    return {name: re.compile(pattern) for group in data.values() for name, pattern in group.items()}


@lru_cache(maxsize=1 << 14)
def _cues(text: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in _cue_patterns().items() if pattern.search(text))
