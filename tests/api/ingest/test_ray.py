"""Loading over a cluster: what it takes, and what becomes of it when workers and nodes die."""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import psutil
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from api.cli.ingest import ingest
from api.ingest import Loader, Pool, Tally, find, ray, spool, unpacked
from api.ingest.ray import Settings
from api.store import Store, StoreError, blobs, open_store, tables
from tests.api.ingest import runs
from tests.conftest import need

REPORT = "某市{name}项目绩效评价报告\n一、项目概况\n项目预算100万元，实际支出80万元。\n"
FEW, MANY = 4, 30

on_postgres = pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)


def write(folder: Path, count: int) -> Path:
    """Reports, and a file that is none."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.txt").write_text(REPORT.format(name=number), encoding="utf-8")
    (folder / "bad.pdf").write_bytes(b"PK\x03\x04")
    return folder


def begin(address: str, url: str, tmp_path: Path, *words: object) -> subprocess.Popen[str]:
    return runs.begin(url, tmp_path / "originals", "--ray", address, *words)


def check_run(process: subprocess.Popen[str], url: str, folder: Path, count: int, tmp_path: Path, pool: Pool) -> None:
    """That a run ends with its summary, and leaves what a run on one machine leaves."""
    told, errors = process.communicate()
    assert process.returncode == 2, errors
    summary = json.loads(told)
    states = {name: summary[name] for name in ("files", "loaded", "duplicate", "failed")}
    assert states == {"files": count + 1, "loaded": count, "duplicate": 0, "failed": 1}
    alone, beside = str(tmp_path / "alone" / "archive.db"), tmp_path / "alone" / "originals"
    store = open_store(alone, str(beside))
    with spool() as room:
        Loader(store, pool, room, print).load(unpacked(find([folder]), pool, room))
    store.close()
    assert runs.content(url, tmp_path / "originals") == runs.content(alone, beside)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one core each."""
    need("ray")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args=node)
    made.add_node(**node)
    yield made
    made.shutdown()


def wait_for(store: Store, count: int, process: subprocess.Popen[str]) -> None:
    """Until so many files have an outcome."""
    query = select(func.count()).where(tables.intake.c.state != "waiting")
    while process.poll() is None:
        with store.reading() as connection:
            if connection.execute(query).scalar_one() >= count:
                return
        time.sleep(0.02)
    raise AssertionError("over too early")


def workers(node: Any) -> list[psutil.Process]:
    """The processes of a node that read files at the moment."""
    (raylet,) = node.all_processes["raylet"]
    children = psutil.Process(raylet.process.pid).children()
    return [child for child in children if "read_batch" in " ".join(child.cmdline())]


@on_postgres
@pytest.mark.acceptance
def test_killed_workers_cost_nothing(cluster: Any, url: str, store: Store, tmp_path: Path, warm_pool: Pool) -> None:
    folder = write(tmp_path / "reports", MANY)
    killed = 0
    with begin(cluster.address, url, tmp_path, folder) as process:
        for count, node in enumerate(cluster.list_all_nodes(), 1):
            wait_for(store, 6 * count, process)
            for worker in workers(node):
                worker.kill()
                killed += 1
        check_run(process, url, folder, MANY, tmp_path, warm_pool)
    assert killed


@on_postgres
@pytest.mark.acceptance
def test_a_node_that_dies_costs_nothing(cluster: Any, url: str, store: Store, tmp_path: Path, warm_pool: Pool) -> None:
    folder = write(tmp_path / "reports", MANY)
    with begin(cluster.address, url, tmp_path, folder) as process:
        wait_for(store, 6, process)
        cluster.remove_node(cluster.list_all_nodes()[-1], allow_graceful=False)
        check_run(process, url, folder, MANY, tmp_path, warm_pool)


@on_postgres
def test_files_are_loaded_as_by_one_machine(url: str, tmp_path: Path, warm_pool: Pool) -> None:
    need("ray")
    folder = write(tmp_path / "reports", FEW)
    with begin("local", url, tmp_path, "--jobs", 1, folder) as process:
        check_run(process, url, folder, FEW, tmp_path, warm_pool)


