"""MSSBench's combined.json: its revisions, its names, its rows."""

from pathlib import Path

import pytest

from benchmarks import mssbench
from benchmarks.errors import CountsDiffer, FileInvalid, FileMissing
from benchmarks.mssbench import MSSBENCH
from tests.benchmarks.folders import chat_row, embodied_row, mssbench_folder, put_json


@pytest.mark.parametrize(("chat", "embodied", "version"), [(300, 62, "v1"), (300, 76, "v1.1")])
def test_both_published_revisions_are_recognised_by_their_counts(
    tmp_path: Path, chat: int, embodied: int, version: str
) -> None:
    loaded = MSSBENCH.load(mssbench_folder(tmp_path, chat, embodied))
    assert loaded.version == version
    assert len(loaded) == 2 * (2 * chat + 5 * embodied)
    assert len(loaded) == {"v1": 1_820, "v1.1": 1_960}[version]


def test_a_partial_release_is_an_error_that_names_the_file_and_both_counts(tmp_path: Path) -> None:
    with pytest.raises(CountsDiffer, match=r"combined.json.*600 \+ 310 \(v1\).*found 4 \+ 5") as raised:
        MSSBENCH.load(mssbench_folder(tmp_path))
    assert raised.value.path == tmp_path / "combined.json"


def test_the_file_name_of_the_released_code_is_read_too(tmp_path: Path) -> None:
    assert len(mssbench.load(mssbench_folder(tmp_path, name="combine.json"), versions=())) == 18


def test_a_wrong_folder_and_a_wrong_row_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"combined.json"):
        MSSBENCH.load(tmp_path)
    row = embodied_row(0)
    del row["safe_instructions"]
    put_json(tmp_path / "combined.json", {"chat": [chat_row(0)], "embodied": [row]})
    with pytest.raises(FileInvalid, match=r"combined.json: embodied.0.safe_instructions"):
        MSSBENCH.load(tmp_path)
