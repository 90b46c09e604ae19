"""Errors that reviewers found and the program did not."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.service import forms
from api.service.access import caller, may
from api.service.params import ReportNumber
from api.service.problems import Refused
from api.service.responses import reply
from api.service.service import said_of, service
from api.store import Addition, StoreError, add_finding, additions_of, withdraw_addition
from api.store.additions import LONGEST
from extractor.review import AddedKind

router = APIRouter(prefix="/reports/{report}/additions", tags=["复核"])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告"}}


class NewAddition(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "logic", "severity": "medium", "text": "扣分理由与得分不一致"}]},
    )

    kind: AddedKind = Field(description="arithmetic 计算，cross-mention 前后不一，logic 事理，grade 等级")
    severity: forms.AlarmSeverity = Field("medium", description="严重程度")
    text: str = Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00]*$", description="差错在哪里")
    quote: str = Field("", max_length=LONGEST, pattern=r"^[^\x00]*$", description="报告中的原文，可不给")


@router.get(
    "",
    summary="复核人在一份报告中补充的差错，先后为序",
    response_model=forms.Items[Addition],
    dependencies=[may("read")],
    responses=MISSING,
)
async def list_additions(request: Request, report: ReportNumber) -> Response:
    """撤回的不列。page 和 block 是原文现在所在的页和块。"""
    return reply(request, {"items": await said_of(request, report, additions_of)})


@router.post(
    "",
    summary="补充一处程序没有发现的差错",
    status_code=201,
    response_model=Addition,
    dependencies=[may("review")],
    responses={**MISSING, 409: {"description": "报告中没有这段原文，或者内容不合要求"}},
)
async def add_addition(request: Request, report: ReportNumber, new: NewAddition) -> Response:
    """重新读取后仍保留，导出时有“人工补充”标记。"""
    state, by = service(request), caller(request).name
    await said_of(request, report, additions_of)
    number = await state.threads.run(add_finding, state.store, report, new.kind, new.severity, new.text, new.quote, by)
    made = next(one for one in await said_of(request, report, additions_of) if one.id == number)
    return reply(request, made, 201, {"Location": f"{request.url.path}/{number}"})


@router.delete(
    "/{addition}",
    summary="撤回补充的差错",
    response_model=forms.Items[Addition],
    dependencies=[may("review")],
    responses={404: {"description": "没有这份报告，或者没有这条补充"}},
)
async def remove_addition(
    request: Request,
    report: ReportNumber,
    addition: int = Path(ge=1, le=2**63 - 1, description="补充的编号", openapi_examples={"sample": {"value": 1}}),
) -> Response:
    """回答仍然有效的补充；日志中留有记录。"""
    state = service(request)
    await said_of(request, report, additions_of)
    try:
        await state.threads.run(withdraw_addition, state.store, report, addition, caller(request).name)
    except StoreError as error:
        raise Refused(404, error.message) from None
    return reply(request, {"items": await said_of(request, report, additions_of)})
