"""The result on a terminal: facts, scores, then what is wrong, most serious first. Plain text when piped."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from pathlib import Path, PurePath
from typing import IO

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from extractor.document import Evidence
from extractor.output import wording
from extractor.output.wording import Fault, clean
from extractor.result import Check, Defect, Finding, Result

STYLES = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan", "info": "dim"}
WRONG = "bold red"
LABEL = "dim"
PIPED_WIDTH = 120
BAR = 10
QUOTE = 150  # characters of a quote
EQUATIONS, PLACES = 3, 3  # equations, and places but the first, shown of one finding
MOST_SCATTERED = 10  # statements of problems outside their lists, where not all are asked for
ITEM = 60  # characters of a problem's or suggestion's heading


def console(stream: IO[str]) -> Console:
    """A console for reports: their text is never taken for markup, and a pipe gets no wrapping at 80 columns."""
    piped = not stream.isatty() and "COLUMNS" not in os.environ
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=PIPED_WIDTH if piped else None)


def progress(out: Console) -> Progress:
    """A bar of files done, which leaves nothing behind."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=out, transient=True, redirect_stdout=False, redirect_stderr=False)


def show(result: Result, out: Console, everything: bool = False) -> None:
    """Prints one report. With `everything` also the hints, and every check whether it holds or not."""
    if out.is_terminal:
        _show(result, out, everything)
        return
    with out.capture() as captured:
        _show(result, out, everything)
    # Tables are padded with spaces, which a terminal hides and a file would keep.
    out.file.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))


def _show(result: Result, out: Console, everything: bool) -> None:
    found = wording.faults(result)
    out.print(Rule(Text(wording.report_name(result)), align="left", style="blue"))
    if result.meta.title is not None:
        out.print(Text(clean(result.meta.title.value), style="bold"))
    out.print(_facts(result, found))
    for heading, body in _sections(result, found, everything, _plain(out)):
        out.print()
        out.print(heading)
        if body is not None:
            out.print(Padding(body, (0, 0, 0, 2)))
    out.print()


def _plain(out: Console) -> bool:
    """Whether emphasis must be written, there being no style to show it by."""
    return not out.is_terminal or out.no_color


def _sections(
    result: Result, found: list[Fault], everything: bool, plain: bool
) -> Iterator[tuple[Text, RenderableType | None]]:
    if result.dimensions or result.indicators:
        yield _heading("评分"), _scores(result, found)
    if result.problems or result.problem_list:
        listed = f"，另有问题清单 {len(result.problem_list)} 条" if result.problem_list else ""
        problems = [
            Item(p.heading, p.evidence, p.category, tuple(d for _, d in wording.elsewhere(result, index)))
            for index, p in enumerate(result.problems)
        ]
        yield _heading("存在的问题", f"{len(result.problems)} 条{listed}"), _items(problems, everything)
    scattered = [Item(d.text, d.evidence, d.category) for d in result.defects if not d.restates]
    if scattered:
        kept = scattered if everything else scattered[:MOST_SCATTERED]
        rest = f"，列出前 {len(kept)} 条，用 --all 列出全部" if len(kept) < len(scattered) else ""
        yield (
            _heading(wording.SCATTERED, f"{len(scattered)} 条，在上述问题之外，由模型判断{rest}"),
            _items(kept, everything),
        )
    if result.suggestions:
        items = [Item(s.heading + _addressed(s.addresses), s.evidence) for s in result.suggestions]
        yield _heading("建议", f"{len(result.suggestions)} 条"), _items(items, everything)
    yield _verdict(result), None
    for number, finding in enumerate(wording.alarms(result), 1):
        yield _finding_title(number, finding), _finding(result, finding, plain)
    hints = wording.hints(result)
    if hints and everything:
        yield _heading("提示", f"{len(hints)} 处，可能有问题，供参考"), None
        for number, finding in enumerate(hints, 1):
            yield _finding_title(number, finding), _finding(result, finding, plain)
    elif hints:
        yield _heading("提示", f"{len(hints)} 处可能有问题，用 --all 列出"), None
    if result.warnings:
        lines = [Text("· ") + Text(clean(w.message) + _behind(w.evidence)) for w in result.warnings]
        yield _heading("读取提醒", f"{len(result.warnings)} 条，请留意读取是否完整"), Group(*lines)
    if everything and result.checks:
        yield _heading("全部核对", f"{len(result.checks)} 项"), _checks(result.checks)


def _heading(text: str, remark: str = "") -> Text:
    return Text.assemble((text, "bold blue"), (f"  {remark}" if remark else "", LABEL))


def _facts(result: Result, found: list[Fault]) -> Table:
    grid = _grid()
    for key, label in wording.META.items():
        value = getattr(result.meta, key)
        if value is not None:
            grid.add_row(label, Text(clean(str(value.value))))
    for keys in (("budget", "adjusted_budget", "funds_arrived", "expenditure"), ("arrival_rate", "execution_rate")):
        figures = _figures(result, keys, found)
        if figures:
            grid.add_row("资金" if keys[0] == "budget" else "比率", _side_by_side(figures))
    figures = _figures(result, ("total_score", "grade"), found)
    grid.add_row("结论", _side_by_side(figures) if figures else Text("没有找到总分和等级", style=LABEL))
    return grid


