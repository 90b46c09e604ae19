"""Opening a store: its database, the folder of its originals, its migrations."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from api.store import index, tables
from api.store.blobs import Blobs, open_blobs
from api.store.errors import StoreError

DATABASE, ORIGINALS = "HESHU_STORE", "HESHU_ORIGINALS"  # environment variables
BUSY_SECONDS = 30  # how long a writer of SQLite waits for another
MAPPED_BYTES = 2**31  # of SQLite's file read without copying: a third less time for a search over thousands of reports
IDLE_SECONDS = 5  # a connection to PostgreSQL that was not used for longer is tried before it is used
PREPARED = 500  # statements that such a connection keeps
_WRITING, _USED = "heshu_writing", "heshu_used"
_HELD: ContextVar[Connection | None] = ContextVar("heshu_reading", default=None)
_UPGRADE_LOCK = 0x68657368  # PostgreSQL: one process upgrades, the others wait
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Store:
    """An open archive. Hold no transaction longer than one operation: SQLite has one writer at a time."""

    engine: Engine
    blobs: Blobs

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database, whatever others write meanwhile; the same one inside of itself."""
        held = _HELD.get()
        if held is not None and held.engine is _reader(self.engine):
            yield held
            return
        with _reader(self.engine).begin() as connection:
            token = _HELD.set(connection)
            try:
                yield connection
            finally:
                _HELD.reset(token)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """For a look-up of which each statement may see what was written before it: without a transaction PostgreSQL is
        asked once where it is asked three times for `reading`. Inside of that, the same view."""
        held = _HELD.get()
        if held is not None and held.engine is _reader(self.engine):
            yield held
            return
        with _looker(self.engine).begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or leaves nothing behind."""
        with _writer(self.engine).begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str | None = None, originals: str | None = None, mapped: bool = True) -> Store:
    """The store at `url`: a file (SQLite) or a database URL; by default that of HESHU_STORE, else one in the user's data
    folder. An empty database gets its tables.

    `originals` is the folder or fsspec URL of the original files, fixed when the store is made; by default that of
    HESHU_ORIGINALS, else a folder beside the SQLite file. Without `mapped` an SQLite file is not mapped into memory, as
    which it would be counted while it grows. Raises StoreError.
    """
    return open_at(url, originals, newest_revision(), mapped)


def open_beside(address: URL, blobs: Blobs) -> Store:
    """The store that another process has open, at its engine's address."""
    return Store(_engine(address), blobs)


def open_as_is(url: str | None = None, originals: str | None = None) -> Store:
    """As `open_store`, but an older program's store too, for what works on tables of any version: backing it up before it
    is upgraded."""
    return open_at(url, originals, None)


def open_at(url: str | None, originals: str | None, target: str | None, mapped: bool = True) -> Store:
    """As `open_store`, with the tables of the revision `target`, or with those that it has; raises StoreError where it has
    others."""
    address = _address(url)
    engine = _engine(address, mapped)
    try:
        found = revision(engine)
        if found is None:
            upgrade_engine(engine, target or "head")
            found = revision(engine)
        _refuse_newer(found)
        if target is not None and found != target:
            raise StoreError("数据库的版本不对，请先备份，再运行 heshu store upgrade")
        return Store(engine, open_blobs(_originals_place(engine, address, originals or os.environ.get(ORIGINALS))))
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(f"打不开数据库：{error.orig}") from error
    except StoreError:
        engine.dispose()
        raise


def insert_missing(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Inserts a row unless its key is there; whether it did."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(dict(row)).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None


def upgrade(url: str | None = None) -> tuple[str | None, str]:
    """Brings the store's tables to this program's version; the revisions before and after."""
    engine = _engine(_address(url))
    try:
        before = revision(engine)
        upgrade_engine(engine)
        return before, revision(engine) or ""
    except DBAPIError as error:
        raise StoreError(f"打不开数据库：{error.orig}") from error
    finally:
        engine.dispose()


def revision(engine: Engine) -> str | None:
    """The revision of the tables, None in an empty database."""
    from alembic.runtime.migration import MigrationContext

    with engine.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this program needs."""
    return _revisions()[0]


def known_revisions() -> frozenset[str]:
    return frozenset(_revisions())


@cache  # to read the migrations takes longer than the rest of opening a store
def _revisions() -> tuple[str, ...]:
    """The revisions of this program, newest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions())


