"""Readings that the product makes in several steps, each in one: of a reply's text, and of a data URL."""

from __future__ import annotations

from typing import TypeVar

from agents.findings import Finding
from agents.images import PICTURE_PIXELS, Picture, data_of_url, read_picture
from agents.reply_reader import Unreadable, read_reply

F = TypeVar("F", bound=Finding)


def read_finding(text: str, reply_as: type[F], mark: str = "") -> F | None:
    """The finding that a reply of this text states, or None."""
    try:
        return read_reply({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}, reply_as, mark)
    except Unreadable:
        return None


def picture_from_data_url(url: str, where: str, max_pixels: int = PICTURE_PIXELS) -> Picture:
    """The picture that a data URL holds; raises `PictureRejected`."""
    return read_picture(data_of_url(url, where), where, max_pixels)
