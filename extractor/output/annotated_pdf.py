"""The original PDF with each finding as a marked box and a note: real annotations (ISO 32000-1, 12.5), readable in any
viewer. The file's own bytes stay; the annotations are an incremental update behind them."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from extractor.document import BBox
from extractor.output.atomic import whole
from extractor.output.notes import AUTHOR, Note, notes
from extractor.result import Result

RED, BLUE = (204, 0, 0), (31, 78, 200)
LINE = 1.2  # points
PAD = 1.5  # points between a number and its box
ICON = 18.0  # size of the note on a page where the place has no box


def write(path: Path, source: Path, results: Sequence[Result], password: str | None = None) -> int:
    """Writes the PDF `source`, from which the results come, with their findings to `path`; gives the number of notes
    that know no page. An encrypted file stays encrypted. Raises OSError, and pypdfium2.PdfiumError where the source
    cannot be opened."""
    by_page: dict[int, list[Note]] = defaultdict(list)
    lost = 0
    for note in notes(results):
        if note.evidence.page is None:
            lost += 1
        else:
            by_page[note.evidence.page].append(note)
    document = pypdfium2.PdfDocument(source, password=password)
    try:
        for number, found in sorted(by_page.items()):
            page = document[number - 1]
            try:
                for index, note in enumerate(found):
                    _annotate(page, note, f"heshu-{number}-{index}")
            finally:
                page.close()
        with whole(path) as temporary:
            document.save(temporary, flags=pdfium.FPDF_INCREMENTAL)
    finally:
        document.close()
    return lost


def _annotate(page: pypdfium2.PdfPage, note: Note, name: str) -> None:
    box = note.evidence.bbox
    kind = pdfium.FPDF_ANNOT_SQUARE if box else pdfium.FPDF_ANNOT_TEXT
    x0, y0, x1, y1 = _unviewed(box or (PAD, PAD, PAD + ICON, PAD + ICON), page.get_rotation(), page.get_bbox())
    if box:
        x0, y0, x1, y1 = x0 - PAD, y0 - PAD, x1 + PAD, y1 + PAD
    color = RED if note.leading else BLUE
    annotation = pdfium.FPDFPage_CreateAnnot(page.raw, kind)
    pdfium.FPDFAnnot_SetRect(annotation, pdfium.FS_RECTF(left=x0, bottom=y0, right=x1, top=y1))
    pdfium.FPDFAnnot_SetColor(annotation, pdfium.FPDFANNOT_COLORTYPE_Color, *color, 255)
    pdfium.FPDFAnnot_SetBorder(annotation, 0, 0, LINE)
    pdfium.FPDFAnnot_SetFlags(annotation, pdfium.FPDF_ANNOT_FLAG_PRINT)
    for key, text in (("Contents", note.text), ("T", AUTHOR), ("NM", name)):
        pdfium.FPDFAnnot_SetStringValue(annotation, key.encode(), _wide(text))
    if box:
        pdfium.FPDFAnnot_SetAP(
            annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, _wide(_frame(x0, y0, x1, y1, color))
        )
    pdfium.FPDFPage_CloseAnnot(annotation)


def _frame(x0: float, y0: float, x1: float, y1: float, color: tuple[int, int, int]) -> str:
    """The drawing of the box: not every viewer draws one of its own accord."""
    half = LINE / 2
    red, green, blue = (f"{part / 255:.3f}" for part in color)
    return f"{red} {green} {blue} RG {LINE} w {x0 + half:.2f} {y0 + half:.2f} {x1 - x0 - LINE:.2f} {y1 - y0 - LINE:.2f} re S"


def _wide(text: str) -> ctypes.Array[ctypes.c_ushort]:
    """A string as PDFium takes it: UTF-16, little end first, closed by zero."""
    data = text.encode("utf-16-le") + b"\0\0"
    return (ctypes.c_ushort * (len(data) // 2)).from_buffer_copy(data)


def _unviewed(box: BBox, rotation: int, bounds: BBox) -> BBox:
    """A box on the page as displayed (x0, top, x1, bottom) in the page's own coordinates (left, low, right, high)."""
    x0, top, x1, bottom = box
    left, low, right, high = bounds
    if rotation == 90:
        return top + left, x0 + low, bottom + left, x1 + low
    if rotation == 180:
        return right - x1, top + low, right - x0, bottom + low
    if rotation == 270:
        return right - bottom, high - x1, right - top, high - x0
    return x0 + left, high - bottom, x1 + left, high - top
