"""A desk over a store with one report whose texts are hostile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.pages import install
from api.service import Settings, make_app
from api.store import Store, add_original, make_key, open_store, paragraphs_of, prepare, report_ids, save_prepared
from extractor.document import Cell, Document, Heading, Paragraph, Table
from extractor.result import Value
from tests.api.store.loaded import result_for
from tests.extractor.output.sample import sample

EVIL = "<script>alert(1)</script>"
HTML = {"Accept": "text/html"}
BASE = "http://127.0.0.1"


def document() -> Document:
    """What the sample result could have been read from, as far as it matters: block 20 and the first row of block 118."""
    blocks: list[Paragraph | Table] = [Paragraph("") for _ in range(119)]
    blocks[0] = Heading(f"一、概况{EVIL}", level=1, number="一、", title=f"概况{EVIL}")
    blocks[20] = Paragraph("支出882.64万元，执行率91.66%。")
    rows = [[Cell(f"{EVIL}", 0, 0), Cell("分值", 0, 1), Cell("得分", 0, 2)]]
    rows += [[Cell(name, at, 0), Cell("14", at, 1), Cell("12", at, 2)] for at, name in enumerate("甲乙丙丁", 1)]
    rows += [[Cell("合计", 5, 0), Cell("100.00", 5, 1), Cell("88.07", 5, 2)]]
    blocks[118] = Table(rows, caption=f"得分表{EVIL}", header=1)
    return Document("docx", list(blocks))


def fill(store: Store, folder: Path) -> int:
    path = folder / "报告.txt"
    path.write_text("报告", encoding="utf-8")
    sha256 = add_original(store, path, name=f"{EVIL}.docx").sha256
    meta = sample().meta.model_copy(update={"title": Value(value=f"绿道项目{EVIL}评价报告")})
    result = result_for(sha256, meta=meta)
    result.source.format = "docx"
    save_prepared(store, [prepare(result, paragraphs_of(document()), document())])
    return report_ids(store, sha256)[0]


@pytest.fixture(scope="session")
def filled(made_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the report, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(made_file, folder / "archive.db")
    opened = open_store(str(folder / "archive.db"))
    fill(opened, folder)
    opened.close()
    return folder


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    opened = open_store(str(tmp_path / "archive.db"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def reader(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """For tests that only read, so that they can share it."""
    folder = shutil.copytree(filled, tmp_path_factory.mktemp("archive"), dirs_exist_ok=True)
    kept = open_store(str(folder / "archive.db"))
    with TestClient(install(make_app(kept)), BASE, headers=HTML, follow_redirects=False) as opened:
        yield opened
    kept.close()


@pytest.fixture
def desk(store: Store, lent: None) -> Iterator[TestClient]:
    """Local, without any key."""
    with TestClient(install(make_app(store)), BASE, headers=HTML, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def keyed(store: Store) -> Iterator[TestClient]:
    """Beyond this machine: nobody is signed in yet."""
    with TestClient(
        install(make_app(store, Settings(local=False))), "http://archive.example", headers=HTML, follow_redirects=False
    ) as opened:
        yield opened


@pytest.fixture
def secret(store: Store) -> str:
    return make_key(store, "审计一处", ["read", "review"], None)[1]


@pytest.fixture
def reading_secret(store: Store) -> str:
    return make_key(store, "只读", ["read"], None)[1]
