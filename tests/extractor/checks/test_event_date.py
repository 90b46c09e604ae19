"""date.order: one event told with two dates."""

from __future__ import annotations

import pytest

from extractor.result import Check, Finding
from tests.extractor.checks.building import alarms, check


def found(*items: str) -> tuple[list[Check], list[Finding]]:
    checks, findings = check(*items)
    mine = {i for i, c in enumerate(checks) if c.rule == "date.order"}
    return [checks[i] for i in sorted(mine)], [f for f in alarms(findings) if mine & set(f.checks)]


@pytest.mark.parametrize(
    ("one", "other", "dates"),
    [
        (
            "青禾水务有限公司成立于2004年。",
            "实施单位为青禾水务有限公司，青禾水务有限公司成立于2006年。",
            ("2004年", "2006年"),
        ),
        ("滨河路管网工程于2021年3月10日开工。", "滨河路管网工程于2021年5月10日开工建设。", ("3月", "5月")),
        ("滨河路管网工程开工日期为2021年3月10日。", "滨河路管网工程于2021年3月18日开工。", ("10日", "18日")),
        ("本项目是2020年开始的项目，连续实施三年。", "该项目自2018年启动。", ("2018年", "2020年")),
    ],
)
def test_one_event_with_two_dates(one: str, other: str, dates: tuple[str, str]) -> None:
    [finding] = found(one, other)[1]
    assert all(date in finding.explanation for date in dates)
    assert {one, other} == {e.quote for e in finding.evidence}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("滨河路管网工程于2021年3月开工。", "滨河路管网工程计划于2021年2月开工。"),
        ("滨河路管网工程于2021年3月开工。", "滨河路管网工程于2021年9月竣工。"),
        ("东标段管网工程于2021年3月开工。", "西标段管网工程于2021年4月开工。"),
        ("工程于2021年3月开工。", "工程于2021年4月开工。"),
    ],
)
def test_other_events_plans_and_parts(one: str, other: str) -> None:
    assert found(one, other)[1] == []


def test_dates_of_other_precision_agree_and_are_checked() -> None:
    checks, findings = found("滨河路管网工程于2021年3月开工。", "滨河路管网工程于2021年3月10日开工。")
    assert findings == [] and [c.verdict for c in checks] == ["consistent"]
