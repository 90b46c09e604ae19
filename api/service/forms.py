"""The forms of what is answered, for the OpenAPI document. Answers are rendered from the store's rows as they are; a test
holds them to these forms."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.service.jobs import State
from api.store import Alarms, ReportRow, Trend, Unanswered, Verdict
from api.store import Category as CategoryTrend
from api.store import Share as FacetShare
from extractor.document import Warning
from extractor.result import (
    Defect,
    Dimension,
    Headline,
    Indicator,
    Meta,
    Problem,
    ProblemRow,
    Source,
    Suggestion,
)

T = TypeVar("T")
AlarmSeverity = Literal["high", "medium", "low"]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Listing(Form, Generic[T]):
    items: list[T]
    next: str | None = Field(description="下一页的地址，没有下一页时为 null")


class Items(Form, Generic[T]):
    items: list[T]


class Panorama(Form):
    scores: list[Trend]
    alarms: list[Alarms]
    categories: list[CategoryTrend]
    unanswered: list[Unanswered]


class Trouble(Form):
    """RFC 9457"""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = Field(default=[], description="参数有误时，每项一条：place、name、detail")


class Decision(Form):
    id: int
    report: int = Field(description="当时所看的报告")
    fingerprint: str = Field(description="当时那条发现的指纹")
    attached: str | None = Field(description="现在对应的发现的指纹，null 表示待重新确认")
    verdict: Verdict = Field(description="confirmed 属实，dismissed 误报")
    note: str
    title: str
    quotes: list[str]
    decided_at: str
    decided_by: str | None
    settled_at: str | None = Field(description="待重新确认的，何时有人看过、不再等待")


class Place(Form):
    quote: str
    page: int | None
    bbox: tuple[float, float, float, float] | None
    section: str | None


class _Finding(Form):
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    position: int = Field(description="在完整结果 findings 中的下标")
    fingerprint: str
    rule: str | None
    severity: str
    confidence: float
    title: str
    explanation: str
    evidence: list[Place]


class Finding(_Finding):
    verdict: Verdict | None = Field(description="最近一次复核意见")


class ReportFinding(Finding):
    decision: Decision | None
    carried: list[Decision]


class FoundProblem(Form):
    id: int
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    origin: Literal["problems", "problem_list", "defects"]
    position: int = Field(description="在完整结果相应列表中的下标")
    heading: str | None
    text: str
    category: str | None
    unit: str | None
    page: int | None


class Check(Form):
    report: int
    position: int = Field(description="在完整结果 checks 中的下标")
    kind: str
    rule: str
    verdict: str
    severity: str
    confidence: float
    expression: str
    page: int | None


class Paragraph(Form):
    id: int
    position: int = Field(description="在文中的块号，与完整结果中 evidence 的 block 相同")
    page: int | None
    section: str | None
    text: str


class Review(Form):
    """How many of a report's findings were decided on, and how many words on findings and facts wait (待重新确认)."""

    confirmed: int
    dismissed: int
    waiting: int


class Report(Form):
    report: ReportRow
    names: list[str] = Field(description="原件入库时的各个文件名")
    versions: list[ReportRow] = Field(description="同一份报告的各个文件，包括它自己")
    extractor_versions: list[str] = Field(description="读过它的各个程序版本")
    review: Review


class Facts(Form):
    source: Source
    meta: Meta
    headline: Headline
    dimensions: list[Dimension]
    indicators: list[Indicator]
    problems: list[Problem]
    problem_list: list[ProblemRow]
    defects: list[Defect]
    suggestions: list[Suggestion]
    warnings: list[Warning]


class Comparable(Form):
    """Reports that one can be laid beside."""

    project: list[ReportRow]
    department: list[ReportRow]
    agency: list[ReportRow]


class Hit(Form):
    kind: Literal["finding", "problem", "paragraph"]
    report: int
    report_title: str | None
    year: int | None
    agency: str | None
    position: int = Field(description="段落的块号，发现或问题在其列表中的下标")
    origin: Literal["problems", "problem_list", "defects"] | None = Field(description="问题所在的列表")
    title: str | None = Field(description="发现或问题的标题")
    page: int | None
    section: str | None
    snippet: str
    marks: list[tuple[int, int]] = Field(description="snippet 中要突出显示的各段 [起, 止)")


class Job(Form):
    id: str = Field(description="原件的 SHA-256")
    name: str
    size: int
    state: State = Field(
        description="queued 等待，reading 正在读取，saving 正在保存，done 完成，failed 失败，cancelled 已取消"
    )
    duplicate: bool = Field(description="同样内容的文件先前已经入库")
    reports: list[int] = Field(description="读出的报告")
    error: str | None = Field(description="失败的原因")
    by: str | None
    created_at: str
    changed_at: str


class Original(Form):
    sha256: str
    format: str | None
    size: int
    added_at: str
    added_by: str | None
    names: list[str]
    reports: list[int]


class Deleted(Form):
    sha256: str
    names: list[str]
    reports: int
    decisions: int


class LogEntry(Form):
    at: str
    by: str | None
    action: str
    subject: str
    details: dict[str, Any]


class Me(Form):
    name: str | None = Field(description="密钥的名称；本机无密钥访问时为 null")
    scopes: list[str]


class Health(Form):
    status: Literal["ok"]
    version: str


class Facets(Form):
    agency: list[FacetShare]
    department: list[FacetShare]
    region: list[FacetShare]
    year: list[FacetShare]
    grade: list[FacetShare]
    kind: list[FacetShare]
    category: list[FacetShare]
