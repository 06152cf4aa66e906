"""Files in the data folder: private to their owner, and locked so that processes keep apart."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service.database.errors import StorageUnusable

MAX_WRITERS = 64  # processes that share one folder


@dataclass(frozen=True)
class WriterLock:
    """A name to write under, which no other process uses meanwhile. The lock ends with the process, however it ends."""

    name: str
    descriptor: int

    def release(self) -> None:
        os.close(self.descriptor)


def lock_slot(folder: Path, role: str) -> WriterLock:
    """The first free name of a role in a folder (`writer-0`, `writer-1`, …); raises `StorageUnusable`."""
    for number in range(MAX_WRITERS):
        try:
            descriptor = os.open(folder / f"{role}-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageUnusable(folder, error.strerror or "cannot be written") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return WriterLock(f"{role}-{number}", descriptor)
    raise StorageUnusable(folder, f"{MAX_WRITERS} processes use it already")


def is_held(folder: Path, name: str) -> bool:
    """Whether the process that locked a name still lives."""
    try:
        descriptor = os.open(folder / f"{name}.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def exclusive(folder: Path, name: str) -> Iterator[None]:
    """Hold a named lock, waiting for it, while doing what one process at a time may do."""
    descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner can read, from the first byte on; it is on disk when the block ends.

    Raises `FileExistsError` where there is one already.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(descriptor)
