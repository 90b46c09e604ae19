"""7z archives, by py7zr. Many files may be packed as one block, of which the last is had only by unpacking all of it."""

from __future__ import annotations

import errno
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from extractor.archives.names import inner_path, is_odd, safe_suffix
from extractor.archives.plain import (
    BOMB,
    DAMAGED,
    LINK,
    LOCKED,
    MEMBER_DAMAGED,
    MOST_FILE_BYTES,
    MOST_RATIO,
    ODD_METHOD,
    RATIO_FREE_BYTES,
    TOO_LARGE,
    WRONG_PASSWORD,
    Member,
    Portion,
    chosen,
)
from extractor.readers.errors import ReadError

if TYPE_CHECKING:
    from py7zr import SevenZipFile
    from py7zr.py7zr import ArchiveFile

INSTALL = "pip install 'heshu[7z]'"
PORTION_BYTES = 2 * 2**30  # unpacked at a time: each portion of a block unpacks anew what lies before it
MOST_DICTIONARY = 512 * 2**20  # bytes that a method may ask for; 7-Zip's strongest setting asks for 64 MB
MOST_DAMAGED = 20  # damaged blocks after which the rest is given up
LOCKED_WHOLE = "压缩包已加密，请用 --password 给出密码"
WRONG_OR_DAMAGED = "密码不对，或压缩包已损坏"
UNSAFE = "压缩包内的文件名不安全（指向压缩包之外），未解压"
SAME_NAME = "压缩包内有几个文件同名，未解压，请解压后再读取"
BEHIND = "排在异常庞大的文件之后，未解压"
TOO_HUNGRY = f"解压需要的内存超过 {MOST_DICTIONARY // 2**20} MB，未解压"
# Methods that unpack a little at a time; the others may fill memory, or are hardly ever met.
_LZMA, _LZMA2, _PPMD, _AES = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01", b"\x06\xf1\x07\x01"
_COPY, _DELTA, _X86, _DEFLATE, _BZIP2 = b"\x00", b"\x03", b"\x03\x03\x01\x03", b"\x04\x01\x08", b"\x04\x02\x02"
_KNOWN = frozenset({_LZMA, _LZMA2, _PPMD, _AES, _COPY, _DELTA, _X86, _DEFLATE, _BZIP2})


def unpack(path: Path, folder: Path, start: int, password: str | None) -> Portion:
    """Unpacks the members from the wanted one numbered `start` on into a folder. Raises ReadError where the archive
    cannot be opened, `file.archive` where what opens it is not installed."""
    with _opened(path, password) as archive:
        entries = [entry for entry in archive.files if not entry.is_directory]
        wanted, skipped = chosen([(entry, inner_path(entry.filename)) for entry in entries])
        keys = {entry.id: _key(entry.filename) for entry in entries}
        refused = _refused(entries, keys, password)
        portion = _first(wanted[start:], refused)
        room = _Room(folder, {keys[entry.id] or "": safe_suffix(inner) for entry, inner in portion})
        _unpack_into(room, archive, [entry for entry, _ in portion if entry.id not in refused], keys)
    members = []
    for entry, inner in portion:
        target = room.done.get(keys[entry.id] or "") if entry.id not in refused else None
        failure = WRONG_PASSWORD if _is_locked(entry) else MEMBER_DAMAGED
        reason = None if target else refused.get(entry.id, failure)
        members.append(Member(inner, target, entry.uncompressed if target else 0, reason, is_odd(entry.filename)))
    end = start + len(members)
    return Portion(members, len(wanted), end if end < len(wanted) else None, skipped if start == 0 else [])


@dataclass(slots=True)
class _Target:
    """A file that a member is written to, whole once it is closed. What py7zr asks of it, no more."""

    stream: IO[bytes]
    key: str
    path: Path
    done: dict[str, Path]

    def write(self, data: bytes | bytearray) -> int:
        return self.stream.write(data)

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.stream.close()
        self.done[self.key] = self.path


@dataclass(slots=True)
class _Room:
    """Makes the files that members are written to. `suffixes` and `done`, where they lie, by the library's names."""

    folder: Path
    suffixes: Mapping[str, str]
    done: dict[str, Path] = field(default_factory=dict)
    made: list[_Target] = field(default_factory=list)

    def create(self, key: str) -> _Target:
        path = self.folder / f"{uuid.uuid4().hex}{self.suffixes.get(key, '')}"
        target = _Target(path.open("xb"), key, path, self.done)
        self.made.append(target)
        return target

    def clear(self) -> None:
        """Removes what was begun and not finished."""
        for target in self.made:
            target.stream.close()
            if self.done.get(target.key) != target.path:
                target.path.unlink(missing_ok=True)
        self.made.clear()


