"""The chain and its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.audit.chain import ChainKey, load_key
from service.database.errors import StorageUnusable
from tests.service.audit.kept import assert_chained, decision, query
from tests.service.storage import audit_log


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


def test_digests_in_records_cannot_be_guessed_without_the_key() -> None:
    one, other = ChainKey(b"1" * 32), ChainKey(b"2" * 32)
    assert one.keyed("abc") != other.keyed("abc")
    assert one.keyed("abc") == one.keyed("abc")


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
