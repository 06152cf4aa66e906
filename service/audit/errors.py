"""What can go wrong with records.

RecordsError
  RecordsUnavailable   a record could not be made durable: nothing may be released on it (`cause` is a short code)
  RecordsAltered       the end of a chain is not the one that was sealed (`writer` names the chain)
  RecordsUnusable      the data folder cannot serve as one (`folder`, `reason`)
"""

from __future__ import annotations

from pathlib import Path


class RecordsError(Exception):
    """Base of the errors of records."""


class RecordsUnavailable(RecordsError):
    """The record is not on disk, or nobody knows whether it is."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"records unavailable: {cause}")
        self.cause = cause


class RecordsAltered(RecordsError):
    """Somebody without the key changed where a chain ends."""

    def __init__(self, writer: str) -> None:
        super().__init__(f"the end of {writer} is not the one that was sealed")
        self.writer = writer


class RecordsUnusable(RecordsError):
    """The folder cannot be used; said at start, before any request."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason
