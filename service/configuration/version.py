"""A version of the configuration, and a process that serves one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agents.models.base import JsonObject


class Origin(StrEnum):
    """Where a version came from."""

    FILE = "file"
    CHANGE = "change"
    ROLLBACK = "rollback"


class State(StrEnum):
    """What became of a version. A proposed one is being prepared by every process, and serves nobody yet."""

    PROPOSED = "proposed"
    COMMITTED = "committed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Draft:
    """A version to be. `file` is the digest of the file's content that it stands on, which changes do not alter.

    `base` is the version that its author looked at; the change is refused where that is no longer the newest one.
    """

    source: str
    author: str
    origin: Origin
    document: JsonObject
    file: str
    base: int | None = None


@dataclass(frozen=True)
class Version:
    """A version as it is stored. `document` holds what is stated, without defaults."""

    number: int
    source: str
    at: datetime
    author: str
    origin: Origin
    document: JsonObject
    file: str
    state: State
    reason: str | None = None


@dataclass(frozen=True)
class ServingProcess:
    """A process that runs now: the version that it serves, and the newest that it could serve at once.

    `problem` says why it cannot serve version `prepared`.
    """

    process: str
    pid: int
    serving: int
    prepared: int
    problem: str | None = None

    @property
    def name(self) -> str:
        """How people find it."""
        return f"{self.process} (pid {self.pid})"
