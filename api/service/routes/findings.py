"""Findings, problems and checks across reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import may
from api.service.listing import listed
from api.service.params import ChecksPage, FindingsPage, ProblemsPage, asked
from api.store import find_checks, find_findings, find_problems

router = APIRouter(tags=["跨报告查询"], dependencies=[may("read")])


@router.get("/findings", summary="发现：差错和提示", response_model=forms.Listing[forms.Finding])
async def list_findings(request: Request, query: Annotated[FindingsPage, asked(FindingsPage)]) -> Response:
    """新入库的报告在前，同一份报告中按原文次序。"""
    return await listed(request, find_findings, query.findings(), query.reports(), query.after, query.limit)


@router.get("/problems", summary="报告承认的问题", response_model=forms.Listing[forms.FoundProblem])
async def list_problems(request: Request, query: Annotated[ProblemsPage, asked(ProblemsPage)]) -> Response:
    """新入库的报告在前。category 是问题本身的类别。"""
    return await listed(request, find_problems, query.problems(), query.reports(), query.after, query.limit)


@router.get("/checks", summary="核对", response_model=forms.Listing[forms.Check])
async def list_checks(request: Request, query: Annotated[ChecksPage, asked(ChecksPage)]) -> Response:
    """新入库的报告在前，同一份报告中按原文次序。"""
    return await listed(request, find_checks, query.checks(), query.reports(), query.after, query.limit)
