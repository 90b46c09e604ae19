"""Worker processes: what one file can do to others, which is nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import psutil
import pytest

from api.ingest import Limits, Pool, PoolError
from tests.api.ingest import calls

# Starts workers, one of them busy for long, tells their numbers and is killed.
KILLED = """
import os, signal, time
from api.ingest import Pool
from tests.api.ingest import calls
if __name__ == "__main__":
    pool = Pool(2)
    pool.submit(calls.hang)
    pool.submit(calls.number, 1).result()
    while len(pool.workers()) < 2:
        time.sleep(0.01)
    print(*pool.workers(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
SMALL = Limits(seconds=2, memory=400 * 2**20)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, SMALL) as started:
        yield started


def test_a_worker_stays_for_many_files(pool: Pool) -> None:
    answers = [pool.submit(calls.number, value).result().value for value in range(5)]
    assert [answer[0] for answer in answers if answer] == [0, 1, 2, 3, 4]
    assert len({answer[1] for answer in answers if answer}) == 1


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (calls.hang, "超过 2 秒"),
        (calls.bloat, "内存超过 400 MB"),
        (calls.bloat_at_once, "内存不足"),
        (calls.die, "意外终止"),
        (calls.refuse, "ValueError: 坏文件"),
        (calls.unfit, "程序内部错误"),
    ],
)
def test_a_hostile_file_costs_itself_alone(pool: Pool, call: object, reason: str) -> None:
    bad, good = pool.submit(call), pool.submit(calls.number, 7)  # type: ignore[arg-type]
    reply = bad.result()
    assert reply.value is None
    assert reason in (reply.reason or "")
    answer = good.result().value
    assert answer is not None
    assert answer[0] == 7


def test_what_a_worker_has_started_ends_with_it(pool: Pool, tmp_path: Path) -> None:
    assert "超过 2 秒" in (pool.submit(calls.hang_converting, tmp_path / "number").result().reason or "")
    wait_for_end(int((tmp_path / "number").read_text()))


def test_a_file_is_read_again_when_its_worker_was_killed(pool: Pool, tmp_path: Path) -> None:
    reply = pool.submit(calls.die_once, tmp_path / "marker").result()
    assert (reply.value, reply.reason, reply.attempts) == ("read", None, 2)


def test_workers_that_cannot_start_are_told_once_and_for_all() -> None:
    with Pool(1, warm=calls.not_ready) as pool, pytest.raises(PoolError, match="没有模型"):
        pool.submit(calls.number, 1).result()


def test_closing_stops_what_hangs_and_cancels_the_rest() -> None:
    pool = Pool(1)
    pool.submit(calls.number, 1).result()
    busy, queued = pool.submit(calls.hang), pool.submit(calls.number, 2)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 5
    assert busy.done()
    with pytest.raises(CancelledError):
        queued.result(timeout=1)
    with pytest.raises(CancelledError):
        pool.submit(calls.number, 3).result(timeout=1)


def test_workers_end_with_a_parent_that_is_killed() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    workers = [int(word) for word in died.stdout.split()]
    assert len(workers) == 2
    wait_for_end(*workers)


def wait_for_end(*processes: int) -> None:
    end = time.monotonic() + 10
    while any(map(is_running, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_running, processes))


def is_running(number: int) -> bool:
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
