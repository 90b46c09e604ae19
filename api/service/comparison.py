"""Two reports of the archive beside each other."""

from __future__ import annotations

from collections.abc import Callable, Collection

from api.compare import Comparison, Passage, Side, compare
from api.service.service import known
from api.store import (
    ReportFilter,
    ReportRow,
    Store,
    body_of,
    find_report,
    find_reports,
    paragraphs_in,
    report_versions,
    review_of,
    same_project,
    search,
)
from api.store.rows import result_of
from extractor.review import corrected

MOST_PARAGRAPHS = 20_000  # of a report
COMMON = 2  # other reports that hold a passage too, from which on copying from each other does not explain it
_PHRASE = 14  # characters by which a passage is looked for in other reports
_HITS = 20
_ALIKE = 8  # reports offered for each likeness


def compared(store: Store, left: int, right: int) -> Comparison:
    """Raises Refused (404) where one of the two is not there."""
    own = {row.id for report in (left, right) for row in report_versions(store, report)} | {left, right}
    return compare(_side(store, left), _side(store, right), _is_common(store, own))


def candidates(store: Store, row: ReportRow) -> dict[str, list[ReportRow]]:
    """Reports that one is often laid beside: the same project's of other years, the same department's, the same agency's;
    each once, its own other files left out."""
    project = [find_report(store, number) for number in same_project(store, row.id, _ALIKE)]
    left_out = {version.id for version in report_versions(store, row.id)} | {row.id} | {other.id for other in project}

    def alike(where: ReportFilter) -> list[ReportRow]:
        found = find_reports(store, where, limit=_ALIKE + len(left_out)).items
        return [other for other in found if other.id not in left_out][:_ALIKE]

    return {
        "project": project,
        "department": alike(ReportFilter(departments=[row.department], newest_only=True)) if row.department else [],
        "agency": alike(ReportFilter(agencies=[row.agency], newest_only=True)) if row.agency else [],
    }


def _side(store: Store, report: int) -> Side:
    _, body = known(body_of(store, report), "这份报告的结果")
    rows = paragraphs_in(store, report, limit=MOST_PARAGRAPHS)
    result = corrected(result_of(body), review_of(store, report, body).facts)
    return Side(result, [Passage(row.position, row.text, row.page, row.section) for row in rows])


def _is_common(store: Store, own: Collection[int]) -> Callable[[str], bool]:
    def is_common(text: str) -> bool:
        letters = "".join(text.split())
        start = max(0, (len(letters) - _PHRASE) // 2)
        hits = search(store, letters[start : start + _PHRASE], kinds=("paragraph",), limit=_HITS).items
        return len({hit.report for hit in hits} - set(own)) >= COMMON

    return is_common
