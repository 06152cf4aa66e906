"""The chain writer: many records share a commit, and what could not be written is not believed."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import service.audit.log
import service.audit.writer
from service.audit.errors import RecordsUnavailable
from service.audit.log import AuditLog
from service.audit.writer import ChainWriter, PendingWrite
from service.database.engine import DATABASE
from service.database.errors import LOST
from tests.service.audit.kept import assert_chained, decision, query


async def test_many_at_once_share_commits_and_keep_one_chain(records: AuditLog, tmp_path: Path) -> None:
    await asyncio.gather(*(records.commit(decision(number=number)) for number in range(500)))
    assert assert_chained(tmp_path, "writer-0") == 500


async def test_an_outcome_goes_with_the_next_decision_or_soon_by_itself(
    records: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[int] = []
    commit = ChainWriter._commit

    def counted(writer: ChainWriter, group: list[PendingWrite]) -> None:
        groups.append(len(group))
        commit(writer, group)

    monkeypatch.setattr(ChainWriter, "_commit", counted)
    monkeypatch.setattr(service.audit.writer, "LINGER_SECONDS", 60.0)
    records.post(decision(number=1))
    await records.commit(decision(number=2))
    assert groups == [2]
    monkeypatch.setattr(service.audit.writer, "LINGER_SECONDS", 0.0)
    records.post(decision(number=3))
    async with asyncio.timeout(10):
        while len(query(tmp_path, "SELECT id FROM records")) < 3:  # noqa: ASYNC110 a writer tells nobody of it
            await asyncio.sleep(0.01)
    assert groups == [2, 1]


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


async def test_who_waits_too_long_is_told_and_who_has_gone_is_not_and_both_records_are_written(
    records: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.audit.log, "COMMIT_SECONDS", 0.05)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        gone = asyncio.create_task(records.commit(decision(number=1)))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(RecordsUnavailable) as caught:
            await records.commit(decision(number=2))
        other.rollback()
    assert caught.value.cause == "timeout"
    monkeypatch.setattr(service.audit.log, "COMMIT_SECONDS", 5.0)
    await records.commit(decision(number=3))
    assert assert_chained(tmp_path, "writer-0") == 3


async def test_of_too_many_that_wait_the_next_is_refused_at_once(
    records: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.audit.writer, "MAX_WAITING", 0)
    with pytest.raises(RecordsUnavailable, match="queue full"):
        await records.commit(decision())
    records.post(decision())  # logged, and nobody fails
    assert query(tmp_path, "SELECT id FROM records") == []


async def test_a_body_that_cannot_be_written_fails_alone(records: AuditLog) -> None:
    with pytest.raises(RecordsUnavailable):
        await records.commit(decision(thing=object()))
    await records.commit(decision())


async def test_a_database_that_was_removed_or_replaced_is_noticed_before_the_next_answer(
    records: AuditLog, tmp_path: Path
) -> None:
    await records.commit(decision())
    shutil.copy(tmp_path / DATABASE, tmp_path / "older")
    (tmp_path / DATABASE).unlink()
    for attempt in (records.commit(decision()), records.check()):
        with pytest.raises(RecordsUnavailable, match="removed, moved or replaced"):
            await attempt
    (tmp_path / "older").rename(tmp_path / DATABASE)
    with pytest.raises(RecordsUnavailable, match="removed, moved or replaced"):
        await records.commit(decision())


async def test_an_older_copy_that_is_put_back_in_place_is_noticed_before_the_next_answer(
    records: AuditLog, tmp_path: Path
) -> None:
    """In the same file: what a restore does that overwrites it."""
    await records.commit(decision())
    with closing(sqlite3.connect(tmp_path / DATABASE)) as live, closing(sqlite3.connect(":memory:")) as older:
        live.backup(older)
        await records.commit(decision())
        older.backup(live)
    for attempt in (records.commit(decision()), records.check()):
        with pytest.raises(RecordsUnavailable, match="an older copy"):
            await attempt


async def test_an_end_that_is_cut_off_together_with_its_head_is_noticed_while_it_is_served(
    records: AuditLog, tmp_path: Path
) -> None:
    await records.commit(decision())
    ((sequence, mac, seal),) = query(tmp_path, "SELECT sequence, mac, seal FROM heads WHERE writer = 'writer-0'")
    await records.commit(decision())
    query(tmp_path, "DELETE FROM records WHERE sequence > ?", sequence)
    query(tmp_path, "UPDATE heads SET sequence = ?, mac = ?, seal = ? WHERE writer = 'writer-0'", sequence, mac, seal)
    with pytest.raises(RecordsUnavailable, match="an older copy"):
        await records.commit(decision())
