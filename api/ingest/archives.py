"""Zip archives, opened with distrust in a worker process: members are unpacked a portion at a time, under names that this
program gives."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from api.ingest.names import decoded, inner_path, is_hidden, is_taken, safe_suffix, suffix_of
from extractor.readers.errors import ReadError

MOST_DEPTH = 3  # archives in archives
MOST_MEMBERS = 100_000  # of an archive and those in it
MOST_BYTES = 20 * 2**30  # unpacked, of an archive and those in it
MOST_FILE_BYTES = 2**30  # of one file
# Unpacked to packed size: PDF and Word hardly get smaller, text to a tenth; a bomb is 1,000 times what it seems.
MOST_RATIO = 200
RATIO_FREE_BYTES = 16 * 2**20  # below this a high ratio is harmless
PORTION_FILES, PORTION_BYTES = 256, 256 * 2**20  # unpacked at a time

BOMB = "解开后异常庞大（疑似压缩炸弹），未解压"
TOO_LARGE = f"文件超过 {MOST_FILE_BYTES / 2**30:g} GB，未读取"
TOO_MANY = f"压缩包内文件超过 {MOST_MEMBERS} 个，其余未解压"
TOO_MUCH = f"压缩包解开后超过 {MOST_BYTES / 2**30:g} GB，其余未解压"
TOO_DEEP = f"压缩包嵌套超过 {MOST_DEPTH} 层，未解压"
DAMAGED = "压缩包不完整或已损坏"
_KNOWN = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)  # LZMA claims memory by what the file says
_DOCUMENTS = frozenset({"[Content_Types].xml", "OFD.xml"})  # what Word's and OFD's files hold
_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: where it was unpacked to, or in `reason`, in Chinese, why it was not. `inner` is its path in
    the archive, to be shown."""

    inner: str
    path: Path | None = None
    size: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of an archive's members, `count` of which are wanted in all. `next` is where the following portion starts,
    None after the last; `skipped` the suffixes of what is not wanted, told with the first. With `is_document` it is no
    archive of files, but a document of a kind that is a zip archive inside."""

    members: list[Member]
    count: int
    next: int | None
    skipped: list[str]
    is_document: bool = False


def unpack(path: Path, folder: Path, start: int = 0, password: str | None = None) -> Portion:
    """Unpacks the members from the wanted one numbered `start` on into a folder. Raises ReadError where the archive
    cannot be opened."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    with archive:
        if not _DOCUMENTS.isdisjoint(archive.NameToInfo):
            return Portion([], 0, None, [], is_document=True)
        names = [(info, inner_path(_name(info))) for info in archive.infolist() if not info.is_dir()]
        visible = [(info, inner) for info, inner in names if not _is_hidden(inner)]
        wanted = [(info, inner) for info, inner in visible if is_taken(inner)]
        skipped = [suffix_of(inner) for _, inner in visible if not is_taken(inner)] if start == 0 else []
        members = list(_portion(archive, wanted[start:], folder, password))
    end = start + len(members)
    return Portion(members, len(wanted), end if end < len(wanted) else None, skipped)


def _name(info: ZipInfo) -> str:
    """The zip library takes names without the UTF-8 flag for cp437, which maps every byte to a character and back."""
    return info.orig_filename if info.flag_bits & 0x800 else decoded(info.orig_filename.encode("cp437"))


def _is_hidden(inner: str) -> bool:
    return any(is_hidden(step) or step == "__MACOSX" for step in inner.split("/"))


def _portion(
    archive: ZipFile, wanted: list[tuple[ZipInfo, str]], folder: Path, password: str | None
) -> Iterator[Member]:
    size = 0
    for info, inner in wanted[:PORTION_FILES]:
        member = _unpacked(archive, info, inner, folder, password)
        yield member
        size += member.size
        if size > PORTION_BYTES:
            return


def _unpacked(archive: ZipFile, info: ZipInfo, inner: str, folder: Path, password: str | None) -> Member:
    if info.flag_bits & 1 and not password:
        return Member(inner, reason="压缩包内的文件已加密，请用 --password 给出密码")
    if info.compress_type not in _KNOWN:
        return Member(inner, reason="压缩或加密方式暂不支持，请解压后再导入")
    target = folder / f"{uuid.uuid4().hex}{safe_suffix(inner)}"
    size = 0
    reason = None
    try:
        with archive.open(info, pwd=password.encode() if password else None) as stream, target.open("xb") as out:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                # Counted while they are unpacked: what the directory states may be a lie.
                reason = _too_large(size, info)
                if reason:
                    break
                out.write(chunk)
    except RuntimeError:
        reason = "密码不对，压缩包内的文件无法解开"
    except (BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error):
        reason = "压缩包内的这个文件已损坏"
    if reason is None:
        return Member(inner, target, size)
    target.unlink(missing_ok=True)
    return Member(inner, reason=reason)


def _too_large(size: int, info: ZipInfo) -> str | None:
    if size > MOST_FILE_BYTES:
        return TOO_LARGE
    if size > max(RATIO_FREE_BYTES, MOST_RATIO * info.compress_size):
        return BOMB
    return None
