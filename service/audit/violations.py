"""Flaws: what a verification can find wrong with records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FlawKind(StrEnum):
    """What happened, as far as a chain can tell."""

    EDITED = "edited"
    MOVED = "moved"
    REMOVED = "removed"
    CUT_OFF = "cut off"
    UNSEALED = "end changed"
    WRITERS = "writers changed"
    SET_BACK = "set back"
    CONTENT = "content changed"


@dataclass(frozen=True)
class Flaw:
    """One of them. `sequence` is the record's place in its writer's chain, `id` its decision, where one is known."""

    kind: FlawKind
    writer: str
    sequence: int
    detail: str
    id: str | None = None


@dataclass(frozen=True)
class Chain:
    """A writer's records as they were found. `end` is the MAC of the last, in hex, by which an anchor holds it."""

    writer: str
    records: int
    first: str | None
    last: str | None
    sequence: int
    end: str


@dataclass(frozen=True)
class Examined:
    """The result of a verification."""

    chains: tuple[Chain, ...]
    flaws: tuple[Flaw, ...]
    kept: int  # pieces of content that are there and right
    absent: int  # pieces whose day has not come, and that are not there: purged by name, or lost

    @property
    def whole(self) -> bool:
        return not self.flaws
