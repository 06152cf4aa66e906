"""What can go wrong with keys.

KeysError
  KeyRefused       a request's key does not let it in (`refusal` says why, `retry_after` in how many seconds to retry)
  KeyUnknown       there is no key of that id to change
  KeysUnavailable  the stored keys cannot be read, so nobody is let in
"""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a key does not let a request in."""

    NO_KEY = "no key was sent"
    UNKNOWN = "the key is not known"
    REVOKED = "the key was revoked"
    EXPIRED = "the key has expired"
    DEPLOYMENT = "the key does not list the deployment"
    REQUESTS = "too many requests in a minute"
    PICTURES = "too many pictures in a minute"
    SPEND = "the month's budget is spent"
    TRIES = "too many refused keys in a minute"


class KeysError(Exception):
    """Base of the errors of keys."""


class KeyRefused(KeysError):
    """The request is not let in. The error holds nothing of the key that was sent."""

    def __init__(self, refusal: Refusal, retry_after: float | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.retry_after = retry_after


class KeyUnknown(KeysError):
    """There is no key of that id."""

    def __init__(self, id: str) -> None:  # noqa: A002 the field's own name
        super().__init__(f"there is no key {id!r}")
        self.id = id


class KeysUnavailable(KeysError):
    """The stored keys cannot be read."""
