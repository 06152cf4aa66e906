"""The database: one table of records, SQLite in WAL mode with full synchronisation, schema by migration files."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, Text, create_engine, event, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from service.records.chain import ChainKey, Seal, Sealed
from service.records.errors import RecordsUnusable
from service.records.slot import alone

DATABASE = "records.sqlite3"
BUSY_MILLISECONDS = 2000  # how long a commit waits for another process's; then the release fails

METADATA = MetaData()
RECORDS = Table(
    "records",
    METADATA,
    Column("writer", Text, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)
PROBE = Table("probe", METADATA, Column("writer", Text, primary_key=True), Column("at", Text, nullable=False))


def open_database(folder: Path) -> Engine:
    """The engine over the folder's database, at the newest schema; raises `RecordsUnusable`."""
    engine = create_engine(f"sqlite:///{folder / DATABASE}", hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    try:
        with alone(folder, "schema"), engine.begin() as connection:
            _migrate(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise RecordsUnusable(folder, f"the database cannot be opened ({type(error).__name__})") from None
    (folder / DATABASE).chmod(0o600)
    return engine


def _set_pragmas(connection: Any, _: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("service") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def last_seal(engine: Engine, writer: str, key: ChainKey) -> Seal:
    """Where a writer's chain goes on."""
    query = (
        select(RECORDS.c.sequence, RECORDS.c.mac)
        .where(RECORDS.c.writer == writer)
        .order_by(RECORDS.c.sequence.desc())
        .limit(1)
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return key.opening(writer) if row is None else Seal(row.sequence, row.mac)


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
    if rows:
        connection.execute(RECORDS.insert(), rows)


def probe(connection: Connection, writer: str, at: str) -> None:
    """Write a row that means nothing, to see whether writing works."""
    connection.execute(PROBE.delete().where(PROBE.c.writer == writer))
    connection.execute(PROBE.insert().values(writer=writer, at=at))
