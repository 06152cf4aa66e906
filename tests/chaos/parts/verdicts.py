"""Verdicts that are none, and the parser that must not take any for a safe one."""

from __future__ import annotations

from tests.chaos.figures import Figure, Section
from tests.chaos.hostile_verdicts import COUNT, false_allows
from tests.chaos.size import SEED, Size


async def verdicts(_: Size) -> list[Section]:
    """T15."""
    tried, wrong = false_allows(SEED)
    figures = [Figure("hostile verdicts", tried, COUNT), Figure("false allows", len(wrong), 0)]
    return [Section("T15 verdict parser", figures, [{"allowed": text} for text in wrong])]
