"""An entry: a record as it was stored, read back. What it says is believed only once its chain was verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Mention:
    """Content that a record speaks of: `place` says as what, `digest` is keyed."""

    place: str
    digest: str


@dataclass(frozen=True)
class Entry:
    """One row. `row` counts commits over all writers."""

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
        """What it says; empty where that is not what a record can say."""
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

    def mentions(self) -> list[Mention]:
        """All content that it speaks of, kept or not; none where it is no record of ours."""
        try:
            return list(_mentions(self.body))
        except (AttributeError, KeyError, TypeError):
            return []

    def exported(self) -> JsonObject:
        """The whole entry as a JSON object: with the key, the chain can be verified from these alone."""
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


def _mentions(body: JsonObject) -> Iterator[Mention]:
    for part in body.get("parts") or []:
        yield Mention(part["kind"], part["digest"])
    for report in reports(body):
        yield Mention(f"{report['agent']} found", report["finding"])
    if body.get("answer"):
        yield Mention("answer", body["answer"])


def reports(body: JsonObject) -> Iterator[JsonObject]:
    """What each agent reported: of the request, of calls and replies, of texts that stood in, and in shadow mode."""
    for ruling in (body, *(body.get("late") or []), body.get("shadow") or {}):
        yield from ruling.get("agents") or []
    yield from body.get("reviews") or []
