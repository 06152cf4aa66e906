"""The seam between the gate and an API of OpenAI's: how a request is read, and how its reply is written.

The gate works on one canonical request, and on replies as chat completion bodies, which is what models send. An
`ApiFormat` turns a client's document into the one, and the request's `ReplyWriter` the other into what that client
expects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import NamedTuple, NoReturn, Protocol

from agents.conversation import Conversation, TextPart
from agents.images import Picture
from agents.models.base import Json, JsonObject, ModelRequest
from agents.models.openai_format import Envelope
from guard.config import Deployment
from service.openai.errors import WireFault

PictureAddress = tuple[str, str]
"""A picture's URL, and its place in the request."""


class Earlier(NamedTuple):
    """What a request brings back from earlier ones, and is judged again: pictures count again, bytes take time."""

    pictures: int = 0
    bytes: int = 0


class ReplyWriter(Protocol):
    """Writes one reply, whole or as server-sent events. It may hold a chunk back until it knows what follows.

    `verdict` are the fields that a body carries beside the answer: `guard`, and `moderation` where it was asked for.
    """

    def whole(self, body: JsonObject, verdict: JsonObject) -> JsonObject:
        """A whole reply from a chat completion."""
        ...

    def keep_alive(self) -> bytes:
        """What keeps a silent connection open; it carries nothing of a model."""
        ...

    def chunk(self, body: JsonObject) -> bytes:
        """The events that are ready once this chunk is known; empty where it is held back."""
        ...

    def end(self, verdict: JsonObject) -> bytes:
        """What was held back, and the end of the stream."""
        ...

    def error(self, fault: WireFault, request_id: str) -> bytes:
        """An error after the stream has begun."""
        ...


def no_reply(_: Envelope) -> NoReturn:
    """The writer of requests that ask for a verdict alone."""
    raise LookupError("there is no reply to this request")


@dataclass(frozen=True)
class CanonicalRequest:
    """What a client asks: `options` go on to the answering model, the rest says how the reply is wanted."""

    conversation: Conversation
    options: Mapping[str, Json]
    stream: bool = False
    include_usage: bool = False
    moderation: bool = False  # whether the reply says in OpenAI's `moderation` what was found
    dropped_tools: tuple[str, ...] = ()  # kinds of tools that were asked for and are not there
    # Values that nobody can read, as long as nothing is known of them the last annexes of the conversation.
    opaque: tuple[str, ...] = ()
    writer: Callable[[Envelope], ReplyWriter] = no_reply

    @property
    def as_it_is(self) -> ModelRequest:
        """The request for the answering model, with nothing added or left out by a method."""
        return ModelRequest(self.conversation.messages, self.model_options)

    @property
    def model_options(self) -> dict[str, Json]:
        """The options as the answering model gets them: usage is always asked for, records want it."""
        return {**self.options, **({"stream_options": {"include_usage": True}} if self.stream else {})}

    def apart(self, key: str | None) -> CanonicalRequest:
        """The request for a client's key: what one key's requests leave in a prompt cache, another's do not find."""
        cache_key = self.options.get("prompt_cache_key")
        if key is None or cache_key is None:
            return self
        separate = hashlib.sha256(f"{key}\0{cache_key}".encode()).hexdigest()
        return replace(self, options={**self.options, "prompt_cache_key": separate})

    def vouched(self, known: Set[str]) -> CanonicalRequest:
        """The request where these of its opaque values were let out here: they come back as they are, unjudged."""
        if not known:
            return self
        words = self.conversation.annexes[: len(self.conversation.annexes) - len(self.opaque)]
        opaque = tuple(value for value in self.opaque if value not in known)
        conversation = replace(self.conversation, annexes=(*words, *map(TextPart, opaque)))
        return replace(self, conversation=conversation, opaque=opaque)

    @property
    def choices(self) -> int:
        """How many replies are asked for."""
        return int(self.options.get("n", 1))

    @property
    def parsed(self) -> bool:
        """Whether a program parses the reply's text as JSON."""
        return self.options.get("response_format", {}).get("type") in {"json_schema", "json_object"}

    @property
    def structured(self) -> bool:
        """Whether a program waits for JSON or for a call: it would take a warning in plain text for a broken reply."""
        choice = self.options.get("tool_choice")
        if isinstance(choice, dict):
            return self.parsed or choice.get("allowed_tools", {}).get("mode", "required") == "required"
        return self.parsed or choice == "required"


class ApiFormat(Protocol):
    """One API. Reading raises `WireFault`."""

    def picture_addresses(self, document: JsonObject) -> Iterator[PictureAddress]:
        """Every picture in a document that was not checked yet. What is out of form is left for `read` to refuse."""
        ...

    def earlier(self, document: JsonObject) -> Earlier:
        """What it brings back from earlier requests."""
        ...

    def read(self, document: JsonObject, setting: Deployment, pictures: Mapping[str, Picture]) -> CanonicalRequest:
        """The request under a deployment's setting. `pictures` are those at its addresses, already decoded."""
        ...

    def reply_id(self, decision: str) -> str:
        """The id of the reply to a request, from the id of its decision."""
        ...
