"""situational: the paper's method made into a product. The pipeline judges, and the model's own answer waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from agents.agent import Brief
from agents.conversation import Conversation
from agents.models.base import Json, ModelRequest
from guard.pipeline import AgentSet, Pipeline, Run, build_pipeline
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class Situational:
    """Runs the graph of one toggle set."""

    agents: AgentSet

    @cached_property
    def pipeline(self) -> Pipeline:
        return build_pipeline(self.agents)

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(conversation.messages, options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        state = await self.pipeline.ainvoke({"brief": brief}, context=Run(so_far))
        return Ruling(state["judgement"], state.get("reports", ()))
