"""Files into the store: in worker processes with limits of time and memory, every outcome recorded, safe against a kill.

with Pool(jobs=2, limits=Limits(seconds=600, memory=2 << 30), warm=warm) as pool, spool() as folder:
    loader = Loader(store, pool, folder, on_entry=print)
    loader.load(unpacked(find([Path("reports")]), pool, folder))

One file, without a loader: `receive` keeps it, `pool.submit(read_one, path, name, password)` reads it, `keep` saves it.
"""

from __future__ import annotations

from api.ingest.intake import Arrival, Entry
from api.ingest.load import Loader, failed_before, keep, left_waiting, receive, saved
from api.ingest.pool import Limits, Pool, PoolError, Reply
from api.ingest.reading import read_kept, read_one, warm
from api.ingest.sources import Item, Tally, expand, find, spool, unpacked

__all__ = [
    "Arrival",
    "Entry",
    "Item",
    "Limits",
    "Loader",
    "Pool",
    "PoolError",
    "Reply",
    "Tally",
    "expand",
    "failed_before",
    "find",
    "keep",
    "left_waiting",
    "read_kept",
    "read_one",
    "receive",
    "saved",
    "spool",
    "unpacked",
    "warm",
]
