"""What was released lately, in the memory of this process: for clients that send the id of it in place of the words.

A response is held under the key that asked for it and the deployment that answered, so nobody else finds it. It is
judged again, whole, whenever it comes back with a request.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from sys import getsizeof

from agents.conversation import ImagePart, Message, TextPart
from service.openai.responses.tools import Tools

COUNT = 1000
MEGABYTES = 64
MINUTES = 60.0
OVERHEAD = 2048  # bytes, about, of one response beside its texts and pictures


@dataclass(frozen=True)
class StateLimits:
    """How many responses, how many bytes of them, and for how many seconds each."""

    count: int = COUNT
    bytes: int = MEGABYTES * 1024**2
    seconds: float = MINUTES * 60


@dataclass(frozen=True)
class HeldResponse:
    """A response as it was released, with what was asked. `items` are its turns by the ids of its output's items.

    The turns of `asked` are without instructions, which a later request does not take over.
    """

    id: str
    deployment: str
    asked: tuple[Message, ...]
    items: Mapping[str, Message | None]
    tools: Tools = field(default_factory=Tools)
    body: bytes = b""  # the response object, as JSON

    @property
    def turns(self) -> tuple[Message, ...]:
        """All that was said: the question and the answer."""
        return (*self.asked, *(turn for turn in self.items.values() if turn is not None))

    @property
    def bytes(self) -> int:
        """What it takes, about: every text and picture is counted, also one that others hold too."""
        parts = [part for turn in self.turns for part in turn.parts]
        calls = [call for turn in self.turns for call in turn.tool_calls]
        pictures = sum(len(part.picture.data) for part in parts if isinstance(part, ImagePart))
        texts = sum(getsizeof(part.text) for part in parts if isinstance(part, TextPart))
        return OVERHEAD + len(self.body) + pictures + texts + sum(getsizeof(call.arguments) for call in calls)


@dataclass(frozen=True)
class _Entry:
    response: HeldResponse
    bytes: int
    since: float


class ResponseState:
    """The responses of all clients. Past a bound, whoever holds most gives up what was not used for longest.

    Requests are also read in threads beside the event loop, hence the lock.
    """

    def __init__(self, limits: StateLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or StateLimits()
        self._clock = clock
        self._lock = threading.Lock()
        self._owners: dict[str, OrderedDict[str, _Entry]] = {}

    def of(self, owner: str) -> OwnResponses:
        """The view of one client."""
        return OwnResponses(self, owner)

    def hold(self, owner: str, response: HeldResponse) -> bool:
        """Hold a response; False for one that is larger than all together may be."""
        entry = _Entry(response, response.bytes, self._clock())
        if entry.bytes > self._limits.bytes:
            return False
        with self._lock:
            self._forget_old()
            self._owners.setdefault(owner, OrderedDict())[response.id] = entry
            while self._share(*self._owners) > 1:
                largest = max(self._owners, key=self._share)
                self._owners[largest].popitem(last=False)
        return True

    def find(self, owner: str, identity: str) -> HeldResponse | None:
        """A client's response by its id."""
        with self._lock:
            self._forget_old()
            entry = self._owners.get(owner, OrderedDict()).get(identity)
            if entry is None:
                return None
            self._owners[owner].move_to_end(identity)
            return entry.response

    def delete(self, owner: str, identity: str) -> bool:
        """Forget a response; False where there is none of that id."""
        with self._lock:
            return self._owners.get(owner, OrderedDict()).pop(identity, None) is not None

    def _forget_old(self) -> None:
        oldest = self._clock() - self._limits.seconds
        for owner, entries in list(self._owners.items()):
            for identity in [identity for identity, entry in entries.items() if entry.since <= oldest]:
                del entries[identity]
            if not entries:
                del self._owners[owner]

    def _share(self, *owners: str) -> float:
        """How much of what may be held these clients hold, as a fraction."""
        count = sum(len(self._owners[owner]) for owner in owners)
        held = sum(entry.bytes for owner in owners for entry in self._owners[owner].values())
        return max(count / self._limits.count, held / self._limits.bytes)


@dataclass(frozen=True)
class OwnResponses:
    """The responses of one client."""

    state: ResponseState
    owner: str

    def hold(self, response: HeldResponse) -> bool:
        """Hold one more; False where it is too large."""
        return self.state.hold(self.owner, response)

    def find(self, identity: str) -> HeldResponse | None:
        """A response by its id."""
        return self.state.find(self.owner, identity)

    def delete(self, identity: str) -> bool:
        """Forget a response; False where there is none of that id."""
        return self.state.delete(self.owner, identity)
