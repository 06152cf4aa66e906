"""What is measured, as a table: what is asked, by how many clients, of a model and a guard that take how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.speed.bodies import Body, body
from benchmarks.speed.servers import Contender
from benchmarks.speed.upstream import Plan


@dataclass(frozen=True)
class Size:
    """How much of everything: `FULL` takes less than twenty minutes on two quiet cores, `QUICK` shows that it runs."""

    rounds: int
    seconds: float  # a closed loop, per contender and round
    requests: int  # one after another, per contender and round
    first: int  # requests to a fresh worker before its memory is read
    memory: int  # requests to one worker, to see whether its memory stays level
    growth_rounds: int
    turns: Sequence[int]
    pictures: Sequence[int]
    clients: Sequence[int]
    records: Sequence[int]


FULL = Size(
    rounds=5,
    seconds=1.2,
    requests=10,
    first=200,
    memory=10_000,
    growth_rounds=2,
    turns=(1, 2, 5, 10, 20, 50),
    pictures=(1, 2, 5, 10, 20),
    clients=(1, 4, 16, 64, 256),
    records=(1, 1_000, 30_000, 1_000_000),
)
QUICK = Size(
    rounds=1,
    seconds=0.3,
    requests=2,
    first=16,
    memory=60,
    growth_rounds=1,
    turns=(1, 10),
    pictures=(1, 3),
    clients=(1, 8),
    records=(1, 200, 2_000),
)


@dataclass(frozen=True)
class Case:
    """One row. Milliseconds: `model` until an answer begins, `guard` all of a guard's steps, `gap` between chunks.

    With `closed`, clients ask for as long as the size says; without, they ask so many requests.
    """

    name: str
    title: str
    contenders: Sequence[str]
    clients: int = 1
    kilobytes: int = 0
    stream: bool = False
    model: float = 0
    guard: float = 0
    gap: float = 0
    closed: bool = False

    def body(self, contender: Contender) -> Body:
        """What a contender is asked."""
        pictures = {"pictures": 1, "kilobytes": self.kilobytes} if self.kilobytes else {}
        return body(contender.model, stream=self.stream, **pictures)

    def plan(self, contender: Contender) -> Plan:
        """How long the models take: a guard's time is shared by the calls that it makes one after another."""
        return Plan(self.model / 1000, self.guard / 1000 / max(contender.steps, 1), self.gap / 1000)


PROXIES = ("guarded", "three", "raw", "fastapi", "litellm", "nemo")
BESIDE = ("direct", "guarded", "three", "litellm", "nemo-speculative")
STREAMING = ("guarded", "three", "raw", "fastapi", "litellm")
SHAPES = (("text", "text", 0), ("picture-50", "picture of 50 KB", 50), ("picture-500", "picture of 500 KB", 500))

CASES: Sequence[Case] = (
    *(
        Case(f"{name}-{clients}", f"{title}, {_clients}", PROXIES, clients, kilobytes, closed=True)
        for name, title, kilobytes in SHAPES
        for clients, _clients in ((1, "1 client"), (16, "16 clients"))
    ),
    Case("beside", "model 300 ms beside guard 300 ms", BESIDE, model=300, guard=300),
    Case("long-model", "model 600 ms, guard 200 ms", BESIDE, model=600, guard=200),
    Case("first-word", "stream, guard 200 ms", STREAMING[:2] + STREAMING[4:], stream=True, guard=200, gap=10),
    Case("stream", "stream of 20 chunks, 10 ms apart", STREAMING, stream=True, gap=10),
    Case("stream-16", "the same stream, 16 clients", STREAMING, 16, stream=True, gap=10, closed=True),
)
