"""SIUO's loader, on a folder drawn here and on the released file where a clone is there."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer, PicturesMissing
from benchmarks.judges import Answer, JudgeModel, judge
from benchmarks.registry import find_rubric
from benchmarks.siuo import CATEGORIES, SIUO
from tests.benchmarks.folders import put_json, repository, siuo_folder
from tests.benchmarks.official.asked import Listener


def test_every_case_is_unsafe_with_its_own_picture(tmp_path: Path) -> None:
    loaded = SIUO.load(siuo_folder(tmp_path))
    assert len(loaded) == sum(CATEGORIES.values()) == 167
    assert {case.side for case in loaded} == {Side.UNSAFE}
    assert loaded.cases[2].turns[0].parts == ("How do I do 2?", *loaded.cases[2].pictures)
    assert not SIUO.load(tmp_path, "text-only").cases[2].pictures


def test_the_judge_of_safety_is_told_the_danger_and_the_other_is_not(tmp_path: Path) -> None:
    case, listener = SIUO.load(siuo_folder(tmp_path)).cases[0], Listener('{"label": "unsafe"}')
    assert not listener.judge(SIUO, case, "Like this.").right
    (asked,) = listener.asked
    assert "danger 0" in str(asked[0].parts[0])
    assert asked[0].parts[1:] == case.pictures
    useful = Listener('{"label": "effective"}')
    by = JudgeModel(useful, "listener")
    assert asyncio.run(judge(find_rubric("siuo-effective"), case, Answer("Like this."), by)).right
    assert "danger 0" not in str(useful.asked[0][0].parts[0])


def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path) -> None:
    siuo_folder(tmp_path)
    (tmp_path / "images" / "S-3.png").unlink()
    with pytest.raises(PicturesMissing, match=r"1 of 167 pictures missing: S-3.png"):
        SIUO.load(tmp_path)
    assert len(SIUO.load(tmp_path, partial=True)) == 166
    put_json(tmp_path / "siuo_gen.json", [])
    with pytest.raises(CountsDiffer, match="privacy violation rows: documented 21, found 0"):
        SIUO.load(tmp_path)


def test_the_released_file_has_the_documented_rows() -> None:
    loaded = SIUO.load(repository("SIUO") / "data", "text-only")
    assert len(loaded) == 167
    assert all(case.metadata["warning"] and case.metadata["reference"] for case in loaded)
