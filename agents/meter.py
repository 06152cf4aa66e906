"""The meter of a call: its tokens as the endpoint reports them, or an estimate where it reports none.

A stream reports its usage last. Without an estimate, a client that leaves before the end would never be charged.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from agents.conversation import ImagePart, Message
from agents.errors import FailureKind, ModelFailed
from agents.models.base import UNUSED, ChatModel, Chunk, Completion, ModelRequest, Usage
from agents.tracing import failed, model_span

CHARACTERS_PER_TOKEN = 4  # in English text; other scripts have fewer, so the estimate is low for them
PICTURE_TOKENS = 765  # what OpenAI counts for a picture of 1024 by 1024; most models count less


@dataclass(frozen=True)
class Call:
    """One call to a model, by its name in the configuration. `estimated`: the endpoint reported no usage. `returned`:
    the name under which the endpoint replied; empty where it said none.
    """

    model: str
    usage: Usage
    estimated: bool = False
    returned: str = field(default="", compare=False)


@dataclass
class Meter:
    """Counts while a call goes on.

    `seconds` is how long it took, None while it runs. `failure` is why it came to nothing, if it did.
    """

    model: str
    messages: Sequence[Message]
    reported: Usage = UNUSED
    failure: FailureKind | None = None
    seconds: float | None = None
    returned: str = ""
    _began: float = field(default_factory=time.monotonic)
    _characters: int = 0
    _pieces: int = 0

    def see(self, piece: Completion | Chunk) -> None:
        """Count a reply, or a piece of one."""
        self.reported = self.reported.updated(piece.usage)
        self._characters += len(piece.text)
        self._pieces += 1
        name = piece.body.get("model")
        self.returned = name if isinstance(name, str) and name else self.returned

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Around the call: how long it takes, and why it comes to nothing if it does. A call that is given up has not
        failed.
        """
        with model_span(self.model) as span:
            try:
                yield
            except Exception as error:
                self.failure = _kind(error)
                failed(span, self.failure)
                raise
            finally:
                self.seconds = time.monotonic() - self._began
                if span.is_recording():
                    span.set_attribute("gen_ai.usage.input_tokens", self.call.usage.prompt_tokens)
                    span.set_attribute("gen_ai.usage.output_tokens", self.call.usage.completion_tokens)

    @property
    def call(self) -> Call:
        """What the call used. One that failed before anything came counts nothing, as endpoints do not charge it; one
        that took too long they may charge.
        """
        if self.reported != UNUSED:
            return Call(self.model, self.reported, returned=self.returned)
        if self.failure not in {None, "timeout"} and not self._pieces:
            return Call(self.model, UNUSED)
        characters = sum(len(message.text) for message in self.messages)
        pictures = sum(isinstance(part, ImagePart) for message in self.messages for part in message.parts)
        asked = math.ceil(characters / CHARACTERS_PER_TOKEN) + pictures * PICTURE_TOKENS
        replied = max(self._pieces, math.ceil(self._characters / CHARACTERS_PER_TOKEN)) if self._characters else 0
        return Call(self.model, Usage(asked, replied), estimated=True, returned=self.returned)


Meters = list[Meter]
"""One for each call, in the order in which they began. A call that is given up keeps its meter."""


def calls_of(meters: Meters) -> list[Call]:
    """What the calls have used so far."""
    return [meter.call for meter in meters]


async def complete(model: ChatModel, request: ModelRequest, meters: Meters) -> Completion:
    """The whole reply. The call gets a meter of its own. Raises as the model does."""
    meter = Meter(model.name, request.messages)
    meters.append(meter)
    with meter.timing():
        completion = await model.complete(request)
        meter.see(completion)
    return completion


def _kind(error: Exception) -> FailureKind:
    if isinstance(error, ModelFailed):
        return error.kind
    return "timeout" if isinstance(error, TimeoutError) else "internal"
