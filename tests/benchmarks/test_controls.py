"""Blank, swapped and missing pictures."""

from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import mssbench
from benchmarks.case import Case, Side
from benchmarks.controls import CONTROLS, NothingToSwapWith, blank_pictures, controlled, swapped_pictures, text_only
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.scores import case


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Case, ...]:
    """Eight chat records and four embodied ones, all pictures different."""
    return mssbench.load(mssbench_folder(tmp_path, chat=8, embodied=4), versions=()).cases


@pytest.mark.parametrize("control", CONTROLS)
def test_a_controls_cases_are_the_same_questions_under_the_same_ids(cases: tuple[Case, ...], control: str) -> None:
    changed = {item.id: item for item in controlled(cases, control, seed=1)}
    assert changed.keys() == {item.id for item in cases}
    for item in cases:
        assert changed[item.id].text == item.text
        assert changed[item.id].side is item.side
        assert changed[item.id].metadata["control"] == control
        assert changed[item.id].pictures != item.pictures


def test_text_only_has_no_picture_left(cases: tuple[Case, ...]) -> None:
    assert not [picture for item in text_only(cases) for picture in item.pictures]


def test_a_blank_picture_is_grey_and_of_the_original_size(cases: tuple[Case, ...]) -> None:
    with Image.open(BytesIO(blank_pictures(cases)[0].pictures[0].read())) as image:
        assert image.size == (8, 8)
        assert image.getcolors() == [(64, (128, 128, 128))]


@pytest.mark.parametrize("seed", range(4))
def test_a_swapped_picture_comes_from_an_unrelated_record_of_the_same_side(cases: tuple[Case, ...], seed: int) -> None:
    owner = {item.pictures[0].sha256: item for item in cases}
    for item in swapped_pictures(cases, seed):
        donor = owner[item.pictures[0].sha256]
        assert donor.record != item.record
        assert (donor.side, donor.subset) == (item.side, item.subset)


def test_the_seed_decides_who_swaps_with_whom(cases: tuple[Case, ...]) -> None:
    assert swapped_pictures(cases, 1) == swapped_pictures(cases, 1)
    assert swapped_pictures(cases, 1) != swapped_pictures(cases, 2)


def test_cases_that_share_a_picture_do_not_swap_it() -> None:
    alone = [case("a", Side.SAFE, picture=1), case("b", Side.SAFE, picture=1)]
    with pytest.raises(NothingToSwapWith, match="a/safe"):
        swapped_pictures(alone, seed=1)


def test_every_picture_of_a_donor_is_lent_out(cases: tuple[Case, ...]) -> None:
    swapped = Counter(item.pictures[0].sha256 for item in swapped_pictures(cases, 3))
    assert swapped == Counter(item.pictures[0].sha256 for item in cases)
