"""`situguard-bench pocket`: the figures of the embedded model."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.cli.problems import explained
from benchmarks.pocketworld.evaluation.benchmark import CAVEAT

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKPOINT = REPOSITORY / "agents" / "models" / "pocket"
SHARED_DATA = REPOSITORY.parent / "shared" / "data"  # used where it exists
DATA_VARIABLE = "SITUGUARD_DATA"


def pocket(
    folder: Annotated[
        Path, typer.Argument(help="The checkpoint to measure; the embedded one by default.")
    ] = CHECKPOINT,
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Measure only this part: held-out, end-to-end, eye, photographs or injected. May be repeated.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed asks the same questions.")] = 7,
    pairs: Annotated[int, typer.Option(min=2, help="Number of pairs for end-to-end.")] = 400,
    pictures: Annotated[
        int,
        typer.Option(
            min=1,
            help="Number of photographs from each release, and of blank pictures. The releases have no more than 504.",
        ),
    ] = 504,
    attacked: Annotated[int, typer.Option(min=1, help="Number of unsafe situations that are attacked.")] = 100,
    data: Annotated[
        Path | None, typer.Option(envvar=DATA_VARIABLE, help="The folder that holds mmsafeaware/ and mmsafetybench/.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures to this file, as JSON.")] = None,
) -> None:
    """Measure the embedded model on held-out cases, and compare the figures with what it must reach."""
    # torch and transformers take seconds to import, and no other command needs them.
    from benchmarks.pocketworld.evaluation.evaluate import Evaluation, Part, SampleSizes  # noqa: PLC0415
    from benchmarks.pocketworld.evaluation.report import FigureReport  # noqa: PLC0415

    try:
        parts = [Part(name) for name in only] if only else list(Part)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Part)}") from None
    if data is None and SHARED_DATA.is_dir():
        data = SHARED_DATA
    evaluation = Evaluation(folder, seed, SampleSizes(pairs, pictures, attacked), data)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(CAVEAT)
    if data is None:
        console.print(f"No photographs: give their folder with --data or {DATA_VARIABLE}.")
    with explained():
        report = FigureReport(folder, seed, asyncio.run(evaluation.figures(parts)))
    console.print(*report.lines(), sep="\n")
    console.print(report.required())
    if out:
        out.write_text(report.as_json(), encoding="utf-8")
