"""Clears away files that no row knows of: what programs left that died between keeping a file and keeping its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, text

from api.store import blobs, log, tables
from api.store.connection import Store
from api.store.errors import StoreError

AGE = timedelta(days=1)  # younger files may be some that are just being added
_BATCH = 200  # files; those who add files wait while so many are removed


@dataclass(frozen=True, slots=True)
class Swept:
    """Files removed: `orphans` are whole files without a row, `unfinished` those that never became whole."""

    orphans: int
    unfinished: int
    bytes: int


def sweep(store: Store, age: timedelta = AGE, by: str | None = None, pretend: bool = False) -> Swept:
    """Removes files that lie unknown for at least `age`, safely while others add files; with `pretend` only counts them.
    Raises StoreError where the file system does not tell ages."""
    before = datetime.now(UTC) - age
    store.blobs.system.invalidate_cache()
    unfinished = [found for found in blobs.unfinished(store.blobs) if _is_older(store, found, before)]
    orphans = [found for found in _orphans(store) if _is_older(store, found, before)]
    if not pretend:
        unfinished = [found for found in unfinished if blobs.clear(store.blobs, found)]
        orphans = [found for batch in _batches(orphans) for found in _remove(store, batch)]
    size = sum(found.size for found in [*orphans, *unfinished])
    swept = Swept(len(orphans), len(unfinished), size)
    if (orphans or unfinished) and not pretend:
        with store.writing() as connection:
            told = {"orphans": swept.orphans, "unfinished": swept.unfinished, "bytes": swept.bytes}
            log.write(connection, "sweep", "originals", by, told)
    return swept


def _orphans(store: Store) -> Iterator[blobs.Kept]:
    for batch in map(list, blobs.kept(store.blobs)):
        with store.reading() as connection:
            known = _known(connection, batch)
        yield from (found for found in batch if found.name not in known)


def _remove(store: Store, found: Sequence[blobs.Kept]) -> list[blobs.Kept]:
    """Removes those that still have no row. Nobody can give them one meanwhile: who adds a file puts it there again, if
    need be, after inserting the row (see `add_original`), and inserting waits."""
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE originals IN SHARE ROW EXCLUSIVE MODE"))
        known = _known(connection, found)
        return [one for one in found if one.name not in known and blobs.clear(store.blobs, one)]


def _known(connection: Connection, found: Sequence[blobs.Kept]) -> set[str]:
    o = tables.originals
    names = [one.name for one in found]
    return {
        sha256
        for at in range(0, len(names), _BATCH)
        for sha256 in connection.execute(select(o.c.sha256).where(o.c.sha256.in_(names[at : at + _BATCH]))).scalars()
    }


def _is_older(store: Store, found: blobs.Kept, before: datetime) -> bool:
    try:
        at = store.blobs.system.modified(found.place)
    except FileNotFoundError:
        return False
    except NotImplementedError:
        raise StoreError("存放原件的位置不提供文件的修改时间，不能清理") from None
    return bool((at if at.tzinfo else at.replace(tzinfo=UTC)) < before)


def _batches(found: Sequence[blobs.Kept]) -> Iterator[Sequence[blobs.Kept]]:
    return (found[at : at + _BATCH] for at in range(0, len(found), _BATCH))
