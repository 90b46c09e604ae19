"""The result of one report: the only definition of its form in code (docs/result.md describes it, `heshu schema` prints it).

Numbers are `Decimal` inside the program, so that nothing that decides a verdict passes through a float, and JSON
numbers outside. Facts and checks build these models directly; there is no second set of types.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from extractor.document import Evidence, Warning
from extractor.sheet import ScoreSheet

SCHEMA_VERSION: Literal["1.0"] = "1.0"


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(_json_number, return_type=float, when_used="json")]

Category = Literal[
    "立项决策", "绩效目标", "预算编制与分配", "资金到位与执行", "资金使用合规", "管理制度", "组织实施与监管", "采购与合同",
    "档案资料", "产出数量质量", "时效进度", "成本控制", "效益与可持续", "满意度", "信息公开与宣传", "其他",
]  # fmt: skip

Kind = Literal["项目支出", "部门整体", "部门自评", "其他"]
CheckKind = Literal[
    "sum", "difference", "product", "ratio", "mean", "weighted", "equal", "count", "grade", "rule", "date", "text"
]
Verdict = Literal["consistent", "inconsistent", "unverifiable"]
Severity = Literal["high", "medium", "low", "info"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Part(Model):
    """Which report of the file this is: 1-based `index` of `of`; `pages` its first and last page, null without pages."""

    index: int = 1
    of: int = 1
    pages: tuple[int, int] | None = None


class Source(Model):
    name: str
    sha256: str
    format: str
    pages: int | None = None
    ocr_pages: list[int] = Field(default_factory=list)
    part: Part = Field(default_factory=Part)


class Value(Model):
    """A fact in words: a name, a date (`YYYY-MM` or `YYYY-MM-DD`), a kind."""

    value: str
    evidence: Evidence | None = None


class Year(Model):
    value: int
    evidence: Evidence | None = None


class Meta(Model):
    title: Value | None = None
    kind: Value | None = None
    project_name: Value | None = None
    evaluated_year: Year | None = None
    entrusting_party: Value | None = None
    competent_department: Value | None = None
    implementing_unit: Value | None = None
    evaluator: Value | None = None
    report_date: Value | None = None


class Quantity(Model):
    """A figure: `value` in `unit` (元, 万元, 亿元, %, 分), `text` as it stands. `mentions` are all places that state it,
    the chosen one (`evidence`) among them."""

    value: Number
    unit: str | None = None
    text: str
    evidence: Evidence
    mentions: list[Evidence] = Field(default_factory=list)


class Grade(Model):
    """The grade in the report's own word."""

    value: str
    unit: None = None
    text: str
    evidence: Evidence
    mentions: list[Evidence] = Field(default_factory=list)


class Headline(Model):
    budget: Quantity | None = None
    adjusted_budget: Quantity | None = None
    funds_arrived: Quantity | None = None
    expenditure: Quantity | None = None
    arrival_rate: Quantity | None = None
    execution_rate: Quantity | None = None
    total_score: Quantity | None = None
    grade: Grade | None = None


class Dimension(Model):
    """A first-level indicator with its weight and score (分) and rate (%)."""

    name: str
    weight: Number | None = None
    score: Number | None = None
    rate: Number | None = None
    evidence: Evidence


class Indicator(Model):
    """A leaf row of the scoring table; `path` leads from the dimension to the leaf."""

    path: list[str]
    weight: Number | None = None
    score: Number | None = None
    criteria: str | None = None
    reason: str | None = None
    evidence: Evidence


class Problem(Model):
    heading: str
    text: str
    category: Category | None = None
    amounts: list[str] = Field(default_factory=list)
    evidence: Evidence


class ProblemRow(Model):
    unit: str | None = None
    text: str
    category: Category | None = None
    evidence: Evidence


class Defect(Model):
    """A deficiency that is stated outside the lists of problems. `restates` holds 0-based indexes into `problems`: those
    that tell the same fact."""

    text: str
    category: Category | None = None
    confidence: float
    restates: list[int] = Field(default_factory=list)
    evidence: Evidence


class Suggestion(Model):
    """`addresses` holds 0-based indexes into `problems`."""

    heading: str
    text: str
    addresses: list[int] = Field(default_factory=list)
    evidence: Evidence


class Operand(Model):
    """A number as it stands in the document, without its unit."""

    text: str
    value: Number
    unit: str | None = None
    evidence: Evidence


class Bounds(Model):
    low: Number
    high: Number


class Check(Model):
    """One equation. `expected` is what the operands allow, their rounding considered; `difference` is stated minus
    computed. `stated` and `expected` are null for checks without numbers."""

    id: str = ""
    kind: CheckKind
    rule: str
    verdict: Verdict
    severity: Severity = "info"
    confidence: float = 1.0
    stated: Operand | None = None
    operands: list[Operand] = Field(default_factory=list)
    expression: str = ""
    expected: Bounds | None = None
    difference: Number | None = None


class Finding(Model):
    """One error, however many checks show it. `checks` holds 0-based indexes into `checks`; `evidence` every place that
    takes part, the one at fault first."""

    id: str = ""
    fingerprint: str
    severity: Severity
    confidence: float
    title: str
    explanation: str
    diagnosis: list[str] = Field(default_factory=list)
    consequences: list[str] = Field(default_factory=list)
    checks: list[int] = Field(default_factory=list)
    evidence: list[Evidence] = Field(default_factory=list)


class Result(Model):
    schema_version: Literal["1.0"] = SCHEMA_VERSION
    extractor_version: str
    source: Source
    meta: Meta = Field(default_factory=Meta)
    headline: Headline = Field(default_factory=Headline)
    dimensions: list[Dimension] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
    problem_list: list[ProblemRow] = Field(default_factory=list)
    defects: list[Defect] = Field(default_factory=list)
    suggestions: list[Suggestion] = Field(default_factory=list)
    checks: list[Check] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    warnings: list[Warning] = Field(default_factory=list)


class Facts(Model):
    """What is read from one report, before it is checked: the middle of a `Result`, with the tables of scores as they
    stand, which only the checks read. Categories and `defects` are the classifier's, all else the rules'."""

    meta: Meta = Field(default_factory=Meta)
    headline: Headline = Field(default_factory=Headline)
    dimensions: list[Dimension] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
    problem_list: list[ProblemRow] = Field(default_factory=list)
    defects: list[Defect] = Field(default_factory=list)
    suggestions: list[Suggestion] = Field(default_factory=list)
    sheets: list[ScoreSheet] = Field(default_factory=list)
