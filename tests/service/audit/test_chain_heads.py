"""A chain goes on from its sealed head and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.audit.chain_heads import seal_existing_chains
from service.database.engine import existing_database
from service.database.errors import StorageUnusable
from service.database.migrate import newest_version
from tests.service.audit.kept import kinds_found, numbered, query, verified
from tests.service.audit.older import older
from tests.service.storage import audit_log


def upgraded(folder: Path) -> tuple[str, str]:
    with existing_database(folder) as database:
        return database.upgrade(seal_existing_chains)


async def test_a_service_goes_on_from_the_sealed_end_and_hides_no_gap(tmp_path: Path) -> None:
    await numbered(tmp_path, 6)
    query(tmp_path, "DELETE FROM records WHERE sequence > 4")
    await numbered(tmp_path, 2)
    assert kinds_found(verified(tmp_path)) == [("removed", 5)]


@pytest.mark.parametrize(
    "sabotage",
    [
        "UPDATE heads SET sequence = 2 WHERE writer = 'writer-0'",
        "DELETE FROM heads",
        "DELETE FROM heads WHERE writer = '*'",
    ],
)
async def test_a_service_does_not_start_on_a_changed_end(tmp_path: Path, sabotage: str) -> None:
    await numbered(tmp_path, 4)
    query(tmp_path, sabotage)
    with pytest.raises(StorageUnusable, match="situguard records verify"), audit_log(tmp_path):
        pass


async def test_records_that_an_older_process_added_after_the_upgrade_are_adopted(tmp_path: Path) -> None:
    await numbered(tmp_path, 3)
    (before,) = query(tmp_path, "SELECT sequence, mac, seal FROM heads WHERE writer = 'writer-0'")
    await numbered(tmp_path, 2)
    query(tmp_path, "UPDATE heads SET sequence = ?, mac = ?, seal = ? WHERE writer = 'writer-0'", *before)
    await numbered(tmp_path, 2)
    assert verified(tmp_path).intact
    assert verified(tmp_path).chains[0].records == 7


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_an_older_schema_is_upgraded_and_its_records_hold(tmp_path: Path, revision: str) -> None:
    older(tmp_path, revision, records=5)
    assert upgraded(tmp_path) == (revision, newest_version())
    assert upgraded(tmp_path) == (newest_version(), newest_version())
    assert verified(tmp_path).chains[0].records == 5
    assert verified(tmp_path).intact
    query(tmp_path, "DELETE FROM records WHERE sequence > 3")
    assert [violation.sequence for violation in verified(tmp_path).violations] == [4]
