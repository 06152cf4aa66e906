"""What a deployment let out is known to it alone, for a time, in every process of its data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.audit.chain import load_key
from service.audit.chain_heads import seal_existing_chains
from service.database.engine import Database, open_database
from service.gate.let_out import ASKED_AT_ONCE, DAY, LET_OUT, MAX_DAYS, LetOut

SIGNATURE = "EjQKMg=="
HERE, THERE = "kitchen", "workshop"


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path, seal_existing_chains) as opened:
        yield opened


def let_out(database: Database, **fields: object) -> LetOut:
    return LetOut(database, load_key(database.folder), **fields)  # type: ignore[arg-type]


async def test_a_value_is_known_to_its_deployment_alone(database: Database) -> None:
    values = let_out(database)
    await values.keep(HERE, {SIGNATURE})
    await values.keep(HERE, ())
    assert await values.known(HERE, [SIGNATURE, "Another"]) == {SIGNATURE}
    assert await values.known(THERE, [SIGNATURE]) == frozenset()
    assert await values.known(HERE, ()) == frozenset()


async def test_another_process_with_the_same_folder_knows_it_and_after_a_restart(database: Database) -> None:
    await let_out(database).keep(HERE, {SIGNATURE})
    with open_database(database.folder, seal_existing_chains) as other:
        assert await let_out(other).known(HERE, {SIGNATURE}) == {SIGNATURE}


async def test_only_keyed_digests_are_on_disk(database: Database) -> None:
    await let_out(database).keep(HERE, {SIGNATURE * 20})
    raw = b"".join(file.read_bytes() for file in database.folder.glob("records.sqlite3*"))
    assert SIGNATURE.encode() not in raw


async def test_after_its_days_a_value_is_not_known_and_its_row_goes(database: Database) -> None:
    clock = Clock()
    values = let_out(database, clock=clock)
    await values.keep(HERE, {SIGNATURE})
    clock.now += MAX_DAYS * DAY
    assert await values.known(HERE, {SIGNATURE}) == {SIGNATURE}
    clock.now += 1
    assert await values.known(HERE, {SIGNATURE}) == frozenset()
    await values.keep(HERE, {"Another"})
    with database.snapshot() as connection:
        assert len(connection.execute(LET_OUT.select()).all()) == 1


async def test_past_the_bound_the_oldest_go_and_one_that_went_out_again_is_new(database: Database) -> None:
    values = let_out(database, most=3)
    for value in ("a", "b", "c", "a", "d"):
        await values.keep(HERE, {value})
    assert await values.known(HERE, {"a", "b", "c", "d"}) == {"a", "c", "d"}


async def test_many_values_are_asked_for_in_parts(database: Database) -> None:
    many = {f"value{number}" for number in range(2 * ASKED_AT_ONCE + 1)}
    values = let_out(database)
    await values.keep(HERE, many)
    assert await values.known(HERE, many) == many


async def test_without_a_database_nothing_is_known_and_no_answer_is_lost(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    values = let_out(database)
    with database.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE let_out")
    await values.keep(HERE, {SIGNATURE})
    assert await values.known(HERE, {SIGNATURE}) == frozenset()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert SIGNATURE not in caplog.text
