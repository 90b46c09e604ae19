"""对比: two reports side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.pages.guard import sees
from api.pages.render import page
from api.service.access import caller
from api.service.comparison import candidates, compared
from api.service.params import Words
from api.service.problems import Refused
from api.service.service import note_view, service
from api.store import ReportFilter, ReportRow, Store, StoreError, find_report, find_reports

router = APIRouter()
Report = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
LIKENESSES = {
    "recent": "最近入库的报告",
    "project": "同一项目的报告",
    "department": "同一主管部门的报告",
    "agency": "同一机构的报告",
    "title": "标题中有这些字的报告",
}
_MOST_FOUND, _RECENT = 30, 10
_SHOWN = 12  # places of a name


@router.get("/comparison", dependencies=[sees("read")])
async def show(
    request: Request, left: Report = None, right: Report = None, title: Annotated[Words | None, Query()] = None
) -> Response:
    state = service(request)
    if left is None or right is None:
        told = await state.threads.run(_choices, state.store, left, title)
        return page(request, "choose.html", title=title, right=right, labels=LIKENESSES, **told)

    def look(store: Store) -> dict[str, Any]:
        return {"rows": (_row(store, left), _row(store, right)), "compared": compared(store, left, right)}

    told = await state.threads.run(look, state.store)
    for report in (left, right):
        note_view(request, caller(request).name, report, "comparison")
    return page(request, "comparison.html", most_places=_SHOWN, **told)


def _choices(store: Store, left: int | None, title: str | None) -> dict[str, Any]:
    """What can be laid beside a report: what was asked for, else what is alike."""
    row = _row(store, left) if left is not None else None
    if title:
        found = find_reports(store, ReportFilter(title_has=title, newest_only=True), limit=_MOST_FOUND).items
        return {"row": row, "groups": {"title": [other for other in found if row is None or other.id != row.id]}}
    alike = candidates(store, row) if row else {}
    if any(alike.values()):
        return {"row": row, "groups": alike}
    recent = find_reports(store, ReportFilter(newest_only=True), limit=_RECENT).items
    return {"row": row, "groups": {"recent": [other for other in recent if row is None or other.id != row.id]}}


def _row(store: Store, report: int) -> ReportRow:
    try:
        return find_report(store, report)
    except StoreError as error:
        raise Refused(404, error.message) from None
