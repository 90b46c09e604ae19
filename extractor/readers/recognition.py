"""Pages that are pictures, or whose text layer is worth nothing, replaced by what their pictures say; large pictures on
pages with text read beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.document import BBox
from extractor.readers import ocr
from extractor.readers.page import Page

if TYPE_CHECKING:
    from extractor.readers.scan_page import Scan

FEWEST, MOST = 150.0, 200.0
"""Pixels per inch that pages are shown at: below, the characters of footnotes are lost; above, nothing is won."""
LARGEST = 4000
"""Pixels on the longer side of a page: a plan is shown more coarsely."""

Picture = Any
"""A page as an array of BGR pixels, or of grey ones."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page, and what is being recognised: all of it, or its pictures at `boxes` (on the page as displayed)."""

    page: Page
    scans: list[Future[Scan]]
    boxes: list[BBox]


def recognised(
    pages: Iterable[Page | None], picture_of: Callable[[Page, float], Picture | None], jobs: int = 1
) -> Iterator[Page | None]:
    """The pages in their order, read from their pictures where that is needed and rapidocr is installed.

    `picture_of(page, dpi)` shows a page, if it can; it is called in the caller's thread, one page at a time. `jobs` pages are read
    side by side, and no more than twice as many are in memory.
    """
    if not ocr.available():
        yield from pages
        return
    from extractor.readers.scan_page import read_scan

    known: list[float] = []
    waiting: deque[_Asked | Page | None] = deque()
    busy = 0
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for page in pages:
            asked: _Asked | Page | None = page
            boxes = page.bare if page is not None else []
            if page is not None and (page.scan or page.garbled or boxes):
                while busy > jobs:
                    busy -= isinstance(waiting[0], _Asked)
                    yield _answered(waiting.popleft(), known)
                ocr.load()
                picture = picture_of(page, resolution(page))
                if picture is not None:
                    whole = page.scan or page.garbled
                    parts = [(picture, page.size)] if whole else [_part(picture, page, box) for box in boxes]
                    scans = [pool.submit(read_scan, part, page.number, size) for part, size in parts]
                    asked = _Asked(page, scans, [] if whole else boxes)
                    busy += 1
            waiting.append(asked)
            while waiting and not isinstance(waiting[0], _Asked):
                yield _answered(waiting.popleft(), known)
        while waiting:
            yield _answered(waiting.popleft(), known)


def _answered(asked: _Asked | Page | None, known: list[float]) -> Page | None:
    from extractor.readers.scan_page import inset_of, page_of

    if not isinstance(asked, _Asked):
        return asked
    scans = [scan.result() for scan in asked.scans]
    if not asked.boxes:
        return page_of(scans[0], known)
    insets = [inset_of(scan, asked.page, box, known) for scan, box in zip(scans, asked.boxes, strict=True)]
    asked.page.insets = tuple(inset for inset in insets if inset is not None)
    return asked.page


def _part(picture: Picture, page: Page, box: BBox) -> tuple[Picture, tuple[float, float]]:
    """The picture of a box of the page, and the box's size in points."""
    scale = picture.shape[1] / page.size[0]
    x0, top, x1, bottom = (max(0, round(value * scale)) for value in box)
    part = picture[top:bottom, x0:x1]
    return part.copy(), (part.shape[1] / scale, part.shape[0] / scale)


def resolution(page: Page) -> float:
    """The pixels per inch at which to show a page: its picture's own where that is neither too coarse nor too fine."""
    wanted = min(MOST, max(FEWEST, page.resolution)) if page.resolution else MOST
    return min(wanted, 72 * LARGEST / max(page.size))
