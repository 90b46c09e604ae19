"""An archive and those in it, member by member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from extractor.archives import sevenzip, zipped
from extractor.archives.names import ARCHIVES, PACKED, SUFFIXES, suffix_of
from extractor.archives.plain import MOST_DEPTH, TOO_DEEP, Budget, Portion, Spending
from extractor.readers.errors import ReadError

NOT_PACKED = "是 RAR 压缩包，暂不支持，请解压后再读取"
_ZIP, _SEVEN, _RAR = b"PK", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"

Begin = Callable[[Path, int], Callable[[], Portion]]
"""Begins to unpack the members of an archive from a number on; what it gives waits for them, and raises ReadError."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive was opened: it holds `count` wanted files, and others with these suffixes."""

    steps: tuple[str, ...]
    count: int
    skipped: list[str]


@dataclass(frozen=True, slots=True)
class File:
    """A file, unpacked to `path`, or in `reason`, in Chinese, why it was not. `steps` are the inner paths of the archives
    around it, from the outermost, and its own; `odd` as of `Member`."""

    steps: tuple[str, ...]
    path: Path | None
    size: int = 0
    reason: str | None = None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """All files of an archive have come, or in `reason`, in Chinese, why no more come. `path` is where it lies."""

    steps: tuple[str, ...]
    path: Path
    reason: str | None = None
    was_opened: bool = True


Event = Opened | File | Closed


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of files, by its content; what claims to be a document is left to its reader."""
    if suffix_of(path.name) in SUFFIXES:
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError:
        return False
    if head.startswith((_SEVEN, _RAR)):
        return True
    return head.startswith(_ZIP) and _is_zip_of_files(path)


def _is_zip_of_files(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return not zipped.is_document(archive)
    except (BadZipFile, NotImplementedError, OSError, ValueError):
        return suffix_of(path.name) in ARCHIVES


def unpack(path: Path, folder: Path, start: int = 0, password: str | None = None) -> Portion:
    """Unpacks the wanted members of an archive from number `start` on into a folder, as many as make a portion. Raises
    ReadError where the archive cannot be opened."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(_RAR):
        raise ReadError("file.unsupported", NOT_PACKED)
    if head.startswith(_SEVEN):
        return sevenzip.unpack(path, folder, start, password)
    if head.startswith(_ZIP):
        return zipped.unpack(path, folder, start, password)
    return Portion([], 0, None, [], is_document=True)


def walk(path: Path, begin: Begin, spending: Spending | None = None) -> Iterator[Event]:
    """What an archive and those in it hold. While the files of one portion are taken, the next one is unpacked, if `begin`
    can do that. Files are the caller's to remove, but for the archives inside."""
    yield from _walk((), path, begin, spending or Spending(Budget()), 1)


def _walk(steps: tuple[str, ...], path: Path, begin: Begin, spent: Spending, depth: int) -> Iterator[Event]:
    if depth > MOST_DEPTH:
        yield Closed(steps, path, TOO_DEEP, was_opened=False)
        return
    start: int | None = 0
    reply = begin(path, 0)
    reason = None
    while start is not None:
        try:
            portion = reply()
        except ReadError as error:
            yield Closed(steps, path, error.message, was_opened=start > 0)
            return
        if portion.is_document:
            yield File(steps, path, path.stat().st_size)
            return
        if start == 0:
            yield Opened(steps, portion.count, portion.skipped)
        reason = spent.add(portion)
        start = portion.next if reason is None else None
        if start is not None:
            reply = begin(path, start)
        for member in portion.members:
            inside = (*steps, member.inner)
            if member.path and suffix_of(member.inner) in PACKED:
                member.path.unlink()
                yield File(inside, None, reason=NOT_PACKED)
                continue
            if member.path is None or suffix_of(member.inner) not in ARCHIVES:
                yield File(inside, member.path, member.size, member.reason, member.odd)
                continue
            for event in _walk(inside, member.path, begin, spent, depth + 1):
                yield event
                is_kept = isinstance(event, File) and event.path == member.path
            if not is_kept:
                member.path.unlink(missing_ok=True)
    yield Closed(steps, path, reason)
