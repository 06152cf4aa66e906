"""The canonical form of what a client sent: neutral, frozen, hashed part by part (design laws 1 to 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

from agents.images import Picture

if TYPE_CHECKING:
    from agents.transcript import Transcript

Role = Literal["system", "developer", "user", "assistant", "tool"]
Kind = Literal["text", "image"]


@dataclass(frozen=True)
class TextPart:
    """A piece of text that reaches a model, from anywhere in the request."""

    kind: ClassVar[Kind] = "text"
    text: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, after a prefix that marks it as text."""
        return hashlib.sha256(b"text\0" + self.text.encode()).hexdigest()


@dataclass(frozen=True)
class ImagePart:
    """A picture in the conversation. `detail` is OpenAI's hint (low, high, auto, original), the same for all."""

    kind: ClassVar[Kind] = "image"
    picture: Picture
    detail: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that every agent and the model get."""
        return self.picture.digest


Part = TextPart | ImagePart


@dataclass(frozen=True)
class ToolCall:
    """A call that an assistant's turn proposes. `arguments` is the JSON text as the model wrote it.

    `signature` is what the model's host signed the call with, as JSON text: Gemini wants it back in the next turn.
    """

    id: str
    name: str
    arguments: str
    signature: str | None = None


@dataclass(frozen=True)
class Reasoning:
    """What a model thought before it spoke or acted. Hosts want it back in the next turn, or a tool loop ends.

    `fields` is what the model gets, as the JSON text of an object; `words` is what can be read in it.
    """

    words: str
    fields: str


@dataclass(frozen=True)
class Message:
    """One turn. An assistant's turn that a client sends is untrusted text like any other."""

    role: Role
    parts: tuple[Part, ...] = ()
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: Reasoning | None = None

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))


@dataclass(frozen=True)
class Conversation:
    """All that a request says: its turns, and `annexes`, the text outside them (tool descriptions, schemas)."""

    messages: tuple[Message, ...]
    annexes: tuple[TextPart, ...] = field(default=())

    @cached_property
    def pictures(self) -> tuple[ImagePart, ...]:
        """Every picture of every turn, in order."""
        return tuple(part for part in self._message_parts() if isinstance(part, ImagePart))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every part that must be judged: turns, names, reasoning, proposed tool calls and annexes."""
        side_texts = (
            TextPart(text)
            for message in self.messages
            for text in (
                message.name,
                message.reasoning.words if message.reasoning else None,
                *(f"{call.name}({call.arguments})" for call in message.tool_calls),
            )
            if text is not None
        )
        return (*self._message_parts(), *side_texts, *self.annexes)

    @cached_property
    def transcript(self) -> Transcript:
        """What agents read of it, written once. Raises `TextUnreadable`."""
        from agents.transcript import transcribe  # noqa: PLC0415 a transcript is made of what is defined here

        return transcribe(self)

    def settle(self) -> None:
        """Work out here, not later on an event loop, what takes time with the conversation's length."""
        _ = self.transcript, [part.digest for part in self.parts]

    def _message_parts(self) -> Iterator[Part]:
        for message in self.messages:
            yield from message.parts


def user_message(text: str, *pictures: Picture) -> Message:
    """One user turn: pictures first, then the text."""
    return Message(role="user", parts=(*(ImagePart(picture) for picture in pictures), TextPart(text)))
