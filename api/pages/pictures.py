"""Pages of a PDF as pictures. Runs in a process of its own: what a hostile file does to it costs the service nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.store.blobs import Blobs, read

if TYPE_CHECKING:
    from api.ingest import Pool

SCALE = 2.0  # pixels a point: sharp on screens of two pixels a dot, and on paper
MOST_PIXELS = 12_000_000  # of a page: plans of a building come as one
_HAN = re.compile(r"[\u3400-\u9fff]")
_LOOKED_AT = 400  # characters of a page that tell whether its fonts are there
_FLAT = 0.01  # height by width of a character without a picture; the flattest of all, 一, has five times that
_UNSEEN = 0.3  # share of Chinese characters without a picture from which a page cannot be read

# The file that was asked for last: its next page is asked for next.
_open: dict[tuple[str, str | None], Any] = {}


def prepare(pool: Pool) -> None:
    """Starts the process before the first picture is asked for, while somebody still reads the page."""
    if not pool.workers():
        pool.submit(_nothing)


def _nothing() -> None:
    import pypdfium2  # noqa: F401


def picture(blobs: Blobs, sha256: str, number: int, password: str | None = None) -> bytes:
    """A page (1-based) as PNG, nothing where the file wants another password. Raises PdfiumError where it cannot be opened,
    IndexError where it has no such page."""
    document = _document(blobs, sha256, password)
    if document is None:
        return b""
    page = document[_index(number)]
    try:
        width, height = page.get_size()
        scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    finally:
        page.close()
    out = io.BytesIO()
    (image.convert("L") if _is_gray(image) else image).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _index(number: int) -> int:
    if number < 1:
        raise IndexError("pages count from 1")
    return number - 1


def _is_gray(image: Any) -> bool:
    from PIL import ImageChops

    red, green, blue = image.split()
    return not ImageChops.difference(red, green).getbbox() and not ImageChops.difference(green, blue).getbbox()


def is_locked(blobs: Blobs, sha256: str, password: str | None = None) -> bool:
    """Whether the file wants another password. Raises PdfiumError where it cannot be opened for another reason."""
    return _document(blobs, sha256, password) is None


def unseen(blobs: Blobs, sha256: str, numbers: Sequence[int], password: str | None = None) -> list[int]:
    """Those of the pages whose Chinese characters have no picture: their font is neither in the file nor on this machine.
    None are told of a file that wants another password. Raises PdfiumError where the file cannot be opened."""
    document = _document(blobs, sha256, password)
    if document is None:
        return []
    return [number for number in numbers if 1 <= number <= len(document) and _is_unseen(document[number - 1])]


def _is_unseen(page: Any) -> bool:
    text = page.get_textpage()
    try:
        told = text.get_text_range(0, min(text.count_chars(), _LOOKED_AT))
        boxes = [text.get_charbox(at) for at, char in enumerate(told) if _HAN.match(char)]
    finally:
        text.close()
        page.close()
    without = sum(top - bottom <= _FLAT * (right - left) for left, bottom, right, top in boxes)
    return bool(boxes) and without > _UNSEEN * len(boxes)


def _document(blobs: Blobs, sha256: str, password: str | None) -> Any:
    """None where it wants another password."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    if (sha256, password) not in _open:
        for document in _open.values():
            document.close()
        _open.clear()
        try:
            _open[sha256, password] = pypdfium2.PdfDocument(b"".join(read(blobs, sha256)), password)
        except pypdfium2.PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                return None
            raise
    return _open[sha256, password]
