"""The words of a whole report, by which what is strange to it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import add

from extractor.checks.sources.reading import Reading
from extractor.document import Paragraph
from extractor.language import squeeze


def pairs_of(text: str) -> list[str]:
    """Every two neighbouring characters."""
    return list(map(add, text, text[1:]))


def texts(reading: Reading) -> tuple[str, ...]:
    """All words of the report but its table of contents, which repeats the titles; white space left out."""
    return tuple(_texts(reading))


def pairs(reading: Reading) -> Counter[str]:
    """How often two characters stand side by side in the report."""
    whole = "\n".join(reading.shared(texts))
    return Counter(map(add, whole, whole[1:]))


def _texts(reading: Reading) -> Iterator[str]:
    for index, block in enumerate(reading.document.blocks):
        if not isinstance(block, Paragraph):
            yield from (squeeze(cell.text) for row in range(len(block.rows)) for cell in block.own(row))
        elif reading.document.zone_of(index) != "contents":
            yield squeeze(block.text)
