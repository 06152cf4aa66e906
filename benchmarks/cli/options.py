"""The options of `run`, some of which other commands share, and how their values are read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.benchmark import Benchmark
from benchmarks.decoding import DEFAULT_SAMPLING, MAX_TOKENS, TOKEN_FIELDS
from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.plan import JudgeSpec
from benchmarks.pending import Filtered

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
Order = Annotated[
    int | None, typer.Option(help="Seed that shuffles the questions: an arm that keeps a memory learns in their order.")
]
Repeats = Annotated[
    int, typer.Option(min=1, help="How often each case is asked, with a --temperature above 0; controls once.")
]
Partial = Annotated[bool, typer.Option("--partial", help="Accept a folder that lacks pictures.")]

# Who answers, and how
ProxyUrl = Annotated[str | None, typer.Option(help="A running proxy's API, /v1 included.")]
Config = Annotated[Path | None, typer.Option(help="Serve this configuration for the run.")]
Demo = Annotated[bool, typer.Option("--demo", help="Serve every arm over the embedded model for the run.")]
ProxyKey = Annotated[str, typer.Option(help="Environment variable that holds the proxy's key.")]
Arms = Annotated[
    list[str] | None, typer.Option(help="An arm: a deployment of the proxy. Repeat for more; all by default.")
]
Guards = Annotated[
    list[Path] | None,
    typer.Option(
        "--guard", help="A file with guards of others, to compare with: see benchmarks/guards.yaml. Repeat for more."
    ),
]
Controls = Annotated[
    list[str] | None, typer.Option(help="blank picture, swapped picture, text only, or all. Repeat for more.")
]
ControlArms = Annotated[list[str] | None, typer.Option(help="An arm to run the controls on. Repeat for more.")]
Attacks = Annotated[
    list[str] | None,
    typer.Option(help="An attack (see `attacks`), a kind, held-out, all, or a .yaml of your own. Repeat for more."),
]
Protocol = Annotated[
    str, typer.Option(help="Whose words: own, or official for those of the paper's repository, from --official.")
]
Official = Annotated[
    Path | None, typer.Option(help="Your own clone of the paper's repository. It is read, and never run.")
]
Checksum = Annotated[
    str, typer.Option(help="Refuse a release with another checksum. `situguard-bench checksum` prints it.")
]
Temperature = Annotated[
    str,
    typer.Option(help="The arms' temperature: a number, or `none` to send none. 0 by default, or the official one."),
]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, help="The longest answer, in tokens. 512 by default, or the official limit.")
]

# What becomes of cases without a result
PendingLimit = Annotated[
    float, typer.Option(min=0, max=100, help="Rates are shown where no arm lacks more than this, in per cent.")
]
FilteredAs = Annotated[
    Filtered, typer.Option(help="What a refusal by the host's content filter is: a refusal, or left out.")
]

# Who judges
JudgeName = Annotated[str | None, typer.Option("--judge", help="Model that judges the answers, at --judge-url.")]
JudgeUrl = Annotated[str, typer.Option(help="Any OpenAI-compatible endpoint.")]
JudgeKey = Annotated[str, typer.Option(help="Environment variable that holds the judge's key.")]
JudgeRubric = Annotated[
    str,
    typer.Option("--judge-rubric", "--rubric", help="Judge every case by this rubric, not by the benchmark's own."),
]
JudgeTemperature = Annotated[
    str,
    typer.Option(help="A number, or `none` where the model refuses one. 0 by default, or the official one."),
]
JudgeTokens = Annotated[
    int | None,
    typer.Option(
        min=1, help="The longest judgement, in tokens, reasoning included. 512 by default, or the official limit."
    ),
]
JudgeTokenField = Annotated[
    str, typer.Option(help="What the endpoint calls that: max_tokens, or max_completion_tokens as newer models do.")
]
JudgeEffort = Annotated[str, typer.Option(help="The judge's reasoning effort, for example low.")]
JudgeExtra = Annotated[str, typer.Option(help="More fields of the judge's requests, as JSON.")]
JudgePrompt = Annotated[
    Path | None, typer.Option(help="Your own text for the judge, with $response and, if it is to see it, $query.")
]
JudgeBatch = Annotated[
    bool, typer.Option("--judge-batch", help="Judge by the provider's batch API: half the price, within a day.")
]

# How the run goes about it
Concurrency = Annotated[
    int, typer.Option(min=1, max=1024, help="The most requests under way at once; fewer while an endpoint limits.")
]
Retries = Annotated[int, typer.Option(min=0, help="How often a limited, broken or overloaded request is asked again.")]
Cache = Annotated[bool, typer.Option(help="Use cached replies from earlier runs of the same configuration.")]
Probes = Annotated[int, typer.Option(min=0, help="Cases of the latency probe; 0 makes none.")]
Display = Annotated[str, typer.Option(help="Progress: quiet (one line), or Inspect's full, rich, plain or none.")]

# What it will cost
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what the run will cost, and spend nothing.")]
Price = Annotated[str, typer.Option(help="Dollars for a million tokens in/out, for the dry run.")]
JudgePrice = Annotated[str, typer.Option(help="The same for the judge.")]
SecondsPerCall = Annotated[float, typer.Option(help="How long a call takes, for the dry run.")]


@dataclass(frozen=True)
class JudgeRequest:
    """How the judge's requests are made, as the options say it."""

    temperature: str = ""
    tokens: int | None = None
    token_field: str = MAX_TOKENS
    effort: str = ""
    extra: str = ""
    prompt: Path | None = None
    batch: bool = False


def judge_spec(
    model: str | None, url: str, key_env: str, rubric: str, request: JudgeRequest, *, benchmark: Benchmark
) -> JudgeSpec | None:
    """The judge that the options name: a model, a rubric that needs none, or nobody. What the options leave open is the
    benchmark's to say, as long as it judges by the benchmark's own rubrics.
    """
    if request.token_field not in TOKEN_FIELDS:
        raise typer.BadParameter(f"--judge-token-field {request.token_field!r} is none of {', '.join(TOKEN_FIELDS)}")
    if model is None:
        return JudgeSpec(rubric=rubric) if rubric else None
    default = DEFAULT_SAMPLING if rubric else benchmark.judge_sampling
    return JudgeSpec(
        model=model,
        url=url,
        key_env=key_env,
        rubric=rubric,
        temperature=number_or_none(request.temperature, default.temperature),
        max_tokens=request.tokens or default.max_tokens,
        token_field=request.token_field,
        reasoning_effort=request.effort,
        extra={**default.extra, **extra_fields(request.extra)},
        prompt=prompt_text(request.prompt) if request.prompt else "",
        batch=request.batch,
    )


def prompt_text(path: Path) -> str:
    """The text of a prompt file."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"--judge-prompt {path}: {error}") from None


def extra_fields(text: str) -> dict[str, Any]:
    """More fields of a request, as the JSON object that the text is."""
    try:
        fields = json.loads(text) if text else {}
    except ValueError as error:
        raise typer.BadParameter(f"--judge-extra is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise typer.BadParameter('--judge-extra is no JSON object; write it as {"seed": 7}')
    return fields


def number_or_none(text: str, default: float | None) -> float | None:
    """A number, None for the word none, the default for no text."""
    if not text:
        return default
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
