"""Many files, one after the other or over processes. One bad file never stops the others."""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from extractor.result import Result

S = TypeVar("S", bound=Hashable)
T = TypeVar("T")

CRASHED = "处理进程意外终止（可能是内存不足，或者文件已损坏、有意撑大）"
NO_MEMORY = "内存不足"
ODD_NAME = "压缩包里的文件名指向别处或含有控制字符，已改名显示"
MOST_MEMORY = 4 * 2**30  # bytes that a process may ask for to read files; a report of 2,000 pages needs a quarter
PAGE_MEMORY = 2**29  # and for each page that it recognises beside others
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
    `model` as of `extractor.pipeline.analyse`. Jobs that there are no files for read the pages of scans. PDF files are read
    in another process even one at a time: the library that reads them ends it where a page fills memory."""
    yield from (Outcome(source, error=source.error) for source in sources if source.error is not None)
    sources = [source for source in sources if source.error is None]
    pages = max(1, jobs // max(1, len(sources)))
    work = functools.partial(analyse_one, password=password, least=least, model=model, jobs=pages)
    jobs = min(jobs, len(sources))
    if jobs <= 1 and not any(_is_pdf(source.file) for source in sources):
        yield from map(work, sources)
        return
    for source, outcome in over_processes(work, sources, max(1, jobs), MOST_MEMORY + pages * PAGE_MEMORY):
        yield outcome or Outcome(source, error=CRASHED)


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return b"%PDF-" in stream.read(1024)
    except OSError:
        return False


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
    told = [*result.warnings, *([Warning("file.name", ODD_NAME)] if source.odd else [])]
    update = {"source": result.source.model_copy(update={"name": source.name}), "warnings": told}
    return result.model_copy(update=update)


def hush() -> None:
    """Keeps libraries from writing about what they meet in files."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="PIL")


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


def over_processes(
    work: Callable[[S], T], sources: Sequence[S], jobs: int, memory: int | None = None
) -> Iterator[tuple[S, T | None]]:
    """(source, value) in the order in which they finish; None where the process that worked on it died, as it does where
    it asks for more than `memory` bytes.

    `work` must be importable by a spawned process. Every file under way when a process dies is tried once more, alone,
    since the pool does not tell which of them was to blame.
    """
    waiting = deque(sources)
    while waiting:
        suspects = yield from _pool(work, waiting, jobs, memory)
        for suspect in suspects:
            alone = deque([suspect])
            if jobs == 1 or (yield from _pool(work, alone, 1, memory)):
                yield suspect, None


def _pool(
    work: Callable[[S], T], waiting: deque[S], jobs: int, memory: int | None
) -> Generator[tuple[S, T], None, list[S]]:
    """Takes sources from `waiting` until none is left or a process dies; returns those under way at that moment."""
    running: dict[Future[T], S] = {}
    suspects: list[S] = []
    context = multiprocessing.get_context("spawn")  # the same on every system, and no locks copied half-held
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(memory,))
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


def _begin(memory: int | None) -> None:
    """Ctrl-C reaches the workers too; only the parent should speak about it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if memory is not None:
        limit_memory(memory)


def limit_memory(most: int) -> None:
    """What this process asks for beyond so many bytes is refused; where the system knows no such limit, nothing is."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):  # a lower limit is set from outside
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
