"""From a deployment's setting to the method that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from agents.intent import IntentAgent
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from agents.writer import Writer
from guard.config import METHODS, AgentConfig, AgentName, Deployment
from guard.methods.base import Method
from guard.methods.cot import ChainOfThought
from guard.methods.mss_chat import MssChat
from guard.methods.mss_embodied import MssEmbodied
from guard.methods.raw import Raw
from guard.methods.safety_prompt import SafetyPrompt
from guard.methods.situational import Situational
from guard.pipeline import Crew
from guard.plugins import own_agent, own_method

AgentT = TypeVar("AgentT", IntentAgent, VisualAgent, SituationAgent)


def build_method(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Method:
    """The method that a deployment names, with its models at hand. Raises `PluginBroken`."""
    built_in = deployment.method in METHODS
    return _built_in(deployment, models, prompts) if built_in else own_method(deployment, models, prompts)


def _built_in(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Method:
    answer = models[deployment.model]
    match deployment.method:
        case "situational":
            return Situational(build_crew(deployment, models, prompts)) if deployment.agents.any_enabled else Raw()
        case "mss-chat":
            intent, judge = (models[deployment.agent_model(agent)] for agent in ("intent", "situation"))
            return MssChat(intent, judge, Writer(answer, prompts), prompts)
        case "mss-embodied":
            return MssEmbodied(models[deployment.agent_model("intent")], answer, prompts)
        case "cot":
            return ChainOfThought(answer, prompts, deployment.profile)
        case "safety-prompt":
            return SafetyPrompt(prompts)
        case _:
            return Raw()


def build_crew(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Crew:
    """The enabled agents of a situational deployment, each with its model."""
    agents = deployment.agents
    return Crew(
        intent=_agent("intent", IntentAgent, deployment, models, prompts) if agents.intent.enabled else None,
        visual=_agent("visual", VisualAgent, deployment, models, prompts) if agents.visual.enabled else None,
        situation=build_reviewer(deployment, models, prompts) if agents.situation.enabled else None,
        actions=deployment.actions,
        focus=deployment.focus,
    )


def build_reviewer(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> SituationAgent:
    """The situation agent, which also judges replies and actions, where it is switched off too."""
    return _agent("situation", SituationAgent, deployment, models, prompts)


def _agent(
    name: AgentName,
    kind: type[AgentT],
    deployment: Deployment,
    models: Mapping[str, ChatModel],
    prompts: PromptSet,
) -> AgentT:
    setting: AgentConfig = getattr(deployment.agents, name)
    model = models[deployment.agent_model(name)]
    return own_agent(setting.use, kind, model, prompts) if setting.use else kind(model, prompts)
