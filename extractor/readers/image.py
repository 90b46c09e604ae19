"""Scans that are pictures: PNG, JPEG, BMP, GIF, and TIFF of several pages."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from extractor.document import Document
from extractor.readers import ocr
from extractor.readers.errors import ReadError
from extractor.readers.page import Page
from extractor.readers.page_blocks import document
from extractor.readers.recognition import recognised

A4_WIDTH = 595.3
"""Points: the shorter side of a page whose picture does not tell its resolution."""
CREDIBLE = (60.0, 1300.0)
"""Pixels per inch that scanners and cameras have; what a file tells beyond is no resolution (72 and 96 are defaults)."""
DEFAULTS = (72, 96)
MOST_PIXELS = 120_000_000
"""A page of more pixels than this is not read: an A3 page at 600 pixels per inch has 70 million."""
MOST_PAGES = 5_000


def read(path: Path, password: str | None = None, jobs: int = 1) -> Document:
    """The document, not laid out; `jobs` pages are recognised at a time. A picture knows no password.

    Warnings: those of `page_blocks.document`. Raises ReadError: file.ocr (the extra is not installed), file.truncated,
    file.bomb, file.empty.
    """
    ocr.require("这是图片文件")
    try:
        source = Image.open(path)
    except Image.DecompressionBombError:
        raise ReadError("file.bomb", "图片展开后过大，疑似恶意构造，已拒绝读取") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ReadError("file.truncated", "图片不完整或已损坏，无法打开") from None
    with source:
        if getattr(source, "n_frames", 1) > MOST_PAGES:
            raise ReadError("file.bomb", f"图片超过 {MOST_PAGES} 页，疑似恶意构造，已拒绝读取")
        return document("image", recognised(_pages(source), functools.partial(_picture, source), jobs))


def _pages(source: Image.Image) -> Iterator[Page | None]:
    """The pages in their order, without what is on them; None for one that cannot be read."""
    for index in range(getattr(source, "n_frames", 1)):
        try:
            source.seek(index)
            if source.width * source.height > MOST_PIXELS:
                raise ReadError("file.bomb", "图片展开后过大，疑似恶意构造，已拒绝读取")
            source.load()
        except (OSError, EOFError, SyntaxError, ValueError):
            yield None
            continue
        upright = ImageOps.exif_transpose(source).size if source.getexif().get(0x0112, 1) > 4 else source.size
        dpi = _resolution(source)
        size = (upright[0] * 72 / dpi, upright[1] * 72 / dpi)
        yield Page(index + 1, size, *size, picture=True, resolution=dpi)


def _resolution(source: Image.Image) -> float:
    """Pixels per inch: what the file tells, or what makes the page as wide as A4."""
    told = source.info.get("dpi")
    dpi = float(told[0]) if told else 0.0
    if CREDIBLE[0] <= dpi <= CREDIBLE[1] and round(dpi) not in DEFAULTS:
        return dpi
    return 72 * min(source.size) / A4_WIDTH


def _picture(source: Image.Image, page: Page, dpi: float) -> Any:
    """The page as displayed, in BGR or grey."""
    import numpy

    source.seek(page.number - 1)
    shown = ImageOps.exif_transpose(source)
    if shown.mode in ("RGBA", "LA", "P"):  # what is transparent is paper
        shown = shown.convert("RGBA")
        shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
    shown = shown.convert("L" if shown.mode in ("1", "L", "I;16") else "RGB")
    wanted = (max(1, round(page.size[0] * dpi / 72)), max(1, round(page.size[1] * dpi / 72)))
    if wanted != shown.size:
        shown = shown.resize(wanted, Image.Resampling.LANCZOS if wanted < shown.size else Image.Resampling.BICUBIC)
    pixels = numpy.asarray(shown)
    return pixels if pixels.ndim == 2 else numpy.ascontiguousarray(pixels[:, :, ::-1])