def _alembic() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def upgrade_engine(engine: Engine, target: str = "head") -> None:
    """Brings the tables to a revision, all of it or nothing."""
    from alembic import command

    _refuse_newer(revision(engine))
    with _writer(engine).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, target)
    if target in ("head", newest_revision()):
        index.complete(lambda: _writer(engine).begin())


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known_revisions():
        raise StoreError(f"数据库由更新版本的程序建立（{found}），请升级本程序")


def _originals_place(engine: Engine, address: URL, wanted: str | None) -> str:
    """Where the store keeps its originals: as it was first told. `originals` alone is a folder beside the database."""
    beside = _beside(address)
    wanted = None if wanted is None or _plain(wanted) == beside else _plain(wanted)
    query = select(tables.settings.c.value).where(tables.settings.c.name == "originals")
    with engine.begin() as connection:
        kept = connection.execute(query).scalar()
    if kept is None:
        value = wanted or ("" if address.get_backend_name() == "sqlite" else beside)
        with _writer(engine).begin() as connection:
            insert_missing(connection, tables.settings, {"name": "originals", "value": value})
            kept = connection.execute(query).scalar()
    place = kept or beside
    if wanted and place != wanted:
        raise StoreError(f"这个档案库的原件保存在 {place}，不能改用 {wanted}")
    return place


def _plain(place: str) -> str:
    return place if "://" in place else str(Path(place).expanduser().resolve())


def _beside(address: URL) -> str:
    database = address.database if address.get_backend_name() == "sqlite" else None
    folder = Path(database).parent if database else _data_folder()
    return str(folder.resolve() / "originals")


def _data_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "heshu"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "heshu"


def _address(url: str | None) -> URL:
    url = url or os.environ.get(DATABASE) or str(_data_folder() / "archive.db")
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser().resolve()))
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(f"不是数据库地址：{url}") from None
    if address.drivername in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _engine(address: URL, mapped: bool = True) -> Engine:
    kind = address.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise StoreError(f"不支持的数据库 {kind}，可用 SQLite 文件或 postgresql://")
    if kind == "sqlite":
        if not address.database or address.database == ":memory:":
            raise StoreError("SQLite 档案库要放在文件里，请给出文件路径")
        try:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"建不了文件夹 {Path(address.database).parent}（{error.strerror}）") from None
    try:
        engine = create_engine(address)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(f"缺少数据库驱动（{error}），请先安装：pip install 'heshu[archive]'") from None
    if kind == "sqlite":
        event.listen(engine, "connect", partial(_prepare_sqlite, MAPPED_BYTES if mapped else 0))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgres)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _refuse_dead)
    return engine


# Each made once: it costs as much as a small look-up.
@cache
def _reader(engine: Engine) -> Engine:
    is_postgres = engine.dialect.name == "postgresql"
    return engine.execution_options(isolation_level="REPEATABLE READ") if is_postgres else engine  # SQLite's own


@cache
def _looker(engine: Engine) -> Engine:
    is_postgres = engine.dialect.name == "postgresql"
    return engine.execution_options(isolation_level="AUTOCOMMIT") if is_postgres else engine


@cache
def _writer(engine: Engine) -> Engine:
    return engine.execution_options(**{_WRITING: True})


def _prepare_sqlite(mapped: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions by itself, and not before every statement
    pragmas = (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"mmap_size={mapped}",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: object) -> None:
    # Statements are few, long and repeated: making a plan takes longer than carrying it out.
    connection.prepare_threshold, connection.prepared_max = 2, PREPARED
    connection.autocommit = True
    connection.execute("SET jit = off")  # it costs a look-up more than it gains
    # What it costs to unpack the index's arrays is not reckoned, so the table would be read instead.
    connection.execute("SET enable_seqscan = off")
    connection.autocommit = False


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _refuse_dead(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    # Asked each time, the server would be asked twice for a small look-up.
    if time.monotonic() - record.info.get(_USED, math.inf) < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.OperationalError as error:
        raise DisconnectionError from error


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer is refused at once where another wrote meanwhile; one that says so at first waits.
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
