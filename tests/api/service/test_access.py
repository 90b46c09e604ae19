"""Who may do what, and what is kept of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from api.cli.serve import serve_command
from api.service import Settings, access, make_app
from api.store import Store, Wanted, make_key, open_store, read_log, revoke_key

API = "/api/v1"


def log_of(store: Store, action: str) -> list[tuple[str | None, str, object]]:
    return [(entry.by, entry.subject, entry.details.get("what")) for entry in read_log(store, Wanted(action=action))]


def test_a_key_opens_what_its_scopes_name(keyed: TestClient) -> None:
    assert keyed.get(f"{API}/me").json() == {"name": "审计一处", "scopes": ["read", "upload", "review"]}
    assert keyed.get(f"{API}/log").status_code == 403
    assert keyed.delete(f"{API}/originals/{'0' * 64}").status_code == 403
    bearer = keyed.headers.pop("Authorization")
    refused = keyed.get(f"{API}/reports")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["title"] == "需要密钥"
    assert keyed.get(f"{API}/reports", headers={"X-API-Key": bearer.split()[1]}).status_code == 200
    for wrong in (bearer[:-1], f"{bearer[:-1]}g", "Bearer", "Basic YTpi", "Bearer \u00e9"):
        assert keyed.get(f"{API}/reports", headers={"Authorization": wrong.encode("latin-1")}).status_code == 401
    assert keyed.get(f"{API}/health").status_code == 200
    assert keyed.get(f"{API}/openapi.json").status_code == 200


def test_a_revoked_key_opens_nothing_soon(loaded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "LAG", 0.1)
    number, secret = make_key(loaded, "临时", ["read"], None)
    with TestClient(make_app(loaded), "http://127.0.0.1", headers={"X-API-Key": secret}) as client:
        assert client.get(f"{API}/me").status_code == 200
        revoke_key(loaded, number)
        time.sleep(access.LAG)
        assert client.get(f"{API}/me").status_code == 401
        # A store that ever had a key is not open again because it has ended.
        del client.headers["X-API-Key"]
        assert client.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": ""},
        {"Host": "["},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_without_keys_no_other_site_gets_in(reader: TestClient, headers: dict[str, str]) -> None:
    assert reader.get(f"{API}/reports", headers=headers).status_code == 403
    assert reader.post(f"{API}/originals", headers=headers).status_code == 403


def test_without_keys_local_programs_and_pages_get_in(reader: TestClient) -> None:
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert reader.get(f"{API}/reports", headers=headers).status_code == 200


def test_without_keys_nothing_is_open_beyond_this_machine(loaded: Store) -> None:
    with TestClient(make_app(loaded, Settings(local=False)), "http://127.0.0.1") as client:
        assert client.get(f"{API}/reports").status_code == 401


def test_views_downloads_and_changes_are_logged(loaded: Store) -> None:
    _, secret = make_key(loaded, "审计一处", ["admin"], None)
    with TestClient(make_app(loaded), "http://127.0.0.1", headers={"X-API-Key": secret}) as client:
        client.get(f"{API}/reports/1")
        client.get(f"{API}/reports/1/findings")
        client.get(f"{API}/reports/2/original")
        client.get(f"{API}/findings.csv", params={"year": 2021})
        sha256 = client.get(f"{API}/reports/3").json()["report"]["sha256"]
        client.post(f"{API}/reports/1/decisions", json={"fingerprint": "a1", "verdict": "confirmed"})
        assert client.delete(f"{API}/originals/{sha256}").json()["reports"] == 1
        assert client.delete(f"{API}/originals/{sha256}").status_code == 404
        assert client.get(f"{API}/reports/3").status_code == 404
    by = "审计一处"
    assert log_of(loaded, "view") == [(by, "1", "summary"), (by, "1", "findings"), (by, "3", "summary")]
    assert log_of(loaded, "download") == [(by, "2", "original"), (by, "findings", "csv")]
    assert [entry[0] for entry in log_of(loaded, "decision") + log_of(loaded, "delete")] == [by, by]


def test_beyond_this_machine_a_key_is_needed_to_start(tmp_path: Path) -> None:
    url = str(tmp_path / "archive.db")
    refused = CliRunner().invoke(serve_command, ["--store", url, "--host", "0.0.0.0"])
    assert refused.exit_code == 1
    assert "没有密钥时只能在本机监听" in refused.output and "heshu store keys make" in refused.output


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    import socket

    open_store(str(tmp_path / "archive.db")).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = CliRunner().invoke(serve_command, ["--store", str(tmp_path / "archive.db"), "--port", str(port)])
    assert refused.exit_code == 1
    assert f"不能监听 127.0.0.1:{port}" in refused.output
