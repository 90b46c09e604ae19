"""Files over processes: order, and what happens when a process dies."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from extractor.jobs import over_processes


def length_or_death(path: Path) -> int:
    """A worker that the system kills when it meets a file of that name."""
    if path.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return len(path.name)


def test_a_killed_worker_costs_its_own_file_alone() -> None:
    names = ["a", "killer1", "bb", "ccc", "killer2", "dddd", "eeeee"]
    values = dict(over_processes(length_or_death, [Path(name) for name in names], jobs=2))
    assert {path.name: value for path, value in values.items()} == {
        "a": 1,
        "killer1": None,
        "bb": 2,
        "ccc": 3,
        "killer2": None,
        "dddd": 4,
        "eeeee": 5,
    }
