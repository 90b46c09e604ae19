"""Files into the store over a cluster: a Ray Data pipeline whose tasks do with their files what `Loader` does on one machine.

Tasks, not actors: a task of a node that died goes to whichever worker is free, where an actor would wait for a core that
the others hold. Between tasks a worker process keeps its connection and its limited process (`Pool`), so that a hostile
file costs itself alone here too. Tasks write into PostgreSQL themselves: results are too large to pass through one
process, and what a task tells has been kept by then. So a task may be done again at any moment, by any worker: what it
had finished is known, saving twice changes nothing, and two workers with one content take turns at the original's row.

Every node needs this version of the program, the database, the place of the originals and the files: all of it is looked
at before a worker's first file. Passwords are given to the tasks and kept nowhere.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from api.ingest import intake, load
from api.ingest.intake import Arrival, Entry
from api.ingest.load import Loader, patiently
from api.ingest.pool import Limits, Pool, PoolError
from api.ingest.reading import warm
from api.ingest.sources import Item, Tally, expand, find, spool, unpacked
from api.store import Store, StoreError, open_store
from api.store.blobs import CHUNK, marked
from extractor.archives.names import ARCHIVES, PACKED, is_hidden, is_taken, safe_suffix, shown, suffix_of
from extractor.archives.opening import NOT_PACKED
from extractor.archives.plain import MOST_FILE_BYTES, TOO_LARGE
from extractor.jobs import reason_of
from extractor.version import VERSION

FILES = 32  # of a task, at the most
TASKS = 4  # for every core, at the least: the last ones end at about the same time
PAUSES = (1.0, 5.0, 30.0)  # seconds between tries at a place that does not answer
_DATED = ("mtime", "LastModified", "last_modified", "updated", "modified")  # as the file systems of fsspec call it
_PASSWORD = re.compile(r"\w+://[^/]*:[^/]*@")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to load. With `url` its content is to be fetched from there first."""

    item: Item
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the workers are told. `seen` are local files that every node must see."""

    store: str = field(repr=False)
    seen: tuple[str, ...] = ()
    marker: str = ""
    limits: Limits = field(default_factory=Limits)
    password: str | None = field(default=None, repr=False)
    by: str | None = None
    retry: bool = False
    least: float | None = None
    model: Path | None = None
    version: str = VERSION


@dataclass(slots=True)
class Told:
    """What became of a task's files; `found` and `skipped` as of `Tally`, beyond what was listed. `fatal`, in Chinese, is
    why no task can go on."""

    entries: list[Entry] = field(default_factory=list)
    found: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    fatal: str | None = None


@contextmanager
def joined(address: str) -> Iterator[None]:
    """This process as a part of the cluster at an address of Ray, `local` being one that is started on this machine and
    ends with it. Raises PoolError."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing of this machine is told to anyone
    import ray

    stopping = signal.getsignal(signal.SIGTERM)
    alone: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **alone)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise PoolError(f"连不上 Ray 集群 {address}（{error}）") from error
    signal.signal(signal.SIGTERM, stopping)  # Ray's own would leave without a summary
    # Ray tells of workers that died there, between what this program says and while it stops; its logs have it too.
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        try:
            yield
        finally:
            ray.shutdown()


def listed(given: Sequence[str], tally: Tally) -> tuple[list[Found], list[str]]:
    """The files under paths and URLs, each once; and what there is nothing under. Archives stay closed. Raises StoreError
    where a URL cannot be listed."""
    found: dict[str, Found] = {}
    missing: list[str] = []
    for text in given:
        files, is_there = _local(text, tally) if _is_local(text) else _remote(text, tally)
        for one in files:
            found.setdefault(one.item.arrival.source, one)
        missing += [] if is_there else [text]
    tally.found += len(found)
    return list(found.values()), missing


def failed_before(store: Store, tally: Tally) -> list[Found]:
    """As of `load`, from URLs too."""
    failures = [entry.source.partition("!/")[0] for entry in intake.failures(store) if not entry.sha256]
    outside, _ = listed(sorted({source for source in failures if not _is_local(source)}), tally)
    return [*map(Found, load.failed_before(store, tally)), *outside]


