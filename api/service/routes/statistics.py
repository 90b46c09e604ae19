"""Figures over many reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.service import forms
from api.service.access import may
from api.service.params import Facets, Statistics
from api.service.responses import reply
from api.service.service import service
from api.store import Group, Stats, facets, statistics, stats

router = APIRouter(tags=["统计"], dependencies=[may("read")])


@router.get("/statistics", summary="得分、差错、问题按机构、部门、年度等统计", response_model=forms.Items[Group])
async def show_statistics(request: Request, query: Annotated[Statistics, Query()]) -> Response:
    state = service(request)
    return reply(request, {"items": await state.threads.run(statistics, state.store, query.by, query.reports())})


@router.get("/facets", summary="可供筛选的各项取值和报告数", response_model=forms.Facets)
async def show_facets(request: Request, query: Annotated[Facets, Query()]) -> Response:
    state = service(request)
    return reply(request, await state.threads.run(facets, state.store, query.reports(), query.most))


@router.get("/stats", summary="档案库里有多少内容", response_model=Stats)
async def show_stats(request: Request) -> Response:
    state = service(request)
    return reply(request, await state.threads.run(stats, state.store))
