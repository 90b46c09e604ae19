"""What a worker process of `api.ingest.Pool` does. Apart from it, so that a worker imports no more than its calls need."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import psutil

from extractor.jobs import hush, limit_memory, reason_of

# Beyond the limit of resident memory: address space that is asked for and never used. It stops what grows faster than
# the parent looks.
UNUSED_BYTES = 2**30


def work(connection: Connection, warm: Callable[[], object] | None, memory: int) -> None:
    """A worker's life: says (None, None) when it is ready, then answers calls until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the workers too; the parent ends them
    threading.Thread(target=_die_with_parent, daemon=True).start()
    limit_memory(memory + UNUSED_BYTES)
    hush()
    connection.send((None, _answer(warm, ())[1] if warm else None))
    gc.freeze()  # what is loaded by now stays
    while True:
        try:
            call, arguments = connection.recv()
            answer = _answer(call, arguments)
            try:
                connection.send(answer)
            except (TypeError, ValueError, AttributeError) as error:  # a value that cannot travel
                connection.send((None, reason_of(error)))
        except (EOFError, OSError):
            return


def kill_children(process: psutil.Process) -> None:
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.kill()


def _answer(call: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, str | None]:
    try:
        return call(*arguments), None
    except Exception as error:
        return None, reason_of(error)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        kill_children(psutil.Process())
        os._exit(1)
