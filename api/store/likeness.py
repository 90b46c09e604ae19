"""How alike two texts are, whatever file they came from."""

from __future__ import annotations

import heapq
import re
import unicodedata
import zlib
from array import array
from collections.abc import Iterable

_SHINGLE = 4  # characters
_SKETCH = 256  # hashes kept: a share of alike shingles is told to about 3 points


def plain(text: str) -> str:
    """Letters and digits alone, full- and half-width alike: what Word, PDF and a scan of one text have in common."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def sketch(texts: Iterable[str]) -> bytes:
    """The smallest hashes of the text's shingles; equal for equal texts on every machine."""
    text = plain("".join(texts))
    hashes = {zlib.crc32(text[at : at + _SHINGLE].encode()) for at in range(len(text) - _SHINGLE + 1)}
    return array("I", heapq.nsmallest(_SKETCH, hashes)).tobytes()


def likeness(first: bytes, second: bytes) -> float:
    """The share of shingles that two sketched texts have in common, 0 to 1; 0 where either is empty."""
    ours, theirs = _hashes(first), _hashes(second)
    if not ours or not theirs:
        return 0.0
    smallest = heapq.nsmallest(_SKETCH, ours | theirs)
    return sum(value in ours and value in theirs for value in smallest) / len(smallest)


def _hashes(stored: bytes) -> set[int]:
    return set(array("I", stored))


def quotes_alike(first: Iterable[str], second: Iterable[str]) -> float:
    """The share of character pairs that two findings' quotes have in common (Dice), 0 to 1."""
    ours, theirs = _pairs(first), _pairs(second)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


def _pairs(quotes: Iterable[str]) -> set[str]:
    return {text[at : at + 2] for text in map(plain, quotes) for at in range(len(text) - 1)}
