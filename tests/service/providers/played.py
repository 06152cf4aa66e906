"""An endpoint that plays a provider by name: the shape of its replies, and what it refuses, as its documentation says.

What it says follows from the request alone. A picture is looked at: its colour decides what the agents find.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import uvicorn
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tests.scripts import FIRST_WORDS, INTENT, REVIEWED, SAFE, SCENE, UNSAFE
from tests.service.asgi import served
from tests.service.upstream import WARNING

Body = dict[str, Any]
Error = tuple[int, Any]
"""A status and a body."""

TEXT = "Keep your head still and swing."
THOUGHT = "It is a lawn."
TOO_LONG = 8000  # characters of a request's words that are more than any provider here takes
LAWN = {**SCENE, "place": "lawn", "objects": ["grass"]}
COLOURS = {(0, 128, 0): "green", (255, 0, 0): "red", (0, 0, 255): "blue"}
ASKED_FOR = {"activity": "intent", "place": "scene", "verdict": "situation"}  # a field that one agent's finding has
WORDS = re.compile(r"\S+\s*")
USAGE = {"prompt_tokens": 19, "completion_tokens": 7, "total_tokens": 26}


@dataclass(frozen=True)
class Said:
    """What the model says, before its provider puts it into a reply."""

    text: str | None
    calls: tuple[tuple[str, str], ...] = ()

    @property
    def finish(self) -> str:
        return "tool_calls" if self.calls else "stop"


def said(body: Body) -> Said:
    """What a request is answered with: a finding for an agent, a call where there are tools, else words."""
    last = body["messages"][-1]
    prompt = words(last)
    role = role_of(prompt, body)
    if role != "answer":
        return Said(finding(role, prompt, seen(last)))
    if last["role"] == "tool":
        return Said(f"The tool says: {prompt}")
    if body.get("tools") and body.get("tool_choice") != "none":
        return Said(None, ((body["tools"][0]["function"]["name"], '{"city":"Rome"}'),))
    if "JSON" in prompt:
        return Said('{"club": "driver"}')
    colour = seen(last)
    return Said(f"I see a {colour} picture." if colour else TEXT)


def role_of(prompt: str, body: Body) -> str:
    """Whose prompt it is: one of the compact set by its first words, any other by the finding that it asks for."""
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    asked = [role for name, role in ASKED_FOR.items() if name in schema.get("properties", {})]
    return next((role for role, first in FIRST_WORDS.items() if prompt.startswith(first)), (asked or ["answer"])[0])


def finding(role: str, prompt: str, colour: str | None) -> str:
    """An agent's reply. Red pictures show a china shop."""
    is_unsafe = colour == "red" or "glass vase" in prompt
    replies: Mapping[str, Any] = {
        "intent": INTENT,
        "scene": SCENE if is_unsafe else LAWN,
        "warn": WARNING,
        "review": REVIEWED,
    }
    reply = replies.get(role, UNSAFE if is_unsafe else SAFE)
    return reply if isinstance(reply, str) else json.dumps(reply)


def words(message: Body) -> str:
    """The text of a message."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def seen(message: Body) -> str | None:
    """The colour of a message's picture."""
    urls = [part["image_url"]["url"] for part in pictures(message)]
    if not urls:
        return None
    with Image.open(io.BytesIO(base64.b64decode(urls[0].split(",", 1)[1]))) as image:
        return COLOURS.get(image.convert("RGB").getpixel((0, 0)))  # type: ignore[arg-type]


def pictures(message: Body) -> list[Body]:
    content = message.get("content")
    return [part for part in content if part["type"] == "image_url"] if isinstance(content, list) else []


