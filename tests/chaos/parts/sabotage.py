"""Sabotage: one-line patches, and whether the tests that each names notice it."""

from __future__ import annotations

import logging

from tests.chaos.figures import Figure, Section
from tests.chaos.sabotages import SABOTAGES, Sabotage
from tests.chaos.saboteur import Result, carry_out, unsabotaged
from tests.chaos.size import Size

logger = logging.getLogger("chaos")


async def sabotage(size: Size) -> list[Section]:
    """All fifteen, and a patch that changes nothing."""
    chosen = size.some(SABOTAGES)
    nothing = await unsabotaged({test for each in chosen for test in each.tests})
    logger.info("a patch that changes nothing: %s", nothing.note)
    results = [await _told(each) for each in chosen]
    caught = sum(each.caught for each in results)
    figures = [
        Figure("a patch that changes nothing passes", not nothing.noticed and nothing.starts, must=True),
        Figure("sabotages caught", f"{caught} of {len(results)}", f"{len(results)} of {len(results)}"),
        *(Figure(f"law {each.sabotage.law}, {each.sabotage.name}", _word(each)) for each in results),
    ]
    return [Section("Sabotage", figures, [_row(each) for each in (nothing, *results)])]


async def _told(each: Sabotage) -> Result:
    result = await carry_out(each)
    logger.info("%s: %s", each.name, _word(result))
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
