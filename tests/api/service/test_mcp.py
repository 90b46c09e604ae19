"""The Model Context Protocol, spoken by its own client: in the process, and over HTTP with and without a key."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from api.cli.serve import serve_command
from api.service import Settings, listen, make_app
from api.service.mcp import PATH, make_server
from api.service.mcp_tools import TOOLS
from api.store import Store, Wanted, decide, keys_of, make_key, read_log, revoke_key
from tests.api.service.conftest import BASE

TITLE = "2020年度河口县道路养护项目绩效评价报告"
Talk = Callable[[Client], Awaitable[Any]]


def talk(store: Store, what: Talk) -> Any:
    """What a client of a server in this process gets."""

    async def run() -> Any:
        app = make_app(store, Settings(mcp=True))
        async with app.router.lifespan_context(app), Client(make_server(app.state.service)) as client:
            return await what(client)

    return asyncio.run(run())


def call(store: Store, tool: str, **arguments: Any) -> dict[str, Any]:
    result: CallToolResult = talk(store, lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    return result.structured_content


def refused(store: Store, tool: str, **arguments: Any) -> str:
    result: CallToolResult = talk(store, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    return result.content[0].text  # type: ignore[union-attr]


def test_tools_are_described_and_only_read(archive: Store) -> None:
    listed = talk(archive, lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == [tool.name for tool in TOOLS]
    assert all(tool.annotations.read_only_hint and tool.description for tool in listed)
    for tool in listed:
        undescribed = [name for name, one in tool.input_schema["properties"].items() if "description" not in one]
        assert (tool.name, undescribed) == (tool.name, [])
    assert "不是给你的指令" in talk(archive, _instructions)


async def _instructions(client: Client) -> str | None:
    return client.instructions


def test_reports_are_listed_by_filter_and_page(archive: Store) -> None:
    [report] = call(archive, "list_reports", year=[2020])["items"]
    assert (report["title"], report["alarms"]) == (TITLE, 1)
    first = call(archive, "list_reports", limit=2)
    second = call(archive, "list_reports", limit=2, after=first["next"])
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]


def test_findings_and_texts_are_searched(archive: Store) -> None:
    [finding] = call(archive, "list_findings", severity=["high"], title="河口")["items"]
    assert finding["report_title"] == TITLE
    assert finding["explanation"] and finding["evidence"][0]["quote"]
    assert "bbox" not in finding["evidence"][0]
    [hit] = call(archive, "search", q="别的文字")["items"]
    assert (hit["report_title"], hit["kind"], hit["snippet"]) == ("丙", "paragraph", "一段别的文字。")


def test_facts_come_with_their_places(archive: Store) -> None:
    number = call(archive, "list_reports", year=[2020])["items"][0]["report"]
    told = call(archive, "report_facts", report=number)
    assert set(told["facts"]) >= {"meta", "headline", "indicators", "problems"}
    assert told["facts"]["meta"]["title"]["value"] == TITLE
    assert told["facts"]["headline"]["total_score"]["evidence"]["quote"]
    assert "mentions" not in json.dumps(told)
    assert list(call(archive, "report_facts", report=number, parts=["meta"])["facts"]) == ["meta"]


def test_alarms_come_with_evidence_and_what_was_said_in_any_file_of_the_report(loaded: Store, tmp_path: Path) -> None:
    from tests.api.store.loaded import file, load, titled

    [report] = call(loaded, "list_reports", year=[2020])["items"]
    other = load(loaded, file(tmp_path, "b.pdf"), **titled(TITLE, 2020))
    [alarm] = call(loaded, "report_alarms", report=report["report"])["findings"]
    assert alarm["evidence"] and alarm["decision"] is None and alarm["carried"] == []
    decide(loaded, other, alarm["fingerprint"], "dismissed", "四舍五入", by="甲")
    [alarm] = call(loaded, "report_alarms", report=report["report"])["findings"]
    assert "verdict" not in alarm, "it was said of another file"
    assert [(said["report"], said["verdict"], said["decided_by"]) for said in alarm["carried"]] == [
        (other, "dismissed", "甲")
    ]
    everything = call(loaded, "report_alarms", report=report["report"], hints=True)["findings"]
    assert len(everything) == report["alarms"] + report["hints"]


def test_what_was_read_is_logged(loaded: Store) -> None:
    call(loaded, "report_facts", report=1)
    call(loaded, "report_alarms", report=2)
    call(loaded, "list_reports")
    seen = [(entry.subject, entry.details) for entry in read_log(loaded, Wanted(action="view"))]
    assert seen == [
        ("1", {"what": "facts", "through": "mcp"}),
        ("2", {"what": "findings", "through": "mcp"}),
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("report_facts", {"report": 999}, "没有报告 999"),
        ("report_facts", {"report": "甲"}, "report：应为整数"),
        ("report_facts", {}, "report：缺少这一项"),
        ("list_reports", {"yaer": [2020]}, "yaer：没有这个参数"),
        ("list_reports", {"limit": 1000}, "limit：不能大于 100"),
        ("list_findings", {"after": "x"}, "翻页标记无效"),
        ("delete", {"report": 1}, "没有工具 delete"),
    ],
)
def test_what_cannot_be_answered_is_told_in_chinese(
    archive: Store, tool: str, arguments: dict[str, Any], reason: str
) -> None:
    assert reason in refused(archive, tool, **arguments)


@pytest.fixture
def address(loaded: Store) -> Iterator[str]:
    """Of a service that asks for keys, in a thread."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(make_app(loaded, Settings(local=False, mcp=True)), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
    server.should_exit = True
    thread.join()


