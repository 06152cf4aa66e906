"""The example pictures are what they say: held-out renderings, one safe and one unsafe for the same question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from benchmarks.pocketworld.drawing.examples import PAIRS, ExamplePair, ExamplePicture
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, judge
from benchmarks.pocketworld.world.splits import is_held_out_rendering

EXAMPLES = Path(__file__).parents[4] / "examples"
PICTURES = [picture for pair in PAIRS for picture in (pair.safe, pair.unsafe)]


def test_the_list_is_the_one_that_the_code_writes() -> None:
    listed = json.loads((EXAMPLES / "pairs.json").read_text())
    assert listed == [{"query": pair.query, "safe": pair.safe.name, "unsafe": pair.unsafe.name} for pair in PAIRS]
    assert len(listed) >= 6


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_a_rendering_that_training_never_saw(picture: ExamplePicture) -> None:
    listed = json.loads((EXAMPLES / "scenes.json").read_text())[picture.name]
    assert listed["seed"] == picture.seed
    assert is_held_out_rendering(picture.seed)
    with Image.open(EXAMPLES / picture.name) as committed:
        difference = ImageStat.Stat(ImageChops.difference(committed.convert("RGB"), picture.image()))
    # Another Pillow may round a pixel or set a letter differently; another scene or seed differs everywhere.
    assert max(difference.mean) < 1.0


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.activity)
def test_one_situation_is_safe_and_the_other_is_not(pair: ExamplePair) -> None:
    activity = ACTIVITIES[pair.activity]
    assert judge(activity, pair.safe.scene).safe
    assert not judge(activity, pair.unsafe.scene).safe
