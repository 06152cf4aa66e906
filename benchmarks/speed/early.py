"""When a verdict is acted on with `situation.reasoning: after`, against the end of its reply, on the embedded model.

    python -m benchmarks.speed.early [--quads 50] [--seed 7]

Held-out situations are judged in both ways, one call at a time, each with the true intent and what the visual agent
saw. A reply's pieces are tokens. Both ways ask the same, so what is right in one of them is right in the other.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from random import Random
from statistics import mean

from agents.findings import SceneFinding, SituationFinding, Verdict
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.local import LocalModel
from agents.models.resilience import Wrapped
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from benchmarks.pocketworld.evaluation.scoring import EvalCase, drawn_picture
from benchmarks.pocketworld.sampling.quads import query, sample_quad
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.splits import Split, rendering_seed
from guard.config import EMBEDDED, LocalConfig
from guard.identity import checkpoint_of

COMBINED = Split.HELD_OUT_COMBINATIONS


class Counted(Wrapped):
    """A model whose pieces are counted as they come."""

    pieces = 0

    async def complete(self, request: ModelRequest) -> Completion:
        return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        self.pieces = 0
        async with aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                self.pieces += bool(chunk.text)
                yield chunk


@dataclass(frozen=True)
class Timed:
    """One judgement in both ways: verdicts, then the tokens and seconds until it was acted on, and until its end."""

    right: Verdict
    before: SituationFinding
    early: SituationFinding
    whole: SituationFinding
    tokens: tuple[int, int]
    seconds: tuple[float, float]


def held_out_cases(quads: int, seed: int) -> Iterator[EvalCase]:
    """Four situations for each quad."""
    rng = Random(seed)
    for _ in range(quads):
        quad = sample_quad(rng, COMBINED)
        seeds = {scene: rendering_seed(rng, COMBINED) for scene in (quad.scene_a, quad.scene_b)}
        for situation in quad.situations():
            yield EvalCase(situation, query(situation.activity, rng), drawn_picture(situation, seeds[situation.scene]))


async def timed(model: ChatModel, case: EvalCase) -> Timed:
    """Judge a case in both ways."""
    prompts, counted = PromptSet.load("compact"), Counted(model)
    scene = (await VisualAgent(model, prompts).assess(case.brief)).finding
    given = (
        labels.intent_finding(ACTIVITIES[case.situation.activity]),
        scene if isinstance(scene, SceneFinding) else None,
    )
    before = await SituationAgent(model, prompts).assess(case.brief, *given)
    began = time.monotonic()
    early = await SituationAgent(counted, prompts, "after").assess(case.brief, *given)
    acted = counted.pieces, time.monotonic() - began
    whole = early if early.rest is None else await early.rest
    ended = counted.pieces, time.monotonic() - began
    right = Verdict.SAFE if case.situation.truth.safe else Verdict.UNSAFE
    tokens, seconds = (acted[0], ended[0]), (acted[1], ended[1])
    return Timed(right, before.finding, early.finding, whole.finding, tokens, seconds)


async def measure(quads: int, seed: int) -> list[Timed]:
    """Start the embedded model, ask, and close it."""
    model = LocalModel("pocket", checkpoint=checkpoint_of(LocalConfig(kind="local", path=EMBEDDED)))
    await model.start()
    try:
        return [await timed(model, case) for case in held_out_cases(quads, seed)]
    finally:
        await model.close()


def table(judged: Sequence[Timed]) -> str:
    """Both sides, in Markdown."""
    lines = [
        "| side | cases | right, before | right, after | tokens at the verdict | at the end | time at it |",
        "|---|---|---|---|---|---|---|",
    ]
    for side in (Verdict.SAFE, Verdict.UNSAFE):
        ours = [each for each in judged if each.right is side]
        before, after = (
            100 * mean(found.verdict is side for found in verdicts)
            for verdicts in ([each.before for each in ours], [each.early for each in ours])
        )
        acted, ended = (mean(each.tokens[at] for each in ours) for at in (0, 1))
        share = sum(each.seconds[0] for each in ours) / sum(each.seconds[1] for each in ours)
        lines.append(
            f"| {side.value} | {len(ours)} | {before:.1f} % | {after:.1f} % | {acted:.1f} | {ended:.1f} | {share:.0%} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, default=50, help="quads, four situations each")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args(arguments)
    print(table(asyncio.run(measure(chosen.quads, chosen.seed))))  # noqa: T201 what the command is for


if __name__ == "__main__":
    main()
