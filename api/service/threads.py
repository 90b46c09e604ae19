"""Where the service's blocking work runs: a few threads, apart from the loop that talks to clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Look-ups are short and many, so they need few threads: more would only wait for each other. `at_once` tells that the
    database lies in this process (SQLite)."""

    def __init__(self, number: int, at_once: bool = False) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="heshu")
        self._at_once = at_once
        self._turn = asyncio.Lock()

    async def run(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **named))

    async def look(self, function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """A look-up of a few milliseconds of processor time: where nothing else is waited for, handing it over to a thread
        and the threads' wrestling for the interpreter would nearly double it."""
        if not self._at_once:
            return await self.run(function, *args, **named)
        # One after the other in the order in which they came: the loop hears of new ones in between, where it would
        # else do all it knows of before it listens again, and let some wait twice as long as others.
        async with self._turn:
            await asyncio.sleep(0)
            return function(*args, **named)

    def close(self) -> None:
        self._pool.shutdown()
