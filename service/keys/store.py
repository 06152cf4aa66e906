"""Keys on disk: created, read, revoked. It blocks. Values are bound parameters: no client's text is in a statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Row, Table, Text, func, select

from agents.models.base import JsonObject
from service.database.engine import Database, upsert
from service.database.errors import DatabaseFailed
from service.keys.errors import KeysUnavailable, KeyUnknown
from service.keys.key import ClientKey, KeyLimits
from service.keys.token import Token, admin_token, client_token

# The schema is made by the migrations.
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


@dataclass(frozen=True)
class KnownKeys:
    """All keys at one moment. `admins` are the digests of valid admin keys by id, `spent` this month's sum by key.

    `rows` are those that it was read from; empty where they are not known.
    """

    clients: Mapping[str, ClientKey]
    admins: Mapping[str, bytes]
    spent: Mapping[str, float]
    rows: Sequence[Sequence[Any]] = field(default=(), repr=False)


@dataclass(frozen=True)
class AdminKey:
    """An administrator's key as it is listed."""

    id: str
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def shown(self) -> JsonObject:
        """As administrators see it."""
        return {"id": self.id, "object": "admin_key", "created_at": self.created_at, "revoked_at": self.revoked_at}


class KeyStore:
    """The tables of keys in an open database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, environment: str, limits: KeyLimits) -> tuple[ClientKey, Token]:
        """A new key, and the token that nobody can read again."""
        token = client_token(environment)
        key = ClientKey(token.id, name, environment, token.digest, limits, datetime.now(UTC))
        values = {
            "id": key.id,
            "name": key.name,
            "environment": key.environment,
            "digest": key.digest,
            "created_at": _text(key.created_at),
            "revoked_at": None,
            **_limit_columns(limits),
        }
        with self._database.transaction() as connection:
            connection.execute(CLIENT_KEYS.insert().values(values))
        return key, token

    def create_admin(self) -> Token:
        """A new administrator's token."""
        token = admin_token()
        values = {"id": token.id, "digest": token.digest, "created_at": _text(datetime.now(UTC))}
        with self._database.transaction() as connection:
            connection.execute(ADMIN_KEYS.insert().values(values))
        return token

    def limit(self, id: str, change: Callable[[KeyLimits], KeyLimits]) -> ClientKey:  # noqa: A002 the field's own name
        """Change what a key may do, and return it as it is then; raises `KeyUnknown`."""
        this_key = CLIENT_KEYS.c.id == id
        with self._database.transaction() as connection:
            row = connection.execute(select(CLIENT_KEYS).where(this_key)).one_or_none()
            if row is None:
                raise KeyUnknown(id)
            key = _client_key(row)
            changed = replace(key, limits=change(key.limits))
            connection.execute(CLIENT_KEYS.update().where(this_key).values(_limit_columns(changed.limits)))
        return changed

    def revoke(self, id: str) -> None:  # noqa: A002 the field's own name
        """End a client's key; raises `KeyUnknown`. One that has ended keeps its first moment."""
        self._revoke(CLIENT_KEYS, id)

    def revoke_admin(self, id: str) -> None:  # noqa: A002 the field's own name
        """End an administrator's key; raises `KeyUnknown`."""
        self._revoke(ADMIN_KEYS, id)

    def read(
        self, month: str, *, adding: Mapping[str, float] | None = None, known: KnownKeys | None = None
    ) -> KnownKeys:
        """All keys, after `adding` to what they have spent, in one transaction; raises `KeysUnavailable`.

        Where nothing has changed it is what was `known` before, which takes a small part of the time.
        """
        charges = [{"key": key, "month": month, "amount": amount} for key, amount in (adding or {}).items()]
        try:
            rows = [] if charges else self._rows(month)
            if known is not None and rows and rows == known.rows:
                return known
            with self._database.transaction() if charges else self._database.snapshot() as connection:
                if charges:
                    connection.execute(upsert(SPENDING, add=["amount"]), charges)
                clients = connection.execute(select(CLIENT_KEYS).order_by(CLIENT_KEYS.c.created_at)).all()
                admins = connection.execute(select(ADMIN_KEYS).where(ADMIN_KEYS.c.revoked_at.is_(None))).all()
                spent = connection.execute(select(SPENDING).where(SPENDING.c.month == month)).all()
        except DatabaseFailed as error:
            raise KeysUnavailable(str(error)) from None
        return KnownKeys(
            {row.id: _client_key(row) for row in clients},
            {row.id: row.digest for row in admins},
            {row.key: row.amount for row in spent},
            rows,
        )

    def _rows(self, month: str) -> list[list[tuple[Any, ...]]]:
        peek = self._database.peek
        spent = peek("SELECT * FROM spending WHERE month = ?", month)
        return [peek("SELECT * FROM client_keys"), peek("SELECT * FROM admin_keys"), spent]

    def administrators(self) -> list[AdminKey]:
        """All administrators' keys, those that have ended too, the oldest first; raises `DatabaseFailed`."""
        with self._database.snapshot() as connection:
            rows = connection.execute(select(ADMIN_KEYS).order_by(ADMIN_KEYS.c.created_at)).all()
        return [AdminKey(row.id, datetime.fromisoformat(row.created_at), _moment(row.revoked_at)) for row in rows]

    def _revoke(self, table: Table, id: str) -> None:  # noqa: A002 the field's own name
        first = func.coalesce(table.c.revoked_at, _text(datetime.now(UTC)))
        with self._database.transaction() as connection:
            changed = connection.execute(table.update().where(table.c.id == id).values(revoked_at=first))
        if not changed.rowcount:
            raise KeyUnknown(id)


def this_month() -> str:
    """As the table of spending names it."""
    return datetime.now(UTC).strftime("%Y-%m")


def _limit_columns(limits: KeyLimits) -> dict[str, Any]:
    return {
        "deployments": json.dumps(sorted(limits.deployments)),
        "requests_per_minute": limits.requests_per_minute,
        "pictures_per_minute": limits.pictures_per_minute,
        "spend_per_month": limits.spend_per_month,
        "expires_at": _text(limits.expires_at),
    }


def _client_key(row: Row[Any]) -> ClientKey:
    limits = KeyLimits(
        frozenset(json.loads(row.deployments)),
        row.requests_per_minute,
        row.pictures_per_minute,
        row.spend_per_month,
        _moment(row.expires_at),
    )
    created = datetime.fromisoformat(row.created_at)
    return ClientKey(row.id, row.name, row.environment, row.digest, limits, created, _moment(row.revoked_at))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
