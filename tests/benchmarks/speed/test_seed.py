"""Records are added quickly, and the proxy's own chain goes on beside them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.speed.seed import DATABASE, seed_records
from service.audit.chain_heads import seal_existing_chains
from service.audit.log import open_audit_log
from service.audit.record import Record
from service.database import engine


async def test_as_many_are_added_as_are_missing(tmp_path: Path) -> None:
    with engine.open_database(tmp_path, after_upgrade=seal_existing_chains) as database:
        log = open_audit_log(database)
        await log.commit(Record("decision", "dec_1", {"deployment": "guarded"}))
        for records in (5, 5, 12):
            seed_records(tmp_path, records)
            assert counted(tmp_path) == records
        await log.commit(Record("outcome", "dec_1", {}))
        log.close()
    assert counted(tmp_path) == 13
    assert engine.DATABASE == DATABASE


def counted(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        found: int = connection.execute(
            "SELECT count(*) FROM records WHERE kind IN ('decision', 'outcome')"
        ).fetchone()[0]
    return found
