"""What every output says alike: Chinese words for codes, places, equations, and which numbers are the wrong ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from extractor.document import Evidence
from extractor.result import Check, Defect, Dimension, Finding, Grade, Indicator, Operand, Quantity, Result
from extractor.review import Said

SEVERITIES = {"high": "严重", "medium": "一般", "low": "轻微", "info": "提示"}
VERDICTS = {"consistent": "一致", "inconsistent": "不符", "unverifiable": "无法核对"}
KINDS = {
    "sum": "求和",
    "difference": "求差",
    "product": "乘积",
    "ratio": "比率",
    "mean": "平均",
    "weighted": "加权",
    "equal": "前后一致",
    "count": "计数",
    "grade": "等级",
    "rule": "评分标准",
    "date": "日期",
    "text": "文字",
}
RULES = {
    "table.total": "表格合计",
    "table.column": "表格各列的关系",
    "score.rollup": "指标分值汇总",
    "score.text": "文字中的得分",
    "score.rule": "评分标准重算",
    "score.reason": "得分与理由",
    "text.enumeration": "列举与合计",
    "text.rate": "比率",
    "text.product": "单价与数量",
    "cross.mention": "前后数字不一",
    "grade.band": "绩效等级",
    "survey": "问卷调查",
    "count.claim": "数目与所列",
    "date.order": "日期先后",
    "text.residue": "残留文字",
}
META = {
    "kind": "类型",
    "project_name": "项目名称",
    "evaluated_year": "评价年度",
    "entrusting_party": "委托单位",
    "competent_department": "主管部门",
    "implementing_unit": "实施单位",
    "evaluator": "评价机构",
    "report_date": "报告日期",
}
HEADLINE = {
    "budget": "预算",
    "adjusted_budget": "调整后预算",
    "funds_arrived": "到位资金",
    "expenditure": "支出",
    "arrival_rate": "到位率",
    "execution_rate": "执行率",
    "total_score": "总分",
    "grade": "等级",
}
FACT_VERDICTS = {"confirmed": "属实", "dismissed": "误取", "corrected": "更正"}
ADDED_KINDS = {"arithmetic": "计算不符", "cross-mention": "前后不一致", "logic": "不合事理", "grade": "等级不符"}
FINDING_VERDICTS = {"confirmed": "属实", "dismissed": "误报", "corrected": "更正"}
SCATTERED = "散见问题"  # what is stated outside the lists of problems
# Marks that turn the direction of text: they could make a terminal or a cell show other than what it holds.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
TELLING = 4  # characters of an indicator's name that tell it apart
_EDGE = r"(?<![\d.,]){}(?![\d]|[.,]\d)"


def clean(text: str) -> str:
    """The text on one line, without control characters (a report could hold escape codes of terminals)."""
    spaced = re.sub(r"\s+", " ", _DIRECTION.sub("", text))
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs")).strip()


def number(value: Decimal | int) -> str:
    """The number as people write it: thousands apart, no exponent, no zeros that say nothing."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(quantity: Quantity | Grade | None) -> str:
    """A headline figure as it stands, with its unit; empty where the report does not state it."""
    if quantity is None:
        return ""
    if isinstance(quantity, Grade):
        return clean(quantity.value)
    unit = quantity.unit or ""
    return number(quantity.value) + (unit if unit == "%" else f" {unit}".rstrip())


def said(word: Said) -> str:
    """What a reviewer said of a fact, what it was before, why, who and when."""
    was = f"原为 {clean(word.was)}" if word.was is not None and word.verdict != "confirmed" else ""
    added = "报告中没有取到，补录" if word.was is None else ""
    told = "，".join(filter(None, [FACT_VERDICTS[word.verdict], was or added]))
    who = "，".join(filter(None, [clean(word.by or ""), local(word.at)]))
    return f"{told}（{who}）" + (f"：{clean(word.note)}" if word.note else "")


def local(moment: str) -> str:
    """A moment (ISO 8601) in the time of this place, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def report_name(result: Result) -> str:
    """File name, and which report of the file where it binds several."""
    part = result.source.part
    return clean(result.source.name) + (f" 第 {part.index}/{part.of} 份" if part.of > 1 else "")


def place(evidence: Evidence) -> str:
    """Where something stands, as an auditor would look it up: page, section, table row and column (1-based)."""
    parts = []
    if evidence.page is not None:
        parts.append(f"第 {evidence.page} 页")
    if evidence.section:
        parts.append(shorten(clean(evidence.section), 30))
    if evidence.table is not None:
        row = f"第 {evidence.row + 1} 行" if evidence.row is not None else ""
        column = f"第 {evidence.column + 1} 列" if evidence.column is not None else ""
        parts.append(f"表 {evidence.table + 1} {row}{column}".rstrip())
    return " · ".join(parts)


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def equation(check: Check) -> str:
    """The equation, and for a wrong one what should stand there and by how much it is off."""
    text = clean(check.expression)
    if check.verdict != "inconsistent":
        return text
    left, equals, right = text.rpartition(" = ")
    text = f"{left} ≠ {right}" if equals else text
    remarks = []
    if check.expected is not None and check.kind not in ("equal", "grade", "text", "date"):
        remarks.append(f"应为 {expected(check)}")
    if check.difference:
        remarks.append(f"相差 {number(_short(abs(check.difference)))}")
    return text + (f"（{'，'.join(remarks)}）" if remarks else "")


def expected(check: Check) -> str:
    """The value, or where rounding leaves several, the range that the operands allow."""
    if check.expected is None:
        return ""
    low, high = number(_short(check.expected.low)), number(_short(check.expected.high))
    return low if low == high else f"{low}～{high}"


def _short(value: Decimal) -> Decimal:
    """Four decimals are more than any report shows; the rest comes from division."""
    return round(value, 4)


def elsewhere(result: Result, problem: int) -> Iterator[tuple[int, Defect]]:
    """What the report says elsewhere of the problem at this index, numbered as the defects are: 1 for the first. What
    tells several problems stands with the first of them."""
    for number, defect in enumerate(result.defects, 1):
        if defect.restates[:1] == [problem]:
            yield number, defect


def score_tree(result: Result) -> Iterator[tuple[list[str], Dimension | Indicator | None]]:
    """(path, row) from dimensions to leaves in the report's order; a level between, which has no row, once."""
    dimensions = {dimension.name: dimension for dimension in result.dimensions}
    shown: set[str] = set()
    above: list[str] = []
    for indicator in result.indicators:
        for depth in range(1, len(indicator.path)):
            path = indicator.path[:depth]
            if above[:depth] != path:
                dimension = dimensions.get(path[0]) if depth == 1 else None
                shown.add(path[0])
                yield path, dimension
        above = indicator.path[:-1]
        yield indicator.path or [""], indicator
    for dimension in result.dimensions:
        if dimension.name not in shown:
            yield [dimension.name], dimension


