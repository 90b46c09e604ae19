"""Files to keep: of one report, and tables of a query."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Path, Request, Response

from api.ingest import PoolError
from api.service import exports, tabular
from api.service.access import caller, may
from api.service.params import Checks, DocumentPassword, Findings, Problems, ReportNumber, Sorted, asked
from api.service.problems import Refused
from api.service.responses import download, strong, unchanged
from api.service.routes.originals import MEDIA_TYPES
from api.service.service import known, looked_up, service
from api.store import (
    CheckRow,
    FindingRow,
    Page,
    ProblemRow,
    ReportRow,
    Store,
    StoreError,
    body_of,
    find_checks,
    find_findings,
    find_problems,
    find_report,
    find_reports,
    original_bytes,
    review_of,
)
from api.store.rows import result_of
from extractor.output.jsonfile import to_json
from extractor.review import Review

router = APIRouter(tags=["下载"], dependencies=[may("read")])
MISSING: dict[int | str, dict[str, Any]] = {404: {"description": "没有这份报告"}}
MOST_IN_WORKBOOK = 200  # reports
_XLSX = tabular.MEDIA_TYPES["xlsx"]
_MADE: dict[int | str, dict[str, Any]] = {
    409: {"description": "没有做成，如原件不是 PDF 或 Word 文件，或者打不开"},
    503: {"description": "制作文件的进程不能用"},
}
TableForm = Annotated[
    tabular.Form,
    Path(description="格式", openapi_examples={form: {"value": form} for form in ("csv", "jsonl", "parquet")}),
]


def _file(*kinds: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "文件", "content": {kind: {} for kind in kinds}}}


@router.get(
    "/reports/{report}/original",
    summary="下载原件",
    response_class=Response,
    responses={**_file("application/octet-stream", *MEDIA_TYPES.values()), **MISSING},
)
async def original_file(request: Request, report: ReportNumber) -> Response:
    state, row = service(request), await _report(request, report)
    tag = strong("original", row.sha256)
    if same := unchanged(request, tag):
        return same
    _note(request, row, "original")
    kind = MEDIA_TYPES.get(row.format or "", "application/octet-stream")
    return download(original_bytes(state.store, row.sha256), row.name or "报告", kind, {"ETag": tag})


@router.get(
    "/reports/{report}/result.json",
    summary="下载完整结果（JSON）",
    response_class=Response,
    responses={**_file("application/json"), **MISSING},
)
async def result_file(request: Request, report: ReportNumber) -> Response:
    """有复核意见时，更正过的数已改在结果中，review 中是谁在何时改的、原来是什么。"""
    row = await _report(request, report)
    version, body = await _body(request, report)
    review = await service(request).threads.run(review_of, service(request).store, report, body)
    tag = strong("result.json", report, version, review)
    if same := unchanged(request, tag):
        return same
    _note(request, row, "json")
    told = to_json(result_of(body), review=review).encode() if review else zlib.decompress(body)
    return download(told, f"{_stem(row)}.json", "application/json", {"ETag": tag})


@router.get(
    "/reports/{report}/workbook.xlsx",
    summary="下载 Excel 工作簿",
    response_class=Response,
    responses={**_file(_XLSX), **MISSING, **_MADE},
)
async def workbook_file(request: Request, report: ReportNumber) -> Response:
    """概览、评分表、问题、勾稽核对、预警五张表，不符的数、更正过的数有标记。"""
    row = await _report(request, report)
    _, body = await _body(request, report)
    review = await service(request).threads.run(review_of, service(request).store, report, body)
    _note(request, row, "xlsx")
    made = await _made(request, exports.workbook, [(_stem(row), body)], [review])
    return download(made, f"{_stem(row)}.xlsx", _XLSX)


@router.get(
    "/reports/{report}/annotated",
    summary="下载批注了差错的副本（PDF 或 Word）",
    response_class=Response,
    responses={**_file(*MEDIA_TYPES.values()), **MISSING, **_MADE},
)
async def annotated_file(request: Request, report: ReportNumber, password: DocumentPassword = None) -> Response:
    """复核为误报的不批注。响应头 X-Lost-Notes 是在原文中找不到位置、没有加上的批注数。"""
    state, row = service(request), await _report(request, report)
    form = row.format or ""
    if form not in exports.ANNOTATED:
        raise Refused(409, "批注只能加在 PDF 和 Word 文件上")
    _, body = await _body(request, report)
    review = await state.threads.run(review_of, state.store, report, body)
    _note(request, row, "annotated")
    secret = unquote(password) if password else state.access.sessions.password(request, row.sha256)
    made, lost = await _made(request, exports.annotated, state.store.blobs, row.sha256, form, [(body, review)], secret)
    return download(made, f"{_stem(row)}-批注.{form}", MEDIA_TYPES[form], {"X-Lost-Notes": str(lost)})


@router.get(
    "/reports.xlsx",
    summary="下载多份报告的 Excel 工作簿",
    response_class=Response,
    responses={**_file(_XLSX), **_MADE},
)
async def workbook_of_query(request: Request, query: Annotated[Sorted, asked(Sorted)]) -> Response:
    """最多 200 份报告；更多时请缩小范围，或下载 CSV。"""

    def find(store: Store) -> list[tuple[str, bytes, Review]]:
        page = find_reports(store, query.reports(), limit=MOST_IN_WORKBOOK + 1, order=query.sort)
        if len(page.items) > MOST_IN_WORKBOOK:
            raise Refused(422, f"超过 {MOST_IN_WORKBOOK} 份报告，请缩小范围，或下载 CSV")
        bodies = ((row, body_of(store, row.id)) for row in page.items)
        return [(f"{row.id}-{_stem(row)}", body[1], review_of(store, row.id, body[1])) for row, body in bodies if body]

    results = await looked_up(request, find)
    _note_query(request, "reports", "xlsx")
    named = [(name, body) for name, body, _ in results]
    made = await _made(request, exports.workbook, named, [review for _, _, review in results])
    return download(made, "reports.xlsx", _XLSX)


_TABLES = _file(*(tabular.MEDIA_TYPES[form].partition(";")[0] for form in ("csv", "jsonl", "parquet"))) | {
    501: {"description": "没有安装 Parquet 组件"}
}


@router.get(
    "/reports.{form}", summary="下载报告列表（CSV、JSONL、Parquet）", response_class=Response, responses=_TABLES
)
async def reports_table(request: Request, form: TableForm, query: Annotated[Sorted, asked(Sorted)]) -> Response:
    store, where = service(request).store, query.reports()
    return await _table(
        request, "reports", form, ReportRow, lambda after: find_reports(store, where, after, tabular.BATCH, query.sort)
    )


@router.get("/findings.{form}", summary="下载发现（CSV、JSONL、Parquet）", response_class=Response, responses=_TABLES)
async def findings_table(request: Request, form: TableForm, query: Annotated[Findings, asked(Findings)]) -> Response:
    store, which, where = service(request).store, query.findings(), query.reports()
    return await _table(
        request, "findings", form, FindingRow, lambda after: find_findings(store, which, where, after, tabular.BATCH)
    )


@router.get("/problems.{form}", summary="下载问题（CSV、JSONL、Parquet）", response_class=Response, responses=_TABLES)
async def problems_table(request: Request, form: TableForm, query: Annotated[Problems, asked(Problems)]) -> Response:
    store, which, where = service(request).store, query.problems(), query.reports()
    return await _table(
        request, "problems", form, ProblemRow, lambda after: find_problems(store, which, where, after, tabular.BATCH)
    )


@router.get("/checks.{form}", summary="下载核对（CSV、JSONL、Parquet）", response_class=Response, responses=_TABLES)
async def checks_table(request: Request, form: TableForm, query: Annotated[Checks, asked(Checks)]) -> Response:
    store, which, where = service(request).store, query.checks(), query.reports()
    return await _table(
        request, "checks", form, CheckRow, lambda after: find_checks(store, which, where, after, tabular.BATCH)
    )


async def _table(
    request: Request, noun: str, form: tabular.Form, row: type, find: Callable[[str | None], Page[Any]]
) -> Response:
    write = tabular.writer(form, row)
    try:
        body = await tabular.batches(service(request).threads, find, write)
    except StoreError as error:
        raise Refused(422, error.message) from None
    _note_query(request, noun, form)
    return download(body, f"{noun}.{form}", tabular.MEDIA_TYPES[form])


async def _report(request: Request, report: int) -> ReportRow:
    try:
        return await service(request).threads.run(find_report, service(request).store, report)
    except StoreError as error:
        raise Refused(404, error.message) from None


async def _body(request: Request, report: int) -> tuple[str, bytes]:
    state = service(request)
    return known(await state.threads.run(body_of, state.store, report), "这份报告的结果")


async def _made(request: Request, call: Callable[..., Any], *arguments: Any) -> Any:
    """What the process for exports makes. Raises Refused where it cannot."""
    try:
        reply = await asyncio.wrap_future(service(request).exports.submit(call, *arguments))
    except PoolError as error:
        raise Refused(503, error.message) from None
    if reply.value is None:
        raise Refused(409, f"没有做成：{reply.reason}")
    return reply.value


def _stem(row: ReportRow) -> str:
    """What files made of a report are called: as its own, and which part of it where there are several."""
    stem = PurePath((row.name or "报告").replace("\\", "/")).stem
    return stem if row.part == 1 else f"{stem}-{row.part}"


def _note(request: Request, row: ReportRow, what: str) -> None:
    details = {"what": what, "sha256": row.sha256}
    service(request).journal.note("download", str(row.id), caller(request).name, details)


def _note_query(request: Request, noun: str, form: str) -> None:
    query = request.scope["query_string"].decode("latin-1")
    service(request).journal.note("download", noun, caller(request).name, {"what": form, "query": query})
