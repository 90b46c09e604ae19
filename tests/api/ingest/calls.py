"""What workers are made to do in tests; importable by them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def number(value: int) -> tuple[int, int]:
    """The value, and the worker's process."""
    return value, os.getpid()


def hang() -> None:
    time.sleep(600)


def hang_converting(told: Path) -> None:
    """As `hang`, in a program that the worker has started, whose number is told."""
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    told.write_text(str(program.pid))
    program.wait()


def bloat() -> None:
    held = []
    while True:
        held.append(bytearray(b"x") * 2**24)
        time.sleep(0.005)


def bloat_at_once() -> int:
    """Asks for far more than a parent that looks now and then could stop in time."""
    return len(bytearray(2**36))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: Path) -> str:
    """Dies, as if the system had killed it, unless it did before."""
    if marker.exists():
        return "read"
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def refuse() -> None:
    raise ValueError("坏文件")


def unfit() -> object:
    """A value that cannot travel between processes."""
    return lambda: None


def not_ready() -> None:
    from models import ModelError

    raise ModelError("没有模型")
