"""Folders of records for tests: written by the real service's parts, changed by hand, looked at byte by byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from service.audit.chain import load_key
from service.audit.content_store import ContentStore
from service.audit.reader import reading
from service.audit.record import Record, new_id
from service.audit.verify import verify_records
from service.audit.violations import Verification
from service.database.engine import existing_database
from tests.service.storage import audit_log


def decision(**body: Any) -> Record:
    return Record("decision", new_id(), body)


async def written(folder: Path, *records: Record) -> None:
    """One run of a service that commits these."""
    with audit_log(folder) as log:
        for record in records:
            await log.commit(record)


async def numbered(folder: Path, count: int) -> None:
    await written(folder, *(decision(number=number) for number in range(1, count + 1)))


def query(folder: Path, sql: str, *values: object) -> list[Any]:
    """What somebody with the file and any SQLite can do."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        rows = database.execute(sql, values).fetchall()
        database.commit()
    return rows


def verified(folder: Path) -> Verification:
    with existing_database(folder) as database, reading(database) as reader:
        return verify_records(reader, load_key(folder), ContentStore(folder))


def files(folder: Path) -> Iterator[Path]:
    yield from (file for file in sorted(folder.rglob("*")) if file.is_file())


def holding(folder: Path, secret: bytes) -> list[str]:
    """Every file under a folder, whatever its name, that has these bytes in it or in its name."""
    return [
        str(file.relative_to(folder)) for file in files(folder) if secret in file.read_bytes() or secret in bytes(file)
    ]


def assert_chained(folder: Path, writer: str) -> int:
    """Walk a writer's chain as a verifier would; the number of its records."""
    key = load_key(folder)
    before = key.genesis(writer)
    rows = query(
        folder,
        "SELECT sequence, kind, id, at, digest, mac FROM records WHERE writer = ? ORDER BY 1",
        writer,
    )
    for sequence, *fields, mac in rows:
        assert sequence == before.sequence + 1
        assert key.link(before.mac, sequence, *fields) == mac
        before = type(before)(sequence, mac)
    return len(rows)


def kinds_found(found: Verification) -> list[tuple[str, int]]:
    return [(violation.kind.value, violation.sequence) for violation in found.violations]
