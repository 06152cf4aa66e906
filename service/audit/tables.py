"""The tables of records, of the ends of their chains, and of the probe; the schema is made by the migrations."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

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
    Column("mac", LargeBinary, nullable=False),  # that record's
    Column("seal", LargeBinary, nullable=False),  # by the install's key, over all of this
)
PROBE = Table("probe", METADATA, Column("writer", Text, primary_key=True), Column("at", Text, nullable=False))
