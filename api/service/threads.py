"""Where the service's blocking work runs: in the service's process in a few threads, apart from the loop that talks to
clients; in a reader, which has one request at a time, right there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Look-ups are short and many, so they need few threads: more would only wait for each other."""

    def __init__(self, number: int) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="heshu")

    async def run(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **named))

    def close(self) -> None:
        self._pool.shutdown()


class AtOnce:
    """Handing over to a thread, and threads that wrestle for the interpreter, would nearly double a look-up."""

    async def run(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        return function(*args, **named)
