"""What the archive gives to `heshu corpus export-reviewed`: the reports whose review is complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from api.cli.common import opened

if TYPE_CHECKING:
    from api.store import ReportRow, Store
    from extractor.review import ReviewedReport

_PAGE = 500  # reports


def reviewed_reports(url: str | None, originals: str | None) -> Iterator[ReviewedReport]:
    """Those of which every alarm was decided on and nothing waits, and of which anything was said at all. Raises
    click.ClickException for what the store refuses."""
    from api.store import find_reports, progress_of

    with opened(url, originals) as store:
        after = None
        while True:
            page = find_reports(store, after=after, limit=_PAGE)
            progress = progress_of(store, [row.id for row in page.items])
            for row in page.items:
                told = progress[row.id]
                if told.done and (told.decided or told.hints_decided or told.facts or told.added):
                    yield from _report(store, row)
            after = page.next
            if after is None:
                return


def _report(store: Store, row: ReportRow) -> Iterator[ReviewedReport]:
    from api.store import layout_in, lines_of, original_bytes, result_of, reviewed
    from extractor.review import ReviewedReport

    result, layout = result_of(store, row.id), layout_in(store, row.id)
    found = reviewed(store, row.id, result)
    if layout is None or found.waiting:
        return
    whole = b"".join(original_bytes(store, row.sha256)) if result.source.part.of == 1 else None
    form = result.source.format
    yield ReviewedReport(f"{row.id:06d}-{row.sha256[:8]}", form, whole, result, found.review, lines_of(layout))
