"""What a verification can find wrong with records, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ViolationKind(StrEnum):
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
class Violation:
    """One thing wrong. `sequence` is the record's place in its writer's chain, `id` its decision, where known."""

    kind: ViolationKind
    writer: str
    sequence: int
    detail: str
    id: str | None = None


@dataclass(frozen=True)
class VerifiedChain:
    """A writer's records as they were found. `end` is the MAC of the last, in hex, by which an anchor holds it."""

    writer: str
    records: int
    first: str | None
    last: str | None
    sequence: int
    end: str


@dataclass(frozen=True)
class Verification:
    """The result of a verification."""

    chains: tuple[VerifiedChain, ...]
    violations: tuple[Violation, ...]
    kept: int  # pieces of content that are there and unchanged
    absent: int  # pieces that are not due yet, and are not there: purged by name, or lost

    @property
    def intact(self) -> bool:
        return not self.violations
