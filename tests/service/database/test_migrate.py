"""Schemas: an older one is brought up whole or not at all, its records are sealed, a newer one is left alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect

from service.audit.chain_heads import seal_existing_chains
from service.audit.reader import reading
from service.database.engine import Database, existing_database
from service.database.errors import StorageUnusable
from service.database.migrate import newest_version
from tests.service.audit.kept import numbered, query, verified
from tests.service.audit.older import older
from tests.service.storage import opened


def upgraded(folder: Path) -> tuple[str, str]:
    with existing_database(folder) as database:
        return database.upgrade(seal_existing_chains)


async def test_a_service_upgrades_by_itself_and_goes_on(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=5)
    await numbered(tmp_path, 2)
    found = verified(tmp_path)
    assert found.intact
    assert found.chains[0].records == 7


def test_the_newest_version_is_where_the_migrations_lead(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        assert query(tmp_path, "SELECT version_num FROM alembic_version") == [(newest_version(),)]
        assert database.version() == newest_version()


def test_reading_changes_no_older_schema_and_names_the_command(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=1)
    with (
        existing_database(tmp_path) as database,
        pytest.raises(StorageUnusable, match="situguard records upgrade"),
        reading(database),
    ):
        raise AssertionError("an older schema was read")
    assert query(tmp_path, "SELECT version_num FROM alembic_version") == [("0002",)]


async def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    await numbered(tmp_path, 1)
    query(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageUnusable, match="newer version"):
        opened(tmp_path)
    assert query(tmp_path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_change_of_schema_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    older(tmp_path, "0002", records=1)
    database = Database(tmp_path)
    with suppress(ZeroDivisionError), database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE half (thing TEXT)")
        connection.exec_driver_sql("ALTER TABLE records ADD COLUMN half TEXT")
        raise ZeroDivisionError
    with database, database.snapshot() as connection:
        assert "half" not in inspect(connection).get_table_names()
    assert upgraded(tmp_path) == ("0002", newest_version())


def test_there_must_be_something_to_upgrade(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable, match="no records"):
        upgraded(tmp_path)
    assert list(tmp_path.iterdir()) == []
