"""档案: the archive as a table, search with snippets, and files on their way in."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine
from starlette.responses import RedirectResponse

from api.pages import pictures
from api.pages.guard import sees
from api.pages.render import page
from api.service.access import caller
from api.service.params import ReportsPage, SearchPage
from api.service.service import looked_up, service
from api.store import (
    Hit,
    ReportFilter,
    Share,
    Store,
    count_reports,
    facets,
    find_reports,
    other_versions,
    progress_of,
    search,
)
from extractor.archives.names import TAKEN

router = APIRouter()
ORDERS = {"newest": "最近入库", "alarms": "差错最多", "score_low": "总分最低", "score": "总分最高", "year": "年度最近"}
KINDS = {"finding": "发现", "problem": "问题", "paragraph": "正文"}
FACETS = {
    "year": "年度",
    "region": "地区",
    "department": "主管部门",
    "agency": "评价机构",
    "grade": "等级",
    "category": "问题类别",
}
_MOST_VALUES = 40  # of a filter
_SNIPPETS = 100
_SNIPPET = 90  # characters
_SECONDS = 30.0  # for which counts of what can be chosen from are kept
_counted: WeakKeyDictionary[Engine, tuple[float, dict[str, list[Share]]]] = WeakKeyDictionary()
P = TypeVar("P", bound=BaseModel)


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/reports", 303)


@router.get("/reports", dependencies=[sees("read")])
async def show(request: Request) -> Response:
    asked = asked_of(request, ReportsPage, {"versions": "newest"})

    def look(store: Store) -> dict[str, Any]:
        where = asked.reports()
        found = find_reports(store, where, asked.after, asked.limit, asked.sort)
        shown = [row.id for row in found.items]
        others = other_versions(store, shown) if where.newest_only else {}
        every = [*shown, *(row.id for rows in others.values() for row in rows)]
        return {
            "rows": found.items,
            "next": found.next,
            "others": others,
            "progress": progress_of(store, every),
            "snippets": _snippets(store, asked.text, shown),
            "facets": _facets(store),
            "total": None if asked.text else count_reports(store, where),
        }

    told = await looked_up(request, look)
    pictures.prepare(service(request).pictures)
    pairs = pairs_of(request)
    kept = [pair for pair in pairs if pair[0] not in ("after", "limit")]
    listed = [*(pair for pair in kept if pair[0] != "versions"), ("versions", asked.versions)]
    return page(
        request,
        "archive.html",
        **told,
        asked=asked,
        labels=FACETS,
        orders=ORDERS,
        chips=_chips(kept),
        query=urlencode([pair for pair in listed if pair[0] != "sort"]),
        whole_query=urlencode(kept),
        unsplit=urlencode([pair for pair in kept if pair[0] != "versions"]),
        listed_query=urlencode(listed),
        may_upload="upload" in caller(request).scopes,
        is_first=asked.after is None,
    )


def _facets(store: Store) -> dict[str, list[Share]]:
    """What can be chosen from. Counted anew once in a while only: all reports are looked at for it."""
    until, found = _counted.get(store.engine, (0.0, {}))
    if until < time.monotonic():
        found = facets(store, most=_MOST_VALUES)
        _counted[store.engine] = time.monotonic() + _SECONDS, found
    return found


def _snippets(store: Store, text: str | None, reports: Sequence[int]) -> dict[int, list[list[tuple[str, bool]]]]:
    """For each report a few places where the text stands."""
    if not text or not reports:
        return {}
    found: dict[int, list[list[tuple[str, bool]]]] = defaultdict(list)
    for hit in search(store, text, where=ReportFilter(reports=reports), limit=_SNIPPETS).items:
        if len(found[hit.report]) < 2:
            found[hit.report].append(cut(hit.snippet, hit.marks))
    return found


def cut(text: str, marks: Iterable[tuple[int, int]], most: int = _SNIPPET) -> list[tuple[str, bool]]:
    """A snippet of at most about `most` characters around its first mark, as pieces, each with whether it is marked."""
    spans = sorted(marks)
    start = max(0, spans[0][0] - most // 3) if spans else 0
    stop = min(len(text), start + most)
    pieces = [("…", False)] if start else []
    at = start
    for first, last in spans:
        if first >= stop or first < at:
            continue
        pieces += [(text[at:first], False), (text[first : min(last, stop)], True)]
        at = min(last, stop)
    return [*pieces, (text[at:stop] + ("…" if stop < len(text) else ""), False)]


def _chips(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is filtered by, each with the query that leaves it out."""
    names = {
        **FACETS,
        "text": "全文",
        "title": "标题",
        "kind": "类型",
        "score_from": "总分不低于",
        "score_to": "总分不高于",
    }
    names |= {"year_from": "年度不早于", "year_to": "年度不晚于", "has_alarms": "差错"}
    return [
        (
            f"{names[name]}：{ {'true': '有', 'false': '无'}.get(value, value) if name == 'has_alarms' else value }",
            urlencode([pair for pair in pairs if pair != (name, value)]),
        )
        for name, value in pairs
        if name in names
    ]


@router.get("/search", dependencies=[sees("read")])
async def show_search(request: Request) -> Response:
    if not any(name == "q" for name, _ in pairs_of(request)):
        nothing: dict[str, Any] = {"hits": [], "q": "", "next": None, "what": [], "versions": "newest"}
        return page(request, "search.html", **nothing, kinds=KINDS, cut=cut, place=hit_place)
    asked = asked_of(request, SearchPage, {"versions": "newest"})
    found = await looked_up(request, search, asked.q, asked.kinds(), asked.reports(), asked.after, asked.limit)
    kept = [pair for pair in pairs_of(request) if pair[0] != "after"]
    return page(
        request,
        "search.html",
        hits=found.items,
        q=asked.q,
        next=urlencode([*kept, ("after", found.next)]) if found.next else None,
        kinds=KINDS,
        what=asked.what,
        versions=asked.versions,
        cut=cut,
        place=hit_place,
    )


def hit_place(hit: Hit) -> str:
    """Where a hit is shown."""
    if hit.kind == "finding":
        return f"/reports/{hit.report}#finding-{hit.position}"
    if hit.page is not None:
        return f"/reports/{hit.report}#page-{hit.page}"
    return f"/reports/{hit.report}#b{hit.position}" if hit.kind == "paragraph" else f"/reports/{hit.report}#problems"


@router.get("/upload", dependencies=[sees("upload")])
async def show_upload(request: Request) -> Response:
    return page(request, "upload.html", most=service(request).settings.upload_bytes, known=sorted(TAKEN))


def pairs_of(request: Request) -> list[tuple[str, str]]:
    """What is asked for; a field of a form that was left empty asks for nothing."""
    return [
        (name, value) for name, value in parse_qsl(request.scope["query_string"].decode("latin-1")) if value.strip()
    ]


def asked_of(request: Request, form: type[P], defaults: Mapping[str, str] | None = None) -> P:
    """The query as the API understands it, `defaults` where it does not say. Raises RequestValidationError."""
    many: dict[str, Any] = defaultdict(list)
    for name, value in pairs_of(request):
        many[name].append(value)
    lists = {name for name, field in form.model_fields.items() if str(field.annotation).startswith("list")}
    told = {**(defaults or {}), **{name: values if name in lists else values[-1] for name, values in many.items()}}
    try:
        return form.model_validate(told)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        ) from None
