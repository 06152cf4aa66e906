"""The records as they lie on disk, read with nothing of ours in between."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATABASE = "records.sqlite3"


@dataclass(frozen=True)
class Row:
    """A record as it lies in the file."""

    kind: str
    id: str
    body: dict[str, Any]


def records(folder: Path) -> list[Row]:
    """All of them, oldest first."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        rows = database.execute("SELECT kind, id, body FROM records ORDER BY rowid").fetchall()
    return [Row(kind, name, json.loads(body)) for kind, name, body in rows]


def is_sound(folder: Path) -> bool:
    """SQLite's own check of the whole file."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def decided_ids(folder: Path) -> frozenset[str]:
    """The ids of all decisions on disk."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return frozenset(name for (name,) in database.execute("SELECT id FROM records WHERE kind = 'decision'"))


def decisions(rows: Sequence[Row]) -> Mapping[str, Row]:
    """The decision records by id."""
    return {row.id: row for row in rows if row.kind == "decision"}
