"""The examples of the playground: questions with two pictures each, one where the answer is safe and one where not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

FOLDER = Path(__file__).parents[2] / "examples"  # not in an installed package: then there are none


@dataclass(frozen=True)
class Example:
    """A question, and the names of its pictures."""

    query: str
    safe: str
    unsafe: str


def read_examples(folder: Path) -> tuple[Example, ...]:
    """The examples in a folder; none where it has none."""
    file = folder / "pairs.json"
    return tuple(Example(**each) for each in orjson.loads(file.read_bytes())) if file.is_file() else ()


EXAMPLES = read_examples(FOLDER)
PICTURES = frozenset(name for each in EXAMPLES for name in (each.safe, each.unsafe))


def example_picture(name: str) -> bytes | None:
    """A picture of an example; None for any other name."""
    return (FOLDER / name).read_bytes() if name in PICTURES else None
