"""Zip archives."""

from __future__ import annotations

import errno
import stat
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from extractor.archives.names import decoded, inner_path, is_odd, safe_suffix
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

PORTION_FILES, PORTION_BYTES = 256, 256 * 2**20  # unpacked at a time
_KNOWN = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)  # LZMA claims memory by what the file says
_DOCUMENTS = frozenset({"[content_types].xml", "ofd.xml", "mimetype"})  # what Word's, OFD's and ODF's files hold
_CHUNK = 2**18


def is_document(archive: ZipFile) -> bool:
    """Whether it is a document of a kind that is a zip archive inside."""
    return any(name.lstrip("/").lower() in _DOCUMENTS for name in archive.namelist())


def unpack(path: Path, folder: Path, start: int, password: str | None) -> Portion:
    """Unpacks the members from the wanted one numbered `start` on into a folder. Raises ReadError where the archive
    cannot be opened."""
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    with archive:
        if is_document(archive):
            return Portion([], 0, None, [], is_document=True)
        files = [info for info in archive.infolist() if not info.is_dir()]
        wanted, skipped = chosen([(info, inner_path(_name(info))) for info in files])
        members = list(_portion(archive, wanted[start:], folder, password))
    end = start + len(members)
    return Portion(members, len(wanted), end if end < len(wanted) else None, skipped if start == 0 else [])


def _name(info: ZipInfo) -> str:
    """The zip library takes names without the UTF-8 flag for cp437, which maps every byte to a character and back."""
    return info.orig_filename if info.flag_bits & 0x800 else decoded(info.orig_filename.encode("cp437"))


def _portion(
    archive: ZipFile, wanted: list[tuple[ZipInfo, str]], folder: Path, password: str | None
) -> Iterator[Member]:
    size = 0
    for info, inner in wanted[:PORTION_FILES]:
        member = _unpacked(archive, info, inner, folder, password)
        yield replace(member, odd=is_odd(_name(info)))
        size += member.size
        if size > PORTION_BYTES:
            return


def _unpacked(archive: ZipFile, info: ZipInfo, inner: str, folder: Path, password: str | None) -> Member:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and not stat.S_ISREG(kind):
        return Member(inner, reason=LINK)
    if info.flag_bits & 1 and not password:
        return Member(inner, reason=LOCKED)
    if info.compress_type not in _KNOWN:
        return Member(inner, reason=ODD_METHOD)
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
        reason = WRONG_PASSWORD
    except (BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error):
        reason = MEMBER_DAMAGED
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the file's beginning
            raise
        reason = MEMBER_DAMAGED
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
