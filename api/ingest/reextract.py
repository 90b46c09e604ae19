"""What the store keeps, read again by this version of the extractor. Earlier results stay, and so does what reviewers said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from api.ingest.load import patiently, saved
from api.ingest.pool import Pool
from api.ingest.reading import read_kept
from api.store import Outdated, Store, outdated
from api.store.filters import ReportFilter
from extractor.version import VERSION


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of an original; `reason`, in Chinese, tells why it could not be read: its earlier results stay current."""

    original: Outdated
    reason: str | None
    attempts: int


def to_reread(store: Store, where: ReportFilter | None = None) -> list[Outdated]:
    """The originals whose current results another version made. What no version could read is for `--retry-failed`."""
    return [original for original in outdated(store, VERSION, where) if original.version is not None]


def reread(
    store: Store,
    pool: Pool,
    folder: Path,
    originals: Sequence[Outdated],
    on_done: Callable[[Reread], object],
    password: str | None = None,
    by: str | None = None,
    least: float | None = None,
    model: Path | None = None,
) -> None:
    """Reads originals again and makes the results current. Interrupted, it can be started again with what is still to be
    read. Raises StoreError, PoolError."""
    calls = ((one, read_kept, (store.blobs, one.sha256, one.name, folder, password, least, model)) for one in originals)
    for original, reply in pool.replies(calls):
        reason = reply.reason
        if reply.value:
            reason = patiently(partial(saved, store, original.sha256, reply.value, by))
        on_done(Reread(original, reason, reply.attempts))
