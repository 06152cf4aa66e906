"""The meter of a call: its tokens as the endpoint tells them, and an estimate where it does not.

A stream tells its usage last. Without an estimate, who leaves before its end would never be charged for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.conversation import ImagePart, Message
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest, Usage

SIGNS_PER_TOKEN = 4  # of English text; other scripts have fewer, so the estimate is low for them
PICTURE_TOKENS = 765  # what OpenAI counts for a picture of 1024 by 1024; most models count less


@dataclass(frozen=True)
class Call:
    """One call to a model, by the name that the configuration gives it. `estimated` where it told no usage."""

    model: str
    usage: Usage
    estimated: bool = False


@dataclass
class Meter:
    """Filled while a call goes on."""

    model: str
    messages: Sequence[Message]
    reported: Usage = field(default_factory=Usage)
    failed: bool = False
    _signs: int = 0
    _pieces: int = 0

    def see(self, piece: Completion | Chunk) -> None:
        """Count a reply, or a piece of one."""
        self.reported += piece.usage
        self._signs += len(piece.text)
        self._pieces += 1

    @property
    def call(self) -> Call:
        """What it used. A call that failed before anything came is not charged: endpoints do not either."""
        if self.reported != Usage():
            return Call(self.model, self.reported)
        if self.failed and not self._pieces:
            return Call(self.model, Usage())
        said = max(self._pieces, math.ceil(self._signs / SIGNS_PER_TOKEN)) if self._signs else 0
        return Call(self.model, Usage(_tokens(self.messages), said), estimated=True)


Meters = list[Meter]
"""One for each call, in the order in which they began; filled while calls go on, and kept when they are given up."""


def calls_of(meters: Meters) -> list[Call]:
    """What they say by now."""
    return [meter.call for meter in meters]


async def complete(model: ChatModel, request: ModelRequest, meters: Meters) -> Completion:
    """The whole reply, its call on a meter of its own. Raises as the model does."""
    meter = Meter(model.name, request.messages)
    meters.append(meter)
    try:
        completion = await model.complete(request)
    except Exception:
        meter.failed = True
        raise
    meter.see(completion)
    return completion


def _tokens(messages: Sequence[Message]) -> int:
    """About as many as these turns have."""
    signs = sum(len(message.text) for message in messages)
    pictures = sum(isinstance(part, ImagePart) for message in messages for part in message.parts)
    return math.ceil(signs / SIGNS_PER_TOKEN) + pictures * PICTURE_TOKENS
