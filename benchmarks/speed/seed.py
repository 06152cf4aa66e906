"""Fills a data folder with records, quickly: copies of one that is there, under a writer's name of their own.

They belong to no chain, so `situguard records verify` would report them; the proxy that writes beside them goes on
with its own chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

DATABASE = "records.sqlite3"
WRITER = "seeded"
AT_ONCE = 20_000  # rows in one transaction: another process may wait no longer than two seconds for it
INSERT = """
INSERT INTO records (writer, sequence, kind, id, at, body, digest, mac)
SELECT ?, ?, kind, ?, at, body, digest, mac FROM records WHERE rowid = ?
"""


def seed_records(data: Path, count: int) -> None:
    """Add as many as are missing to `count`. The folder's database must hold at least one record."""
    with closing(sqlite3.connect(data / DATABASE, timeout=60)) as connection:
        there, pattern = connection.execute("SELECT count(*), max(rowid) FROM records").fetchone()
        first = connection.execute("SELECT count(*) FROM records WHERE writer = ?", (WRITER,)).fetchone()[0]
        missing = max(count - there, 0)
        for start in range(first, first + missing, AT_ONCE):
            with connection:
                connection.executemany(INSERT, _rows(start, min(start + AT_ONCE, first + missing), pattern))


def _rows(start: int, end: int, pattern: int) -> Iterator[tuple[str, int, str, int]]:
    return ((WRITER, number, f"dec_{number:014x}{number:012x}", pattern) for number in range(start, end))
