"""What is told of an archive, whatever its kind, and the limits of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from extractor.archives.names import is_packed_away, is_taken, suffix_of

T = TypeVar("T")

SPOOL = "heshu-unpacked-"  # folders of what is unpacked begin with it, and the number of the process

MOST_DEPTH = 3  # archives in archives
MOST_MEMBERS = 100_000  # of an archive and those in it
MOST_BYTES = 20 * 2**30  # unpacked, of an archive and those in it
MOST_FILE_BYTES = 2**30  # of one file
# Unpacked to packed size: PDF and Word hardly get smaller, text to a tenth; a bomb is 1,000 times what it seems.
MOST_RATIO = 200
RATIO_FREE_BYTES = 16 * 2**20  # below this a high ratio is harmless

BOMB = "解开后异常庞大（疑似压缩炸弹），未解压"
TOO_LARGE = f"文件超过 {MOST_FILE_BYTES / 2**30:g} GB，未读取"
TOO_DEEP = f"压缩包嵌套超过 {MOST_DEPTH} 层，未解压"
DAMAGED = "压缩包不完整或已损坏"
MEMBER_DAMAGED = "压缩包内的这个文件已损坏"
LOCKED = "压缩包内的文件已加密，请用 --password 给出密码"
WRONG_PASSWORD = "密码不对，压缩包内的文件无法解开"
ODD_METHOD = "压缩或加密方式暂不支持，请解压后再读取"
LINK = "是链接或设备，不是文件，未解压"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: where it was unpacked to, or in `reason`, in Chinese, why it was not. `inner` is its path in
    the archive, to be shown; `odd` tells that the archive has it under a name that is not to be trusted."""

    inner: str
    path: Path | None = None
    size: int = 0
    reason: str | None = None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of an archive's members, `count` of which are wanted in all. `next` is where the following portion starts,
    None after the last; `skipped` the suffixes of what is not wanted, told with the first. With `is_document` it is no
    archive of files, but something else under an archive's suffix, as a Word file."""

    members: list[Member]
    count: int
    next: int | None
    skipped: list[str]
    is_document: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What an archive and those in it may hold."""

    members: int = MOST_MEMBERS
    bytes: int = MOST_BYTES


@dataclass(slots=True)
class Spending:
    """What of a budget is spent."""

    budget: Budget
    members: int = 0
    bytes: int = 0

    def add(self, portion: Portion) -> str | None:
        """Why nothing may follow this portion, in Chinese; None where more may."""
        self.members += len(portion.members)
        self.bytes += sum(member.size for member in portion.members)
        if self.members > self.budget.members:
            return f"压缩包内文件超过 {self.budget.members} 个，其余未解压"
        if self.bytes > self.budget.bytes:
            return f"压缩包解开后超过 {self.budget.bytes / 2**30:g} GB，其余未解压"
        return None


def chosen(entries: Sequence[tuple[T, str]]) -> tuple[list[tuple[T, str]], list[str]]:
    """Of (entry, inner path) those that are wanted, and the suffixes of the others that are not hidden."""
    visible = [(entry, inner) for entry, inner in entries if not is_packed_away(inner)]
    wanted = [(entry, inner) for entry, inner in visible if is_taken(inner)]
    return wanted, [suffix_of(inner) for _, inner in visible if not is_taken(inner)]
