"""What reviewers say of facts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.service import forms
from api.service.access import caller, may
from api.service.params import ReportNumber, SaidNumber
from api.service.problems import Refused
from api.service.responses import reply
from api.service.service import said_of, service
from api.store import Correction, StoreError, correct, corrections_of, settle_correction
from extractor.review import Verdict

router = APIRouter(prefix="/reports/{report}/corrections", tags=["复核"])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告"}}


class NewCorrection(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"fact": "/headline/budget", "verdict": "corrected", "value": "936 万元", "note": "见批复"}]
        },
    )

    fact: str = Field(
        min_length=1, max_length=4000, pattern=r"^/[^\x00]*$", description="事实的名称，例如 /headline/budget"
    )
    verdict: Verdict = Field(description="confirmed 属实，dismissed 误取，corrected 更正")
    value: str | None = Field(None, max_length=2000, pattern=r"^[^\x00]*$", description="更正后的内容，数字可带单位")
    note: str = Field("", max_length=4000, pattern=r"^[^\x00]*$", description="说明")


@router.get(
    "",
    summary="对一份报告各项事实的复核意见，先后为序",
    response_model=forms.Items[Correction],
    dependencies=[may("read")],
    responses=MISSING,
)
async def list_corrections(request: Request, report: ReportNumber) -> Response:
    """同一项事实以最后一次为准。"""
    return reply(request, {"items": await said_of(request, report, corrections_of)})


@router.post(
    "",
    summary="确认、否定或更正一项事实",
    status_code=201,
    response_model=Correction,
    dependencies=[may("review")],
    responses={**MISSING, 409: {"description": "没有这项事实，或者内容不合要求"}},
)
async def add_correction(request: Request, report: ReportNumber, new: NewCorrection) -> Response:
    """更正后的数进入列表、统计、导出，并有标记；原来读出的数仍保留在结果中。"""
    state = service(request)
    await said_of(request, report, corrections_of)
    by = caller(request).name
    number = await state.threads.run(correct, state.store, report, new.fact, new.verdict, new.value, new.note, by)
    made = next(word for word in await said_of(request, report, corrections_of) if word.id == number)
    return reply(request, made, 201, {"Location": request.url.path})


@router.post(
    "/{correction}/settlement",
    summary="待重新确认的意见已看过，不再等待",
    response_model=forms.Items[Correction],
    dependencies=[may("review")],
    responses={404: {"description": "没有这份报告，或者没有这条待重新确认的意见"}},
)
async def settle(request: Request, report: ReportNumber, correction: SaidNumber) -> Response:
    """意见和记录仍保留；以后再读出同样的内容时照样生效。"""
    state = service(request)
    try:
        await state.threads.run(settle_correction, state.store, report, correction, caller(request).name)
    except StoreError as error:
        raise Refused(404, error.message) from None
    return reply(request, {"items": await said_of(request, report, corrections_of)})
