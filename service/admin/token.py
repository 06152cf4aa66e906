"""The administrator's credential that a process starts with, from a file or a variable, beside those in the store."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from service.keys.token import digest

LEAST_SIGNS = 32  # of the 64 of base64 that are 192 random bits; SHA-256 without salt needs what nobody can guess
SIGNS = re.compile(rf"[!-~]{{{LEAST_SIGNS},200}}")


class TokenRejected(Exception):
    """The credential cannot be used; `reason` says why, and nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the administrator's token {reason}")
        self.reason = reason


def admin_digest(token: SecretStr | None, file: Path | None) -> bytes | None:
    """SHA-256 of the token, which is kept nowhere else; None where none is set. Raises `TokenRejected`."""
    if file is not None:
        return digest(_checked(_read(file)))
    return None if token is None else digest(_checked(token.get_secret_value()))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise TokenRejected(f"cannot be read from {file}") from None


def _checked(text: str) -> str:
    if not SIGNS.fullmatch(text):
        raise TokenRejected(f"must have {LEAST_SIGNS} to 200 printable ASCII signs")
    return text
