"""The options of `run`, some of which other commands share, and how their values are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.plan import JudgeSpec

OUT = "Folder of the run."
SHARD = re.compile(r"([1-9]\d*)/([1-9]\d*)")

# Which questions
Setting = Annotated[str | None, typer.Option(help="One of the benchmark's settings; the first by default.")]
Data = Annotated[
    str, typer.Option(help="Folder of the release. hub, or hub:REVISION (as hub:v1.1), fetches it from the hub.")
]
Wording = Annotated[str, typer.Option(help="default, or compact for small models such as the embedded one.")]
Limit = Annotated[
    int | None, typer.Option(min=1, help="The most cases to ask: a stratified sample that keeps pairs whole.")
]
Seed = Annotated[int, typer.Option(help="Seed of the sample and of the swapped pictures.")]
Shard = Annotated[str, typer.Option(help="Run only a part, for example 2/4.")]
Partial = Annotated[bool, typer.Option("--partial", help="Accept a folder that lacks pictures.")]

# Who answers, and how
ProxyUrl = Annotated[str | None, typer.Option(help="A running proxy's API, /v1 included.")]
Config = Annotated[Path | None, typer.Option(help="Serve this configuration for the run.")]
Demo = Annotated[bool, typer.Option("--demo", help="Serve every arm over the embedded model for the run.")]
ProxyKey = Annotated[str, typer.Option(help="Environment variable that holds the proxy's key.")]
Arms = Annotated[
    list[str] | None, typer.Option(help="An arm: a deployment of the proxy. Repeat for more; all by default.")
]
Controls = Annotated[
    list[str] | None, typer.Option(help="blank picture, swapped picture, text only, or all. Repeat for more.")
]
ControlArms = Annotated[list[str] | None, typer.Option(help="An arm to run the controls on. Repeat for more.")]
Attacks = Annotated[
    list[str] | None,
    typer.Option(help="An attack (see `attacks`), a kind, held-out, all, or a .yaml of your own. Repeat for more."),
]
Temperature = Annotated[str, typer.Option(help="The arms' temperature: a number, or `none` to send none.")]
MaxTokens = Annotated[int, typer.Option(min=1, help="The longest answer, in tokens.")]

# Who judges
JudgeName = Annotated[str | None, typer.Option("--judge", help="Model that judges the answers, at --judge-url.")]
JudgeUrl = Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint.")]
JudgeKey = Annotated[str, typer.Option(help="Environment variable that holds the judge's key.")]
JudgeRubric = Annotated[str, typer.Option(help="Judge every case by this rubric, not by the benchmark's own.")]
JudgeTemperature = Annotated[str, typer.Option(help="A number, or `none` where the model refuses one.")]

# How the run goes about it
Concurrency = Annotated[int, typer.Option(min=1, max=1024, help="How many requests to have under way at once.")]
Cache = Annotated[bool, typer.Option(help="Use cached replies from earlier runs of the same configuration.")]
Probes = Annotated[int, typer.Option(min=0, help="Cases of the latency probe; 0 makes none.")]
Display = Annotated[str, typer.Option(help="Progress: full, rich, plain or none.")]

# What it will cost
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what the run will cost, and spend nothing.")]
Price = Annotated[str, typer.Option(help="Dollars for a million tokens in/out, for the dry run.")]
JudgePrice = Annotated[str, typer.Option(help="The same for the judge.")]
SecondsPerCall = Annotated[float, typer.Option(help="How long a call takes, for the dry run.")]


def judge_spec(model: str | None, url: str, key_env: str, rubric: str, temperature: str) -> JudgeSpec | None:
    """The judge that the options name: a model, a rubric that needs none, or nobody."""
    if model is None:
        return JudgeSpec(rubric=rubric) if rubric else None
    return JudgeSpec(model=model, url=url, key_env=key_env, rubric=rubric, temperature=number_or_none(temperature))


def number_or_none(text: str) -> float | None:
    """A number, or None for the word none."""
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a number nor `none`") from None


def shard_of(text: str) -> tuple[int, int]:
    """The shard that "2/4" names."""
    match = SHARD.fullmatch(text)
    if not match or int(match[1]) > int(match[2]):
        raise typer.BadParameter(f"{text!r} is no shard; the second of four is 2/4")
    return int(match[1]), int(match[2])


def price_of(text: str) -> TokenPrice:
    """Dollars for a million tokens in and out, as "2.5/10"."""
    try:
        return TokenPrice(*(float(part) for part in text.split("/")))
    except (ValueError, TypeError):
        raise typer.BadParameter(f"{text!r} is no price; for $2.50 in and $10 out write 2.5/10") from None
