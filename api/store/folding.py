"""Texts as they are searched: `fold` makes alike what is typed and what is printed. It works a character at a time, so that
a part of a text, folded, is a part of the folded text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from api.store.errors import StoreError
from api.store.rows import storable_text

FIELD = "\x1f"  # between folded texts that belong together: they hold none
_LONGEST, _MOST = 60, 8  # characters of a term, terms of a question
_OMITTED = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})  # blanks, breaks, what is not seen
# Chinese marks stay as they are, since they are what most texts hold.
_MARKS = (
    dict(zip(",:;!?()", "，：；！？（）", strict=True))
    | dict.fromkeys("“”„‟「」『』", '"')
    | dict.fromkeys("‘’‚‛", "'")
)
_MARKS |= dict.fromkeys("—–―−‐‑‒─━", "-") | dict.fromkeys("～〜∼", "~") | dict.fromkeys("·・•‧∙⋅", "·")


class _Folds(dict[int, str]):
    """What becomes of a character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if unicodedata.category(char) in _OMITTED:
            folded = ""
        else:
            plain = unicodedata.normalize("NFKC", char).casefold()
            folded = "".join(_MARKS.get(c, c) for c in plain if unicodedata.category(c) not in _OMITTED)
        self[code] = folded
        return folded


_folds = _Folds()


def fold(text: str) -> str:
    """Full- and half-width, upper and lower case, variants of quotation marks and dashes alike; no blanks."""
    return text.translate(_folds)


def places(text: str) -> list[int]:
    """For each character of the folded text the index of that of `text` it comes from."""
    return [at for at, char in enumerate(text) for _ in _folds[ord(char)]]


def terms(question: str) -> tuple[str, ...]:
    """What a question asks for: its parts between blanks, folded. Raises StoreError where there is none or too much."""
    parts = dict.fromkeys(filter(None, (fold(part) for part in storable_text(question).split())))
    if not parts:
        raise StoreError("请输入要找的文字")
    if len(parts) > _MOST or any(len(part) > _LONGEST for part in parts):
        raise StoreError(f"一次最多找 {_MOST} 个词，每个不超过 {_LONGEST} 字")
    return tuple(parts)


def word_starts(words: Iterable[str]) -> bytes:
    """The words of a folded text as a bit for each of its characters: 1 where a word starts."""
    import numpy as np

    bits = bytearray()
    for word in words:
        bits += b"\1" + bytes(len(word) - 1)
    packed: bytes = np.packbits(np.frombuffer(bits, np.uint8), bitorder="little").tobytes()
    return packed


def starts_word(starts: bytes, at: int) -> bool:
    """Whether a word starts at a character of the folded text; one does behind its last."""
    return at >> 3 >= len(starts) or starts[at >> 3] >> (at & 7) & 1 == 1


def grams(text: str) -> bytes:
    """The distinct characters and pairs of neighbours in folded text: 32 bits each, in order, as `array("i")` has them.
    A character is one of UTF-16, the rare ones beyond are two; those that fold to nothing divide."""
    import numpy as np

    units = _units(text)
    inside = units >= ord(" ")
    pairs = (units[:-1] << 16 | units[1:])[inside[:-1] & inside[1:]]
    found: bytes = np.unique(np.concatenate([units[inside] << 16, pairs])).view(np.int32).tobytes()
    return found


def wanted_grams(term: str) -> list[int]:
    """The grams that a text has in which a term stands."""
    units = _units(term)
    found = units << 16 if len(units) == 1 else units[:-1] << 16 | units[1:]
    return sorted({int(number) for number in found.view("int32")})


def _units(text: str) -> Any:
    import numpy as np

    return np.frombuffer(text.encode("utf-16-le"), "<u2").astype(np.uint32)
