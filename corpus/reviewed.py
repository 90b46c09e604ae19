"""Reports that auditors have gone through, as annotated reports: gold for training and evaluation.

What they corrected stands corrected, what they confirmed or passed by in a complete review stands as it was read. Of the
numbers that were held to be wrong only those count that they found wrong; what they found right is no relation at all,
since the extractor had misunderstood it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.document import Evidence
from extractor.quantity import MONEY
from extractor.result import Check, Finding, Operand, Quantity, Result
from extractor.review import Added, ReviewedReport, Said, corrected, facts

Json = dict[str, Any]
FILES = ("pdf", "docx")  # of the originals, those that `heshu corpus evaluate` reads beside the text
EPSILON = Decimal("0.0001")
SCALED = ("equal", "sum", "difference")  # compared in the unit of what is stated
KINDS = {"grade": "grade", "date": "logic", "rule": "logic", "text": "logic", "equal": "cross-mention"}


@dataclass(frozen=True, slots=True)
class _Text:
    """The lines of report.txt and where each block and row of the document stands among them, 1-based."""

    lines: list[str]
    places: dict[tuple[int | None, int | None], int]

    def line(self, evidence: Evidence | None) -> int | None:
        if evidence is None:
            return None
        return self.places.get((evidence.block, evidence.row))

    def anchor(self, token: str, evidence: Evidence) -> Json | None:
        """Line, token and occurrence of a number as it stands; None where it cannot be found there."""
        line = self.line(evidence)
        if line is None or not token:
            return None
        text, start = self.lines[line - 1], 0
        if evidence.row is not None and evidence.column is not None:
            start = sum(len(cell) + 1 for cell in text.split("\t")[: evidence.column])
        elif (quoted := text.find(" ".join(evidence.quote.split()))) >= 0:
            start = quoted
        at = text.find(token, start)
        at = text.find(token) if at < 0 else at
        return {"line": line, "token": token, "nth": text[:at].count(token) + 1} if at >= 0 else None


def export(reports: Iterable[ReviewedReport], out: Path, tell: Callable[[str], None]) -> int:
    """Writes a folder a report (report.txt, gold.json, the original) and returns how many. Raises OSError."""
    count = 0
    for report in reports:
        folder = out / report.name
        folder.mkdir(parents=True, exist_ok=True)
        lines, gold = annotate(report)
        (folder / "report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "gold.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if report.original is not None and report.format in FILES:
            (folder / f"report.{report.format}").write_bytes(report.original)
        tell(f"{report.name}：差错 {len(gold['inconsistencies'])} 处，关系 {len(gold['relations'])} 个")
        count += 1
    return count


def annotate(report: ReviewedReport) -> tuple[list[str], Json]:
    """The lines of report.txt, and gold.json."""
    text = _text(report.lines)
    result, said = corrected(report.result, report.review.facts), report.review.facts
    dismissed = {fact.address[:2] for fact in facts(report.result) if _is(said, fact.name, "dismissed")}
    relations, numbers = _relations(report, text)
    kept = [at for at in range(len(result.problems)) if ("problems", at) not in dismissed]
    moved = {at: index for index, at in enumerate(kept)}
    words: list[Said | Added] = [*said.values(), *report.review.findings.values(), *report.review.added]
    people = sorted({word.by for word in words if word.by})
    gold: Json = {
        "name": report.name,
        "meta": {key: value.value if value else None for key, value in _fields(result.meta)},
        "headline": {key: _figure(getattr(result.headline, key), report, key, text) for key, _ in _fields(result.headline)},
        "dimensions": [
            {"name": one.name, "weight": _json(one.weight), "score": _json(one.score), "rate": _json(one.rate), "line": text.line(one.evidence)}
            for one in result.dimensions
        ],
        "indicators": [
            {"path": one.path, "weight": _json(one.weight), "score": _json(one.score), "line": text.line(one.evidence)}
            for one in result.indicators
        ],
        "problems": [
            {
                "line": text.line(one.evidence),
                "heading": one.heading,
                "category": one.category,
                "amounts": one.amounts,
                "last_line": text.line(one.evidence),
            }
            for one in (result.problems[at] for at in kept)
        ],
        "problem_list": [
            {"line": text.line(one.evidence), "unit": one.unit, "text": one.text, "category": one.category}
            for at, one in enumerate(result.problem_list)
            if ("problem_list", at) not in dismissed
        ],
        "defects": [
            {"line": text.line(one.evidence), "text": one.text, "category": one.category}
            for at, one in enumerate(result.defects)
            if ("defects", at) not in dismissed
        ],
        "suggestions": [
            {
                "line": text.line(one.evidence),
                "heading": one.heading,
                "addresses": [moved[at] for at in one.addresses if at in moved],
            }
            for one in result.suggestions
        ],
        "relations": relations,
        "inconsistencies": [
            _inconsistency(finding, report, numbers, text)
            for finding in report.result.findings
            if _is(report.review.findings, finding.fingerprint, "confirmed")
        ]
        + [_added(one, text) for one in report.review.added],
        "remarks": [],
        "reviewed": {"by": people, "facts": sorted(said)},
    }  # fmt: skip
    return text.lines, gold


def _text(blocks: Sequence[tuple[int, int | None, str]]) -> _Text:
    """As text reports are: a blank line between two blocks, the rows of a table one below the other."""
    lines: list[str] = []
    places: dict[tuple[int | None, int | None], int] = {}
    last: int | None = None
    for block, row, text in blocks:
        if last is not None and block != last:
            lines.append("")
        lines.append(text)
        places[block, row], last = len(lines), block
    return _Text(lines, places)


def _fields(model: Any) -> Iterator[tuple[str, Any]]:
    return ((key, getattr(model, key)) for key in type(model).model_fields)


def _is(said: Any, name: str, verdict: str) -> bool:
    word = said.get(name)
    return word is not None and word.verdict == verdict


def _json(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _figure(known: Any, report: ReviewedReport, key: str, text: _Text) -> Json | None:
    if known is None:
        return None
    if _is(report.review.facts, f"/headline/{key}", "corrected"):
        mentions = list(_searched(_written(known), text))
    else:
        found = (text.anchor(known.text, evidence) for evidence in [known.evidence, *known.mentions])
        once = {tuple(anchor.values()): anchor for anchor in found if anchor}
        mentions = list(once.values())
    value = _json(known.value) if isinstance(known, Quantity) else known.value
    return {"value": value, "unit": known.unit, "mentions": mentions, "accept": []}


def _written(known: Any) -> list[str]:
    """How a corrected value may stand in the report."""
    return [f"{known.value:,}", f"{known.value:f}"] if isinstance(known, Quantity) else [known.value]


def _searched(tokens: Sequence[str], text: _Text) -> Iterator[Json]:
    for number, line in enumerate(text.lines, 1):
        token = next((token for token in tokens if token in line), None)
        if token:
            yield {"line": number, "token": token, "nth": 1}


def _relations(report: ReviewedReport, text: _Text) -> tuple[list[Json], dict[int, int]]:
    """The equations that hold, and those that reviewers found wrong; and which check each is from."""
    found: list[Json] = []
    numbers: dict[int, int] = {}
    wrong = _wrong(report.result, report)
    for at, check in enumerate(report.result.checks):
        if check.verdict == "consistent" or at in wrong:
            relation = _relation(check, text)
            if relation is not None:
                numbers[at] = len(found)
                found.append({**relation, "holds": check.verdict == "consistent"})
    return found, numbers


def _wrong(result: Result, report: ReviewedReport) -> set[int]:
    """The failed checks of findings that were confirmed."""
    confirmed = [one for one in result.findings if _is(report.review.findings, one.fingerprint, "confirmed")]
    return {at for one in confirmed for at in one.checks if result.checks[at].verdict == "inconsistent"}


def _relation(check: Check, text: _Text) -> Json | None:
    """None where a number cannot be anchored, or the equation is none of those that can be told."""
    if check.stated is None or not check.operands or check.expected is None:
        return None
    y = text.anchor(check.stated.text, check.stated.evidence)
    operands = [text.anchor(one.text, one.evidence) for one in check.operands]
    if y is None or None in operands:
        return None
    scale = _scale(check.stated) if check.kind in SCALED else Decimal(1)
    values = [one.value * _scale(one) / scale for one in check.operands]
    unit = _scale(check.stated) / scale
    low, high = check.expected.low * unit - EPSILON, check.expected.high * unit + EPSILON
    expression = next((e for e in _expressions(check.kind, len(values)) if _within(e, values, low, high)), None)
    if expression is None:
        return None
    anchored = [{**anchor, "value": _json(value)} for anchor, value in zip(operands, values, strict=True) if anchor]
    places = len(check.stated.text.rpartition(".")[2]) if "." in check.stated.text else 0
    return {
        "type": check.kind,
        "y": {**y, "value": _json(check.stated.value * unit)},
        "a": anchored,
        "expr": expression,
        "dp": places,
        "where": "table" if check.stated.evidence.row is not None else "cross" if check.kind == "equal" else "text",
        "note": check.rule,
    }


def _scale(operand: Operand) -> Decimal:
    return MONEY.get(operand.unit or "", Decimal(1))


def _expressions(kind: str, count: int) -> list[str]:
    """What an equation of this kind can be, as Python."""
    names = [f"a[{at}]" for at in range(count)]
    total = "+".join(names)
    told = {
        "equal": ["a[0]"],
        "sum": [total],
        "difference": ["-".join(names)],
        "product": ["*".join(names), "*".join(names) + "/100"],
        "mean": [f"({total})/{count}"],
    }
    if kind == "ratio" and count == 2:
        return ["a[0]/a[1]*100", "a[0]/a[1]", "(a[0]-a[1])/a[1]*100"]
    return told.get(kind, [])


def _within(expression: str, values: list[Decimal], low: Decimal, high: Decimal) -> bool:
    try:
        found = eval(expression, {"__builtins__": {}}, {"a": values})  # one of the expressions above
    except ArithmeticError:
        return False
    return bool(low <= found <= high)


def _added(one: Added, text: _Text) -> Json:
    """What a reviewer found and the program did not."""
    quote = "".join(one.evidence.quote.split()) if one.evidence else ""
    found = (number for number, line in enumerate(text.lines, 1) if quote and quote in "".join(line.split()))
    places = [{"line": line, "quote": one.evidence.quote} for line in found if one.evidence][:1]
    return {"relations": [], "what": one.text, "severity": one.severity, "kind": one.kind, "places": places}


def _inconsistency(finding: Finding, report: ReviewedReport, numbers: dict[int, int], text: _Text) -> Json:
    checks = [report.result.checks[at] for at in finding.checks]
    wrong = [at for at in finding.checks if report.result.checks[at].verdict == "inconsistent"]
    note = report.review.findings[finding.fingerprint].note
    places: dict[int, str] = defaultdict(str)
    for evidence in finding.evidence[:4]:
        if line := text.line(evidence):
            places[line] = evidence.quote
    kind = KINDS.get(checks[0].kind, "arithmetic") if checks else "logic"
    return {
        "relations": [numbers[at] for at in wrong if at in numbers],
        "what": finding.explanation + (f"（{note}）" if note else ""),
        "severity": "low" if finding.severity == "info" else finding.severity,
        "kind": kind,
        "places": [{"line": line, "quote": quote} for line, quote in places.items()],
    }
