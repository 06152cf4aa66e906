"""From a deployment's setting to the method that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from agents.agent import Agent
from agents.clip_encoder import ClipEncoder
from agents.encoder import Encoder, PlainEncoder
from agents.errors import TrainedPartUnusable
from agents.fused import FusedAgent
from agents.models.base import ChatModel
from agents.models.optional_packages import missing_local_package
from agents.models.trained_parts import Probe, check_prompt, load_probe
from agents.models.white_boxed import WhiteBoxed
from agents.prompts import PromptSet
from agents.registry import AGENTS
from agents.scene_cache import CachedVisualAgent
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from agents.writer import Writer
from guard.config import Deployment
from guard.errors import MethodUnusable
from guard.methods.adashield import AdaShield
from guard.methods.base import Method
from guard.methods.coca import ConstitutionalCalibration
from guard.methods.cot import ChainOfThought
from guard.methods.echosafe import EchoSafe
from guard.methods.ecso import Ecso
from guard.methods.memory import MemoryStore
from guard.methods.mss_chat import MssChat
from guard.methods.mss_embodied import MssEmbodied
from guard.methods.safeswitch import SafeSwitch, read_safeswitch
from guard.methods.settings import PLAIN, EchoSafeConfig
from guard.methods.sia import Sia
from guard.methods.situational import Situational
from guard.methods.unjudged import Raw, SafetyPrompt
from guard.methods.vcd import VisualContrast, visual_contrast
from guard.pipeline import AgentSet
from guard.plugins import custom_agent, custom_method

AgentT = TypeVar("AgentT", bound=Agent)


def build_method(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Method:
    """The method that a deployment names, with its models. Raises `PluginBroken` and `MethodUnusable`."""
    return BUILT_IN.get(deployment.method, custom_method)(deployment, models, prompts)


def build_agents(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> AgentSet:
    """The agents of a situational deployment that are switched on, each with its model."""
    agents: dict[str, Agent] = {
        name: _build(AGENTS[name].agent, deployment, models, prompts) for name in deployment.agents.enabled
    }
    situation, visual = agents.get(SituationAgent.name), agents.get(VisualAgent.name)
    if isinstance(situation, SituationAgent):
        setting = deployment.agents.situation
        agents[situation.name] = replace(situation, reasoning=setting.reasoning, probe=build_probe(deployment, prompts))
    if isinstance(visual, VisualAgent) and deployment.keeps_scenes:
        agents[visual.name] = CachedVisualAgent(visual)
    fused = FusedAgent(model_of("situation", deployment, models), prompts) if deployment.agents.fused else None
    return AgentSet(agents, deployment.actions, deployment.focus, fused)


def build_probe(deployment: Deployment, prompts: PromptSet) -> Probe | None:
    """The probe of the early hold, if the deployment has one. Raises `MethodUnusable`."""
    file, key = deployment.agents.situation.early, "agents.situation.early"
    if file is None:
        return None
    _check_local_packages("situational", key)
    try:
        probe = load_probe(file)
        check_prompt(file, probe.card, prompts.digests)
        if probe.card.prompt != SituationAgent.name or not probe.card.findings:
            reason = "it must read the prompt 'situation' with the other agents' findings: `situguard-train probe`"
            raise TrainedPartUnusable(file, reason)
    except TrainedPartUnusable as error:
        raise MethodUnusable("situational", key, str(error)) from None
    return probe


def build_reviewer(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> SituationAgent:
    """The situation agent, which also judges replies and actions, where it is switched off too."""
    return _build(SituationAgent, deployment, models, prompts)


def build_memory(setting: EchoSafeConfig) -> MemoryStore:
    """The memory of an echosafe deployment, read from its file. Raises `MethodUnusable`."""
    encoder: Encoder = PlainEncoder()
    if setting.encoder != PLAIN:
        folder = Path(setting.encoder)
        if not (folder / "config.json").is_file():
            reason = f"{folder} is no folder of a checkpoint: name one, or `{PLAIN}`"
            raise MethodUnusable("echosafe", "echosafe.encoder", reason)
        _check_local_packages("echosafe", "echosafe.encoder")
        encoder = ClipEncoder(folder)
    return MemoryStore(encoder, k=setting.k, capacity=setting.capacity, scope=setting.scope, file=setting.file)


def model_of(agent: str, deployment: Deployment, models: Mapping[str, ChatModel]) -> ChatModel:
    """The model that an agent asks, with the decoding that the deployment gives it."""
    model, vcd = models[deployment.agent_model(agent)], deployment.agents[agent].decode.vcd
    return WhiteBoxed(model, contrast=visual_contrast(vcd)) if vcd else model


def build_safeswitch(deployment: Deployment, model: ChatModel, prompts: PromptSet) -> SafeSwitch:
    """The method over its files. Raises `MethodUnusable`."""
    probe, head = deployment.safeswitch.probe, deployment.safeswitch.head
    _check_local_packages("safeswitch", "model")
    if probe is None or head is None:
        raise MethodUnusable("safeswitch", "safeswitch", "it needs `probe` and `head`")
    return read_safeswitch(Writer(model, prompts), probe, head)


def _check_local_packages(method: str, setting: str) -> None:
    if package := missing_local_package():
        raise MethodUnusable(method, setting, f"no module {package!r}: install situguard[local]")


def _build(agent: type[AgentT], deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> AgentT:
    model, custom = model_of(agent.name, deployment, models), deployment.agents[agent.name].use
    return custom_agent(custom, agent, model, prompts) if custom else agent(model, prompts)


# By the names in `guard.methods.registry`. A custom method is built by a function of the same form (`guard.plugins`).
BUILT_IN: Mapping[str, Callable[[Deployment, Mapping[str, ChatModel], PromptSet], Method]] = {
    "situational": lambda deployment, models, prompts: (
        Situational(build_agents(deployment, models, prompts)) if deployment.agents.enabled else Raw()
    ),
    "mss-chat": lambda deployment, models, prompts: MssChat(
        model_of("intent", deployment, models),
        model_of("situation", deployment, models),
        Writer(models[deployment.model], prompts),
        prompts,
    ),
    "mss-embodied": lambda deployment, models, prompts: MssEmbodied(
        model_of("intent", deployment, models), models[deployment.model], prompts
    ),
    "cot": lambda deployment, models, prompts: ChainOfThought(models[deployment.model], prompts, deployment.profile),
    "safeswitch": lambda deployment, models, prompts: build_safeswitch(deployment, models[deployment.model], prompts),
    "ecso": lambda deployment, models, prompts: Ecso(Writer(models[deployment.model], prompts)),
    "adashield-s": lambda deployment, models, prompts: AdaShield(prompts["adashield"].text, deployment.adashield.place),
    "sia": lambda deployment, models, prompts: Sia(Writer(models[deployment.model], prompts)),
    "echosafe": lambda deployment, models, prompts: EchoSafe(
        Writer(models[deployment.model], prompts), build_memory(deployment.echosafe), deployment.echosafe.writes
    ),
    "coca": lambda deployment, models, prompts: ConstitutionalCalibration(deployment.coca, prompts),
    "vcd": lambda deployment, models, prompts: VisualContrast(deployment.vcd),
    "safety-prompt": lambda deployment, models, prompts: SafetyPrompt(prompts),
    "raw": lambda deployment, models, prompts: Raw(),
}
