"""A zip file and the XML inside, opened with distrust: no entities, no network, no bombs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from extractor.readers.errors import ReadError

MAX_MEMBERS = 20_000
MAX_PART_BYTES = 256 * 2**20
"""One XML part, unpacked. A 2,000-page report with formatting on every run stays under 100 MB."""
MAX_ARCHIVE_BYTES = 2 * 2**30
"""All members together, by the sizes that the zip directory states."""
MAX_TAGS = 10_000_000
"""Tags in one part, since each costs memory however short it is. A 2,000-page report has about three million."""
RATIO_FREE_BYTES = 16 * 2**20
"""Below this a high compression ratio is harmless."""
MAX_RATIO = 400
"""Unpacked to packed size: reports reach about 60, page after page of empty table cells 300, a bomb 700 to 1,000."""
MAX_UNREAD_BYTES = 256 * 2**20
"""A member that is never read (a picture) may be packed tighter than MAX_RATIO up to this size."""
CHUNK = 2**18

BOMB = "压缩包解开后异常庞大（疑似压缩炸弹），已拒绝读取"
ENTITIES = "文件的 XML 中含有实体或文档类型声明，正常的文件不会有，已拒绝读取"
DAMAGED = "文件不完整或已损坏（可能没有下载完），请重新获取后再试"


@dataclass(slots=True)
class Package:
    """An open zip file; `members` by lower-case name, since programs differ in the case of part names. `unpacked`,
    `packed`: the bytes read so far and what they took in the file."""

    archive: ZipFile
    members: dict[str, ZipInfo]
    parts: dict[str, etree._Element] = field(default_factory=dict)
    unpacked: int = 0
    packed: int = 0


def open_zip(source: Path | IO[bytes]) -> Package:
    """Raises ReadError: `file.truncated`, `file.bomb`."""
    try:
        archive = ZipFile(source)
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    infos = archive.infolist()
    _refuse_bombs(infos)
    members = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
    return Package(archive, members)


def _refuse_bombs(infos: list[ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    tight = any(i.file_size > MAX_UNREAD_BYTES and i.file_size > MAX_RATIO * max(i.compress_size, 1) for i in infos)
    if len(infos) > MAX_MEMBERS or total > MAX_ARCHIVE_BYTES or tight:
        raise ReadError("file.bomb", BOMB)


def content(package: Package, info: ZipInfo) -> bytes:
    """The member's bytes, counted while they are unpacked: what the directory states may be a lie.

    Raises ReadError: `file.encrypted`, `file.bomb`, `file.truncated`, `file.unsupported`.
    """
    if info.flag_bits & 1:
        raise ReadError("file.encrypted", "压缩包内的内容已加密，请取消加密后再试")
    chunks: list[bytes] = []
    package.packed += info.compress_size
    size = 0
    try:
        with package.archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                package.unpacked += len(chunk)
                if size > MAX_PART_BYTES or package.unpacked > max(RATIO_FREE_BYTES, MAX_RATIO * package.packed):
                    raise ReadError("file.bomb", BOMB)
                chunks.append(chunk)
    except (BadZipFile, EOFError, OSError, zlib.error) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise ReadError("file.unsupported", "压缩包使用了不支持的压缩方式") from error
    return b"".join(chunks)


def parsed(package: Package, info: ZipInfo) -> etree._Element:
    """The root element of an XML member.

    Raises ReadError: `file.entities` for one with a document type, else as `content`.
    """
    data = content(package, info)
    ascii_data = data.replace(b"\0", b"") if b"\0" in data[:4] else data
    if b"<!DOCTYPE" in ascii_data or b"<!ENTITY" in ascii_data:
        raise ReadError("file.entities", ENTITIES)
    if ascii_data.count(b"<") > MAX_TAGS:
        raise ReadError("file.bomb", BOMB)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # not in the stubs
        raise ReadError("file.entities", ENTITIES)
    return root
