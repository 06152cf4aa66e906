"""The examples that ship: questions with two pictures each, one where the answer is safe and one where not.

The playground shows them, and a canary may ask about one (`picture: builtin:golf-unsafe.png`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

INSTALLED = Path(__file__).parent / "pairs"
CLONED = Path(__file__).parents[1] / "examples"
FOLDER = INSTALLED if INSTALLED.is_dir() else CLONED
BUILT_IN = "builtin:"


@dataclass(frozen=True)
class Example:
    """A question, and the names of its pictures."""

    query: str
    safe: str
    unsafe: str


EXAMPLES = tuple(Example(**each) for each in orjson.loads((FOLDER / "pairs.json").read_bytes()))
PICTURES = frozenset(name for each in EXAMPLES for name in (each.safe, each.unsafe))


def example_picture(name: str) -> bytes | None:
    """A picture of an example; None for any other name."""
    return (FOLDER / name).read_bytes() if name in PICTURES else None


def picture_file(path: Path) -> Path:
    """The file that a path means: itself, or the example that `builtin:NAME` names."""
    text = str(path)
    return FOLDER / text.removeprefix(BUILT_IN) if text.startswith(BUILT_IN) else path
