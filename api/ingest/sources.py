"""What there is to load: files, folders, archives and what is in them, one after the other in a fixed order."""

from __future__ import annotations

import errno
import glob
import os
import shutil
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from api.ingest.intake import Arrival
from api.ingest.pool import Pool, Reply
from extractor.archives.names import ARCHIVES, PACKED, is_hidden, is_taken, shown, suffix_of
from extractor.archives.opening import NOT_PACKED, Begin, Closed, File, Opened, unpack, walk
from extractor.archives.plain import MOST_FILE_BYTES, SPOOL, TOO_LARGE, Portion
from extractor.readers.errors import ReadError

NO_FILE = "不是普通文件（是设备、管道或套接字）"
LOOP = "符号链接指向自己"
_LEFT = 3600.0  # seconds after which what a process left that is no more is rubbish
_ERRORS = {errno.ENOENT: "文件不存在", errno.EACCES: "没有读取权限", errno.EPERM: "没有读取权限", errno.ELOOP: LOOP}


@dataclass(frozen=True, slots=True)
class Item:
    """Something to load: a file at `path`, which goes once it is read if it is `passing`, or in `reason`, in Chinese,
    why there is none. Without path it is a file whose content the store has, or an archive whose files have all come."""

    arrival: Arrival
    path: Path | None = None
    reason: str | None = None
    passing: bool = False

    @property
    def is_opened_archive(self) -> bool:
        return self.path is None and self.reason is None and not self.arrival.sha256


@dataclass(slots=True)
class Tally:
    """What was met on the way: files and failures so far, those inside of archives once they are unpacked, and the files
    of other kinds by suffix."""

    found: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


@contextmanager
def spool() -> Iterator[Path]:
    """A folder for what is unpacked. Those of runs that were killed are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{SPOOL}*"):
        number = left.name.removeprefix(SPOOL).partition("-")[0]
        with suppress(OSError):
            if number.isdecimal() and not psutil.pid_exists(int(number)) and time.time() - left.stat().st_mtime > _LEFT:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=f"{SPOOL}{os.getpid()}-") as folder:
        yield Path(folder)


def expand(given: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The paths that are meant, wildcards resolved where no shell did; and what there is nothing under."""
    paths: list[Path] = []
    missing: list[str] = []
    for text in given:
        if os.path.lexists(text):
            paths.append(Path(text))
            continue
        matches = sorted(glob.glob(text, recursive=True)) if glob.has_magic(text) else []
        paths += map(Path, matches)
        missing += [] if matches else [text]
    return paths, missing


def find(paths: Iterable[Path], tally: Tally | None = None) -> list[Item]:
    """The files, each once, those of folders by name; folders that cannot be read are failures. Archives stay closed."""
    tally = tally if tally is not None else Tally()
    items: dict[str, Item] = {}
    for path in paths:
        for item in _walk(path, tally) if path.is_dir() else [_item(path)]:
            items.setdefault(item.arrival.source, item)
    tally.found += len(items)
    return list(items.values())


def unpacked(
    items: Iterable[Item], pool: Pool, folder: Path, tally: Tally | None = None, password: str | None = None
) -> Iterator[Item]:
    """The items, with those of archives in their place, unpacked into the folder while others are read."""
    tally = tally or Tally()

    def begin(path: Path, start: int) -> Callable[[], Portion]:
        future = pool.submit(unpack, path, folder, start, password)
        return lambda: _portion(future.result())

    for item in items:
        yield from _opened(item, begin, tally)


def _portion(reply: Reply[Portion]) -> Portion:
    if reply.value is None:
        raise ReadError("file.archive", reply.reason or "")
    return reply.value


def _walk(folder: Path, tally: Tally) -> Iterator[Item]:
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if is_taken(name):
                yield _item(Path(parent, name))
            elif not is_hidden(name):
                tally.skipped[suffix_of(name)] += 1
        while unreadable:
            yield _unreadable(unreadable.pop())
    while unreadable:
        yield _unreadable(unreadable.pop())


def _unreadable(error: OSError) -> Item:
    arrival = _arrival(Path(error.filename))
    return Item(arrival, reason=f"读不了这个文件夹（{_ERRORS.get(error.errno or 0, error.strerror)}）")


def trouble(error: OSError) -> str:
    """Why a file cannot be read, in Chinese."""
    return _ERRORS.get(error.errno or 0, f"系统读不出这个文件（{error.strerror}）")


def _item(path: Path) -> Item:
    arrival = _arrival(path)
    try:
        told = path.stat()
    except OSError as error:
        return Item(arrival, reason=trouble(error))
    reason = None
    if not stat.S_ISREG(told.st_mode):
        reason = NO_FILE
    elif told.st_size > MOST_FILE_BYTES and suffix_of(path.name) not in ARCHIVES:
        reason = TOO_LARGE
    elif suffix_of(path.name) in PACKED:
        reason = NOT_PACKED
    arrival = replace(arrival, size=told.st_size, modified=told.st_mtime_ns)
    return Item(arrival, None if reason else path, reason)


def _arrival(path: Path) -> Arrival:
    # Links are not followed: the same file under two names is a duplicate, and a loop of links has a path too.
    return Arrival(os.path.abspath(path), shown(path.name) or str(path))


def _opened(item: Item, begin: Begin, tally: Tally) -> Iterator[Item]:
    """The item, or the files in it; each portion of an archive is unpacked while the one before is read."""
    if item.path is None or suffix_of(item.path.name) not in ARCHIVES:
        yield item
        return
    for event in walk(item.path, begin):
        match event:
            case Opened():
                tally.found += event.count - 1  # the archive itself is none of the files
                tally.skipped.update(event.skipped)
            case File(steps=()):
                yield item  # a document under an archive's suffix
            case File():
                arrival = replace(_arrival_inside(item, event.steps), size=event.size if event.path else None)
                yield Item(arrival, event.path, event.reason, passing=True)
            case Closed():
                tally.found += event.reason is not None and event.was_opened
                if item.passing and not event.steps:
                    event.path.unlink(missing_ok=True)
                yield Item(_arrival_inside(item, event.steps), reason=event.reason)


def _arrival_inside(archive: Item, steps: tuple[str, ...]) -> Arrival:
    if not steps:
        return archive.arrival
    return Arrival("!/".join((archive.arrival.source, *steps)), steps[-1].rpartition("/")[2])
