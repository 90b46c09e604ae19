"""What of a folder or an archive is taken, and how names from outside are shown. They name nothing on this disk."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath

from extractor.cli import SKIPPED, SUFFIXES

ARCHIVE = ".zip"
PACKED = frozenset({".rar", ".7z"})  # archives that are not opened: they fail, so that nobody takes them for loaded
TAKEN = SUFFIXES | PACKED | {ARCHIVE}

UNNAMED = "未命名"
MOST = 200  # characters of a shown name
# Control characters, and those that turn the direction of writing: `报告\u202exdp.exe`.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def is_taken(name: str) -> bool:
    """Whether a file of that name, met in a folder or an archive, is wanted: neither hidden, nor a lock, nor of another kind."""
    return suffix_of(name) in TAKEN and not is_hidden(name)


def is_hidden(name: str) -> bool:
    return name.startswith(SKIPPED)


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
    return "/".join(step[-MOST:] for step in steps) or UNNAMED
