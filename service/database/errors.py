"""What can go wrong with a data folder and its database.

StorageError
  StorageUnusable   a folder or file cannot serve its purpose (`path`, `reason`); found when it is opened
  DatabaseFailed    a statement or a commit failed (`kind` is the driver's name for it, `lost` whether the disk failed)
    DatabaseMoved   the file under the database's path is no longer the one that is open
"""

from __future__ import annotations

from pathlib import Path

# SQLite's words for a failed write or sync.
LOST = "disk I/O error"


class StorageError(Exception):
    """Base of the errors of storage."""


class StorageUnusable(StorageError):
    """The folder or file cannot be used. The message is meant for the person who named it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class DatabaseFailed(StorageError):
    """The database did not do what it was asked to do: locked, full, not of the expected shape, or broken."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(getattr(error, "orig", None) or error))  # in the driver's words, without the statement
        self.kind = type(error).__name__
        self.lost = LOST in str(error)  # nobody knows what is on the disk


class DatabaseMoved(DatabaseFailed):
    """The database or its log was removed, moved or replaced: what is written now would be lost."""

    def __init__(self, file: Path) -> None:
        super().__init__(OSError(f"{file} is no longer the file that is open"))
        self.kind = "moved"
