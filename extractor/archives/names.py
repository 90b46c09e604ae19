"""What of a folder or an archive is taken, and how names from outside are shown: they name nothing on this disk."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath

# A file given by name is read whatever its suffix.
SUFFIXES = frozenset({".pdf", ".ofd", ".docx", ".docm", ".doc", ".wps", ".rtf", ".odt", ".txt", ".md"})
ARCHIVES = frozenset({".zip", ".7z"})
PACKED = frozenset({".rar"})  # archives that are not opened: they fail, so that nobody takes them for read
TAKEN = SUFFIXES | PACKED | ARCHIVES
# Word's lock files, and hidden ones.
SKIPPED = ("~$", ".")

UNNAMED = "未命名"
MOST = 200  # characters of a shown name
# Control characters, and those that turn the direction of writing: `报告\u202exdp.exe`.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def is_taken(name: str) -> bool:
    """Whether a file of that name, met in a folder or an archive, is wanted: neither hidden, nor a lock, nor of another kind."""
    return suffix_of(name) in TAKEN and not is_hidden(name)


def is_hidden(name: str) -> bool:
    return name.startswith(SKIPPED)


def is_packed_away(inner: str) -> bool:
    """Whether a member of an archive is hidden, or lies in a folder that is."""
    return any(is_hidden(step) or step == "__MACOSX" for step in inner.split("/"))


def suffix_of(name: str) -> str:
    """In small letters; for names from outside the only part of them that a file on this disk may have."""
    return PurePosixPath(name).suffix.lower()


def safe_suffix(name: str) -> str:
    suffix = suffix_of(name)
    return suffix if suffix in TAKEN else ""


def shown(name: str) -> str:
    """A file's name for people. Bytes that are no UTF-8 are taken for GBK, as archives made in China hold them."""
    if any("\udc80" <= char <= "\udcff" for char in name):
        name = decoded(os.fsencode(name))
    return _CONTROL.sub("\ufffd", name)


def decoded(raw: bytes) -> str:
    """A name whose encoding nothing tells."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def inner_path(name: str) -> str:
    """The path of an archive's member as it is shown: no steps up, no drive, no control characters."""
    steps = [step for step in shown(name).replace("\\", "/").split("/") if step not in ("", ".", "..")]
    steps = steps[1:] if len(steps) > 1 and steps[0].endswith(":") else steps
    return "/".join(step[-MOST:] for step in steps) or UNNAMED


def is_odd(name: str) -> bool:
    """Whether a name steps out of its archive, starts at a disk's root, or would steer a terminal."""
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or steps[0] == "" or steps[0].endswith(":") or shown(name) != name
