"""The two APIs, for promises that hold on both: where a request goes, what it holds, what a reply says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from agents.images import Picture
from tests.scripts import picture
from tests.service.running import QUESTION, body, data_url

JsonObject = dict[str, Any]
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
CHAT_TOOL = {"type": "function", "function": {"name": "swing", "parameters": {"type": "object"}}}


def shown(*pictures: Picture, text: str = QUESTION) -> list[JsonObject]:
    """Items of one user turn."""
    images = [{"type": "input_image", "image_url": data_url(each)} for each in pictures]
    return [{"role": "user", "content": [*images, {"type": "input_text", "text": text}]}]


def asked(**changes: Any) -> JsonObject:
    """A request to the Responses API as plain JSON."""
    return {"model": "guarded", "input": shown(picture("green")), **changes}


def response_events(text: str) -> list[JsonObject]:
    """The events of a stream, each as OpenAI's own types have it, numbered without a gap."""
    events = list(_events(text))
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    for event in events:
        EVENT.validate_python(event)
        if "response" in event:
            as_typed(event["response"])
    return events


def _events(text: str) -> Iterator[JsonObject]:
    for block in text.split("\n\n"):
        name, _, data = block.partition("\n")
        if name.startswith("event: "):
            event = json.loads(data.removeprefix("data: "))
            assert name == f"event: {event['type']}"
            yield event
        else:
            assert block in {"", "data: [DONE]"}


def as_typed(response: JsonObject) -> Response:
    """A response object, checked by OpenAI's own types; every field of theirs that we promise is there."""
    for name in ("created_at", "completed_at"):
        assert response[name] is None or isinstance(response[name], int)
    return Response.model_validate(response)


def said(response: JsonObject) -> str:
    """The words of a response's messages, refusals too."""
    messages = [item for item in response["output"] if item["type"] == "message"]
    return "".join(part.get("text", part.get("refusal")) for item in messages for part in item["content"])


def without_ids(value: Any) -> Any:
    """The same without what differs between two runs."""
    if isinstance(value, list):
        return [without_ids(item) for item in value]
    if isinstance(value, dict):
        return {name: without_ids(item) for name, item in value.items() if name not in {"id", "item_id"}}
    return value


@dataclass(frozen=True)
class Api:
    """One of them."""

    name: str
    path: str
    tools: tuple[JsonObject, ...]

    def request(self, **changes: Any) -> JsonObject:
        """A question with a picture beside it."""
        return body(**changes) if self.name == "chat" else asked(**changes)

    def said(self, reply: JsonObject) -> str:
        """The words of a whole reply."""
        return str(reply["choices"][0]["message"]["content"]) if self.name == "chat" else said(reply)

    def awake(self, raw: bytes) -> bytes:
        """What a stream carries beside what keeps it open: comments, or events that say that it goes on."""
        blocks = raw.split(b"\n\n")
        idle = (b": wait", b"event: response.created", b"event: response.in_progress")
        return b"\n\n".join(block for block in blocks if block and not block.startswith(idle))


CHAT = Api("chat", "/v1/chat/completions", (CHAT_TOOL,))
RESPONSES = Api(
    "responses", "/v1/responses", ({"type": "function", "name": "swing", "parameters": {"type": "object"}},)
)
apis = pytest.mark.parametrize("api", [CHAT, RESPONSES], ids=["chat", "responses"])