@dataclass
class Provider:
    """OpenAI, and what the others change of it. Fields that stand in every reply are class variables.

    `starter` names the configuration that `situguard config init` writes for it; where there is none, `section` is the
    model's.
    """

    name: ClassVar[str] = "OpenAI"
    documents: ClassVar[str] = "Create chat completion; Structured outputs; Error codes"
    starter: ClassVar[str | None] = None
    section: ClassVar[Body] = {}
    model: ClassVar[str] = "model"
    key: ClassVar[tuple[str, str] | None] = ("authorization", "Bearer correct-horse")
    path: ClassVar[str] = "/v1/chat/completions"
    body: ClassVar[Body] = {"service_tier": "default", "system_fingerprint": "fp_44709d6fcb"}
    choice: ClassVar[Body] = {"logprobs": None}
    message: ClassVar[Body] = {"refusal": None, "annotations": []}
    delta: ClassVar[Body] = {}
    usage: ClassVar[Body] = {"completion_tokens_details": {"reasoning_tokens": 0}}
    thought: ClassVar[str | None] = None  # the field in which thinking stands
    first: ClassVar[Body] = {"role": "assistant", "content": ""}
    before: ClassVar[bytes] = b""  # a whole reply
    comment: ClassVar[bytes] = b""  # in a stream
    errors: ClassVar[dict[str, Error]] = {
        "key": (401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}),
        "name": (404, {"error": {"message": "The model does not exist.", "code": "model_not_found"}}),
        "long": (400, {"error": {"message": "Your input is too long.", "code": "context_length_exceeded"}}),
    }
    received: list[Body] = field(default_factory=list)
    url: str = ""

    # ---- what it refuses ----

    def refusal(self, path: str, headers: Mapping[str, str], body: Body) -> Error | None:
        """The error that a request gets; None for one that is answered."""
        if path != self.path:
            return 404, {"error": {"message": "Not Found"}}
        if self.key is not None and headers.get(self.key[0]) != self.key[1]:
            return self.errors["key"]
        if body["model"] != self.model and "name" in self.errors:
            return self.errors["name"]
        if sum(len(words(each)) for each in body["messages"]) > TOO_LONG and "long" in self.errors:
            return self.errors["long"]
        return self.refused_option(body)

    def refused_option(self, body: Body) -> Error | None:
        """Strict schemas name every property and allow no other."""
        schema = body.get("response_format", {}).get("json_schema", {})
        if schema.get("strict") and not is_strict(schema["schema"]):
            return 400, {"error": {"message": "Invalid schema for response_format", "type": "invalid_request_error"}}
        return None

    # ---- what it replies ----

    def reply(self, what: Said) -> Body:
        """A whole completion."""
        calls = {"tool_calls": self.calls(what)} if what.calls else {}
        message = {"role": "assistant", "content": what.text, **self.message, **self.thinking(), **calls}
        choice = {"index": 0, "message": message, **self.choice, "finish_reason": what.finish}
        return {**self.head("chat.completion"), "choices": [choice], "usage": {**USAGE, **self.usage}, **self.body}

    def chunks(self, what: Said, *, usage: bool) -> Iterator[Body]:
        """A stream's chunks."""
        yield self.chunk(self.first)
        for name, value in self.thinking().items():
            yield self.chunk({name: value})
        for piece in WORDS.findall(what.text or ""):
            yield self.chunk({"content": piece})
        yield from self.call_chunks(what)
        yield self.chunk({}, what.finish)
        if usage:
            yield {**self.chunk({}), "choices": [], "usage": {**USAGE, **self.usage}}

    def call_chunks(self, what: Said) -> Iterator[Body]:
        """A call's name, then its arguments in pieces."""
        for call in self.calls(what):
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            yield self.chunk({"tool_calls": [{"index": 0, **call, "function": {"name": name, "arguments": ""}}]})
            for piece in (arguments[:4], arguments[4:]):
                yield self.chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})

    def calls(self, what: Said) -> list[Body]:
        return [
            {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for at, (name, arguments) in enumerate(what.calls)
        ]

    def thinking(self) -> Body:
        return {} if self.thought is None else {self.thought: THOUGHT}

    def chunk(self, delta: Body, finish: str | None = None) -> Body:
        choice = {"index": 0, "delta": {**delta, **self.delta}, **self.choice, "finish_reason": finish}
        return {**self.head("chat.completion.chunk"), "choices": [choice], "usage": None, **self.body}

    def head(self, kind: str) -> Body:
        return {
            "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
            "object": kind,
            "created": 1741570283,
            "model": self.model,
        }

    # ---- the server ----

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = json.loads(await request.body())
        self.received.append(body)
        error = self.refusal(request.url.path, request.headers, body)
        response: Response
        if error is not None:
            response = Response(json.dumps(error[1]), error[0], media_type="application/json")
        elif body.get("stream"):
            events = self.events(said(body), usage=bool(body.get("stream_options")))
            response = StreamingResponse(events, media_type="text/event-stream")
        else:
            whole = self.before + json.dumps(self.reply(said(body))).encode()
            response = Response(whole, media_type="application/json")
        await response(scope, receive, send)

    async def events(self, what: Said, *, usage: bool) -> AsyncIterator[bytes]:
        for chunk in self.chunks(what, usage=usage):
            yield self.comment + b"data: " + json.dumps(chunk).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"


def is_strict(schema: Any) -> bool:
    """Whether each object of a schema requires all of its properties and allows no other ("Structured outputs")."""
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False or set(schema["required"]) != set(schema["properties"])
    ):
        return False
    return all(map(is_strict, schema.values()))


@asynccontextmanager
async def playing(provider: Provider) -> AsyncIterator[Provider]:
    """The provider, listening on loopback."""
    config = uvicorn.Config(provider, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
    async with served(config) as provider.url:
        yield provider
