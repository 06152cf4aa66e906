"""The tables of keys, in the database of the records; the schema is made by the migrations."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()
CLIENT_KEYS = Table(
    "client_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("deployments", Text, nullable=False),  # a JSON list
    Column("requests_per_minute", Integer),
    Column("pictures_per_minute", Integer),
    Column("spend_per_month", Float),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
)
ADMIN_KEYS = Table(
    "admin_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
)
SPENDING = Table(
    "spending",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("month", Text, primary_key=True),  # as in 2026-11, UTC
    Column("amount", Float, nullable=False),
)