def _library() -> Any:
    try:
        import py7zr
    except ModuleNotFoundError as error:
        raise ReadError("file.archive", f"是 7Z 压缩包，需要先安装解压组件（{INSTALL}），或解压后再读取") from error
    return py7zr


@contextmanager
def _opened(path: Path, password: str | None) -> Iterator[SevenZipFile]:
    library = _library()
    with path.open("rb") as stream:  # of a stream it unpacks in this thread alone
        try:
            archive = library.SevenZipFile(stream, password=password or None)
        except library.PasswordRequired as error:
            raise ReadError("file.encrypted", LOCKED_WHOLE) from error
        except MemoryError:
            raise
        except Exception as error:  # what a header that is damaged or made up does to the library cannot be listed
            raise ReadError("file.truncated", WRONG_OR_DAMAGED if password else DAMAGED) from error
        with archive:
            yield archive


def _key(name: str) -> str | None:
    """What the library calls a file that it writes, None where it refuses the name."""
    from py7zr.exceptions import Bad7zFile
    from py7zr.helpers import get_sanitized_output_path

    try:
        return get_sanitized_output_path(name, None).as_posix()
    except (Bad7zFile, ValueError, OSError):
        return None


def _refused(entries: Sequence[ArchiveFile], keys: Mapping[int, str | None], password: str | None) -> dict[int, str]:
    """Why not to unpack an entry, by its number."""
    found: dict[int, str] = {}
    count = Counter(keys.values())
    hopeless: set[int] = set()  # blocks of which the rest lies behind a bomb
    for entry in entries:
        reason = _too_large(entry)
        if reason:
            hopeless.add(id(entry.folder))
        elif id(entry.folder) in hopeless:
            reason = BEHIND
        elif not entry.is_file:
            reason = LINK
        elif keys[entry.id] is None:
            reason = UNSAFE
        elif count[keys[entry.id]] > 1:
            reason = SAME_NAME
        else:
            reason = _locked_away(entry, password)
        if reason:
            found[entry.id] = reason
    return found


def _too_large(entry: ArchiveFile) -> str | None:
    """By the size that the archive states: no more than that is ever unpacked."""
    if entry.uncompressed > MOST_FILE_BYTES:
        return TOO_LARGE
    if entry.uncompressed > RATIO_FREE_BYTES and entry.uncompressed > MOST_RATIO * _packed(entry):
        return BOMB
    return None


def _packed(entry: ArchiveFile) -> int:
    """Bytes that the block of an entry takes: they are told of the first file in it."""
    files: list[ArchiveFile] = list(entry.folder.files or ())
    return files[0].compressed or 0 if files else 0


def _locked_away(entry: ArchiveFile, password: str | None) -> str | None:
    coders = entry.folder.coders if entry.folder else []
    if not _KNOWN.issuperset(coder["method"] for coder in coders):
        return ODD_METHOD
    if _is_locked(entry) and not password:
        return LOCKED
    if any(_dictionary(coder["method"], coder.get("properties") or b"") > MOST_DICTIONARY for coder in coders):
        return TOO_HUNGRY
    return None


def _is_locked(entry: ArchiveFile) -> bool:
    return entry.folder is not None and any(coder["method"] == _AES for coder in entry.folder.coders)


def _dictionary(method: bytes, properties: bytes) -> int:
    """Bytes of memory that a method asks for."""
    if method == _LZMA2 and properties:
        size = properties[0]
        return (2 | (size & 1)) << (size // 2 + 11)
    if method in (_LZMA, _PPMD):
        return int.from_bytes(properties[1:5], "little")
    return 0


def _first(wanted: Sequence[tuple[ArchiveFile, str]], refused: Mapping[int, str]) -> list[tuple[ArchiveFile, str]]:
    """As many as make a portion."""
    size = 0
    for count, (entry, _) in enumerate(wanted, 1):
        size += 0 if entry.id in refused else entry.uncompressed
        if size > PORTION_BYTES:
            return list(wanted[:count])
    return list(wanted)


def _unpack_into(
    room: _Room, archive: SevenZipFile, entries: Sequence[ArchiveFile], keys: Mapping[int, str | None]
) -> None:
    """A block is damaged from a place on; what is in the blocks behind it is tried again."""
    left = list(entries)
    for _ in range(MOST_DAMAGED):
        if not left:
            return
        archive.reset()
        try:
            archive.extract(targets=[entry.filename for entry in left], factory=cast(Any, room))
        except MemoryError:
            raise
        except Exception as error:  # as in `_opened`
            if isinstance(error, OSError) and error.errno != errno.EINVAL:  # of the disk, not of a made up place
                raise
            left = [entry for entry in left if keys[entry.id] not in room.done]
            left = [entry for entry in left if entry.folder is not left[0].folder]
        else:
            return
        finally:
            room.clear()
