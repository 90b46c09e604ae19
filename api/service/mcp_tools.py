"""What language models can ask for: look-ups in the store, answered briefly enough for them to read. Knows nothing of the
protocol."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import orjson
from pydantic import Field

from api.service.params import Asked, Findings, Reports, Sorted, Words
from api.store import (
    Decision,
    FindingFilter,
    Page,
    ReportFilter,
    Standing,
    Store,
    StoreError,
    body_of,
    find_findings,
    find_report,
    find_reports,
    search,
    standings,
)
from api.store.search import KINDS
from api.store.search import Kind as HitKind

Part = Literal["meta", "headline", "dimensions", "indicators", "problems", "problem_list", "defects", "suggestions"]
PARTS: tuple[Part, ...] = get_args(Part)
_MOST = 1000  # findings of one report
# Of a place in the report; where it lies in the file is of no use to one who reads.
_PLACE = ("page", "section", "quote")
# Of a report, as it is listed.
_LISTED = (
    "title", "kind", "year", "region", "department", "unit", "agency", "report_date", "grade", "score", "alarms", "hints",
    "problems", "name", "document",
)  # fmt: skip


class Few(Asked):
    after: str | None = Field(None, max_length=500, description="上一页的 next")
    limit: int = Field(20, ge=1, le=100, description="每页条数")


class SearchArguments(Reports, Few):
    q: Words = Field(description="要找的字；以空格分开的各部分都要出现")
    what: list[HitKind] = Field([], max_length=3, description="finding 发现，problem 问题，paragraph 正文，默认全部")


class ReportsArguments(Sorted, Few):
    pass


class FindingsArguments(Findings, Few):
    pass


class ReportArguments(Asked):
    report: int = Field(ge=1, le=2**63 - 1, description="报告编号，来自其他工具的结果")


class FactsArguments(ReportArguments):
    parts: list[Part] = Field(
        [],
        max_length=len(PARTS),
        description="meta 基本信息，headline 预算、支出、总分等，dimensions 一级指标，indicators 各级指标，problems 问题，"
        "problem_list 问题清单，defects 散见各处的不足，suggestions 建议；默认全部",
    )


class AlarmsArguments(ReportArguments):
    hints: bool = Field(False, description="是否连同提示（严重程度为 info）一起列出")


@dataclass(frozen=True, slots=True)
class Tool:
    """`answer` takes the store and checked arguments, and raises StoreError; `views` names what of a report it shows, for
    the log."""

    name: str
    title: str
    description: str
    arguments: type[Asked]
    answer: Callable[[Store, Any], dict[str, Any]]
    views: str | None = None


def _search(store: Store, asked: SearchArguments) -> dict[str, Any]:
    page = search(store, asked.q, asked.what or KINDS, asked.reports(), asked.after, asked.limit)
    return _paged(page, [_without_none({**asdict(hit), "marks": None}) for hit in page.items])


def _list_reports(store: Store, asked: ReportsArguments) -> dict[str, Any]:
    page = find_reports(store, asked.reports(), asked.after, asked.limit, asked.sort)
    return _paged(page, [_listed(row) for row in page.items])


def _list_findings(store: Store, asked: FindingsArguments) -> dict[str, Any]:
    page = find_findings(store, asked.findings(), asked.reports(), asked.after, asked.limit)
    return _paged(page, [_finding(row) for row in page.items])


def _report_facts(store: Store, asked: FactsArguments) -> dict[str, Any]:
    row, found = find_report(store, asked.report), body_of(store, asked.report)
    if found is None:
        raise StoreError(f"没有报告 {asked.report} 的结果")
    result = orjson.loads(zlib.decompress(found[1]))
    wanted = [part for part in PARTS if part in (asked.parts or PARTS)]
    return {**_listed(row), "facts": {part: _brief(result[part]) for part in wanted}, "warnings": result["warnings"]}


def _report_alarms(store: Store, asked: AlarmsArguments) -> dict[str, Any]:
    row = find_report(store, asked.report)
    rows = find_findings(store, FindingFilter(), ReportFilter(reports=[asked.report]), limit=_MOST).items
    said = standings(store, asked.report)
    shown = [one for one in rows if asked.hints or one.severity != "info"]
    told = [{**_finding(one), **_said(said.get(one.fingerprint, Standing(None, ())))} for one in shown]
    return {**_listed(row), "findings": told}


TOOLS = (
    Tool(
        "search",
        "全文检索",
        "在报告正文、报告承认的问题和本程序的发现中找字，给出所在的报告、页码、章节和原文片段。"
        '要在发现的文字中找，用 what=["finding"]。可同时按年度、地区、部门、机构等筛选报告。',
        SearchArguments,
        _search,
    ),
    Tool(
        "list_reports",
        "报告列表",
        "按评价年度、地区、主管部门、评价机构、绩效等级、总分、有无差错、问题类别、标题等条件列出绩效评价报告。"
        "document 相同的是同一份报告的不同文件（Word、PDF，初稿、定稿）。",
        ReportsArguments,
        _list_reports,
    ),
    Tool(
        "list_findings",
        "跨报告列出发现",
        "列出重新计算后发现的差错和提示：合计不符、得分与扣分不符、前后数字不一致等，可按规则、严重程度、可信度、"
        "复核意见和报告的各项条件筛选。新入库的报告在前。",
        FindingsArguments,
        _list_findings,
    ),
    Tool(
        "report_facts",
        "一份报告的事实",
        "读取从一份报告取出的事实：基本信息、预算和支出、总分和等级、各级指标的分值和得分、问题、建议，都附原文出处。",
        FactsArguments,
        _report_facts,
        views="facts",
    ),
    Tool(
        "report_alarms",
        "一份报告的差错",
        "读取一份报告的差错，每条附算式说明、原文出处和复核意见。decision 是对这个文件的复核意见，"
        "carried 是在同一份报告的其他文件上所作的复核意见，仅供参考。",
        AlarmsArguments,
        _report_alarms,
        views="findings",
    ),
)


def _paged(page: Page[Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "next": page.next}


def _listed(row: Any) -> dict[str, Any]:
    return {"report": row.id, **{name: getattr(row, name) for name in _LISTED}}


def _finding(row: Any) -> dict[str, Any]:
    told = {
        "report": row.report,
        "report_title": row.report_title,
        "year": row.year,
        "fingerprint": row.fingerprint,
        "rule": row.rule,
        "severity": row.severity,
        "confidence": row.confidence,
        "title": row.title,
        "explanation": row.explanation,
        "evidence": [_place(place) for place in row.evidence],
        "verdict": row.verdict,
    }
    return _without_none(told)


def _said(standing: Standing) -> dict[str, Any]:
    """Of a finding, here and in the report's other files."""
    own = _decision(standing.own) if standing.own else None
    return {"decision": own, "carried": [_decision(one) for one in standing.carried]}


def _decision(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in ("report", "verdict", "note", "decided_by", "decided_at")}


def _brief(value: Any) -> Any:
    """A part of a result with one place for every fact, and without what is not there."""
    if isinstance(value, list):
        return [_brief(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _place(one) if name == "evidence" and isinstance(one, dict) else _brief(one)
        for name, one in value.items()
        if one is not None and name != "mentions"
    }


def _place(place: dict[str, Any]) -> dict[str, Any]:
    return {name: place[name] for name in _PLACE if place.get(name)}


def _without_none(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
