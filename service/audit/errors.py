"""What can go wrong with records.

RecordsError
  RecordsUnavailable   a record could not be made durable: nothing may be released on it (`cause` is a short code)
  RecordsAltered       the end of a chain is not the one that was sealed (`writer` names the chain)

A data folder that cannot serve is `service.database.errors.StorageUnusable`.
"""

from __future__ import annotations


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
