"""What a command is given to read: files, those of folders, those of archives."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from extractor.archives.names import TAKEN, is_hidden, suffix_of
from extractor.archives.opening import Begin, Closed, File, is_archive, unpack, walk
from extractor.archives.plain import SPOOL, Budget, Portion, Spending
from extractor.jobs import Source, reason_of
from extractor.readers.errors import ReadError

# All archives of a command, unpacked before the first file is read; thousands of files are for `heshu ingest`.
BUDGET = Budget(members=10_000, bytes=4 * 2**30)
NOTHING = "里没有能读的文件（PDF、OFD、Word、WPS、RTF、ODT、文本）"


@contextmanager
def sources(given: Sequence[Path], password: str | None = None) -> Iterator[list[Source]]:
    """The files, each once, in the order given and by name inside folders; an archive's in its place. What was unpacked
    is there as long as the context lasts."""
    spending = Spending(BUDGET)
    with ExitStack() as stack:

        @cache
        def folder() -> Path:
            return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{SPOOL}{os.getpid()}-")))

        def begin(path: Path, start: int) -> Callable[[], Portion]:
            return lambda: _portion(path, folder(), start, password)

        found: dict[Path, Source] = {}
        for source in _files(given):
            inside = _members(source.path, begin, spending) if is_archive(source.path) else [source]
            for one in inside:
                path = _free(one.path, found.keys())
                found[path] = replace(one, path=path)
        yield list(found.values())


def _files(given: Sequence[Path]) -> Iterator[Source]:
    """Each file once; a folder that holds none is a failure."""
    seen: set[Path] = set()
    for path in given:
        inside = list(_walk(path)) if path.is_dir() else [path]
        if not inside:
            yield Source(path, path, error=f"文件夹{NOTHING}")
        for file in inside:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield Source(file, file)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if not is_hidden(name) and suffix_of(name) in TAKEN:
                yield Path(parent, name)


def _portion(path: Path, folder: Path, start: int, password: str | None) -> Portion:
    try:
        return unpack(path, folder, start, password)
    except ReadError:
        raise
    except Exception as error:  # as of any file: one that cannot be unpacked leaves the others to be read
        raise ReadError("file.archive", reason_of(error)) from error


def _members(archive: Path, begin: Begin, spending: Spending) -> list[Source]:
    """The files of an archive, called `a.zip/b.docx`."""
    found: list[Source] = []
    for event in walk(archive, begin, spending):
        path, name = archive.joinpath(*event.steps), "/".join((archive.name, *event.steps))
        match event:
            case File(steps=()):
                return [Source(archive, archive)]
            case File():
                found.append(Source(path, event.path or path, name, event.odd, event.reason))
            case Closed(reason=str()):
                found.append(Source(path, path, error=event.reason))
    return found or [Source(archive, archive, error=f"压缩包{NOTHING}")]


def _free(path: Path, taken: Set[Path]) -> Path:
    """The path, or where an archive holds two of one name, it with a number."""
    numbered = (path.with_stem(f"{path.stem}({number})") for number in itertools.count(2))
    return path if path not in taken else next(other for other in numbered if other not in taken)
