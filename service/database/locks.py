"""Slots: processes that share a data folder each write a chain of their own, kept apart by a lock on a file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.audit.errors import RecordsUnusable

MAX_SLOTS = 64  # processes over one folder


@dataclass(frozen=True)
class Slot:
    """A held slot: `writer` names the chain. The lock falls with the process, whatever ends it."""

    writer: str
    descriptor: int

    def release(self) -> None:
        os.close(self.descriptor)


def take_slot(folder: Path) -> Slot:
    """The first free slot of the folder; its chain goes on where its last holder stopped."""
    for number in range(MAX_SLOTS):
        descriptor = os.open(folder / f"writer-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return Slot(f"writer-{number}", descriptor)
    raise RecordsUnusable(folder, f"{MAX_SLOTS} processes use it already")


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock by name, waiting for it: for what one process at a time may do (changing the schema)."""
    descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
