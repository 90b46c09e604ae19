"""Original files by content hash, in a folder or at any fsspec URL."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.store.errors import FileChanged, StoreError

CHUNK = 1 << 20
# What is being written lies here until it is whole.
INCOMING = "incoming"
_HASH, _UNFINISHED = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Blobs:
    """A file system of fsspec and the folder in it."""

    system: Any
    root: str

    def at(self, place: str) -> str:
        return f"{self.root}/{place}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it lies there: `place` with the root, `name` its own, `size` in bytes."""

    place: str
    name: str
    size: int


def open_blobs(url: str) -> Blobs:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(f"打不开存放原件的位置 {url}（{error}）") from None
    return Blobs(system, root.rstrip("/"))


def place_of(sha256: str) -> str:
    """256 folders keep each of them small enough for any file system."""
    return f"{sha256[:2]}/{sha256}"


def digest(path: Path) -> str:
    """SHA-256 of a local file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put(blobs: Blobs, path: Path, sha256: str) -> None:
    """Keeps a file. What stands at its place is always whole: it is written under another name and then moved. What a
    failing disk cut short is replaced.

    Raises FileChanged where the file is not (any longer) the one with that hash.
    """
    place = blobs.at(place_of(sha256))
    if blobs.system.exists(place) and blobs.system.size(place) == path.stat().st_size:
        return
    incoming = blobs.at(f"{INCOMING}/{uuid.uuid4().hex}")
    blobs.system.makedirs(blobs.at(INCOMING), exist_ok=True)
    sha = hashlib.sha256()
    try:
        with path.open("rb") as source, blobs.system.open(incoming, "wb") as target:
            while chunk := source.read(CHUNK):
                sha.update(chunk)
                target.write(chunk)
            if _is_local(blobs):
                target.flush()
                os.fsync(target.fileno())
        if sha.hexdigest() != sha256:
            raise FileChanged(f"{path.name} 在存入时被改动")
        blobs.system.makedirs(place.rpartition("/")[0], exist_ok=True)
        blobs.system.mv(incoming, place)
    finally:
        if blobs.system.exists(incoming):
            blobs.system.rm(incoming)


@contextmanager
def marked(blobs: Blobs) -> Iterator[str]:
    """Something that lies there meanwhile, by which others tell that they reach the same place."""
    marker = blobs.at(f"{INCOMING}/{uuid.uuid4().hex}")
    blobs.system.makedirs(blobs.at(INCOMING), exist_ok=True)
    blobs.system.pipe_file(marker, b"heshu")  # an empty one is nothing to some
    try:
        yield marker
    finally:
        if blobs.system.exists(marker):
            blobs.system.rm(marker)


def read(blobs: Blobs, sha256: str) -> Iterator[bytes]:
    """The content in pieces. Raises StoreError where it is missing, or, after the last piece, where it is not what was kept."""
    sha = hashlib.sha256()
    try:
        with blobs.system.open(blobs.at(place_of(sha256)), "rb") as stream:
            while chunk := stream.read(CHUNK):
                sha.update(chunk)
                yield chunk
    except FileNotFoundError:
        raise StoreError(f"原件 {sha256} 不见了，请从备份恢复") from None
    if sha.hexdigest() != sha256:
        raise StoreError(f"原件 {sha256} 已损坏，请从备份恢复")


def remove(blobs: Blobs, sha256: str) -> None:
    try:
        blobs.system.rm(blobs.at(place_of(sha256)))
    except FileNotFoundError:
        return


def kept(blobs: Blobs) -> Iterator[list[Kept]]:
    """The whole files, a folder at a time; what else lies there is not ours."""
    for first in range(256):
        folder = f"{first:02x}"
        yield [file for file in _files(blobs, folder) if _HASH.fullmatch(file.name) and file.name.startswith(folder)]


def unfinished(blobs: Blobs) -> list[Kept]:
    """The files that are being written, or were when their writer died."""
    return [file for file in _files(blobs, INCOMING) if _UNFINISHED.fullmatch(file.name)]


def clear(blobs: Blobs, file: Kept) -> bool:
    """Removes a listed file; False where it is there no more."""
    try:
        blobs.system.rm(file.place)
    except FileNotFoundError:
        return False
    return True


def _files(blobs: Blobs, folder: str) -> list[Kept]:
    try:
        listed = blobs.system.ls(blobs.at(folder), detail=True)
    except FileNotFoundError:
        return []
    return [
        Kept(entry["name"], entry["name"].rpartition("/")[2], entry["size"])
        for entry in listed
        if entry["type"] == "file"
    ]


def _is_local(blobs: Blobs) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(blobs.system, LocalFileSystem)
