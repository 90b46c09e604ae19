"""What linear models see of a clause: its letters and words, those around it, and the cues and topics that they hold."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from math import sqrt

from models.clause import Clause

Features = dict[str, float]

_NUMBER = re.compile(r"\d[\d,.]*")
_MOST_LETTERS = 400
"""Of a text that is looked at: a clause that is longer is no clause, and its first words tell what it is."""
_MOST_OF_HEADING = 30
_BEGINNING = 60
"""Characters of a block that tell its role."""
_SHORT, _MIDDLING, _LONG = 5, 8, 25


def deficient(clause: Clause) -> Features:
    """What tells a deficiency. The first letter of a name is its kind: `t` letters of the clause, `b` and `a` those
    before and after it, `h` of its heading, `p` its place, `c` cues, `n` its length."""
    text = plain(clause.text)
    before, after = plain(clause.before), plain(clause.after)
    found: Features = {}
    found |= _share("t", _letters(text, 1, 4), 1.0)
    found |= _share("b", _letters(before, 2, 3), 0.4)
    found |= _share("a", _letters(after, 2, 3), 0.4)
    found |= _share("h", _letters(_heading(clause), 2, 2), 0.3)
    found[f"p{clause.place}"] = found[f"p:{clause.mark}"] = found[f"p{clause.place}:{clause.mark}"] = 0.5
    for kind, words, weight in (
        ("c", text, 0.5),
        ("cb", before, 0.25),
        ("ca", after, 0.25),
        ("s", plain(clause.sentence), 0.25),
    ):
        found |= {kind + name: weight for name in _named("cues", words)}
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


def topical(clause: Clause) -> Features:
    """What tells the category of a deficiency: `t` letters and `w` words, `k` the topics it names and `k1` the first of
    them, `h` and `kh` letters and topics of its heading, `p` whether it stands in a list of problems."""
    text, heading = plain(clause.text), _heading(clause)
    found: Features = {}
    found |= _share("t", _letters(text, 1, 3), 1.0)
    found |= _share("w", _words(text), 0.3)
    found |= _share("h", _letters(heading, 1, 3), 0.4)
    named = _named("topics", text)
    found |= {"k" + name: 0.2 for name in named}
    found |= {"k1" + name: 0.2 for name in named[:1]}
    found |= {"kh" + name: 0.1 for name in _named("topics", heading)}
    found["plist" if clause.place in ("problem", "list") else "pbody"] = 0.5
    return found


def structural(block: Clause) -> Features:
    """What tells the role of a block: `t` letters of its beginning, `e` of its end, `b` and `a` of the blocks beside it,
    `w` the words it says, `p` whether it is a table and where in the report it stands."""
    text = plain(block.text)
    found: Features = {}
    found |= _share("t", _letters(text[:_BEGINNING], 1, 3), 1.0)
    found |= _share("e", _letters(text[_BEGINNING:][-_BEGINNING:], 2, 2), 0.4)
    found |= _share("b", _letters(plain(block.before)[:_BEGINNING], 2, 2), 0.6)
    found |= _share("a", _letters(plain(block.after)[:_BEGINNING], 2, 2), 0.6)
    found |= {kind + name: 0.1 for kind, table in (("k", "topics"), ("c", "cues")) for name in _named(table, text)}
    found[f"p{block.place}"] = found[f"p:{block.mark}"] = 0.5
    return found


VIEWS: dict[str, Callable[[Clause], Features]] = {"deficiency": deficient, "category": topical, "role": structural}
"""What the model of each task looks at."""


def plain(text: str) -> str:
    """The text without white space, every number a 0, so that a model learns words and no figures."""
    return _NUMBER.sub("0", "".join(text[:_MOST_LETTERS].split()))


def _heading(clause: Clause) -> str:
    return plain(clause.heading)[-_MOST_OF_HEADING:]


def _share(kind: str, names: Iterable[str], weight: float) -> Features:
    """The names as a vector of the length `weight`, however often each occurs."""
    different = dict.fromkeys(names)  # in their order, so that sums are the same in every run
    share = weight / sqrt(len(different)) if different else 0.0
    return {kind + name: share for name in different}


def _letters(text: str, fewest: int, most: int) -> Iterator[str]:
    return (text[i : i + n] for n in range(fewest, most + 1) for i in range(len(text) - n + 1))


def _words(text: str) -> Iterator[str]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return (word for word in jieba.cut(text) if word.strip())


@cache
def _patterns(table: str) -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((files("models") / "data" / f"{table}.toml").read_text(encoding="utf-8"))
    return {name: re.compile(pattern) for group in data.values() for name, pattern in group.items()}


@lru_cache(maxsize=1 << 14)
def _named(table: str, text: str) -> tuple[str, ...]:
    """The cues or topics that a text holds, the one that it names first in front."""
    found = [(m.start(), name) for name, pattern in _patterns(table).items() if (m := pattern.search(text))]
    return tuple(name for _, name in sorted(found))
