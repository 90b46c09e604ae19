"""The results as an Excel workbook: 概览, 评分表, 问题, 勾稽核对, 预警; numbers as numbers, wrong ones marked, as is what
reviewers said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from extractor.document import Evidence
from extractor.output import wording
from extractor.output.atomic import whole
from extractor.output.wording import Fault
from extractor.quantity import MONEY
from extractor.result import Check, Defect, Dimension, Finding, Indicator, Operand, Quantity, Result
from extractor.review import Address, Review, Said, corrected, facts

EXCERPT = 90  # characters of a quote beside a check
MOST_PLACES = 6  # equations and further places told of one finding
CELL_LIMIT = 32_000  # Excel takes 32,767 UTF-16 units in a cell
COMMENT_LIMIT = 500
# A text that begins so would be run as a formula when it is edited, or saved as CSV and opened again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LEVELS = ("一级指标", "二级指标", "三级指标", "四级指标", "五级指标")
MOST_LINES, LINE_HEIGHT = 12, 14.5  # a row's height in lines at most; a line's in points
NARROW, MIDDLE, WIDE = 5, 30, 42  # column widths in characters
TEN_THOUSAND = MONEY["万元"]

FONT = "微软雅黑"
NORMAL, BOLD = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
HEADER_FONT, HEADER_FILL = Font(name=FONT, size=10, bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")
WRONG_FONT, WRONG_FILL = Font(name=FONT, size=10, bold=True, color="9C0006"), PatternFill("solid", fgColor="FFC7CE")
HINT_FILL = PatternFill("solid", fgColor="FFEB9C")
REVIEW_FILL = PatternFill("solid", fgColor="C6E0B4")
GROUP_FILL = PatternFill("solid", fgColor="DDEBF7")
BORDER = Border(*[Side(style="thin", color="BFBFBF")] * 4)

PERCENT = "0.00%"
MONEY_KEYS = ("budget", "adjusted_budget", "funds_arrived", "expenditure")
RATE_KEYS = ("arrival_rate", "execution_rate")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell: `form` its number format, `note` a comment, which is also what marks it as `wrong`, as a hint or as
    `reviewed` by people."""

    value: str | int | Decimal | None
    form: str = "General"
    wrong: bool = False
    hint: bool = False
    note: str = ""
    bold: bool = False
    reviewed: bool = False


Value = Entry | str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    most: int = 16  # width at most, in characters; what is longer is wrapped


@dataclass(frozen=True, slots=True)
class Told:
    """A report as the workbook tells it: `result` as corrected, what its alarms dispute, what reviewers said of it."""

    name: str
    result: Result
    found: list[Fault]
    review: Review
    said: dict[Address, Said]  # by place in the result

    @classmethod
    def of(cls, name: str, result: Result, review: Review) -> Told:
        said = {fact.address: review.facts[fact.name] for fact in facts(result) if fact.name in review.facts}
        return cls(name, corrected(result, review.facts) if said else result, wording.faults(result), review, said)

    def mark(self, value: Value, *address: str | int) -> Value:
        """The cell of a fact, marked where people spoke of it."""
        return _marked(value, self.said.get(address))


def _marked(value: Value, said: Said | None) -> Value:
    if said is None:
        return value
    entry = value if isinstance(value, Entry) else Entry(value)
    note = "\n".join(filter(None, [wording.said(said), entry.note]))
    return replace(entry, wrong=entry.wrong and said.verdict == "confirmed", reviewed=True, note=note)


