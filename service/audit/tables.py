"""The tables of the audit log, and how rows are added. The schema itself is made by the migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

from service.audit.chain import SealedRecord
from service.audit.record import now
from service.database.engine import Prepared, upsert

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
HEADS = Table(
    "heads",
    METADATA,
    Column("writer", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),  # of the writer's last record
    Column("mac", LargeBinary, nullable=False),  # of that record
    Column("seal", LargeBinary, nullable=False),  # by the install's key, over all of this
)
APPEND = Prepared(RECORDS.insert())
PROBE = Table("probe", METADATA, Column("writer", Text, primary_key=True), Column("at", Text, nullable=False))
PROBE_AGAIN = Prepared(upsert(PROBE, replace=["at"]))


def append(connection: sqlite3.Connection, writer: str, records: Iterable[SealedRecord]) -> None:
    """Add records to a writer's chain, in the caller's transaction."""
    rows = [
        {
            "writer": writer,
            "sequence": sealed.head.sequence,
            "kind": sealed.record.kind,
            "id": sealed.record.id,
            "at": sealed.record.at,
            "body": sealed.body,
            "digest": sealed.digest,
            "mac": sealed.head.mac,
        }
        for sealed in records
    ]
    APPEND.run(connection, rows)


def probe(connection: sqlite3.Connection, writer: str) -> None:
    """Write a row that means nothing, to see whether writing works."""
    PROBE_AGAIN.run(connection, [{"writer": writer, "at": now()}])
