"""Sabotage: one-line patches, and whether the tests that each names notice it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable

from tests.chaos.figures import Figure, Section
from tests.chaos.sabotages import SABOTAGES
from tests.chaos.saboteur import Result, carry_out, unsabotaged
from tests.chaos.size import Size

logger = logging.getLogger("chaos")
AT_ONCE = 2  # one for each core of a small machine: their tests measure no time


async def sabotage(size: Size) -> list[Section]:
    """All of them, and a patch that changes nothing, whose tests pass under the same load."""
    chosen = size.some(SABOTAGES)
    places = asyncio.Semaphore(AT_ONCE)
    trials = [unsabotaged({test for each in chosen for test in each.tests}), *map(carry_out, chosen)]
    nothing, *results = await asyncio.gather(*(_told(trial, places) for trial in trials))
    caught = sum(each.caught for each in results)
    figures = [
        Figure("a patch that changes nothing passes", not nothing.noticed and nothing.starts, must=True),
        Figure("sabotages caught", f"{caught} of {len(results)}", f"{len(results)} of {len(results)}"),
        *(Figure(f"law {each.sabotage.law}, {each.sabotage.name}", _word(each)) for each in results),
    ]
    return [Section("Sabotage", figures, [_row(each) for each in (nothing, *results)])]


async def _told(trial: Awaitable[Result], places: asyncio.Semaphore) -> Result:
    async with places:
        result = await trial
    logger.info("%s: %s", result.sabotage.name, result.note)
    return result


def _word(result: Result) -> str:
    return "caught" if result.caught else f"MISSED ({result.note})"


def _row(result: Result) -> dict[str, object]:
    return {
        "sabotage": result.sabotage.name,
        "file": result.sabotage.file,
        "new": result.sabotage.new,
        "applies": result.applies,
        "starts": result.starts,
        "noticed": result.noticed,
        "note": result.note,
    }
