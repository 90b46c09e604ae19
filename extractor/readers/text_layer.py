"""Whether the text layer of a page is worth anything: files tell wrong codes, and old scanners left nonsense behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

ENOUGH = 20
"""Fewer characters than this tell nothing."""
NONSENSE = 0.25
"""Text of which over this share is rare or no part of Chinese print is nonsense: of real reports less than 0.002 is."""
FOREIGN = 0.6
"""A scan whose text layer holds over this share of Latin letters and signs was read by a program that knows no Chinese."""

_COMMON = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6))
"""Encodings that set their common characters apart, by the first byte."""
_PRINT = (
    (0x20, 0x7F), (0xA5, 0xA5), (0xA7, 0xA7), (0xB0, 0xB1), (0xB7, 0xB7), (0xD7, 0xD7), (0xF7, 0xF7), (0x391, 0x3C9),
    (0x2010, 0x2044), (0x2100, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x27BF), (0x2E80, 0x2FDF), (0x3000, 0x303F),
    (0x3200, 0x33FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
)  # fmt: skip
"""What stands in Chinese print besides Chinese characters, as ranges of code points."""


def is_nonsense(text: Iterable[str], scan: bool) -> bool:
    """Whether these characters of a page are no text. `scan` tells that a picture fills the page, so that the text is
    what some program recognised on it."""
    kinds = Counter(map(_kind, text))
    total = kinds.total() - kinds["space"]
    if total < ENOUGH:
        return False
    return kinds["odd"] > NONSENSE * total or (scan and kinds["foreign"] > FOREIGN * total)


@cache
def _kind(text: str) -> str:
    """chinese (and digits), foreign (Latin letters and signs), odd (what no Chinese report prints), space."""
    character = text[:1]
    if not character.strip():
        return "space"
    if "\u3400" <= character <= "\u9fff":
        return "chinese" if any(_leads(character, *encoding) for encoding in _COMMON) else "odd"
    if character.isascii():
        return "chinese" if character.isdigit() or character in ".,%()-" else "foreign"
    return "chinese" if any(low <= ord(character) <= high for low, high in _PRINT) else "odd"


def _leads(character: str, encoding: str, low: int, high: int) -> bool:
    try:
        return low <= character.encode(encoding)[0] <= high
    except UnicodeEncodeError:
        return False
