"""The package of a Word file: decrypted if need be, its parts and how they are related."""

from __future__ import annotations

import posixpath
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import unquote

from lxml import etree

from extractor.readers.errors import ReadError
from extractor.readers.package import Package, open_zip, parsed

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


class Relation(NamedTuple):
    """One relationship of a part: `kind` is the last step of its type (`styles`), `target` a member's name."""

    id: str
    kind: str
    target: str


def open_package(path: Path, password: str | None = None) -> Package:
    """The zip file behind a Word file, decrypted if need be.

    Raises ReadError: `file.missing`, `file.empty`, `file.truncated`, `file.encrypted`, `file.password`,
    `file.unsupported`, `file.bomb`.
    """
    return open_zip(zip_source(path, password))


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
    """The Word file that an OLE container holds, encrypted."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") not in content:
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
    root = parsed(package, info)
    if any(space.startswith(STRICT) for space in root.nsmap.values()):
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
