"""The chaos run: `python -m tests.chaos.run --size small|sample|full` writes a report, its raw data beside it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.hostile_verdicts import false_allows
from tests.chaos.kills import kill_again_and_again
from tests.chaos.load import Findings, storm
from tests.chaos.plan import Plan, agent_cells, crossed, mixed, upstream_cells
from tests.chaos.proxy import TREE
from tests.chaos.report import HERE, Figure, Report
from tests.chaos.sabotages import LEAK, SABOTAGES
from tests.chaos.saboteur import carry_out, tampered, unsabotaged

SEED = 20261122
# What counts under each heading even where it is zero; any other violation is listed too.
ALWAYS = (
    "leak of an answer",
    "leak of an unjudged warning",
    "released without coverage",
    "another request's text",
    "answered without a record",
    "past its deadline",
)
LOUD = ("silent fail-open: header", "silent fail-open: record", "explicit unsafe lost")

logger = logging.getLogger("chaos")


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    closed: int
    open: int
    crossed: int
    cell_step: int  # every so many cells of the matrix
    kills: int
    sabotages: int
    at_once: int = 12


SIZES = {
    "small": Size(closed=200, open=100, crossed=100, cell_step=8, kills=2, sabotages=0),
    "sample": Size(closed=2000, open=500, crossed=2000, cell_step=4, kills=10, sabotages=0),
    "full": Size(closed=20_000, open=5000, crossed=20_000, cell_step=1, kills=100, sabotages=15),
}


async def run(size: Size, name: str, only: Sequence[str]) -> Report:
    """Everything, or the named sections alone."""
    report = Report(name, SEED)
    steps = {
        "verdicts": _verdicts,
        "closed": _closed,
        "open": _open,
        "matrix": _matrix,
        "crossed": _crossed,
        "kills": _kills,
        "leaking build": _leaking_build,
        "sabotage": _sabotage,
    }
    for step, work in steps.items():
        if not only or step in only:
            began = time.monotonic()
            await work(size, report)
            logger.info("%s: %.0f s", step, time.monotonic() - began)
    return report


async def _verdicts(_: Size, report: Report) -> None:
    tried, wrong = false_allows(SEED)
    report.section(
        "T15 verdict parser", [Figure("hostile verdicts", tried, 3000), Figure("false allows", len(wrong), 0)]
    )


async def _closed(size: Size, report: Report) -> None:
    found = await _stormed(list(mixed(size.closed, SEED, "closed")), size)
    figures = [
        *_figures(found),
        Figure("clients that left", len(found.freed)),
        Figure("longest to be freed, s", _most(found)),
    ]
    report.section("G1 mixed load, closed", figures, found.rows)


async def _open(size: Size, report: Report) -> None:
    found = await _stormed(list(mixed(size.open, SEED + 1, "open")), size)
    report.section("G3 mixed load, open", _figures(found, LOUD), found.rows)


async def _matrix(size: Size, report: Report) -> None:
    agents = await _stormed(list(agent_cells(SEED))[:: size.cell_step], size)
    report.section("G2 agent fault × agent × streamed × mode", _figures(agents, (*LOUD, "not closed")), agents.rows)
    models = await _stormed(list(upstream_cells(SEED))[:: size.cell_step], size)
    figures = _figures(models, ("unmapped upstream fault", "cut stream with an end", "fault of our own"))
    report.section("G2 faults of the model that answers", figures, models.rows)


async def _crossed(size: Size, report: Report) -> None:
    found = await _stormed(list(crossed(size.crossed, SEED)), size, at_once=min(200, size.crossed))
    report.section(
        "T34 cross-talk, answers out of order", _figures(found, ("wrong verdict in the record",)), found.rows
    )


async def _kills(size: Size, report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = await kill_again_and_again(size.kills, SEED, Path(folder))
    figures = [
        Figure("kills", found.kills, size.kills),
        Figure("answers before the kills", found.answered),
        Figure("answers without a decision", len(found.unrecorded), 0),
        Figure("corrupt databases", found.corrupt, 0),
    ]
    report.section("G4 kill -9 under load", figures)


async def _leaking_build(size: Size, report: Report) -> None:
    with tampered(LEAK) as copy:
        if copy is None:
            report.section("A leaking build", [Figure("patch applies", False, must=True)])
            return
        found = await _stormed(list(mixed(60, SEED, "closed")), size, tree=copy)
    leaks = found.count("leak of an answer")
    report.section("A leaking build", [Figure("leaks seen", leaks), Figure("caught", leaks > 0, must=True)])


async def _sabotage(size: Size, report: Report) -> None:
    if not size.sabotages:
        return
    nothing = await unsabotaged()
    logger.info("a patch that changes nothing: %s", nothing.note)
    results = []
    for each in SABOTAGES[: size.sabotages]:
        results.append(await carry_out(each))
        logger.info("%s: %s (%s)", each.name, _word(results[-1].caught, results[-1].note), results[-1].note)
    figures = [
        Figure("a patch that changes nothing passes", not nothing.noticed and nothing.starts, must=True),
        Figure(
            "caught", f"{sum(each.caught for each in results)} of {len(results)}", f"{len(results)} of {len(results)}"
        ),
        *(Figure(f"law {each.sabotage.law}, {each.sabotage.name}", _word(each.caught, each.note)) for each in results),
    ]
    report.section("Sabotage", figures)


def _word(caught: bool, note: str) -> str:
    return "caught" if caught else f"MISSED ({note})"


async def _stormed(plans: Sequence[Plan], size: Size, *, at_once: int | None = None, tree: Path = TREE) -> Findings:
    with tempfile.TemporaryDirectory() as folder:
        return await storm(plans, Path(folder), at_once=at_once or size.at_once, tree=tree)


def _figures(found: Findings, more: Sequence[str] = ()) -> list[Figure]:
    names = found.names
    listed = [*ALWAYS, *more, *(name for name in names if name not in (*ALWAYS, *more))]
    return [
        Figure("requests", found.requests),
        Figure("seconds", round(found.seconds, 1)),
        Figure(
            "statuses", ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(found.statuses.items()))
        ),
        Figure("longest request, s", round(found.longest, 2)),
        *(Figure(name, names[name], 0) for name in listed),
        *_examples(found),
    ]


def _examples(found: Findings) -> Iterator[Figure]:
    shown = set()
    for each in found.violations:
        if each.name not in shown:
            shown.add(each.name)
            yield Figure(f"example of {each.name}", each.detail[:300])


def _most(found: Findings) -> float:
    return round(max(found.freed, default=0.0), 2)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", nargs="*", default=(), help="sections by name: verdicts, closed, open, matrix …")
    parser.add_argument("--into", type=Path, default=HERE, help="folder for the report")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    report = asyncio.run(run(SIZES[given.size], given.size, given.only))
    logger.info("%s", report.write(given.into))
    sys.exit(0 if report.holds else 1)


if __name__ == "__main__":
    main()
