"""The database: SQLite in WAL mode with full synchronisation, at the newest schema; and how records are added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from service.audit.chain import Sealed, load_key
from service.audit.chain_heads import adopt
from service.audit.errors import RecordsUnusable
from service.audit.tables import PROBE, RECORDS
from service.database.locks import alone
from service.database.migrate import migrate, newest, revision

DATABASE = "records.sqlite3"
BUSY_MILLISECONDS = 2000  # how long a commit waits for another process's; then the release fails


def open_database(folder: Path) -> Engine:
    """The engine over the folder's database, brought to the newest schema; raises `RecordsUnusable`."""
    engine = engine_over(folder)
    with ExitStack() as failing:
        failing.callback(engine.dispose)
        try:
            with alone(folder, "schema"):
                _upgrade(engine, folder)
        except CommandError:
            raise RecordsUnusable(folder, "its records are of a newer version of Situguard") from None
        except SQLAlchemyError as error:
            raise RecordsUnusable(folder, f"the database cannot be opened ({type(error).__name__})") from None
        failing.pop_all()
    (folder / DATABASE).chmod(0o600)
    return engine


def demand_records(folder: Path) -> None:
    """Raise `RecordsUnusable` where nothing was ever recorded."""
    if not (folder / DATABASE).is_file():
        raise RecordsUnusable(folder, "there are no records here")


def upgrade_database(folder: Path) -> tuple[str, str]:
    """Bring a folder's database to the newest schema; the version before and after. Raises `RecordsUnusable`."""
    demand_records(folder)
    engine = engine_over(folder)
    try:
        with engine.connect() as connection:
            before = revision(connection)
    except SQLAlchemyError as error:
        raise RecordsUnusable(folder, f"the database cannot be opened ({type(error).__name__})") from None
    finally:
        engine.dispose()
    open_database(folder).dispose()
    return before or "none", newest()


def engine_over(folder: Path) -> Engine:
    """The engine over the folder's database, as it is."""
    engine = create_engine(f"sqlite:///{folder / DATABASE}", hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes from its first statement on: all of it is there in the end, schema changes too."""
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def _upgrade(engine: Engine, folder: Path) -> None:
    with engine.connect() as connection:
        if revision(connection) == newest():
            return
    with transaction(engine) as connection:
        migrate(connection)
        adopt(connection, load_key(folder))


def _set_pragmas(connection: Any, _: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def append(connection: Connection, writer: str, sealed: Iterable[Sealed]) -> None:
    """Add rows, in the transaction of the caller."""
    rows = [
        {
            "writer": writer,
            "sequence": item.seal.sequence,
            "kind": item.record.kind,
            "id": item.record.id,
            "at": item.record.at,
            "body": item.body,
            "digest": item.digest,
            "mac": item.seal.mac,
        }
        for item in sealed
    ]
    connection.execute(RECORDS.insert(), rows)


def probe(connection: Connection, writer: str, at: str) -> None:
    """Write a row that means nothing, to see whether writing works."""
    connection.execute(PROBE.delete().where(PROBE.c.writer == writer))
    connection.execute(PROBE.insert().values(writer=writer, at=at))