def left_waiting(store: Store, tally: Tally) -> list[Found]:
    return [*map(Found, load.left_waiting(store, tally))]


def settings_for(store: Store, **told: Any) -> Settings:
    """For the workers that are to write into a store. Raises StoreError where others cannot write into it meanwhile."""
    if store.engine.dialect.name != "postgresql":
        raise StoreError(
            "--ray 要用 PostgreSQL 档案库（--store postgresql://…）；SQLite 只能由一台机器写入，请改用 --jobs"
        )
    return Settings(store.engine.url.render_as_string(hide_password=False), **told)


def load_over(
    store: Store,
    found: Sequence[Found],
    settings: Settings,
    on_entry: Callable[[Entry], object],
    tally: Tally,
    jobs: int = 0,
) -> None:
    """Loads the files on the cluster that was joined, on `jobs` of its cores (0: on all). `on_entry` and `tally` are told
    when a task is done.

    Raises StoreError and PoolError as `Loader` does, PoolError also where the cluster fails. Started again, it goes on.
    """
    if not found:
        return
    import ray
    import ray.data
    from ray.exceptions import RayError

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    cores = jobs or int(ray.cluster_resources().get("CPU", 1))
    tasks = max(-(-len(found) // FILES), min(TASKS * cores, len(found)))
    local = [str(one.item.path) for one in found if one.item.path is not None]
    with marked(store.blobs) as marker:
        kept = ray.put(replace(settings, seen=tuple(local[:1]), marker=marker))  # what is in the plan, Ray logs
        try:
            done = ray.data.from_items(list(found), override_num_blocks=tasks).map_batches(
                read_batch,
                batch_size=None,
                fn_args=(kept,),
                num_cpus=1,
                concurrency=jobs or None,
            )
            for row in done.iter_rows():
                _pass_on(row["told"], on_entry, tally)
        except RayError as error:
            raise PoolError(f"Ray 集群出错，再次运行会接着导入（{error}）") from error


def _pass_on(told: Told, on_entry: Callable[[Entry], object], tally: Tally) -> None:
    tally.found += told.found
    tally.skipped.update(told.skipped)
    for entry in told.entries:
        on_entry(entry)
    if told.fatal:
        raise PoolError(told.fatal)


def read_batch(batch: dict[str, Any], settings: Any) -> dict[str, Any]:
    """A task of Ray Data."""
    import ray

    return {"told": [do_task(list(batch["item"]), ray.get(settings))]}


def do_task(found: Sequence[Found], settings: Settings) -> Told:
    """Loads files in this process and its limited one."""
    told, tally = Told(), Tally()
    reading = settings.password, settings.by, settings.retry, settings.least, settings.model
    try:
        store, pool = _worker(settings)
        with spool() as room:
            items = _fetched(found, store, room, settings.retry, told.entries.append)
            loader = Loader(store, pool, room, told.entries.append, *reading)
            loader.load(unpacked(items, pool, room, tally, settings.password))
    except (StoreError, PoolError) as error:
        told.fatal = error.message
    told.found, told.skipped = tally.found, tally.skipped
    return told


@cache
def _worker(settings: Settings) -> tuple[Store, Pool]:
    """What a worker process keeps from task to task; it ends with it. Raises StoreError where the node is not as it must be."""
    node = os.uname().nodename
    if settings.version != VERSION:
        raise StoreError(f"节点 {node} 上的 heshu 是 {VERSION}，应与本机一样是 {settings.version}")
    try:
        store = open_store(settings.store)
    except StoreError as error:
        raise StoreError(f"节点 {node}：{error.message}") from error
    if not store.blobs.system.exists(settings.marker):
        raise StoreError(
            f"节点 {node} 看不到存放原件的位置 {store.blobs.root}，请用各节点都能访问的 fsspec 地址或共享文件夹"
        )
    for path in settings.seen:
        if not os.path.exists(path):
            raise StoreError(f"节点 {node} 上没有 {path}，请用各节点都能访问的地址或共享文件夹")
    return store, Pool(1, settings.limits, partial(warm, settings.model))


def _fetched(
    found: Iterable[Found], store: Store, room: Path, retry: bool, on_entry: Callable[[Entry], object]
) -> Iterator[Item]:
    """The items, those at URLs fetched into the room one after the other; of what is known `on_entry` is told instead."""
    for one in found:
        item, url = one.item, one.url
        if url is None:
            yield item
        elif known := patiently(partial(intake.known, store, item.arrival, retry)):
            on_entry(known)
        else:
            path = room / f"{uuid.uuid4().hex}{safe_suffix(item.arrival.name)}"
            reason = _fetch(url, path)
            yield replace(item, path=None if reason else path, reason=reason, passing=True)


def _fetch(url: str, path: Path) -> str | None:
    """Copies what is at a URL to a file; why it could not, None where it did. Raises StoreError where no URL of its kind
    can be opened here."""
    system, place = _opened(url)
    for pause in (*PAUSES, None):
        try:
            with system.open(place, "rb") as source, path.open("wb") as target:
                size = 0
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > MOST_FILE_BYTES and suffix_of(url) not in ARCHIVES:
                        return TOO_LARGE
                    target.write(chunk)
            return None
        except (FileNotFoundError, PermissionError) as error:
            return reason_of(error)
        except Exception as error:  # every file system has its own, and most of them pass
            if pause is None:
                return f"取不到这个文件（{error or type(error).__name__}）"
            time.sleep(pause)
    raise AssertionError("unreachable")


def _is_local(text: str) -> bool:
    return "://" not in text or text.startswith(("file://", "local://"))


def _local(text: str, tally: Tally) -> tuple[list[Found], bool]:
    paths, missing = expand([text.removeprefix("file://").removeprefix("local://")])
    return [Found(item) for item in find(paths, Tally(skipped=tally.skipped))], not missing


def _remote(text: str, tally: Tally) -> tuple[list[Found], bool]:
    """The files under a URL, and whether there is anything."""
    if "::" in text:
        raise StoreError(f"暂不支持用 :: 连接的地址：{text}")
    system, place = _opened(text)
    try:
        is_pattern = any(sign in place for sign in "*?[") and not system.exists(place)
        places = sorted(system.glob(place)) if is_pattern else [place]
        files = [one for place in places for one in _under(system, place, tally)]
        return files, bool(files) or any(map(system.exists, places))
    except Exception as error:  # every file system has its own
        raise StoreError(f"列不出 {text} 下的文件（{error or type(error).__name__}）") from error


def _under(system: Any, place: str, tally: Tally) -> Iterator[Found]:
    if not system.isdir(place):
        if system.exists(place):
            yield _found(system, place, system.info(place))
        return
    for _, folders, files in system.walk(place, detail=True):
        for name in [name for name in folders if is_hidden(name)]:
            del folders[name]
        for name, info in sorted(files.items()):
            if is_taken(name):
                yield _found(system, info["name"], info)
            elif name and not is_hidden(name):
                tally.skipped[suffix_of(name)] += 1


def _found(system: Any, place: str, info: dict[str, Any]) -> Found:
    url = system.unstrip_protocol(place)
    arrival = Arrival(url, shown(url.rpartition("/")[2]) or url, size=info.get("size"), modified=_modified(info))
    if suffix_of(arrival.name) in PACKED:
        return Found(Item(arrival, reason=NOT_PACKED))
    if (arrival.size or 0) > MOST_FILE_BYTES and suffix_of(arrival.name) not in ARCHIVES:
        return Found(Item(arrival, reason=TOO_LARGE))
    return Found(Item(arrival), url)


def _modified(info: dict[str, Any]) -> int | None:
    """Nanoseconds since 1970; None where the file system does not tell, so that the file is fetched to be known."""
    for name in _DATED:
        value = info.get(name)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            value = value.timestamp()
        if isinstance(value, int | float):
            return int(value * 1_000_000) * 1000
    return None


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the place in it. Raises StoreError."""
    import fsspec

    if _PASSWORD.match(url):
        raise StoreError("地址里不要写密码：来源会记入档案库。请按 fsspec 的说明放在各节点的环境变量或配置文件中")
    try:
        return fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(f"打不开 {url}（{error}）") from None
