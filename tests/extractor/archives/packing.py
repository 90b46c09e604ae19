"""Archives as programs make them, and as they should not."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import py7zr

Members = Sequence[tuple[str, bytes]]
Pack = Callable[[Members], bytes]


def zipped(members: Members, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def seven(members: Members, password: str | None = None, whole: bool = False) -> bytes:
    """A 7z archive, all members in one block; with `whole` its names are encrypted too."""
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", password=password, header_encryption=whole) as archive:
        for name, content in members:
            archive.writestr(content, "x")
            archive.header.files_info.files[-1]["filename"] = name  # which the library would refuse to write
    return stream.getvalue()


def marked_as_encrypted(content: bytes) -> bytes:
    """The zip archive with the flag of encryption set in both headers of its members."""
    changed = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(start)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags | 1)
            at = changed.find(start, at + 4)
    return bytes(changed)
