"""Records, as they are written and as they are read back.

A request leaves two: the decision, on disk before the first byte of an answer, and the outcome after it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

import orjson

JsonObject = dict[str, Any]
Kind = Literal["decision", "outcome"]


def new_id() -> str:
    """A decision's id: sorts by time, and cannot be guessed."""
    return f"dec_{time.time_ns() // 1000:014x}{secrets.token_hex(6)}"


def now() -> str:
    """Wall time in UTC, for people; deadlines never use it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Record:
    """A record to write. `id` is the decision's, which its outcome carries too; `body` holds digests, no content."""

    kind: Kind
    id: str
    body: Mapping[str, Any]
    at: str = field(default_factory=now)


@dataclass(frozen=True)
class ContentReference:
    """Content that a record mentions: `role` says what it was, `digest` is keyed."""

    role: str
    digest: str


@dataclass(frozen=True)
class StoredRecord:
    """A record as it was read back; what it says is believed only once its chain is verified.

    `row` counts insertions over all writers.
    """

    row: int
    writer: str
    sequence: int
    kind: str
    id: str
    at: str
    text: str
    digest: str
    mac: bytes

    @cached_property
    def body(self) -> JsonObject:
        """The text as JSON; empty where it is no JSON object."""
        try:
            body = orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def kept_until(self) -> str | None:
        """The day on which its content must be gone; None where none was kept."""
        until = self.body.get("kept_until")
        return until if isinstance(until, str) else None

    def reports(self) -> Iterator[JsonObject]:
        """What each agent reported: on the request, on calls and replies, on substituted texts, and in shadow mode."""
        for ruling in (self.body, *(self.body.get("late") or []), self.body.get("shadow") or {}):
            yield from ruling.get("agents") or []
        yield from self.body.get("reviews") or []

    def content_references(self) -> list[ContentReference]:
        """All content that it mentions, kept or not; none where somebody changed it beyond recognition."""
        try:
            found = [ContentReference(part["kind"], part["digest"]) for part in self.body.get("parts") or []]
            found += [ContentReference(f"{each['agent']} found", each["finding"]) for each in self.reports()]
        except (AttributeError, KeyError, TypeError):
            return []
        answer = self.body.get("answer")
        return [*found, ContentReference("answer", answer)] if answer else found

    def exported(self) -> JsonObject:
        """The whole record as a JSON object. With the key, the chain can be verified from these alone."""
        return {
            "writer": self.writer,
            "sequence": self.sequence,
            "kind": self.kind,
            "id": self.id,
            "at": self.at,
            "body": self.body,
            "digest": self.digest,
            "mac": self.mac.hex(),
        }
