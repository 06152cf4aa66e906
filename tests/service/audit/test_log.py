"""The audit log: a record is durable before anyone goes on, and claims no content that is not kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from service.audit.content_store import CONTENT, Content, Piece, today
from service.audit.errors import RecordsUnavailable
from service.audit.log import AuditLog
from service.audit.reader import reading
from service.audit.record import Record
from service.database.engine import existing_database
from tests.service.audit.kept import assert_chained, decision, query
from tests.service.storage import audit_log

TOMORROW = today() + timedelta(days=1)


async def test_a_committed_record_can_be_read_by_anyone_else(records: AuditLog, tmp_path: Path) -> None:
    record = decision(verdict="safe")
    await records.commit(record)
    assert query(tmp_path, "SELECT kind, id, body FROM records") == [("decision", record.id, '{"verdict":"safe"}')]


async def test_processes_over_one_folder_keep_chains_of_their_own(records: AuditLog, tmp_path: Path) -> None:
    with audit_log(tmp_path) as second:
        await asyncio.gather(*(each.commit(decision()) for each in (records, second) for _ in range(50)))
    assert [assert_chained(tmp_path, f"writer-{number}") for number in (0, 1)] == [50, 50]


async def test_a_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(3):
        with audit_log(tmp_path) as log:
            await log.commit(decision())
    assert assert_chained(tmp_path, "writer-0") == 3


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    with audit_log(tmp_path) as log:
        for _ in range(100):
            log.post(decision())
    assert assert_chained(tmp_path, "writer-0") == 100


async def test_an_outcome_claims_no_content_that_could_not_be_kept(tmp_path: Path) -> None:
    with audit_log(tmp_path) as log:
        (tmp_path / CONTENT).write_text("no folder")
        content = Content(TOMORROW, (Piece("a" * 64, b"words"),))
        with pytest.raises(RecordsUnavailable):
            await log.keep(content)
        log.post(Record("outcome", "dec_1", {"kept_until": TOMORROW.isoformat()}), content)
    with existing_database(tmp_path) as database, reading(database) as reader:
        assert [entry.kept_until for entry in reader.of("dec_1")] == [None]
    assert query(tmp_path, "SELECT count(*) FROM records") == [(1,)]
