"""A folder of damaged and hostile files is loaded to the end: the good among them are in, each other has its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.ingest.damage import make
from tests.api.ingest.runs import begin

LONGEST = 1500.0


@pytest.mark.acceptance
def test_damaged_files_cost_themselves_alone(new_url: Callable[[], str], tmp_path: Path) -> None:
    folder = tmp_path / "in" / "damaged"
    folder.mkdir(parents=True)
    good = make(folder)
    assert sum(path.is_file() for path in folder.rglob("*")) >= 300
    before = sorted(tmp_path.rglob("*"))
    process = begin(new_url(), tmp_path / "originals", folder, "--jobs", 2, "--timeout", 60)
    told, complained = process.communicate(timeout=LONGEST)
    assert process.returncode == 2, complained
    summary = json.loads(told)
    failures = {entry["source"].removeprefix(f"{folder}/"): entry["reason"] for entry in summary["failures"]}
    assert {source: failures[source] for source in good & failures.keys()} == {}
    assert summary["loaded"] + summary["duplicate"] >= len(good)
    assert summary["files"] >= 300
    assert all(reason and reason.isprintable() for reason in failures.values())
    assert {source: reason for source, reason in failures.items() if "内部错误" in reason or "意外终止" in reason} == {}
    assert (
        sorted(
            path
            for path in tmp_path.rglob("*")
            if (tmp_path / "originals") not in (path, *path.parents)
            and "archive" not in path.parts[len(tmp_path.parts)]
        )
        == before
    )
