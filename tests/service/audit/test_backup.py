"""A backup is one moment of the records, whatever is written meanwhile, and can be used like its source."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from service.audit.backup import back_up
from service.audit.content_store import Content, ContentStore, Piece, today
from service.audit.log import open_audit_log
from service.audit.violations import Verification, ViolationKind
from service.database.engine import existing_database
from service.database.errors import StorageUnusable
from tests.service.audit.kept import decision, holding, numbered, query, verified
from tests.service.audit.older import older
from tests.service.storage import opened

TOMORROW = today() + timedelta(days=1)


def backed_up(folder: Path, target: Path, *, with_content: bool = False) -> Verification:
    with existing_database(folder) as database:
        return back_up(database, target, with_content=with_content)


async def test_a_backup_under_load_is_consistent(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with opened(folder) as database:
        log = open_audit_log(database)
        for number in range(1000):
            log.post(decision(number=number, filler="x" * 500))  # written while the copies are made
        copies = [tmp_path / f"copy-{number}" for number in range(3)]
        found = [await asyncio.to_thread(backed_up, folder, copy) for copy in copies]
        await asyncio.to_thread(log.close)
    assert all(each.intact for each in found)
    assert [verified(copy).chains for copy in copies] == [each.chains for each in found]
    assert query(folder, "SELECT count(*) FROM records") == [(1000,)]


async def test_a_backup_is_for_its_owner_alone_and_goes_on_as_a_data_folder(tmp_path: Path) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy"
    await numbered(folder, 3)
    backed_up(folder, copy)
    assert copy.stat().st_mode & 0o777 == 0o700
    assert {
        file.name: file.stat().st_mode & 0o777 for file in copy.iterdir() if file.suffix in {".key", ".sqlite3"}
    } == {
        "records.key": 0o600,
        "records.sqlite3": 0o600,
    }
    await numbered(copy, 2)
    assert verified(copy).chains[0].records == 5


async def test_content_comes_only_where_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    await numbered(folder, 1)
    ContentStore(folder).keep(Content(TOMORROW, (Piece("a" * 64, b"canary"),)))
    backed_up(folder, tmp_path / "without")
    backed_up(folder, tmp_path / "with", with_content=True)
    assert holding(tmp_path / "without", b"canary") == []
    assert len(holding(tmp_path / "with", b"canary")) == 1
    ContentStore(tmp_path / "with").purge(TOMORROW)
    assert holding(tmp_path / "with", b"canary") == []


async def test_a_backup_of_changed_records_says_so(tmp_path: Path) -> None:
    await numbered(tmp_path / "data", 3)
    query(tmp_path / "data", "DELETE FROM records WHERE sequence = 2")
    found = backed_up(tmp_path / "data", tmp_path / "copy")
    assert [violation.kind for violation in found.violations] == [ViolationKind.REMOVED]


async def test_records_of_an_older_schema_can_be_backed_up_before_they_are_changed(tmp_path: Path) -> None:
    older(tmp_path / "data", "0002", records=4)
    found = backed_up(tmp_path / "data", tmp_path / "copy")
    assert found.intact
    assert found.chains[0].records == 4
    assert query(tmp_path / "copy", "SELECT version_num FROM alembic_version") == [("0002",)]


async def test_a_backup_overwrites_nothing_and_copies_something(tmp_path: Path) -> None:
    await numbered(tmp_path / "data", 1)
    with pytest.raises(StorageUnusable, match="something already"):
        backed_up(tmp_path / "data", tmp_path / "data")
    with pytest.raises(StorageUnusable, match="no records"):
        backed_up(tmp_path / "elsewhere", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
