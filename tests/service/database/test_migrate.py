"""Schemas: an older one is brought up whole or not at all, its records are sealed, a newer one is left alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect

from service.audit.errors import RecordsUnusable
from service.audit.reader import reading
from service.database.engine import engine_over, open_database, transaction, upgrade_database
from service.database.migrate import newest
from tests.service.audit.kept import examined, numbered, query
from tests.service.audit.older import older


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_an_older_schema_is_upgraded_and_its_records_hold(tmp_path: Path, revision: str) -> None:
    older(tmp_path, revision, records=5)
    assert upgrade_database(tmp_path) == (revision, newest())
    assert upgrade_database(tmp_path) == (newest(), newest())
    assert examined(tmp_path).chains[0].records == 5
    assert examined(tmp_path).whole
    query(tmp_path, "DELETE FROM records WHERE sequence > 3")
    assert [flaw.sequence for flaw in examined(tmp_path).flaws] == [4]


async def test_a_service_upgrades_by_itself_and_goes_on(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=5)
    await numbered(tmp_path, 2)
    found = examined(tmp_path)
    assert found.whole
    assert found.chains[0].records == 7


def test_reading_changes_no_older_schema_and_names_the_command(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=1)
    with pytest.raises(RecordsUnusable, match="situguard records upgrade"), reading(tmp_path):
        raise AssertionError("an older schema was read")
    assert query(tmp_path, "SELECT version_num FROM alembic_version") == [("0002",)]


async def test_records_that_an_older_process_added_after_the_upgrade_are_adopted(tmp_path: Path) -> None:
    await numbered(tmp_path, 3)
    (before,) = query(tmp_path, "SELECT sequence, mac, seal FROM heads WHERE writer = 'writer-0'")
    await numbered(tmp_path, 2)
    query(tmp_path, "UPDATE heads SET sequence = ?, mac = ?, seal = ? WHERE writer = 'writer-0'", *before)
    await numbered(tmp_path, 2)
    assert examined(tmp_path).whole
    assert examined(tmp_path).chains[0].records == 7


async def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    await numbered(tmp_path, 1)
    query(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordsUnusable, match="newer version"):
        open_database(tmp_path)
    assert query(tmp_path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_change_of_schema_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=1)
    engine = engine_over(tmp_path)
    with suppress(ZeroDivisionError), transaction(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE half (thing TEXT)")
        connection.exec_driver_sql("ALTER TABLE records ADD COLUMN half TEXT")
        raise ZeroDivisionError
    assert "half" not in inspect(engine).get_table_names()
    engine.dispose()
    assert upgrade_database(tmp_path) == ("0002", newest())


def test_there_must_be_something_to_upgrade(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnusable, match="no records"):
        upgrade_database(tmp_path)
    assert list(tmp_path.iterdir()) == []
