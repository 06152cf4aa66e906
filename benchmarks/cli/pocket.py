"""`situguard-bench pocket`."""

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
DATA_VARIABLE = "SITUGUARD_DATA"


def pocket(
    folder: Annotated[Path, typer.Argument(help="A checkpoint; the embedded one by default.")] = CHECKPOINT,
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="held-out, end-to-end, eye, photographs or injected; may be given again. All by default.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed asks the same questions.")] = 7,
    pairs: Annotated[int, typer.Option(min=2, help="Pairs that go end to end through the proxy.")] = 400,
    pictures: Annotated[int, typer.Option(min=1, help="Photographs of each release, and blank pictures.")] = 200,
    attacked: Annotated[int, typer.Option(min=1, help="Unsafe scenes into which text is injected.")] = 100,
    data: Annotated[
        Path | None, typer.Option(envvar=DATA_VARIABLE, help="Where mmsafeaware/ and mmsafetybench/ lie.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON; nothing is written without.")] = None,
) -> None:
    """Measure the embedded model on held-out cases, exactly, beside what it must reach."""
    # The model's libraries take seconds to load, and no other command needs them.
    from benchmarks.pocketworld.evaluation.evaluate import Evaluation, Part, SampleSizes  # noqa: PLC0415
    from benchmarks.pocketworld.evaluation.report import FigureReport  # noqa: PLC0415

    try:
        parts = [Part(name) for name in only] if only else list(Part)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Part)}") from None
    evaluation = Evaluation(folder, seed, SampleSizes(pairs, pictures, attacked), data or _shared_data())
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(CAVEAT)
    if evaluation.data is None:
        console.print(f"No photographs: say where they lie with --data or {DATA_VARIABLE}.")
    with explained():
        report = FigureReport(folder, seed, asyncio.run(evaluation.figures(parts)))
    console.print(*report.lines(), sep="\n")
    console.print(report.required())
    if out:
        out.write_text(report.as_json(), encoding="utf-8")


def _shared_data() -> Path | None:
    """The data beside a checkout, where it is."""
    folder = REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None
