"""Jobs: uploads on their way to being reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from starlette.responses import StreamingResponse

from api.service import forms
from api.service.access import may
from api.service.jobs import Event, Job
from api.service.params import Hash, JobsOfState, asked
from api.service.responses import render, reply
from api.service.service import known, service

router = APIRouter(prefix="/jobs", tags=["上传任务"])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这项任务"}}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "每项变化一个 job 事件，数据为任务（JSON）",
        "content": {"text/event-stream": {}},
    }
}
LastEvent = Annotated[str | None, Header(description="最后收到的事件编号，之后的重新发送", pattern=r"^\d{1,18}$")]


@router.get("", summary="上传任务，新的在前", response_model=forms.Items[forms.Job], dependencies=[may("upload")])
async def list_jobs(request: Request, query: Annotated[JobsOfState, asked(JobsOfState)]) -> Response:
    """本次启动以来的任务，已结束的只保留最近的一千项。"""
    jobs = [job for job in service(request).jobs.all() if not query.state or job.state in query.state]
    return reply(request, {"items": jobs[: query.limit]})


@router.get(
    "/events",
    summary="所有任务的进度（server-sent events）",
    response_class=Response,
    dependencies=[may("upload")],
    responses=_STREAM,
)
async def follow_jobs(request: Request, last_event_id: LastEvent = None) -> Response:
    return _stream(request, None, last_event_id)


@router.get(
    "/{sha256}",
    summary="一项任务",
    response_model=forms.Job,
    dependencies=[may("upload")],
    responses=MISSING,
)
async def show_job(request: Request, sha256: Hash) -> Response:
    """任务的编号就是原件的 SHA-256，服务重启后仍然有效。"""
    return reply(request, known(await service(request).jobs.look_up(sha256), "这项任务"))


@router.get(
    "/{sha256}/events",
    summary="一项任务的进度（server-sent events），结束时断开",
    response_class=Response,
    dependencies=[may("upload")],
    responses={**_STREAM, **MISSING},
)
async def follow_job(request: Request, sha256: Hash, last_event_id: LastEvent = None) -> Response:
    job = known(await service(request).jobs.look_up(sha256), "这项任务")
    return _stream(request, job, last_event_id)


@router.post(
    "/{sha256}/cancellation",
    summary="取消还没有读完的任务",
    response_model=forms.Job,
    dependencies=[may("upload")],
    responses={**MISSING, 409: {"description": "任务已经结束"}},
)
async def cancel_job(request: Request, sha256: Hash) -> Response:
    """原件仍在档案库中；要读取时再上传一次。"""
    known(await service(request).jobs.look_up(sha256), "这项任务")
    return reply(request, await service(request).jobs.cancel(sha256))


def _stream(request: Request, job: Job | None, last: str | None) -> Response:
    state = service(request)

    async def lines() -> AsyncIterator[bytes]:
        async for event in state.jobs.follow(job, int(last) if last else None, state.settings.heartbeat):
            yield b": \n\n" if event is None else _line(event)

    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(lines(), 200, told, "text/event-stream")


def _line(event: Event) -> bytes:
    return b"id: %d\nevent: job\ndata: %s\n\n" % (event.number, render(event.job))
