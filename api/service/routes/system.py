"""The service itself: whether it lives, who is asking, what was done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import caller, may
from api.service.params import LogEntries, asked
from api.service.responses import reply
from api.service.service import service
from api.store import Entry, Store, read_log
from extractor.version import VERSION

router = APIRouter(tags=["服务"])


@router.get("/health", summary="服务是否正常", response_model=forms.Health)
async def show_health(request: Request) -> Response:
    """不需要密钥，也不读数据库。"""
    return reply(request, {"status": "ok", "version": VERSION})


@router.get("/me", summary="这个密钥的名称和权限", response_model=forms.Me, dependencies=[may("read")])
async def show_me(request: Request) -> Response:
    me = caller(request)
    return reply(request, {"name": me.name, "scopes": me.scopes})


@router.get(
    "/log",
    summary="日志：谁在何时上传、查看、下载、改动了什么",
    response_model=forms.Items[forms.LogEntry],
    dependencies=[may("admin")],
)
async def list_log(request: Request, query: Annotated[LogEntries, asked(LogEntries)]) -> Response:
    """最近的若干条，先后为序。"""

    def find(store: Store) -> list[Entry]:
        return list(read_log(store, query.wanted(), query.last))

    state = service(request)
    return reply(request, {"items": await state.threads.run(find, state.store)})
