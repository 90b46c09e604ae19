"""What a request may ask for. A parameter that is not known is refused: a misspelt filter must not show everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_origin
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Depends, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from api.service.jobs import State
from api.service.problems import PRINTABLE
from api.store import CheckFilter, FindingFilter, ProblemFilter, ReportFilter, Wanted
from api.store.panorama import Over
from api.store.reports import Order
from api.store.search import KINDS
from api.store.search import Kind as HitKind
from api.store.statistics import By
from extractor.result import Category, CheckKind, Kind, Severity, Verdict

Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?Z)?$")]
Year = Annotated[int, Field(ge=1900, le=2200)]
Score = Annotated[float, Field(ge=-1000, le=10_000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Many = Field(max_length=50)
Names = Annotated[list[Words], Many]
Said = Literal["confirmed", "dismissed"]

SAMPLE_HASH = "2e0730f9fdc147ab0eca7731f32653b6fcc1f02e3c4ece318dd88bfcde9f520e"  # of the text 核数
ReportNumber = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="报告编号", openapi_examples={"sample": {"value": 1}})
]
SaidNumber = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="复核意见的编号", openapi_examples={"sample": {"value": 1}})
]
Hash = Annotated[
    str,
    Path(pattern="^[0-9a-f]{64}$", description="原件的 SHA-256", openapi_examples={"sample": {"value": SAMPLE_HASH}}),
]
Version = Annotated[str | None, Query(max_length=40, pattern=PRINTABLE, description="程序版本，默认为当前结果的版本")]

DocumentPassword = Annotated[
    str | None,
    Header(alias="X-Document-Password", max_length=200, description="加密原件的密码，不会保存（UTF-8 百分号编码）"),
]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


def asked(model: type[Asked]) -> Any:
    """A dependency of routes: the query as this model. FastAPI could read it too, in half a millisecond of its own."""
    many = frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is list)

    async def read(request: Request) -> Asked:
        given: dict[str, Any] = {}
        for name, value in request.query_params.multi_items():
            if name in many:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from None

    read.model = model  # type: ignore[attr-defined]  # told in the OpenAPI document
    return Depends(read)


class Paged(Asked):
    after: str | None = Field(None, max_length=500, description="上一页 next 中的翻页标记")
    limit: int = Field(50, ge=1, le=500, description="每页条数", examples=[20])


class Reports(Asked):
    """Which reports; all that is given must hold, of several values of one parameter one is enough."""

    year: list[Year] = Field([], max_length=50, description="评价年度，可重复", examples=[[2021]])
    year_from: Year | None = Field(None, description="评价年度不早于", examples=[2020])
    year_to: Year | None = Field(None, description="评价年度不晚于", examples=[2022])
    region: list[Words] = Field([], max_length=50, description="地区，可重复", examples=[["云川市"]])
    department: list[Words] = Field([], max_length=50, description="主管部门，可重复", examples=[["云川市园林中心"]])
    agency: list[Words] = Field([], max_length=50, description="评价机构，可重复", examples=[["明衡评估咨询有限公司"]])
    grade: list[Words] = Field([], max_length=50, description="绩效等级，可重复", examples=[["良"]])
    kind: list[Kind] = Field([], max_length=4, description="报告类型，可重复", examples=[["项目支出"]])
    score_from: Score | None = Field(None, description="总分不低于", examples=[80])
    score_to: Score | None = Field(None, description="总分不高于", examples=[90])
    has_alarms: bool | None = Field(None, description="有无差错", examples=[True])
    category: list[Category] = Field([], max_length=16, description="问题类别，可重复", examples=[["绩效目标"]])
    title: Words | None = Field(None, description="标题中的字", examples=["绿道"])
    text: Words | None = Field(None, description="报告正文、问题或发现中的字", examples=["满意度"])
    versions: Literal["all", "newest"] = Field(
        "all",
        description="同一份报告有几个文件（Word、PDF、初稿）时：all 各算一份，newest 只算最后入库的",
        examples=["newest"],
    )

    def reports(self) -> ReportFilter:
        return ReportFilter(
            years=self.year,
            year_from=self.year_from,
            year_to=self.year_to,
            regions=self.region,
            departments=self.department,
            agencies=self.agency,
            grades=self.grade,
            kinds=self.kind,
            score_from=self.score_from,
            score_to=self.score_to,
            has_alarms=self.has_alarms,
            categories=self.category,
            title_has=self.title,
            text=self.text,
            newest_only=self.versions == "newest",
        )


class Sorted(Reports):
    sort: Order = Field("newest", description="排序：newest 最近入库，score、score_low 总分，alarms 差错数，year 年度")


class ReportsPage(Sorted, Paged):
    pass


class WhichFindings(Asked):
    rule: Names = Field([], description="规则，可重复", examples=[["table.total"]])
    severity: list[Severity] = Field([], max_length=4, description="严重程度，可重复", examples=[["high"]])
    min_confidence: Share | None = Field(None, description="可信度不低于", examples=[0.5])
    decided: bool | None = Field(None, description="是否有复核意见", examples=[False])
    verdict: list[Said] = Field([], max_length=2, description="最近一次复核意见", examples=[["confirmed"]])

    def findings(self) -> FindingFilter:
        return FindingFilter(
            rules=self.rule,
            severities=self.severity,
            min_confidence=self.min_confidence,
            decided=self.decided,
            verdicts=self.verdict,
        )


class Findings(Reports, WhichFindings):
    pass


class FindingsOfReport(WhichFindings):
    pass


class ParagraphsOfReport(Asked):
    after: int = Field(0, ge=0, le=2**63 - 1, description="上一段的 id")
    limit: int = Field(200, ge=1, le=1000, description="每页段数", examples=[100])


class FindingsPage(Findings, Paged):
    pass


class WhichProblems(Asked):
    origin: list[Literal["problems", "problem_list", "defects"]] = Field(
        [],
        max_length=3,
        description="所在：problems 问题部分，problem_list 问题清单，defects 散见各处，可重复",
        examples=[["problems"]],
    )


class Problems(Reports, WhichProblems):
    """Here `category` is that of the problem itself."""

    def problems(self) -> ProblemFilter:
        return ProblemFilter(categories=self.category, origins=self.origin)


class ProblemsPage(Problems, Paged):
    pass


class ProblemsOfReport(WhichProblems):
    category: list[Category] = Field([], max_length=16, description="问题类别，可重复", examples=[["绩效目标"]])

    def problems(self) -> ProblemFilter:
        return ProblemFilter(categories=self.category, origins=self.origin)


class WhichChecks(Asked):
    check: list[CheckKind] = Field([], max_length=12, description="核对种类，可重复", examples=[["sum"]])
    rule: Names = Field([], description="规则，可重复", examples=[["table.total"]])
    verdict: list[Verdict] = Field([], max_length=3, description="结论，可重复", examples=[["inconsistent"]])
    severity: list[Severity] = Field([], max_length=4, description="严重程度，可重复", examples=[["high"]])
    min_confidence: Share | None = Field(None, description="可信度不低于", examples=[0.5])

    def checks(self) -> CheckFilter:
        return CheckFilter(
            kinds=self.check,
            rules=self.rule,
            verdicts=self.verdict,
            severities=self.severity,
            min_confidence=self.min_confidence,
        )


class Checks(Reports, WhichChecks):
    pass


class ChecksPage(Checks, Paged):
    pass


class ChecksOfReport(WhichChecks, Paged):
    pass


class SearchPage(Reports, Paged):
    q: Words = Field(description="要找的字，至少一个", examples=["满意度"])
    what: list[HitKind] = Field(
        [], max_length=3, description="finding 发现，problem 问题，paragraph 正文，默认全部，可重复"
    )

    def kinds(self) -> Sequence[HitKind]:
        return self.what or KINDS


class Statistics(Reports):
    by: By = Field("year", description="按什么分组", examples=["agency"])


class Panorama(Reports):
    over: Over = Field("agency", description="按谁汇总", examples=["department"])


class TwoReports(Asked):
    left: Number = Field(description="左边的报告，通常较早", examples=[1])
    right: Number = Field(description="右边的报告", examples=[1])


class Facets(Reports):
    most: int = Field(20, ge=1, le=500, description="每项最多列出多少个取值", examples=[10])


class LogEntries(Asked):
    last: int = Field(100, ge=1, le=1000, description="最近多少条", examples=[20])
    subject: Words | None = Field(None, description="报告编号或原件的 SHA-256（可以只写开头）", examples=["1"])
    action: Words | None = Field(None, description="做了什么", examples=["view"])
    by: Words | None = Field(None, description="密钥的名称", examples=["审计一处"])
    since: Moment | None = Field(None, description="从何时起（UTC）", examples=["2026-01-01T00:00:00Z"])

    def wanted(self) -> Wanted:
        return Wanted(self.subject, self.action, self.by, self.since)


class JobsOfState(Asked):
    state: list[State] = Field([], max_length=6, description="状态，可重复")
    limit: int = Field(100, ge=1, le=1000, description="最多多少项", examples=[20])


def next_link(request: Request, cursor: str | None) -> str | None:
    """Where the following page is: this request with another cursor."""
    if cursor is None:
        return None
    sent = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = urlencode([pair for pair in sent if pair[0] != "after"] + [("after", cursor)])
    return f"{quote(request.scope['path'])}?{query}"