def _side_by_side(figures: list[Text]) -> Columns:
    """As many in a line as the terminal has room for, none torn apart."""
    return Columns(figures, padding=(0, 3, 0, 0))


def _figures(result: Result, keys: tuple[str, ...], found: list[Fault]) -> list[Text]:
    parts = []
    for key in keys:
        quantity = getattr(result.headline, key)
        if quantity is None:
            continue
        value = quantity.value if isinstance(quantity.value, Decimal) else None
        places = [quantity.evidence, *quantity.mentions]
        wrong = any(wording.disputed(found, evidence, value) for evidence in places)
        text = Text.assemble(
            (wording.HEADLINE[key] + " ", LABEL), (wording.figure(quantity), WRONG if wrong else "bold")
        )
        parts.append(text + Text(" ✗", style=WRONG) if wrong else text)
    return parts


def _scores(result: Result, found: list[Fault]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=True, header_style=LABEL)
    table.add_column("指标", overflow="fold", ratio=1, max_width=56)
    for heading in ("分值", "得分", "得分率"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, width=1)
    table.add_column("", no_wrap=True)  # bars come last, since some terminals draw their blocks two columns wide
    for path, row in wording.score_tree(result):
        style = "bold" if len(path) == 1 else ""
        label = Text("  " * (len(path) - 1) + clean(path[-1]), style=style)
        if row is None:
            table.add_row(label, "", "", "", "", "")
            continue
        cells, wrong = [], False
        for value in (row.weight, row.score):
            bad = bool(wording.disputed(found, row.evidence, value, path[-1]))
            wrong |= bad
            cells.append(Text(wording.number(value) if value is not None else "", style=WRONG if bad else style))
        rate = wording.rate(row)
        table.add_row(
            label,
            *cells,
            Text(f"{rate:.2f}%" if rate is not None else "", style=style),
            Text("✗" if wrong else "", style=WRONG),
            _bar(rate),
        )
    return table


def _bar(rate: Decimal | None) -> Text:
    if rate is None:
        return Text("")
    full = min(max(int(rate * BAR / 100), 0), BAR)  # rounded down, so that a full bar means full marks
    style = "green" if rate >= 90 else "yellow" if rate >= 60 else "red"
    return Text.assemble(("█" * full, style), ("░" * (BAR - full), "dim"))


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; `elsewhere` is what the report says of the same in other places."""

    text: str
    evidence: Evidence
    category: str | None = None
    elsewhere: tuple[Defect, ...] = ()


def _items(items: Sequence[Item], everything: bool) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", style=LABEL, no_wrap=True)
    grid.add_column(overflow="fold")
    for number, item in enumerate(items, 1):
        text = _item(item.text, item.evidence, item.category)
        if item.elsewhere and not everything:
            text.append(f"  另有 {len(item.elsewhere)} 处提到", style=LABEL)
        grid.add_row(f"{number}.", text)
        for defect in item.elsewhere if everything else ():
            grid.add_row("", Text("另见 ", style=LABEL) + _item(defect.text, defect.evidence, None))
    return grid


def _item(words: str, evidence: Evidence, category: str | None) -> Text:
    text = Text(wording.shorten(clean(words), ITEM))
    if category:
        text.append(f"  {category}", style="cyan")
    if evidence.page is not None:
        text.append(f"  第 {evidence.page} 页", style=LABEL)
    return text


def _addressed(indexes: list[int]) -> str:
    return f"（针对问题 {'、'.join(str(index + 1) for index in indexes)}）" if indexes else ""


def _verdict(result: Result) -> Text:
    """One line: how many alarms of each severity, and what was recomputed."""
    counts = {verdict: sum(check.verdict == verdict for check in result.checks) for verdict in wording.VERDICTS}
    told = "，".join(f"{wording.VERDICTS[verdict]} {count}" for verdict, count in counts.items() if count)
    checked = f"核对 {len(result.checks)} 项" + (f"：{told}" if told else "")
    alarms = wording.alarms(result)
    if not result.checks and not alarms:
        return Text("没有找到可以核对的数", style="bold yellow")
    if not alarms:
        return Text.assemble(("✓ 没有发现差错", "bold green"), (f"  {checked}", LABEL))
    text = Text.assemble((f"✗ 发现差错 {len(alarms)} 处", WRONG), " ")
    for severity, word in wording.SEVERITIES.items():
        count = sum(finding.severity == severity for finding in alarms)
        if count:
            text.append(f" {word} {count}", style=STYLES[severity])
    return text.append(f"  {checked}", style=LABEL)


def _finding_title(number: int, finding: Finding) -> Text:
    severity = wording.SEVERITIES[finding.severity]
    return Text.assemble(
        f"{number}. ",
        (severity, STYLES[finding.severity]),
        " ",
        (clean(finding.title), "bold"),
        (f"  可信度 {finding.confidence:.0%}", LABEL),
    )


def _finding(result: Result, finding: Finding, plain: bool) -> Table:
    checks = wording.checks_of(result, finding)
    wrong = [check for check in checks if check.verdict == "inconsistent"] or checks
    grid = _grid()
    grid.add_row("", Text(clean(finding.explanation)))
    equations = list(dict.fromkeys(filter(None, map(wording.equation, wrong))))
    for index, equation in enumerate(equations[:EQUATIONS]):
        grid.add_row("算式" if index == 0 else "", Text(equation))
    if len(equations) > EQUATIONS:
        grid.add_row("", Text(f"……另有 {len(equations) - EQUATIONS} 个算式", style=LABEL))
    places = _places(finding.evidence)
    for index, evidence in enumerate(places[: PLACES + 1]):
        where = wording.place(evidence)
        if index and where == wording.place(places[index - 1]):
            where = ""
        grid.add_row("位置" if index == 0 else "另见" if index == 1 else "", _place(where, evidence, wrong, plain))
    if len(places) > PLACES + 1:
        grid.add_row("", Text(f"……另有 {len(places) - PLACES - 1} 处", style=LABEL))
    if finding.diagnosis:
        grid.add_row("诊断", Text("；".join(map(clean, finding.diagnosis))))
    if finding.consequences:
        grid.add_row("影响", Text("、".join(map(clean, finding.consequences))))
    return grid


def _places(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The places, each sentence or row once, though several of its numbers take part."""
    once: dict[object, Evidence] = {}
    for place in evidence:
        once.setdefault((place.page, place.block, place.row, place.quote), place)
    return list(once.values())


