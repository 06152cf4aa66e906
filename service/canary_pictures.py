"""Canaries' pictures are read when a file is, and not first when a canary is asked.

Live changes look at no picture: one that is lost later must not keep anybody from changing a deployment.
"""

from __future__ import annotations

from pathlib import Path

from agents.errors import PictureRejected
from agents.images import Picture, read_picture
from guard.config import Config
from guard.errors import ConfigRejected, Problem
from service.examples import picture_file


def canary_picture(path: Path) -> Picture:
    """The picture that a canary shows; raises `OSError` and `PictureRejected`."""
    return read_picture(picture_file(path).read_bytes(), str(path))


def with_canary_pictures(config: Config, file: str) -> Config:
    """The same configuration; raises `ConfigRejected` where a canary's picture cannot be read. It blocks."""
    problems = [
        Problem(0, f"canaries.{name}.picture", problem)
        for name, canary in config.canaries.items()
        if canary.picture is not None and (problem := _problem(canary.picture))
    ]
    if problems:
        raise ConfigRejected(file, problems)
    return config


def _problem(path: Path) -> str | None:
    try:
        canary_picture(path)
    except OSError as error:
        return f"{path}: {error.strerror}"
    except PictureRejected as error:
        return str(error)
    return None
