"""One request to the local engine, on its way between the event loop that asked and the thread that works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from agents.conversation import Message
from agents.engine.sampling_params import ReplyOptions
from agents.errors import ModelFailed
from agents.models.base import Usage


@dataclass(frozen=True)
class Ending:
    """The last thing that a job says, if it does not fail."""

    finish_reason: str
    usage: Usage


Event = str | Ending | ModelFailed


@dataclass(eq=False)
class Job:
    """The thread tells; the event loop listens. Nobody listens any more once `cancelled` is set."""

    messages: tuple[Message, ...]
    options: ReplyOptions
    streaming: bool
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    cancelled: bool = False
    ended: bool = False
    _unsent: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether there is more to tell, and somebody to listen."""
        return not (self.cancelled or self.ended)

    def tell(self, text: str) -> None:
        """New text, from the thread. A reply that is not streamed is told in one piece, to wake the loop once."""
        if self.streaming and text:
            self._send(text)
        elif text:
            self._unsent.append(text)

    def end(self, ending: Ending | ModelFailed) -> None:
        """The last event; whatever comes after it is not told."""
        if self.ended:
            return
        self.ended = True
        self._send(*(["".join(self._unsent)] if self._unsent else []), ending)

    async def listen(self) -> AsyncGenerator[str | Ending, None]:
        """Everything that is told, up to the ending; raises what failed. Leaving early gives the job up."""
        try:
            while True:
                event = await self.events.get()
                if isinstance(event, ModelFailed):
                    raise event
                yield event
                if isinstance(event, Ending):
                    return
        finally:
            self.cancelled = True

    def _send(self, *events: Event) -> None:
        """Waking the loop up costs more than a token, so what belongs together goes together."""
        try:
            self.loop.call_soon_threadsafe(self._put, events)
        except RuntimeError:  # the loop is closed: nobody is left to listen
            self.cancelled = True

    def _put(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.events.put_nowait(event)
