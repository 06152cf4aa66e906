"""Fuzzing: whatever comes, a parser reads it or raises what it declares, and soon."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.chaos.figures import Figure, Section
from tests.chaos.fuzz import PARSERS
from tests.chaos.size import SEED, Size

WHOLE = 250_000  # inputs for each parser, a million in all
BATCH = 1000  # hypothesis remembers what it tried, which makes long batches slow
PROCESSES = 2
HANG = 1.0  # seconds of CPU for one input of a few KB


@dataclass
class Tried:
    """What came of a parser's inputs."""

    parser: str
    inputs: int = 0
    slowest: float = 0.0
    crashes: list[dict[str, str]] = field(default_factory=list)

    def one(self, value: Any) -> None:
        """Let it read one, and take note."""
        self.inputs += 1
        began = time.thread_time()
        try:
            PARSERS[self.parser].read(value)
        except Exception as error:  # noqa: BLE001 whatever it is, it was not declared
            self.crashes.append({"parser": self.parser, "error": repr(error)[:200], "input": repr(value)[:500]})
        self.slowest = max(self.slowest, time.thread_time() - began)


async def fuzzing(size: Size) -> list[Section]:
    """G16."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        tried = list(pool.map(_fuzzed, PARSERS, [size.of(WHOLE)] * len(PARSERS)))
    figures = [
        Figure("inputs", sum(each.inputs for each in tried), least=size.of(WHOLE) * len(PARSERS)),
        Figure("crashes", sum(len(each.crashes) for each in tried), 0),
        Figure("hangs", sum(each.slowest > HANG for each in tried), 0),
    ]
    for each in tried:
        figures.append(Figure(f"{each.parser}: inputs", each.inputs))
        figures.append(Figure(f"{each.parser}: slowest, s of CPU", round(each.slowest, 3), most=HANG))
    return [Section("Fuzzing of the parsers", figures, [crash for each in tried for crash in each.crashes[:20]])]


def _fuzzed(parser: str, count: int) -> Tried:
    tried = Tried(parser)
    batch = 0
    while tried.inputs < count:
        _run(tried, min(BATCH, count - tried.inputs), SEED + batch)
        batch += 1
    return tried


def _run(tried: Tried, count: int, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(PARSERS[tried.parser].inputs)
    def each(value: Any) -> None:
        tried.one(value)

    each()
