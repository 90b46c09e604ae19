"""Formats that LibreOffice turns into Word files: .doc and .wps (Word 97), .rtf, .odt. What it would silently read in part
is refused before: files cut short, locked ones, bombs."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import accumulate
from pathlib import Path

import olefile

from extractor.document import Document
from extractor.readers import docx
from extractor.readers.errors import ReadError
from extractor.readers.libreoffice import converted
from extractor.readers.package import DAMAGED, content, open_zip, parsed

MOST_BYTES = 512 * 2**20
LOCKED = "文件已加密，请用 --password 给出打开密码"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF_MAGIC = b"{\\rtf"
ODT_PARTS = ("content.xml", "styles.xml")
_RTF_ESCAPED = re.compile(rb"\\[{}\\]")
_RTF_BINARY = re.compile(rb"\\bin(\d{1,18})")
_NO_BRACES = bytes(set(range(256)) - set(b"{}"))
MOST_GROUPS = 1000
"""Groups of an RTF file in one another: Word writes a dozen."""


def read(path: Path, password: str | None = None) -> Document:
    """The document as its conversion to Word shows it; `format` is doc, rtf or odt.

    Raises ReadError: file.converter (LibreOffice is not installed), file.timeout, file.truncated, file.encrypted (no
    password given, or one that cannot be used), file.password (a wrong one), file.bomb, file.empty.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ReadError("file.bomb", f"文件超过 {MOST_BYTES // 2**20} MB，已拒绝读取")
    with path.open("rb") as stream:
        start = stream.read(len(OLE_MAGIC))
    source: Path | bytes = path
    if start == OLE_MAGIC:
        form, source = "doc", _whole_doc(path.read_bytes(), password)
    elif start.startswith(RTF_MAGIC):
        form = "rtf"
        _refuse_bad_rtf(path.read_bytes())
    else:
        form = "odt"
        _refuse_bad_odt(path)
    with converted(source, f".{form}") as made:
        document = docx.read(made)
    document.format = form
    return document


def _whole_doc(data: bytes, password: str | None) -> bytes:
    """The file, decrypted if need be."""
    import msoffcrypto  # slow to import, and few files need it
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    _refuse_cut_doc(data)
    plain = BytesIO()
    try:
        office = msoffcrypto.OfficeFile(BytesIO(data))
        if not office.is_encrypted():
            return data
        if not password:
            raise ReadError("file.encrypted", LOCKED)
        office.load_key(password=password)
        office.decrypt(plain)
    except InvalidKeyError as error:
        raise ReadError("file.password", "打开密码不对，无法解密文件") from error
    except DecryptionError as error:
        raise ReadError("file.encrypted", "文件已加密，且加密方式无法识别") from error
    except (FileFormatError, OSError, ValueError, IndexError) as error:
        raise ReadError("file.truncated", DAMAGED) from error
    return plain.getvalue()


def _refuse_cut_doc(data: bytes) -> None:
    """Reads every stream to its end: LibreOffice shows the first half of a file that was cut off."""
    try:
        with olefile.OleFileIO(BytesIO(data)) as container:
            for name in container.listdir():
                with container.openstream(name) as stream:
                    whole = len(stream.read()) == container.get_size(name)
                if not whole:
                    raise ReadError("file.truncated", DAMAGED)
    except (OSError, ValueError, IndexError) as error:
        raise ReadError("file.truncated", DAMAGED) from error


def _refuse_bad_rtf(data: bytes) -> None:
    """The groups of a whole file are all closed, and what it announces as binary is there."""
    end = data.rstrip(b"\0 \t\r\n")
    plain = _RTF_ESCAPED.sub(b"", end)
    pieces = list(_RTF_BINARY.finditer(plain))
    if not end.endswith(b"}") or any(piece.end() + int(piece[1]) > len(plain) for piece in pieces):
        raise ReadError("file.truncated", DAMAGED)
    if pieces:  # in which braces are no braces
        return
    depths = list(accumulate(1 if brace == ord("{") else -1 for brace in plain.translate(None, _NO_BRACES)))
    if depths[-1] > 0:
        raise ReadError("file.truncated", DAMAGED)
    if max(depths) > MOST_GROUPS:
        raise ReadError("file.bomb", "文件中的层次异常地深，疑似恶意构造，已拒绝读取")


def _refuse_bad_odt(path: Path) -> None:
    package = open_zip(path)
    with package.archive:
        manifest = package.members.get("meta-inf/manifest.xml")
        if manifest is not None and any(
            isinstance(element.tag, str) and element.tag.endswith("}encryption-data")
            for element in parsed(package, manifest).iter()
        ):
            raise ReadError("file.encrypted", "文件已加密，请先用 LibreOffice 或 WPS 取消密码再试")
        for name in ODT_PARTS:
            info = package.members.get(name)
            if info is not None:
                content(package, info)
            elif name == ODT_PARTS[0]:
                raise ReadError("file.truncated", DAMAGED)
