"""Secrets that an endpoint is shown: keys and headers, from the environment or from a file.

A file is read again when it changes, so that a key can be exchanged while the process runs.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Protocol

from agents.errors import SecretUnusable

logger = logging.getLogger(__name__)

KEY = re.compile(r"[!-~]+")
PROXY = re.compile(r"(?i:https?)://[!-~]+")
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
MAX_SECRET_BYTES = 64 * 1024  # a larger file is the wrong file


class Secret(Protocol):
    """A text that no `repr` and no error shows. Pydantic's `SecretStr` is one that never changes."""

    def get_secret_value(self) -> str:
        """The text as it is now."""
        ...


class SecretFile:
    """A secret in a file, which may end with a line break.

    Raises `SecretUnusable` where it cannot be read at first. Later, a change that cannot be read is logged, and the
    last good text stays in use.
    """

    def __init__(self, path: Path, form: re.Pattern[str] = KEY) -> None:
        self._path = path
        self._form = form
        self._state = _state_of(path)
        self._text = self._read()

    def __repr__(self) -> str:
        return f"SecretFile({str(self._path)!r})"

    def get_secret_value(self) -> str:
        """The text as it is now. Looks at the file's state, and reads it only after a change."""
        state = _state_of(self._path)
        if state != self._state:
            self._state = state
            try:
                self._text = self._read()
            except SecretUnusable as error:
                logger.warning("%s; the last one stays in use", error)
        return self._text

    def _read(self) -> str:
        source = str(self._path)
        try:
            with self._path.open("rb") as file:
                raw = file.read(MAX_SECRET_BYTES + 1)
        except OSError as error:
            raise SecretUnusable(source, f"cannot be read: {error.strerror}") from None
        if len(raw) > MAX_SECRET_BYTES:
            raise SecretUnusable(source, f"is larger than {MAX_SECRET_BYTES} bytes")
        return checked(raw.decode("latin-1").removesuffix("\n").removesuffix("\r"), source, self._form)


def checked(text: str, source: str, form: re.Pattern[str] = KEY) -> str:
    """The text, if it has the form of a key or header value. Raises `SecretUnusable`, which names only the source."""
    if form.fullmatch(text):
        return text
    if not text:
        reason = "is empty"
    elif text != text.strip():
        reason = "has white space at its start or end"
    elif any(character.isspace() for character in text):
        reason = "has white space in it"
    elif form is PROXY:
        reason = "is not an address like http://proxy.example:3128"
    else:
        reason = "has characters that no header may hold; printable ASCII is needed"
    raise SecretUnusable(source, reason)


def _state_of(path: Path) -> tuple[int, int, int] | None:
    """Another one after each change, also where a link now leads to another file, as Kubernetes does it."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
