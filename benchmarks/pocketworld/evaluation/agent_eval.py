"""Asks a model about held-out situations through the agents, and scores their findings."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

from agents.agent import Brief, Report
from agents.errors import ReplyUnreadable
from agents.findings import Finding, IntentFinding, SceneFinding, SituationFinding, Verdict
from agents.fused import FusedAgent
from agents.intent import IntentAgent
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from benchmarks.pocketworld.evaluation.figures import Figure, Tally
from benchmarks.pocketworld.evaluation.scoring import (
    SIZE,
    EvalCase,
    as_picture,
    brief_of,
    drawn_picture,
    judgement_figures,
    scene_figures,
)
from benchmarks.pocketworld.sampling.quads import query, sample_contrast, sample_quad
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.out_of_domain.pictures import out_of_domain_picture
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.splits import HELD_OUT_SEED, Split, rendering_seed

QUADS = 100  # per split: two pictures and four judgements each
QUESTIONS = 3  # per activity and split
CONTRASTS = 100
CONTRAST_BATCH = 20  # contrast pairs that are asked about at once
OUT_OF_DOMAIN = 100  # pictures
ARRANGED = Split.HELD_OUT_COMBINATIONS  # the split on which one call in place of three is measured too

F = TypeVar("F", bound=Finding)


class AgentEval:
    """Asks everything that the figures need. The same seed asks the same questions."""

    def __init__(self, model: ChatModel, seed: int) -> None:
        prompts = PromptSet.load("compact")
        self._intent = IntentAgent(model, prompts)
        self._visual = VisualAgent(model, prompts)
        self._situation = SituationAgent(model, prompts)
        self._fused = FusedAgent(model, prompts)
        self._rng = Random(seed)
        self._parsed = Tally("replies that parse, unconstrained, first try")
        self._fused_parsed = Tally("replies in one call that parse, unconstrained, first try")

    async def figures(self) -> list[Figure]:
        """All figures, in the order in which they are published."""
        splits = (Split.TRAIN, Split.HELD_OUT_TEMPLATES, Split.HELD_OUT_WORDINGS)
        figures = [await self.intent(split) for split in splits]
        for split in (Split.HELD_OUT_RENDERINGS, Split.HELD_OUT_COMBINATIONS):
            figures += await self.scenes(split)
        figures += [await self.contrasts(), await self.out_of_domain()]
        return [*figures, self._parsed.figure(), self._fused_parsed.figure()]

    async def intent(self, split: Split) -> Figure:
        """Does the intent agent recognise the activity, in the words of this split?"""
        asked = [(name, query(name, self._rng, split)) for name in ACTIVITIES for _ in range(QUESTIONS)]
        findings = await asyncio.gather(*(self._assess_intent(brief_of(text)) for _, text in asked))
        tally = Tally(f"intent, {split.value}")
        for (name, text), finding in zip(asked, findings, strict=True):
            activity = finding.activity if finding else "unreadable"
            tally.mark(activity == name, f"{text!r}: {activity}, not {name}")
        return tally.figure()

    async def scenes(self, split: Split) -> list[Figure]:
        """What is seen, and how it is judged given the true intent, with the scene finding and by the picture alone."""
        cases = [case for _ in range(QUADS) for case in self._quad_cases(split)]
        scenes = await asyncio.gather(*(self._assess_scene(case.brief) for case in cases))
        intents = [labels.intent_finding(ACTIVITIES[case.situation.activity]) for case in cases]
        with_scene = await asyncio.gather(*map(self._assess_situation, cases, intents, scenes))
        without = await asyncio.gather(*map(self._assess_situation, cases, intents, [None] * len(cases)))
        # Each scene is asked about twice, with two questions; it counts once, where something in it decides.
        arranged = await self._in_one_call(split, cases) if split is ARRANGED else []
        once = [(case, scene) for case, scene in zip(cases, scenes, strict=True) if not case.situation.truth.safe]
        return [
            *scene_figures(split, [case for case, _ in once], [scene for _, scene in once]),
            *judgement_figures(f"judgement, {split.value}", cases, with_scene),
            *judgement_figures(f"judgement without a scene finding, {split.value}", cases, without),
            *arranged,
        ]

    async def _in_one_call(self, split: Split, cases: Sequence[EvalCase]) -> list[Figure]:
        """The same cases judged by one call in place of three: both sides."""
        fused = await asyncio.gather(
            *(self._readable("fused", self._fused.assess(case.brief), self._fused_parsed) for case in cases)
        )
        one_call = [each.situation if each else None for each in fused]
        return judgement_figures(f"judgement in one call, {split.value}", cases, one_call)[:2]

    async def contrasts(self) -> Figure:
        """Are both scenes judged right when they differ in one object?"""
        tally = Tally("contrast pairs, both right")
        for _ in range(CONTRASTS // CONTRAST_BATCH):
            pairs = []
            for _ in range(CONTRAST_BATCH):
                contrast = sample_contrast(self._rng, Split.HELD_OUT_RENDERINGS)
                seed = rendering_seed(self._rng, Split.HELD_OUT_RENDERINGS)
                question = query(contrast.activity, self._rng)
                pairs.append([EvalCase(each, question, drawn_picture(each, seed)) for each in contrast.situations()])
            verdicts = await asyncio.gather(*(self._verdict(case) for pair in pairs for case in pair))
            for number, (safe, unsafe) in enumerate(pairs):
                found = verdicts[2 * number : 2 * number + 2]
                error = f"{safe} / {unsafe.situation.scene.describe()}: {found}"
                tally.mark(found == [Verdict.SAFE, Verdict.UNSAFE], error)
        return tally.figure()

    async def out_of_domain(self) -> Figure:
        """Does the visual agent call a picture out of domain unknown?"""
        seeds = [self._rng.randrange(HELD_OUT_SEED, 2 * HELD_OUT_SEED) for _ in range(OUT_OF_DOMAIN)]
        briefs = [brief_of("What now?", as_picture(out_of_domain_picture(seed, SIZE))) for seed in seeds]
        findings = await asyncio.gather(*map(self._assess_scene, briefs))
        tally = Tally("pictures of no scene called unknown")
        for seed, finding in zip(seeds, findings, strict=True):
            tally.mark(finding is not None and finding.place == labels.UNKNOWN, f"seed {seed}: {finding}")
        return tally.figure()

    def _quad_cases(self, split: Split) -> Iterator[EvalCase]:
        quad = sample_quad(self._rng, split)
        seeds = {scene: rendering_seed(self._rng, split) for scene in (quad.scene_a, quad.scene_b)}
        questions = {name: query(name, self._rng) for name in (quad.first, quad.second)}
        for situation in quad.situations():
            picture = drawn_picture(situation, seeds[situation.scene])
            yield EvalCase(situation, questions[situation.activity], picture)

    async def _verdict(self, case: EvalCase) -> Verdict | None:
        """The verdict as the pipeline reaches it. None where a reply is unreadable, which blocks."""
        intent, scene = await asyncio.gather(self._assess_intent(case.brief), self._assess_scene(case.brief))
        if intent is None or scene is None:
            return None
        finding = await self._assess_situation(case, intent, scene)
        return finding.verdict if finding else None

    async def _assess_intent(self, brief: Brief) -> IntentFinding | None:
        return await self._readable("intent", self._intent.assess(brief))

    async def _assess_scene(self, brief: Brief) -> SceneFinding | None:
        finding = await self._readable("scene", self._visual.assess(brief))
        return finding if isinstance(finding, SceneFinding) else None

    async def _assess_situation(
        self,
        case: EvalCase,
        intent: IntentFinding | None,
        scene: SceneFinding | None,
    ) -> SituationFinding | None:
        return await self._readable("situation", self._situation.assess(case.brief, intent, scene))

    async def _readable(
        self, name: str, assessment: Coroutine[Any, Any, Report[F]], tally: Tally | None = None
    ) -> F | None:
        """The finding, or None for an unreadable reply. Counts the replies that parse at the first try."""
        parsed = tally or self._parsed
        try:
            report = await assessment
        except ReplyUnreadable:
            parsed.mark(correct=False, error=name)
            return None
        parsed.mark(report.asks == 1, name)
        return report.finding
