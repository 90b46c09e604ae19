"""Charts: where their marks stand, and what they lead to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from api.pages.charts import HEIGHT, alarm_bars, category_sparks, score_lines
from api.store import Alarms, Category, Trend

NAMES = {"table.total": "表格合计", "survey": "问卷调查"}


def link(**told: Any) -> str:
    return urlencode(told)


def test_higher_scores_stand_higher_and_later_years_further_right() -> None:
    lines = score_lines([Trend("甲", ((2020, 80.0, 1), (2022, 90.0, 2)))], "agency", link)
    assert lines
    first, last = lines.lines[0].dots
    assert first.x < last.x
    assert first.y > last.y
    assert last.href == link(year=2022, agency="甲")
    assert "2 份" in last.title


@given(st.lists(st.floats(40, 100), min_size=1, max_size=8))
def test_labels_never_cover_each_other(scores: list[float]) -> None:
    trends = [Trend(f"机构{at}", ((2021, score, 1),)) for at, score in enumerate(scores)]
    lines = score_lines(trends, "agency", link)
    assert lines
    places = sorted(line.label_y for line in lines.lines)
    assert all(below - above >= 16 for above, below in zip(places, places[1:], strict=False))
    assert all(0 <= dot.y <= HEIGHT for line in lines.lines for dot in line.dots)


def test_without_scores_or_alarms_there_is_no_chart() -> None:
    assert score_lines([], "agency", link) is None
    assert alarm_bars([Alarms("甲", 3, ())], "agency", NAMES, link) is None


def test_bars_are_alarms_a_report_with_rare_kinds_put_together() -> None:
    alarms = [
        Alarms("甲", 2, (("table.total", 4), (None, 2))),
        Alarms("乙", 1, (("survey", 1), ("table.total", 1))),
    ]
    bars = alarm_bars(alarms, "agency", NAMES, link)
    assert bars
    assert [bar.value for bar in bars.bars] == ["3.0", "2.0"]
    assert bars.legend == ("表格合计", "问卷调查", "其他")
    first, second = (sum(part.width for part in bar.segments) for bar in bars.bars)
    assert abs(first / second - 1.5) < 0.01
    assert bars.bars[0].href == link(has_alarms="true", agency="甲")


def test_shares_of_all_categories_are_on_one_scale() -> None:
    often, seldom = category_sparks(
        [Category("档案资料", ((2020, 4, 4), (2021, 2, 4))), Category("满意度", ((2020, 0, 4), (2021, 2, 4)))], link
    )
    assert often.dots[1].y == seldom.dots[1].y
    assert often.dots[0].y < often.dots[1].y < seldom.dots[0].y
    assert (often.share, seldom.share) == ("75%", "25%")
    assert seldom.dots[1].href == link(year=2021, category="满意度")
