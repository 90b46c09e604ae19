"""Reading: one file a format, each `read(path, password) -> Document`; here the format is told by content."""

from __future__ import annotations

import zipfile
from importlib import import_module
from pathlib import Path

from extractor.document import Document, Warning
from extractor.readers.errors import ReadError

__all__ = ["ReadError", "detect", "read"]

# The reader of each format is imported when it is first needed: a text file should not wait for PDF libraries.
_READERS = {
    "pdf": "extractor.readers.pdf",
    "ofd": "extractor.readers.ofd",
    "image": "extractor.readers.image",
    "docx": "extractor.readers.docx",
    "doc": "extractor.readers.office",
    "rtf": "extractor.readers.office",
    "odt": "extractor.readers.office",
    "txt": "extractor.readers.text",
}

_BY_PAGES = frozenset({"pdf", "ofd", "image"})
"""Formats whose pages may have to be recognised, which is worth doing side by side."""

# What a suffix claims, and what the formats are called.
_CLAIMS = {
    ".pdf": "pdf",
    ".ofd": "ofd",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"), "image"),
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".txt": "txt",
    ".md": "txt",
}
_NAMES = {
    "pdf": "PDF",
    "ofd": "OFD",
    "image": "图片",
    "docx": "Word 文档",
    "doc": "旧版 Word 文档",
    "rtf": "RTF",
    "odt": "ODT",
    "txt": "纯文本",
}
_WORD = {"docx", "doc", "rtf"}  # Word opens each of them under the suffix of another
_LEAST_CHINESE = 200  # characters from which a text under a wrong suffix is taken for a report

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")


def detect(path: Path) -> str:
    """The format of a file by its content: pdf, ofd, image, docx, doc, rtf, odt or txt. The suffix is not asked.

    Raises ReadError: file.missing, file.empty, file.unsupported, file.truncated.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise ReadError("file.missing", "文件不存在") from None
    except IsADirectoryError:
        raise ReadError("file.unsupported", "这是一个文件夹，不是文件") from None
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else f"系统错误 {error.errno}"
        raise ReadError("file.unreadable", f"无法打开文件（{reason}）") from None
    if not head:
        raise ReadError("file.empty", "文件是空的（0 字节）")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _detect_zip(path)
    if head.startswith(_OLE):
        return _detect_ole(path)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_IMAGES):
        return "image"
    if _is_text(head):
        return "txt"
    raise ReadError("file.unsupported", "无法识别的文件格式，支持 PDF、OFD、Word、WPS、RTF、ODT、图片和文本文件")


def read(path: Path, password: str | None = None, jobs: int = 1) -> Document:
    """The document in a file, as its reader gives it (not yet laid out). A suffix that claims another format is a warning.
    Scanned pages are recognised, `jobs` of them at a time.

    Raises ReadError where the file cannot be read; its message is Chinese and does not name the file. Among its codes is
    file.suffix: a few lines of text that claim to be PDF or Word.
    """
    kind = detect(path)
    reader = import_module(_READERS[kind])
    document: Document = reader.read(path, password, jobs) if kind in _BY_PAGES else reader.read(path, password)
    claimed = _CLAIMS.get(path.suffix.lower())
    if claimed and claimed != kind and not {claimed, kind} <= _WORD:
        names = _NAMES[claimed], _NAMES[kind]
        if kind == "txt" and _chinese(document) < _LEAST_CHINESE:
            raise ReadError("file.suffix", f"后缀是 {path.suffix}，内容却不是 {names[0]}，而是几行文本")
        document.warnings.append(
            Warning("file.suffix", f"文件后缀是 {path.suffix}，内容其实是 {names[1]}，已按 {names[1]} 读取")
        )
    return document


def _chinese(document: Document) -> int:
    """How many Chinese characters the running text holds."""
    return sum("\u4e00" <= char <= "\u9fff" for _, paragraph in document.paragraphs() for char in paragraph.text)


def _detect_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise ReadError("file.truncated", "文件不完整或已损坏（压缩包结构被截断）") from None
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    if {name.lstrip("/").lower() for name in names} & {"ofd.xml", "encryptions.xml"}:
        return "ofd"
    if any(name.startswith(("xl/", "ppt/")) for name in names):
        raise ReadError("file.unsupported", "这是 Excel 或 PowerPoint 文件，不是 Word 或 PDF 报告")
    if "mimetype" in names:
        return _detect_open_document(path)
    raise ReadError("file.unsupported", "这是压缩包，请解压后再处理其中的文件")


def _detect_open_document(path: Path) -> str:
    from extractor.readers.package import content, open_zip

    package = open_zip(path)
    with package.archive:
        kind = content(package, package.members["mimetype"])
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    raise ReadError("file.unsupported", "这是 ODF 表格、演示或电子书文件，不是文字报告")


def _detect_ole(path: Path) -> str:
    # What an OLE container holds is told by the names of its streams, in UTF-16. That of an encrypted DOCX comes first,
    # since its reader asks for the password.
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "docx"
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "PowerPoint Document")):
        raise ReadError("file.unsupported", "这是旧版 Excel 或 PowerPoint 文件，不是 Word 或 PDF 报告")
    import olefile

    try:
        with olefile.OleFileIO(path):
            pass
    except (OSError, ValueError, IndexError) as error:
        raise ReadError("file.truncated", "文件不完整或已损坏（旧版 Office 文件的结构被截断）") from error
    raise ReadError("file.unsupported", "这是旧版 Office 一类的文件，但不是 Word 文档")


def _is_text(head: bytes) -> bool:
    """Text has hardly any control bytes, unless it is UTF-16."""
    from extractor.readers.text_encoding import BOMS, guessed

    control = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 27) for byte in head)
    if head.startswith(tuple(BOMS)) or (control <= len(head) // 100 and b"\x00" not in head):
        return True
    return guessed(head) in ("utf-16-le", "utf-16-be")
