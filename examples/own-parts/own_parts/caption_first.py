"""A method: the visual agent describes the scene, and only its words are judged.

Both steps use Situguard's own agents, so findings, failures and costs are handled as everywhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation
from agents.findings import SceneFinding
from agents.models.base import ChatModel, Json, ModelRequest
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from guard.config import ActionsConfig, Deployment
from guard.policy import Findings, act, conclude
from guard.verdict import Heard, Ruling


@dataclass(frozen=True)
class CaptionFirst:
    """Visual, then situation; no intent agent."""

    visual: VisualAgent
    situation: SituationAgent
    actions: ActionsConfig

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        """Ask the model for its own answer while the judgement runs. The gate holds it until there is a verdict."""
        return ModelRequest(conversation.messages, options)

    async def rule(self, brief: Brief, heard: Heard) -> Ruling:
        """Append each report to `heard` as it arrives. Let agents' errors through: the guard decides what they mean."""
        seen = await self.visual.assess(brief)
        heard.append(seen)
        scene = seen.finding if isinstance(seen.finding, SceneFinding) else None
        judged = await self.situation.assess(brief, None, scene)
        heard.append(judged)
        grounds = conclude(Findings(situation=judged.finding), frozenset())
        return Ruling(act(grounds, self.actions), (seen, judged))


def caption_first(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> CaptionFirst:
    """Build the method. The entry point names this function."""
    return CaptionFirst(
        VisualAgent(models[deployment.agent_model("visual")], prompts),
        SituationAgent(models[deployment.agent_model("situation")], prompts),
        deployment.actions,
    )
