"""The pages as a browser gets them, without one."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import openpyxl
import pytest
from fastapi.testclient import TestClient
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from api.pages import install
from api.service import Settings, exports, make_app
from api.store import (
    Store,
    add_original,
    corrections_of,
    decisions_of,
    find_report,
    prepare,
    report_ids,
    revoke_key,
    save_prepared,
)
from extractor.review import Review, Said
from tests.api.pages.conftest import BASE, EVIL, HTML
from tests.api.store.loaded import result_for
from tests.conftest import REPOSITORY
from tests.extractor.output.sample import sample

PAGES = (
    "/reports",
    "/reports?text=执行率&has_alarms=true&year=&sort=alarms",
    "/comparison?left=1",
    "/search",
    "/search?q=执行率",
    "/upload",
    "/sign-in",
    "/reports/1",
    "/reports/1?number=n0",
    "/reports/1/checks",
    "/reports/1/checks?verdict=wrong&part=true",
    "/reports/1/numbers/n0",
    "/reports/1/sheet",
    "/reports/1/fact?name=/headline/budget",
)


def token(client: TestClient, path: str = "/reports/1") -> str:
    found = re.search(r'name="token" content="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_texts_of_documents_are_never_markup(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 200
    assert EVIL not in answer.text
    assert re.findall(r"<script(?! type=\"module\" src=\"/static/[a-z]+\.js\?)", answer.text) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=", answer.text) == []
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_hostile_texts_are_shown_as_they_are(reader: TestClient) -> None:
    answer = reader.get("/reports/1").text
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
    for around in (
        f"<h1>绿道项目{escaped}",
        f"一、概况{escaped}",
        f">{escaped}</th>",
        f"得分表{escaped}",
        f"{escaped}.docx",
    ):
        assert around in answer


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("/sign-in", "/search") and "part" not in path])
def test_pages_name_their_twin_in_the_api(reader: TestClient, path: str) -> None:
    if "numbers" in path:
        return
    [*twins] = re.findall(r'rel="alternate" type="application/json" href="([^"]+)"', reader.get(path).text)
    assert twins
    for twin in twins:
        assert reader.get(twin.replace("&amp;", "&")).status_code == 200


def test_numbers_are_marked_where_they_stand(reader: TestClient) -> None:
    answer = reader.get("/reports/1").text
    wrong = re.search(r'<td id="b118r5c2"[^>]*><mark class="number state-wrong" data-n="(n\d+)">88.07</mark>', answer)
    assert wrong
    assert re.search(r'执行率<mark class="number state-right" data-n="n\d+">91.66</mark>', answer)
    told = reader.get(f"/reports/1/numbers/{wrong[1]}").text
    assert "12 + 18.50 + 32 + 24.58 ≠ 88.07" in told


def test_filters_are_those_of_the_api(reader: TestClient) -> None:
    assert "/reports/1" in reader.get("/reports?has_alarms=true").text
    assert "没有符合条件的报告" in reader.get("/reports?has_alarms=false").text
    refused = reader.get("/reports?score_from=viel")
    assert (refused.status_code, "应为数" in refused.text) == (422, True)
    assert refused.headers["content-type"].startswith("text/html")
    assert reader.get("/reports/99").status_code == 404


def test_a_finding_is_decided_by_form_and_by_script(desk: TestClient, store: Store) -> None:
    known = token(desk)
    sent = desk.post("/reports/1/findings/a1", data={"token": known, "verdict": "dismissed", "note": "四舍五入"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/reports/1#f2")
    headers = {"Accept": "text/x-part", "X-CSRF-Token": known}
    part = desk.post("/reports/1/findings/a1", data={"verdict": "confirmed"}, headers=headers)
    assert part.status_code == 200
    assert "属实" in part.text and 'id="progress"' in part.text and "<html" not in part.text
    assert [(one.verdict, one.note) for one in decisions_of(store, 1)] == [("dismissed", "四舍五入"), ("confirmed", "")]
    assert desk.post("/reports/1/findings/zz", data={"token": known, "verdict": "confirmed"}).status_code == 404
    assert desk.post("/reports/1/findings/a1", data={"token": known, "verdict": "vielleicht"}).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"token": ""}, {"token": "falsch"}, {"token": "é"}])
def test_forms_of_other_sites_change_nothing(desk: TestClient, store: Store, sent: dict[str, str]) -> None:
    answers = [
        desk.post("/reports/1/findings/a1", data={"verdict": "confirmed", **sent}),
        desk.post("/reports/1/fact", data={"name": "/headline/budget", "verdict": "confirmed", **sent}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "已经失效" in answers[0].text
    assert (decisions_of(store, 1), corrections_of(store, 1)) == ([], [])


def test_a_form_that_is_too_large_is_not_read(desk: TestClient) -> None:
    note = "长" * 100_000
    sent = {"token": token(desk), "verdict": "confirmed", "note": note}
    assert desk.post("/reports/1/findings/a1", data=sent).status_code == 413
    assert desk.post("/sign-in", data={"key": note}).status_code == 413
    endless = (b"key=" for _ in range(3))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert desk.post("/sign-in", content=endless, headers=headers).status_code == 413


def test_a_budget_is_corrected_and_exports_mark_it(desk: TestClient, store: Store) -> None:
    fields = {"token": token(desk), "name": "/headline/budget", "verdict": "corrected", "note": "见批复"}
    wrong = desk.post("/reports/1/fact", data={**fields, "value": "很多"})
    assert (wrong.status_code, "要填数字" in wrong.text, 'value="很多"' in wrong.text) == (422, True, True)
    right = desk.post("/reports/1/fact", data={**fields, "value": "936"})
    assert (right.status_code, right.headers["location"]) == (303, "/reports/1#facts")
    answer = desk.get("/reports/1").text
    assert "936 万元" in answer and re.search(r"<del[^>]*>963 万元</del>", answer)
    assert find_report(store, 1).corrected == 1
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/api/v1/reports/1/workbook.xlsx").content))
    notes = [cell.comment.text for row in book["概览"] for cell in row if cell.comment]
    assert any("更正，原为 963 万元" in note and "见批复" in note for note in notes)
    told = desk.get("/api/v1/reports/1/result.json").json()
    assert (told["headline"]["budget"]["value"], told["review"]["facts"]["/headline/budget"]["was"]) == (
        936,
        "963 万元",
    )
    assert "936 万元" in desk.get("/reports/1/sheet").text


def test_pages_of_a_pdf_are_pictures_that_never_change(desk: TestClient, store: Store) -> None:
    path = REPOSITORY / "corpus/samples/self-evaluation/report.pdf"
    sha256 = add_original(store, path).sha256
    picture = desk.get(f"/originals/{sha256}/pages/1.png")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG") and "immutable" in picture.headers["cache-control"]
    again = desk.get(f"/originals/{sha256}/pages/1.png", headers={"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert desk.get(f"/originals/{sha256}/pages?first=1&last=2").json() == {"unseen": [], "locked": False}
    assert desk.get(f"/originals/{sha256}/pages/999.png").status_code == 409
    assert desk.get(f"/originals/{'0' * 64}/pages/1.png").status_code == 404
    assert desk.get("/originals/..%2f..%2fetc/pages/1.png").status_code in (404, 422)


def test_pages_of_a_locked_pdf_are_shown_to_who_gives_its_password(
    desk: TestClient, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("open", "owner", strength=128))
    canvas.drawString(100, 700, "Report")
    canvas.save()
    sha256 = add_original(store, path).sha256
    save_prepared(store, [prepare(result_for(sha256, findings=[], checks=[]), [])])
    [report] = report_ids(store, sha256)
    pages = f"/originals/{sha256}/pages"
    assert desk.get(f"{pages}?first=1&last=1").json() == {"unseen": [], "locked": True}
    assert "给出密码" in desk.get(f"{pages}/1.png").text
    fields = {"token": token(desk, f"/reports/{report}")}
    wrong = desk.post(f"/reports/{report}/password", data={**fields, "password": "falsch"})
    assert (wrong.status_code, "密码不对" in wrong.text) == (409, True)
    assert desk.post(f"/reports/{report}/password", data={"password": "open"}).status_code == 403
    assert desk.post(f"/reports/{report}/password", data={**fields, "password": "open"}).status_code == 303
    assert desk.get(f"{pages}/1.png").content.startswith(b"\x89PNG")
    assert desk.get(f"/api/v1/reports/{report}/annotated").content.startswith(b"%PDF")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("archive.db*"))
    assert b"falsch" not in kept
    with TestClient(install(make_app(store)), BASE) as restarted:
        assert restarted.get(f"{pages}?first=1&last=1").json()["locked"], "it is kept nowhere"


def test_an_error_is_added_exported_and_taken_back(desk: TestClient) -> None:
    known = token(desk)
    told = {"token": known, "kind": "logic", "severity": "high", "text": f"年度写错{EVIL}"}
    wrong = desk.post("/reports/1/additions", data={**told, "quote": "没有这段"})
    assert (wrong.status_code, "没有这段原文" in wrong.text) == (409, True)
    right = desk.post("/reports/1/additions", data={**told, "quote": "支出882.64万元"})
    assert (right.status_code, right.headers["location"]) == (303, "/reports/1#additions")
    answer = desk.get("/reports/1").text
    assert "年度写错&lt;script&gt;" in answer and 'href="#b20"' in answer and EVIL not in answer
    assert "年度写错" in desk.get("/reports/1/sheet").text
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/api/v1/reports/1/workbook.xlsx").content))
    [row] = [[cell.value for cell in row] for row in book["预警"] if row[3].value == "不合事理"]
    assert "人工补充" in row and "支出882.64万元" in row
    [added] = desk.get("/api/v1/reports/1/result.json").json()["review"]["added"]
    assert (added["kind"], added["evidence"]["block"]) == ("logic", 20)
    [one] = desk.get("/api/v1/reports/1/additions").json()["items"]
    assert desk.post(f"/reports/1/additions/{one['id']}/withdrawal", data={"token": known}).status_code == 303
    assert desk.get("/api/v1/reports/1/additions").json()["items"] == []


def test_what_waits_is_settled_on_the_page(desk: TestClient, store: Store) -> None:
    known = token(desk)
    desk.post("/reports/1/findings/a1", data={"token": known, "verdict": "dismissed", "note": "四舍五入"})
    again = result_for(find_report(store, 1).sha256, version="2", findings=[])
    save_prepared(store, [prepare(again, [])])
    answer = desk.get("/reports/1").text
    assert "待重新确认 1" in answer and "四舍五入" in answer
    [address] = re.findall(r'action="(/reports/1/decisions/\d+/settlement)"', answer)
    assert desk.post(address, data={"token": known}).headers["location"] == "/reports/1#waiting"
    assert "待重新确认" not in desk.get("/reports/1").text


def test_what_is_dismissed_is_not_noted_on_the_copy() -> None:
    review = Review({}, {"a1": Said("dismissed", "", None, "2026-01-01T00:00:00.000000Z")})
    assert [one.fingerprint for one in exports.without_dismissed(sample(), review).findings] == ["b1"]


def sign_in(client: TestClient, secret: str, place: str = "/reports/1") -> httpx.Response:
    return client.post("/sign-in", data={"key": secret, "next": place})


def test_nobody_sees_anything_before_signing_in(keyed: TestClient) -> None:
    for path in ("/reports", "/reports/1", "/search?q=abc", "/upload", "/originals/" + "0" * 64 + "/pages/1.png"):
        answer = keyed.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={quote(path, safe='')}")
    assert keyed.post("/reports/1/findings/a1", data={"verdict": "confirmed"}).status_code == 401
    assert keyed.get("/api/v1/reports").status_code == 401


def test_signed_in_one_reads_and_says_under_the_keys_name(keyed: TestClient, store: Store, secret: str) -> None:
    assert "密钥不对" in sign_in(keyed, "heshu_falsch").text
    entered = sign_in(keyed, f" {secret} ")
    assert (entered.status_code, entered.headers["location"]) == (303, "/reports/1")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and secret not in cookie
    assert "审计一处" in keyed.get("/reports/1").text
    known = token(keyed)
    keyed.post("/reports/1/findings/a1", data={"token": known, "verdict": "confirmed"})
    [decision] = decisions_of(store, 1)
    assert decision.decided_by == "审计一处"
    assert keyed.get("/api/v1/reports/1").status_code == 200
    new = {"fact": "/headline/budget", "verdict": "confirmed"}
    assert keyed.post("/api/v1/reports/1/corrections", json=new).status_code == 403, "a cookie alone changes nothing"
    headers = {"X-CSRF-Token": known}
    assert keyed.post("/api/v1/reports/1/corrections", json=new, headers=headers).status_code == 201
    assert keyed.get("/upload").status_code == 403
    assert keyed.post("/sign-out", data={"token": "falsch"}).status_code == 403
    assert keyed.post("/sign-out", data={"token": known}).status_code == 303
    assert keyed.get("/reports/1").status_code == 303


def test_a_restart_signs_nobody_out(keyed: TestClient, store: Store, secret: str) -> None:
    sign_in(keyed, secret)
    known = token(keyed)
    with TestClient(install(make_app(store, Settings(local=False))), keyed.base_url, headers=HTML) as restarted:
        restarted.cookies = keyed.cookies
        sent = restarted.post("/reports/1/findings/a1", data={"token": known, "verdict": "confirmed"})
        assert sent.status_code == 200
        [decision] = decisions_of(store, 1)
        assert decision.decided_by == "审计一处"
        revoke_key(store, 1)
    with TestClient(install(make_app(store, Settings(local=False))), keyed.base_url, headers=HTML) as restarted:
        restarted.cookies = keyed.cookies
        assert "密钥" in restarted.get("/reports/1").text and restarted.get("/reports/1").url.path == "/sign-in"


def test_who_only_reads_is_offered_nothing_else(keyed: TestClient, store: Store, reading_secret: str) -> None:
    sign_in(keyed, reading_secret)
    answer = keyed.get("/reports/1").text
    assert 'class="decide"' not in answer and "data-fact" not in answer and "/upload" not in answer
    refused = keyed.post("/reports/1/findings/a1", data={"token": token(keyed), "verdict": "confirmed"})
    assert (refused.status_code, decisions_of(store, 1)) == (403, [])


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_leads_nowhere_else(keyed: TestClient, secret: str, place: str) -> None:
    assert sign_in(keyed, secret, place).headers["location"] == "/"


def test_static_files_are_ours_alone(reader: TestClient) -> None:
    assert (
        reader.get("/static/report.js")
        .headers["content-type"]
        .startswith(("text/javascript", "application/javascript"))
    )
    assert reader.get("/static/../render.py").status_code == 404
    assert reader.get("/static/%2e%2e/render.py").status_code == 404
