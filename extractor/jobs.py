"""Many files, one after the other or over processes. One bad file never stops the others."""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from extractor.result import Result

T = TypeVar("T")

CRASHED = "处理进程意外终止（可能是内存不足）"
NO_MEMORY = "内存不足"
# Libraries that would write about every odd PDF object, or about their cache, into the auditor's terminal.
NOISY = ("pdfminer", "jieba", "fontTools")
TRACEBACK = "HESHU_DEBUG"  # environment variable: adds the traceback to an internal error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its results, or in `error` a Chinese reason why there are none."""

    path: Path
    results: list[Result] = field(default_factory=list)
    error: str | None = None


def analyse_all(
    paths: Sequence[Path],
    password: str | None = None,
    jobs: int = 1,
    least: float | None = None,
    model: Path | None = None,
) -> Iterator[Outcome]:
    """The outcome of every file, in the order in which they finish; one that a process died of has an error. `least` and
    `model` as of `extractor.pipeline.analyse`. Jobs that there are no files for read the pages of scans."""
    pages = max(1, jobs // max(1, len(paths)))
    work = functools.partial(analyse_one, password=password, least=least, model=model, jobs=pages)
    if jobs <= 1 or len(paths) <= 1:
        yield from map(work, paths)
        return
    for path, outcome in over_processes(work, paths, jobs):
        yield outcome or Outcome(path, error=CRASHED)


def analyse_one(
    path: Path, password: str | None = None, least: float | None = None, model: Path | None = None, jobs: int = 1
) -> Outcome:
    """The outcome of one file, `jobs` scanned pages read at a time; nothing is raised but what stops the program."""
    # Heavy, and in the parent of worker processes not needed at all.
    from extractor.pipeline import analyse

    hush()
    try:
        return Outcome(path, analyse(path, password, least, model, jobs))
    except Exception as error:
        return Outcome(path, error=reason_of(error))


def hush() -> None:
    """Keeps libraries from writing about what they meet in files."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


def reason_of(error: Exception) -> str:
    """Why a file gave no result, in Chinese. A defect of this program in one file is no reason to leave the others
    unread, so that every exception has an answer."""
    from extractor.readers.errors import ReadError
    from models import ModelError

    match error:
        case ReadError():
            return error.message
        case ModelError():
            return str(error)
        case MemoryError():
            return NO_MEMORY
        case FileNotFoundError():
            return "文件不存在"
        case PermissionError():
            return "没有读取这个文件的权限"
        case OSError():
            return f"系统读不出这个文件（{error.strerror or error}）"
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    return f"程序内部错误（{type(error).__name__}: {error}）"


def over_processes(work: Callable[[Path], T], paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, T | None]]:
    """(path, value) in the order in which they finish; None where the process that worked on it died.

    `work` must be importable by a spawned process. Every file under way when a process dies is tried once more, alone,
    since the pool does not tell which of them was to blame.
    """
    waiting = deque(paths)
    while waiting:
        suspects = yield from _pool(work, waiting, jobs)
        for suspect in suspects:
            alone = deque([suspect])
            if (yield from _pool(work, alone, 1)):
                yield suspect, None


def _pool(work: Callable[[Path], T], waiting: deque[Path], jobs: int) -> Generator[tuple[Path, T], None, list[Path]]:
    """Takes paths from `waiting` until none is left or a process dies; returns those under way at that moment."""
    running: dict[Future[T], Path] = {}
    suspects: list[Path] = []
    context = multiprocessing.get_context("spawn")  # the same on every system, and no locks copied half-held
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_die_quietly)
    try:
        while running or (waiting and not suspects):
            while waiting and not suspects and len(running) < jobs:
                path = waiting.popleft()
                try:
                    running[pool.submit(work, path)] = path
                except BrokenProcessPool:
                    suspects.append(path)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                path = running.pop(future)
                try:
                    value = future.result()
                except BrokenProcessPool:
                    suspects.append(path)
                else:
                    yield path, value
    finally:
        pool.shutdown(cancel_futures=True)
    return suspects


def _die_quietly() -> None:
    """Ctrl-C reaches the workers too; only the parent should speak about it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
