"""Heads: the end of each writer's chain, sealed by the key, so that an end that was cut off shows.

One row more, the roster, seals who the writers are, so that none can be removed whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from service.audit.chain import ChainHead, ChainKey, load_key
from service.audit.errors import RecordsAltered
from service.audit.tables import HEADS, RECORDS
from service.database.engine import Prepared, upsert

ROSTER = "*"
SET_HEAD = upsert(HEADS, replace=["sequence", "mac", "seal"])
MOVE_HEAD = Prepared(
    HEADS.update().where(
        HEADS.c.writer == bindparam("of"), HEADS.c.sequence == bindparam("left_at"), HEADS.c.mac == bindparam("left")
    )
)


@dataclass(frozen=True)
class StoredHeads:
    """The heads that a database names. `broken` are the writers whose seal is not the key's."""

    heads: dict[str, ChainHead]
    broken: frozenset[str]


def read_heads(connection: Connection, key: ChainKey) -> StoredHeads:
    """All heads, and which of them not to believe."""
    rows = {row.writer: row for row in connection.execute(select(HEADS))}
    roster = rows.pop(ROSTER, None)
    heads = {writer: ChainHead(row.sequence, row.mac) for writer, row in rows.items()}
    broken = {writer for writer, row in rows.items() if row.seal != key.seal_head(writer, heads[writer])}
    if roster is None or roster.seal != key.seal_roster(heads):
        broken.add(ROSTER)
    return StoredHeads(heads, frozenset(broken))


def resume_chain(connection: Connection, writer: str, key: ChainKey) -> ChainHead:
    """Where a writer's chain goes on: at its sealed head, never before it. A new writer joins the roster.

    Raises `RecordsAltered`: going on from a changed end would hide the change for good.
    """
    stored = read_heads(connection, key)
    if stored.broken & {writer, ROSTER}:
        raise RecordsAltered(writer)
    head = stored.heads.get(writer)
    if head is None:
        head = key.genesis(writer)
        _set_roster(connection, {*stored.heads, writer}, key)
    # Genuine records may follow the sealed head: an older version, still running beside this one, seals no heads.
    later = (RECORDS.c.writer == writer) & (RECORDS.c.sequence > head.sequence)
    for row in connection.execute(select(RECORDS).where(later).order_by(RECORDS.c.sequence)):
        link = key.link(head.mac, row.sequence, row.kind, row.id, row.at, row.digest)
        if row.sequence != head.sequence + 1 or row.mac != link:
            raise RecordsAltered(writer)
        head = ChainHead(row.sequence, row.mac)
    if head != stored.heads.get(writer):
        _set_head(connection, writer, head, key)
    return head


def seal_existing_chains(connection: Connection, folder: Path) -> None:
    """Seal the heads of chains that were written before there were heads: what a change of schema is followed by."""
    key = load_key(folder)
    last = (
        select(RECORDS.c.writer, func.max(RECORDS.c.sequence).label("sequence")).group_by(RECORDS.c.writer).subquery()
    )
    ends = (RECORDS.c.writer == last.c.writer) & (RECORDS.c.sequence == last.c.sequence)
    rows = connection.execute(select(RECORDS.c.writer, RECORDS.c.sequence, RECORDS.c.mac).join(last, ends)).all()
    for row in rows:
        _set_head(connection, row.writer, ChainHead(row.sequence, row.mac), key)
    _set_roster(connection, {row.writer for row in rows}, key)


def move_head(connection: sqlite3.Connection, writer: str, left: ChainHead, head: ChainHead, key: ChainKey) -> None:
    """Move a writer's head, in the transaction that adds the records up to it.

    Raises `RecordsAltered` unless the database still ends where its writer left it: an older copy may lie there.
    """
    values = {**_head_row(writer, head, key), "of": writer, "left_at": left.sequence, "left": left.mac}
    if MOVE_HEAD.run(connection, [values]) != 1:
        raise RecordsAltered(writer)


def _set_head(connection: Connection, writer: str, head: ChainHead, key: ChainKey) -> None:
    connection.execute(SET_HEAD, _head_row(writer, head, key))


def _head_row(writer: str, head: ChainHead, key: ChainKey) -> Mapping[str, object]:
    return {"writer": writer, "sequence": head.sequence, "mac": head.mac, "seal": key.seal_head(writer, head)}


def _set_roster(connection: Connection, writers: Iterable[str], key: ChainKey) -> None:
    names = sorted(writers)
    values = {"writer": ROSTER, "sequence": len(names), "mac": b"", "seal": key.seal_roster(names)}
    connection.execute(SET_HEAD, values)
