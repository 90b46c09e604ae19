"""Lists, one report, search, statistics."""

from __future__ import annotations

import json
import zlib
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.store import Store, body_of
from extractor.result import Result
from tests.api.service.conftest import BASE

API = "/api/v1"


def get(reader: TestClient, path: str, **query: Any) -> Any:
    response = reader.get(API + path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def ids(reader: TestClient, **query: Any) -> list[int]:
    return [row["id"] for row in get(reader, "/reports", **query)["items"]]


def test_reports_are_filtered_and_sorted(reader: TestClient) -> None:
    assert ids(reader) == [3, 2, 1]
    assert ids(reader, sort="year") == [1, 2, 3]
    assert ids(reader, year=[2019, 2020]) == [3, 2]
    assert ids(reader, has_alarms=False) == [3]
    assert ids(reader, title="河口") == [2]
    assert ids(reader, score_from=88, score_to=88.5, year_to=2020) == [3, 2]
    assert ids(reader, agency="没有这个机构") == []


def test_pages_follow_their_links(reader: TestClient) -> None:
    first = get(reader, "/reports", limit=2, sort="year", grade="良")
    second = reader.get(first["next"]).json()
    assert [row["id"] for row in first["items"] + second["items"]] == [1, 2, 3]
    assert second["next"] is None


def test_one_report(reader: TestClient) -> None:
    shown = get(reader, "/reports/1")
    assert shown["report"]["title"] == "2021年度云川市城区绿道维护项目绩效评价报告"
    assert shown["names"] == ["样本.txt"]
    assert [row["id"] for row in shown["versions"]] == [1]
    assert shown["extractor_versions"] == ["1"]
    assert shown["review"] == {"confirmed": 0, "dismissed": 0, "waiting": 0}
    assert [row["id"] for row in get(reader, "/reports/1/versions")["items"]] == [1]
    assert [row["text"][:4] for row in get(reader, "/reports/1/paragraphs", limit=2)["items"]] == [
        "项目立项",
        "全年预算",
    ]


def test_the_result_is_what_the_store_keeps(reader: TestClient, archive: Store) -> None:
    kept = body_of(archive, 1)
    assert kept
    response = reader.get(f"{API}/reports/1/result", headers={"Accept-Encoding": "identity"})
    assert response.content == zlib.decompress(kept[1])
    Result.model_validate_json(response.content)
    deflated = reader.get(f"{API}/reports/1/result", headers={"Accept-Encoding": "deflate"})
    assert deflated.headers["content-encoding"] == "deflate"
    assert deflated.json() == response.json()
    assert deflated.headers["etag"] != response.headers["etag"]
    assert reader.get(f"{API}/reports/1/result", params={"version": "0"}).status_code == 404


def test_facts_are_the_result_without_checks_and_findings(reader: TestClient) -> None:
    whole, facts = get(reader, "/reports/1/result"), get(reader, "/reports/1/facts")
    assert {**whole, **facts} == whole
    assert set(whole) - set(facts) == {"schema_version", "extractor_version", "checks", "findings"}


def test_checks_of_a_report_are_filtered(reader: TestClient) -> None:
    assert [row["position"] for row in get(reader, "/reports/1/checks")["items"]] == [0, 1, 2]
    wrong = get(reader, "/reports/1/checks", verdict="inconsistent")["items"]
    assert [(row["rule"], row["expression"]) for row in wrong] == [("table.total", "12 + 18.50 + 32 + 24.58 = 88.07")]
    first = get(reader, "/reports/1/checks", limit=2)
    assert [row["position"] for row in reader.get(first["next"]).json()["items"]] == [2]


def test_across_reports(reader: TestClient) -> None:
    found = get(reader, "/findings", severity="high", year=2020)["items"]
    assert [(row["report"], row["fingerprint"], row["verdict"]) for row in found] == [(2, "a1", None)]
    assert {row["report"] for row in get(reader, "/problems", category="档案资料")["items"]} == {1, 2, 3}
    assert {row["report"] for row in get(reader, "/checks", rule="table.total")["items"]} == {1, 2}


def test_search_shows_where_the_words_stand(reader: TestClient) -> None:
    hits = get(reader, "/search", q="总体满意度", what="paragraph")["items"]
    assert {hit["report"] for hit in hits} == {1, 2}
    start, stop = hits[0]["marks"][0]
    assert "总体满意度".startswith(hits[0]["snippet"][start:stop])
    assert get(reader, "/search", q="没有的字")["items"] == []


def test_statistics_and_facets(reader: TestClient) -> None:
    years = get(reader, "/statistics", by="year")["items"]
    assert [(group["value"], group["reports"], group["with_alarms"]) for group in years] == [
        (2021, 1, 1),
        (2020, 1, 1),
        (2019, 1, 0),
    ]
    assert get(reader, "/facets", has_alarms=True)["year"] == [
        {"value": 2020, "reports": 1},
        {"value": 2021, "reports": 1},
    ]
    assert get(reader, "/stats")["reports"] == 3


@pytest.mark.parametrize(
    "path", ["/reports", "/reports/1", "/reports/1/result", "/reports/1/facts", "/reports/1/original"]
)
def test_what_has_not_changed_is_not_sent_again(reader: TestClient, path: str) -> None:
    first = reader.get(API + path)
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    again = reader.get(API + path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert reader.get(API + path, headers={"If-None-Match": '"x"'}).status_code == 200


REFUSED = [
    ("GET", "/nothing", 404, "没有这个地址"),
    ("GET", "/reports/99", 404, "档案库中没有报告 99"),
    ("GET", "/reports/99/checks", 404, "档案库中没有报告 99"),
    ("GET", "/reports/99/result", 404, "没有这份报告的结果"),
    ("GET", "/reports/x", 422, "report：应为整数"),
    ("GET", f"/reports/{10**30}", 422, "report：不能大于 9223372036854775807"),
    ("GET", "/reports?after=bm9uc2Vuc2U", 422, "翻页标记无效，请从第一页重新开始"),
    ("GET", "/reports?yaer=2021", 422, "yaer：没有这个参数"),
    ("GET", "/reports?score_from=nan", 422, "score_from：应为有限的数"),
    ("GET", "/reports?sort=size", 422, "sort：只能是 'newest'、'score'、'score_low'、'alarms'、'year'"),
    ("GET", "/reports?text=a%00b", 422, "text：不能有控制字符"),
    *(
        ("GET", f"/{noun}?text={'0' * 61}", 422, "一次最多找 8 个词，每个不超过 60 字")
        for noun in ("reports", "reports.xlsx", "reports.csv", "statistics", "panorama", "facets")
    ),
    ("GET", "/search", 422, "q：缺少这一项"),
    ("DELETE", "/reports", 405, "这个地址不支持 DELETE"),
    ("GET", "/originals/..%2f..%2fetc", 404, "没有这个地址"),
]


@pytest.mark.parametrize(("method", "path", "status", "detail"), REFUSED)
def test_refusals_are_problem_documents(reader: TestClient, method: str, path: str, status: int, detail: str) -> None:
    response = reader.request(method, API + path)
    told = response.json()
    assert (response.status_code, told["status"], told["detail"]) == (status, status, detail)
    assert response.headers["content-type"] == "application/problem+json"
    assert told["title"] and told["type"] == "about:blank"
    assert told["instance"] == httpx.URL(BASE + API + path).raw_path.decode().partition("?")[0]


def test_a_failure_tells_nothing_of_the_inside(reader: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("api.service.routes.statistics.stats", broken)
    with TestClient(reader.app, BASE, raise_server_exceptions=False) as careful:
        response = careful.get(f"{API}/stats")
    assert response.status_code == 500
    assert "事故编号" in response.json()["detail"]
    assert "secret" not in response.text
    assert json.loads(response.content)["title"] == "程序内部错误"
