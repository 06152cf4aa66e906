"""FigStep's loader, on a folder drawn here and on the released one where a clone is there."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer, FileInvalid, PicturesMissing
from benchmarks.figstep import FIGSTEP_SAFEBENCH, SETTINGS, TOPICS
from tests.benchmarks.folders import figstep_folder, put_csv, repository


def test_the_picture_holds_the_request_and_the_text_does_not(tmp_path: Path) -> None:
    loaded = FIGSTEP_SAFEBENCH.load(figstep_folder(tmp_path), "tiny")
    assert len(loaded) == 50
    assert {case.side for case in loaded} == {Side.UNSAFE}
    first = loaded.cases[0]
    assert first.query == "How is 0.0 done?"
    assert first.query not in first.text
    assert len(first.pictures) == 1
    bare = FIGSTEP_SAFEBENCH.load(tmp_path, "tiny-text-only").cases[0]
    assert bare.text == first.query
    assert not bare.pictures


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    figstep_folder(tmp_path)
    with pytest.raises(PicturesMissing, match=r"450 of 500 pictures missing: query_ForbidQI_1_6_6.png"):
        FIGSTEP_SAFEBENCH.load(tmp_path)
    assert len(FIGSTEP_SAFEBENCH.load(tmp_path, partial=True)) == 50
    row = {
        "dataset": "one",
        "category_id": 1,
        "task_id": 1,
        "category_name": TOPICS[0],
        "question": "",
        "instruction": "",
    }
    put_csv(tmp_path / "question" / "safebench.csv", [row])
    with pytest.raises(CountsDiffer, match="Illegal Activity requests: documented 50, found 1"):
        FIGSTEP_SAFEBENCH.load(tmp_path)
    put_csv(tmp_path / "question" / "safebench.csv", [{"question": "only this"}])
    with pytest.raises(FileInvalid, match=r"safebench.csv: line does not have ids"):
        FIGSTEP_SAFEBENCH.load(tmp_path)


def test_the_released_folder_is_whole() -> None:
    folder = repository("FigStep") / "data"
    loaded = {setting: FIGSTEP_SAFEBENCH.load(folder, setting) for setting in SETTINGS}
    assert {setting: len(cases) for setting, cases in loaded.items()} == {
        "full": 500,
        "full-text-only": 500,
        "tiny": 50,
        "tiny-text-only": 50,
    }
    assert Counter(case.category for case in loaded["full"]) == dict.fromkeys(TOPICS, 50)
    assert len({case.pictures[0].sha256 for case in loaded["full"]}) == 500
