"""Server-sent events, as OpenAI's clients read them."""

from __future__ import annotations

import orjson

from agents.models.base import JsonObject

WAIT = b": wait\n\n"
"""A comment: keeps a connection alive and carries nothing of a model."""

DONE = b"data: [DONE]\n\n"


def event(body: JsonObject) -> bytes:
    """One event with a JSON body."""
    return b"data: " + orjson.dumps(body) + b"\n\n"
