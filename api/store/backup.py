"""A store as a folder of plain files, readable without this program and restorable into either database:

manifest.json            revision, number of rows and SHA-256 of every table's file; written last
tables/NAME.jsonl.gz     a row a line; bytes as {"base64": …}
originals/ab/abcd…       the originals
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from api.store import blobs
from api.store.connection import Store, known_revisions, open_at, upgrade_engine
from api.store.errors import StoreError

MANIFEST, TABLES, ORIGINALS = "manifest.json", "tables", "originals"
_NOT_KEPT = {"alembic_version", "settings"}  # the restored store has its own
_BATCH = 500
_FORM = 1  # of the folder


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the tables' revision, and the rows and the file's SHA-256 of each table."""

    revision: str
    rows: dict[str, int]
    hashes: dict[str, str]

    @property
    def originals(self) -> int:
        return self.rows["originals"]

    @property
    def reports(self) -> int:
        return self.rows["reports"]


def backup(store: Store, folder: Path) -> Contents:
    """Writes the store as it is at one moment into a new folder; others may go on writing meanwhile. Raises StoreError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} 已存在，备份要写入新的文件夹")
    (folder / TABLES).mkdir(parents=True)
    rows: dict[str, int] = {}
    with store.reading() as connection:
        schema = _reflected(connection)
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        for table in schema:
            rows[table.name] = _dump(connection, table, _file(folder, table.name))
        hashes = list(connection.execute(text("SELECT sha256 FROM originals ORDER BY sha256")).scalars())
    for sha256 in hashes:
        target = folder / ORIGINALS / blobs.place_of(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            stream.writelines(blobs.read(store.blobs, sha256))
    contents = Contents(version, rows, {name: blobs.digest(_file(folder, name)) for name in rows})
    told = {"form": _FORM, "revision": version, "rows": rows, "sha256": contents.hashes}
    # Last: what has no manifest is no backup.
    (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return contents


def restore(folder: Path, url: str | None = None, originals: str | None = None) -> Contents:
    """Fills an empty store from a backup, verified while it is read, and brings it to this program's version. All rows
    come in one transaction: interrupted, it can be started again. Raises StoreError."""
    contents = _contents(folder)
    store = open_at(url, originals, contents.revision)
    try:
        with store.writing() as connection:
            schema = _reflected(connection)
            filled = [table.name for table in schema if connection.execute(select(table).limit(1)).first()]
            if filled:
                raise StoreError("只能恢复到空的档案库，这个档案库里已有内容")
            for table in schema:
                _load(connection, table, _file(folder, table.name), contents.rows.get(table.name, 0))
                _number_on(connection, table)
            hashes = connection.execute(text("SELECT sha256 FROM originals")).scalars()
            for sha256 in hashes:
                path = folder / ORIGINALS / blobs.place_of(sha256)
                if not path.exists():
                    raise StoreError(f"备份中缺少原件 {sha256}")
                blobs.put(store.blobs, path, sha256)
        upgrade_engine(store.engine)
    finally:
        store.close()
    return contents


def _contents(folder: Path) -> Contents:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise StoreError(f"{folder} 不是完整的备份（缺少 {MANIFEST}）") from None
    contents = Contents(told["revision"], told["rows"], told["sha256"])
    if told["form"] != _FORM or contents.revision not in known_revisions():
        raise StoreError("备份由更新版本的程序写成，请升级本程序")
    for name, sha256 in contents.hashes.items():
        path = _file(folder, name)
        if not path.exists() or blobs.digest(path) != sha256:
            raise StoreError(f"备份已损坏：{path.name}")
    return contents


def _file(folder: Path, table: str) -> Path:
    return folder / TABLES / f"{table}.jsonl.gz"


def _reflected(connection: Connection) -> list[Table]:
    """The tables as this database has them, which may be older than the program; those referred to first."""
    schema = MetaData()
    schema.reflect(connection)
    return [table for table in schema.sorted_tables if table.name not in _NOT_KEPT]


def _dump(connection: Connection, table: Table, path: Path) -> int:
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", newline="\n") as stream:
        ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
        for row in connection.execute(ordered).mappings():
            stream.write(json.dumps(dict(row), ensure_ascii=False, default=_encoded) + "\n")
            count += 1
    return count


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, (bytes, memoryview)):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"no form in a backup for {type(value)}")


def _load(connection: Connection, table: Table, path: Path, count: int) -> None:
    binary = [column.name for column in table.columns if column.type.python_type is bytes]
    loaded = 0
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for rows in _batches(stream):
            for row in rows:
                row.update({name: base64.b64decode(row[name]["base64"]) for name in binary if row[name] is not None})
            connection.execute(insert(table), rows)
            loaded += len(rows)
    if loaded != count:
        raise StoreError(f"备份已损坏：{path.name} 应有 {count} 行，实有 {loaded} 行")


def _batches(stream: IO[str]) -> Iterator[list[dict[str, Any]]]:
    lines = map(json.loads, stream)
    while batch := list(islice(lines, _BATCH)):
        yield batch


def _number_on(connection: Connection, table: Table) -> None:
    """PostgreSQL goes on numbering where the restored rows end; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        last = connection.execute(select(func.max(column))).scalar() if sequence else None
        if last is not None:
            connection.execute(select(func.setval(sequence, last)))
