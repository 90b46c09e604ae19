"""对比 and 全景 in a browser, without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.store import Store, correct
from extractor.result import Value
from tests.api.pages.conftest import EVIL
from tests.api.store.loaded import file, load
from tests.extractor.output.sample import sample

COPIED = (
    "该项目由县交通局组织实施，养护路段共计一百二十六公里，覆盖九个乡镇，巡查记录按月归档，日常养护由中标单位负责。"
)


@pytest.fixture
def two(store: Store, tmp_path: Path) -> tuple[int, int]:
    """Two reports that share a passage but for a word of markup, one of them naming the other's unit."""
    numbers = []
    texts = {
        "湖滨县交通局养护中心": [COPIED],
        "山阴县公路站": [COPIED + EVIL, "资料由湖滨县交通局养护中心保管。"],
    }
    for unit, paragraphs in texts.items():
        changes = {"title": Value(value=f"{unit}报告"), "implementing_unit": Value(value=unit)}
        meta = sample().meta.model_copy(update=changes)
        numbers.append(load(store, file(tmp_path, f"{unit}.txt"), paragraphs, meta=meta))
    return numbers[0], numbers[1]


def test_two_reports_side_by_side(desk: TestClient, two: tuple[int, int]) -> None:
    shown = desk.get("/comparison", params={"left": two[0], "right": two[1]})
    assert shown.status_code == 200
    assert "雷同的段落（1）" in shown.text
    assert "<ins>&lt;script&gt;" in shown.text
    assert EVIL not in shown.text
    assert "误留的名称（1）" in shown.text
    assert "<b>湖滨县交通局养护中心</b>" in shown.text


def test_what_was_put_right_is_compared(desk: TestClient, store: Store, two: tuple[int, int]) -> None:
    correct(store, two[0], "/headline/budget", "corrected", "936")
    shown = desk.get("/comparison", params={"left": two[0], "right": two[1]}).text
    assert "936 万元" in shown and "963 万元" in shown


def test_the_same_over_the_api(desk: TestClient, two: tuple[int, int]) -> None:
    answer = desk.get("/api/v1/comparison", params={"left": two[0], "right": two[1]})
    told = answer.json()
    assert told["shared"][0]["left"]["text"] == COPIED
    assert told["scores"][0]["change"] == 0
    again = desk.get(
        "/api/v1/comparison",
        params={"left": two[0], "right": two[1]},
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_what_to_lay_beside_is_offered_and_found_by_title(desk: TestClient, two: tuple[int, int]) -> None:
    assert f"left={two[0]}&amp;right={two[1]}" in desk.get("/comparison", params={"left": two[0]}).text
    told = desk.get(f"/api/v1/reports/{two[0]}/comparable").json()
    assert two[1] in [one["id"] for one in told["project"]]
    assert desk.get("/api/v1/reports/99/comparable").status_code == 404
    found = desk.get("/comparison", params={"left": two[0], "title": "公路站"}).text
    assert f"right={two[1]}" in found
    assert "没有找到" in desk.get("/comparison", params={"title": "没有这样的报告"}).text


def test_a_report_that_is_not_there_is_said_so(desk: TestClient, two: tuple[int, int]) -> None:
    shown = desk.get("/comparison", params={"left": two[0], "right": 99})
    assert shown.status_code == 404
    assert "99" in shown.text


def test_the_whole_archive_with_links_to_the_reports_behind(desk: TestClient) -> None:
    shown = desk.get("/panorama").text
    assert "历年平均得分" in shown
    assert "/reports?year=" in shown
    assert EVIL not in shown


def test_a_foreign_way_to_group_is_refused(desk: TestClient) -> None:
    assert desk.get("/panorama", params={"over": "title"}).status_code == 422
