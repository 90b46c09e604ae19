"""The words of a whole report, by which what is strange to it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from extractor.checks.sources.likeness import pairs_of
from extractor.checks.sources.reading import Reading
from extractor.document import Paragraph
from extractor.language import squeeze

_BREAK = "\0"


def whole(reading: Reading) -> str:
    """All words of the report but its table of contents, which repeats the titles; white space left out, paragraphs and
    cells parted by a mark that no words have."""
    return squeeze(_BREAK.join(_texts(reading)))


def pairs(reading: Reading) -> Counter[str]:
    """How often two characters stand side by side in the report."""
    return Counter(pairs_of(reading.shared(whole)))


def _texts(reading: Reading) -> Iterator[str]:
    for index, block in enumerate(reading.document.blocks):
        if not isinstance(block, Paragraph):
            yield from (cell.text for row in range(len(block.rows)) for cell in block.own(row))
        elif reading.document.zone_of(index) != "contents":
            yield block.text
