"""Verification finds what was edited, moved, removed or cut off, and says which record it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.audit.log import open_audit_log
from service.audit.violations import ViolationKind
from tests.service.audit.kept import decision, kinds_found, numbered, query, verified
from tests.service.storage import audit_log, opened

SWAP = "UPDATE records SET sequence = CASE sequence WHEN {0} THEN -{1} WHEN {1} THEN -{0} ELSE sequence END"
UPRIGHT = "UPDATE records SET sequence = -sequence WHERE sequence < 0"


async def test_untouched_records_are_whole(tmp_path: Path) -> None:
    await numbered(tmp_path, 6)
    await numbered(tmp_path, 3)
    found = verified(tmp_path)
    assert found.intact
    assert [(chain.writer, chain.records) for chain in found.chains] == [("writer-0", 9)]


@pytest.mark.parametrize(
    ("sabotage", "flaws"),
    [
        ("UPDATE records SET body = '{\"number\":9}' WHERE sequence = 3", [("edited", 3)]),
        ("UPDATE records SET digest = 'other' WHERE sequence = 3", [("edited", 3)]),
        ("UPDATE records SET id = 'other' WHERE sequence = 3", [("edited", 3)]),
        ("UPDATE records SET at = '2020-01-01' WHERE sequence = 3", [("edited", 3)]),
        ("UPDATE records SET kind = 'outcome' WHERE sequence = 6", [("edited", 6)]),
        ("UPDATE records SET mac = 'no mac at all', body = x'ff00' WHERE sequence = 6", [("edited", 6)]),
        ("DELETE FROM records WHERE sequence = 3", [("removed", 3)]),
        ("DELETE FROM records WHERE sequence IN (1, 2)", [("removed", 1)]),
        ("DELETE FROM records WHERE sequence > 4", [("cut off", 5)]),
        ("DELETE FROM records", [("cut off", 1)]),
        (SWAP.format(2, 3), [("moved", 2), ("moved", 3)]),
        (SWAP.format(2, 5), [("moved", 2), ("moved", 5)]),
        (SWAP.format(1, 6), [("moved", 1), ("moved", 6)]),
        ("UPDATE heads SET sequence = 4, mac = (SELECT mac FROM records WHERE sequence = 4)", None),
        ("DELETE FROM heads WHERE writer = 'writer-0'", None),
        ("DELETE FROM heads", None),
    ],
)
async def test_a_change_is_found_and_named(tmp_path: Path, sabotage: str, flaws: list[tuple[str, int]] | None) -> None:
    await numbered(tmp_path, 6)
    assert verified(tmp_path).intact
    query(tmp_path, sabotage)
    query(tmp_path, UPRIGHT)
    found = kinds_found(verified(tmp_path))
    assert found if flaws is None else found == flaws


async def test_a_record_from_elsewhere_does_not_fit(tmp_path: Path) -> None:
    await numbered(tmp_path, 4)
    query(
        tmp_path,
        "INSERT INTO records SELECT writer, 5, kind, id, at, body, digest, mac FROM records WHERE sequence = 2",
    )
    assert kinds_found(verified(tmp_path)) == [("edited", 5)]


async def test_removal_under_new_numbers_shows(tmp_path: Path) -> None:
    await numbered(tmp_path, 6)
    query(tmp_path, "DELETE FROM records WHERE sequence = 2")
    query(tmp_path, "UPDATE records SET sequence = -(sequence - 1) WHERE sequence > 2")
    query(tmp_path, UPRIGHT)
    kinds = dict.fromkeys(violation.kind for violation in verified(tmp_path).violations)
    assert ViolationKind.CUT_OFF in kinds
    assert {ViolationKind.EDITED, ViolationKind.MOVED} & set(kinds)


async def test_wholesale_editing_is_found_record_by_record(tmp_path: Path) -> None:
    await numbered(tmp_path, 60)
    query(tmp_path, "UPDATE records SET id = 'dec_' || sequence")
    assert kinds_found(verified(tmp_path)) == [("edited", sequence) for sequence in range(1, 61)]


async def test_a_writer_cannot_be_removed_whole(tmp_path: Path) -> None:
    with audit_log(tmp_path) as first, audit_log(tmp_path) as second:
        await asyncio.gather(first.commit(decision()), second.commit(decision()))
    assert verified(tmp_path).intact
    for table in ("records", "heads"):
        query(tmp_path, f"DELETE FROM {table} WHERE writer = 'writer-1'")  # noqa: S608 two names of ours
    assert kinds_found(verified(tmp_path)) == [("writers changed", 0)]


async def test_without_the_key_nothing_is_believed_and_no_new_key_is_made(tmp_path: Path) -> None:
    await numbered(tmp_path, 3)
    (tmp_path / "records.key").write_bytes(b"x" * 32)
    assert {violation.kind for violation in verified(tmp_path).violations} >= {
        ViolationKind.EDITED,
        ViolationKind.UNSEALED,
    }


async def test_verifying_beside_a_busy_service_finds_nothing(tmp_path: Path) -> None:
    seen: list[int] = []
    with opened(tmp_path) as database:
        log = open_audit_log(database)
        for number in range(1000):
            log.post(decision(number=number))
        closing = asyncio.create_task(asyncio.to_thread(log.close))
        while not closing.done():
            found = await asyncio.to_thread(verified, tmp_path)
            assert found.intact
            seen.append(found.chains[0].records)
        await closing
    assert seen == sorted(seen)
    assert verified(tmp_path).chains[0].records == 1000
