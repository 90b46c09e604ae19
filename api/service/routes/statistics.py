"""Figures over many reports."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import may
from api.service.params import Facets, Panorama, Statistics, asked
from api.service.responses import reply
from api.service.service import looked_up, lookups
from api.store import (
    Group,
    Stats,
    Store,
    alarms_by,
    category_trends,
    facets,
    score_trends,
    statistics,
    stats,
    unanswered,
)

router = APIRouter(tags=["统计"], dependencies=[may("read")])


@router.get("/statistics", summary="得分、差错、问题按机构、部门、年度等统计", response_model=forms.Items[Group])
async def show_statistics(request: Request, query: Annotated[Statistics, asked(Statistics)]) -> Response:
    return reply(request, {"items": await looked_up(request, statistics, query.by, query.reports())})


@router.get(
    "/panorama", summary="全景：历年得分、差错的种类、问题类别的趋势、反复提出的建议", response_model=forms.Panorama
)
async def show_panorama(request: Request, query: Annotated[Panorama, asked(Panorama)]) -> Response:
    def look(store: Store) -> dict[str, Any]:
        where = query.reports()
        return {
            "scores": score_trends(store, query.over, where),
            "alarms": alarms_by(store, query.over, where),
            "categories": category_trends(store, where),
            "unanswered": unanswered(store, where),
        }

    return reply(request, await looked_up(request, look))


@router.get("/facets", summary="可供筛选的各项取值和报告数", response_model=forms.Facets)
async def show_facets(request: Request, query: Annotated[Facets, asked(Facets)]) -> Response:
    return reply(request, await looked_up(request, facets, query.reports(), query.most))


@router.get("/stats", summary="档案库里有多少内容", response_model=Stats)
async def show_stats(request: Request) -> Response:
    state = lookups(request)
    return reply(request, await state.threads.run(stats, state.store))
