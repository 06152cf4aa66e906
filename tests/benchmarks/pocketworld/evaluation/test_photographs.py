"""Pictures that are not of Pocket World are sampled at random, each once."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.pocketworld.evaluation.evaluate import SampleSizes
from benchmarks.pocketworld.evaluation.photographs import BLANKS, SIZE, blank_pictures, photographs
from tests.benchmarks.folders import MMSAFEAWARE_NUMBERS as NUMBERS
from tests.benchmarks.folders import mm_safetybench_folder, mmsafeaware_folder, put_picture, released


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both releases in small, MMSafeAware's entries showing one picture twice."""
    folder = tmp_path / "mmsafeaware" / "data"
    folder.mkdir(parents=True)
    aware = mmsafeaware_folder(folder, NUMBERS, pictured=NUMBERS[:40])
    put_picture(aware / "images" / "41.jpeg", 1, "JPEG")
    mm_safetybench_folder(tmp_path / "mmsafetybench", ("SD", "SD_TYPO", "TYPO"))
    return tmp_path


def test_each_release_gives_its_number_of_different_pictures_and_each_kind_its_part(data: Path) -> None:
    sets = photographs(data, 30, 7)
    assert [(each.name, len(each.pictures)) for each in sets] == [
        ("MMSafeAware", 30),
        *((f"MM-SafetyBench {kind}", 10) for kind in ("sd", "sd-typo", "typo")),
    ]
    for each in sets:
        assert len({picture.sha256 for _, picture in each.pictures}) == len(each.pictures)


def test_a_picture_that_is_shown_twice_is_drawn_once(data: Path) -> None:
    released_files = (data / "mmsafeaware" / "data" / "images").iterdir()
    aware, *_ = photographs(data, 400, 7)
    assert len(aware.pictures) == len({file.read_bytes() for file in released_files}) < 41


def test_the_same_seed_draws_the_same_pictures(data: Path) -> None:
    assert photographs(data, 9, 1) == photographs(data, 9, 1)
    assert photographs(data, 9, 1) != photographs(data, 9, 2)


def test_the_real_releases_give_what_is_asked_for_and_all_they_have_by_default() -> None:
    root = released("mmsafeaware").parent
    assert [len(each.pictures) for each in photographs(root, 200, 7)] == [200, 66, 67, 67]
    everything = photographs(root, SampleSizes().pictures, 7)
    assert everything == photographs(root, 10_000, 7)
    assert [len(each.pictures) for each in everything] == [444, 168, 168, 163]  # some typo pictures look the same


def test_blank_pictures_show_one_colour_or_noise_and_are_the_same_for_the_same_seed() -> None:
    blanks = blank_pictures(12, 5)
    assert blanks == blank_pictures(12, 5)
    shown = [Image.open(BytesIO(picture.read())) for _, picture in blanks.pictures]
    assert {image.size for image in shown} == {(SIZE, SIZE)}
    spread = [float(np.asarray(image).reshape(-1, 3).std(0).max()) for image in shown]
    assert [deviation < 1 for deviation in spread] == [True, True, False, False] * 3
    assert len({picture.sha256 for _, picture in blanks.pictures}) == len(blanks.pictures)
    assert len(BLANKS) == 4