def _place(where: str, evidence: Evidence, checks: Sequence[Check], plain: bool) -> Text:
    quote = clean(evidence.quote)
    stated = [check.stated for check in checks if check.stated]
    operands = [operand for check in checks for operand in check.operands]
    here = [[o for o in group if wording.same_place(o.evidence, evidence)] for group in (stated, operands)]
    quote, spans = wording.window(quote, wording.emphasis(quote, here[0] or here[1] or stated), QUOTE)
    text = Text()
    end = 0
    for start, stop in spans:
        if start < end:
            continue
        text.append(quote[end:start])
        text.append(f"【{quote[start:stop]}】" if plain else quote[start:stop], style="bold red underline")
        end = stop
    text.append(quote[end:])
    return Text.assemble((where + "\n" if where else "", LABEL), "“", text, "”")


def _behind(evidence: Evidence | None) -> str:
    where = wording.place(evidence) if evidence else ""
    return f"（{where}）" if where else ""


def _checks(checks: list[Check]) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    styles = {"consistent": "green", "inconsistent": WRONG, "unverifiable": LABEL}
    for check in checks:
        where = wording.place(check.stated.evidence) if check.stated else ""
        text = Text(wording.equation(check) or wording.KINDS[check.kind]).append(f"  {where}", style=LABEL)
        grid.add_row(Text(wording.VERDICTS[check.verdict], style=styles[check.verdict]), text)
    return grid


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=LABEL, no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


@dataclass(frozen=True, slots=True)
class Summary:
    """A report's line in the closing table of several reports."""

    name: str
    score: str
    grade: str
    counts: dict[str, int]


def summarise(result: Result, path: Path) -> Summary:
    name = clean(str(path)) + wording.report_name(result).removeprefix(clean(result.source.name))
    counts = {severity: sum(f.severity == severity for f in result.findings) for severity in wording.SEVERITIES}
    return Summary(name, wording.figure(result.headline.total_score), wording.figure(result.headline.grade), counts)


def show_summary(lines: list[Summary], out: Console) -> None:
    """Prints one line a report; the folder that all have in common stands above them."""
    folder = _common_folder([line.name for line in lines])
    where = f"，都在 {folder} 中" if folder else ""
    table = Table(
        title=f"共 {len(lines)} 份报告{where}", title_justify="left", box=None, pad_edge=False, header_style=LABEL
    )
    table.add_column("文件", overflow="fold", ratio=1)
    table.add_column("总分", justify="right", no_wrap=True)
    table.add_column("等级", no_wrap=True)
    for word in wording.SEVERITIES.values():
        table.add_column(word, justify="right", no_wrap=True)
    for line in lines:
        counts = [
            Text(str(count), style=STYLES[key]) if count else Text("·", style=LABEL)
            for key, count in line.counts.items()
        ]
        name = str(PurePath(line.name).relative_to(folder)) if folder else line.name
        table.add_row(Text(name), line.score, line.grade, *counts)
    out.print(table)


def _common_folder(names: Sequence[str]) -> str:
    """The innermost folder that all paths lead through; empty where there is none, or only the root."""
    levels = zip(*(PurePath(name).parent.parts for name in names), strict=False)
    parts = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
    return "" if parts in ([], ["/"]) else str(PurePath(*parts))
