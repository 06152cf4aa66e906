"""An anchor finds what no chain can show: a folder that was set back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.audit.anchor import anchor_violations, read_anchor, write_anchor
from service.audit.reader import reading
from service.audit.violations import ViolationKind
from service.database.engine import existing_database
from service.database.errors import StorageUnusable
from tests.service.audit.kept import numbered, verified


async def test_only_an_anchor_finds_a_folder_set_back(tmp_path: Path) -> None:
    folder, before, file = tmp_path / "data", tmp_path / "before", tmp_path / "anchor.json"
    await numbered(folder, 3)
    shutil.copytree(folder, before)
    await numbered(folder, 3)
    assert read_anchor(file) is None
    write_anchor(file, verified(folder))
    shutil.rmtree(folder)
    shutil.copytree(before, folder)
    assert verified(folder).intact
    anchor = read_anchor(file)
    assert anchor is not None
    with existing_database(folder) as database, reading(database) as reader:
        assert [(violation.kind, violation.sequence) for violation in anchor_violations(anchor, reader)] == [
            (ViolationKind.SET_BACK, 6)
        ]


async def test_an_anchor_holds_while_records_are_added(tmp_path: Path) -> None:
    await numbered(tmp_path, 3)
    write_anchor(tmp_path / "anchor.json", verified(tmp_path))
    await numbered(tmp_path, 3)
    anchor = read_anchor(tmp_path / "anchor.json")
    assert anchor is not None
    with existing_database(tmp_path) as database, reading(database) as reader:
        assert anchor_violations(anchor, reader) == []


def test_a_file_that_is_no_anchor_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anchor.json").write_text("{}")
    with pytest.raises(StorageUnusable):
        read_anchor(tmp_path / "anchor.json")
