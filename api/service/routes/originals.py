"""Originals: files as they came in."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import caller, may
from api.service.params import DocumentPassword, Hash
from api.service.problems import Refused
from api.service.responses import download, reply, strong, unchanged
from api.service.service import known, service
from api.service.uploads import received
from api.store import StoreError, delete_original, is_read_by, original, original_bytes
from extractor.version import VERSION

router = APIRouter(prefix="/originals", tags=["原件"])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这个原件"}}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "PDF、DOCX 或文本文件"},
                        "password": {"type": "string", "maxLength": 200, "description": "加密文件的密码，不会保存"},
                    },
                },
                "example": {"file": "核数", "password": ""},
            }
        },
    }
}


@router.post(
    "",
    summary="上传一个文件",
    status_code=202,
    response_model=forms.Job,
    dependencies=[may("upload")],
    responses={
        200: {"description": "同样的内容已经读过，不再读取", "model": forms.Job},
        400: {"description": "正文不是完整的表单"},
        413: {"description": "文件太大"},
        415: {"description": "正文不是表单"},
        429: {"description": "等待读取的文件太多"},
    },
    openapi_extra=_FORM,
)
async def add(request: Request) -> Response:
    """收下后立即回答，读取在后台进行；进度见任务。内容相同的文件只保存和读取一次。"""
    state = service(request)
    state.jobs.refuse_when_full()
    by = caller(request).name
    async with received(request, state.settings, state.threads) as upload:
        job = await state.jobs.add(upload.path, upload.name, by, upload.password)
    location = {"Location": f"/api/v1/jobs/{job.id}"}
    return reply(request, job, 200 if job.state == "done" else 202, location)


@router.get(
    "/{sha256}",
    summary="一个原件",
    response_model=forms.Original,
    dependencies=[may("read")],
    responses=MISSING,
)
async def show(request: Request, sha256: Hash) -> Response:
    state = service(request)
    return reply(request, known(await state.threads.run(original, state.store, sha256), "这个原件"))


@router.get(
    "/{sha256}/file",
    summary="下载原件",
    response_class=Response,
    dependencies=[may("read")],
    responses={200: {"content": {kind: {} for kind in ("application/octet-stream", *MEDIA_TYPES.values())}}, **MISSING},
)
async def show_file(request: Request, sha256: Hash) -> Response:
    state = service(request)
    found = known(await state.threads.run(original, state.store, sha256), "这个原件")
    tag = strong("original", sha256)
    if same := unchanged(request, tag):
        return same
    state.journal.note("download", sha256, caller(request).name, {"what": "original"})
    kind = MEDIA_TYPES.get(found.format or "", "application/octet-stream")
    told = {"ETag": tag, "Content-Length": str(found.size)}
    return download(original_bytes(state.store, sha256), found.names[0], kind, told)


@router.post(
    "/{sha256}/reextraction",
    summary="用现在的程序版本重新读取一个原件",
    status_code=202,
    response_model=forms.Job,
    dependencies=[may("admin")],
    responses={**MISSING, 409: {"description": "这个版本已经读过，或者正在读取"}},
)
async def reread(request: Request, sha256: Hash, password: DocumentPassword = None) -> Response:
    """收下后立即回答，读取在后台进行；进度见任务。原来的结果仍保留，复核意见随发现保留，找不到对应发现的待重新确认。
    读取失败的，原来的结果仍是当前结果。"""
    state = service(request)
    known(await state.threads.run(original, state.store, sha256), "这个原件")
    if await state.threads.run(is_read_by, state.store, sha256, VERSION):
        raise Refused(409, f"这个版本（{VERSION}）已经读过这个原件")
    state.jobs.refuse_when_full()
    try:
        secret = unquote(password) if password else state.access.sessions.password(request, sha256)
        job = await state.jobs.reread(sha256, caller(request).name, secret)
    except StoreError as error:
        raise Refused(404, error.message) from None
    return reply(request, job, 202, {"Location": f"/api/v1/jobs/{job.id}"})


@router.delete(
    "/{sha256}",
    summary="删除原件，连同从它取出的结果和复核意见",
    response_model=forms.Deleted,
    dependencies=[may("admin")],
    responses=MISSING,
)
async def delete(request: Request, sha256: Hash) -> Response:
    """日志中留有记录。"""
    state = service(request)
    try:
        gone = await state.threads.run(delete_original, state.store, sha256, caller(request).name)
    except StoreError:
        gone = None
    return reply(request, known(gone, "这个原件"))
