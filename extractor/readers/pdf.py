"""PDF with a text layer: paragraphs and ruled tables in reading order, each character with its place.

PDFium gives glyphs and rulings (`pdf_page`), `page_blocks` makes tables and paragraphs of them. One page is open at a
time, so that memory does not grow with what pages weigh.
"""

from __future__ import annotations

import functools
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractor.document import Document
from extractor.readers.errors import ReadError
from extractor.readers.page import Page
from extractor.readers.page_blocks import document
from extractor.readers.pdf_page import read_page
from extractor.readers.recognition import recognised


def read(path: Path, password: str | None = None, jobs: int = 1) -> Document:
    """The document, not laid out: one Paragraph a visual paragraph of a page, one Table a page's part of a table. Scanned
    pages are recognised, `jobs` of them at a time.

    Warnings: those of `page_blocks.document`.
    Raises ReadError: file.missing, file.empty, file.truncated, file.encrypted (no password given), file.password (a
    wrong one), file.scan (no page has a text layer).
    """
    _check(path)
    source = _open(path, password)
    try:
        return document("pdf", recognised(_pages(source), functools.partial(_picture, source), jobs))
    finally:
        source.close()


def _check(path: Path) -> None:
    """Raise where the file is not whole. PDFium would repair a file that was cut off and show its first half."""
    try:
        if not path.stat().st_size:
            raise ReadError("file.empty", "文件是空的（0 字节）")
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            end = data.rfind(b"startxref")
            whole = end >= 0 and data.find(b" obj", end) < 0
    except FileNotFoundError:
        raise ReadError("file.missing", "文件不存在") from None
    if not whole:
        raise ReadError("file.truncated", "文件不完整：PDF 的结尾缺失，可能没有下载或拷贝完")


def _open(path: Path, password: str | None) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path, password=password)
    except pypdfium2.PdfiumError as error:
        if error.err_code != pdfium.FPDF_ERR_PASSWORD:
            raise ReadError("file.truncated", "文件已损坏，无法打开") from error
        if password is None:
            raise ReadError("file.encrypted", "文件已加密，请用 --password 给出密码") from error
        raise ReadError("file.password", "密码不对，文件无法打开") from error


def _picture(source: pypdfium2.PdfDocument, page: Page, dpi: float) -> Any:
    """The page as displayed, in BGR or grey."""
    shown = source[page.number - 1]
    try:
        return shown.render(scale=dpi / 72).to_numpy().copy()
    finally:
        shown.close()


def _pages(source: pypdfium2.PdfDocument) -> Iterator[Page | None]:
    """The pages in their order, None for one that cannot be read."""
    for number in range(1, len(source) + 1):
        try:
            yield read_page(source, number)
        except pypdfium2.PdfiumError:
            yield None
