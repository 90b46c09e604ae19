"""The encoding of Chinese text, told by its bytes: what they decode to should be characters that are used."""

from __future__ import annotations

import codecs
from functools import cache
from typing import NamedTuple

BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
GUESSED = ("gb18030", "utf-16-le", "utf-16-be", "utf-8", "big5hkscs")
"""The likelier first: another one has to be better by MARGIN."""
MARGIN = 0.05
SAMPLE = 2**16
"""Bytes that are enough to tell."""
ENOUGH = 0.6
"""The share of usual characters from which bytes are text in an encoding. Texts reach 0.9, other encodings' 0.5."""
PUNCTUATION = "　、。〈〉《》「」『』【】〔〕・·—…‘’“”℃％￥×÷±≤≥≠√→①②③④⑤⑥⑦⑧⑨⑩■□●○★☆△▲◆◇※Ⅰ Ⅱ Ⅲ Ⅳ Ⅴ"


class Decoded(NamedTuple):
    """`unreadable` counts the characters that are none in this encoding; `cut`: the last one is incomplete."""

    text: str
    encoding: str
    unreadable: int
    cut: bool


def decoded(data: bytes) -> Decoded | None:
    """The text that the bytes hold, without its byte order mark; None where no encoding makes sense of them."""
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding.removesuffix("-sig"))
    if b"\0" not in data:
        plain = _decoded(data, "utf-8")
        if not plain.unreadable:
            return plain
    likely = guessed(data)
    return _decoded(data, likely) if likely is not None else None


def guessed(data: bytes) -> str | None:
    """The encoding of bytes that have no mark, by the characters that they would be."""
    best, most = None, ENOUGH - MARGIN
    for encoding in GUESSED:
        share = _usual_share(_decoded(data[:SAMPLE], encoding).text)
        if share > most + MARGIN:
            best, most = encoding, share
    return best


def _decoded(data: bytes, encoding: str) -> Decoded:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data)
    return Decoded(text, encoding, text.count("\ufffd"), bool(decoder.getstate()[0]))


def _usual_share(text: str) -> float:
    usual = _usual()
    return sum(char in usual for char in text) / len(text) if text else 0.0


@cache
def _usual() -> frozenset[str]:
    """Printed ASCII, punctuation, and the characters that the first levels of GB 2312 and Big5 count as common."""
    simplified = b"".join(bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = b"".join(bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in trails)
    chinese = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    plain = "".join(map(chr, range(32, 127))) + "\t\r\n\f"
    full_width = "".join(map(chr, range(0xFF01, 0xFF5F)))
    return frozenset(plain + full_width + PUNCTUATION + chinese)
