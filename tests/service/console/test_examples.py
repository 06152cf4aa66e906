"""The examples are those of the repository, and without the folder there are none."""

from __future__ import annotations

from pathlib import Path

from service.console.examples import EXAMPLES, example_picture, read_examples


def test_each_example_has_both_pictures(tmp_path: Path) -> None:
    assert len(EXAMPLES) == 8
    for each in EXAMPLES:
        assert example_picture(each.safe) is not None
        assert example_picture(each.unsafe) is not None
    assert read_examples(tmp_path) == ()
    assert example_picture("../pyproject.toml") is None
