"""Contact sheets show everything, by the command that the documentation names, and the committed ones are current."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.pocketworld.drawing import contact_sheet
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, judge

DOCUMENTATION = Path(__file__).parents[4] / "docs" / "pocketworld"
LARGEST = 400_000
"""Bytes of a committed contact_sheet."""


@pytest.mark.parametrize("part", contact_sheet.PARTS)
def test_every_part_can_be_had_by_command(part: str, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    contact_sheet.main([str(out), part])
    with Image.open(out) as saved:
        assert saved.size == contact_sheet.PARTS[part]().size
    assert out.stat().st_size < LARGEST


def test_without_a_part_all_stand_on_one_sheet(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    contact_sheet.main([str(out)])
    with Image.open(out) as saved:
        assert saved.height > contact_sheet.objects_sheet().height + contact_sheet.places_sheet().height


def test_an_unknown_part_is_refused_with_the_usage(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"OUT\.png"):
        contact_sheet.main([str(tmp_path / "sheet.png"), "animals"])


@pytest.mark.parametrize("part", ["objects", "places", "signs", "quad"])
def test_the_committed_sheets_are_current(part: str) -> None:
    drawn = contact_sheet.PARTS[part]()
    path = DOCUMENTATION / f"{part}.png"
    assert path.stat().st_size < LARGEST
    with Image.open(path) as committed:
        assert committed.size == drawn.size
        small = [image.convert("RGB").reduce(8).tobytes() for image in (committed, drawn)]
    differences = [abs(old - new) for old, new in zip(*small, strict=True)]
    assert sum(differences) / len(differences) < 4


def test_the_quad_of_the_documentation_changes_sides() -> None:
    combinations = [(name, scene) for name in contact_sheet.QUAD_ACTIVITIES for scene in contact_sheet.QUAD_SCENES]
    truths = [judge(ACTIVITIES[name], scene).safe for name, scene in combinations]
    assert truths == [True, False, False, True]
