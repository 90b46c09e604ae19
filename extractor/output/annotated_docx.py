"""A copy of a Word file with each finding as a Word comment at its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import docx.document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from extractor.document import Evidence
from extractor.language import squeeze
from extractor.output.atomic import whole
from extractor.output.notes import AUTHOR, notes
from extractor.readers import ReadError
from extractor.readers.docx_package import zip_source
from extractor.result import Result

INITIALS = "核"
SHARE = 0.6  # of a quote's pairs of characters that its paragraph must hold, where numbering was drawn or lines joined
_PARAGRAPH, _ROW, _RUN, _TEXT = (qn(f"w:{name}") for name in ("p", "tr", "r", "t"))


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph of the file: its element, its text without white space, and that of the table row it stands in."""

    element: Any
    text: str
    row: str


def write(path: Path, source: Path, results: Sequence[Result], password: str | None = None) -> int:
    """Writes a copy of the Word file `source` with the findings of its results as comments to `path`; gives the number
    of notes that found no place in it. The copy of an encrypted file is not encrypted. Raises OSError, ReadError."""
    document = _open(source, password)
    places = list(_places(document.element.body))
    blocks = max((e.block or 0 for r in results for f in r.findings for e in f.evidence), default=0) + 1
    lost = 0
    said: set[tuple[int, str]] = set()  # several numbers of one row need one comment
    for note in notes(results):
        place = _find(places, note.evidence, (note.evidence.block or 0) / blocks)
        if place is None:
            lost += 1
            continue
        if (key := (id(place), note.text)) in said:
            continue
        said.add(key)
        paragraph = Paragraph(place.element, document)
        runs = [Run(r, paragraph) for r in place.element.iter(_RUN)]
        document.add_comment(runs=[runs[0], runs[-1]], text=note.text, author=AUTHOR, initials=INITIALS)
    with whole(path) as temporary:
        document.save(str(temporary))
    return lost


def _open(source: Path, password: str | None) -> docx.document.Document:
    plain = zip_source(source, password)
    try:
        return docx.Document(str(plain) if isinstance(plain, Path) else plain)
    except (ValueError, KeyError) as error:  # .docm and templates have a content type of their own
        raise ReadError("file.unsupported", "这种 Word 文件（带宏或模板）不能加批注，请另存为 DOCX") from error


def _places(body: Any) -> Iterator[_Place]:
    """Every paragraph that holds text, in order."""
    rows: dict[Any, str] = {}
    for element in body.iter(_PARAGRAPH):
        if text := _text(element):
            row = next(element.iterancestors(_ROW), None)
            if row is not None and row not in rows:
                rows[row] = _text(row)
            yield _Place(element, text, rows.get(row, ""))


def _text(element: Any) -> str:
    return squeeze("".join(t.text or "" for t in element.iter(_TEXT)))


def _find(places: Sequence[_Place], evidence: Evidence, share: float) -> _Place | None:
    """The paragraph that best holds the quote; of several alike the one that stands as far into the file."""
    if evidence.row is not None:
        cells = [squeeze(cell) for cell in evidence.quote.split(" | ")]
        candidates = [(_row_fit(p, cells), p) for p in places if p.row]
    else:
        quote = squeeze(evidence.quote)
        candidates = [(_fit(p.text, quote), p) for p in places if not p.row]
    best = max((fit for fit, _ in candidates), default=0.0)
    if best < SHARE:
        return None
    alike = [p for fit, p in candidates if fit == best]
    return min(alike, key=lambda p: abs(places.index(p) / len(places) - share))


def _fit(text: str, quote: str) -> float:
    if quote in text:
        return 1.0
    pairs = {quote[i : i + 2] for i in range(len(quote) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def _row_fit(place: _Place, cells: Sequence[str]) -> float:
    """How much of a row's own text the quote holds, and of the quote the row: a merged cell stands in an earlier row."""
    if place.text not in "".join(cells):
        return 0.0
    held = sum(len(cell) for cell in cells if cell in place.row)
    return min(held / max(len(place.row), 1), 1.0)
