"""`situguard graph`: a deployment's pipeline as Mermaid text."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from agents.prompts import PromptSet
from guard.config import Config
from guard.errors import UnknownDeployment
from guard.methods.build import build_agents
from guard.models import build_models
from guard.pipeline import draw
from service.cli.options import ConfigOption, configuration
from service.cli.problems import explained, fail


def graph(
    name: Annotated[str, typer.Argument(help="The deployment.")] = "demo",
    config: ConfigOption = None,
) -> None:
    """Draw a deployment's agents as a Mermaid graph."""
    with explained():
        print(drawing(configuration(config), name))  # noqa: T201 plain text, to be piped


def drawing(config: Config, name: str) -> str:
    """The graph of a deployment. No model is started."""
    if name not in config.deployments:
        raise UnknownDeployment(name)
    deployment = config.deployments[name]
    if deployment.method != "situational" or not deployment.agents.enabled:
        fail(f"{name}: the method {deployment.method} runs no graph of agents.")
    agents = build_agents(deployment, build_models(config, os.environ), PromptSet.load(deployment.prompts))
    return draw(agents)
