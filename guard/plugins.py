"""Custom methods and agents, found by the entry points of packages that are installed beside the guard.

    [project.entry-points."situguard.methods"]
    second-look = "my_package.method:second_look"   # (Deployment, models by name, PromptSet) → a Method

    [project.entry-points."situguard.agents"]
    keen-eye = "my_package.agent:KeenEye"           # (ChatModel, PromptSet) → an agent, of the class it stands in for

A deployment then says `method: second-look`, or `agents: {visual: {use: keen-eye}}`. Only what is named is imported. An
installed package may do all that the guard may do: what to install is the operator's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, TypeVar, cast

from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.registry import AGENTS
from guard.config import METHODS_GROUP, Deployment
from guard.errors import PluginBroken
from guard.methods.base import Method

AGENTS_GROUP = "situguard.agents"

AgentT = TypeVar("AgentT")


def custom_method(deployment: Deployment, models: Mapping[str, ChatModel], prompts: PromptSet) -> Method:
    """The method that a deployment names. Raises `PluginBroken`."""
    made = _maker(METHODS_GROUP, deployment.method)(deployment, models, prompts)
    if not all(callable(getattr(made, verb, None)) for verb in ("draft", "rule")):
        raise PluginBroken(METHODS_GROUP, deployment.method, f"a {type(made).__name__} is no method: no draft and rule")
    return cast(Method, made)


def custom_agent(name: str, stands_in_for: type[AgentT], model: ChatModel, prompts: PromptSet) -> AgentT:
    """An agent by name, which must be of the class that it stands in for. Raises `PluginBroken`."""
    made = _maker(AGENTS_GROUP, name)(model, prompts)
    if not isinstance(made, stands_in_for):
        raise PluginBroken(AGENTS_GROUP, name, f"a {type(made).__name__} is no {stands_in_for.__name__}")
    return made


def versions(deployment: Deployment) -> tuple[str, ...]:
    """The packages and releases that a deployment's custom parts come from: another release is another guard."""
    replaced = [use for name in AGENTS if (use := deployment.agents[name].use)]
    named = [(METHODS_GROUP, deployment.method), *((AGENTS_GROUP, use) for use in replaced)]
    points = (point for group, name in named for point in entry_points(group=group, name=name))
    return tuple(f"{point.value} {point.dist.name} {point.dist.version}" for point in points if point.dist)


def _maker(group: str, name: str) -> Callable[..., Any]:
    """What an entry point names, loaded."""
    points = entry_points(group=group, name=name)
    if len(points) != 1:
        found = "is not installed" if not points else "is offered by more than one package"
        raise PluginBroken(group, name, found)
    (point,) = points
    try:
        maker = point.load()
    except (ImportError, AttributeError) as error:
        raise PluginBroken(group, name, f"{point.value} does not load: {error}") from error
    if not callable(maker):
        raise PluginBroken(group, name, f"{point.value} cannot be called")
    return cast(Callable[..., Any], maker)
