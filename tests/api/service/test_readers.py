"""Look-ups answered by processes of their own: the same answers, the same doors, and no harm where one of them dies."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from fastapi.testclient import TestClient

from api.ingest import Limits
from api.service import Settings, make_app, readers
from api.store import Store, Wanted, make_key, read_log, revoke_key
from tests.api.service.conftest import BASE
from tests.api.service.test_openapi import operations, requests

ONE = Settings(readers=1)


@contextmanager
def ready(store: Store, **headers: str) -> Iterator[TestClient]:
    """A service whose reader has started."""
    app = make_app(store, ONE)
    with TestClient(app, BASE, headers=headers) as client:
        deadline = time.monotonic() + 60
        while not app.state.readers.are_ready():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield client


@contextmanager
def one_reader(store: Store) -> Iterator[tuple[TestClient, psutil.Process]]:
    """The same, and the reader."""
    before = set(psutil.Process().children())
    with ready(store) as client:
        [process] = [
            child for child in set(psutil.Process().children()) - before if "spawn_main" in str(child.cmdline())
        ]
        yield client, process


@pytest.fixture(scope="module")
def helped(archive: Store) -> Iterator[TestClient]:
    with ready(archive) as client:
        yield client


def test_they_answer_as_the_service_itself(helped: TestClient, reader: TestClient) -> None:
    document = reader.get("/api/v1/openapi.json").json()
    taken = readers.Elsewhere()
    compared = 0
    for path, method, operation in operations(document):
        for values in requests(operation):
            place = path.format(**values["path"])
            if method != "get" or not taken.takes("GET", place):
                continue
            sent = {"params": values["query"], "headers": values["header"]}
            theirs, ours = helped.get(place, **sent), reader.get(place, **sent)
            assert (theirs.status_code, theirs.headers, theirs.content) == (
                ours.status_code,
                ours.headers,
                ours.content,
            )
            compared += 1
    assert compared > 50


@pytest.mark.parametrize(
    ("place", "headers", "status"),
    [
        ("/reports/999", {}, 404),
        ("/reports/999/findings", {}, 404),
        ("/reports?year=x", {}, 422),
        ("/reports?after=%00", {}, 422),
        ("/findings?after=eyJ4IjoxfQ", {}, 422),
        ("/search", {}, 422),
        ("/search?q=%E6%B2%B3&sort=x", {}, 422),
        ("/reports/1/result", {"Accept-Encoding": "deflate"}, 200),
        ("/reports/%31", {}, 200),
        ("/reports/1/nothing", {}, 404),
    ],
)
def test_they_refuse_as_the_service_itself(
    helped: TestClient, reader: TestClient, place: str, headers: dict[str, str], status: int
) -> None:
    theirs, ours = (client.get(f"/api/v1{place}", headers=headers) for client in (helped, reader))
    assert theirs.status_code == ours.status_code == status
    assert (theirs.headers, theirs.content) == (ours.headers, ours.content)


def test_what_has_not_changed_is_not_sent_again(helped: TestClient) -> None:
    tag = helped.get("/api/v1/reports/1").headers["etag"]
    again = helped.get("/api/v1/reports/1", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_other_methods_are_refused_with_those_that_are_there(helped: TestClient) -> None:
    refused = helped.post("/api/v1/reports/1/facts")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_views_are_in_the_log(loaded: Store) -> None:
    _, secret = make_key(loaded, "审计一处", ["read"], None)
    with ready(loaded, **{"X-API-Key": secret}) as client:
        client.get("/api/v1/reports/2/facts")
        client.get("/api/v1/reports/999/facts")
    seen = [(entry.by, entry.subject, entry.details) for entry in read_log(loaded, Wanted(action="view"))]
    assert seen == [("审计一处", "2", {"what": "facts"})]


def test_who_may_not_is_refused(loaded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.service.access.LAG", 0.0)
    key, secret = make_key(loaded, "审计一处", ["read"], None)
    _, writer = make_key(loaded, "只上传", ["upload"], None)
    with ready(loaded) as client:
        told = {name: client.get("/api/v1/reports", headers={"X-API-Key": name}) for name in (secret, writer, "wrong")}
        assert [answer.status_code for answer in told.values()] == [200, 403, 401]
        assert client.get("/api/v1/reports").status_code == 401
        revoke_key(loaded, key)
        assert client.get("/api/v1/reports", headers={"X-API-Key": secret}).status_code == 401


def test_one_that_dies_is_replaced(loaded: Store) -> None:
    with one_reader(loaded) as (client, process):
        process.kill()
        assert client.get("/api/v1/reports/1").json()["report"]["id"] == 1


def test_one_that_hangs_is_replaced_and_the_request_refused(loaded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LIMITS", Limits(seconds=0.5))
    with one_reader(loaded) as (client, process):
        process.send_signal(signal.SIGSTOP)
        refused = client.get("/api/v1/reports/1")
        assert refused.status_code == 503
        assert refused.json()["detail"] == "查询没有完成：超过 0.5 秒没有完成，已放弃"
        assert client.get("/api/v1/reports/1").status_code == 200


def test_they_see_what_is_written_meanwhile(loaded: Store) -> None:
    with one_reader(loaded) as (client, _):
        finding = client.get("/api/v1/reports/1/findings").json()["items"][0]
        assert finding["decision"] is None
        said = {"fingerprint": finding["fingerprint"], "verdict": "dismissed", "note": "误报"}
        assert client.post("/api/v1/reports/1/decisions", json=said).status_code == 201
        assert client.get("/api/v1/reports/1/findings").json()["items"][0]["decision"]["verdict"] == "dismissed"
