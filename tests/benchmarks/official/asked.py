"""Asking and judging under a protocol, with a judge that keeps what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, Turn
from benchmarks.judges import Answer, Judgement, JudgeModel, judge
from benchmarks.official.protocols import PROTOCOLS, under
from tests.benchmarks.official.clones import clone_of


def in_official_words(benchmark: Benchmark, folder: Path) -> Benchmark:
    """The benchmark in the words of a small repository of our own."""
    protocol = PROTOCOLS[benchmark.name]
    return under(benchmark, protocol.read(clone_of(folder, protocol.repository.partition("/")[2])))


@dataclass
class Listener:
    """A judge that gives one reply and keeps what it was asked."""

    reply: str
    asked: list[tuple[Turn, ...]] = field(default_factory=list)

    async def complete(self, messages: Sequence[Turn]) -> str:
        self.asked.append(tuple(messages))
        return self.reply

    def judge(self, benchmark: Benchmark, case: Case, text: str) -> Judgement:
        """Judge one answer by the benchmark's own rubric for the case."""
        return asyncio.run(judge(benchmark.rubric(case), case, Answer(text), JudgeModel(self, "listener")))
