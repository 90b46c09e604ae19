"""Original files by content hash, in a folder or at any fsspec URL."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.store.errors import StoreError

CHUNK = 1 << 20
# What is being written lies here until it is whole.
INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Blobs:
    """A file system of fsspec and the folder in it."""

    system: Any
    root: str

    def at(self, place: str) -> str:
        return f"{self.root}/{place}"


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
    """Keeps a file. What stands at its place is always whole: it is written under another name and then moved.

    Raises StoreError where the file is not (any longer) the one with that hash.
    """
    place = blobs.at(place_of(sha256))
    if blobs.system.exists(place):
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
            raise StoreError(f"{path.name} 在存入时被改动")
        blobs.system.makedirs(place.rpartition("/")[0], exist_ok=True)
        blobs.system.mv(incoming, place)
    finally:
        if blobs.system.exists(incoming):
            blobs.system.rm(incoming)


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


def _is_local(blobs: Blobs) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(blobs.system, LocalFileSystem)
