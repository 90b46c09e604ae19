"""Two reports beside each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from api.compare import Comparison
from api.service.access import caller, may
from api.service.comparison import compared
from api.service.params import TwoReports, asked
from api.service.responses import strong, tagged, unchanged
from api.service.service import note_view, service

_FORM = TypeAdapter(Comparison)
router = APIRouter(tags=["对比"], dependencies=[may("read")])


@router.get(
    "/comparison",
    summary="两份报告对比：事实、得分、重复出现的问题、雷同的段落、误留的名称",
    response_model=Comparison,
    responses={404: {"description": "没有这份报告"}},
)
async def show_comparison(request: Request, query: Annotated[TwoReports, asked(TwoReports)]) -> Response:
    state = service(request)
    found = await state.threads.run(compared, state.store, query.left, query.right)
    for report in (query.left, query.right):
        note_view(request, caller(request).name, report, "comparison")
    body = _FORM.dump_json(found)
    tag = strong(body)
    return unchanged(request, tag) or tagged(body, tag)
