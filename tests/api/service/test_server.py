"""The running server: progress as it happens, and a kill at the wrong moment."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SERVE = "from api.cli.serve import serve_command; serve_command()"
REPORT = "2021年度云川市绿道项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """`heshu serve` over a store in the folder; killed at the end, unless it has ended."""
    command = [sys.executable, "-c", SERVE, "--store", str(folder / "archive.db"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        told = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", told)
        with httpx.Client(base_url=f"{told}api/v1", timeout=60) as client:
            yield client, process
    finally:
        process.kill()
        process.wait()


def upload(client: httpx.Client, content: str) -> Any:
    return client.post("/originals", files={"file": ("a.txt", content.encode())}).json()


def events(client: httpx.Client, path: str, last: str | None = None) -> list[tuple[str, str]]:
    """(number, state) of a job's events, up to its end."""
    headers = {"Last-Event-ID": last} if last else {}
    with client.stream("GET", path, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = stream.read().decode()
    return re.findall(r'id: (\d+)\nevent: job\ndata: \{.*?"state":"(\w+)"', text)


def test_progress_is_told_and_no_upload_is_lost(tmp_path: Path) -> None:
    with serving(tmp_path) as (client, process):
        job = upload(client, REPORT)
        # The first worker is still being started.
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(tmp_path) as (client, process):
        told = events(client, f"/jobs/{job['id']}/events")
        assert told[-1][1] == "done"
        assert [state for _, state in events(client, f"/jobs/{job['id']}/events")] == ["done"]

        told = events(client, f"/jobs/{upload(client, REPORT + 'b')['id']}/events")
        states = [state for _, state in told]
        assert states == [state for state in ("queued", "reading", "saving", "done") if state in states]
        assert states[-1] == "done" and len(states) > 1
        path = f"/jobs/{client.get('/jobs').json()['items'][0]['id']}/events"
        assert [number for number, _ in events(client, path, told[0][0])] == [number for number, _ in told[1:]]
        assert client.get("/reports").json()["items"][0]["id"] == 2

        with client.stream("GET", "/jobs/events") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("id: ")
            # An open stream does not hold the server back.
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) in (0, -signal.SIGTERM)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("heshu-")]
