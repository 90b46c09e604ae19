"""A folder into which files are put: those that are finished, told by looking at it again and again, which works on every
file system."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from api.ingest.sources import Item, Tally, find

STILL = 5.0  # seconds for which a file must not have changed
STILL_EMPTY = 60.0  # the same of an empty file: some programs make one first and fill it later
PAUSE = 1.0  # seconds between two looks, at the least
REST = 10.0  # the pause is at least so many times as long as the look took: large folders keep no core busy
# What programs call the file that they have not finished, or put beside it.
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".aria2", ".tmp")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it has looked since a moment (of `time.monotonic`), and whether it has been taken so."""

    size: int | None
    modified: int | None
    since: float
    taken: bool = False


def watch(folder: Path, tally: Tally) -> Iterator[list[Item]]:
    """Endless: after every look the files that have become finished, often none. What is there at first counts too: what
    is known of it the loader finds out."""
    seen: Mapping[str, Seen] = {}
    while True:
        began = time.monotonic()
        # A folder that is away for a while, as on a network, is no failure.
        items = find([folder]) if folder.is_dir() else []
        ready, seen = finished(items, seen, began)
        tally.found += len(ready)
        took = time.monotonic() - began
        yield ready
        time.sleep(max(PAUSE, REST * took))


def finished(items: Iterable[Item], before: Mapping[str, Seen], now: float) -> tuple[list[Item], dict[str, Seen]]:
    """The files that nobody writes any more and that were not taken before; and what is to be given to the next look."""
    ready: list[Item] = []
    seen: dict[str, Seen] = {}
    for item in items:
        arrival = item.arrival
        last = before.get(arrival.source)
        if last is None or (last.size, last.modified) != (arrival.size, arrival.modified):
            last = Seen(arrival.size, arrival.modified, since=now)
        wanted = STILL_EMPTY if arrival.size == 0 else STILL
        if not last.taken and now - last.since >= wanted and not _is_accompanied(item.path):
            ready.append(item)
            last = replace(last, taken=True)
        seen[arrival.source] = last
    return ready, seen


def _is_accompanied(path: Path | None) -> bool:
    """Whether beside the file lies what a program is writing for it."""
    return path is not None and any(path.with_name(path.name + suffix).exists() for suffix in UNFINISHED)
