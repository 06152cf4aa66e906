"""The two records of a request: the decision, on disk before the first byte of an answer, and the outcome after it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal["decision", "outcome"]


def new_id() -> str:
    """A decision's id: sorts by time, and cannot be guessed."""
    return f"dec_{time.time_ns() // 1000:014x}{secrets.token_hex(6)}"


def now() -> str:
    """Wall time in UTC, for people; deadlines never use it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Record:
    """One row. `id` is the decision's, which its outcome carries too; `body` holds digests and figures, no content."""

    kind: Kind
    id: str
    body: Mapping[str, Any]
    at: str = field(default_factory=now)
