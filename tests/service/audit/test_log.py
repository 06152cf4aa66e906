"""AuditLog: durable before anyone goes on, chained, and quiet about what people sent."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from service.audit.chain import ChainKey, load_key
from service.audit.errors import RecordsUnavailable
from service.audit.log import AuditLog
from service.audit.record import Record, new_id
from service.database.errors import LOST, StorageUnusable
from tests.service.storage import audit_log, opened


def decision(**body: Any) -> Record:
    return Record("decision", new_id(), body)


def query(folder: Path, sql: str, *values: object) -> list[Any]:
    database = sqlite3.connect(folder / "records.sqlite3")
    try:
        rows = database.execute(sql, values).fetchall()
        database.commit()
        return rows
    finally:
        database.close()


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


@pytest.fixture
def records(tmp_path: Path) -> Any:
    with audit_log(tmp_path) as log:
        yield log


async def test_a_committed_record_can_be_read_by_anyone_else(records: AuditLog, tmp_path: Path) -> None:
    record = decision(verdict="safe")
    await records.commit(record)
    assert query(tmp_path, "SELECT kind, id, body FROM records") == [("decision", record.id, '{"verdict":"safe"}')]


async def test_many_at_once_share_commits_and_keep_one_chain(records: AuditLog, tmp_path: Path) -> None:
    await asyncio.gather(*(records.commit(decision(number=number)) for number in range(500)))
    assert assert_chained(tmp_path, "writer-0") == 500


async def test_processes_over_one_folder_keep_chains_of_their_own(records: AuditLog, tmp_path: Path) -> None:
    with audit_log(tmp_path) as second:
        await asyncio.gather(*(each.commit(decision()) for each in (records, second) for _ in range(50)))
    assert [assert_chained(tmp_path, f"writer-{number}") for number in (0, 1)] == [50, 50]


async def test_a_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    for _ in range(3):
        with audit_log(tmp_path) as log:
            await log.commit(decision())
    assert assert_chained(tmp_path, "writer-0") == 3


@pytest.mark.parametrize(
    "sabotage",
    [
        "UPDATE records SET digest = 'edited' WHERE sequence = 2",
        "UPDATE records SET id = 'other' WHERE sequence = 2",
        "DELETE FROM records WHERE sequence = 2",
        "UPDATE records SET sequence = CASE sequence WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE sequence END",
    ],
)
async def test_an_edited_removed_or_moved_record_shows(tmp_path: Path, sabotage: str) -> None:
    with audit_log(tmp_path) as log:
        for number in range(4):
            await log.commit(decision(number=number))
    assert assert_chained(tmp_path, "writer-0") == 4
    query(tmp_path, sabotage)
    query(tmp_path, "UPDATE records SET sequence = -sequence WHERE sequence < 0")
    with pytest.raises(AssertionError):
        assert_chained(tmp_path, "writer-0")


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    with audit_log(tmp_path) as log:
        for _ in range(100):
            log.post(decision())
    assert assert_chained(tmp_path, "writer-0") == 100


async def test_the_database_waits_for_the_disk(records: AuditLog, tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.snapshot() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


async def test_a_failed_write_fails_the_commit_and_the_next_one_may_work(records: AuditLog, tmp_path: Path) -> None:
    query(tmp_path, "ALTER TABLE records RENAME TO elsewhere")
    with pytest.raises(RecordsUnavailable):
        await records.commit(decision())
    query(tmp_path, "ALTER TABLE elsewhere RENAME TO records")
    await records.commit(decision())
    assert assert_chained(tmp_path, "writer-0") == 1


async def test_after_a_lost_sync_nothing_more_is_believed(records: AuditLog, tmp_path: Path) -> None:
    trigger = f"CREATE TRIGGER broken BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, '{LOST}'); END"
    query(tmp_path, trigger)
    with pytest.raises(RecordsUnavailable):
        await records.commit(decision())
    query(tmp_path, "DROP TRIGGER broken")
    for attempt in (records.commit(decision()), records.check()):
        with pytest.raises(RecordsUnavailable) as caught:
            await attempt
        assert caught.value.cause == "lost"


async def test_a_body_that_cannot_be_written_fails_alone(records: AuditLog) -> None:
    with pytest.raises(RecordsUnavailable):
        await records.commit(decision(thing=object()))
    await records.commit(decision())


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load_key(tmp_path)
    assert load_key(tmp_path) == first
    assert (tmp_path / "records.key").stat().st_mode & 0o777 == 0o600
    assert repr(first) == "ChainKey(***)"


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_key(tmp_path)
    (tmp_path / "records.key").chmod(0o644)
    with pytest.raises(StorageUnusable), audit_log(tmp_path):
        pass


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnusable), audit_log(tmp_path / "file"):
        pass


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageUnusable), audit_log(tmp_path):
        pass


def test_digests_in_records_cannot_be_guessed_without_the_key() -> None:
    one, other = ChainKey(b"1" * 32), ChainKey(b"2" * 32)
    assert one.keyed("abc") != other.keyed("abc")
    assert one.keyed("abc") == one.keyed("abc")
