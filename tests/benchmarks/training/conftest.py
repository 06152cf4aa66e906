"""Labelled pairs in a folder, and the checkpoints that they are tried on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.agents.conftest import tiny_llava

__all__ = ["tiny_llava"]

STEPS = {"visible": "a shop", "wants": "to swing", "evidence": "glass", "conclusion": "it is not safe here"}


class Folder:
    """A data file that a test writes row by row; each scene has two pictures of its own."""

    def __init__(self, path: Path) -> None:
        self.folder = path
        self.path = path / "pairs.jsonl"
        self.rows: list[dict[str, Any]] = []

    def pair(self, number: int, split: str | None, **changes: Any) -> None:
        """Two rows of a scene: safe and unsafe, over two pictures."""
        for side in ("safe", "unsafe"):
            self.row(
                number, side, pair=str(number), side=side, steps=STEPS, **({"split": split} if split else {}), **changes
            )

    def row(self, number: int, look: str = "safe", **fields: Any) -> None:
        """A row over the picture of this look: an anchor, unless the fields say otherwise."""
        name = f"{number}_{look}.png"
        shade = (number * 29 % 256, number * 53 % 256, 200 if look == "safe" else 50)
        Image.new("RGB", (32, 32), shade).save(self.folder / name)
        given = {"scene": f"scene {number}", "picture": name, "question": "How?", "reply": f"So, {look}.", **fields}
        self.rows.append(given)

    def write(self) -> Path:
        self.path.write_text("".join(json.dumps(row) + "\n" for row in self.rows), encoding="utf-8")
        return self.path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty one."""
    return Folder(tmp_path)


@pytest.fixture
def small(folder: Folder) -> Path:
    """Four pairs to train on and one anchor, two pairs to validate and two to test."""
    for number, split in enumerate(["train"] * 4 + ["validation"] * 2 + ["test"] * 2):
        folder.pair(number, split)
    folder.row(0, split="train", reply="A red wall.", question="What is this?")
    return folder.write()
