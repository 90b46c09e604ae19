"""Worker processes that stay warm, each file under a limit of time and memory. What hangs, bloats or dies costs its own
file and a new worker, nothing else."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, TypeVar

import psutil

from api.worker import kill_children, work
from extractor.jobs import CRASHED, reason_of

K = TypeVar("K")
T = TypeVar("T")

TRIES = 5  # of a file whose worker died: the system may have killed it for another's sake
STARTS = 10  # of a worker that dies before it is ready
LOOK = 0.1  # seconds between two looks at a worker's memory
START = 180.0  # seconds that a worker may take to start
STALE = 0.5  # share of the memory limit that a worker may keep from one file to the next


class PoolError(Exception):
    """Workers do not start; `message` says why, in Chinese."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file: wall seconds, and bytes of memory of the process that reads it."""

    seconds: float = 1800.0  # a scan of 500 pages takes a good part of it
    memory: int = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What became of a call: its value, or in `reason`, in Chinese, why there is none. `attempts` is how often it was
    begun."""

    value: T | None = None
    reason: str | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class _Task:
    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future[Reply[Any]]


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    watched: psutil.Process


class Pool:
    """Runs calls in `jobs` processes. Calls are begun in the order in which they are submitted.

    `warm` is called once in every new worker, to import and load what the calls need. It, the calls, their arguments and
    values travel between processes: functions must be importable.
    """

    def __init__(self, jobs: int = 1, limits: Limits | None = None, warm: Callable[[], object] | None = None) -> None:
        self.jobs = jobs
        self.limits = limits or Limits()
        self._warm = warm
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._workers: dict[int, _Worker] = {}
        self._closed = threading.Event()
        self._births = threading.Lock()  # and deaths: a process that starts waits for those that ended
        self._threads = [threading.Thread(target=self._serve, args=(slot,), daemon=True) for slot in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, call: Callable[..., T], *arguments: Any) -> Future[Reply[T]]:
        """Its result is the reply; it raises PoolError where no worker starts, CancelledError where the pool is closed."""
        future: Future[Reply[T]] = Future()
        self._tasks.put(_Task(call, arguments, future))
        if self._closed.is_set():
            future.cancel()
        return future

    def replies(self, calls: Iterable[tuple[K, Callable[..., T], tuple[Any, ...]]]) -> Iterator[tuple[K, Reply[T]]]:
        """The replies to (key, call, arguments), each with its key, as they come. One call is at hand for every worker
        while it has another in hand; the others are not asked for yet."""
        running: dict[Future[Reply[T]], K] = {}
        waiting = iter(calls)
        while True:
            for key, call, arguments in islice(waiting, 2 * self.jobs - len(running)):
                running[self.submit(call, *arguments)] = key
            if not running:
                return
            for future in futures.wait(running, return_when=futures.FIRST_COMPLETED).done:
                yield running.pop(future), future.result()

    def workers(self) -> list[int]:
        """The numbers of the worker processes."""
        return [worker.process.pid for worker in self._workers.values() if worker.process.pid]

    def close(self) -> None:
        """Stops at once: what has not been answered is cancelled, what is being worked on is killed."""
        self._closed.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        with suppress(queue.Empty):
            while True:
                if task := self._tasks.get_nowait():
                    task.future.cancel()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self, slot: int) -> None:
        """The thread of one worker: hands it tasks, one at a time, and replaces it."""
        try:
            while (task := self._tasks.get()) is not None:
                if self._closed.is_set() or not task.future.set_running_or_notify_cancel():
                    task.future.cancel()
                    continue
                try:
                    reply = self._tried(slot, task)
                except PoolError as error:
                    task.future.set_exception(error)
                except Exception as error:
                    task.future.set_result(Reply(reason=reason_of(error)))
                else:
                    task.future.set_result(reply)
        finally:
            self._stop(slot)

    def _tried(self, slot: int, task: _Task) -> Reply[Any]:
        for attempt in range(1, TRIES + 1):
            worker = self._workers.get(slot) or self._start(slot)
            answer = self._ask(worker, task)
            if answer is None or self._is_stale(worker):
                self._stop(slot)
            if answer is not None:
                value, reason = answer
                return Reply(value, reason, attempt)
            if self._closed.is_set():
                break
        return Reply(reason=CRASHED, attempts=TRIES)

    def _start(self, slot: int) -> _Worker:
        for _ in range(STARTS):
            worker = self._workers[slot] = self._spawn()
            answer = self._heard(worker, START, None)
            if answer == (None, None):
                return worker
            self._stop(slot)
            if answer is not None:
                raise PoolError(f"处理进程启动不了：{answer[1]}")
            if self._closed.is_set():
                break
        raise PoolError(f"处理进程启动不了：{CRASHED}")

    def _spawn(self) -> _Worker:
        context = multiprocessing.get_context("spawn")  # the same on every system, and no locks copied half-held
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, self._warm, self.limits.memory), daemon=True)
        with self._births:
            process.start()
        theirs.close()
        # Not yet waited for, so that its number is not another's even if it has died already.
        return _Worker(process, ours, psutil.Process(process.pid))

    def _ask(self, worker: _Worker, task: _Task) -> tuple[Any, str | None] | None:
        """(value, reason); None where the worker died."""
        try:
            worker.connection.send((task.call, task.arguments))
        except OSError:
            return None
        return self._heard(worker, self.limits.seconds, self.limits.memory)

    def _heard(self, worker: _Worker, seconds: float, memory: int | None) -> tuple[Any, str | None] | None:
        """What the worker says within its limits, else why it was killed; None where it died by itself."""
        end = time.monotonic() + seconds
        while not self._closed.is_set():
            ready = wait([worker.connection, worker.process.sentinel], timeout=LOOK)
            if worker.connection in ready:
                try:
                    answer: tuple[Any, str | None] = worker.connection.recv()
                except (EOFError, OSError):
                    return None
                return answer
            if ready:
                return None
            if time.monotonic() > end:
                self._kill(worker)
                return None, f"超过 {seconds:g} 秒没有完成，已放弃"
            if memory is not None and _resident(worker) > memory:
                self._kill(worker)
                return None, f"占用内存超过 {memory / 2**20:.0f} MB，已放弃"
        return None

    def _is_stale(self, worker: _Worker) -> bool:
        """Whether the worker is gone, or keeps so much memory that the next file would pay for it."""
        return not worker.process.is_alive() or _resident(worker) > STALE * self.limits.memory

    def _stop(self, slot: int) -> None:
        worker = self._workers.pop(slot, None)
        if worker is not None:
            self._kill(worker)
            worker.process.close()
            worker.connection.close()

    def _kill(self, worker: _Worker) -> None:
        """Ends a worker, and what it has started to convert a file."""
        with suppress(psutil.Error):
            kill_children(worker.watched)
        with self._births:
            worker.process.kill()
            worker.process.join()


def _resident(worker: _Worker) -> int:
    try:
        return int(worker.watched.memory_info().rss)
    except psutil.Error:
        return 0  # just died, which is noticed elsewhere
