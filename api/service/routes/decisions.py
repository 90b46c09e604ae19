"""What reviewers say of findings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.service import forms
from api.service.access import caller, may
from api.service.params import ReportNumber, SaidNumber
from api.service.problems import Refused
from api.service.responses import matches, reply, strong
from api.service.service import said_of, service
from api.store import Decision, StoreError, Verdict, decide, decisions_of, settle_decision

router = APIRouter(prefix="/reports/{report}/decisions", tags=["复核"])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告，或者没有这条发现"}}


class NewDecision(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"fingerprint": "a1", "verdict": "confirmed", "note": "合计少加了一行"}]},
    )

    fingerprint: str = Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$", description="发现的指纹")
    verdict: Verdict = Field(description="confirmed 属实，dismissed 误报")
    note: str = Field("", max_length=4000, pattern=r"^[^\x00]*$", description="说明")


@router.get(
    "",
    summary="一份报告的复核意见，先后为序",
    response_model=forms.Items[forms.Decision],
    dependencies=[may("read")],
    responses=MISSING,
)
async def list_decisions(request: Request, report: ReportNumber) -> Response:
    """同一条发现以最后一次为准；attached 为 null 的待重新确认。ETag 可用于提交时的 If-Match。"""
    said = await said_of(request, report, decisions_of)
    return reply(request, {"items": said}, headers={"ETag": _tag(report, said)})


@router.post(
    "",
    summary="提交复核意见",
    status_code=201,
    response_model=forms.Decision,
    dependencies=[may("review")],
    responses={**MISSING, 412: {"description": "在此期间已有别的复核意见"}},
)
async def add_decision(
    request: Request,
    report: ReportNumber,
    new: NewDecision,
    if_match: Annotated[str | None, Header(description="复核意见的 ETag；已有变化时不接受")] = None,
) -> Response:
    state = service(request)
    # One after the other: nobody decides between another's look at If-Match and their decision.
    async with state.deciding:
        said = await said_of(request, report, decisions_of)
        if if_match is not None and not matches(if_match, _tag(report, said)):
            raise Refused(412, "在此期间已有别的复核意见，请重新取得后再提交")
        by = caller(request).name
        try:
            number = await state.threads.run(decide, state.store, report, new.fingerprint, new.verdict, new.note, by)
        except StoreError as error:
            raise Refused(404, error.message) from None
        said = await said_of(request, report, decisions_of)
    made = next(decision for decision in said if decision.id == number)
    return reply(request, made, 201, {"Location": request.url.path, "ETag": _tag(report, said)})


@router.post(
    "/{decision}/settlement",
    summary="待重新确认的意见已看过，不再等待",
    response_model=forms.Items[forms.Decision],
    dependencies=[may("review")],
    responses={404: {"description": "没有这份报告，或者没有这条待重新确认的意见"}},
)
async def settle(request: Request, report: ReportNumber, decision: SaidNumber) -> Response:
    """意见和记录仍保留；以后再找到对应的发现时照样生效。"""
    state = service(request)
    try:
        await state.threads.run(settle_decision, state.store, report, decision, caller(request).name)
    except StoreError as error:
        raise Refused(404, error.message) from None
    return reply(request, {"items": await said_of(request, report, decisions_of)})


def _tag(report: int, said: list[Decision]) -> str:
    return strong("decisions", report, *[(decision.id, decision.attached) for decision in said])
