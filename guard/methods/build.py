"""From a deployment's setting to the method that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from agents.agent import Agent
from agents.models.base import ChatModel
from agents.models.optional_packages import missing_local_package
from agents.prompts import PromptSet
from agents.registry import AGENTS
from agents.situation import SituationAgent
from agents.writer import Writer
from guard.config import Deployment
from guard.errors import MethodUnusable
from guard.methods.base import Method
from guard.methods.cot import ChainOfThought
from guard.methods.mss_chat import MssChat
from guard.methods.mss_embodied import MssEmbodied
from guard.methods.safeswitch import SafeSwitch, read_safeswitch
from guard.methods.situational import Situational
from guard.methods.unjudged import Raw, SafetyPrompt
from guard.pipeline import AgentSet
from guard.plugins import custom_agent, custom_method

AgentT = TypeVar("AgentT", bound=Agent)


def build_method(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Method:
    """The method that a deployment names, with its models. Raises `PluginBroken`."""
    return BUILT_IN.get(deployment.method, custom_method)(deployment, models, prompts)


def build_agents(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> AgentSet:
    """The agents of a situational deployment that are switched on, each with its model."""
    agents = {name: _build(AGENTS[name].agent, deployment, models, prompts) for name in deployment.agents.enabled}
    return AgentSet(agents, deployment.actions, deployment.focus)


def build_reviewer(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> SituationAgent:
    """The situation agent, which also judges replies and actions, where it is switched off too."""
    return _build(SituationAgent, deployment, models, prompts)


def build_safeswitch(deployment: Deployment, model: ChatModel, prompts: PromptSet) -> SafeSwitch:
    """The method over its files. Raises `MethodUnusable`."""
    probe, head = deployment.safeswitch.probe, deployment.safeswitch.head
    if package := missing_local_package():
        raise MethodUnusable("safeswitch", "model", f"no module {package!r}: pip install 'situguard[local]'")
    if probe is None or head is None:
        raise MethodUnusable("safeswitch", "safeswitch", "it needs `probe` and `head`")
    return read_safeswitch(model, prompts, probe, head)


def _build(agent: type[AgentT], deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> AgentT:
    model, custom = models[deployment.agent_model(agent.name)], deployment.agents[agent.name].use
    return custom_agent(custom, agent, model, prompts) if custom else agent(model, prompts)


# By the names in `guard.methods.registry`. A custom method is built by a function of the same form (`guard.plugins`).
BUILT_IN: Mapping[str, Callable[[Deployment, Mapping[str, ChatModel], PromptSet], Method]] = {
    "situational": lambda deployment, models, prompts: (
        Situational(build_agents(deployment, models, prompts)) if deployment.agents.enabled else Raw()
    ),
    "mss-chat": lambda deployment, models, prompts: MssChat(
        models[deployment.agent_model("intent")],
        models[deployment.agent_model("situation")],
        Writer(models[deployment.model], prompts),
        prompts,
    ),
    "mss-embodied": lambda deployment, models, prompts: MssEmbodied(
        models[deployment.agent_model("intent")], models[deployment.model], prompts
    ),
    "cot": lambda deployment, models, prompts: ChainOfThought(models[deployment.model], prompts, deployment.profile),
    "safeswitch": lambda deployment, models, prompts: build_safeswitch(deployment, models[deployment.model], prompts),
    "safety-prompt": lambda deployment, models, prompts: SafetyPrompt(prompts),
    "raw": lambda deployment, models, prompts: Raw(),
}
