"""Tokens: what a client sends. 256 random bits need no slow hash, so SHA-256 of the whole text is what is stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field

BASE62 = string.digits + string.ascii_letters
ID_LENGTH = 8
SECRET_LENGTH = 43  # characters out of 62: 256 bits
CLIENT = re.compile(
    rf"sg_(?P<environment>[a-z]{{2,8}})_(?P<id>[0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}"
)
ADMIN = re.compile(rf"sgadmin_(?P<id>[0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}")
BEARER = re.compile(r"[Bb]earer (?P<token>[!-~]{1,200})")


@dataclass(frozen=True)
class Token:
    """A fresh token. `text` is shown to its owner once and stored nowhere."""

    id: str
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        return digest(self.text)


def client_token(environment: str) -> Token:
    """`sg_<environment>_<id>_<secret>`: secret scanners can find it, and people can tell it apart."""
    name = _random_text(ID_LENGTH)
    return Token(name, f"sg_{environment}_{name}_{_random_text(SECRET_LENGTH)}")


def admin_token() -> Token:
    """`sgadmin_<id>_<secret>`: it cannot be mistaken for a client's token."""
    name = _random_text(ID_LENGTH)
    return Token(name, f"sgadmin_{name}_{_random_text(SECRET_LENGTH)}")


def digest(text: str) -> bytes:
    """SHA-256 of a token."""
    return hashlib.sha256(text.encode()).digest()


def matches(text: str, kept: bytes) -> bool:
    """Whether a token is the one whose digest was kept; takes as long for a wrong one."""
    return hmac.compare_digest(digest(text), kept)


def bearer(authorization: str | None) -> str | None:
    """The token in an `Authorization` header; nothing else is read."""
    match = BEARER.fullmatch(authorization or "")
    return match["token"] if match else None


def client_id(text: str) -> str | None:
    """The id in a client's token; None for anything else."""
    match = CLIENT.fullmatch(text)
    return match["id"] if match else None


def admin_id(text: str) -> str | None:
    """The id in an administrator's token; None for anything else."""
    match = ADMIN.fullmatch(text)
    return match["id"] if match else None


def _random_text(length: int) -> str:
    return "".join(secrets.choice(BASE62) for _ in range(length))
