"""The database: SQLite in WAL mode, where a commit is on disk when it returns.

    with open_database(folder, after_upgrade=seal_existing_chains) as database:
        with database.transaction() as connection:
            connection.execute(upsert(SPENDING, add=["amount"]), rows)

What is particular to SQLite stands in this module, so that another database can stand beside it. All of it blocks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Self, cast

from sqlalchemy import Integer, Label, PoolProxiedConnection, Table, UpdateBase, create_engine, event, literal_column
from sqlalchemy.dialects.sqlite import Insert, dialect, insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from service.database.errors import DatabaseFailed, DatabaseMoved, StorageUnusable
from service.database.files import WriterLock, exclusive, lock_slot
from service.database.migrate import SchemaTooNew, migrate, newest_version, schema_version

DATABASE = "records.sqlite3"
BUSY_MILLISECONDS = 2000  # how long a transaction waits for another process's; then it fails
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MILLISECONDS}", "secure_delete=ON")

LOG = "log"  # under which a connection remembers its write-ahead log

FileId = tuple[int, int]
"""Device and inode: which file it is, whatever its name."""

AfterUpgrade = Callable[[Connection, Path], None]
"""Runs in the transaction that changes the schema, with the data folder."""


class Database:
    """The database of a data folder, as it is. Nothing is read or written before it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / DATABASE
        self._log = folder / f"{DATABASE}-wal"
        self._opened: FileId | None = None
        self._kept: sqlite3.Connection | None = None
        self._peeking = Lock()
        self._writing: tuple[sqlite3.Connection, dict[str, Any]] | None = None  # with what it remembers
        self._engine = create_engine(f"sqlite:///{self.file}", hide_parameters=True)

        @event.listens_for(self._engine, "connect")
        def prepare(connection: Any, _: Any) -> None:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            self._opened = self._opened or file_id(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._peeking:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
        if self._writing is not None:
            self._writing[0].close()
            self._writing = None
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: when the block ends, all of it is on disk, schema changes too; where it raises, nothing is.

        Raises `DatabaseFailed`, also where the file was removed, moved or replaced (`DatabaseMoved`).
        """
        with _driver_errors(), self._engine.begin() as connection:
            _driver(connection.connection).execute("BEGIN IMMEDIATE")
            self._check_log(connection.info)
            yield connection
            self._check_log(connection.info)
            info = connection.info
        self._check_committed(info)

    @contextmanager
    def driver_transaction(self) -> Iterator[sqlite3.Connection]:
        """The same by the driver alone, on a connection that is kept: for one thread that writes many times a second.

        SQLAlchemy takes a third of the CPU time of a commit.
        """
        with _driver_errors():
            connection, info = self._writing = self._writing or (self._connect(), {})
            try:
                connection.execute("BEGIN IMMEDIATE")
                self._check_log(info)
                yield connection
                self._check_log(info)
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
        self._check_committed(info)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Read the database as it is at one moment, whatever is written meanwhile; raises `DatabaseFailed`."""
        with _driver_errors(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            try:
                connection.exec_driver_sql("BEGIN")
                self._check_file()
                yield connection
            finally:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA query_only=OFF")  # it goes back to the pool

    def peek(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        """The rows of a `SELECT`, by the driver alone and on a connection that is kept; raises `DatabaseFailed`.

        It is for what is looked at several times a second: a `snapshot` takes a hundred times as long.
        """
        with _driver_errors(), self._peeking:
            if self._kept is None:
                self._kept = self._connect()
                self._kept.execute("PRAGMA query_only=ON")
            self._check_file()
            return self._kept.execute(statement, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        """A connection that is not the pool's."""
        connection = self._engine.raw_connection()
        driver = _driver(connection)
        connection.detach()
        driver.isolation_level = None  # it begins nothing by itself
        return driver

    def upgrade(self, after_upgrade: AfterUpgrade) -> tuple[str, str]:
        """Bring the schema up to the newest version, one process at a time; raises `StorageUnusable`.

        Returns the version before ("none" for an empty database) and the one after.
        """
        try:
            with exclusive(self.folder, "schema"):
                # Before SQLite opens it, as it gives its log the same mode.
                self.file.touch(mode=0o600)
                self.file.chmod(0o600)
                before = self.version()
                if before != newest_version():
                    with self.transaction() as connection:
                        migrate(connection)
                        after_upgrade(connection, self.folder)
        except SchemaTooNew:
            raise StorageUnusable(self.folder, "its records are of a newer version of Situguard") from None
        except DatabaseFailed as error:
            raise StorageUnusable(self.folder, f"the database cannot be opened ({error.kind})") from None
        except OSError as error:
            raise StorageUnusable(self.folder, error.strerror or "cannot be written") from None
        return before or "none", newest_version()

    def version(self) -> str | None:
        """The schema's version; None for an empty database. Raises `DatabaseFailed`."""
        with _driver_errors(), self._engine.connect() as connection:
            return schema_version(connection)

    def lock_writer(self) -> WriterLock:
        """A name to write under that no other process uses; raises `StorageUnusable`."""
        return lock_slot(self.folder, "writer")

    def copy_to(self, folder: Path) -> None:
        """Copy it, as it is at one moment, to a new file in another folder. Raises `OSError` and `DatabaseFailed`.

        In WAL mode writers neither wait for the copy nor get into it.
        """
        target = folder / DATABASE
        target.touch(mode=0o600)
        with _driver_errors(), closing(sqlite3.connect(self.file)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)

    def _check_file(self) -> None:
        """Raise `DatabaseMoved` unless the file under the path is the one that was opened first."""
        if self._opened is None or file_id(self.file) != self._opened:
            raise DatabaseMoved(self.file)

    def _check_log(self, info: dict[Any, Any]) -> None:
        """The same for the file and for its write-ahead log, which stays as long as a connection is open."""
        self._check_file()
        here = file_id(self._log)
        if here is None or info.setdefault(LOG, here) != here:
            raise DatabaseMoved(self._log)

    def _check_committed(self, info: dict[Any, Any]) -> None:
        """The same after a commit: had it moved meanwhile, nobody would know whether what was written is on disk."""
        if file_id(self._log) != info[LOG]:
            raise DatabaseMoved(self.file)
        self._check_file()

    def damage(self) -> str | None:
        """What SQLite finds wrong with the file itself; None if it is sound. Raises `DatabaseFailed`."""
        with self.snapshot() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        return None if found == "ok" else str(found)


def open_database(folder: Path, after_upgrade: AfterUpgrade) -> Database:
    """A folder's database at the newest schema, both made on first use; raises `StorageUnusable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageUnusable(folder, error.strerror or "cannot be written") from None
    if folder.stat().st_mode & 0o002:
        raise StorageUnusable(folder, "everyone on this machine can write here; run chmod o-w on it")
    database = Database(folder)
    try:
        database.upgrade(after_upgrade)
    except BaseException:
        database.close()
        raise
    return database


def existing_database(folder: Path) -> Database:
    """A folder's database at whatever schema it has; raises `StorageUnusable` where there is none."""
    database = Database(folder)
    if not database.file.is_file():
        raise StorageUnusable(folder, "there are no records here: no proxy has served from this folder")
    return database


def upsert(table: Table, *, replace: Collection[str] = (), add: Collection[str] = ()) -> Insert:
    """Insert a row, or where its primary key is there already, replace these columns and add to those."""
    statement = insert(table)
    replaced = {name: statement.excluded[name] for name in replace}
    added = {name: table.c[name] + statement.excluded[name] for name in add}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_={**replaced, **added})


def insertion_order(table: Table) -> Label[int]:
    """A column `row` that grows with each insert into a table from which nothing is deleted."""
    return literal_column(f"{table.name}.rowid", Integer).label("row")


class Prepared:
    """A statement that is compiled once and run by the driver alone, which takes a fifth of the time.

    Its parameters, and the values for them, are known by their columns' names.
    """

    def __init__(self, statement: UpdateBase) -> None:
        self._text = str(statement.compile(dialect=dialect(paramstyle="named")))

    def run(self, connection: sqlite3.Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row, in the caller's transaction. Returns how many rows of the table it changed."""
        return connection.executemany(self._text, rows).rowcount


def file_id(file: Path) -> FileId | None:
    """Which file lies under a path; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _driver(pooled: PoolProxiedConnection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, pooled.driver_connection)


@contextmanager
def _driver_errors() -> Iterator[None]:
    """Errors of SQLAlchemy and of the driver, as ours."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise DatabaseFailed(error) from error
