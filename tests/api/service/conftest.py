"""Services over a store with a few reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.service import Settings, make_app
from api.store import Store, make_key
from tests.api.store.loaded import file, load, titled

BASE = "http://127.0.0.1"


def fill(store: Store, folder: Path) -> Store:
    """Three reports: 1 and 2 alike but for title and year, 3 without scores or findings."""
    load(store, file(folder, "样本.txt", "核数"))
    load(store, file(folder, "b.txt"), **titled("2020年度河口县道路养护项目绩效评价报告", 2020))
    load(store, file(folder, "c.txt"), ["一段别的文字。"], findings=[], checks=[], **titled("丙", 2019))
    return store


@pytest.fixture(scope="module")
def archive(shared_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """For tests that only read, so that they can share it."""
    return fill(shared_store, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def reader(archive: Store) -> Iterator[TestClient]:
    """Of the shared store, local and without any key."""
    with TestClient(make_app(archive), BASE) as opened:
        yield opened


@pytest.fixture
def loaded(store: Store, tmp_path: Path) -> Store:
    return fill(store, tmp_path)


@pytest.fixture
def client(loaded: Store) -> Iterator[TestClient]:
    """Local, without any key."""
    with TestClient(make_app(loaded), BASE) as opened:
        yield opened


@pytest.fixture
def keyed(loaded: Store) -> Iterator[TestClient]:
    """With a key that may all but administrate, over a service that listens beyond this machine."""
    _, secret = make_key(loaded, "审计一处", ["read", "upload", "review"], None)
    bearer = {"Authorization": f"Bearer {secret}"}
    with TestClient(make_app(loaded, Settings(local=False)), "http://archive.example", headers=bearer) as opened:
        yield opened
