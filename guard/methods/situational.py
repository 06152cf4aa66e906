"""situational: the paper's method made into a product. The pipeline judges, and the model's own answer waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from agents.agent import Brief
from agents.conversation import Conversation
from agents.errors import TrainedPartUnusable
from agents.models.base import Json, ModelRequest
from agents.models.trained_parts import Probe, check_model
from agents.situation import SituationAgent
from guard.errors import MethodUnusable
from guard.pipeline import AgentSet, Pipeline, Run, build_pipeline, decide
from guard.untraced import run_untraced
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class Situational:
    """Runs the graph of one toggle set."""

    agents: AgentSet

    @cached_property
    def _pipelines(self) -> dict[frozenset[str], Pipeline]:
        """The graphs so far, by the agents that are idle: a step that does nothing would cost as much as any other."""
        return {}

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(conversation.messages, options)

    @property
    def digest(self) -> str:
        """The hash of the probe's weights, where there is one: part of what the deployment is known by."""
        return "".join(probe.card.weights for probe, _ in self._probes)

    def check(self, identity_of: Callable[[str], str]) -> None:
        """Refuse a probe of another checkpoint than the situation agent's. Raises `MethodUnusable`."""
        for probe, model in self._probes:
            try:
                check_model(probe.file, probe.card, identity_of(model))
            except TrainedPartUnusable as error:
                raise MethodUnusable("situational", "agents.situation.early", str(error)) from None

    @property
    def _probes(self) -> list[tuple[Probe, str]]:
        """The probe of the early hold, where there is one, and the name of the model that it reads."""
        agents = self.agents.agents.values()
        return [(each.probe, each.model.name) for each in agents if isinstance(each, SituationAgent) and each.probe]

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        idle = self.agents.idle(brief.conversation)
        for name in sorted(idle):
            so_far.append(await self.agents.agents[name].assess(brief))
        if idle < self.agents.agents.keys():
            pipeline = self._pipelines.get(idle) or self._pipelines.setdefault(idle, build_pipeline(self.agents, idle))
            await run_untraced(pipeline, Run(brief, so_far))
        reports = self.agents.in_order(so_far)
        return Ruling(decide(self.agents, brief.conversation, reports), reports)
