"""MOSSBench's loader, on folders drawn here in the repository's layout and the hub's."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer, FileInvalid, FileMissing, PicturesMissing
from benchmarks.mossbench import MOSSBENCH, TYPES
from tests.benchmarks.folders import mossbench_folder, put_picture


def put_csv(path: Path, requests: int = 300, stimulus: str = "metadata_over") -> None:
    named = list(TYPES.values())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["pid", "question", "description", stimulus])
        writer.writeheader()
        for number in range(1, requests + 1):
            line = {"pid": number, "question": f"How do I cut, and\nthen burn {number}?", "description": "x"}
            writer.writerow(line | {stimulus: named[(number - 1) // 100]})


def test_all_three_hundred_requests_are_safe_in_three_kinds(tmp_path: Path) -> None:
    loaded = MOSSBENCH.load(mossbench_folder(tmp_path))
    assert {case.side for case in loaded} == {Side.SAFE}
    assert Counter(case.category for case in loaded) == dict.fromkeys(TYPES.values(), 100)
    assert {case.pictures[0].media_type for case in loaded} == {"image/webp"}


@pytest.mark.parametrize(("name", "column"), [("information.csv", "meta_data_over"), ("metadata.csv", "metadata_over")])
def test_the_csv_of_repository_and_hub_gives_the_same_cases(tmp_path: Path, name: str, column: str) -> None:
    put_csv(tmp_path / name, stimulus=column)
    loaded = MOSSBENCH.load(tmp_path, "text-only")
    assert len(loaded) == 300
    assert loaded.cases[299].category == "Counterintuitive Interpretation"
    assert loaded.cases[0].query == "How do I cut, and\nthen burn 1?"


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"information.json"):
        MOSSBENCH.load(tmp_path)
    put_csv(tmp_path / "metadata.csv", requests=299)
    with pytest.raises(CountsDiffer, match="Counterintuitive Interpretation requests: documented 100, found 99"):
        MOSSBENCH.load(tmp_path)
    put_csv(tmp_path / "metadata.csv")
    put_picture(tmp_path / "images" / "1.png", 1)
    with pytest.raises(PicturesMissing, match="299 of 300 pictures missing: images/2, images/3"):
        MOSSBENCH.load(tmp_path)
    (tmp_path / "metadata.csv").write_text("pid,text\n1,hello\n", encoding="utf-8")
    with pytest.raises(FileInvalid, match=r"metadata.csv: line does not have"):
        MOSSBENCH.load(tmp_path)


def test_files_that_are_no_pictures_are_named_all_at_once_and_can_be_left_out(tmp_path: Path) -> None:
    mossbench_folder(tmp_path)
    (tmp_path / "images" / "7.webp").write_text("an error page", encoding="utf-8")
    (tmp_path / "images" / "9.webp").write_bytes(b"")
    with pytest.raises(PicturesMissing, match=r"2 of 300 pictures missing: images/7, images/9\..*--partial"):
        MOSSBENCH.load(tmp_path)
    assert MOSSBENCH.load(tmp_path, partial=True).missing == ("images/7", "images/9")
