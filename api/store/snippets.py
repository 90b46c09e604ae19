"""The part of a text that shows what was asked for, cut between words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from api.store.folding import FIELD, places, starts_word

_LENGTH, _BEFORE = 120, 30  # characters of a snippet, of those before the first that was asked for
_FAR = 8  # characters to go for the start of a word
CUT = "…"

Marks = tuple[tuple[int, int], ...]


def snippet(
    head: str | None, body: str, terms: Sequence[str], words: bytes, start: int, folded: str
) -> tuple[str, Marks]:
    """A part of the body, or where only the head holds the terms all of the head, and the stretches of it that are one of
    the terms. `words` tells where words start in the report's folded texts, of which `folded`, head and body, begins at
    `start`."""
    folded_head, _, folded_body = folded.partition(FIELD) if head else ("", "", folded)
    offset = start + (len(folded_head) + 1 if head else 0)
    found = _stretches(folded_body, terms)
    if head and not found:
        at_head = [*places(head), len(head)]
        return head, tuple((at_head[a], at_head[b - 1] + 1) for a, b in _stretches(folded_head, terms))
    at: Sequence[int] = range(len(body) + 1) if folded_body == body else [*places(body), len(body)]
    marks = [(at[start], at[stop - 1] + 1) for start, stop in found]
    if len(body) <= _LENGTH:
        return body, tuple(marks)
    first = found[0][0] if found else 0
    begin = _at_word(words, offset, max(0, first - _BEFORE))
    end = _at_word(words, offset, min(len(at) - 1, begin + _LENGTH))
    low, high = at[begin], at[end]
    before, behind = CUT if begin else "", CUT if end < len(at) - 1 else ""
    shift = len(before) - low
    inside = tuple((a + shift, b + shift) for a, b in marks if low <= a and b <= high)
    return f"{before}{body[low:high]}{behind}", inside


def _stretches(folded: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the terms stand, longest first where several begin, none inside another."""
    ordered = sorted(terms, key=len, reverse=True)
    return [match.span() for match in re.finditer("|".join(map(re.escape, ordered)), folded)]


def _at_word(words: bytes, offset: int, at: int) -> int:
    """The start of the word that stands there, if it is near."""
    near = (place for place in range(at, max(0, at - _FAR), -1) if starts_word(words, offset + place))
    return next(near, at)
