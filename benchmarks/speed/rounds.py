"""Rounds: each contender gets each case in each of them, in turns whose order alternates: a slow minute hits all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.speed.bench import Asked, Bench, say
from benchmarks.speed.cases import Case, Size
from benchmarks.speed.client import Amount
from benchmarks.speed.servers import CONTENDERS, Contender

WARM_UP = 8  # requests to each contender before each case of the first round


@dataclass(frozen=True)
class Sample:
    """One contender in one round of one case. Milliseconds; `cpu` and `calls` are per request.

    `totals` and `firsts` are of the good answers; `failed` counts the others, and `told` is what their first said.
    """

    case: str
    contender: str
    round: int
    totals: Sequence[float]
    firsts: Sequence[float]
    rate: float  # good answers a second
    cpu: float | None
    calls: Mapping[str, float]
    failed: int = 0
    told: str = ""


async def play(bench: Bench, cases: Sequence[Case], size: Size) -> list[Sample]:
    """All rounds of all cases, by the contenders whose servers run."""
    samples: list[Sample] = []
    for turn in range(size.rounds):
        for case in cases:
            present = [contender for name in case.contenders if bench.has(contender := CONTENDERS[name])]
            present = [each for each in present if not turn or _answered(samples, case, each)]
            if turn == 0:
                for contender in present:
                    await _asked(bench, case, contender, Amount(requests=min(WARM_UP, size.requests)))
            order = present if turn % 2 == 0 else present[::-1]
            samples += [await _sample(bench, case, contender, turn, size) for contender in order]
            say(f"round {turn + 1} of {size.rounds}: {case.title}")
    return samples


def _answered(samples: Sequence[Sample], case: Case, contender: Contender) -> bool:
    """Whether it can do this case at all: it has answered in an earlier round."""
    return any(each.totals for each in samples if (each.case, each.contender) == (case.name, contender.name))


async def _asked(bench: Bench, case: Case, contender: Contender, amount: Amount) -> Asked:
    return await bench.ask(contender, case.body(contender), case.plan(contender), amount, clients=case.clients)


async def _sample(bench: Bench, case: Case, contender: Contender, turn: int, size: Size) -> Sample:
    amount = Amount(size.seconds, case.clients) if case.closed else Amount(requests=size.requests)
    asked = await _asked(bench, case, contender, amount)
    good = asked.load.good
    failed = [answer.told for answer in asked.load.answers if not answer.good]
    return Sample(
        case=case.name,
        contender=contender.name,
        round=turn,
        totals=[answer.total for answer in good],
        firsts=[answer.first for answer in good],
        rate=len(good) / asked.load.seconds,
        cpu=asked.cpu,
        calls=asked.calls,
        failed=len(failed),
        told=failed[0] if failed else "",
    )
