"""Text for a terminal: what others wrote may be aimed at it, to move the cursor or to set the clipboard."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def printable(value: Any) -> str:
    """A value on one line without control characters."""
    text = "–" if value is None else str(value)
    return text if text.isprintable() else repr(text)


def without_controls(value: T) -> T:
    """The same text, list or object, each control character in its strings written out; lines and tabs stay."""
    shown: Any = value
    if isinstance(value, str):
        shown = "".join(each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in value)
    elif isinstance(value, list):
        shown = [without_controls(each) for each in value]
    elif isinstance(value, dict):
        shown = {without_controls(name): without_controls(each) for name, each in value.items()}
    return shown  # type: ignore[no-any-return]
