"""What a companion costs: milliseconds a token of a reply that is decoded by contrast, against an ordinary one.

    python -m benchmarks.contrast [CHECKPOINT] [--rounds 12] [--most 1.4]

Both replies have the same tokens (alpha is 0), each in an engine of its own, and their steps alternate, so that a busy
machine slows both. Reading the prompts is not counted. CPU time is that of the engine's thread, which is what counts
where small weights run on one thread; on a GPU look at the wall time. Exits with 1 where a pair takes more than `most`
times as long (the smaller of the two quotients of medians).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from statistics import median

import torch

from agents.conversation import user_message
from agents.engine.checkpoint import load_checkpoint
from agents.engine.engine import MAX_SEQUENCES, set_threads
from agents.engine.model_runner import ModelRunner
from agents.engine.request import EngineRequest
from agents.engine.sampling_params import SamplingParams
from agents.engine.scheduler import Scheduler
from agents.models.white_box import PLAIN, Contrast, WhiteBox
from benchmarks.engine import QUESTIONS, draw_picture

PAIR = WhiteBox(contrast=Contrast(alpha=0, noise_step=500))
TOKENS = 48


@dataclass(frozen=True)
class Step:
    """Milliseconds that one token took."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Figures:
    """Medians of milliseconds a token, and the quotients of these."""

    tokens: int
    plain_ms: float
    pair_ms: float
    ratio: float
    plain_cpu_ms: float
    pair_cpu_ms: float
    cpu_ratio: float


def timed_step(scheduler: Scheduler) -> Step:
    """One token."""
    wall, cpu = time.perf_counter(), time.thread_time()
    scheduler.step()
    return Step(1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu))


def reply_of_both(schedulers: Sequence[Scheduler], question: int) -> list[list[Step]]:
    """The steps of an ordinary reply and of a pair's, in turn, as long as both go on."""
    messages = (
        user_message(f"{QUESTIONS[question % len(QUESTIONS)]} ({question})", draw_picture(random.Random(question))),
    )
    requests = [
        EngineRequest(messages, SamplingParams(max_tokens=TOKENS), streaming=False, white_box=white_box)
        for white_box in (PLAIN, PAIR)
    ]
    both = list(zip(schedulers, requests, strict=True))
    for scheduler, request in both:
        scheduler.submit(request)
        scheduler.step()  # reads the prompt too
    steps: list[list[Step]] = []
    while all(request.is_active for request in requests):
        steps.append([timed_step(scheduler) for scheduler in schedulers])
    for scheduler, request in both:  # rounding may have made one reply longer
        while request.is_active:
            scheduler.step()
    return steps


async def measure(checkpoint: str, rounds: int) -> Figures:
    """Replies to different questions, after one to warm up."""
    loaded = load_checkpoint(checkpoint)
    set_threads(loaded)
    runner = ModelRunner("measured", loaded)
    schedulers = [Scheduler(runner, MAX_SEQUENCES) for _ in range(2)]
    with torch.inference_mode():
        reply_of_both(schedulers, 0)
        steps = [step for number in range(1, rounds + 1) for step in reply_of_both(schedulers, number)]
    for scheduler in schedulers:
        scheduler.close()
    return figures(steps)


def figures(steps: Sequence[Sequence[Step]]) -> Figures:
    """Medians over all tokens of all rounds; each item holds the two steps for one token."""
    plain, pair = zip(*steps, strict=True)
    walls = [median(step.wall for step in each) for each in (plain, pair)]
    cpus = [median(step.cpu for step in each) for each in (plain, pair)]
    return Figures(
        len(steps),
        *(round(wall, 2) for wall in walls),
        round(walls[1] / walls[0], 2),
        *(round(cpu, 2) for cpu in cpus),
        round(cpus[1] / cpus[0], 2),
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contrast", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", nargs="?", default=str(files("agents.models") / "pocket"))
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--most", type=float, default=1.4, help="the quotient that is allowed")
    chosen = parser.parse_args(arguments)
    result = asyncio.run(measure(chosen.checkpoint, chosen.rounds))
    sys.stdout.write(json.dumps(asdict(result), indent=2) + "\n")
    return int(min(result.ratio, result.cpu_ratio) > chosen.most)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
