"""Heads: the end of each writer's chain, sealed by the key, so that an end that was cut off shows.

The roster is one row more: it seals who the writers are, so that none can be removed whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from service.audit.chain import ChainKey, Seal
from service.audit.errors import RecordsAltered
from service.audit.tables import HEADS, RECORDS

ROSTER = "*"
_NEW_END = insert(HEADS)
# Made once: every commit of records runs it.
SET_END = _NEW_END.on_conflict_do_update(
    index_elements=["writer"],
    set_={name: _NEW_END.excluded[name] for name in ("sequence", "mac", "seal")},
)


@dataclass(frozen=True)
class Heads:
    """The ends as a database tells them. `broken` names those whose seal is not the key's."""

    ends: dict[str, Seal]
    broken: frozenset[str]


def read_heads(connection: Connection, key: ChainKey) -> Heads:
    """All ends, and whether to believe them."""
    rows = {row.writer: row for row in connection.execute(select(HEADS))}
    roster = rows.pop(ROSTER, None)
    ends = {writer: Seal(row.sequence, row.mac) for writer, row in rows.items()}
    broken = {writer for writer, row in rows.items() if row.seal != key.seal_end(writer, ends[writer])}
    if roster is None or roster.seal != key.seal_roster(ends):
        broken.add(ROSTER)
    return Heads(ends, frozenset(broken))


def resume(connection: Connection, writer: str, key: ChainKey) -> Seal:
    """Where a writer's chain goes on: at its sealed end, never before it. A new writer is entered in the roster.

    Raises `RecordsAltered`: going on from a changed end would hide the change for ever.
    """
    heads = read_heads(connection, key)
    if heads.broken & {writer, ROSTER}:
        raise RecordsAltered(writer)
    end = heads.ends.get(writer)
    if end is None:
        end = key.opening(writer)
        move(connection, writer, end, key)
        _seal_roster(connection, {*heads.ends, writer}, key)
    return _beyond(connection, writer, end, key)


def adopt(connection: Connection, key: ChainKey) -> None:
    """Seal the ends of records that were written before there were heads."""
    last = select(RECORDS.c.writer, func.max(RECORDS.c.sequence).label("sequence"), RECORDS.c.mac)
    rows = connection.execute(last.group_by(RECORDS.c.writer)).all()  # SQLite gives the mac of the row with the maximum
    for row in rows:
        move(connection, row.writer, Seal(row.sequence, row.mac), key)
    _seal_roster(connection, {row.writer for row in rows}, key)


def move(connection: Connection, writer: str, end: Seal, key: ChainKey) -> None:
    """Set a writer's end, in the transaction that adds the records up to it."""
    _put(connection, writer, end, key.seal_end(writer, end))


def _seal_roster(connection: Connection, writers: Iterable[str], key: ChainKey) -> None:
    names = sorted(writers)
    _put(connection, ROSTER, Seal(len(names), b""), key.seal_roster(names))


def _put(connection: Connection, writer: str, end: Seal, seal: bytes) -> None:
    connection.execute(SET_END, {"writer": writer, "sequence": end.sequence, "mac": end.mac, "seal": seal})


def _beyond(connection: Connection, writer: str, end: Seal, key: ChainKey) -> Seal:
    """The end of genuine records after the sealed one: an older version, still running, knew no heads."""
    later = (RECORDS.c.writer == writer) & (RECORDS.c.sequence > end.sequence)
    for row in connection.execute(select(RECORDS).where(later).order_by(RECORDS.c.sequence)):
        if row.sequence != end.sequence + 1 or row.mac != linked(key, end.mac, row):
            raise RecordsAltered(writer)
        end = Seal(row.sequence, row.mac)
    return end


def linked(key: ChainKey, before: bytes, row: Row[Any]) -> bytes:
    """What a stored row's own link must be, after that one."""
    return key.link(before, row.sequence, row.kind, row.id, row.at, row.digest)
