"""Uploads: from the form to the report, and what is refused on the way."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.ingest import Reply, intake
from api.service import Settings, app, make_app
from api.store import Store, names_of, result_versions, stats, tables
from extractor.jobs import reason_of
from extractor.readers.errors import ReadError
from extractor.version import VERSION
from tests.api.service.conftest import BASE

JOBS, ORIGINALS = "/api/v1/jobs", "/api/v1/originals"
REPORT = "2021年度云川市绿道项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"


class HerePool:
    """Stands in for worker processes: calls are made in threads of this process, while `gate` is open."""

    gate = threading.Event()

    def __init__(self, jobs: int, *_: object) -> None:
        self.jobs = jobs

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Reply[Any]]:
        future: Future[Reply[Any]] = Future()

        def work() -> None:
            self.gate.wait()
            try:
                reply = Reply(call(*arguments))
            except Exception as error:
                reply = Reply(reason=reason_of(error))
            if future.set_running_or_notify_cancel():
                future.set_result(reply)

        threading.Thread(target=work, daemon=True).start()
        return future

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    monkeypatch.setattr(app, "Pool", HerePool)
    HerePool.gate.set()
    yield HerePool.gate
    HerePool.gate.set()


@pytest.fixture
def desk(store: Store) -> Iterator[TestClient]:
    """A service over an empty store that takes three small files at once."""
    with TestClient(make_app(store, Settings(upload_bytes=100_000, waiting=3)), BASE) as opened:
        yield opened


def upload(client: TestClient, content: bytes | str = REPORT, name: str = "a.txt", **fields: str) -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(ORIGINALS, files={"file": (name, content)}, data=fields)


def ended(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + 30
    while job["state"] not in ("done", "failed", "cancelled") and time.monotonic() < until:
        time.sleep(0.02)
        job = client.get(f"{JOBS}/{job['id']}").json()
    return job


def test_an_upload_becomes_a_report(desk: TestClient, store: Store) -> None:
    taken = upload(desk, name="绿道项目.txt")
    job = taken.json()
    assert taken.status_code == 202
    assert taken.headers["location"] == f"{JOBS}/{job['id']}"
    assert job["id"] == hashlib.sha256(REPORT.encode()).hexdigest()
    done = ended(desk, job)
    assert (done["state"], done["duplicate"], done["error"]) == ("done", False, None)
    report = desk.get(f"/api/v1/reports/{done['reports'][0]}").json()["report"]
    assert (report["title"], report["name"]) == ("2021年度云川市绿道项目绩效评价报告", "绿道项目.txt")
    original = desk.get(f"{ORIGINALS}/{job['id']}/file")
    assert original.content == REPORT.encode()
    assert [one["state"] for one in desk.get(JOBS).json()["items"]] == ["done"]
    assert desk.get(JOBS, params={"state": "failed"}).json() == {"items": []}


def test_the_same_content_is_read_once(desk: TestClient, store: Store) -> None:
    first = ended(desk, upload(desk).json())
    again = upload(desk, name="b.txt")
    assert again.status_code == 200
    assert (again.json()["state"], again.json()["duplicate"]) == ("done", True)
    assert again.json()["reports"] == first["reports"]
    assert names_of(store, first["id"]) == ["a.txt", "b.txt"]
    assert (stats(store).originals, stats(store).results) == (1, 1)


def test_what_cannot_be_read_says_why_and_can_be_tried_again(desk: TestClient) -> None:
    failed = ended(desk, upload(desk, b"\x89PNG\r\n", "a.png").json())
    assert (failed["state"], failed["reports"]) == ("failed", [])
    assert "图片" in failed["error"]
    again = upload(desk, b"\x89PNG\r\n", "a.png")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert ended(desk, again.json())["state"] == "failed"


def test_an_encrypted_file_wants_its_password(desk: TestClient, store: Store, tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("open", "owner", strength=128))
    canvas.drawString(100, 700, "Report 2021: budget 100, spent 80.")
    canvas.save()
    failed = ended(desk, upload(desk, path.read_bytes(), "a.pdf").json())
    assert failed["error"] == "文件已加密，请连同密码重新上传"
    done = ended(desk, upload(desk, path.read_bytes(), "a.pdf", password="open").json())
    assert (done["state"], done["error"]) == ("done", None)
    report = done["reports"][0]
    refused = desk.get(f"/api/v1/reports/{report}/annotated")
    assert (refused.status_code, refused.json()["detail"]) == (409, "没有做成：打不开原件；加密的文件请给出密码")
    copy = desk.get(f"/api/v1/reports/{report}/annotated", headers={"X-Document-Password": "open"})
    assert copy.content.startswith(b"%PDF")


def test_what_is_no_upload_is_refused(desk: TestClient) -> None:
    assert desk.post(ORIGINALS, json={}).status_code == 415
    assert desk.post(ORIGINALS, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 400
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    assert desk.post(ORIGINALS, content=b"--b\r\nnonsense", headers=broken).status_code in (400, 422)
    assert desk.post(ORIGINALS, data={"password": "x"}, files={"other": b"x"}).status_code == 422
    assert desk.post(ORIGINALS, files=[("file", b"x"), ("file", b"y")]).status_code == 400
    assert upload(desk, path="/etc/passwd").status_code == 422
    assert upload(desk, name="长" * 256).status_code == 422
    assert upload(desk, password="x" * 5000).status_code == 400
    assert desk.get(JOBS).json() == {"items": []}


def test_a_file_that_is_too_large_is_refused_while_it_comes(desk: TestClient, store: Store) -> None:
    refused = upload(desk, b"x" * 100_001)
    assert (refused.status_code, refused.json()["title"]) == (413, "内容太大")
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            sent += 1
            yield b"x" * 10_000

    endless = desk.post(ORIGINALS, content=parts(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert endless.status_code == 413
    assert stats(store).originals == 0


def test_too_many_waiting_uploads_are_refused(desk: TestClient, gate: threading.Event) -> None:
    gate.clear()
    jobs = [upload(desk, f"{REPORT}{number}").json() for number in range(3)]
    refused = upload(desk, f"{REPORT}3")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    gate.set()
    assert [ended(desk, job)["state"] for job in jobs] == ["done"] * 3
    assert upload(desk, f"{REPORT}3").status_code == 202


def test_jobs_are_cancelled(desk: TestClient, gate: threading.Event) -> None:
    gate.clear()
    reading, waiting = (upload(desk, f"{REPORT}{number}").json()["id"] for number in range(2))
    assert desk.post(f"{JOBS}/{waiting}/cancellation").json()["state"] == "cancelled"
    assert desk.post(f"{JOBS}/{reading}/cancellation").json()["state"] == "cancelled"
    assert desk.post(f"{JOBS}/{reading}/cancellation").status_code == 409
    assert desk.post(f"{JOBS}/{'0' * 64}/cancellation").status_code == 404
    gate.set()
    assert ended(desk, upload(desk, f"{REPORT}0").json())["state"] == "done"


def test_a_restart_loses_no_upload(store: Store, gate: threading.Event) -> None:
    gate.clear()
    with TestClient(make_app(store), BASE) as client:
        jobs = [upload(client, f"{REPORT}{number}", f"{number}.txt").json()["id"] for number in range(2)]
        cancelled = upload(client, f"{REPORT}x").json()["id"]
        client.post(f"{JOBS}/{cancelled}/cancellation")
    gate.set()
    with TestClient(make_app(store), BASE) as client:
        told = [ended(client, client.get(f"{JOBS}/{job}").json()) for job in jobs]
        assert [(job["state"], job["name"]) for job in told] == [("done", "0.txt"), ("done", "1.txt")]
        again = client.get(f"{JOBS}/{cancelled}").json()
        assert (again["state"], again["error"]) == ("failed", "已取消")


# What clients call their files, and what the downloads are called, for old clients and for others.
NAMES = [
    ("../../etc/passwd", "passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini", "boot.ini"),
    ("a;\u202efdp.exe", "a__fdp.exe", "a%3B_fdp.exe"),
    ("..", "report", "report"),
    ("报告.txt", "__.txt", "%E6%8A%A5%E5%91%8A.txt"),
]


def test_names_of_clients_name_nothing_here(desk: TestClient, store: Store, tmp_path: Path) -> None:
    for name, plain, kept in NAMES:
        before = {path for path in tmp_path.rglob("*") if path.is_file()}
        job = ended(desk, upload(desk, REPORT + name, name).json())
        new = {path.name for path in tmp_path.rglob("*") if path.is_file()} - {path.name for path in before}
        assert new <= {job["id"], "archive.db-wal", "archive.db-shm"}
        sent = desk.get(f"{ORIGINALS}/{job['id']}/file").headers
        assert sent["content-disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{kept}"
        assert sent["x-content-type-options"] == "nosniff"
        assert sent["content-security-policy"].startswith("sandbox")


def test_an_original_is_read_again_by_a_newer_version(desk: TestClient, store: Store, monkeypatch: Any) -> None:
    sha256 = ended(desk, upload(desk).json())["id"]
    again = f"{ORIGINALS}/{sha256}/reextraction"
    assert "已经读过" in desk.post(again).json()["detail"]
    assert desk.post(f"{ORIGINALS}/{'0' * 64}/reextraction").status_code == 404
    with store.writing() as connection:
        for table in (tables.results, tables.reports):
            connection.execute(update(table).values(version="0.0.1"))

    monkeypatch.setattr("api.service.jobs.read_kept", refuse)
    failed = ended(desk, desk.post(again).json())
    assert (failed["state"], failed["error"], failed["reports"]) == ("failed", "打不开", [1])
    assert result_versions(store, 1) == ["0.0.1"]
    assert intake.failures(store) == [], "what was loaded stays loaded"

    monkeypatch.undo()
    monkeypatch.setattr(app, "Pool", HerePool)
    sent = desk.post(again)
    assert (sent.status_code, ended(desk, sent.json())["state"]) == (202, "done")
    assert result_versions(store, 1) == ["0.0.1", VERSION]


def refuse(*_: object) -> None:
    raise ReadError("file.damaged", "打不开")