@pytest.fixture
def bucket() -> Iterator[str]:
    """The URL of a place that is none on this disk."""
    system = fsspec.filesystem("memory")
    yield "memory://bucket"
    system.rm("/bucket", recursive=True)


def put(url: str, content: bytes) -> str:
    with fsspec.open(url, "wb") as stream:
        stream.write(content)
    return url


@pytest.fixture
def worker(store: Store, warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this process one that reads for a cluster."""
    monkeypatch.setattr(ray, "_worker", lambda settings: (store, warm_pool))


def load(found: list[ray.Found], **told: Any) -> tuple[dict[str, str], ray.Told]:
    """What became of files by source."""
    outcome = ray.do_task(found, Settings("", **told))
    return {entry.source: entry.state for entry in outcome.entries}, outcome


@pytest.mark.usefixtures("worker")
def test_urls_are_listed_and_loaded(bucket: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.txt", REPORT.format(name="内"))
        archive.writestr("readme.bin", b"")
    put(f"{bucket}/某市/a.txt", REPORT.format(name="甲").encode())
    for name, content in (("x.zip", packed.getvalue()), ("b.xlsx", b""), (".hidden/c.txt", b""), ("d.rar", b"")):
        put(f"{bucket}/{name}", content)
    tally = Tally()
    found, missing = ray.listed([bucket, f"{bucket}/*.zip", f"{bucket}/nowhere"], tally)
    assert (missing, tally.found, dict(tally.skipped)) == ([f"{bucket}/nowhere"], 3, {".xlsx": 1})
    states, told = load(found)
    assert states == {
        "memory:///bucket/某市/a.txt": "loaded",
        "memory:///bucket/x.zip!/inner.txt": "loaded",
        "memory:///bucket/d.rar": "failed",
    }
    assert (told.found, dict(told.skipped), told.fatal) == (0, {".bin": 1}, None)
    again, told = load(found)
    assert again == states
    assert all(entry.known for entry in told.entries)


@pytest.mark.usefixtures("worker")
def test_what_could_not_be_fetched_is_fetched_when_it_is_tried_again(store: Store, bucket: str) -> None:
    place = put(f"{bucket}/a.txt", REPORT.encode())
    found, _ = ray.listed([bucket], Tally())
    fsspec.filesystem("memory").rm("/bucket/a.txt")
    _, told = load(found)
    assert [(entry.state, entry.reason) for entry in told.entries] == [("failed", "文件不存在")]
    put(place, REPORT.encode())
    states, _ = load(ray.failed_before(store, Tally()), retry=True)
    assert states == {"memory:///bucket/a.txt": "loaded"}


def test_a_node_that_lacks_something_is_told_of(url: str, store: Store, tmp_path: Path) -> None:
    found, _ = ray.listed([str(write(tmp_path / "reports", 1))], Tally())
    for told, reason in (
        ({"version": "0.0"}, "应与本机一样是 0.0"),
        ({"marker": "/nowhere"}, "看不到存放原件的位置"),
        ({"seen": ("/nowhere.txt",)}, "上没有 /nowhere.txt"),
    ):
        with blobs.marked(store.blobs) as marker:
            outcome = ray.do_task(found, Settings(url, **{"marker": marker, **told}))
        assert reason in (outcome.fatal or "")
        assert outcome.entries == []


def test_urls_with_passwords_are_refused() -> None:
    with pytest.raises(StoreError, match="不要写密码"):
        ray.listed(["sftp://user:secret@host/reports"], Tally())
    assert "secret" not in repr(Settings("postgresql://user:secret@host", password="secret"))


def test_sqlite_is_for_one_machine(tmp_path: Path) -> None:
    need("ray")
    words = ["--store", str(tmp_path / "archive.db"), "--ray", "local", str(tmp_path)]
    result = CliRunner().invoke(ingest, words)
    assert (result.exit_code, "--ray 要用 PostgreSQL 档案库" in result.output) == (1, True)
