"""`situguard graph`: a deployment's pipeline, drawn in the terminal or as Mermaid text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from guard.config import Config
from guard.errors import UnknownDeployment
from guard.methods.build import build_agents
from guard.pipeline import AgentSet, draw
from service.cli.drawing import draw_text
from service.cli.options import ConfigOption, configuration
from service.cli.problems import explained, fail


def graph(
    name: Annotated[str, typer.Argument(help="The deployment.")] = "demo",
    config: ConfigOption = None,
    *,
    mermaid: Annotated[
        bool | None,
        typer.Option(
            "--mermaid/--text",
            help="Mermaid text, or a drawing. By default, a terminal gets the drawing.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw a deployment's agents and what they wait for."""
    with explained():
        agents = agents_of(configuration(config), name)
    as_mermaid = not sys.stdout.isatty() if mermaid is None else mermaid
    print(draw(agents) if as_mermaid else draw_text(waits_for(agents)))  # noqa: T201 plain text, to be piped


def agents_of(config: Config, name: str) -> AgentSet:
    """The agents of a deployment. No model is built, so no key is needed."""
    if name not in config.deployments:
        raise UnknownDeployment(name, list(config.deployments))
    deployment = config.deployments[name]
    if deployment.method != "situational" or not deployment.agents.enabled:
        fail(f"{name}: the method {deployment.method} runs no graph of agents.")
    stand_ins = {model: ScriptedModel([], name=model) for model in config.models}
    return build_agents(deployment, stand_ins, PromptSet.load(deployment.prompts))


def waits_for(agents: AgentSet) -> dict[str, list[str]]:
    """Each step of the pipeline, with the steps right before it."""
    steps = {agents.node_of(name): agents.follows(name) or ["request"] for name in agents.agents}
    return {"request": [], **steps, "decide": agents.last, "verdict": ["decide"]}
