"""`situguard-bench arms`: a configuration with every arm over one model."""

from __future__ import annotations

import sys
from importlib.resources import files
from typing import Annotated, Any

import typer
import yaml

from benchmarks.cli.proxying import DEMO_ARMS

HELD = "answers"


def arms(
    model: Annotated[str, typer.Argument(help="The model's name at the endpoint, as gpt-4o.")],
    *,
    base_url: Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint.")] = "https://api.openai.com/v1",
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the endpoint's key.")] = "",
    agents_model: Annotated[str, typer.Option(help="Another model at the endpoint for the agents.")] = "",
    prompts: Annotated[str, typer.Option(help="default, or compact for small models.")] = "default",
) -> None:
    """Print a configuration with every arm over one model, for `run --config FILE`."""
    shown = yaml.safe_load(files("benchmarks").joinpath(DEMO_ARMS).read_text(encoding="utf-8"))
    models = {HELD: _endpoint(model, base_url, key_env)}
    if agents_model:
        models["agents"] = _endpoint(agents_model, base_url, key_env)
    deployments = {name: _over(arm, prompts, bool(agents_model)) for name, arm in shown["deployments"].items()}
    yaml.safe_dump({"models": models, "deployments": deployments}, sys.stdout, sort_keys=False, allow_unicode=True)


def _endpoint(model: str, base_url: str, key_env: str) -> dict[str, Any]:
    endpoint = {"kind": "endpoint", "base_url": base_url, "model": model}
    return endpoint | ({"api_key_env": key_env} if key_env else {})


def _over(arm: dict[str, Any], prompts: str, agents_apart: bool) -> dict[str, Any]:
    agents = dict(arm.get("agents", {})) | ({"model": "agents"} if agents_apart else {})
    return {**arm, "model": HELD, "prompts": prompts} | ({"agents": agents} if agents else {})
