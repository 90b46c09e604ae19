"""Reports: which there are, and what one of them holds."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response

from api.service import forms
from api.service.access import caller, may
from api.service.listing import listed
from api.service.params import (
    ChecksOfReport,
    FindingsOfReport,
    ParagraphsOfReport,
    ProblemsOfReport,
    ReportNumber,
    ReportsPage,
    Version,
    asked,
    next_link,
)
from api.service.problems import Refused
from api.service.responses import reply, strong, tagged, unchanged
from api.service.service import known, lookups, note_view
from api.store import (
    FindingRow,
    ReportFilter,
    ReportRow,
    Standing,
    Store,
    StoreError,
    body_of,
    decisions_of,
    find_checks,
    find_findings,
    find_problems,
    find_report,
    find_reports,
    is_report,
    names_of,
    paragraphs_in,
    progress_of,
    report_versions,
    result_versions,
    standings,
)
from extractor.result import Result

router = APIRouter(prefix="/reports", tags=["报告"], dependencies=[may("read")])

# Of a result; the checks and findings have routes of their own.
FACTS = (
    "source", "meta", "headline", "dimensions", "indicators", "problems", "problem_list", "defects", "suggestions", "warnings",
)  # fmt: skip
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告"}}
_MOST = 1000  # findings or problems of one report


@router.get("", summary="报告列表：按条件筛选、排序", response_model=forms.Listing[ReportRow])
async def list_reports(request: Request, query: Annotated[ReportsPage, asked(ReportsPage)]) -> Response:
    where = query.reports()
    return await listed(request, find_reports, where, after=query.after, limit=query.limit, order=query.sort)


@router.get("/{report}", summary="一份报告的概要", response_model=forms.Report, responses=MISSING)
async def show_report(request: Request, report: ReportNumber) -> Response:
    return await _of_report(request, report, "summary", lambda store: _summary(store, report))


@router.get("/{report}/result", summary="完整结果（JSON）", response_model=Result, responses=MISSING)
async def show_result(request: Request, report: ReportNumber, version: Version = None) -> Response:
    """格式见 docs/result.md。结果一经保存不再改变，ETag 由报告编号和程序版本得出。"""
    deflated = "deflate" in request.headers.get("accept-encoding", "")
    state = lookups(request)
    found = known(await state.threads.run(body_of, state.store, report, version), "这份报告的结果")
    note_view(request, caller(request).name, report, "result")
    # Kept deflated, it is sent so to whoever takes it.
    tag = strong("result", report, found[0], deflated)
    told = {"Vary": "Accept-Encoding", **({"Content-Encoding": "deflate"} if deflated else {})}
    return unchanged(request, tag) or tagged(found[1] if deflated else zlib.decompress(found[1]), tag, told)


@router.get("/{report}/facts", summary="从报告取出的事实", response_model=forms.Facts, responses=MISSING)
async def show_facts(request: Request, report: ReportNumber, version: Version = None) -> Response:
    """完整结果中除核对和发现之外的部分。"""
    state = lookups(request)
    read, body = known(await state.threads.run(body_of, state.store, report, version), "这份报告的结果")
    note_view(request, caller(request).name, report, "facts")
    tag = strong("facts", report, read)
    if same := unchanged(request, tag):
        return same
    return tagged(_facts(body), tag)


@router.get(
    "/{report}/findings",
    summary="一份报告的发现和复核意见",
    response_model=forms.Items[forms.ReportFinding],
    responses=MISSING,
)
async def list_findings(
    request: Request, report: ReportNumber, query: Annotated[FindingsOfReport, asked(FindingsOfReport)]
) -> Response:
    """按报告中的次序。decision 是对它的最近一次复核意见；carried 是在同一报告的其他文件中对同一发现的意见，仅供参考。"""

    def find(store: Store) -> dict[str, Any]:
        said = standings(store, report)
        rows = find_findings(store, query.findings(), ReportFilter(reports=[report]), limit=_MOST).items
        return {"items": [_standing(row, said.get(row.fingerprint, Standing(None, ()))) for row in rows]}

    return await _of_report(request, report, "findings", find)


@router.get(
    "/{report}/problems",
    summary="一份报告承认的问题",
    response_model=forms.Items[forms.FoundProblem],
    responses=MISSING,
)
async def list_problems(
    request: Request, report: ReportNumber, query: Annotated[ProblemsOfReport, asked(ProblemsOfReport)]
) -> Response:
    def find(store: Store) -> dict[str, Any]:
        return {"items": find_problems(store, query.problems(), ReportFilter(reports=[report]), limit=_MOST).items}

    return await _of_report(request, report, "problems", find)


@router.get(
    "/{report}/checks",
    summary="一份报告的核对",
    response_model=forms.Listing[forms.Check],
    responses=MISSING,
)
async def list_checks(
    request: Request, report: ReportNumber, query: Annotated[ChecksOfReport, asked(ChecksOfReport)]
) -> Response:
    """算式的各项数字及其所在位置在完整结果的 checks 中，position 是其下标。"""

    def find(store: Store) -> dict[str, Any]:
        page = find_checks(store, query.checks(), ReportFilter(reports=[report]), query.after, query.limit)
        return {"items": page.items, "next": next_link(request, page.next)}

    return await _of_report(request, report, "checks", find)


@router.get(
    "/{report}/paragraphs",
    summary="一份报告的正文",
    response_model=forms.Listing[forms.Paragraph],
    responses=MISSING,
)
async def list_paragraphs(
    request: Request, report: ReportNumber, query: Annotated[ParagraphsOfReport, asked(ParagraphsOfReport)]
) -> Response:
    """段落、标题和表格的行，按原文次序；after 是上一段的 id。"""

    def find(store: Store) -> dict[str, Any]:
        rows = paragraphs_in(store, report, query.after, query.limit + 1)
        more = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
        return {"items": rows[: query.limit], "next": next_link(request, more)}

    return await _of_report(request, report, "paragraphs", find)


@router.get(
    "/{report}/versions",
    summary="同一份报告的各个文件（Word、PDF，初稿、定稿）",
    response_model=forms.Items[ReportRow],
    responses=MISSING,
)
async def list_versions(request: Request, report: ReportNumber) -> Response:
    return await _of_report(request, report, "versions", lambda store: {"items": report_versions(store, report)})


async def _of_report(request: Request, report: int, what: str, find: Callable[[Store], Any]) -> Response:
    """Answers with what `find` gives of a report, and notes that it was looked at. Raises Refused (404, 422)."""
    state = lookups(request)

    def look() -> Any:
        with state.store.reading():
            if not is_report(state.store, report):
                raise Refused(404, f"档案库中没有报告 {report}")
            try:
                return find(state.store)
            except StoreError as error:
                raise Refused(422, error.message) from None

    found = await state.threads.run(look)
    note_view(request, caller(request).name, report, what)
    return reply(request, found)


def _summary(store: Store, report: int) -> dict[str, Any]:
    row = find_report(store, report)
    decisions = decisions_of(store, row.id)
    last = {decision.attached: decision.verdict for decision in decisions}
    said = Counter(verdict for attached, verdict in last.items() if attached)
    return {
        "report": row,
        "names": names_of(store, row.sha256),
        "versions": report_versions(store, row.id),
        "extractor_versions": result_versions(store, row.id),
        "review": {
            "confirmed": said["confirmed"],
            "dismissed": said["dismissed"],
            "waiting": progress_of(store, [row.id])[row.id].waiting,
        },
    }


def _facts(body: bytes) -> bytes:
    result = orjson.loads(zlib.decompress(body))
    return orjson.dumps({name: result[name] for name in FACTS})


def _standing(row: FindingRow, said: Standing) -> dict[str, Any]:
    shown = {field.name: getattr(row, field.name) for field in fields(row)}
    return {**shown, "decision": said.own, "carried": said.carried}
