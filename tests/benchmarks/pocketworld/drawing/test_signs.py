"""Signs have capitals of a fixed height, and several colours."""

import pytest

from benchmarks.pocketworld.drawing.signs import CAPITAL, STYLES, sign_sprite


def test_capitals_are_as_high_as_the_signs_promise() -> None:
    plate = sign_sprite("EXIT", 0).convert("L").point([255 * (level < 90) for level in range(256)])
    letters = plate.crop((24, 24, plate.width - 24, plate.height - 24)).getbbox()
    assert letters is not None
    assert letters[3] - letters[1] == pytest.approx(CAPITAL, abs=3)


def test_signs_come_in_several_colours() -> None:
    plates = {sign_sprite("EXIT", style).getpixel((16, 40)) for style in range(len(STYLES))}
    assert len(plates) == len(STYLES)
