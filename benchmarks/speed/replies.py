"""What the model's side says when speed is measured: the finding that a schema asks for, a safe one, or an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

FINDINGS: dict[str, dict[str, Any]] = {
    "IntentFinding": {"activity": "practise a golf swing", "look_for": "people and glass nearby", "ill_intent": None},
    "SceneFinding": {"place": "lawn", "objects": ["golf club"], "people": [], "text": [], "hazards": []},
}
SAFE = {"evidence": "an empty lawn", "category": None, "verdict": "safe", "reason": "nothing is near"}
ANSWER = "Keep your head still and swing."
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


def finding(schema: str) -> str:
    """The finding of that name, as text; any judgement says safe."""
    return json.dumps(FINDINGS.get(schema, SAFE))


def completion(text: str, model: str) -> dict[str, Any]:
    """A whole reply."""
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return {**_head(model), "object": "chat.completion", "choices": choices, "usage": USAGE}


def events(pieces: Iterable[str], model: str) -> list[bytes]:
    """The same as a stream, an event for each piece of its text; the last event ends it."""
    deltas: list[tuple[dict[str, str], str | None]] = [({"content": piece}, None) for piece in pieces]
    deltas[0][0]["role"] = "assistant"
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        for delta, finish in [*deltas, ({}, "stop")]
    ]
    chunks.append({"choices": [], "usage": USAGE})
    head = {**_head(model), "object": "chat.completion.chunk"}
    return [f"data: {json.dumps({**head, **chunk})}\n\n".encode() for chunk in chunks] + [b"data: [DONE]\n\n"]


def _head(model: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "created": 1, "model": model}
