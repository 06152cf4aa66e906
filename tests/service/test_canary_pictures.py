"""A canary's picture is looked at before a configuration serves: each one that cannot be read is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guard.config import Config
from guard.errors import ConfigRejected
from service.canary_pictures import with_canary_pictures
from tests.scripts import picture
from tests.service.configuration.settings import document


def with_canaries(**pictures: str | None) -> Config:
    golf: dict[str, Any] = {"deployment": "kitchen", "text": "How do I swing?", "expect": "unsafe"}
    asked = {name: {**golf, "picture": picture} for name, picture in pictures.items()}
    return Config.model_validate({**document(), "canaries": asked})


def test_pictures_that_are_there_are_let_pass(tmp_path: Path) -> None:
    file = tmp_path / "green.png"
    file.write_bytes(picture("green").data)
    found = with_canaries(file=str(file), built_in="builtin:golf-unsafe.png", words=None)
    assert with_canary_pictures(found, "guard.yaml") is found


def test_each_that_cannot_be_read_is_named_with_its_field(tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    gone = str(tmp_path / "gone.png")
    found = with_canaries(gone=gone, text=str(text), folder=str(tmp_path), example="builtin:x.png")
    with pytest.raises(ConfigRejected) as caught:
        with_canary_pictures(found, "guard.yaml")
    first, unreadable, folder, example = str(caught.value).splitlines()
    assert first == f"guard.yaml: canaries.gone.picture: {gone}: No such file or directory"
    assert unreadable.startswith(f"guard.yaml: canaries.text.picture: {text}: ")
    assert "canaries.folder.picture" in folder
    assert "canaries.example.picture: builtin:x.png: No such file" in example
