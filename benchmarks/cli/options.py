"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.plan import JudgeSpec

OUT = "Folder of the run."
SHARD = re.compile(r"([1-9]\d*)/([1-9]\d*)")

JudgeName = Annotated[str | None, typer.Option("--judge", help="Model that judges the answers, at --judge-url.")]
JudgeUrl = Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint.")]
JudgeKey = Annotated[str, typer.Option(help="Environment variable that holds the judge's key.")]
JudgeRubric = Annotated[str, typer.Option(help="Judge every case by this rubric, not by the benchmark's own.")]
JudgeTemperature = Annotated[str, typer.Option(help="A number, or `none` where the model refuses one.")]
Concurrency = Annotated[int, typer.Option(min=1, max=1024, help="How many requests to have under way at once.")]
Cache = Annotated[bool, typer.Option(help="Use cached replies from earlier runs of the same configuration.")]
Display = Annotated[str, typer.Option(help="Progress: full, rich, plain or none.")]


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
