"""`situguard-bench pocket`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.cli.problems import explained

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKPOINT = REPOSITORY / "agents" / "models" / "pocket"
DATA_VARIABLE = "SITUGUARD_DATA"


def pocket(
    folder: Annotated[Path, typer.Argument(help="A checkpoint; the embedded one by default.")] = CHECKPOINT,
    *,
    only: Annotated[
        list[str] | None, typer.Option(help="held-out, eye or photographs; may be given again. All by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed asks the same questions.")] = 7,
    data: Annotated[
        Path | None, typer.Option(envvar=DATA_VARIABLE, help="Where mmsafeaware/ and mmsafetybench/ lie.")
    ] = None,
    pictures: Annotated[int, typer.Option(min=1, help="Photographs of each release, and blank pictures.")] = 200,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON; nothing is written without.")] = None,
) -> None:
    """Measure the embedded model on held-out cases, exactly, beside what it must reach."""
    # The model's libraries take seconds to load, and no other command needs them.
    from benchmarks.pocketworld.evaluate import Evaluation, Part  # noqa: PLC0415
    from benchmarks.pocketworld.figure_report import as_json, listed  # noqa: PLC0415

    try:
        parts = [Part(name) for name in only] if only else list(Part)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Part)}") from None
    with explained():
        figures = asyncio.run(Evaluation(folder, seed, pictures, data or _shared_data()).figures(parts))
    Console(soft_wrap=True, highlight=False, markup=False).print(listed(figures))
    if out:
        out.write_text(as_json(figures, seed), encoding="utf-8")


def _shared_data() -> Path | None:
    """The data beside a checkout, where it is."""
    folder = REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None
