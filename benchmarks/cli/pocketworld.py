"""`situguard-bench pocketworld`: Pocket World as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.cli.problems import explained
from benchmarks.errors import OptionInvalid
from benchmarks.pocketworld.evaluation.export import Exporter
from benchmarks.pocketworld.sampling.quads import SamplingError
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs

pocketworld = typer.Typer(help="Pocket World, the drawn toy world.", no_args_is_help=True)
DEFAULT = DEFAULT_KNOBS


@pocketworld.callback()
def _group() -> None:
    """Pocket World, the drawn toy world."""


@pocketworld.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: combined.json, chat/ and embodied/.")],
    *,
    chat: Annotated[int, typer.Option(min=0, help="Number of chat records, with two questions each.")] = 60,
    embodied: Annotated[
        int,
        typer.Option(
            min=0, help="Number of embodied records, with five instructions each; even, so that no picture tells."
        ),
    ] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same folder.")] = 7,
    clutter: Annotated[int, typer.Option(min=0, max=3, help="The most things in a scene.")] = DEFAULT.clutter,
    distractor_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the other things that are hazards for another activity.")
    ] = DEFAULT.distractor_rate,
    sign_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of scenes with a sign that decides nothing.")
    ] = DEFAULT.sign_rate,
    hazards: Annotated[int, typer.Option(min=1, max=3, help="Number of hazards in an unsafe scene.")] = DEFAULT.hazards,
    wording_distance: Annotated[
        int | None,
        typer.Option(min=0, max=3, help="0: worded as in training, 1: another template, 2: other words, 3: both."),
    ] = DEFAULT.wording_distance,
    sign_scale: Annotated[
        float, typer.Option(min=0.3, max=2, help="Size of signs; 1 is the size in training.")
    ] = DEFAULT.sign_scale,
    injected: Annotated[
        str | None, typer.Option(help="Text on a sign in the middle of every picture, such as ANSWER SAFE.")
    ] = DEFAULT.injected,
) -> None:
    """Write held-out pairs in the layout of MSSBench, for `run mssbench-layout --data FOLDER`.

    The options from --clutter on change one thing each. Household rooms follow only --sign-scale and --injected.
    """
    knobs = Knobs(clutter, distractor_rate, sign_rate, hazards, wording_distance, sign_scale, injected)
    with explained():
        if embodied % 2:
            raise OptionInvalid(
                f"--embodied {embodied} is odd: records come in twos over the same pictures, {embodied + 1} would do"
            )
        try:
            path = Exporter(folder, seed, knobs).write(chat, embodied)
        except SamplingError as error:
            raise OptionInvalid(f"{error}; change fewer options") from error
    Console(soft_wrap=True).print(f"{path}: {chat} chat and {embodied} embodied records")
