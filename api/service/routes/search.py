"""Full-text search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import may
from api.service.listing import listed
from api.service.params import SearchPage, asked
from api.store import search

router = APIRouter(tags=["全文检索"], dependencies=[may("read")])


@router.get("/search", summary="在正文、问题和发现中检索", response_model=forms.Listing[forms.Hit])
async def list_hits(request: Request, query: Annotated[SearchPage, asked(SearchPage)]) -> Response:
    """q 以空格分开的各部分都要出现；全角半角、大小写、空格不计。marks 是 snippet 中要突出显示的各段。"""
    kinds = query.kinds()
    return await listed(request, search, query.q, kinds, query.reports(), query.after, query.limit)
