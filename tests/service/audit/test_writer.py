"""The chain writer: many records share a commit, and what could not be written is not believed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.audit.errors import RecordsUnavailable
from service.audit.log import AuditLog
from service.database.errors import LOST
from tests.service.audit.kept import assert_chained, decision, query


async def test_many_at_once_share_commits_and_keep_one_chain(records: AuditLog, tmp_path: Path) -> None:
    await asyncio.gather(*(records.commit(decision(number=number)) for number in range(500)))
    assert assert_chained(tmp_path, "writer-0") == 500


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
