"""Pages that are pictures, or whose text layer is worth nothing, replaced by what their pictures say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from extractor.readers import ocr
from extractor.readers.page import Page

FEWEST, MOST = 150.0, 200.0
"""Pixels per inch that pages are shown at: below, the characters of footnotes are lost; above, nothing is won."""
LARGEST = 4000
"""Pixels on the longer side of a page: a plan is shown more coarsely."""

Picture = Any
"""A page as an array of BGR pixels, or of grey ones."""


def recognised(
    pages: Iterable[Page | None], picture_of: Callable[[Page, float], Picture | None], jobs: int = 1
) -> Iterator[Page | None]:
    """The pages in their order, read from their pictures where that is needed and rapidocr is installed.

    `picture_of(page, dpi)` shows a page, if it can; it is called in the caller's thread, one page at a time. `jobs` pages are read
    side by side, and no more than that are in memory.
    """
    if not ocr.available():
        yield from pages
        return
    from extractor.readers.scan_page import Scan, page_of, read_scan

    known: list[float] = []
    waiting: deque[Page | Future[Scan] | None] = deque()
    busy = 0

    def next_page() -> Page | None:
        first = waiting.popleft()
        return page_of(first.result(), known) if isinstance(first, Future) else first

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        for page in pages:
            if page is None or not (page.scan or page.garbled):
                waiting.append(page)
            else:
                while busy > jobs:
                    busy -= isinstance(waiting[0], Future)
                    yield next_page()
                ocr.load()
                picture = picture_of(page, resolution(page))
                if picture is None:
                    waiting.append(page)
                else:
                    waiting.append(pool.submit(read_scan, picture, page.number, page.size))
                    busy += 1
            while waiting and not isinstance(waiting[0], Future):
                yield next_page()
        while waiting:
            yield next_page()


def resolution(page: Page) -> float:
    """The pixels per inch at which to show a page: its picture's own where that is neither too coarse nor too fine."""
    wanted = min(MOST, max(FEWEST, page.resolution)) if page.resolution else MOST
    return min(wanted, 72 * LARGEST / max(page.size))
