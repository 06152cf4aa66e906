"""The examples have all their pictures, and nothing else can be had by their names."""

from __future__ import annotations

from pathlib import Path

from service.examples import EXAMPLES, FOLDER, example_picture, picture_file


def test_each_example_has_both_pictures() -> None:
    assert len(EXAMPLES) == 8
    for each in EXAMPLES:
        assert example_picture(each.safe) is not None
        assert example_picture(each.unsafe) is not None
    assert example_picture("../pyproject.toml") is None


def test_an_example_is_named_as_built_in_and_any_other_path_is_a_file() -> None:
    assert picture_file(Path("builtin:golf-unsafe.png")) == FOLDER / "golf-unsafe.png"
    assert picture_file(Path("/srv/golf.png")) == Path("/srv/golf.png")
