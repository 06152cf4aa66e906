"""Keys on disk: created, read, revoked. Blocking; bound parameters everywhere, no text of a client in any statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Table, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError

from service.database.engine import open_database
from service.keys.errors import KeysUnavailable, KeyUnknown
from service.keys.key import ClientKey, KeyLimits
from service.keys.tables import ADMIN_KEYS, CLIENT_KEYS, SPENDING
from service.keys.token import Token, admin_token, client_token


@dataclass(frozen=True)
class Snapshot:
    """All keys at one moment. `spent` is this month's sum of each, `admins` the digests of good admin keys by id."""

    clients: Mapping[str, ClientKey]
    admins: Mapping[str, bytes]
    spent: Mapping[str, float]


class KeyStore:
    """The tables of keys over an open database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def create(self, name: str, environment: str, limits: KeyLimits) -> tuple[ClientKey, Token]:
        """A new key, and the token that nobody can read again."""
        token = client_token(environment)
        key = ClientKey(token.id, name, environment, token.digest, limits, datetime.now(UTC))
        with self._engine.begin() as connection:
            connection.execute(CLIENT_KEYS.insert().values(_columns(key)))
        return key, token

    def create_admin(self) -> Token:
        """A new administrator's token."""
        token = admin_token()
        with self._engine.begin() as connection:
            connection.execute(
                ADMIN_KEYS.insert().values(id=token.id, digest=token.digest, created_at=_text(datetime.now(UTC)))
            )
        return token

    def limit(self, id: str, change: Callable[[KeyLimits], KeyLimits]) -> ClientKey:  # noqa: A002 the field's own name
        """Change what a key may do, and give it as it is then; raises `KeyUnknown`."""
        with self._engine.begin() as connection:
            row = connection.execute(select(CLIENT_KEYS).where(CLIENT_KEYS.c.id == id)).one_or_none()
            if row is None:
                raise KeyUnknown(id)
            key = _key(row)
            changed = replace(key, limits=change(key.limits))
            connection.execute(
                CLIENT_KEYS.update().where(CLIENT_KEYS.c.id == id).values(_limit_columns(changed.limits))
            )
        return changed

    def revoke(self, id: str) -> None:  # noqa: A002 the field's own name
        """End a client's key; raises `KeyUnknown`. One that has ended stays so."""
        self._revoke(CLIENT_KEYS, id)

    def revoke_admin(self, id: str) -> None:  # noqa: A002 the field's own name
        """End an administrator's key; raises `KeyUnknown`."""
        self._revoke(ADMIN_KEYS, id)

    def charge(self, sums: Mapping[str, float], month: str) -> None:
        """Add to what keys have spent; raises `KeysUnavailable`."""
        statement = insert(SPENDING)
        added = statement.on_conflict_do_update(
            index_elements=["key", "month"], set_={"amount": SPENDING.c.amount + statement.excluded.amount}
        )
        rows = [{"key": key, "month": month, "amount": amount} for key, amount in sums.items()]
        try:
            with self._engine.begin() as connection:
                connection.execute(added, rows)
        except SQLAlchemyError:
            raise KeysUnavailable from None

    def read(self, month: str) -> Snapshot:
        """Everything, in one transaction; raises `KeysUnavailable`."""
        try:
            with self._engine.begin() as connection:
                clients = [
                    _key(row) for row in connection.execute(select(CLIENT_KEYS).order_by(CLIENT_KEYS.c.created_at))
                ]
                admins = connection.execute(select(ADMIN_KEYS).where(ADMIN_KEYS.c.revoked_at.is_(None))).all()
                spent = connection.execute(select(SPENDING).where(SPENDING.c.month == month)).all()
        except SQLAlchemyError:
            raise KeysUnavailable from None
        return Snapshot(
            {key.id: key for key in clients},
            {row.id: row.digest for row in admins},
            {row.key: row.amount for row in spent},
        )

    def _revoke(self, table: Table, id: str) -> None:  # noqa: A002 the field's own name
        first = func.coalesce(table.c.revoked_at, _text(datetime.now(UTC)))
        with self._engine.begin() as connection:
            changed = connection.execute(table.update().where(table.c.id == id).values(revoked_at=first))
        if not changed.rowcount:
            raise KeyUnknown(id)


def open_keys(folder: Path) -> KeyStore:
    """The keys beside the records of a folder; raises `RecordsUnusable`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return KeyStore(open_database(folder))


def this_month() -> str:
    """As the table of spending names it."""
    return datetime.now(UTC).strftime("%Y-%m")


def _columns(key: ClientKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "environment": key.environment,
        "digest": key.digest,
        "created_at": _text(key.created_at),
        "revoked_at": _text(key.revoked_at),
        **_limit_columns(key.limits),
    }


def _limit_columns(limits: KeyLimits) -> dict[str, Any]:
    return {
        "deployments": json.dumps(sorted(limits.deployments)),
        "requests_per_minute": limits.requests_per_minute,
        "pictures_per_minute": limits.pictures_per_minute,
        "spend_per_month": limits.spend_per_month,
        "expires_at": _text(limits.expires_at),
    }


def _key(row: Row[Any]) -> ClientKey:
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
