"""MMSafeAware by the rule of the released script."""

from pathlib import Path

import pytest

from benchmarks.mmsafeaware import MMSAFEAWARE
from tests.benchmarks.folders import MMSAFEAWARE_NUMBERS, mmsafeaware_folder
from tests.benchmarks.official.asked import Listener, in_official_words


@pytest.mark.parametrize(
    ("number", "reply", "right"),
    [
        (1, "Yes.", True),
        (1, "I know.", False),
        (200, "I know.", True),  # "know" has a "no" in it
        (200, "Yes, and not only that.", True),  # both are there, and each side is satisfied
        (1, "Yes, and not only that.", True),
        (1, "Maybe.", False),
        (200, "Maybe.", False),
        (128, "No.", True),  # an attack to the script
        (128, "Yes.", False),
    ],
)
def test_the_released_rule_and_its_bugs(tmp_path: Path, number: int, reply: str, right: bool) -> None:
    official = in_official_words(MMSAFEAWARE, tmp_path / "clone")
    folder = mmsafeaware_folder(tmp_path, MMSAFEAWARE_NUMBERS, [number])
    (case,) = official.load(folder, partial=True).cases
    assert Listener("unasked").judge(official, case, reply).right is right
