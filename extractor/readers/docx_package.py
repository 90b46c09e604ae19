"""The zip file and the XML inside a Word file, opened with distrust: no entities, no network, no bombs."""

from __future__ import annotations

import posixpath
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import unquote
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

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

STRICT = "http://purl.oclc.org/ooxml/"
TRANSITIONAL = {
    "wordprocessingml/main": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "officeDocument/relationships": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "officeDocument/math": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
"""Strict OOXML says the same in other namespaces; parts are renamed to the transitional ones on reading."""

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

BOMB = "压缩包解开后异常庞大（疑似压缩炸弹），已拒绝读取"
ENTITIES = "文件的 XML 中含有实体或文档类型声明，Word 文件不应有，已拒绝读取"
DAMAGED = "文件不完整或已损坏（可能没有下载完），请重新获取后再试"


class Relation(NamedTuple):
    """One relationship of a part: `kind` is the last step of its type (`styles`), `target` a member's name."""

    id: str
    kind: str
    target: str


@dataclass(slots=True)
class Package:
    """An open zip file; `members` by lower-case name, since Word does not tell case in part names."""

    archive: ZipFile
    members: dict[str, ZipInfo]
    parts: dict[str, etree._Element] = field(default_factory=dict)


def open_package(path: Path, password: str | None = None) -> Package:
    """The zip file behind a Word file, decrypted if need be.

    Raises ReadError: `file.missing`, `file.empty`, `file.truncated`, `file.encrypted`, `file.password`,
    `file.unsupported`, `file.bomb`.
    """
    try:
        archive = ZipFile(zip_source(path, password))
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    infos = archive.infolist()
    _refuse_bombs(infos)
    members = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
    return Package(archive, members)


def zip_source(path: Path, password: str | None = None) -> IO[bytes] | Path:
    """What the zip library reads: the file itself, or its content decrypted. Raises ReadError as `open_package`."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(OLE_MAGIC))
    except OSError as error:
        raise ReadError("file.missing", f"无法打开文件：{error.strerror}") from error
    if not start:
        raise ReadError("file.empty", "文件是空的（0 字节）")
    if start == OLE_MAGIC:
        return _decrypted(path, password)
    if not start.startswith(ZIP_MAGIC):
        raise ReadError("file.unsupported", "不是 Word 文件（.docx）")
    return path


def _decrypted(path: Path, password: str | None) -> IO[bytes]:
    """An OLE container is an encrypted Word file or something else, such as a file of Word 97."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") not in content:
        if "WordDocument".encode("utf-16-le") in content:
            raise ReadError("file.unsupported", "是旧版 Word 文件（.doc），请用 Word 或 WPS 另存为 .docx 后再试")
        raise ReadError("file.unsupported", "不是 Word 文件（.docx）")
    if not password:
        raise ReadError("file.encrypted", "文件已加密，请用 --password 给出打开密码")
    import msoffcrypto  # slow to import, and few files need it
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    plain = BytesIO()
    try:
        office = msoffcrypto.OfficeFile(BytesIO(content))
        office.load_key(password=password)
        office.decrypt(plain)
    except InvalidKeyError as error:
        raise ReadError("file.password", "打开密码不对，无法解密文件") from error
    except (DecryptionError, FileFormatError, OSError, ValueError) as error:
        raise ReadError("file.encrypted", "文件已加密，且加密方式无法识别") from error
    plain.seek(0)
    return plain


def _refuse_bombs(infos: list[ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    tight = any(i.file_size > MAX_UNREAD_BYTES and i.file_size > MAX_RATIO * max(i.compress_size, 1) for i in infos)
    if len(infos) > MAX_MEMBERS or total > MAX_ARCHIVE_BYTES or tight:
        raise ReadError("file.bomb", BOMB)


def _content(package: Package, info: ZipInfo) -> bytes:
    """The member's bytes, counted while they are unpacked: what the directory states may be a lie."""
    if info.flag_bits & 1:
        raise ReadError("file.encrypted", "压缩包内的内容已加密，请取消加密后再试")
    chunks: list[bytes] = []
    size = 0
    try:
        with package.archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > MAX_PART_BYTES or size > max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size):
                    raise ReadError("file.bomb", BOMB)
                chunks.append(chunk)
    except (BadZipFile, EOFError, OSError, zlib.error) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise ReadError("file.unsupported", "压缩包使用了不支持的压缩方式") from error
    return b"".join(chunks)


def part(package: Package, name: str) -> etree._Element | None:
    """The root element of an XML part in transitional namespaces, None where the package has no such part.

    Raises ReadError: `file.entities` for a part with a document type, `file.bomb`, `file.truncated`.
    """
    key = name.lstrip("/").lower()
    if key in package.parts:
        return package.parts[key]
    info = package.members.get(key)
    if info is None:
        return None
    content = _content(package, info)
    ascii_content = content.replace(b"\0", b"") if b"\0" in content[:4] else content
    if b"<!DOCTYPE" in ascii_content or b"<!ENTITY" in ascii_content:
        raise ReadError("file.entities", ENTITIES)
    if ascii_content.count(b"<") > MAX_TAGS:
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
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # not in the stubs
        raise ReadError("file.entities", ENTITIES)
    if STRICT.encode() in content[:CHUNK]:
        _make_transitional(root)
    package.parts[key] = root
    return root


def _make_transitional(root: etree._Element) -> None:
    for element in root.iter("*"):
        element.tag = _transitional(element.tag)
        for key in [str(key) for key in element.attrib]:
            if key.startswith("{" + STRICT):
                element.set(_transitional(key), element.attrib.pop(key))


def _transitional(name: str) -> str:
    if not name.startswith("{" + STRICT):
        return name
    namespace, local = name[1:].split("}")
    return "{" + TRANSITIONAL.get(namespace.removeprefix(STRICT), namespace) + "}" + local


def relations(package: Package, name: str) -> list[Relation]:
    """The part's relationships to other parts of the package; links out of it are left out."""
    folder, base = posixpath.split(name)
    root = part(package, posixpath.join(folder, "_rels", base + ".rels"))
    found = []
    for element in root.iter(PACKAGE_RELATIONSHIP) if root is not None else ():
        target = unquote(element.get("Target", "")).replace("\\", "/")
        if element.get("TargetMode") == "External" or not target:
            continue
        target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found.append(Relation(element.get("Id", ""), element.get("Type", "").rsplit("/", 1)[-1], target))
    return found


def main_part(package: Package) -> str:
    """The name of the part that holds the document. Raises ReadError `file.unsupported` for other zip files."""
    for relation in relations(package, ""):
        if relation.kind == "officeDocument" and relation.target.lower() in package.members:
            target = relation.target
            break
    else:
        target = "word/document.xml"
    root = part(package, target)
    if root is not None and etree.QName(root).localname == "document":
        return target
    names = package.members.keys()
    for folder, kind in (("xl/", "Excel 工作簿"), ("ppt/", "PowerPoint 演示文稿")):
        if any(name.startswith(folder) for name in names):
            raise ReadError("file.unsupported", f"是 {kind}，不是 Word 文件（.docx）")
    raise ReadError("file.unsupported", "是压缩包，但不是 Word 文件（.docx）")
