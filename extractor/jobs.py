"""Many files, one after the other or over processes. One bad file never stops the others."""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from extractor.result import Result

S = TypeVar("S", bound=Hashable)
T = TypeVar("T")

CRASHED = "处理进程意外终止（可能是内存不足）"
NO_MEMORY = "内存不足"
ODD_NAME = "压缩包里的文件名指向别处或含有控制字符，已改名显示"
# Libraries that would write about every odd PDF object, or about their cache, into the auditor's terminal.
NOISY = ("pdfminer", "jieba", "fontTools")
TRACEBACK = "HESHU_DEBUG"  # environment variable: adds the traceback to an internal error


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: `path` is what it is called, `file` where it lies. They differ for a member of an archive, which is
    called `a.zip/b.docx`: then `name` is what its results call it, and `odd` tells that its archive does otherwise. In
    `error`, in Chinese, why there is nothing to read."""

    path: Path
    file: Path
    name: str | None = None
    odd: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its results, or in `error` a Chinese reason why there are none."""

    source: Source
    results: list[Result] = field(default_factory=list)
    error: str | None = None

    @property
    def path(self) -> Path:
        return self.source.path


def analyse_all(
    sources: Sequence[Source],
    password: str | None = None,
    jobs: int = 1,
    least: float | None = None,
    model: Path | None = None,
) -> Iterator[Outcome]:
    """The outcome of every file, in the order in which they finish; one that a process died of has an error. `least` and
    `model` as of `extractor.pipeline.analyse`. Jobs that there are no files for read the pages of scans."""
    yield from (Outcome(source, error=source.error) for source in sources if source.error is not None)
    sources = [source for source in sources if source.error is None]
    pages = max(1, jobs // max(1, len(sources)))
    work = functools.partial(analyse_one, password=password, least=least, model=model, jobs=pages)
    if jobs <= 1 or len(sources) <= 1:
        yield from map(work, sources)
        return
    for source, outcome in over_processes(work, sources, jobs):
        yield outcome or Outcome(source, error=CRASHED)


def analyse_one(
    source: Source, password: str | None = None, least: float | None = None, model: Path | None = None, jobs: int = 1
) -> Outcome:
    """The outcome of one file, `jobs` scanned pages read at a time; nothing is raised but what stops the program."""
    # Heavy, and in the parent of worker processes not needed at all.
    from extractor.pipeline import analyse

    hush()
    try:
        results = analyse(source.file, password, least, model, jobs)
    except Exception as error:
        return Outcome(source, error=reason_of(error))
    return Outcome(source, [_named(result, source) for result in results])


def _named(result: Result, source: Source) -> Result:
    """The result of a member of an archive, called as the member is."""
    from extractor.document import Warning

    if source.name is None:
        return result
    warnings = [*result.warnings, *([Warning("file.name", ODD_NAME)] if source.odd else [])]
    update = {"source": result.source.model_copy(update={"name": source.name}), "warnings": warnings}
    return result.model_copy(update=update)


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


def over_processes(work: Callable[[S], T], sources: Sequence[S], jobs: int) -> Iterator[tuple[S, T | None]]:
    """(source, value) in the order in which they finish; None where the process that worked on it died.

    `work` must be importable by a spawned process. Every file under way when a process dies is tried once more, alone,
    since the pool does not tell which of them was to blame.
    """
    waiting = deque(sources)
    while waiting:
        suspects = yield from _pool(work, waiting, jobs)
        for suspect in suspects:
            alone = deque([suspect])
            if (yield from _pool(work, alone, 1)):
                yield suspect, None


def _pool(work: Callable[[S], T], waiting: deque[S], jobs: int) -> Generator[tuple[S, T], None, list[S]]:
    """Takes sources from `waiting` until none is left or a process dies; returns those under way at that moment."""
    running: dict[Future[T], S] = {}
    suspects: list[S] = []
    context = multiprocessing.get_context("spawn")  # the same on every system, and no locks copied half-held
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_die_quietly)
    try:
        while running or (waiting and not suspects):
            while waiting and not suspects and len(running) < jobs:
                source = waiting.popleft()
                try:
                    running[pool.submit(work, source)] = source
                except BrokenProcessPool:
                    suspects.append(source)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                source = running.pop(future)
                try:
                    value = future.result()
                except BrokenProcessPool:
                    suspects.append(source)
                else:
                    yield source, value
    finally:
        pool.shutdown(cancel_futures=True)
    return suspects


def _die_quietly() -> None:
    """Ctrl-C reaches the workers too; only the parent should speak about it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
