"""A store as a folder of plain files, readable without this program and restorable into either database:

manifest.json            revision, number of rows and SHA-256 of every table's file, last numbers given, originals that
                         were lost already; written last
tables/NAME.jsonl.gz     a row a line; bytes as {"base64": …}
originals/ab/abcd…       the originals
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from api.store import blobs, index
from api.store.connection import Store, known_revisions, open_at, upgrade_engine
from api.store.errors import StoreError
from api.store.originals import is_kept

MANIFEST, TABLES, ORIGINALS = "manifest.json", "tables", "originals"
# The restored store has its own, and an index of its own; who was signed in is asked for the key again.
_NOT_KEPT = {"alembic_version", "settings", "sessions"}
_BATCH = 500
_FORM = 1  # of the folder
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the tables' revision, the rows and the file's SHA-256 of each table, the last number that each
    gave to a row, which may be gone by now, and the hashes of originals that it does not hold since the store itself had
    lost or damaged them."""

    revision: str
    rows: dict[str, int]
    hashes: dict[str, str]
    numbers: dict[str, int]
    lost: tuple[str, ...] = ()

    @property
    def originals(self) -> int:
        return self.rows["originals"] - len(self.lost)

    @property
    def reports(self) -> int:
        return self.rows["reports"]


def backup(store: Store, folder: Path) -> Contents:
    """Writes the store as it is at one moment into a new folder; others may go on writing meanwhile.

    An original that the store has lost keeps nobody from backing up the rest: see `Contents.lost`. Raises StoreError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} 已存在，备份要写入新的文件夹")
    try:
        return _write(store, folder)
    except OSError as error:
        raise StoreError(f"备份没有完成（{error.strerror or error}）") from error


def _write(store: Store, folder: Path) -> Contents:
    (folder / TABLES).mkdir(parents=True)
    for _ in range(_ROUNDS):
        contents, hashes = _dump_tables(store, folder)
        fates = {sha256: _keep_original(store, sha256, folder) for sha256 in sorted(hashes)}
        if "deleted" not in fates.values():
            break
        # An original went after its rows were written: the rows are written anew, the files are there already.
    else:
        raise StoreError("备份期间不断有原件被删除，请稍后再试")
    for path in (folder / ORIGINALS).glob("*/*"):
        if path.name not in hashes:
            path.unlink()
    contents = replace(contents, lost=tuple(sha256 for sha256, fate in fates.items() if fate == "lost"))
    told = {
        "form": _FORM,
        "revision": contents.revision,
        "rows": contents.rows,
        "sha256": contents.hashes,
        "numbers": contents.numbers,
        "lost": contents.lost,
    }
    # Last: what has no manifest is no backup.
    (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return contents


def _dump_tables(store: Store, folder: Path) -> tuple[Contents, set[str]]:
    """Writes all rows; also tells the hashes of the originals that they are about."""
    rows: dict[str, int] = {}
    with store.reading() as connection:
        schema = _reflected(connection)
        version = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        for table in schema:
            rows[table.name] = _dump(connection, table, _file(folder, table.name))
        numbers = _numbers(connection, schema)
        hashes = set(connection.execute(text("SELECT sha256 FROM originals")).scalars())
    return Contents(version, rows, {name: blobs.digest(_file(folder, name)) for name in rows}, numbers), hashes


def _keep_original(store: Store, sha256: str, folder: Path) -> Literal["kept", "deleted", "lost"]:
    """Copies an original unless it is there. It can have been deleted meanwhile, or else be damaged or missing."""
    target = folder / ORIGINALS / blobs.place_of(sha256)
    if target.exists():
        return "kept"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        with partial.open("wb") as stream:
            stream.writelines(blobs.read(store.blobs, sha256))
        partial.rename(target)
    except StoreError:
        return "deleted" if _is_deleted(store, sha256) else "lost"
    finally:
        partial.unlink(missing_ok=True)
    return "kept"


def _is_deleted(store: Store, sha256: str) -> bool:
    """Waits for one who is just deleting it: the file goes a moment before the rows do."""
    with store.writing() as connection:
        return not is_kept(connection, sha256)


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
                _number_on(connection, table, contents.numbers.get(table.name, 0))
            hashes = set(connection.execute(text("SELECT sha256 FROM originals")).scalars())
            for sha256 in sorted(hashes.difference(contents.lost)):
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
    if told.get("form") != _FORM or told["revision"] not in known_revisions():
        raise StoreError("备份由更新版本的程序写成，请升级本程序")
    contents = Contents(told["revision"], told["rows"], told["sha256"], told["numbers"], tuple(told["lost"]))
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
    return [
        table for table in schema.sorted_tables if table.name not in _NOT_KEPT and not table.name.startswith(index.NAME)
    ]


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


def _numbers(connection: Connection, schema: Sequence[Table]) -> dict[str, int]:
    """The last number that each table gave to a row, where the database keeps it: no other row will get it, nor one
    before it."""
    if connection.dialect.name == "sqlite":
        return {
            str(name): int(last) for name, last in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        }
    last = {
        table.name: _last_of(connection, sequence) for table in schema if (sequence := _sequence(connection, table))
    }
    return {name: number for name, number in last.items() if number}


def _number_on(connection: Connection, table: Table, last: int) -> None:
    """The table goes on numbering after the number that was last given before the backup, or after its last row."""
    if connection.dialect.name == "sqlite":
        sql = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name}
        ).scalar()
        if last and "AUTOINCREMENT" in (sql or ""):
            known = {"name": table.name, "last": last}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), known)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), known)
        return
    if sequence := _sequence(connection, table):
        [key] = table.primary_key.columns
        last = max(last, connection.execute(select(func.max(key))).scalar() or 0)
        if last:
            connection.execute(select(func.setval(sequence, last)))


def _sequence(connection: Connection, table: Table) -> str | None:
    """The sequence that numbers a table of PostgreSQL."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1:
        return None
    return connection.execute(select(func.pg_get_serial_sequence(table.name, keys[0].name))).scalar()


def _last_of(connection: Connection, sequence: str) -> int:
    row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return int(row.last_value) if row.is_called else 0
