"""Two reports beside each other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from api.compare import Comparison
from api.service import forms
from api.service.access import caller, may
from api.service.comparison import candidates, compared
from api.service.params import ReportNumber, TwoReports, asked
from api.service.problems import Refused
from api.service.responses import reply, strong, tagged, unchanged
from api.service.service import note_view, service
from api.store import ReportRow, Store, StoreError, find_report

_FORM = TypeAdapter(Comparison)
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告"}}
router = APIRouter(tags=["对比"], dependencies=[may("read")])


@router.get(
    "/comparison",
    summary="两份报告对比：事实、得分、重复出现的问题、雷同的段落、误留的名称",
    response_model=Comparison,
    responses=MISSING,
)
async def show_comparison(request: Request, query: Annotated[TwoReports, asked(TwoReports)]) -> Response:
    state = service(request)
    found = await state.threads.run(compared, state.store, query.left, query.right)
    for report in (query.left, query.right):
        note_view(request, caller(request).name, report, "comparison")
    body = _FORM.dump_json(found)
    tag = strong(body)
    return unchanged(request, tag) or tagged(body, tag)


@router.get(
    "/reports/{report}/comparable",
    summary="适合与一份报告对比的：同一项目、同一主管部门、同一机构的报告",
    response_model=forms.Comparable,
    responses=MISSING,
)
async def list_comparable(request: Request, report: ReportNumber) -> Response:
    """每份只列一次；同一份报告的其他文件不列。"""

    def find(store: Store) -> dict[str, list[ReportRow]]:
        try:
            return candidates(store, find_report(store, report))
        except StoreError as error:
            raise Refused(404, error.message) from None

    state = service(request)
    return reply(request, await state.threads.run(find, state.store))
