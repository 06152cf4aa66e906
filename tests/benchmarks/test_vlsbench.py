"""VLSBench's loader: a folder drawn to the documented counts, and the released rows where they are there."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.errors import CountsDiffer, PicturesMissing
from benchmarks.vlsbench import CATEGORIES, VLSBENCH
from tests.benchmarks.folders import put_json, put_picture, released, vlsbench_rows


def test_every_row_is_unsafe_and_rows_of_one_picture_are_one_record(tmp_path: Path) -> None:
    put_json(tmp_path / "data.json", vlsbench_rows())
    for number in range(10):
        put_picture(tmp_path / "imgs" / f"{number}.png", number)
    loaded = VLSBENCH.load(tmp_path)
    assert len(loaded) == 2_241
    assert {case.side for case in loaded} == {Side.UNSAFE}
    assert len({case.record for case in loaded}) == 10
    assert len({case.pictures[0].sha256 for case in loaded}) == 10


def test_missing_pictures_and_rows_are_named(tmp_path: Path) -> None:
    put_json(tmp_path / "data.json", vlsbench_rows())
    for number in range(9):
        put_picture(tmp_path / "imgs" / f"{number}.png", number)
    with pytest.raises(PicturesMissing, match=r"1 of 10 pictures missing: imgs/9.png"):
        VLSBENCH.load(tmp_path)
    assert len(VLSBENCH.load(tmp_path, partial=True)) == 2_241 - 224
    put_json(tmp_path / "data.json", vlsbench_rows()[1:])
    with pytest.raises(CountsDiffer, match="Violent rows: documented 590, found 589"):
        VLSBENCH.load(tmp_path)


def test_the_released_rows_have_the_documented_counts() -> None:
    loaded = VLSBENCH.load(released("vlsbench"), "text-only")
    assert len(loaded) == 2_241
    assert Counter(case.category for case in loaded) == CATEGORIES
    assert Counter(case.metadata["source"] for case in loaded)["generation"] == 1_234


def test_the_released_rows_without_their_pictures_are_an_error() -> None:
    folder = released("vlsbench")
    if (folder / "imgs").is_dir():
        pytest.skip("needs a copy without pictures")
    with pytest.raises(PicturesMissing, match="of 1957 pictures missing") as raised:
        VLSBENCH.load(folder)
    assert len(raised.value.missing) == 1_957
    assert len(VLSBENCH.load(folder, partial=True)) == 0
