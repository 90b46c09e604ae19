"""Charts as geometry: what is drawn where, in units of the picture, and which reports are behind it. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.store import Alarms, Category, Trend

Link = Callable[..., str]  # (name=value …) -> address of the reports of which this holds
WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 40, 180, 14, 34
_ROW, _LABEL, _VALUE = 30, 190, 70
_STEPS = (1, 2, 5, 10, 20, 25, 50)
_FEWEST_LINES = 4  # of the grid
_MOST_KINDS = 6
_SPARK_WIDTH, _SPARK_HEIGHT = 110, 26
_LINE = 17.0  # between labels


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """`path` through its dots; `label` stands beside the last one, moved to `label_y` where it would cover another."""

    name: str
    path: str
    dots: tuple[Dot, ...]
    label_x: float
    label_y: float
    href: str


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    years: tuple[tuple[float, int], ...]
    grid: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Segment:
    x: float
    width: float
    kind: int  # its place in the legend
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    y: float
    segments: tuple[Segment, ...]
    end: float
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Bars:
    bars: tuple[Bar, ...]
    legend: tuple[str, ...]
    height: float
    width: int = WIDTH
    label: int = _LABEL
    row: int = _ROW


@dataclass(frozen=True, slots=True)
class Spark:
    """How a share went over the years; `dots` link to the reports of each."""

    name: str
    reports: int
    share: str
    href: str
    path: str
    dots: tuple[Dot, ...]
    width: int = _SPARK_WIDTH
    height: int = _SPARK_HEIGHT


def score_lines(trends: Sequence[Trend], over: str, link: Link) -> Lines | None:
    """Mean scores by year, a line each; None without any."""
    points = [(year, mean) for trend in trends for year, mean, _ in trend.years]
    if not points:
        return None
    first, last = min(year for year, _ in points), max(year for year, _ in points)
    low, high, step = _range([mean for _, mean in points])
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(year: int) -> float:
        return round(LEFT + width * (year - first) / (last - first) if last > first else LEFT + width / 2, 1)

    def y(score: float) -> float:
        return round(TOP + height * (high - score) / (high - low), 1)

    lines = []
    for trend in trends:
        dots = tuple(
            Dot(
                x(year),
                y(mean),
                f"{trend.name} {year} 年：平均 {mean:g} 分（{reports} 份）",
                link(year=year, **{over: trend.name}),
            )
            for year, mean, reports in trend.years
        )
        lines.append((trend.name, dots))
    places = _apart([(dots[-1].x, dots[-1].y) for _, dots in lines])
    return Lines(
        lines=tuple(
            Line(name, _path(dots), dots, dots[-1].x + 10, place + 4, link(**{over: name}))
            for (name, dots), place in zip(lines, places, strict=True)
        ),
        years=tuple((x(year), year) for year in _years(first, last)),
        grid=tuple((y(value), f"{value:g}") for value in _steps(low, high, step)),
    )


def alarm_bars(alarms: Sequence[Alarms], over: str, names: dict[str, str], link: Link) -> Bars | None:
    """Alarms a report, a bar for each name, divided by kind; None where there are none. `names` are those of the kinds."""
    most = max((one.per_report for one in alarms), default=0.0)
    if not most:
        return None
    totals: dict[str | None, int] = {}
    for one in alarms:
        for rule, count in one.kinds:
            totals[rule] = totals.get(rule, 0) + count
    ranked = sorted(totals, key=lambda rule: (-totals[rule], str(rule)))
    shown = [rule for rule in ranked if rule in names][:_MOST_KINDS]
    legend = [*(names[rule] for rule in shown if rule), *(["其他"] if len(shown) < len(ranked) else [])]
    scale = (WIDTH - _LABEL - _VALUE) / most
    bars = []
    for at, one in enumerate(alarms):
        counts = dict(one.kinds)
        parts = [counts.pop(rule, 0) for rule in shown]
        parts += [sum(counts.values())] if len(shown) < len(ranked) else []
        segments: list[Segment] = []
        end = float(_LABEL)
        for kind, count in enumerate(parts):
            width = count / one.reports * scale
            if count:
                segments.append(Segment(round(end, 1), round(width, 1), kind, f"{one.name}：{legend[kind]} {count} 处"))
            end += width
        href = link(**({"has_alarms": "true"} if one.kinds else {}), **{over: one.name})
        bars.append(Bar(one.name, at * _ROW, tuple(segments), round(end, 1), f"{one.per_report:.1f}", href))
    return Bars(tuple(bars), tuple(legend), len(bars) * _ROW + 4)


def category_sparks(categories: Sequence[Category], link: Link) -> list[Spark]:
    """The share of reports with problems of each category, by year, all on one scale."""
    most = (
        max((having / reports for one in categories for _, having, reports in one.years if reports), default=0.0) or 1.0
    )
    sparks = []
    for one in categories:
        count = len(one.years)
        dots = tuple(
            Dot(
                round(6 + (_SPARK_WIDTH - 12) * (at / (count - 1) if count > 1 else 0.5), 1),
                round(_SPARK_HEIGHT - 5 - (_SPARK_HEIGHT - 10) * having / reports / most, 1),
                f"{one.name} {year} 年：{reports} 份报告中 {having} 份（{having / reports:.0%}）",
                link(year=year, category=one.name),
            )
            for at, (year, having, reports) in enumerate(one.years)
        )
        share = one.reports / sum(reports for _, _, reports in one.years)
        sparks.append(Spark(one.name, one.reports, f"{share:.0%}", link(category=one.name), _path(dots), dots))
    return sparks


def _path(dots: Sequence[Dot]) -> str:
    return "M" + " L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    """Round bounds that hold the values, and the distance of the lines between them."""
    low, high = min(values), max(values)
    span = max(high - low, 1.0)
    step = next((step for step in _STEPS if span / step <= _FEWEST_LINES), math.ceil(span / _FEWEST_LINES))
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return float(bottom), float(top if top > bottom else bottom + step), float(step)


def _steps(low: float, high: float, step: float) -> list[float]:
    return [low + at * step for at in range(round((high - low) / step) + 1)]


def _years(first: int, last: int) -> range:
    """Not more of them than can be read beside each other."""
    return range(first, last + 1, max(1, math.ceil((last - first) / 10)))


def _apart(places: Sequence[tuple[float, float]]) -> list[float]:
    """The heights of labels at these places: those in one column moved down as far as needed for none to cover another,
    and up again where they leave the picture."""
    columns: dict[float, list[int]] = {}
    for at, (x, _) in enumerate(places):
        columns.setdefault(x, []).append(at)
    moved = [y for _, y in places]
    for column in columns.values():
        last = -_LINE
        for at in sorted(column, key=lambda at: places[at][1]):
            last = moved[at] = max(places[at][1], last + _LINE)
        over = max(0.0, last - (HEIGHT - BOTTOM))
        for at in column:
            moved[at] = round(moved[at] - over, 1)
    return moved