def rate(row: Dimension | Indicator) -> Decimal | None:
    """The rate in %, as stated or as weight and score give it."""
    stated = row.rate if isinstance(row, Dimension) else None
    if stated is None and row.score is not None and row.weight:
        return row.score / row.weight * 100
    return stated


def ordered(findings: list[Finding]) -> list[Finding]:
    """Most serious first, then as they stand in the document."""
    rank = list(SEVERITIES)
    return sorted(findings, key=lambda finding: (rank.index(finding.severity), _position(finding)))


def _position(finding: Finding) -> int:
    blocks = [evidence.block for evidence in finding.evidence[:1] if evidence.block is not None]
    return blocks[0] if blocks else 0


def alarms(result: Result) -> list[Finding]:
    return [finding for finding in ordered(result.findings) if finding.severity != "info"]


def hints(result: Result) -> list[Finding]:
    return [finding for finding in ordered(result.findings) if finding.severity == "info"]


def checks_of(result: Result, finding: Finding) -> list[Check]:
    return [result.checks[index] for index in finding.checks if index < len(result.checks)]


def numbers_of(check: Check) -> Iterator[Operand]:
    """What is stated, then the operands."""
    return chain([check.stated] if check.stated else [], check.operands)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place that an alarm holds to be wrong; `value` is the number there, None where the alarm has none."""

    finding: Finding
    evidence: Evidence
    value: Decimal | None


def faults(result: Result) -> list[Fault]:
    """Every number that an alarm disputes: what is stated in its wrong checks, both sides where two places disagree,
    and the place named first by the alarm."""
    found = []
    for finding in alarms(result):
        values: list[Fault] = []
        for check in checks_of(result, finding):
            if check.verdict == "inconsistent":
                disputed = numbers_of(check) if check.kind == "equal" else [check.stated] if check.stated else []
                values += [Fault(finding, operand.evidence, operand.value) for operand in disputed]
        first = finding.evidence[:1]
        if not any(same_place(fault.evidence, evidence) for evidence in first for fault in values):
            values += [Fault(finding, evidence, None) for evidence in first]
        found += values
    return found


def same_place(one: Evidence, other: Evidence) -> bool:
    """Whether both stand in the same table row or the same sentence."""
    if one.row is not None and other.row is not None and one.block is not None:
        return (one.block, one.row) == (other.block, other.row)
    return one.quote == other.quote and one.block == other.block


def disputed(found: list[Fault], evidence: Evidence, value: Decimal | None, name: str = "") -> list[Finding]:
    """The alarms that dispute this value at this place, or where the indicator of this name is told elsewhere."""
    hit = [
        fault.finding
        for fault in found
        if value is not None
        and fault.value == value
        and (same_place(fault.evidence, evidence) or (len(name) >= TELLING and name in fault.evidence.quote))
    ]
    return list({finding.id: finding for finding in hit}.values())


def emphasis(quote: str, numbers: Iterable[Operand]) -> list[tuple[int, int]]:
    """Where these numbers stand in a quote: (start, end), in order, none inside a longer number; those with their unit
    behind them, if there are such."""
    spans: set[tuple[int, int]] = set()
    for text, unit in {(clean(operand.text), operand.unit or "") for operand in numbers}:
        hits = [match.span() for match in re.finditer(_EDGE.format(re.escape(text)), quote)] if text else []
        spans.update([hit for hit in hits if unit and quote[hit[1] :].lstrip().startswith(unit)] or hits)
    return sorted(spans)


def window(quote: str, spans: list[tuple[int, int]], most: int) -> tuple[str, list[tuple[int, int]]]:
    """At most about `most` characters of a long quote, around its first emphasised number."""
    if len(quote) <= most:
        return quote, spans
    middle = spans[0][0] if spans else 0
    start = max(0, min(middle - most // 2, len(quote) - most))
    end = start + most
    head, tail = "…" if start else "", "…" if end < len(quote) else ""
    shift = len(head) - start
    kept = [(a + shift, b + shift) for a, b in spans if start <= a and b <= end]
    return head + quote[start:end] + tail, kept