def write(path: Path, results: Sequence[tuple[str, Result]], reviews: Sequence[Review] = ()) -> None:
    """Writes one workbook of all (name, result) pairs, whole or not at all. `reviews` are what people said of them, in the
    same order; values that they corrected stand in place of those read, and are marked. Raises OSError."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = "绩效评价报告核对结果", "heshu"
    said = list(reviews) or [Review()] * len(results)
    found = [Told.of(name, result, review) for (name, result), review in zip(results, said, strict=True)]
    depth = max([len(i.path) for _, result in results for i in result.indicators], default=3)
    _sheet(book, "概览", OVERVIEW, [_overview(one) for one in found], frozen=2)
    _sheet(book, "评分表", _score_columns(depth), [r for one in found for r in _scores(one, depth)], frozen=2)
    _sheet(book, "问题", PROBLEMS, [r for one in found for r in _problems(one)])
    _sheet(book, "勾稽核对", CHECKS, [r for one in found for r in _checks(one.name, one.result)])
    columns = [*ALARMS, *REVIEWED] if any(reviews) else ALARMS
    _sheet(book, "预警", columns, [r[: len(columns)] for one in found for r in _alarms(one)])
    with whole(path) as temporary:
        book.save(temporary)


OVERVIEW = [
    Column("报告", 18),
    Column("标题", 26),
    *(
        Column(label, 8 if key in ("kind", "evaluated_year", "report_date") else 13)
        for key, label in wording.META.items()
    ),
    *(Column(f"{wording.HEADLINE[key]}（万元）", 11) for key in MONEY_KEYS),
    *(Column(wording.HEADLINE[key], 8) for key in RATE_KEYS),
    Column("总分", 7),
    Column("等级", 5),
    *(Column(word, 5) for word in wording.SEVERITIES.values()),
    Column("核对项数", 5),
    Column("读取提醒", 5),
]


def _overview(told: Told) -> list[Value]:
    result, found = told.result, told.found
    meta = {key: getattr(result.meta, key) for key in wording.META}
    headline = result.headline
    counts = [sum(f.severity == severity for f in result.findings) for severity in wording.SEVERITIES]
    return [
        told.name,
        told.mark(result.meta.title.value if result.meta.title else None, "meta", "title"),
        *(told.mark(fact.value if fact is not None else None, "meta", key) for key, fact in meta.items()),
        *(told.mark(_amount(getattr(headline, key), found), "headline", key) for key in MONEY_KEYS),
        *(told.mark(_rate(getattr(headline, key), found), "headline", key) for key in RATE_KEYS),
        told.mark(_headline(headline.total_score, found, "0.00##"), "headline", "total_score"),
        told.mark(headline.grade.value if headline.grade else None, "headline", "grade"),
        *(
            Entry(count, wrong=bool(count) and severity != "info")
            for severity, count in zip(wording.SEVERITIES, counts, strict=True)
        ),
        len(result.checks),
        len(result.warnings),
    ]


def _headline(quantity: Quantity | None, found: list[Fault], form: str, factor: Decimal = Decimal(1)) -> Entry:
    if quantity is None:
        return Entry(None)
    places = [quantity.evidence, *quantity.mentions]
    findings = [f for place in places for f in wording.disputed(found, place, quantity.value)]
    note = _note(findings)
    if factor != 1 and quantity.unit != "%":
        note = "\n".join(filter(None, [f"原文：{quantity.text} {quantity.unit}", note]))
    return Entry(quantity.value * factor, form, wrong=bool(findings), note=note)


def _amount(quantity: Quantity | None, found: list[Fault]) -> Entry:
    """In 万元, so that the column can be added up; a comment tells what the report writes."""
    if quantity is not None and quantity.unit not in MONEY:
        return Entry(f"{quantity.text} {quantity.unit or ''}".strip())
    factor = MONEY[quantity.unit] / TEN_THOUSAND if quantity is not None and quantity.unit else Decimal(1)
    return _headline(quantity, found, "#,##0.00####", factor)


def _rate(quantity: Quantity | None, found: list[Fault]) -> Entry:
    return _headline(quantity, found, PERCENT, Decimal("0.01"))


def _score_columns(depth: int) -> list[Column]:
    levels = [Column(LEVELS[level] if level < len(LEVELS) else f"第 {level + 1} 级", 20) for level in range(depth)]
    numbers = [Column("分值", 8), Column("得分", 8), Column("得分率", 9)]
    return [
        Column("报告", 14),
        *levels,
        *numbers,
        Column("不符", 20),
        Column("评分标准", WIDE),
        Column("评分理由", WIDE),
        *PLACE[:2],
    ]


def _scores(told: Told, depth: int) -> Iterator[list[Value]]:
    result, found = told.result, told.found
    places = {
        id(row): (group, at) for group in ("dimensions", "indicators") for at, row in enumerate(getattr(result, group))
    }
    for path, row in wording.score_tree(result):
        if row is None:
            continue
        levels: list[Value] = [None] * depth
        levels[: len(path)] = path
        weight, weight_wrong = _score(row.weight, row, path[-1], found)
        score, score_wrong = _score(row.score, row, path[-1], found)
        rate = wording.rate(row)
        entries: list[Value] = [
            told.name,
            *levels,
            told.mark(weight, *places[id(row)], "weight"),
            told.mark(score, *places[id(row)], "score"),
            Entry(rate / 100 if rate is not None else None, PERCENT),
            "；".join(dict.fromkeys(f.title for f in [*weight_wrong, *score_wrong])) or None,
            row.criteria if isinstance(row, Indicator) else None,
            row.reason if isinstance(row, Indicator) else None,
            *_place(row.evidence)[:2],
        ]
        yield [_bold(entry) for entry in entries] if isinstance(row, Dimension) else entries


def _score(
    value: Decimal | None, row: Dimension | Indicator, name: str, found: list[Fault]
) -> tuple[Entry, list[Finding]]:
    findings = wording.disputed(found, row.evidence, value, name)
    return Entry(value, "0.00##", wrong=bool(findings), note=_note(findings)), findings


def _bold(value: Value) -> Entry:
    return replace(value, bold=True) if isinstance(value, Entry) else Entry(value, bold=True)


PLACE = [Column("页", 5), Column("章节", 20), Column("原文", WIDE)]


def _place(evidence: Evidence | None) -> list[Value]:
    return [evidence.page, evidence.section, evidence.quote] if evidence else [None, None, None]


PROBLEMS = [
    Column("报告", 14),
    Column("来源", 10),
    Column("序号", 6),
    Column("单位", 16),
    Column("标题", 34),
    Column("内容", WIDE),
    Column("类别", 14),
    Column("金额", 16),
    Column("对应问题", 10),
    Column("可信度", 8),
    *PLACE[:2],
]


def _problems(told: Told) -> Iterator[list[Value]]:
    """The problems, each with what the report says of it elsewhere, then what stands nowhere among them."""
    name, result = told.name, told.result
    for index, problem in enumerate(result.problems):
        category = told.mark(problem.category, "problems", index, "category")
        cells = [None, problem.heading, problem.text, category, "；".join(problem.amounts), None, None]
        yield [name, "存在的问题", index + 1, *cells, *_place(problem.evidence)[:2]]
        yield from (_defect(told, number, defect) for number, defect in wording.elsewhere(result, index))
    for number, row in enumerate(result.problem_list, 1):
        category = told.mark(row.category, "problem_list", number - 1, "category")
        cells = [row.unit, None, row.text, category, None, None, None]
        yield [name, "问题清单", number, *cells, *_place(row.evidence)[:2]]
    for number, defect in enumerate(result.defects, 1):
        if not defect.restates:
            yield _defect(told, number, defect)
    for number, suggestion in enumerate(result.suggestions, 1):
        cells = [None, suggestion.heading, suggestion.text, None, None, _numbers(suggestion.addresses), None]
        yield [name, "建议", number, *cells, *_place(suggestion.evidence)[:2]]


def _defect(told: Told, number: int, defect: Defect) -> list[Value]:
    category = told.mark(defect.category, "defects", number - 1, "category")
    cells = [None, None, defect.text, category, None, _numbers(defect.restates), _confidence(defect.confidence)]
    return [told.name, wording.SCATTERED, number, *cells, *_place(defect.evidence)[:2]]


def _numbers(indexes: Sequence[int]) -> str:
    return "、".join(str(index + 1) for index in indexes)


CHECKS = [
    Column("报告", 14),
    Column("编号", 6),
    Column("结论", 8),
    Column("预警", 6),
    Column("类型", 8),
    Column("算式", WIDE),
    Column("原文数", 12),
    Column("单位", 5),
    Column("应为（下限）", 12),
    Column("应为（上限）", 12),
    Column("相差", 11),
    Column("可信度", 6),
    *PLACE,
]


def _checks(name: str, result: Result) -> Iterator[list[Value]]:
    """The checks of each finding, most serious first, then the others as they stand in the document."""
    told: set[int] = set()
    for finding in wording.ordered(result.findings):
        wrong = [i for i in finding.checks if i < len(result.checks) and result.checks[i].verdict == "inconsistent"]
        yield from (_check(name, result.checks[index], finding) for index in wrong)
        told.update(wrong)
    for index, check in enumerate(result.checks):
        if index not in told:
            yield _check(name, check, None)


def _check(name: str, check: Check, finding: Finding | None) -> list[Value]:
    hint = check.verdict == "inconsistent" and (finding or check).severity == "info"
    alarm = check.verdict == "inconsistent" and not hint
    stated = check.stated
    evidence = stated.evidence if stated else check.operands[0].evidence if check.operands else None
    return [
        name,
        check.id,
        Entry("存疑" if hint else wording.VERDICTS[check.verdict], wrong=alarm, hint=hint),
        finding.id if finding else None,
        wording.KINDS[check.kind],
        check.expression,
        Entry(stated.value, _form(stated.text), alarm, hint, _note([finding] if finding else [])) if stated else None,
        stated.unit if stated else None,
        _number(check.expected.low if check.expected else None),
        _number(check.expected.high if check.expected else None),
        _number(check.difference),
        _confidence(check.confidence),
        *_place(evidence)[:2],
        _excerpt(evidence, stated) if evidence else None,
    ]


def _confidence(value: float) -> Entry:
    return Entry(Decimal(str(value)), "0%")


def _excerpt(evidence: Evidence, stated: Operand | None) -> str:
    """The quote, cut to a few lines around the number where it is a long table row."""
    quote = wording.clean(evidence.quote)
    return wording.window(quote, wording.emphasis(quote, [stated] if stated else []), EXCERPT)[0]


ALARMS = [
    Column("报告", 14),
    Column("编号", 6),
    Column("程度", 6),
    Column("预警", 18),
    Column("说明", WIDE),
    Column("算式", MIDDLE),
    Column("诊断", 20),
    Column("影响", 16),
    Column("可信度", 6),
    *PLACE,
    Column("另见", WIDE),
]
REVIEWED = [Column("复核", 6), Column("复核意见", 24), Column("复核人", 10), Column("复核时间", 17)]
READING, ADDED = "读取", "人工补充"


def _alarms(told: Told) -> Iterator[list[Value]]:
    """The findings, most serious first, hints after the alarms, what reviewers added, then what could not be read or only
    with doubt."""
    for finding in wording.ordered(told.result.findings):
        said = told.review.findings.get(finding.fingerprint)
        yield [*_alarm(told.name, finding, told.result), *(_said(said) if said else [None] * len(REVIEWED))]
    for one in told.review.added:
        cells = [wording.SEVERITIES[one.severity], wording.ADDED_KINDS[one.kind], one.text, *[None] * 4]
        by = [Entry(ADDED, reviewed=True), None, one.by, wording.local(one.at)]
        yield [told.name, None, *cells, *_place(one.evidence), None, *by]
    for warning in told.result.warnings:
        cells = [warning.code, warning.message, None, None, None, None]
        yield [
            told.name,
            None,
            Entry(READING, hint=True),
            *cells,
            *_place(warning.evidence),
            None,
            *[None] * len(REVIEWED),
        ]


def _said(said: Said) -> list[Value]:
    return [Entry(wording.FINDING_VERDICTS[said.verdict], reviewed=True), said.note, said.by, wording.local(said.at)]


def _alarm(name: str, finding: Finding, result: Result) -> list[Value]:
    hint = finding.severity == "info"
    wrong = [result.checks[i] for i in finding.checks if i < len(result.checks)]
    equations = dict.fromkeys(wording.equation(check) for check in wrong if check.verdict == "inconsistent")
    first = finding.evidence[0] if finding.evidence else None
    others = dict.fromkeys(_elsewhere(e) for e in finding.evidence if e.quote != finding.evidence[0].quote)
    stated = next((check.stated for check in wrong if check.stated and check.stated.evidence == first), None)
    return [
        name,
        finding.id,
        Entry(wording.SEVERITIES[finding.severity], wrong=not hint, hint=hint),
        finding.title,
        finding.explanation,
        "\n".join(islice(equations, MOST_PLACES)),
        "；".join(finding.diagnosis),
        "、".join(finding.consequences),
        _confidence(finding.confidence),
        *_place(first)[:2],
        _excerpt(first, stated) if first else None,
        "\n".join(islice(others, MOST_PLACES)),
    ]


def _elsewhere(evidence: Evidence) -> str:
    return f"{wording.place(evidence)}：{_excerpt(evidence, None)}"


def _note(findings: Iterable[Finding]) -> str:
    return "\n".join(f"{finding.title}：{finding.explanation}" for finding in findings)


def _form(text: str) -> str:
    """The number format that shows as many decimals as the report does."""
    decimals = re.search(r"[.．](\d+)", text)
    return "#,##0" + ("." + "0" * len(decimals[1]) if decimals else "")


def _number(value: Decimal | None) -> Entry:
    return Entry(round(value, 6) if value is not None else None, "#,##0.######" if value and value % 1 else "#,##0")


def _sheet(book: Workbook, name: str, columns: list[Column], rows: list[list[Value]], frozen: int = 1) -> None:
    """One sheet: header, rows, widths by what the cells hold, filter, frozen header and first columns, print set-up."""
    sheet = book.create_sheet(name)
    for index, column in enumerate(columns, 1):
        cell = sheet.cell(1, index, column.header)
        cell.font, cell.fill, cell.border = HEADER_FONT, HEADER_FILL, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, row in enumerate(rows, 2):
        for index, value in enumerate(row, 1):
            _fill(sheet.cell(number, index), value if isinstance(value, Entry) else Entry(value))
    widths = [_width(sheet, index, column) for index, column in enumerate(columns, 1)]
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width + 2
    for number in range(1, sheet.max_row + 1):
        lines = max(_lines(_shown(sheet.cell(number, i)), width) for i, width in enumerate(widths, 1))
        sheet.row_dimensions[number].height = min(lines, MOST_LINES) * LINE_HEIGHT + 3
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    sheet.auto_filter.ref = sheet.dimensions
    _print_setup(sheet)


def _fill(cell: Cell, entry: Entry) -> None:
    value = entry.value
    cell.value = text(value) if isinstance(value, str) else value
    numeric = not isinstance(value, str)
    if numeric:
        cell.number_format = entry.form
    cell.font = WRONG_FONT if entry.wrong else BOLD if entry.bold else NORMAL
    if entry.reviewed or entry.wrong or entry.hint:
        cell.fill = REVIEW_FILL if entry.reviewed else WRONG_FILL if entry.wrong else HINT_FILL
    elif entry.bold:
        cell.fill = GROUP_FILL
    if entry.note:
        cell.comment = Comment(text(entry.note)[:COMMENT_LIMIT], "heshu", width=320, height=120)
    cell.alignment = Alignment(
        horizontal="right" if numeric else "left", vertical="top", wrap_text=not numeric, indent=0 if numeric else 1
    )
    cell.border = BORDER


def text(value: str) -> str:
    """The text as a cell may hold it: nothing that runs as a formula, no control characters, not too long.

    A text that begins like a formula gets an apostrophe in front (OWASP, CSV Injection), which also holds after the
    sheet was saved as CSV.
    """
    kept: str = ILLEGAL_CHARACTERS_RE.sub("", value).encode("utf-8", "ignore").decode("utf-8")
    if kept.startswith(FORMULA_STARTS) or kept.lstrip().startswith(FORMULA_STARTS):
        kept = "'" + kept
    return kept if len(kept) <= CELL_LIMIT else kept[: CELL_LIMIT - 1] + "…"


def _width(sheet: Worksheet, index: int, column: Column) -> int:
    shown = (_shown(sheet.cell(number, index)) for number in range(2, sheet.max_row + 1))
    content = max((cell_len(line) for value in shown for line in value.split("\n")), default=0)
    header = min(cell_len(column.header), column.most) + 2  # room for the filter's button
    return max(NARROW, header, min(content, column.most))


def _shown(cell: Cell) -> str:
    """What the cell shows, near enough to measure it."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return str(cell.value)
    percent = bool(cell.number_format.endswith("%"))
    value = Decimal(cell.value) * 100 if percent else Decimal(cell.value)
    decimals = re.search(r"\.(0+)", cell.number_format)
    return f"{value:,.{len(decimals[1]) if decimals else 0}f}" + "%" * percent


def _lines(shown: str, width: int) -> int:
    return sum(max(1, math.ceil(cell_len(line) / (width + 1))) for line in shown.split("\n"))


def _print_setup(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.8
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = "&A", "第 &P / &N 页"