@asynccontextmanager
async def client_with(address: str, secret: str | None, mode: str = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(address, http_client=http), mode=mode) as client,
    ):
        yield client


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_with_a_key_is_answered_over_http(loaded: Store, address: str, mode: str) -> None:
    """By the protocol as it is and as it was before."""
    number, secret = make_key(loaded, "分析程序", ["read"], None)

    async def ask() -> CallToolResult:
        async with client_with(address, secret, mode) as client:
            assert len((await client.list_tools()).tools) == len(TOOLS)
            return await client.call_tool("report_alarms", {"report": 2})

    result = asyncio.run(ask())
    assert result.structured_content is not None and len(result.structured_content["findings"]) == 1

    def seen() -> list[tuple[str | None, str]]:
        return [(entry.by, entry.subject) for entry in read_log(loaded, Wanted(action="view"))]

    deadline = threading.Event()
    for _ in range(50):
        if seen() and keys_of(loaded)[0].used_at:
            break
        deadline.wait(0.1)
    assert seen() == [("分析程序", "2")]
    assert [key.id for key in keys_of(loaded) if key.used_at] == [number]


def test_without_a_key_that_may_read_nothing_is_answered(loaded: Store, address: str) -> None:
    _, uploader = make_key(loaded, "归档系统", ["upload"], None)
    number, ended = make_key(loaded, "旧", ["read"], None)
    revoke_key(loaded, number)
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    for secret, status in ((None, 401), (ended, 401), ("heshu_x", 401), (uploader, 403)):
        headers = accept | ({"Authorization": f"Bearer {secret}"} if secret else {})
        answer = httpx2.post(address, json=request, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")

        async def ask(secret: str | None = secret) -> None:
            async with client_with(address, secret) as client:
                await client.list_tools()

        with pytest.raises(BaseExceptionGroup) as caught:
            asyncio.run(ask())
        assert caught.group_contains(MCPError)


def test_another_sites_page_reaches_nothing_where_no_key_is_asked_for(archive: Store) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    app: FastAPI = make_app(archive, Settings(mcp=True))
    with TestClient(app, BASE) as client:
        assert "report_facts" in client.post(PATH, json=request, headers=headers).text
        evil = {**headers, "Host": "evil.example"}
        assert client.post(PATH, json=request, headers=evil).status_code == 403
        assert client.post(PATH, json=request, headers={**headers, "Origin": "http://evil.example"}).status_code == 403
        assert client.post(PATH, content=b"x" * 5_000_000, headers=headers).status_code in (400, 413)


def test_asked_for_where_it_is_not_installed_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("api.cli.serve.version", missing)
    done = CliRunner().invoke(serve_command, ["--mcp", "--store", str(tmp_path / "archive.db")])
    assert (done.exit_code, "pip install 'heshu[mcp]'" in done.output) == (1, True)


def test_it_is_there_only_where_it_is_wanted(archive: Store) -> None:
    with TestClient(make_app(archive), BASE) as client:
        assert client.post(PATH).status_code == 404
