"""Requests that no client would send, made from the OpenAPI document by schemathesis: nothing fails, every answer is as it
says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import make_key, open_store
from tests.api.service.conftest import fill
from tests.api.service.test_server import serving

# A page's cursor and an ETag are texts of which only those that were given out are taken, which no schema can say.
LEFT_OUT = "positive_data_acceptance"
# What a form holds is text, whatever type it had before it was sent.
SETTINGS = """
[[operations]]
include-path = "/api/v1/originals"
checks.negative_data_rejection.enabled = false
"""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a service, and a key that may do everything."""
    store = open_store(str(tmp_path / "archive.db"))
    fill(store, tmp_path)
    _, secret = make_key(store, "试验", ["admin"], None)
    store.close()
    with serving(tmp_path) as (client, _):
        yield str(client.base_url).rstrip("/"), secret


def attack(target: tuple[str, str], seconds: int, folder: Path) -> None:
    root, secret = target
    (folder / "schemathesis.toml").write_text(SETTINGS)
    command = [Path(sys.executable).with_name("schemathesis"), "run", f"{root}/openapi.json", "--no-color"]
    # Events without end are for `test_server`.
    options = ["--exclude-path", "/api/v1/jobs/events", "--exclude-checks", LEFT_OUT, "--max-time", str(seconds)]
    header = ["--header", f"Authorization: Bearer {secret}"]
    ran = subprocess.run([*command, *options, *header], capture_output=True, text=True, cwd=folder)
    assert ran.returncode == 0, ran.stdout[-20_000:]


def test_nothing_fails_in_a_few_seconds(target: tuple[str, str], tmp_path: Path) -> None:
    attack(target, 8, tmp_path)


@pytest.mark.acceptance
def test_nothing_fails_in_ten_minutes(target: tuple[str, str], tmp_path: Path) -> None:
    attack(target, 600, tmp_path)
