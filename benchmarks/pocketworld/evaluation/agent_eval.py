"""Asks a model about held-out cases through the product's agents, and marks what comes back."""

import asyncio
from collections.abc import Iterable
from random import Random

from agents.agent import Brief
from agents.errors import ReplyUnreadable
from agents.findings import IntentFinding, SceneFinding, SituationFinding, Verdict
from agents.intent import IntentAgent
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from benchmarks.pocketworld.drawing.out_of_domain import offworld_picture
from benchmarks.pocketworld.evaluation.figures import Figure, Tally
from benchmarks.pocketworld.evaluation.scoring import (
    SIZE,
    Exam,
    as_picture,
    brief_of,
    judgement_figures,
    picture_of,
    scene_figures,
)
from benchmarks.pocketworld.sampling.quads import query, sample_contrast, sample_quad
from benchmarks.pocketworld.training import labels as truth
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.splits import HELD_OUT_SEED, Split, rendering_seed

SCENES = 100  # quads a split: two pictures and four judgements each
ASKED_EACH = 3  # requests an activity and split
CONTRASTS = 100
OFFWORLD = 100


class Examiner:
    """Puts every question that the figures need; the same seed, the same questions."""

    def __init__(self, model: ChatModel, seed: int) -> None:
        prompts = PromptSet.load("compact")
        self._model = model
        self._intent = IntentAgent(model, prompts)
        self._visual = VisualAgent(model, prompts)
        self._situation = SituationAgent(model, prompts)
        self._chance = Random(seed)
        self._parsed = Tally("replies that parse, unconstrained, first try")

    async def figures(self) -> list[Figure]:
        """Every figure, in the order of the model card."""
        splits = (Split.TRAIN, Split.HELD_OUT_CARRIERS, Split.HELD_OUT_WORDINGS)
        figures = [await self.intent(split) for split in splits]
        for split in (Split.HELD_OUT_RENDERINGS, Split.HELD_OUT_COMBINATIONS):
            figures += await self.scenes(split)
        figures += [await self.contrasts(), await self.offworld()]
        return [*figures, self._parsed.figure()]

    async def intent(self, split: Split) -> Figure:
        """Is the activity understood, in this split's words?"""
        asked = [(name, query(name, self._chance, split)) for name in ACTIVITIES for _ in range(ASKED_EACH)]
        briefs = [brief_of(text) for _, text in asked]
        found = await asyncio.gather(*(self._intended(brief) for brief in briefs))
        tally = Tally(f"intent, {split.value}")
        for (name, text), finding in zip(asked, found, strict=True):
            activity = finding.activity if finding else "unreadable"
            tally.mark(activity == name, f"{text!r}: {activity}, not {name}")
        return tally.figure()

    async def scenes(self, split: Split) -> list[Figure]:
        """What is seen, and how it is judged when the intent is known: with the scene as seen, and by the eye alone."""
        exams = [exam for _ in range(SCENES) for exam in self._quad(split)]
        seen = await asyncio.gather(*(self._looked(exam.brief) for exam in exams))
        intents = [truth.intent_finding(ACTIVITIES[exam.case.activity]) for exam in exams]
        told = await asyncio.gather(*map(self._judged, exams, intents, seen))
        alone = await asyncio.gather(
            *(self._judged(exam, intent, None) for exam, intent in zip(exams, intents, strict=True))
        )
        return [
            *scene_figures(split, exams, seen),
            *judgement_figures(f"judgement, {split.value}", exams, told),
            *judgement_figures(f"judgement without a scene finding, {split.value}", exams, alone),
        ]

    async def contrasts(self) -> Figure:
        """One object changed: are both scenes judged right?"""
        tally = Tally("contrast pairs, both right")
        for _ in range(CONTRASTS // 20):
            pairs = [self._contrast() for _ in range(20)]
            verdicts = await asyncio.gather(*(self._verdict(exam) for pair in pairs for exam in pair))
            for number, (safe, unsafe) in enumerate(pairs):
                got = verdicts[2 * number : 2 * number + 2]
                tally.mark(
                    got == [Verdict.SAFE, Verdict.UNSAFE], f"{safe.words} / {unsafe.case.scene.describe()}: {got}"
                )
        return tally.figure()

    async def offworld(self) -> Figure:
        """Is a picture of no scene called unknown?"""
        seeds = [self._chance.randrange(HELD_OUT_SEED, 2 * HELD_OUT_SEED) for _ in range(OFFWORLD)]
        briefs = [brief_of("What now?", as_picture(offworld_picture(seed, SIZE))) for seed in seeds]
        found = await asyncio.gather(*map(self._looked, briefs))
        tally = Tally("pictures of no scene called unknown")
        for seed, finding in zip(seeds, found, strict=True):
            tally.mark(finding is not None and finding.place == truth.UNKNOWN, f"seed {seed}: {finding}")
        return tally.figure()

    def _quad(self, split: Split) -> Iterable[Exam]:
        quad = sample_quad(self._chance, split)
        seeds = {scene: rendering_seed(self._chance, split) for scene in (quad.scene_a, quad.scene_b)}
        asked = {name: query(name, self._chance) for name in (quad.first, quad.second)}
        for case in quad.cases():
            yield Exam(case, asked[case.activity], picture_of(case, seeds[case.scene]))

    def _contrast(self) -> tuple[Exam, Exam]:
        contrast = sample_contrast(self._chance, Split.HELD_OUT_RENDERINGS)
        seed, asked = rendering_seed(self._chance, Split.HELD_OUT_RENDERINGS), query(contrast.activity, self._chance)
        safe, unsafe = (Exam(case, asked, picture_of(case, seed)) for case in contrast.cases())
        return safe, unsafe

    async def _intended(self, brief: Brief) -> IntentFinding | None:
        try:
            report = await self._intent.assess(brief)
        except ReplyUnreadable:
            self._parsed.mark(correct=False, error="intent")
            return None
        self._parsed.mark(report.asks == 1, "intent")
        return report.finding

    async def _looked(self, brief: Brief) -> SceneFinding | None:
        try:
            report = await self._visual.assess(brief)
        except ReplyUnreadable:
            self._parsed.mark(correct=False, error="scene")
            return None
        self._parsed.mark(report.asks == 1, "scene")
        return report.finding if isinstance(report.finding, SceneFinding) else None

    async def _judged(
        self, exam: Exam, intent: IntentFinding | None, scene: SceneFinding | None
    ) -> SituationFinding | None:
        try:
            report = await self._situation.assess(exam.brief, intent, scene)
        except ReplyUnreadable:
            self._parsed.mark(correct=False, error="situation")
            return None
        self._parsed.mark(report.asks == 1, "situation")
        return report.finding

    async def _verdict(self, exam: Exam) -> Verdict | None:
        """As the pipeline does it; None where an agent's reply cannot be read, which blocks."""
        intent, scene = await asyncio.gather(self._intended(exam.brief), self._looked(exam.brief))
        if intent is None or scene is None:
            return None
        finding = await self._judged(exam, intent, scene)
        return finding.verdict if finding else None
