"""Agents' reports as they come, for a stream that tells how far the judgement is: who has reported, and in what time.

What was found is not told before the verdict (design law 6), and nothing is told unless the deployment explains all.
"""

from __future__ import annotations

import asyncio

from agents.agent import Report
from agents.findings import Finding
from guard.verdict import ReportsSoFar

PROGRESS_HEADER = "x-guard-progress"
AGENTS = "agents"  # what it asks for; there is nothing else


class ReportFeed(ReportsSoFar):
    """A list of reports that somebody may wait for while a method fills it."""

    def __init__(self) -> None:
        super().__init__()
        self._came = asyncio.Event()

    def append(self, report: Report[Finding], /) -> None:
        super().append(report)
        self._came.set()

    async def beyond(self, told: int) -> list[Report[Finding]]:
        """The reports after the first `told`, once there are any."""
        while len(self) <= told:
            self._came.clear()
            await self._came.wait()
        return self[told:]


def comment(report: Report[Finding]) -> bytes:
    """A line of a stream that clients pass over: `: agent intent 0.12 s`."""
    return f": agent {report.agent} {report.milliseconds / 1000:.2f} s\n\n".encode()
