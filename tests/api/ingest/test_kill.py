"""Killed at random moments, a run that is started again ends as one that was never disturbed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from corpus.generate import make_report
from corpus.render import render
from tests.api.ingest.runs import begin, content

SEED = 5
KILLS = 20
LONGEST = 600.0  # seconds of a run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports as text and Word, doubles, an archive, damaged files."""
    folder = tmp_path_factory.mktemp("reports")
    for index in range(1, 25):
        path = folder / f"{index:02}.txt"
        path.write_text(make_report(str(SEED), index).text, encoding="utf-8")
    texts = sorted(folder.iterdir())
    render(texts[:10], ["docx"])
    (folder / "double.txt").write_bytes(texts[0].read_bytes())
    (folder / "cut.docx").write_bytes((folder / "01.docx").read_bytes()[:5000])
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.write(texts[3], "inner/double.txt")
        archive.writestr("new.txt", texts[4].read_text(encoding="utf-8") + "\n附件：略\n")
        archive.writestr("bad.pdf", b"%PDF-1.7 nothing")
    return folder


def finish(process: subprocess.Popen[str]) -> dict[str, object]:
    told, complained = process.communicate(timeout=LONGEST)
    assert process.returncode == 2, complained
    summary: dict[str, object] = json.loads(told)
    return {name: summary[name] for name in ("files", "loaded", "duplicate", "failed")}


@pytest.mark.acceptance
def test_the_ingester_killed_at_random_moments(new_url: Callable[[], str], tmp_path: Path, folder: Path) -> None:
    url, undisturbed = new_url(), new_url()
    began = time.monotonic()
    expected = finish(begin(undisturbed, tmp_path / "undisturbed", folder, "--jobs", 2))
    whole = time.monotonic() - began
    moments = random.Random(SEED)
    for _ in range(KILLS):
        process = begin(url, tmp_path / "killed", folder, "--jobs", 2)
        workers = []
        time.sleep(moments.uniform(0, whole))
        if process.poll() is None:
            workers = psutil.Process(process.pid).children()
        process.kill()
        process.communicate()
        psutil.wait_procs(workers, timeout=30)
    assert finish(begin(url, tmp_path / "killed", folder, "--jobs", 2)) == expected
    assert content(url, tmp_path / "killed") == content(undisturbed, tmp_path / "undisturbed")


@pytest.mark.acceptance
def test_workers_killed_at_random_moments(new_url: Callable[[], str], tmp_path: Path, folder: Path) -> None:
    url, undisturbed = new_url(), new_url()
    expected = finish(begin(undisturbed, tmp_path / "undisturbed", folder, "--jobs", 2))
    moments = random.Random(SEED)
    kills = 0
    rounds = 0
    while kills < KILLS:
        rounds += 1
        where = tmp_path / f"killed{rounds}"
        url = new_url()
        process = begin(url, where, folder, "--jobs", 2)
        while process.poll() is None and kills < KILLS:
            time.sleep(moments.uniform(1, 5))
            workers = [
                child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())
            ]
            if workers:
                os.kill(moments.choice(workers).pid, signal.SIGKILL)
                kills += 1
        assert finish(process) == expected
        assert content(url, where) == content(undisturbed, tmp_path / "undisturbed")
