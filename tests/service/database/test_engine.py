"""The database: transactions that hold whole or not at all, reading that changes nothing, errors in our own words."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, select

from service.database.engine import DATABASE, Database, Prepared, existing_database, insertion_order, upsert
from service.database.errors import LOST, DatabaseFailed, DatabaseMoved, StorageUnusable
from service.database.files import MAX_WRITERS, private_file
from tests.service.storage import opened

THINGS = Table(
    "things", MetaData(), Column("name", Text, primary_key=True), Column("count", Integer), Column("x", Text)
)


def with_things(folder: Path) -> Database:
    database = Database(folder)
    with database.transaction() as connection:
        THINGS.create(connection)
    return database


def names(database: Database) -> list[str]:
    with database.snapshot() as connection:
        return list(connection.scalars(select(THINGS.c.name).order_by(insertion_order(THINGS))))


def test_a_prepared_statement_is_part_of_the_transaction_and_tells_how_much_it_changed(tmp_path: Path) -> None:
    insert, rename = Prepared(THINGS.insert()), Prepared(THINGS.update().where(THINGS.c.name == bindparam("of")))
    rows = [{"name": name, "count": 1, "x": None} for name in ("one", "two")]
    changes = [{"name": "three", "count": 2, "x": "b", "of": name} for name in ("two", "nobody")]
    with with_things(tmp_path) as database:
        with database.driver_transaction() as connection:
            assert insert.run(connection, rows) == 2

        def fail() -> None:
            with database.driver_transaction() as connection:
                assert rename.run(connection, changes) == 1
                insert.run(connection, rows)

        with pytest.raises(DatabaseFailed, match="UNIQUE"):
            fail()
        assert names(database) == ["one", "two"]


def test_a_row_that_is_there_is_replaced_or_added_to(tmp_path: Path) -> None:
    with with_things(tmp_path) as database:
        with database.transaction() as connection:
            for count, text in ((1, "a"), (2, "b")):
                row = {"name": "one", "count": count, "x": text}
                connection.execute(upsert(THINGS, replace=["x"], add=["count"]), row)
        with database.snapshot() as connection:
            assert connection.execute(select(THINGS)).all() == [("one", 3, "b")]


def test_rows_are_counted_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    with with_things(tmp_path) as database:
        for name in ("b", "c", "a"):
            with database.transaction() as connection:
                connection.execute(THINGS.insert().values(name=name))
        assert names(database) == ["b", "c", "a"]


def test_a_snapshot_writes_nothing_and_leaves_the_next_transaction_free_to_write(tmp_path: Path) -> None:
    with with_things(tmp_path) as database:
        with pytest.raises(DatabaseFailed), database.snapshot() as connection:
            connection.execute(THINGS.insert().values(name="a"))
        with database.transaction() as connection:
            connection.execute(THINGS.insert().values(name="b"))
        assert names(database) == ["b"]


def test_a_peek_sees_what_another_process_has_written_and_writes_nothing(tmp_path: Path) -> None:
    with with_things(tmp_path) as database, Database(tmp_path) as elsewhere:
        for names_now in (["a"], ["a", "b"]):
            write(elsewhere, names_now[-1])
            assert database.peek("SELECT name FROM things ORDER BY name") == [(name,) for name in names_now]
        assert database.peek("SELECT count FROM things WHERE name = ?", "b") == [(None,)]
        with pytest.raises(DatabaseFailed, match="readonly"):
            database.peek("DELETE FROM things")
        with pytest.raises(DatabaseFailed, match="no such table"):
            database.peek("SELECT * FROM nowhere")
        for count, name in ((3, "c"), (4, "d")):
            write(elsewhere, name)
            assert len(database.peek("SELECT * FROM things")) == count


def test_a_peek_at_a_file_that_was_replaced_fails(tmp_path: Path) -> None:
    with with_things(tmp_path) as database:
        assert database.peek("SELECT * FROM things") == []
        shutil.copy(database.file, tmp_path / "copy")
        (tmp_path / "copy").replace(database.file)
        with pytest.raises(DatabaseMoved):
            database.peek("SELECT * FROM things")


def test_a_snapshot_is_one_moment(tmp_path: Path) -> None:
    with with_things(tmp_path) as database, database.snapshot() as connection:
        assert connection.execute(select(THINGS)).all() == []
        with database.transaction() as other:
            other.execute(THINGS.insert().values(name="a"))
        assert connection.execute(select(THINGS)).all() == []


def test_a_lost_disk_is_told_from_a_lock(tmp_path: Path) -> None:
    with with_things(tmp_path) as database, closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseFailed) as locked, database.transaction():
            pass
        with pytest.raises(DatabaseFailed, match="locked"), database.driver_transaction():
            pass
        other.rollback()
        other.execute(f"CREATE TRIGGER t BEFORE INSERT ON things BEGIN SELECT RAISE(ABORT, '{LOST}'); END")
        other.commit()
        with pytest.raises(DatabaseFailed) as lost, database.transaction() as connection:
            connection.execute(THINGS.insert().values(name="a"))
    assert (locked.value.kind, locked.value.lost) == ("OperationalError", False)
    assert lost.value.lost


def test_a_folder_without_a_database_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable, match="no records"):
        existing_database(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(tmp_path / "data") as database, database.transaction():
            modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "data").iterdir()}
    finally:
        os.umask(before)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert {DATABASE, f"{DATABASE}-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_writers_have_names_of_their_own_and_there_are_only_so_many(tmp_path: Path) -> None:
    database = Database(tmp_path)
    locks = [database.lock_writer() for _ in range(MAX_WRITERS)]
    assert [lock.name for lock in locks] == [f"writer-{number}" for number in range(MAX_WRITERS)]
    with pytest.raises(StorageUnusable, match="processes use it already"):
        database.lock_writer()
    locks[3].release()
    again = database.lock_writer()
    assert again.name == "writer-3"
    for lock in (*locks[:3], *locks[4:], again):
        lock.release()


def test_a_private_file_replaces_nothing(tmp_path: Path) -> None:
    with private_file(tmp_path / "secret") as file:
        file.write(b"words")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError), private_file(tmp_path / "secret"):
        pass
    assert (tmp_path / "secret").read_bytes() == b"words"


def test_it_waits_for_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as database, database.snapshot() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnusable):
        opened(tmp_path / "file")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageUnusable):
        opened(tmp_path)


def write(database: Database, name: str) -> None:
    with database.transaction() as connection:
        connection.execute(THINGS.insert().values(name=name))


def write_by_driver(database: Database, name: str) -> None:
    with database.driver_transaction() as connection:
        Prepared(THINGS.insert()).run(connection, [{"name": name, "count": 1, "x": None}])


@pytest.mark.parametrize("write", [write, write_by_driver])
@pytest.mark.parametrize("file", [DATABASE, f"{DATABASE}-wal"])
@pytest.mark.parametrize("lost", ["removed", "moved", "replaced"])
def test_a_file_that_is_no_longer_in_its_place_is_not_written(
    tmp_path: Path, file: str, lost: str, write: Callable[[Database, str], None]
) -> None:
    with with_things(tmp_path) as database:
        write(database, "a")
        place, elsewhere = tmp_path / file, tmp_path / "elsewhere"
        place.rename(elsewhere)
        if lost == "replaced":
            shutil.copy(elsewhere, place)
        if lost == "removed":
            elsewhere.unlink()
        for _ in range(2):
            with pytest.raises(DatabaseMoved):
                write(database, "b")
        if lost != "removed":
            elsewhere.replace(place)
            write(database, "c")
            assert names(database) == ["a", "c"]


def test_a_database_that_moves_during_a_transaction_is_not_believed(tmp_path: Path) -> None:
    for folder, kind in ((tmp_path / "a", Database.transaction), (tmp_path / "b", Database.driver_transaction)):
        folder.mkdir()
        with with_things(folder) as database, pytest.raises(DatabaseMoved), kind(database):
            (folder / DATABASE).rename(folder / "elsewhere")


def test_a_replaced_database_is_not_read_either(tmp_path: Path) -> None:
    with with_things(tmp_path) as database:
        shutil.copy(tmp_path / DATABASE, tmp_path / "older")
        (tmp_path / "older").replace(tmp_path / DATABASE)
        with pytest.raises(DatabaseMoved):
            names(database)


def test_a_folder_where_everyone_can_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(StorageUnusable, match="everyone on this machine can write here"):
        opened(tmp_path)
    tmp_path.chmod(0o770)
    opened(tmp_path).close()
