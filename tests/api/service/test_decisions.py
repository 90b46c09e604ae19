"""What reviewers say of findings."""

from __future__ import annotations

from fastapi.testclient import TestClient

DECISIONS = "/api/v1/reports/1/decisions"


def test_a_decision_stands_beside_its_finding(keyed: TestClient) -> None:
    made = keyed.post(DECISIONS, json={"fingerprint": "a1", "verdict": "dismissed", "note": "附件另有说明"})
    assert made.status_code == 201
    assert {**made.json(), "decided_at": ""} == {
        "id": 1,
        "report": 1,
        "fingerprint": "a1",
        "attached": "a1",
        "verdict": "dismissed",
        "note": "附件另有说明",
        "title": "得分合计不符",
        "quotes": made.json()["quotes"],
        "decided_at": "",
        "decided_by": "审计一处",
        "settled_at": None,
    }
    found = {row["fingerprint"]: row for row in keyed.get("/api/v1/reports/1/findings").json()["items"]}
    assert found["a1"]["decision"] == made.json()
    assert found["b1"]["decision"] is None
    assert keyed.get(DECISIONS).json()["items"] == [made.json()]
    assert keyed.get("/api/v1/reports/1").json()["review"] == {"confirmed": 0, "dismissed": 1, "waiting": 0}
    verdicts = keyed.get("/api/v1/findings", params={"verdict": "dismissed"}).json()["items"]
    assert [(row["report"], row["fingerprint"]) for row in verdicts] == [(1, "a1")]


def test_who_has_not_seen_the_last_decision_is_told(keyed: TestClient) -> None:
    seen = keyed.get(DECISIONS).headers["etag"]
    new = {"fingerprint": "a1", "verdict": "confirmed"}
    first = keyed.post(DECISIONS, json=new, headers={"If-Match": seen})
    assert first.status_code == 201
    late = keyed.post(DECISIONS, json={**new, "verdict": "dismissed"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["title"]) == (412, "内容已有变化")
    again = keyed.post(DECISIONS, json=new, headers={"If-Match": first.headers["etag"]})
    assert again.status_code == 201
    assert [said["verdict"] for said in keyed.get(DECISIONS).json()["items"]] == ["confirmed", "confirmed"]


def test_what_makes_no_sense_is_refused(keyed: TestClient) -> None:
    new = {"fingerprint": "a1", "verdict": "confirmed"}
    assert keyed.post(DECISIONS, json={**new, "fingerprint": "zz"}).status_code == 404
    assert keyed.post("/api/v1/reports/9/decisions", json=new).status_code == 404
    assert keyed.post(DECISIONS, json={**new, "verdict": "maybe"}).status_code == 422
    assert keyed.post(DECISIONS, json={**new, "note": "\0"}).status_code == 422
    assert keyed.post(DECISIONS, json={**new, "by": "别人"}).status_code == 422
    json = {"Content-Type": "application/json"}
    assert keyed.post(DECISIONS, content=b'{"fingerprint": "\xff"}', headers=json).status_code in (400, 422)
    assert keyed.post(DECISIONS, content=b"[" * 100_000, headers=json).status_code in (400, 422)
    lone = b'{"fingerprint": "a1", "verdict": "confirmed", "note": "\\ud800"}'
    assert keyed.post(DECISIONS, content=lone, headers=json).status_code == 422
    assert keyed.get(DECISIONS).json() == {"items": []}
