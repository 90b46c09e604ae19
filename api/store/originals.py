"""Original files: kept once by content, under every name that they came in with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlalchemy import Connection, bindparam, delete, func, select

from api.store import blobs, index, log, rows, tables, versions
from api.store.connection import Store, insert_missing
from api.store.errors import StoreError

_N = tables.original_names.c
_NAMES = select(_N.name).where(_N.sha256 == bindparam("sha256")).order_by(_N.id)


@dataclass(frozen=True, slots=True)
class Added:
    """`new` tells that the content was not there before."""

    sha256: str
    size: int
    new: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """What went with an original."""

    sha256: str
    names: tuple[str, ...]
    reports: int
    decisions: int


def add_original(store: Store, path: Path, name: str | None = None, by: str | None = None) -> Added:
    """Keeps a file under `name`, by default its own. Content that is there already is not kept twice, a name that it
    has already changes nothing."""
    with adding_original(store, path, name, by) as (_, added):
        return added


@contextmanager
def adding_original(
    store: Store, path: Path, name: str | None = None, by: str | None = None
) -> Iterator[tuple[Connection, Added]]:
    """As `add_original`, with the transaction that it is done in, for what stands or falls with it."""
    sha256, size = blobs.digest(path), path.stat().st_size
    name = rows.storable({"name": name or path.name})["name"]
    # The long part first, outside the transaction; killed after it, the file lies there unnamed until it is added again.
    blobs.put(store.blobs, path, sha256)
    row = {"sha256": sha256, "added_at": log.now(), "added_by": by}
    with store.writing() as connection:
        kept = {**row, "size": size, "place": blobs.place_of(sha256)}
        new = insert_missing(connection, tables.originals, kept)
        lock_original(connection, sha256)
        if insert_missing(connection, tables.original_names, {**row, "name": name}):
            log.write(connection, "add" if new else "name", sha256, by, {"name": name, "size": size})
        # It could have been deleted meanwhile; from here on it cannot.
        blobs.put(store.blobs, path, sha256)
        yield connection, Added(sha256, size, new)


def lock_original(connection: Connection, sha256: str) -> None:
    """Until the transaction ends, no other changes what belongs to this original. Raises StoreError where there is none."""
    if not is_kept(connection, sha256):
        raise StoreError(f"档案库中没有原件 {sha256}")


def is_kept(connection: Connection, sha256: str) -> bool:
    """Whether there is this original, from now until the transaction ends; waits for those who change it."""
    o = tables.originals
    return connection.execute(select(o.c.sha256).where(o.c.sha256 == sha256).with_for_update()).first() is not None


def names_of(store: Store, sha256: str) -> list[str]:
    """The names under which the file came in, oldest first."""
    with store.reading() as connection:
        return _names(connection, sha256)


def find_original(store: Store, start: str) -> str:
    """The hash that begins with `start`. Raises StoreError where none or several do."""
    o = tables.originals
    query = select(o.c.sha256).where(o.c.sha256.startswith(start.lower(), autoescape=True)).limit(2)
    with store.reading() as connection:
        found = connection.execute(query).scalars().all()
    if len(found) != 1:
        raise StoreError(f"有几个原件以 {start} 开头，请多写几位" if found else f"档案库中没有原件 {start}")
    return str(found[0])


def original_bytes(store: Store, sha256: str) -> Iterator[bytes]:
    """The original in pieces, verified while it is read. Raises StoreError where it is missing, or, at its end, damaged."""
    return blobs.read(store.blobs, sha256)


@contextmanager
def original_file(store: Store, sha256: str) -> Iterator[Path]:
    """The original as a local file under its first name, verified; it is gone afterwards. Raises StoreError."""
    names = names_of(store, sha256)
    if not names:
        raise StoreError(f"档案库中没有原件 {sha256}")
    with tempfile.TemporaryDirectory(prefix="heshu-") as folder:
        path = Path(folder) / (PurePath(names[0].replace("\\", "/")).name or sha256)
        with path.open("wb") as stream:
            stream.writelines(blobs.read(store.blobs, sha256))
        yield path


def delete_original(store: Store, sha256: str, by: str | None = None) -> Deleted:
    """Removes a file and everything that was read from it or said of it; the log keeps that it was there.

    The file goes before the rows do, so that after a crash it can be deleted again, and never lies there unknown.
    """
    r, d = tables.reports, tables.decisions
    with store.writing() as connection:
        lock_original(connection, sha256)
        reports = list(connection.execute(select(r.c.id).where(r.c.sha256 == sha256)).scalars())
        decisions = connection.execute(select(func.count()).where(d.c.report_id.in_(reports))).scalar_one()
        gone = Deleted(sha256, tuple(_names(connection, sha256)), len(reports), decisions)
        versions.take_out(connection, reports)
        index.remove(connection, reports)
        connection.execute(delete(tables.originals).where(tables.originals.c.sha256 == sha256))
        details = {"names": list(gone.names), "reports": gone.reports, "decisions": gone.decisions}
        log.write(connection, "delete", sha256, by, details)
        blobs.remove(store.blobs, sha256)
    return gone


def _names(connection: Connection, sha256: str) -> list[str]:
    return list(connection.execute(_NAMES, {"sha256": sha256}).scalars())
