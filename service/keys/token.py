"""Tokens: what a client holds. 256 random bits need no slow hash, so SHA-256 of the whole text is what we keep."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field

BASE62 = string.digits + string.ascii_letters
ID_SIGNS = 8
SECRET_SIGNS = 43  # of 62: 256 bits
CLIENT = re.compile(
    rf"sg_(?P<environment>[a-z]{{2,8}})_(?P<id>[0-9A-Za-z]{{{ID_SIGNS}}})_[0-9A-Za-z]{{{SECRET_SIGNS}}}"
)
ADMIN = re.compile(rf"sgadmin_(?P<id>[0-9A-Za-z]{{{ID_SIGNS}}})_[0-9A-Za-z]{{{SECRET_SIGNS}}}")
BEARER = re.compile(r"[Bb]earer (?P<token>[!-~]{1,200})")


@dataclass(frozen=True)
class Token:
    """A fresh token. `text` is shown to its owner once and kept nowhere."""

    id: str
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        return digest(self.text)


def client_token(environment: str) -> Token:
    """`sg_<environment>_<id>_<secret>`: findable by secret scanners, and told apart at a glance."""
    name = _signs(ID_SIGNS)
    return Token(name, f"sg_{environment}_{name}_{_signs(SECRET_SIGNS)}")


def admin_token() -> Token:
    """`sgadmin_<id>_<secret>`: no client's token can be taken for it."""
    name = _signs(ID_SIGNS)
    return Token(name, f"sgadmin_{name}_{_signs(SECRET_SIGNS)}")


def digest(text: str) -> bytes:
    """SHA-256 of a token."""
    return hashlib.sha256(text.encode()).digest()


def matches(text: str, kept: bytes) -> bool:
    """Whether a token is the one whose digest was kept; takes as long for a wrong one."""
    return hmac.compare_digest(digest(text), kept)


def bearer(authorization: str | None) -> str | None:
    """The token in an `Authorization` header; no other place is looked at."""
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


def _signs(count: int) -> str:
    return "".join(secrets.choice(BASE62) for _ in range(count))
