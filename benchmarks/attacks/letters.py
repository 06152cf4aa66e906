"""Ways to write a text so that people do not see it, or see it as it was, while a model reads something else."""

from collections.abc import Callable, Mapping
from enum import StrEnum

TAGS = 0xE0000  # where Unicode's tag characters begin: ASCII that no font shows
VARIATION_SELECTORS = (
    0xE0100  # where the supplementary ones begin; the first stands for 16, the first sixteen being apart
)
ZERO_WIDTH_SPACE = "\u200b"
SMILE = "\U0001f642"  # carries the variation selectors behind it
LOOKALIKES = str.maketrans("ABCEHIKMOPTXaceiopxy", "АВСЕНІКМОРТХасеіорху")
"""Latin letters, and the Cyrillic ones that look the same."""


class Letters(StrEnum):
    """How a text is written."""

    PLAIN = "plain"
    UPPER_CASE = "upper case"
    HOMOGLYPHS = "homoglyphs"
    ZERO_WIDTH = "zero-width"
    TAGS = "tags"
    VARIATION_SELECTORS = "variation selectors"


def written(text: str, letters: Letters) -> str:
    """The text in these letters."""
    return WRITERS[letters](text)


def _in_tags(text: str) -> str:
    """The ASCII of the text as tags; other characters are left out, as there is no tag for them."""
    return "".join(chr(TAGS + ord(character)) for character in text if character.isascii())


def _in_variation_selectors(text: str) -> str:
    """Each byte as a variation selector behind a smile. A byte below 16 is a control character, which is left out."""
    return SMILE + "".join(chr(VARIATION_SELECTORS + byte - 16) for byte in text.encode() if byte >= 16)


WRITERS: Mapping[Letters, Callable[[str], str]] = {
    Letters.PLAIN: str,
    Letters.UPPER_CASE: str.upper,
    Letters.HOMOGLYPHS: lambda text: text.translate(LOOKALIKES),
    Letters.ZERO_WIDTH: ZERO_WIDTH_SPACE.join,
    Letters.TAGS: _in_tags,
    Letters.VARIATION_SELECTORS: _in_variation_selectors,
}
