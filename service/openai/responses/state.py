"""What was released lately, in the memory of this process: for clients that send the id of it in place of the words.

A response is held under the key that asked for it and the deployment that answered, so nobody else finds it. It is
judged again, whole, whenever it comes back with a request.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from sys import getsizeof

from agents.conversation import ImagePart, Message, TextPart
from service.openai.responses.state_limits import StateLimits
from service.openai.responses.tools import Tools

OVERHEAD = 2048  # bytes, about, of one response beside its texts and pictures


@dataclass(frozen=True)
class HeldResponse:
    """A response as it was released, with what was asked. `items` are its turns by the ids of its output's items.

    The turns of `asked` are without instructions, which a later request does not take over.
    """

    id: str
    deployment: str
    asked: tuple[Message, ...]
    items: Mapping[str, Message]
    tools: Tools = field(default_factory=Tools)
    body: bytes = b""  # the response object, as JSON

    @property
    def turns(self) -> tuple[Message, ...]:
        """All that was said: the question and the answer."""
        return (*self.asked, *self.items.values())

    @cached_property
    def signatures(self) -> dict[str, str]:
        """What the answer's calls were signed with, by their ids."""
        calls = [call for turn in self.items.values() for call in turn.tool_calls]
        return {call.id: call.signature for call in calls if call.signature is not None}

    @cached_property
    def bytes(self) -> int:
        """What it takes, about: every text and picture is counted, also one that others hold too."""
        parts = [part for turn in self.turns for part in turn.parts]
        calls = [call for turn in self.turns for call in turn.tool_calls]
        pictures = sum(len(part.picture.data) for part in parts if isinstance(part, ImagePart))
        texts = sum(getsizeof(part.text) for part in parts if isinstance(part, TextPart))
        said = sum(getsizeof(text) for call in calls for text in (call.id, call.name, call.arguments, call.signature))
        thought = sum(getsizeof(turn.reasoning.fields) for turn in self.turns if turn.reasoning is not None)
        return OVERHEAD + len(self.body) + pictures + texts + said + 2 * thought  # the words stand beside the fields


@dataclass
class _Owner:
    """What one client holds: ids in the order of their last use, all their bytes, and whose calls were signed."""

    used: OrderedDict[str, None] = field(default_factory=OrderedDict)
    bytes: int = 0
    signed: dict[tuple[str, str], str] = field(default_factory=dict)  # responses by deployment and call


class ResponseState:
    """The responses of all clients. Past a bound, whoever holds most gives up what was not used for longest.

    Requests are also read in threads beside the event loop, hence the lock. To find or to hold one takes the same time
    however much is held.
    """

    def __init__(self, limits: StateLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or StateLimits()
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str], tuple[float, HeldResponse]] = OrderedDict()  # the oldest first
        self._owners: defaultdict[str, _Owner] = defaultdict(_Owner)
        self._bytes = 0

    def of(self, owner: str) -> OwnResponses:
        """The view of one client."""
        return OwnResponses(self, owner)

    def hold(self, owner: str, response: HeldResponse) -> bool:
        """Hold a response; False for one that is larger than all together may be."""
        if response.bytes > self._limits.bytes:
            return False
        with self._lock:
            self._forget_old()
            self._held[owner, response.id] = (self._clock(), response)
            self._owners[owner].used[response.id] = None
            self._owners[owner].signed |= {(response.deployment, call): response.id for call in response.signatures}
            self._add(owner, response.bytes)
            while len(self._held) > self._limits.count or self._bytes > self._limits.bytes:
                largest = max(self._owners, key=self._share)
                self._drop(largest, next(iter(self._owners[largest].used)))
        return True

    def find(self, owner: str, identity: str) -> HeldResponse | None:
        """A client's response by its id."""
        with self._lock:
            self._forget_old()
            _, response = self._held.get((owner, identity), (0.0, None))
            if response is not None:
                self._owners[owner].used.move_to_end(identity)
            return response

    def signature(self, owner: str, deployment: str, call: str) -> str | None:
        """What the last call of this id was signed with, among a client's responses from a deployment."""
        with self._lock:
            mine = self._owners.get(owner)
            identity = mine.signed.get((deployment, call)) if mine else None
        response = self.find(owner, identity) if identity is not None else None
        return response.signatures.get(call) if response else None

    def delete(self, owner: str, identity: str) -> bool:
        """Forget a response; False where there is none of that id."""
        with self._lock:
            there = (owner, identity) in self._held
            if there:
                self._drop(owner, identity)
            return there

    def _forget_old(self) -> None:
        oldest = self._clock() - self._limits.seconds
        while self._held:
            (owner, identity), (since, _) = next(iter(self._held.items()))
            if since > oldest:
                return
            self._drop(owner, identity)

    def _drop(self, owner: str, identity: str) -> None:
        _, response = self._held.pop((owner, identity))
        mine = self._owners[owner]
        del mine.used[identity]
        for call in response.signatures:
            if mine.signed.get((response.deployment, call)) == identity:
                del mine.signed[response.deployment, call]
        self._add(owner, -response.bytes)
        if not mine.used:
            del self._owners[owner]

    def _add(self, owner: str, more: int) -> None:
        self._owners[owner].bytes += more
        self._bytes += more

    def _share(self, owner: str) -> float:
        """How much of what may be held one client holds, as a fraction."""
        mine = self._owners[owner]
        return max(len(mine.used) / self._limits.count, mine.bytes / self._limits.bytes)


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

    def signature(self, deployment: str, call: str) -> str | None:
        """What the last call of this id was signed with, from this deployment."""
        return self.state.signature(self.owner, deployment, call)

    def delete(self, identity: str) -> bool:
        """Forget a response; False where there is none of that id."""
        return self.state.delete(self.owner, identity)
