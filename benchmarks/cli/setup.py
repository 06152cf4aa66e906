"""Before a run: `situguard-bench list` and `situguard-bench arms`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter
from rich.console import Console

from benchmarks.checksum import release_sha256
from benchmarks.cli.problems import explained
from benchmarks.controls import CONTROLS
from benchmarks.errors import FileMissing
from benchmarks.official.protocols import PROTOCOLS
from benchmarks.proxy import DEMO_ARMS
from benchmarks.registry import benchmark_names, find_benchmark, rubric_names
from guard.config import Deployment, ModelConfig
from guard.methods.registry import METHODS, unmet_needs

METHOD_ARMS = "method_arms.yaml"  # one arm for each method
ANSWERING = "answers"  # the name, in the printed configuration, of the model that answers


def list_known() -> None:
    """List the benchmarks with their settings and headline figures, the controls, and the judges' rubrics."""
    console = Console(soft_wrap=True, highlight=False)
    with explained():
        for each in map(find_benchmark, benchmark_names()):
            lines = {
                "settings": ", ".join(each.settings),
                "words": "own, official" if each.name in PROTOCOLS else "own",
                "wordings": ", ".join(each.wordings),
                "headline": each.measures[0].name,
                "data": f"{each.source} ({each.licence})",
            }
            if each.hub:
                lines["fetched"] = ", ".join(f"--data hub:{name}" for name in each.hub.revisions)
            console.print(f"[bold]{each.name}[/]  {each.title}")
            console.print("".join(f"  {name:<9} {text}\n" for name, text in lines.items()))
        console.print(f"[bold]controls[/]  {', '.join(CONTROLS)}")
        console.print("[bold]attacks[/]   see `situguard-bench attacks`")
        console.print(f"[bold]rubrics[/]   {', '.join(rubric_names())}")


def checksum(
    benchmark: Annotated[str, typer.Argument(help="One of `situguard-bench list`.")],
    *,
    data: Annotated[Path, typer.Option(help="Folder of the release.")],
) -> None:
    """Print the checksum of a release, for `run --checksum` and for papers: a SHA-256 over names and contents."""
    with explained():
        found = release_sha256(data, find_benchmark(benchmark).files)
        if not found:
            raise FileMissing(data, f"files of {benchmark}")
    typer.echo(found)


def arms(
    model: Annotated[str, typer.Argument(help="The model's name at the endpoint, for example gpt-4o.")],
    *,
    base_url: Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint.")] = "https://api.openai.com/v1",
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the endpoint's key.")] = "",
    agents_model: Annotated[str, typer.Option(help="Another model at the endpoint, for the agents.")] = "",
    prompts: Annotated[str, typer.Option(help="default, or compact for small models.")] = "default",
    every: Annotated[bool, typer.Option("--all", help="Every method, with its source, needs and cost.")] = False,
    local: Annotated[bool, typer.Option(help="MODEL is a checkpoint on this machine: a folder or a hub id.")] = False,
) -> None:
    """Print a configuration with every arm over one model, for `run --config FILE`.

    An arm is one of the things compared: a deployment of a proxy, with a guard or without. With --all, the methods of
    other papers are among them; those that need a local checkpoint are there with --local.
    """
    answering = {"kind": "endpoint", "base_url": base_url, "model": model}
    answering |= {"api_key_env": key_env} if key_env else {}
    models = {ANSWERING: {"kind": "local", "path": model} if local else answering}
    if agents_model:
        models["agents"] = {**answering, "model": agents_model}

    def over_model(arm: dict[str, Any]) -> dict[str, Any]:
        agents = {**arm.get("agents", {}), **({"model": "agents"} if agents_model else {})}
        return {**arm, "model": ANSWERING, "prompts": prompts} | ({"agents": agents} if agents else {})

    written = {**_arms_in(DEMO_ARMS), **(_arms_in(METHOD_ARMS) if every else {})}
    deployments = {name: over_model(arm) for name, arm in written.items()}
    if every:
        deployments = {name: arm for name, arm in deployments.items() if not _lacks(arm, models)}
        typer.echo("".join(f"# {line}\n" for line in _described(models)), nl=False)
    yaml.safe_dump({"models": models, "deployments": deployments}, sys.stdout, sort_keys=False, allow_unicode=True)


def _arms_in(file: str) -> dict[str, Any]:
    arms: dict[str, Any] = yaml.safe_load(files("benchmarks").joinpath(file).read_text(encoding="utf-8"))["deployments"]
    return arms


def _lacks(arm: dict[str, Any], models: Mapping[str, Any]) -> list[str]:
    """What an arm's method needs and this model does not give."""
    known = TypeAdapter(dict[str, ModelConfig]).validate_python(models)
    return [reason for _, reason in unmet_needs(Deployment.model_validate(arm), known)]


def _described(models: Mapping[str, Any]) -> Iterator[str]:
    """Every method: where it is from, what it needs and costs, and why it is left out if it is."""
    for entry in METHODS.values():
        needs = ", ".join(need.words for need in entry.needs) or "nothing beyond the model"
        verdict = "a verdict" if entry.judges else "no verdict (`unguarded: true`)"
        yield f"{entry.name}: {entry.source}; calls: {entry.calls}; needs: {needs}; {verdict}"
        alone = {"model": ANSWERING, "method": entry.name, "unguarded": not entry.judges}
        yield from (f"  left out: {reason}" for reason in _lacks(alone, models))
