"""Text that two reports share, word for word or nearly.

Candidates are found by MinHash (Broder 1997) over locality-sensitive hashing, from the package datasketch, and then
compared by the shingles that they really have in common.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.store.likeness import plain

ALIKE = 0.6  # share of common shingles from which a passage is taken for a copy
_CANDIDATE = 0.5  # asked of the hashes, which tell the share to about 5 points
_SHINGLE, _HASHES = 5, 128
_SHORTEST = 40  # letters and digits; shorter ones are alike by chance
_LONGEST = 4000  # characters that are compared one by one


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a report, or a row of its tables; `position` is its block."""

    position: int
    text: str
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a passage that both have (`same`), or that stands on one side in place of another."""

    same: bool
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A passage of both reports. `likeness` is the share of common shingles, `common` tells that other reports hold it
    too; `runs` put together are the two texts."""

    left: Passage
    right: Passage
    likeness: float
    common: bool
    runs: tuple[Run, ...]


def shared_passages(
    left: Sequence[Passage], right: Sequence[Passage], is_common: Callable[[str], bool] = lambda text: False
) -> list[Shared]:
    """The passages of the left that the right has too, in their order, each with the one most like it."""
    ours, theirs = _shingled(left), _shingled(right)
    near = _candidates([shingles for _, shingles in ours], [shingles for _, shingles in theirs])
    shared = []
    for (passage, shingles), others in zip(ours, near, strict=True):
        likes = [(_jaccard(shingles, theirs[at][1]), -at) for at in others]
        like, at = max(likes, default=(0.0, 0))
        if like >= ALIKE:
            other = theirs[-at][0]
            common = is_common(passage.text)
            shared.append(Shared(passage, other, round(like, 2), common, _runs(passage.text, other.text)))
    return shared


def _shingled(passages: Sequence[Passage]) -> list[tuple[Passage, frozenset[str]]]:
    found = [(passage, plain(passage.text)) for passage in passages]
    return [
        (passage, frozenset(text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1)))
        for passage, text in found
        if len(text) >= _SHORTEST
    ]


def _candidates(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> list[list[int]]:
    """For each of the left the places of those of the right that may be alike."""
    from datasketch import MinHash, MinHashLSH

    def hashed(texts: Sequence[frozenset[str]]) -> list[MinHash]:
        encoded = [[shingle.encode() for shingle in shingles] for shingles in texts]
        return MinHash.bulk(encoded, num_perm=_HASHES, scheme="affine32")

    index = MinHashLSH(threshold=_CANDIDATE, num_perm=_HASHES)
    for at, value in enumerate(hashed(right)):
        index.insert(at, value)
    return [index.query(value) for value in hashed(left)]


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _runs(left: str, right: str) -> tuple[Run, ...]:
    if max(len(left), len(right)) > _LONGEST:
        return (Run(left == right, left, right),)
    codes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return tuple(Run(kind == "equal", left[a:b], right[c:d]) for kind, a, b, c, d in codes)
